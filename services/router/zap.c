/* The ZAP handler and the self-test that a stranger is refused. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/log.h"
#include "base/when.h"
#include "bus/protocol.h"
#include "zap.h"

#define FRAMES                                                                                                         \
    8 /* version, request id, domain, address, routing id, mechanism, credentials, one more to notice too many */
#define SELF_TEST_MS 2000

struct zap {
    void *socket;
    pthread_t thread;
    atomic_bool stop, reload;
    char folder[1024];
    struct allow *allow;
};

static size_t receive(void *s, zmq_msg_t m[FRAMES])
{
    size_t n = 0;
    int more = 1;
    while (more) {
        zmq_msg_t extra, *at = n < FRAMES ? &m[n] : &extra;
        zmq_msg_init(at);
        if (zmq_msg_recv(at, s, 0) < 0) {
            zmq_msg_close(at);
            return 0;
        }
        more = zmq_msg_more(at);
        if (at == &extra)
            zmq_msg_close(&extra);
        n++;
    }
    return n;
}

static bool is_text(const zmq_msg_t *m, const char *s)
{
    zmq_msg_t *message = (zmq_msg_t *)(uintptr_t)m; /* the library's accessors are not const */
    return zmq_msg_size(message) == strlen(s) && memcmp(zmq_msg_data(message), s, strlen(s)) == 0;
}

/* One request: 200 with the program as user id when the key is listed, else 400. */
static void answer(struct zap *z, zmq_msg_t m[FRAMES], size_t n)
{
    char key[41] = "";
    const char *program = NULL;
    if (n == 7 && is_text(&m[0], "1.0") && is_text(&m[5], "CURVE") && zmq_msg_size(&m[6]) == 32 &&
        zmq_z85_encode(key, zmq_msg_data(&m[6]), 32))
        program = allow_program(z->allow, key);
    const char *status = program ? "200" : "400", *why = program ? "OK" : "unknown key", *user = program ? program : "";
    if (!program)
        log_warn("event=stranger_refused");
    zmq_send(z->socket, "1.0", 3, ZMQ_SNDMORE);
    zmq_send(z->socket, n > 1 ? zmq_msg_data(&m[1]) : "", n > 1 ? zmq_msg_size(&m[1]) : 0, ZMQ_SNDMORE);
    zmq_send(z->socket, status, 3, ZMQ_SNDMORE);
    zmq_send(z->socket, why, strlen(why), ZMQ_SNDMORE);
    zmq_send(z->socket, user, strlen(user), ZMQ_SNDMORE);
    zmq_send(z->socket, "", 0, 0);
}

static void *run(void *ctx)
{
    struct zap *z = ctx;
    zmq_pollitem_t item = {.socket = z->socket, .events = ZMQ_POLLIN};
    while (!atomic_load(&z->stop)) {
        if (atomic_exchange(&z->reload, false)) {
            struct err e = {0};
            char text[256];
            struct allow *fresh = allow_read(z->folder, &e);
            if (fresh) {
                allow_free(z->allow);
                z->allow = fresh;
            } else {
                log_error("event=allow_list_kept why=\"%s\"", err_text(&e, text));
            }
        }
        if (zmq_poll(&item, 1, 100) < 1)
            continue;
        zmq_msg_t m[FRAMES];
        size_t n = receive(z->socket, m);
        if (n)
            answer(z, m, n);
        for (size_t i = 0; i < n && i < FRAMES; i++)
            zmq_msg_close(&m[i]);
    }
    return NULL;
}

struct zap *zap_start(void *zmq, const char *folder, struct err *e)
{
    struct allow *allow = allow_read(folder, e);
    if (!allow)
        return NULL;
    struct zap *z = xcalloc(1, sizeof *z);
    z->allow = allow;
    snprintf(z->folder, sizeof z->folder, "%s", folder);
    z->socket = zmq_socket(zmq, ZMQ_REP);
    if (!z->socket || zmq_bind(z->socket, "inproc://zeromq.zap.01") < 0 ||
        pthread_create(&z->thread, NULL, run, z) != 0)
        die("router: the ZAP handler does not start: %s", zmq_strerror(errno));
    return z;
}

void zap_reload(struct zap *z)
{
    atomic_store(&z->reload, true);
}

void zap_stop(struct zap *z)
{
    atomic_store(&z->stop, true);
    pthread_join(z->thread, NULL);
    zmq_close(z->socket);
    allow_free(z->allow);
    free(z);
}

/* Did the handshake of this client succeed? The monitor tells; no word within the time counts as refused. */
static bool admitted(void *zmq, const char *endpoint, int type, const char *server_key)
{
    char public_key[41], secret_key[41];
    int none = 0;
    bool in = false;
    void *s = zmq_socket(zmq, type), *monitor = zmq_socket(zmq, ZMQ_PAIR);
    if (!s || !monitor)
        die("router: no more sockets: %s", zmq_strerror(errno));
    zmq_setsockopt(s, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(monitor, ZMQ_LINGER, &none, sizeof none);
    if (server_key) {
        zmq_curve_keypair(public_key, secret_key);
        zmq_setsockopt(s, ZMQ_CURVE_SERVERKEY, server_key, 40);
        zmq_setsockopt(s, ZMQ_CURVE_PUBLICKEY, public_key, 40);
        zmq_setsockopt(s, ZMQ_CURVE_SECRETKEY, secret_key, 40);
    }
    /* A name of its own for each: the one before may not be free yet, and a test that hears nothing would prove
     * nothing. */
    static unsigned tests;
    char name[64];
    snprintf(name, sizeof name, "inproc://self-test-%u", ++tests);
    if (zmq_socket_monitor(s, name,
                           ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                               ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                               ZMQ_EVENT_DISCONNECTED) < 0 ||
        zmq_connect(monitor, name) < 0)
        die("router: the self-test cannot watch its client: %s", zmq_strerror(errno));
    zmq_connect(s, endpoint);
    zmq_pollitem_t item = {.socket = monitor, .events = ZMQ_POLLIN};
    if (zmq_poll(&item, 1, SELF_TEST_MS) > 0) {
        zmq_msg_t m[FRAMES];
        size_t n = receive(monitor, m);
        uint16_t event = 0;
        if (n && zmq_msg_size(&m[0]) >= sizeof event)
            memcpy(&event, zmq_msg_data(&m[0]), sizeof event);
        in = event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
        for (size_t i = 0; i < n && i < FRAMES; i++)
            zmq_msg_close(&m[i]);
    }
    zmq_socket_monitor(s, NULL, 0);
    zmq_close(s);
    zmq_close(monitor);
    return in;
}

int zap_self_test(void *zmq, const char *endpoint, int type, const char router_public[41], struct err *e)
{
    if (admitted(zmq, endpoint, type, router_public))
        return FAIL(e, FORBIDDEN, "self_test: a stranger's key was let in at %s" ZH "self_test：陌生密钥被允许接入 %s",
                    endpoint, endpoint);
    if (admitted(zmq, endpoint, type, NULL))
        return FAIL(e, FORBIDDEN,
                    "self_test: a client without keys was let in at %s" ZH "self_test：无密钥的客户端被允许接入 %s",
                    endpoint, endpoint);
    return 0;
}
