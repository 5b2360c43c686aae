/* Connections: accepted, read, written and closed in time. Edge-triggered, so that no request costs a call to
 * epoll_ctl. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "gateway.h"

#define EVENTS     256
#define READ_BYTES 16384
#define LISTENER   UINT32_MAX

int listener_open(struct gateway *g, struct err *e)
{
    int one = 1, port = gateway_port(g->cfg, g->program);
    const char *address = config_text(g->cfg, "address");
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
        return FAIL(e, BAD_REQUEST,
                    "gateway.address '%s' is no IPv4 address, e.g. 127.0.0.1" ZH "gateway.address “%s” 不是 IPv4 地址",
                    address, address);
    if ((ntohl(at.sin_addr.s_addr) >> 24) != 127 && !config_bool(g->cfg, "tls_ahead"))
        return FAIL(e, FORBIDDEN,
                    "open_bind: gateway.address %s is not loopback; put a TLS proxy ahead and say tls_ahead = true" ZH
                    "open_bind：gateway.address %s 不是本机地址；请在前面放置 TLS 代理并设 tls_ahead = true",
                    address, address);
    g->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (g->listener < 0 || setsockopt(g->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
        bind(g->listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(g->listener, 1024) < 0)
        return FAIL(e, UNAVAILABLE,
                    "cannot listen on %s:%d: %s; end what uses it, or set gateway.port (xq up --port %d)" ZH
                    "无法监听 %s:%d：%s；请停止占用者或更改 gateway.port",
                    address, port, strerror(errno), port + 1, address, port, strerror(errno));
    struct epoll_event ev = {.events = EPOLLIN, .data.u32 = LISTENER};
    return epoll_ctl(g->epoll, EPOLL_CTL_ADD, g->listener, &ev) < 0
               ? FAIL(e, INTERNAL, "epoll: %s" ZH "epoll：%s", strerror(errno), strerror(errno))
               : 0;
}

static size_t from_address(const struct gateway *g, const struct address *a)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_conn; i++)
        n += g->conn[i].state != CONN_FREE && memcmp(&g->conn[i].address, a, sizeof *a) == 0;
    return n;
}

static void conn_close(struct gateway *g, struct conn *c)
{
    if (c->state == CONN_FREE)
        return;
    close(c->fd);
    c->state = CONN_FREE;
    c->call = ID_NIL; /* a reply that still comes finds nobody */
    buf_free(&c->in);
    buf_free(&c->out);
    buf_free(&c->params);
    buf_free(&c->frame);
    g->free_slot[g->n_free++] = (uint32_t)(c - g->conn);
}

static void request_start(struct conn *c)
{
    http_start(&c->http);
    c->state = CONN_READ;
    c->since_ms = mono_ms();
    c->body_begun = c->head_only = false;
    c->route = NULL;
    c->who.person = ID_NIL;
    c->who.homes[0] = '\0';
    c->rated = false;
    c->begun_us = mono_us();
    memset(c->trace, 0, sizeof c->trace);
}

