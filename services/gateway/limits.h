/* Rate classes (x-rate): a bucket per class and caller, in a bounded table. Pure: the time comes in. */
#ifndef XQ_GATEWAY_LIMITS_H
#define XQ_GATEWAY_LIMITS_H

#include <stdbool.h>

#include "base/err.h"

#define RATE_DEFAULT 0 /* the class of an operation that names none */
#define RATE_FAILURE 1 /* tokens that did not hold */

struct limits;
struct rate_verdict {
    bool ok;
    int64_t burst, per_s, remaining;
    int64_t reset_s; /* until the bucket is full again */
    int64_t retry_s; /* when refused: until the next call is taken */
};
/* over: "class rate burst" lines of the configuration, which replace or add to the built-in classes. NULL and e on a
 * bad line. */
struct limits *limits_new(const char *const *over, struct err *e) MUSTCHECK;
void limits_free(struct limits *l);
int limits_class(const struct limits *l, const char *name); /* NULL: the default; -1: no such class */
const char *limits_name(const struct limits *l, int class);
/* Takes one call out of the bucket of (class, key). */
struct rate_verdict limits_take(struct limits *l, int class, uint64_t key, int64_t now_us);
/* The same question without taking. */
bool limits_open(struct limits *l, int class, uint64_t key, int64_t now_us);

#endif
