/* Appointments to the roles that intake owns: staff, the three tiers, media, auditors. */
#include "appointment.sql.h"
#include "intake.h"

int appointment_make(struct call *c, const struct appointment_make *in, struct err *e)
{
    struct appointment a = {.id = id_new(c->street),
                            .person = in->person,
                            .role = in->role,
                            .region = in->region,
                            .valid_from = in->valid_from == TIME_NONE ? c->now : in->valid_from,
                            .valid_until = in->valid_until};
    if (a.valid_until != TIME_NONE && a.valid_until <= a.valid_from)
        return FAIL(e, RULE, "an appointment ends after it begins" ZH "任职的结束时间必须晚于开始时间");
    if (region_must_exist(c, in->region, e) < 0 || appointment_store(c, &a, e) < 0)
        return -1;
    struct appointment_make_answer out = {a.id};
    return answer(c, &out);
}

int appointment_end(struct call *c, const struct appointment_end *in, struct err *e)
{
    AUTO_ROWS r = {0};
    int64_t at = in->valid_until == TIME_NONE ? c->now : in->valid_until;
    if (db_one(c->db, SQL_APPOINTMENT_OWN, &r, e, ARGS(arg_id(in->appointment))) < 0)
        return -1;
    int64_t from = row_time(&r, 0, "valid_from"), until = row_time(&r, 0, "valid_until");
    if (!region_inside(row_text(&r, 0, "region"), c->role_region)) /* the place of an id is only its street */
        return FAIL(e, FORBIDDEN, "the appointment lies outside your region" ZH "该任职不在您的区域内");
    if (until != TIME_NONE && until <= c->now)
        return FAIL(e, CONFLICT, "this appointment has ended already" ZH "该任职已经结束");
    if (at < from || (until != TIME_NONE && at > until))
        return FAIL(e, RULE, "the end lies outside the appointment" ZH "结束时间不在任职期间内");
    if (appointment_stop(c, in->appointment, at, in->reason, e) < 0)
        return -1;
    struct appointment_end_answer out = {in->appointment, at};
    return answer(c, &out);
}
