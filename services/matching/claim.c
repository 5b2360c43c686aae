/* Claims: a sponsor takes (part of) a need line at a fair; never over the need.
 * Purpose: S16, S17. Action: lines locked in key order, each claim decided by claim_rules.c, one INSERT, one UPDATE.
 * Caveat: the lines are held before the fair and the project are looked at; whoever ends a fair or signs takes lines
 * first too. */
#include <assert.h>
#include <string.h>

#include "claim.sql.h"
#include "claim_rules.h"
#include "matching.h"

struct line {
    struct id id, project;
    const char *kind;
    struct claim_line amounts;
    bool moved;
};
struct ask {
    struct line *line; /* NULL = no such line */
    struct claim_facts facts;
    const char *organiser, *source_kind;
    struct id id;
    int64_t accepted; /* 0 = refused */
};
struct desk {
    struct line *line;
    struct ask *ask;
    size_t n_lines;
};

/* in is sorted by line, so each line's asks stand together and in the order of their operations. */
static int line_lock(struct batch *b, const struct claim_make *in, struct desk *d, struct err *e)
{
    struct id *want = arena_alloc(b->arena, b->n, sizeof *want);
    size_t n = 0, k = 0;
    for (size_t i = 0; i < b->n; i++)
        if (n == 0 || !id_eq(want[n - 1], in[i].line))
            want[n++] = in[i].line;
    AUTO_ROWS r = {0};
    if (db_many(b->db, SQL_LINE_LOCK, &r, e, ARGS(arg_int4(b->street), arg_ids(want, n))) < 0)
        return -1;
    d->n_lines = (size_t)r.n;
    d->line = arena_alloc(b->arena, d->n_lines + 1, sizeof *d->line);
    d->ask = arena_alloc(b->arena, b->n, sizeof *d->ask);
    for (int i = 0; i < r.n; i++)
        d->line[i] = (struct line){.id = row_id(&r, i, "id"),
                                   .project = row_id(&r, i, "project"),
                                   .kind = arena_copy(b->arena, row_text(&r, i, "kind"), row_length(&r, i, "kind")),
                                   .amounts = {row_int(&r, i, "need"), row_int(&r, i, "claimed")}};
    for (size_t i = 0; i < b->n; i++) {
        while (k < d->n_lines && id_cmp(d->line[k].id, in[i].line) < 0)
            k++;
        if (k < d->n_lines && id_eq(d->line[k].id, in[i].line))
            d->ask[i].line = &d->line[k];
    }
    return 0;
}

static void facts_take(struct batch *b, const struct rows *r, int i, struct ask *k)
{
    bool fair = !row_null(r, i, "organiser"), sponsor = !row_null(r, i, "source_kind");
    k->facts = (struct claim_facts){.line = true,
                                    .sponsor = sponsor,
                                    .acts = row_bool(r, i, "acts"),
                                    .fair = fair,
                                    .listed = strcmp(row_text(r, i, "state"), "listed") == 0,
                                    .opens_at = row_time(r, i, "opens_at"),
                                    .closed_at = row_time(r, i, "closed_at"),
                                    .fair_round = fair ? row_int(r, i, "fair_round") : 0,
                                    .project_round = row_int(r, i, "project_round")};
    k->organiser = arena_copy(b->arena, row_text(r, i, "organiser"), row_length(r, i, "organiser"));
    k->source_kind = arena_copy(b->arena, row_text(r, i, "source_kind"), row_length(r, i, "source_kind"));
}

static int facts_read(struct batch *b, const struct claim_make *in, struct desk *d, struct err *e)
{
    size_t n = 0;
    int64_t *at = arena_alloc(b->arena, b->n, sizeof *at);
    struct id *project = arena_alloc(b->arena, b->n, sizeof *project),
              *fair = arena_alloc(b->arena, b->n, sizeof *fair),
              *sponsor = arena_alloc(b->arena, b->n, sizeof *sponsor),
              *person = arena_alloc(b->arena, b->n, sizeof *person);
    for (size_t i = 0; i < b->n; i++) {
        if (!d->ask[i].line)
            continue;
        at[n] = (int64_t)i;
        project[n] = d->ask[i].line->project;
        fair[n] = in[i].fair;
        sponsor[n] = in[i].sponsor;
        person[n++] = b->call[i]->person;
    }
    if (n == 0)
        return 0;
    AUTO_ROWS r = {0};
    if (db_many(b->db, SQL_CLAIM_FACTS, &r, e,
                ARGS(arg_int4(b->street), arg_ints(at, n), arg_ids(project, n), arg_ids(fair, n), arg_ids(sponsor, n),
                     arg_ids(person, n))) < 0)
        return -1;
    for (int i = 0; i < r.n; i++)
        facts_take(b, &r, i, &d->ask[row_int(&r, i, "i")]);
    return 0;
}

