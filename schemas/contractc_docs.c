/* What is made of all files together: one OpenAPI document, and docs/messages.md. Also finds what only shows between
 * files. */
#include "contractc.h"

#include <inttypes.h>
#include <string.h>

/* Copies what target does not have yet; the same name with another content is an error. */
static void merge_into(const struct document *d, json_t *target, json_t *source, const char *pointer)
{
    const char *key;
    json_t *value;
    json_object_foreach(source, key, value)
    {
        json_t *there = json_object_get(target, key);
        if (there && !json_equal(there, value))
            bad(d, child(pointer, key), "another service's file says something else under this name");
        else if (!there)
            json_object_set(target, key, value);
    }
}

static json_t *part(json_t *o, const char *key)
{
    json_t *p = json_object_get(o, key);
    if (!p) {
        p = json_object();
        json_object_set_new(o, key, p);
    }
    return p;
}

/* /v1/projects/{project}/like and /v1/projects/{id}/like are one place to a router. */
static const char *bare(const char *path)
{
    char *out = keepf("%s", path), *o = out;
    for (bool inside = false; *path; path++) {
        inside = *path == '{' || (inside && *path != '}');
        if (!inside)
            *o++ = *path;
    }
    *o = 0;
    return out;
}

static void compare_operations(const struct document *a, const struct document *b)
{
    for (size_t i = 0; i < a->n_op; i++) {
        for (size_t j = 0; j < b->n_op; j++) {
            if (a == b && j >= i)
                break;
            const struct operation *x = &a->op[i], *y = &b->op[j];
            const char *at = child(child("/paths", x->path), x->method);
            if (a != b && !strcmp(x->id, y->id))
                bad(a, child(at, "operationId"), "\"%s\" stands in %s as well", x->id, b->file);
            if (!strcmp(bare(x->path), bare(y->path)) && (!strcmp(x->method, y->method) || strcmp(x->path, y->path)))
                bad(a, at, "%s in %s is the same place%s", y->id, b->file,
                    strcmp(x->path, y->path) ? " under other parameter names" : "");
        }
    }
}

static bool same_object(const struct object *a, const struct object *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct member *x = &a->m[i], *y = &b->m[i];
        if (strcmp(x->name, y->name) || x->kind != y->kind || x->list != y->list || x->required != y->required ||
            x->has_fallback != y->has_fallback || (x->object && !same_object(x->object, y->object)))
            return false;
    }
    return true;
}

static void compare_events(const struct document *a, const struct document *b)
{
    for (size_t i = 0; i < a->n_event; i++)
        for (size_t j = 0; j < b->n_event; j++)
            if (!strcmp(a->event[i].type, b->event[j].type) && !same_object(a->event[i].object, b->event[j].object))
                bad(a, child("/channels", a->event[i].type), "%s says it with other members, or in another order",
                    b->file);
}

/* Every write with a key says so to outside readers as the header that carries it. */
static void add_key_header(json_t *operation)
{
    const char *retry = json_string_value(json_object_get(operation, "x-retry"));
    if (!retry || strcmp(retry, "key"))
        return;
    json_t *parameters = json_object_get(operation, "parameters");
    if (!parameters) {
        parameters = json_array();
        json_object_set_new(operation, "parameters", parameters);
    }
    json_array_append_new(parameters, json_pack("{s:s}", "$ref", "#/components/parameters/idempotency_key"));
}

static void add_paths(const struct document *d, json_t *root)
{
    const char *path, *method;
    json_t *item, *operation;
    json_object_foreach(json_object_get(d->root, "paths"), path, item)
    {
        json_object_foreach(item, method, operation)
        {
            json_t *copy = json_deep_copy(operation);
            add_key_header(copy);
            json_object_set_new(part(part(root, "paths"), path), method, copy);
        }
    }
}

json_t *merge_openapi(const struct document *d, size_t n)
{
    json_t *root = json_object();
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            compare_operations(&d[i], &d[j]);
            compare_events(&d[i], &d[j]);
        }
        if (d[i].is_events)
            continue;
        if (!json_object_size(root)) {
            json_object_set(root, "openapi", json_object_get(d[i].root, "openapi"));
            json_object_set_new(root, "info", json_deep_copy(json_object_get(d[i].root, "info")));
            json_object_set_new(json_object_get(root, "info"), "title", json_string("xiangqin"));
            json_object_del(json_object_get(root, "info"), "description");
            json_object_set(root, "servers", json_object_get(d[i].root, "servers"));
            json_object_set(root, "security", json_object_get(d[i].root, "security"));
            json_object_set_new(root, "tags", json_array());
            json_object_set_new(part(part(root, "components"), "parameters"), "idempotency_key",
                                json_pack("{s:s, s:s, s:b, s:s, s:{s:s, s:i, s:i}}", "name", "Idempotency-Key", "in",
                                          "header", "required", 0, "description",
                                          "The same key again gives the same answer, and the effect once", "schema",
                                          "type", "string", "minLength", 1, "maxLength", 64));
        }
        json_t *tags = json_object_get(d[i].root, "tags");
        if (tags)
            json_array_extend(json_object_get(root, "tags"), tags);
        else
            json_array_append_new(json_object_get(root, "tags"), json_pack("{s:s}", "name", d[i].service));
        add_paths(&d[i], root);
        const char *key;
        json_t *value;
        json_object_foreach(json_object_get(d[i].root, "components"), key, value)
            merge_into(&d[i], part(part(root, "components"), key), value, child("/components", key));
    }
    return root;
}

