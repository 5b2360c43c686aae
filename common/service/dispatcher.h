/* The dispatcher: packs of calls in, replies out; and the other doors to the same kind of function: events, timers,
 * beats. It knows no socket: replies and heads leave through hooks, so that tests and the service loop use the same
 * entry. */
#ifndef XQ_SERVICE_DISPATCHER_H
#define XQ_SERVICE_DISPATCHER_H

#include "bus/frame.h"
#include "service/call.h"

struct dispatcher;
struct dispatcher_hooks { /* reply is needed; the others may be NULL */
    void (*reply)(void *ctx, const struct reply_frame *r);
    /* A long pack is being run again one by one: let the answers so far go (renews the router's patience). */
    void (*flush)(void *ctx);
    /* After COMMIT: this stream's head moved. */
    void (*head)(void *ctx, int street, int64_t epoch, int64_t seq);
    /* Are appointments too old to trust with money (no beacon and nothing fetched for 30 s)? */
    bool (*stale)(void *ctx);
    /* Called while the database makes us wait (watchdog). */
    void (*tick)(void *ctx);
};
struct dispatcher_options {
    const struct service *service;
    const char *instance;
    struct db_options db; /* copied */
    /* The contract: every operation (those of other services are skipped) and every event of the suite. */
    const struct op_contract *const *contract;
    size_t n_contract;
    const struct event_contract *const *events;
    size_t n_events;
    struct dispatcher_hooks hooks;
    void *ctx;
};
/* Checks the C tables against the contract. NULL and e (which names the difference) when they differ. Does not connect.
 */
struct dispatcher *dispatcher_open(const struct dispatcher_options *o, struct err *e) MUSTCHECK;
void dispatcher_close(struct dispatcher *d);                           /* NULL allowed */
int dispatcher_connect(struct dispatcher *d, struct err *e) MUSTCHECK; /* opens the connection anew */
void dispatcher_disconnect(struct dispatcher *d);                      /* until the next connect */
bool dispatcher_connected(const struct dispatcher *d);
struct db *dispatcher_db(struct dispatcher *d);

/* Works on one pack: every call in it is answered through hooks.reply before this returns. false: not a pack, nothing
 * was done. */
bool dispatch_pack(struct dispatcher *d, const void *pack, size_t n);

/* --- events --- */
struct fetched { /* what events_after of another service answered */
    const char *service;
    int stream;
    int64_t epoch, head;
    size_t n;
    struct fetched_event *event;
};
struct fetched_event {
    int64_t seq, at;
    const char *type, *data, *trace;
    size_t data_n;
    struct id id, op;
};
/* Reads an answer of events_after (strings live in a). */
int fetched_read(const char *service, int stream, const char *body, size_t n, struct arena *a, struct fetched *out,
                 struct err *e) MUSTCHECK;
enum applied {
    APPLIED,   /* the cursor stands behind the last event, or was there already */
    ELSEWHERE, /* another instance has the cursor: nothing done */
    HALTED,    /* a bad event, a new epoch, a head behind the cursor, a hole: nothing more may be applied; e says why */
    LATER      /* the database did not let us: try again */
};
/* Applies the events to one street: cursor and effects in one transaction. *epoch and *seq are the cursor afterwards
 * (when APPLIED or HALTED). */
enum applied events_apply(struct dispatcher *d, int street, const struct fetched *f, int64_t *epoch, int64_t *seq,
                          struct err *e);
/* Where this street stands in that stream: 1, 0 = no cursor yet, -1. */
int cursor_get(struct dispatcher *d, int street, const char *service, int stream, int64_t *epoch, int64_t *seq,
               struct err *e) MUSTCHECK;
/* Does this service follow events of that service? */
bool dispatcher_follows(const struct dispatcher *d, const char *service);
size_t dispatcher_followed(const struct dispatcher *d, const char **out, size_t max); /* all services it follows */

/* --- timers and beats --- */
struct timers_state {
    int64_t due;       /* rows at or before now that are not done yet */
    int64_t failing;   /* of these: those that failed and wait */
    char failure[256]; /* what is wrong with the last one; "" */
};
/* Runs what is due at `now`; returns how many ran, -1 when the database did not let us. Bounded: call again while it
 * returns > 0. */
int timers_run(struct dispatcher *d, int64_t now, struct timers_state *out, struct err *e) MUSTCHECK;
int beats_run(struct dispatcher *d, int64_t now, struct err *e) MUSTCHECK; /* as above */

/* --- the story clock --- */
int story_read(struct dispatcher *d, int64_t *at, struct err *e) MUSTCHECK; /* TIME_NONE when never set */
int story_store(struct dispatcher *d, int64_t at, struct err *e) MUSTCHECK; /* only forward */

/* --- heads --- */
struct head {
    int street;
    int64_t epoch, seq;
};
/* All streams of this service, in the arena. */
int heads_read(struct dispatcher *d, struct arena *a, struct head **out, size_t *n, struct err *e) MUSTCHECK;

/* --- counters (metrics.*, state.*) --- */
struct counters {
    uint64_t calls, failed, groups, grouped, careful, split, again, unknown, events, parked, timers, beats, remembered,
        twins;
    uint64_t db_us; /* spent in transactions */
};
const struct counters *dispatcher_counters(const struct dispatcher *d);
/* Has a write committed since the last call of this? Cleared by it (beats have work then). */
bool dispatcher_wrote(struct dispatcher *d);
void dispatcher_metrics(const struct dispatcher *d,
                        struct buf *out); /* lines: type, family, help, labels, value; tab separated */

#endif
