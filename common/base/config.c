/* Configuration through tables of options: xiangqin.conf, then the environment. What is wrong ends the start with file
 * and line. */
#include <libconfig.h>

#include "base/config.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct value {
    const struct option *o;
    const char *text;
    int64_t number;
    const char *const *list;
};
struct config {
    struct arena *arena;
    const char *file, *folder, *group[2]; /* common, own */
    struct value *values;
    size_t n, n_common;
};
/* Where a value came from, for messages: "xiangqin.conf:12" or the environment variable. */
struct place {
    char text[512];
};

static void add_options(struct config *c, const struct option *o)
{
    for (; o && o->name; o++) {
        c->values = xrealloc(c->values, c->n + 1, sizeof *c->values);
        const char **list = arena_alloc(c->arena, 2, sizeof *list);
        list[0] = o->kind == OPT_LIST ? o->text : NULL;
        c->values[c->n++] = (struct value){o, o->text ? o->text : "", o->number, list};
    }
}

static const char *example(const struct option *o, char out[160])
{
    switch (o->kind) {
    case OPT_INT:
        snprintf(out, 160, "a whole number from %lld to %lld, like: %s = %lld;", (long long)o->min, (long long)o->max,
                 o->name, (long long)o->number);
        break;
    case OPT_BOOL:
        snprintf(out, 160, "true or false, like: %s = %s;", o->name, o->number ? "true" : "false");
        break;
    case OPT_LIST:
        snprintf(out, 160, "a list of texts, like: %s = [\"%s\"];", o->name, o->text ? o->text : "a");
        break;
    case OPT_TEXT:
        snprintf(out, 160, "a text of at most %lld bytes, like: %s = \"%s\";", (long long)(o->max ? o->max : 4096),
                 o->name, o->text ? o->text : "");
        break;
    }
    return out;
}

static _Noreturn void wrong(const struct option *o, const char *place)
{
    char text[160];
    die("%s: option %s must be %s", place, o->name, example(o, text));
}

static void set_int(struct value *v, int64_t number, const char *place)
{
    if (number < v->o->min || number > v->o->max)
        wrong(v->o, place);
    v->number = number;
}

static void set_text(struct config *c, struct value *v, const char *s, const char *place)
{
    size_t n = strlen(s);
    if (n > (size_t)(v->o->max ? v->o->max : 4096) || !utf8_valid(s, n))
        wrong(v->o, place);
    v->text = arena_copy(c->arena, s, n);
}

/* --- from the file --- */

static void set_list(struct config *c, struct value *v, const config_setting_t *s, const char *place)
{
    int n = config_setting_length(s);
    const char **list = arena_alloc(c->arena, (size_t)n + 1, sizeof *list);
    for (int i = 0; i < n; i++) {
        const char *element = config_setting_get_string_elem(s, i);
        if (!element)
            wrong(v->o, place);
        list[i] = arena_copy(c->arena, element, strlen(element));
    }
    v->list = list;
}

static void set_from_file(struct config *c, struct value *v, const config_setting_t *s, const char *place)
{
    int type = config_setting_type(s);
    bool is_int = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64,
         is_list = type == CONFIG_TYPE_ARRAY || type == CONFIG_TYPE_LIST;
    switch (v->o->kind) {
    case OPT_INT:
        if (!is_int)
            wrong(v->o, place);
        set_int(v, config_setting_get_int64(s), place);
        break;
    case OPT_BOOL:
        if (type != CONFIG_TYPE_BOOL)
            wrong(v->o, place);
        v->number = config_setting_get_bool(s) ? 1 : 0;
        break;
    case OPT_TEXT:
        if (type != CONFIG_TYPE_STRING)
            wrong(v->o, place);
        set_text(c, v, config_setting_get_string(s), place);
        break;
    case OPT_LIST:
        if (!is_list)
            wrong(v->o, place);
        set_list(c, v, s, place);
        break;
    }
}

