/* OpenAPI and AsyncAPI files read into operations and events, with the rules that our x- words must keep. */
#include "contractc.h"

#include <string.h>

#define BODY_BYTES    65536 /* as in common/service/contract.h */
#define JSON_ELEMENTS 1000

static const char *const roles[] = {
    "public",   "person",       "resident", "officer", "clerk",      "collector", "deliberator", "representative",
    "reviewer", "organisation", "operator", "sponsor", "ambassador", "auditor",   "media",       NULL};
static const char *const methods[] = {"get", "put", "post", "patch", NULL};

static size_t listed(const char *const *words, const char *s) /* index, or of the NULL at the end */
{
    size_t i = 0;
    while (words[i] && (!s || strcmp(words[i], s)))
        i++;
    return i;
}

static const char *choice(const struct document *d, json_t *op, const char *at, const char *key,
                          const char *const *words, bool needed)
{
    json_t *v = json_object_get(op, key);
    const char *s = json_string_value(v);
    if (!v && !needed)
        return NULL;
    if (!s || !words[listed(words, s)]) {
        const char *all = "";
        for (size_t i = 0; words[i]; i++)
            all = keepf("%s%s%s", all, i ? ", " : "", words[i]);
        bad(d, at, "\"%s\" must be one of: %s", key, all);
        return words[0];
    }
    return s;
}

static int64_t number(const struct document *d, json_t *op, const char *at, const char *key, int64_t least,
                      int64_t most, int64_t absent)
{
    json_t *v = json_object_get(op, key);
    if (!v)
        return absent;
    if (!json_is_integer(v) || json_integer_value(v) < least || json_integer_value(v) > most)
        bad(d, child(at, key), "must be an integer from %lld to %lld", (long long)least, (long long)most);
    return json_integer_value(v);
}

/* --- the request: path and query parameters first, then the body's members, all in one struct --- */
static void read_parameter(const struct document *d, json_t *p, const char *at, struct operation *op, struct object *o)
{
    static const char *const keys[] = {"name", "in", "required", "description", "schema", "x-description-zh", NULL};
    p = resolve(d, p, &at);
    if (!p || !allowed(d, p, at, keys))
        return;
    const char *name = text_at(d, p, at, "name"), *in = text_at(d, p, at, "in");
    if (!strcmp(in, "header"))
        return; /* headers are the gateway's; here they are only told */
    struct member *m = &o->m[o->n++];
    *m = (struct member){.name = name, .path = !strcmp(in, "path"), .query = !strcmp(in, "query")};
    m->required = json_is_true(json_object_get(p, "required"));
    if (!word(name))
        bad(d, child(at, "name"), "a name is lower-case letters, digits and underscores, and no word of C");
    if (!m->path && !m->query)
        bad(d, child(at, "in"), "must be path, query or header");
    if (m->path && (!m->required || !strstr(op->path, keepf("{%s}", name))))
        bad(d, at, "a path parameter is required, and stands in the path as {%s}", name);
    if (!json_object_get(p, "schema"))
        bad(d, at, "\"schema\" is missing");
    else
        read_member(d, json_object_get(p, "schema"), child(at, "schema"), REQUEST, op->id, m);
    if (m->list || m->object)
        bad(d, child(at, "schema"), "a parameter is text, an integer or true/false");
}

