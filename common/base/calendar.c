/* Business days in Asia/Shanghai: weekdays, except the days that a table of holidays and make-up workdays names. */
#include "base/calendar.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/when.h"

struct day {
    char date[11];
    bool business;
};
struct calendar {
    struct day *days; /* sorted by date, each date once */
    size_t n;
};

static int by_date(const void *a, const void *b)
{
    return strcmp(((const struct day *)a)->date, ((const struct day *)b)->date);
}

/* One line without its newline: "2014-10-01,holiday". */
static bool read_line(const char *line, struct day *out)
{
    const char *comma = strchr(line, ',');
    if (!comma || comma - line != 10)
        return false;
    memcpy(out->date, line, 10);
    out->date[10] = 0;
    out->business = strcmp(comma + 1, "workday") == 0;
    return date_valid(out->date) && (out->business || strcmp(comma + 1, "holiday") == 0);
}

static int read_lines(struct calendar *c, FILE *f, const char *file, struct err *e)
{
    char line[128];
    for (int number = 1; fgets(line, sizeof line, f); number++) {
        line[strcspn(line, "\r\n")] = 0;
        if (!line[0] || line[0] == '#')
            continue;
        c->days = xrealloc(c->days, c->n + 1, sizeof *c->days);
        if (!read_line(line, &c->days[c->n]))
            return FAIL(e, BAD_REQUEST,
                        "%s:%d: a line must read like 2014-10-01,holiday or 2014-09-28,workday" ZH
                        "%s:%d：每行应形如 2014-10-01,holiday 或 2014-09-28,workday",
                        file, number, file, number);
        c->n++;
    }
    if (c->n)
        qsort(c->days, c->n, sizeof *c->days, by_date);
    for (size_t i = 1; i < c->n; i++)
        if (strcmp(c->days[i - 1].date, c->days[i].date) == 0)
            return FAIL(e, BAD_REQUEST, "%s: %s is there twice" ZH "%s：%s 重复", file, c->days[i].date, file,
                        c->days[i].date);
    return 0;
}

struct calendar *calendar_read(const char *file, struct err *e)
{
    FILE *f = fopen(file, "re");
    if (!f) {
        err_set(e, ERR_NOT_FOUND, "%s cannot be read: %s" ZH "无法读取 %s：%s", file, strerror(errno), file,
                strerror(errno));
        return NULL;
    }
    struct calendar *c = xcalloc(1, sizeof *c);
    int r = read_lines(c, f, file, e);
    fclose(f);
    if (r < 0) {
        calendar_free(c);
        return NULL;
    }
    return c;
}

void calendar_free(struct calendar *c)
{
    if (!c)
        return;
    free(c->days);
    free(c);
}

static bool weekday(const char *date)
{
    char text[32];
    int64_t t;
    snprintf(text, sizeof text, "%sT00:00:00Z", date);
    if (!when_parse(text, &t))
        return false;
    int64_t days = (t - (t % DAY + DAY) % DAY) / DAY;
    int64_t w = ((days + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday: Monday = 0 */
    return w < 5;
}

bool calendar_business_day(const struct calendar *c, const char *date)
{
    struct day key = {0};
    if (strlen(date) != 10)
        return false;
    memcpy(key.date, date, sizeof key.date);
    const struct day *d = c && c->n ? bsearch(&key, c->days, c->n, sizeof key, by_date) : NULL;
    return d ? d->business : weekday(date);
}

int64_t calendar_add(const struct calendar *c, int64_t t, int days)
{
    assert(days >= 0);
    /* The bound ends the walk where no business day can follow (a table of holidays only, the last year). */
    for (int steps = 0; days > 0 && steps < 1000000; steps++) {
        char date[11];
        t += DAY;
        when_date(t, date);
        days -= calendar_business_day(c, date);
    }
    return t;
}
