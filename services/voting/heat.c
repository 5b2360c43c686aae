/* Heat: likes append what they changed, one row per group; a beat folds it each second and tells the absolute heat.
 * Purpose: no like waits for another one on a hot project. Caveat: heat lags likes by up to a second, except when a
 * notice closes, which counts the likes themselves. */
#include <string.h>

#include "heat.sql.h"
#include "voting.h"

/* --- appending --- */

#define WRITERS 64 /* streets that one process likes in at a time; one more only makes a new writer */

/* A writer is one connection of one process in one street: its commits come one after the other, so its highest n that
 * can be seen says that nothing lower is still to come. After a new connection the old backend may still be committing:
 * a new writer. */
static struct writer {
    int street;
    bool known; /* its cursor row is committed */
    uint64_t connection;
    struct id id;
    int64_t n;
} writers[WRITERS];

static struct writer *writer_of(const struct batch *b)
{
    struct writer *w = &writers[b->street % WRITERS];
    if (w->street != b->street || w->connection != db_serial(b->db))
        *w = (struct writer){.street = b->street, .connection = db_serial(b->db), .id = id_new(b->street)};
    return w;
}

/* The cursor row comes with the writer's first delta; that it was committed shows only in a later transaction. */
static int writer_ready(struct batch *b, struct writer *w, struct err *e)
{
    if (w->known)
        return 0;
    if (w->n > 0) {
        AUTO_ROWS r = {0};
        if (db_maybe(b->db, SQL_HEAT_KNOWN, &r, e, ARGS(arg_int4(b->street), arg_id(w->id))) < 0)
            return -1;
        if (r.n == 1) {
            w->known = true;
            return 0;
        }
    }
    return db_put(b->db, SQL_HEAT_WRITER, AFFECTED_ANY, e, ARGS(arg_int4(b->street), arg_id(w->id)));
}

int heat_append(struct batch *b, const struct id *project, const int *flip, size_t n, struct err *e)
{
    if (n == 0)
        return 0;
    struct writer *w = writer_of(b);
    if (writer_ready(b, w, e) < 0)
        return -1;
    w->n++;
    return db_put(b->db, SQL_HEAT_APPEND, AFFECTED_1, e,
                  ARGS(arg_int4(b->street), arg_id(w->id), arg_int(w->n), arg_ids(project, n), arg_int4s(flip, n)));
}

/* --- folding --- */

struct news {
    struct id *writer;
    int64_t *n, *upto;
    size_t count;
};

static int news_read(struct call *c, struct news *out, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_many(c->db, SQL_HEAT_NEWS, &r, e, ARGS(arg_int4(c->street))) < 0)
        return -1;
    size_t n = (size_t)r.n;
    *out = (struct news){arena_alloc(c->arena, n + 1, sizeof(struct id)), arena_alloc(c->arena, n + 1, sizeof(int64_t)),
                         arena_alloc(c->arena, n + 1, sizeof(int64_t)), n};
    for (int i = 0; i < r.n; i++) {
        out->writer[i] = row_id(&r, i, "writer");
        out->n[i] = row_int(&r, i, "n");
        out->upto[i] = row_int(&r, i, "upto");
    }
    return 0;
}

static int heat_add(struct call *c, const struct rows *sum, struct err *e)
{
    size_t n = (size_t)sum->n;
    struct id *project = arena_alloc(c->arena, n + 1, sizeof *project);
    int64_t *flips = arena_alloc(c->arena, n + 1, sizeof *flips);
    for (int i = 0; i < sum->n; i++) {
        project[i] = row_id(sum, i, "project");
        flips[i] = row_int(sum, i, "flips");
    }
    AUTO_ROWS r = {0};
    if (db_many(c->db, SQL_HEAT_ADD, &r, e, ARGS(arg_int4(c->street), arg_ids(project, n), arg_ints(flips, n))) < 0)
        return -1;
    for (int i = 0; i < r.n; i++) {
        int64_t heat = row_int(&r, i, "heat");
        emit_heat_changed(c, &(struct heat_changed){row_id(&r, i, "project"), heat > 0 ? heat : 0});
    }
    return 0;
}

/* One bounded step: 1 = there was something, 0 = nothing left, -1. */
static int fold_step(struct call *c, struct err *e)
{
    struct news w;
    AUTO_ROWS sum = {0};
    if (news_read(c, &w, e) < 0)
        return -1;
    if (w.count == 0)
        return 0;
    if (db_many(c->db, SQL_HEAT_SUM, &sum, e,
                ARGS(arg_int4(c->street), arg_ids(w.writer, w.count), arg_ints(w.n, w.count),
                     arg_ints(w.upto, w.count))) < 0)
        return -1;
    if (sum.n > 0 && heat_add(c, &sum, e) < 0)
        return -1;
    if (db_put(c->db, SQL_HEAT_FOLDED, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_ids(w.writer, w.count), arg_ints(w.upto, w.count))) < 0)
        return -1;
    return 1;
}

int heat_fold(struct call *c, const void *in, struct err *e)
{
    (void)in;
    AUTO_ROWS gate = {0};
    if (db_maybe(c->db, SQL_HEAT_GATE, &gate, e, ARGS(arg_int4(c->street))) < 0)
        return -1;
    return gate.n == 0 ? 0 : fold_step(c, e) < 0 ? -1 : 0;
}

int heat_settle(struct call *c, struct err *e)
{
    int more;
    do
        more = fold_step(c, e);
    while (more > 0);
    return more;
}

int heat_list(struct call *c, const struct heat_list *in, struct err *e)
{
    int street;
    const char *key;
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (db_many(c->db, SQL_HEAT_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_int_or_null(in->has_round, in->round), arg_text(in->category),
                     arg_text(key), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
