/* Residents' ballots on finished projects: one per resident and project, from project.completed until an officer closes
 * it. */
#include "ballot.sql.h"
#include "voting.h"

int64_t ballot_least = 5;

int ballot_cast(struct call *c, const struct ballot_cast *in, struct err *e)
{
    AUTO_ROWS p = {0}, closed = {0}, stored = {0}, there = {0};
    if (db_maybe(c->db, SQL_BALLOT_PROJECT, &p, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0 ||
        db_maybe(c->db, SQL_BALLOT_CLOSED, &closed, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    if (p.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such project here" ZH "没有此项目");
    struct id voter = voter_of("ballot", c->street, (int)row_int(&p, 0, "round"), c->person);
    if (row_time(&p, 0, "completed_at") == TIME_NONE)
        return FAIL(e, CONFLICT, "this project is not completed yet" ZH "项目尚未完成，不能测评");
    if (closed.n > 0)
        return FAIL(e, CONFLICT, "the ballot on this project is closed" ZH "项目测评已结束");
    if (db_maybe(c->db, SQL_BALLOT_CAST, &stored, e,
                 ARGS(arg_int4(c->street), arg_id(in->project), arg_id(voter), arg_id(c->id), arg_int(in->score))) < 0)
        return -1;
    if (stored.n == 0) {
        if (db_one(c->db, SQL_BALLOT_LOOK, &there, e, ARGS(arg_int4(c->street), arg_id(in->project), arg_id(voter))) <
            0)
            return -1;
        if (!id_eq(row_id(&there, 0, "op"), c->id))
            return FAIL(e, LATE, "a later ballot of yours has already been stored" ZH "您之后的测评已生效");
    }
    return answer(c, &(struct ballot_cast_answer){in->project, row_int(stored.n ? &stored : &there, 0, "score")});
}

int ballot_close(struct call *c, const struct ballot_close *in, struct err *e)
{
    AUTO_ROWS p = {0}, closed = {0}, count = {0};
    if (db_maybe(c->db, SQL_BALLOT_LOCK, &p, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0 ||
        db_maybe(c->db, SQL_BALLOT_CLOSED, &closed, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    if (p.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such project here" ZH "没有此项目");
    if (row_time(&p, 0, "completed_at") == TIME_NONE)
        return FAIL(e, CONFLICT, "this project is not completed yet" ZH "项目尚未完成，不能结束测评");
    if (closed.n > 0)
        return FAIL(e, CONFLICT, "the ballot on this project is closed already" ZH "项目测评已结束");
    if (db_one(c->db, SQL_BALLOT_COUNT, &count, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    int64_t ballots = row_int(&count, 0, "ballots"), sum = row_int(&count, 0, "score_sum");
    if (db_put(c->db, SQL_BALLOT_CLOSE, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_int(ballots), arg_int(sum), arg_int(ballot_least),
                    arg_time(c->now), arg_id(c->person))) < 0)
        return -1;
    emit_ballot_closed(c, &(struct ballot_closed){in->project, ballots, sum, ballots >= ballot_least});
    return answer(c, &(struct ballot_close_answer){in->project, ballots, sum, ballot_least, ballots >= ballot_least});
}

int ballot_get(struct call *c, const struct ballot_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_BALLOT_GET, &r, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}
