/* Payments: asked for against accepted work, signed k of n over their exact content, paid by somebody else out of named
 * lots. */
#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "lot_rules.h"
#include "payment.sql.h"
#include "supervision.h"

struct payment {
    struct id id, project, milestone, payee, line, requester;
    int64_t fen, need;
    const char *point, *hash;
    int64_t signatures, mine, payable, paid;
};

/* Lines in this order, each ended by a newline: what an ambassador signs. */
static void content_hash(const struct payment_request *in, struct id id, char out[65])
{
    char a[37];
    unsigned char raw[crypto_hash_sha256_BYTES];
    AUTO_BUF text = {0};
    buf_printf(&text, "payment %s\n", id_text(id, a));
    buf_printf(&text, "project %s\n", id_text(in->project, a));
    buf_printf(&text, "milestone %s\n", id_text(in->milestone, a));
    buf_printf(&text, "payee %s\n", id_text(in->payee, a));
    buf_printf(&text, "line %s\n", id_text(in->line, a));
    buf_printf(&text, "fen %lld\npoint %s\nvoucher %s\nwhat %s\n", (long long)in->amount_fen, in->point, in->voucher,
               in->what ? in->what : "");
    crypto_hash_sha256(raw, (const unsigned char *)text.p, text.n);
    hex_encode(raw, sizeof raw, out);
}

static int request_check(struct call *c, const struct payment_request *in, const struct books *b, struct err *e)
{
    AUTO_ROWS m = {0};
    struct figures f;
    if (db_maybe(c->db, SQL_PAYMENT_MILESTONE, &m, e,
                 ARGS(arg_int4(c->street), arg_id(in->milestone), arg_id(in->project))) < 0)
        return -1;
    if (m.n == 0)
        return FAIL(e, RULE, "this project has no such milestone" ZH "项目没有此节点");
    if (strcmp(row_text(&m, 0, "point"), in->point) != 0)
        return FAIL(e, RULE, "the milestone belongs to control point %s" ZH "该节点属于控制点 %s",
                    row_text(&m, 0, "point"), row_text(&m, 0, "point"));
    if (!row_bool(&m, 0, "accepted"))
        return FAIL(e, CONFLICT, "the milestone is not accepted by its ambassadors yet" ZH "该节点尚未经公益使者验收");
    if (!id_eq(in->payee, b->organisation))
        return FAIL(e, RULE, "only the organisation of the agreement can be paid" ZH "只能支付给协议中的承接组织");
    if (books_figures(c, in->project, &f, e) < 0)
        return -1;
    if (in->amount_fen > f.held - f.waiting)
        return FAIL(e, CONFLICT,
                    "the project holds only %lld fen that wait for no other payment" ZH "项目可用余额仅 %lld 分",
                    (long long)(f.held - f.waiting), (long long)(f.held - f.waiting));
    return 0;
}

int payment_request(struct call *c, const struct payment_request *in, struct err *e)
{
    struct books b;
    AUTO_ROWS gate = {0};
    if (books_lock_running(c, in->project, &b, e) < 0 || request_check(c, in, &b, e) < 0 ||
        db_one(c->db, SQL_PAYMENT_GATE, &gate, e, ARGS(arg_int(in->amount_fen), arg_time(c->now))) < 0)
        return -1;
    struct id id = id_new(c->street);
    int64_t need = row_int(&gate, 0, "need");
    char hash[65];
    content_hash(in, id, hash);
    if (db_put(c->db, SQL_PAYMENT_ADD, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_id(in->project), arg_id(in->milestone), arg_id(in->payee),
                    arg_int(in->amount_fen), arg_text(in->point), arg_id(in->line), arg_text(in->voucher),
                    arg_text(hash), arg_text(in->what), arg_id(c->person), arg_int(row_int(&gate, 0, "version")),
                    arg_int(row_int(&gate, 0, "upto")), arg_int(need), arg_time(c->now))) < 0)
        return -1;
    return answer(c, &(struct payment_request_answer){id, hash, need, "requested"});
}

