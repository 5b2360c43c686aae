/* The router's rules without a socket: single cases, and random sequences of events with the invariants I8, I10, I11
 * and "every accepted call is answered exactly once" watched from outside. */
#include "test.h"

#include "router_rules.h"

#define MS    1000
#define PEERS 6
#define CALLS 4096

static uint64_t seed;
static uint32_t rnd(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

/* The world: what the rules said, seen from outside. */
static struct world {
    struct rules *r;
    int64_t now;
    int n; /* calls sent */
    struct {
        int answers, attempts, deaths;
        enum err_code refused;
        bool forwarded, poison;
    } call[CALLS];
    struct {
        int64_t sign;    /* the last one that the rules saw */
        bool there;      /* a connection; frozen ones stay there */
        uint64_t number; /* of the pack in hand, 0 = none */
        int held[PACK_CALLS], attempt[PACK_CALLS], n;
    } peer[PEERS];
    int packs, largest, left, quarantined, broken;
} w;

static struct peer peer_of(int i)
{
    return (struct peer){2, {(unsigned char)(i + 1), 7}};
}
static int index_of(const struct peer *p)
{
    return p->id[0] - 1;
}
static int call_of(struct id id)
{
    return id.b[0] << 8 | id.b[1];
}
static void must(bool good, const char *what)
{
    if (good)
        return;
    if (!w.broken++)
        printf("# broken: %s\n", what);
}

static bool take(void *ctx, const void *frame, size_t n)
{
    struct call_frame f;
    int p = *(int *)ctx;
    must(call_decode(frame, n, &f), "a frame in a pack");
    int c = call_of(f.id);
    must(w.call[c].answers == 0, "I11: an answered call is handed out");
    must(f.attempt == ++w.call[c].attempts && f.attempt <= 3, "I11: attempts rise by one, to three at most");
    must(f.left_ms > 0, "I9: expired work is handed out");
    w.peer[p].held[w.peer[p].n] = c;
    w.peer[p].attempt[w.peer[p].n++] = f.attempt;
    return true;
}
static void on_pack(void *ctx, const struct peer *to, uint64_t number, const struct pack *calls)
{
    (void)ctx;
    int p = index_of(to);
    must(w.peer[p].number == 0, "I10: one pack per process");
    must(calls->count <= PACK_CALLS && (calls->count == 1 || calls->bytes.n <= PACK_BYTES), "I8: a pack's bounds");
    if (!w.peer[p].there) { /* the send fails: the shell would say so after the step */
        w.peer[p].number = number;
        w.peer[p].n = 0;
        return;
    }
    w.packs++;
    w.peer[p].sign = w.now;
    w.largest = (int)calls->count > w.largest ? (int)calls->count : w.largest;
    w.peer[p].number = number;
    w.peer[p].n = 0;
    pack_walk(calls->bytes.p, calls->bytes.n, take, &p);
    for (int i = 0; i < w.peer[p].n; i++)
        must(w.peer[p].attempt[i] == 1 || w.peer[p].n == 1, "resent calls go one by one");
}
static void on_peer(void *ctx, const struct peer *to)
{
    (void)ctx, (void)to;
}
static void on_left(void *ctx, const struct peer *to)
{
    (void)ctx, (void)to;
    w.left++;
}
static void on_forward(void *ctx, const struct peer *caller, const void *reply, size_t n)
{
    struct reply_frame f;
    (void)ctx, (void)caller;
    must(reply_decode(reply, n, &f), "a forwarded reply");
    w.call[call_of(f.id)].forwarded = true;
    must(++w.call[call_of(f.id)].answers == 1, "answered twice (reply)");
}
static void on_refuse(void *ctx, const struct peer *caller, struct id id, enum err_code code, unsigned retry)
{
    (void)ctx, (void)caller, (void)retry;
    int c = call_of(id);
    w.call[c].refused = code;
    must(++w.call[c].answers == 1, "answered twice (refusal)");
    must(w.call[c].attempts == 0 || (code != ERR_BUSY && code != ERR_UNAVAILABLE),
         "a definite refusal of what was passed on");
}
static void on_quarantine(void *ctx, struct id id, const char *service, const void *frame, size_t n)
{
    (void)ctx, (void)service, (void)frame, (void)n;
    must(w.call[call_of(id)].deaths >= 2, "quarantined with fewer than two dead holders");
    w.quarantined++;
}

static void begin(const struct rules_limits *l)
{
    static const struct rules_sink sink = {NULL,    on_pack,    on_peer,   on_peer,
                                           on_left, on_forward, on_refuse, on_quarantine};
    rules_free(w.r);
    w = (struct world){.now = 1000000, .r = rules_new(l, &sink)};
}

static int call(uint32_t left_ms)
{
    AUTO_BUF b = {0};
    int c = w.n++;
    struct peer caller = {3, {200, 1, 1}};
    struct call_frame f = {.left_ms = left_ms, .service = {"voting", 6}, .op = {"like_put", 8}};
    f.id.b[0] = (unsigned char)(c >> 8), f.id.b[1] = (unsigned char)c;
    call_encode(&b, &f);
    rules_call(w.r, w.now, &caller, b.p, b.n);
    return c;
}
static void reply(int p, int i)
{
    AUTO_BUF b = {0};
    struct peer from = peer_of(p);
    int c = w.peer[p].held[i];
    struct reply_frame f = {.attempt = (uint8_t)w.peer[p].attempt[i], .status = 200};
    f.id.b[0] = (unsigned char)(c >> 8), f.id.b[1] = (unsigned char)c;
    reply_encode(&b, &f);
    w.peer[p].sign = w.now;
    rules_reply(w.r, w.now, &from, b.p, b.n);
}
static void ask(int p, uint64_t finished)
{
    struct peer from = peer_of(p);
    w.peer[p].there = true;
    w.peer[p].sign = w.now;
    if (finished == w.peer[p].number) /* what it did not answer is not in its hands any more */
        w.peer[p].number = 0, w.peer[p].n = 0;
    rules_ask(w.r, w.now, &from, "voting", 1, finished);
}
static void work(int p)
{
    uint64_t number = w.peer[p].number;
    for (int i = 0; i < w.peer[p].n; i++)
        reply(p, i);
    ask(p, number);
}
static void gone(int p)
{
    struct peer who = peer_of(p);
    for (int i = 0; i < w.peer[p].n; i++)
        w.call[w.peer[p].held[i]].deaths++;
    w.peer[p].there = false, w.peer[p].number = 0, w.peer[p].n = 0;
    rules_gone(w.r, w.now, &who);
}
static int64_t turn(int64_t later)
{
    w.now += later;
    for (int p = 0; p < PEERS; p++) /* silence is death */
        if (w.peer[p].number && w.now - w.peer[p].sign >= rules_defaults.silent_us) {
            for (int i = 0; i < w.peer[p].n; i++)
                w.call[w.peer[p].held[i]].deaths++;
            w.peer[p].number = 0, w.peer[p].n = 0;
        }
    return rules_turn(w.r, w.now);
}

TEST(all_that_waits_is_one_pack)
{
    begin(&rules_defaults);
    ask(0, 0);
    for (int i = 0; i < 300; i++)
        call(5000);
    turn(0);
    is_int(w.largest, 256);
    work(0);
    turn(0);
    is_int(w.peer[0].n, 44);
    work(0);
    int good = 0;
    for (int i = 0; i < w.n; i++)
        good += w.call[i].forwarded && w.call[i].answers == 1;
    is_int(good, 300);
}

TEST(a_second_process_waits_for_enough_work)
{
    begin(&rules_defaults);
    ask(0, 0), ask(1, 0);
    for (int i = 0; i < 10; i++)
        call(5000);
    turn(0);
    int first = w.peer[0].n ? 0 : 1, second = 1 - first;
    is_int(w.peer[first].n, 10);
    for (int i = 0; i < 5; i++)
        call(5000);
    turn(0);
    is_int(w.peer[second].n, 0);
    turn(1 * MS);
    is_int(w.peer[second].n, 5);
    work(second);
    for (int i = 0; i < 10; i++)
        call(5000);
    turn(0);
    is_int(w.peer[second].n, 10);
}

TEST(nobody_there_is_said_at_once)
{
    begin(&rules_defaults);
    is_int(w.call[call(5000)].refused, ERR_UNAVAILABLE);
    ask(0, 0);
    struct peer p = peer_of(0);
    rules_bye(w.r, w.now, &p);
    is_int(w.call[call(5000)].refused, ERR_UNAVAILABLE);
    ask(0, 0);
    int c = call(5000);
    turn(0);
    rules_bye(w.r, w.now, &p);
    is_int(w.call[c].answers, 0);
    reply(0, 0);
    ok(w.call[c].forwarded, "a pack that crossed a BYE is answered");
}

TEST(a_fresh_router_lets_calls_wait_for_processes_on_their_way)
{
    struct rules_limits l = rules_defaults;
    l.fresh_us = 1500 * MS;
    begin(&l);
    int early = call(5000);
    turn(100 * MS);
    is_int(w.call[early].answers, 0);
    ask(0, 0);
    turn(0);
    work(0);
    ok(w.call[early].forwarded, "the process came");
    begin(&l);
    early = call(5000);
    turn(1499 * MS);
    is_int(w.call[early].answers, 0);
    turn(1 * MS);
    is_int(w.call[early].refused, ERR_UNAVAILABLE);
    is_int(w.call[call(5000)].refused, ERR_UNAVAILABLE);
}

TEST(queues_are_bounded)
{
    struct rules_limits l = rules_defaults;
    l.queue_calls = 20;
    begin(&l);
    ask(0, 0);
    call(5000);
    turn(0);
    int busy = 0;
    for (int i = 0; i < 50; i++)
        busy += w.call[call(5000)].refused == ERR_BUSY;
    is_int(busy, 30);
}

TEST(time_used_up_is_not_passed_on)
{
    begin(&rules_defaults);
    ask(0, 0);
    call(5000);
    turn(0);
    int c = call(50), none = call(0);
    is_int(w.call[none].refused, ERR_BUSY);
    turn(60 * MS);
    is_int(w.call[c].refused, ERR_BUSY);
    is_int(w.call[c].attempts, 0);
}

TEST(two_deaths_quarantine_and_innocents_survive)
{
    begin(&rules_defaults);
    for (int p = 0; p < 4; p++)
        ask(p, 0);
    for (int i = 0; i < 100; i++)
        call(5000);
    w.call[40].poison = true;
    for (int step = 0; step < 1000; step++) {
        turn(1 * MS);
        for (int p = 0; p < 4; p++) {
            bool poison = false;
            for (int i = 0; i < w.peer[p].n; i++)
                poison = poison || w.call[w.peer[p].held[i]].poison;
            if (poison)
                gone(p);
            else if (w.peer[p].number)
                work(p);
        }
    }
    int good = 0;
    for (int i = 0; i < 100; i++)
        good += w.call[i].forwarded;
    is_int(good, 99);
    is_int(w.call[40].refused, ERR_QUARANTINED);
    is_int(w.quarantined, 1);
}

TEST(silence_is_death_and_parts_are_life)
{
    begin(&rules_defaults);
    struct peer p = peer_of(0);
    ask(0, 0);
    int c = call(9000);
    turn(0);
    for (int i = 0; i < 3; i++) {
        turn(2000 * MS);
        w.peer[0].sign = w.now;
        rules_sign(w.r, w.now, &p);
    }
    is_int(w.call[c].attempts, 1);
    turn(2300 * MS);
    w.peer[0].n = 1; /* it never noticed */
    reply(0, 0);
    w.peer[0].n = 0;
    ok(!w.call[c].forwarded, "a reply after the death is late");
    ask(1, 0);
    turn(0);
    is_int(w.call[c].attempts, 2);
    work(1);
    ok(w.call[c].forwarded, "the second one answers");
}

TEST(a_pack_that_could_not_be_sent_never_happened)
{
    begin(&rules_defaults);
    ask(0, 0);
    w.peer[0].there = false;
    int c = call(5000), d = call(5000);
    turn(0);
    struct peer p = peer_of(0);
    ask(1, 0);
    rules_unsent(w.r, w.now, &p);
    turn(0);
    is_int(w.peer[1].n, 2);
    is_int(w.call[c].attempts, 1);
    ok(w.peer[1].held[0] == c && w.peer[1].held[1] == d, "in the old order");
    work(1);
    ok(w.call[c].forwarded && w.call[d].forwarded, "both are answered");
}

/* Random events; at the end everybody works and every call must have its one answer. */
static void storm(uint64_t s)
{
    struct rules_limits l = rules_defaults;
    seed = s * 2654435761u + 1;
    l.queue_calls = 40;
    begin(&l);
    for (int step = 0; step < 600; step++) {
        int p = (int)rnd(PEERS);
        struct peer who = peer_of(p);
        uint32_t what = rnd(100);
        if (what < 35 && w.n < CALLS - 10) {
            for (uint32_t i = rnd(6); i > 0; i--)
                call(rnd(20) ? 100 + rnd(6000) : 0);
        } else if (what < 60) {
            if (w.peer[p].number)
                work(p);
            else
                ask(p, 0);
        } else if (what < 66) {
            ask(p, 0); /* repeated, or crossing its pack */
        } else if (what < 72) {
            gone(p);
        } else if (what < 76 && w.peer[p].there) {
            w.peer[p].sign = w.now;
            bool open = false;
            for (int i = 0; i < w.peer[p].n; i++)
                open = open || !w.call[w.peer[p].held[i]].answers;
            if (!open) /* nothing in hand any more */
                w.peer[p].number = 0, w.peer[p].n = 0;
            rules_bye(w.r, w.now, &who);
        } else if (what < 82 && w.peer[p].n) {
            reply(p, (int)rnd((uint32_t)w.peer[p].n)); /* possibly twice */
            rules_sign(w.r, w.now, &who);
        } else if (what < 84) {
            rules_suspect(w.r, w.now);
        }
        turn(rnd(10) ? rnd(3000) : rnd(400) * MS);
        for (int i = 0; i < PEERS; i++)
            if (!w.peer[i].there && w.peer[i].number)
                gone(i);
    }
    for (int i = 0; i < 400; i++) {
        for (int p = 0; p < PEERS; p++)
            if (w.peer[p].number)
                work(p);
            else
                ask(p, 0);
        turn(20 * MS);
    }
    for (int c = 0; c < w.n; c++)
        must(w.call[c].answers == 1, "a call without its one answer");
}

TEST(storms)
{
    int broken = 0, packs = 0;
    for (uint64_t s = 1; s <= 2000; s++) {
        storm(s);
        packs += w.packs;
        if (w.broken && !broken++)
            printf("# seed %llu\n", (unsigned long long)s);
    }
    is_int(broken, 0);
    ok(packs > 10000, "%d packs in 2000 storms", packs);
}

int main(void)
{
    run(all_that_waits_is_one_pack);
    run(a_second_process_waits_for_enough_work);
    run(nobody_there_is_said_at_once);
    run(a_fresh_router_lets_calls_wait_for_processes_on_their_way);
    run(queues_are_bounded);
    run(time_used_up_is_not_passed_on);
    run(two_deaths_quarantine_and_innocents_survive);
    run(silence_is_death_and_parts_are_life);
    run(a_pack_that_could_not_be_sent_never_happened);
    run(storms);
    rules_free(w.r);
    done_testing();
}
