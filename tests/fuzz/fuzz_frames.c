/* F3: what crosses the bus. The first byte chooses what the rest is taken for: a pack, a call, a reply, or a sequence
 * of events for the router's rules. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bus/frame.h"
#include "router_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void inside(const uint8_t *p, size_t n, struct text t)
{
    assert(t.n == 0 || ((const uint8_t *)t.p >= p && (const uint8_t *)t.p + t.n <= p + n));
}

static bool each(void *ctx, const void *frame, size_t n)
{
    struct call_frame f;
    const struct text *all = ctx;
    assert((const char *)frame >= all->p && (const char *)frame + n <= all->p + all->n);
    if (call_decode(frame, n, &f)) {
        inside(frame, n, f.service), inside(frame, n, f.op), inside(frame, n, f.body), inside(frame, n, f.params);
        AUTO_BUF again = {0};
        call_encode(&again, &f);
        assert(again.n == n && memcmp(again.p, frame, n) == 0);
    }
    return true;
}

static void on_pack(void *ctx, const struct peer *to, uint64_t number, const struct pack *calls)
{
    (void)ctx, (void)to, (void)number;
    assert(calls->count > 0 && calls->count <= PACK_CALLS);
}
static void on_peer(void *ctx, const struct peer *to)
{
    (void)ctx, (void)to;
}
static void on_forward(void *ctx, const struct peer *caller, const void *reply, size_t n)
{
    struct reply_frame f;
    (void)ctx, (void)caller;
    assert(reply_decode(reply, n, &f));
}
static void on_refuse(void *ctx, const struct peer *caller, struct id call, enum err_code code, unsigned retry_after_s)
{
    (void)ctx, (void)caller, (void)call, (void)retry_after_s;
    assert(code != ERR_NONE);
}
static void on_quarantine(void *ctx, struct id call, const char *service, const void *frame, size_t n)
{
    (void)ctx, (void)call, (void)service, (void)frame, (void)n;
}

/* Each event: kind and peer in one byte, a length, and so many bytes of its message. */
static void rules_drive(const uint8_t *p, size_t n)
{
    static const char *const services[] = {"intake", "voting"};
    struct rules_limits limits = rules_defaults;
    struct rules_sink sink = {NULL, on_pack, on_peer, on_peer, on_peer, on_forward, on_refuse, on_quarantine};
    limits.queue_calls = 8;
    limits.queue_bytes = 4096;
    struct rules *r = rules_new(&limits, &sink);
    int64_t now = 1;
    for (size_t i = 0; i + 2 <= n;) {
        struct peer from = {1, {(unsigned char)(1 + (p[i] >> 4) % 4)}};
        size_t k = p[i + 1] < n - i - 2 ? p[i + 1] : n - i - 2;
        const uint8_t *message = p + i + 2;
        switch (p[i] % 10) {
        case 0:
            rules_call(r, now, &from, message, k);
            break;
        case 1:
            rules_ask(r, now, &from, services[k % 2], 7, k);
            break;
        case 2:
            rules_reply(r, now, &from, message, k);
            break;
        case 3:
            rules_sign(r, now, &from);
            break;
        case 4:
            rules_leave(r, now, &from);
            break;
        case 5:
            rules_bye(r, now, &from);
            break;
        case 6:
            rules_gone(r, now, &from);
            break;
        case 7:
            rules_unsent(r, now, &from);
            break;
        case 8:
            rules_suspect(r, now);
            break;
        default:
            now += (int64_t)k * 20000;
            rules_turn(r, now);
            break;
        }
        i += 2 + k;
    }
    rules_turn(r, now);
    rules_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n == 0)
        return 0;
    uint8_t *p = xcalloc(n, 1);
    memcpy(p, bytes + 1, n - 1);
    struct text all = {(const char *)p, n - 1};
    struct reply_frame reply;
    switch (bytes[0] % 4) {
    case 0:
        pack_walk(p, n - 1, each, &all);
        break;
    case 1:
        each(&all, p, n - 1);
        break;
    case 2:
        if (reply_decode(p, n - 1, &reply))
            inside(p, n - 1, reply.body), inside(p, n - 1, reply.position), inside(p, n - 1, reply.content_type);
        break;
    default:
        rules_drive(p, n - 1);
        break;
    }
    free(p);
    return 0;
}
