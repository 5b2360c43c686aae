/* The states of a proposal and the steps between them, as far as intake owns them. Pure.
 * draft -> published -> reviewable -> in_review -> passed | returned | rejected; a notice may leave it frozen, and what
 * was returned may be published again. */
#ifndef XQ_PROPOSAL_RULES_H
#define XQ_PROPOSAL_RULES_H

#include <stdbool.h>
#include <stdint.h>

enum proposal_step {
    STEP_PUBLISH,
    STEP_NOTICE_DONE,
    STEP_NOTICE_FROZEN,
    STEP_REVIEW,
    STEP_PASS,
    STEP_RETURN,
    STEP_REJECT,
    STEP_COUNT
};
#define PROPOSAL_STATES 8
extern const char *const proposal_states[PROPOSAL_STATES + 1]; /* NULL-terminated */

/* The state after the step, NULL when the step does not start from this state. */
const char *proposal_step(const char *state, enum proposal_step step);

/* Why a draft's figures cannot stand: 0 = they can. Money lines are in fen and do not exceed the estimate. */
struct need_figure {
    bool money;
    const char *unit;
    int64_t amount;
};
enum draft_fault { DRAFT_GOOD, DRAFT_UNIT, DRAFT_OVER, DRAFT_NO_SOURCE };
enum draft_fault proposal_draft_fault(const struct need_figure *line, int n, int64_t estimate_fen, bool has_source);

#endif
