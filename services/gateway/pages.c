/* Pages from memory: public reads that may be a second old, and what the gateway answers itself. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "gateway.h"

static struct page *page_of(struct gateway *g, const char *url)
{
    uint32_t h = 2166136261u; /* FNV-1a; a collision only costs a page of the cache */
    for (const char *p = url; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    return &g->page[h % PAGES];
}

bool page_answer(struct gateway *g, struct conn *c)
{
    struct page *p = page_of(g, c->url);
    if (strcmp(p->url, c->url) != 0 || mono_ms() - p->ms >= (int64_t)c->route->op->cache_s * 1000)
        return false;
    struct text match = http_header(&c->http, c->in.p, H_IF_NONE_MATCH);
    bool same = match.n == strlen(p->etag) && memcmp(match.p, p->etag, match.n) == 0;
    g->cached++;
    answer_send(g, c,
                &(struct answer_parts){.status = same ? 304 : 200,
                                       .content_type = p->content_type[0] ? p->content_type : NULL,
                                       .body = p->body.p,
                                       .n = p->body.n,
                                       .etag = p->etag,
                                       .cache_s = c->route->op->cache_s});
    return true;
}

void page_keep(struct gateway *g, struct conn *c, const struct reply_frame *r, char etag[36])
{
    struct page *p = page_of(g, c->url);
    unsigned char hash[16];
    char hex[33];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)r->body.p, r->body.n, NULL, 0);
    hex_encode(hash, sizeof hash, hex);
    snprintf(p->url, sizeof p->url, "%s", c->url);
    snprintf(p->etag, sizeof p->etag, "\"%s\"", hex);
    snprintf(p->content_type, sizeof p->content_type, "%.*s", (int)r->content_type.n,
             r->content_type.p ? r->content_type.p : "");
    buf_clear(&p->body);
    buf_add(&p->body, r->body.p, r->body.n);
    p->ms = mono_ms();
    memcpy(etag, p->etag, sizeof p->etag);
}

static const char index_page[] =
    "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>xiangqin 相亲</title>"
    "<meta name=\"viewport\" content=\"width=device-width\"><style>body{font:16px/1.6 "
    "sans-serif;max-width:40em;margin:2em auto;padding:0 1em}</style>"
    "<h1>公益项目相亲会</h1><p>xiangqin: needs, likes, fair, and every cent until the result is judged.</p>"
    "<ul><li><a href=\"/streets/330102001\">望江街道公开报告 public report</a>"
    "<li><a href=\"/v1/openapi.json\">接口契约 OpenAPI</a><li><a href=\"/v1/status\">运行状态 status</a></ul></html>\n";

void own_answer(struct gateway *g, struct conn *c, enum own which)
{
    AUTO_BUF out = {0};
    struct answer_parts a = {.status = 200};
    struct err e = {0};
    switch (which) {
    case OWN_OPENAPI:
        a.body = all_openapi;
        a.n = all_openapi_n;
        a.cache_s = 60;
        break;
    case OWN_LIVE:
        buf_str(&out, "{\"live\":true}\n");
        break;
    case OWN_READY:
        if (!ready(g, &out)) {
            err_set(&e, ERR_UNAVAILABLE, "%.400s", out.p ? out.p : "");
            answer_err(g, c, &e, 1, NULL);
            return;
        }
        buf_clear(&out);
        buf_str(&out, "{\"ready\":true}\n");
        break;
    case OWN_METRICS:
        metrics_write(g, &out);
        a.content_type = "text/plain; version=0.0.4; charset=utf-8";
        break;
    case OWN_STATUS:
        status_write(g, &out);
        break;
    case OWN_INDEX:
    case OWN_NONE:
        a.body = index_page;
        a.n = sizeof index_page - 1;
        a.content_type = "text/html; charset=utf-8";
        break;
    }
    if (!a.body) {
        a.body = out.p;
        a.n = out.n;
    }
    answer_send(g, c, &a);
}
