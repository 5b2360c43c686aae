/* The end of a project: completion, the ambassadors' rubric, the residents' ballots, and the score made of both. */
#include <string.h>

#include "appraisal.sql.h"
#include "appraisal_rules.h"
#include "supervision.h"

int project_complete(struct call *c, const struct project_complete *in, struct err *e)
{
    struct books b;
    struct figures f;
    if (books_lock_running(c, in->project, &b, e) < 0 || books_figures(c, in->project, &f, e) < 0)
        return -1;
    if (f.planned == 0 || f.accepted < f.planned)
        return FAIL(e, CONFLICT, "%lld of %lld milestones are accepted" ZH "节点验收 %lld/%lld", (long long)f.accepted,
                    (long long)f.planned, (long long)f.accepted, (long long)f.planned);
    if (f.waiting > 0)
        return FAIL(e, CONFLICT, "payments of %lld fen are not paid yet" ZH "尚有 %lld 分未支付", (long long)f.waiting,
                    (long long)f.waiting);
    if (db_put(c->db, SQL_APPRAISAL_COMPLETE, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_int(f.planned), arg_text(in->report),
                    arg_int(f.spent), arg_time(c->now), arg_id(c->person))) < 0 ||
        books_state(c, in->project, "completed", e) < 0)
        return -1;
    emit_project_completed(c, &(struct project_completed){in->project, f.spent});
    return answer(c, &(struct project_complete_answer){in->project, f.spent, f.held, f.planned});
}

int appraisal_ballot(struct call *c, const struct ballot_closed *in, struct err *e)
{
    if (id_street(in->project) != c->street) /* the district's streams are heard in every street */
        return 0;
    return db_put(c->db, SQL_APPRAISAL_BALLOT, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(in->project), arg_int(in->ballots), arg_int(in->score_sum),
                       arg_bool(in->enough), arg_time(c->now)));
}

static int lock_completed(struct call *c, struct id project, struct err *e)
{
    struct books b;
    if (books_lock(c, project, &b, e) < 0)
        return -1;
    if (strcmp(b.state, "running") == 0)
        return FAIL(e, CONFLICT, "the project is not completed yet" ZH "项目尚未完工");
    if (strcmp(b.state, "appraised") == 0)
        return FAIL(e, CONFLICT, "the project is appraised already" ZH "项目已完成成效评判");
    return 0;
}

int appraisal_give(struct call *c, const struct appraisal_give *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (lock_completed(c, in->project, e) < 0 || ambassador_of(c, in->project, "site", e) < 0 ||
        db_one(c->db, SQL_APPRAISAL_STANDING, &r, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_id(c->person))) < 0)
        return -1;
    if (row_int(&r, 0, "mine"))
        return FAIL(e, CONFLICT, "you have judged this project already" ZH "您已评判此项目");
    int64_t n = row_int(&r, 0, "n") + 1, before = row_int(&r, 0, "marks");
    int64_t marks = before + in->results + in->money + in->time + in->benefit;
    if (db_put(c->db, SQL_APPRAISAL_GIVE, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_int(n), arg_id(c->person), arg_int(in->results),
                    arg_int(in->money), arg_int(in->time), arg_int(in->benefit), arg_int_or_null(n > 1, before),
                    arg_int(marks), arg_text(in->note), arg_time(c->now))) < 0)
        return -1;
    return answer(c, &(struct appraisal_give_answer){in->project, n});
}

int appraisal_close(struct call *c, const struct appraisal_close *in, struct err *e)
{
    AUTO_ROWS r = {0}, h = {0};
    if (lock_completed(c, in->project, e) < 0 ||
        db_one(c->db, SQL_APPRAISAL_STANDING, &r, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_id(c->person))) < 0 ||
        db_maybe(c->db, SQL_APPRAISAL_HEARD, &h, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    int64_t n = row_int(&r, 0, "n"), marks = row_int(&r, 0, "marks");
    if (n < 2)
        return FAIL(e, CONFLICT,
                    "at least two ambassadors must have judged, %lld have" ZH "至少两名公益使者评判，现为 %lld 名",
                    (long long)n, (long long)n);
    if (h.n == 0)
        return FAIL(e, CONFLICT, "the residents' ballot is not closed yet" ZH "居民测评尚未结束");
    int64_t ballots = row_int(&h, 0, "ballots"), sum = row_int(&h, 0, "score_sum");
    bool enough = row_bool(&h, 0, "enough");
    int64_t score = appraisal_score(n, marks, ballots, sum, enough);
    const char *result = appraisal_result(score);
    if (db_put(c->db, SQL_APPRAISAL_CLOSE, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_int(n), arg_int(marks), arg_int(ballots),
                    arg_int(sum), arg_bool(enough), arg_int(score), arg_text(result), arg_time(c->now),
                    arg_id(c->person))) < 0 ||
        books_state(c, in->project, "appraised", e) < 0)
        return -1;
    emit_project_appraised(c, &(struct project_appraised){in->project, score, result});
    return answer(c, &(struct appraisal_close_answer){in->project, score, result, n, ballots});
}
