/* Tokens: the algorithm is the key's, never the header's; the memory holds keyed hashes, never a token. */
#include "token.h"

#include <cjose/cjose.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/region.h"
#include "base/when.h"

#define WAYS      8
#define KEYS      16
#define TOKEN_MAX 4096

struct entry {
    unsigned char key[16];
    int64_t from_us, until_us; /* skew included; 0 = empty */
    uint64_t used;
    struct who who;
};
struct key {
    cjose_jwk_t *jwk;
    char *kid;
    const char *alg;
};
struct tokens {
    char *file, *issuer, *audience;
    struct key key[KEYS];
    size_t n_keys, sets;
    struct entry *entry;
    uint64_t clock;
    struct timespec changed;
    unsigned char secret[crypto_shorthash_siphashx24_KEYBYTES];
    struct token_counts counts;
};

static void keys_free(struct key *k, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cjose_jwk_release(k[i].jwk);
        free(k[i].kid);
    }
}

static const char *json_text(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

static bool key_read(const json_t *j, struct key *k)
{
    const char *kty = json_text(j, "kty"), *alg = json_text(j, "alg");
    if (strcmp(kty, "EC") == 0 && strcmp(json_text(j, "crv"), "P-256") == 0)
        k->alg = CJOSE_HDR_ALG_ES256;
    else if (strcmp(kty, "RSA") == 0)
        k->alg = strcmp(alg, "PS256") == 0 ? CJOSE_HDR_ALG_PS256 : CJOSE_HDR_ALG_RS256;
    else
        return false;
    if (*alg && strcmp(alg, k->alg) != 0)
        return false;
    char *text = json_dumps(j, JSON_COMPACT);
    cjose_err bad;
    k->jwk = text ? cjose_jwk_import(text, strlen(text), &bad) : NULL;
    free(text);
    if (!k->jwk)
        return false;
    k->kid = xstrdup(json_text(j, "kid"));
    return true;
}

int tokens_reload(struct tokens *t, struct err *e)
{
    json_error_t where;
    struct key key[KEYS] = {0};
    size_t n = 0, i;
    json_t *item;
    struct stat s;
    if (stat(t->file, &s) < 0)
        return FAIL(e, NOT_FOUND, "%s: no key set; xq keys makes one" ZH "%s：没有密钥集，请运行 xq keys", t->file,
                    t->file);
    json_auto_t *j = json_load_file(t->file, JSON_REJECT_DUPLICATES, &where);
    const json_t *list = json_object_get(j, "keys");
    if (!json_is_array(list) || !json_array_size(list) || json_array_size(list) > KEYS)
        return FAIL(e, BAD_REQUEST, "%s: not a JWKS with 1 to %d keys" ZH "%s：不是含 1 至 %d 个密钥的 JWKS", t->file,
                    KEYS, t->file, KEYS);
    json_array_foreach(json_object_get(j, "keys"), i, item)
    {
        if (!key_read(item, &key[n])) {
            keys_free(key, n);
            return FAIL(e, BAD_REQUEST,
                        "%s: key %zu is neither P-256 (ES256) nor RSA (RS256, PS256)" ZH
                        "%s：第 %zu 个密钥类型不受支持",
                        t->file, i + 1, t->file, i + 1);
        }
        n++;
    }
    keys_free(t->key, t->n_keys);
    memcpy(t->key, key, sizeof key);
    t->n_keys = n;
    t->changed = s.st_mtim;
    memset(t->entry, 0, t->sets * WAYS * sizeof *t->entry);
    randombytes_buf(t->secret, sizeof t->secret);
    return 0;
}

struct tokens *tokens_open(const char *jwks, const char *issuer, const char *audience, size_t entries, struct err *e)
{
    struct tokens *t = xcalloc(1, sizeof *t);
    t->file = xstrdup(jwks);
    t->issuer = xstrdup(issuer);
    t->audience = xstrdup(audience);
    t->sets = entries / WAYS ? entries / WAYS : 1;
    t->entry = xcalloc(t->sets * WAYS, sizeof *t->entry);
    if (sodium_init() < 0 || tokens_reload(t, e) < 0) {
        tokens_close(t);
        return NULL;
    }
    return t;
}

void tokens_close(struct tokens *t)
{
    if (!t)
        return;
    keys_free(t->key, t->n_keys);
    free(t->entry);
    free(t->audience);
    free(t->issuer);
    free(t->file);
    free(t);
}

const struct token_counts *tokens_counts(const struct tokens *t)
{
    return &t->counts;
}

bool tokens_stale(struct tokens *t)
{
    struct stat s;
    return stat(t->file, &s) == 0 && (s.st_mtim.tv_sec != t->changed.tv_sec || s.st_mtim.tv_nsec != t->changed.tv_nsec);
}

static struct entry *set_of(struct tokens *t, struct text token, unsigned char key[16])
{
    uint64_t h;
    crypto_shorthash_siphashx24(key, (const unsigned char *)token.p, token.n, t->secret);
    memcpy(&h, key, sizeof h);
    return t->entry + (h % t->sets) * WAYS;
}

bool tokens_known(struct tokens *t, struct text token, int64_t wall_us, struct who *out)
{
    unsigned char key[16];
    struct entry *set = set_of(t, token, key);
    for (int i = 0; i < WAYS; i++)
        if (set[i].until_us && memcmp(set[i].key, key, sizeof key) == 0) {
            if (wall_us >= set[i].until_us || wall_us < set[i].from_us)
                return false;
            set[i].used = ++t->clock;
            t->counts.hits++;
            out->person = set[i].who.person;
            memcpy(out->homes, set[i].who.homes, sizeof out->homes);
            return true;
        }
    return false;
}

static void remember(struct tokens *t, struct text token, int64_t from_us, int64_t until_us, const struct who *who)
{
    unsigned char key[16];
    struct entry *set = set_of(t, token, key), *victim = set;
    for (int i = 0; i < WAYS; i++) {
        if (memcmp(set[i].key, key, sizeof key) == 0) {
            victim = &set[i];
            break;
        }
        if (set[i].used < victim->used)
            victim = &set[i];
    }
    memcpy(victim->key, key, sizeof key);
    victim->from_us = from_us;
    victim->until_us = until_us;
    victim->used = ++t->clock;
    victim->who = *who;
}

static bool audience_holds(const json_t *aud, const char *ours)
{
    size_t i;
    json_t *item;
    if (json_is_string(aud))
        return strcmp(json_string_value(aud), ours) == 0;
    for (i = 0; i < json_array_size(aud); i++) {
        item = json_array_get(aud, i);
        if (json_is_string(item) && strcmp(json_string_value(item), ours) == 0)
            return true;
    }
    return false;
}

static bool homes_read(const json_t *list, struct who *out)
{
    size_t n = 0;
    out->homes[0] = '\0';
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));
        if (!code || !region_valid(code) || n + strlen(code) + 2 > sizeof out->homes)
            return false;
        if (n)
            out->homes[n++] = ',';
        memcpy(out->homes + n, code, strlen(code) + 1);
        n += strlen(code);
    }
    return true;
}

