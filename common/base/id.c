/* UUIDv7 with the street in its last 30 bits; a 44-bit counter, started at random each millisecond, keeps them rising.
 */
#include "base/id.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "base/when.h"

#define COUNTER_BITS 44

static uint64_t random_start(void)
{
    uint64_t v;
    if (getrandom(&v, sizeof v, 0) != (ssize_t)sizeof v)
        die("the kernel gave no random bytes (getrandom)");
    return v & ((UINT64_C(1) << (COUNTER_BITS - 1)) - 1); /* the lower half: 2^43 ids of room within the millisecond */
}

struct id id_new(int street)
{
    static uint64_t last_ms, counter;
    assert(street >= 100000000 && street <= 999999999);
    uint64_t ms = (uint64_t)(wall_now() / 1000);
    if (ms > last_ms) {
        last_ms = ms;
        counter = random_start();
    } else if (++counter >> COUNTER_BITS) { /* a clock that stands still or was set back */
        last_ms++;
        counter = random_start();
    }
    uint64_t high = last_ms << 16 | UINT64_C(7) << 12 | counter >> 32;
    uint64_t low = UINT64_C(2) << 62 | (counter & 0xffffffff) << 30 | (uint64_t)street;
    struct id id;
    for (int i = 0; i < 8; i++) {
        id.b[i] = (unsigned char)(high >> (56 - 8 * i));
        id.b[8 + i] = (unsigned char)(low >> (56 - 8 * i));
    }
    return id;
}

int id_street(struct id id)
{
    int street = (id.b[12] & 0x3f) << 24 | id.b[13] << 16 | id.b[14] << 8 | id.b[15];
    return street >= 100000000 && street <= 999999999 ? street : 0;
}

bool id_is_nil(struct id id)
{
    return id_eq(id, ID_NIL);
}

int id_cmp(struct id a, struct id b)
{
    return memcmp(a.b, b.b, sizeof a.b);
}

bool id_eq(struct id a, struct id b)
{
    return memcmp(a.b, b.b, sizeof a.b) == 0;
}

char *id_text(struct id id, char out[37])
{
    static const char hex[] = "0123456789abcdef";
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = hex[id.b[i] >> 4];
        *p++ = hex[id.b[i] & 15];
    }
    *p = 0;
    return out;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool id_parse(const char *s, struct id *out)
{
    struct id id;
    if (!s || strnlen(s, 37) != 36)
        return false;
    for (int i = 0; i < 16; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && *s++ != '-')
            return false;
        int high = digit(*s++), low = digit(*s++);
        if (high < 0 || low < 0)
            return false;
        id.b[i] = (unsigned char)(high << 4 | low);
    }
    *out = id;
    return true;
}
