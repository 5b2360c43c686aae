/* The pure rules of intake: receipts, rows of an import, proposals' states, the review. */
#include "base/region.h"
#include "base/when.h"
#include "opinion_rules.h"
#include "proposal_rules.h"
#include "receipt_rules.h"
#include "review_rules.h"
#include "test.h"

static uint64_t seed = 20140301;
static int any(int n) /* 0 … n-1 */
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((seed >> 33) % (uint64_t)n);
}

TEST(receipts_come_back_and_every_slip_is_noticed)
{
    int same = 0, slips = 0, swaps = 0, tried = 0;
    for (int k = 0; k < 2000; k++) {
        char s[RECEIPT_SIZE];
        int street = 100000000 + any(900000000), where;
        int64_t n = 1 + any(9999999), got;
        receipt_text(street, n, s);
        same += receipt_parse(s, &where, &got) && where == street && got == n;
        size_t at = (size_t)any((int)strlen(s));
        if (s[at] == '-')
            continue;
        char kept = s[at];
        s[at] = (char)('0' + (kept - '0' + 1 + any(9)) % 10);
        tried++;
        slips += !receipt_parse(s, &where, &got);
        s[at] = kept;
        char t = s[at + 1];
        if (t >= '0' && t != kept) {
            s[at + 1] = kept;
            s[at] = t;
            swaps += receipt_parse(s, &where, &got);
        }
    }
    is_int(same, 2000);
    is_int(slips, tried);
    is_int(swaps, 0);
    int street;
    int64_t n;
    ok(receipt_parse("330102001 0000123 0", &street, &n) + receipt_parse("330102001-0000123-1", &street, &n) <= 1,
       "one check digit at most");
    ok(!receipt_parse("", &street, &n) && !receipt_parse("33010200100001237x", &street, &n), "rubbish is none");
}

TEST(rows_of_an_import)
{
    const struct {
        struct row_facts f;
        enum row_fault want;
    } t[] = {{{"t", NULL, 10, TIME_NONE}, ROW_GOOD},    {{" \xe3\x80\x80\n", NULL, 10, TIME_NONE}, ROW_EMPTY},
             {{"t", NULL, 101, TIME_NONE}, ROW_FUTURE}, {{"t", "a", 10, TIME_NONE}, ROW_ANSWER_TIME},
             {{"t", NULL, 10, 20}, ROW_ANSWER_TIME},    {{"t", "a", 10, 9}, ROW_ANSWER_EARLY},
             {{"t", "a", 10, 101}, ROW_ANSWER_FUTURE},  {{"t", "a", 10, 10}, ROW_GOOD}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        is_int(opinion_row_fault(&t[i].f, 100), t[i].want);
    ok(*row_fault_text(ROW_FUTURE) && *row_fault_text_zh(ROW_FUTURE), "each fault has words");
}

TEST(who_may_classify)
{
    ok(opinion_may_classify("330102001", "330102001003", "330102001003"),
       "what lies at the street is taken into one's community");
    ok(!opinion_may_classify("330102001004", "330102001003", "330102001003"), "another's opinion is left alone");
    ok(!opinion_may_classify("330102001", "330102001004", "330102001003"), "nothing is pushed to others");
    ok(opinion_may_classify("330102001004", "330102001003", "330102001"), "the street may move it");
}

/* No sequence of steps leaves passed or rejected, and in_review is only reached through reviewable. */
TEST(proposals_walk_only_allowed_paths)
{
    int bad = 0, passed = 0;
    for (int k = 0; k < 3000; k++) {
        const char *state = "draft";
        for (int i = 0; i < 30; i++) {
            const char *to = proposal_step(state, (enum proposal_step)any(STEP_COUNT));
            if (!to)
                continue;
            bad += !strcmp(state, "passed") || !strcmp(state, "rejected") ||
                   (!strcmp(to, "in_review") && strcmp(state, "reviewable")) ||
                   (!strcmp(to, "passed") && strcmp(state, "in_review"));
            state = to;
        }
        passed += !strcmp(state, "passed");
    }
    is_int(bad, 0);
    ok(passed > 100, "and many arrive");
    struct need_figure line[] = {{true, "fen", 60}, {false, "hour", 1000}, {true, "fen", 40}};
    is_int(proposal_draft_fault(line, 3, 100, true), DRAFT_GOOD);
    is_int(proposal_draft_fault(line, 3, 99, true), DRAFT_OVER);
    is_int(proposal_draft_fault(line, 3, 100, false), DRAFT_NO_SOURCE);
    line[0].unit = "yuan";
    is_int(proposal_draft_fault(line, 3, 100, true), DRAFT_UNIT);
}

TEST(reviews_need_their_mix_quorum_and_majority)
{
    ok(review_mix_ok((int[]){1, 1, 1, 1}) && review_mix_ok((int[]){3, 1, 1, 1}), "every kind, none above half");
    ok(!review_mix_ok((int[]){4, 1, 1, 1}) && !review_mix_ok((int[]){2, 2, 2, 0}), "else not");
    int bad = 0;
    for (int k = 0; k < 20000; k++) {
        struct review_tally t = {.seats = 0};
        int given = 0, silent = 0;
        for (int s = 0; s < SEAT_KINDS; s++) {
            t.given[s] = any(5);
            t.seats += t.given[s] + any(3);
            given += t.given[s];
            silent |= t.given[s] == 0;
        }
        t.pass = any(given + 1);
        t.reject = any(given - t.pass + 1);
        t.back = given - t.pass - t.reject;
        enum outcome_of_review r = review_decide(&t);
        bad += (r == REVIEW_NO_QUORUM) != (silent || 3 * given < 2 * t.seats);
        if (r != REVIEW_NO_QUORUM)
            bad +=
                (r == REVIEW_PASS) != (t.pass > given - t.pass) || (r == REVIEW_REJECT && t.reject <= given - t.reject);
    }
    is_int(bad, 0);
    is_int(seat_kind_of("media"), SEAT_MEDIA);
    is_int(seat_kind_of("else"), SEAT_KINDS);
}

int main(void)
{
    run(receipts_come_back_and_every_slip_is_noticed);
    run(rows_of_an_import);
    run(who_may_classify);
    run(proposals_walk_only_allowed_paths);
    run(reviews_need_their_mix_quorum_and_majority);
    done_testing();
}
