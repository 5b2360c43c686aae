/* Likes: one person, one project, one like.
 * Purpose: the hot path. Input: all likes of one street that wait. Action: one statement stores the last operation per
 * voter and project and tells the state before it; every call is answered as if they had run one after the other.
 * Caveat: a voter is a keyed hash; no person leaves this file. */
#include <stdlib.h>
#include <string.h>

#include "like.sql.h"
#include "voting.h"

struct vote {
    struct id project, voter, op;
    struct call *call;
    bool liked;
};
struct key { /* the votes of one voter for one project: v[from] … v[to - 1] by rising op */
    size_t from, to;
    bool stored, was;
    bool found; /* a row that stands there already */
    struct id op;
    bool liked, then;
};
struct likes {
    struct vote *v;
    struct key *k;
    size_t n, n_keys;
};

/* --- project -> round, a cache of what cannot change --- */

#define ROUNDS 4096
static struct {
    struct id project;
    int round;
} rounds[ROUNDS];

static size_t slot_of(struct id project) /* the counter's low bits; the last 30 bits are the street */
{
    uint32_t x;
    memcpy(&x, project.b + 8, sizeof x);
    uint64_t h = (x ^ ((uint32_t)project.b[5] << 8 | project.b[4])) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(h >> 52) % ROUNDS;
}

static int round_of(struct id project) /* 0 = not known */
{
    size_t i = slot_of(project);
    return id_eq(rounds[i].project, project) ? rounds[i].round : 0;
}

/* The round of each call's project in `round`; 0 where there is no such project. in is sorted by project. */
static int rounds_read(struct batch *b, const struct like_put *in, int *round, struct err *e)
{
    struct id *missing = arena_alloc(b->arena, b->n, sizeof *missing);
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        round[i] = round_of(in[i].project);
        if (round[i] == 0 && (n == 0 || !id_eq(missing[n - 1], in[i].project)))
            missing[n++] = in[i].project;
    }
    if (n == 0)
        return 0;
    AUTO_ROWS r = {0};
    if (db_many(b->db, SQL_LIKE_ROUNDS, &r, e, ARGS(arg_int4(b->street), arg_ids(missing, n))) < 0)
        return -1;
    for (int k = 0; k < r.n; k++) {
        struct id project = row_id(&r, k, "id");
        int found = (int)row_int(&r, k, "round");
        if (row_bool(&r, k, "settled")) {
            rounds[slot_of(project)].project = project;
            rounds[slot_of(project)].round = found;
        }
        for (size_t i = 0; i < b->n; i++)
            if (id_eq(in[i].project, project))
                round[i] = found;
    }
    return 0;
}

/* --- the votes, sorted as the statement stores them --- */

static int by_key(const void *x, const void *y)
{
    const struct vote *a = x, *b = y;
    int d = id_cmp(a->project, b->project);
    if (d == 0)
        d = id_cmp(a->voter, b->voter);
    return d ? d : id_cmp(a->op, b->op);
}

static void likes_gather(struct batch *b, const struct like_put *in, const int *round, struct likes *out)
{
    *out = (struct likes){.v = arena_alloc(b->arena, b->n, sizeof *out->v),
                          .k = arena_alloc(b->arena, b->n, sizeof *out->k)};
    for (size_t i = 0; i < b->n; i++) {
        struct call *c = b->call[i];
        if (round[i] == 0)
            call_fail(c, NOT_FOUND, "there is no such project here" ZH "没有此项目");
        else
            out->v[out->n++] =
                (struct vote){in[i].project, voter_of("like", b->street, round[i], c->person), c->id, c, in[i].liked};
    }
    qsort(out->v, out->n, sizeof *out->v, by_key);
    for (size_t i = 0; i < out->n; i++) {
        const struct vote *v = &out->v[i];
        if (i > 0 && id_eq(v->project, v[-1].project) && id_eq(v->voter, v[-1].voter))
            out->k[out->n_keys - 1].to = i + 1;
        else
            out->k[out->n_keys++] = (struct key){.from = i, .to = i + 1};
    }
}

/* Rows come back in the order of the keys, some of them missing. */
static struct key *key_next(struct likes *l, size_t *at, struct id project, struct id voter)
{
    while (*at < l->n_keys) {
        struct key *k = &l->k[(*at)++];
        if (id_eq(l->v[k->from].project, project) && id_eq(l->v[k->from].voter, voter))
            return k;
    }
    return NULL;
}

