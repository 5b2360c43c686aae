/* Supervision: ambassadors, the ledger of lots, milestones, payments signed k of n, bulletins, corrections, appraisal.
 * As tables. */
#include "supervision.h"

static const struct op ops[] = {
    OP(ambassador_appoint), OP(ambassador_end),        OP(draw_commit),       OP(ambassador_draw),
    OP(ambassador_list),    OP(lot_receive),           OP(lot_return),        OP(lot_list),
    OP(gift_receive),       OP(milestone_plan),        OP(milestone_sign),    OP(milestone_list),
    OP(payment_request),    OP(payment_sign),          OP(payment_pay),       OP(payment_list),
    OP(bulletin_publish),   OP(bulletin_list),         OP(appraisal_give),    OP(appraisal_close),
    OP(project_complete),   OP(correction_order_make), OP(project_books_get), OPS_END,
};
static const struct op events[] = {
    ON("project.passed", recused_proposers),
    ON("agreement.signed", books_open),
    ON("ballot.closed", appraisal_ballot),
    OPS_END,
};
static const struct op timers[] = {OPS_END};

const struct service supervision_service = {
    .name = "supervision",
    .ops = ops,
    .events = events,
    .timers = timers,
};
