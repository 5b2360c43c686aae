/* Start, loop and end of the gateway. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret.h"
#include "gateway.h"

#define DRAIN_MS    4500
#define SWEEP_MS    20
#define ITEMS_MAX   16
#define TOKENS_KEPT 65536

static const struct option options[] = {
    {"instances", OPT_INT, 0, 16, 1, NULL, false, "how many gateways xq up starts"},
    {"port", OPT_INT, 1, 65535, 8080, NULL, false, "port of the first instance; the next ones take the ports after it"},
    {"address", OPT_TEXT, 0, 64, 0, "127.0.0.1", false,
     "address to listen on; another than loopback needs a TLS proxy ahead"},
    {"tls_ahead", OPT_BOOL, 0, 0, 0, NULL, false, "true: a proxy speaks TLS in front, so that address may be open"},
    {"connections", OPT_INT, 10, 50000, 2000, NULL, false, "open connections at most"},
    {"per_address", OPT_INT, 1, 50000, 50, NULL, false, "of them from one address"},
    {"exempt", OPT_LIST, 0, 0, 0, NULL, false,
     "networks without limits of rate and connections; in development loopback is one"},
    {"proxies", OPT_LIST, 0, 0, 0, NULL, false, "proxies whose X-Forwarded-For is believed: the last address in it"},
    {"rates", OPT_LIST, 0, 0, 0, NULL, false, "lines 'class calls_per_second burst'"},
    {"jwks", OPT_TEXT, 0, 1024, 0, "", false, "public keys of our tokens; empty: jwks.json in the keys folder"},
    OPTIONS_END,
};

static void on_reply(void *ctx, const struct reply_frame *r)
{
    reply_take(ctx, r);
}

static void on_lost(void *ctx, int router)
{
    replies_lost(ctx, router);
}

static void on_heard(void *ctx, const char *topic, const void *payload, size_t n)
{
    state_hear(ctx, topic, payload, n);
}

static int salt_read(struct gateway *g, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/client.salt", config_path(g->cfg, "keys"));
    return secret_read(path, g->salt, e);
}

static int networks(struct gateway *g, struct err *e)
{
    static const char *const loopback[] = {"127.0.0.0/8", "::1", NULL};
    const char *const *listed = config_list(g->cfg, "exempt");
    if (!listed[0] && !config_bool(g->cfg, "production"))
        listed = loopback; /* demo and measurements come from one address */
    if (networks_read(listed, &g->exempt, e) < 0)
        return -1;
    return networks_read(config_list(g->cfg, "proxies"), &g->proxies, e);
}

static int routes_start(struct gateway *g, struct err *e)
{
    size_t n;
    g->limits = limits_new(config_list(g->cfg, "rates"), e);
    g->routes = g->limits ? routes_new(all_contract, all_contract_n, e) : NULL;
    if (!g->routes)
        return -1;
    struct route *r = routes_all(g->routes, &n);
    for (size_t i = 0; i < n; i++) {
        r[i].rate = limits_class(g->limits, r[i].op ? r[i].op->rate : NULL);
        if (r[i].rate < 0)
            return FAIL(e, INTERNAL, "operation %s names an unknown rate class" ZH "操作 %s 的限速类别未知", r[i].name,
                        r[i].name);
    }
    return 0;
}

static int start(struct gateway *g, struct err *e)
{
    static const char *const topics[] = {"state.", "metrics.", NULL};
    char jwks[4096];
    const char *named = config_text(g->cfg, "jwks");
    snprintf(jwks, sizeof jwks, "%s%s", *named ? config_path(g->cfg, "jwks") : config_path(g->cfg, "keys"),
             *named ? "" : "/jwks.json");
    g->tokens = tokens_open(jwks, "xiangqin", "xiangqin", TOKENS_KEPT, e);
    if (!g->tokens || salt_read(g, e) < 0 || networks(g, e) < 0 || routes_start(g, e) < 0)
        return -1;
    struct bus_options o = {.program = "gateway", .instance = g->program->instance, .topics = topics};
    bus_configure(&o, g->cfg);
    g->bus = bus_open(&o, &(struct bus_handlers){.reply = on_reply, .heard = on_heard, .lost = on_lost}, g, e);
    if (!g->bus)
        return -1;
    g->epoll = epoll_create1(EPOLL_CLOEXEC);
    return listener_open(g, e);
}

static void clock_publish(struct gateway *g, bool again)
{
    char text[32];
    if (!g->story || g->story_now == TIME_NONE || (!again && g->told_us == g->story_now))
        return;
    int n = snprintf(text, sizeof text, "%lld", (long long)g->story_now);
    bus_publish(g->bus, "clock.", text, (size_t)n);
    g->told_us = g->story_now;
}

static void seconds(struct gateway *g, int64_t now)
{
    struct err e = {0};
    char text[256];
    if (now - g->swept_ms >= SWEEP_MS) {
        g->swept_ms = now;
        conns_sweep(g);
    }
    clock_publish(g, false);
    if (now - g->published_ms < 1000)
        return;
    g->published_ms = now;
    clock_publish(g, true); /* whoever started since then hears it too */
    self_publish(g);
    if (tokens_stale(g->tokens) && tokens_reload(g->tokens, &e) < 0)
        log_warn("event=jwks_kept why=\"%s\"", err_text(&e, text));
    log_flush();
}

