/* The bus for those who connect: one link per router with four sockets, polled by the owner, renewed when it falls
 * silent. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/when.h"
#include "bus/bus.h"
#include "bus/protocol.h"

#define SEND_BYTES    786432            /* one message of calls: well under BUS_MESSAGE_BYTES */
#define QUEUE_BYTES   (8 * 1024 * 1024) /* calls that wait for a socket that takes them; above it bus_send says no */
#define TURN_MESSAGES 64                /* of one socket in one turn: no socket starves another */

enum { CALLS, WORK, PUB, SUB, SOCKETS };

struct link {
    char base[PATH_MAX];
    void *socket[SOCKETS];
    uint64_t hand, finished; /* number of the pack in hand (0 = none), of the last one that was answered whole */
    zmq_msg_t pack;          /* the bytes of the pack in hand */
    struct pack replies;
    int64_t asked_ms, heard_ms,
        work_ms; /* monotonic: last ASK, last published message, last message on the work socket */
    bool asking, left, leaving;
};
struct bus {
    struct bus_options o;
    struct bus_handlers h;
    void *ctx, *zmq;
    char program_public[41], program_secret[41], router_public[41];
    char *program, *version;
    char **topics;
    size_t n_topics, n_links;
    struct link link[ROUTERS_MAX];
    struct pack calls; /* gathered this turn */
    uint64_t boot;
    bool bye, leaving;
    struct buf scratch;
};

int bus_socket_options(void *socket)
{
    static const struct {
        int name, value;
    } options[] = {
        {ZMQ_LINGER, BUS_LINGER_MS},
        {ZMQ_SNDHWM, BUS_HWM},
        {ZMQ_RCVHWM, BUS_HWM},
        {ZMQ_HEARTBEAT_IVL, BUS_HEARTBEAT_MS},
        {ZMQ_HEARTBEAT_TIMEOUT, BUS_HEARTBEAT_DEAD_MS},
        {ZMQ_HEARTBEAT_TTL, BUS_HEARTBEAT_DEAD_MS},
        {ZMQ_HANDSHAKE_IVL, BUS_HANDSHAKE_MS},
        {ZMQ_RECONNECT_IVL, BUS_RECONNECT_MS},
        {ZMQ_RECONNECT_IVL_MAX, BUS_RECONNECT_MAX_MS},
        {ZMQ_TCP_MAXRT, BUS_TCP_MAXRT_MS},
        {ZMQ_SNDTIMEO, 0},
    };
    for (size_t i = 0; i < COUNT(options); i++)
        if (zmq_setsockopt(socket, options[i].name, &options[i].value, sizeof options[i].value) < 0)
            return -1;
    int64_t most = BUS_MESSAGE_BYTES;
    return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof most);
}

bool bus_endpoint(const char *base, enum bus_socket which, char *out, size_t n)
{
    static const char *const tail[] = {"calls", "work", "pub", "sub"};
    if (strncmp(base, "ipc://", 6) == 0 && base[6])
        return (size_t)snprintf(out, n, "%s.%s", base, tail[which]) < n;
    const char *colon = strrchr(base, ':');
    if (strncmp(base, "tcp://", 6) != 0 || !colon || colon < base + 6)
        return false;
    char *end;
    long port = strtol(colon + 1, &end, 10);
    if (*end || port < 1 || port > 65532)
        return false;
    return (size_t)snprintf(out, n, "%.*s:%ld", (int)(colon - base), base, port + (long)which) < n;
}

