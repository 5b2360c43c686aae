#include "review_rules.h"

#include <string.h>

enum seat_kind seat_kind_of(const char *word)
{
    static const char *const words[SEAT_KINDS] = {"street", "organisation", "expert", "media"};
    int k = 0;
    while (k < SEAT_KINDS && strcmp(words[k], word) != 0)
        k++;
    return (enum seat_kind)k;
}

bool review_mix_ok(const int seats[SEAT_KINDS])
{
    int all = 0;
    for (int k = 0; k < SEAT_KINDS; k++)
        all += seats[k];
    for (int k = 0; k < SEAT_KINDS; k++)
        if (seats[k] < 1 || 2 * seats[k] > all)
            return false;
    return true;
}

enum outcome_of_review review_decide(const struct review_tally *t)
{
    int given = 0;
    for (int k = 0; k < SEAT_KINDS; k++) {
        if (t->given[k] < 1)
            return REVIEW_NO_QUORUM;
        given += t->given[k];
    }
    if (3 * given < 2 * t->seats)
        return REVIEW_NO_QUORUM;
    if (2 * t->pass > given)
        return REVIEW_PASS;
    return 2 * t->reject > given ? REVIEW_REJECT : REVIEW_RETURN;
}
