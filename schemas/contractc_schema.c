/* Our subset of JSON Schema, read into members and objects; everything else is refused where it stands. */
#include "contractc.h"

#include <string.h>

#define INT_LIMIT    INT64_C(9007199254740992) /* 2^53: beyond it other JSON readers lose digits */
#define LENGTH_LIMIT 1000000

/* C11 keywords that a JSON name could collide with, and names that generated structs use themselves. */
static const char *const reserved[] = {
    "auto",   "break",    "case",     "char",     "const",  "continue", "default", "do",     "double",
    "else",   "enum",     "extern",   "float",    "for",    "goto",     "if",      "inline", "int",
    "long",   "register", "restrict", "return",   "short",  "signed",   "sizeof",  "static", "struct",
    "switch", "typedef",  "union",    "unsigned", "void",   "volatile", "while",   "bool",   "true",
    "false",  "errno",    "stdin",    "stdout",   "stderr", "asm",      "typeof",  "unix",   "linux"};

bool word(const char *s)
{
    size_t n = strlen(s);
    if (!n || n > 60 || s[0] < 'a' || s[0] > 'z' || strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") != n)
        return false;
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (!strcmp(s, reserved[i]))
            return false;
    return true;
}

static json_t *find(json_t *root, const char *pointer)
{
    json_t *at = root;
    char *path = keepf("%s", pointer), *more = NULL;
    for (char *part = strtok_r(path, "/", &more); part && at; part = strtok_r(NULL, "/", &more)) {
        char *out = part;
        for (const char *in = part; *in; in++) {
            if (in[0] == '~' && (in[1] == '0' || in[1] == '1'))
                *out++ = *++in == '0' ? '~' : '/';
            else
                *out++ = *in;
        }
        *out = 0;
        at = json_object_get(at, part);
    }
    return at;
}

json_t *resolve(const struct document *d, json_t *node, const char **pointer)
{
    for (int hops = 0; hops < 8; hops++) {
        const char *ref = json_string_value(json_object_get(node, "$ref"));
        if (!ref)
            return node;
        if (json_object_size(node) != 1) {
            bad(d, *pointer, "a $ref stands alone");
            return NULL;
        }
        if (strncmp(ref, "#/", 2) || !(node = find(d->root, ref + 1))) {
            bad(d, *pointer, "$ref \"%s\" leads nowhere in this file", ref);
            return NULL;
        }
        *pointer = ref + 1;
    }
    bad(d, *pointer, "this $ref leads back to itself");
    return NULL;
}

bool allowed(const struct document *d, json_t *node, const char *pointer, const char *const *keys)
{
    if (!json_is_object(node)) {
        bad(d, pointer, "must be an object");
        return false;
    }
    const char *key;
    json_t *value;
    bool good = true;
    json_object_foreach(node, key, value)
    {
        size_t i = 0;
        while (keys[i] && strcmp(keys[i], key))
            i++;
        if (!keys[i]) {
            bad(d, child(pointer, key), "\"%s\" is not in our subset here", key);
            good = false;
        }
    }
    return good;
}

const char *text_at(const struct document *d, json_t *node, const char *pointer, const char *key)
{
    const char *s = json_string_value(json_object_get(node, key));
    if (!s || !*s) {
        bad(d, pointer, "\"%s\" is missing", key);
        return "";
    }
    return s;
}

/* An integer keyword; says so when it is absent (and needed) or out of the range that makes sense for it. */
static int64_t bound(const struct document *d, json_t *schema, const char *pointer, const char *key, int64_t least,
                     int64_t most, int64_t absent)
{
    json_t *v = json_object_get(schema, key);
    if (!v && absent >= 0)
        return absent;
    if (!v)
        bad(d, pointer, "\"%s\" is missing", key);
    else if (!json_is_integer(v) || json_integer_value(v) < least || json_integer_value(v) > most)
        bad(d, child(pointer, key), "must be an integer from %lld to %lld", (long long)least, (long long)most);
    else
        return json_integer_value(v);
    return 0;
}

static void read_enum(const struct document *d, json_t *schema, const char *pointer, struct member *m)
{
    static const char *const keys[] = {"type",  "enum",     "default",          "description",
                                       "title", "examples", "x-description-zh", NULL};
    allowed(d, schema, pointer, keys);
    m->kind = ENUM;
    m->words = json_object_get(schema, "enum");
    size_t n = json_array_size(m->words);
    if (!n)
        bad(d, child(pointer, "enum"), "must list the words");
    bool has_default = !m->text_fallback;
    for (size_t i = 0; i < n; i++) {
        const char *s = json_string_value(json_array_get(m->words, i));
        if (!s || !*s || strlen(s) > 60) {
            bad(d, nth(child(pointer, "enum"), i), "must be a word of 1 to 60 bytes");
            return;
        }
        has_default |= m->text_fallback && !strcmp(s, m->text_fallback);
    }
    if (!has_default)
        bad(d, child(pointer, "default"), "is none of the words");
}

static void read_string(const struct document *d, json_t *schema, const char *pointer, struct member *m)
{
    static const char *const plain[] = {"type",  "minLength", "maxLength",        "default", "description",
                                        "title", "examples",  "x-description-zh", NULL};
    static const char *const formatted[] = {"type",     "format",           "description", "title",
                                            "examples", "x-description-zh", NULL};
    static const struct {
        const char *name;
        enum kind kind;
    } formats[] = {{"uuid", ID}, {"date-time", TIME}, {"date", DATE}, {"region", REGION}, {"sha256", SHA256}};
    json_t *fallback = json_object_get(schema, "default");
    if (fallback) {
        m->text_fallback = json_string_value(fallback);
        m->has_fallback = true;
        if (!m->text_fallback)
            bad(d, child(pointer, "default"), "must be text");
    }
    if (json_object_get(schema, "enum")) {
        read_enum(d, schema, pointer, m);
        return;
    }
    json_t *format = json_object_get(schema, "format");
    if (!format) {
        allowed(d, schema, pointer, plain);
        m->kind = TEXT;
        m->min = bound(d, schema, pointer, "minLength", 0, LENGTH_LIMIT, 0);
        m->max = bound(d, schema, pointer, "maxLength", 1, LENGTH_LIMIT, -1);
        if (m->min > m->max)
            bad(d, pointer, "minLength is greater than maxLength");
        return;
    }
    allowed(d, schema, pointer, formatted);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (json_is_string(format) && !strcmp(json_string_value(format), formats[i].name)) {
            m->kind = formats[i].kind;
            return;
        }
    }
    bad(d, child(pointer, "format"), "must be uuid, date-time, date, region or sha256");
}

