#include "proposal_rules.h"

#include <stddef.h>
#include <string.h>

#include "base/money.h"

const char *const proposal_states[PROPOSAL_STATES + 1] = {"draft",  "published", "reviewable", "frozen", "in_review",
                                                          "passed", "returned",  "rejected",   NULL};

const char *proposal_step(const char *state, enum proposal_step step)
{
    static const struct {
        const char *from;
        enum proposal_step step;
        const char *to;
    } steps[] = {
        {"draft", STEP_PUBLISH, "published"},
        {"returned", STEP_PUBLISH, "published"},
        {"published", STEP_NOTICE_DONE, "reviewable"},
        {"frozen", STEP_NOTICE_DONE, "reviewable"},
        {"published", STEP_NOTICE_FROZEN, "frozen"},
        {"reviewable", STEP_REVIEW, "in_review"},
        {"in_review", STEP_PASS, "passed"},
        {"in_review", STEP_RETURN, "returned"},
        {"in_review", STEP_REJECT, "rejected"},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].step == step && strcmp(steps[i].from, state) == 0)
            return steps[i].to;
    return NULL;
}

enum draft_fault proposal_draft_fault(const struct need_figure *line, int n, int64_t estimate_fen, bool has_source)
{
    int64_t money = 0;
    if (!has_source)
        return DRAFT_NO_SOURCE;
    for (int i = 0; i < n; i++) {
        if (!line[i].money)
            continue;
        if (strcmp(line[i].unit, "fen") != 0)
            return DRAFT_UNIT;
        if (!fen_add(money, line[i].amount, &money) || money > estimate_fen)
            return DRAFT_OVER;
    }
    return DRAFT_GOOD;
}