void bus_configure(struct bus_options *o, const struct config *cfg)
{
    static char made[ROUTERS_MAX][PATH_MAX];
    static const char *list[ROUTERS_MAX + 1];
    const char *const *routers = config_list(cfg, "routers");
    size_t n = 0;
    for (; routers[n]; n++) {
        char probe[PATH_MAX + 16];
        if (n == ROUTERS_MAX)
            die("routers: at most %d are possible", ROUTERS_MAX);
        if (strncmp(routers[n], "ipc://", 6) == 0 && routers[n][6] != '/')
            snprintf(made[n], sizeof made[n], "ipc://%s/%s", config_path(cfg, "run"), routers[n] + 6);
        else
            snprintf(made[n], sizeof made[n], "%s", routers[n]);
        if (!bus_endpoint(made[n], BUS_SUB, probe, sizeof probe))
            die("routers: '%s' is no endpoint; good values: ipc:///run/xiangqin/router1, tcp://127.0.0.1:7101",
                routers[n]);
        list[n] = made[n];
    }
    if (!n)
        die("routers: name at least one, for example ipc://router1");
    list[n] = NULL;
    o->routers = list;
    o->keys = config_path(cfg, "keys");
    o->plain = !config_bool(cfg, "curve");
    if (o->plain && config_bool(cfg, "production"))
        die("curve = false is for measuring only and refused with production = true; remove one of the two");
}

static int secure(const struct bus *b, void *s)
{
    if (b->o.plain)
        return 0;
    if (zmq_setsockopt(s, ZMQ_CURVE_SERVERKEY, b->router_public, 40) < 0 ||
        zmq_setsockopt(s, ZMQ_CURVE_PUBLICKEY, b->program_public, 40) < 0)
        return -1;
    return zmq_setsockopt(s, ZMQ_CURVE_SECRETKEY, b->program_secret, 40);
}

static void *socket_open(struct bus *b, struct link *l, int which)
{
    static const int types[SOCKETS] = {ZMQ_DEALER, ZMQ_DEALER, ZMQ_PUB, ZMQ_SUB};
    static const enum bus_socket names[SOCKETS] = {BUS_CALLS, BUS_WORK, BUS_PUB, BUS_SUB};
    char endpoint[PATH_MAX + 16];
    int one = 1, none = 0;
    void *s = zmq_socket(b->zmq, types[which]);
    if (!s)
        die("bus: no more sockets: %s", zmq_strerror(errno));
    int rc = bus_socket_options(s) | secure(b, s);
    if (types[which] == ZMQ_DEALER)
        rc |= zmq_setsockopt(s, ZMQ_IMMEDIATE, &one, sizeof one); /* nothing queues to an absent peer */
    if (which == PUB)
        rc |= zmq_setsockopt(s, ZMQ_LINGER, &none, sizeof none);
    for (size_t i = 0; which == SUB && i < b->n_topics; i++)
        rc |= zmq_setsockopt(s, ZMQ_SUBSCRIBE, b->topics[i], strlen(b->topics[i]));
    if (!bus_endpoint(l->base, names[which], endpoint, sizeof endpoint))
        die("bus: '%s' is no endpoint", l->base);
    if (rc < 0 || zmq_connect(s, endpoint) < 0)
        die("bus: cannot connect to %s: %s", endpoint, zmq_strerror(errno));
    return s;
}

static void link_open(struct bus *b, struct link *l)
{
    for (int i = 0; i < SOCKETS; i++)
        if (i == CALLS || i == PUB || (i == WORK && b->o.asks) || (i == SUB && b->n_topics))
            l->socket[i] = socket_open(b, l, i);
    l->heard_ms = l->work_ms = mono_ms();
    l->asking = false;
}

static void link_close(struct link *l)
{
    for (int i = 0; i < SOCKETS; i++) {
        if (l->socket[i])
            zmq_close(l->socket[i]);
        l->socket[i] = NULL;
    }
}

