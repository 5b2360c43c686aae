/* xq: finds the command in the table, parses its options, runs it; a failure says what to do next, in both languages.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static void usage(FILE *to)
{
    fputs("xq: the tool of xiangqin, from a street's wishes to the last fen (相亲会管理工具)\n\n"
          "usage: xq COMMAND [options]     xq COMMAND --help shows an example\n\n",
          to);
    for (const struct command *k = commands; k->name; k++)
        fprintf(to, "  %-18s %s\n", k->name, k->summary);
}

/* "import opinions" is two words of the command line, "keys" is one. words = how many it took. */
static const struct command *command_find(int argc, char **argv, int *words)
{
    for (const struct command *k = commands; k->name; k++) {
        const char *space = strchr(k->name, ' ');
        size_t first = space ? (size_t)(space - k->name) : strlen(k->name);
        if (strlen(argv[0]) != first || memcmp(argv[0], k->name, first) != 0)
            continue;
        if (space && (argc < 2 || strcmp(argv[1], space + 1) != 0))
            continue;
        *words = space ? 2 : 1;
        return k;
    }
    return NULL;
}

static int complain(const struct err *e)
{
    char en[256], zh[256];
    err_text(e, en);
    err_text_zh(e, zh);
    fprintf(stderr, "xq: %s\n", *en ? en : err_name(e->code));
    if (*zh && strcmp(zh, en) != 0)
        fprintf(stderr, "    %s\n", zh);
    return e->code == ERR_BAD_REQUEST ? 2 : 1;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        usage(argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("xq " XQ_VERSION);
        return 0;
    }
    int words = 0;
    struct cmd c = {.command = command_find(argc - 1, argv + 1, &words), .self = argv[0]};
    if (!c.command) {
        fprintf(stderr, "xq: there is no command '%s'\n    没有“%s”这个命令\n\n", argv[1], argv[1]);
        usage(stderr);
        return 2;
    }
    struct err e = {0};
    if (cmd_parse(&c, argc - 1 - words, argv + 1 + words, &e) < 0)
        return complain(&e);
    if (cmd_on(&c, "help")) {
        cmd_help(c.command);
        return 0;
    }
    int rc = c.command->run(&c, &e);
    return rc < 0 ? complain(&e) : rc;
}