static void refuse(struct call *c, enum claim_verdict v, const struct line *l)
{
    switch (v) {
    case CLAIM_TAKEN:
        return;
    case CLAIM_NO_LINE:
        call_fail(c, NOT_FOUND, "there is no such need line here" ZH "没有此需求明细");
        return;
    case CLAIM_NO_SPONSOR:
        call_fail(c, NOT_FOUND, "there is no such sponsor" ZH "没有此资源方");
        return;
    case CLAIM_NOT_ACTING:
        call_fail(c, FORBIDDEN, "you do not act for this sponsor" ZH "您不是该资源方的经办人");
        return;
    case CLAIM_NO_FAIR:
        call_fail(c, NOT_FOUND, "this street is not on that fair" ZH "本街道未参加该相亲会");
        return;
    case CLAIM_COMING:
        call_fail(c, CONFLICT, "the fair is not open yet" ZH "相亲会尚未开始");
        return;
    case CLAIM_CLOSED:
        call_fail(c, CONFLICT, "the fair is closed" ZH "相亲会已结束");
        return;
    case CLAIM_OTHER_ROUND:
        call_fail(c, RULE, "the project is not of the fair's round" ZH "项目不属于该相亲会的年度轮次");
        return;
    case CLAIM_NOT_LISTED:
        call_fail(c, CONFLICT, "the project is not open for claims" ZH "项目当前不可认领");
        return;
    case CLAIM_FULL:
        call_fail(c, CONFLICT, "this need is claimed in full already" ZH "该需求已被全部认领");
        return;
    case CLAIM_NOT_WHOLE:
        call_fail(c, CONFLICT,
                  "only %lld of %lld are left, and you wanted all or nothing" ZH "仅剩 %lld（共 %lld），不足以全部认领",
                  (long long)(l->amounts.need - l->amounts.claimed), (long long)l->amounts.need,
                  (long long)(l->amounts.need - l->amounts.claimed), (long long)l->amounts.need);
        return;
    }
}

static void claim_tell(struct call *c, const struct claim_make *in, const struct ask *k)
{
    emit_claim_made(c, &(struct claim_made){.claim = k->id,
                                            .project = k->line->project,
                                            .line = k->line->id,
                                            .fair = in->fair,
                                            .sponsor = in->sponsor,
                                            .source_kind = k->source_kind,
                                            .organiser = k->organiser,
                                            .kind = k->line->kind,
                                            .amount = k->accepted});
    answer(c, &(struct claim_make_answer){.id = k->id,
                                          .line = k->line->id,
                                          .project = k->line->project,
                                          .asked = in->amount,
                                          .accepted = k->accepted,
                                          .left = k->line->amounts.need - k->line->amounts.claimed});
}

static int lines_store(struct batch *b, const struct desk *d, struct err *e)
{
    struct id *id = arena_alloc(b->arena, d->n_lines + 1, sizeof *id);
    int64_t *claimed = arena_alloc(b->arena, d->n_lines + 1, sizeof *claimed);
    size_t n = 0;
    for (size_t i = 0; i < d->n_lines; i++) {
        if (!d->line[i].moved)
            continue;
        id[n] = d->line[i].id;
        claimed[n++] = d->line[i].amounts.claimed;
    }
    return db_put(b->db, SQL_LINE_CLAIMED, AFFECTED_ANY, e,
                  ARGS(arg_int4(b->street), arg_ids(id, n), arg_ints(claimed, n)));
}

