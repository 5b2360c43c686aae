/* The model as C: structs and prototypes (.h), field tables and operation tables (.c). How types map:
 * common/service/contract.h. */
#include "contractc.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char made[] = "/* Made by contractc from %s. */\n";

static const char *quoted(const char *s) /* a C string literal, or NULL */
{
    if (!s)
        return "NULL";
    char *out = keep(strlen(s) * 4 + 3), *o = out;
    *o++ = '"';
    for (; *s; s++)
        o += (unsigned char)*s < ' ' || strchr("\"\\?", *s) ? sprintf(o, "\\%03o", (unsigned)(unsigned char)*s)
                                                            : sprintf(o, "%c", *s);
    *o++ = '"';
    return out;
}

static const char *c_int(int64_t v)
{
    return keepf("INT64_C(%" PRId64 ")", v);
}

/* --- structs --- */
static bool has_flag(const struct member *m)
{
    return !m->list && (m->kind == INT || m->kind == BOOL) && !m->required && !m->has_fallback;
}

static const char *c_type(const struct member *m) /* with what follows it before the name */
{
    switch (m->kind) {
    case ID:
        return "struct id ";
    case TIME:
    case INT:
        return "int64_t ";
    case BOOL:
        return "bool ";
    case OBJECT:
        return keepf("struct %s ", m->object ? m->object->name : "");
    case TEXT:
    case ENUM:
    case DATE:
    case REGION:
    case SHA256:
    case KINDS:
        break;
    }
    return "const char *";
}

static void emit_struct(const struct object *o, FILE *h)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->m[i].object)
            emit_struct(o->m[i].object, h);
    fprintf(h, "struct %s {\n", o->name);
    for (size_t i = 0; i < o->n; i++) {
        const struct member *m = &o->m[i];
        fprintf(h, "    %s%s%s;\n", c_type(m), m->list ? "*" : "", m->name);
        if (m->list)
            fprintf(h, "    size_t n_%s;\n", m->name);
        if (has_flag(m))
            fprintf(h, "    bool has_%s;\n", m->name);
    }
    fputs("};\n", h);
}

/* --- field tables --- */
static void emit_field(const struct object *o, const struct member *m, FILE *c)
{
    fprintf(c, "    {.name = \"%s\", .kind = %s, .offset = offsetof(struct %s, %s)", m->name, kind_names[m->kind],
            o->name, m->name);
    if (m->required)
        fputs(", .required = true", c);
    if (m->path)
        fputs(", .path = true", c);
    if (m->query)
        fputs(", .query = true", c);
    if (m->list)
        fprintf(c, ", .list = true, .count_offset = offsetof(struct %s, n_%s), .item_min = %s, .item_max = %s", o->name,
                m->name, c_int(m->item_min), c_int(m->item_max));
    if (has_flag(m))
        fprintf(c, ", .has_offset = offsetof(struct %s, has_%s)", o->name, m->name);
    if (m->list || m->kind == TEXT || m->kind == INT)
        fprintf(c, ", .min = %s, .max = %s", c_int(m->min), c_int(m->max));
    if (m->has_fallback && m->text_fallback)
        fprintf(c, ", .text_fallback = %s", quoted(m->text_fallback));
    else if (m->has_fallback)
        fprintf(c, ", .fallback = %s", c_int(m->fallback));
    if (m->words)
        fprintf(c, ", .words = words_%s_%s", o->name, m->name);
    if (m->object)
        fprintf(c, ", .shape = &shape_%s", m->object->name);
    fputs("},\n", c);
}

static void emit_words(const char *name, json_t *words, FILE *c)
{
    fprintf(c, "static const char *const %s[] = {", name);
    for (size_t i = 0; i < json_array_size(words); i++)
        fprintf(c, "%s, ", quoted(json_string_value(json_array_get(words, i))));
    fputs("NULL};\n", c);
}

static void emit_shape(const struct object *o, FILE *c)
{
    for (size_t i = 0; i < o->n; i++) {
        const struct member *m = &o->m[i];
        if (m->object)
            emit_shape(m->object, c);
        if (m->words)
            emit_words(keepf("words_%s_%s", o->name, m->name), m->words, c);
    }
    fprintf(c, "static const struct field fields_%s[] = {\n", o->name);
    for (size_t i = 0; i < o->n; i++)
        emit_field(o, &o->m[i], c);
    fprintf(c, "};\nstatic const struct shape shape_%s = {\"%s\", sizeof(struct %s), fields_%s, %zu};\n", o->name,
            o->name, o->name, o->name, o->n);
}

/* --- operations --- */
static const struct object *written(const struct operation *op) /* the answer's struct, if there is one */
{
    return op->answer && !op->answer->free_form ? op->answer : NULL;
}

static void emit_operation(const struct document *d, const struct operation *op, FILE *c)
{
    const char *method = keepf("%s", op->method), *retry = op->retry ? upper(op->retry) : "NONE";
    fprintf(c, "    {.id = \"%s\", .service = \"%s\", .method = \"%s\", .path = \"%s\",\n", op->id, d->service,
            upper(method), op->path);
    fprintf(c, "     .run = RUN_%s, .retry = RETRY_%s, .success = %d, .who = who_%s,\n", upper(op->run), retry,
            op->success, op->id);
    if (op->place)
        fprintf(
            c,
            "     .act_in = \"%s\", .act_in_offset = offsetof(struct %s, %s), .act_in_kind = %s, .act_in_list = %s,\n",
            op->act_in, op->id, op->act_in, kind_names[op->place->kind], op->place->list ? "true" : "false");
    fprintf(c, "     .rate = %s, .cache_s = %d, .is_private = %s, .money = %s,\n", quoted(op->rate), (int)op->cache_s,
            op->is_private ? "true" : "false", op->money ? "true" : "false");
    fprintf(c, "     .max_bytes = %d, .max_elements = %d, .content_type = %s,\n", (int)op->max_bytes,
            (int)op->max_elements, quoted(op->content_type));
    fprintf(c, "     .request = %s, .answer = %s},\n", op->request ? keepf("&shape_%s", op->id) : "NULL",
            written(op) ? keepf("&shape_%s_answer", op->id) : "NULL");
}

