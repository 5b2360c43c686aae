/* Money is integer fen in int64_t; no float can enter. */
#ifndef XQ_BASE_MONEY_H
#define XQ_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#define FEN_MAX INT64_C(100000000000000) /* 10^14 fen = a trillion yuan: any single amount */

bool fen_add(int64_t a, int64_t b, int64_t *out); /* false on overflow */
char *fen_text(int64_t fen, char out[32]);        /* 3850000.00 (yuan, two decimals, sign in front); returns out */
bool fen_parse(const char *yuan, int64_t *out);   /* "12", "12.3", "12.34"; false otherwise */

#endif
