/* Opinions: one thing that one person said, over any channel; answered, and said by a deliberator where it belongs.
 * Words go to one erasable table and never into events or logs. */
#include "opinion_rules.h"
#include "intake.h"
#include "opinion.sql.h"
#include "receipt_rules.h"

void opinions_room(struct opinions *o, struct arena *a, size_t most)
{
#define ROOM(member) .member = arena_alloc(a, most, sizeof *o->member)
    *o = (struct opinions){ROOM(id),       ROOM(person),    ROOM(entered_by),  ROOM(n),          ROOM(likes),
                           ROOM(dislikes), ROOM(receipt),   ROOM(region),      ROOM(channel),    ROOM(category),
                           ROOM(source),   ROOM(source_id), ROOM(received_at), ROOM(answered_at)};
#undef ROOM
}

int opinions_store(struct db *db, int street, const struct opinions *o, int64_t wall, struct err *e)
{
    AUTO_ROWS r = {0};
    size_t n = o->rows;
    if (db_many(db, SQL_OPINIONS_INSERT, &r, e,
                ARGS(arg_int4(street), arg_time(wall), arg_ids(o->id, n), arg_ints(o->n, n), arg_texts(o->receipt, n),
                     arg_texts(o->region, n), arg_texts(o->channel, n), arg_texts(o->category, n),
                     arg_ids(o->person, n), arg_ids(o->entered_by, n), arg_texts(o->source, n),
                     arg_texts(o->source_id, n), arg_ints(o->likes, n), arg_ints(o->dislikes, n),
                     arg_times(o->received_at, n), arg_times(o->answered_at, n))) < 0)
        return -1;
    if ((size_t)r.n != n) /* the counter's row is ours: nobody else can have used these numbers */
        return FAIL(e, INTERNAL, "%zu opinions were to be stored, %d were" ZH "应存 %zu 条民意，实存 %d 条", n, r.n, n,
                    r.n);
    return 0;
}

int opinions_emit(struct call *c, const struct opinions *o, size_t i)
{
    struct opinion_received event = {.id = o->id[i],
                                     .region = o->region[i],
                                     .channel = o->channel[i],
                                     .category = o->category[i],
                                     .received_at = o->received_at[i],
                                     .source = o->source[i],
                                     .source_likes = o->likes[i]};
    return emit_opinion_received(c, &event);
}

static bool is_staff(const struct call *c)
{
    return *c->role_region != '\0'; /* public callers have no appointment */
}

/* true = taken; else the call has its error. */
static bool opinion_take(struct call *c, const struct opinion_receive *in, bool known)
{
    if (c->street % 1000 == 0)
        call_fail(c, RULE, "an opinion belongs to a street or to a place in it" ZH "民意须归属街道或其下属区域");
    else if (!known)
        call_fail(c, RULE, "region %s is not known" ZH "区域 %s 未登记", in->region, in->region);
    else if (!is_staff(c) && (!id_is_nil(in->person) || in->received_at != TIME_NONE))
        call_fail(c, FORBIDDEN,
                  "only staff enter opinions of others or of earlier days" ZH "仅工作人员可代他人登记或补登");
    else if (in->received_at != TIME_NONE && in->received_at > c->now)
        call_fail(c, RULE, "received_at lies in the future" ZH "received_at 晚于当前时间");
    else if (text_blank(in->text) || text_blank(in->subject))
        call_fail(c, RULE, "subject and text must say something" ZH "标题和内容不能为空");
    else
        return true;
    return false;
}

static void opinion_column(struct opinions *o, const struct call *c, const struct opinion_receive *in, int64_t n)
{
    size_t i = o->rows++;
    char receipt[RECEIPT_SIZE];
    receipt_text(c->street, n, receipt);
    o->id[i] = id_new(c->street);
    o->n[i] = n;
    o->receipt[i] = arena_copy(c->arena, receipt, sizeof receipt - 1);
    o->region[i] = in->region;
    o->channel[i] = in->channel;
    o->category[i] = in->category;
    o->person[i] = is_staff(c) ? in->person : c->person;
    o->entered_by[i] = is_staff(c) ? c->person : ID_NIL;
    o->received_at[i] = in->received_at == TIME_NONE ? c->now : in->received_at;
    o->answered_at[i] = TIME_NONE;
}

static int opinions_decide(struct batch *b, const struct opinion_receive *in, size_t *taken, size_t *n, struct err *e)
{
    bool *known = arena_alloc(b->arena, b->n, sizeof *known);
    const char **region = arena_alloc(b->arena, b->n, sizeof *region);
    for (size_t i = 0; i < b->n; i++)
        region[i] = in[i].region;
    if (regions_known(b->db, b->arena, region, b->n, known, e) < 0)
        return -1;
    for (size_t i = 0; i < b->n; i++)
        if (opinion_take(b->call[i], &in[i], known[i]))
            taken[(*n)++] = i;
    return 0;
}