struct bus *bus_open(const struct bus_options *o, const struct bus_handlers *h, void *ctx, struct err *e)
{
    struct bus *b = xcalloc(1, sizeof *b);
    b->o = *o;
    b->h = *h;
    b->ctx = ctx;
    if (!o->plain && (keys_read(o->keys, o->program, b->program_public, b->program_secret, e) < 0 ||
                      keys_read_router(o->keys, b->router_public, e) < 0)) {
        free(b);
        return NULL;
    }
    b->zmq = zmq_ctx_new();
    if (!b->zmq)
        die("bus: ZeroMQ does not start: %s", zmq_strerror(errno));
    b->program = xstrdup(o->program);
    b->version = xstrdup(o->version ? o->version : XQ_VERSION);
    randombytes_buf(&b->boot, sizeof b->boot);
    for (; o->topics && o->topics[b->n_topics]; b->n_topics++) {
        b->topics = xrealloc(b->topics, b->n_topics + 1, sizeof *b->topics);
        b->topics[b->n_topics] = xstrdup(o->topics[b->n_topics]);
    }
    if (b->n_topics) { /* by this a subscriber knows that the router lives */
        b->topics = xrealloc(b->topics, b->n_topics + 1, sizeof *b->topics);
        b->topics[b->n_topics++] = xstrdup("state.router.");
    }
    pack_start(&b->calls);
    for (; o->routers[b->n_links] && b->n_links < ROUTERS_MAX; b->n_links++) {
        struct link *l = &b->link[b->n_links];
        snprintf(l->base, sizeof l->base, "%s", o->routers[b->n_links]);
        pack_start(&l->replies);
        link_open(b, l);
    }
    return b;
}

void bus_close(struct bus *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->n_links; i++) {
        link_close(&b->link[i]);
        if (b->link[i].hand)
            zmq_msg_close(&b->link[i].pack);
        buf_free(&b->link[i].replies.bytes);
    }
    zmq_ctx_term(b->zmq); /* bounded by LINGER */
    for (size_t i = 0; i < b->n_topics; i++)
        free(b->topics[i]);
    free(b->topics);
    buf_free(&b->calls.bytes);
    buf_free(&b->scratch);
    sodium_memzero(b->program_secret, sizeof b->program_secret);
    free(b->program);
    free(b->version);
    free(b);
}

/* --- asking for work
 * --------------------------------------------------------------------------------------------------- */

static void short_text(struct buf *b, const char *s)
{
    size_t n = strlen(s) < 255 ? strlen(s) : 255;
    buf_u8(b, (uint8_t)n);
    buf_add(b, s, n);
}

/* An ASK with the replies gathered for this router. Kept for the next turn when the socket takes nothing now. */
static void ask(struct bus *b, struct link *l)
{
    struct buf *m = &b->scratch;
    if (!l->socket[WORK])
        return;
    buf_clear(m);
    buf_u8(m, MSG_ASK);
    buf_u8(m, PROTOCOL_VERSION);
    buf_u64(m, b->boot);
    buf_u64(m, l->finished);
    short_text(m, b->program);
    short_text(m, b->version);
    buf_add(m, l->replies.bytes.p, l->replies.bytes.n);
    if (zmq_send(l->socket[WORK], m->p, m->n, ZMQ_DONTWAIT) >= 0) {
        pack_start(&l->replies);
        l->asking = true;
        l->asked_ms = mono_ms();
    }
}

static void tell(struct bus *b, struct link *l, enum from_process kind)
{
    struct buf *m = &b->scratch;
    buf_clear(m);
    buf_u8(m, (uint8_t)kind);
    if (kind == MSG_PART)
        buf_add(m, l->replies.bytes.p, l->replies.bytes.n);
    if (l->socket[WORK] && zmq_send(l->socket[WORK], m->p, m->n, ZMQ_DONTWAIT) >= 0 && kind == MSG_PART)
        pack_start(&l->replies);
}

void bus_reply(struct bus *b, int from, const struct reply_frame *r)
{
    struct link *l = &b->link[from];
    buf_clear(&b->scratch);
    reply_encode(&b->scratch, r);
    if (l->replies.count && l->replies.bytes.n + b->scratch.n > SEND_BYTES)
        bus_reply_flush(b, from);
    buf_clear(&b->scratch);
    reply_encode(&b->scratch, r);
    pack_add(&l->replies, b->scratch.p, b->scratch.n);
}

