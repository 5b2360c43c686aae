/* A project's books: opened by its signed agreement, locked by every change, shown to everybody. */
#include <string.h>

#include "books.sql.h"
#include "supervision.h"

static int promises_store(struct call *c, const struct agreement_signed *in, struct err *e)
{
    size_t n = in->n_claims;
    struct id *claim = arena_alloc(c->arena, n, sizeof *claim), *sponsor = arena_alloc(c->arena, n, sizeof *sponsor);
    const char **source = arena_alloc(c->arena, n, sizeof *source), **kind = arena_alloc(c->arena, n, sizeof *kind);
    const char **unit = arena_alloc(c->arena, n, sizeof *unit);
    int64_t *amount = arena_alloc(c->arena, n, sizeof *amount);
    for (size_t i = 0; i < n; i++) {
        const struct agreement_signed_claims *p = &in->claims[i];
        claim[i] = p->claim;
        sponsor[i] = p->sponsor;
        source[i] = p->source_kind;
        kind[i] = p->kind;
        unit[i] = p->unit;
        amount[i] = p->amount;
    }
    return db_put(c->db, SQL_BOOKS_PROMISE, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(in->project), arg_ids(claim, n), arg_ids(sponsor, n),
                       arg_texts(source, n), arg_texts(kind, n), arg_ints(amount, n), arg_texts(unit, n)));
}

int books_open(struct call *c, const struct agreement_signed *in, struct err *e)
{
    if (id_street(in->project) != c->street) /* the district's streams are heard in every street */
        return 0;
    if (db_put(c->db, SQL_BOOKS_OPEN, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_id(in->agreement), arg_id(in->organisation),
                    arg_text(in->organiser), arg_id(in->fair), arg_time(c->now))) < 0)
        return -1;
    return promises_store(c, in, e) < 0 ? -1 : recused_add(c, in->project, in->people, in->n_people, "party", e);
}

int books_lock(struct call *c, struct id project, struct books *b, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_BOOKS_LOCK, &r, e, ARGS(arg_int4(c->street), arg_id(project))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND,
                    "this project has no books: its agreement is not signed yet" ZH "项目尚无账目：协议尚未签署");
    b->project = project;
    b->organisation = row_id(&r, 0, "organisation");
    b->organiser = arena_printf(c->arena, "%s", row_text(&r, 0, "organiser"));
    b->state = arena_printf(c->arena, "%s", row_text(&r, 0, "state"));
    return 0;
}

int books_lock_running(struct call *c, struct id project, struct books *b, struct err *e)
{
    if (books_lock(c, project, b, e) < 0)
        return -1;
    if (strcmp(b->state, "running") != 0)
        return FAIL(e, CONFLICT, "the project is %s already" ZH "项目状态已是 %s", b->state, b->state);
    return 0;
}

int books_state(struct call *c, struct id project, const char *state, struct err *e)
{
    return db_put(c->db, SQL_BOOKS_STATE, AFFECTED_1, e, ARGS(arg_int4(c->street), arg_id(project), arg_text(state)));
}

int books_figures(struct call *c, struct id project, struct figures *f, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_BOOKS_FIGURES, &r, e, ARGS(arg_int4(c->street), arg_id(project))) < 0)
        return -1;
    *f = (struct figures){.received = row_int(&r, 0, "received"),
                          .spent = row_int(&r, 0, "spent"),
                          .held = row_int(&r, 0, "held"),
                          .returned = row_int(&r, 0, "returned"),
                          .waiting = row_int(&r, 0, "waiting"),
                          .planned = row_int(&r, 0, "planned"),
                          .accepted = row_int(&r, 0, "accepted")};
    return 0;
}

int giver_find(struct call *c, struct id project, struct giver *g, struct err *e)
{
    AUTO_ROWS r = {0};
    g->kind = g->unit = "";
    g->promised = 0;
    if (id_is_nil(g->claim)) {
        if (id_is_nil(g->sponsor) || !g->source_kind)
            return FAIL(e, RULE,
                        "without a claim, say sponsor and source_kind" ZH "没有对应认领时须填写资源方和来源类别");
        return 0;
    }
    if (db_maybe(c->db, SQL_BOOKS_GIVER, &r, e, ARGS(arg_int4(c->street), arg_id(g->claim), arg_id(project))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, RULE, "the agreement of this project has no such claim" ZH "项目协议中没有此认领");
    struct id sponsor = row_id(&r, 0, "sponsor");
    const char *source = row_text(&r, 0, "source_kind");
    if ((!id_is_nil(g->sponsor) && !id_eq(g->sponsor, sponsor)) ||
        (g->source_kind && strcmp(g->source_kind, source) != 0))
        return FAIL(e, RULE,
                    "the claim is another sponsor's, or of another kind" ZH "认领属于其他资源方或其他来源类别");
    g->sponsor = sponsor;
    g->source_kind = arena_printf(c->arena, "%s", source);
    g->kind = arena_printf(c->arena, "%s", row_text(&r, 0, "kind"));
    g->unit = arena_printf(c->arena, "%s", row_text(&r, 0, "unit"));
    g->promised = row_int(&r, 0, "amount");
    return 0;
}

int project_books_get(struct call *c, const struct project_books_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_PROJECT_BOOKS_GET, &r, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}