int opinion_receive(struct batch *b, const struct opinion_receive *in, struct err *e)
{
    size_t *taken = arena_alloc(b->arena, b->n, sizeof *taken), n = 0;
    struct opinions o;
    struct words w;
    int64_t last;
    if (opinions_decide(b, in, taken, &n, e) < 0)
        return -1;
    if (n == 0)
        return 0;
    if (counter_lock(b->db, b->street, "receipt", &last, e) < 0)
        return -1;
    opinions_room(&o, b->arena, n);
    words_room(&w, b->arena, n);
    for (size_t k = 0; k < n; k++) {
        const struct opinion_receive *x = &in[taken[k]];
        opinion_column(&o, b->call[taken[k]], x, last + (int64_t)k + 1);
        words_add(&w, o.id[k], 0, NULL, x->subject, x->text);
    }
    if (counter_set(b->db, b->street, "receipt", last + (int64_t)n, e) < 0 ||
        words_store(b->db, b->arena, b->street, &w, e) < 0 ||
        opinions_store(b->db, b->street, &o, b->call[0]->wall, e) < 0)
        return -1;
    for (size_t k = 0; k < n; k++) {
        struct opinion_receive_answer out = {o.id[k], o.receipt[k]};
        if (opinions_emit(b->call[taken[k]], &o, k) < 0 || answer(b->call[taken[k]], &out) < 0)
            return -1;
    }
    return 0;
}

/* The first answer makes the opinion answered; what is said after it is kept as well, under the next number. */
int opinion_answer(struct call *c, const struct opinion_answer *in, struct err *e)
{
    AUTO_ROWS r = {0};
    AUTO_ROWS count = {0};
    int64_t at = in->answered_at == TIME_NONE ? c->now : in->answered_at;
    if (db_one(c->db, SQL_OPINION_LOCK, &r, e, ARGS(arg_int4(c->street), arg_id(in->opinion))) < 0)
        return -1;
    if (at > c->now || at < row_time(&r, 0, "received_at"))
        return FAIL(e, RULE,
                    "an answer comes after its opinion, and not from the future" ZH
                    "答复时间须晚于民意提出时间且不晚于当前时间");
    if (text_blank(in->text))
        return FAIL(e, RULE, "the answer says nothing" ZH "答复内容不能为空");
    if (db_one(c->db, SQL_ANSWERS_COUNT, &count, e, ARGS(arg_int4(c->street), arg_id(in->opinion))) < 0)
        return -1;
    int64_t n = row_int(&count, 0, "n") + 1;
    if (db_put(c->db, SQL_ANSWER_INSERT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->opinion), arg_int(n), arg_id(c->person), arg_time(at),
                    arg_time(c->wall))) < 0)
        return -1;
    struct words w;
    words_room(&w, c->arena, 1);
    words_add(&w, in->opinion, n, NULL, NULL, in->text);
    if (words_store(c->db, c->arena, c->street, &w, e) < 0)
        return -1;
    if (row_null(&r, 0, "answered_at")) {
        struct opinion_answered event = {in->opinion,
                                         arena_copy(c->arena, row_text(&r, 0, "channel"), row_length(&r, 0, "channel")),
                                         row_time(&r, 0, "received_at"), at};
        if (db_put(c->db, SQL_OPINION_ANSWERED, AFFECTED_1, e,
                   ARGS(arg_int4(c->street), arg_id(in->opinion), arg_time(at))) < 0 ||
            emit_opinion_answered(c, &event) < 0)
            return -1;
    }
    struct opinion_answer_answer out = {in->opinion, n, at};
    return answer(c, &out);
}

int opinion_classify(struct call *c, const struct opinion_classify *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (street_must_be_one(c, e) < 0 || region_must_exist(c, in->region, e) < 0)
        return -1;
    if (db_one(c->db, SQL_OPINION_LOCK, &r, e, ARGS(arg_int4(c->street), arg_id(in->opinion))) < 0)
        return -1;
    const char *region = arena_copy(c->arena, row_text(&r, 0, "region"), row_length(&r, 0, "region"));
    const char *category = arena_copy(c->arena, row_text(&r, 0, "category"), row_length(&r, 0, "category"));
    if (!opinion_may_classify(region, in->region, c->role_region))
        return FAIL(e, FORBIDDEN, "this opinion belongs to another region" ZH "该民意属于其他区域");
    struct opinion_classified event = {in->opinion, in->region, in->category, region, category};
    if (db_put(c->db, SQL_CLASSIFICATION_INSERT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->opinion), arg_id(c->id), arg_text(in->region),
                    arg_text(in->category), arg_text(region), arg_text(category), arg_id(c->person), arg_time(c->now),
                    arg_time(c->wall))) < 0 ||
        db_put(c->db, SQL_OPINION_CLASSIFY, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->opinion), arg_text(in->region), arg_text(in->category))) < 0 ||
        emit_opinion_classified(c, &event) < 0)
        return -1;
    struct opinion_classify_answer out = {in->opinion, in->region, in->category};
    return answer(c, &out);
}
