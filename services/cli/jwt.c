/* Development tokens and logins. */
#include <cjose/cjose.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "jwt.h"
#include "suite.h"

struct signer {
    cjose_jwk_t *jwk;
    cjose_header_t *header;
};

struct signer *signer_open(const char *jwk_file, struct err *e)
{
    AUTO_BUF json = {0};
    cjose_err bad = {0};
    if (secret_text(jwk_file, OTHERS_READ, &json, e) < 0)
        return NULL;
    struct signer *s = xcalloc(1, sizeof *s);
    s->jwk = cjose_jwk_import(json.p, json.n, &bad);
    explicit_bzero(json.p, json.n);
    s->header = cjose_header_new(&bad);
    const char *kid = s->jwk ? cjose_jwk_get_kid(s->jwk, &bad) : NULL;
    if (!kid || !s->header || !cjose_header_set(s->header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, &bad) ||
        !cjose_header_set(s->header, CJOSE_HDR_KID, kid, &bad)) {
        (void)FAIL(e, BAD_REQUEST, "%s is no signing key" ZH "%s 不是签名密钥", jwk_file, jwk_file);
        signer_close(s);
        return NULL;
    }
    return s;
}

void signer_close(struct signer *s)
{
    if (!s)
        return;
    cjose_jwk_release(s->jwk);
    cjose_header_release(s->header);
    free(s);
}

char *signer_sign(const struct signer *s, const json_t *claims, struct err *e)
{
    cjose_err bad = {0};
    const char *compact = NULL;
    AUTO_FREE char *text = json_dumps(claims, JSON_COMPACT);
    cjose_jws_t *jws = text ? cjose_jws_sign(s->jwk, s->header, (const uint8_t *)text, strlen(text), &bad) : NULL;
    char *out = jws && cjose_jws_export(jws, &compact, &bad) ? xstrdup(compact) : NULL;
    cjose_jws_release(jws);
    if (!out)
        (void)FAIL(e, INTERNAL, "the token cannot be signed: %s" ZH "令牌无法签名：%s", bad.message ? bad.message : "?",
                   bad.message ? bad.message : "?");
    return out;
}
