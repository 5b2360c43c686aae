/* Tokens: good ones, and every kind of bad one; the algorithm is the key's; what was verified is remembered until it
 * ends. */
#include "token.h"

#include <cjose/cjose.h>
#include <unistd.h>

#include "base/when.h"
#include "test.h"

#define PERSON "01890000-0000-7000-8000-000013b5d5d1"

static char jwks[] = "/tmp/xq-test-jwks-XXXXXX";
static cjose_jwk_t *ec, *rsa, *pss, *stranger;
static struct tokens *t;
static int64_t now;
static char why[256];

static void key_write(FILE *f, cjose_jwk_t *k, const char *kid, const char *alg, const char *separator)
{
    cjose_err bad;
    cjose_jwk_set_kid(k, kid, strlen(kid), &bad);
    char *json = cjose_jwk_to_json(k, false, &bad);
    if (alg)
        fprintf(f, "%s{\"alg\":\"%s\",%s", separator, alg, json + 1);
    else
        fprintf(f, "%s%s", separator, json);
    free(json);
}

static bool setup(void)
{
    cjose_err bad;
    struct err e = {0};
    int fd = mkstemp(jwks);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &bad);
    stranger = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &bad);
    rsa = cjose_jwk_create_RSA_random(2048, (const uint8_t *)"\x01\x00\x01", 3, &bad);
    pss = cjose_jwk_create_RSA_random(2048, (const uint8_t *)"\x01\x00\x01", 3, &bad);
    if (!f || !ec || !rsa || !pss || !stranger)
        return false;
    fprintf(f, "{\"keys\":[");
    key_write(f, ec, "k1", NULL, "");
    key_write(f, rsa, "k2", NULL, ",");
    key_write(f, pss, "k3", "PS256", ",");
    fprintf(f, "]}");
    fclose(f);
    now = wall_now();
    t = tokens_open(jwks, "xiangqin", "xiangqin", 64, &e);
    return t != NULL;
}

static char *mint(cjose_jwk_t *key, const char *kid, const char *alg, const char *claims)
{
    cjose_err bad;
    cjose_header_t *h = cjose_header_new(&bad);
    const char *compact = NULL;
    cjose_header_set(h, CJOSE_HDR_ALG, alg, &bad);
    if (kid)
        cjose_header_set(h, CJOSE_HDR_KID, kid, &bad);
    cjose_jws_t *s = cjose_jws_sign(key, h, (const uint8_t *)claims, strlen(claims), &bad);
    char *out = s && cjose_jws_export(s, &compact, &bad) ? xstrdup(compact) : xstrdup("");
    cjose_jws_release(s);
    cjose_header_release(h);
    return out;
}

static const char *claims(const char *iss, const char *aud, const char *sub, int64_t exp_s, int64_t nbf_s,
                          const char *homes)
{
    static char out[1024];
    int n = snprintf(out, sizeof out, "{\"iss\":\"%s\",\"aud\":%s,\"sub\":\"%s\",\"exp\":%lld,\"homes\":%s", iss, aud,
                     sub, (long long)(now / SECOND + exp_s), homes);
    if (nbf_s)
        n += snprintf(out + n, sizeof out - (size_t)n, ",\"nbf\":%lld", (long long)(now / SECOND + nbf_s));
    snprintf(out + n, sizeof out - (size_t)n, "}");
    return out;
}

static const char *good(void)
{
    return claims("xiangqin", "\"xiangqin\"", PERSON, 600, 0, "[\"330102001003\",\"330102005\"]");
}

static struct who who;
static bool holds_at(const char *token, int64_t at)
{
    struct err e = {0};
    int rc = tokens_verify(t, (struct text){token, strlen(token)}, at, &who, &e);
    err_text(&e, why);
    if (rc < 0 && e.code != ERR_UNAUTHENTICATED)
        ok(0, "the code is unauthenticated");
    return rc == 0;
}

static bool holds(cjose_jwk_t *key, const char *kid, const char *alg, const char *body)
{
    AUTO_FREE char *token = mint(key, kid, alg, body);
    return holds_at(token, now);
}

TEST(good_tokens_hold)
{
    char text[37];
    ok(holds(ec, "k1", "ES256", good()), "ES256 %s", why);
    is(id_text(who.person, text), PERSON);
    is(who.homes, "330102001003,330102005");
    ok(holds(rsa, "k2", "RS256", good()), "RS256 %s", why);
    ok(holds(pss, "k3", "PS256", good()), "PS256 %s", why);
    ok(holds(ec, "k1", "ES256", claims("xiangqin", "[\"x\",\"xiangqin\"]", PERSON, 600, 0, "[]")),
       "one audience of several");
    ok(holds(ec, "k1", "ES256", claims("xiangqin", "\"xiangqin\"", PERSON, -30, 30, "[]")), "60 s of skew");
}

