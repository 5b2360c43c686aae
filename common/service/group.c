/* The writes of one street in one transaction: open (keys, roles), batches, plain calls, close,
 * COMMIT, answers. A group that fails is run again one by one, so that one call cannot take its neighbours with it.
 * Functions decide, then store: a call that fails has stored nothing as a rule and needs no undoing. Where one has, the
 * group is run again with a savepoint before each call (savepoints cost more than the calls: docs/decisions). */
#include <stdio.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "service/work.h"

enum verdict { STORED, AGAIN, CAREFUL, SPLIT, DOWN, UNKNOWN };

static void work_again(struct work *w)
{
    emitted_drop(&w->emitted);
    buf_clear(&w->out);
    w->err = (struct err){0};
    w->failed = w->remembered = w->not_yet = false;
    w->c.role = w->c.role_region = "";
    w->position[0] = '\0';
}

static bool at_work(const struct work *w)
{
    return !w->failed && !w->remembered && !w->done;
}

/* Order of locks: by the thing acted on, then by op id. */
static int by_place(const void *a, const void *b)
{
    const struct work *x = *(struct work *const *)a, *y = *(struct work *const *)b;
    if (x->entry->op->run != y->entry->op->run) /* batches first */
        return x->entry->op->run == RUN_BATCH ? -1 : 1;
    if (x->entry != y->entry && x->entry->op->run == RUN_BATCH)
        return strcmp(x->entry->op->id, y->entry->op->id);
    int order = 0;
    if (x->entry->op->act_in_kind == F_ID && y->entry->op->act_in_kind == F_ID && x->in && y->in)
        order = memcmp((const char *)x->in + x->entry->op->act_in_offset,
                       (const char *)y->in + y->entry->op->act_in_offset, sizeof(struct id));
    else
        order = strcmp(x->place, y->place);
    return order ? order : id_cmp(x->c.id, y->c.id);
}

static int batch_run(struct group *g, struct work **w, size_t n, struct err *e)
{
    struct dispatcher *d = g->d;
    const struct op_contract *op = w[0]->entry->op;
    size_t size = op->request ? op->request->size : 1;
    char *in = arena_alloc(d->arena, n, size);
    struct call **call = arena_alloc(d->arena, n, sizeof *call);
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (!at_work(w[i]))
            continue;
        memcpy(in + m * size, w[i]->in, size);
        w[i]->err.code = ERR_NONE;
        call[m++] = &w[i]->c;
    }
    if (m == 0)
        return 0;
    struct batch b = {.db = d->db, .arena = d->arena, .street = g->street, .n = m, .call = call};
    batch_fn *fn = (batch_fn *)w[0]->entry->fn;
    if (fn(&b, in, e) < 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (at_work(w[i]) && w[i]->err.code != ERR_NONE) {
            w[i]->failed = true;
            emitted_drop(&w[i]->emitted);
        }
    }
    return 0;
}

/* One plain call. A decision concerns this call only; trouble in the database (also that of a neighbour's queued
 * statement, which shows here) fails the group. */
static int plain_run(struct group *g, struct work *w, struct err *e)
{
    struct db *db = g->d->db;
    uint64_t written = db_written(db);
    if (g->careful && db_savepoint(db, e) < 0)
        return -1;
    if (call_once(w) == 0)
        return 0;
    w->failed = true;
    emitted_drop(&w->emitted);
    if (db_failed(db)) {
        *e = w->err;
        return -1;
    }
    if (g->careful)
        return db_undo(db, e);
    if (g->n == 1 || db_written(db) == written)
        return 0; /* alone: the whole transaction is rolled back */
    g->careful = true;
    *e = w->err;
    return -1;
}

static int calls_run(struct group *g, struct err *e)
{
    size_t i = 0;
    while (i < g->n && g->w[i]->entry->op->run == RUN_BATCH) {
        size_t j = i + 1;
        while (j < g->n && g->w[j]->entry == g->w[i]->entry)
            j++;
        if (batch_run(g, g->w + i, j - i, e) < 0)
            return -1;
        i = j;
    }
    for (; i < g->n; i++)
        if (at_work(g->w[i]) && plain_run(g, g->w[i], e) < 0)
            return -1;
    return 0;
}

