/* What the dispatcher counts, as lines for metrics.*: type, family, help, labels, value. */
#include <stdio.h>
#include "service/work.h"

static void line(struct buf *out, const char *type, const char *family, const char *help, const char *labels,
                 double value)
{
    buf_printf(out, "%s\t%s\t%s\t%s\t%.17g\n", type, family, help, labels, value);
}

void dispatcher_metrics(const struct dispatcher *d, struct buf *out)
{
    const struct counters *c = &d->counters;
    char labels[160];
    for (size_t i = 0; i < d->n_entries; i++) {
        const struct entry *x = &d->entry[i];
        if (x->ok + x->refused == 0)
            continue;
        snprintf(labels, sizeof labels, "op=\"%s\",outcome=\"ok\"", x->op->id);
        line(out, "counter", "xq_calls_total", "Calls answered", labels, (double)x->ok);
        snprintf(labels, sizeof labels, "op=\"%s\",outcome=\"refused\"", x->op->id);
        line(out, "counter", "xq_calls_total", "Calls answered", labels, (double)x->refused);
        snprintf(labels, sizeof labels, "op=\"%s\"", x->op->id);
        line(out, "counter", "xq_call_seconds_total", "Time from the pack's arrival to the answer", labels,
             (double)x->us / 1e6);
    }
    const struct {
        const char *family, *help;
        uint64_t value;
    } plain[] = {
        {"xq_groups_total", "Transactions of grouped writes", c->groups},
        {"xq_grouped_calls_total", "Calls stored in groups", c->grouped},
        {"xq_groups_careful_total", "Groups that were run again with savepoints", c->careful},
        {"xq_groups_split_total", "Groups that were run again one by one", c->split},
        {"xq_groups_retried_total", "Transactions tried again after a lock or serialization failure", c->again},
        {"xq_commits_unknown_total", "Commits whose answer was lost", c->unknown},
        {"xq_remembered_total", "Calls answered from their idempotency row", c->remembered},
        {"xq_twins_total", "Calls answered with the answer of a twin in the same group", c->twins},
        {"xq_events_applied_total", "Events applied", c->events},
        {"xq_events_parked_total", "Events set aside", c->parked},
        {"xq_timers_run_total", "Timers run", c->timers},
        {"xq_beats_run_total", "Beats run", c->beats}};
    for (size_t i = 0; i < COUNT(plain); i++)
        line(out, "counter", plain[i].family, plain[i].help, "", (double)plain[i].value);
    line(out, "counter", "xq_group_seconds_total", "Time spent in transactions of groups", "", (double)c->db_us / 1e6);
    line(out, "gauge", "xq_timers_failing", "Timers that failed and wait", "", (double)d->n_backoff);
    line(out, "gauge", "xq_database_up", "1 while the database is connected", "", d->db && db_alive(d->db) ? 1 : 0);
}
