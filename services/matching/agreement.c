/* Agreements: who gives what to which project, and who carries it out.
 * Purpose: P14. Action: parties are the street, the organisation and each sponsor of its claims; the last signature
 * confirms the claims and moves the project to supervision by event. Caveat: lock order is agreement, lines, claims. */
#include <string.h>

#include "agreement.sql.h"
#include "matching.h"

/* --- drafting --- */

struct draft {
    struct id id, fair;
    const char *organiser;
    struct id *party; /* the street (the agreement's own id), the organisation, then the sponsors */
    const char **kind;
    size_t n;
};

static void party_add(struct draft *d, struct id party, const char *kind)
{
    for (size_t i = 0; i < d->n; i++)
        if (id_eq(d->party[i], party))
            return;
    d->party[d->n] = party;
    d->kind[d->n++] = kind;
}

/* The claims: of this project, open, of one fair, in no other agreement. */
static int claims_check(struct call *c, const struct agreement_draft *in, struct draft *d, struct err *e)
{
    AUTO_ROWS r = {0}, used = {0};
    if (db_many(c->db, SQL_AGREEMENT_CLAIMS, &r, e, ARGS(arg_int4(c->street), arg_ids(in->claims, in->n_claims))) < 0 ||
        db_many(c->db, SQL_AGREEMENT_IN_USE, &used, e,
                ARGS(arg_int4(c->street), arg_ids(in->claims, in->n_claims), arg_id(in->replaces))) < 0)
        return -1;
    if ((size_t)r.n != in->n_claims)
        return FAIL(e, NOT_FOUND, "a claim is unknown or named twice" ZH "有认领不存在或重复");
    if (used.n > 0)
        return FAIL(e, CONFLICT, "a claim stands in another agreement already" ZH "有认领已写入其他协议");
    for (int i = 0; i < r.n; i++) {
        if (!id_eq(row_id(&r, i, "project"), in->project))
            return FAIL(e, RULE, "a claim is on another project" ZH "有认领属于其他项目");
        if (strcmp(row_text(&r, i, "state"), "made") != 0)
            return FAIL(e, CONFLICT, "a claim is %s" ZH "有认领状态为 %s", row_text(&r, i, "state"),
                        row_text(&r, i, "state"));
        if (i > 0 && !id_eq(row_id(&r, i, "fair"), d->fair))
            return FAIL(e, RULE,
                        "the claims of one agreement come from one fair" ZH "同一协议的认领须来自同一场相亲会");
        d->fair = row_id(&r, i, "fair");
        d->organiser = arena_copy(c->arena, row_text(&r, i, "organiser"), row_length(&r, i, "organiser"));
        party_add(d, row_id(&r, i, "sponsor"), "sponsor");
    }
    return 0;
}

/* The project is listed and has no other live agreement than the one to be replaced; the organisation exists. */
static int draft_check(struct call *c, const struct agreement_draft *in, struct err *e)
{
    AUTO_ROWS p = {0}, o = {0};
    if (db_maybe(c->db, SQL_AGREEMENT_PROJECT, &p, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0 ||
        db_maybe(c->db, SQL_AGREEMENT_ORGANISATION, &o, e, ARGS(arg_id(in->organisation))) < 0)
        return -1;
    if (p.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such project here" ZH "没有此项目");
    if (o.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such organisation" ZH "没有此社会组织");
    if (strcmp(row_text(&p, 0, "state"), "listed") != 0)
        return FAIL(e, CONFLICT, "the project is %s, not listed" ZH "项目状态为 %s，不在年度名单中",
                    row_text(&p, 0, "state"), row_text(&p, 0, "state"));
    if (!id_eq(row_id(&p, 0, "agreement"), in->replaces))
        return FAIL(e, CONFLICT,
                    id_is_nil(in->replaces)
                        ? "the project has an agreement already: name the draft that this one replaces" ZH
                          "项目已有协议：须注明被取代的协议稿"
                        : "the draft to be replaced is not the project's live one" ZH "被取代的协议稿不是当前有效稿");
    return 0;
}

static int draft_store(struct call *c, const struct agreement_draft *in, const struct draft *d, struct err *e)
{
    if (!id_is_nil(in->replaces) &&
        (db_put(c->db, SQL_AGREEMENT_REPLACE, AFFECTED_1, e,
                ARGS(arg_int4(c->street), arg_id(in->replaces), arg_id(d->id))) < 0 ||
         db_put(c->db, SQL_AGREEMENT_RELEASE, AFFECTED_ANY, e, ARGS(arg_int4(c->street), arg_id(in->replaces))) < 0))
        return -1;
    if (db_put(c->db, SQL_AGREEMENT_DRAFT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(d->id), arg_id(in->project), arg_id(in->organisation), arg_id(d->fair),
                    arg_text(d->organiser), arg_text(in->due_on), arg_int((int64_t)d->n), arg_id(c->person),
                    arg_time(c->now))) < 0 ||
        db_put(c->db, SQL_AGREEMENT_CLAIM_ADD, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_id(d->id), arg_ids(in->claims, in->n_claims))) < 0)
        return -1;
    return db_put(c->db, SQL_AGREEMENT_PARTY_ADD, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(d->id), arg_ids(d->party, d->n), arg_texts(d->kind, d->n)));
}

