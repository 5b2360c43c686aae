/* A login (JWT of a login issuer) is exchanged for our own short token: person and home regions, nothing else.
 * Caveat: the development issuer is known by its name and refused in production. */
#include <cjose/cjose.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "notification.h"

#define DEVELOPMENT "login-dev"
#define AUDIENCE    "xiangqin-login"
#define TOKEN_S     43200
#define KEYS        16
#define HOMES       10

static cjose_jwk_t *login_key[KEYS], *token_key;
static size_t n_keys;
static bool production;

static cjose_jwk_t *jwk_of(const json_t *j)
{
    cjose_err bad;
    char *text = json_dumps(j, JSON_COMPACT);
    cjose_jwk_t *k = text ? cjose_jwk_import(text, strlen(text), &bad) : NULL;
    free(text);
    return k;
}

static void keys_forget(void)
{
    cjose_jwk_release(token_key);
    token_key = NULL;
    while (n_keys)
        cjose_jwk_release(login_key[--n_keys]);
}

int session_start(const struct config *cfg, struct err *e)
{
    char path[4096];
    keys_forget(); /* of a start before this one */
    production = config_bool(cfg, "production");
    snprintf(path, sizeof path, "%s/login-dev.jwk", config_path(cfg, "keys"));
    if (production && access(path, F_OK) == 0) /* whoever has this key is anybody */
        return FAIL(e, UNAVAILABLE,
                    "development_issuer: production is on, and %s is there; move it away, and its key out of "
                    "login-jwks.json" ZH
                    "development_issuer：production 已开启，但存在 %s；请移走，并从 login-jwks.json 中删去其公钥",
                    path, path);
    snprintf(path, sizeof path, "%s/token.jwk", config_path(cfg, "keys"));
    AUTO_BUF text = {0};
    if (secret_text(path, OTHERS_READ, &text, e) < 0)
        return -1;
    json_auto_t *own = json_loadb(text.p, text.n, 0, NULL);
    explicit_bzero(text.p, text.n);
    token_key = own ? jwk_of(own) : NULL;
    if (!token_key)
        return FAIL(e, UNAVAILABLE,
                    "missing_key: %s holds no signing key; xq keys makes it" ZH
                    "missing_key：%s 中没有签名密钥；可用 xq keys 生成",
                    path, path);
    snprintf(path, sizeof path, "%s/login-jwks.json", config_path(cfg, "keys"));
    AUTO_BUF issuers = {0}; /* whoever may write here makes issuers */
    if (access(path, F_OK) == 0 && secret_text(path, OTHERS_WRITE, &issuers, e) < 0)
        return -1;
    json_auto_t *set = json_loadb(issuers.p ? issuers.p : "", issuers.n, 0, NULL);
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(set, "keys"), i, one) if (n_keys < KEYS && (login_key[n_keys] = jwk_of(one)))
        n_keys++;
    return 0; /* without any issuer nobody can log in by themselves: staff still registers persons */
}

static json_t *claims_of(const char *login)
{
    cjose_err bad;
    json_t *claims = NULL;
    cjose_jws_t *jws = cjose_jws_import(login, strlen(login), &bad);
    cjose_header_t *head = jws ? cjose_jws_get_protected(jws) : NULL;
    const char *alg = head ? cjose_header_get(head, CJOSE_HDR_ALG, &bad) : NULL,
               *kid = head ? cjose_header_get(head, CJOSE_HDR_KID, &bad) : NULL;
    for (size_t i = 0; alg && kid && i < n_keys && !claims; i++) {
        const char *have = cjose_jwk_get_kid(login_key[i], &bad);
        /* the key decides which algorithm may be used, not the header */
        const char *fits = cjose_jwk_get_kty(login_key[i], &bad) == CJOSE_JWK_KTY_EC ? "ES256" : "RS256";
        uint8_t *text = NULL;
        size_t n = 0;
        if (!have || strcmp(have, kid) != 0 || strcmp(alg, fits) != 0 || !cjose_jws_verify(jws, login_key[i], &bad) ||
            !cjose_jws_get_plaintext(jws, &text, &n, &bad))
            continue;
        claims = json_loadb((const char *)text, n, JSON_REJECT_DUPLICATES, NULL);
    }
    cjose_jws_release(jws);
    return claims;
}

static const char *word(const json_t *j, const char *name)
{
    return json_string_value(json_object_get(j, name));
}

