/* The bus as one object: opening and closing, what the owner polls, one turn over all sockets, heads. */
#include "bus/inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/when.h"

#ifndef XQ_VERSION
#define XQ_VERSION "0"
#endif

static char **copy_list(const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    char **out = xcalloc(n + 1, sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i] = xstrdup(list[i]);
    return out;
}

static int links_open(struct bus *b, const struct bus_options *o, struct err *e)
{
    for (int i = 0; o->routers && o->routers[i]; i++) {
        if (i == ROUTERS_MAX)
            return FAIL(e, BAD_REQUEST, "at most %d routers" ZH "最多 %d 个路由", ROUTERS_MAX, ROUTERS_MAX);
        struct link *l = &b->link[b->n++];
        pack_start(&l->out);
        pack_start(&l->replies);
        for (enum bus_socket s = BUS_CALLS; s <= BUS_SUB; s++)
            if (!bus_endpoint(o->routers[i], s, l->endpoint[s], sizeof l->endpoint[s]))
                return FAIL(e, BAD_REQUEST,
                            "%s is no endpoint of a router: ipc://PATH (short) or tcp://ADDRESS:PORT" ZH
                            "%s 不是路由地址：ipc://路径（不宜过长）或 tcp://地址:端口",
                            o->routers[i], o->routers[i]);
        if (socket_calls(b, l) < 0 || (o->asks && socket_work(b, l) < 0) || socket_heads(b, l) < 0)
            return FAIL(e, INTERNAL, "a socket to %s cannot be made: %s" ZH "无法建立到 %s 的连接：%s", o->routers[i],
                        zmq_strerror(zmq_errno()), o->routers[i], zmq_strerror(zmq_errno()));
    }
    if (!b->n)
        return FAIL(e, BAD_REQUEST, "no router is configured" ZH "未配置路由");
    return 0;
}

static int open_all(struct bus *b, const struct bus_options *o, struct err *e)
{
    if (!o->plain && (keys_read(o->keys, o->program, b->public_key, b->secret_key, e) < 0 ||
                      keys_read_router(o->keys, b->router_key, e) < 0))
        return -1;
    b->zmq = zmq_ctx_new();
    if (!b->zmq || getrandom(&b->boot, sizeof b->boot, 0) != sizeof b->boot)
        return FAIL(e, INTERNAL, "ZeroMQ cannot start" ZH "ZeroMQ 无法启动");
    return links_open(b, o, e);
}

struct bus *bus_open(const struct bus_options *o, const struct bus_handlers *h, void *ctx, struct err *e)
{
    struct bus *b = xcalloc(1, sizeof *b);
    b->h = *h;
    b->ctx = ctx;
    b->asks = o->asks;
    b->plain = o->plain;
    b->holding = NOBODY;
    b->now = mono_ms();
    b->topics = copy_list(o->topics);
    snprintf(b->program, sizeof b->program, "%s", o->program);
    snprintf(b->instance, sizeof b->instance, "%s", o->instance);
    snprintf(b->version, sizeof b->version, "%s", o->version ? o->version : XQ_VERSION);
    pack_start(&b->refused);
    if (open_all(b, o, e) < 0) {
        bus_close(b);
        return NULL;
    }
    return b;
}

void bus_close(struct bus *b)
{
    if (!b)
        return;
    for (int i = 0; i < b->n; i++) {
        if (b->holding == i)
            zmq_msg_close(&b->link[i].held);
        link_close(&b->link[i]);
        buf_free(&b->link[i].out.bytes);
        buf_free(&b->link[i].replies.bytes);
    }
    if (b->zmq)
        zmq_ctx_term(b->zmq);
    for (char **t = b->topics; t && *t; t++)
        free(*t);
    free(b->topics);
    buf_free(&b->refused.bytes);
    explicit_bzero(b->secret_key, sizeof b->secret_key);
    free(b);
}

size_t bus_items(struct bus *b, zmq_pollitem_t *items, size_t max)
{
    size_t n = 0;
    for (int i = 0; i < b->n; i++) {
        struct link *l = &b->link[i];
        /* A socket that is not connected is watched for becoming so; the work socket not at all while a pack is in
         * hand. */
        short calls = (short)(ZMQ_POLLIN | (l->calls_up ? 0 : ZMQ_POLLOUT));
        short work = (short)((b->holding == NOBODY ? ZMQ_POLLIN : 0) | (l->work_up ? 0 : ZMQ_POLLOUT));
        if (l->calls && n < max)
            items[n++] = (zmq_pollitem_t){l->calls, 0, calls, 0};
        if (l->work && work && n < max)
            items[n++] = (zmq_pollitem_t){l->work, 0, work, 0};
        if (l->sub && n < max)
            items[n++] = (zmq_pollitem_t){l->sub, 0, ZMQ_POLLIN, 0};
    }
    return n;
}

int bus_timeout_ms(struct bus *b)
{
    if (b->refused.count)
        return 0;
    for (int i = 0; i < b->n; i++)
        if (b->asks && b->holding == NOBODY && b->link[i].work_up && !b->link[i].asked && !b->bye && !b->leaving)
            return 0;
    return b->leaving ? 20 : 250;
}

/* Is it a topic that the owner asked for? The bus subscribes to the router's own sign of life besides. */
static bool wanted(const struct bus *b, const char *topic)
{
    for (char **t = b->topics; *t; t++)
        if (strncmp(topic, *t, strlen(*t)) == 0)
            return true;
    return false;
}

static void heads_turn(struct bus *b, struct link *l)
{
    zmq_msg_t m;
    for (int n = 0; n < 256 && l->sub; n++) {
        zmq_msg_init(&m);
        if (zmq_msg_recv(&m, l->sub, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&m);
            break;
        }
        l->sub_heard_at = b->now;
        const char *p = zmq_msg_data(&m);
        size_t size = zmq_msg_size(&m);
        const char *nul = memchr(p, 0, size < TOPIC_MAX ? size : TOPIC_MAX);
        if (nul && b->h.heard && wanted(b, p))
            b->h.heard(b->ctx, p, nul + 1, size - (size_t)(nul + 1 - p));
        zmq_msg_close(&m);
    }
    if (b->now - l->sub_heard_at > BUS_SILENT_MS && socket_heads(b, l) < 0)
        log_warn("event=socket_failed socket=heads error=%s", zmq_strerror(zmq_errno()));
}

void bus_turn(struct bus *b)
{
    b->now = mono_ms();
    calls_refused(b);
    for (int i = 0; i < b->n; i++) {
        calls_turn(b, i);
        heads_turn(b, &b->link[i]);
    }
    for (int i = 0; i < b->n && b->asks; i++)
        ask_turn(b, i);
}

void bus_publish(struct bus *b, const char *topic, const void *payload, size_t n)
{
    AUTO_BUF m = {0};
    if (strlen(topic) >= TOPIC_MAX || n > BUS_MESSAGE_BYTES / 2)
        return;
    buf_str(&m, topic);
    buf_u8(&m, 0);
    buf_add(&m, payload, n);
    for (int i = 0; i < b->n; i++)
        if (b->link[i].pub)
            zmq_send(b->link[i].pub, m.p, m.n, ZMQ_DONTWAIT);
}
