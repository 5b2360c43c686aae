/* A request becomes a call: route, token, limits, key, time; and the reply becomes its answer. The body is not parsed
 * here. */
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/text.h"
#include "gateway.h"

static bool is(struct text t, const char *s)
{
    return t.n == strlen(s) && strncasecmp(t.p, s, t.n) == 0;
}

/* Random bytes by the page: one system call for 256 traces. */
static void random_take(unsigned char *out, size_t n)
{
    static unsigned char pool[4096];
    static size_t left;
    if (left < n) {
        randombytes_buf(pool, sizeof pool);
        left = sizeof pool;
    }
    left -= n;
    memcpy(out, pool + left, n);
}

/* Whose request it is: the peer, or, behind a listed proxy, the last address that the proxy wrote. */
static void client_read(const struct gateway *g, struct conn *c)
{
    struct text t = http_header(&c->http, c->in.p, H_X_FORWARDED_FOR);
    c->client = c->address;
    if (!t.n || !networks_hold(&g->proxies, &c->address))
        return;
    const char *comma = memrchr(t.p, ',', t.n);
    if (comma)
        t = (struct text){comma + 1, (size_t)(t.p + t.n - comma) - 1};
    while (t.n && *t.p == ' ')
        t = (struct text){t.p + 1, t.n - 1};
    (void)address_parse(t, &c->client);
}

/* One bucket per IPv4 address, or per IPv6 network of 64 bits: within one of those addresses cost nothing. */
static uint64_t client_key(const struct conn *c)
{
    static const unsigned char mapped[8];
    uint64_t key;
    memcpy(&key, c->client.b + (memcmp(c->client.b, mapped, 8) == 0 ? 8 : 0), sizeof key);
    return key;
}

/* traceparent: 00-<32 hex>-<16 hex>-<2 hex>; anything else begins a trace of our own. */
static void trace_read(struct conn *c, struct text t)
{
    char hex[33];
    if (t.n == 55 && strncmp(t.p, "00-", 3) == 0 && t.p[35] == '-') {
        memcpy(hex, t.p + 3, 32);
        hex[32] = '\0';
        if (hex_decode(hex, c->trace, sizeof c->trace) && !sodium_is_zero(c->trace, sizeof c->trace))
            return;
    }
    random_take(c->trace, sizeof c->trace);
}

static bool fail(struct gateway *g, struct conn *c, enum err_code code, const char *text)
{
    struct err e = {0};
    err_set(&e, code, "%s", text);
    answer_err(g, c, &e, 0, NULL);
    return false;
}

/* The token, when there is one, must hold; without one only public operations are open. */
static bool who_read(struct gateway *g, struct conn *c)
{
    struct text t = http_header(&c->http, c->in.p, H_AUTHORIZATION);
    struct err e = {0};
    if (!t.p)
        return c->route->is_public ? true : fail(g, c, ERR_UNAUTHENTICATED, "");
    if (t.n < 8 || strncasecmp(t.p, "Bearer ", 7) != 0)
        return fail(g, c, ERR_UNAUTHENTICATED,
                    "the header Authorization is 'Bearer <token>'" ZH "请求头 Authorization 应为 Bearer 加令牌");
    struct text token = {t.p + 7, t.n - 7};
    if (tokens_known(g->tokens, token, wall_now(), &c->who))
        return true;
    uint64_t key = client_key(c);
    if (!networks_hold(&g->exempt, &c->client) && !limits_open(g->limits, RATE_FAILURE, key, mono_us())) {
        answer_code(g, c, ERR_RATE);
        return false;
    }
    if (tokens_verify(g->tokens, token, wall_now(), &c->who, &e) == 0)
        return true;
    (void)limits_take(g->limits, RATE_FAILURE, key, mono_us());
    answer_err(g, c, &e, 0, NULL);
    return false;
}

static bool rate_take(struct gateway *g, struct conn *c)
{
    uint64_t key;
    if (networks_hold(&g->exempt, &c->client))
        return true;
    memcpy(&key, c->who.person.b + 8, sizeof key);
    struct rate_verdict v =
        limits_take(g->limits, c->route->rate, id_is_nil(c->who.person) ? client_key(c) : key, mono_us());
    c->rate = v;
    c->rated = true;
    if (v.ok)
        return true;
    struct err e = {.code = ERR_RATE};
    answer_err(g, c, &e, v.retry_s > 0 ? (unsigned)v.retry_s : 1, NULL);
    return false;
}

