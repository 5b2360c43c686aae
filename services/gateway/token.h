/* Who is calling: our own short tokens (JWT), checked against the public keys of a JWKS file; verified ones are
 * remembered for a while. */
#ifndef XQ_GATEWAY_TOKEN_H
#define XQ_GATEWAY_TOKEN_H

#include "base/err.h"
#include "base/id.h"
#include "bus/frame.h"

#define HOMES_BYTES  200 /* ten regions */
#define TOKEN_SKEW_S 60

struct who {
    struct id person;        /* nil = nobody */
    char homes[HOMES_BYTES]; /* comma-separated */
};
struct tokens;
struct token_counts {
    uint64_t hits, verified, refused;
};
/* Reads the JWKS; NULL and e when it is missing, empty or holds a key that is neither P-256 nor RSA. entries: size of
 * the memory. */
struct tokens *tokens_open(const char *jwks, const char *issuer, const char *audience, size_t entries,
                           struct err *e) MUSTCHECK;
int tokens_reload(struct tokens *t,
                  struct err *e) MUSTCHECK; /* reads the file again and forgets; on failure the old keys stay */
void tokens_close(struct tokens *t);        /* NULL allowed */
bool tokens_known(struct tokens *t, struct text token, int64_t wall_us, struct who *out); /* from memory only */
int tokens_verify(struct tokens *t, struct text token, int64_t wall_us, struct who *out, struct err *e) MUSTCHECK;
const struct token_counts *tokens_counts(const struct tokens *t);
bool tokens_stale(struct tokens *t); /* has the file changed since it was read? */

#endif
