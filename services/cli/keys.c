/* xq keys: every key of the suite, mode 0600, kept when it is there.
 * CURVE pairs and keys/allow (bus), the signer of our tokens and its public set, the development login issuer, and
 * secrets of 32 bytes. */
#include <cjose/cjose.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "bus/bus.h"
#include "suite.h"

#define SECRET_BYTES 32
#define SECRET_HEX   64 /* digits */

/* voter: HMAC of likes; person: index of phone and identity numbers; vault: wraps the subjects' keys; client: salt of
 * address hashes. */
static const char *const secrets[] = {"voter.key", "person.key", "vault.key", "client.salt"};

static int secret_make(const char *folder, const char *name, struct err *e)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (file_there(path))
        return 0;
    unsigned char raw[SECRET_BYTES];
    char hex[SECRET_HEX + 2];
    randombytes_buf(raw, sizeof raw);
    hex_encode(raw, sizeof raw, hex);
    hex[SECRET_HEX] = '\n';
    int rc = file_write(path, 0600, hex, SECRET_HEX + 1, e);
    sodium_memzero(raw, sizeof raw);
    sodium_memzero(hex, sizeof hex);
    return rc;
}

static int jwk_save(const cjose_jwk_t *jwk, const char *path, bool is_private, struct err *e)
{
    cjose_err bad;
    char *json = cjose_jwk_to_json(jwk, is_private, &bad);
    if (!json)
        return FAIL(e, INTERNAL, "a key cannot be written as JSON" ZH "密钥无法写成 JSON");
    AUTO_BUF out = {0};
    if (is_private)
        buf_printf(&out, "%s\n", json);
    else
        buf_printf(&out, "{\"keys\":[%s]}\n", json);
    int rc = file_write(path, 0600, out.p, out.n, e);
    sodium_memzero(json, strlen(json));
    free(json);
    if (out.n)
        sodium_memzero(out.p, out.n);
    return rc;
}

/* An ES256 pair: name.jwk (private) and its public set; the set is written anew from the private key when it is
 * missing. */
static int signer_make(const char *folder, const char *name, const char *set, struct err *e)
{
    char path[PATH_MAX], set_path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(set_path, sizeof set_path, "%s/%s", folder, set);
    cjose_err bad;
    cjose_jwk_t *jwk;
    if (file_there(path)) {
        if (file_there(set_path))
            return 0;
        AUTO_BUF json = {0};
        if (file_read(path, &json, e) < 0)
            return -1;
        jwk = cjose_jwk_import(json.p, json.n, &bad);
        if (!jwk)
            return FAIL(e, BAD_REQUEST,
                        "%s is no JWK; move it away and run xq keys again" ZH "%s 不是 JWK，请移走后重新运行 xq keys",
                        path, path);
    } else {
        unsigned char raw[8];
        char kid[17];
        randombytes_buf(raw, sizeof raw);
        hex_encode(raw, sizeof raw, kid);
        jwk = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &bad);
        if (!jwk || !cjose_jwk_set_kid(jwk, kid, 16, &bad) || jwk_save(jwk, path, true, e) < 0) {
            cjose_jwk_release(jwk);
            return e->code ? -1
                           : FAIL(e, INTERNAL, "cannot make an EC key: %s" ZH "无法生成 EC 密钥：%s", bad.message,
                                  bad.message);
        }
    }
    int rc = jwk_save(jwk, set_path, false, e);
    cjose_jwk_release(jwk);
    return rc;
}

int keys_all(struct suite *s, struct err *e)
{
    if (sodium_init() < 0)
        die("libsodium does not start");
    const char *folder = suite_keys(s);
    if (folder_make(folder, 0700, e) < 0 || keys_make(folder, key_programs, e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(secrets); i++)
        if (secret_make(folder, secrets[i], e) < 0)
            return -1;
    if (passwords_make(s, e) < 0 || signer_make(folder, "token.jwk", "jwks.json", e) < 0)
        return -1;
    /* The development issuer signs logins that nobody checked: a production suite has none. */
    if (config_bool(s->cfg, "production"))
        return 0;
    return signer_make(folder, "login-dev.jwk", "login-jwks.json", e);
}

int run_keys(struct cmd *c, struct err *e)
{
    struct suite s;
    if (suite_open(&s, c, true, e) < 0)
        return -1;
    int rc = keys_all(&s, e);
    if (rc == 0)
        printf("The keys are in %s\n", suite_keys(&s));
    suite_close(&s);
    return rc;
}
