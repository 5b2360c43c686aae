/* Open calls and design contests: the other source of proposals. */
#include "base/text.h"
#include "contest.sql.h"
#include "intake.h"

int contest_open(struct call *c, const struct contest_open *in, struct err *e)
{
    struct contest_open_answer out = {id_new(c->street)};
    if (street_must_be_one(c, e) < 0)
        return -1;
    if (db_put(c->db, SQL_CONTEST_INSERT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(out.id), arg_int(in->round), arg_text(in->title), arg_text(in->text),
                    arg_id(c->person), arg_time(c->now), arg_time(c->wall))) < 0)
        return -1;
    return answer(c, &out);
}

int entry_submit(struct call *c, const struct entry_submit *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_CONTEST_NUMBER, &r, e, ARGS(arg_int4(c->street), arg_id(in->contest))) < 0)
        return -1;
    struct entry_submit_answer out = {id_new(c->street), row_int(&r, 0, "entries")};
    struct words w;
    words_room(&w, c->arena, 1);
    words_add(&w, out.id, 0, NULL, in->title, in->text);
    if (db_put(c->db, SQL_ENTRY_INSERT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(out.id), arg_id(in->contest), arg_int(out.n), arg_id(c->person),
                    arg_time(c->now), arg_time(c->wall))) < 0 ||
        words_store(c->db, c->arena, c->street, &w, e) < 0)
        return -1;
    return answer(c, &out);
}

int entry_list(struct call *c, const struct entry_list *in, struct err *e)
{
    AUTO_ROWS r = {0};
    const char *key;
    int64_t after = 0;
    if (key_read(c, in->cursor, &key, e) < 0)
        return -1;
    if (*key && !int_parse(key, &after))
        return FAIL(e, BAD_REQUEST, "this cursor was not made here" ZH "游标无效");
    if (db_many(c->db, SQL_ENTRY_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_id(in->contest), arg_int(after), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
