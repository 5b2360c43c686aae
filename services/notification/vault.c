/* The vault: XChaCha20-Poly1305 under a key per subject, bound to person and field; the subject's key is wrapped by
 * keys/vault.key. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "service/person_hash.h"
#include "notification.h"
#include "person.sql.h"

#define WRAPPED (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + crypto_aead_xchacha20poly1305_ietf_KEYBYTES)
#define NONCE   crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG     crypto_aead_xchacha20poly1305_ietf_ABYTES

static unsigned char master[PERSON_HASH_BYTES];
static struct id subject; /* whose key is in `key`: the one just made by this call */
static unsigned char key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];

int vault_start(const struct config *cfg, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/vault.key", config_path(cfg, "keys"));
    return secret_read(path, master, e);
}

int vault_new_subject(struct call *c, struct id person, struct err *e)
{
    unsigned char wrapped[WRAPPED];
    crypto_aead_xchacha20poly1305_ietf_keygen(key);
    subject = person;
    randombytes_buf(wrapped, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(wrapped + crypto_secretbox_NONCEBYTES, key, sizeof key, wrapped, master);
    unsigned char *kept = arena_alloc(c->arena, 1, sizeof wrapped);
    memcpy(kept, wrapped, sizeof wrapped);
    return db_put(c->db, SQL_SUBJECT_KEY_ADD, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(person), arg_bytes(kept, sizeof wrapped)));
}

int vault_put(struct call *c, struct id person, const char *field, const char *value, struct err *e)
{
    size_t n = strlen(value), bound_n = sizeof person.b + strlen(field);
    unsigned char *sealed = arena_alloc(c->arena, 1, NONCE + n + TAG), *bound = arena_alloc(c->arena, 1, bound_n);
    if (!id_eq(person, subject))
        return FAIL(e, INTERNAL, "the subject's key is not at hand" ZH "没有该人的密钥");
    memcpy(bound, person.b, sizeof person.b);
    memcpy(bound + sizeof person.b, field, strlen(field));
    randombytes_buf(sealed, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL, (const unsigned char *)value, n, bound, bound_n,
                                               NULL, sealed, key);
    return db_put(c->db, SQL_VAULT_ADD, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(person), arg_text(field), arg_id(c->id),
                       arg_bytes(sealed, NONCE + n + TAG), arg_time(c->wall)));
}
