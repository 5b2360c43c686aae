/* Business days in Asia/Shanghai with a holiday table (CSV lines: 2014-10-01,holiday / 2014-09-28,workday). */
#ifndef XQ_BASE_CALENDAR_H
#define XQ_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct calendar;
struct calendar *calendar_read(const char *file, struct err *e) MUSTCHECK; /* NULL and e on a bad line (named) */
void calendar_free(struct calendar *c);
bool calendar_business_day(const struct calendar *c, const char *date);
/* The same time of day `days` business days later; days >= 0. c may be NULL: weekends only. */
int64_t calendar_add(const struct calendar *c, int64_t t, int days);

#endif