/* --- docs/messages.md --- */
static const char *in_words(const struct member *m)
{
    static const char *const plain[KINDS] = {
        "text",         "",        "UUID",          "RFC 3339 time", "date", "region code",
        "SHA-256, hex", "integer", "true or false", "object"};
    int64_t least = m->list ? m->item_min : m->min, most = m->list ? m->item_max : m->max;
    const char *s = plain[m->kind];
    if (m->kind == ENUM)
        for (size_t i = 0; i < json_array_size(m->words); i++)
            s = keepf("%s%s`%s`", s, i ? " " : "", json_string_value(json_array_get(m->words, i)));
    if (m->kind == TEXT)
        s = least ? keepf("text, %" PRId64 "–%" PRId64, least, most) : keepf("text, ≤ %" PRId64, most);
    if (m->kind == INT)
        s = keepf("%" PRId64 "–%" PRId64, least, most);
    if (m->list)
        s = keepf("%" PRId64 "–%" PRId64 " × (%s)", m->min, m->max, s);
    if (m->has_fallback)
        s = m->text_fallback  ? keepf("%s; else `%s`", s, m->text_fallback)
            : m->kind == BOOL ? keepf("%s; else %s", s, m->fallback ? "true" : "false")
                              : keepf("%s; else %" PRId64, s, m->fallback);
    return s;
}

static void emit_fields(const struct object *o, const char *prefix, FILE *f)
{
    for (size_t i = 0; i < o->n; i++) {
        const struct member *m = &o->m[i];
        fprintf(f, "- `%s%s`%s%s: %s\n", prefix, m->name, m->required ? "" : "?",
                m->path    ? " (path)"
                : m->query ? " (query)"
                           : "",
                in_words(m));
        if (m->object)
            emit_fields(m->object, keepf("%s%s%s.", prefix, m->name, m->list ? "[]" : ""), f);
    }
}

static void emit_operation(const struct operation *op, FILE *f)
{
    fprintf(f, "\n### %s\n%s · %s\n\n`%s %s` → %d · ", op->id, op->summary, op->summary_zh, upper(op->method), op->path,
            op->success);
    for (size_t i = 0; i < json_array_size(op->who); i++)
        fprintf(f, "%s%s", i ? ", " : "", json_string_value(json_array_get(op->who, i)));
    if (op->act_in)
        fprintf(f, " in `%s`", op->act_in);
    fprintf(f, " · %s", op->run);
    if (op->retry)
        fprintf(f, " · retry: %s", op->retry);
    if (op->rate)
        fprintf(f, " · rate: %s", op->rate);
    if (op->cache_s)
        fprintf(f, " · cached %" PRId64 " s", op->cache_s);
    fprintf(f, "%s%s\n\n", op->money ? " · money" : "", op->is_private ? " · private" : "");
    if (op->request)
        emit_fields(op->request, "", f);
    if (op->answer) {
        fputs(op->request ? "\nAnswer:\n" : "Answer:\n", f);
        emit_fields(op->answer, "", f);
    } else {
        fprintf(f, "%sAnswer: %s\n", op->request ? "\n" : "", op->content_type);
    }
}

void emit_messages(const struct document *d, size_t n, FILE *f)
{
    fputs("# Messages\n\nMade by `make docs` from `schemas/`: do not edit. A `?` marks what may be left out; text is "
          "counted in code "
          "points.\nEvery operation also answers the problem body of RFC 9457 with a stable `code`.\n",
          f);
    for (int events = 0; events < 2; events++) {
        for (size_t i = 0; i < n; i++) {
            if (d[i].is_events != (bool)events)
                continue;
            fprintf(f, "\n## %s: %s\n", d[i].service, events ? "events" : "operations");
            for (size_t j = 0; j < d[i].n_op; j++)
                emit_operation(&d[i].op[j], f);
            for (size_t j = 0; j < d[i].n_event; j++) {
                const struct event *e = &d[i].event[j];
                fprintf(f, "\n### %s\n%s\n\n", e->type, e->summary ? e->summary : "");
                emit_fields(e->object, "", f);
            }
        }
    }
}
