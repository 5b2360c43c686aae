/* xq, the people's tool: a table of commands, one file per command; what they share is here. */
#ifndef XQ_CLI_CLI_H
#define XQ_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct flag {
    const char *name;  /* street: given as --street */
    const char *value; /* word for the value in the help; NULL = a switch */
    const char *help;
};
#define FLAGS_END                                                                                                      \
    {                                                                                                                  \
        NULL, NULL, NULL                                                                                               \
    }

struct cmd;
struct command {
    const char *name; /* "import opinions": first word, or both */
    const char *args; /* "FILE.jsonl", "" */
    const char *summary;
    const char *example;                      /* works as printed */
    const struct flag *flags;                 /* NULL = none besides --run, --json, --help */
    int (*run)(struct cmd *c, struct err *e); /* exit status, or -1 with e */
};
extern const struct command commands[]; /* ends with a NULL name */

#define CMD_VALUES 32
struct cmd { /* a parsed command line */
    const struct command *command;
    const char *self; /* path of this program */
    const char *arg[16];
    size_t n_args;
    struct {
        const char *name, *value;
    } given[CMD_VALUES];
    size_t n_given;
};
int cmd_parse(struct cmd *c, int argc, char **argv, struct err *e) MUSTCHECK;
void cmd_help(const struct command *k);
const char *cmd_text(const struct cmd *c, const char *flag); /* NULL when not given */
bool cmd_on(const struct cmd *c, const char *flag);
int cmd_int(const struct cmd *c, const char *flag, int64_t fallback, int64_t min, int64_t max, int64_t *out,
            struct err *e) MUSTCHECK;
int cmd_need(const struct cmd *c, const char *flag, const char **out, struct err *e) MUSTCHECK;

/* One function per command. */
int run_init(struct cmd *c, struct err *e);
int run_up(struct cmd *c, struct err *e);
int run_down(struct cmd *c, struct err *e);
int run_status(struct cmd *c, struct err *e);
int run_keys(struct cmd *c, struct err *e);
int run_migrate(struct cmd *c, struct err *e);
int run_cluster(struct cmd *c, struct err *e);
int run_token(struct cmd *c, struct err *e);
int run_quarantine(struct cmd *c, struct err *e);
int run_import_opinions(struct cmd *c, struct err *e);
int run_demo(struct cmd *c, struct err *e);
int run_report(struct cmd *c, struct err *e);

#endif
