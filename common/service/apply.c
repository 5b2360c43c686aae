/* Events that were fetched become effects: cursor and effects commit together, only contiguous events of the same
 * epoch, each applied as a call (I6, I7). Who fetched them, how often, and in which order does not matter. */
#include <stdio.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "service/apply.sql.h"
#include "service/work.h"

/* An answer of events_after has 500; shorter transactions cost less than they save, above all on hot rows. */
#define SLICE_MOST 200
#define SLICE_MS   500

/* --- reading an answer of events_after --- */

static char *field_next(char **p)
{
    char *at = *p, *tab = at ? strchr(at, '\t') : NULL;
    if (tab)
        *tab++ = '\0';
    *p = tab;
    return at;
}

static bool event_read(char *line, struct fetched_event *x)
{
    char *p = line, *seq = field_next(&p), *type = field_next(&p), *id = field_next(&p), *op = field_next(&p),
         *at = field_next(&p), *trace = field_next(&p);
    if (!p || !int_parse(seq, &x->seq) || !id_parse(id, &x->id) || !id_parse(op, &x->op) || !int_parse(at, &x->at))
        return false;
    x->type = type;
    x->trace = trace;
    x->data = p;
    x->data_n = strlen(p);
    return true;
}

int fetched_read(const char *service, int stream, const char *body, size_t n, struct arena *a, struct fetched *out,
                 struct err *e)
{
    char *text = arena_copy(a, body, n), *rest = NULL, *line = strtok_r(text, "\n", &rest), *p = line;
    size_t lines = 0;
    *out = (struct fetched){.service = service, .stream = stream};
    char *epoch = line ? field_next(&p) : NULL;
    if (!p || !int_parse(epoch, &out->epoch) || !int_parse(p, &out->head))
        return FAIL(e, INTERNAL, "an answer to events_after that cannot be read" ZH "events_after 的答复无法解析");
    for (const char *q = rest; q && *q; q++)
        lines += *q == '\n';
    out->event = arena_alloc(a, lines + 1, sizeof *out->event);
    while ((line = strtok_r(NULL, "\n", &rest))) {
        if (out->n > lines || !event_read(line, &out->event[out->n++]))
            return FAIL(e, INTERNAL, "an event line that cannot be read" ZH "事件行无法解析");
    }
    return 0;
}

/* --- applying --- */

int cursor_get(struct dispatcher *d, int street, const char *service, int stream, int64_t *epoch, int64_t *seq,
               struct err *e)
{
    AUTO_ROWS r = {0};
    db_deadline(d->db, mono_ms() + ATTEMPT_MS);
    if (db_maybe(d->db, SQL_CURSOR_GET, &r, e, ARGS(arg_int4(street), arg_text(service), arg_int4(stream))) < 0)
        return -1;
    *epoch = r.n ? row_int(&r, 0, "epoch") : 0;
    *seq = r.n ? row_int(&r, 0, "seq") : 0;
    return r.n;
}

struct apply {
    struct dispatcher *d;
    int street;
    const struct fetched *f;
    int64_t epoch, seq; /* the cursor as it was taken */
    struct call *call;  /* one per event that ran */
    struct emitted *emitted;
    struct err *err;
    char place[REGION_MAX];
    size_t n;
    bool bare;                    /* without savepoints: they cost more than most events, and most slices need none */
    int64_t skip;                 /* this event failed in the database when it ran alone: it is parked */
    int64_t head_epoch, head_seq; /* of our own stream */
};

static const struct op *handler_find(const struct dispatcher *d, const char *type)
{
    for (const struct op *p = d->service->events; p && p->name; p++)
        if (strcmp(p->name, type) == 0)
            return p;
    return NULL;
}

/* The call for one event: 0, or -1 with the error. What nobody here consumes passes. */
static int event_run(struct apply *a, const struct fetched_event *x, struct call *c, struct emitted *m, struct err *e)
{
    struct dispatcher *d = a->d;
    const struct event_contract *event = event_find(d, a->f->service, x->type);
    const struct op *handler = handler_find(d, x->type);
    call_start(d, c, m, e, a->street, x->at, x->id, a->place);
    snprintf(m->trace, sizeof m->trace, "%s", x->trace);
    c->event_service = a->f->service;
    c->event_street = a->f->stream;
    c->event_seq = x->seq;
    if (!event || (!handler && !roles_event_type(x->type)))
        return 0;
    void *data = arena_alloc(d->arena, 1, event->shape->size + 1);
    if (contract_read(event->shape, TOLERANT, 100 * JSON_ELEMENTS, x->data, x->data_n, d->arena, data, e) < 0 ||
        roles_event(d, c, event, data, e) < 0)
        return -1;
    if (!handler)
        return 0;
    call_fn *fn = (call_fn *)handler->fn;
    return fn(c, data, e);
}

