/* Log lines "ts= level= svc= …" on standard error, gathered and written together. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/when.h"

#define GATHER 16384 /* written at the latest when so much has gathered */

static struct buf gathered;
static char who[96] = "-";
static enum log_level least = LOG_INFO;

void log_open(const char *service, const char *instance, enum log_level from)
{
    static int registered;
    snprintf(who, sizeof who, "%s/%s", service, instance);
    least = from;
    if (!registered++)
        atexit(log_flush); /* die() ends through exit() */
}

void log_flush(void)
{
    size_t done = 0;
    while (done < gathered.n) {
        ssize_t n = write(STDERR_FILENO, gathered.p + done, gathered.n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break; /* nobody can be told; the lines are lost, the process goes on */
        done += (size_t)n;
    }
    buf_clear(&gathered);
}

/* The second's text is kept: a busy process writes thousands of lines in it. */
static const char *time_text(char out[48])
{
    static int64_t second = -1;
    static char text[40];
    int64_t now = wall_now();
    if (now / SECOND != second) {
        second = now / SECOND;
        when_text(second * SECOND, text);
    }
    snprintf(out, 48, "%.19s.%03d%s", text, (int)(now % SECOND / 1000), text + 19);
    return out;
}

PRINTF(2, 0) static void line(enum log_level level, const char *fmt, va_list ap)
{
    static const char *const word[] = {"debug", "info", "warn", "error"};
    char text[2048], ts[48];
    if (level < least)
        return;
    int n = vsnprintf(text, sizeof text, fmt, ap);
    if (n < 0)
        return;
    for (char *p = text; *p; p++) /* one happening is one line, whatever slipped in */
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    buf_printf(&gathered, "ts=%s level=%s svc=%s %s%s\n", time_text(ts), word[level], who, text,
               (size_t)n >= sizeof text ? "…" : "");
    if (level >= LOG_WARN || gathered.n > GATHER)
        log_flush();
}

#define LOG_FUNCTION(name, level)                                                                                      \
    void name(const char *fmt, ...)                                                                                    \
    {                                                                                                                  \
        va_list ap;                                                                                                    \
        va_start(ap, fmt);                                                                                             \
        line(level, fmt, ap);                                                                                          \
        va_end(ap);                                                                                                    \
    }
LOG_FUNCTION(log_info, LOG_INFO)
LOG_FUNCTION(log_warn, LOG_WARN)
LOG_FUNCTION(log_error, LOG_ERROR)
LOG_FUNCTION(log_debug, LOG_DEBUG)

static bool plain(const char *s)
{
    for (const char *p = s; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
              strchr("-_./:+,@", *p)))
            return false;
    return *s != 0;
}

/* Writes one character of s to out (at most 8 bytes) and returns how many bytes of s it took. Bytes that are not UTF-8,
 * control characters (C1 as well: terminals obey them), quotes and backslashes are escaped. */
static size_t safe_char(const char *s, bool utf8, char out[8])
{
    unsigned char c = (unsigned char)*s;
    if (c == '"' || c == '\\') {
        snprintf(out, 8, "\\%c", c);
        return 1;
    }
    size_t n = !utf8 || c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    bool control = c < 0x20 || c == 0x7f || (n == 1 && c >= 0x80) || (c == 0xc2 && (unsigned char)s[1] < 0xa0);
    if (control) {
        snprintf(out, 8, "\\x%02x", c);
        if (n == 2) /* C1: the second byte says which */
            snprintf(out, 8, "\\x%02x", (unsigned char)s[1]);
        return n;
    }
    memcpy(out, s, n);
    out[n] = 0;
    return n;
}

const char *log_safe(const char *s, char *out, size_t n)
{
    char one[8];
    size_t w = 0, length = strlen(s);
    if (n < 8) {
        if (n)
            out[0] = 0;
        return out;
    }
    if (plain(s) && length < n) {
        memcpy(out, s, length + 1);
        return out;
    }
    bool utf8 = utf8_valid(s, length);
    out[w++] = '"';
    while (*s) {
        s += safe_char(s, utf8, one);
        size_t m = strlen(one);
        if (w + m + 5 > n) { /* room for the ellipsis, the quote and the NUL */
            memcpy(out + w, "…", 3);
            w += 3;
            break;
        }
        memcpy(out + w, one, m);
        w += m;
    }
    out[w++] = '"';
    out[w] = 0;
    return out;
}
