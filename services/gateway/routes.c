/* The route tree: a node per path segment; literal children before the one parameter child. */
#include "routes.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum verb { GET, PUT, POST, PATCH, DELETE, VERBS };
static const char *const verbs[VERBS] = {"GET", "PUT", "POST", "PATCH", "DELETE"};

struct node {
    struct text segment;
    struct node *child, *next, *parameter;
    struct route *route[VERBS];
    char allow[48];
};
struct routes {
    struct node root;
    struct route *route;
    size_t n;
};

static const struct {
    const char *path, *name;
    enum own own;
} own[] = {
    {"/", "index", OWN_INDEX},
    {"/livez", "livez", OWN_LIVE},
    {"/readyz", "readyz", OWN_READY},
    {"/metrics", "metrics", OWN_METRICS},
    {"/v1/status", "status", OWN_STATUS},
    {"/v1/openapi.json", "openapi", OWN_OPENAPI},
};

static enum verb verb_of(const char *method)
{
    if (strcmp(method, "HEAD") == 0)
        return GET;
    enum verb v = 0;
    while (v < VERBS && strcmp(verbs[v], method) != 0)
        v++;
    return v;
}

static struct node *child_of(struct node *at, struct text segment, bool parameter)
{
    if (parameter)
        return at->parameter ? at->parameter : (at->parameter = xcalloc(1, sizeof *at));
    for (struct node *c = at->child; c; c = c->next)
        if (c->segment.n == segment.n && memcmp(c->segment.p, segment.p, segment.n) == 0)
            return c;
    struct node *c = xcalloc(1, sizeof *c);
    c->segment = segment;
    c->next = at->child;
    return at->child = c;
}

static int add(struct routes *r, struct route *route, enum verb verb, struct err *e)
{
    struct node *at = &r->root;
    const char *p = route->path;
    while (*p == '/' && p[1]) {
        struct text s = {p + 1, strcspn(p + 1, "/")};
        bool parameter = s.n > 2 && s.p[0] == '{' && s.p[s.n - 1] == '}';
        if (parameter) {
            if (route->n_parameters == PATH_PARAMETERS)
                return FAIL(e, INTERNAL, "%s has too many parameters" ZH "%s 参数过多", route->path, route->path);
            route->parameter[route->n_parameters++] = (struct text){s.p + 1, s.n - 2};
        }
        at = child_of(at, s, parameter);
        p = s.p + s.n;
    }
    if (verb == VERBS || at->route[verb])
        return FAIL(e, INTERNAL,
                    "%s: two operations on one path and method, or an unknown method" ZH "%s：路径与方法重复或方法未知",
                    route->path, route->path);
    at->route[verb] = route;
    char *allow = at->allow;
    *allow = '\0';
    for (enum verb v = 0; v < VERBS; v++)
        if (at->route[v]) {
            if (allow > at->allow)
                allow = stpcpy(allow, ", ");
            allow = stpcpy(allow, v == GET ? "GET, HEAD" : verbs[v]);
        }
    return 0;
}

struct routes *routes_new(const struct op_contract *const *ops, size_t n, struct err *e)
{
    struct routes *r = xcalloc(1, sizeof *r);
    r->route = xcalloc(n + COUNT(own), sizeof *r->route);
    for (size_t i = 0; i < COUNT(own); i++) {
        r->route[r->n] = (struct route){.own = own[i].own, .name = own[i].name, .path = own[i].path, .is_public = true};
        if (add(r, &r->route[r->n++], GET, e) < 0)
            goto bad;
    }
    for (size_t i = 0; i < n; i++) {
        struct route *route = &r->route[r->n++];
        *route = (struct route){.op = ops[i], .name = ops[i]->id, .path = ops[i]->path};
        for (const char *const *w = ops[i]->who; w && *w; w++)
            route->is_public |= strcmp(*w, "public") == 0;
        if (add(r, route, verb_of(ops[i]->method), e) < 0)
            goto bad;
    }
    return r;
bad:
    routes_free(r);
    return NULL;
}

