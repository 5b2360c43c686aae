/* What the processes tell of themselves: the status document, readiness, and whether everything has come to rest. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "gateway.h"

#define GONE_MS 3000

static struct heard *heard_find(struct heard *list, size_t *n, const char *name)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    if (*n == HEARD_MAX || strlen(name) >= sizeof list->name)
        return NULL;
    snprintf(list[*n].name, sizeof list->name, "%s", name);
    return &list[(*n)++];
}

void state_hear(struct gateway *g, const char *topic, const void *payload, size_t n)
{
    bool state = strncmp(topic, "state.", 6) == 0;
    if (!state && strncmp(topic, "metrics.", 8) != 0)
        return;
    struct heard *h =
        state ? heard_find(g->state, &g->n_state, topic + 6) : heard_find(g->metrics, &g->n_metrics, topic + 8);
    if (!h)
        return;
    free(h->text);
    h->text = xcalloc(n + 1, 1);
    memcpy(h->text, payload, n);
    h->ms = mono_ms();
    if (!state)
        return;
    json_decref(h->state);
    h->state = json_loadb(payload, n, 0, NULL);
    int64_t at = json_integer_value(json_object_get(h->state, "story_us"));
    if (g->story && json_object_get(h->state, "story_us") && at > g->story_now)
        g->story_now = at; /* relearned after a restart of ours */
}

/* "intake/330102001/812": nobody may call the suite quiet before its followers have applied what a caller was told. */
void position_note(struct gateway *g, struct text position)
{
    char text[96], *slash;
    int64_t seq;
    if (position.n >= sizeof text)
        return;
    memcpy(text, position.p, position.n);
    text[position.n] = '\0';
    slash = strrchr(text, '/');
    if (!slash || !int_parse(slash + 1, &seq))
        return;
    *slash = '\0';
    if (json_integer_value(json_object_get(g->positions, text)) < seq)
        json_object_set_new(g->positions, text, json_integer(seq));
}

static bool alive(const struct heard *h)
{
    return h->state && mono_ms() - h->ms < GONE_MS;
}

static const char *service_of(const struct heard *h)
{
    const char *s = json_string_value(json_object_get(h->state, "service"));
    return s ? s : "";
}

/* Names of the services in the contract, each once. */
static size_t services(const char *out[16])
{
    size_t n = 0;
    for (size_t i = 0; i < all_contract_n; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++)
            known |= strcmp(out[k], all_contract[i]->service) == 0;
        if (!known && n < 16)
            out[n++] = all_contract[i]->service;
    }
    return n;
}

bool ready(struct gateway *g, struct buf *why)
{
    const char *name[16];
    size_t n = services(name);
    bool all = true;
    for (size_t k = 0; k < n; k++) {
        bool one = false;
        for (size_t i = 0; i < g->n_state; i++)
            one |= alive(&g->state[i]) && strcmp(service_of(&g->state[i]), name[k]) == 0 &&
                   json_is_true(json_object_get(g->state[i].state, "ready"));
        if (!one)
            buf_printf(why, "%s%s", all ? "not ready: " : ", ", name[k]);
        all &= one;
    }
    return all;
}

/* Greatest number known of each stream: from the states and from what callers were told. */
static json_t *heads_of(struct gateway *g)
{
    json_t *heads = json_deep_copy(g->positions);
    for (size_t i = 0; i < g->n_state; i++) {
        const char *street;
        json_t *seq;
        if (!alive(&g->state[i]))
            continue;
        json_object_foreach(json_object_get(g->state[i].state, "heads"), street, seq)
        {
            char stream[96];
            snprintf(stream, sizeof stream, "%s/%s", service_of(&g->state[i]), street);
            if (json_integer_value(json_object_get(heads, stream)) < json_integer_value(seq))
                json_object_set(heads, stream, seq);
        }
    }
    return heads;
}

/* How far the service of `of` stands in that stream for that street: the best of its instances. */
static int64_t cursor_of(struct gateway *g, const char *service, const char *stream, const char *street)
{
    int64_t best = -1;
    for (size_t i = 0; i < g->n_state; i++) {
        size_t k;
        json_t *x;
        if (!alive(&g->state[i]) || strcmp(service_of(&g->state[i]), service) != 0)
            continue;
        json_array_foreach(json_object_get(g->state[i].state, "streams"), k, x)
        {
            const char *s = json_string_value(json_object_get(x, "stream")),
                       *t = json_string_value(json_object_get(x, "street"));
            int64_t cursor = json_integer_value(json_object_get(x, "cursor"));
            if (s && t && strcmp(s, stream) == 0 && (!street || strcmp(t, street) == 0) && cursor > best)
                best = cursor;
        }
    }
    return best;
}

