/* What crosses the bus: calls and replies in packs, one ZeroMQ message each. Little-endian, length-prefixed; decoding
 * borrows from the message. */
#ifndef XQ_BUS_FRAME_H
#define XQ_BUS_FRAME_H

#include "base/buf.h"
#include "base/id.h"

#define PACK_CALLS   256    /* at most so many calls in one pack */
#define PACK_BYTES   262144 /* and so many bytes, unless one call alone is larger */
#define ANSWER_BYTES 524288 /* no answer is larger */

struct text { /* borrowed bytes, not NUL-terminated */
    const char *p;
    size_t n;
};

struct call_frame {
    struct id id;             /* op id: made once by the gateway, monotonic there */
    uint8_t attempt;          /* 1…3, set by the router */
    int64_t now;              /* µs UTC: the call's time */
    uint32_t left_ms;         /* remaining time; the router subtracts what the call waited with it */
    struct id person;         /* nil = nobody */
    unsigned char client[16]; /* salted hash of the client's address */
    unsigned char trace[16];  /* W3C trace id */
    unsigned char span[8];    /* parent span id */
    struct text service;      /* voting */
    struct text op;           /* like_put */
    struct text homes;        /* 330102001003,330102005 */
    struct text key;          /* idempotency key, empty = none */
    struct text after;        /* intake/330102001/812,… (X-After) */
    struct text params;       /* name=value&… percent-encoded: path parameters first, then the query */
    struct text body;
};
struct reply_frame {
    struct id id;
    uint8_t attempt;
    uint16_t status;          /* HTTP */
    uint16_t retry_after_s;   /* 0 = none */
    bool not_yet;             /* the gateway resends every 50 ms for 2 s */
    struct text position;     /* intake/330102001/812, empty = none */
    struct text content_type; /* empty = application/json (problem+json when status >= 400) */
    struct text body;
};

/* A pack is: u32 count, then each frame as u32 length + bytes. Other message kinds put their own head before it. */
void call_encode(struct buf *b, const struct call_frame *f);
bool call_decode(const void *p, size_t n, struct call_frame *f); /* one frame's bytes, without the length */
void reply_encode(struct buf *b, const struct reply_frame *f);
bool reply_decode(const void *p, size_t n, struct reply_frame *f);
/* Where attempt and left_ms lie inside an encoded call, so that the router patches them without decoding the rest. */
void call_patch(void *frame, uint8_t attempt, uint32_t left_ms);

struct pack { /* builder */
    struct buf bytes;
    uint32_t count;
};
void pack_start(struct pack *k);
void pack_add(struct pack *k, const void *frame, size_t n);
/* Walks a received pack: calls each(ctx, frame, n) in order until it says false; false on broken framing (checked
 * first, so that nothing is delivered in part). */
bool pack_walk(const void *p, size_t n, bool (*each)(void *ctx, const void *frame, size_t n), void *ctx);

#endif