/* The claims: 0 and the time span, or -1 with the reason. */
static int claims_read(const struct tokens *t, const json_t *j, int64_t wall_us, struct who *out, int64_t span_us[2],
                       struct err *e)
{
    const json_t *exp = json_object_get(j, "exp"), *nbf = json_object_get(j, "nbf"),
                 *homes = json_object_get(j, "homes");
    int64_t most = INT64_MAX / 4000000;
    if (strcmp(json_text(j, "iss"), t->issuer) != 0)
        return FAIL(e, UNAUTHENTICATED, "the token is of another issuer" ZH "令牌签发者不符");
    if (!audience_holds(json_object_get(j, "aud"), t->audience))
        return FAIL(e, UNAUTHENTICATED, "the token is for another audience" ZH "令牌的使用对象不符");
    if (!json_is_integer(exp) || (nbf && !json_is_integer(nbf)) || json_integer_value(exp) < 0 ||
        json_integer_value(exp) > most || (nbf && (json_integer_value(nbf) < 0 || json_integer_value(nbf) > most)))
        return FAIL(e, UNAUTHENTICATED, "the token says no proper time of expiry" ZH "令牌缺少有效期");
    span_us[0] = nbf ? (json_integer_value(nbf) - TOKEN_SKEW_S) * SECOND : INT64_MIN;
    span_us[1] = (json_integer_value(exp) + TOKEN_SKEW_S) * SECOND;
    if (wall_us >= span_us[1])
        return FAIL(e, UNAUTHENTICATED, "the token has expired" ZH "令牌已过期");
    if (wall_us < span_us[0])
        return FAIL(e, UNAUTHENTICATED, "the token is not valid yet" ZH "令牌尚未生效");
    if (!id_parse(json_text(j, "sub"), &out->person) || id_is_nil(out->person) || (homes && !json_is_array(homes)) ||
        !homes_read(homes, out))
        return FAIL(e, UNAUTHENTICATED, "the token names no person or no proper home" ZH "令牌中的身份信息不正确");
    return 0;
}