static void signals_turn(struct gateway *g)
{
    struct signalfd_siginfo s;
    while (read(g->signals, &s, sizeof s) == (ssize_t)sizeof s) {
        if (g->draining)
            continue;
        g->draining = true;
        g->drain_ms = mono_ms() + DRAIN_MS;
        epoll_ctl(g->epoll, EPOLL_CTL_DEL, g->listener, NULL);
        close(g->listener);
        g->listener = -1;
        log_info("event=draining");
    }
}

static void loop(struct gateway *g)
{
    zmq_pollitem_t items[ITEMS_MAX];
    while (!g->draining || (conns_busy(g) && mono_ms() < g->drain_ms)) {
        size_t n = bus_items(g->bus, items, ITEMS_MAX - 2);
        items[n] = (zmq_pollitem_t){.fd = g->epoll, .events = ZMQ_POLLIN};
        items[n + 1] = (zmq_pollitem_t){.fd = g->signals, .events = ZMQ_POLLIN};
        long wait = bus_timeout_ms(g->bus);
        if (zmq_poll(items, (int)n + 2, wait < SWEEP_MS ? wait : SWEEP_MS) < 0 && errno != EINTR)
            die("gateway: zmq_poll: %s", zmq_strerror(errno));
        if (items[n + 1].revents)
            signals_turn(g);
        bus_turn(g->bus);
        conns_turn(g);
        bus_send_flush(g->bus);
        seconds(g, mono_ms());
    }
}

static void finish(struct gateway *g)
{
    conns_close(g);
    bus_close(g->bus);
    tokens_close(g->tokens);
    limits_free(g->limits);
    routes_free(g->routes);
    state_free(g);
    free(g->exempt.list);
    free(g->proxies.list);
    for (size_t i = 0; i < PAGES; i++)
        buf_free(&g->page[i].body);
    free(g->page);
    free(g->conn);
    free(g->free_slot);
}

static struct gateway *gateway_new(const struct config *cfg, const struct program *p)
{
    struct gateway *g = xcalloc(1, sizeof *g);
    g->cfg = cfg;
    g->program = p;
    g->story = strcmp(config_text(cfg, "clock"), "story") == 0;
    if (g->story && config_bool(cfg, "production"))
        die("story_clock: clock = \"story\" and production = true; production runs on clock = \"wall\"");
    g->story_now = TIME_NONE;
    g->listener = -1;
    g->began = wall_now();
    g->positions = json_object();
    g->page = xcalloc(PAGES, sizeof *g->page);
    g->n_conn = g->n_free = (size_t)config_int(cfg, "connections");
    g->per_address = (size_t)config_int(cfg, "per_address");
    g->conn = xcalloc(g->n_conn, sizeof *g->conn);
    g->free_slot = xcalloc(g->n_conn, sizeof *g->free_slot);
    for (size_t i = 0; i < g->n_conn; i++)
        g->free_slot[i] = (uint32_t)(g->n_conn - 1 - i);
    return g;
}

int gateway_port(const struct config *cfg, const struct program *p)
{
    return (int)config_int(cfg, "port") + (p->number > 1 ? p->number - 1 : 0);
}

static enum log_level least_level(const struct config *cfg)
{
    static const char *const word[] = {"debug", "info", "warn", "error"};
    for (size_t i = 0; i < COUNT(word); i++)
        if (strcmp(config_text(cfg, "log_level"), word[i]) == 0)
            return (enum log_level)i;
    return LOG_INFO;
}

/* The container's probe: does the gateway that should be running here answer? */
static int probe(const struct config *cfg, const struct program *p)
{
    static const char ask[] = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)gateway_port(cfg, p))};
    struct timeval patience = {.tv_sec = 2};
    char answer[64] = "";
    if (inet_pton(AF_INET, config_text(cfg, "address"), &at.sin_addr) != 1 || at.sin_addr.s_addr == INADDR_ANY)
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
                connect(fd, (const struct sockaddr *)&at, sizeof at) == 0 &&
                send(fd, ask, sizeof ask - 1, MSG_NOSIGNAL) == (ssize_t)sizeof ask - 1 &&
                recv(fd, answer, sizeof answer - 1, 0) > 12 && strncmp(answer, "HTTP/1.1 200", 12) == 0;
    if (fd >= 0)
        close(fd);
    printf("%s on port %d\n", good ? "alive" : "nothing answers", gateway_port(cfg, p));
    return good ? 0 : 1;
}

int gateway_main(int argc, char **argv)
{
    struct program p = program_flags(argc, argv, "xq-gateway");
    struct config *cfg = config_read(p.config, "gateway", config_common, options);
    struct err e = {0};
    char text[256];
    if (p.print_config) {
        AUTO_BUF out = {0};
        config_print(cfg, &out);
        fputs(out.p, stdout);
        config_free(cfg);
        return 0;
    }
    if (p.check) {
        int alive = probe(cfg, &p);
        config_free(cfg);
        return alive;
    }
    sigset_t set;
    if (sodium_init() < 0)
        die("gateway: libsodium does not start");
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    log_open("gateway", p.instance, least_level(cfg));
    struct gateway *g = gateway_new(cfg, &p);
    g->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    int rc = start(g, &e);
    if (rc < 0)
        fprintf(stderr, "xq-gateway: %s\n", err_text(&e, text));
    else {
        log_info("event=started port=%d", gateway_port(cfg, &p));
        loop(g);
        log_info("event=stopped");
    }
    log_flush();
    finish(g);
    free(g);
    config_free(cfg);
    return rc < 0 ? 1 : 0;
}
