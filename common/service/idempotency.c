/* x-retry: key. A row (street, caller, key, hash of the request, answer) in the transaction of the effect: one key, one
 * effect (I2). */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "service/idempotency.sql.h"
#include "service/work.h"

static bool same_key(const struct work *a, const struct work *b)
{
    return a->f.key.n == b->f.key.n && id_eq(a->c.person, b->c.person) &&
           memcmp(a->f.key.p, b->f.key.p, a->f.key.n) == 0;
}

void twins_find(struct work **w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        w[i]->twin = NULL;
        for (size_t j = 0; w[i]->key && j < i && !w[i]->twin; j++)
            if (w[j]->key && !w[j]->twin && same_key(w[i], w[j]))
                w[i]->twin = w[j];
    }
}

/* Who among the group has a key, as columns in the arena. */
struct keys {
    struct work **w;
    struct id *caller;
    const char **key, **hash;
    size_t n;
};

static struct keys keys_of(struct dispatcher *d, struct work **w, size_t n, bool only_done)
{
    struct keys k = {.w = arena_alloc(d->arena, n, sizeof *k.w),
                     .caller = arena_alloc(d->arena, n, sizeof *k.caller),
                     .key = arena_alloc(d->arena, n, sizeof *k.key),
                     .hash = arena_alloc(d->arena, n, sizeof *k.hash)};
    for (size_t i = 0; i < n; i++) {
        if (!w[i]->key || w[i]->failed || (only_done && w[i]->remembered))
            continue;
        char *hex = arena_alloc(d->arena, 65, 1);
        hex_encode(w[i]->hash, sizeof w[i]->hash, hex);
        k.w[k.n] = w[i];
        k.caller[k.n] = w[i]->c.person;
        k.key[k.n] = w[i]->key;
        k.hash[k.n++] = hex;
    }
    return k;
}

static struct work *key_owner(const struct keys *k, struct id caller, const char *key)
{
    for (size_t i = 0; i < k->n; i++)
        if (id_eq(k->caller[i], caller) && strcmp(k->key[i], key) == 0)
            return k->w[i];
    return NULL;
}

/* The stored answer becomes this call's, if it is the answer to the same request. */
static void key_take(struct work *w, const struct rows *r, int i)
{
    size_t n = 0;
    const void *hash = row_bytes(r, i, "hash", &n);
    if (n != sizeof w->hash || memcmp(hash, w->hash, n) != 0) {
        work_fail(w, ERR_KEY_REUSED);
        return;
    }
    w->remembered = true;
    w->status = (int)row_int(r, i, "status");
    buf_clear(&w->out);
    buf_add(&w->out, row_text(r, i, "body"), row_length(r, i, "body"));
    snprintf(w->position, sizeof w->position, "%s", row_text(r, i, "position"));
}

int keys_open(struct dispatcher *d, int street, struct work **w, size_t n, struct err *e)
{
    struct keys k = keys_of(d, w, n, false);
    AUTO_ROWS ours = {0}, old = {0};
    if (k.n == 0)
        return 0;
    if (db_many(d->db, SQL_KEY_CLAIM, &ours, e,
                ARGS(arg_int4(street), arg_ids(k.caller, k.n), arg_texts(k.key, k.n), arg_texts(k.hash, k.n),
                     arg_time(k.w[0]->c.wall))) < 0)
        return -1;
    if ((size_t)ours.n == k.n)
        return 0;
    if (db_many(d->db, SQL_KEY_READ, &old, e, ARGS(arg_int4(street), arg_ids(k.caller, k.n), arg_texts(k.key, k.n))) <
        0)
        return -1;
    for (int i = 0; i < old.n; i++) {
        struct work *x =
            row_null(&old, i, "status") ? NULL : key_owner(&k, row_id(&old, i, "caller"), row_text(&old, i, "key"));
        if (x)
            key_take(x, &old, i);
    }
    return 0;
}

int keys_close(struct dispatcher *d, int street, struct work **w, size_t n, struct err *e)
{
    struct keys k = keys_of(d, w, n, true);
    if (k.n == 0)
        return 0;
    int64_t *status = arena_alloc(d->arena, k.n, sizeof *status);
    const char **body = arena_alloc(d->arena, k.n, sizeof *body),
               **position = arena_alloc(d->arena, k.n, sizeof *position);
    for (size_t i = 0; i < k.n; i++) {
        status[i] = k.w[i]->status;
        body[i] = k.w[i]->out.n ? k.w[i]->out.p : "{}";
        position[i] = k.w[i]->position;
    }
    return db_put(d->db, SQL_KEY_ANSWER, AFFECTED_ANY, e,
                  ARGS(arg_int4(street), arg_ids(k.caller, k.n), arg_texts(k.key, k.n), arg_ints(status, k.n),
                       arg_texts(body, k.n), arg_texts(position, k.n), arg_texts(k.hash, k.n),
                       arg_time(k.w[0]->c.wall)));
}

int key_look_up(struct dispatcher *d, struct work *w, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(d->db, SQL_KEY_FIND, &r, e, ARGS(arg_int4(w->c.street), arg_id(w->c.person), arg_text(w->key))) < 0)
        return -1;
    if (r.n == 0)
        return 0;
    key_take(w, &r, 0);
    return 1;
}
