/* Signs development tokens and logins (ES256, cjose) with a private JWK of the keys folder. */
#ifndef XQ_CLI_JWT_H
#define XQ_CLI_JWT_H

#include <jansson.h>

#include "base/err.h"

#define LOGIN_AUDIENCE "xiangqin-login"
#define LOGIN_ISSUER   "login-dev" /* the development login issuer: refused in production */

struct signer;
struct signer *signer_open(const char *jwk_file, struct err *e) MUSTCHECK;
void signer_close(struct signer *s); /* NULL allowed */
/* Compact serialisation of the claims (borrowed), for the caller to free. */
char *signer_sign(const struct signer *s, const json_t *claims, struct err *e) MUSTCHECK;

#endif
