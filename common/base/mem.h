/* Memory: allocation succeeds or the process ends; blocks own through AUTO_…; an arena lives as long as one pack. */
#ifndef XQ_BASE_MEM_H
#define XQ_BASE_MEM_H

#include <stddef.h>

#define MUSTCHECK          __attribute__((warn_unused_result))
#define PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define COUNT(a)           (sizeof(a) / sizeof *(a))

/* All return zeroed memory or end the process. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);

/* Gives a pointer away: returns *p and leaves NULL, so that AUTO_FREE does not free it. */
#define steal(p) ((__typeof__(*(p)))steal_pointer((void *)(p)))
void *steal_pointer(void *p);

void auto_free(void *p);
#define AUTO_FREE __attribute__((cleanup(auto_free)))

/* The end of the line for environment and programmer errors: one line on standard error, exit 1. */
_Noreturn void die(const char *fmt, ...) PRINTF(1, 2);

/* Arena: bump allocation, all freed or reset at once. Memory is zeroed and 16-byte aligned. */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *a);  /* NULL allowed */
void arena_reset(struct arena *a); /* keeps the first block for the next pack */
void *arena_alloc(struct arena *a, size_t n, size_t size);
char *arena_copy(struct arena *a, const char *s, size_t n); /* NUL-terminated copy */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

#endif
