/* Frames and packs: what is encoded comes back; hostile bytes are refused and never read beyond their end. */
#include "test.h"

#include "bus/frame.h"
#include "bus/protocol.h"

static uint64_t seed = 20140301;
static uint32_t rnd(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

static char bytes[70000];
static struct text some(uint32_t max)
{
    uint32_t n = rnd(max + 1);
    return (struct text){bytes + rnd((uint32_t)sizeof bytes - n), n};
}

static bool same(struct text a, struct text b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static struct call_frame random_call(void)
{
    struct call_frame f = {
        .attempt = (uint8_t)(1 + rnd(3)), .now = (int64_t)rnd(1u << 30) * 1000 - 5, .left_ms = rnd(10000)};
    for (size_t i = 0; i < 16; i++) {
        f.id.b[i] = (unsigned char)rnd(256);
        f.person.b[i] = (unsigned char)rnd(256);
        f.client[i] = (unsigned char)rnd(256);
        f.trace[i] = (unsigned char)rnd(256);
        f.span[i / 2] = (unsigned char)rnd(256);
    }
    f.service = some(20), f.op = some(30), f.homes = some(100), f.key = some(255), f.after = some(300),
    f.params = some(2000), f.body = some(66000);
    return f;
}

static bool same_call(const struct call_frame *a, const struct call_frame *b)
{
    return id_eq(a->id, b->id) && a->attempt == b->attempt && a->now == b->now && a->left_ms == b->left_ms &&
           id_eq(a->person, b->person) && !memcmp(a->client, b->client, 16) && !memcmp(a->trace, b->trace, 16) &&
           !memcmp(a->span, b->span, 8) && same(a->service, b->service) && same(a->op, b->op) &&
           same(a->homes, b->homes) && same(a->key, b->key) && same(a->after, b->after) && same(a->params, b->params) &&
           same(a->body, b->body);
}

TEST(call_comes_back)
{
    int good = 0, patched = 0;
    for (int i = 0; i < 500; i++) {
        AUTO_BUF b = {0};
        struct call_frame f = random_call(), g;
        call_encode(&b, &f);
        good += call_decode(b.p, b.n, &g) && same_call(&f, &g);
        call_patch(b.p, 3, 0xfedcba98);
        f.attempt = 3, f.left_ms = 0xfedcba98;
        patched += call_decode(b.p, b.n, &g) && same_call(&f, &g);
    }
    is_int(good, 500);
    is_int(patched, 500);
}

TEST(reply_comes_back)
{
    int good = 0;
    for (int i = 0; i < 500; i++) {
        AUTO_BUF b = {0};
        struct reply_frame f = {.attempt = 2,
                                .status = (uint16_t)(200 + rnd(400)),
                                .retry_after_s = (uint16_t)rnd(100),
                                .not_yet = rnd(2)},
                           g;
        f.id.b[0] = (unsigned char)i, f.position = some(200), f.content_type = some(40), f.body = some(60000);
        reply_encode(&b, &f);
        good += reply_decode(b.p, b.n, &g) && id_eq(f.id, g.id) && g.attempt == 2 && g.status == f.status &&
                g.retry_after_s == f.retry_after_s && g.not_yet == f.not_yet && same(f.position, g.position) &&
                same(f.content_type, g.content_type) && same(f.body, g.body);
    }
    is_int(good, 500);
}

/* Exactly sized heap copies, so that a sanitizer sees any byte read beyond the end. */
static bool decode_copy(bool (*decode)(const void *, size_t), const char *p, size_t n)
{
    char *copy = malloc(n ? n : 1);
    if (n)
        memcpy(copy, p, n);
    bool good = decode(copy, n);
    free(copy);
    return good;
}
static bool as_call(const void *p, size_t n)
{
    struct call_frame f;
    return call_decode(p, n, &f);
}
static bool as_reply(const void *p, size_t n)
{
    struct reply_frame f;
    return reply_decode(p, n, &f);
}
static bool count_frame(void *ctx, const void *frame, size_t n)
{
    (void)frame, (void)n;
    ++*(int *)ctx;
    return true;
}
static int walked;
static bool as_pack(const void *p, size_t n)
{
    walked = 0;
    return pack_walk(p, n, count_frame, &walked);
}

TEST(cut_short_or_long_is_refused)
{
    struct call_frame f = random_call();
    struct reply_frame r = {.status = 200, .body = {"abc", 3}};
    AUTO_BUF c = {0};
    AUTO_BUF y = {0};
    struct pack k = {0};
    f.body.n = 50;
    f.params.n = 20;
    call_encode(&c, &f);
    reply_encode(&y, &r);
    pack_start(&k);
    pack_add(&k, c.p, c.n);
    pack_add(&k, y.p, y.n);
    pack_add(&k, "", 0);
    int bad = 0;
    for (size_t n = 0; n < c.n; n++)
        bad += decode_copy(as_call, c.p, n);
    for (size_t n = 0; n < y.n; n++)
        bad += decode_copy(as_reply, y.p, n);
    for (size_t n = 0; n < k.bytes.n; n++)
        bad += decode_copy(as_pack, k.bytes.p, n) || walked;
    is_int(bad, 0);
    ok(decode_copy(as_pack, k.bytes.p, k.bytes.n) && walked == 3, "the whole pack has its three frames");
    buf_u8(&c, 0);
    buf_u8(&y, 0);
    buf_u8(&k.bytes, 0);
    ok(!decode_copy(as_call, c.p, c.n) && !decode_copy(as_reply, y.p, y.n) &&
           !decode_copy(as_pack, k.bytes.p, k.bytes.n),
       "one byte more is refused");
    ok(decode_copy(as_pack, "\0\0\0\0", 4) && walked == 0, "an empty pack is a pack");
    ok(!decode_copy(as_pack, "\xff\xff\xff\xff", 4), "a count that the bytes cannot hold");
    ok(!decode_copy(as_pack, "\1\0\0\0\xff\xff\xff\xff", 8), "a length that the bytes cannot hold");
    buf_free(&k.bytes);
}

TEST(hostile_bytes_do_no_harm)
{
    int survived = 0;
    struct call_frame f = random_call();
    f.body.n = 100;
    AUTO_BUF c = {0};
    struct pack k = {0};
    call_encode(&c, &f);
    pack_start(&k);
    for (int i = 0; i < 5; i++)
        pack_add(&k, c.p, c.n);
    for (int i = 0; i < 100000; i++) {
        char junk[700];
        size_t n = rnd(sizeof junk);
        const struct buf *from = i % 2 ? &c : &k.bytes;
        if (i % 3 == 0) { /* noise */
            for (size_t j = 0; j < n; j++)
                junk[j] = (char)rnd(i % 4 ? 4 : 256);
        } else { /* something good with a few bytes changed */
            n = from->n < sizeof junk ? from->n : sizeof junk;
            memcpy(junk, from->p, n);
            for (uint32_t j = rnd(4) + 1; j > 0; j--)
                junk[rnd((uint32_t)n)] = (char)rnd(256);
        }
        decode_copy(as_call, junk, n);
        decode_copy(as_reply, junk, n);
        decode_copy(as_pack, junk, n);
        survived++;
    }
    is_int(survived, 100000);
    buf_free(&k.bytes);
}

static bool stop_at_two(void *ctx, const void *frame, size_t n)
{
    (void)frame, (void)n;
    return ++*(int *)ctx < 2;
}
TEST(a_reader_may_stop)
{
    struct pack k = {0};
    int n = 0;
    pack_start(&k);
    for (int i = 0; i < 5; i++)
        pack_add(&k, "x", 1);
    ok(pack_walk(k.bytes.p, k.bytes.n, stop_at_two, &n), "the pack was good");
    is_int(n, 2);
    is_int(k.count, 5);
    buf_free(&k.bytes);
}

int main(void)
{
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)rnd(256);
    run(call_comes_back);
    run(reply_comes_back);
    run(cut_short_or_long_is_refused);
    run(hostile_bytes_do_no_harm);
    run(a_reader_may_stop);
    done_testing();
}
