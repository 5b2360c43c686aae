/* Every event that the report and the timeline fold: table of the service in notification.c, functions in report.c. */
#ifndef XQ_NOTIFICATION_FOLD_H
#define XQ_NOTIFICATION_FOLD_H

#include "intake.events.h"
#include "matching.events.h"
#include "notification.h"
#include "supervision.events.h"
#include "voting.events.h"

#define FOLDS(X)                                                                                                       \
    X("opinion.received", opinion_count, opinion_received)                                                             \
    X("opinion.answered", opinion_answer_count, opinion_answered)                                                      \
    X("opinion.classified", opinion_move, opinion_classified)                                                          \
    X("campaign.counted", campaign_note, campaign_counted)                                                             \
    X("proposal.drafted", proposal_name, proposal_drafted)                                                             \
    X("proposal.published", proposal_show, proposal_published)                                                         \
    X("project.passed", project_pass_note, project_passed)                                                             \
    X("project.returned", project_return_note, project_returned)                                                       \
    X("project.rejected", project_reject_note, project_rejected)                                                       \
    X("notice.opened", notice_open_note, notice_opened)                                                                \
    X("notice.closed", notice_close_note, notice_closed)                                                               \
    X("heat.changed", heat_note, heat_changed)                                                                         \
    X("project.listed", project_list_note, project_listed)                                                             \
    X("ballot.closed", ballot_note, ballot_closed)                                                                     \
    X("fair.opened", fair_open_note, fair_opened)                                                                      \
    X("fair.closed", fair_close_note, fair_closed)                                                                     \
    X("claim.made", claim_note, claim_made)                                                                            \
    X("claim.confirmed", claim_confirm_note, claim_confirmed)                                                          \
    X("claim.expired", claim_expire_note, claim_expired)                                                               \
    X("agreement.signed", agreement_note, agreement_signed)                                                            \
    X("project.unclaimed", unclaimed_note, project_unclaimed)                                                          \
    X("lot.received", lot_note, lot_received)                                                                          \
    X("lot.returned", lot_return_note, lot_returned)                                                                   \
    X("gift.received", gift_note, gift_received)                                                                       \
    X("ambassador.drawn", draw_note, ambassador_drawn)                                                                 \
    X("milestone.signed", milestone_note, milestone_signed)                                                            \
    X("payment.paid", payment_note, payment_paid)                                                                      \
    X("bulletin.published", bulletin_note, bulletin_published)                                                         \
    X("correction_order.made", correction_note, correction_order_made)                                                 \
    X("project.completed", completion_note, project_completed)                                                         \
    X("project.appraised", appraisal_note, project_appraised)

#define DECLARE(type, fn, event) int fn(struct call *c, const struct event *in, struct err *e) MUSTCHECK;
FOLDS(DECLARE)
#undef DECLARE

#endif
