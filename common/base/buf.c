/* A growing byte buffer with JSON and HTML escaping and the wire integers; the reader of such bytes. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    if (b->p)
        b->p[0] = 0;
}

void *buf_grow(struct buf *b, size_t n)
{
    if (b->cap - b->n <= n) { /* one more for the NUL */
        size_t want;
        if (__builtin_add_overflow(b->n, n, &want) || want > PTRDIFF_MAX / 2)
            die("out of memory (a buffer of %zu + %zu bytes)", b->n, n);
        size_t cap = b->cap ? b->cap : 64;
        while (cap <= want)
            cap *= 2;
        b->p = xrealloc(b->p, cap, 1);
        b->cap = cap;
    }
    void *start = b->p + b->n;
    b->n += n;
    b->p[b->n] = 0;
    return start;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    void *to = buf_grow(b, n);
    if (n)
        memcpy(to, p, n);
}

void buf_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    buf_grow(b, 0);
    va_start(ap, fmt);
    int n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, ap);
    va_end(ap);
    if (n < 0)
        die("buf_printf: bad format");
    size_t room = b->cap - b->n;
    char *to = buf_grow(b, (size_t)n);
    if ((size_t)n < room)
        return; /* it fitted at once; buf_grow put the NUL back in its place */
    va_start(ap, fmt);
    vsnprintf(to, (size_t)n + 1, fmt, ap);
    va_end(ap);
}

/* What stands for an ASCII byte in a JSON string; NULL = the byte itself. */
static const char *json_escape(unsigned char c, char out[8])
{
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        if (c >= 0x20 && c != 0x7f)
            return NULL;
        memcpy(out, "\\u0000", 7);
        out[4] = hex[c >> 4];
        out[5] = hex[c & 15];
        return out;
    }
}

void buf_json_text(struct buf *b, const char *s, size_t n)
{
    char tmp[8];
    size_t from = 0;
    buf_add(b, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        const char *as = json_escape((unsigned char)s[i], tmp);
        if (!as)
            continue;
        buf_add(b, s + from, i - from);
        buf_str(b, as);
        from = i + 1;
    }
    if (n > from)
        buf_add(b, s + from, n - from);
    buf_add(b, "\"", 1);
}

void buf_json_int(struct buf *b, int64_t v)
{
    char digits[24];
    size_t i = sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do
        digits[--i] = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0)
        digits[--i] = '-';
    buf_add(b, digits + i, sizeof digits - i);
}

void buf_html(struct buf *b, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '&':
            buf_str(b, "&amp;");
            break;
        case '<':
            buf_str(b, "&lt;");
            break;
        case '>':
            buf_str(b, "&gt;");
            break;
        case '"':
            buf_str(b, "&quot;");
            break;
        case '\'':
            buf_str(b, "&#39;");
            break;
        default:
            buf_add(b, s, 1);
        }
    }
}

static void put_le(struct buf *b, uint64_t v, size_t n)
{
    unsigned char *p = buf_grow(b, n);
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(v >> (8 * i));
}

void buf_u8(struct buf *b, uint8_t v)
{
    put_le(b, v, 1);
}

void buf_u16(struct buf *b, uint16_t v)
{
    put_le(b, v, 2);
}

void buf_u32(struct buf *b, uint32_t v)
{
    put_le(b, v, 4);
}

void buf_u64(struct buf *b, uint64_t v)
{
    put_le(b, v, 8);
}

const void *span_take(struct span *s, size_t n)
{
    if (s->bad || s->n < n) {
        s->bad = true;
        return NULL;
    }
    const void *p = s->p;
    if (n)
        s->p += n;
    s->n -= n;
    return p;
}

static uint64_t take_le(struct span *s, size_t n)
{
    const unsigned char *p = span_take(s, n);
    uint64_t v = 0;
    for (size_t i = 0; p && i < n; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

uint8_t span_u8(struct span *s)
{
    return (uint8_t)take_le(s, 1);
}

uint16_t span_u16(struct span *s)
{
    return (uint16_t)take_le(s, 2);
}

uint32_t span_u32(struct span *s)
{
    return (uint32_t)take_le(s, 4);
}

uint64_t span_u64(struct span *s)
{
    return take_le(s, 8);
}
