/* Encoding and decoding of calls, replies and packs. Decoding trusts nothing: every length is checked against what is
 * left. */
#include "bus/frame.h"

#include <assert.h>
#include <string.h>

#define FRAME_VERSION 1
/* Offsets inside an encoded call that call_patch writes: version 1, id 16, then attempt, now 8, left. */
#define AT_ATTEMPT 17
#define AT_LEFT    26

static void put_short(struct buf *b, struct text t)
{
    assert(t.n <= UINT16_MAX); /* the gateway's head limit is far below */
    buf_u16(b, (uint16_t)t.n);
}

static void put_long(struct buf *b, struct text t)
{
    assert(t.n <= UINT32_MAX);
    buf_u32(b, (uint32_t)t.n);
}

static void put_text(struct buf *b, struct text t)
{
    if (t.n)
        buf_add(b, t.p, t.n);
}

static void take_text(struct span *s, struct text *t)
{
    t->p = span_take(s, t->n);
    if (!t->p)
        t->n = 0;
}

static void take_bytes(struct span *s, void *out, size_t n)
{
    const void *p = span_take(s, n);
    if (p)
        memcpy(out, p, n);
}

void call_encode(struct buf *b, const struct call_frame *f)
{
    buf_u8(b, FRAME_VERSION);
    buf_add(b, f->id.b, sizeof f->id.b);
    buf_u8(b, f->attempt);
    buf_u64(b, (uint64_t)f->now);
    buf_u32(b, f->left_ms);
    buf_add(b, f->person.b, sizeof f->person.b);
    buf_add(b, f->client, sizeof f->client);
    buf_add(b, f->trace, sizeof f->trace);
    buf_add(b, f->span, sizeof f->span);
    put_short(b, f->service);
    put_short(b, f->op);
    put_short(b, f->homes);
    put_short(b, f->key);
    put_short(b, f->after);
    put_long(b, f->params);
    put_long(b, f->body);
    put_text(b, f->service);
    put_text(b, f->op);
    put_text(b, f->homes);
    put_text(b, f->key);
    put_text(b, f->after);
    put_text(b, f->params);
    put_text(b, f->body);
}

bool call_decode(const void *p, size_t n, struct call_frame *f)
{
    struct span s = {p, n, false};
    *f = (struct call_frame){0};
    if (span_u8(&s) != FRAME_VERSION)
        return false;
    take_bytes(&s, f->id.b, sizeof f->id.b);
    f->attempt = span_u8(&s);
    f->now = (int64_t)span_u64(&s);
    f->left_ms = span_u32(&s);
    take_bytes(&s, f->person.b, sizeof f->person.b);
    take_bytes(&s, f->client, sizeof f->client);
    take_bytes(&s, f->trace, sizeof f->trace);
    take_bytes(&s, f->span, sizeof f->span);
    f->service.n = span_u16(&s);
    f->op.n = span_u16(&s);
    f->homes.n = span_u16(&s);
    f->key.n = span_u16(&s);
    f->after.n = span_u16(&s);
    f->params.n = span_u32(&s);
    f->body.n = span_u32(&s);
    take_text(&s, &f->service);
    take_text(&s, &f->op);
    take_text(&s, &f->homes);
    take_text(&s, &f->key);
    take_text(&s, &f->after);
    take_text(&s, &f->params);
    take_text(&s, &f->body);
    return !s.bad && s.n == 0;
}

void call_patch(void *frame, uint8_t attempt, uint32_t left_ms)
{
    unsigned char *p = frame;
    p[AT_ATTEMPT] = attempt;
    for (int i = 0; i < 4; i++)
        p[AT_LEFT + i] = (unsigned char)(left_ms >> (8 * i));
}

void reply_encode(struct buf *b, const struct reply_frame *f)
{
    buf_u8(b, FRAME_VERSION);
    buf_add(b, f->id.b, sizeof f->id.b);
    buf_u8(b, f->attempt);
    buf_u16(b, f->status);
    buf_u16(b, f->retry_after_s);
    buf_u8(b, f->not_yet ? 1 : 0);
    put_short(b, f->position);
    put_short(b, f->content_type);
    put_long(b, f->body);
    put_text(b, f->position);
    put_text(b, f->content_type);
    put_text(b, f->body);
}

bool reply_decode(const void *p, size_t n, struct reply_frame *f)
{
    struct span s = {p, n, false};
    *f = (struct reply_frame){0};
    if (span_u8(&s) != FRAME_VERSION)
        return false;
    take_bytes(&s, f->id.b, sizeof f->id.b);
    f->attempt = span_u8(&s);
    f->status = span_u16(&s);
    f->retry_after_s = span_u16(&s);
    uint8_t flags = span_u8(&s);
    f->not_yet = flags & 1;
    f->position.n = span_u16(&s);
    f->content_type.n = span_u16(&s);
    f->body.n = span_u32(&s);
    take_text(&s, &f->position);
    take_text(&s, &f->content_type);
    take_text(&s, &f->body);
    return !s.bad && s.n == 0 && flags <= 1;
}

void pack_start(struct pack *k)
{
    buf_clear(&k->bytes);
    buf_u32(&k->bytes, 0);
    k->count = 0;
}

void pack_add(struct pack *k, const void *frame, size_t n)
{
    assert(n <= UINT32_MAX && k->bytes.n >= 4);
    buf_u32(&k->bytes, (uint32_t)n);
    buf_add(&k->bytes, frame, n);
    k->count++;
    for (size_t i = 0; i < 4; i++)
        k->bytes.p[i] = (char)(unsigned char)(k->count >> (8 * i));
}

bool pack_walk(const void *p, size_t n, bool (*each)(void *ctx, const void *frame, size_t n), void *ctx)
{
    struct span s = {p, n, false};
    uint32_t count = span_u32(&s);
    for (uint32_t i = 0; i < count && !s.bad; i++)
        span_take(&s, span_u32(&s));
    if (s.bad || s.n)
        return false;
    s = (struct span){p, n, false};
    span_u32(&s);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t length = span_u32(&s);
        const void *frame = span_take(&s, length);
        if (!each(ctx, frame, length))
            return true; /* the reader has had enough; the framing was good */
    }
    return true;
}
