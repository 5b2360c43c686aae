/* Which lots pay, pure: those that are for this need line first, then those for no line in particular, each oldest
 * first. */
#ifndef XQ_LOT_RULES_H
#define XQ_LOT_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/id.h"

struct lot_held {
    struct id lot, line; /* line nil = no earmark */
    int64_t held;
};
/* lots in the order of their age. take[i] = fen out of lot i, in sum exactly fen; order[0…n_order) = which lots, in
 * paying order. false when what may be used is not enough (nothing is said about take then). */
bool lots_choose(const struct lot_held *lots, size_t n, struct id line, int64_t fen, int64_t *take, size_t *order,
                 size_t *n_order);

#endif
