/* TAP in one header, one program per file:
 *   TEST(money_is_read) { ok(fen_parse("12.3", &v), "one decimal"); is_int(v, 1230); }
 *   int main(void) { run(money_is_read); done_testing(); }
 */
#ifndef XQ_TESTS_TEST_H
#define XQ_TESTS_TEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int test_count, test_failures;
static const char *test_name = "";

#define TEST(name)        static void name(void)
#define run(name)         (test_name = #name, name())
#define ok(cond, ...)     test_report((cond) ? 1 : 0, __FILE__, __LINE__, __VA_ARGS__)
#define is(got, want)     test_is(got, want, __FILE__, __LINE__, #got)
#define is_int(got, want) test_is_int((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, #got)
/* The last line of main. */
#define done_testing()                                                                                                 \
    do {                                                                                                               \
        printf("1..%d\n", test_count);                                                                                 \
        return test_failures ? 1 : 0;                                                                                  \
    } while (0)

__attribute__((format(printf, 4, 5), unused)) static int test_report(int good, const char *file, int line,
                                                                     const char *fmt, ...)
{
    va_list ap;
    if (!good)
        test_failures++;
    printf("%sok %d - %s%s", good ? "" : "not ", ++test_count, test_name, *test_name ? ": " : "");
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n");
    if (!good)
        printf("# failed at %s:%d\n", file, line);
    fflush(stdout);
    return good;
}

__attribute__((unused)) static int test_is(const char *got, const char *want, const char *file, int line,
                                           const char *what)
{
    int good = got == want || (got && want && strcmp(got, want) == 0);
    test_report(good, file, line, "%s", what);
    if (!good)
        printf("#  got: %s\n# want: %s\n", got ? got : "(NULL)", want ? want : "(NULL)");
    return good;
}

__attribute__((unused)) static int test_is_int(int64_t got, int64_t want, const char *file, int line, const char *what)
{
    int good = got == want;
    test_report(good, file, line, "%s", what);
    if (!good)
        printf("#  got: %lld\n# want: %lld\n", (long long)got, (long long)want);
    return good;
}

/* For tests that cannot run here: prints a TAP skip for the whole program and ends it. */
#define skip_all(reason)                                                                                               \
    do {                                                                                                               \
        printf("1..0 # SKIP %s\n", reason);                                                                            \
        exit(0);                                                                                                       \
    } while (0)

#endif
