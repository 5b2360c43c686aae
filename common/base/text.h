/* Text from outside: UTF-8, code points, NFC, masking, parsing of numbers. */
#ifndef XQ_BASE_TEXT_H
#define XQ_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

bool utf8_valid(const char *s, size_t n);   /* no NUL, no surrogates, no overlongs, ≤ U+10FFFF */
size_t utf8_count(const char *s, size_t n); /* code points of valid UTF-8 */
/* NFC (utf8proc) into the arena; the same pointer when it is NFC already (ASCII fast path). */
const char *utf8_nfc(struct arena *a, const char *s, size_t n, size_t *out_n);
bool int_parse(const char *s, int64_t *out); /* whole string, decimal, no plus, no leading zeros; false on overflow */
/* Masks phone numbers, identity numbers, e-mail addresses in free text for public views: 138****1234,
 * 3****************X, a***@b.cn. */
const char *text_mask(struct arena *a, const char *s);
void hex_encode(const void *p, size_t n, char *out); /* 2n+1 bytes */
bool hex_decode(const char *s, void *out, size_t n); /* exactly 2n digits */
/* Damm check digit over decimal digits (receipt numbers); digit_ok checks a string that ends in it. */
int digit_check(const char *digits, size_t n);
bool digit_ok(const char *digits, size_t n);

#endif
