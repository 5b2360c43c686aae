/* Offers: what anyone is ready to give. */
#include "matching.h"
#include "offer.sql.h"

int offer_make(struct call *c, const struct offer_make *in, struct err *e)
{
    struct id id = id_new(c->street);
    if (!id_is_nil(in->sponsor) && acts_for_sponsor(c, in->sponsor, e) < 0)
        return -1;
    if (db_put(c->db, SQL_OFFER_MAKE, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_text(in->region), arg_id(in->sponsor), arg_id(c->person),
                    arg_text(in->kind), arg_int(in->amount), arg_text(in->unit), arg_text(in->what),
                    arg_text(in->until), arg_time(c->now))) < 0)
        return -1;
    return answer(c, &(struct offer_make_answer){id});
}

int offer_list(struct call *c, const struct offer_list *in, struct err *e)
{
    int street;
    const char *key;
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (db_many(c->db, SQL_OFFER_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_text(in->kind), arg_text(key), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
