/* The clock of a notice: it runs only while the notice hangs in every listed place. */
#include "base/when.h"
#include "notice_rules.h"

struct notice_clock notice_clock(const struct notice_edge *edge, size_t n, int places, int days)
{
    struct notice_clock c = {.since = TIME_NONE, .due = TIME_NONE};
    int64_t need = days * DAY;
    for (size_t i = 0; i < n; i++) {
        if (notice_over(c.due, edge[i].at)) {
            c.live += edge[i].step; /* its days were over before: only told */
            continue;
        }
        if (c.since != TIME_NONE) {
            c.ran_us += edge[i].at - c.since;
            c.since = c.due = TIME_NONE;
        }
        c.live += edge[i].step;
        if (c.live >= places) {
            c.since = edge[i].at;
            c.due = c.since + (need - c.ran_us);
        }
    }
    return c;
}

bool notice_over(int64_t due, int64_t now)
{
    return due != TIME_NONE && now >= due;
}

int64_t notice_ran(int64_t ran_us, int64_t since, int64_t due, int64_t now)
{
    if (since == TIME_NONE)
        return ran_us;
    int64_t until = notice_over(due, now) ? due : now;
    return ran_us + (until > since ? until - since : 0);
}