TEST(bad_claims_do_not)
{
    ok(!holds(ec, "k1", "ES256", claims("xiangqin", "\"xiangqin\"", PERSON, -61, 0, "[]")), "expired: %s", why);
    ok(!holds(ec, "k1", "ES256", claims("xiangqin", "\"xiangqin\"", PERSON, 600, 120, "[]")), "not yet valid: %s", why);
    ok(!holds(ec, "k1", "ES256", claims("other", "\"xiangqin\"", PERSON, 600, 0, "[]")), "issuer: %s", why);
    ok(!holds(ec, "k1", "ES256", claims("xiangqin", "\"other\"", PERSON, 600, 0, "[]")), "audience: %s", why);
    ok(!holds(ec, "k1", "ES256", claims("xiangqin", "[]", PERSON, 600, 0, "[]")), "no audience: %s", why);
    ok(!holds(ec, "k1", "ES256", claims("xiangqin", "\"xiangqin\"", "somebody", 600, 0, "[]")), "subject: %s", why);
    ok(!holds(ec, "k1", "ES256",
              claims("xiangqin", "\"xiangqin\"", "00000000-0000-0000-0000-000000000000", 600, 0, "[]")),
       "nobody: %s", why);
    ok(!holds(ec, "k1", "ES256", claims("xiangqin", "\"xiangqin\"", PERSON, 600, 0, "[\"33\"]")), "home: %s", why);
    ok(!holds(ec, "k1", "ES256", claims("xiangqin", "\"xiangqin\"", PERSON, 600, 0, "\"330102001\"")),
       "homes no list: %s", why);
    ok(!holds(ec, "k1", "ES256", "{\"iss\":\"xiangqin\",\"aud\":\"xiangqin\",\"sub\":\"" PERSON "\"}"), "no expiry: %s",
       why);
    ok(!holds(ec, "k1", "ES256", "[]"), "no object: %s", why);
    ok(!holds(ec, "k1", "ES256", "hello"), "no JSON: %s", why);
}

TEST(bad_signatures_do_not)
{
    AUTO_FREE char *token = mint(ec, "k1", "ES256", good());
    char cut[2048];
    size_t n = strlen(token);
    ok(!holds(stranger, "k1", "ES256", good()), "another key under a known name: %s", why);
    ok(!holds(stranger, "k9", "ES256", good()), "an unknown key: %s", why);
    ok(!holds(ec, NULL, "ES256", good()), "no key named, several known: %s", why);
    ok(!holds(rsa, "k2", "PS256", good()), "PS256 with a key for RS256: %s", why);
    ok(!holds(rsa, "k1", "RS256", good()), "RS256 under the name of an EC key: %s", why);
    const char *body = strchr(token, '.');
    snprintf(cut, sizeof cut, "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ%.*s", (int)(strrchr(token, '.') + 1 - body),
             body); /* {"alg":"none","kid":"k1"} */
    ok(!holds_at(cut, now), "alg none: %s", why);
    snprintf(cut, sizeof cut, "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0%s", body); /* {"alg":"HS256","kid":"k1"} */
    ok(!holds_at(cut, now), "alg HS256: %s", why);
    size_t bad = 0;
    for (size_t i = 0; i < n; i += 3) {
        snprintf(cut, sizeof cut, "%.*s", (int)i, token);
        bad += holds_at(cut, now);
    }
    is_int(bad, 0);
    for (size_t i = 0; i + 2 < n; i += 3) { /* the last character holds spare bits */
        snprintf(cut, sizeof cut, "%s", token);
        cut[i] = cut[i] == 'A' ? 'B' : 'A';
        bad += holds_at(cut, now);
    }
    is_int(bad, 0);
    ok(!holds_at("", now) && !holds_at("..", now) && !holds_at("a.b.c", now) && !holds_at("a.b.c.d.e", now),
       "no token at all");
}

TEST(what_held_is_remembered)
{
    AUTO_FREE char *token =
        mint(ec, "k1", "ES256", claims("xiangqin", "\"xiangqin\"", PERSON, 100, 0, "[\"330102001\"]"));
    struct text text = {token, strlen(token)};
    struct err e = {0};
    uint64_t verified = tokens_counts(t)->verified, hits = tokens_counts(t)->hits;
    ok(!tokens_known(t, text, now, &who), "not before");
    ok(holds_at(token, now) && holds_at(token, now) && holds_at(token, now), "held three times");
    is_int(tokens_counts(t)->verified - verified, 1);
    is_int(tokens_counts(t)->hits - hits, 2);
    who.homes[0] = '\0';
    ok(tokens_known(t, text, now, &who), "known");
    is(who.homes, "330102001");
    ok(!tokens_known(t, text, now + 161 * SECOND, &who) && !holds_at(token, now + 161 * SECOND), "not beyond its time");
    is_int(tokens_reload(t, &e), 0);
    ok(!tokens_known(t, text, now, &who), "forgotten when the keys are read again");
    for (int i = 0; i < 500; i++) { /* more than there is room for: nothing breaks, the answers stay right */
        AUTO_FREE char *other = mint(ec, "k1", "ES256", claims("xiangqin", "\"xiangqin\"", PERSON, 100 + i, 0, "[]"));
        if (!holds_at(other, now))
            ok(0, "token %d", i);
    }
}

TEST(bad_key_sets_are_refused)
{
    static const char *const sets[] = {"", "{}", "{\"keys\":[]}",
                                       "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"x\"}]}", "[1]"};
    char file[] = "/tmp/xq-test-jwks-XXXXXX";
    struct err e = {0};
    int fd = mkstemp(file);
    close(fd);
    for (size_t i = 0; i < COUNT(sets); i++) {
        FILE *f = fopen(file, "w");
        fputs(sets[i], f);
        fclose(f);
        struct tokens *none = tokens_open(file, "a", "b", 64, &e);
        ok(!none, "'%s': %s", sets[i], err_text(&e, why));
        tokens_close(none);
    }
    unlink(file);
    ok(!tokens_open(file, "a", "b", 64, &e), "a missing file: %s", err_text(&e, why));
}

int main(void)
{
    if (!ok(setup(), "keys are made and read"))
        return 1;
    run(good_tokens_hold);
    run(bad_claims_do_not);
    run(bad_signatures_do_not);
    run(what_held_is_remembered);
    run(bad_key_sets_are_refused);
    tokens_close(t);
    cjose_jwk_release(ec);
    cjose_jwk_release(rsa);
    cjose_jwk_release(pss);
    cjose_jwk_release(stranger);
    unlink(jwks);
    done_testing();
}
