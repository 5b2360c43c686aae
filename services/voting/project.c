/* What voting knows of projects: the read model of intake's and supervision's events. */
#include "project.sql.h"
#include "voting.h"

int notice_propose(struct call *c, const struct proposal_published *in, struct err *e)
{
    if (id_street(in->id) != c->street) /* the district's streams are heard in every street */
        return 0;
    return db_put(c->db, SQL_NOTICE_PROPOSE, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(in->id), arg_text(in->number), arg_text(in->title),
                       arg_text(in->category), arg_text(in->region), arg_int(in->round)));
}

int notice_expect(struct call *c, const struct project_passed *in, struct err *e)
{
    if (id_street(in->id) != c->street)
        return 0;
    return db_put(c->db, SQL_NOTICE_EXPECT, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(in->id), arg_text(in->number), arg_text(in->title),
                       arg_text(in->category), arg_text(in->region), arg_int(in->round)));
}

/* A project cannot be completed before it was listed here, and it was listed after its project.passed was applied here:
 * so the row is there, whatever the order of the two streams. */
int ballot_expect(struct call *c, const struct project_completed *in, struct err *e)
{
    if (id_street(in->project) != c->street)
        return 0;
    return db_put(c->db, SQL_BALLOT_EXPECT, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(in->project), arg_time(c->now)));
}
