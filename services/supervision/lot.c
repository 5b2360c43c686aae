/* Lots: money of one received payment, kept apart until the last fen is spent or returned. */
#include <string.h>

#include "base/money.h"
#include "lot.sql.h"
#include "supervision.h"

static int receive_check(struct call *c, const struct lot_receive *in, const struct giver *g, struct err *e)
{
    AUTO_ROWS r = {0};
    char promised[32], in_all[32];
    int64_t sum;
    if (in->received_at != TIME_NONE && in->received_at > c->now)
        return FAIL(e, RULE, "received_at lies in the future" ZH "到账时间在将来");
    if (id_is_nil(in->claim))
        return 0;
    if (strcmp(g->kind, "money") != 0)
        return FAIL(e, RULE,
                    "this claim promises %s, not money; use gift_receive" ZH "该认领为 %s 而非资金，请登记为实物捐赠",
                    g->kind, g->kind);
    if (db_one(c->db, SQL_LOT_PROMISED, &r, e, ARGS(arg_int4(c->street), arg_id(in->project), arg_id(in->claim))) < 0)
        return -1;
    if (!fen_add(row_int(&r, 0, "fen"), in->amount_fen, &sum) || sum > g->promised)
        return FAIL(e, RULE, "more than was promised: %s of %s yuan" ZH "超过认领金额：%s 元，认领 %s 元",
                    fen_text(sum, in_all), fen_text(g->promised, promised), in_all, promised);
    return 0;
}

int lot_receive(struct call *c, const struct lot_receive *in, struct err *e)
{
    struct books b;
    struct giver g = {.claim = in->claim, .sponsor = in->sponsor, .source_kind = in->source_kind};
    if (books_lock_running(c, in->project, &b, e) < 0 || giver_find(c, in->project, &g, e) < 0 ||
        receive_check(c, in, &g, e) < 0)
        return -1;
    struct id id = id_new(c->street);
    if (db_put(c->db, SQL_LOT_ADD, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_id(in->project), arg_id(in->claim), arg_id(g.sponsor),
                    arg_text(g.source_kind), arg_text(b.organiser), arg_int(in->amount_fen), arg_id(in->line),
                    arg_text(in->receiver), arg_time(in->received_at == TIME_NONE ? c->now : in->received_at),
                    arg_id(c->person), arg_time(c->wall))) < 0)
        return -1;
    if (db_put(c->db, SQL_LOT_RECEIVE, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_int(in->amount_fen), arg_id(g.sponsor), arg_id(c->id),
                    arg_id(in->project), arg_time(c->now), arg_id(c->person), arg_time(c->wall))) < 0)
        return -1;
    emit_lot_received(c, &(struct lot_received){.lot = id,
                                                .project = in->project,
                                                .claim = in->claim,
                                                .sponsor = g.sponsor,
                                                .source_kind = g.source_kind,
                                                .organiser = b.organiser,
                                                .fen = in->amount_fen});
    return answer(c, &(struct lot_receive_answer){id, in->amount_fen});
}

/* What payments still wait for stays here. */
static int return_check(struct call *c, const struct lot_return *in, struct id project, int64_t held, struct err *e)
{
    struct figures f;
    if (in->amount_fen > held)
        return FAIL(e, CONFLICT, "the lot holds only %lld fen" ZH "该批次仅余 %lld 分", (long long)held,
                    (long long)held);
    if (books_figures(c, project, &f, e) < 0)
        return -1;
    if (f.held - in->amount_fen < f.waiting)
        return FAIL(e, CONFLICT, "payments of %lld fen still wait for this money" ZH "仍有 %lld 分待付款",
                    (long long)f.waiting, (long long)f.waiting);
    return 0;
}

int lot_return(struct call *c, const struct lot_return *in, struct err *e)
{
    struct books b;
    AUTO_ROWS at = {0}, r = {0}, after = {0};
    if (db_maybe(c->db, SQL_LOT_PROJECT, &at, e, ARGS(arg_int4(c->street), arg_id(in->lot))) < 0)
        return -1;
    if (at.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such lot" ZH "没有此资金批次");
    struct id project = row_id(&at, 0, "project");
    if (books_lock(c, project, &b, e) < 0 ||
        db_one(c->db, SQL_LOT_STATE, &r, e, ARGS(arg_int4(c->street), arg_id(in->lot))) < 0 ||
        return_check(c, in, project, row_int(&r, 0, "held"), e) < 0)
        return -1;
    if (db_one(c->db, SQL_LOT_RETURN, &after, e,
               ARGS(arg_int4(c->street), arg_id(in->lot), arg_int(row_int(&r, 0, "n")), arg_int(in->amount_fen),
                    arg_id(c->id), arg_text(in->reason), arg_time(c->now), arg_id(c->person), arg_time(c->wall))) < 0)
        return -1;
    emit_lot_returned(c, &(struct lot_returned){.lot = in->lot,
                                                .project = project,
                                                .source_kind = row_text(&r, 0, "source_kind"),
                                                .organiser = b.organiser,
                                                .fen = in->amount_fen});
    return answer(c, &(struct lot_return_answer){in->lot, row_int(&after, 0, "held"), row_int(&after, 0, "returned")});
}

int lot_list(struct call *c, const struct lot_list *in, struct err *e)
{
    int street;
    const char *key;
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (db_many(c->db, SQL_LOT_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_id(in->project), arg_text(key), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
