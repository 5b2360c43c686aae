/* A stream is one service in one street. A street follows its own streams and its district's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "service/consumer.h"

#define SERVICES  8
#define ASK_MS    3000  /* an answer that has not come by then is asked for again */
#define SILENT_MS 3000  /* a service that gave no sign for so long is asked for its heads */
#define HALT_MS   10000 /* a halted stream is tried again: what was wrong may have been put right */
#define LIMIT     500   /* events per question */
#define AT_ONCE   16    /* questions under way */

struct source { /* a service that is followed */
    const char *name;
    int64_t heard_ms, asked_ms;
    struct id asked; /* heads_get under way; nil = none */
};
struct head_known {
    size_t source;
    int street;
    int64_t epoch, seq;
};
struct follow {  /* one cursor: this street's place in that stream */
    size_t head; /* index into heads */
    int street;
    int64_t epoch, seq, asked_ms, again_ms;
    struct id asked; /* nil = nothing under way */
    bool known, halted;
    char why[256];
};
struct consumer {
    struct dispatcher *d;
    struct bus *bus;
    struct arena *arena;
    struct source source[SERVICES];
    size_t n_sources;
    struct head_known *head;
    size_t n_heads;
    struct follow *follow;
    size_t n_follows;
    int *street;
    size_t n_streets;
};

struct consumer *consumer_new(struct dispatcher *d, struct bus *b)
{
    struct consumer *c = xcalloc(1, sizeof *c);
    const char *names[SERVICES];
    c->d = d;
    c->bus = b;
    c->arena = arena_new();
    c->n_sources = dispatcher_followed(d, names, SERVICES);
    for (size_t i = 0; i < c->n_sources; i++)
        c->source[i] = (struct source){.name = names[i], .heard_ms = mono_ms()};
    return c;
}

void consumer_free(struct consumer *c)
{
    if (!c)
        return;
    arena_free(c->arena);
    free(c->head);
    free(c->follow);
    free(c->street);
    free(c);
}

/* --- what there is to follow --- */

static void follow_add(struct consumer *c, size_t head, int street)
{
    for (size_t i = 0; i < c->n_follows; i++)
        if (c->follow[i].head == head && c->follow[i].street == street)
            return;
    c->follow = xrealloc(c->follow, c->n_follows + 1, sizeof *c->follow);
    c->follow[c->n_follows++] = (struct follow){.head = head, .street = street};
}

/* Every street of the head's district follows a district's stream; a street's own stream is followed by that street
 * alone. */
static void follows_make(struct consumer *c)
{
    for (size_t h = 0; h < c->n_heads; h++)
        for (size_t s = 0; s < c->n_streets; s++)
            if (c->street[s] == c->head[h].street || region_district(c->street[s]) == c->head[h].street)
                follow_add(c, h, c->street[s]);
}

static void street_add(struct consumer *c, int street)
{
    for (size_t i = 0; i < c->n_streets; i++)
        if (c->street[i] == street)
            return;
    c->street = xrealloc(c->street, c->n_streets + 1, sizeof *c->street);
    c->street[c->n_streets++] = street;
    if (region_district(street) != street)
        street_add(c, region_district(street));
    follows_make(c);
}

static void head_learn(struct consumer *c, size_t source, int street, int64_t epoch, int64_t seq)
{
    size_t i = 0;
    while (i < c->n_heads && (c->head[i].source != source || c->head[i].street != street))
        i++;
    if (i == c->n_heads) {
        c->head = xrealloc(c->head, c->n_heads + 1, sizeof *c->head);
        c->head[c->n_heads++] = (struct head_known){.source = source, .street = street};
        follows_make(c);
    }
    struct head_known *h = &c->head[i];
    if (h->epoch != epoch || h->seq < seq)
        *h = (struct head_known){source, street, epoch, seq};
    street_add(c, street);
}

void consumer_heard(struct consumer *c, const char *topic, const void *payload, size_t n)
{
    char text[64];
    long long epoch = 0, seq = 0;
    if (strncmp(topic, "head.", 5) != 0 || n >= sizeof text)
        return;
    const char *dot = strchr(topic + 5, '.');
    size_t length = dot ? (size_t)(dot - topic - 5) : 0, s = 0;
    int64_t street = 0;
    if (!dot || !int_parse(dot + 1, &street))
        return;
    memcpy(text, payload, n);
    text[n] = '\0';
    if (street >= 100000000 &&
        street <= 999999999) /* also of services that are not followed: it tells that the street is there */
        street_add(c, (int)street);
    while (s < c->n_sources &&
           (strlen(c->source[s].name) != length || memcmp(c->source[s].name, topic + 5, length) != 0))
        s++;
    if (s == c->n_sources)
        return;
    c->source[s].heard_ms = mono_ms();
    char *end = NULL;
    epoch = strtoll(text, &end, 10);
    seq = end && *end == ' ' ? strtoll(end + 1, &end, 10) : 0;
    if (street > 0 && epoch > 0 && seq > 0)
        head_learn(c, s, (int)street, epoch, seq);
}