static void accept_all(struct gateway *g)
{
    for (;;) {
        struct sockaddr_storage at;
        socklen_t n = sizeof at;
        int one = 1, fd = accept4(g->listener, (struct sockaddr *)&at, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        struct address a = address_of(&at);
        if (!g->n_free || g->draining || (!networks_hold(&g->exempt, &a) && from_address(g, &a) >= g->per_address)) {
            g->refused++;
            close(fd);
            continue;
        }
        uint32_t slot = g->free_slot[--g->n_free];
        struct conn *c = &g->conn[slot];
        *c = (struct conn){.fd = fd, .address = a, .readable = true};
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        request_start(c);
        g->accepted++;
        struct epoll_event ev = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u32 = slot};
        if (epoll_ctl(g->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
            conn_close(g, c);
        else
            conn_go(g, c);
    }
}

/* false: gone, or nothing more can be written now. */
static bool flush(struct gateway *g, struct conn *c)
{
    while (c->sent < c->out.n) {
        ssize_t n = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return false;
        if (n < 0) {
            conn_close(g, c);
            return false;
        }
        c->sent += (size_t)n;
        c->since_ms = mono_ms();
    }
    buf_clear(&c->out);
    c->sent = 0;
    return true;
}

/* Reads once. false: nothing there now, or the connection ended. */
static bool fill(struct gateway *g, struct conn *c)
{
    if (!c->readable)
        return false;
    size_t before = c->in.n;
    char *at = buf_grow(&c->in, READ_BYTES);
    ssize_t n;
    do
        n = recv(c->fd, at, READ_BYTES, 0);
    while (n < 0 && errno == EINTR);
    c->in.n = before + (n > 0 ? (size_t)n : 0);
    if (n > 0) {
        /* Less than asked for: the socket is empty and what comes next is a new edge, unless the end came with it. */
        c->readable = n == READ_BYTES || c->half_closed;
        return true;
    }
    if (n < 0 && errno == EAGAIN)
        c->readable = false;
    else
        conn_close(g, c);
    return false;
}

/* The answer is out: what is left of the buffer begins the next request. */
static void request_next(struct conn *c)
{
    size_t used = c->http.fed < c->in.n ? c->http.fed : c->in.n;
    memmove(c->in.p, c->in.p + used, c->in.n - used);
    c->in.n -= used;
    if (c->in.cap > 131072 && !c->in.n)
        buf_free(&c->in);
    request_start(c);
}

static void bad(struct gateway *g, struct conn *c)
{
    struct err e = {.code = c->http.code};
    c->closing = true;
    err_set(&e, c->http.code, "%s", c->http.why ? c->http.why : "");
    answer_err(g, c, &e, 0, NULL);
}

static void read_on(struct gateway *g, struct conn *c)
{
    while (c->state == CONN_READ) {
        enum http_state s =
            c->in.n > c->http.fed || c->http.head_done ? http_feed(&c->http, c->in.p, c->in.n) : READ_MORE;
        switch (s) {
        case READ_MORE:
            if (!fill(g, c))
                return;
            break;
        case READ_HEAD:
            c->body_begun = true;
            c->body_ms = mono_ms();
            (void)request_head(g, c); /* refused: the answer is written, the state is no longer CONN_READ */
            if (c->state == CONN_READ && c->out.n && !flush(g, c) && c->state == CONN_FREE) /* 100 Continue */
                return;
            break;
        case READ_DONE:
            request_done(g, c);
            break;
        case READ_BAD:
            bad(g, c);
            break;
        }
    }
}

/* We are done and have said so; what still comes is read over until the peer is done too. */
static void read_over(struct gateway *g, struct conn *c)
{
    char scrap[16384];
    ssize_t n;
    while ((n = recv(c->fd, scrap, sizeof scrap, 0)) > 0 || (n < 0 && errno == EINTR))
        ;
    if (n == 0 || errno != EAGAIN)
        conn_close(g, c);
}

void conn_go(struct gateway *g, struct conn *c)
{
    while (c->state == CONN_READ || c->state == CONN_WRITE) {
        if (c->state == CONN_READ)
            read_on(g, c);
        if (c->state != CONN_WRITE)
            return;
        if (!flush(g, c))
            return;
        if (c->closing) {
            shutdown(c->fd, SHUT_WR);
            c->state = CONN_LINGER;
            c->since_ms = mono_ms();
            break;
        }
        request_next(c);
        if (!c->in.n && !c->readable)
            return;
    }
    if (c->state == CONN_LINGER)
        read_over(g, c);
}

void conns_turn(struct gateway *g)
{
    struct epoll_event ev[EVENTS];
    int n;
    int rounds = 0;
    do { /* the pack leaves when nothing more is there to read; other sockets want their turn too */
        n = epoll_wait(g->epoll, ev, EVENTS, 0);
        for (int i = 0; i < n; i++) {
            if (ev[i].data.u32 == LISTENER) {
                accept_all(g);
                continue;
            }
            struct conn *c = &g->conn[ev[i].data.u32];
            if (c->state == CONN_FREE)
                continue;
            if (ev[i].events & (EPOLLERR | EPOLLHUP)) {
                conn_close(g, c);
                continue;
            }
            c->half_closed |= (ev[i].events & EPOLLRDHUP) != 0;
            if (ev[i].events & (EPOLLIN | EPOLLRDHUP))
                c->readable = true;
            conn_go(g, c);
        }
    } while (n > 0 && ++rounds < 8);
}

/* What is too slow ends: a dripping head or body with 408, everything else quietly. */
static void late(struct gateway *g, struct conn *c, int64_t now)
{
    bool begun = c->in.n > 0;
    int64_t head = now - c->since_ms, body = c->body_begun ? now - c->body_ms : 0;
    if ((c->state == CONN_WRITE && head > WRITE_MS) || (c->state == CONN_LINGER && (head > LINGER_MS || g->draining))) {
        conn_close(g, c);
    } else if (c->state == CONN_READ && !begun && (head > IDLE_MS || g->draining)) {
        conn_close(g, c);
    } else if (c->state == CONN_READ && begun &&
               ((!c->body_begun && head > HEAD_MS) || body > BODY_MS ||
                (body > 2000 && (int64_t)c->in.n < body / 1000 * BODY_RATE))) {
        conn_close(g, c);
    } else if (c->state == CONN_CALL && now > c->deadline_ms) {
        g->timeouts++;
        answer_code(g, c, ERR_TIMEOUT);
        conn_go(g, c);
    } else if (c->state == CONN_CALL && c->again_ms && now >= c->again_ms) {
        request_again(g, c);
    }
}

void conns_sweep(struct gateway *g)
{
    int64_t now = mono_ms();
    for (size_t i = 0; i < g->n_conn; i++)
        if (g->conn[i].state != CONN_FREE)
            late(g, &g->conn[i], now);
}

size_t conns_busy(const struct gateway *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_conn; i++)
        n += g->conn[i].state == CONN_CALL || g->conn[i].state == CONN_WRITE ||
             (g->conn[i].state == CONN_READ && g->conn[i].in.n);
    return n;
}

void conns_close(struct gateway *g)
{
    for (size_t i = 0; i < g->n_conn; i++)
        conn_close(g, &g->conn[i]);
    if (g->listener >= 0)
        close(g->listener);
}
