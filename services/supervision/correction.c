/* Correction orders: what residents asked to change in a running project, before and after, public. */
#include <string.h>

#include "correction.sql.h"
#include "supervision.h"

int correction_order_make(struct call *c, const struct correction_order_make *in, struct err *e)
{
    struct books b;
    AUTO_ROWS last = {0};
    if (strcmp(in->before, in->after) == 0)
        return FAIL(e, RULE, "before and after are the same" ZH "修正前后内容相同");
    if (books_lock_running(c, in->project, &b, e) < 0 ||
        db_one(c->db, SQL_CORRECTION_LAST, &last, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    struct id id = id_new(c->street);
    int64_t n = row_int(&last, 0, "n") + 1;
    if (db_put(c->db, SQL_CORRECTION_ADD, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_id(in->project), arg_int(n), arg_text(in->reason),
                    arg_text(in->before), arg_text(in->after), arg_int(in->has_days ? in->days : 0),
                    arg_ids(in->opinions, in->n_opinions), arg_time(c->now), arg_id(c->person))) < 0)
        return -1;
    emit_correction_order_made(c, &(struct correction_order_made){id, in->project, n});
    return answer(c, &(struct correction_order_make_answer){id, n});
}
