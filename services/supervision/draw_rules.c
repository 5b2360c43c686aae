#include "draw_rules.h"

#include <stdlib.h>
#include <string.h>

static int by_hash(const void *a, const void *b)
{
    const struct drawn *x = a, *y = b;
    int d = memcmp(x->hash, y->hash, sizeof x->hash);
    return d ? d : id_cmp(x->person, y->person);
}

bool draw_order(struct drawn *pool, size_t n, size_t wanted)
{
    if (n < wanted || wanted == 0)
        return false;
    qsort(pool, n, sizeof *pool, by_hash);
    for (size_t i = 1; i < n; i++) /* one person has one hash: twins lie side by side */
        if (id_eq(pool[i - 1].person, pool[i].person))
            return false;
    return true;
}
