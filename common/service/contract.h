/* The contract as data: field tables compiled from schemas/ (contractc), one strict reader, one writer.
 *
 * How a schema becomes C (contractc writes <service>.api.h/.c and <service>.events.h/.c):
 *   string                                  const char *   NULL when absent; NUL-terminated, NFC, in the pack's arena
 *   string, enum                            const char *   one of the listed words
 *   string, format uuid                     struct id      nil when absent
 *   string, format date-time                int64_t        µs UTC; TIME_NONE when absent
 *   string, format date | region | sha256   const char *
 *   integer with default, or required       int64_t
 *   integer, optional without default       int64_t x; bool has_x;
 *   boolean with default, or required       bool           (optional without default: bool x; bool has_x;)
 *   array of scalars                        T *x; size_t n_x;
 *   array of objects                        struct <op>_<field> *x; size_t n_x;
 *   object                                  struct <op>_<field> x;        (required only)
 * $ref to #/components/schemas/… is expanded in place. Path and query parameters are members of the same struct.
 */
#ifndef XQ_SERVICE_CONTRACT_H
#define XQ_SERVICE_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/when.h"

enum field_kind { F_TEXT, F_ENUM, F_ID, F_TIME, F_DATE, F_REGION, F_SHA256, F_INT, F_BOOL, F_OBJECT };
struct shape;
struct field {
    const char *name;
    enum field_kind kind;
    bool list; /* an array of kind; min/max then bound its length, item_min/item_max the elements */
    bool required;
    bool query, path;    /* comes from the URL, not from the body */
    size_t offset;       /* of the member; of the pointer when list */
    size_t count_offset; /* of n_x when list */
    size_t has_offset;   /* of has_x, 0 = none */
    int64_t min, max;    /* INT: range; TEXT: code points; list: elements */
    int64_t item_min, item_max;
    int64_t fallback;          /* default of INT and BOOL */
    const char *text_fallback; /* default of TEXT and ENUM */
    const char *const *words;  /* ENUM, NULL-terminated */
    const struct shape *shape; /* OBJECT */
};
struct shape {
    const char *name; /* like_put */
    size_t size;
    const struct field *fields;
    size_t n;
};

/* Limits of one document (security.md §2); an operation may raise them with x-max-bytes, x-max-elements. */
#define JSON_DEPTH    16
#define JSON_ELEMENTS 1000
#define BODY_BYTES    65536

enum strictness { STRICT, TOLERANT }; /* requests / events (unknown fields pass) */
/* Reads a body into out (zeroed, s->size bytes). n = 0 is read as no body: an error only if a body field is required. s
 * = NULL: an operation without members. On failure e is BAD_REQUEST with up to ERR_FIELDS fields (JSON path: English
 * reason and Chinese reason). */
int contract_read(const struct shape *s, enum strictness strict, size_t max_elements, const char *body, size_t n,
                  struct arena *a, void *out, struct err *e) MUSTCHECK;
/* Reads path and query parameters ("name=value&…", percent-encoded) into the same struct. Unknown names are errors. */
int contract_params(const struct shape *s, const char *params, size_t n, struct arena *a, void *out,
                    struct err *e) MUSTCHECK;
/* Writes a struct as JSON; absent optional members are left out. */
void contract_write(const struct shape *s, const void *in, struct buf *out);

/* One operation as the contract states it: used by the gateway (routes), the dispatcher, and docs. */
enum run { RUN_READ, RUN_WRITE, RUN_BATCH };
enum retry { RETRY_NONE, RETRY_KEY, RETRY_NATURAL };
struct op_contract {
    const char *id; /* operationId */
    const char *service;
    const char *method; /* PUT */
    const char *path;   /* /v1/projects/{project}/like */
    enum run run;
    enum retry retry;
    int success;            /* HTTP status of success */
    const char *const *who; /* NULL-terminated: public, person, resident, or roles of appointments */
    const char *act_in;     /* name of the request member that holds the place (ID or REGION), NULL for none */
    size_t act_in_offset;
    enum field_kind act_in_kind;
    bool act_in_list; /* the member is a list of regions or ids: its first element is the place */
    const char *rate; /* class; NULL = default */
    int cache_s;      /* x-cache */
    bool is_private;  /* x-private: log no caller */
    bool money;       /* x-money: refused while roles are stale */
    size_t max_bytes, max_elements;
    const char *content_type;    /* of the success answer */
    const struct shape *request; /* NULL = no members at all */
    const struct shape *answer;  /* NULL = written by the function as JSON text */
};
struct event_contract {
    const char *type; /* project.passed */
    const char *service;
    const struct shape *shape;
};

/* All services together (contractc all): routes of the gateway, types of the consumers, and the merged OpenAPI
 * document. */
extern const struct op_contract *const all_contract[];
extern const size_t all_contract_n;
extern const struct event_contract *const all_events_contract[];
extern const size_t all_events_contract_n;
extern const char all_openapi[];
extern const size_t all_openapi_n;

#endif
