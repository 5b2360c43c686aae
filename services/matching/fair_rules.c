/* The published rule for the second chance of a project that nobody claimed. */
#include "fair_rules.h"

const char *chance_of(int64_t need_fen, int64_t heat, int64_t purchase_from_fen)
{
    if (need_fen >= purchase_from_fen)
        return "purchase";
    return heat > 0 ? "allocation" : "next_round";
}
