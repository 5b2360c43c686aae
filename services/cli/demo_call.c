/* The story teller as an HTTP client: sends, keeps one member of each answer, and stops the story at the first refusal.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"
#include "session.h"

#define QUIET_MS 90000

struct sent {
    struct demo *d;
    char what[420];
    keep_fn *keep;
    void *to;
};

static void fail(struct demo *d, const char *what, const struct http_answer *a)
{
    if (d->failed)
        return;
    d->failed = true;
    if (a->status == 0)
        (void)FAIL(d->err, UNAVAILABLE, "%s: no answer: %s" ZH "%s：没有答复：%s", what, a->failure, what, a->failure);
    else
        (void)FAIL(d->err, CONFLICT, "%s: answered %d: %.300s" ZH "%s：答复 %d", what, a->status,
                   a->body.n ? a->body.p : "", what, a->status);
}

static void sent_done(void *ctx, const struct http_answer *a)
{
    struct sent *s = ctx;
    bool natural =
        strncmp(s->what, "PUT", 3) == 0; /* has no stored answer: played again after the close it hears 409 */
    if (natural && a->status == 409) {
        free(s);
        return;
    }
    json_auto_t *j = s->keep ? json_loadb(a->body.p ? a->body.p : "", a->body.n, 0, NULL) : NULL;
    if (a->status < 200 || a->status > 299 || (s->keep && !s->keep(s->to, j)))
        fail(s->d, s->what, a);
    free(s);
}

bool keep_id(void *to, const json_t *answer)
{
    const char *id = json_string_value(json_object_get(answer, "id"));
    return id && snprintf(to, sizeof(code37), "%s", id) == 36;
}

void demo_send(struct demo *d, const struct person *who, const char *method, json_t *body, keep_fn *keep, void *to,
               const char *path, ...)
{
    json_auto_t *owned = body;
    char at[400], key[64];
    va_list ap;
    va_start(ap, path);
    vsnprintf(at, sizeof at, path, ap);
    va_end(ap);
    snprintf(key, sizeof key, "demo-%llu-%llu", (unsigned long long)d->seed, (unsigned long long)++d->serial);
    if (d->failed)
        return;
    struct sent *s = xcalloc(1, sizeof *s);
    *s = (struct sent){.d = d, .keep = keep, .to = to};
    snprintf(s->what, sizeof s->what, "%s %s", method, at);
    AUTO_FREE char *text = owned ? json_dumps(owned, JSON_COMPACT) : NULL;
    http_send(d->http,
              &(struct http_request){.method = method,
                                     .path = at,
                                     .body = text,
                                     .body_n = text ? strlen(text) : 0,
                                     .token = who ? who->token : NULL,
                                     .key = strcmp(method, "POST") == 0 ? key : NULL,
                                     .story = d->now},
              sent_done, s);
}

int demo_done(struct demo *d)
{
    http_wait(d->http);
    return d->failed ? -1 : 0;
}

static json_t *get(struct demo *d, const char *path)
{
    AUTO_ANSWER a = {0};
    if (d->failed)
        return NULL;
    http_call(d->http, &(struct http_request){.path = path, .story = d->now}, &a);
    json_t *j = a.status == 200 ? json_loadb(a.body.p ? a.body.p : "", a.body.n, 0, NULL) : NULL;
    if (!j)
        fail(d, path, &a);
    return j;
}

int demo_list(struct demo *d, void (*each)(struct demo *d, const json_t *item), const char *path, ...)
{
    char at[300], page[700];
    va_list ap;
    va_start(ap, path);
    vsnprintf(at, sizeof at, path, ap);
    va_end(ap);
    snprintf(page, sizeof page, "%s", at);
    for (;;) {
        json_auto_t *j = get(d, page);
        if (!j)
            return -1;
        size_t i;
        json_t *item;
        json_array_foreach(json_object_get(j, "items"), i, item) each(d, item);
        const char *next = json_string_value(json_object_get(j, "next"));
        if (!next)
            return 0;
        snprintf(page, sizeof page, "%s%ccursor=%s", at, strchr(at, '?') ? '&' : '?', next);
    }
}

int demo_quiet(struct demo *d)
{
    if (demo_done(d) < 0)
        return -1;
    int64_t until = mono_ms() + QUIET_MS;
    for (;;) {
        json_auto_t *j = get(d, "/v1/status");
        if (!j)
            return -1;
        if (json_is_true(json_object_get(j, "quiet")))
            return 0;
        if (mono_ms() > until) {
            d->failed = true;
            return FAIL(d->err, TIMEOUT,
                        "the services did not come to rest within %d s; xq status says what hangs" ZH
                        "各服务在 %d 秒内未处理完毕；xq status 可查看原因",
                        QUIET_MS / 1000, QUIET_MS / 1000);
        }
        http_turn(d->http, 15);
    }
}

int demo_at(struct demo *d, int64_t t)
{
    if (demo_done(d) < 0)
        return -1;
    d->now = t;
    return demo_quiet(d);
}

int64_t story(int year, int month, int day, int hour)
{
    char text[40];
    int64_t t = 0;
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:00:00+08:00", year, month, day, hour);
    if (!when_parse(text, &t))
        die("demo: no such day: %s", text);
    return t;
}

/* The session's token and the person's id both come out of one answer. */
struct entering {
    struct demo *d;
    struct person *p;
};

static void entered(void *ctx, const struct http_answer *a)
{
    struct entering *s = ctx;
    json_auto_t *j =
        a->status == 201 || a->status == 200 ? json_loadb(a->body.p ? a->body.p : "", a->body.n, 0, NULL) : NULL;
    const char *token = json_string_value(json_object_get(j, "token")),
               *person = json_string_value(json_object_get(j, "person"));
    if (token && person && strlen(token) < sizeof s->p->token && strlen(person) < sizeof s->p->id) {
        memcpy(s->p->token, token, strlen(token) + 1);
        memcpy(s->p->id, person, strlen(person) + 1);
    } else {
        fail(s->d, "POST /v1/sessions", a);
    }
    free(s);
}

void demo_login(struct demo *d, struct person *p, const char *kind, const char *subject, const char *home)
{
    if (d->failed)
        return;
    AUTO_FREE char *text = session_login(d->signer, kind, subject, home, d->err);
    if (!text) {
        d->failed = true;
        return;
    }
    struct entering *s = xcalloc(1, sizeof *s);
    *s = (struct entering){d, p};
    snprintf(p->home, sizeof p->home, "%s", home);
    http_send(d->http,
              &(struct http_request){
                  .method = "POST", .path = "/v1/sessions", .body = text, .body_n = strlen(text), .story = d->now},
              entered, s);
}