static const struct key *key_find(const struct tokens *t, const char *kid)
{
    for (size_t i = 0; i < t->n_keys; i++)
        if (kid ? strcmp(t->key[i].kid, kid) == 0 : t->n_keys == 1)
            return &t->key[i];
    return NULL;
}

static int jws_check(const struct tokens *t, cjose_jws_t *jws, int64_t wall_us, struct who *out, int64_t span_us[2],
                     struct err *e)
{
    cjose_err bad;
    cjose_header_t *head = cjose_jws_get_protected(jws);
    const char *alg = cjose_header_get(head, CJOSE_HDR_ALG, &bad), *kid = cjose_header_get(head, CJOSE_HDR_KID, &bad);
    const struct key *key = key_find(t, kid);
    if (!key)
        return FAIL(e, UNAUTHENTICATED, "the token is signed by an unknown key" ZH "令牌的签名密钥未知");
    if (!alg || strcmp(alg, key->alg) != 0)
        return FAIL(e, UNAUTHENTICATED, "the token's algorithm is not its key's" ZH "令牌的签名算法不符");
    uint8_t *plain = NULL;
    size_t n = 0;
    if (!cjose_jws_verify(jws, key->jwk, &bad) || !cjose_jws_get_plaintext(jws, &plain, &n, &bad))
        return FAIL(e, UNAUTHENTICATED, "the token's signature does not hold" ZH "令牌签名无效");
    json_auto_t *j = json_loadb((const char *)plain, n, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(j))
        return FAIL(e, UNAUTHENTICATED, "the token is no JSON Web Token" ZH "令牌格式不正确");
    return claims_read(t, j, wall_us, out, span_us, e);
}

int tokens_verify(struct tokens *t, struct text token, int64_t wall_us, struct who *out, struct err *e)
{
    cjose_err bad;
    struct who who = {0};
    int64_t span_us[2];
    if (tokens_known(t, token, wall_us, out))
        return 0;
    cjose_jws_t *jws = token.n && token.n <= TOKEN_MAX ? cjose_jws_import(token.p, token.n, &bad) : NULL;
    int rc = jws ? jws_check(t, jws, wall_us, &who, span_us, e)
                 : FAIL(e, UNAUTHENTICATED, "the token is no JSON Web Token" ZH "令牌格式不正确");
    cjose_jws_release(jws);
    if (rc < 0) {
        t->counts.refused++;
        return -1;
    }
    t->counts.verified++;
    remember(t, token, span_us[0], span_us[1], &who);
    *out = who;
    return 0;
}
