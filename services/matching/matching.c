/* Matching: sponsors, organisations, offers, fairs, claims on need lines, agreements. The service as tables. */
#include "base/money.h"
#include "matching.h"

static const struct op ops[] = {
    OP(sponsor_register),   OP(organisation_register),
    OP(representative_end), OP(offer_make),
    OP(offer_list),         OP(fair_open),
    OP(fair_close),         OP(fair_list),
    OP(fair_get),           OP(need_line_list),
    OP(claim_make),         OP(claim_withdraw),
    OP(claim_list),         OP(agreement_draft),
    OP(agreement_sign),     OP(agreement_get),
    OP(agreement_list),     OPS_END,
};
static const struct op events[] = {
    ON("project.passed", line_expect),
    ON("project.listed", line_list),
    ON("fair.opened", fair_mirror),
    ON("fair.closed", fair_settle),
    OPS_END,
};
static const struct option options[] = {
    {"purchase_from_fen", OPT_INT, 1, FEN_MAX, 10000000, NULL, false,
     "an unclaimed project whose money need is at least this goes to the purchase committee"},
    OPTIONS_END,
};

static int start(const struct config *cfg, struct err *e)
{
    (void)e;
    purchase_from_fen = config_int(cfg, "purchase_from_fen");
    return 0;
}

const struct service matching_service = {
    .name = "matching",
    .ops = ops,
    .events = events,
    .options = options,
    .start = start,
};