/* Stores the last vote of every key that is not stored yet and has votes left. */
static int likes_store(struct batch *b, struct likes *l, struct err *e)
{
    size_t n = 0;
    struct id *project = arena_alloc(b->arena, l->n_keys, sizeof *project),
              *voter = arena_alloc(b->arena, l->n_keys, sizeof *voter),
              *op = arena_alloc(b->arena, l->n_keys, sizeof *op);
    bool *liked = arena_alloc(b->arena, l->n_keys, sizeof *liked);
    int64_t *now = arena_alloc(b->arena, l->n_keys, sizeof *now);
    for (size_t i = 0; i < l->n_keys; i++) {
        const struct key *k = &l->k[i];
        if (k->stored || k->found || k->from == k->to)
            continue;
        const struct vote *v = &l->v[k->to - 1];
        project[n] = v->project;
        voter[n] = v->voter;
        op[n] = v->op;
        liked[n] = v->liked;
        now[n++] = v->call->now;
    }
    AUTO_ROWS r = {0};
    if (n == 0)
        return 0;
    if (db_put(b->db, SQL_LIKE_GATE, AFFECTED_ANY, e, ARGS(arg_int4(b->street))) < 0 ||
        db_many(b->db, SQL_LIKE_PUT, &r, e,
                ARGS(arg_int4(b->street), arg_ids(project, n), arg_ids(voter, n), arg_bools(liked, n), arg_ids(op, n),
                     arg_times(now, n))) < 0)
        return -1;
    size_t at = 0;
    for (int i = 0; i < r.n; i++) {
        struct key *k = key_next(l, &at, row_id(&r, i, "project"), row_id(&r, i, "voter"));
        if (!k)
            return FAIL(e, INTERNAL, "like_put returned a row out of order" ZH "点赞返回顺序错误");
        k->stored = true;
        k->was = row_bool(&r, i, "was");
    }
    return 0;
}

/* What stands there for the keys that got no row back. */
static int likes_look(struct batch *b, struct likes *l, struct err *e)
{
    size_t n = 0, at = 0;
    struct id *project = arena_alloc(b->arena, l->n_keys, sizeof *project),
              *voter = arena_alloc(b->arena, l->n_keys, sizeof *voter);
    for (size_t i = 0; i < l->n_keys; i++) {
        if (l->k[i].stored || l->k[i].found || l->k[i].from == l->k[i].to)
            continue;
        project[n] = l->v[l->k[i].from].project;
        voter[n++] = l->v[l->k[i].from].voter;
    }
    AUTO_ROWS r = {0};
    if (n == 0)
        return 0;
    if (db_many(b->db, SQL_LIKE_LOOK, &r, e, ARGS(arg_int4(b->street), arg_ids(project, n), arg_ids(voter, n))) < 0)
        return -1;
    for (int i = 0; i < r.n; i++) {
        struct key *k = key_next(l, &at, row_id(&r, i, "project"), row_id(&r, i, "voter"));
        if (!k)
            return FAIL(e, INTERNAL, "like_look returned a row out of order" ZH "点赞返回顺序错误");
        k->op = row_id(&r, i, "op");
        k->liked = row_bool(&r, i, "liked");
        k->then = row_bool(&r, i, "was");
        k->found = id_cmp(k->op, l->v[k->to - 1].op) >= 0;
    }
    return 0;
}

/* --- verdicts --- */

static void say(const struct vote *v, bool was, bool liked)
{
    answer(v->call, &(struct like_put_answer){v->project, liked,
                                              liked == was ? "already"
                                              : liked      ? "new"
                                                           : "taken_back"});
}

static void answer_key(const struct likes *l, const struct key *k)
{
    bool was = k->was;
    for (size_t i = k->from; i < k->to; i++) {
        const struct vote *v = &l->v[i];
        if (k->stored) {
            say(v, was, v->liked);
            was = v->liked;
        } else if (id_eq(v->op, k->op)) {
            say(v, k->then, k->liked);
        } else {
            call_fail(v->call, LATE,
                      "a later like or take-back of yours has already been stored" ZH "您之后的点赞操作已生效");
        }
    }
}

/* A key that was neither stored nor overtaken is not open at the time of its last vote: that vote fails, the ones
 * before it are tried again (they may be from before the notice closed). Returns how many keys are left to try. */
static size_t refuse_last(struct likes *l)
{
    size_t left = 0;
    for (size_t i = 0; i < l->n_keys; i++) {
        struct key *k = &l->k[i];
        if (k->stored || k->found || k->from == k->to)
            continue;
        call_fail(l->v[--k->to].call, CONFLICT,
                  "this project is not open to likes: its second notice is not open" ZH
                  "该项目当前不可点赞：再公示未开启或已结束");
        left += k->from < k->to;
    }
    return left;
}

static int flips_append(struct batch *b, const struct likes *l, struct err *e)
{
    struct id *project = arena_alloc(b->arena, l->n_keys + 1, sizeof *project);
    int *flip = arena_alloc(b->arena, l->n_keys + 1, sizeof *flip);
    size_t n = 0;
    for (size_t i = 0; i < l->n_keys; i++) {
        const struct key *k = &l->k[i];
        if (!k->stored)
            continue;
        const struct vote *last = &l->v[k->to - 1];
        if (last->liked == k->was)
            continue;
        if (n == 0 || !id_eq(project[n - 1], last->project))
            project[n++] = last->project;
        flip[n - 1] += last->liked ? 1 : -1;
    }
    return heat_append(b, project, flip, n, e);
}

int like_put(struct batch *b, const struct like_put *in, struct err *e)
{
    struct likes l;
    int *round = arena_alloc(b->arena, b->n, sizeof *round);
    if (rounds_read(b, in, round, e) < 0)
        return -1;
    likes_gather(b, in, round, &l);
    size_t left = l.n_keys;
    while (left > 0) {
        if (likes_store(b, &l, e) < 0 || likes_look(b, &l, e) < 0)
            return -1;
        left = refuse_last(&l);
    }
    for (size_t i = 0; i < l.n_keys; i++)
        answer_key(&l, &l.k[i]);
    return flips_append(b, &l, e);
}
