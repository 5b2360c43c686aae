/* The pure rules of supervision, by property: which lots pay, who is drawn, the score. */
#include "appraisal_rules.h"
#include "base/money.h"
#include "draw_rules.h"
#include "lot_rules.h"
#include "test.h"

static uint64_t state = 88172645463325252u;
static uint64_t dice(uint64_t n) /* xorshift: the same run every time */
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

static struct id id_of(uint64_t n)
{
    struct id id = {{0}};
    for (int i = 0; i < 8; i++)
        id.b[15 - i] = (unsigned char)(n >> (8 * i));
    return id;
}

/* What is taken is exactly what is asked, never more than a lot holds, never against an earmark, earmark before the
 * rest, old before new. */
static const char *lots_wrong(const struct lot_held *l, size_t n, struct id line, int64_t fen, const int64_t *take,
                              const size_t *order, size_t n_order)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += take[i];
        if (take[i] < 0 || take[i] > l[i].held)
            return "more than the lot holds";
        if (take[i] && !id_is_nil(l[i].line) && !id_eq(l[i].line, line))
            return "against the earmark";
    }
    if (sum != fen)
        return "not the sum";
    for (size_t k = 0; k < n_order; k++) {
        if (take[order[k]] <= 0)
            return "an empty part";
        if (k + 1 < n_order && take[order[k]] != l[order[k]].held)
            return "a lot left before it was empty";
        if (k && !id_is_nil(l[order[k]].line) && id_is_nil(l[order[k - 1]].line))
            return "a free lot before an earmarked one";
        if (k && id_is_nil(l[order[k]].line) == id_is_nil(l[order[k - 1]].line) && order[k] < order[k - 1])
            return "a younger lot before an older one";
    }
    return NULL;
}

TEST(lots_are_chosen_by_the_rule)
{
    enum { LOTS = 12, RUNS = 200000 };
    int paid = 0, refused = 0;
    const char *wrong = NULL;
    for (int run_n = 0; run_n < RUNS && !wrong; run_n++) {
        struct lot_held l[LOTS];
        int64_t take[LOTS], usable = 0;
        size_t order[LOTS], n_order, n = dice(LOTS + 1);
        struct id line = id_of(dice(4)); /* 0 = the payment names no line */
        for (size_t i = 0; i < n; i++) {
            l[i] = (struct lot_held){id_of(100 + i), id_of(dice(4)), (int64_t)dice(50)};
            if (id_is_nil(l[i].line) || id_eq(l[i].line, line))
                usable += l[i].held;
        }
        int64_t fen = 1 + (int64_t)dice(120);
        bool good = lots_choose(l, n, line, fen, take, order, &n_order);
        if (good != (fen <= usable))
            wrong = "refused what could be paid, or the other way round";
        else if (good)
            wrong = lots_wrong(l, n, line, fen, take, order, n_order);
        paid += good;
        refused += !good;
    }
    ok(!wrong, "%s after %d paid, %d refused", wrong ? wrong : "no rule broken", paid, refused);
    ok(paid > 1000 && refused > 1000, "both happened");
}

TEST(lots_at_the_limits)
{
    struct lot_held l[2] = {{id_of(1), ID_NIL, FEN_MAX}, {id_of(2), ID_NIL, FEN_MAX}};
    int64_t take[2];
    size_t order[2], n_order;
    ok(lots_choose(l, 2, ID_NIL, 2 * FEN_MAX, take, order, &n_order), "all of it");
    ok(!lots_choose(l, 2, ID_NIL, 2 * FEN_MAX + 1, take, order, &n_order), "one fen more");
    ok(!lots_choose(l, 2, ID_NIL, 0, take, order, &n_order), "nothing is no payment");
    ok(!lots_choose(l, 2, ID_NIL, -1, take, order, &n_order), "less than nothing");
    ok(!lots_choose(l, 0, ID_NIL, 1, take, order, &n_order), "no lots");
}

TEST(a_draw_does_not_depend_on_the_order_of_the_pool)
{
    enum { POOL = 20 };
    bool same = true;
    for (int run_n = 0; run_n < 2000; run_n++) {
        struct drawn a[POOL], b[POOL];
        for (size_t i = 0; i < POOL; i++) {
            a[i] = (struct drawn){.person = id_of(i + 1)};
            for (size_t k = 0; k < sizeof a[i].hash; k++)
                a[i].hash[k] = (unsigned char)dice(256);
        }
        memcpy(b, a, sizeof a);
        for (size_t i = POOL - 1; i > 0; i--) {
            size_t j = dice(i + 1);
            struct drawn t = b[i];
            b[i] = b[j];
            b[j] = t;
        }
        same &= draw_order(a, POOL, 3) && draw_order(b, POOL, 3);
        for (size_t i = 0; i < POOL; i++)
            same &= id_eq(a[i].person, b[i].person);
    }
    ok(same, "2000 pools shuffled");
}

TEST(a_draw_refuses_twins_and_small_pools)
{
    struct drawn p[2] = {{.person = id_of(1)}, {.person = id_of(1)}};
    ok(!draw_order(p, 2, 2), "one person twice");
    ok(!draw_order(p, 1, 2), "one is not two");
    ok(!draw_order(p, 0, 0), "nobody");
}

TEST(the_score_is_whole_and_within_100)
{
    is_int(appraisal_score(2, 40, 10, 50, true), 100);
    is_int(appraisal_score(2, 8, 10, 10, true), 20);
    is_int(appraisal_score(3, 50, 7, 30, true), 85); /* 83.33 and 85.71: 84.52 */
    is_int(appraisal_score(3, 50, 7, 30, false), 83);
    is_int(appraisal_score(3, 50, 0, 0, true), 83);
    is_int(appraisal_score(0, 0, 0, 0, false), 0);
    bool within = true;
    for (int i = 0; i < 100000; i++) {
        int64_t a = 2 + (int64_t)dice(14), b = 1 + (int64_t)dice(100000);
        int64_t s = appraisal_score(a, 4 * a + (int64_t)dice(16 * (uint64_t)a + 1), b,
                                    b + (int64_t)dice(4 * (uint64_t)b + 1), dice(2));
        within &= s >= 20 && s <= 100;
    }
    ok(within, "100000 random judgements lie between 20 and 100");
    is(appraisal_result(90), "excellent");
    is(appraisal_result(89), "good");
    is(appraisal_result(60), "passed");
    is(appraisal_result(59), "failed");
}

int main(void)
{
    run(lots_are_chosen_by_the_rule);
    run(lots_at_the_limits);
    run(a_draw_does_not_depend_on_the_order_of_the_pool);
    run(a_draw_refuses_twins_and_small_pools);
    run(the_score_is_whole_and_within_100);
    done_testing();
}