/* Reads a payment, locks its project's books, then reads how it stands. */
static int payment_lock(struct call *c, struct id id, struct payment *p, struct err *e)
{
    struct books b;
    AUTO_ROWS r = {0}, s = {0};
    if (db_maybe(c->db, SQL_PAYMENT_GET, &r, e, ARGS(arg_int4(c->street), arg_id(id))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such payment" ZH "没有此付款");
    *p = (struct payment){.id = id,
                          .project = row_id(&r, 0, "project"),
                          .milestone = row_id(&r, 0, "milestone"),
                          .payee = row_id(&r, 0, "payee"),
                          .line = row_id(&r, 0, "line"),
                          .requester = row_id(&r, 0, "requester"),
                          .fen = row_int(&r, 0, "fen"),
                          .need = row_int(&r, 0, "need"),
                          .point = arena_printf(c->arena, "%s", row_text(&r, 0, "point")),
                          .hash = arena_printf(c->arena, "%s", row_text(&r, 0, "hash"))};
    if (books_lock(c, p->project, &b, e) < 0 ||
        db_one(c->db, SQL_PAYMENT_STANDING, &s, e, ARGS(arg_int4(c->street), arg_id(id), arg_id(c->person))) < 0)
        return -1;
    p->signatures = row_int(&s, 0, "signatures");
    p->mine = row_int(&s, 0, "mine");
    p->payable = row_int(&s, 0, "payable");
    p->paid = row_int(&s, 0, "paid");
    return 0;
}

static int sign_check(struct call *c, const struct payment *p, const char *hash, struct err *e)
{
    if (ambassador_of(c, p->project, p->point, e) < 0)
        return -1;
    if (id_eq(p->requester, c->person))
        return FAIL(e, FORBIDDEN, "who asked for a payment does not sign it" ZH "付款申请人不得联签");
    if (strcmp(hash, p->hash) != 0)
        return FAIL(e, RULE, "this hash is not the payment's; read it again" ZH "哈希与付款内容不符，请重新查看");
    if (p->mine)
        return FAIL(e, CONFLICT, "you have signed this payment already" ZH "您已联签此付款");
    if (p->paid) /* more signatures than needed are welcome until then: two may sign at the same time */
        return FAIL(e, CONFLICT, "this payment is paid already" ZH "此付款已支付");
    return 0;
}

int payment_sign(struct call *c, const struct payment_sign *in, struct err *e)
{
    struct payment p;
    if (payment_lock(c, in->payment, &p, e) < 0 || sign_check(c, &p, in->hash, e) < 0)
        return -1;
    int64_t n = p.signatures + 1;
    if (db_put(c->db, SQL_PAYMENT_SIGN, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(p.id), arg_int(n), arg_id(p.project), arg_text(p.point),
                    arg_text(p.hash), arg_id(p.requester), arg_id(c->person), arg_time(c->now))) < 0)
        return -1;
    if (n == p.need && db_put(c->db, SQL_PAYMENT_RELEASE, AFFECTED_1, e,
                              ARGS(arg_int4(c->street), arg_id(p.id), arg_id(p.project), arg_id(p.milestone),
                                   arg_int(p.need), arg_id(p.requester), arg_id(c->person), arg_time(c->now))) < 0)
        return -1;
    return answer(c, &(struct payment_sign_answer){p.id, n, p.need, n >= p.need ? "payable" : "requested"});
}

struct parts { /* in paying order */
    size_t n;
    int64_t *k, *lot_n, *fen, *before;
    struct id *lot;
    struct payment_paid_parts *event;
    struct payment_pay_answer_parts *answer;
};

static int parts_choose(struct call *c, const struct payment *p, struct parts *t, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_many(c->db, SQL_PAYMENT_LOTS, &r, e, ARGS(arg_int4(c->street), arg_id(p->project))) < 0)
        return -1;
    size_t n = (size_t)r.n, room = n ? n : 1;
    struct lot_held *held = arena_alloc(c->arena, room, sizeof *held);
    int64_t *take = arena_alloc(c->arena, room, sizeof *take);
    size_t *order = arena_alloc(c->arena, room, sizeof *order);
    for (size_t i = 0; i < n; i++)
        held[i] = (struct lot_held){row_id(&r, (int)i, "lot"), row_id(&r, (int)i, "line"), row_int(&r, (int)i, "held")};
    if (!lots_choose(held, n, p->line, p->fen, take, order, &t->n))
        return FAIL(e, CONFLICT, "the lots that may pay this hold too little" ZH "可用于此付款的资金批次余额不足");
    t->k = arena_alloc(c->arena, t->n, sizeof *t->k);
    t->lot_n = arena_alloc(c->arena, t->n, sizeof *t->lot_n);
    t->fen = arena_alloc(c->arena, t->n, sizeof *t->fen);
    t->before = arena_alloc(c->arena, t->n, sizeof *t->before);
    t->lot = arena_alloc(c->arena, t->n, sizeof *t->lot);
    t->event = arena_alloc(c->arena, t->n, sizeof *t->event);
    t->answer = arena_alloc(c->arena, t->n, sizeof *t->answer);
    int64_t total = 0;
    for (size_t i = 0; i < t->n; i++) {
        int row = (int)order[i];
        t->k[i] = (int64_t)i + 1;
        t->lot[i] = held[row].lot;
        t->lot_n[i] = row_int(&r, row, "n");
        t->fen[i] = take[row];
        t->before[i] = total;
        total += take[row];
        t->event[i] = (struct payment_paid_parts){t->lot[i], t->fen[i],
                                                  arena_printf(c->arena, "%s", row_text(&r, row, "source_kind")),
                                                  arena_printf(c->arena, "%s", row_text(&r, row, "organiser"))};
        t->answer[i] = (struct payment_pay_answer_parts){t->lot[i], t->fen[i]};
    }
    return 0;
}

