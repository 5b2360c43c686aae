/* See http.h. A request is a slot with its own easy handle, reused; a slot that waits for its next attempt is on no
 * curl list. */
#include "http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum slot_state { FREE, OUT, WAITING };
struct slot {
    struct http *h;
    CURL *easy;
    struct curl_slist *headers;
    enum slot_state state;
    struct buf body; /* sent */
    struct http_answer a;
    http_done *done;
    void *ctx;
    int64_t began_ms, again_ms, retry_after_ms;
    char error[CURL_ERROR_SIZE];
};
struct http {
    CURLM *multi;
    char *base;
    struct slot *slot;
    size_t n, busy;
    int attempts;
    int64_t budget_ms, timeout_ms;
    uint64_t retries;
};

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
    struct slot *s = ctx;
    buf_add(&s->a.body, p, size * n);
    return size * n;
}

static bool header_is(const char *line, size_t n, const char *name, const char **value, size_t *value_n)
{
    size_t k = strlen(name);
    if (n <= k || strncasecmp(line, name, k) != 0 || line[k] != ':')
        return false;
    const char *p = line + k + 1, *end = line + n;
    while (p < end && *p == ' ')
        p++;
    while (end > p && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
        end--;
    *value = p;
    *value_n = (size_t)(end - p);
    return true;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
    struct slot *s = ctx;
    const char *v;
    size_t k;
    if (header_is(p, size * n, "X-Position", &v, &k))
        snprintf(s->a.position, sizeof s->a.position, "%.*s", (int)k, v);
    else if (header_is(p, size * n, "Retry-After", &v, &k))
        s->retry_after_ms = strtol(v, NULL, 10) * 1000;
    return size * n;
}

struct http *http_new(const struct http_options *o)
{
    static bool begun;
    if (!begun && curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        die("libcurl does not start");
    begun = true;
    struct http *h = xcalloc(1, sizeof *h);
    h->multi = curl_multi_init();
    h->base = xstrdup(o->base);
    h->n = o->in_flight ? o->in_flight : 64;
    h->attempts = o->attempts ? o->attempts : 40;
    h->budget_ms = o->budget_ms ? o->budget_ms : 60000;
    h->timeout_ms = o->timeout_ms ? o->timeout_ms : 10000;
    h->slot = xcalloc(h->n, sizeof *h->slot);
    for (size_t i = 0; i < h->n; i++) {
        struct slot *s = &h->slot[i];
        s->h = h;
        s->easy = curl_easy_init();
        if (!s->easy)
            die("libcurl has no handle left");
    }
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)h->n);
    return h;
}

void http_free(struct http *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->n; i++) {
        struct slot *s = &h->slot[i];
        if (s->state == OUT)
            curl_multi_remove_handle(h->multi, s->easy);
        curl_easy_cleanup(s->easy);
        curl_slist_free_all(s->headers);
        buf_free(&s->body);
        buf_free(&s->a.body);
    }
    curl_multi_cleanup(h->multi);
    free(h->slot);
    free(h->base);
    free(h);
}

static void header(struct slot *s, const char *name, const char *value)
{
    AUTO_BUF line = {0};
    buf_printf(&line, "%s: %s", name, value);
    s->headers = curl_slist_append(s->headers, line.p);
}

static void prepare(struct slot *s, const struct http_request *r)
{
    struct http *h = s->h;
    AUTO_BUF url = {0};
    buf_printf(&url, "%s%s", h->base, r->path);
    curl_easy_reset(s->easy);
    curl_slist_free_all(s->headers);
    s->headers = NULL;
    buf_clear(&s->body);
    const char *method = r->method ? r->method : "GET";
    curl_easy_setopt(s->easy, CURLOPT_URL, url.p);
    curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
    curl_easy_setopt(s->easy, CURLOPT_ERRORBUFFER, s->error);
    curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(s->easy, CURLOPT_TIMEOUT_MS, (long)h->timeout_ms);
    curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
    curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, s);
    curl_easy_setopt(s->easy, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(s->easy, CURLOPT_NOPROXY, "*");
    if (r->body || strcmp(method, "GET") != 0) {
        buf_add(&s->body, r->body ? r->body : "", r->body_n);
        curl_easy_setopt(s->easy, CURLOPT_POSTFIELDS, s->body.n ? s->body.p : "");
        curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body.n);
        if (s->body.n)
            header(s, "Content-Type", "application/json");
    }
    header(s, "Expect", "");
    char when[40];
    if (r->token) {
        AUTO_BUF bearer = {0};
        buf_printf(&bearer, "Bearer %s", r->token);
        header(s, "Authorization", bearer.p);
    }
    if (r->key)
        header(s, "Idempotency-Key", r->key);
    if (r->after)
        header(s, "X-After", r->after);
    if (r->story != TIME_NONE && r->story != 0)
        header(s, "X-Story-Time", when_text(r->story, when));
    curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
}

