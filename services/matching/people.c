/* Who acts for a sponsor or an organisation: appointments for the dispatcher, and a table that says for which one. */
#include <stdio.h>
#include <string.h>

#include "matching.h"
#include "people.sql.h"

int people_appoint(struct call *c, const char *role, const char *region, const struct id *others, size_t n,
                   struct people *out, struct err *e)
{
    char district[7];
    snprintf(district, sizeof district, "%.6s", region);
    *out = (struct people){.person = arena_alloc(c->arena, n + 1, sizeof(struct id)),
                           .appointment = arena_alloc(c->arena, n + 1, sizeof(struct id))};
    for (size_t i = 0; i <= n; i++) {
        struct id person = i == 0 ? c->person : others[i - 1];
        bool twice = false;
        for (size_t k = 0; k < out->n; k++)
            twice |= id_eq(out->person[k], person);
        if (twice)
            continue;
        struct appointment a = {id_new(c->street), person, role, arena_copy(c->arena, district, 6), c->now, TIME_NONE};
        if (appointment_store(c, &a, e) < 0)
            return -1;
        out->person[out->n] = person;
        out->appointment[out->n++] = a.id;
    }
    return 0;
}

int acts_for_sponsor(struct call *c, struct id sponsor, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_SPONSOR_ACTS, &r, e, ARGS(arg_id(sponsor), arg_id(c->person))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such sponsor" ZH "没有此资源方");
    return row_bool(&r, 0, "acts") ? 0
                                   : FAIL(e, FORBIDDEN, "you do not act for this sponsor" ZH "您不是该资源方的经办人");
}

int acts_for_organisation(struct call *c, struct id organisation, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_ORGANISATION_ACTS, &r, e, ARGS(arg_id(organisation), arg_id(c->person))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such organisation" ZH "没有此社会组织");
    return row_bool(&r, 0, "acts")
               ? 0
               : FAIL(e, FORBIDDEN, "you do not act for this organisation" ZH "您不是该社会组织的经办人");
}
