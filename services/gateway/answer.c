/* Answers: one head, one body, written at once. */
#include <stdio.h>
#include <string.h>
#include <time.h>

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
    int64_t us = mono_us() - c->begun_us;
    log_info("op=%s who=%s code=%d ms=%lld.%lld trace=%s", c->route ? c->route->name : "-", person, status,
             (long long)(us / 1000), (long long)(us % 1000 / 100), trace);
    if (c->route) {
        c->route->calls[status / 100 < 6 ? status / 100 : 5]++;
        c->route->micros += (uint64_t)(mono_us() - c->begun_us);
    }
}

#define ADD(b, literal) buf_add(b, literal, sizeof literal - 1)

static void add_number(struct buf *b, uint64_t v)
{
    char s[20];
    size_t i = sizeof s;
    do
        s[--i] = (char)('0' + v % 10);
    while (v /= 10);
    buf_add(b, s + i, sizeof s - i);
}

static void add_date(struct buf *b)
{
    static int64_t second = -1;
    static char line[64];
    static size_t n;
    int64_t now = wall_now() / SECOND;
    if (now != second) {
        struct tm tm;
        time_t t = (time_t)now;
        second = now;
        gmtime_r(&t, &tm);
        n = strftime(line, sizeof line, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
    }
    buf_add(b, line, n);
}

static void add_rate(const struct gateway *g, const struct conn *c, struct buf *b)
{
    const struct rate_verdict *v = &c->rate;
    const char *name = limits_name(g->limits, c->route->rate);
    buf_printf(b, "RateLimit-Policy: \"%s\";q=%lld;w=%lld\r\nRateLimit: \"%s\";r=%lld;t=%lld\r\n", name,
               (long long)v->burst, (long long)((v->burst + v->per_s - 1) / v->per_s), name, (long long)v->remaining,
               (long long)v->reset_s);
}

static void add_some(struct buf *o, const struct answer_parts *a)
{
    if (a->etag)
        buf_printf(o, "ETag: %s\r\n", a->etag);
    if (a->position.n) {
        ADD(o, "X-Position: ");
        buf_add(o, a->position.p, a->position.n);
        ADD(o, "\r\n");
    }
    if (a->allow)
        buf_printf(o, "Allow: %s\r\n", a->allow);
    if (a->retry_after_s)
        buf_printf(o, "Retry-After: %u\r\n", a->retry_after_s);
    if (a->status == 401)
        ADD(o, "WWW-Authenticate: Bearer\r\n");
}

/* By ready pieces: this runs once per request, and formatting would cost more than all the rest of the answer. */
static void head_write(const struct gateway *g, struct conn *c, const struct answer_parts *a, const char *type)
{
    char trace[33];
    struct buf *o = &c->out;
    ADD(o, "HTTP/1.1 ");
    add_number(o, (uint64_t)a->status);
    ADD(o, " ");
    buf_str(o, phrase(a->status));
    if (a->status != 304) {
        ADD(o, "\r\nContent-Type: ");
        buf_str(o, type);
        ADD(o, "\r\nContent-Length: ");
        add_number(o, a->n);
    }
    ADD(o, "\r\n");
    add_date(o);
    if (a->cache_s)
        buf_printf(o, "Cache-Control: public, max-age=%d\r\n", a->cache_s);
    else
        ADD(o, "Cache-Control: no-store\r\n");
    add_some(o, a);
    if (c->rated && c->route)
        add_rate(g, c, o);
    ADD(o, "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n");
    if (strncmp(type, "text/html", 9) == 0)
        ADD(o, "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri "
               "'none'; "
               "form-action 'none'; frame-ancestors 'none'\r\n");
    else
        ADD(o, "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n");
    hex_encode(c->trace, sizeof c->trace, trace);
    ADD(o, "traceparent: 00-");
    buf_add(o, trace, 32);
    ADD(o, "-");
    buf_add(o, trace, 16);
    if (c->closing)
        ADD(o, "-01\r\nConnection: close\r\n\r\n");
    else
        ADD(o, "-01\r\n\r\n");
}

void answer_send(struct gateway *g, struct conn *c, const struct answer_parts *a)
{
    const char *type = a->content_type    ? a->content_type
                       : a->status >= 400 ? "application/problem+json"
                                          : "application/json";
    /* A body that is not read ends the connection: what follows could be anything. */
    if (g->draining || !http_keeps(&c->http) || (c->body_begun && !c->http.done && http_has_body(&c->http)))
        c->closing = true;
    head_write(g, c, a, type);
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