static _Noreturn void unknown(const struct config *c, const struct value *from, size_t n, const char *group,
                              const char *name, const char *place)
{
    struct buf names = {0};
    for (size_t i = 0; i < n; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", from[i].o->name);
    (void)c;
    die("%s: group %s has no option %s; it knows: %s", place, group, name, n ? names.p : "none");
}

/* Options `from`…`from + n` are those of this group. */
static void read_group(struct config *c, const config_t *conf, const char *group, struct value *from, size_t n)
{
    struct place at;
    config_setting_t *g = config_lookup(conf, group);
    if (!g)
        return;
    for (int i = 0; i < config_setting_length(g); i++) {
        config_setting_t *s = config_setting_get_elem(g, (unsigned)i);
        size_t k = 0;
        const char *file = config_setting_source_file(s);
        snprintf(at.text, sizeof at.text, "%s:%u", file ? file : c->file, (unsigned)config_setting_source_line(s));
        while (k < n && strcmp(from[k].o->name, config_setting_name(s)) != 0)
            k++;
        if (k == n)
            unknown(c, from, n, group, config_setting_name(s), at.text);
        set_from_file(c, &from[k], s, at.text);
    }
}

static void read_file(struct config *c)
{
    config_t conf;
    config_init(&conf);
    if (config_read_file(&conf, c->file) != CONFIG_TRUE) {
        if (config_error_type(&conf) == CONFIG_ERR_FILE_IO)
            die("the configuration file %s cannot be read; xq init writes one, --config FILE names another", c->file);
        die("%s:%d: %s", config_error_file(&conf) ? config_error_file(&conf) : c->file, config_error_line(&conf),
            config_error_text(&conf));
    }
    config_setting_t *root = config_root_setting(&conf);
    for (int i = 0; i < config_setting_length(root); i++) {
        config_setting_t *s = config_setting_get_elem(root, (unsigned)i);
        if (config_setting_type(s) != CONFIG_TYPE_GROUP)
            die("%s:%u: %s stands outside a group; write it inside one, like: common: { %s = …; };", c->file,
                (unsigned)config_setting_source_line(s), config_setting_name(s), config_setting_name(s));
    }
    read_group(c, &conf, c->group[0], c->values, c->n_common);
    read_group(c, &conf, c->group[1], c->values + c->n_common, c->n - c->n_common);
    config_destroy(&conf);
}

/* --- from the environment: XQ_GROUP_NAME --- */

static void set_list_text(struct config *c, struct value *v, const char *s)
{
    size_t n = 1;
    for (const char *p = s; *p; p++)
        n += *p == ',';
    const char **list = arena_alloc(c->arena, n + 1, sizeof *list);
    for (size_t i = 0; *s; i++) {
        size_t length = strcspn(s, ",");
        list[i] = arena_copy(c->arena, s, length);
        s += length + (s[length] == ',');
    }
    v->list = list;
}

static void set_from_environment(struct config *c, struct value *v, const char *group)
{
    char name[128];
    snprintf(name, sizeof name, "XQ_%s_%s", group, v->o->name);
    for (char *p = name; *p; p++)
        *p = (char)(*p == '-' ? '_' : toupper((unsigned char)*p));
    const char *s = getenv(name);
    int64_t number;
    if (!s)
        return;
    switch (v->o->kind) {
    case OPT_INT:
        if (!int_parse(s, &number))
            wrong(v->o, name);
        set_int(v, number, name);
        break;
    case OPT_BOOL:
        if (strcmp(s, "true") != 0 && strcmp(s, "false") != 0)
            wrong(v->o, name);
        v->number = s[0] == 't';
        break;
    case OPT_TEXT:
        set_text(c, v, s, name);
        break;
    case OPT_LIST:
        set_list_text(c, v, s);
        break;
    }
}

/* --- public --- */

/* The folder of the file, absolute: a program may change its working directory later. */
static const char *folder_of(struct arena *a, const char *file)
{
    char *whole = realpath(file, NULL);
    if (!whole)
        die("the configuration file %s cannot be read; xq init writes one, --config FILE names another", file);
    char *slash = strrchr(whole, '/');
    const char *folder = arena_copy(a, whole, slash == whole ? 1 : (size_t)(slash - whole));
    free(whole);
    return folder;
}

struct config *config_read(const char *file, const char *group, const struct option *common, const struct option *own)
{
    struct config *c = xcalloc(1, sizeof *c);
    c->arena = arena_new();
    c->group[0] = "common";
    c->group[1] = arena_copy(c->arena, group, strlen(group));
    add_options(c, common);
    c->n_common = c->n;
    add_options(c, own);
    if (file) {
        c->file = arena_copy(c->arena, file, strlen(file));
        c->folder = folder_of(c->arena, file);
        read_file(c);
    }
    for (size_t i = 0; i < c->n; i++)
        set_from_environment(c, &c->values[i], c->group[i >= c->n_common]);
    return c;
}

void config_free(struct config *c)
{
    if (!c)
        return;
    arena_free(c->arena);
    free(c->values);
    free(c);
}

static const struct value *find(const struct config *c, const char *name, enum option_kind kind)
{
    for (size_t i = c->n; i-- > 0;) /* the program's own first */
        if (strcmp(c->values[i].o->name, name) == 0) {
            assert(c->values[i].o->kind == kind);
            return &c->values[i];
        }
    die("programmer error: no table has the option %s", name);
}

const char *config_text(const struct config *c, const char *name)
{
    return find(c, name, OPT_TEXT)->text;
}

int64_t config_int(const struct config *c, const char *name)
{
    return find(c, name, OPT_INT)->number;
}

bool config_bool(const struct config *c, const char *name)
{
    return find(c, name, OPT_BOOL)->number != 0;
}

const char *const *config_list(const struct config *c, const char *name)
{
    return find(c, name, OPT_LIST)->list;
}

const char *config_path(const struct config *c, const char *name)
{
    const char *path = config_text(c, name);
    if (!path[0] || path[0] == '/' || !c->folder)
        return path;
    return arena_printf(c->arena, "%s/%s", c->folder, path);
}

const char *config_folder(const struct config *c)
{
    return c->folder ? c->folder : ".";
}

static void print_text(struct buf *out, const char *s)
{
    buf_str(out, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            buf_str(out, "\\");
        if (*s == '\n')
            buf_str(out, "\\n");
        else
            buf_add(out, s, 1);
    }
    buf_str(out, "\"");
}

static void print_value(struct buf *out, const struct value *v)
{
    buf_printf(out, "    %s = ", v->o->name);
    switch (v->o->kind) {
    case OPT_INT: /* L: libconfig reads a plain number into 32 bits */
        buf_printf(out, "%lld%s", (long long)v->number, v->number > INT32_MAX || v->number < INT32_MIN ? "L" : "");
        break;
    case OPT_BOOL:
        buf_str(out, v->number ? "true" : "false");
        break;
    case OPT_TEXT:
        print_text(out, v->text);
        break;
    case OPT_LIST:
        buf_str(out, "[");
        for (size_t i = 0; v->list[i]; i++) {
            buf_str(out, i ? ", " : "");
            print_text(out, v->list[i]);
        }
        buf_str(out, "]");
        break;
    }
    buf_printf(out, "; // %s\n", v->o->help ? v->o->help : "");
}

void config_print(const struct config *c, struct buf *out)
{
    for (int g = 0; g < 2; g++) {
        buf_printf(out, "%s: {\n", c->group[g]);
        for (size_t i = g ? c->n_common : 0; i < (g ? c->n : c->n_common); i++) {
            const struct option *o = c->values[i].o;
            if (o->secret)
                buf_printf(out, "    // %s: not shown; %s\n", o->name, o->help ? o->help : "");
            else
                print_value(out, &c->values[i]);
        }
        buf_str(out, "};\n");
    }
}
