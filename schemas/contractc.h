/* The model that the contract compiler makes of one file: read and checked once (contractc_read.c), written as C
 * (contractc_emit.c) and as documents (contractc_docs.c). The compiler runs for a moment and gives no memory back. */
#ifndef XQ_SCHEMAS_CONTRACTC_H
#define XQ_SCHEMAS_CONTRACTC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* In the order of enum field_kind in common/service/contract.h; KIND_NAMES has the C names. */
enum kind { TEXT, ENUM, ID, TIME, DATE, REGION, SHA256, INT, BOOL, OBJECT, KINDS };
extern const char *const kind_names[KINDS];

struct object;
struct member {
    const char *name;
    enum kind kind;
    bool list, required, query, path, has_fallback;
    int64_t min, max, item_min, item_max, fallback;
    const char *text_fallback;
    json_t *words; /* array of strings */
    struct object *object;
};
struct object {
    const char *name; /* of the C struct */
    struct member *m;
    size_t n;
    bool free_form; /* an answer with optional objects: JSON text only, no struct */
};
struct operation {
    const char *id, *method, *path, *run, *retry, *act_in, *rate, *content_type, *summary, *summary_zh;
    const struct member *place; /* the member x-act-in names */
    json_t *who;
    int success;
    int64_t cache_s, max_bytes, max_elements;
    bool is_private, money;
    struct object *request, *answer; /* NULL = none */
};
struct event {
    const char *type, *name; /* project.passed, project_passed */
    const char *summary;
    json_t *payload; /* as written, to compare between services */
    struct object *object;
};
struct document {
    const char *file;
    const char *service;
    json_t *root;
    bool is_events;
    struct operation *op;
    size_t n_op;
    struct event *event;
    size_t n_event;
};

/* contractc.c */
void *keep(size_t size); /* zeroed, never freed */
char *keepf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Says what is wrong where; the compiler goes on, so that all is said at once, and ends with status 1. */
void bad(const struct document *d, const char *pointer, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
size_t errors(void);
const char *child(const char *pointer, const char *key); /* pointer/key, escaped */
const char *nth(const char *pointer, size_t i);
const char *upper(const char *s); /* project.passed -> PROJECT_PASSED */

/* contractc_schema.c: the subset of JSON Schema */
bool word(const char *s); /* lower case, digits, underscores, no C keyword: may be the name of a C member */
/* Follows a $ref inside the file and moves *pointer there; NULL after saying what is wrong. */
json_t *resolve(const struct document *d, json_t *node, const char **pointer);
bool allowed(const struct document *d, json_t *node, const char *pointer, const char *const *keys); /* no other keys */
const char *text_at(const struct document *d, json_t *node, const char *pointer, const char *key);  /* required text */
enum side { REQUEST, ANSWER, ANSWER_FREE, EVENT }; /* ANSWER_FREE: of a read, whose JSON the database builds */
void read_member(const struct document *d, json_t *schema, const char *pointer, enum side side, const char *owner,
                 struct member *m);
struct object *read_object(const struct document *d, json_t *schema, const char *pointer, enum side side,
                           const char *name);
void check_members(const struct document *d, const char *pointer,
                   const struct object *o); /* no two members of one name */

/* contractc_read.c */
void read_api(struct document *d);
void read_events(struct document *d);

/* contractc_emit.c */
void emit_api(const struct document *d, FILE *h, FILE *c);
void emit_events(const struct document *d, FILE *h, FILE *c);
void emit_all(const struct document *d, size_t n, FILE *c);

/* contractc_docs.c */
json_t *merge_openapi(const struct document *d, size_t n);
void emit_messages(const struct document *d, size_t n, FILE *f);

#endif
