/* Ambassadors: citizens who co-sign and inspect, drawn by lot for each project. They never hold money. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "ambassador.sql.h"
#include "base/text.h"
#include "draw_rules.h"
#include "supervision.h"

#define POOL_MAX 1000

int ambassador_appoint(struct call *c, const struct ambassador_appoint *in, struct err *e)
{
    struct id id = id_new(c->street);
    int64_t from = in->valid_from == TIME_NONE ? c->now : in->valid_from;
    if (in->valid_until != TIME_NONE && in->valid_until <= from)
        return FAIL(e, RULE, "valid_until lies before valid_from" ZH "任期结束早于开始");
    if (db_put(c->db, SQL_AMBASSADOR_ADD, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_id(in->person), arg_text(in->region), arg_text(in->kind),
                    arg_time(c->now), arg_id(c->person))) < 0)
        return -1;
    if (appointment_store(c, &(struct appointment){id, in->person, "ambassador", in->region, from, in->valid_until},
                          e) < 0)
        return -1;
    return answer(c, &(struct ambassador_appoint_answer){id, in->person});
}

int ambassador_end(struct call *c, const struct ambassador_end *in, struct err *e)
{
    struct ambassador_end_answer out = {in->appointment, in->valid_until == TIME_NONE ? c->now : in->valid_until};
    if (appointment_stop(c, out.id, out.valid_until, in->reason, e) < 0)
        return -1;
    return answer(c, &out);
}

/* Lines, so that anybody can hash the same with sha256sum: seed, project, person, each ended by a newline. */
static void hash_person(const char *seed, struct id project, struct drawn *d)
{
    char p[37], q[37];
    AUTO_BUF text = {0};
    buf_printf(&text, "%s\n%s\n%s\n", seed, id_text(project, p), id_text(d->person, q));
    crypto_hash_sha256(d->hash, (const unsigned char *)text.p, text.n);
}

static int pool_read(struct call *c, const struct ambassador_draw *in, struct drawn **out, size_t *n, struct err *e)
{
    AUTO_ROWS r = {0};
    char place[REGION_MAX];
    snprintf(place, sizeof place, "%d", c->street);
    if (db_many(c->db, SQL_AMBASSADOR_POOL, &r, e,
                ARGS(arg_text(place), arg_time(c->now), arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    if (r.n > POOL_MAX)
        return FAIL(e, CONFLICT,
                    "more than %d ambassadors: end some appointments first" ZH "公益使者超过 %d 人，请先结束部分聘任",
                    POOL_MAX, POOL_MAX);
    *n = (size_t)r.n;
    *out = arena_alloc(c->arena, *n ? *n : 1, sizeof **out);
    for (int i = 0; i < r.n; i++) {
        (*out)[i].person = row_id(&r, i, "person");
        hash_person(in->seed, in->project, &(*out)[i]);
    }
    return 0;
}

int draw_commit(struct call *c, const struct draw_commit *in, struct err *e)
{
    struct books b;
    AUTO_ROWS r = {0};
    if (books_lock_running(c, in->project, &b, e) < 0 ||
        db_maybe(c->db, SQL_DRAW_COMMITTED, &r, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    if (r.n)
        return FAIL(e, CONFLICT, "the seed of this project's draw is committed already" ZH "该项目抽签种子已承诺");
    if (db_put(c->db, SQL_DRAW_COMMIT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_text(in->commitment), arg_time(c->now),
                    arg_id(c->person))) < 0)
        return -1;
    emit_draw_committed(c, &(struct draw_committed){in->project, in->commitment});
    return answer(c, &(struct draw_commit_answer){in->project, in->commitment});
}

/* The seed must be the text whose SHA-256 was published before: nobody chooses it to suit the pool. */
static int draw_reveal(struct call *c, const struct ambassador_draw *in, char commitment[65], struct err *e)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    AUTO_ROWS r = {0};
    crypto_hash_sha256(hash, (const unsigned char *)in->seed, strlen(in->seed));
    hex_encode(hash, sizeof hash, commitment);
    if (db_maybe(c->db, SQL_DRAW_COMMITTED, &r, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, CONFLICT,
                    "publish the SHA-256 of the seed first: POST …/ambassadors/commitment" ZH
                    "请先公布种子的 SHA-256（…/ambassadors/commitment）");
    if (strcmp(row_text(&r, 0, "commitment"), commitment) != 0)
        return FAIL(e, RULE, "this is not the seed whose SHA-256 was published" ZH "种子与已公布的 SHA-256 不符");
    return 0;
}

static int draw_store(struct call *c, const struct ambassador_draw *in, const char *commitment, const struct id *pool,
                      size_t n, const struct id *first, struct err *e)
{
    size_t wanted = (size_t)in->count;
    if (db_put(c->db, SQL_AMBASSADOR_DRAW, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_text(in->seed), arg_int(in->count), arg_ids(pool, n),
                    arg_time(c->now), arg_id(c->person), arg_text(commitment))) < 0)
        return -1;
    return db_put(c->db, SQL_AMBASSADOR_ASSIGN, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(in->project), arg_ids(first, wanted)));
}

int ambassador_draw(struct call *c, const struct ambassador_draw *in, struct err *e)
{
    struct books b;
    struct drawn *pool;
    size_t n, wanted = (size_t)in->count;
    char commitment[65];
    AUTO_ROWS r = {0};
    if (books_lock_running(c, in->project, &b, e) < 0 ||
        db_maybe(c->db, SQL_AMBASSADOR_DRAWN, &r, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    if (r.n)
        return FAIL(e, CONFLICT, "the ambassadors of this project are drawn already" ZH "该项目的公益使者已抽签确定");
    if (draw_reveal(c, in, commitment, e) < 0 || pool_read(c, in, &pool, &n, e) < 0)
        return -1;
    if (!draw_order(pool, n, wanted))
        return FAIL(e, CONFLICT,
                    "only %zu ambassadors may be drawn here, %zu are wanted" ZH
                    "可参加抽签的公益使者只有 %zu 人，需要 %zu 人",
                    n, wanted, n, wanted);
    struct id *all = arena_alloc(c->arena, n, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = pool[i].person;
    if (draw_store(c, in, commitment, all, n, all, e) < 0)
        return -1;
    emit_ambassador_drawn(c,
                          &(struct ambassador_drawn){
                              .project = in->project, .ambassadors = all, .n_ambassadors = wanted, .seed = in->seed});
    return answer(c, &(struct ambassador_draw_answer){in->project, all, wanted, in->seed, (int64_t)n});
}

int ambassador_of(struct call *c, struct id project, const char *point, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_AMBASSADOR_OF, &r, e,
                 ARGS(arg_int4(c->street), arg_id(project), arg_text(point), arg_id(c->person))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, FORBIDDEN,
                    "you were not drawn as ambassador of this project" ZH "您不是抽签确定的本项目公益使者");
    return recused_refuse(c, project, e);
}

int ambassador_list(struct call *c, const struct ambassador_list *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_AMBASSADOR_LIST, &r, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}
