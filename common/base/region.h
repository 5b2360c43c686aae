/* Regions are official code prefixes: district 6 digits, street 9, community 12, grid 15, stairwell 18. "Acts inside R"
 * is a prefix test. */
#ifndef XQ_BASE_REGION_H
#define XQ_BASE_REGION_H

#include <stdbool.h>

#define REGION_MAX 19

bool region_valid(const char *code); /* digits, one of the five lengths, not starting with 0 */
int region_street(const char *code); /* the street column: 9 digits as a number; a district gives its …000 */
/* The place for prefix tests of an int street: "330102" for 330102000, else the nine digits. Returns out. */
const char *region_of_street(int street, char out[REGION_MAX]);
bool region_inside(const char *code,
                   const char *outer); /* code starts with outer; a street …000 counts as its district */
int region_district(int street);       /* 330102001 -> 330102000 */

#endif