/* Takes the cursor; makes it when this stream is new here. 1 = taken, 0 = another instance has it. */
static int cursor_take(struct apply *a, struct err *e)
{
    struct dispatcher *d = a->d;
    const struct fetched *f = a->f;
    for (int i = 0; i < 2; i++) {
        AUTO_ROWS r = {0};
        if (db_maybe(d->db, SQL_CURSOR_TAKE, &r, e,
                     ARGS(arg_int4(a->street), arg_text(f->service), arg_int4(f->stream))) < 0)
            return -1;
        if (r.n) {
            a->epoch = row_int(&r, 0, "epoch");
            a->seq = row_int(&r, 0, "seq");
            return 1;
        }
        if (i == 0 &&
            db_put(d->db, SQL_CURSOR_NEW, AFFECTED_ANY, e,
                   ARGS(arg_int4(a->street), arg_text(f->service), arg_int4(f->stream), arg_int(f->epoch))) < 0)
            return -1;
    }
    return 0;
}

/* Is what was fetched the continuation of the cursor? Sets e when it never can be. */
static bool continues(const struct apply *a, size_t *first, struct err *e)
{
    const struct fetched *f = a->f;
    if (f->epoch != a->epoch) {
        err_set(e, ERR_CONFLICT,
                "%s/%d has a new epoch: it was restored or promoted with losses" ZH "%s/%d 的纪元已变更：数据曾被恢复",
                f->service, f->stream, f->service, f->stream);
        return false;
    }
    if (f->head < a->seq) {
        err_set(e, ERR_CONFLICT,
                "the head of %s/%d (%lld) is behind our cursor (%lld)" ZH "%s/%d 的序号 (%lld) 落后于游标 (%lld)",
                f->service, f->stream, (long long)f->head, (long long)a->seq, f->service, f->stream, (long long)f->head,
                (long long)a->seq);
        return false;
    }
    *first = 0;
    while (*first < f->n && f->event[*first].seq <= a->seq) /* applied before: doubling is a non-case */
        (*first)++;
    int64_t expected = a->seq + 1;
    for (size_t i = *first; i < f->n; i++, expected++) {
        if (f->event[i].seq != expected) {
            err_set(e, ERR_CONFLICT, "%s/%d has a hole: %lld instead of %lld" ZH "%s/%d 存在缺口：应为 %lld 实为 %lld",
                    f->service, f->stream, (long long)f->event[i].seq, (long long)expected, f->service, f->stream,
                    (long long)expected, (long long)f->event[i].seq);
            return false;
        }
    }
    return true;
}

/* Set aside: the log has it, the outbox of its service keeps it, and the stream goes on. */
static void event_park(struct apply *a, const struct fetched_event *x, struct err *e)
{
    char text[256], safe[300];
    a->d->counters.parked++;
    log_error("event=parked stream=%s/%d seq=%lld type=%s code=%s error=%s", a->f->service, a->f->stream,
              (long long)x->seq, x->type, err_name(e->code), log_safe(err_text(e, text), safe, sizeof safe));
    *e = (struct err){0};
}

/* Runs the events first…first+n-1 behind savepoints. Returns how many are good; a bad one is undone and, if the service
 * parks, passed. */
static size_t events_run(struct apply *a, size_t first, size_t n, struct err *e)
{
    struct dispatcher *d = a->d;
    for (size_t i = 0; i < n; i++) {
        const struct fetched_event *x = &a->f->event[first + i];
        struct err *ev = &a->err[a->n];
        if (x->seq == a->skip)
            continue;
        if (!a->bare && db_savepoint(d->db, e) < 0)
            return i;
        *ev = (struct err){0};
        if (event_run(a, x, &a->call[a->n], &a->emitted[a->n], ev) == 0) {
            a->n++;
            continue;
        }
        emitted_drop(&a->emitted[a->n]);
        *e = *ev;
        if (e->code == ERR_NONE)
            err_set(e, ERR_INTERNAL, "%s", "");
        if (a->bare || db_failed(d->db) || db_undo(d->db, e) < 0 || !d->service->parks)
            return i;
        event_park(a, x, e);
    }
    return n;
}

static enum applied apply_failed(struct apply *a, struct err *e)
{
    db_rollback(a->d->db);
    if (e->code == ERR_NONE)
        err_set(e, ERR_UNAVAILABLE, "%s", "");
    return LATER;
}

/* One transaction over events first…first+n-1 (from the cursor on). *bad = the next event was refused by its own
 * function. */