void bus_reply_flush(struct bus *b, int from)
{
    if (b->link[from].replies.count)
        tell(b, &b->link[from], MSG_PART);
}

void bus_reply_end(struct bus *b, int from)
{
    struct link *l = &b->link[from];
    assert(l->hand);
    l->finished = l->hand;
    l->hand = 0;
    zmq_msg_close(&l->pack);
    if (b->bye || l->leaving)
        bus_reply_flush(b, from); /* the replies go, but no more work is asked for */
    if (b->bye)
        tell(b, l, MSG_BYE);
    else if (l->leaving)
        tell(b, l, MSG_LEAVE);
    else
        ask(b, l);
}

void bus_bye(struct bus *b)
{
    if (b->bye)
        return;
    b->bye = true;
    for (size_t i = 0; i < b->n_links; i++)
        if (!b->link[i].hand)
            tell(b, &b->link[i], MSG_BYE);
}

void bus_hello(struct bus *b)
{
    b->bye = false;
    for (size_t i = 0; i < b->n_links; i++)
        if (!b->link[i].hand && !b->leaving)
            ask(b, &b->link[i]);
}

void bus_leave(struct bus *b)
{
    b->leaving = true;
    for (size_t i = 0; i < b->n_links; i++) {
        b->link[i].leaving = true;
        if (!b->link[i].hand)
            tell(b, &b->link[i], MSG_LEAVE);
    }
}

bool bus_left(const struct bus *b)
{
    for (size_t i = 0; i < b->n_links; i++)
        if (b->link[i].socket[WORK] && !b->link[i].left)
            return false;
    return b->leaving;
}

/* --- receiving
 * ------------------------------------------------------------------------------------------------------------ */

static void work_in(struct bus *b, int at)
{
    struct link *l = &b->link[at];
    for (int i = 0; i < TURN_MESSAGES && l->socket[WORK] && !l->hand; i++) {
        zmq_msg_t m;
        zmq_msg_init(&m);
        if (zmq_msg_recv(&m, l->socket[WORK], ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&m);
            return;
        }
        l->work_ms = mono_ms();
        struct span s = {zmq_msg_data(&m), zmq_msg_size(&m), false};
        uint8_t kind = span_u8(&s);
        uint64_t number = kind == MSG_PACK ? span_u64(&s) : 0;
        if (kind == MSG_LEFT)
            l->left = true;
        if (kind == MSG_PACK && !s.bad) {
            l->asking = false;
            if (number && b->h.work) {
                l->hand = number;
                l->pack = m; /* moved: closed by bus_reply_end */
                b->h.work(b->ctx, at, s.p, s.n);
                continue;
            }
            if (!b->bye && !l->leaving)
                ask(b, l);
        }
        zmq_msg_close(&m);
    }
}

static bool reply_in(void *ctx, const void *frame, size_t n)
{
    struct bus *b = ctx;
    struct reply_frame r;
    if (reply_decode(frame, n, &r) && b->h.reply)
        b->h.reply(b->ctx, &r);
    return true;
}

static void calls_in(struct bus *b, struct link *l)
{
    for (int i = 0; i < TURN_MESSAGES; i++) {
        zmq_msg_t m;
        zmq_msg_init(&m);
        bool got = zmq_msg_recv(&m, l->socket[CALLS], ZMQ_DONTWAIT) >= 0;
        if (got)
            pack_walk(zmq_msg_data(&m), zmq_msg_size(&m), reply_in, b);
        zmq_msg_close(&m);
        if (!got)
            return;
    }
}

static void heard_in(struct bus *b, struct link *l)
{
    for (int i = 0; i < TURN_MESSAGES && l->socket[SUB]; i++) {
        zmq_msg_t m;
        zmq_msg_init(&m);
        if (zmq_msg_recv(&m, l->socket[SUB], ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&m);
            return;
        }
        l->heard_ms = mono_ms();
        const char *p = zmq_msg_data(&m);
        size_t n = zmq_msg_size(&m);
        const char *nul = memchr(p, 0, n < TOPIC_MAX ? n : TOPIC_MAX);
        if (nul && b->h.heard)
            b->h.heard(b->ctx, p, nul + 1, n - (size_t)(nul + 1 - p));
        zmq_msg_close(&m);
    }
}