static int group_open(struct group *g, struct err *e)
{
    struct dispatcher *d = g->d;
    struct grants grants = {0};
    if (db_begin(d->db, e) < 0 || keys_open(d, g->street, g->w, g->n, e) < 0 ||
        grants_read(d, g->w, g->n, &grants, e) < 0)
        return -1;
    for (size_t i = 0; i < g->n; i++) {
        struct work *w = g->w[i];
        if (at_work(w) && (!who_may(w, &grants) || !after_reached(d, w)))
            w->failed = true;
    }
    return 0;
}

static int group_close(struct group *g, struct err *e)
{
    struct dispatcher *d = g->d;
    struct call **call = arena_alloc(d->arena, g->n, sizeof *call);
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        if (at_work(g->w[i]))
            call[n++] = &g->w[i]->c;
    if (outbox_close(d, g->street, call, n, &g->epoch, &g->seq, e) < 0)
        return -1;
    for (size_t i = 0; i < g->n; i++) {
        struct work *w = g->w[i];
        if (at_work(w) && w->emitted.n)
            snprintf(w->position, sizeof w->position, "%s/%09d/%lld", d->service->name, g->street,
                     (long long)w->emitted.seq);
    }
    return keys_close(d, g->street, g->w, g->n, e);
}

static enum verdict group_failed(struct group *g, bool committing, const struct err *e)
{
    struct dispatcher *d = g->d;
    bool unknown = committing && e->code == ERR_TIMEOUT, again = db_again(d);
    if (!db_alive(d->db))
        return unknown ? UNKNOWN : DOWN;
    db_rollback(d->db);
    if (unknown)
        return UNKNOWN;
    return again ? AGAIN : db_alive(d->db) ? SPLIT : DOWN;
}

static enum verdict group_try(struct group *g, struct err *e)
{
    struct dispatcher *d = g->d;
    int64_t begun = mono_us(), deadline = 0;
    size_t stored = 0;
    bool careful = g->careful;
    *e = (struct err){0};
    g->seq = 0;
    for (size_t i = 0; i < g->n; i++) {
        work_again(g->w[i]);
        if (mono_ms() >= g->w[i]->deadline)
            work_fail(g->w[i], ERR_TIMEOUT); /* I9: refused before the database is touched */
        else
            stored++;
        if (g->w[i]->deadline > deadline)
            deadline = g->w[i]->deadline;
    }
    if (stored == 0)
        return STORED;
    db_deadline(d->db, deadline);
    if (group_open(g, e) < 0 || calls_run(g, e) < 0) {
        enum verdict v = group_failed(g, false, e);
        return v == SPLIT && g->careful != careful ? CAREFUL : v;
    }
    stored = 0;
    for (size_t i = 0; i < g->n; i++)
        stored += at_work(g->w[i]);
    if (stored == 0) {
        db_rollback(d->db);
        return db_alive(d->db) ? STORED : DOWN;
    }
    if (group_close(g, e) < 0)
        return group_failed(g, false, e);
    if (db_commit(d->db, e) < 0)
        return group_failed(g, true, e);
    d->wrote = true;
    d->counters.groups++;
    d->counters.grouped += stored;
    d->counters.db_us += (uint64_t)(mono_us() - begun);
    return STORED;
}

/* After COMMIT, never before (I1, I5). */
static void group_answer(struct group *g)
{
    struct dispatcher *d = g->d;
    if (g->seq && d->hooks.head)
        d->hooks.head(d->ctx, g->street, g->epoch, g->seq);
    for (size_t i = 0; i < g->n; i++) {
        d->counters.remembered += g->w[i]->remembered;
        work_reply(d, g->w[i]);
    }
}

static void group_fail(struct group *g, const struct err *e)
{
    for (size_t i = 0; i < g->n; i++) {
        struct work *w = g->w[i];
        if (w->done)
            continue;
        w->err = *e;
        if (w->err.code == ERR_NONE)
            err_set(&w->err, ERR_INTERNAL, "%s", "");
        w->failed = true;
        work_reply(g->d, w);
    }
}

/* COMMIT was sent and no answer came. Whoever has a key finds its answer, or not; nobody is told a result that we do
 * not know. */
