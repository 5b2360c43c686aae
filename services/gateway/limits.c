/* The generic cell rate algorithm: one number per bucket, the theoretical arrival time of the next call. */
#include "limits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASSES 32
#define WAYS    8
#define SETS                                                                                                           \
    8192 /* 65,536 buckets of 16 bytes; a full set gives up the bucket that is fullest, which loses the least */

struct rate {
    char name[24];
    int64_t per_s, burst;
};
struct bucket {
    uint64_t key;
    int64_t tat;
};
struct limits {
    struct rate rate[CLASSES];
    int n;
    struct bucket bucket[SETS][WAYS];
};

static const struct rate built_in[] = {
    {"person", 20, 40}, {"failure", 1, 20}, {"staff", 100, 200},
    {"opinion", 5, 20}, {"login", 5, 20},   {"import", 20, 40},
};

/* A positive number of at most a million, and where it ends; NULL when there is none. */
static const char *number(const char *s, int64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoll(s, &end, 10);
    return errno || end == s || *out < 1 || *out > 1000000 ? NULL : end;
}

static int rate_read(struct limits *l, const char *line, struct err *e)
{
    struct rate r = {"", 0, 0};
    size_t n = strcspn(line, " ");
    const char *end = n > 0 && n < sizeof r.name ? number(line + n, &r.per_s) : NULL;
    end = end ? number(end, &r.burst) : NULL;
    if (!end || end[strspn(end, " ")])
        return FAIL(e, BAD_REQUEST,
                    "rates: '%s' is not \"class calls-per-second burst\", as in \"staff 100 200\"" ZH
                    "rates：“%s”格式不正确",
                    line, line);
    memcpy(r.name, line, n);
    r.name[n] = '\0';
    int class = limits_class(l, r.name);
    if (class < 0 && l->n == CLASSES)
        return FAIL(e, BAD_REQUEST, "rates: at most %d classes" ZH "rates：最多 %d 类", CLASSES, CLASSES);
    l->rate[class < 0 ? l->n++ : class] = r;
    return 0;
}

struct limits *limits_new(const char *const *over, struct err *e)
{
    struct limits *l = xcalloc(1, sizeof *l);
    for (size_t i = 0; i < COUNT(built_in); i++)
        l->rate[l->n++] = built_in[i];
    for (; over && *over; over++)
        if (rate_read(l, *over, e) < 0) {
            free(l);
            return NULL;
        }
    return l;
}

void limits_free(struct limits *l)
{
    free(l);
}

int limits_class(const struct limits *l, const char *name)
{
    if (!name)
        return RATE_DEFAULT;
    for (int i = 0; i < l->n; i++)
        if (strcmp(l->rate[i].name, name) == 0)
            return i;
    return -1;
}

const char *limits_name(const struct limits *l, int class)
{
    return l->rate[class].name;
}

static struct bucket *bucket_of(struct limits *l, int class, uint64_t key)
{
    key ^= (uint64_t)(class + 1) * UINT64_C(0x9e3779b97f4a7c15);
    struct bucket *set = l->bucket[(key >> 20) % SETS], *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].tat < oldest->tat)
            oldest = &set[i];
    }
    *oldest = (struct bucket){key, 0};
    return oldest;
}

struct rate_verdict limits_take(struct limits *l, int class, uint64_t key, int64_t now_us)
{
    const struct rate *r = &l->rate[class];
    struct bucket *b = bucket_of(l, class, key);
    int64_t step = 1000000 / r->per_s, depth = step * r->burst;
    int64_t next = (b->tat > now_us ? b->tat : now_us) + step;
    struct rate_verdict v = {.ok = next - now_us <= depth, .burst = r->burst, .per_s = r->per_s};
    if (v.ok)
        b->tat = next;
    else
        v.retry_s = (next - now_us - depth + 999999) / 1000000;
    int64_t used = b->tat > now_us ? b->tat - now_us : 0;
    v.remaining = (depth - used) / step;
    v.reset_s = (used + 999999) / 1000000;
    return v;
}

bool limits_open(struct limits *l, int class, uint64_t key, int64_t now_us)
{
    const struct rate *r = &l->rate[class];
    int64_t step = 1000000 / r->per_s, tat = bucket_of(l, class, key)->tat;
    return (tat > now_us ? tat : now_us) + step - now_us <= step * r->burst;
}
