/* Appointments to the roles that intake owns: staff, the three tiers, media, auditors. */
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
    struct appointment_end_answer out = {in->appointment, in->valid_until == TIME_NONE ? c->now : in->valid_until};
    if (appointment_stop(c, out.id, out.valid_until, in->reason, e) < 0)
        return -1;
    return answer(c, &out);
}
