/* Text from outside: UTF-8, NFC, numbers, hex, check digits. Masking is in mask.c. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Length of the valid UTF-8 character at s (n > 0 bytes left), 0 if there is none. */
static size_t utf8_char(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80)
        return s[0] ? 1 : 0;
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || n < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f)) /* overlong, surrogate, beyond U+10FFFF */
        return 0;
    return length;
}

bool utf8_valid(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t length = utf8_char((const unsigned char *)s + i, n - i);
        if (!length)
            return false;
        i += length;
    }
    return true;
}

size_t utf8_count(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xc0) != 0x80;
    return count;
}

/* Characters that stand for themselves in NFC and join with nothing: ASCII to U+02FF, general punctuation, kana without
 * their combining marks, Han, full-width forms. Texts made of these (nearly all of ours) need no library. */
static bool nfc_surely(const unsigned char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        if (s[i] < 0x80) {
            i++;
            continue;
        }
        uint32_t c;
        if (s[i] < 0xe0) {
            c = (s[i] & 0x1fu) << 6 | (s[i + 1] & 0x3fu);
            i += 2;
        } else if (s[i] < 0xf0) {
            c = (s[i] & 0x0fu) << 12 | (s[i + 1] & 0x3fu) << 6 | (s[i + 2] & 0x3fu);
            i += 3;
        } else {
            return false;
        }
        if (!(c < 0x300 || (c >= 0x2010 && c <= 0x2027) || (c >= 0x3001 && c <= 0x3029) ||
              (c >= 0x3041 && c <= 0x3098) || (c >= 0x309b && c <= 0x30ff) || (c >= 0x4e00 && c <= 0x9fff) ||
              (c >= 0xff01 && c <= 0xff5e)))
            return false;
    }
    return true;
}

const char *utf8_nfc(struct arena *a, const char *s, size_t n, size_t *out_n)
{
    utf8proc_uint8_t *nfc = NULL;
    *out_n = n;
    if (n == 0 || nfc_surely((const unsigned char *)s, n))
        return s;
    utf8proc_ssize_t m = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &nfc,
                                      (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (m < 0)
        die("utf8proc: %s", utf8proc_errmsg(m)); /* only memory can fail: the text was valid */
    const char *out = s;
    if ((size_t)m != n || memcmp(nfc, s, n) != 0) {
        out = arena_copy(a, (const char *)nfc, (size_t)m);
        *out_n = (size_t)m;
    }
    free(nfc);
    return out;
}

bool int_parse(const char *s, int64_t *out)
{
    int64_t v = 0;
    if (!s)
        return false;
    bool minus = *s == '-';
    s += minus;
    if (*s < '0' || *s > '9' || (*s == '0' && (s[1] || minus)))
        return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9' || __builtin_mul_overflow(v, 10, &v))
            return false;
        int64_t digit = *s - '0';
        if (minus ? __builtin_sub_overflow(v, digit, &v) : __builtin_add_overflow(v, digit, &v))
            return false;
    }
    *out = v;
    return true;
}

void hex_encode(const void *p, size_t n, char *out)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++) {
        *out++ = hex[b[i] >> 4];
        *out++ = hex[b[i] & 15];
    }
    *out = 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(const char *s, void *out, size_t n)
{
    unsigned char *b = out;
    if (!s || strnlen(s, 2 * n + 1) != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int high = hex_digit(s[2 * i]), low = hex_digit(s[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        b[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* Damm's quasigroup of order 10: finds every single wrong digit and every swap of neighbours. */
int digit_check(const char *digits, size_t n)
{
    static const unsigned char damm[10][10] = {{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
                                               {4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
                                               {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
                                               {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
                                               {9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}};
    int interim = 0;
    for (size_t i = 0; i < n; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return -1;
        interim = damm[interim][digits[i] - '0'];
    }
    return interim;
}

bool digit_ok(const char *digits, size_t n)
{
    return n > 1 && digit_check(digits, n) == 0;
}
