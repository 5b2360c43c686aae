/* The router's decisions about what comes in: calls, asks, replies, deaths, attempts. What is given out:
 * router_turn_rules.c. */
#include <stdlib.h>
#include <string.h>

#include "router_rules_inside.h"

#define SUSPECT_US 10000

const struct rules_limits rules_defaults = {
    .queue_calls = 20000,
    .queue_bytes = 64 << 20,
    .pack_calls = PACK_CALLS,
    .pack_bytes = PACK_BYTES,
    .patience_us = 1000,
    .silent_us = 2200000,
    .probe_us = 500000,
    .idle_us = 900000,
    .attempts = 3,
};

struct rules *rules_new(const struct rules_limits *l, const struct rules_sink *s)
{
    struct rules *r = xcalloc(1, sizeof *r);
    r->limits = *l;
    if (r->limits.pack_calls > PACK_CALLS)
        r->limits.pack_calls = PACK_CALLS;
    r->sink = *s;
    return r;
}

void rules_free(struct rules *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_processes; i++) {
        for (size_t k = 0; k < r->process[i]->n_calls; k++)
            free(r->process[i]->call[k]);
        free(r->process[i]);
    }
    for (size_t i = 0; i < r->n_services; i++)
        for (struct waiting *w = r->queue[i].first, *next; w; w = next) {
            next = w->next;
            free(w);
        }
    buf_free(&r->pack.bytes);
    free(r);
}

static bool same(const struct peer *a, const struct peer *b)
{
    return a->n == b->n && memcmp(a->id, b->id, a->n) == 0;
}

static struct process *process_find(struct rules *r, const struct peer *p)
{
    for (size_t i = 0; i < r->n_processes; i++)
        if (same(&r->process[i]->peer, p))
            return r->process[i];
    return NULL;
}

static size_t service_find(struct rules *r, const char *name, size_t n, bool make)
{
    for (size_t i = 0; i < r->n_services; i++)
        if (strlen(r->queue[i].name) == n && memcmp(r->queue[i].name, name, n) == 0)
            return i;
    if (!make || r->n_services == SERVICES_MAX || n >= NAME_MAX_)
        return SERVICES_MAX;
    memcpy(r->queue[r->n_services].name, name, n);
    r->stats[r->n_services].name = r->queue[r->n_services].name;
    return r->n_services++;
}

void queue_push(struct queue *q, struct waiting *w, bool front)
{
    w->next = front ? q->first : NULL;
    if (front)
        q->first = w;
    else if (q->last)
        q->last->next = w;
    else
        q->first = w;
    if (!w->next)
        q->last = w;
    q->n++;
    q->bytes += w->n;
}

struct waiting *queue_pop(struct queue *q)
{
    struct waiting *w = q->first;
    q->first = w->next;
    if (!q->first)
        q->last = NULL;
    q->n--;
    q->bytes -= w->n;
    return w;
}

/* Ends a call without its service. One that was never handed out is certainly not done; one that was is unknown. */
void rules_refuse(struct rules *r, size_t service, struct waiting *w, enum err_code fresh)
{
    r->stats[service].refused++;
    r->sink.refuse(r->sink.ctx, &w->caller, w->id, w->attempt ? ERR_TIMEOUT : fresh, 1);
    free(w);
}

static bool service_lives(const struct rules *r, size_t service)
{
    for (size_t i = 0; i < r->n_processes; i++)
        if (r->process[i]->service == service && r->process[i]->state != AWAY && !r->process[i]->leaving)
            return true;
    return false;
}

/* Nobody is left to work: what was never handed out hears it at once; what was waits for somebody to come back. */
void rules_service_lost(struct rules *r, size_t service)
{
    struct queue *q = &r->queue[service], keep = {.first = NULL};
    if (service_lives(r, service))
        return;
    while (q->first) {
        struct waiting *w = queue_pop(q);
        if (w->attempt)
            queue_push(&keep, w, false);
        else
            rules_refuse(r, service, w, ERR_UNAVAILABLE);
    }
    q->first = keep.first;
    q->last = keep.last;
    q->n = keep.n;
    q->bytes = keep.bytes;
}

bool rules_fresh(struct rules *r, int64_t now)
{
    if (!r->fresh_until)
        r->fresh_until = now + r->limits.fresh_us;
    return now < r->fresh_until;
}

void rules_call(struct rules *r, int64_t now, const struct peer *caller, const void *frame, size_t n)
{
    struct call_frame f;
    if (!call_decode(frame, n, &f))
        return;
    bool fresh = rules_fresh(r, now);
    size_t service = service_find(r, f.service.p, f.service.n, fresh);
    struct waiting *w = xcalloc(1, sizeof *w + n);
    *w =
        (struct waiting){.id = f.id, .caller = *caller, .until = now + (int64_t)f.left_ms * 1000, .since = now, .n = n};
    memcpy(w->frame, frame, n);
    if (service == SERVICES_MAX) {
        r->sink.refuse(r->sink.ctx, caller, f.id, ERR_UNAVAILABLE, 1);
        free(w);
        return;
    }
    r->stats[service].calls++;
    if (!fresh && !service_lives(r, service))
        rules_refuse(r, service, w, ERR_UNAVAILABLE);
    else if (r->queue[service].n >= r->limits.queue_calls || r->queue[service].bytes + n > r->limits.queue_bytes ||
             !f.left_ms)
        rules_refuse(r, service, w, ERR_BUSY);
    else
        queue_push(&r->queue[service], w, false);
}

