/* Reviews: a fixed mix of seats, one verdict per seat and proposal, all released when the review is closed. */
#include "review_rules.h"
#include "intake.h"
#include "proposal_rules.h"
#include "review.sql.h"

#define SEATS_MAX 30

static int seats_check(const struct review_open *in, struct err *e)
{
    int kinds[SEAT_KINDS + 1] = {0};
    for (size_t i = 0; i < in->n_seats; i++) {
        kinds[seat_kind_of(in->seats[i].kind)]++;
        for (size_t j = 0; j < i; j++)
            if (id_eq(in->seats[i].person, in->seats[j].person))
                return FAIL(e, RULE, "one person has two seats" ZH "同一人占有两个席位");
    }
    if (!review_mix_ok(kinds))
        return FAIL(e, RULE,
                    "every kind needs a seat, and none more than half: street, organisation, expert, media" ZH
                    "街道、社会组织、专家、媒体四类席位缺一不可，且任何一类不得超过半数");
    return 0;
}

/* Each seat is an appointment as reviewer in the street for as long as the review is open. */
static int seats_store(struct call *c, const struct review_open *in, struct id review, struct err *e)
{
    int64_t n[SEATS_MAX];
    struct id person[SEATS_MAX], appointment[SEATS_MAX];
    const char *kind[SEATS_MAX];
    for (size_t i = 0; i < in->n_seats; i++) {
        struct appointment a = {.id = id_new(c->street),
                                .person = in->seats[i].person,
                                .role = "reviewer",
                                .region = in->street,
                                .valid_from = c->now,
                                .valid_until = TIME_NONE};
        n[i] = (int64_t)i + 1;
        person[i] = a.person;
        kind[i] = in->seats[i].kind;
        appointment[i] = a.id;
        if (appointment_store(c, &a, e) < 0)
            return -1;
    }
    return db_put(c->db, SQL_SEATS_INSERT, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(review), arg_ints(n, in->n_seats), arg_ids(person, in->n_seats),
                       arg_texts(kind, in->n_seats), arg_ids(appointment, in->n_seats)));
}

int review_open(struct call *c, const struct review_open *in, struct err *e)
{
    AUTO_ROWS r = {0};
    struct review_open_answer out = {id_new(c->street)};
    if (street_must_be_one(c, e) < 0 || seats_check(in, e) < 0 ||
        proposals_lock(c, in->proposals, in->n_proposals, STEP_REVIEW, &r, e) < 0)
        return -1;
    struct proposal_state *p = arena_alloc(c->arena, (size_t)r.n, sizeof *p);
    struct id *item = arena_alloc(c->arena, (size_t)r.n, sizeof *item);
    for (int i = 0; i < r.n; i++) {
        item[i] = row_id(&r, i, "id");
        p[i] = (struct proposal_state){item[i], proposal_step(row_text(&r, i, "state"), STEP_REVIEW), NULL};
        if (row_int(&r, i, "round") != in->round)
            return FAIL(e, RULE, "proposal %s is of another round" ZH "项目 %s 属于其他年度", row_text(&r, i, "number"),
                        row_text(&r, i, "number"));
    }
    if (db_put(c->db, SQL_REVIEW_INSERT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(out.id), arg_int(in->round), arg_id(c->person), arg_time(c->now),
                    arg_time(c->wall))) < 0 ||
        seats_store(c, in, out.id, e) < 0 ||
        db_put(c->db, SQL_ITEMS_INSERT, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_id(out.id), arg_ids(item, (size_t)r.n))) < 0 ||
        proposals_move(c, p, (size_t)r.n, e) < 0)
        return -1;
    return answer(c, &out);
}

static int review_lock_open(struct call *c, struct id review, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_REVIEW_LOCK, &r, e, ARGS(arg_int4(c->street), arg_id(review))) < 0)
        return -1;
    return *row_text(&r, 0, "state") == 'o' ? 0 : FAIL(e, CONFLICT, "the review is closed" ZH "评审已结束");
}