static void attempt(struct slot *s)
{
    buf_clear(&s->a.body);
    s->a.status = 0;
    *s->a.position = *s->a.failure = *s->error = '\0';
    s->retry_after_ms = 0;
    s->a.attempts++;
    s->state = OUT;
    curl_multi_add_handle(s->h->multi, s->easy);
}

/* Unknown or "later": the two kinds that are tried again. */
static bool again(const struct slot *s)
{
    int status = s->a.status;
    return status == 0 || status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
           status == 504;
}

static void finish(struct slot *s)
{
    struct http *h = s->h;
    s->a.ms = mono_ms() - s->began_ms;
    int64_t wait = s->retry_after_ms;
    if (wait <= 0) { /* 25 ms doubling to 1.6 s */
        int shift = s->a.attempts < 7 ? s->a.attempts - 1 : 6;
        wait = INT64_C(25) << shift;
    }
    if (again(s) && s->a.attempts < h->attempts && s->a.ms + wait < h->budget_ms) {
        h->retries++;
        s->state = WAITING;
        s->again_ms = mono_ms() + wait;
        return;
    }
    buf_add(&s->a.body, "", 1);
    s->a.body.n--;
    /* Free before the callback: it may send the next request. The body moves out with the copy. */
    struct http_answer a = s->a;
    s->a = (struct http_answer){0};
    s->state = FREE;
    h->busy--;
    s->done(s->ctx, &a);
    if (!s->a.body.p) { /* the memory is used again unless the callback filled the slot */
        s->a.body = a.body;
        buf_clear(&s->a.body);
    } else {
        buf_free(&a.body);
    }
}

static void collect(struct http *h)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(h->multi, &left))) {
        if (m->msg != CURLMSG_DONE)
            continue;
        struct slot *s = NULL;
        long status = 0;
        CURLcode rc = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&s);
        curl_easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE, &status);
        curl_multi_remove_handle(h->multi, s->easy);
        s->a.status = rc == CURLE_OK ? (int)status : 0;
        if (rc != CURLE_OK)
            snprintf(s->a.failure, sizeof s->a.failure, "%.150s", *s->error ? s->error : curl_easy_strerror(rc));
        finish(s);
    }
}

void http_turn(struct http *h, int wait_ms)
{
    int running = 0;
    int64_t now = mono_ms();
    for (size_t i = 0; i < h->n; i++) {
        struct slot *s = &h->slot[i];
        if (s->state != WAITING)
            continue;
        if (s->again_ms <= now)
            attempt(s);
        else if (s->again_ms - now < wait_ms)
            wait_ms = (int)(s->again_ms - now);
    }
    curl_multi_perform(h->multi, &running);
    collect(h);
    if (h->busy && wait_ms > 0) {
        curl_multi_poll(h->multi, NULL, 0, wait_ms, NULL);
        curl_multi_perform(h->multi, &running);
        collect(h);
    }
}

void http_send(struct http *h, const struct http_request *r, http_done *done, void *ctx)
{
    while (h->busy == h->n)
        http_turn(h, 100);
    struct slot *s = h->slot;
    while (s->state != FREE)
        s++;
    h->busy++;
    s->done = done;
    s->ctx = ctx;
    s->began_ms = mono_ms();
    s->a.attempts = 0;
    prepare(s, r);
    attempt(s);
}

void http_wait(struct http *h)
{
    while (h->busy)
        http_turn(h, 100);
}

size_t http_pending(const struct http *h)
{
    return h->busy;
}

uint64_t http_retries(const struct http *h)
{
    return h->retries;
}

struct waited {
    bool done;
    struct http_answer *out;
};

static void call_done(void *ctx, const struct http_answer *a)
{
    struct waited *w = ctx;
    struct buf body = {0};
    buf_add(&body, a->body.p, a->body.n);
    *w->out = *a;
    w->out->body = body;
    w->done = true;
}

int http_call(struct http *h, const struct http_request *r, struct http_answer *out)
{
    struct waited w = {false, out};
    *out = (struct http_answer){0};
    http_send(h, r, call_done, &w);
    while (!w.done)
        http_turn(h, 100);
    return out->status;
}

void http_answer_free(struct http_answer *a)
{
    buf_free(&a->body);
}
