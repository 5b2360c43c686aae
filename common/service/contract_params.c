/* Path and query parameters into the same struct as the body: "name=value&…", percent-encoded as in HTML forms ('+' is
 * a space, but in a time it can only be the offset's sign, so 2014-03-01T09:00:00+08:00 works as typed). */
#include "service/contract.h"

#include <string.h>

#include "base/text.h"
#include "service/contract_field.h"

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* NULL when the encoding is broken or the bytes are no text. */
static const char *decode(const char *s, size_t n, bool plus_is_space, struct arena *a, size_t *out_n)
{
    char *out = arena_alloc(a, n + 1, 1), *o = out;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%') {
            int high = n - i > 2 ? hex_digit(s[i + 1]) : -1, low = n - i > 2 ? hex_digit(s[i + 2]) : -1;
            if (high < 0 || low < 0)
                return NULL;
            *o++ = (char)(high << 4 | low);
            i += 2;
        } else {
            *o++ = s[i] == '+' && plus_is_space ? ' ' : s[i];
        }
    }
    *out_n = (size_t)(o - out);
    return utf8_valid(out, *out_n) ? out : NULL;
}

static bool store(const struct field *f, const char *value, size_t n, struct arena *a, char *out, struct reason *why)
{
    void *at = out + f->offset;
    int64_t v;
    if (f->kind == F_INT) {
        reason_set(why, "must be an integer", "应为整数");
        return int_parse(value, &v) && field_int(f, v, at, why);
    }
    if (f->kind == F_BOOL) {
        reason_set(why, "must be true or false", "应为true或false");
        *(bool *)at = !strcmp(value, "true");
        return *(bool *)at || !strcmp(value, "false");
    }
    return field_text(f, value, n, a, at, why);
}

static const struct field *find(const struct shape *s, const char *name)
{
    for (size_t i = 0; name && i < s->n; i++)
        if ((s->fields[i].path || s->fields[i].query) && !strcmp(s->fields[i].name, name))
            return &s->fields[i];
    return NULL;
}

/* One name=value. Returns false with e. */
static bool read_pair(const struct shape *s, const char *pair, size_t n, bool *seen, struct arena *a, char *out,
                      struct err *e)
{
    const char *equals = memchr(pair, '=', n);
    size_t name_n = equals ? (size_t)(equals - pair) : n, value_n = 0;
    const char *name = decode(pair, name_n, true, a, &name_n);
    const struct field *f = find(s, name);
    struct reason why;
    if (!f) {
        err_field(e, name && *name ? name : "?", "unknown parameter", "未知参数");
        return false;
    }
    if (seen[f - s->fields]) {
        err_field(e, f->name, "given twice", "重复");
        return false;
    }
    seen[f - s->fields] = true;
    const char *raw = equals ? equals + 1 : pair + n;
    const char *value = decode(raw, (size_t)(pair + n - raw), f->kind != F_TIME, a, &value_n);
    if (!value)
        reason_set(&why, "badly encoded", "编码不正确");
    if (!value || !store(f, value, value_n, a, out, &why)) {
        err_field(e, f->name, why.en, why.zh);
        return false;
    }
    field_present(f, out);
    return true;
}

int contract_params(const struct shape *s, const char *params, size_t n, struct arena *a, void *out, struct err *e)
{
    s = s ? s : &shape_of_nothing;
    bool *seen = arena_alloc(a, s->n + 1, sizeof *seen), good = true;
    for (size_t at = 0; at < n;) {
        const char *end = memchr(params + at, '&', n - at);
        size_t length = end ? (size_t)(end - params) - at : n - at;
        if (length && !read_pair(s, params + at, length, seen, a, out, e))
            good = false;
        at += length + 1;
    }
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        if (!(f->path || f->query) || seen[i])
            continue;
        if (f->required) {
            err_field(e, f->name, "missing", "缺少");
            good = false;
        } else {
            field_absent(f, out);
        }
    }
    return good ? 0 : -1;
}