static int verdicts_check(const struct verdict_give *in, struct err *e)
{
    for (size_t i = 0; i < in->n_verdicts; i++) {
        if (in->verdicts[i].verdict[0] == 'p' && !in->verdicts[i].people_need)
            return FAIL(e, RULE, "what is not the people's need cannot pass" ZH "不属于民需的项目不能通过");
        for (size_t j = 0; j < i; j++)
            if (id_eq(in->verdicts[i].proposal, in->verdicts[j].proposal))
                return FAIL(e, RULE, "two verdicts on one proposal" ZH "对同一项目提交了两个结论");
    }
    return 0;
}

int verdict_give(struct call *c, const struct verdict_give *in, struct err *e)
{
    AUTO_ROWS seat = {0}, own = {0};
    AUTO_ROWS r = {0};
    size_t n = in->n_verdicts;
    struct id *proposal = arena_alloc(c->arena, n, sizeof *proposal);
    bool *need = arena_alloc(c->arena, n, sizeof *need);
    const char **verdict = arena_alloc(c->arena, n, sizeof *verdict),
               **reason = arena_alloc(c->arena, n, sizeof *reason);
    for (size_t i = 0; i < n; i++) {
        proposal[i] = in->verdicts[i].proposal;
        need[i] = in->verdicts[i].people_need;
        verdict[i] = in->verdicts[i].verdict;
        reason[i] = in->verdicts[i].reason;
    }
    if (verdicts_check(in, e) < 0 || review_lock_open(c, in->review, e) < 0 ||
        db_maybe(c->db, SQL_SEAT_OF, &seat, e, ARGS(arg_int4(c->street), arg_id(in->review), arg_id(c->person))) < 0)
        return -1;
    if (seat.n == 0)
        return FAIL(e, FORBIDDEN, "you have no seat in this review" ZH "您在本次评审中没有席位");
    if (db_maybe(c->db, SQL_VERDICT_OWN, &own, e, ARGS(arg_int4(c->street), arg_ids(proposal, n), arg_id(c->person))) <
        0)
        return -1;
    if (own.n > 0)
        return FAIL(e, FORBIDDEN, "you proposed %s: leave it to the others" ZH "您是 %s 的提出人，须回避",
                    row_text(&own, 0, "number"), row_text(&own, 0, "number"));
    if (db_many(c->db, SQL_VERDICTS_INSERT, &r, e,
                ARGS(arg_int4(c->street), arg_id(in->review), arg_int(row_int(&seat, 0, "n")), arg_ids(proposal, n),
                     arg_bools(need, n), arg_texts(verdict, n), arg_texts(reason, n), arg_time(c->now),
                     arg_time(c->wall))) < 0)
        return -1;
    if ((size_t)r.n != n)
        return FAIL(e, CONFLICT,
                    "a proposal is not before this review, or has your verdict already" ZH
                    "其中某个项目不在本次评审内，或您已提交过结论");
    struct verdict_give_answer out = {r.n};
    return answer(c, &out);
}

/* The verdicts on one proposal, rows from *at on (they come in the order of the proposals). */
static struct review_tally tally(const struct rows *seats, const struct rows *v, struct id proposal, int *at)
{
    struct review_tally t = {.seats = seats->n};
    for (; *at < v->n && id_eq(row_id(v, *at, "proposal"), proposal); (*at)++) {
        const char *word = row_text(v, *at, "verdict");
        enum seat_kind kind =
            seat_kind_of(row_text(seats, (int)row_int(v, *at, "seat") - 1, "kind")); /* seats are 1…n */
        t.given[kind]++;
        if (word[0] == 'p')
            t.pass++;
        else if (word[2] == 't')
            t.back++;
        else
            t.reject++;
    }
    return t;
}