void emit_api(const struct document *d, FILE *h, FILE *c)
{
    const char *guard = keepf("XQ_GEN_%s_API_H", upper(d->service));
    fprintf(h, made, d->file);
    fprintf(h, "#ifndef %s\n#define %s\n\n#include \"service/call.h\"\n", guard, guard);
    fprintf(c, made, d->file);
    fprintf(c, "#include \"%s.api.h\"\n\n", d->service);
    for (size_t i = 0; i < d->n_op; i++) {
        const struct operation *op = &d->op[i];
        bool batch = !strcmp(op->run, "batch");
        fprintf(h, "\n/* %s %s: %s */\n", upper(op->method), op->path, op->summary);
        if (op->request) {
            emit_struct(op->request, h);
            emit_shape(op->request, c);
        } else {
            fprintf(h, "struct %s;\n", op->id);
        }
        if (written(op)) {
            emit_struct(op->answer, h);
            emit_shape(op->answer, c);
        }
        fprintf(h, "int %s(struct %s *%s, const struct %s *in, struct err *e) MUSTCHECK;\n", op->id,
                batch ? "batch" : "call", batch ? "b" : "c", op->id);
        emit_words(keepf("who_%s", op->id), op->who, c);
    }
    fprintf(h, "\nextern const struct op_contract %s_contract[];\nextern const size_t %s_contract_n;\n\n#endif\n",
            d->service, d->service);
    fprintf(c, "\nconst struct op_contract %s_contract[] = {\n", d->service);
    for (size_t i = 0; i < d->n_op; i++)
        emit_operation(d, &d->op[i], c);
    fprintf(c, "};\nconst size_t %s_contract_n = %zu;\n", d->service, d->n_op);
}

/* --- events: each struct behind its own guard, because several services publish appointment.made --- */
void emit_events(const struct document *d, FILE *h, FILE *c)
{
    const char *guard = keepf("XQ_GEN_%s_EVENTS_H", upper(d->service));
    fprintf(h, made, d->file);
    fprintf(h, "#ifndef %s\n#define %s\n\n#include \"service/call.h\"\n\n", guard, guard);
    fprintf(h, "extern const struct event_contract %s_events_contract[];\nextern const size_t %s_events_contract_n;\n",
            d->service, d->service);
    fprintf(c, made, d->file);
    fprintf(c, "#include \"%s.events.h\"\n\n", d->service);
    for (size_t i = 0; i < d->n_event; i++) {
        const struct event *e = &d->event[i];
        const char *name = upper(e->name);
        fprintf(h, "\n#ifndef EVENT_%s\n/* %s%s%s */\n", name, e->type, e->summary ? ": " : "",
                e->summary ? e->summary : "");
        fprintf(h, "#define EVENT_%s (&%s_events_contract[%zu])\n", name, d->service, i);
        emit_struct(e->object, h);
        fprintf(h, "static inline int emit_%s(struct call *c, const struct %s *d)\n{\n", e->name, e->name);
        fprintf(h, "    return call_emit(c, EVENT_%s, d);\n}\n#endif\n", name);
        emit_shape(e->object, c);
    }
    fputs("\n#endif\n", h);
    fprintf(c, "\nconst struct event_contract %s_events_contract[] = {\n", d->service);
    for (size_t i = 0; i < d->n_event; i++)
        fprintf(c, "    {\"%s\", \"%s\", &shape_%s},\n", d->event[i].type, d->service, d->event[i].name);
    fprintf(c, "};\nconst size_t %s_events_contract_n = %zu;\n", d->service, d->n_event);
}

/* --- all services --- */
static void emit_table(const struct document *d, size_t n, bool events, FILE *c)
{
    const char *kind = events ? "event" : "op", *suffix = events ? "_events" : "";
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        if (d[i].is_events == events)
            fprintf(c, "extern const struct %s_contract %s%s_contract[];\n", kind, d[i].service, suffix);
    fprintf(c, "const struct %s_contract *const all%s_contract[] = {\n", kind, suffix);
    for (size_t i = 0; i < n; i++) {
        size_t count = d[i].is_events != events ? 0 : events ? d[i].n_event : d[i].n_op;
        for (size_t j = 0; j < count; j++)
            fprintf(c, "    &%s%s_contract[%zu],\n", d[i].service, suffix, j);
        total += count;
    }
    fprintf(c, "    NULL};\nconst size_t all%s_contract_n = %zu;\n\n", suffix, total);
}

void emit_all(const struct document *d, size_t n, FILE *c)
{
    json_t *merged = merge_openapi(d, n);
    char *text = json_dumps(merged, JSON_COMPACT);
    size_t length = strlen(text);
    fputs("/* Made by contractc from all of schemas/. */\n#include \"service/contract.h\"\n\n", c);
    emit_table(d, n, false, c);
    emit_table(d, n, true, c);
    /* Numbers, because ISO C promises string literals of 4,095 bytes only. */
    fputs("const char all_openapi[] = {", c);
    for (size_t i = 0; i < length; i++)
        fprintf(c, "%s%d,", i % 24 ? "" : "\n    ", (signed char)text[i]);
    fprintf(c, "\n    0};\nconst size_t all_openapi_n = %zu;\n", length);
    free(text);
    json_decref(merged);
}