static int parts_store(struct call *c, const struct payment *p, const struct parts *t, struct err *e)
{
    AUTO_ROWS moved = {0}, parts = {0};
    if (db_many(c->db, SQL_PAYMENT_SPEND, &moved, e,
                ARGS(arg_int4(c->street), arg_id(p->id), arg_ids(t->lot, t->n), arg_ints(t->lot_n, t->n),
                     arg_id(p->payee), arg_ints(t->fen, t->n), arg_time(c->now), arg_id(c->person),
                     arg_time(c->wall))) < 0)
        return -1;
    if (db_many(c->db, SQL_PAYMENT_PART, &parts, e,
                ARGS(arg_int4(c->street), arg_id(p->id), arg_ints(t->k, t->n), arg_ids(t->lot, t->n),
                     arg_ints(t->lot_n, t->n), arg_ints(t->fen, t->n), arg_ints(t->before, t->n))) < 0)
        return -1;
    if ((size_t)moved.n != t->n || (size_t)parts.n != t->n)
        return FAIL(e, CONFLICT, "a lot moved meanwhile; try again" ZH "资金批次已变动，请重试");
    return db_put(c->db, SQL_PAYMENT_PAID, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(p->id), arg_int((int64_t)t->n), arg_int(p->fen),
                       arg_id(p->requester), arg_id(c->person), arg_time(c->now), arg_time(c->wall)));
}

int payment_pay(struct call *c, const struct payment_pay *in, struct err *e)
{
    struct payment p;
    struct parts t = {0};
    if (payment_lock(c, in->payment, &p, e) < 0)
        return -1;
    if (p.paid)
        return FAIL(e, CONFLICT, "this payment is paid already" ZH "此付款已支付");
    if (!p.payable)
        return FAIL(e, CONFLICT, "not payable: %lld of %lld signatures" ZH "不可支付：联签 %lld/%lld",
                    (long long)p.signatures, (long long)p.need, (long long)p.signatures, (long long)p.need);
    if (id_eq(p.requester, c->person))
        return FAIL(e, FORBIDDEN, "who asked for a payment does not pay it" ZH "付款申请人不得执行支付");
    if (parts_choose(c, &p, &t, e) < 0 || parts_store(c, &p, &t, e) < 0)
        return -1;
    emit_payment_paid(c, &(struct payment_paid){p.id, p.project, p.fen, t.event, t.n});
    return answer(c, &(struct payment_pay_answer){p.id, p.fen, t.answer, t.n});
}

int payment_list(struct call *c, const struct payment_list *in, struct err *e)
{
    int street;
    const char *key;
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (db_many(c->db, SQL_PAYMENT_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_id(in->project), arg_text(in->state), arg_text(key),
                     arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
