/* The bus as seen by those who connect: a gateway sends calls; a service asks for work, sends calls of its own (events
 * after n), and publishes and hears heads. Only the router binds. Every socket speaks CURVE; identity comes from the
 * key (ZAP), never from a name sent. Nothing here blocks: sockets are polled by the owner with zmq_poll (bus_items),
 * then bus_turn() does what is ready. */
#ifndef XQ_BUS_BUS_H
#define XQ_BUS_BUS_H

#include <zmq.h>

#include "base/config.h"
#include "base/err.h"
#include "bus/frame.h"

#define ROUTERS_MAX 2

struct bus;
struct bus_handlers { /* any may be NULL */
    /* A pack of calls to work on (service). The bytes live until bus_reply_end() for that pack. from = index of the
     * router. */
    void (*work)(void *ctx, int from, const void *pack, size_t n);
    /* Replies to calls that this process sent: one by one. */
    void (*reply)(void *ctx, const struct reply_frame *r);
    /* A published message: topic as text ("head.intake.330102001", "state.voting.1", "metrics.…", "clock."), payload
     * borrowed. */
    void (*heard)(void *ctx, const char *topic, const void *payload, size_t n);
    /* The connection for calls to this router broke: what was sent there (bus_send told which) gets no answer any more.
     */
    void (*lost)(void *ctx, int router);
};
struct bus_options {
    const char *program;        /* voting: names the key pair keys/<program>.key */
    const char *instance;       /* 1 */
    const char *const *routers; /* NULL-terminated base endpoints: ipc:///…/router1 or tcp://127.0.0.1:7101; protocol.h
                                   has the sockets behind one */
    const char *keys;           /* folder of the key files */
    bool asks;                  /* a service: asks for work */
    const char *const *topics;  /* prefixes to hear, NULL-terminated; NULL = none */
    const char *version;        /* NULL = XQ_VERSION; told to the router with each ASK */
    bool plain;                 /* no CURVE: common.curve = false, never in production */
};
/* Fills routers (relative ipc paths made absolute), keys and plain from group `common`; the strings live as long as
 * cfg. Dies when curve = false stands beside production = true, or when an endpoint is neither ipc:// nor tcp://. */
void bus_configure(struct bus_options *o, const struct config *cfg);
/* Connects; never waits for the peer. NULL and e on unreadable or world-readable keys. */
struct bus *bus_open(const struct bus_options *o, const struct bus_handlers *h, void *ctx, struct err *e) MUSTCHECK;
void bus_close(struct bus *b); /* NULL allowed; bounded by LINGER */

size_t bus_items(struct bus *b, zmq_pollitem_t *items, size_t max); /* fills poll items; returns how many */
int bus_timeout_ms(struct bus *b);                                  /* how long the owner may sleep at most */
void bus_turn(
    struct bus *b); /* receives and sends what is ready, runs the handlers, renews sockets that fell silent (5 s) */

/* service: answering a pack */
void bus_reply(struct bus *b, int from, const struct reply_frame *r); /* gathered */
void bus_reply_flush(struct bus *b, int from); /* a partial reply now (renews the router's patience) */
void bus_reply_end(struct bus *b, int from);   /* the reply pack = the next ASK */
void bus_bye(struct bus *b);                   /* no database: take no work until bus_hello() */
void bus_hello(struct bus *b);
void bus_leave(struct bus *b); /* draining: LEAVE to every router, waits for LEFT through bus_turn */
bool bus_left(const struct bus *b);

/* anyone: sending calls */
/* Queues one call; all of one loop turn leave as one pack at bus_send_flush(). Returns which router gets it, from 1;
 * 0 = the queue is full or no router is connected: 503. */
int bus_send(struct bus *b, const struct call_frame *f);
void bus_send_flush(struct bus *b);

void bus_publish(struct bus *b, const char *topic, const void *payload,
                 size_t n); /* dropped when nobody listens: heads repair themselves */

/* The endpoint of one socket of a router, see protocol.h; false when base is no endpoint. */
enum bus_socket { BUS_CALLS, BUS_WORK, BUS_PUB, BUS_SUB };
bool bus_endpoint(const char *base, enum bus_socket which, char *out, size_t n);

/* --- keys (common/bus/keys.c) --- */
/* keys/<program>.key: two lines "public …" and "secret …" (Z85), mode 0400/0600; keys/router.pub: the router's public
 * key alone, for those who connect; keys/allow: lines "<Z85 public> <program> <topic prefix>[,…]" ("-" = none), '#'
 * starts a comment. A program may have several lines: while its key is being changed, the old and the new one are
 * valid. */
int keys_make(const char *folder, const char *const *programs,
              struct err *e) MUSTCHECK; /* makes what is missing, keeps what is there */
int keys_read(const char *folder, const char *program, char public_key[41], char secret_key[41],
              struct err *e) MUSTCHECK;
int keys_read_router(const char *folder, char public_key[41], struct err *e) MUSTCHECK;

#define ALLOW_MAX 256
struct allow;                                                          /* the allow list in memory */
struct allow *allow_read(const char *folder, struct err *e) MUSTCHECK; /* NULL and e: file and line of what is wrong */
void allow_free(struct allow *a);                                      /* NULL allowed */
const char *allow_program(const struct allow *a, const char public_key[41]); /* NULL = a stranger */
bool allow_topic(const struct allow *a, const char *program, const void *topic, size_t n);

#endif
