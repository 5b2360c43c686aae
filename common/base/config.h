/* Configuration: one xiangqin.conf (libconfig 1.5), a group per program, read through tables of options.
 * Every program reads group `common` and its own; an unknown key stops the start with file and line. */
#ifndef XQ_BASE_CONFIG_H
#define XQ_BASE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define config_read xq_config_read /* libconfig exports a function of this name */

enum option_kind { OPT_TEXT, OPT_INT, OPT_BOOL, OPT_LIST }; /* LIST: array of strings */
struct option {
    const char *name;
    enum option_kind kind;
    int64_t min, max; /* INT: range; TEXT: max length */
    int64_t number;   /* default of INT and BOOL */
    const char *text; /* default of TEXT; of LIST one element or NULL */
    bool secret;      /* not printed */
    const char *help; /* one sentence, English */
};
#define OPTIONS_END                                                                                                    \
    {                                                                                                                  \
        0                                                                                                              \
    }

struct config;
/* Reads both groups; environment XQ_<GROUP>_<NAME> (upper case) overrides a value. Dies with file, line, and what a
 * good value looks like. */
struct config *config_read(const char *file, const char *group, const struct option *common, const struct option *own);
void config_free(struct config *c); /* NULL allowed */
const char *config_text(const struct config *c,
                        const char *name); /* never NULL; "" if unset. Asserts the option exists */
int64_t config_int(const struct config *c, const char *name);
bool config_bool(const struct config *c, const char *name);
const char *const *config_list(const struct config *c, const char *name); /* NULL-terminated */
/* A path option: relative paths are relative to the configuration file's folder. */
const char *config_path(const struct config *c, const char *name);
const char *config_folder(const struct config *c); /* of the configuration file, absolute; "." without a file */
void config_print(const struct config *c, struct buf *out); /* effective values, without secrets, libconfig syntax */

extern const struct option config_common[]; /* the options of group `common`, see config_common.c */

#endif
