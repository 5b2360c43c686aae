/* Campaigns to every home: how many letters went out and came back, per community, as absolute figures. */
#include <string.h>

#include "campaign.sql.h"
#include "intake.h"

int campaign_open(struct call *c, const struct campaign_open *in, struct err *e)
{
    struct campaign_open_answer out = {id_new(c->street)};
    if (street_must_be_one(c, e) < 0)
        return -1;
    if (db_put(c->db, SQL_CAMPAIGN_INSERT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(out.id), arg_int(in->round), arg_text(in->kind), arg_text(in->title),
                    arg_id(c->person), arg_time(c->now), arg_time(c->wall))) < 0)
        return -1;
    return answer(c, &out);
}

/* Natural: the last operation wins; a late attempt of an earlier one changes nothing and hears so. */
static int count_is_ours(struct call *c, const struct campaign_count *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_CAMPAIGN_COUNT_OP, &r, e,
               ARGS(arg_int4(c->street), arg_id(in->campaign), arg_text(in->community))) < 0)
        return -1;
    return id_eq(row_id(&r, 0, "op"), c->id) ? 0
                                             : FAIL(e, LATE, "newer figures are stored already" ZH "已有更新的数字");
}

int campaign_count(struct call *c, const struct campaign_count *in, struct err *e)
{
    AUTO_ROWS campaign = {0};
    AUTO_ROWS r = {0};
    struct campaign_count_answer out = {in->campaign, in->community, in->sent, in->returned};
    if (in->returned > in->sent)
        return FAIL(e, RULE, "more returned than sent" ZH "收回数大于发出数");
    if (strlen(in->community) != 12 || region_street(in->community) != c->street)
        return FAIL(e, RULE, "%s is no community of this street" ZH "%s 不是本街道的社区", in->community,
                    in->community);
    if (region_must_exist(c, in->community, e) < 0 ||
        db_one(c->db, SQL_CAMPAIGN_GET, &campaign, e, ARGS(arg_int4(c->street), arg_id(in->campaign))) < 0 ||
        db_maybe(c->db, SQL_CAMPAIGN_COUNT, &r, e,
                 ARGS(arg_int4(c->street), arg_id(in->campaign), arg_text(in->community), arg_int(in->sent),
                      arg_int(in->returned), arg_id(c->id), arg_id(c->person), arg_time(c->now))) < 0)
        return -1;
    if (r.n == 0)
        return count_is_ours(c, in, e) < 0 ? -1 : answer(c, &out);
    struct campaign_counted event = {in->campaign, row_int(&campaign, 0, "round"), in->community, in->sent,
                                     in->returned};
    return emit_campaign_counted(c, &event) < 0 ? -1 : answer(c, &out);
}

int campaign_list(struct call *c, const struct campaign_list *in, struct err *e)
{
    AUTO_ROWS r = {0};
    struct newest k;
    if (newest_read(c, in->cursor, &k, e) < 0 ||
        db_many(c->db, SQL_CAMPAIGN_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_time(k.at), arg_id(k.id), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
