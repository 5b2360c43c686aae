/* The shell: sockets, signals, the clock; everything that is decided is decided in router_rules.c. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "base/log.h"
#include "base/when.h"
#include "bus/bus.h"
#include "bus/protocol.h"
#include "router.h"
#include "router_rules.h"
#include "zap.h"

#define TURN_MESSAGES 128
#define CALLERS_MAX   256 /* callers that get replies in one turn */

const struct option router_options[] = {
    {"instances", OPT_INT, 1, ROUTERS_MAX, 1, NULL, false,
     "how many routers xq up starts: as many as common.routers names"},
    {"quarantine", OPT_TEXT, 0, 1024, 0, "quarantine", false, "folder for calls that two processes died of"},
    {"queue_calls", OPT_INT, 100, 1000000, 20000, NULL, false,
     "calls that may wait for one service; above it callers hear 503 busy"},
    {"queue_megabytes", OPT_INT, 1, 1024, 64, NULL, false, "the same in megabytes"},
    OPTIONS_END,
};

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

static int64_t now_us(void)
{
    return mono_us();
}

/* --- sending
 * --------------------------------------------------------------------------------------------------------------- */

static void send_to(struct router *r, int which, const struct peer *to, const void *p, size_t n)
{
    if (zmq_send(r->socket[which], to->id, to->n, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
        zmq_send(r->socket[which], p, n, ZMQ_DONTWAIT) >= 0)
        return;
    if (which == WORK && r->n_gone < CALLERS_MAX) { /* told to the rules after this step, never inside it */
        r->unsent[r->n_gone] = n >= PACK_HEAD;
        r->gone[r->n_gone++] = *to;
    }
}

static void on_pack(void *ctx, const struct peer *to, uint64_t number, const struct pack *calls)
{
    struct router *r = ctx;
    buf_clear(&r->scratch);
    buf_u8(&r->scratch, MSG_PACK);
    buf_u64(&r->scratch, number);
    buf_add(&r->scratch, calls->bytes.p, calls->bytes.n);
    r->packs++;
    send_to(r, WORK, to, r->scratch.p, r->scratch.n);
}

static void on_empty(void *ctx, const struct peer *to)
{
    struct pack none = {0};
    pack_start(&none);
    on_pack(ctx, to, 0, &none);
    buf_free(&none.bytes);
}

static void tell(struct router *r, const struct peer *to, enum from_router kind)
{
    unsigned char byte = (unsigned char)kind;
    send_to(r, WORK, to, &byte, 1);
}

static void on_probe(void *ctx, const struct peer *to)
{
    tell(ctx, to, MSG_PROBE);
}

static void on_left(void *ctx, const struct peer *to)
{
    tell(ctx, to, MSG_LEFT);
}

static void flush_out(struct router *r)
{
    for (size_t i = 0; i < r->n_out; i++) {
        send_to(r, CALLS, &r->out[i].to, r->out[i].replies.bytes.p, r->out[i].replies.bytes.n);
        pack_start(&r->out[i].replies);
    }
    r->n_out = 0;
}

static void on_forward(void *ctx, const struct peer *caller, const void *reply, size_t n)
{
    struct router *r = ctx;
    size_t i = 0;
    while (i < r->n_out && (r->out[i].to.n != caller->n || memcmp(r->out[i].to.id, caller->id, caller->n) != 0))
        i++;
    if (i == CALLERS_MAX) {
        flush_out(r);
        i = 0;
    }
    if (i == r->n_out) {
        r->out[i].to = *caller;
        pack_start(&r->out[i].replies);
        r->n_out++;
    }
    if (r->out[i].replies.count && r->out[i].replies.bytes.n + n > ANSWER_BYTES) {
        send_to(r, CALLS, caller, r->out[i].replies.bytes.p, r->out[i].replies.bytes.n);
        pack_start(&r->out[i].replies);
    }
    r->replies++;
    pack_add(&r->out[i].replies, reply, n);
}

static void on_refuse(void *ctx, const struct peer *caller, struct id call, enum err_code code, unsigned retry_after_s)
{
    struct err e = {.code = code};
    AUTO_BUF body = {0}, frame = {0};
    err_problem(&body, &e, NULL);
    struct reply_frame f = {.id = call,
                            .status = (uint16_t)err_status(code),
                            .retry_after_s = (uint16_t)(err_status(code) == 503 ? retry_after_s : 0),
                            .body = {body.p, body.n}};
    reply_encode(&frame, &f);
    on_forward(ctx, caller, frame.p, frame.n);
}

/* The call's bytes as they came, for an administrator (xq quarantine). Losing the file loses a clue, never a call: the
 * caller is told. */
static void on_quarantine(void *ctx, struct id call, const char *service, const void *frame, size_t n)
{
    struct router *r = ctx;
    char text[37], path[PATH_MAX];
    const char *folder = config_path(r->cfg, "quarantine");
    (void)mkdir(folder, 0700);
    snprintf(path, sizeof path, "%s/%s.call", folder, id_text(call, text));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool stored = fd >= 0 && write(fd, frame, n) == (ssize_t)n && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    log_error("event=quarantined call=%s service=%s stored=%d", text, service, stored);
}

/* --- receiving
 * ------------------------------------------------------------------------------------------------------------- */

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
            on_refuse(a->r, a->from, f.id, ERR_FORBIDDEN, 0);
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

static void calls_turn(struct router *r, int64_t now)
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

static void work_turn(struct router *r, int64_t now)
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
static void heads_turn(struct router *r)
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

/* --- telling how it goes
 * ------------------------------------------------------------------------------------------------------ */

static void publish(struct router *r, const char *kind, const struct buf *payload)
{
    buf_clear(&r->scratch);
    buf_printf(&r->scratch, "%s.router.%s", kind, r->program->instance);
    buf_u8(&r->scratch, 0);
    buf_add(&r->scratch, payload->p, payload->n);
    zmq_send(r->socket[PUB], r->scratch.p, r->scratch.n, ZMQ_DONTWAIT);
}

static void state_publish(struct router *r)
{
    const struct rules_service *s;
    size_t n = rules_services(r->rules, &s);
    AUTO_BUF state = {0}, metrics = {0};
    char began[40];
    buf_printf(&state,
               "{\"service\":\"router\",\"instance\":\"%s\",\"pid\":%d,\"version\":\"%s\",\"started\":\"%s\",\"ready\":"
               "true,\"queues\":[",
               r->program->instance, (int)getpid(), XQ_VERSION, when_text(r->began, began));
    for (size_t i = 0; i < n; i++) {
        buf_printf(&state, "%s{\"service\":\"%s\",\"waiting\":%zu,\"idle\":%zu,\"busy\":%zu}", i ? "," : "", s[i].name,
                   s[i].waiting, s[i].idle, s[i].busy);
        buf_printf(&metrics, "gauge\txq_router_waiting\tCalls waiting for a service\tqueue=\"%s\"\t%zu\n", s[i].name,
                   s[i].waiting);
        buf_printf(&metrics, "counter\txq_router_calls_total\tCalls taken in\tqueue=\"%s\"\t%llu\n", s[i].name,
                   (unsigned long long)s[i].calls);
        buf_printf(&metrics, "counter\txq_router_packs_total\tPacks given out\tqueue=\"%s\"\t%llu\n", s[i].name,
                   (unsigned long long)s[i].packs);
        buf_printf(&metrics,
                   "counter\txq_router_resent_total\tCalls sent again after a process died\tqueue=\"%s\"\t%llu\n",
                   s[i].name, (unsigned long long)s[i].resent);
        buf_printf(&metrics,
                   "counter\txq_router_refused_total\tCalls answered without their service\tqueue=\"%s\"\t%llu\n",
                   s[i].name, (unsigned long long)s[i].refused);
        buf_printf(&metrics, "counter\txq_router_quarantined_total\tCalls set aside\tqueue=\"%s\"\t%llu\n", s[i].name,
                   (unsigned long long)s[i].quarantined);
        buf_printf(&metrics, "counter\txq_router_late_total\tReplies of older attempts dropped\tqueue=\"%s\"\t%llu\n",
                   s[i].name, (unsigned long long)s[i].late);
    }
    buf_str(&state, "]}");
    buf_printf(&metrics, "counter\txq_router_forged_total\tNames and topics that a key did not allow\t\t%llu\n",
               (unsigned long long)r->forged);
    publish(r, "state", &state);
    publish(r, "metrics", &metrics);
}

/* --- start and loop
 * --------------------------------------------------------------------------------------------------------- */

static int bind_one(struct router *r, int which, int type, const char *base, const char *secret)
{
    char endpoint[PATH_MAX + 16];
    int one = 1;
    void *s = r->socket[which] = zmq_socket(r->zmq, type);
    if (!s || bus_socket_options(s) < 0 || !bus_endpoint(base, (enum bus_socket)which, endpoint, sizeof endpoint))
        return -1;
    if (!r->plain && (zmq_setsockopt(s, ZMQ_CURVE_SERVER, &one, sizeof one) < 0 ||
                      zmq_setsockopt(s, ZMQ_CURVE_SECRETKEY, secret, 40) < 0 ||
                      zmq_setsockopt(s, ZMQ_ZAP_DOMAIN, "xiangqin", 8) < 0))
        return -1;
    if (type == ZMQ_ROUTER && zmq_setsockopt(s, ZMQ_ROUTER_MANDATORY, &one, sizeof one) < 0)
        return -1;
    if (type == ZMQ_SUB && zmq_setsockopt(s, ZMQ_SUBSCRIBE, "", 0) < 0)
        return -1;
    if (zmq_bind(s, endpoint) < 0) {
        fprintf(stderr, "xq-router: cannot bind %s: %s; is another router running there?\n", endpoint,
                zmq_strerror(errno));
        return -1;
    }
    return 0;
}

static int open_all(struct router *r, const char *base)
{
    /* The names are the clients': they publish into `pub` and hear from `sub`. */
    static const int types[SOCKETS] = {[CALLS] = ZMQ_ROUTER, [WORK] = ZMQ_ROUTER, [PUB] = ZMQ_SUB, [SUB] = ZMQ_PUB};
    char public_key[41] = "", secret_key[41] = "", endpoint[PATH_MAX + 16], text[256];
    struct err e = {0};
    if (!r->plain) {
        if (keys_read(r->keys, "router", public_key, secret_key, &e) < 0 || !(r->allow = allow_read(r->keys, &e)) ||
            !(r->zap = zap_start(r->zmq, r->keys, &e))) {
            fprintf(stderr, "xq-router: %s\n", err_text(&e, text));
            return -1;
        }
    }
    for (int i = 0; i < SOCKETS; i++)
        if (bind_one(r, i, types[i], base, secret_key) < 0)
            return -1;
    r->monitor = zmq_socket(r->zmq, ZMQ_PAIR);
    if (!r->monitor || zmq_socket_monitor(r->socket[WORK], "inproc://work", ZMQ_EVENT_DISCONNECTED) < 0 ||
        zmq_connect(r->monitor, "inproc://work") < 0)
        return -1;
    void *hears = r->socket[PUB]; /* from here on by our own side: SUB receives, PUB sends */
    r->socket[PUB] = r->socket[SUB];
    r->socket[SUB] = hears;
    if (!r->plain && bus_endpoint(base, BUS_CALLS, endpoint, sizeof endpoint) &&
        zap_self_test(r->zmq, endpoint, public_key, &e) < 0) {
        fprintf(stderr, "xq-router: %s\n", err_text(&e, text));
        return -1;
    }
    return 0;
}

static void signals_turn(struct router *r, int fd)
{
    struct signalfd_siginfo s;
    while (read(fd, &s, sizeof s) == (ssize_t)sizeof s) {
        if (s.ssi_signo != SIGHUP) {
            r->stop = true;
            continue;
        }
        struct err e = {0};
        struct allow *fresh = r->plain ? NULL : allow_read(r->keys, &e);
        if (fresh) {
            allow_free(r->allow);
            r->allow = fresh;
            zap_reload(r->zap);
            log_info("event=allow_list_read");
        }
    }
}

/* A process that is killed breaks its connection: whoever cannot be probed any more is known within milliseconds. */
static void monitor_turn(struct router *r, int64_t now)
{
    zmq_msg_t m;
    bool any = false, more = true;
    while (more) {
        zmq_msg_init(&m);
        more = zmq_msg_recv(&m, r->monitor, ZMQ_DONTWAIT) >= 0;
        any = any || more;
        zmq_msg_close(&m);
    }
    if (any)
        rules_suspect(r->rules, now);
}

static void turn(struct router *r, int64_t *wait)
{
    int64_t now = now_us();
    monitor_turn(r, now);
    work_turn(r, now);
    calls_turn(r, now);
    heads_turn(r);
    for (int i = 0; i < 2; i++) { /* the second round gives out what the dead held */
        *wait = rules_turn(r->rules, now);
        for (size_t k = 0; k < r->n_gone; k++)
            (r->unsent[k] ? rules_unsent : rules_gone)(r->rules, now, &r->gone[k]);
        if (!r->n_gone)
            break;
        r->n_gone = 0;
    }
    flush_out(r);
    if (now - r->published >= SECOND) {
        r->published = now;
        state_publish(r);
        log_flush();
    }
}

static void loop(struct router *r, int signals)
{
    zmq_pollitem_t items[] = {{.socket = r->socket[CALLS], .events = ZMQ_POLLIN},
                              {.socket = r->socket[WORK], .events = ZMQ_POLLIN},
                              {.socket = r->socket[SUB], .events = ZMQ_POLLIN},
                              {.socket = r->monitor, .events = ZMQ_POLLIN},
                              {.fd = signals, .events = ZMQ_POLLIN}};
    int64_t wait = 0;
    while (!r->stop) {
        if (zmq_poll(items, COUNT(items), wait < 1000 ? (wait > 0) : (long)(wait / 1000)) < 0 && errno != EINTR)
            die("router: zmq_poll: %s", zmq_strerror(errno));
        if (items[4].revents)
            signals_turn(r, signals);
        turn(r, &wait);
    }
}

static const char *endpoint_of(const struct bus_options *o, const struct program *p)
{
    size_t n = 0;
    while (o->routers[n])
        n++;
    if ((size_t)p->number > n)
        die("router: instance %s has no endpoint: common.routers names %zu", p->instance, n);
    return o->routers[p->number - 1];
}

int router_run(const struct config *cfg, const struct program *p)
{
    struct router r = {.cfg = cfg, .program = p, .began = wall_now()};
    struct bus_options o = {0};
    sigset_t set;
    log_open("router", p->instance, LOG_INFO);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL); /* before any thread is made: all inherit it */
    int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    bus_configure(&o, cfg);
    r.keys = o.keys;
    r.plain = o.plain;
    r.zmq = zmq_ctx_new();
    struct rules_limits limits = rules_defaults;
    limits.queue_calls = (size_t)config_int(cfg, "queue_calls");
    limits.queue_bytes = (size_t)config_int(cfg, "queue_megabytes") << 20;
    r.rules = rules_new(
        &limits, &(struct rules_sink){&r, on_pack, on_empty, on_probe, on_left, on_forward, on_refuse, on_quarantine});
    int rc = open_all(&r, endpoint_of(&o, p));
    if (rc == 0) {
        log_info("event=started endpoint=%s curve=%d", endpoint_of(&o, p), !r.plain);
        log_flush();
        loop(&r, signals);
        log_info("event=stopped calls=%llu", (unsigned long long)r.calls);
    }
    for (int i = 0; i < SOCKETS; i++)
        if (r.socket[i])
            zmq_close(r.socket[i]);
    if (r.monitor)
        zmq_close(r.monitor);
    if (r.zap)
        zap_stop(r.zap);
    allow_free(r.allow);
    zmq_ctx_term(r.zmq);
    rules_free(r.rules);
    for (size_t i = 0; i < CALLERS_MAX; i++)
        buf_free(&r.out[i].replies.bytes);
    buf_free(&r.scratch);
    close(signals);
    log_flush();
    return rc < 0 ? 1 : 0;
}

int router_check(const struct config *cfg, const struct program *p)
{
    struct bus_options o = {0};
    struct err e = {0};
    char public_key[41], secret_key[41], text[256];
    bus_configure(&o, cfg);
    (void)endpoint_of(&o, p);
    if (!o.plain && keys_read(o.keys, "router", public_key, secret_key, &e) < 0) {
        fprintf(stderr, "xq-router: %s\n", err_text(&e, text));
        return 1;
    }
    return 0;
}