static void read_scalar(const struct document *d, json_t *schema, const char *pointer, const char *type,
                        struct member *m)
{
    static const char *const integer[] = {"type",  "minimum",  "maximum",          "default", "description",
                                          "title", "examples", "x-description-zh", NULL};
    static const char *const boolean[] = {"type",     "default",          "description", "title",
                                          "examples", "x-description-zh", NULL};
    json_t *fallback = json_object_get(schema, "default");
    if (!strcmp(type, "string")) {
        read_string(d, schema, pointer, m);
    } else if (!strcmp(type, "integer")) {
        allowed(d, schema, pointer, integer);
        m->kind = INT;
        m->has_fallback = fallback != NULL;
        m->fallback = json_integer_value(fallback);
        m->min = bound(d, schema, pointer, "minimum", -INT_LIMIT, INT_LIMIT, -1);
        m->max = bound(d, schema, pointer, "maximum", -INT_LIMIT, INT_LIMIT, -1);
        if (m->min > m->max)
            bad(d, pointer, "minimum is greater than maximum");
        if (fallback && (!json_is_integer(fallback) || m->fallback < m->min || m->fallback > m->max))
            bad(d, child(pointer, "default"), "must be an integer in the range");
    } else {
        allowed(d, schema, pointer, boolean);
        m->kind = BOOL;
        m->has_fallback = fallback != NULL;
        m->fallback = json_is_true(fallback);
        if (fallback && !json_is_boolean(fallback))
            bad(d, child(pointer, "default"), "must be true or false");
    }
}

static void read_array(const struct document *d, json_t *schema, const char *pointer, enum side side, const char *owner,
                       struct member *m)
{
    static const char *const keys[] = {"type",  "items",    "minItems",         "maxItems", "description",
                                       "title", "examples", "x-description-zh", NULL};
    allowed(d, schema, pointer, keys);
    int64_t least = bound(d, schema, pointer, "minItems", 0, LENGTH_LIMIT, 0);
    int64_t most = bound(d, schema, pointer, "maxItems", 1, LENGTH_LIMIT, -1);
    if (least > most)
        bad(d, pointer, "minItems is greater than maxItems");
    struct member item = {.name = m->name, .required = true};
    json_t *items = json_object_get(schema, "items");
    if (!items) {
        bad(d, pointer, "\"items\" is missing");
        return;
    }
    read_member(d, items, child(pointer, "items"), side, owner, &item);
    if (item.list)
        bad(d, child(pointer, "items"), "a list of lists: wrap the inner one in an object");
    if (item.has_fallback)
        bad(d, child(pointer, "items"), "an element cannot have a default");
    m->kind = item.kind;
    m->list = true;
    m->item_min = item.min;
    m->item_max = item.max;
    m->words = item.words;
    m->object = item.object;
    m->min = least;
    m->max = most;
}

