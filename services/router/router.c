/* The shell: sockets, signals, the clock; everything that is decided is decided in router_rules.c. */
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <zmq.h>

#include "base/log.h"
#include "base/when.h"
#include "bus/bus.h"
#include "bus/protocol.h"
#include "router_inside.h"

#define FRESH_US                                                                                                       \
    (3 * SECOND / 2) /* processes reconnect within 1.5 s (delivery.md §8); the other router serves meanwhile */

const struct option router_options[] = {
    {"instances", OPT_INT, 1, ROUTERS_MAX, 1, NULL, false,
     "how many routers xq up starts: as many as common.routers names"},
    {"quarantine", OPT_TEXT, 0, 1024, 0, "quarantine", false, "folder for calls that two processes died of"},
    {"queue_calls", OPT_INT, 100, 1000000, 20000, NULL, false,
     "calls that may wait for one service; above it callers hear 503 busy"},
    {"queue_megabytes", OPT_INT, 1, 1024, 64, NULL, false, "the same in megabytes"},
    OPTIONS_END,
};

static int64_t now_us(void)
{
    return mono_us();
}

/* ZeroMQ binds to addresses only; in a network of containers the router is known by its name. */
static void by_address(char *endpoint, size_t size)
{
    char host[256], address[INET6_ADDRSTRLEN];
    const char *at = endpoint + strlen("tcp://"), *colon = strrchr(endpoint, ':');
    if (strncmp(endpoint, "tcp://", strlen("tcp://")) != 0 || *at == '*' || *at == '[' ||
        (size_t)(colon - at) >= sizeof host)
        return;
    snprintf(host, sizeof host, "%.*s", (int)(colon - at), at);
    struct addrinfo *found = NULL, want = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(host, NULL, &want, &found) == 0) {
        char port[16];
        snprintf(port, sizeof port, "%s", colon);
        if (getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST) == 0)
            snprintf(endpoint, size, "tcp://%s%s", address, port);
        freeaddrinfo(found);
    }
}

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
    by_address(endpoint, sizeof endpoint);
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
    static const int clients[SOCKETS] = {[CALLS] = ZMQ_DEALER, [WORK] = ZMQ_DEALER, [PUB] = ZMQ_PUB, [SUB] = ZMQ_SUB};
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
    for (int i = 0; i < SOCKETS && !r->plain; i++)
        if (!bus_endpoint(base, (enum bus_socket)i, endpoint, sizeof endpoint) ||
            zap_self_test(r->zmq, endpoint, clients[i], public_key, &e) < 0) {
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
    router_work_turn(r, now);
    router_calls_turn(r, now);
    router_heads_turn(r);
    for (int i = 0; i < 2; i++) { /* the second round gives out what the dead held */
        *wait = rules_turn(r->rules, now);
        for (size_t k = 0; k < r->n_gone; k++)
            (r->unsent[k] ? rules_unsent : rules_gone)(r->rules, now, &r->gone[k]);
        if (!r->n_gone)
            break;
        r->n_gone = 0;
    }
    router_flush(r);
    if (now - r->published >= SECOND) {
        r->published = now;
        router_tell(r);
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
    limits.fresh_us = FRESH_US;
    struct rules_sink sink;
    router_sink(&r, &sink);
    r.rules = rules_new(&limits, &sink);
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
