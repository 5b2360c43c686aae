/* Milestones: planned by the street, accepted by the project's ambassadors; and the project's completion. */
#include "milestone.sql.h"
#include "supervision.h"

static int plan_store(struct call *c, const struct milestone_plan *in,
                      const struct milestone_plan_answer_milestones *made, const struct rows *gate, struct err *e)
{
    size_t n = in->n_milestones;
    struct id *id = arena_alloc(c->arena, n, sizeof *id);
    int64_t *number = arena_alloc(c->arena, n, sizeof *number);
    const char **title = arena_alloc(c->arena, n, sizeof *title), **point = arena_alloc(c->arena, n, sizeof *point);
    const char **due = arena_alloc(c->arena, n, sizeof *due);
    for (size_t i = 0; i < n; i++) {
        id[i] = made[i].id;
        number[i] = made[i].n;
        title[i] = in->milestones[i].title;
        point[i] = in->milestones[i].point;
        due[i] = in->milestones[i].due_on;
    }
    return db_put(c->db, SQL_MILESTONE_ADD, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(in->project), arg_ids(id, n), arg_ints(number, n),
                       arg_texts(title, n), arg_texts(point, n), arg_int(row_int(gate, 0, "version")),
                       arg_int(row_int(gate, 0, "upto")), arg_int(row_int(gate, 0, "need")), arg_time(c->now),
                       arg_id(c->person), arg_texts(due, n)));
}

int milestone_plan(struct call *c, const struct milestone_plan *in, struct err *e)
{
    struct books b;
    AUTO_ROWS last = {0}, gate = {0};
    if (books_lock_running(c, in->project, &b, e) < 0 ||
        db_one(c->db, SQL_MILESTONE_LAST, &last, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0 ||
        db_one(c->db, SQL_MILESTONE_GATE, &gate, e, ARGS(arg_text("milestone"), arg_int(0), arg_time(c->now))) < 0)
        return -1;
    int64_t n = row_int(&last, 0, "n");
    if (n + (int64_t)in->n_milestones > 100)
        return FAIL(e, RULE, "a project has at most 100 milestones" ZH "一个项目最多 100 个节点");
    struct milestone_plan_answer_milestones *made = arena_alloc(c->arena, in->n_milestones, sizeof *made);
    for (size_t i = 0; i < in->n_milestones; i++)
        made[i] = (struct milestone_plan_answer_milestones){id_new(c->street), n + 1 + (int64_t)i};
    if (plan_store(c, in, made, &gate, e) < 0)
        return -1;
    return answer(c, &(struct milestone_plan_answer){made, in->n_milestones});
}

static int accept(struct call *c, struct id project, struct id milestone, int64_t need, int64_t n, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_MILESTONE_ACCEPTED, &r, e, ARGS(arg_int4(c->street), arg_id(project))) < 0)
        return -1;
    if (db_put(c->db, SQL_MILESTONE_ACCEPT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(project), arg_int(row_int(&r, 0, "k") + 1), arg_id(milestone),
                    arg_int(need), arg_time(c->now))) < 0)
        return -1;
    emit_milestone_signed(c, &(struct milestone_signed){milestone, project, n});
    return 0;
}

int milestone_sign(struct call *c, const struct milestone_sign *in, struct err *e)
{
    struct books b;
    AUTO_ROWS m = {0}, s = {0};
    if (db_maybe(c->db, SQL_MILESTONE_GET, &m, e, ARGS(arg_int4(c->street), arg_id(in->milestone))) < 0)
        return -1;
    if (m.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such milestone" ZH "没有此节点");
    struct id project = row_id(&m, 0, "project");
    const char *point = row_text(&m, 0, "point");
    int64_t need = row_int(&m, 0, "need");
    if (books_lock_running(c, project, &b, e) < 0 || ambassador_of(c, project, point, e) < 0 ||
        db_one(c->db, SQL_MILESTONE_SIGNATURES, &s, e,
               ARGS(arg_int4(c->street), arg_id(in->milestone), arg_id(c->person))) < 0)
        return -1;
    if (row_int(&s, 0, "mine"))
        return FAIL(e, CONFLICT, "you have signed this milestone already" ZH "您已签署此节点");
    int64_t n = row_int(&s, 0, "n") + 1;
    if (db_put(c->db, SQL_MILESTONE_SIGN, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->milestone), arg_int(n), arg_id(project), arg_text(point),
                    arg_id(c->person), arg_text(in->note), arg_time(c->now))) < 0)
        return -1;
    if (n == need && accept(c, project, in->milestone, need, row_int(&m, 0, "n"), e) < 0)
        return -1;
    return answer(c, &(struct milestone_sign_answer){in->milestone, n, need, n >= need});
}

int milestone_list(struct call *c, const struct milestone_list *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_MILESTONE_LIST, &r, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}
