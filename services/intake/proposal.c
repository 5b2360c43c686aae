/* Proposals: drawn from opinions or an entry of a contest, published for the first notice; after the review a project.
 */
#include <stdlib.h>
#include <string.h>

#include "proposal_rules.h"
#include "intake.h"
#include "proposal.sql.h"

static int draft_check(struct call *c, const struct proposal_draft *in, struct err *e)
{
    struct need_figure *f = arena_alloc(c->arena, in->n_lines, sizeof *f);
    for (size_t i = 0; i < in->n_lines; i++)
        f[i] = (struct need_figure){strcmp(in->lines[i].kind, "money") == 0, in->lines[i].unit, in->lines[i].amount};
    if (street_must_be_one(c, e) < 0)
        return -1;
    if (region_street(in->region) != c->street || strlen(in->region) < 9)
        return FAIL(e, RULE, "the region lies outside the street" ZH "区域不在本街道内");
    switch (proposal_draft_fault(f, (int)in->n_lines, in->estimate_fen, in->n_opinions > 0 || !id_is_nil(in->entry))) {
    case DRAFT_UNIT:
        return FAIL(e, RULE, "a need of money is counted in fen" ZH "资金需求以分（fen）计");
    case DRAFT_OVER:
        return FAIL(e, RULE, "the money needed exceeds the estimate" ZH "资金需求超过估算");
    case DRAFT_NO_SOURCE:
        return FAIL(e, RULE, "a proposal comes from opinions or from an entry" ZH "初始项目须源自民意或参赛作品");
    case DRAFT_GOOD:
        break;
    }
    return region_must_exist(c, in->region, e);
}

static int lines_store(struct call *c, const struct proposal_draft *in, struct id proposal, struct err *e)
{
    size_t n = in->n_lines;
    int64_t *nr = arena_alloc(c->arena, n, sizeof *nr), *amount = arena_alloc(c->arena, n, sizeof *amount);
    struct id *id = arena_alloc(c->arena, n, sizeof *id);
    const char **kind = arena_alloc(c->arena, n, sizeof *kind), **unit = arena_alloc(c->arena, n, sizeof *unit),
               **what = arena_alloc(c->arena, n, sizeof *what);
    for (size_t i = 0; i < n; i++) {
        nr[i] = (int64_t)i + 1;
        id[i] = id_new(c->street);
        kind[i] = in->lines[i].kind;
        amount[i] = in->lines[i].amount;
        unit[i] = in->lines[i].unit;
        what[i] = in->lines[i].what;
    }
    return db_put(c->db, SQL_NEED_LINES_INSERT, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(proposal), arg_ints(nr, n), arg_ids(id, n), arg_texts(kind, n),
                       arg_ints(amount, n), arg_texts(unit, n), arg_texts(what, n)));
}

static int by_id(const void *a, const void *b)
{
    return id_cmp(*(const struct id *)a, *(const struct id *)b);
}

/* Sorted copy without doubles: locks are taken in this order. */
static struct id *ids_sorted(struct arena *a, const struct id *id, size_t n, size_t *out_n)
{
    struct id *s = arena_alloc(a, n + 1, sizeof *s);
    size_t m = 0;
    if (n)
        memcpy(s, id, n * sizeof *s);
    qsort(s, n, sizeof *s, by_id);
    for (size_t i = 0; i < n; i++)
        if (m == 0 || !id_eq(s[m - 1], s[i]))
            s[m++] = s[i];
    *out_n = m;
    return s;
}

static int sources_store(struct call *c, const struct proposal_draft *in, struct id proposal, struct err *e)
{
    size_t n;
    AUTO_ROWS r = {0};
    struct id *opinion = ids_sorted(c->arena, in->opinions, in->n_opinions, &n);
    if (n == 0)
        return 0;
    if (db_many(c->db, SQL_PROPOSAL_OPINIONS_INSERT, &r, e,
                ARGS(arg_int4(c->street), arg_id(proposal), arg_ids(opinion, n))) < 0)
        return -1;
    return (size_t)r.n == n
               ? 0
               : FAIL(e, NOT_FOUND, "one of the opinions is not known in this street" ZH "本街道没有其中某条民意");
}

