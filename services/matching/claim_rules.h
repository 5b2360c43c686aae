/* May this be claimed, and how much of it: never more than the need. Pure. */
#ifndef XQ_CLAIM_RULES_H
#define XQ_CLAIM_RULES_H

#include <stdbool.h>
#include <stdint.h>

enum claim_verdict {
    CLAIM_TAKEN,
    CLAIM_NO_LINE,
    CLAIM_NO_SPONSOR,
    CLAIM_NOT_ACTING,
    CLAIM_NO_FAIR,
    CLAIM_COMING,
    CLAIM_CLOSED,
    CLAIM_OTHER_ROUND,
    CLAIM_NOT_LISTED,
    CLAIM_FULL,
    CLAIM_NOT_WHOLE,
};
struct claim_line {
    int64_t need, claimed; /* claimed moves with each claim taken */
};
struct claim_facts {
    bool line, sponsor, acts, fair, listed;
    int64_t opens_at, closed_at; /* of the fair; closed_at TIME_NONE = open */
    int64_t fair_round, project_round;
};
/* Decides one claim; when it is taken, *accepted is 1 … asked and line->claimed has grown by it. */
enum claim_verdict claim_decide(struct claim_line *line, const struct claim_facts *f, int64_t now, int64_t asked,
                                bool whole, int64_t *accepted);

#endif