int agreement_draft(struct call *c, const struct agreement_draft *in, struct err *e)
{
    struct draft d = {.id = id_new(c->street),
                      .party = arena_alloc(c->arena, in->n_claims + 2, sizeof(struct id)),
                      .kind = arena_alloc(c->arena, in->n_claims + 2, sizeof(const char *))};
    party_add(&d, d.id, "street");
    party_add(&d, in->organisation, "organisation");
    if (!id_is_nil(in->replaces)) {
        AUTO_ROWS old = {0};
        if (db_maybe(c->db, SQL_AGREEMENT_LOCK, &old, e, ARGS(arg_int4(c->street), arg_id(in->replaces))) < 0)
            return -1;
        if (old.n == 0 || strcmp(row_text(&old, 0, "state"), "draft") != 0)
            return FAIL(e, CONFLICT, "only an unsigned draft can be replaced" ZH "只能取代未签的协议稿");
    }
    if (claims_check(c, in, &d, e) < 0 || draft_check(c, in, e) < 0 || draft_store(c, in, &d, e) < 0)
        return -1;
    return answer(c, &(struct agreement_draft_answer){d.id, (int64_t)d.n});
}

/* --- signing --- */

struct agreement {
    struct id id, project, organisation, fair;
    const char *organiser;
    int64_t parties;
};

static int agreement_lock(struct call *c, struct id id, struct agreement *out, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_AGREEMENT_LOCK, &r, e, ARGS(arg_int4(c->street), arg_id(id))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such agreement" ZH "没有此协议");
    if (strcmp(row_text(&r, 0, "state"), "draft") != 0)
        return FAIL(e, CONFLICT, "the agreement is %s" ZH "协议状态为 %s", row_text(&r, 0, "state"),
                    row_text(&r, 0, "state"));
    *out = (struct agreement){id,
                              row_id(&r, 0, "project"),
                              row_id(&r, 0, "organisation"),
                              row_id(&r, 0, "fair"),
                              arena_copy(c->arena, row_text(&r, 0, "organiser"), row_length(&r, 0, "organiser")),
                              row_int(&r, 0, "parties")};
    return 0;
}

/* For whom the caller signs, if it may. */
static int signer(struct call *c, const struct agreement_sign *in, const struct agreement *a, struct id *party,
                  struct err *e)
{
    char here[REGION_MAX];
    if (strcmp(in->party, "sponsor") == 0) {
        *party = in->sponsor;
        if (id_is_nil(in->sponsor))
            return FAIL(e, RULE, "say for which sponsor you sign" ZH "请注明代表哪个资源方签署");
        return acts_for_sponsor(c, in->sponsor, e);
    }
    if (strcmp(in->party, "organisation") == 0) {
        *party = a->organisation;
        return acts_for_organisation(c, a->organisation, e);
    }
    *party = a->id;
    int officer = holds_role(c, c->person, "officer", region_of_street(c->street, here), e);
    if (officer == 0)
        return FAIL(e, FORBIDDEN, "only an officer of the street signs for it" ZH "仅本街道工作人员可代表街道签署");
    return officer < 0 ? -1 : 0;
}

struct settled { /* the open claims of the project: confirmed those in the agreement, expired the others */
    struct agreement_signed_claims *claim;
    struct id *confirmed, *expired;
    size_t n, n_expired;
};

static int claims_settle(struct call *c, const struct agreement *a, struct settled *out, struct err *e)
{
    AUTO_ROWS r = {0};
    if (lines_lock(c, a->project, e) < 0 ||
        db_many(c->db, SQL_AGREEMENT_SETTLE, &r, e, ARGS(arg_int4(c->street), arg_id(a->project), arg_id(a->id))) < 0)
        return -1;
    size_t max = (size_t)r.n + 1;
    *out = (struct settled){.claim = arena_alloc(c->arena, max, sizeof *out->claim),
                            .confirmed = arena_alloc(c->arena, max, sizeof(struct id)),
                            .expired = arena_alloc(c->arena, max, sizeof(struct id))};
    for (int i = 0; i < r.n; i++) {
        struct id id = row_id(&r, i, "id");
        if (!row_bool(&r, i, "mine")) {
            out->expired[out->n_expired++] = id;
            continue;
        }
        out->confirmed[out->n] = id;
        out->claim[out->n++] = (struct agreement_signed_claims){
            .claim = id,
            .sponsor = row_id(&r, i, "sponsor"),
            .source_kind = arena_printf(c->arena, "%s", row_text(&r, i, "source_kind")),
            .kind = arena_printf(c->arena, "%s", row_text(&r, i, "kind")),
            .amount = row_int(&r, i, "amount"),
            .unit = arena_printf(c->arena, "%s", row_text(&r, i, "unit"))};
    }
    return 0;
}

