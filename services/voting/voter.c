/* Voters without names: keyed hashes that only the holder of the secret file can make. */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
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
    char hex[2 * SECRET_BYTES + 2] = "";
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0) {
        if (fd >= 0)
            close(fd);
        return FAIL(e, INTERNAL,
                    "%s cannot be read: make it with xq init, or 'openssl rand -hex 32', mode 0600" ZH
                    "无法读取 %s：请用 xq init 生成",
                    file, file);
    }
    ssize_t n = read(fd, hex, sizeof hex - 1);
    close(fd);
    if (st.st_mode & 077)
        return FAIL(e, INTERNAL, "%s may be read by others: chmod 0600 it" ZH "%s 可被他人读取：请改为 0600", file,
                    file);
    if (n > 0 && hex[n - 1] == '\n')
        n--;
    hex[n > 0 ? n : 0] = '\0';
    bool good = sodium_init() >= 0 && hex_decode(hex, secret, SECRET_BYTES);
    sodium_memzero(hex, sizeof hex);
    memset(prepared, 0, sizeof prepared);
    if (!good)
        return FAIL(e, INTERNAL, "%s must hold 64 hex digits" ZH "%s 必须是 64 位十六进制数字", file, file);
    return 0;
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
