/* The score of a finished project, pure integers. Formula 1, as the database checks it too. */
#ifndef XQ_APPRAISAL_RULES_H
#define XQ_APPRAISAL_RULES_H

#include <stdbool.h>
#include <stdint.h>

/* marks: sum over ambassadors of four marks 1…5. Half of the score is theirs, half the residents' ballots (1…5 each),
 * rounded half up; all of it theirs when too few residents answered. 0…100. */
int64_t appraisal_score(int64_t ambassadors, int64_t marks, int64_t ballots, int64_t score_sum, bool enough);
const char *appraisal_result(int64_t score); /* excellent from 90, good from 75, passed from 60, failed */

#endif
