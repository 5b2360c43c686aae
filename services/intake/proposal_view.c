/* What everybody may see of proposals and projects, with their family tree. */
#include "intake.h"
#include "proposal_view.sql.h"

int proposal_list(struct call *c, const struct proposal_list *in, struct err *e)
{
    AUTO_ROWS r = {0};
    const char *key;
    if (key_read(c, in->cursor, &key, e) < 0 ||
        db_many(c->db, SQL_PROPOSAL_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_text(key), arg_int_or_null(in->has_round, in->round), arg_text(in->state),
                     arg_text(in->category), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}

int project_get(struct call *c, const struct project_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_PROJECT_GET, &r, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}