static int claim_store(struct batch *b, const struct claim_make *in, const struct desk *d, struct err *e)
{
    size_t n = 0, max = b->n;
    struct arena *a = b->arena;
    struct id *id = arena_alloc(a, max, sizeof *id), *line = arena_alloc(a, max, sizeof *line),
              *fair = arena_alloc(a, max, sizeof *fair), *sponsor = arena_alloc(a, max, sizeof *sponsor),
              *person = arena_alloc(a, max, sizeof *person);
    const char **organiser = arena_alloc(a, max, sizeof *organiser), **kind = arena_alloc(a, max, sizeof *kind);
    int64_t *asked = arena_alloc(a, max, sizeof *asked), *amount = arena_alloc(a, max, sizeof *amount),
            *at = arena_alloc(a, max, sizeof *at);
    for (size_t i = 0; i < b->n; i++) {
        const struct ask *k = &d->ask[i];
        if (k->accepted == 0)
            continue;
        id[n] = k->id;
        line[n] = k->line->id;
        fair[n] = in[i].fair;
        organiser[n] = k->organiser;
        sponsor[n] = in[i].sponsor;
        kind[n] = k->source_kind;
        person[n] = b->call[i]->person;
        asked[n] = in[i].amount;
        amount[n] = k->accepted;
        at[n++] = b->call[i]->now;
    }
    if (n == 0)
        return 0;
    if (db_put(b->db, SQL_CLAIM_STORE, AFFECTED_ANY, e,
               ARGS(arg_int4(b->street), arg_ids(id, n), arg_ids(line, n), arg_ids(fair, n), arg_texts(organiser, n),
                    arg_ids(sponsor, n), arg_texts(kind, n), arg_ids(person, n), arg_ints(asked, n),
                    arg_ints(amount, n), arg_times(at, n))) < 0)
        return -1;
    return lines_store(b, d, e);
}

int claim_make(struct batch *b, const struct claim_make *in, struct err *e)
{
    struct desk d = {0};
    if (line_lock(b, in, &d, e) < 0 || facts_read(b, in, &d, e) < 0)
        return -1;
    for (size_t i = 0; i < b->n; i++) {
        struct ask *k = &d.ask[i];
        struct claim_line none = {0, 0};
        enum claim_verdict v = claim_decide(k->line ? &k->line->amounts : &none, &k->facts, b->call[i]->now,
                                            in[i].amount, in[i].whole, &k->accepted);
        if (v != CLAIM_TAKEN) {
            refuse(b->call[i], v, k->line);
            continue;
        }
        k->id = id_new(b->street);
        assert(k->line); /* nothing is taken of no line */
        k->line->moved = true;
        claim_tell(b->call[i], &in[i], k);
    }
    return claim_store(b, in, &d, e);
}

int claim_withdraw(struct call *c, const struct claim_withdraw *in, struct err *e)
{
    AUTO_ROWS r = {0}, now = {0}, agreed = {0};
    if (db_maybe(c->db, SQL_CLAIM_GET, &r, e, ARGS(arg_int4(c->street), arg_id(in->claim))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such claim" ZH "没有此认领");
    struct id line = row_id(&r, 0, "line"), project = row_id(&r, 0, "project");
    if (acts_for_sponsor(c, row_id(&r, 0, "sponsor"), e) < 0 || lines_lock(c, project, e) < 0 ||
        db_one(c->db, SQL_CLAIM_LOCK, &now, e, ARGS(arg_int4(c->street), arg_id(in->claim))) < 0 ||
        db_many(c->db, SQL_CLAIM_AGREED, &agreed, e, ARGS(arg_int4(c->street), arg_id(in->claim))) < 0)
        return -1;
    if (strcmp(row_text(&now, 0, "state"), "made") != 0)
        return FAIL(e, CONFLICT, "this claim is %s" ZH "该认领状态为 %s", row_text(&now, 0, "state"),
                    row_text(&now, 0, "state"));
    if (agreed.n > 0)
        return FAIL(e, CONFLICT, "this claim is in an agreement" ZH "该认领已写入协议");
    if (lines_free(c, &in->claim, 1, e) < 0 ||
        db_put(c->db, SQL_CLAIM_END, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_ids(&in->claim, 1), arg_text("withdrawn"), arg_time(c->now),
                    arg_text(in->reason))) < 0)
        return -1;
    emit_claim_expired(c, &(struct claim_expired){in->claim, project, "withdrawn"});
    if (chances_give(c, row_int(&r, 0, "round"), project, e) < 0)
        return -1;
    return answer(c, &(struct claim_withdraw_answer){in->claim, line, row_int(&now, 0, "amount")});
}

int claim_list(struct call *c, const struct claim_list *in, struct err *e)
{
    int street;
    const char *key;
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (db_many(c->db, SQL_CLAIM_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_id(in->project), arg_id(in->fair), arg_id(in->sponsor),
                     arg_text(in->state), arg_text(key), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
