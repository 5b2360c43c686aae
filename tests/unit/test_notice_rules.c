/* The two-place clock, against a slow model that looks at every unit of time. */
#include "base/when.h"
#include "notice_rules.h"
#include "test.h"

#define PLACES 4
#define EDGES  40

static uint64_t state = 88172645463325252u;
static uint64_t rnd(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

TEST(notice_runs_only_while_all_places_show_it)
{
    static const struct notice_edge two[] = {{0, 1}, {2 * DAY, 1}, {3 * DAY, -1}, {5 * DAY, 1}};
    struct notice_clock c = notice_clock(two, 1, 2, 7);
    ok(c.since == TIME_NONE && c.due == TIME_NONE && c.live == 1, "one of two places: stands");
    c = notice_clock(two, 2, 2, 7);
    ok(c.since == 2 * DAY && c.due == 9 * DAY, "both: runs from the second one on");
    c = notice_clock(two, 3, 2, 7);
    ok(c.ran_us == DAY && c.due == TIME_NONE && c.live == 1, "taken down: stops, a day is kept");
    c = notice_clock(two, 4, 2, 7);
    ok(c.due == 11 * DAY && c.ran_us == DAY, "hung again: the six days that were left");
    is_int(notice_ran(c.ran_us, c.since, c.due, 6 * DAY), 2 * DAY);
    is_int(notice_ran(c.ran_us, c.since, c.due, 20 * DAY), 7 * DAY);
    ok(!notice_over(c.due, 11 * DAY - 1) && notice_over(c.due, 11 * DAY) && !notice_over(TIME_NONE, INT64_MAX),
       "over at due");
}

TEST(notice_over_stays_over)
{
    static const struct notice_edge e[] = {{0, 1}, {3 * DAY, -1}, {4 * DAY, 1}};
    struct notice_clock c = notice_clock(e, 3, 1, 2);
    ok(c.due == 2 * DAY && c.since == 0 && c.ran_us == 0, "what came after the days were over changes nothing");
}

/* Hours as units: random postings and take-downs; the model adds up hour by hour. */
static bool one_case(void)
{
    struct notice_edge e[EDGES];
    bool up[PLACES] = {false};
    int places = 1 + (int)rnd(PLACES), days = 1 + (int)rnd(3);
    int64_t hour = DAY / 24, at = 0, n_edges = (int64_t)rnd(EDGES);
    for (int64_t i = 0; i < n_edges; i++) {
        int p = (int)rnd((uint64_t)places);
        at += (int64_t)rnd(12) * hour;
        e[i] = (struct notice_edge){at, up[p] ? -1 : 1};
        up[p] = !up[p];
    }
    int64_t ran = 0, due = TIME_NONE, k = 0;
    int live = 0;
    for (int64_t t = 0; t <= at + 100 * hour && due == TIME_NONE; t += hour) {
        for (; k < n_edges && e[k].at == t; k++)
            live += e[k].step;
        if (live == places)
            ran += hour;
        if (ran == days * DAY)
            due = t + hour;
    }
    struct notice_clock c = notice_clock(e, (size_t)n_edges, places, days);
    if (due != TIME_NONE)
        return c.due == due;
    return c.due == TIME_NONE && c.ran_us == ran && c.since == TIME_NONE;
}

TEST(notice_clock_equals_counting_hours)
{
    int bad = 0;
    for (int i = 0; i < 20000; i++)
        bad += !one_case();
    is_int(bad, 0);
}

int main(void)
{
    run(notice_runs_only_while_all_places_show_it);
    run(notice_over_stays_over);
    run(notice_clock_equals_counting_hours);
    done_testing();
}
