/* Opinions of another system, at most 500 at once, stored by a handful of statements whatever their number.
 * Natural key (street, source, source_id): importing twice adds nothing. Each row gets its verdict. */
#include <stdlib.h>
#include <string.h>

#include "intake.h"
#include "opinion_import.sql.h"
#include "opinion_rules.h"
#include "receipt_rules.h"

typedef struct opinion_receive_many_rows row;
typedef struct opinion_receive_many_answer_rows row_verdict;

struct known { /* by source_id */
    const char *source_id, *receipt;
    struct id id;
};

static int known_by_id(const void *a, const void *b)
{
    return strcmp(((const struct known *)a)->source_id, ((const struct known *)b)->source_id);
}

/* What is stored already; the counter's row is locked, so nobody adds to it meanwhile. */
static int known_read(struct call *c, const struct opinion_receive_many *in, struct known **out, size_t *n,
                      struct err *e)
{
    AUTO_ROWS r = {0};
    const char **ids = arena_alloc(c->arena, in->n_rows, sizeof *ids);
    for (size_t i = 0; i < in->n_rows; i++)
        ids[i] = in->rows[i].source_id;
    if (db_many(c->db, SQL_IMPORT_KNOWN, &r, e,
                ARGS(arg_int4(c->street), arg_text(in->source), arg_texts(ids, in->n_rows))) < 0)
        return -1;
    struct known *k = arena_alloc(c->arena, (size_t)r.n + 1, sizeof *k);
    for (int i = 0; i < r.n; i++)
        k[i] = (struct known){arena_copy(c->arena, row_text(&r, i, "source_id"), row_length(&r, i, "source_id")),
                              arena_copy(c->arena, row_text(&r, i, "receipt"), row_length(&r, i, "receipt")),
                              row_id(&r, i, "id")};
    qsort(k, (size_t)r.n, sizeof *k, known_by_id);
    *out = k;
    *n = (size_t)r.n;
    return 0;
}

static void verdict_refuse(row_verdict *v, enum row_fault fault)
{
    v->verdict = "refused";
    v->reason = row_fault_text(fault);
    v->reason_zh = row_fault_text_zh(fault);
}

/* An earlier row of the same request with the same source_id. */
static const row_verdict *earlier(const row_verdict *v, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (strcmp(v[j].source_id, v[i].source_id) == 0 && strcmp(v[j].verdict, "refused") != 0)
            return &v[j];
    return NULL;
}

struct import {
    struct call *c;
    const struct opinion_receive_many *in;
    struct opinions o;
    struct words w;
    struct id *answered; /* opinions with an answer, and when */
    int64_t *answered_at;
    size_t n_answered;
    int64_t last; /* number used */
};

static void row_store(struct import *m, const row *x, row_verdict *v)
{
    struct opinions *o = &m->o;
    size_t i = o->rows++;
    char receipt[RECEIPT_SIZE];
    receipt_text(m->c->street, ++m->last, receipt);
    o->id[i] = id_new(m->c->street);
    o->n[i] = m->last;
    o->receipt[i] = arena_copy(m->c->arena, receipt, sizeof receipt - 1);
    o->region[i] = m->in->street; /* community and category are unknown until a deliberator says */
    o->category[i] = "unknown";
    o->channel[i] = m->in->channel;
    o->entered_by[i] = m->c->person;
    o->source[i] = m->in->source;
    o->source_id[i] = x->source_id;
    o->likes[i] = x->source_likes;
    o->dislikes[i] = x->source_dislikes;
    o->received_at[i] = x->received_at;
    o->answered_at[i] = x->answered_at;
    words_add(&m->w, o->id[i], 0, x->user, x->subject, x->text);
    if (x->answered_at != TIME_NONE) {
        words_add(&m->w, o->id[i], 1, NULL, NULL, x->answer);
        m->answered[m->n_answered] = o->id[i];
        m->answered_at[m->n_answered++] = x->answered_at;
    }
    v->verdict = "stored";
    v->id = o->id[i];
    v->receipt = o->receipt[i];
}

static void rows_decide(struct import *m, const struct known *known, size_t n_known,
                        struct opinion_receive_many_answer *out)
{
    int64_t now = m->c->now > m->c->wall ? m->c->now : m->c->wall;
    for (size_t i = 0; i < m->in->n_rows; i++) {
        const row *x = &m->in->rows[i];
        row_verdict *v = &out->rows[i];
        *v = (row_verdict){.source_id = x->source_id};
        struct known key = {.source_id = x->source_id};
        const struct known *old = n_known ? bsearch(&key, known, n_known, sizeof *known, known_by_id) : NULL;
        const row_verdict *twin = old ? NULL : earlier(out->rows, i);
        enum row_fault fault =
            opinion_row_fault(&(struct row_facts){x->text, x->answer, x->received_at, x->answered_at}, now);
        if (old || twin) {
            v->verdict = "already";
            v->id = old ? old->id : twin->id;
            v->receipt = old ? old->receipt : twin->receipt;
            out->already++;
        } else if (fault != ROW_GOOD) {
            verdict_refuse(v, fault);
            out->refused++;
        } else {
            row_store(m, x, v);
            out->stored++;
        }
    }
}

static int import_store(struct import *m, struct err *e)
{
    struct call *c = m->c;
    if (m->o.rows == 0)
        return 0;
    if (counter_set(c->db, c->street, "receipt", m->last, e) < 0 ||
        words_store(c->db, c->arena, c->street, &m->w, e) < 0 ||
        opinions_store(c->db, c->street, &m->o, c->wall, e) < 0)
        return -1;
    if (m->n_answered &&
        db_put(c->db, SQL_IMPORT_ANSWERS, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_id(c->person), arg_time(c->wall), arg_ids(m->answered, m->n_answered),
                    arg_times(m->answered_at, m->n_answered))) < 0)
        return -1;
    for (size_t i = 0; i < m->o.rows; i++) {
        struct opinion_answered event = {m->o.id[i], m->o.channel[i], m->o.received_at[i], m->o.answered_at[i]};
        if (opinions_emit(c, &m->o, i) < 0 || (event.answered_at != TIME_NONE && emit_opinion_answered(c, &event) < 0))
            return -1;
    }
    return 0;
}

int opinion_receive_many(struct call *c, const struct opinion_receive_many *in, struct err *e)
{
    struct import m = {.c = c, .in = in};
    struct known *known;
    size_t n_known;
    struct opinion_receive_many_answer out = {.rows = arena_alloc(c->arena, in->n_rows, sizeof *out.rows),
                                              .n_rows = in->n_rows};
    if (street_must_be_one(c, e) < 0 || region_must_exist(c, in->street, e) < 0)
        return -1;
    if (counter_lock(c->db, c->street, "receipt", &m.last, e) < 0 || known_read(c, in, &known, &n_known, e) < 0)
        return -1;
    opinions_room(&m.o, c->arena, in->n_rows);
    words_room(&m.w, c->arena, 2 * in->n_rows);
    m.answered = arena_alloc(c->arena, in->n_rows, sizeof *m.answered);
    m.answered_at = arena_alloc(c->arena, in->n_rows, sizeof *m.answered_at);
    rows_decide(&m, known, n_known, &out);
    return import_store(&m, e) < 0 ? -1 : answer(c, &out);
}