/* --- processes --- */

/* The holder died or fell silent: each call it held is sent again by itself, so that one that kills takes no neighbour
 * with it. */
void rules_hand_lost(struct rules *r, int64_t now, struct process *p)
{
    struct rules_service *s = &r->stats[p->service];
    for (size_t k = p->n_calls; k-- > 0;) { /* backwards: pushed to the front, they keep their order */
        struct waiting *w = p->call[k];
        p->call[k] = NULL;
        if (!w)
            continue;
        w->deaths++;
        if (w->deaths >= 2) {
            s->quarantined++;
            r->sink.quarantine(r->sink.ctx, w->id, s->name, w->frame, w->n);
            r->sink.refuse(r->sink.ctx, &w->caller, w->id, ERR_QUARANTINED, 0);
            free(w);
        } else if (w->attempt >= r->limits.attempts || w->until <= now) {
            rules_refuse(r, p->service, w, ERR_BUSY);
        } else {
            w->alone = true;
            w->since = now;
            s->resent++;
            queue_push(&r->queue[p->service], w, true);
        }
    }
    p->n_calls = p->open = 0;
    p->hand = 0;
}

void rules_process_drop(struct rules *r, int64_t now, struct process *p)
{
    rules_hand_lost(r, now, p);
    size_t service = p->service;
    for (size_t i = 0; i < r->n_processes; i++)
        if (r->process[i] == p) {
            r->process[i] = r->process[--r->n_processes];
            break;
        }
    free(p);
    rules_service_lost(r, service);
}

void rules_gone(struct rules *r, int64_t now, const struct peer *who)
{
    struct process *p = process_find(r, who);
    if (p)
        rules_process_drop(r, now, p);
}

/* As if the pack had not been given: no attempt is counted and nobody died of it. */
void rules_unsent(struct rules *r, int64_t now, const struct peer *who)
{
    struct process *p = process_find(r, who);
    if (!p)
        return;
    for (size_t k = p->n_calls; k-- > 0;) {
        struct waiting *w = p->call[k];
        p->call[k] = NULL;
        if (!w)
            continue;
        w->attempt--;
        queue_push(&r->queue[p->service], w, true);
    }
    rules_process_drop(r, now, p);
}

void rules_suspect(struct rules *r, int64_t now)
{
    for (size_t i = 0; i < r->n_processes; i++) /* soon, not now: the socket needs a moment to forget a broken peer */
        r->process[i]->probed = now - r->limits.probe_us + SUSPECT_US;
    r->suspect = now + SUSPECT_US;
}

void rules_sign(struct rules *r, int64_t now, const struct peer *from)
{
    struct process *p = process_find(r, from);
    if (p)
        p->sign = now;
}

void rules_ask(struct rules *r, int64_t now, const struct peer *from, const char *service, uint64_t boot,
               uint64_t finished)
{
    struct process *p = process_find(r, from);
    size_t at = service_find(r, service, strlen(service), true);
    if (at == SERVICES_MAX || (!p && r->n_processes == PROCESSES_MAX))
        return;
    if (p && (p->service != at || p->boot != boot)) {
        rules_process_drop(r, now, p);
        p = NULL;
    }
    if (!p) {
        p = r->process[r->n_processes++] = xcalloc(1, sizeof *p);
        *p = (struct process){.peer = *from, .service = at, .boot = boot};
    }
    p->sign = p->asked = now;
    if (p->hand && p->hand != finished)
        return;  /* repeated, or it crossed the pack: no sign that this pack is done */
    if (p->open) /* finished without answering all: those are not known to be done */
        for (size_t k = 0; k < p->n_calls; k++)
            if (p->call[k]) {
                rules_refuse(r, at, p->call[k], ERR_INTERNAL);
                p->call[k] = NULL;
            }
    p->hand = 0;
    p->n_calls = p->open = 0;
    p->state = IDLE;
}

void rules_reply(struct rules *r, int64_t now, const struct peer *from, const void *reply, size_t n)
{
    struct reply_frame f;
    struct process *p = process_find(r, from);
    if (!p || !reply_decode(reply, n, &f))
        return;
    p->sign = now;
    for (size_t i = 0; i < p->n_calls;
         i++) { /* answers mostly come in the pack's order: the search begins behind the last one */
        size_t k = (p->hint + i) % p->n_calls;
        struct waiting *w = p->call[k];
        if (!w || !id_eq(w->id, f.id) || w->attempt != f.attempt)
            continue;
        r->sink.forward(r->sink.ctx, &w->caller, reply, n);
        free(w);
        p->call[k] = NULL;
        p->open--;
        p->hint = k + 1;
        return;
    }
    r->stats[p->service].late++;
}

void rules_leave(struct rules *r, int64_t now, const struct peer *from)
{
    struct process *p = process_find(r, from);
    if (p && p->open) {
        p->leaving = true;
        p->sign = now;
        return;
    }
    r->sink.left(r->sink.ctx, from);
    if (p)
        rules_process_drop(r, now, p);
}

void rules_bye(struct rules *r, int64_t now, const struct peer *from)
{
    struct process *p = process_find(r, from);
    if (!p)
        return;
    p->sign = now;
    if (p->open)
        return; /* it crossed a pack, which will be answered and ended by another BYE */
    p->hand = 0;
    p->n_calls = 0;
    p->state = AWAY;
    rules_service_lost(r, p->service);
}
