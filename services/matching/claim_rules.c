/* May this be claimed, and how much of it: never more than the need. */
#include "base/when.h"
#include "claim_rules.h"

static enum claim_verdict claim_allowed(const struct claim_facts *f, int64_t now)
{
    if (!f->line)
        return CLAIM_NO_LINE;
    if (!f->sponsor)
        return CLAIM_NO_SPONSOR;
    if (!f->acts)
        return CLAIM_NOT_ACTING;
    if (!f->fair)
        return CLAIM_NO_FAIR;
    if (now < f->opens_at)
        return CLAIM_COMING;
    if (f->closed_at != TIME_NONE)
        return CLAIM_CLOSED;
    if (f->fair_round != f->project_round)
        return CLAIM_OTHER_ROUND;
    return f->listed ? CLAIM_TAKEN : CLAIM_NOT_LISTED;
}

enum claim_verdict claim_decide(struct claim_line *line, const struct claim_facts *f, int64_t now, int64_t asked,
                                bool whole, int64_t *accepted)
{
    enum claim_verdict v = claim_allowed(f, now);
    *accepted = 0;
    if (v != CLAIM_TAKEN)
        return v;
    int64_t left = line->need - line->claimed;
    if (left <= 0)
        return CLAIM_FULL;
    if (whole && asked > left)
        return CLAIM_NOT_WHOLE;
    *accepted = asked < left ? asked : left;
    line->claimed += *accepted;
    return CLAIM_TAKEN;
}
