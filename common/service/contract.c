/* The one reader of bodies: JSON (Jansson) into a request struct by its field table. Every field's error is told, not
 * only the first. Stricter than JSON Schema alone, each with a test: duplicate keys, 3.0 and 3e0 for an integer, NUL,
 * lone surrogates, the nil UUID. -0 is the integer 0. */
#include "service/contract.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "service/contract_field.h"

/* Where we are in the document; made into text only when something is wrong. */
struct where {
    const struct where *up;
    const char *name; /* NULL: element `index` of up */
    size_t index;
};
struct reader {
    struct arena *arena;
    struct err *e;
    enum strictness strict;
    bool failed;
};

/* rows[3].text; names from outside may hold anything, so control characters become '?'. */
static size_t path_text(const struct where *w, char *out, size_t n)
{
    size_t at = w->up ? path_text(w->up, out, n) : 0;
    int added = w->name ? snprintf(out + at, n - at, "%s%s", at ? "." : "", w->name)
                        : snprintf(out + at, n - at, "[%zu]", w->index);
    size_t end = at + (added < 0 ? 0 : (size_t)added);
    end = end < n ? end : n - 1;
    for (; at < end; at++)
        if ((unsigned char)out[at] < ' ' || out[at] == 0x7f)
            out[at] = '?';
    return end;
}

static void complain(struct reader *r, const struct where *w, const char *en, const char *zh)
{
    char path[96];
    path[0] = 0;
    path_text(w, path, sizeof path);
    err_field(r->e, path, en, zh);
    r->failed = true;
}

static void read_object(struct reader *r, const struct shape *s, json_t *json, char *out, const struct where *up);

static void read_value(struct reader *r, const struct field *f, json_t *v, void *at, const struct where *w)
{
    struct reason why = {"must be text", "应为文本"};
    bool good = false;
    switch (f->kind) {
    case F_INT:
        reason_set(&why, "must be an integer", "应为整数");
        good = json_is_integer(v) && field_int(f, json_integer_value(v), at, &why);
        break;
    case F_BOOL:
        reason_set(&why, "must be true or false", "应为true或false");
        good = json_is_boolean(v);
        if (good)
            *(bool *)at = json_is_true(v);
        break;
    case F_OBJECT:
        reason_set(&why, "must be an object", "应为对象");
        good = json_is_object(v);
        if (good)
            read_object(r, f->shape, v, at, w);
        break;
    case F_TEXT:
    case F_ENUM:
    case F_ID:
    case F_TIME:
    case F_DATE:
    case F_REGION:
    case F_SHA256:
        good = json_is_string(v) && field_text(f, json_string_value(v), json_string_length(v), r->arena, at, &why);
        break;
    }
    if (!good)
        complain(r, w, why.en, why.zh);
}

static size_t element_size(const struct field *f)
{
    switch (f->kind) {
    case F_ID:
        return sizeof(struct id);
    case F_TIME:
    case F_INT:
        return sizeof(int64_t);
    case F_BOOL:
        return sizeof(bool);
    case F_OBJECT:
        return f->shape->size;
    case F_TEXT:
    case F_ENUM:
    case F_DATE:
    case F_REGION:
    case F_SHA256:
        break;
    }
    return sizeof(const char *);
}

static void read_list(struct reader *r, const struct field *f, json_t *list, char *out, const struct where *w)
{
    struct reason why;
    if (!json_is_array(list)) {
        complain(r, w, "must be a list", "应为列表");
        return;
    }
    size_t n = json_array_size(list), size = element_size(f);
    if (n < (size_t)f->min || n > (size_t)f->max) {
        bool few = n < (size_t)f->min;
        snprintf(why.en, sizeof why.en, few ? "too few (at least %lld)" : "too many (at most %lld)",
                 (long long)(few ? f->min : f->max));
        snprintf(why.zh, sizeof why.zh, few ? "太少（至少%lld项）" : "太多（最多%lld项）",
                 (long long)(few ? f->min : f->max));
        complain(r, w, why.en, why.zh);
        return;
    }
    char *elements = n ? arena_alloc(r->arena, n, size) : NULL;
    for (size_t i = 0; i < n; i++) {
        struct where element = {w, NULL, i};
        read_value(r, f, json_array_get(list, i), elements + i * size, &element);
    }
    *(void **)(out + f->offset) = elements;
    *(size_t *)(out + f->count_offset) = n;
}

