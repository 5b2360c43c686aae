/* Parameters: the constructors, and their binary form for libpq. */
#include <assert.h>
#include <string.h>

#include "base/when.h"
#include "db/inside.h"

#define PG_EPOCH INT64_C(946684800000000) /* 2000-01-01 in µs since 1970 */

struct arg arg_int(int64_t v)
{
    return (struct arg){.kind = ARG_INT8, .i = v};
}

struct arg arg_int4(int v)
{
    return (struct arg){.kind = ARG_INT4, .i = v};
}

struct arg arg_bool(bool v)
{
    return (struct arg){.kind = ARG_BOOL, .i = v};
}

struct arg arg_text(const char *s)
{
    return (struct arg){.kind = ARG_TEXT, .null = !s, .text = s};
}

struct arg arg_id(struct id id)
{
    return (struct arg){.kind = ARG_UUID, .null = id_is_nil(id), .id = id};
}

struct arg arg_time(int64_t us)
{
    return (struct arg){.kind = ARG_TIME, .null = us == TIME_NONE, .i = us};
}

struct arg arg_bytes(const void *p, size_t n)
{
    return (struct arg){.kind = ARG_BYTES, .null = !p, .list = {p, n}};
}

struct arg arg_int_or_null(bool has, int64_t v)
{
    return (struct arg){.kind = ARG_INT8, .null = !has, .i = v};
}

struct arg arg_ints(const int64_t *p, size_t n)
{
    return (struct arg){.kind = ARG_INT8S, .list = {p, n}};
}

struct arg arg_int4s(const int *p, size_t n)
{
    return (struct arg){.kind = ARG_INT4S, .list = {p, n}};
}

struct arg arg_bools(const bool *p, size_t n)
{
    return (struct arg){.kind = ARG_BOOLS, .list = {p, n}};
}

struct arg arg_texts(const char *const *p, size_t n)
{
    return (struct arg){.kind = ARG_TEXTS, .list = {p, n}};
}

struct arg arg_ids(const struct id *p, size_t n)
{
    return (struct arg){.kind = ARG_UUIDS, .list = {p, n}};
}

struct arg arg_times(const int64_t *p, size_t n)
{
    return (struct arg){.kind = ARG_TIMES, .list = {p, n}};
}

/* PostgreSQL's object ids of the types (pg_type.dat), and for arrays the kind of their elements. */
static const struct {
    Oid type;
    int element; /* -1 = no array */
} kinds[] = {
    [ARG_INT8] = {20, -1},          [ARG_INT4] = {23, -1},          [ARG_BOOL] = {16, -1},
    [ARG_TEXT] = {25, -1},          [ARG_UUID] = {2950, -1},        [ARG_TIME] = {1184, -1},
    [ARG_BYTES] = {17, -1},         [ARG_INT8S] = {1016, ARG_INT8}, [ARG_INT4S] = {1007, ARG_INT4},
    [ARG_BOOLS] = {1000, ARG_BOOL}, [ARG_TEXTS] = {1009, ARG_TEXT}, [ARG_UUIDS] = {2951, ARG_UUID},
    [ARG_TIMES] = {1185, ARG_TIME},
};

static void put_be(struct buf *b, uint64_t v, size_t n)
{
    unsigned char *p = buf_grow(b, n);
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(v >> (8 * (n - 1 - i)));
}

static int64_t pg_time(int64_t us)
{
    int64_t v;
    return __builtin_sub_overflow(us, PG_EPOCH, &v) ? INT64_MIN + 1 : v; /* out of PostgreSQL's range: refused there */
}

/* A fixed-width scalar's bytes. */
static void put_scalar(struct buf *b, enum arg_kind kind, int64_t v)
{
    if (kind == ARG_BOOL)
        put_be(b, v != 0, 1);
    else if (kind == ARG_INT4)
        put_be(b, (uint32_t)(int32_t)v, 4);
    else
        put_be(b, (uint64_t)(kind == ARG_TIME ? pg_time(v) : v), 8);
}

/* One element with its length in front; true if it is NULL. */
static bool put_element(struct buf *b, enum arg_kind kind, const void *list, size_t i)
{
    int64_t v = 0;
    const char *text;
    switch ((int)kind) {
    case ARG_TEXT:
        text = ((const char *const *)list)[i];
        if (!text)
            goto null;
        put_be(b, strlen(text), 4);
        buf_str(b, text);
        return false;
    case ARG_UUID:
        if (id_is_nil(((const struct id *)list)[i]))
            goto null;
        put_be(b, 16, 4);
        buf_add(b, ((const struct id *)list)[i].b, 16);
        return false;
    case ARG_BOOL:
        v = ((const bool *)list)[i];
        break;
    case ARG_INT4:
        v = ((const int *)list)[i];
        break;
    default:
        v = ((const int64_t *)list)[i];
        if (kind == ARG_TIME && v == TIME_NONE)
            goto null;
    }
    put_be(b, kind == ARG_BOOL ? 1 : kind == ARG_INT4 ? 4 : 8, 4);
    put_scalar(b, kind, v);
    return false;
null:
    put_be(b, UINT32_MAX, 4);
    return true;
}

static void put_array(struct buf *b, enum arg_kind element, const void *list, size_t n)
{
    size_t start = b->n;
    bool nulls = false;
    put_be(b, n ? 1 : 0, 4); /* dimensions */
    put_be(b, 0, 4);         /* has NULLs: set below */
    put_be(b, kinds[element].type, 4);
    if (n == 0)
        return;
    put_be(b, n, 4);
    put_be(b, 1, 4); /* lower bound */
    for (size_t i = 0; i < n; i++)
        nulls |= put_element(b, element, list, i);
    b->p[start + 7] = nulls ? 1 : 0;
}

/* Encodes into scratch; text, bytes and ids stay where they are. */
static void put_arg(struct params *p, size_t i, const struct arg *a)
{
    size_t start = p->scratch.n;
    p->types[i] = kinds[a->kind].type;
    p->formats[i] = 1;
    p->values[i] = NULL;
    p->lengths[i] = 0;
    if (a->null)
        return;
    if (kinds[a->kind].element >= 0) {
        put_array(&p->scratch, (enum arg_kind)kinds[a->kind].element, a->list.p, a->list.n);
    } else if (a->kind == ARG_TEXT) {
        p->values[i] = a->text;
        p->lengths[i] = (int)strlen(a->text);
        return;
    } else if (a->kind == ARG_BYTES) {
        p->values[i] = a->list.p;
        p->lengths[i] = (int)a->list.n;
        return;
    } else if (a->kind == ARG_UUID) {
        p->values[i] = (const char *)a->id.b;
        p->lengths[i] = 16;
        return;
    } else {
        put_scalar(&p->scratch, a->kind, a->i);
    }
    assert(p->scratch.n - start <= INT32_MAX);
    p->lengths[i] = (int)(p->scratch.n - start);
}

void params_make(struct params *p, const struct arg *args, size_t n)
{
    size_t at = 0;
    assert(n <= ARGS_MAX);
    buf_clear(&p->scratch);
    p->bytes = 0;
    for (size_t i = 0; i < n; i++)
        put_arg(p, i, &args[i]);
    for (size_t i = 0; i < n; i++) { /* only now scratch stands still */
        p->bytes += (size_t)p->lengths[i];
        if (args[i].null || p->values[i])
            continue;
        p->values[i] = p->scratch.p + at;
        at += (size_t)p->lengths[i];
    }
}
