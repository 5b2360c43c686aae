/* /metrics for the whole suite: the lines that the processes published, grouped by family, with service and instance as
 * labels. */
#include <stdlib.h>
#include <string.h>

#include "gateway.h"

#define GONE_MS 5000

struct line {
    const char *type, *family, *help, *labels, *value, *source;
};
struct lines {
    struct line *l;
    size_t n;
};

static void take(struct lines *all, char *text, const char *source)
{
    char *rest = NULL;
    for (char *row = strtok_r(text, "\n", &rest); row; row = strtok_r(NULL, "\n", &rest)) {
        char *part[5] = {row}, *p = row;
        size_t n = 1;
        while (n < 5 && (p = strchr(p, '\t'))) {
            *p++ = '\0';
            part[n++] = p;
        }
        if (n < 5)
            continue;
        all->l = xrealloc(all->l, all->n + 1, sizeof *all->l);
        all->l[all->n++] = (struct line){part[0], part[1], part[2], part[3], part[4], source};
    }
}

static void own_lines(struct gateway *g, struct buf *out)
{
    static const char *const classes[6] = {"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"};
    const struct token_counts *t = tokens_counts(g->tokens);
    size_t n;
    struct route *r = routes_all(g->routes, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 2; k < 6; k++)
            if (r[i].calls[k])
                buf_printf(out, "counter\txq_http_requests_total\tRequests answered\top=\"%s\",status=\"%s\"\t%llu\n",
                           r[i].name, classes[k], (unsigned long long)r[i].calls[k]);
    buf_printf(out, "gauge\txq_http_connections\tOpen connections\t\t%zu\n", g->n_conn - g->n_free);
    buf_printf(out, "counter\txq_http_accepted_total\tConnections accepted\t\t%llu\n", (unsigned long long)g->accepted);
    buf_printf(out, "counter\txq_http_refused_total\tConnections refused\t\t%llu\n", (unsigned long long)g->refused);
    buf_printf(out, "counter\txq_http_timeouts_total\tCalls without an answer in time\t\t%llu\n",
               (unsigned long long)g->timeouts);
    buf_printf(out, "counter\txq_http_pages_total\tAnswers from memory\t\t%llu\n", (unsigned long long)g->cached);
    buf_printf(out, "counter\txq_tokens_known_total\tTokens found in memory\t\t%llu\n", (unsigned long long)t->hits);
    buf_printf(out, "counter\txq_tokens_verified_total\tTokens verified\t\t%llu\n", (unsigned long long)t->verified);
    buf_printf(out, "counter\txq_tokens_refused_total\tTokens refused\t\t%llu\n", (unsigned long long)t->refused);
}

static void family(struct buf *out, const struct lines *all, size_t first)
{
    const struct line *f = &all->l[first];
    for (size_t i = 0; i < first; i++)
        if (strcmp(all->l[i].family, f->family) == 0)
            return; /* written already */
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", f->family, f->help, f->family, f->type);
    for (size_t i = first; i < all->n; i++) {
        const struct line *l = &all->l[i];
        const char *dot = strchr(l->source, '.');
        if (strcmp(l->family, f->family) != 0 || !dot)
            continue;
        buf_printf(out, "%s{service=\"%.*s\",instance=\"%s\"%s%s} %s\n", l->family, (int)(dot - l->source), l->source,
                   dot + 1, *l->labels ? "," : "", l->labels, l->value);
    }
}

void metrics_write(struct gateway *g, struct buf *out)
{
    struct lines all = {0};
    char *copy[HEARD_MAX + 1] = {0}, self[64];
    size_t n = 0;
    AUTO_BUF own = {0};
    own_lines(g, &own);
    snprintf(self, sizeof self, "gateway.%s", g->program->instance);
    copy[n] = xstrdup(own.p ? own.p : "");
    take(&all, copy[n++], self);
    for (size_t i = 0; i < g->n_metrics; i++) {
        if (mono_ms() - g->metrics[i].ms > GONE_MS)
            continue;
        copy[n] = xstrdup(g->metrics[i].text);
        take(&all, copy[n++], g->metrics[i].name);
    }
    for (size_t i = 0; i < all.n; i++)
        family(out, &all, i);
    free(all.l);
    while (n)
        free(copy[--n]);
}
