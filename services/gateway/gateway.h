/* The gateway's parts and what they share. One thread, one loop: connections behind an epoll descriptor, the bus beside
 * it. */
#ifndef XQ_GATEWAY_GATEWAY_H
#define XQ_GATEWAY_GATEWAY_H

#include <jansson.h>

#include "address.h"
#include "base/config.h"
#include "base/program.h"
#include "base/when.h"
#include "bus/bus.h"
#include "http.h"
#include "limits.h"
#include "routes.h"
#include "token.h"

#define CALL_MS          5000 /* gateway 5 s < client 10 s */
#define NOT_YET_MS       2000
#define NOT_YET_AGAIN_MS 50
#define HEAD_MS          5000
#define BODY_MS          15000
#define BODY_RATE        1024 /* bytes per second at least */
#define IDLE_MS          30000
#define WRITE_MS         15000     /* a reader that takes nothing for so long is closed */
#define LINGER_MS        2000      /* after the last answer: unread bytes would turn the close into a reset */
#define SLOT_BASE        100000000 /* an op id's last 30 bits hold the connection's slot, so that a reply finds it */

enum conn_state { CONN_FREE, CONN_READ, CONN_CALL, CONN_WRITE, CONN_LINGER };
struct conn {
    int fd;
    enum conn_state state;
    bool readable, half_closed, closing, head_only, body_begun;
    struct address address, client; /* the peer; whose request it is (behind a listed proxy) */
    struct buf in, out, params, frame;
    size_t sent; /* of out */
    struct http http;
    int64_t since_ms, body_ms, again_ms, not_yet_ms; /* again 0 = nothing to send again */
    /* the request at hand */
    struct route *route;
    struct who who;
    struct id call;
    int router; /* that has it, from 1 */
    int64_t begun_us, deadline_ms;
    unsigned char trace[16];
    struct rate_verdict rate;
    bool rated;
    char url[512]; /* key of the cache; "" = not to be kept */
};
struct heard {     /* the last state or metrics of one process */
    char name[64]; /* voting.1 */
    char *text;
    json_t *state;
    int64_t ms;
};
#define HEARD_MAX 256
struct page { /* an answer that is kept for a second or so */
    char url[512];
    struct buf body;
    char etag[36], content_type[64];
    int64_t ms;
};
#define PAGES 256
struct gateway {
    const struct config *cfg;
    const struct program *program;
    struct routes *routes;
    struct tokens *tokens;
    struct limits *limits;
    struct networks exempt, proxies;
    struct bus *bus;
    int epoll, listener, signals;
    struct conn *conn;
    uint32_t *free_slot;
    size_t n_conn, n_free, per_address;
    unsigned char salt[32];
    bool story, draining, stop;
    int64_t story_now, published_ms, swept_ms, drain_ms, told_us;
    int64_t began;
    struct heard state[HEARD_MAX], metrics[HEARD_MAX];
    size_t n_state, n_metrics;
    struct page *page;
    json_t *positions; /* "intake/330102001" -> greatest number that we handed to a caller */
    uint64_t accepted, refused, timeouts, cached;
};

/* conn.c */
int listener_open(struct gateway *g, struct err *e) MUSTCHECK;
void conns_turn(struct gateway *g);              /* whatever epoll has, until it is dry */
void conns_sweep(struct gateway *g);             /* deadlines, calls to be sent again; some ten times a second */
void conn_go(struct gateway *g, struct conn *c); /* on with this connection: write, read, next request */
void conns_close(struct gateway *g);
size_t conns_busy(const struct gateway *g);

/* request.c */
bool request_head(struct gateway *g, struct conn *c); /* false: answered already */
void request_done(struct gateway *g, struct conn *c);
void request_again(struct gateway *g, struct conn *c); /* the same call once more (not_yet) */
void reply_take(struct gateway *g, const struct reply_frame *r);
void replies_lost(struct gateway *g, int router); /* the calls it had: nobody will answer them */

/* answer.c */
struct answer_parts {
    int status;
    const char *content_type; /* NULL = application/json */
    const char *body;
    size_t n;
    struct text position;
    const char *etag, *allow;
    unsigned retry_after_s;
    int cache_s;
};
void answer_send(struct gateway *g, struct conn *c, const struct answer_parts *a);
void answer_err(struct gateway *g, struct conn *c, const struct err *e, unsigned retry_after_s, const char *allow);
void answer_code(struct gateway *g, struct conn *c, enum err_code code);

/* pages.c */
bool page_answer(struct gateway *g, struct conn *c); /* from memory; true when answered */
void page_keep(struct gateway *g, struct conn *c, const struct reply_frame *r, char etag[36]);
void own_answer(struct gateway *g, struct conn *c, enum own which);

/* state.c */
void state_hear(struct gateway *g, const char *topic, const void *payload, size_t n);
void position_note(struct gateway *g, struct text position);
void status_write(struct gateway *g, struct buf *out);
bool ready(struct gateway *g, struct buf *why);
void metrics_write(struct gateway *g, struct buf *out);
void self_publish(struct gateway *g);
void state_free(struct gateway *g);

int gateway_port(const struct config *cfg, const struct program *p);
int gateway_main(int argc, char **argv);

#endif
