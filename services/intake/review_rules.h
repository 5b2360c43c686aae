/* The review's rules: the fixed mix of seats, the quorum, and what the verdicts make of a proposal. Pure. */
#ifndef XQ_REVIEW_RULES_H
#define XQ_REVIEW_RULES_H

#include <stdbool.h>

enum seat_kind { SEAT_STREET, SEAT_ORGANISATION, SEAT_EXPERT, SEAT_MEDIA, SEAT_KINDS };
enum seat_kind seat_kind_of(const char *word); /* SEAT_KINDS when it is none */

/* Every kind has a seat, and no kind more than half of them. */
bool review_mix_ok(const int seats[SEAT_KINDS]);

enum outcome_of_review { REVIEW_PASS, REVIEW_RETURN, REVIEW_REJECT, REVIEW_NO_QUORUM };
struct review_tally {
    int seats;              /* of the review */
    int given[SEAT_KINDS];  /* verdicts by kind of seat */
    int pass, back, reject; /* pass only with "the people's need": the verdict table holds that too */
};
/* Quorum: two thirds of the seats, and each kind has spoken. More than half of those given pass or reject; all else
 * goes back. */
enum outcome_of_review review_decide(const struct review_tally *t);

#endif
