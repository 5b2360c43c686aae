/* A pack from end to end: parse each call by the contract, answer what needs no database, run the reads, give the
 * writes to their street's group, and see that every call is answered exactly once. */
#include <stdio.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "base/text.h"
#include "service/work.h"

/* --- one pack --- */

void work_fail(struct work *w, enum err_code code)
{
    err_set(&w->err, code, "%s", "");
    w->failed = true;
}

static void reply_log(const struct dispatcher *d, const struct work *w, const char *code)
{
    char op[37], who[37] = "-", safe[64];
    bool hidden = w->entry && w->entry->op->is_private;
    if (!hidden && !id_is_nil(w->c.person))
        id_text(w->c.person, who);
    (void)d;
    log_info("call=%s op=%s street=%d who=%s role=%s code=%s ms=%.1f attempt=%d trace=%s%s", id_text(w->c.id, op),
             w->entry ? w->entry->op->id
                      : log_safe(arena_copy(w->c.arena, w->f.op.p, w->f.op.n > 48 ? 48 : w->f.op.n), safe, sizeof safe),
             w->c.street, who, w->c.role && *w->c.role ? w->c.role : "-", code,
             (double)(mono_us() - w->begun_us) / 1000.0, w->f.attempt, w->trace, w->remembered ? " remembered=1" : "");
}

void work_reply(struct dispatcher *d, struct work *w)
{
    if (w->done)
        return;
    w->done = true;
    struct reply_frame r = {.id = w->f.id, .attempt = w->f.attempt, .not_yet = w->not_yet};
    d->counters.calls++;
    const char *code = "ok";
    if (w->failed) {
        if (w->err.code == ERR_NONE)
            err_set(&w->err, ERR_INTERNAL, "%s", "");
        buf_clear(&w->out);
        err_problem(&w->out, &w->err, w->trace);
        r.status = (uint16_t)err_status(w->err.code);
        code = err_name(w->err.code);
        if (r.status == 503)
            r.retry_after_s = 1;
        d->counters.failed++;
        if (w->err.code == ERR_INTERNAL) {
            char text[256], safe[300];
            log_error("op=%s trace=%s error=%s", w->entry ? w->entry->op->id : "-", w->trace,
                      log_safe(err_text(&w->err, text), safe, sizeof safe));
        }
    } else {
        r.status = (uint16_t)w->status;
        r.position = (struct text){w->position, strlen(w->position)};
        if (w->entry && w->entry->op->content_type && strcmp(w->entry->op->content_type, "application/json") != 0)
            r.content_type = (struct text){w->entry->op->content_type, strlen(w->entry->op->content_type)};
        if (w->out.n == 0 && r.content_type.n == 0)
            buf_str(&w->out, "{}");
    }
    if (!w->entry && !w->failed)
        r.content_type = (struct text){"text/tab-separated-values", 25};
    r.body = (struct text){w->out.p ? w->out.p : "", w->out.n};
    if (w->entry) {
        *(w->failed ? &w->entry->refused : &w->entry->ok) += 1;
        w->entry->us += (uint64_t)(mono_us() - w->begun_us);
    }
    reply_log(d, w, code);
    d->hooks.reply(d->ctx, &r);
}