static bool story_read_header(struct gateway *g, struct conn *c)
{
    struct text t = http_header(&c->http, c->in.p, H_X_STORY_TIME);
    char text[64];
    int64_t at;
    if (!t.p)
        return true;
    if (!g->story)
        return fail(g, c, ERR_BAD_REQUEST,
                    "X-Story-Time is only taken where the configuration says clock = \"story\"" ZH
                    "仅当配置 clock = \"story\" 时可用 X-Story-Time");
    if (t.n >= sizeof text)
        return fail(g, c, ERR_BAD_REQUEST, "X-Story-Time is no RFC 3339 time" ZH "X-Story-Time 不是 RFC 3339 时间");
    memcpy(text, t.p, t.n);
    text[t.n] = '\0';
    if (!when_parse(text, &at))
        return fail(g, c, ERR_BAD_REQUEST, "X-Story-Time is no RFC 3339 time" ZH "X-Story-Time 不是 RFC 3339 时间");
    if (at > g->story_now)
        g->story_now = at;
    return true;
}

/* The story never runs backwards: an older X-Story-Time moves nothing, not its own call either. */
static int64_t call_now(const struct gateway *g)
{
    return g->story && g->story_now != TIME_NONE ? g->story_now : wall_now();
}

static bool route_read(struct gateway *g, struct conn *c)
{
    const char *allow = NULL, *method = http_method(&c->http);
    struct err e = {0};
    buf_clear(&c->params);
    c->head_only = strcmp(method, "HEAD") == 0;
    switch (routes_find(g->routes, method, http_target(&c->http, c->in.p), &c->route, &c->params, &allow)) {
    case ROUTE_FOUND:
        return true;
    case ROUTE_NONE:
        answer_code(g, c, ERR_NOT_FOUND);
        return false;
    case ROUTE_METHOD:
        e.code = ERR_METHOD;
        answer_err(g, c, &e, 0, allow);
        return false;
    case ROUTE_BAD:
        break;
    }
    return fail(g, c, ERR_BAD_REQUEST, "the path is not well encoded" ZH "路径编码有误");
}

