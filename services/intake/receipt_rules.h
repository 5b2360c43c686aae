/* Receipt numbers: nine digits of the street, seven of a serial, one check digit (Damm) over all sixteen:
 * 330102001-0000123-7. */
#ifndef XQ_RECEIPT_RULES_H
#define XQ_RECEIPT_RULES_H

#include <stdbool.h>
#include <stdint.h>

#define RECEIPT_MAX  INT64_C(9999999)
#define RECEIPT_SIZE 21

char *receipt_text(int street, int64_t n, char out[RECEIPT_SIZE]); /* n 1…RECEIPT_MAX; returns out */
/* Reads a number as people say and type it: spaces and hyphens anywhere are ignored; false when a digit is wrong. */
bool receipt_parse(const char *s, int *street, int64_t *n);

#endif
