/* The contract compiler: schemas/api and schemas/events become C structs and field tables, one merged OpenAPI document,
 * and docs/messages.md. Whatever lies outside our small subset of JSON Schema is refused with file and JSON pointer. */
#include "contractc.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *const kind_names[KINDS] = {"F_TEXT",   "F_ENUM",   "F_ID",  "F_TIME", "F_DATE",
                                       "F_REGION", "F_SHA256", "F_INT", "F_BOOL", "F_OBJECT"};

static const char usage[] =
    "usage: contractc api FILE OUTPREFIX       one service's operations as C\n"
    "       contractc events FILE OUTPREFIX    one service's events as C\n"
    "       contractc all FILE...              tables of all services and the merged document as C\n"
    "       contractc openapi FILE...          the merged OpenAPI document\n"
    "       contractc messages FILE...         docs/messages.md\n";

static size_t n_errors;
static struct kept {
    struct kept *next;
} * kept; /* one chain, so that a leak checker sees that nothing is lost */

void *keep(size_t size)
{
    struct kept *k = calloc(1, sizeof *k + 16 + size);
    if (!k) {
        fputs("contractc: out of memory\n", stderr);
        exit(1);
    }
    k->next = kept;
    kept = k;
    return (char *)k + 16;
}

char *keepf(const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *s = keep((size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    return s;
}

void bad(const struct document *d, const char *pointer, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s#%s: ", d->file, pointer);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    n_errors++;
}

size_t errors(void)
{
    return n_errors;
}

const char *child(const char *pointer, const char *key)
{
    char *out = keep(strlen(pointer) + 2 * strlen(key) + 2), *o = out;
    o += sprintf(o, "%s/", pointer);
    for (; *key; key++) {
        if (*key == '~' || *key == '/') {
            *o++ = '~';
            *o++ = *key == '~' ? '0' : '1';
        } else {
            *o++ = *key;
        }
    }
    return out;
}

const char *nth(const char *pointer, size_t i)
{
    return keepf("%s/%zu", pointer, i);
}

const char *upper(const char *s)
{
    char *out = keepf("%s", s);
    for (char *p = out; *p; p++)
        *p = *p == '.' ? '_' : (char)toupper((unsigned char)*p);
    return out;
}

/* The service is the file's name: schemas/api/voting.json -> voting. */
static const char *service_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    char *name = keepf("%s", slash ? slash + 1 : file);
    char *dot = strchr(name, '.');
    if (dot)
        *dot = 0;
    return name;
}

static void load(const char *file, struct document *d)
{
    json_error_t why;
    *d = (struct document){.file = file, .service = service_of(file)};
    d->root = json_load_file(file, JSON_REJECT_DUPLICATES, &why);
    if (!d->root) {
        fprintf(stderr, "%s:%d:%d: %s\n", file, why.line, why.column, why.text);
        exit(1);
    }
    if (!word(d->service))
        bad(d, "", "the file's name must be a service's name, not \"%s\"", d->service);
    d->is_events = json_object_get(d->root, "asyncapi") != NULL;
    if (d->is_events)
        read_events(d);
    else
        read_api(d);
}

static FILE *create(const char *prefix, const char *suffix)
{
    const char *name = keepf("%s%s", prefix, suffix);
    FILE *f = fopen(name, "w");
    if (!f) {
        perror(name);
        exit(1);
    }
    return f;
}

static void finish(FILE *f)
{
    if (fflush(f) || ferror(f)) {
        perror("contractc: writing");
        exit(1);
    }
    if (f != stdout)
        fclose(f);
}

static int one(const char *mode, const char *file, const char *prefix)
{
    struct document d;
    load(file, &d);
    if (d.is_events != !strcmp(mode, "events"))
        bad(&d, "", "api needs an OpenAPI file, events an AsyncAPI file");
    if (n_errors)
        return 1;
    FILE *h = create(prefix, ".h"), *c = create(prefix, ".c");
    if (d.is_events)
        emit_events(&d, h, c);
    else
        emit_api(&d, h, c);
    finish(h);
    finish(c);
    json_decref(d.root);
    return 0;
}

static int many(const char *mode, size_t n, char **files)
{
    struct document *d = keep((n + 1) * sizeof *d);
    for (size_t i = 0; i < n; i++)
        load(files[i], &d[i]);
    json_t *merged = merge_openapi(d, n); /* also finds what only shows between files */
    if (n_errors)
        return 1;
    if (!strcmp(mode, "all")) {
        emit_all(d, n, stdout);
    } else if (!strcmp(mode, "messages")) {
        emit_messages(d, n, stdout);
    } else {
        json_dumpf(merged, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    finish(stdout);
    json_decref(merged);
    for (size_t i = 0; i < n; i++)
        json_decref(d[i].root);
    return 0;
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    if (argc == 4 && (!strcmp(mode, "api") || !strcmp(mode, "events")))
        return one(mode, argv[2], argv[3]);
    if (!strcmp(mode, "all") || !strcmp(mode, "openapi") || !strcmp(mode, "messages"))
        return many(mode, (size_t)argc - 2, argv + 2);
    fputs(usage, stderr);
    return 2;
}
