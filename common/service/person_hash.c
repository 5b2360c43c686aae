#include "service/person_hash.h"

#include <sodium.h>
#include <string.h>

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
    char text[SPELLED_MAX] = {0};
    subject = spelled(kind, subject, text);
    crypto_auth_hmacsha256_init(&st, key, 32);
    crypto_auth_hmacsha256_update(&st, (const unsigned char *)kind, strlen(kind));
    crypto_auth_hmacsha256_update(&st, (const unsigned char *)":", 1);
    crypto_auth_hmacsha256_update(&st, (const unsigned char *)subject, strlen(subject));
    crypto_auth_hmacsha256_final(&st, out);
    sodium_memzero(text, sizeof text);
}
