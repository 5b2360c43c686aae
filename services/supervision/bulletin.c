/* Bulletins: money and works of a project, for residents and payers; the figures are the ledger's. */
#include "bulletin.sql.h"
#include "supervision.h"

int bulletin_publish(struct call *c, const struct bulletin_publish *in, struct err *e)
{
    struct books b;
    struct figures f;
    AUTO_ROWS last = {0};
    if (books_lock(c, in->project, &b, e) < 0 || books_figures(c, in->project, &f, e) < 0 ||
        db_one(c->db, SQL_BULLETIN_LAST, &last, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    struct id id = id_new(c->street);
    int64_t n = row_int(&last, 0, "n") + 1;
    if (db_put(c->db, SQL_BULLETIN_ADD, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_id(in->project), arg_int(n), arg_text(in->text),
                    arg_int(f.received), arg_int(f.spent), arg_int(f.held), arg_int(f.returned), arg_int(f.accepted),
                    arg_int(f.planned), arg_time(c->now), arg_id(c->person))) < 0)
        return -1;
    emit_bulletin_published(c, &(struct bulletin_published){id, in->project, n});
    return answer(
        c, &(struct bulletin_publish_answer){id, n, f.received, f.spent, f.held, f.returned, f.accepted, f.planned});
}

int bulletin_list(struct call *c, const struct bulletin_list *in, struct err *e)
{
    int street;
    const char *key;
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (db_many(c->db, SQL_BULLETIN_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_id(in->project), arg_text(key), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