static int agreement_tell(struct call *c, const struct agreement *a, const struct settled *s, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_many(c->db, SQL_AGREEMENT_PEOPLE, &r, e,
                ARGS(arg_int4(c->street), arg_ids(s->confirmed, s->n), arg_id(a->organisation))) < 0)
        return -1;
    struct id *people = arena_alloc(c->arena, (size_t)r.n + 1, sizeof *people);
    for (int i = 0; i < r.n; i++)
        people[i] = row_id(&r, i, "person");
    for (size_t i = 0; i < s->n; i++)
        emit_claim_confirmed(c, &(struct claim_confirmed){s->confirmed[i], a->project});
    for (size_t i = 0; i < s->n_expired; i++)
        emit_claim_expired(c, &(struct claim_expired){s->expired[i], a->project, "not part of the signed agreement"});
    emit_agreement_signed(c, &(struct agreement_signed){.agreement = a->id,
                                                        .project = a->project,
                                                        .organisation = a->organisation,
                                                        .organiser = a->organiser,
                                                        .fair = a->fair,
                                                        .claims = s->claim,
                                                        .n_claims = s->n,
                                                        .people = people,
                                                        .n_people = (size_t)r.n});
    return 0;
}

/* All have signed: the seal proves it, the claims are confirmed, the project is agreed. */
static int agreement_finish(struct call *c, const struct agreement *a, struct err *e)
{
    struct settled s;
    if (db_put(c->db, SQL_AGREEMENT_SEAL, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(a->id), arg_int(a->parties), arg_time(c->now))) < 0 ||
        claims_settle(c, a, &s, e) < 0 || lines_free(c, s.expired, s.n_expired, e) < 0 ||
        db_put(c->db, SQL_AGREEMENT_CONFIRM, AFFECTED_ANY, e, ARGS(arg_int4(c->street), arg_ids(s.confirmed, s.n))) <
            0 ||
        db_put(c->db, SQL_AGREEMENT_EXPIRE, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_ids(s.expired, s.n_expired), arg_time(c->now),
                    arg_text("not part of the signed agreement"))) < 0 ||
        db_put(c->db, SQL_AGREEMENT_SIGNED, AFFECTED_1, e, ARGS(arg_int4(c->street), arg_id(a->id), arg_time(c->now))) <
            0 ||
        db_put(c->db, SQL_AGREEMENT_AGREED, AFFECTED_1, e, ARGS(arg_int4(c->street), arg_id(a->project))) < 0)
        return -1;
    return agreement_tell(c, a, &s, e);
}

int agreement_sign(struct call *c, const struct agreement_sign *in, struct err *e)
{
    struct agreement a;
    struct id party;
    AUTO_ROWS p = {0};
    if (agreement_lock(c, in->agreement, &a, e) < 0 || signer(c, in, &a, &party, e) < 0 ||
        db_maybe(c->db, SQL_AGREEMENT_PARTY_GET, &p, e, ARGS(arg_int4(c->street), arg_id(a.id), arg_id(party))) < 0)
        return -1;
    if (p.n == 0)
        return FAIL(e, RULE, "that is no party of this agreement" ZH "不是该协议的签署方");
    if (!row_null(&p, 0, "n"))
        return FAIL(e, CONFLICT, "this party has signed already" ZH "该签署方已签署");
    int64_t n = row_int(&p, 0, "signatures") + 1;
    if (db_put(c->db, SQL_AGREEMENT_SIGN, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(a.id), arg_int(n), arg_id(party), arg_id(c->person),
                    arg_time(c->now))) < 0)
        return -1;
    if (n == a.parties && agreement_finish(c, &a, e) < 0)
        return -1;
    return answer(c, &(struct agreement_sign_answer){a.id, n, a.parties, n == a.parties ? "signed" : "draft"});
}

/* --- public views --- */

int agreement_get(struct call *c, const struct agreement_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_AGREEMENT_GET, &r, e, ARGS(arg_int4(c->street), arg_id(in->agreement))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}

int agreement_list(struct call *c, const struct agreement_list *in, struct err *e)
{
    int street;
    const char *key;
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (db_many(c->db, SQL_AGREEMENT_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_id(in->project), arg_text(in->state), arg_text(key),
                     arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
