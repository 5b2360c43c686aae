/* What comes in: calls, what processes say, heads; a name or topic that the sender's key may not use goes no further.
 */
#include <string.h>
#include <zmq.h>

#include "base/log.h"
#include "bus/protocol.h"
#include "router_inside.h"

#define TURN_MESSAGES 128

static bool receive(void *s, struct peer *from, zmq_msg_t *m)
{
    zmq_msg_t id;
    zmq_msg_init(&id);
    bool got = zmq_msg_recv(&id, s, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&id);
    size_t n = zmq_msg_size(&id);
    if (got && n <= sizeof from->id) {
        from->n = (unsigned char)n;
        memcpy(from->id, zmq_msg_data(&id), n);
    }
    zmq_msg_close(&id);
    if (!got)
        return false;
    zmq_msg_init(m);
    return zmq_msg_recv(m, s, ZMQ_DONTWAIT) >= 0;
}

struct arriving {
    struct router *r;
    const struct peer *from;
    int64_t now;
    bool may_all; /* a gateway; a service may only fetch events: it could forge a person otherwise */
};

static bool fetches(const void *frame, size_t n)
{
    struct call_frame f;
    return call_decode(frame, n, &f) && ((f.op.n == 12 && memcmp(f.op.p, "events_after", 12) == 0) ||
                                         (f.op.n == 9 && memcmp(f.op.p, "heads_get", 9) == 0));
}

static bool call_in(void *ctx, const void *frame, size_t n)
{
    struct arriving *a = ctx;
    struct call_frame f;
    a->r->calls++;
    if (!a->may_all && !fetches(frame, n)) {
        a->r->forged++;
        if (call_decode(frame, n, &f))
            router_refuse(a->r, a->from, f.id, ERR_FORBIDDEN, 0);
        return true;
    }
    rules_call(a->r->rules, a->now, a->from, frame, n);
    return true;
}

static bool reply_in(void *ctx, const void *frame, size_t n)
{
    struct arriving *a = ctx;
    rules_reply(a->r->rules, a->now, a->from, frame, n);
    return true;
}

void router_calls_turn(struct router *r, int64_t now)
{
    struct peer from = {0};
    zmq_msg_t m;
    for (int i = 0; i < TURN_MESSAGES && receive(r->socket[CALLS], &from, &m); i++) {
        const char *user = r->plain ? "gateway" : zmq_msg_gets(&m, "User-Id");
        struct arriving a = {r, &from, now, user && strcmp(user, "gateway") == 0};
        if (!pack_walk(zmq_msg_data(&m), zmq_msg_size(&m), call_in, &a))
            log_warn("event=broken_pack from=caller");
        zmq_msg_close(&m);
    }
}

/* The name in an ASK must be the one that the sender's key stands for. */
static bool name_fits(struct router *r, zmq_msg_t *m, const char *service)
{
    const char *user = r->plain ? service : zmq_msg_gets(m, "User-Id");
    if (user && strcmp(user, service) == 0)
        return true;
    r->forged++;
    log_warn("event=forged_name said=%s key=%s", service, user ? user : "none");
    return false;
}

/* ASK, PART, LEAVE and BYE have one shape (bus/protocol.h); all carry replies. */
static bool process_in(struct router *r, int64_t now, const struct peer *from, zmq_msg_t *m)
{
    struct span s = {zmq_msg_data(m), zmq_msg_size(m), false};
    char service[256];
    uint8_t kind = span_u8(&s);
    if (span_u8(&s) != PROTOCOL_VERSION)
        return false;
    uint64_t boot = span_u64(&s), finished = span_u64(&s);
    size_t n = span_u8(&s);
    const void *name = span_take(&s, n);
    size_t n_version = span_u8(&s);
    (void)span_take(&s, n_version);
    if (s.bad || !n || kind < MSG_ASK || kind > MSG_BYE)
        return false;
    memcpy(service, name, n);
    service[n] = 0;
    if (!name_fits(r, m, service))
        return true;
    struct arriving a = {r, from, now, false};
    if (!pack_walk(s.p, s.n, reply_in, &a))
        return false;
    if (kind == MSG_ASK)
        rules_ask(r->rules, now, from, service, boot, finished);
    else if (kind == MSG_PART)
        rules_sign(r->rules, now, from);
    else if (kind == MSG_LEAVE)
        rules_leave(r->rules, now, from);
    else
        rules_bye(r->rules, now, from);
    return true;
}

void router_work_turn(struct router *r, int64_t now)
{
    struct peer from = {0};
    zmq_msg_t m;
    for (int i = 0; i < TURN_MESSAGES && receive(r->socket[WORK], &from, &m); i++) {
        if (!process_in(r, now, &from, &m))
            log_warn("event=broken_message from=process");
        zmq_msg_close(&m);
    }
}

/* What one publishes, all hear; a topic that the sender's key may not use is dropped. */
void router_heads_turn(struct router *r)
{
    zmq_msg_t m;
    for (int i = 0; i < TURN_MESSAGES; i++) {
        zmq_msg_init(&m);
        if (zmq_msg_recv(&m, r->socket[SUB], ZMQ_DONTWAIT) < 0)
            break;
        const char *user = r->plain ? "" : zmq_msg_gets(&m, "User-Id");
        if (r->plain || (user && allow_topic(r->allow, user, zmq_msg_data(&m), zmq_msg_size(&m)))) {
            r->heads++;
            zmq_msg_send(&m, r->socket[PUB], ZMQ_DONTWAIT);
        } else {
            r->forged++;
            log_warn("event=forged_topic key=%s", user ? user : "none");
        }
        zmq_msg_close(&m);
    }
    zmq_msg_close(&m);
}
