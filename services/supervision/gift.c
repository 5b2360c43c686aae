/* Gifts in kind: hours, pieces, rooms, skills, each in its own unit, never turned into money. */
#include <string.h>

#include "gift.sql.h"
#include "supervision.h"

static int gift_check(struct call *c, const struct gift_receive *in, const struct giver *g, struct err *e)
{
    AUTO_ROWS r = {0};
    if (in->received_at != TIME_NONE && in->received_at > c->now)
        return FAIL(e, RULE, "received_at lies in the future" ZH "到位时间在将来");
    if (id_is_nil(in->claim)) {
        if (!in->kind || !in->unit)
            return FAIL(e, RULE, "without a claim, say kind and unit" ZH "没有对应认领时须填写类别和单位");
        return 0;
    }
    if (strcmp(g->kind, "money") == 0)
        return FAIL(e, RULE, "this claim promises money; use lot_receive" ZH "该认领为资金，请登记为资金到账");
    if ((in->kind && strcmp(in->kind, g->kind) != 0) || (in->unit && strcmp(in->unit, g->unit) != 0))
        return FAIL(e, RULE, "the claim promises %s in %s" ZH "该认领为 %s，单位 %s", g->kind, g->unit, g->kind,
                    g->unit);
    if (db_one(c->db, SQL_GIFT_PROMISED, &r, e, ARGS(arg_int4(c->street), arg_id(in->project), arg_id(in->claim))) < 0)
        return -1;
    if (row_int(&r, 0, "amount") + in->amount > g->promised)
        return FAIL(e, RULE, "more than the %lld promised" ZH "超过认领数量 %lld", (long long)g->promised,
                    (long long)g->promised);
    return 0;
}

int gift_receive(struct call *c, const struct gift_receive *in, struct err *e)
{
    struct books b;
    struct giver g = {.claim = in->claim, .sponsor = in->sponsor, .source_kind = in->source_kind};
    if (books_lock_running(c, in->project, &b, e) < 0 || giver_find(c, in->project, &g, e) < 0 ||
        gift_check(c, in, &g, e) < 0)
        return -1;
    struct id id = id_new(c->street);
    const char *kind = in->kind ? in->kind : g.kind, *unit = in->unit ? in->unit : g.unit;
    if (db_put(c->db, SQL_GIFT_ADD, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_id(in->project), arg_id(in->claim), arg_id(g.sponsor),
                    arg_text(g.source_kind), arg_text(b.organiser), arg_text(kind), arg_int(in->amount), arg_text(unit),
                    arg_text(in->what), arg_time(in->received_at == TIME_NONE ? c->now : in->received_at),
                    arg_id(c->person), arg_time(c->wall))) < 0)
        return -1;
    emit_gift_received(c, &(struct gift_received){.gift = id,
                                                  .project = in->project,
                                                  .claim = in->claim,
                                                  .source_kind = g.source_kind,
                                                  .organiser = b.organiser,
                                                  .kind = kind,
                                                  .amount = in->amount,
                                                  .unit = unit});
    return answer(c, &(struct gift_receive_answer){id});
}
