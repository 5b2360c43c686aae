/* Results: binary values by column name. A wrong name or type is a programmer error and ends the process with a plain
 * word. */
#include <string.h>

#include "base/when.h"
#include "db/inside.h"

#define PG_EPOCH INT64_C(946684800000000)

enum {
    BOOL = 16,
    BYTEA = 17,
    CHAR = 18,
    NAME = 19,
    INT8 = 20,
    INT2 = 21,
    INT4 = 23,
    TEXT = 25,
    JSON = 114,
    UNKNOWN = 705,
    BPCHAR = 1042,
    VARCHAR = 1043,
    TIMESTAMPTZ = 1184,
    UUID = 2950,
    JSONB = 3802,
    FIRST_OWN = 16384
};

void rows_free(struct rows *r)
{
    PQclear(r->r);
    *r = (struct rows){0};
}

static int column_of(const struct rows *r, int i, const char *column)
{
    if (i < 0 || i >= r->n)
        die("programmer error: row %d of %d is read (column %s)", i, r->n, column);
    int n = PQnfields(r->r);
    for (int c = 0; c < n; c++)
        if (strcmp(PQfname(r->r, c), column) == 0)
            return c;
    die("programmer error: the statement returns no column %s", column);
}

static _Noreturn void wrong_type(const struct rows *r, int c, const char *want)
{
    die("programmer error: column %s has PostgreSQL type %u and is read as %s; cast it in the statement",
        PQfname(r->r, c), PQftype(r->r, c), want);
}

static const unsigned char *value(const struct rows *r, int i, int c, Oid type, const char *want)
{
    if (PQftype(r->r, c) != type)
        wrong_type(r, c, want);
    return (const unsigned char *)PQgetvalue(r->r, i, c);
}

static int64_t big_endian(const unsigned char *p, int n)
{
    uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

bool row_null(const struct rows *r, int i, const char *column)
{
    return PQgetisnull(r->r, i, column_of(r, i, column)) != 0;
}

int64_t row_int(const struct rows *r, int i, const char *column)
{
    int c = column_of(r, i, column);
    Oid type = PQftype(r->r, c);
    if (type != INT8 && type != INT4 && type != INT2)
        wrong_type(r, c, "an integer");
    if (PQgetisnull(r->r, i, c))
        die("programmer error: column %s is NULL and read as an integer", column);
    return big_endian((const unsigned char *)PQgetvalue(r->r, i, c), PQgetlength(r->r, i, c));
}

bool row_bool(const struct rows *r, int i, const char *column)
{
    int c = column_of(r, i, column);
    const unsigned char *p = value(r, i, c, BOOL, "a boolean");
    if (PQgetisnull(r->r, i, c))
        die("programmer error: column %s is NULL and read as a boolean", column);
    return *p != 0;
}

/* Where the text begins: jsonb has a version byte in front. */
static const char *text_of(const struct rows *r, int i, const char *column, size_t *n)
{
    int c = column_of(r, i, column);
    Oid type = PQftype(r->r, c);
    bool is_text = type == TEXT || type == VARCHAR || type == JSON || type == JSONB || type == NAME || type == BPCHAR ||
                   type == UNKNOWN || type == CHAR || type >= FIRST_OWN; /* enums are sent as their words */
    if (!is_text)
        wrong_type(r, c, "text");
    int skip = type == JSONB && !PQgetisnull(r->r, i, c);
    *n = (size_t)(PQgetlength(r->r, i, c) - skip);
    return PQgetvalue(r->r, i, c) + skip;
}

const char *row_text(const struct rows *r, int i, const char *column)
{
    size_t n;
    return text_of(r, i, column, &n);
}

size_t row_length(const struct rows *r, int i, const char *column)
{
    size_t n;
    text_of(r, i, column, &n);
    return n;
}

struct id row_id(const struct rows *r, int i, const char *column)
{
    struct id id = ID_NIL;
    int c = column_of(r, i, column);
    const unsigned char *p = value(r, i, c, UUID, "a uuid");
    if (!PQgetisnull(r->r, i, c))
        memcpy(id.b, p, sizeof id.b);
    return id;
}

int64_t row_time(const struct rows *r, int i, const char *column)
{
    int c = column_of(r, i, column);
    const unsigned char *p = value(r, i, c, TIMESTAMPTZ, "a time (timestamptz)");
    if (PQgetisnull(r->r, i, c))
        return TIME_NONE;
    int64_t v = big_endian(p, 8), us;
    if (v == INT64_MIN || v == INT64_MAX) /* ±infinity */
        return v;
    return __builtin_add_overflow(v, PG_EPOCH, &us) ? INT64_MAX : us;
}

const void *row_bytes(const struct rows *r, int i, const char *column, size_t *n)
{
    int c = column_of(r, i, column);
    const void *p = value(r, i, c, BYTEA, "bytea");
    *n = (size_t)PQgetlength(r->r, i, c);
    return PQgetisnull(r->r, i, c) ? NULL : p;
}