static void node_free(struct node *n)
{
    for (struct node *c = n->child, *next; c; c = next) {
        next = c->next;
        node_free(c);
        free(c);
    }
    if (n->parameter) {
        node_free(n->parameter);
        free(n->parameter);
    }
}

void routes_free(struct routes *r)
{
    if (!r)
        return;
    node_free(&r->root);
    free(r->route);
    free(r);
}

struct walk {
    struct text value[PATH_PARAMETERS];
    size_t n;
    enum verb verb;
    const struct node *other; /* the path exists, with other methods */
};

static bool has_route(const struct node *n)
{
    return n->allow[0] != '\0';
}

static const struct node *descend(const struct node *at, struct text path, struct walk *w)
{
    if (!path.n) {
        if (!has_route(at))
            return NULL;
        if (w->verb < VERBS && at->route[w->verb])
            return at;
        if (!w->other)
            w->other = at;
        return NULL;
    }
    const char *slash = memchr(path.p + 1, '/', path.n - 1);
    struct text s = {path.p + 1, slash ? (size_t)(slash - path.p) - 1 : path.n - 1};
    struct text rest = {s.p + s.n, path.n - 1 - s.n};
    if (!s.n)
        return NULL;
    for (const struct node *c = at->child; c; c = c->next)
        if (c->segment.n == s.n && memcmp(c->segment.p, s.p, s.n) == 0) {
            const struct node *found = descend(c, rest, w);
            if (found)
                return found;
            break;
        }
    if (!at->parameter || w->n == PATH_PARAMETERS)
        return NULL;
    w->value[w->n++] = s;
    const struct node *found = descend(at->parameter, rest, w);
    if (!found)
        w->n--;
    return found;
}

static bool unreserved(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

/* Decodes one segment, checks it, and encodes it again: only one spelling goes on inside. */
static bool recode(struct text s, struct buf *out)
{
    char raw[1024];
    size_t n = 0;
    if (s.n > sizeof raw)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '%') {
            char digits[3] = {0};
            if (s.n - i < 3)
                return false;
            memcpy(digits, s.p + i + 1, 2);
            if (!hex_decode(digits, &c, 1))
                return false;
            i += 2;
        }
        raw[n++] = (char)c;
    }
    if (!utf8_valid(raw, n) || (n == 1 && raw[0] == '.') || (n == 2 && raw[0] == '.' && raw[1] == '.'))
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)raw[i];
        if (unreserved(c))
            buf_add(out, raw + i, 1);
        else
            buf_printf(out, "%%%02X", c);
    }
    return true;
}

enum routed routes_find(const struct routes *r, const char *method, struct text target, struct route **out,
                        struct buf *params, const char **allow)
{
    const char *mark = memchr(target.p, '?', target.n);
    struct text path = {target.p, mark ? (size_t)(mark - target.p) : target.n};
    struct walk w = {.verb = verb_of(method)};
    if (path.n == 1) /* "/" itself */
        path.n = 0;
    const struct node *at = descend(&r->root, path, &w);
    if (!at) {
        if (!w.other)
            return ROUTE_NONE;
        *allow = w.other->allow;
        return ROUTE_METHOD;
    }
    struct route *route = at->route[w.verb];
    buf_clear(params);
    for (size_t i = 0; i < route->n_parameters; i++) {
        if (params->n)
            buf_add(params, "&", 1);
        buf_add(params, route->parameter[i].p, route->parameter[i].n);
        buf_add(params, "=", 1);
        if (!recode(w.value[i], params))
            return ROUTE_BAD;
    }
    if (mark && mark + 1 < target.p + target.n) {
        if (params->n)
            buf_add(params, "&", 1);
        buf_add(params, mark + 1, (size_t)(target.p + target.n - mark) - 1);
    }
    *out = route;
    return ROUTE_FOUND;
}

struct route *routes_all(const struct routes *r, size_t *n)
{
    *n = r->n;
    return r->route;
}
