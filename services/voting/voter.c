/* Voters without names: keyed hashes that only the holder of the secret file can make. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "voting.h"

#define SECRET_BYTES 32
#define ROUNDS       16 /* prepared keys; more open rounds than this at once only cost time */

static unsigned char secret[SECRET_BYTES];
static struct prepared {
    char what[8];
    int street, round;
    crypto_auth_hmacsha256_state state;
} prepared[ROUNDS];
static size_t next;

int voter_start(const char *file, struct err *e)
{
    memset(prepared, 0, sizeof prepared);
    if (sodium_init() < 0)
        return FAIL(e, INTERNAL, "libsodium does not start" ZH "libsodium 无法启动");
    return secret_read(file, secret, e);
}

static const crypto_auth_hmacsha256_state *key_of(const char *what, int street, int round)
{
    for (size_t i = 0; i < ROUNDS; i++)
        if (prepared[i].round == round && prepared[i].street == street && strcmp(prepared[i].what, what) == 0)
            return &prepared[i].state;
    struct prepared *p = &prepared[next++ % ROUNDS];
    char label[64];
    unsigned char key[crypto_auth_hmacsha256_BYTES];
    int n = snprintf(label, sizeof label, "xiangqin %s %d %d", what, street, round);
    crypto_auth_hmacsha256_state s;
    crypto_auth_hmacsha256_init(&s, secret, sizeof secret);
    crypto_auth_hmacsha256_update(&s, (const unsigned char *)label, (unsigned long long)n);
    crypto_auth_hmacsha256_final(&s, key);
    snprintf(p->what, sizeof p->what, "%s", what);
    p->street = street;
    p->round = round;
    crypto_auth_hmacsha256_init(&p->state, key, sizeof key);
    sodium_memzero(key, sizeof key);
    return &p->state;
}

struct id voter_of(const char *what, int street, int round, struct id person)
{
    crypto_auth_hmacsha256_state s = *key_of(what, street, round);
    unsigned char hash[crypto_auth_hmacsha256_BYTES];
    struct id voter;
    crypto_auth_hmacsha256_update(&s, person.b, sizeof person.b);
    crypto_auth_hmacsha256_final(&s, hash);
    memcpy(voter.b, hash, sizeof voter.b);
    return voter;
}