static void check_path(const struct document *d, const char *at, const char *path, const struct object *o)
{
    if (strncmp(path, "/v1/", 4) && strncmp(path, "/streets/", 9))
        bad(d, at, "a path begins with /v1/");
    if (strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789_-/.{}") != strlen(path) || path[strlen(path) - 1] == '/')
        bad(d, at, "a path is lower-case letters, digits, underscores and {parameters}, without a slash at the end");
    for (const char *s = strchr(path, '{'); s; s = strchr(s + 1, '{')) {
        const char *end = strchr(s, '}');
        size_t n = end ? (size_t)(end - s - 1) : 0, i = 0;
        if (s[-1] != '/' || !end || (end[1] && end[1] != '/'))
            bad(d, at, "a parameter fills a whole segment");
        while (i < o->n && !(o->m[i].path && strlen(o->m[i].name) == n && !strncmp(o->m[i].name, s + 1, n)))
            i++;
        if (i == o->n)
            bad(d, at, "the path names {%.*s}, but no path parameter is called so", (int)n, s + 1);
    }
}

static void read_body(const struct document *d, json_t *body, const char *at, const struct operation *op,
                      struct object *o)
{
    static const char *const keys[] = {"required", "content", "description", "x-description-zh", NULL};
    if (!allowed(d, body, at, keys))
        return;
    json_t *content = json_object_get(body, "content"), *json = json_object_get(content, "application/json");
    json_t *schema = json_object_get(json, "schema");
    if (json_object_size(content) != 1 || !schema) {
        bad(d, child(at, "content"), "must be application/json with a schema, and nothing else");
        return;
    }
    at = child(child(child(at, "content"), "application/json"), "schema");
    struct object *members = read_object(d, schema, at, REQUEST, op->id);
    struct member *all = keep((o->n + members->n + 1) * sizeof *all);
    if (o->n)
        memcpy(all, o->m, o->n * sizeof *all);
    bool needed = false;
    for (size_t i = 0; i < members->n; i++) {
        all[o->n + i] = members->m[i];
        needed |= members->m[i].required;
    }
    o->m = all;
    o->n += members->n;
    if (needed && !json_is_true(json_object_get(body, "required")))
        bad(d, at, "a body with required members says \"required\": true in requestBody");
}

static void read_request(const struct document *d, json_t *node, const char *at, struct operation *op)
{
    json_t *parameters = json_object_get(node, "parameters"), *body = json_object_get(node, "requestBody"), *p;
    struct object *o = keep(sizeof *o);
    o->name = op->id;
    o->m = keep((json_array_size(parameters) + 1) * sizeof *o->m);
    size_t i;
    json_array_foreach(parameters, i, p) read_parameter(d, p, nth(child(at, "parameters"), i), op, o);
    check_path(d, at, op->path, o);
    if (body)
        read_body(d, body, child(at, "requestBody"), op, o);
    check_members(d, at, o);
    op->request = o->n ? o : NULL;
}

/* --- the answer: exactly one success, and the problem for all else --- */
static void read_success(const struct document *d, json_t *answer, const char *at, struct operation *op)
{
    const char *type;
    json_t *content = json_object_get(answer, "content"), *media;
    text_at(d, answer, at, "description");
    if (json_object_size(content) != 1) {
        bad(d, at, "must have \"content\" with one media type");
        return;
    }
    json_object_foreach(content, type, media)
    {
        op->content_type = type;
        if (strcmp(type, "application/json"))
            continue;
        const char *where = child(child(child(at, "content"), type), "schema");
        bool read = !strcmp(op->run, "read");
        if (!json_object_get(media, "schema")) {
            bad(d, where, "is missing");
            return;
        }
        op->answer = read_object(d, json_object_get(media, "schema"), where, read ? ANSWER_FREE : ANSWER,
                                 keepf("%s_answer", op->id));
    }
}

static void read_responses(const struct document *d, json_t *node, const char *at, struct operation *op)
{
    json_t *responses = json_object_get(node, "responses"), *answer;
    const char *status;
    at = child(at, "responses");
    json_object_foreach(responses, status, answer)
    {
        const char *where = child(at, status);
        if (!strcmp(status, "default")) {
            const char *ref = json_string_value(json_object_get(answer, "$ref"));
            if (!ref || strcmp(ref, "#/components/responses/problem"))
                bad(d, where, "must be {\"$ref\": \"#/components/responses/problem\"}");
        } else if (op->success || (strcmp(status, "200") && strcmp(status, "201") && strcmp(status, "202"))) {
            bad(d, where, "one success only: 200, 201 or 202");
        } else {
            op->success = (status[2] - '0') + 200;
            answer = resolve(d, answer, &where);
            if (answer)
                read_success(d, answer, where, op);
        }
    }
    if (!op->success || !json_object_get(responses, "default"))
        bad(d, at, "must have one success and \"default\"");
}

/* --- our words --- */
static void read_who(const struct document *d, json_t *node, const char *at, struct operation *op)
{
    size_t i;
    json_t *v;
    bool anybody = false;
    op->who = json_object_get(node, "x-who");
    if (!json_array_size(op->who))
        bad(d, at, "\"x-who\" must list at least one word");
    json_array_foreach(op->who, i, v)
    {
        const char *s = json_string_value(v);
        if (!s || !roles[listed(roles, s)])
            bad(d, nth(child(at, "x-who"), i), "is no role that we know");
        anybody |= s && !strcmp(s, "public");
    }
    if (anybody != (json_object_get(node, "security") != NULL))
        bad(d, at, "\"security\" stands at public operations, and only there");
}

static void read_place(const struct document *d, json_t *node, const char *at, struct operation *op)
{
    if (!json_object_get(node, "x-act-in"))
        return;
    op->act_in = text_at(d, node, at, "x-act-in");
    for (size_t i = 0; op->request && i < op->request->n; i++)
        if (!strcmp(op->request->m[i].name, op->act_in))
            op->place = &op->request->m[i];
    if (!op->place)
        bad(d, child(at, "x-act-in"), "names no member of the request");
    else if (!op->place->required || (op->place->kind != ID && op->place->kind != REGION) ||
             (op->place->list && op->place->min < 1))
        bad(d, child(at, "x-act-in"), "must name a required member of format region or uuid (of a list: minItems 1)");
}

static void read_words(const struct document *d, json_t *node, const char *at, struct operation *op)
{
    static const char *const runs[] = {"read", "write", "batch", NULL}, *const retries[] = {"key", "natural", NULL};
    op->run = choice(d, node, at, "x-run", runs, true);
    bool read = !strcmp(op->run, "read");
    op->retry = choice(d, node, at, "x-retry", retries, !read);
    if (read && op->retry)
        bad(d, child(at, "x-retry"), "a read needs no retry word");
    if (read != !strcmp(op->method, "get"))
        bad(d, at, "reads are GET, writes are not");
    if (read && json_object_get(node, "requestBody"))
        bad(d, child(at, "requestBody"), "a read has no body");
    if (json_object_get(node, "x-rate") && !word(op->rate = text_at(d, node, at, "x-rate")))
        bad(d, child(at, "x-rate"), "must be a word");
    op->cache_s = number(d, node, at, "x-cache", 1, 3600, 0);
    if (op->cache_s &&
        (!read || json_array_size(json_object_get(node, "x-who")) != 1 || !json_object_get(node, "security")))
        bad(d, child(at, "x-cache"), "only what is public and read can be cached");
    op->max_bytes = number(d, node, at, "x-max-bytes", 1024, 16 << 20, BODY_BYTES);
    op->max_elements = number(d, node, at, "x-max-elements", 16, 100000, JSON_ELEMENTS);
    op->is_private = json_is_true(json_object_get(node, "x-private"));
    op->money = json_is_true(json_object_get(node, "x-money"));
}

static void read_operation(struct document *d, json_t *node, const char *at, const char *path, const char *method)
{
    static const char *const keys[] = {
        "operationId", "summary",      "description",      "tags",    "parameters",  "requestBody",    "responses",
        "security",    "x-summary-zh", "x-description-zh", "x-who",   "x-act-in",    "x-run",          "x-retry",
        "x-rate",      "x-cache",      "x-private",        "x-money", "x-max-bytes", "x-max-elements", NULL};
    if (!allowed(d, node, at, keys))
        return;
    struct operation *op = &d->op[d->n_op++];
    op->id = text_at(d, node, at, "operationId");
    op->path = path;
    op->method = method;
    op->summary = text_at(d, node, at, "summary");
    op->summary_zh = text_at(d, node, at, "x-summary-zh");
    if (!word(op->id) || !strchr(op->id, '_'))
        bad(d, child(at, "operationId"), "must be noun_verb in lower case");
    for (size_t i = 0; i + 1 < d->n_op; i++)
        if (!strcmp(d->op[i].id, op->id))
            bad(d, child(at, "operationId"), "\"%s\" stands here twice", op->id);
    const char *tag = json_string_value(json_array_get(json_object_get(node, "tags"), 0));
    if (json_array_size(json_object_get(node, "tags")) != 1 || !tag || strcmp(tag, d->service))
        bad(d, child(at, "tags"), "must be [\"%s\"]", d->service);
    read_words(d, node, at, op);
    read_request(d, node, at, op);
    read_responses(d, node, at, op);
    read_who(d, node, at, op);
    read_place(d, node, at, op);
}

void read_api(struct document *d)
{
    static const char *const keys[] = {"openapi", "info", "servers", "security", "tags", "paths", "components", NULL};
    allowed(d, d->root, "", keys);
    const char *path, *method;
    json_t *paths = json_object_get(d->root, "paths"), *item, *node;
    d->op = keep((json_object_size(paths) * 4 + 1) * sizeof *d->op);
    if (strncmp(text_at(d, d->root, "", "openapi"), "3.1.", 4))
        bad(d, "/openapi", "must be 3.1");
    json_object_foreach(paths, path, item)
    {
        const char *at = child("/paths", path);
        if (!allowed(d, item, at, methods))
            continue;
        json_object_foreach(item, method, node) read_operation(d, node, child(at, method), path, method);
    }
    if (!d->n_op)
        bad(d, "/paths", "has no operations");
}

static void read_event(struct document *d, const char *key, json_t *channel, json_t *operations)
{
    const char *at = child("/channels", key), *name, *address = text_at(d, channel, at, "address");
    json_t *messages = json_object_get(channel, "messages"), *message, *operation;
    struct event *e = &d->event[d->n_event++];
    *e = (struct event){.type = key};
    char *struct_name = keepf("%s", key), *dot = strchr(struct_name, '.');
    if (dot)
        *dot = '_';
    e->name = struct_name;
    if (!dot || !word(struct_name))
        bad(d, at, "an event's type is noun.happened in lower case");
    if (strcmp(address, key))
        bad(d, child(at, "address"), "must be the type, \"%s\"", key);
    if (json_object_size(messages) != 1)
        bad(d, child(at, "messages"), "must hold one message");
    json_object_foreach(messages, name, message)
    {
        const char *where = child(child(at, "messages"), name);
        message = resolve(d, message, &where);
        e->payload = json_object_get(message, "payload");
        e->summary = json_string_value(json_object_get(message, "summary"));
        if (!e->payload)
            bad(d, where, "\"payload\" is missing");
        else
            e->object = read_object(d, e->payload, child(where, "payload"), EVENT, e->name);
    }
    size_t sends = 0;
    json_object_foreach(operations, name, operation)
    {
        const char *ref = json_string_value(json_object_get(json_object_get(operation, "channel"), "$ref"));
        const char *action = json_string_value(json_object_get(operation, "action"));
        sends += ref && action && !strcmp(action, "send") && !strcmp(ref, keepf("#%s", at));
    }
    if (sends != 1)
        bad(d, at, "needs one operation with action send, found %zu", sends);
}

void read_events(struct document *d)
{
    const char *key;
    json_t *channels = json_object_get(d->root, "channels"), *channel;
    d->event = keep((json_object_size(channels) + 1) * sizeof *d->event);
    if (strncmp(text_at(d, d->root, "", "asyncapi"), "3.", 2))
        bad(d, "/asyncapi", "must be 3.0");
    json_object_foreach(channels, key, channel) read_event(d, key, channel, json_object_get(d->root, "operations"));
    if (!d->n_event)
        bad(d, "/channels", "has no events");
}
