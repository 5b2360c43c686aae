/* The published rule for the second chance of a project that nobody claimed. Pure. */
#ifndef XQ_FAIR_RULES_H
#define XQ_FAIR_RULES_H

#include <stdint.h>

/* Its money need reaches `purchase_from_fen`: "purchase" (the committee); otherwise liked by anyone: "allocation" (by
 * likes); otherwise "next_round". */
const char *chance_of(int64_t need_fen, int64_t heat, int64_t purchase_from_fen);

#endif
