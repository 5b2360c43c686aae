/* What the files of the router's shell share. */
#ifndef XQ_ROUTER_INSIDE_H
#define XQ_ROUTER_INSIDE_H

#include "router.h"
#include "router_rules.h"
#include "zap.h"

#define CALLERS_MAX 256 /* callers that get replies in one turn */

enum { CALLS, WORK, PUB, SUB, SOCKETS };
struct outgoing { /* replies of this turn to one caller */
    struct peer to;
    struct pack replies;
};
struct router {
    void *zmq, *socket[SOCKETS], *monitor;
    struct rules *rules;
    struct zap *zap;
    struct allow *allow;
    struct outgoing out[CALLERS_MAX];
    size_t n_out;
    struct peer gone[CALLERS_MAX];
    bool unsent[CALLERS_MAX]; /* gone[i] was found by sending a pack */
    size_t n_gone;
    struct buf scratch;
    const struct config *cfg;
    const struct program *program;
    const char *keys;
    bool plain, stop;
    int64_t began, published;
    uint64_t packs, calls, replies, heads, forged;
};

/* router_send.c */
void router_sink(struct router *r, struct rules_sink *out);
void router_refuse(void *ctx, const struct peer *caller, struct id call, enum err_code code, unsigned retry_after_s);
void router_flush(struct router *r); /* the replies gathered in this turn */

/* router_receive.c: all that waits, up to a bound */
void router_calls_turn(struct router *r, int64_t now);
void router_work_turn(struct router *r, int64_t now);
void router_heads_turn(struct router *r);

/* router_tell.c */
void router_tell(struct router *r);

#endif
