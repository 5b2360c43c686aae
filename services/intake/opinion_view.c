/* What everybody may see of opinions: masked, with what became of them; also by the receipt number alone. */
#include "intake.h"
#include "opinion_view.sql.h"
#include "receipt_rules.h"

int opinion_get(struct call *c, const struct opinion_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_OPINION_GET, &r, e, ARGS(arg_int4(c->street), arg_id(in->opinion))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}

int receipt_get(struct call *c, const struct receipt_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    int street;
    int64_t n;
    if (!receipt_parse(in->number, &street, &n)) {
        err_set(e, ERR_BAD_REQUEST, "the receipt number is mistyped" ZH "受理号有误");
        err_field(e, "number", "its check digit does not fit", "校验码不符");
        return -1;
    }
    if (db_one(c->db, SQL_RECEIPT_GET, &r, e, ARGS(arg_int4(street), arg_int(n))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}

static struct arg arg_bool_or_null(bool has, bool v)
{
    struct arg a = arg_bool(v);
    a.null = !has;
    return a;
}

int opinion_list(struct call *c, const struct opinion_list *in, struct err *e)
{
    AUTO_ROWS r = {0};
    struct newest k;
    if (newest_read(c, in->cursor, &k, e) < 0 ||
        db_many(c->db, SQL_OPINION_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_time(k.at), arg_id(k.id), arg_text(in->region), arg_text(in->channel),
                     arg_text(in->category), arg_bool_or_null(in->has_answered, in->answered),
                     arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