/* --- asking --- */

static struct id ask(struct consumer *c, const char *service, const char *op, const char *params)
{
    struct id id = id_new(100000000);
    struct call_frame f = {.id = id,
                           .now = wall_now(),
                           .left_ms = ASK_MS,
                           .service = {service, strlen(service)},
                           .op = {op, strlen(op)},
                           .params = {params, strlen(params)}};
    return bus_send(c->bus, &f) ? id : ID_NIL;
}

static void heads_ask(struct consumer *c, struct source *s, int64_t now)
{
    bool first = s->asked_ms == 0;
    if (!id_is_nil(s->asked) && now - s->asked_ms < ASK_MS)
        return;
    if (!first && (now - s->heard_ms < SILENT_MS || now - s->asked_ms < SILENT_MS))
        return;
    s->asked = ask(c, s->name, "heads_get", "");
    if (!id_is_nil(s->asked) || !first)
        s->asked_ms = now;
}

/* Is there anything after our cursor? Asks for the cursor once; afterwards what was applied tells it. */
static bool is_behind(struct consumer *c, struct follow *f)
{
    const struct head_known *h = &c->head[f->head];
    struct err e = {0};
    if (!f->known) {
        int found = cursor_get(c->d, f->street, c->source[h->source].name, h->street, &f->epoch, &f->seq, &e);
        if (found < 0)
            return false;
        f->known = true;
        if (!found)
            f->epoch = h->epoch;
    }
    return f->epoch != h->epoch || f->seq != h->seq;
}

static void events_ask(struct consumer *c, struct follow *f, int64_t now)
{
    const struct head_known *h = &c->head[f->head];
    char params[128];
    snprintf(params, sizeof params, "stream=%d&after=%lld&limit=%d", h->street, (long long)f->seq, LIMIT);
    f->asked = ask(c, c->source[h->source].name, "events_after", params);
    f->asked_ms = now;
}

void consumer_turn(struct consumer *c)
{
    int64_t now = mono_ms();
    size_t under_way = 0;
    for (size_t i = 0; i < c->n_sources; i++)
        heads_ask(c, &c->source[i], now);
    for (size_t i = 0; i < c->n_follows; i++)
        under_way += !id_is_nil(c->follow[i].asked);
    for (size_t i = 0; i < c->n_follows && dispatcher_connected(c->d); i++) {
        struct follow *f = &c->follow[i];
        bool waits = !id_is_nil(f->asked) && now - f->asked_ms < ASK_MS;
        if (waits || now < f->again_ms || under_way >= AT_ONCE || !is_behind(c, f))
            continue;
        events_ask(c, f, now);
        under_way++;
    }
}

/* --- answers --- */

static void halt(struct consumer *c, struct follow *f, const struct err *e)
{
    const struct head_known *h = &c->head[f->head];
    char safe[300], why[256];
    bool told = f->halted && strcmp(err_text(e, why), f->why) == 0;
    f->halted = true;
    f->again_ms = mono_ms() + HALT_MS;
    if (told)
        return;
    err_text(e, f->why);
    log_error("event=stream_halted stream=%s/%d street=%d after=%lld why=%s", c->source[h->source].name, h->street,
              f->street, (long long)f->seq, log_safe(f->why, safe, sizeof safe));
}

static void events_take(struct consumer *c, struct follow *f, const struct reply_frame *r)
{
    const struct head_known h = c->head[f->head];
    struct fetched got;
    struct err e = {0};
    f->asked = ID_NIL;
    f->again_ms = mono_ms() + 100;
    arena_reset(c->arena);
    if (r->status != 200 || !dispatcher_connected(c->d))
        return;
    if (fetched_read(c->source[h.source].name, h.street, r->body.p, r->body.n, c->arena, &got, &e) < 0) {
        halt(c, f, &e);
        return;
    }
    head_learn(c, h.source, h.street, got.epoch, got.head);
    int64_t epoch = 0, seq = 0;
    switch (events_apply(c->d, f->street, &got, &epoch, &seq, &e)) {
    case APPLIED:
        if (f->halted)
            log_info("event=stream_resumed stream=%s/%d street=%d", c->source[h.source].name, h.street, f->street);
        f->halted = false;
        f->epoch = epoch;
        f->seq = seq;
        f->again_ms = 0;
        break;
    case HALTED:
        if (epoch)
            f->seq = seq;
        halt(c, f, &e);
        break;
    case ELSEWHERE: /* another instance applies it: look again soon where it stands */
    case LATER:
        f->known = false;
        break;
    }
}

