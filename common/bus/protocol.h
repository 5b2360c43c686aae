// clang-format off
/* The wire between the router and those who connect. Every message is one ZeroMQ frame (behind the routing id that a ROUTER socket adds).
 *
 * A router with base endpoint B binds four sockets: ipc://PATH gives PATH.calls, PATH.work, PATH.pub, PATH.sub; tcp://HOST:PORT gives
 * PORT, PORT+1, PORT+2, PORT+3.
 *
 * calls  DEALER -> ROUTER   caller:  a pack of call frames, all of one loop turn
 *                           router:  a pack of reply frames, all of one loop turn
 * work   DEALER -> ROUTER   process: u8 kind · u8 PROTOCOL_VERSION · u64 boot · u64 finished · u8 n + service · u8 n + version · pack of replies
 *                             ASK 1    what waits, please
 *                             PART 2   answers so far of the pack in hand; renews the router's patience
 *                             LEAVE 3  draining; takes no more packs
 *                             BYE 4    no database; takes no work until it asks again
 *                           router:  u8 kind · …
 *                             PACK 1   u64 number · pack of calls. An empty pack (number 0) answers an ASK within 1 s: ask again
 *                             PROBE 2  nothing to do; sending it shows the router whether the peer is there
 *                             LEFT 3   answers LEAVE once no pack is in hand; the socket may close
 * pub    PUB -> XSUB        topic · NUL · payload; dropped unless the allow list lets the sender's key speak under this topic
 * sub    SUB <- XPUB        the same bytes
 *
 * The reply pack is the next ASK (LEAVE and BYE carry replies as well; an empty pack when there are none). `finished` is the number of the last
 * pack that the process has answered whole: an ASK that is repeated, or crosses a pack on its way, names an older number than the pack
 * in hand and is therefore no sign that this pack is done. `boot` is random per process start. Replies name op id and attempt; what
 * is no longer in the sender's hands is dropped. The router publishes "state.router.<instance>" each second, by which subscribers
 * know that it lives. */
// clang-format on
#ifndef XQ_BUS_PROTOCOL_H
#define XQ_BUS_PROTOCOL_H

#define PROTOCOL_VERSION 1

enum from_process { MSG_ASK = 1, MSG_PART = 2, MSG_LEAVE = 3, MSG_BYE = 4 };
enum from_router { MSG_PACK = 1, MSG_PROBE = 2, MSG_LEFT = 3 };
#define PACK_HEAD 9 /* u8 kind, u64 number */

/* Socket options, delivery.md §9.1. */
#define BUS_LINGER_MS         500
#define BUS_HWM               1000
#define BUS_HEARTBEAT_MS      500
#define BUS_HEARTBEAT_DEAD_MS 1500
#define BUS_HANDSHAKE_MS      3000
#define BUS_MESSAGE_BYTES     1048576
#define BUS_RECONNECT_MS      100
#define BUS_RECONNECT_MAX_MS  500 /* not 2000: all are back within 1.5 s of a router's return */
#define BUS_TCP_MAXRT_MS      5000
#define BUS_SILENT_MS         5000 /* so long without a sign: the socket is made anew */
#define BUS_ASK_AGAIN_MS      1500 /* the router answers an ASK within 1 s */
#define TOPIC_MAX             128

/* Options that every socket of the bus has, whichever side; 0 or -1 (errno). */
int bus_socket_options(void *socket);

#endif
