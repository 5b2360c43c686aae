/* What a service function sees: a call (or a batch of calls), and what it may do: decide, store, answer, emit. Nothing
 * else exists. */
#ifndef XQ_SERVICE_CALL_H
#define XQ_SERVICE_CALL_H

#include "base/config.h"
#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/region.h"
#include "base/when.h"
#include "db/db.h"
#include "service/contract.h"

struct emitted;
struct call {
    struct db *db;
    struct arena *arena; /* lives as long as the pack */
    int64_t now;         /* µs UTC: story time or wall time, stamped by the gateway; rules compare with nothing else */
    int64_t wall;        /* µs UTC: for recorded_at columns */
    struct id id;        /* op id, monotonic at its gateway: guards natural retries */
    struct id person;    /* who calls; nil = nobody (public, timer, event) */
    const char *homes;   /* home regions of the token, comma-separated; "" if none */
    int street;          /* of the group: $1 of every statement */
    const char *place;   /* region acted in ("330102", "330102001", …), "" if the operation has none */
    const char *role;    /* the word of x-who that let the caller in */
    const char *role_region; /* region of that appointment; place of the home region for residents; "" for public */
    const struct op_contract *op; /* NULL for events and timers */
    /* events only */
    const char *event_service;
    int event_street;
    int64_t event_seq;
    /* private to the dispatcher */
    struct buf *out;
    struct emitted *emitted;
    struct err *err;
    int status;
};

/* --- answering --- */
/* Writes the contract's answer struct (struct <op>_answer) as the body. Returns 0, so that a function may end with it.
 */
int answer(struct call *c, const void *answer_struct);
/* The body as text that the database built (reads). */
int answer_json(struct call *c, const char *json, size_t n);
int answer_rows(struct call *c, const struct rows *r, const char *column); /* row 0's JSON column */
/* The usual list: SQL gives one json column `item` per row and the keyset column `cursor` (text); limit+1 rows were
 * asked for. */
int answer_list(struct call *c, const struct rows *r, int64_t limit);

/* --- events and timers --- */
/* Queued with the call, stored when the group closes, dropped if the call fails. Use the generated emit_<event>(). */
int call_emit(struct call *c, const struct event_contract *event, const void *data);
/* A timer row due(street, at, op, id): runs timer operation `op` of this service at story time `at` with struct timer
 * {id}. The same (op, id) again moves it; at = TIME_NONE takes it away. Queued. */
struct timer {
    struct id id;
};
int timer_set(struct call *c, const char *op, struct id id, int64_t at, struct err *e) MUSTCHECK;

/* --- who is who --- */
/* Does the caller (or another person) hold role `role` in a region that covers `region`, at c->now? Reads the
 * appointment table: 1, 0, -1. */
int holds_role(struct call *c, struct id person, const char *role, const char *region, struct err *e) MUSTCHECK;
/* Operations that own a role make and end appointments through these (they store the row and emit
 * appointment.made/ended). stop: only one that this service made, in the caller's region, once: NOT_FOUND, FORBIDDEN,
 * CONFLICT, RULE. */
struct appointment {
    struct id id, person;
    const char *role, *region;
    int64_t valid_from, valid_until; /* TIME_NONE = open */
};
int appointment_store(struct call *c, const struct appointment *a, struct err *e) MUSTCHECK;
int appointment_stop(struct call *c, struct id appointment, int64_t at, const char *reason, struct err *e) MUSTCHECK;

/* --- batch --- */
struct batch {
    struct db *db;
    struct arena *arena;
    int street; /* all calls act in this street */
    size_t n;
    struct call **call; /* in rising order of (act-in id, op id); in[i] belongs to call[i] */
};
/* A batch function answers or fails each call: answer(b->call[i], …) or call_fail(b->call[i], CODE, …). Returning -1
 * fails the group. */
#define call_fail(c, code, ...) err_set(call_err(c), ERR_##code, __VA_ARGS__)
struct err *call_err(struct call *c);

/* --- tables of a service --- */
typedef int call_fn(struct call *c, const void *in, struct err *e);
typedef int batch_fn(struct batch *b, const void *in, struct err *e);
struct op {
    const char *name; /* operationId, event type, or timer name */
    void (*fn)(void); /* call_fn or batch_fn, as the contract's x-run says */
};
/* The generated headers declare every operation's prototype, so a function with the wrong request type does not
 * compile. */
#define OP(fn)                                                                                                         \
    {                                                                                                                  \
#fn, (void (*)(void))fn                                                                                        \
    }
/* ON("project.passed", notice_expect): int notice_expect(struct call *, const struct project_passed *, struct err *) */
#define ON(type, fn)                                                                                                   \
    {                                                                                                                  \
        type, (void (*)(void))fn                                                                                       \
    }
/* TIMER(notice_due): int notice_due(struct call *, const struct timer *, struct err *) */
#define TIMER(fn)                                                                                                      \
    {                                                                                                                  \
#fn, (void (*)(void))fn                                                                                        \
    }
#define OPS_END                                                                                                        \
    {                                                                                                                  \
        NULL, NULL                                                                                                     \
    }

/* Work of every wall second that no row names in advance (folding heat): `streets` lists the streets that have some
 * (one int4 column `street`, no parameters); the function runs once per such street, in a transaction of its own, with
 * in = NULL. */
struct beat {
    const char *name;
    const struct sql *streets;
    call_fn *fn;
};
#define BEATS_END                                                                                                      \
    {                                                                                                                  \
        NULL, NULL, NULL                                                                                               \
    }

struct option;
struct service {
    const char *name;     /* voting */
    const struct op *ops; /* must be exactly the contract's operations of this service: start-up refuses a difference */
    const struct op *events; /* types of any service it consumes; these services' streams are followed */
    const struct op *timers;
    const struct beat *beats; /* NULL = none */
    bool parks; /* a bad event is set aside and the stream goes on (notification); false: the stream halts with an alarm
                   (money) */
    const struct option *options; /* NULL = none */
    /* Called once at start with the configuration read (secrets, thresholds); NULL = none. */
    int (*start)(const struct config *cfg, struct err *e);
};
int service_main(int argc, char **argv, const struct service *s);

/* Opaque cursors of lists: base64url of "street.key"; NULL or "" reads as the beginning. */
int cursor_read(const char *cursor, struct arena *a, int *street, const char **key, struct err *e) MUSTCHECK;
const char *cursor_make(struct arena *a, int street, const char *key);

#endif