/* A login that was given for another system opens no door here. */
static bool for_us(const json_t *aud)
{
    size_t i;
    json_t *x;
    if (json_is_string(aud))
        return strcmp(json_string_value(aud), AUDIENCE) == 0;
    json_array_foreach(aud, i, x) if (json_is_string(x) && strcmp(json_string_value(x), AUDIENCE) == 0) return true;
    return false;
}

/* What the issuer says must hold together with what is asked: the same homes, not expired, a known kind. */
static int claims_check(const json_t *claims, const struct session_open *in, int64_t wall, struct err *e)
{
    const char *iss = word(claims, "iss"), *sub = word(claims, "sub"), *kind = word(claims, "kind");
    const json_t *home = json_object_get(claims, "home");
    if (!iss || !sub || !*sub || strlen(sub) > 200 || !kind ||
        (strcmp(kind, "phone") != 0 && strcmp(kind, "wechat") != 0 && strcmp(kind, "identity") != 0))
        return FAIL(e, UNAUTHENTICATED, "the login does not hold" ZH "登录凭证无效");
    if (production && strcmp(iss, DEVELOPMENT) == 0)
        return FAIL(e, UNAUTHENTICATED, "development logins are refused here" ZH "此处不接受开发登录");
    if (!for_us(json_object_get(claims, "aud")))
        return FAIL(e, UNAUTHENTICATED, "the login is for another audience" ZH "登录凭证的使用对象不符");
    if (json_integer_value(json_object_get(claims, "exp")) < wall / SECOND)
        return FAIL(e, UNAUTHENTICATED, "the login has expired" ZH "登录凭证已过期");
    for (size_t i = 0; i < in->n_home; i++) {
        bool said = false;
        size_t k;
        json_t *x;
        json_array_foreach(home, k, x) said |= json_is_string(x) && strcmp(json_string_value(x), in->home[i]) == 0;
        if (!said)
            return FAIL(e, FORBIDDEN, "the login does not name %s as a home" ZH "登录凭证未包含居住地 %s", in->home[i],
                        in->home[i]);
    }
    return 0;
}

static const char *token_make(struct call *c, struct id person, const struct session_open *in, struct err *e)
{
    char id[37];
    cjose_err bad = {0};
    const char *compact = NULL, *out = NULL;
    int64_t now = c->wall / SECOND;
    json_t *homes = json_array();
    for (size_t i = 0; i < in->n_home; i++)
        json_array_append_new(homes, json_string(in->home[i]));
    json_auto_t *claims =
        json_pack("{s:s, s:s, s:s, s:o, s:I, s:I}", "iss", "xiangqin", "aud", "xiangqin", "sub", id_text(person, id),
                  "homes", homes, "iat", (json_int_t)now, "exp", (json_int_t)(now + TOKEN_S));
    char *text = json_dumps(claims, JSON_COMPACT);
    cjose_header_t *head = cjose_header_new(&bad);
    const char *kid = cjose_jwk_get_kid(token_key, &bad);
    cjose_jws_t *jws = NULL;
    if (text && head && kid && cjose_header_set(head, CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, &bad) &&
        cjose_header_set(head, CJOSE_HDR_KID, kid, &bad))
        jws = cjose_jws_sign(token_key, head, (const uint8_t *)text, strlen(text), &bad);
    if (jws && cjose_jws_export(jws, &compact, &bad))
        out = arena_copy(c->arena, compact, strlen(compact));
    cjose_jws_release(jws);
    cjose_header_release(head);
    free(text);
    if (!out)
        (void)FAIL(e, INTERNAL, "the token cannot be signed" ZH "令牌无法签名");
    return out;
}

int session_open(struct call *c, const struct session_open *in, struct err *e)
{
    struct found f;
    json_auto_t *claims = claims_of(in->login);
    if (!claims)
        return FAIL(e, UNAUTHENTICATED, "the login does not hold" ZH "登录凭证无效");
    if (claims_check(claims, in, c->wall, e) < 0 ||
        person_find_or_create(c, word(claims, "kind"), word(claims, "sub"), in->home, in->n_home, &f, e) < 0)
        return -1;
    const char *token = token_make(c, f.person, in, e);
    if (!token)
        return -1;
    return answer(
        c, &(struct session_open_answer){
               .token = token, .person = f.person, .created = f.created, .expires_at = c->wall + TOKEN_S * SECOND});
}
