#include "appraisal_rules.h"

int64_t appraisal_score(int64_t ambassadors, int64_t marks, int64_t ballots, int64_t score_sum, bool enough)
{
    if (ambassadors <= 0)
        return 0;
    if (!enough || ballots <= 0)
        return (10 * marks + ambassadors) / (2 * ambassadors);
    return (2 * (5 * marks * ballots + 20 * score_sum * ambassadors) + 2 * ambassadors * ballots) /
           (4 * ambassadors * ballots);
}

const char *appraisal_result(int64_t score)
{
    return score >= 90 ? "excellent" : score >= 75 ? "good" : score >= 60 ? "passed" : "failed";
}
