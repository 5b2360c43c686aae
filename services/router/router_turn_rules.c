/* The router's decisions about what goes out: packs for whoever asks, what time asks for, the figures. */
#include <stdlib.h>

#include "router_rules_inside.h"

#define LOOK_US 20000 /* calls whose time is used up are looked for so often: they may stand anywhere in the line */

static void give(struct rules *r, int64_t now, struct process *p)
{
    struct queue *q = &r->queue[p->service];
    pack_start(&r->pack);
    p->n_calls = p->hint = 0;
    while (q->first && p->n_calls < r->limits.pack_calls) {
        struct waiting *w = q->first;
        if (p->n_calls && (w->alone || r->pack.bytes.n + w->n > r->limits.pack_bytes))
            break;
        queue_pop(q);
        if (w->until <= now) {
            rules_refuse(r, p->service, w, ERR_BUSY);
            continue;
        }
        w->attempt++;
        call_patch(w->frame, (uint8_t)w->attempt, (uint32_t)((w->until - now + 999) / 1000));
        pack_add(&r->pack, w->frame, w->n);
        p->call[p->n_calls++] = w;
        if (w->alone)
            break;
    }
    if (!p->n_calls)
        return;
    p->open = p->n_calls;
    p->hand = ++r->number;
    p->state = BUSY;
    p->sign = p->probed = now;
    r->stats[p->service].packs++;
    r->sink.pack(r->sink.ctx, &p->peer, p->hand, &r->pack);
}

/* Greedy is wrong with several processes: a second one gets work only when as much waits as the busy pack holds, or the
 * oldest has waited. */
static int64_t share(struct rules *r, int64_t now, size_t service)
{
    struct queue *q = &r->queue[service];
    while (q->first) {
        struct process *idle = NULL;
        size_t busy = 0;
        for (size_t i = 0; i < r->n_processes; i++) {
            struct process *p = r->process[i];
            if (p->service != service || p->leaving)
                continue;
            if (p->state == IDLE && (!idle || p->asked < idle->asked))
                idle = p;
            if (p->state == BUSY && p->open > busy)
                busy = p->open;
        }
        if (!idle)
            return INT64_MAX;
        int64_t waited = now - q->first->since;
        if (busy && !q->first->alone && q->n < busy && waited < r->limits.patience_us)
            return r->limits.patience_us - waited;
        give(r, now, idle);
    }
    return INT64_MAX;
}

static void expire(struct rules *r, int64_t now, size_t service)
{
    struct queue *q = &r->queue[service];
    size_t n = q->n;
    while (n-- && q->first) {
        struct waiting *w = queue_pop(q);
        if (w->until <= now)
            rules_refuse(r, service, w, ERR_BUSY);
        else
            queue_push(q, w, false);
    }
}

static void look_after(struct rules *r, int64_t now, struct process *p)
{
    if (p->state == BUSY && now - p->sign >= r->limits.silent_us) {
        rules_hand_lost(r, now, p);
        p->state = AWAY; /* until it asks again */
        rules_service_lost(r, p->service);
    } else if (p->state != IDLE && now - p->probed >= r->limits.probe_us) {
        p->probed = now;
        r->sink.probe(r->sink.ctx, &p->peer);
    } else if (p->state == IDLE && now - p->asked >= r->limits.idle_us) {
        p->asked = now;
        r->sink.empty(r->sink.ctx, &p->peer);
    }
    if (p->leaving && !p->open) {
        struct peer who = p->peer;
        r->sink.left(r->sink.ctx, &who);
        rules_process_drop(r, now, p);
    }
}

int64_t rules_turn(struct rules *r, int64_t now)
{
    int64_t wait = 100000;
    bool suspect = r->suspect && now >= r->suspect;
    if (!rules_fresh(r, now) && !r->settled) {
        r->settled = true;
        for (size_t s = 0; s < r->n_services; s++)
            rules_service_lost(r, s);
    }
    for (size_t i = r->n_processes; i-- > 0;) { /* backwards: a process may be dropped */
        if (suspect && r->process[i]->state == IDLE)
            r->sink.probe(r->sink.ctx, &r->process[i]->peer);
        look_after(r, now, r->process[i]);
    }
    if (suspect)
        r->suspect = 0;
    if (r->suspect && r->suspect - now < wait)
        wait = r->suspect - now;
    for (size_t s = 0; s < r->n_services; s++) {
        if (r->queue[s].first && now - r->looked >= LOOK_US)
            expire(r, now, s);
        int64_t want = share(r, now, s);
        if (want < wait)
            wait = want;
        if (r->queue[s].first && wait > LOOK_US)
            wait = LOOK_US;
    }
    if (now - r->looked >= LOOK_US)
        r->looked = now;
    return wait > 0 ? wait : 0;
}

size_t rules_services(struct rules *r, const struct rules_service **out)
{
    struct rules_service *s = r->stats; /* what is derived is counted when asked for */
    for (size_t i = 0; i < r->n_services; i++) {
        s[i].waiting = r->queue[i].n;
        s[i].idle = s[i].busy = 0;
        for (size_t k = 0; k < r->n_processes; k++)
            if (r->process[k]->service == i) {
                s[i].idle += r->process[k]->state == IDLE;
                s[i].busy += r->process[k]->state == BUSY;
            }
    }
    *out = s;
    return r->n_services;
}