int proposal_draft(struct call *c, const struct proposal_draft *in, struct err *e)
{
    AUTO_ROWS entry = {0};
    int64_t n;
    const char *counter = arena_printf(c->arena, "proposal-%d", (int)in->round);
    if (draft_check(c, in, e) < 0)
        return -1;
    if (!id_is_nil(in->entry) &&
        db_one(c->db, SQL_ENTRY_EXISTS, &entry, e, ARGS(arg_int4(c->street), arg_id(in->entry))) < 0)
        return -1;
    if (counter_lock(c->db, c->street, counter, &n, e) < 0)
        return -1;
    struct id id = id_new(c->street);
    const char *number = arena_printf(c->arena, "%09d-%d-%03d", c->street, (int)in->round, (int)n + 1);
    if (counter_set(c->db, c->street, counter, n + 1, e) < 0 ||
        db_put(c->db, SQL_PROPOSAL_INSERT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_text(number), arg_int(in->round), arg_text(in->region),
                    arg_text(in->category), arg_text(in->title), arg_text(in->summary), arg_int(in->estimate_fen),
                    arg_id(in->entry), arg_id(c->person), arg_time(c->now), arg_time(c->wall))) < 0 ||
        lines_store(c, in, id, e) < 0 || sources_store(c, in, id, e) < 0)
        return -1;
    struct proposal_drafted event = {id, number, in->round, in->region, in->category, in->title, in->estimate_fen};
    struct proposal_draft_answer out = {id, number};
    return emit_proposal_drafted(c, &event) < 0 ? -1 : answer(c, &out);
}

int proposals_lock(struct call *c, const struct id *id, size_t n, int step, struct rows *out, struct err *e)
{
    size_t m;
    struct id *sorted = ids_sorted(c->arena, id, n, &m);
    if (db_many(c->db, SQL_PROPOSALS_LOCK, out, e, ARGS(arg_int4(c->street), arg_ids(sorted, m))) < 0)
        return -1;
    if ((size_t)out->n != m)
        return FAIL(e, NOT_FOUND, "one of the proposals is not known in this street" ZH "本街道没有其中某个项目");
    for (int i = 0; i < out->n; i++) {
        const char *state = row_text(out, i, "state"), *number = row_text(out, i, "number");
        if (!proposal_step(state, (enum proposal_step)step))
            return FAIL(e, CONFLICT, "proposal %s is %s" ZH "项目 %s 当前状态为 %s", number, state, number, state);
    }
    return 0;
}

int proposals_move(struct call *c, const struct proposal_state *p, size_t n, struct err *e)
{
    AUTO_ROWS r = {0};
    struct id *id = arena_alloc(c->arena, n + 1, sizeof *id);
    const char **state = arena_alloc(c->arena, n + 1, sizeof *state),
               **reason = arena_alloc(c->arena, n + 1, sizeof *reason);
    for (size_t i = 0; i < n; i++) {
        id[i] = p[i].id;
        state[i] = p[i].state;
        reason[i] = p[i].reason;
    }
    if (n == 0)
        return 0;
    if (db_many(
            c->db, SQL_PROPOSALS_MOVE, &r, e,
            ARGS(arg_int4(c->street), arg_ids(id, n), arg_texts(state, n), arg_texts(reason, n), arg_time(c->now))) < 0)
        return -1;
    return (size_t)r.n == n ? 0 : FAIL(e, NOT_FOUND, "one of the proposals is gone" ZH "其中某个项目不存在");
}

static const char *copy(struct call *c, const struct rows *r, int i, const char *column)
{
    return arena_copy(c->arena, row_text(r, i, column), row_length(r, i, column));
}

