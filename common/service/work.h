/* Private to the dispatcher's files: one call at work, one group of calls of one street, and what they share. */
#ifndef XQ_SERVICE_WORK_H
#define XQ_SERVICE_WORK_H

#include <stdio.h>

#include "base/buf.h"
#include "base/log.h"
#include "service/dispatcher.h"

#define ATTEMPT_MS      2000 /* delivery.md §2: lock 1 s <= idle in transaction 1 s < attempt 2 s < router 2.2 s */
#define TRIES           5
#define DISTRICT_OFFICE 1000 /* streets of one district share their number above this */

/* --- events that a call emits --- */
struct emitted_event {
    const struct event_contract *event;
    const char *data;
    struct id id;
    struct emitted_event *next;
};
struct emitted {
    const struct dispatcher *d; /* finds contracts of built-in events */
    struct emitted_event *first, *last;
    size_t n;
    char trace[33];
    int64_t seq; /* of the last one, once the group has closed */
};

/* --- operations, and the calls of a pack --- */
struct entry {
    const struct op_contract *op;
    void (*fn)(void);
    bool place_list;      /* act_in is a list of regions: the first one's district is the street */
    bool has_roles;       /* x-who names appointments */
    uint64_t ok, refused; /* counters */
    uint64_t us;
};
struct granted { /* an appointment of a caller, whatever its dates */
    struct id person;
    const char *role, *region;
    int64_t from, until; /* until TIME_NONE = open */
};
struct grants {
    const struct granted *g;
    size_t n;
};
struct work {
    struct call_frame f; /* borrows from the pack */
    struct call c;
    struct entry *entry;
    void *in;
    struct err err;
    struct buf out;
    struct emitted emitted;
    struct work *twin;          /* an earlier call of the group with the same key: answered when that one is */
    int64_t begun_us, deadline; /* monotonic µs; monotonic ms */
    const char *key;            /* NULL = none */
    unsigned char hash[32];     /* of operation, parameters and body */
    bool failed, remembered, not_yet, done;
    int status;
    char position[64];
    char place[REGION_MAX];
    char trace[33];
};

struct dispatcher {
    const struct service *service;
    char *instance, *conninfo, *application;
    struct db_options options;
    struct db *db;
    struct arena *arena;
    struct entry *entry;
    size_t n_entries;
    const struct event_contract *const *events;
    size_t n_events;
    struct dispatcher_hooks hooks;
    void *ctx;
    struct work work[PACK_CALLS];
    size_t n_work;
    struct buf scratch; /* what events and timers would answer */
    struct counters counters;
    bool wrote;
    size_t slice; /* events that are applied in one transaction: what half a second is enough for */
    struct backoff {
        int street;
        char op[48];
        struct id id;
        int64_t until_ms;
        int failures;
    } backoff[64]; /* timers that failed */
    size_t n_backoff;
    char timer_failure[256];
};

/* dispatcher.c */
void work_fail(struct work *w, enum err_code code);
void work_reply(struct dispatcher *d, struct work *w); /* once; logs */
/* The bare call for events, timers and beats. */
void call_start(struct dispatcher *d, struct call *c, struct emitted *m, struct err *e, int street, int64_t now,
                struct id id, char place[REGION_MAX]);
bool db_again(const struct dispatcher *d); /* is the last failure one that a retry cures (40001, 40P01, 55P03)? */
void jitter_sleep(int attempt);            /* 5…200 ms */

/* group.c: the writes of one street */
struct group {
    struct dispatcher *d;
    int street;
    struct work **w;
    size_t n;
    int64_t epoch, seq; /* the head after close; seq 0 = no event was stored */
    bool careful; /* a savepoint before each call: one of them decided against itself after it had stored something */
};
void group_run(struct dispatcher *d, int street, struct work **w, size_t n);
int call_once(struct work *w); /* runs a plain function */

/* roles.c */
int grants_read(struct dispatcher *d, struct work *const *w, size_t n, struct grants *out, struct err *e) MUSTCHECK;
bool who_may(struct work *w, const struct grants *g); /* sets role and role_region, or the error */
/* region.changed, appointment.made, appointment.ended of other services: 1 = it was one of these and is queued, 0 =
 * not, -1. */
int roles_event(struct dispatcher *d, struct call *c, const struct event_contract *event, const void *data,
                struct err *e) MUSTCHECK;
bool roles_event_type(const char *type);

/* idempotency.c */
void twins_find(struct work **w, size_t n);
int keys_open(struct dispatcher *d, int street, struct work **w, size_t n, struct err *e) MUSTCHECK;
int keys_close(struct dispatcher *d, int street, struct work **w, size_t n, struct err *e) MUSTCHECK;
/* After an unknown COMMIT: 1 = found and taken as the answer, 0 = not there, -1. */
int key_look_up(struct dispatcher *d, struct work *w, struct err *e) MUSTCHECK;

/* outbox.c */
const struct event_contract *event_find(const struct dispatcher *d, const char *service, const char *type);
const struct field *shape_field(const struct shape *s, const char *name); /* NULL if there is none */
int outbox_close(struct dispatcher *d, int street, struct call *const *c, size_t n, int64_t *epoch, int64_t *seq,
                 struct err *e) MUSTCHECK;
void emitted_drop(struct emitted *m);
bool internal_call(struct dispatcher *d, struct work *w); /* events_after, heads_get: done here when it is one */

/* after.c */
bool after_reached(struct dispatcher *d, struct work *w); /* X-After: false = the error is set */

#endif
