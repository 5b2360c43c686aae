/* Time: microseconds UTC inside, RFC 3339 outside. Asia/Shanghai is +08:00 here for every year (no daylight saving
 * since 1991). */
#include "base/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SHANGHAI (INT64_C(28800) * SECOND)

static int64_t clock_us(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

int64_t wall_now(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t mono_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

int64_t mono_ms(void)
{
    return mono_us() / 1000;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar, and back (years from March, so that leap days come last).
 */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

/* Exactly n digits, or -1. */
static int digits(const char *s, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        v = v * 10 + (s[i] - '0');
    }
    return v;
}

/* The days since 1970 of YYYY-MM-DD at s (no end is checked); false if it is no real day of 1900…2999. */
static bool read_date(const char *s, int64_t *days)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = digits(s, 4);
    if (y < 1900 || y > 2999 || s[4] != '-')
        return false;
    int m = digits(s + 5, 2);
    if (m < 1 || m > 12 || s[7] != '-')
        return false;
    int d = digits(s + 8, 2), leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (d < 1 || d > length[m - 1] + (m == 2 && leap))
        return false;
    *days = days_of(y, m, d);
    return true;
}

/* HH:MM:SS at s in seconds, or -1. */
static int read_clock(const char *s)
{
    int h = digits(s, 2);
    if (h < 0 || h > 23 || s[2] != ':')
        return -1;
    int m = digits(s + 3, 2);
    if (m < 0 || m > 59 || s[5] != ':')
        return -1;
    int sec = digits(s + 6, 2);
    return sec < 0 || sec > 59 ? -1 : h * 3600 + m * 60 + sec;
}

/* Z or ±HH:MM to the very end. */
static bool read_offset(const char *s, int64_t *out)
{
    if ((*s == 'Z' || *s == 'z') && !s[1]) {
        *out = 0;
        return true;
    }
    if (*s != '+' && *s != '-')
        return false;
    int h = digits(s + 1, 2);
    if (h < 0 || h > 23 || s[3] != ':')
        return false;
    int m = digits(s + 4, 2);
    if (m < 0 || m > 59 || s[6])
        return false;
    *out = (*s == '-' ? -1 : 1) * ((int64_t)h * 60 + m) * 60 * SECOND;
    return true;
}

bool when_parse(const char *s, int64_t *out)
{
    int64_t days, fraction = 0, offset;
    if (!s || !read_date(s, &days) || (s[10] != 'T' && s[10] != 't'))
        return false;
    int clock = read_clock(s + 11);
    if (clock < 0)
        return false;
    s += 19;
    if (*s == '.') {
        int64_t unit = SECOND / 10;
        for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10) {
            if (unit == 0) /* a seventh decimal would be lost silently */
                return false;
            fraction += (*s - '0') * unit;
        }
        if (unit == SECOND / 10)
            return false;
    }
    if (!read_offset(s, &offset))
        return false;
    *out = days * DAY + clock * SECOND + fraction - offset;
    return true;
}

/* Splits into whole days and the rest, in Shanghai; years outside 1…9999 are shown as the nearest of them. */
static int64_t local_days(int64_t t, int64_t *rest)
{
    int64_t least = INT64_C(-719162) * DAY, most = INT64_C(2932897) * DAY - 1;
    t = t < least ? least : t > most - SHANGHAI ? most : t + SHANGHAI;
    *rest = ((t % DAY) + DAY) % DAY;
    return (t - *rest) / DAY;
}

char *when_text(int64_t t, char out[40])
{
    int y, m, d;
    int64_t rest;
    date_of(local_days(t, &rest), &y, &m, &d);
    int s = (int)(rest / SECOND), us = (int)(rest % SECOND);
    int n = snprintf(out, 40, "%04d-%02d-%02dT%02d:%02d:%02d", y % 10000, m, d, s / 3600, s / 60 % 60, s % 60);
    if (us) {
        n += snprintf(out + n, (size_t)(40 - n), ".%06d", us);
        while (out[n - 1] == '0')
            n--;
    }
    memcpy(out + n, "+08:00", 7);
    return out;
}

bool date_valid(const char *s)
{
    int64_t days;
    return s && strnlen(s, 11) == 10 && read_date(s, &days);
}

void when_date(int64_t t, char out[11])
{
    char text[40];
    memcpy(out, when_text(t, text), 10);
    out[10] = 0;
}