static struct entry *entry_find(const struct dispatcher *d, struct text name)
{
    size_t low = 0, high = d->n_entries;
    while (low < high) {
        size_t mid = (low + high) / 2;
        const char *id = d->entry[mid].op->id;
        int order = strncmp(name.p, id, name.n);
        if (order == 0 && id[name.n] != '\0')
            order = -1;
        if (order == 0)
            return &d->entry[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

static const char *text_copy(struct arena *a, struct text t)
{
    return arena_copy(a, t.n ? t.p : "", t.n);
}

/* The street of the group and the place for the role check, from the member that the contract names. */
static bool place_read(struct work *w)
{
    const struct op_contract *op = w->entry->op;
    if (!op->act_in) {
        w->place[0] = '\0';
        return true;
    }
    const char *member = (const char *)w->in + op->act_in_offset;
    if (op->act_in_kind == F_ID) {
        struct id id;
        memcpy(&id, member, sizeof id);
        w->c.street = id_street(id);
        if (w->c.street == 0) {
            work_fail(w, ERR_NOT_FOUND);
            return false;
        }
        region_of_street(w->c.street, w->place);
        return true;
    }
    const char *region = NULL;
    if (w->entry->place_list) {
        const char *const *list;
        memcpy(&list, member, sizeof list);
        region = list ? list[0] : NULL;
    } else {
        memcpy(&region, member, sizeof region);
    }
    if (!region || !region_valid(region)) {
        err_set(&w->err, ERR_BAD_REQUEST, "the place to act in is missing" ZH "缺少所在地区");
        err_field(&w->err, op->act_in, "missing", "缺少");
        w->failed = true;
        return false;
    }
    snprintf(w->place, sizeof w->place, "%s", region);
    w->c.street = w->entry->place_list ? region_district(region_street(region)) : region_street(region);
    return true;
}

static void hash_request(struct work *w)
{
    crypto_hash_sha256_state h;
    const struct text part[] = {w->f.op, w->f.params, w->f.body};
    crypto_hash_sha256_init(&h);
    for (size_t i = 0; i < COUNT(part); i++) {
        uint32_t n = (uint32_t)part[i].n; /* lengths too, so that no byte can move from one part to the next */
        crypto_hash_sha256_update(&h, (const unsigned char *)&n, sizeof n);
        crypto_hash_sha256_update(&h, (const unsigned char *)part[i].p, part[i].n);
    }
    crypto_hash_sha256_final(&h, w->hash);
}

static bool request_read(struct dispatcher *d, struct work *w)
{
    const struct op_contract *op = w->entry->op;
    const struct shape *s = op->request;
    if (op->retry == RETRY_KEY) {
        if (w->f.key.n == 0 || w->f.key.n > 200) {
            err_set(&w->err, ERR_BAD_REQUEST, "the header Idempotency-Key is needed" ZH "需要 Idempotency-Key 请求头");
            err_field(&w->err, "Idempotency-Key", "missing", "缺少");
            return false;
        }
        w->key = text_copy(d->arena, w->f.key);
        hash_request(w);
    }
    if (!s)
        return w->f.params.n == 0 && w->f.body.n == 0 ? true : (work_fail(w, ERR_BAD_REQUEST), false);
    w->in = arena_alloc(d->arena, 1, s->size ? s->size : 1);
    size_t elements = op->max_elements ? op->max_elements : JSON_ELEMENTS;
    if (w->f.body.n > (op->max_bytes ? op->max_bytes : BODY_BYTES)) {
        work_fail(w, ERR_TOO_LARGE);
        return false;
    }
    /* Both are read, so that the caller hears of all wrong fields at once; the errors gather in one err. */
    int params = contract_params(s, w->f.params.p, w->f.params.n, d->arena, w->in, &w->err);
    int body = contract_read(s, STRICT, elements, w->f.body.p, w->f.body.n, d->arena, w->in, &w->err);
    return params == 0 && body == 0;
}

/* Fills one call; what can be refused without the database is refused here. */
static void work_start(struct dispatcher *d, struct work *w, int64_t wall)
{
    struct call *c = &w->c;
    *c = (struct call){.db = d->db,
                       .arena = d->arena,
                       .now = w->f.now,
                       .wall = wall,
                       .id = w->f.id,
                       .person = w->f.person,
                       .out = &w->out,
                       .emitted = &w->emitted,
                       .err = &w->err,
                       .place = w->place,
                       .role = "",
                       .role_region = ""};
    w->emitted.d = d;
    hex_encode(w->f.trace, 16, w->trace);
    memcpy(w->emitted.trace, w->trace, sizeof w->trace);
    c->homes = text_copy(d->arena, w->f.homes);
    w->begun_us = mono_us();
    w->deadline = w->begun_us / 1000 + (w->f.left_ms < ATTEMPT_MS ? w->f.left_ms : ATTEMPT_MS);
    if (w->f.left_ms == 0) { /* I9; an earlier attempt may have been stored, so this is not a definite failure */
        work_fail(w, ERR_TIMEOUT);
        return;
    }
    w->entry = entry_find(d, w->f.op);
    if (!w->entry) {
        if (!internal_call(d, w))
            work_fail(w, ERR_NOT_FOUND);
        work_reply(d, w);
        return;
    }
    c->op = w->entry->op;
    w->status = c->op->success;
    if (!request_read(d, w))
        w->failed = true;
    else if (place_read(w) && c->op->money && d->hooks.stale && d->hooks.stale(d->ctx))
        work_fail(w, ERR_STALE_ROLES);
}

static bool pack_take(void *ctx, const void *frame, size_t n)
{
    struct dispatcher *d = ctx;
    if (d->n_work == PACK_CALLS)
        return false;
    struct work *w = &d->work[d->n_work];
    struct buf out = w->out;
    *w = (struct work){.out = out};
    if (out.cap > 65536)
        buf_free(&w->out);
    buf_clear(&w->out);
    if (!call_decode(frame, n, &w->f)) {
        log_error("event=bad_frame bytes=%zu", n);
        return true; /* no id to answer to: the router's patience ends it */
    }
    d->n_work++;
    return true;
}

int call_once(struct work *w)
{
    call_fn *fn = (call_fn *)w->entry->fn;
    w->err.code = ERR_NONE;
    return fn(&w->c, w->in, &w->err);
}

/* A read opens no transaction: one question for the roles if the contract needs any, then the function's own. */
static void read_run(struct dispatcher *d, struct work *w)
{
    struct grants g = {0};
    db_deadline(d->db, w->deadline);
    if (mono_ms() >= w->deadline)
        work_fail(w, ERR_TIMEOUT);
    else if (w->entry->has_roles && !id_is_nil(w->c.person) && grants_read(d, &(struct work *){w}, 1, &g, &w->err) < 0)
        w->failed = true;
    else if (!who_may(w, &g) || !after_reached(d, w) || call_once(w) < 0)
        w->failed = true;
    if (w->failed && w->err.code == ERR_TIMEOUT) /* nothing was to be stored: the caller may ask again at once */
        err_set(&w->err, ERR_UNAVAILABLE, "%s", "");
    work_reply(d, w);
}

static int by_street(const void *a, const void *b)
{
    const struct work *x = *(struct work *const *)a, *y = *(struct work *const *)b;
    if (x->c.street != y->c.street)
        return x->c.street < y->c.street ? -1 : 1;
    return id_cmp(x->c.id, y->c.id);
}

static void writes_run(struct dispatcher *d, struct work **w, size_t n)
{
    qsort(w, n, sizeof *w, by_street);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && w[j]->c.street == w[i]->c.street;)
            j++;
        group_run(d, w[i]->c.street, w + i, j - i);
    }
}

bool dispatch_pack(struct dispatcher *d, const void *pack, size_t n)
{
    struct work *writes[PACK_CALLS];
    size_t n_writes = 0;
    arena_reset(d->arena);
    d->n_work = 0;
    if (!pack_walk(pack, n, pack_take, d))
        return false;
    int64_t wall = wall_now();
    struct err lost = {0};
    /* A connection that was lost while we were idle is renewed once; when that fails, the loop says BYE and goes on
     * trying. */
    if (d->db && !db_alive(d->db) && dispatcher_connect(d, &lost) < 0)
        log_warn("event=database_lost");
    for (size_t i = 0; i < d->n_work; i++) {
        struct work *w = &d->work[i];
        work_start(d, w, wall);
        if (!w->done && !w->failed && !dispatcher_connected(d))
            work_fail(w, ERR_UNAVAILABLE);
        if (w->failed || w->done)
            work_reply(d, w);
        else if (w->entry->op->run != RUN_READ)
            writes[n_writes++] = w;
    }
    for (size_t i = 0; i < d->n_work; i++)
        if (!d->work[i].done && d->work[i].entry->op->run == RUN_READ)
            read_run(d, &d->work[i]);
    writes_run(d, writes, n_writes);
    for (size_t i = 0; i < d->n_work; i++)
        assert(d->work[i].done);
    return true;
}
