/* Timers are rows, beats are questions: both are found unlocked, and run as calls in a transaction of one street. They
 * only record what is already so; a timer's time is the row's, so that a late run says the same as a punctual one. */
#include <stdio.h>
#include <string.h>

#include "service/timers.sql.h"
#include "service/work.h"

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_LAST_MS  60000

int timer_set(struct call *c, const char *op, struct id id, int64_t at, struct err *e)
{
    return db_put(c->db, SQL_TIMER_PUT, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_text(op), arg_id(id), arg_time(at)));
}

int story_read(struct dispatcher *d, int64_t *at, struct err *e)
{
    AUTO_ROWS r = {0};
    db_deadline(d->db, mono_ms() + ATTEMPT_MS);
    if (db_maybe(d->db, SQL_STORY_GET, &r, e, NO_ARGS) < 0)
        return -1;
    *at = r.n ? row_time(&r, 0, "at") : TIME_NONE;
    return 0;
}

int story_store(struct dispatcher *d, int64_t at, struct err *e)
{
    db_deadline(d->db, mono_ms() + ATTEMPT_MS);
    if (db_put(d->db, SQL_STORY_PUT, AFFECTED_ANY, e, ARGS(arg_time(at))) < 0)
        return -1;
    return db_flush(d->db, e);
}

/* --- timers that failed wait in this process; another instance may try meanwhile --- */

static struct backoff *backoff_find(struct dispatcher *d, int street, const char *op, struct id id)
{
    for (size_t i = 0; i < d->n_backoff; i++)
        if (d->backoff[i].street == street && id_eq(d->backoff[i].id, id) && strcmp(d->backoff[i].op, op) == 0)
            return &d->backoff[i];
    return NULL;
}

static void backoff_add(struct dispatcher *d, int street, const char *op, struct id id, const struct err *e)
{
    struct backoff *b = backoff_find(d, street, op, id);
    char text[256], safe[300], name[37];
    if (!b) { /* full: the oldest makes room and is simply tried again */
        size_t at = d->n_backoff < COUNT(d->backoff) ? d->n_backoff++ : 0;
        b = &d->backoff[at];
        *b = (struct backoff){.street = street, .id = id};
        snprintf(b->op, sizeof b->op, "%s", op);
    }
    int64_t wait = (int64_t)BACKOFF_FIRST_MS << (b->failures < 6 ? b->failures : 6);
    b->failures++;
    b->until_ms = mono_ms() + (wait < BACKOFF_LAST_MS ? wait : BACKOFF_LAST_MS);
    snprintf(d->timer_failure, sizeof d->timer_failure, "%s %s: %.120s", op, id_text(id, name), err_text(e, text));
    log_error("timer=%s id=%s street=%d code=%s failures=%d error=%s", op, name, street, err_name(e->code), b->failures,
              log_safe(err_text(e, text), safe, sizeof safe));
}

static void backoff_drop(struct dispatcher *d, int street, const char *op, struct id id)
{
    struct backoff *b = backoff_find(d, street, op, id);
    if (b)
        *b = d->backoff[--d->n_backoff];
    if (d->n_backoff == 0)
        d->timer_failure[0] = '\0';
}

/* The rows of this street that must wait; at least one element, because an empty array says nothing about its type. */
static size_t backoff_waiting(struct dispatcher *d, int street,
                              struct id out[COUNT(((struct dispatcher *)0)->backoff) + 1])
{
    size_t n = 0;
    out[n++] = id_new(street);
    for (size_t i = 0; i < d->n_backoff; i++)
        if (d->backoff[i].street == street && d->backoff[i].until_ms > mono_ms())
            out[n++] = d->backoff[i].id;
    return n;
}

/* --- one transaction --- */

static int close_commit(struct dispatcher *d, struct call *c, struct err *e)
{
    int64_t epoch = 0, seq = 0;
    if (outbox_close(d, c->street, &c, 1, &epoch, &seq, e) < 0 || db_commit(d->db, e) < 0)
        return -1;
    d->wrote = true;
    if (seq && d->hooks.head)
        d->hooks.head(d->ctx, c->street, epoch, seq);
    return 0;
}

