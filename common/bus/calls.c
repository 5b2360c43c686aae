/* Calls that this process sends: gathered, one message per loop turn, to the first router that is there. */
#include "bus/inside.h"

#include <string.h>

#include "base/log.h"

static bool reply_one(void *ctx, const void *frame, size_t n)
{
    struct bus *b = ctx;
    struct reply_frame r;
    if (reply_decode(frame, n, &r) && b->h.reply)
        b->h.reply(b->ctx, &r);
    return true;
}

void calls_turn(struct bus *b, int i)
{
    struct link *l = &b->link[i];
    zmq_msg_t m;
    for (int n = 0; n < 64 && l->calls; n++) {
        zmq_msg_init(&m);
        if (zmq_msg_recv(&m, l->calls, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&m);
            break;
        }
        if (!pack_walk(zmq_msg_data(&m), zmq_msg_size(&m), reply_one, b))
            log_warn("event=bad_pack from=router bytes=%zu", zmq_msg_size(&m));
        zmq_msg_close(&m);
    }
    bool was_up = l->calls_up;
    l->calls_up = socket_ready(l->calls, ZMQ_POLLOUT);
    if (was_up && !l->calls_up && b->h.lost) /* the router that comes back is a new one: it knows nothing of them */
        b->h.lost(b->ctx, i + 1);
    if (l->calls_up)
        l->calls_up_at = b->now;
    else if (b->now - l->calls_up_at > BUS_SILENT_MS && socket_calls(b, l) < 0)
        log_warn("event=socket_failed socket=calls error=%s", zmq_strerror(zmq_errno()));
}

/* Nothing was passed on: a definite refusal, which the caller hears in the next turn. */
static bool refuse(void *ctx, const void *frame, size_t n)
{
    struct bus *b = ctx;
    struct call_frame f;
    struct err e = {.code = ERR_UNAVAILABLE};
    AUTO_BUF body = {0};
    AUTO_BUF reply = {0};
    if (!call_decode(frame, n, &f))
        return true;
    char trace[33];
    for (int i = 0; i < 16; i++) {
        trace[2 * i] = "0123456789abcdef"[f.trace[i] >> 4];
        trace[2 * i + 1] = "0123456789abcdef"[f.trace[i] & 15];
    }
    trace[32] = 0;
    err_problem(&body, &e, trace);
    struct reply_frame r = {.id = f.id, .status = 503, .retry_after_s = 1, .body = {body.p, body.n}};
    reply_encode(&reply, &r);
    pack_add(&b->refused, reply.p, reply.n);
    return true;
}

void calls_refused(struct bus *b)
{
    if (!b->refused.count)
        return;
    struct pack now = b->refused; /* the handlers may send again */
    b->refused = (struct pack){0};
    pack_start(&b->refused);
    pack_walk(now.bytes.p, now.bytes.n, reply_one, b);
    buf_free(&now.bytes);
}

static void flush(struct bus *b, struct link *l)
{
    if (!l->out.count)
        return;
    if (!l->calls || zmq_send(l->calls, l->out.bytes.p, l->out.bytes.n, ZMQ_DONTWAIT) < 0)
        pack_walk(l->out.bytes.p, l->out.bytes.n, refuse, b);
    pack_start(&l->out);
}

int bus_send(struct bus *b, const struct call_frame *f)
{
    int i = 0;
    while (i < b->n && !b->link[i].calls_up)
        i++;
    if (i == b->n || b->refused.count >= REFUSED_MAX)
        return 0;
    struct link *l = &b->link[i];
    AUTO_BUF frame = {0};
    call_encode(&frame, f);
    if (frame.n > BUS_MESSAGE_BYTES - 64)
        return 0;
    if (l->out.count >= PACK_CALLS || (l->out.count && l->out.bytes.n + frame.n > PACK_BYTES))
        flush(b, l);
    pack_add(&l->out, frame.p, frame.n);
    return i + 1;
}

void bus_send_flush(struct bus *b)
{
    for (int i = 0; i < b->n; i++)
        flush(b, &b->link[i]);
}
