/* Intake: regions, appointments, opinions, campaigns, contests, proposals, reviews. The service as tables. */
#include "intake.h"

static const struct op ops[] = {
    OP(region_put),       OP(region_list),
    OP(appointment_make), OP(appointment_end),
    OP(opinion_receive),  OP(opinion_receive_many),
    OP(opinion_answer),   OP(opinion_classify),
    OP(opinion_get),      OP(opinion_list),
    OP(receipt_get),      OP(campaign_open),
    OP(campaign_count),   OP(campaign_list),
    OP(contest_open),     OP(entry_submit),
    OP(entry_list),       OP(proposal_draft),
    OP(proposal_publish), OP(proposal_list),
    OP(project_get),      OP(review_open),
    OP(verdict_give),     OP(review_close),
    OP(review_get),       OPS_END,
};
static const struct op events[] = {ON("notice.closed", proposal_notice_closed), OPS_END};
static const struct op timers[] = {OPS_END};

const struct service intake_service = {.name = "intake", .ops = ops, .events = events, .timers = timers};
