/* Who acts for a sponsor or an organisation: appointments for the dispatcher, and a table that says for which one. */
#include <stdio.h>

#include "matching.h"
#include "people.sql.h"
#include "sponsor_rules.h"

int code_free(struct call *c, const struct sql *find, const char *code, struct err *e)
{
    AUTO_ROWS r = {0};
    if (!code)
        return 0;
    if (!credit_code_valid(code))
        return FAIL(e, RULE,
                    "%s is no unified social credit code: its check character is wrong" ZH
                    "%s 不是有效的统一社会信用代码",
                    code, code);
    if (db_maybe(c->db, find, &r, e, ARGS(arg_text(code))) < 0)
        return -1;
    return r.n == 0 ? 0 : FAIL(e, CONFLICT, "code %s is registered already" ZH "代码 %s 已登记", code, code);
}

int people_join(struct call *c, const struct sql *add, struct id party, const char *role, const char *region,
                const struct id *others, size_t n_others, struct err *e)
{
    char district[7];
    struct id *person = arena_alloc(c->arena, n_others + 1, sizeof *person),
              *appointment = arena_alloc(c->arena, n_others + 1, sizeof *appointment);
    size_t n = 0;
    snprintf(district, sizeof district, "%.6s", region);
    for (size_t i = 0; i <= n_others; i++) {
        struct id who = i == 0 ? c->person : others[i - 1];
        bool twice = false;
        for (size_t k = 0; k < n; k++)
            twice |= id_eq(person[k], who);
        if (twice)
            continue;
        struct appointment a = {id_new(c->street), who, role, arena_copy(c->arena, district, 6), c->now, TIME_NONE};
        if (appointment_store(c, &a, e) < 0)
            return -1;
        person[n] = who;
        appointment[n++] = a.id;
    }
    return db_put(c->db, add, AFFECTED_ANY, e, ARGS(arg_id(party), arg_ids(person, n), arg_ids(appointment, n)));
}

int representative_end(struct call *c, const struct representative_end *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_REPRESENTATIVE, &r, e, ARGS(arg_id(in->party), arg_id(in->person))) < 0)
        return -1;
    struct representative_end_answer out = {row_id(&r, 0, "appointment"),
                                            in->valid_until == TIME_NONE ? c->now : in->valid_until};
    if (appointment_stop(c, out.id, out.valid_until, in->reason, e) < 0)
        return -1;
    return answer(c, &out);
}

int acts_for_sponsor(struct call *c, struct id sponsor, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_SPONSOR_ACTS, &r, e, ARGS(arg_id(sponsor), arg_id(c->person), arg_time(c->now))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such sponsor" ZH "没有此资源方");
    return row_bool(&r, 0, "acts") ? 0
                                   : FAIL(e, FORBIDDEN, "you do not act for this sponsor" ZH "您不是该资源方的经办人");
}

int acts_for_organisation(struct call *c, struct id organisation, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_ORGANISATION_ACTS, &r, e, ARGS(arg_id(organisation), arg_id(c->person), arg_time(c->now))) <
        0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such organisation" ZH "没有此社会组织");
    return row_bool(&r, 0, "acts")
               ? 0
               : FAIL(e, FORBIDDEN, "you do not act for this organisation" ZH "您不是该社会组织的经办人");
}
