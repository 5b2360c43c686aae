/* Unified social credit codes (GB 32100-2015). Pure. */
#ifndef XQ_SPONSOR_RULES_H
#define XQ_SPONSOR_RULES_H

#include <stdbool.h>

bool credit_code_valid(const char *code); /* 18 characters, the last a check digit modulo 31 */

#endif
