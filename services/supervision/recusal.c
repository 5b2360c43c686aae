/* Recusal: who acts for a sponsor or the organisation of a project, claimed from it or proposed it, is not drawn for it
 * and signs nothing of it. The guards of the tables say it too. */
#include "recusal.sql.h"
#include "supervision.h"

int recused_add(struct call *c, struct id project, const struct id *person, size_t n, const char *reason, struct err *e)
{
    if (n == 0)
        return 0;
    return db_put(c->db, SQL_RECUSED_ADD, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(project), arg_ids(person, n), arg_text(reason), arg_time(c->now)));
}

int recused_proposers(struct call *c, const struct project_passed *in, struct err *e)
{
    if (id_street(in->id) != c->street) /* the district's streams are heard in every street */
        return 0;
    return recused_add(c, in->id, in->proposers, in->n_proposers, "proposer", e);
}

int recused_refuse(struct call *c, struct id project, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_RECUSED_IS, &r, e, ARGS(arg_int4(c->street), arg_id(project), arg_id(c->person))) < 0)
        return -1;
    if (r.n == 0)
        return 0;
    return FAIL(e, FORBIDDEN,
                "you are recused from this project: you gave to it, carry it out or proposed it" ZH
                "您须回避本项目：您是其资源方、承接方或提出人");
}
