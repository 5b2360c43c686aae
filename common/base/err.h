/* Errors: one table of codes (err.def), one struct that travels up, one RFC 9457 body. */
#ifndef XQ_BASE_ERR_H
#define XQ_BASE_ERR_H

#include "base/buf.h"

enum err_code {
#define ERR(name, code, status, outcome, en, zh) ERR_##name,
#include "base/err.def"
#undef ERR
    ERR_COUNT
};
enum outcome { DONE, DEFINITE, UNSURE };

/* Separates the English from the Chinese text inside one format string:
 * FAIL(e, CONFLICT, "a %s proposal cannot be returned" ZH "%s的项目不能退回", state, state) */
#define ZH "\x1e"

#define ERR_FIELDS 8
struct err {
    enum err_code code;
    char text[512]; /* "English ZH Chinese"; may be empty */
    size_t n_fields;
    struct {
        char name[96];   /* JSON path of the field: rows[3].text */
        char reason[96]; /* "English ZH Chinese" */
    } field[ERR_FIELDS];
};

/* FAIL sets the error and is the value to return. */
#define FAIL(e, code, ...) (err_set((e), ERR_##code, __VA_ARGS__), -1)
void err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF(3, 4);
/* Adds one field to a BAD_REQUEST; beyond ERR_FIELDS it is counted out silently. */
void err_field(struct err *e, const char *name, const char *reason_en, const char *reason_zh);

const char *err_name(enum err_code code); /* "conflict" */
int err_status(enum err_code code);       /* HTTP status */
enum outcome err_outcome(enum err_code code);
/* RFC 9457: type, title, title_zh, status, code, detail, detail_zh, errors[{field, reason, reason_zh}], trace. */
void err_problem(struct buf *out, const struct err *e, const char *trace);
const char *err_text(const struct err *e, char out[256]); /* English part, for log lines and terminals */
const char *err_text_zh(const struct err *e, char out[256]);

#endif
