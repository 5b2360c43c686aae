/* The one writer: a struct as JSON by its field table. */
#include "service/contract.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"

/* A required text that is NULL, id that is nil, or time that is TIME_NONE is the caller's mistake: outsiders were
 * promised a value. */
static bool present(const struct field *f, const char *in)
{
    const char *at = in + f->offset;
    bool there = true;
    if (f->list)
        return f->required || *(const size_t *)(const void *)(in + f->count_offset) > 0;
    switch (f->kind) {
    case F_ID:
        there = !id_is_nil(*(const struct id *)(const void *)at);
        break;
    case F_TIME:
        there = *(const int64_t *)(const void *)at != TIME_NONE;
        break;
    case F_INT:
    case F_BOOL:
        there = !f->has_offset || *(const bool *)(in + f->has_offset);
        break;
    case F_OBJECT:
        break;
    case F_TEXT:
    case F_ENUM:
    case F_DATE:
    case F_REGION:
    case F_SHA256:
        there = *(const char *const *)(const void *)at != NULL;
        break;
    }
    assert(there || !f->required);
    return there;
}

/* Returns the size of what it wrote from, to step through lists. */
static size_t write_value(const struct field *f, const char *at, struct buf *out)
{
    char text[40];
    const void *p = at;
    switch (f->kind) {
    case F_ID:
        buf_json_text(out, id_text(*(const struct id *)p, text), 36);
        return sizeof(struct id);
    case F_TIME:
        when_text(*(const int64_t *)p, text);
        buf_json_text(out, text, strlen(text));
        return sizeof(int64_t);
    case F_INT:
        buf_json_int(out, *(const int64_t *)p);
        return sizeof(int64_t);
    case F_BOOL:
        buf_str(out, *(const bool *)p ? "true" : "false");
        return sizeof(bool);
    case F_OBJECT:
        contract_write(f->shape, p, out);
        return f->shape->size;
    case F_TEXT:
    case F_ENUM:
    case F_DATE:
    case F_REGION:
    case F_SHA256:
        break;
    }
    const char *s = *(const char *const *)p;
    assert(s);
    buf_json_text(out, s, strlen(s));
    return sizeof s;
}

void contract_write(const struct shape *s, const void *in, struct buf *out)
{
    const char *base = in;
    const char *before = "";
    buf_str(out, "{");
    for (const struct field *f = s->fields, *end = f + s->n; f < end; f++) {
        if (f->path || f->query || !present(f, base))
            continue;
        buf_str(out, before);
        buf_json_text(out, f->name, strlen(f->name));
        buf_str(out, ":");
        before = ",";
        if (!f->list) {
            write_value(f, base + f->offset, out);
            continue;
        }
        size_t n = *(const size_t *)(const void *)(base + f->count_offset);
        const char *element = *(const char *const *)(const void *)(base + f->offset);
        buf_str(out, "[");
        for (size_t i = 0; i < n; i++) {
            buf_str(out, i ? "," : "");
            element += write_value(f, element, out);
        }
        buf_str(out, "]");
    }
    buf_str(out, "}");
}
