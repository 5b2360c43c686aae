/* The command line that every daemon has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/program.h"

static _Noreturn void wrong(const char *name, const char *what, const char *why)
{
    fprintf(stderr, "%s: %s %s; see %s --help\n", name, what, why, name);
    exit(2);
}

static void help(const char *name)
{
    printf("usage: %s [--config FILE] [--instance N] [--check | --print-config]\n"
           "  --config FILE    the suite's configuration (default /etc/xiangqin/xiangqin.conf)\n"
           "  --instance N     which instance of this program this is (default 1)\n"
           "  --check          can this instance work? exit 0 or 1, for container probes\n"
           "  --print-config   the effective configuration, without secrets\n"
           "example: %s --config .run/xiangqin.conf --instance 2\n",
           name, name);
    exit(0);
}

struct program program_flags(int argc, char **argv, const char *name)
{
    struct program p = {.name = name, .config = "/etc/xiangqin/xiangqin.conf", .instance = "1"};
    for (int i = 1; i < argc; i++) {
        const char **value = strcmp(argv[i], "--config") == 0     ? &p.config
                             : strcmp(argv[i], "--instance") == 0 ? &p.instance
                                                                  : NULL;
        if (value) {
            if (i + 1 == argc)
                wrong(name, argv[i], "needs a value");
            *value = argv[++i];
        } else if (strcmp(argv[i], "--check") == 0) {
            p.check = true;
        } else if (strcmp(argv[i], "--print-config") == 0) {
            p.print_config = true;
        } else if (strcmp(argv[i], "--help") == 0) {
            help(name);
        } else {
            wrong(name, argv[i], "is no flag of this program");
        }
    }
    size_t n = strlen(p.instance);
    if (!n || n > 16 || strspn(p.instance, "0123456789abcdefghijklmnopqrstuvwxyz") != n)
        wrong(name, "--instance", "is 1 to 16 lower-case letters and digits");
    char *end;
    long number = strtol(p.instance, &end, 10);
    p.number = *end || number < 1 || number > 1000 ? 1 : (int)number;
    return p;
}