static const struct op *timer_find(const struct dispatcher *d, const char *name)
{
    for (const struct op *p = d->service->timers; p && p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

struct due {
    char op[48];
    struct id id;
    int64_t at;
};

/* The next row of the street, marked as done before its function runs, so that the function may set it anew. 1, 0 =
 * none, -1. */
static int due_take(struct dispatcher *d, int street, int64_t now, struct due *out, struct err *e)
{
    struct id waiting[COUNT(d->backoff) + 1];
    AUTO_ROWS r = {0};
    size_t n = backoff_waiting(d, street, waiting);
    if (db_begin(d->db, e) < 0 ||
        db_maybe(d->db, SQL_DUE_TAKE, &r, e, ARGS(arg_int4(street), arg_time(now), arg_ids(waiting, n))) < 0)
        return -1;
    if (r.n == 0)
        return 0;
    snprintf(out->op, sizeof out->op, "%s", row_text(&r, 0, "op"));
    out->id = row_id(&r, 0, "id");
    out->at = row_time(&r, 0, "at");
    return db_put(d->db, SQL_DUE_DONE, AFFECTED_1, e, ARGS(arg_int4(street), arg_text(out->op), arg_id(out->id))) < 0
               ? -1
               : 1;
}

/* Runs one timer of the street: 1 = ran, 0 = nothing (left), -1 = the database did not let us. A timer that fails is
 * put off. */
static int timer_run(struct dispatcher *d, int street, int64_t now, struct err *e)
{
    struct due due = {0};
    struct call c;
    struct emitted m;
    char place[REGION_MAX];
    *e = (struct err){0};
    db_deadline(d->db, mono_ms() + ATTEMPT_MS);
    int taken = due_take(d, street, now, &due, e);
    if (taken <= 0) {
        db_rollback(d->db);
        return taken;
    }
    const struct op *timer = timer_find(d, due.op);
    call_start(d, &c, &m, e, street, due.at, id_new(street), place);
    int result = -1;
    if (!timer) {
        err_set(e, ERR_INTERNAL, "there is no timer %s" ZH "没有定时操作 %s", due.op, due.op);
    } else {
        call_fn *fn = (call_fn *)timer->fn;
        result = fn(&c, &(struct timer){due.id}, e);
    }
    if (result == 0 && close_commit(d, &c, e) == 0) {
        d->counters.timers++;
        backoff_drop(d, street, due.op, due.id);
        return 1;
    }
    bool again = !db_alive(d->db) || db_again(d);
    db_rollback(d->db);
    if (again)
        return -1;
    backoff_add(d, street, due.op, due.id, e);
    return 0;
}

int timers_run(struct dispatcher *d, int64_t now, struct timers_state *out, struct err *e)
{
    int ran = 0;
    int64_t until = mono_ms() + 200; /* calls wait meanwhile: slices, as for all long work */
    db_deadline(d->db, mono_ms() + ATTEMPT_MS);
    AUTO_ROWS streets = {0}, count = {0};
    if (db_many(d->db, SQL_DUE_STREETS, &streets, e, ARGS(arg_time(now))) < 0)
        return -1;
    for (int i = 0; i < streets.n; i++) {
        for (int one = 1; one == 1 && mono_ms() < until;) {
            arena_reset(d->arena);
            one = timer_run(d, (int)row_int(&streets, i, "street"), now, e);
            if (one < 0)
                return -1;
            ran += one;
        }
    }
    db_deadline(d->db, mono_ms() + ATTEMPT_MS);
    if (streets.n && db_one(d->db, SQL_DUE_COUNT, &count, e, ARGS(arg_time(now))) < 0)
        return -1;
    out->due = streets.n ? row_int(&count, 0, "n") : 0;
    out->failing = (int64_t)d->n_backoff;
    snprintf(out->failure, sizeof out->failure, "%s", d->timer_failure);
    return ran;
}

/* --- beats --- */

static int beat_run(struct dispatcher *d, const struct beat *b, int street, int64_t now, struct err *e)
{
    struct call c;
    struct emitted m;
    char place[REGION_MAX];
    *e = (struct err){0};
    db_deadline(d->db, mono_ms() + ATTEMPT_MS);
    if (db_begin(d->db, e) < 0) {
        db_rollback(d->db);
        return -1;
    }
    call_start(d, &c, &m, e, street, now, id_new(street), place);
    if (b->fn(&c, NULL, e) == 0 && close_commit(d, &c, e) == 0) {
        d->counters.beats++;
        return 1;
    }
    bool quiet = !db_alive(d->db) || db_again(d);
    db_rollback(d->db);
    if (!quiet) {
        char text[256], safe[300];
        log_error("beat=%s street=%d code=%s error=%s", b->name, street, err_name(e->code),
                  log_safe(err_text(e, text), safe, sizeof safe));
    }
    return quiet ? -1 : 0;
}

int beats_run(struct dispatcher *d, int64_t now, struct err *e)
{
    int ran = 0;
    for (const struct beat *b = d->service->beats; b && b->name; b++) {
        AUTO_ROWS r = {0};
        db_deadline(d->db, mono_ms() + ATTEMPT_MS);
        if (db_many(d->db, b->streets, &r, e, NO_ARGS) < 0)
            return -1;
        for (int i = 0; i < r.n; i++) {
            arena_reset(d->arena);
            int one = beat_run(d, b, (int)row_int(&r, i, "street"), now, e);
            if (one < 0 && !dispatcher_connected(d))
                return -1;
            ran += one > 0;
        }
    }
    return ran;
}
