/* Voting: notices, likes and their heat, the yearly list, residents' ballots. The service as tables. */
#include <limits.h>
#include <stdio.h>

#include "heat.sql.h" /* heat_streets: a beat names its statement */
#include "voting.h"

static const struct op ops[] = {
    OP(notice_open), OP(notice_confirm), OP(notice_take_down), OP(notice_close), OP(notice_get), OP(notice_list),
    OP(like_put),    OP(heat_list),      OP(ballot_cast),      OP(ballot_close), OP(ballot_get), OPS_END,
};
static const struct op events[] = {
    ON("proposal.published", notice_propose),
    ON("project.passed", notice_expect),
    ON("project.completed", ballot_expect),
    OPS_END,
};
static const struct op timers[] = {TIMER(notice_due), OPS_END};
static const struct option options[] = {
    {"voter_key", OPT_TEXT, 0, 1024, 0, "", false,
     "file with 64 hex digits, mode 0400 or 0600: from it come the keys that hide who liked what; empty = voter.key in "
     "the keys folder"},
    {"ballot_least", OPT_INT, 1, 100000, 5, NULL, false, "so many ballots on a finished project are an answer"},
    OPTIONS_END,
};

static int start(const struct config *cfg, struct err *e)
{
    ballot_least = config_int(cfg, "ballot_least");
    if (*config_text(cfg, "voter_key"))
        return voter_start(config_path(cfg, "voter_key"), e);
    char file[PATH_MAX];
    snprintf(file, sizeof file, "%s/voter.key", config_path(cfg, "keys"));
    return voter_start(file, e);
}

static const struct beat beats[] = {{"heat_fold", SQL_HEAT_STREETS, heat_fold}, BEATS_END};

const struct service voting_service = {
    .name = "voting",
    .ops = ops,
    .events = events,
    .timers = timers,
    .beats = beats,
    .options = options,
    .start = start,
};
