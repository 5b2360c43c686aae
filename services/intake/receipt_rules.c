#include "receipt_rules.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

#define DIGITS 16

char *receipt_text(int street, int64_t n, char out[RECEIPT_SIZE])
{
    char digits[DIGITS + 1];
    assert(street >= 100000000 && street <= 999999999 && n >= 1 && n <= RECEIPT_MAX);
    snprintf(digits, sizeof digits, "%09u%07u", (unsigned)street % 1000000000u, (unsigned)n % 10000000u);
    snprintf(out, RECEIPT_SIZE, "%.9s-%.7s-%d", digits, digits + 9, digit_check(digits, DIGITS));
    return out;
}

bool receipt_parse(const char *s, int *street, int64_t *n)
{
    char digits[DIGITS + 2];
    size_t count = 0;
    for (; *s; s++) {
        if (*s == '-' || *s == ' ')
            continue;
        if (*s < '0' || *s > '9' || count == DIGITS + 1)
            return false;
        digits[count++] = *s;
    }
    if (count != DIGITS + 1 || digits[0] == '0' || !digit_ok(digits, DIGITS + 1))
        return false;
    int64_t first = 0, serial = 0;
    for (size_t i = 0; i < 9; i++)
        first = first * 10 + (digits[i] - '0');
    for (size_t i = 9; i < DIGITS; i++)
        serial = serial * 10 + (digits[i] - '0');
    *street = (int)first;
    *n = serial;
    return serial > 0;
}