static void name_unknown(struct reader *r, const struct shape *s, json_t *json, const struct where *up)
{
    const char *key;
    json_t *v;
    json_object_foreach(json, key, v)
    {
        size_t i = 0;
        while (i < s->n && (s->fields[i].path || s->fields[i].query || strcmp(s->fields[i].name, key)))
            i++;
        struct where w = {up, key, 0};
        if (i == s->n)
            complain(r, &w, "unknown field", "未知字段");
    }
}

static void read_object(struct reader *r, const struct shape *s, json_t *json, char *out, const struct where *up)
{
    size_t known = 0;
    for (const struct field *f = s->fields, *end = f + s->n; f < end; f++) {
        if (f->path || f->query)
            continue;
        struct where w = {up, f->name, 0};
        json_t *v = json_object_get(json, f->name);
        known += v != NULL;
        if (v && f->list)
            read_list(r, f, v, out, &w);
        else if (v)
            read_value(r, f, v, out + f->offset, &w);
        else if (f->required)
            complain(r, &w, "missing", "缺少");
        else
            field_absent(f, out);
        if (v)
            field_present(f, out);
    }
    if (r->strict == STRICT && known != json_object_size(json))
        name_unknown(r, s, json, up);
}

/* Before anything is built: how deep, how many. An element is counted at each comma and bracket outside strings. */
static int scan(const char *s, size_t n, size_t max_elements, struct err *e)
{
    size_t depth = 0, deepest = 0, elements = 0;
    bool text = false;
    if (memchr(s, 0, n)) /* Jansson skips some of them */
        return FAIL(e, BAD_REQUEST, "the body holds a NUL character" ZH "请求体含有NUL字符");
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        if (text) {
            i += c == '\\';
            text = c != '"';
        } else if (c == '"') {
            text = true;
        } else if (c == '{' || c == '[') {
            elements++;
            deepest = ++depth > deepest ? depth : deepest;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
        } else {
            elements += c == ',';
        }
    }
    if (deepest > JSON_DEPTH)
        return FAIL(e, BAD_REQUEST, "the body is nested deeper than %d" ZH "请求体嵌套超过%d层", JSON_DEPTH,
                    JSON_DEPTH);
    if (elements > max_elements)
        return FAIL(e, BAD_REQUEST, "the body has more than %zu elements" ZH "请求体元素超过%zu个", max_elements,
                    max_elements);
    return 0;
}

/* Our own words: Jansson's repeat what was sent, which has no place in a log. */
static int bad_json(const json_error_t *why, struct err *e)
{
    const char *en = "not valid JSON", *zh = "不是有效的JSON";
    enum json_error_code code = json_error_code(why);
    if (code == json_error_duplicate_key) {
        en = "the same name twice in one object";
        zh = "同一对象中有重复的名称";
    } else if (code == json_error_invalid_utf8) {
        en = "not valid UTF-8";
        zh = "不是有效的UTF-8";
    } else if (code == json_error_null_character || code == json_error_null_byte_in_key) {
        en = "a NUL character";
        zh = "含有NUL字符";
    } else if (code == json_error_numeric_overflow) {
        en = "a number is too great";
        zh = "数字过大";
    } else if (code == json_error_premature_end_of_input) {
        en = "the JSON ends too early";
        zh = "JSON不完整";
    }
    return FAIL(e, BAD_REQUEST, "line %d, column %d of the body: %s" ZH "请求体第%d行第%d列：%s", why->line,
                why->column, en, why->line, why->column, zh);
}

int contract_read(const struct shape *s, enum strictness strict, size_t max_elements, const char *body, size_t n,
                  struct arena *a, void *out, struct err *e)
{
    struct reader r = {.arena = a, .e = e, .strict = strict};
    json_auto_t *json = NULL;
    if (n) {
        json_error_t why;
        if (scan(body, n, max_elements, e) < 0)
            return -1;
        json = json_loadb(body, n, JSON_REJECT_DUPLICATES, &why);
        if (!json)
            return bad_json(&why, e);
        if (!json_is_object(json))
            return FAIL(e, BAD_REQUEST, "the body must be a JSON object" ZH "请求体应为JSON对象");
    }
    read_object(&r, s ? s : &shape_of_nothing, json, out, NULL);
    return r.failed ? -1 : 0;
}