static enum applied apply_try(struct apply *a, size_t limit, size_t *done, bool *bad, bool *sick, struct err *e)
{
    struct dispatcher *d = a->d;
    size_t first = 0;
    *done = 0;
    *bad = *sick = false;
    a->n = 0;
    a->head_seq = 0;
    *e = (struct err){0};
    db_deadline(d->db, mono_ms() + ATTEMPT_MS);
    if (db_begin(d->db, e) < 0)
        return apply_failed(a, e);
    int taken = cursor_take(a, e);
    if (taken < 0)
        return apply_failed(a, e);
    if (taken == 0 || !continues(a, &first, e)) {
        db_rollback(d->db);
        return taken == 0 ? ELSEWHERE : HALTED;
    }
    size_t n = a->f->n - first < limit ? a->f->n - first : limit;
    size_t good = events_run(a, first, n, e);
    if (good < n && a->bare) { /* once more, each behind its savepoint: then the one that failed is undone alone */
        a->bare = false;
        return apply_failed(a, e);
    }
    *sick = good < n && db_failed(d->db);
    if (*sick)
        return apply_failed(a, e);
    struct err why = *e;
    *bad = good < n;
    struct call **call = arena_alloc(d->arena, a->n + 1, sizeof *call);
    for (size_t i = 0; i < a->n; i++)
        call[i] = &a->call[i];
    if (good > 0 && (outbox_close(d, a->street, call, a->n, &a->head_epoch, &a->head_seq, e) < 0 ||
                     db_put(d->db, SQL_CURSOR_MOVE, AFFECTED_1, e,
                            ARGS(arg_int4(a->street), arg_text(a->f->service), arg_int4(a->f->stream),
                                 arg_int(a->seq + (int64_t)good), arg_int(a->seq))) < 0)) {
        *sick = true;
        return apply_failed(a, e);
    }
    if (db_commit(d->db, e) < 0) { /* known or not: the cursor says so next time */
        *sick = e->code != ERR_TIMEOUT;
        return apply_failed(a, e);
    }
    *e = why;
    *done = good;
    a->seq += (int64_t)good;
    d->counters.events += good;
    d->wrote |= good > 0;
    if (a->head_seq && d->hooks.head)
        d->hooks.head(d->ctx, a->street, a->head_epoch, a->head_seq);
    return APPLIED;
}

static bool behind(const struct apply *a)
{
    return a->f->n > 0 && a->f->event[a->f->n - 1].seq > a->seq;
}

/* A slow machine must not try the same five hundred events again and again, each time a little too long: what took too
 * long is cut down, what was quick grows. */
static void slice_learn(struct dispatcher *d, size_t tried, int64_t took)
{
    if (took > SLICE_MS)
        d->slice = tried > 4 ? tried / 4 : 1;
    else if (took < SLICE_MS / 4 && tried >= d->slice && d->slice < SLICE_MOST)
        d->slice *= 2;
}

enum applied events_apply(struct dispatcher *d, int street, const struct fetched *f, int64_t *epoch, int64_t *seq,
                          struct err *e)
{
    struct apply a = {.d = d, .street = street, .f = f, .bare = true};
    arena_reset(d->arena); /* no pack is at work now; what was fetched lives elsewhere */
    a.call = arena_alloc(d->arena, f->n + 1, sizeof *a.call);
    a.emitted = arena_alloc(d->arena, f->n + 1, sizeof *a.emitted);
    a.err = arena_alloc(d->arena, f->n + 1, sizeof *a.err);
    if (d->slice == 0)
        d->slice = SLICE_MOST;
    size_t most = SLICE_MOST, done = 0;
    int64_t until = mono_ms() + SLICE_MS;
    enum applied result = LATER;
    for (int attempt = 0; dispatcher_connected(d);) {
        bool bad = false, sick = false;
        size_t limit = most < d->slice ? most : d->slice, n = f->n < limit ? f->n : limit;
        int64_t begun = mono_ms();
        bool bare = a.bare;
        result = apply_try(&a, limit, &done, &bad, &sick, e);
        slice_learn(d, n, mono_ms() - begun);
        if (bare && !a.bare)
            continue;
        if (result == APPLIED && bad) {
            result = HALTED;
            break;
        }
        if (result == APPLIED && done > 0 && behind(&a) && mono_ms() < until)
            continue; /* the next slice; calls wait meanwhile, so what is left is fetched again */
        if (result != LATER || !sick || !dispatcher_connected(d))
            break;
        if (db_again(d) || e->code == ERR_BUSY || e->code == ERR_UNAVAILABLE) {
            if (++attempt > TRIES)
                break;
            jitter_sleep(attempt);
        } else if (limit > 1) {
            most = 1; /* find the bad one without its neighbours */
        } else if (d->service->parks && a.seq != a.skip - 1) {
            a.skip = a.seq + 1;
            for (size_t i = 0; i < f->n; i++)
                if (f->event[i].seq == a.skip)
                    event_park(&a, &f->event[i], e);
        } else {
            result = HALTED;
            break;
        }
    }
    *epoch = a.epoch;
    *seq = a.seq;
    return result;
}
