/* Regions are official code prefixes. */
#include "base/region.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool region_valid(const char *code)
{
    size_t n = strnlen(code, REGION_MAX);
    if (n != 6 && n != 9 && n != 12 && n != 15 && n != 18)
        return false;
    return code[0] != '0' && strspn(code, "0123456789") == n;
}

int region_street(const char *code)
{
    if (!region_valid(code))
        return 0;
    int street = 0;
    for (int i = 0; i < 9; i++)
        street = street * 10 + (strlen(code) == 6 && i >= 6 ? 0 : code[i] - '0');
    return street;
}

const char *region_of_street(int street, char out[REGION_MAX])
{
    snprintf(out, REGION_MAX, "%d", street % 1000 ? street : street / 1000);
    return out;
}

/* Length that counts in a prefix test: a street …000 is its district. */
static size_t prefix_length(const char *code)
{
    size_t n = strlen(code);
    return n == 9 && strcmp(code + 6, "000") == 0 ? 6 : n;
}

bool region_inside(const char *code, const char *outer)
{
    if (!region_valid(code) || !region_valid(outer))
        return false;
    size_t n = prefix_length(outer);
    return prefix_length(code) >= n && strncmp(code, outer, n) == 0;
}

int region_district(int street)
{
    return street / 1000 * 1000;
}
