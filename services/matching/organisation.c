/* Organisations that carry projects out. */
#include "matching.h"
#include "organisation.sql.h"

int organisation_register(struct call *c, const struct organisation_register *in, struct err *e)
{
    struct id id = id_new(c->street);
    if (code_free(c, SQL_ORGANISATION_CODE, in->code, e) < 0 ||
        db_put(c->db, SQL_ORGANISATION_REGISTER, AFFECTED_1, e,
               ARGS(arg_id(id), arg_text(in->name), arg_text(in->code), arg_text(in->region), arg_id(c->person),
                    arg_time(c->now))) < 0 ||
        people_join(c, SQL_ORGANISATION_PERSON_ADD, id, "organisation", in->region, in->people, in->n_people, e) < 0)
        return -1;
    emit_organisation_registered(c, &(struct organisation_registered){id});
    return answer(c, &(struct organisation_register_answer){id});
}
