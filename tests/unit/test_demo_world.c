/* The demo's plan for many seeds: what the source reports holds for each of them, and every part adds up. */
#include "demo.h"
#include "test.h"

#define SEEDS 500

static struct demo d; /* large */

static int64_t parts(const struct project *p)
{
    int64_t sum = 0;
    for (int i = 0; i < p->n_sponsors; i++)
        sum += p->part[i] > 0 ? p->part[i] : INT64_MIN / 8;
    return sum;
}

/* How many of them are done, and what they spend; all that is wrong with one of them is counted in *bad. */
static int round_check(const struct project *p, size_t n, int64_t *spent, size_t *listed, int *bad)
{
    int done = 0;
    for (size_t i = 0; i < n; i++) {
        *listed += p[i].fate <= FATE_UNTAKEN;
        *bad += p[i].need_fen <= 0;
        if (p[i].fate != FATE_DONE)
            continue;
        done++;
        *spent += p[i].spent_fen;
        *bad += p[i].spent_fen <= 0 || p[i].back_fen < 0 || p[i].need_fen != p[i].spent_fen + p[i].back_fen ||
                parts(&p[i]) != p[i].need_fen;
    }
    return done;
}

TEST(demo_plan_spends_the_same_for_every_seed)
{
    int bad = 0, wrong = 0, few = 0, poor = 0, alike = 0;
    int64_t last = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        int64_t spent = 0, district = 0;
        size_t ignored = 0;
        int done = 0;
        memset(&d, 0, sizeof d);
        d.seed = d.state = seed;
        demo_plan(&d);
        for (int r = 0; r < ROUNDS; r++) {
            size_t listed = 0;
            done += round_check(d.plan_a[r], PROPOSALS, &spent, &listed, &bad);
            few += listed < 100;
        }
        wrong += done != APPRAISED || spent != SPENT_FEN;
        (void)round_check(d.plan_b, B_PROPOSALS, &district, &ignored, &bad);
        poor += district < 200000000;
        alike += d.plan_a[0][0].need_fen == last;
        last = d.plan_a[0][0].need_fen;
    }
    is_int(wrong, 0); /* 124 projects, 385,000,000 fen */
    is_int(few, 0);   /* 100 listed in each round */
    is_int(poor, 0);  /* the district's fair: two million yuan */
    is_int(bad, 0);   /* need = spent + returned = what the sponsors give */
    ok(alike < SEEDS / 10, "the seed makes the difference");
}

int main(void)
{
    run(demo_plan_spends_the_same_for_every_seed);
    done_testing();
}
