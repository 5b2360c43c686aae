/* What the files of the bus share with each other and with nobody else. */
#ifndef XQ_BUS_INSIDE_H
#define XQ_BUS_INSIDE_H

#include "bus/bus.h"
#include "bus/protocol.h"

#define NOBODY (-1)
#define REFUSED_MAX                                                                                                    \
    4096 /* calls of one turn that could not be sent are answered by ourselves; bus_send stops before there are more   \
          */

/* One router as seen from here. */
struct link {
    char endpoint[4][256]; /* by enum bus_socket */
    void *calls, *work, *pub, *sub;
    bool calls_up, work_up;                           /* writable: connected and let in (IMMEDIATE) */
    int64_t calls_up_at, work_heard_at, sub_heard_at; /* last sign of life, or when the socket was made */
    struct pack out;                                  /* calls of this turn */
    /* asking */
    bool asked; /* an ASK is out */
    int64_t asked_at;
    uint64_t number, finished; /* pack in hand; last pack answered whole */
    zmq_msg_t held;            /* the pack in hand */
    struct pack replies;
    bool leave_said, left;
};
struct bus {
    struct bus_handlers h;
    void *ctx;
    void *zmq;
    char program[32], instance[16], version[32];
    char public_key[41], secret_key[41], router_key[41];
    bool asks, plain;
    char **topics;
    uint64_t boot;
    struct link link[ROUTERS_MAX];
    int n;
    int holding; /* link whose pack is in hand, or NOBODY: one pack is finished before the next is taken */
    bool bye, leaving;
    int64_t now;         /* ms, once per turn */
    struct pack refused; /* replies to calls that could not be sent */
};

/* sockets.c */
int socket_calls(struct bus *b, struct link *l); /* each makes the socket anew, closing the old one; 0, or -1 (errno) */
int socket_work(struct bus *b, struct link *l);
int socket_heads(struct bus *b, struct link *l);
void link_close(struct link *l);
bool socket_ready(void *socket, short events);

/* ask.c */
void ask_turn(struct bus *b, int i);
void ask_renew(struct bus *b, int i); /* after the work socket was made anew */

/* calls.c */
void calls_turn(struct bus *b, int i);
void calls_refused(struct bus *b);

#endif