static bool follows(const struct heard *h, const char *service)
{
    size_t i;
    json_t *x;
    json_array_foreach(json_object_get(h->state, "follows"), i,
                       x) if (strcmp(json_string_value(x), service) == 0) return true;
    return false;
}

/* Every event that is known of has been applied by whoever follows it. */
static bool caught_up(struct gateway *g, struct buf *why)
{
    json_auto_t *heads = heads_of(g);
    const char *stream;
    json_t *seq;
    json_object_foreach(heads, stream, seq)
    {
        char service[64];
        const char *slash = strchr(stream, '/');
        snprintf(service, sizeof service, "%.*s", slash ? (int)(slash - stream) : 0, stream);
        for (size_t i = 0; slash && i < g->n_state; i++) {
            struct heard *h = &g->state[i];
            if (!alive(h) || !follows(h, service) ||
                cursor_of(g, service_of(h), stream, slash + 1) >= json_integer_value(seq))
                continue;
            buf_printf(why, "%s has not applied %s up to %lld", h->name, stream, (long long)json_integer_value(seq));
            return false;
        }
    }
    return true;
}

static bool quiet(struct gateway *g, struct buf *why)
{
    if (!ready(g, why) || !caught_up(g, why))
        return false;
    for (size_t i = 0; i < g->n_state; i++) {
        const struct heard *h = &g->state[i];
        if (!alive(h) || !json_object_get(h->state, "follows"))
            continue;
        bool late = g->story && g->story_now != TIME_NONE &&
                    json_integer_value(json_object_get(h->state, "story_us")) < g->story_now;
        int64_t due = json_integer_value(json_object_get(h->state, "due")),
                lag = json_integer_value(json_object_get(h->state, "lag"));
        if (!late && !due && !lag)
            continue;
        buf_printf(why, "%s: due %lld, lag %lld%s", h->name, (long long)due, (long long)lag,
                   late ? ", has not reached the story time" : "");
        return false;
    }
    return true;
}

void status_write(struct gateway *g, struct buf *out)
{
    AUTO_BUF why = {0};
    char text[40];
    bool rests = quiet(g, &why);
    buf_printf(out, "{\"quiet\":%s,\"waits_for\":", rests ? "true" : "false");
    buf_json_text(out, why.p ? why.p : "", why.n);
    if (g->story && g->story_now != TIME_NONE)
        buf_printf(out, ",\"story_time\":\"%s\"", when_text(g->story_now, text));
    buf_str(out, ",\"processes\":[");
    for (size_t i = 0; i < g->n_state; i++) {
        const struct heard *h = &g->state[i];
        if (!h->state)
            continue;
        buf_printf(out, "%s{\"name\":\"%s\",\"gone\":%s,\"silent_ms\":%lld,\"state\":%s}", i ? "," : "", h->name,
                   alive(h) ? "false" : "true", (long long)(mono_ms() - h->ms), h->text);
    }
    buf_str(out, "]}\n");
}

void self_publish(struct gateway *g)
{
    AUTO_BUF s = {0};
    char topic[64], text[40];
    buf_printf(&s,
               "{\"service\":\"gateway\",\"instance\":\"%s\",\"pid\":%d,\"version\":\"%s\",\"started\":\"%s\","
               "\"ready\":%s,\"busy\":%zu}",
               g->program->instance, (int)getpid(), XQ_VERSION, when_text(g->began, text),
               g->draining ? "false" : "true", conns_busy(g));
    snprintf(topic, sizeof topic, "state.gateway.%s", g->program->instance);
    bus_publish(g->bus, topic, s.p, s.n);
}

void state_free(struct gateway *g)
{
    for (size_t i = 0; i < g->n_state; i++) {
        free(g->state[i].text);
        json_decref(g->state[i].state);
    }
    for (size_t i = 0; i < g->n_metrics; i++)
        free(g->metrics[i].text);
    json_decref(g->positions);
}
