/* Masks phone numbers, identity and card numbers, and e-mail addresses in free text for public views.
 * Digits may be full-width; groups of digits may be parted by one blank or hyphen (138 1234 5678, 0571-87654321). */
#include "base/text.h"

#include <string.h>

/* A digit at s: its value and how many bytes it takes; -1 otherwise. */
static int digit_at(const char *s, size_t *bytes)
{
    const unsigned char *u = (const unsigned char *)s;
    *bytes = 1;
    if (*u >= '0' && *u <= '9')
        return *u - '0';
    if (u[0] == 0xef && u[1] == 0xbc && u[2] >= 0x90 && u[2] <= 0x99) {
        *bytes = 3;
        return u[2] - 0x90;
    }
    return -1;
}

/* A run of digits: where it begins and ends, and its first digits as ASCII. */
struct run {
    const char *from, *to;
    size_t n;
    char digits[24];
};

static bool run_at(const char *s, struct run *r)
{
    size_t bytes;
    *r = (struct run){.from = s};
    for (int d; (d = digit_at(s, &bytes)) >= 0; s += bytes, r->n++)
        if (r->n < sizeof r->digits)
            r->digits[r->n] = (char)('0' + d);
    r->to = s;
    return r->n > 0;
}

/* The run after one blank or hyphen. */
static bool next_run(const struct run *r, struct run *next)
{
    return (*r->to == ' ' || *r->to == '-') && run_at(r->to + 1, next);
}

static bool mobile(const char *d)
{
    return d[0] == '1' && d[1] >= '3' && d[1] <= '9';
}

/* How many digits stay visible in front and behind; false if the run is nobody's number. */
static bool hide(const struct run *r, bool x, size_t *front, size_t *back)
{
    *front = *back = 1;
    if (r->n >= 15 && r->n <= 19) { /* identity numbers (15, 17 and X, 18), bank cards */
        if (x)
            *back = 0;
        return true;
    }
    if (r->n == 11 && mobile(r->digits)) {
        *front = 3;
        *back = 4;
        return true;
    }
    if (r->n == 13 && strncmp(r->digits, "86", 2) == 0 && mobile(r->digits + 2)) {
        *front = 5;
        *back = 4;
        return true;
    }
    if (r->n >= 10 && r->n <= 12 && r->digits[0] == '0') { /* area code and number */
        *front = 4;
        *back = 2;
        return true;
    }
    return false;
}

static char *put_run(char *w, const struct run *r, size_t front, size_t back)
{
    for (size_t i = 0; i < r->n; i++)
        *w++ = (char)(i < front || i + back >= r->n ? r->digits[i] : '*');
    return w;
}

static char *put_bytes(char *w, const char *from, const char *to)
{
    memcpy(w, from, (size_t)(to - from));
    return w + (to - from);
}

/* Writes what stands at the run, masked or not; returns the end of what was read. */
static const char *mask_run(const struct run *r, char **w)
{
    struct run b, c;
    size_t front, back;
    bool x = r->n == 17 && (*r->to == 'X' || *r->to == 'x');
    if (hide(r, x, &front, &back)) {
        *w = put_run(*w, r, front, back);
        return r->to;
    }
    if (r->n == 3 && mobile(r->digits) && next_run(r, &b) && b.n == 4 && next_run(&b, &c) && c.n == 4) {
        *w = put_bytes(*w, r->from, b.from);
        *w = put_run(*w, &b, 0, 0);
        *w = put_bytes(*w, b.to, c.to);
        return c.to;
    }
    if ((r->n == 3 || r->n == 4) && r->digits[0] == '0' && next_run(r, &b) && (b.n == 7 || b.n == 8)) {
        *w = put_bytes(*w, r->from, b.from);
        *w = put_run(*w, &b, 0, 2);
        return b.to;
    }
    *w = put_bytes(*w, r->from, r->to);
    return r->to;
}

static bool local_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("._%+-", c));
}

/* The end of an e-mail address that begins at s, NULL if there is none. */
static const char *mail_end(const char *s, const char **at)
{
    const char *p = s;
    while (local_char(*p))
        p++;
    if (p == s || *p != '@')
        return NULL;
    *at = p++;
    const char *dot = NULL, *domain = p;
    for (; local_char(*p); p++)
        if (*p == '.')
            dot = p;
    return dot && dot > domain && dot + 1 < p ? p : NULL;
}

const char *text_mask(struct arena *a, const char *s)
{
    /* No mask is longer than what it hides, but for the two stars and more of a short mail name. */
    char *out = arena_alloc(a, 4 * strlen(s) + 1, 1), *w = out;
    bool word = false; /* inside a word an address does not begin */
    while (*s) {
        struct run r;
        const char *at = NULL, *end = word ? NULL : mail_end(s, &at);
        if (end) {
            *w++ = *s;
            memcpy(w, "***", 3);
            w = put_bytes(w + 3, at, end);
            s = end;
        } else if (run_at(s, &r)) {
            s = mask_run(&r, &w);
            word = true;
        } else {
            word = local_char(*s);
            *w++ = *s++;
        }
    }
    *w = 0;
    return out;
}