static int proposals_decide(struct call *c, struct id review, const struct rows *p, const struct rows *seats,
                            struct proposal_state *to, bool *passed, struct err *e)
{
    static const enum proposal_step steps[] = {STEP_PASS, STEP_RETURN, STEP_REJECT};
    AUTO_ROWS v = {0};
    int at = 0;
    if (db_many(c->db, SQL_VERDICTS_OF, &v, e, ARGS(arg_int4(c->street), arg_id(review))) < 0)
        return -1;
    for (int i = 0; i < p->n; i++) {
        struct id id = row_id(p, i, "id");
        struct review_tally t = tally(seats, &v, id, &at);
        enum outcome_of_review result = review_decide(&t);
        if (result == REVIEW_NO_QUORUM)
            return FAIL(e, CONFLICT,
                        "no quorum on %s: two thirds of the seats, and each kind of seat" ZH
                        "项目 %s 未达法定人数：须有三分之二席位且各类席位均已表态",
                        row_text(p, i, "number"), row_text(p, i, "number"));
        passed[i] = result == REVIEW_PASS;
        to[i] =
            (struct proposal_state){id, proposal_step("in_review", steps[result]),
                                    arena_printf(c->arena, "pass %d, return %d, reject %d", t.pass, t.back, t.reject)};
    }
    return 0;
}

static int results_emit(struct call *c, const struct rows *p, const struct proposal_state *to, const bool *passed,
                        struct review_close_answer *out, struct err *e)
{
    if (proposals_emit_passed(c, p, passed, e) < 0)
        return -1;
    for (int i = 0; i < p->n; i++) {
        struct project_returned returned = {to[i].id, to[i].reason};
        struct project_rejected rejected = {to[i].id, to[i].reason};
        bool back = !passed[i] && to[i].state[2] == 't';
        out->passed += passed[i];
        out->returned += back;
        out->rejected += !passed[i] && !back;
        if (!passed[i] && (back ? emit_project_returned(c, &returned) : emit_project_rejected(c, &rejected)) < 0)
            return -1;
    }
    return 0;
}

static int seats_end(struct call *c, const struct rows *seats, struct err *e)
{
    for (int i = 0; i < seats->n; i++)
        if (appointment_stop(c, row_id(seats, i, "appointment"), c->now, "the review is closed", e) < 0)
            return -1;
    return 0;
}

int review_close(struct call *c, const struct review_close *in, struct err *e)
{
    AUTO_ROWS seats = {0};
    AUTO_ROWS items = {0};
    AUTO_ROWS p = {0};
    struct review_close_answer out = {0};
    if (review_lock_open(c, in->review, e) < 0 ||
        db_many(c->db, SQL_SEATS_OF, &seats, e, ARGS(arg_int4(c->street), arg_id(in->review))) < 0 ||
        db_many(c->db, SQL_REVIEW_ITEMS, &items, e, ARGS(arg_int4(c->street), arg_id(in->review))) < 0)
        return -1;
    struct id *item = arena_alloc(c->arena, (size_t)items.n + 1, sizeof *item);
    for (int i = 0; i < items.n; i++)
        item[i] = row_id(&items, i, "proposal");
    if (proposals_lock(c, item, (size_t)items.n, STEP_PASS, &p, e) < 0)
        return -1;
    struct proposal_state *to = arena_alloc(c->arena, (size_t)p.n + 1, sizeof *to);
    bool *passed = arena_alloc(c->arena, (size_t)p.n + 1, sizeof *passed);
    if (proposals_decide(c, in->review, &p, &seats, to, passed, e) < 0 || proposals_move(c, to, (size_t)p.n, e) < 0 ||
        db_put(c->db, SQL_REVIEW_CLOSE, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->review), arg_id(c->person), arg_time(c->now))) < 0 ||
        results_emit(c, &p, to, passed, &out, e) < 0 || seats_end(c, &seats, e) < 0)
        return -1;
    return answer(c, &out);
}

int review_get(struct call *c, const struct review_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_REVIEW_GET, &r, e, ARGS(arg_int4(c->street), arg_id(in->review))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}
