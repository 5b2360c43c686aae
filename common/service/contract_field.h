/* What the reader of bodies and the reader of parameters share: one member of a struct by its field. */
#ifndef XQ_SERVICE_CONTRACT_FIELD_H
#define XQ_SERVICE_CONTRACT_FIELD_H

#include "base/mem.h"
#include "service/contract.h"

/* Why a value was refused; both texts together fit an err field. */
struct reason {
    char en[44], zh[50];
};
void reason_set(struct reason *r, const char *en, const char *zh);

/* Store one value at `at`, or say why not. A text is checked as it came (code points) and stored in NFC, copied into
 * the arena. */
bool field_text(const struct field *f, const char *s, size_t n, struct arena *a, void *at,
                struct reason *why) MUSTCHECK;
bool field_int(const struct field *f, int64_t v, void *at, struct reason *why) MUSTCHECK;
void field_absent(const struct field *f, void *out);  /* default, TIME_NONE, or zero */
extern const struct shape shape_of_nothing;           /* stands for a request shape that is NULL */
void field_present(const struct field *f, void *out); /* sets has_x where there is one */

#endif
