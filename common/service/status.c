/* How a service process is: state.* (JSON) and metrics.* (lines), for the gateway's /v1/status and /metrics. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "service/process.h"

#define STATE_MS 50 /* at most so often, when something changed */

/* False: the database did not tell. A state without its heads must not pass for one that has nothing to tell. */
static bool own_heads(struct process *p, struct buf *out)
{
    struct err e = {0};
    struct head *h = NULL;
    size_t n = 0;
    struct arena *a = arena_new();
    bool told = false;
    if (dispatcher_connected(p->d)) {
        db_deadline(dispatcher_db(p->d), mono_ms() + 2000);
        told = heads_read(p->d, a, &h, &n, &e) == 0;
    }
    buf_str(out, ",\"heads\":{");
    for (size_t i = 0; told && i < n; i++)
        buf_printf(out, "%s\"%d\":%lld", i ? "," : "", h[i].street, (long long)h[i].seq);
    buf_str(out, "}");
    arena_free(a);
    return told;
}

/* Whoever waits for quiet must not find it between a write and the timers and beats that follow from it. */
int64_t due_now(struct process *p)
{
    if (dispatcher_wrote(p->d)) {
        p->beats_behind = p->service->beats != NULL;
        p->timers_behind = p->story && p->story_now != TIME_NONE && p->service->timers && p->service->timers->name;
        if (p->timers_behind)
            p->timers_ms = 0;
    }
    return p->timers.due + p->timers_behind + p->beats_behind;
}

void state_publish(struct process *p, bool metrics)
{
    AUTO_BUF s = {0}, m = {0}, heads = {0};
    char topic[64], text[40];
    bool connected = own_heads(p, &heads);
    const struct counters *k = dispatcher_counters(p->d);
    buf_printf(
        &s,
        "{\"service\":\"%s\",\"instance\":\"%s\",\"pid\":%d,\"version\":\"%s\",\"started\":\"%s\",\"ready\":%s,\"db\":",
        p->service->name, p->flags->instance, (int)getpid(), XQ_VERSION, when_text(p->began, text),
        connected && !p->left ? "true" : "false");
    buf_json_text(&s, connected ? "ok" : p->why, connected ? 2 : strlen(p->why));
    if (p->story && p->story_done != TIME_NONE)
        buf_printf(&s, ",\"story_time\":\"%s\",\"story_us\":%lld", when_text(p->story_done, text),
                   (long long)p->story_done);
    buf_printf(&s, ",\"due\":%lld,\"failing\":%lld,\"lag\":%lld,\"halted\":%zu,\"calls\":%llu", (long long)due_now(p),
               (long long)p->timers.failing, (long long)consumer_lag(p->consumer), consumer_halted(p->consumer),
               (unsigned long long)k->calls);
    if (p->timers.failing) {
        buf_str(&s, ",\"failure\":");
        buf_json_text(&s, p->timers.failure, strlen(p->timers.failure));
    }
    buf_add(&s, heads.p, heads.n);
    consumer_state(p->consumer, &s);
    buf_str(&s, "}");
    snprintf(topic, sizeof topic, "state.%s.%s", p->service->name, p->flags->instance);
    bus_publish(p->bus, topic, s.p, s.n);
    if (!metrics)
        return;
    dispatcher_metrics(p->d, &m);
    consumer_metrics(p->consumer, &m);
    buf_printf(&m, "gauge\txq_database_connected\tIs the database connection up\t\t%d\n", connected);
    snprintf(topic, sizeof topic, "metrics.%s.%s", p->service->name, p->flags->instance);
    bus_publish(p->bus, topic, m.p, m.n);
}

void state_turn(struct process *p)
{
    static int64_t told;
    int64_t now = mono_ms();
    bool second = now - told >= SECOND_MS;
    if (!second && (!p->changed || now - p->state_ms < STATE_MS))
        return;
    p->changed = false;
    p->state_ms = now;
    if (second)
        told = now;
    state_publish(p, second);
    log_flush();
}
