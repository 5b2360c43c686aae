/* UUIDv7 (RFC 9562) whose last 30 bits hold the street: 48 bits ms, version, 12+32 bits counter started at random each
 * millisecond, variant, 30 bits street. Monotonic per process. Wall clock, never story time. */
#ifndef XQ_BASE_ID_H
#define XQ_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

struct id {
    unsigned char b[16];
};
#define ID_NIL ((struct id){{0}})

struct id id_new(int street); /* street 100000000…999999999 */
int id_street(struct id id);  /* 0 if the bits are no street */
bool id_is_nil(struct id id);
int id_cmp(struct id a, struct id b); /* memcmp order = uuid order of PostgreSQL = time order */
bool id_eq(struct id a, struct id b);
char *id_text(struct id id, char out[37]);    /* returns out; lower case */
bool id_parse(const char *s, struct id *out); /* exactly 36 characters, any case; false otherwise */

#endif
