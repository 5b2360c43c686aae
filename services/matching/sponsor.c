/* Sponsors: companies, institutions, shops, residents, government bodies, organisations that give. */
#include "matching.h"
#include "sponsor.sql.h"
#include "sponsor_rules.h"

int sponsor_register(struct call *c, const struct sponsor_register *in, struct err *e)
{
    struct people p;
    struct id id = id_new(c->street);
    AUTO_ROWS r = {0};
    if (in->code && !credit_code_valid(in->code))
        return FAIL(e, RULE,
                    "%s is no unified social credit code: its check character is wrong" ZH
                    "%s 不是有效的统一社会信用代码",
                    in->code, in->code);
    if (in->code && db_maybe(c->db, SQL_SPONSOR_CODE, &r, e, ARGS(arg_text(in->code))) < 0)
        return -1;
    if (r.n > 0)
        return FAIL(e, CONFLICT, "a sponsor with code %s is registered already" ZH "代码 %s 已登记", in->code,
                    in->code);
    if (people_appoint(c, "sponsor", in->region, in->people, in->n_people, &p, e) < 0 ||
        db_put(c->db, SQL_SPONSOR_REGISTER, AFFECTED_1, e,
               ARGS(arg_id(id), arg_text(in->name), arg_text(in->kind), arg_text(in->code), arg_text(in->region),
                    arg_id(c->person), arg_time(c->now))) < 0 ||
        db_put(c->db, SQL_SPONSOR_PERSON_ADD, AFFECTED_ANY, e,
               ARGS(arg_id(id), arg_ids(p.person, p.n), arg_ids(p.appointment, p.n))) < 0)
        return -1;
    emit_sponsor_registered(c, &(struct sponsor_registered){id, in->kind});
    return answer(c, &(struct sponsor_register_answer){id});
}
