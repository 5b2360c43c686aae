/* Answers: one head, one body, written at once. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "gateway.h"

static const char *phrase(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } known[] = {{200, "OK"},
                 {201, "Created"},
                 {202, "Accepted"},
                 {304, "Not Modified"},
                 {400, "Bad Request"},
                 {401, "Unauthorized"},
                 {403, "Forbidden"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {408, "Request Timeout"},
                 {409, "Conflict"},
                 {413, "Content Too Large"},
                 {414, "URI Too Long"},
                 {415, "Unsupported Media Type"},
                 {422, "Unprocessable Content"},
                 {429, "Too Many Requests"},
                 {431, "Request Header Fields Too Large"},
                 {500, "Internal Server Error"},
                 {503, "Service Unavailable"},
                 {504, "Gateway Timeout"},
                 {505, "HTTP Version Not Supported"}};
    for (size_t i = 0; i < COUNT(known); i++)
        if (known[i].status == status)
            return known[i].phrase;
    return "Answer";
}

static void log_answer(struct conn *c, int status)
{
    char trace[33], person[37] = "-";
    bool hidden = c->route && c->route->op && c->route->op->is_private;
    if (!hidden && !id_is_nil(c->who.person))
        id_text(c->who.person, person);
    hex_encode(c->trace, sizeof c->trace, trace);
    log_info("op=%s who=%s code=%d ms=%.1f trace=%s", c->route ? c->route->name : "-", person, status,
             (double)(mono_us() - c->begun_us) / 1000.0, trace);
    if (c->route) {
        c->route->calls[status / 100 < 6 ? status / 100 : 5]++;
        c->route->micros += (uint64_t)(mono_us() - c->begun_us);
    }
}

static void head_write(struct conn *c, const struct answer_parts *a, const char *type)
{
    char trace[33];
    struct buf *o = &c->out;
    bool html = strncmp(type, "text/html", 9) == 0;
    buf_printf(o, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", a->status, phrase(a->status), type,
               a->status == 304 ? 0 : a->n);
    if (a->cache_s)
        buf_printf(o, "Cache-Control: public, max-age=%d\r\n", a->cache_s);
    else
        buf_str(o, "Cache-Control: no-store\r\n");
    if (a->etag)
        buf_printf(o, "ETag: %s\r\n", a->etag);
    if (a->position.n)
        buf_printf(o, "X-Position: %.*s\r\n", (int)a->position.n, a->position.p);
    if (a->allow)
        buf_printf(o, "Allow: %s\r\n", a->allow);
    if (a->retry_after_s)
        buf_printf(o, "Retry-After: %u\r\n", a->retry_after_s);
    if (a->status == 401)
        buf_str(o, "WWW-Authenticate: Bearer\r\n");
    hex_encode(c->trace, sizeof c->trace, trace);
    buf_printf(o, "traceparent: 00-%s-%.16s-01\r\nX-Content-Type-Options: nosniff\r\n", trace, trace + 16);
    if (html)
        buf_str(o, "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nReferrer-Policy: "
                   "no-referrer\r\n");
    if (c->closing)
        buf_str(o, "Connection: close\r\n");
    buf_str(o, "\r\n");
}

void answer_send(struct gateway *g, struct conn *c, const struct answer_parts *a)
{
    const char *type = a->content_type    ? a->content_type
                       : a->status >= 400 ? "application/problem+json"
                                          : "application/json";
    if (g->draining || !http_keeps(&c->http))
        c->closing = true;
    head_write(c, a, type);
    if (!c->head_only && a->status != 304)
        buf_add(&c->out, a->body ? a->body : "", a->n);
    log_answer(c, a->status);
    c->state = CONN_WRITE;
    c->since_ms = mono_ms();
    c->call = ID_NIL;
    c->again_ms = 0;
}

void answer_err(struct gateway *g, struct conn *c, const struct err *e, unsigned retry_after_s, const char *allow)
{
    char trace[33];
    AUTO_BUF body = {0};
    hex_encode(c->trace, sizeof c->trace, trace);
    err_problem(&body, e, trace);
    answer_send(g, c,
                &(struct answer_parts){.status = err_status(e->code),
                                       .body = body.p,
                                       .n = body.n,
                                       .retry_after_s = retry_after_s,
                                       .allow = allow});
}

void answer_code(struct gateway *g, struct conn *c, enum err_code code)
{
    struct err e = {.code = code};
    answer_err(g, c, &e, err_status(code) == 503 || err_status(code) == 429 ? 1 : 0, NULL);
}
