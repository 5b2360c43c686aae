/* The sockets of one router and their options (delivery.md §9.1), and the endpoints behind a base endpoint. */
#include "bus/inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"

bool bus_endpoint(const char *base, enum bus_socket which, char *out, size_t n)
{
    static const char *const suffix[] = {"calls", "work", "pub", "sub"};
    int64_t port;
    if (strncmp(base, "ipc://", 6) == 0 && base[6])
        return (size_t)snprintf(out, n, "%s.%s", base, suffix[which]) < n && strlen(out + 6) < 108; /* sun_path */
    const char *colon = strrchr(base, ':');
    if (strncmp(base, "tcp://", 6) != 0 || !colon || colon < base + 7 || !int_parse(colon + 1, &port) || port < 1 ||
        port > 65532)
        return false;
    return (size_t)snprintf(out, n, "%.*s:%d", (int)(colon - base), base, (int)port + (int)which) < n;
}

static int set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value);
}

int bus_socket_options(void *socket)
{
    int64_t bytes = BUS_MESSAGE_BYTES;
    int rc = zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytes, sizeof bytes);
    rc |= set_int(socket, ZMQ_LINGER, BUS_LINGER_MS);
    rc |= set_int(socket, ZMQ_SNDHWM, BUS_HWM);
    rc |= set_int(socket, ZMQ_RCVHWM, BUS_HWM);
    rc |= set_int(socket, ZMQ_SNDTIMEO, 0);
    rc |= set_int(socket, ZMQ_HEARTBEAT_IVL, BUS_HEARTBEAT_MS);
    rc |= set_int(socket, ZMQ_HEARTBEAT_TIMEOUT, BUS_HEARTBEAT_DEAD_MS);
    rc |= set_int(socket, ZMQ_HEARTBEAT_TTL, BUS_HEARTBEAT_DEAD_MS);
    rc |= set_int(socket, ZMQ_HANDSHAKE_IVL, BUS_HANDSHAKE_MS);
    rc |= set_int(socket, ZMQ_RECONNECT_IVL, BUS_RECONNECT_MS);
    rc |= set_int(socket, ZMQ_RECONNECT_IVL_MAX, BUS_RECONNECT_MAX_MS);
    rc |= set_int(socket, ZMQ_TCP_MAXRT, BUS_TCP_MAXRT_MS);
    return rc;
}

static void socket_close(void **socket)
{
    if (*socket)
        zmq_close(*socket);
    *socket = NULL;
}

static void *socket_open(struct bus *b, int type)
{
    void *s = zmq_socket(b->zmq, type);
    if (!s)
        return NULL;
    int rc = bus_socket_options(s);
    if (!b->plain) {
        rc |= zmq_setsockopt(s, ZMQ_CURVE_SERVERKEY, b->router_key, 41);
        rc |= zmq_setsockopt(s, ZMQ_CURVE_PUBLICKEY, b->public_key, 41);
        rc |= zmq_setsockopt(s, ZMQ_CURVE_SECRETKEY, b->secret_key, 41);
    }
    if (rc != 0)
        socket_close(&s);
    return s;
}

static int dealer_open(struct bus *b, void **socket, const char *endpoint)
{
    socket_close(socket);
    void *s = socket_open(b, ZMQ_DEALER);
    /* No routing id of ours: the router then names each connection anew, so nobody can take another's name, and a
     * connection that comes back is not mistaken for the one that broke. */
    if (!s || set_int(s, ZMQ_IMMEDIATE, 1) != 0 || zmq_connect(s, endpoint) != 0) {
        socket_close(&s);
        return -1;
    }
    *socket = s;
    return 0;
}

int socket_calls(struct bus *b, struct link *l)
{
    l->calls_up = false;
    l->calls_up_at = b->now;
    return dealer_open(b, &l->calls, l->endpoint[BUS_CALLS]);
}

int socket_work(struct bus *b, struct link *l)
{
    l->work_up = false;
    l->work_heard_at = b->now;
    return dealer_open(b, &l->work, l->endpoint[BUS_WORK]);
}

int socket_heads(struct bus *b, struct link *l)
{
    socket_close(&l->pub);
    socket_close(&l->sub);
    l->sub_heard_at = b->now;
    l->pub = socket_open(b, ZMQ_PUB);
    l->sub = socket_open(b, ZMQ_SUB);
    if (!l->pub || !l->sub)
        return -1;
    int rc = set_int(l->pub, ZMQ_LINGER, 0);
    for (char **t = b->topics; t && *t; t++)
        rc |= zmq_setsockopt(l->sub, ZMQ_SUBSCRIBE, *t, strlen(*t));
    rc |= zmq_setsockopt(l->sub, ZMQ_SUBSCRIBE, "state.router.", 13); /* the sign that the router lives */
    rc |= zmq_connect(l->pub, l->endpoint[BUS_PUB]);
    rc |= zmq_connect(l->sub, l->endpoint[BUS_SUB]);
    return rc;
}

void link_close(struct link *l)
{
    socket_close(&l->calls);
    socket_close(&l->work);
    socket_close(&l->pub);
    socket_close(&l->sub);
}

bool socket_ready(void *socket, short events)
{
    int ready = 0;
    size_t n = sizeof ready;
    return socket && zmq_getsockopt(socket, ZMQ_EVENTS, &ready, &n) == 0 && (ready & events) == events;
}