static bool body_allowed(struct gateway *g, struct conn *c)
{
    const struct op_contract *op = c->route->op;
    struct text type = http_header(&c->http, c->in.p, H_CONTENT_TYPE);
    c->http.body_max = op && op->max_bytes ? op->max_bytes : BODY_BYTES;
    if (!http_has_body(&c->http))
        return true;
    if (http_length(&c->http) > (int64_t)c->http.body_max) {
        answer_code(g, c, ERR_TOO_LARGE);
        return false;
    }
    size_t n = 0;
    while (n < type.n && type.p[n] != ';' && type.p[n] != ' ')
        n++;
    if (op && op->run != RUN_READ && (!type.p || !is((struct text){type.p, n}, "application/json"))) {
        answer_code(g, c, ERR_MEDIA_TYPE);
        return false;
    }
    if (is(http_header(&c->http, c->in.p, H_EXPECT), "100-continue"))
        buf_str(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

static bool key_allowed(struct gateway *g, struct conn *c)
{
    struct text key = http_header(&c->http, c->in.p, H_IDEMPOTENCY_KEY);
    bool fine = key.n >= 1 && key.n <= 128;
    for (size_t i = 0; i < key.n && fine; i++)
        fine = key.p[i] > 0x20 && key.p[i] < 0x7f;
    if (!c->route->op || (c->route->op->retry != RETRY_KEY && !key.p) || fine)
        return true;
    return fail(g, c, ERR_BAD_REQUEST,
                "the header Idempotency-Key is needed: 1 to 128 visible characters" ZH
                "需要 Idempotency-Key 请求头：1 至 128 个可见字符");
}

static bool after_allowed(struct gateway *g, struct conn *c)
{
    struct text t = http_header(&c->http, c->in.p, H_X_AFTER);
    bool fine = t.n <= 512;
    for (size_t i = 0; i < t.n && fine; i++)
        fine = (t.p[i] >= 'a' && t.p[i] <= 'z') || (t.p[i] >= '0' && t.p[i] <= '9') || memchr("_/,", t.p[i], 3);
    return fine ? true
                : fail(g, c, ERR_BAD_REQUEST,
                       "X-After is no list of positions as X-Position gave them" ZH
                       "X-After 格式不正确，应为 X-Position 给出的位置");
}

bool request_head(struct gateway *g, struct conn *c)
{
    client_read(g, c);
    trace_read(c, http_header(&c->http, c->in.p, H_TRACEPARENT));
    return route_read(g, c) && body_allowed(g, c) && story_read_header(g, c) &&
           (!c->route->op || (who_read(g, c) && rate_take(g, c) && key_allowed(g, c) && after_allowed(g, c)));
}

static void call_send(struct gateway *g, struct conn *c)
{
    const struct op_contract *op = c->route->op;
    struct call_frame f = {.id = c->call,
                           .now = call_now(g),
                           .left_ms = (uint32_t)(c->deadline_ms - mono_ms() > 0 ? c->deadline_ms - mono_ms() : 1),
                           .person = c->who.person,
                           .service = {op->service, strlen(op->service)},
                           .op = {op->id, strlen(op->id)},
                           .homes = {c->who.homes, strlen(c->who.homes)},
                           .key = http_header(&c->http, c->in.p, H_IDEMPOTENCY_KEY),
                           .after = http_header(&c->http, c->in.p, H_X_AFTER),
                           .params = {c->params.p ? c->params.p : "", c->params.n},
                           .body = http_body(&c->http, c->in.p)};
    if (op->retry != RETRY_KEY)
        f.key = (struct text){"", 0};
    crypto_generichash(f.client, sizeof f.client, c->client.b, sizeof c->client.b, g->salt, sizeof g->salt);
    memcpy(f.trace, c->trace, sizeof f.trace);
    memcpy(f.span, c->trace, sizeof f.span);
    c->router = bus_send(g->bus, &f);
    if (!c->router) {
        answer_code(g, c, ERR_UNAVAILABLE);
        return;
    }
    c->state = CONN_CALL;
    c->again_ms = 0;
}

void request_done(struct gateway *g, struct conn *c)
{
    struct text target = http_target(&c->http, c->in.p);
    if (!c->route->op) {
        own_answer(g, c, c->route->own);
        return;
    }
    bool keep = c->route->op->cache_s && c->route->op->run == RUN_READ && c->route->is_public &&
                target.n < sizeof c->url && !http_header(&c->http, c->in.p, H_X_AFTER).p;
    memcpy(c->url, keep ? target.p : "", keep ? target.n : 0);
    c->url[keep ? target.n : 0] = '\0';
    if (keep && page_answer(g, c))
        return;
    c->call = id_new(SLOT_BASE + (int)(c - g->conn));
    c->deadline_ms = mono_ms() + CALL_MS;
    c->not_yet_ms = 0;
    call_send(g, c);
}

void request_again(struct gateway *g, struct conn *c)
{
    call_send(g, c);
    if (c->state == CONN_WRITE)
        conn_go(g, c);
}

void reply_take(struct gateway *g, const struct reply_frame *r)
{
    const unsigned char *b = r->id.b;
    uint32_t slot = ((uint32_t)(b[12] & 0x3f) << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15]) - SLOT_BASE;
    struct conn *c = slot < g->n_conn ? &g->conn[slot] : NULL;
    if (!c || c->state != CONN_CALL || !id_eq(c->call, r->id))
        return; /* too late: the caller heard 504, or is gone */
    int64_t now = mono_ms();
    if (r->not_yet && (!c->not_yet_ms || now - c->not_yet_ms < NOT_YET_MS)) {
        if (!c->not_yet_ms)
            c->not_yet_ms = now;
        c->again_ms = now + NOT_YET_AGAIN_MS;
        return;
    }
    char type[64], etag[36] = "";
    struct text body = r->body;
    AUTO_BUF traced = {0};
    if (r->status >= 400 && !r->content_type.n && body.n > 2 && body.p[body.n - 1] == '}' &&
        !memmem(body.p, body.n, "\"trace\":", 8)) { /* the router answers without looking into the call */
        char trace[33];
        hex_encode(c->trace, sizeof c->trace, trace);
        buf_add(&traced, body.p, body.n - 1);
        buf_printf(&traced, ",\"trace\":\"%s\"}", trace);
        body = (struct text){traced.p, traced.n};
    }
    snprintf(type, sizeof type, "%.*s", (int)r->content_type.n, r->content_type.p ? r->content_type.p : "");
    if (c->url[0] && r->status == 200)
        page_keep(g, c, r, etag);
    if (r->position.n)
        position_note(g, r->position);
    answer_send(g, c,
                &(struct answer_parts){.status = r->status,
                                       .content_type = type[0] ? type : NULL,
                                       .body = body.p,
                                       .n = body.n,
                                       .position = r->position,
                                       .etag = etag[0] ? etag : NULL,
                                       .cache_s = etag[0] ? c->route->op->cache_s : 0,
                                       .retry_after_s = r->retry_after_s});
    conn_go(g, c);
}

/* Unknown at once rather than in five seconds: the caller asks again with the same key. A read has changed nothing. */
void replies_lost(struct gateway *g, int router)
{
    for (size_t i = 0; i < g->n_conn; i++) {
        struct conn *c = &g->conn[i];
        if (c->state != CONN_CALL || c->router != router || c->again_ms)
            continue;
        answer_code(g, c, c->route->op->run == RUN_READ ? ERR_UNAVAILABLE : ERR_TIMEOUT);
        conn_go(g, c);
    }
}
