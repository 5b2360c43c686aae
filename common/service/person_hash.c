#include "service/person_hash.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

int secret_read(const char *file, unsigned char out[32], struct err *e)
{
    char hex[66] = "";
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, hex, sizeof hex - 1);
    bool open_to_others = fd >= 0 && (fstat(fd, &st) < 0 || (st.st_mode & 077));
    if (fd >= 0)
        close(fd);
    if (n < 0)
        return FAIL(e, UNAVAILABLE, "cannot read %s: %s; xq keys makes it" ZH "无法读取 %s：%s；xq keys 可生成", file,
                    strerror(errno), file, strerror(errno));
    if (open_to_others)
        return FAIL(e, UNAVAILABLE, "others may read %s: chmod 600 %s" ZH "%s 可被他人读取：chmod 600 %s", file, file,
                    file, file);
    hex[strcspn(hex, "\r\n")] = '\0';
    bool good = hex_decode(hex, out, 32);
    sodium_memzero(hex, sizeof hex);
    return good ? 0 : FAIL(e, UNAVAILABLE, "%s must hold 64 hex digits" ZH "%s 应为 64 位十六进制数字", file, file);
}

#define SPELLED_MAX 64

/* One spelling of a telephone number: +86 138-0000-0001, 0086 13800000001 and 138 0000 0001 are one; 0571 and +86 571
 * too. What is no telephone number stays as it is. */
static const char *phone_spelled(const char *in, char out[SPELLED_MAX])
{
    size_t n = 0;
    for (const char *p = in; *p; p++) {
        if (strchr(" -().", *p))
            continue;
        bool sign = *p == '+' && n == 0;
        if ((!sign && (*p < '0' || *p > '9')) || n + 2 >= SPELLED_MAX)
            return in;
        out[n++] = *p;
    }
    out[n] = 0;
    size_t skip = strncmp(out, "+86", 3) == 0                              ? 3
                  : strncmp(out, "0086", 4) == 0                           ? 4
                  : strncmp(out, "86", 2) == 0 && n == 13 && out[2] == '1' ? 2
                                                                           : 0;
    bool area = skip && out[skip] != '1' && out[skip] != '0'; /* a fixed line: its area code has its 0 again */
    memmove(out + area, out + skip, n - skip + 1);
    if (area)
        out[0] = '0';
    return out;
}

static const char *spelled(const char *kind, const char *in, char out[SPELLED_MAX])
{
    if (strcmp(kind, "phone") == 0)
        return phone_spelled(in, out);
    if (strcmp(kind, "identity") != 0 || strlen(in) >= SPELLED_MAX)
        return in;
    size_t n = 0;
    for (const char *p = in; *p; p++)
        if (*p != ' ')
            out[n++] = *p == 'x' ? 'X' : *p;
    out[n] = 0;
    return out;
}

void person_hash(const unsigned char key[32], const char *kind, const char *subject,
                 unsigned char out[PERSON_HASH_BYTES])
{
    crypto_auth_hmacsha256_state st;
    char text[SPELLED_MAX];
    subject = spelled(kind, subject, text);
    crypto_auth_hmacsha256_init(&st, key, 32);
    crypto_auth_hmacsha256_update(&st, (const unsigned char *)kind, strlen(kind));
    crypto_auth_hmacsha256_update(&st, (const unsigned char *)":", 1);
    crypto_auth_hmacsha256_update(&st, (const unsigned char *)subject, strlen(subject));
    crypto_auth_hmacsha256_final(&st, out);
    sodium_memzero(text, sizeof text);
}