static void heads_take(struct consumer *c, size_t source, const struct reply_frame *r)
{
    c->source[source].asked = ID_NIL;
    if (r->status != 200)
        return;
    c->source[source].heard_ms = mono_ms();
    arena_reset(c->arena);
    char *text = arena_copy(c->arena, r->body.p, r->body.n), *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *end = NULL;
        long street = strtol(line, &end, 10);
        long long epoch = *end == '\t' ? strtoll(end + 1, &end, 10) : 0,
                  seq = *end == '\t' ? strtoll(end + 1, &end, 10) : 0;
        if (street >= 100000000 && street <= 999999999 && epoch > 0 && seq > 0)
            head_learn(c, source, (int)street, epoch, seq);
    }
}

bool consumer_reply(struct consumer *c, const struct reply_frame *r)
{
    for (size_t i = 0; i < c->n_sources; i++)
        if (id_eq(c->source[i].asked, r->id)) {
            heads_take(c, i, r);
            return true;
        }
    for (size_t i = 0; i < c->n_follows; i++)
        if (id_eq(c->follow[i].asked, r->id)) {
            events_take(c, &c->follow[i], r);
            return true;
        }
    return false;
}

void consumer_lost(struct consumer *c)
{
    for (size_t i = 0; i < c->n_sources; i++)
        c->source[i].asked = ID_NIL;
    for (size_t i = 0; i < c->n_follows; i++)
        c->follow[i].asked = ID_NIL;
}

void consumer_forget(struct consumer *c)
{
    for (size_t i = 0; i < c->n_follows; i++)
        c->follow[i].known = false;
}

/* --- telling how it goes --- */

int64_t consumer_heard_ms(const struct consumer *c)
{
    int64_t last = 0;
    for (size_t i = 0; i < c->n_sources; i++)
        if (c->source[i].heard_ms > last)
            last = c->source[i].heard_ms;
    return last;
}

static int64_t lag_of(const struct consumer *c, const struct follow *f)
{
    const struct head_known *h = &c->head[f->head];
    if (!f->known)
        return 1;
    return f->epoch == h->epoch && h->seq >= f->seq ? h->seq - f->seq : 1;
}

int64_t consumer_lag(const struct consumer *c)
{
    int64_t lag = 0;
    for (size_t i = 0; i < c->n_follows; i++)
        lag += lag_of(c, &c->follow[i]);
    return lag;
}

size_t consumer_halted(const struct consumer *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_follows; i++)
        n += c->follow[i].halted;
    return n;
}

void consumer_state(const struct consumer *c, struct buf *out)
{
    buf_str(out, ",\"follows\":[");
    for (size_t i = 0; i < c->n_sources; i++)
        buf_printf(out, "%s\"%s\"", i ? "," : "", c->source[i].name);
    buf_str(out, "],\"streams\":[");
    for (size_t i = 0; i < c->n_follows; i++) {
        const struct follow *f = &c->follow[i];
        const struct head_known *h = &c->head[f->head];
        buf_printf(out, "%s{\"stream\":\"%s/%d\",\"street\":\"%d\",\"head\":%lld,\"cursor\":%lld,\"lag\":%lld",
                   i ? "," : "", c->source[h->source].name, h->street, f->street, (long long)h->seq, (long long)f->seq,
                   (long long)lag_of(c, f));
        if (f->halted) {
            buf_str(out, ",\"halted\":");
            buf_json_text(out, f->why, strlen(f->why));
        }
        buf_str(out, "}");
    }
    buf_str(out, "]");
}

void consumer_metrics(const struct consumer *c, struct buf *out)
{
    buf_printf(out, "gauge\txq_stream_lag\tEvents known of and not applied\t\t%lld\n", (long long)consumer_lag(c));
    buf_printf(out, "gauge\txq_streams_halted\tStreams that stopped and need an administrator\t\t%zu\n",
               consumer_halted(c));
}
