/* The service's side of the work socket: asking, one pack in hand at a time, replies, and taking leave. */
#include "bus/inside.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"

static bool work_send(struct link *l, const struct buf *m)
{
    return zmq_send(l->work, m->p, m->n, ZMQ_DONTWAIT) >= 0;
}

/* Any message to the router, with the replies gathered so far. What cannot be sent is lost with its connection: the
 * router then resends the calls. */
static void replies_send(struct bus *b, struct link *l, enum from_process kind)
{
    AUTO_BUF m = {0};
    buf_u8(&m, (uint8_t)kind);
    buf_u8(&m, PROTOCOL_VERSION);
    buf_u64(&m, b->boot);
    buf_u64(&m, l->finished);
    buf_u8(&m, (uint8_t)strlen(b->program));
    buf_str(&m, b->program);
    buf_u8(&m, (uint8_t)strlen(b->version));
    buf_str(&m, b->version);
    buf_add(&m, l->replies.bytes.p, l->replies.bytes.n);
    if (!work_send(l, &m) && l->replies.count)
        log_warn("event=replies_lost count=%u", l->replies.count);
    pack_start(&l->replies);
}

static void ask(struct bus *b, struct link *l)
{
    if (!l->work_up || b->bye || b->leaving)
        return;
    replies_send(b, l, MSG_ASK);
    l->asked = true;
    l->asked_at = b->now;
}

void ask_renew(struct bus *b, int i)
{
    struct link *l = &b->link[i];
    l->asked = false;
    l->finished = 0; /* a new connection is a new peer to the router */
    l->number =
        b->holding == i ? UINT64_MAX : 0; /* the pack in hand belongs to the old one: its replies will be dropped */
}

/* A pack: borrowed by the handler until bus_reply_end. */
static void pack_take(struct bus *b, int i, zmq_msg_t *m)
{
    struct link *l = &b->link[i];
    struct span s = {zmq_msg_data(m), zmq_msg_size(m), false};
    span_u8(&s);
    uint64_t number = span_u64(&s);
    l->asked = false;
    if (number == 0) { /* nothing to do: ask again */
        zmq_msg_close(m);
        ask(b, l);
        return;
    }
    zmq_msg_init(&l->held);
    zmq_msg_move(&l->held, m);
    zmq_msg_close(m);
    l->number = number;
    b->holding = i;
    pack_start(&l->replies);
    b->h.work(b->ctx, i, (const char *)zmq_msg_data(&l->held) + PACK_HEAD, zmq_msg_size(&l->held) - PACK_HEAD);
}

static void work_message(struct bus *b, int i, zmq_msg_t *m)
{
    struct link *l = &b->link[i];
    const unsigned char *p = zmq_msg_data(m);
    size_t n = zmq_msg_size(m);
    l->work_heard_at = b->now;
    if (n >= PACK_HEAD + 4 && p[0] == MSG_PACK) {
        pack_take(b, i, m);
        return;
    }
    if (n >= 1 && p[0] == MSG_LEFT)
        l->left = true;
    zmq_msg_close(m);
}

/* Connected just now, or not any more: IMMEDIATE makes the socket writable only while it is let in. */
static void work_state(struct bus *b, int i)
{
    struct link *l = &b->link[i];
    bool up = socket_ready(l->work, ZMQ_POLLOUT);
    if (up == l->work_up)
        return;
    l->work_up = up;
    ask_renew(b, i);
    if (b->leaving)
        l->left = true; /* the router forgets us with the connection */
    if (up)
        l->work_heard_at = b->now;
}

static bool message_receive(void *socket, zmq_msg_t *m)
{
    zmq_msg_init(m);
    if (zmq_msg_recv(m, socket, ZMQ_DONTWAIT) >= 0)
        return true;
    zmq_msg_close(m);
    return false;
}

void ask_turn(struct bus *b, int i)
{
    struct link *l = &b->link[i];
    zmq_msg_t m;
    if (!l->work) { /* could not be made the last time */
        if (b->now - l->work_heard_at > BUS_SILENT_MS)
            (void)socket_work(b, l);
        return;
    }
    work_state(b, i);
    for (int n = 0; n < 64 && b->holding == NOBODY && message_receive(l->work, &m); n++)
        work_message(b, i, &m);
    if (b->holding != NOBODY || !b->asks)
        return;
    if (b->leaving && !l->leave_said) {
        l->leave_said = true;
        if (l->work_up)
            replies_send(b, l, MSG_LEAVE);
        else
            l->left = true;
    }
    if (!l->asked || b->now - l->asked_at > BUS_ASK_AGAIN_MS)
        ask(b, l);
    if (!b->bye && !b->leaving && b->now - l->work_heard_at > BUS_SILENT_MS) {
        if (socket_work(b, l) < 0)
            log_warn("event=socket_failed socket=work error=%s", zmq_strerror(zmq_errno()));
        ask_renew(b, i);
    }
}

void bus_reply(struct bus *b, int from, const struct reply_frame *r)
{
    struct link *l = &b->link[from];
    AUTO_BUF f = {0};
    reply_encode(&f, r);
    if (f.n > ANSWER_BYTES + 4096) { /* no answer is larger; the dispatcher refuses it before */
        log_error("event=answer_too_large bytes=%zu", f.n);
        return;
    }
    if (l->replies.count && l->replies.bytes.n + f.n > PACK_BYTES)
        bus_reply_flush(b, from);
    pack_add(&l->replies, f.p, f.n);
}

void bus_reply_flush(struct bus *b, int from)
{
    struct link *l = &b->link[from];
    if (l->replies.count && l->work)
        replies_send(b, l, MSG_PART);
}

void bus_reply_end(struct bus *b, int from)
{
    struct link *l = &b->link[from];
    assert(b->holding == from);
    zmq_msg_close(&l->held);
    b->holding = NOBODY;
    if (l->number != UINT64_MAX)
        l->finished = l->number;
    if (l->work)
        replies_send(b, l, b->leaving ? MSG_LEAVE : b->bye ? MSG_BYE : MSG_ASK);
    l->leave_said = b->leaving;
    l->asked = !b->bye && !b->leaving;
    l->asked_at = b->now;
}

void bus_bye(struct bus *b)
{
    b->bye = true;
    for (int i = 0; i < b->n; i++) {
        b->link[i].asked = false;
        if (b->holding != i && b->link[i].work_up)
            replies_send(b, &b->link[i], MSG_BYE);
    }
}

void bus_hello(struct bus *b)
{
    b->bye = false; /* the next turn asks */
    for (int i = 0; i < b->n; i++)
        b->link[i].work_heard_at = b->now;
}

void bus_leave(struct bus *b)
{
    b->leaving = true;
}

bool bus_left(const struct bus *b)
{
    for (int i = 0; i < b->n; i++)
        if (b->asks && !b->link[i].left)
            return false;
    return b->holding == NOBODY;
}
