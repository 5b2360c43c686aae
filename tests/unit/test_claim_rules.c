/* Claims never exceed a need, whatever is asked in whatever order; and the rules beside them. */
#include "base/when.h"
#include "claim_rules.h"
#include "fair_rules.h"
#include "sponsor_rules.h"
#include "test.h"

static uint64_t state = 2463534242u;
static uint64_t rnd(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

static const struct claim_facts good = {.line = true,
                                        .sponsor = true,
                                        .acts = true,
                                        .fair = true,
                                        .listed = true,
                                        .opens_at = 100,
                                        .closed_at = TIME_NONE,
                                        .fair_round = 2014,
                                        .project_round = 2014};

TEST(claim_is_taken_in_part_or_whole)
{
    struct claim_line l = {100, 70};
    int64_t got;
    is_int(claim_decide(&l, &good, 100, 20, false, &got), CLAIM_TAKEN);
    is_int(got, 20);
    is_int(claim_decide(&l, &good, 100, 20, true, &got), CLAIM_NOT_WHOLE);
    is_int(got, 0);
    is_int(claim_decide(&l, &good, 100, 20, false, &got), CLAIM_TAKEN);
    is_int(got, 10);
    is_int(claim_decide(&l, &good, 100, 1, false, &got), CLAIM_FULL);
    is_int(l.claimed, 100);
}

TEST(claim_needs_line_sponsor_and_open_fair)
{
    static const struct {
        struct claim_facts f;
        int64_t now;
        enum claim_verdict want;
    } table[] = {
        {{.line = false}, 100, CLAIM_NO_LINE},
        {{.line = true}, 100, CLAIM_NO_SPONSOR},
        {{.line = true, .sponsor = true}, 100, CLAIM_NOT_ACTING},
        {{.line = true, .sponsor = true, .acts = true}, 100, CLAIM_NO_FAIR},
        {{.line = true, .sponsor = true, .acts = true, .fair = true, .opens_at = 101, .closed_at = TIME_NONE},
         100,
         CLAIM_COMING},
        {{.line = true, .sponsor = true, .acts = true, .fair = true, .opens_at = 1, .closed_at = 50},
         100,
         CLAIM_CLOSED},
        {{.line = true, .sponsor = true, .acts = true, .fair = true, .closed_at = TIME_NONE, .fair_round = 1},
         100,
         CLAIM_OTHER_ROUND},
        {{.line = true, .sponsor = true, .acts = true, .fair = true, .closed_at = TIME_NONE}, 100, CLAIM_NOT_LISTED},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct claim_line l = {10, 0};
        int64_t got = -1;
        ok(claim_decide(&l, &table[i].f, table[i].now, 1, false, &got) == table[i].want && got == 0 && l.claimed == 0,
           "case %zu", i);
    }
}

TEST(claims_never_exceed_the_need)
{
    int bad = 0;
    for (int i = 0; i < 5000; i++) {
        struct claim_line l = {1 + (int64_t)rnd(1000), 0};
        int64_t sum = 0, got;
        for (int k = 0; k < 60; k++) {
            int64_t asked = 1 + (int64_t)rnd(rnd(10) ? 50 : 2000), left = l.need - l.claimed;
            bool whole = rnd(2);
            enum claim_verdict v = claim_decide(&l, &good, 100, asked, whole, &got);
            bad += v == CLAIM_TAKEN ? got < 1 || got > asked || got > left || (whole && got != asked) : got != 0;
            bad += v == CLAIM_FULL && left > 0;
            sum += got;
            if (rnd(5) == 0 && got > 0) { /* withdrawn again */
                l.claimed -= got;
                sum -= got;
            }
            bad += sum != l.claimed || l.claimed < 0 || l.claimed > l.need;
        }
    }
    is_int(bad, 0);
}

TEST(chance_follows_the_published_rule)
{
    is(chance_of(10000000, 0, 10000000), "purchase");
    is(chance_of(9999999, 1, 10000000), "allocation");
    is(chance_of(9999999, 0, 10000000), "next_round");
}

TEST(credit_code_has_its_check_character)
{
    ok(credit_code_valid("91330100716105852F"), "a company");
    ok(credit_code_valid("914403001922038216"), "another");
    ok(credit_code_valid("9144030071526726XG"), "with letters");
    ok(!credit_code_valid("914403001922038217"), "wrong check digit");
    ok(!credit_code_valid("91440300192203821"), "too short");
    ok(!credit_code_valid("9144030019220382160"), "too long");
    ok(!credit_code_valid("9144030071526726xg"), "lower case");
    ok(!credit_code_valid("91440300715267I6XG"), "a letter that is not used");
    ok(!credit_code_valid(""), "nothing");
}

int main(void)
{
    run(claim_is_taken_in_part_or_whole);
    run(claim_needs_line_sponsor_and_open_fair);
    run(claims_never_exceed_the_need);
    run(chance_follows_the_published_rule);
    run(credit_code_has_its_check_character);
    done_testing();
}
