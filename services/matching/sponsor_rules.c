/* Unified social credit codes (GB 32100-2015): 17 characters weighed by powers of 3 modulo 31, and a check character.
 */
#include <string.h>

#include "sponsor_rules.h"

bool credit_code_valid(const char *code)
{
    static const char letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* no I, O, S, V, Z */
    int sum = 0, weight = 1, last = 0;
    if (strlen(code) != 18)
        return false;
    for (int i = 0; i < 18; i++, weight = weight * 3 % 31) {
        const char *at = strchr(letters, code[i]);
        if (!at)
            return false;
        last = (int)(at - letters);
        sum += i < 17 ? last * weight : 0;
    }
    return (31 - sum % 31) % 31 == last;
}
