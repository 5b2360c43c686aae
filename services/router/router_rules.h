/* The router's decisions, pure: no clock, no socket, no random. Every entry is step(state, now, event); what it decides
 * goes to the sink. Invariants (delivery.md §5): I8 bounded queues, I10 one pack per process, I11 attempts and
 * quarantine; each accepted call is answered once. */
#ifndef XQ_ROUTER_RULES_H
#define XQ_ROUTER_RULES_H

#include "base/err.h"
#include "bus/frame.h"

struct peer { /* a ZeroMQ routing id */
    unsigned char n, id[15];
};
struct rules_limits {
    size_t queue_calls, queue_bytes; /* per service */
    size_t pack_calls, pack_bytes;
    int64_t patience_us; /* so long may the oldest call wait for the busy pack before a second process gets work */
    int64_t silent_us;   /* a process that holds a pack and gives no sign for so long is taken for dead */
    int64_t probe_us, idle_us; /* probe those at work, answer those who wait */
    unsigned attempts;
    int64_t
        fresh_us; /* a router that has just begun lets calls wait so long for processes that have not found it yet */
};
extern const struct rules_limits rules_defaults;

struct rules_sink {
    void *ctx;
    /* The pack to a process: frames are patched (attempt, remaining time). */
    void (*pack)(void *ctx, const struct peer *to, uint64_t number, const struct pack *calls);
    void (*empty)(void *ctx, const struct peer *to); /* nothing waits: ask again */
    void (*probe)(void *ctx, const struct peer *to);
    void (*left)(void *ctx, const struct peer *to);
    void (*forward)(void *ctx, const struct peer *caller, const void *reply, size_t n); /* an encoded reply frame */
    void (*refuse)(void *ctx, const struct peer *caller, struct id call, enum err_code code, unsigned retry_after_s);
    void (*quarantine)(void *ctx, struct id call, const char *service, const void *frame, size_t n);
};

struct rules;
struct rules *rules_new(const struct rules_limits *l, const struct rules_sink *s);
void rules_free(struct rules *r);

void rules_call(struct rules *r, int64_t now, const struct peer *caller, const void *frame, size_t n);
void rules_ask(struct rules *r, int64_t now, const struct peer *from, const char *service, uint64_t boot,
               uint64_t finished);
void rules_reply(struct rules *r, int64_t now, const struct peer *from, const void *reply,
                 size_t n);                                             /* one of a reply pack */
void rules_sign(struct rules *r, int64_t now, const struct peer *from); /* a partial reply came: the process lives */
void rules_leave(struct rules *r, int64_t now, const struct peer *from);
void rules_bye(struct rules *r, int64_t now, const struct peer *from);
void rules_suspect(struct rules *r, int64_t now); /* some connection broke: probe everybody at once */
void rules_gone(struct rules *r, int64_t now, const struct peer *who);   /* a probe found nobody */
void rules_unsent(struct rules *r, int64_t now, const struct peer *who); /* the pack just given found nobody */
/* Gives out work and does what time asks for; call it after the events of a turn. Returns µs until it wants to be
 * called again. */
int64_t rules_turn(struct rules *r, int64_t now);

struct rules_service { /* for state and metrics */
    const char *name;
    size_t waiting, idle, busy;
    uint64_t calls, packs, resent, refused, quarantined, late;
};
size_t rules_services(struct rules *r, const struct rules_service **out);

#endif
