/* Secrets in files. */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "base/text.h"

int secret_read(const char *folder, const char *name, unsigned char out[SECRET_BYTES], struct err *e)
{
    char path[4096], hex[2 * SECRET_BYTES + 1] = "";
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0) {
        if (fd >= 0)
            close(fd);
        return FAIL(e, UNAVAILABLE,
                    "missing_key: %s is not there; xq keys makes it" ZH "missing_key：缺少 %s；可用 xq keys 生成", path,
                    path);
    }
    ssize_t n = read(fd, hex, 2 * SECRET_BYTES);
    close(fd);
    if (st.st_mode & 077)
        return FAIL(e, FORBIDDEN,
                    "world_readable_key: others may read %s; chmod 600 it" ZH
                    "world_readable_key：他人可读 %s，请 chmod 600",
                    path, path);
    bool fine = n == 2 * SECRET_BYTES && hex_decode(hex, out, SECRET_BYTES);
    sodium_memzero(hex, sizeof hex);
    return fine ? 0
                : FAIL(e, BAD_REQUEST, "bad_key: %s does not hold 64 hex digits" ZH "bad_key：%s 不是 64 位十六进制",
                       path, path);
}

void person_hash(const unsigned char key[SECRET_BYTES], const char *kind, const char *value,
                 unsigned char out[SECRET_BYTES])
{
    crypto_auth_hmacsha256_state h;
    crypto_auth_hmacsha256_init(&h, key, SECRET_BYTES);
    crypto_auth_hmacsha256_update(&h, (const unsigned char *)kind, strlen(kind));
    crypto_auth_hmacsha256_update(&h, (const unsigned char *)":", 1);
    crypto_auth_hmacsha256_update(&h, (const unsigned char *)value, strlen(value));
    crypto_auth_hmacsha256_final(&h, out);
    sodium_memzero(&h, sizeof h);
}