int proposal_publish(struct call *c, const struct proposal_publish *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (proposals_lock(c, in->proposals, in->n_proposals, STEP_PUBLISH, &r, e) < 0)
        return -1;
    struct proposal_state *p = arena_alloc(c->arena, (size_t)r.n, sizeof *p);
    for (int i = 0; i < r.n; i++)
        p[i] =
            (struct proposal_state){row_id(&r, i, "id"), proposal_step(row_text(&r, i, "state"), STEP_PUBLISH), NULL};
    if (proposals_move(c, p, (size_t)r.n, e) < 0)
        return -1;
    for (int i = 0; i < r.n; i++) {
        struct proposal_published event = {row_id(&r, i, "id"),           copy(c, &r, i, "number"),
                                           row_int(&r, i, "round"),       copy(c, &r, i, "region"),
                                           copy(c, &r, i, "category"),    copy(c, &r, i, "title"),
                                           row_int(&r, i, "estimate_fen")};
        if (emit_proposal_published(c, &event) < 0)
            return -1;
    }
    struct proposal_publish_answer out = {r.n};
    return answer(c, &out);
}

/* The first notice has closed: what hung for its days may be reviewed; what was objected to stays frozen. */
int proposal_notice_closed(struct call *c, const struct notice_closed *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (strcmp(in->kind, "first") != 0 || c->event_street != c->street)
        return 0;
    struct id *id = arena_alloc(c->arena, in->n_items + 1, sizeof *id);
    size_t n, moved = 0;
    for (size_t i = 0; i < in->n_items; i++)
        id[i] = in->items[i].project;
    struct id *sorted = ids_sorted(c->arena, id, in->n_items, &n);
    if (db_many(c->db, SQL_PROPOSALS_LOCK, &r, e, ARGS(arg_int4(c->street), arg_ids(sorted, n))) < 0)
        return -1;
    struct proposal_state *p = arena_alloc(c->arena, (size_t)r.n + 1, sizeof *p);
    for (int i = 0; i < r.n; i++) {
        struct id project = row_id(&r, i, "id");
        bool done = false;
        for (size_t k = 0; k < in->n_items; k++)
            done |= id_eq(in->items[k].project, project) && strcmp(in->items[k].result, "done") == 0;
        const char *to = proposal_step(row_text(&r, i, "state"), done ? STEP_NOTICE_DONE : STEP_NOTICE_FROZEN);
        if (to) /* a notice about what has moved on meanwhile changes nothing */
            p[moved++] = (struct proposal_state){project, to, NULL};
    }
    return proposals_move(c, p, moved, e);
}

/* Lines of all passed projects by one read, in the order of their ids. */
int proposals_emit_passed(struct call *c, const struct rows *r, const bool *passed, struct err *e)
{
    AUTO_ROWS l = {0};
    struct id *id = arena_alloc(c->arena, (size_t)r->n + 1, sizeof *id);
    size_t n = 0;
    for (int i = 0; i < r->n; i++)
        if (passed[i])
            id[n++] = row_id(r, i, "id");
    if (n == 0)
        return 0;
    if (db_many(c->db, SQL_NEED_LINES_OF, &l, e, ARGS(arg_int4(c->street), arg_ids(id, n))) < 0)
        return -1;
    struct project_passed_lines *line = arena_alloc(c->arena, (size_t)l.n + 1, sizeof *line);
    for (int k = 0; k < l.n; k++)
        line[k] =
            (struct project_passed_lines){row_id(&l, k, "id"),      row_int(&l, k, "n"),    copy(c, &l, k, "kind"),
                                          row_int(&l, k, "amount"), copy(c, &l, k, "unit"), copy(c, &l, k, "what")};
    int at = 0;
    for (int i = 0; i < r->n; i++) {
        if (!passed[i])
            continue;
        int from = at;
        while (at < l.n && id_eq(row_id(&l, at, "proposal"), row_id(r, i, "id")))
            at++;
        struct id *who = arena_alloc(c->arena, 2, sizeof *who);
        who[0] = row_id(r, i, "drafted_by");
        who[1] = row_id(r, i, "entered_by");
        struct project_passed event = {.id = row_id(r, i, "id"),
                                       .number = copy(c, r, i, "number"),
                                       .round = row_int(r, i, "round"),
                                       .region = copy(c, r, i, "region"),
                                       .category = copy(c, r, i, "category"),
                                       .title = copy(c, r, i, "title"),
                                       .proposers = who,
                                       .n_proposers = id_is_nil(who[1]) ? 1 : 2,
                                       .lines = line + from,
                                       .n_lines = (size_t)(at - from)};
        if (emit_project_passed(c, &event) < 0)
            return -1;
    }
    return 0;
}
