/* Organisations that carry projects out. */
#include "matching.h"
#include "organisation.sql.h"
#include "sponsor_rules.h"

int organisation_register(struct call *c, const struct organisation_register *in, struct err *e)
{
    struct people p;
    struct id id = id_new(c->street);
    AUTO_ROWS r = {0};
    if (in->code && !credit_code_valid(in->code))
        return FAIL(e, RULE,
                    "%s is no unified social credit code: its check character is wrong" ZH
                    "%s 不是有效的统一社会信用代码",
                    in->code, in->code);
    if (in->code && db_maybe(c->db, SQL_ORGANISATION_CODE, &r, e, ARGS(arg_text(in->code))) < 0)
        return -1;
    if (r.n > 0)
        return FAIL(e, CONFLICT, "an organisation with code %s is registered already" ZH "代码 %s 已登记", in->code,
                    in->code);
    if (people_appoint(c, "organisation", in->region, in->people, in->n_people, &p, e) < 0 ||
        db_put(c->db, SQL_ORGANISATION_REGISTER, AFFECTED_1, e,
               ARGS(arg_id(id), arg_text(in->name), arg_text(in->code), arg_text(in->region), arg_id(c->person),
                    arg_time(c->now))) < 0 ||
        db_put(c->db, SQL_ORGANISATION_PERSON_ADD, AFFECTED_ANY, e,
               ARGS(arg_id(id), arg_ids(p.person, p.n), arg_ids(p.appointment, p.n))) < 0)
        return -1;
    emit_organisation_registered(c, &(struct organisation_registered){id});
    return answer(c, &(struct organisation_register_answer){id});
}