/* A link that gave no sign for long is closed and opened anew: some refused handshakes are never tried again by the
 * library. */
static void link_check(struct bus *b, struct link *l)
{
    int64_t now = mono_ms();
    bool deaf = l->socket[SUB] && now - l->heard_ms > BUS_SILENT_MS;
    bool idle = l->socket[WORK] && !l->hand && !b->bye && !l->leaving && now - l->work_ms > BUS_SILENT_MS;
    if (deaf || idle) {
        log_warn("event=link_renewed router=%s deaf=%d", l->base, deaf);
        link_close(l);
        link_open(b, l);
    }
    if (l->socket[WORK] && !l->hand && !b->bye && !l->leaving && (!l->asking || now - l->asked_ms > BUS_ASK_AGAIN_MS))
        ask(b, l);
}

size_t bus_items(struct bus *b, zmq_pollitem_t *items, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n_links; i++)
        for (int k = 0; k < SOCKETS; k++)
            if (b->link[i].socket[k] && k != PUB && n < max)
                items[n++] = (zmq_pollitem_t){.socket = b->link[i].socket[k], .events = ZMQ_POLLIN};
    return n;
}

int bus_timeout_ms(struct bus *b)
{
    for (size_t i = 0; i < b->n_links; i++)
        if (b->link[i].socket[WORK] && !b->link[i].hand && !b->link[i].asking && !b->bye && !b->link[i].leaving)
            return 20; /* not connected yet: an ASK wants out */
    return b->calls.count ? 5 : 500;
}

void bus_turn(struct bus *b)
{
    for (size_t i = 0; i < b->n_links; i++) {
        calls_in(b, &b->link[i]);
        heard_in(b, &b->link[i]);
        work_in(b, (int)i);
        link_check(b, &b->link[i]);
    }
    bus_send_flush(b);
}

/* --- sending
 * ---------------------------------------------------------------------------------------------------------------- */

static bool writable(void *s)
{
    int events = 0;
    size_t n = sizeof events;
    return zmq_getsockopt(s, ZMQ_EVENTS, &events, &n) == 0 && (events & ZMQ_POLLOUT);
}

bool bus_send(struct bus *b, const struct call_frame *f)
{
    bool some = b->calls.count > 0; /* asked once per turn */
    for (size_t i = 0; i < b->n_links && !some; i++)
        some = writable(b->link[i].socket[CALLS]);
    if (!some || b->calls.bytes.n > QUEUE_BYTES)
        return false;
    buf_clear(&b->scratch);
    call_encode(&b->scratch, f);
    if (b->calls.count && b->calls.bytes.n + b->scratch.n > SEND_BYTES) {
        bus_send_flush(b);
        buf_clear(&b->scratch);
        call_encode(&b->scratch, f);
    }
    pack_add(&b->calls, b->scratch.p, b->scratch.n);
    return true;
}

void bus_send_flush(struct bus *b)
{
    if (!b->calls.count)
        return;
    for (size_t i = 0; i < b->n_links; i++)
        if (zmq_send(b->link[i].socket[CALLS], b->calls.bytes.p, b->calls.bytes.n, ZMQ_DONTWAIT) >= 0) {
            pack_start(&b->calls);
            return;
        }
}

void bus_publish(struct bus *b, const char *topic, const void *payload, size_t n)
{
    buf_clear(&b->scratch);
    buf_add(&b->scratch, topic, strlen(topic) + 1);
    buf_add(&b->scratch, payload, n);
    for (size_t i = 0; i < b->n_links; i++)
        (void)zmq_send(b->link[i].socket[PUB], b->scratch.p, b->scratch.n, ZMQ_DONTWAIT);
}
