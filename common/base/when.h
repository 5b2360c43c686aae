/* Time: microseconds UTC since 1970 as int64_t; RFC 3339 outside. Durations on the monotonic clock. */
#ifndef XQ_BASE_WHEN_H
#define XQ_BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#define TIME_NONE INT64_MIN
#define SECOND    INT64_C(1000000)
#define DAY       (86400 * SECOND)

int64_t wall_now(void); /* for ids, tokens, recorded_at: never for rules */
int64_t mono_ms(void);
int64_t mono_us(void);
/* RFC 3339 with offset or Z, up to 6 decimals (more are refused), years 1900…2999, real days; false otherwise. */
bool when_parse(const char *s, int64_t *out);
char *when_text(int64_t t,
                char out[40]);  /* in Asia/Shanghai: 2014-03-01T09:00:00+08:00, decimals only if any; returns out */
bool date_valid(const char *s); /* YYYY-MM-DD, a real day */
void when_date(int64_t t, char out[11]); /* the day in Asia/Shanghai */

#endif