static void group_resolve(struct group *g)
{
    struct dispatcher *d = g->d;
    struct err e = {0};
    d->counters.unknown++;
    /* Still connected means that the server itself was unsure (a standby that was not waited for): the row proves
     * nothing then. */
    bool back = !db_alive(d->db) && dispatcher_connect(d, &e) == 0;
    for (size_t i = 0; i < g->n; i++) {
        struct work *w = g->w[i];
        if (w->failed || w->remembered) { /* decided before anything was sent to be stored */
            work_reply(d, w);
            continue;
        }
        work_again(w);
        w->c.db = d->db;
        if (back)
            db_deadline(d->db, mono_ms() + 500);
        if (!back || !w->key || key_look_up(d, w, &e) != 1)
            work_fail(w, ERR_TIMEOUT);
        back = back && db_alive(d->db);
        work_reply(d, w);
    }
}

static void group_settle(struct group *g);

static void group_split(struct group *g)
{
    struct dispatcher *d = g->d;
    d->counters.split++;
    for (size_t i = 0; i < g->n; i++) {
        struct group one = {.d = d, .street = g->street, .w = g->w + i, .n = 1};
        group_settle(&one);
        if (d->hooks.flush)
            d->hooks.flush(d->ctx);
    }
}

static void group_settle(struct group *g)
{
    struct dispatcher *d = g->d;
    struct err e = {0};
    bool reconnected = false;
    for (int attempt = 0;; attempt++) {
        if (!dispatcher_connected(d)) {
            err_set(&e, ERR_UNAVAILABLE, "%s", "");
            group_fail(g, &e);
            return;
        }
        for (size_t i = 0; i < g->n; i++)
            g->w[i]->c.db = d->db;
        enum verdict v = group_try(g, &e);
        if (v == STORED) {
            group_answer(g);
            return;
        }
        if (v == UNKNOWN) {
            group_resolve(g);
            return;
        }
        if (v == CAREFUL) {
            d->counters.careful++;
            continue;
        }
        if (v == AGAIN && attempt < TRIES) {
            d->counters.again++;
            jitter_sleep(attempt);
            continue;
        }
        if (v == DOWN && !reconnected) { /* nothing was stored: a fresh connection may do it inside the deadline */
            reconnected = true;
            struct err ignored = {0};
            if (dispatcher_connect(d, &ignored) == 0)
                continue;
        }
        if (v == DOWN)
            err_set(&e, ERR_UNAVAILABLE, "%s", "");
        else if (v == AGAIN)
            err_set(&e, ERR_BUSY, "%s", "");
        if (v != DOWN && g->n > 1)
            group_split(g);
        else
            group_fail(g, &e);
        return;
    }
}

/* The same caller sent the same key twice at once: the second gets the first one's answer. */
static void twin_answer(struct dispatcher *d, struct work *w)
{
    struct work *first = w->twin;
    bool same = memcmp(first->hash, w->hash, sizeof w->hash) == 0;
    d->counters.twins++;
    if (first->failed && !same) { /* a failure is not remembered: this is another call */
        struct group one = {.d = d, .street = w->c.street, .w = &w, .n = 1};
        group_settle(&one);
        return;
    }
    if (!same) {
        work_fail(w, ERR_KEY_REUSED);
    } else if (first->failed) {
        w->failed = true;
        w->err = first->err;
    } else {
        buf_clear(&w->out);
        buf_add(&w->out, first->out.p, first->out.n);
        w->status = first->status;
        memcpy(w->position, first->position, sizeof w->position);
        w->remembered = true;
    }
    work_reply(d, w);
}

void group_run(struct dispatcher *d, int street, struct work **w, size_t n)
{
    struct work *first[PACK_CALLS], *twin[PACK_CALLS];
    size_t n_first = 0, n_twins = 0;
    assert(n <= PACK_CALLS);
    twins_find(w, n);
    for (size_t i = 0; i < n; i++)
        *(w[i]->twin ? &twin[n_twins++] : &first[n_first++]) = w[i];
    qsort(first, n_first, sizeof *first, by_place);
    struct group g = {.d = d, .street = street, .w = first, .n = n_first};
    group_settle(&g);
    for (size_t i = 0; i < n_twins; i++)
        twin_answer(d, twin[i]);
}
