/* One line per happening on standard error, key=value, same order everywhere. Outside text is escaped. Never personal
 * data. */
#ifndef XQ_BASE_LOG_H
#define XQ_BASE_LOG_H

#include <stddef.h>

#include "base/mem.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_open(const char *service, const char *instance, enum log_level least); /* strings are copied */
void log_info(const char *fmt, ...) PRINTF(1, 2); /* fmt continues the line: "op=%s code=%s" */
void log_warn(const char *fmt, ...) PRINTF(1, 2);
void log_error(const char *fmt, ...) PRINTF(1, 2);
void log_debug(const char *fmt, ...) PRINTF(1, 2);
void log_flush(
    void); /* lines are gathered per loop turn and written once; info lines may be gathered, warn and error flush */
const char *log_safe(const char *s, char *out, size_t n); /* quotes and escapes outside text; returns out */

#endif
