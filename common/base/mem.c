/* Memory: allocation succeeds or the process ends; arenas grow in blocks and are freed at once. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 65536

struct block {
    struct block *next;
    size_t size, used; /* of the bytes behind the head */
    _Alignas(16) unsigned char bytes[];
};
struct arena {
    struct block *first, *last;
};

void *xcalloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        die("out of memory (%zu x %zu bytes)", n, size);
    return p;
}

/* The new part is not zeroed: the old length is not known here. */
void *xrealloc(void *p, size_t n, size_t size)
{
    void *q = reallocarray(p, n ? n : 1, size ? size : 1);
    if (!q)
        die("out of memory (%zu x %zu bytes)", n, size);
    return q;
}

char *xstrdup(const char *s)
{
    char *p = strdup(s);
    if (!p)
        die("out of memory");
    return p;
}

/* memcpy, because the pointer behind p has any type. */
void *steal_pointer(void *p)
{
    void *value, *null = NULL;
    memcpy(&value, p, sizeof value);
    memcpy(p, &null, sizeof null);
    return value;
}

void auto_free(void *p)
{
    free(steal_pointer(p));
}

void die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

static struct block *block_new(size_t least)
{
    size_t size = least > BLOCK ? least : BLOCK;
    struct block *b = malloc(sizeof *b + size);
    if (!b)
        die("out of memory (%zu bytes)", size);
    b->next = NULL;
    b->size = size;
    b->used = 0;
    return b;
}

struct arena *arena_new(void)
{
    struct arena *a = xcalloc(1, sizeof *a);
    a->first = a->last = block_new(BLOCK);
    return a;
}

static void blocks_free(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    blocks_free(a->first);
    free(a);
}

void arena_reset(struct arena *a)
{
    blocks_free(a->first->next);
    a->first->next = NULL;
    a->first->used = 0;
    a->last = a->first;
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > PTRDIFF_MAX - 64)
        die("out of memory (%zu x %zu bytes)", n, size);
    bytes = (bytes + 15) & ~(size_t)15;
    if (bytes == 0)
        bytes = 16;
    struct block *b = a->last;
    if (b->size - b->used < bytes)
        b = a->last = b->next = block_new(bytes);
    void *p = b->bytes + b->used;
    b->used += bytes;
    return memset(p, 0, bytes);
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
    char *p = arena_alloc(a, n + 1, 1);
    if (n)
        memcpy(p, s, n);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        die("arena_printf: bad format");
    char *p = arena_alloc(a, (size_t)n + 1, 1);
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return p;
}
