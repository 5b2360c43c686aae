/* The command line that every daemon has: --config FILE --instance N --check --print-config --help. */
#ifndef XQ_BASE_PROGRAM_H
#define XQ_BASE_PROGRAM_H

#include <stdbool.h>

struct program {
    const char *name;     /* xq-router */
    const char *config;   /* file; default /etc/xiangqin/xiangqin.conf */
    const char *instance; /* "1" by default: 1…16 of letters and digits */
    int number;           /* the instance as a number, 1 when it is none */
    bool check, print_config;
};
/* Exits 0 after --help, 2 with one line about a wrong flag. */
struct program program_flags(int argc, char **argv, const char *name);

#endif