void read_member(const struct document *d, json_t *schema, const char *pointer, enum side side, const char *owner,
                 struct member *m)
{
    schema = resolve(d, schema, &pointer);
    if (!schema)
        return;
    if (!json_is_object(schema)) {
        bad(d, pointer, "must be a schema");
        return;
    }
    const char *type = json_string_value(json_object_get(schema, "type"));
    if (type && !strcmp(type, "array")) {
        read_array(d, schema, pointer, side, owner, m);
    } else if (type && !strcmp(type, "object")) {
        m->kind = OBJECT;
        m->object = read_object(d, schema, pointer, side, keepf("%s_%s", owner, m->name));
        if (!m->required && side != ANSWER_FREE)
            bad(d, pointer, "an object cannot be optional: require it, or put its members beside it");
    } else if (type && (!strcmp(type, "string") || !strcmp(type, "integer") || !strcmp(type, "boolean"))) {
        read_scalar(d, schema, pointer, type, m);
    } else {
        bad(d, pointer, "\"type\" must be object, array, string, integer or boolean");
    }
    if (m->required && m->has_fallback)
        bad(d, pointer, "a required member needs no default");
}

static bool requires(json_t *required, const char *name)
{
    size_t i;
    json_t *v;
    json_array_foreach(required, i, v) if (json_is_string(v) && !strcmp(json_string_value(v), name)) return true;
    return false;
}

static void check_required(const struct document *d, json_t *required, json_t *properties, const char *pointer)
{
    size_t i;
    json_t *v;
    if (required && !json_is_array(required))
        bad(d, child(pointer, "required"), "must be an array");
    json_array_foreach(required, i, v) if (!json_is_string(v) || !json_object_get(properties, json_string_value(v)))
        bad(d, nth(child(pointer, "required"), i), "names no property");
}

void check_members(const struct document *d, const char *pointer, const struct object *o)
{
    for (size_t i = 0; i < o->n; i++) {
        for (size_t j = 0; j < o->n; j++) {
            const char *other = o->m[j].name;
            if (j < i && !strcmp(o->m[i].name, other))
                bad(d, pointer, "two members are named \"%s\"", other);
            if (!strcmp(o->m[i].name, keepf("n_%s", other)) || !strcmp(o->m[i].name, keepf("has_%s", other)))
                bad(d, pointer, "\"%s\" collides with what C calls the count or presence of \"%s\"", o->m[i].name,
                    other);
        }
    }
}

struct object *read_object(const struct document *d, json_t *schema, const char *pointer, enum side side,
                           const char *name)
{
    static const char *const keys[] = {"type",        "properties", "required", "additionalProperties",
                                       "description", "title",      "examples", "x-description-zh",
                                       NULL};
    static int depth;
    struct object *o = keep(sizeof *o);
    o->name = name;
    schema = resolve(d, schema, &pointer);
    if (!schema || !allowed(d, schema, pointer, keys))
        return o;
    if (depth >= 8) {
        bad(d, pointer, "objects inside objects, deeper than 8: a schema that contains itself?");
        return o;
    }
    const char *type = json_string_value(json_object_get(schema, "type"));
    if (!type || strcmp(type, "object"))
        bad(d, pointer, "must be an object");
    if (!json_is_false(json_object_get(schema, "additionalProperties")))
        bad(d, pointer, "\"additionalProperties\": false is missing");
    json_t *properties = json_object_get(schema, "properties"), *required = json_object_get(schema, "required");
    if (!json_object_size(properties))
        bad(d, pointer, "an object needs properties");
    check_required(d, required, properties, pointer);
    o->m = keep((json_object_size(properties) + 1) * sizeof *o->m);
    const char *key;
    json_t *value;
    depth++;
    json_object_foreach(properties, key, value)
    {
        struct member *m = &o->m[o->n++];
        const char *at = child(child(pointer, "properties"), key);
        if (!word(key))
            bad(d, at, "a name is lower-case letters, digits and underscores, and no word of C");
        m->name = key;
        m->required = requires(required, key);
        read_member(d, value, at, side, name, m);
        if (m->object && (m->object->free_form || (!m->list && !m->required)))
            o->free_form = true;
    }
    depth--;
    check_members(d, pointer, o);
    return o;
}
