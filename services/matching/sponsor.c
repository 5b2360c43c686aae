/* Sponsors: companies, institutions, shops, residents, government bodies, organisations that give. */
#include "matching.h"
#include "sponsor.sql.h"

int sponsor_register(struct call *c, const struct sponsor_register *in, struct err *e)
{
    struct id id = id_new(c->street);
    if (code_free(c, SQL_SPONSOR_CODE, in->code, e) < 0 ||
        db_put(c->db, SQL_SPONSOR_REGISTER, AFFECTED_1, e,
               ARGS(arg_id(id), arg_text(in->name), arg_text(in->kind), arg_text(in->code), arg_text(in->region),
                    arg_id(c->person), arg_time(c->now))) < 0 ||
        people_join(c, SQL_SPONSOR_PERSON_ADD, id, "sponsor", in->region, in->people, in->n_people, e) < 0)
        return -1;
    emit_sponsor_registered(c, &(struct sponsor_registered){id, in->kind});
    return answer(c, &(struct sponsor_register_answer){id});
}
