/* The lot-drawing, pure: whoever has the smallest hashes is drawn. The hashes are made by the caller (SHA-256 of seed,
 * project, person). */
#ifndef XQ_DRAW_RULES_H
#define XQ_DRAW_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/id.h"

struct drawn {
    struct id person;
    unsigned char hash[32];
};
/* Orders by rising hash, ties by person; false when the pool is smaller than wanted or somebody is in it twice. The
 * first `wanted` are drawn. */
bool draw_order(struct drawn *pool, size_t n, size_t wanted);

#endif
