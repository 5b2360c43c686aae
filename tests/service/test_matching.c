/* Matching on a real database: sponsors, a district fair, claims in a storm, an agreement, second chances. */
#include "matching.h"
#include "stage.h"

static struct id officer, giver, maker, stranger, project[3], line[3], extra;
static char street[16], district[8], p[3][37], l[3][37], x[37], fair[37], sponsor[37], organisation[37], agreement[37],
    claim[37];

static const char *ask(const char *op, struct id person, const char *params, const char *body)
{
    struct id id = stage_call(&matching_service, op, person, params, body, ID_NIL);
    stage_go();
    return stage_said(id);
}
static char *fmt(const char *f, ...) PRINTF(1, 2);
static char *fmt(const char *f, ...)
{
    static char out[8][4000];
    static int k;
    va_list ap;
    va_start(ap, f);
    vsnprintf(out[++k % 8], sizeof out[0], f, ap);
    va_end(ap);
    return out[k % 8];
}
static void id_of(const char *answer, char out[37])
{
    const char *at = strstr(answer, "\"id\":\"");
    if (at)
        memcpy(out, at + 6, 36);
    ok(at && strncmp(answer, "20", 2) == 0, "made: %.60s", answer);
}

static void pass(int i)
{
    ok(stage_event(
           "intake", "project.passed",
           fmt("{\"id\":\"%s\",\"number\":\"%s-2014-00%d\",\"round\":2014,\"region\":\"%s001\",\"category\":\"care\","
               "\"title\":\"t\",\"lines\":["
               "{\"id\":\"%s\",\"n\":1,\"kind\":\"money\",\"amount\":%s,\"unit\":\"fen\",\"what\":\"x\"}%s]}",
               p[i], street, i + 1, street, l[i], i == 1 ? "20000000" : "1000",
               i == 0
                   ? fmt(",{\"id\":\"%s\",\"n\":2,\"kind\":\"hours\",\"amount\":10,\"unit\":\"hours\",\"what\":\"y\"}",
                         x)
                   : "")),
       "passed %d", i);
}
static void list(int i)
{
    ok(stage_event("voting", "project.listed",
                   fmt("{\"project\":\"%s\",\"round\":2014,\"category\":\"care\",\"rank\":%d,\"heat\":%d}", p[i], i + 1,
                       i == 2 ? 0 : 5)),
       "listed %d", i);
}

static void open_stage(void)
{
    stage_open(&matching_service);
    stage.now = INT64_C(1393635600) * SECOND;
    snprintf(street, sizeof street, "%d", stage.street);
    snprintf(district, sizeof district, "%.6s", street);
    officer = id_new(stage.street), giver = id_new(stage.street), maker = id_new(stage.street),
    stranger = id_new(stage.street);
    stage_appoint(officer, "officer", district);
    for (int i = 0; i < 3; i++) {
        project[i] = id_new(stage.street);
        line[i] = id_new(stage.street);
        id_text(project[i], p[i]);
        id_text(line[i], l[i]);
    }
    id_text(extra = id_new(stage.street), x);
    pass(0);
    list(0);
    list(1); /* the two streams come in any order */
    pass(1);
    pass(2);
    list(2);
}

TEST(sponsor_register_appoints_its_people)
{
    const char *body = fmt("{\"region\":\"%s001\",\"name\":\"Shop\",\"kind\":\"shop\",\"people\":[\"%s\"]}", street,
                           id_text(giver, (char[37]){0}));
    id_of(ask("sponsor_register", giver, "", body), sponsor);
    ok(starts(stage_emitted("appointment.made"), "1 ") &&
           has(stage_emitted("appointment.made"), fmt("\"region\":\"%s\"", district)),
       "once, in the whole district");
    ok(has(stage_emitted("sponsor.registered"), "\"kind\":\"shop\""), "told");
    ok(strstr(stage_emitted("sponsor.registered"), "Shop") == NULL, "without its name");
    ok(starts(
           ask("sponsor_register", giver, "",
               fmt("{\"region\":\"%s\",\"name\":\"B\",\"kind\":\"company\",\"code\":\"914403001922038217\"}", street)),
           "422"),
       "a code whose check digit is wrong");
    ok(starts(
           ask("sponsor_register", ID_NIL, "", fmt("{\"region\":\"%s\",\"name\":\"B\",\"kind\":\"company\"}", street)),
           "401"),
       "nobody registers nothing");
    id_of(ask("organisation_register", maker, "", fmt("{\"region\":\"%s\",\"name\":\"Helpers\"}", street)),
          organisation);
    ok(starts(ask("offer_make", giver, "",
                  fmt("{\"region\":\"%s\",\"sponsor\":\"%s\",\"kind\":\"hours\",\"amount\":3,\"unit\":\"hours\","
                      "\"what\":\"w\",\"until\":\"2014-05-01\"}",
                      street, sponsor)),
              "201"),
       "an offer");
    ok(has(ask("offer_list", ID_NIL, fmt("street=%s", street), ""), "\"until\": \"2014-05-01\""), "is public");
}

TEST(fair_of_the_street_opens)
{
    ok(starts(ask("fair_open", officer, "",
                  fmt("{\"organiser\":\"%s\",\"name\":\"F\",\"round\":2014,\"streets\":[\"110101001\"]}", street)),
              "422"),
       "a foreign street");
    ok(starts(ask("fair_open", giver, "",
                  fmt("{\"organiser\":\"%s\",\"name\":\"F\",\"round\":2014,\"streets\":[\"%s\"]}", street, street)),
              "403"),
       "no officer");
    id_of(ask("fair_open", officer, "",
              fmt("{\"organiser\":\"%s\",\"name\":\"F\",\"round\":2014,\"streets\":[\"%s\"]}", street, street)),
          fair);
    ok(has(ask("fair_list", ID_NIL, fmt("street=%s", street), ""), "\"state\": \"open\""), "listed");
    ok(has(ask("need_line_list", ID_NIL, fmt("street=%s&kind=money", street), ""), "\"left\": 1000"), "need lines");
}

static const char *claim_make_(struct id person, const char *ln, int64_t amount, const char *more)
{
    return ask("claim_make", person, fmt("line=%s", ln),
               fmt("{\"fair\":\"%s\",\"sponsor\":\"%s\",\"amount\":%lld%s}", fair, sponsor, (long long)amount, more));
}
static const struct sql sums = {
    "sums",
    "SELECT l.claimed, (SELECT coalesce(sum(k.amount), 0)::int8 FROM claim k WHERE k.street = $1::int AND k.line = "
    "l.id AND k.state IN ('made', 'confirmed')) AS s FROM line l WHERE l.street = $1::int AND l.id = $2::uuid"};
static void line_holds(struct id id, int64_t want)
{
    struct err e = {0};
    AUTO_ROWS r = {0};
    ok(db_one(stage.db, &sums, &r, &e, ARGS(arg_int4(stage.street), arg_id(id))) == 0, "asked");
    is_int(row_int(&r, 0, "claimed"), want);
    is_int(row_int(&r, 0, "s"), want);
}

TEST(claim_make_never_exceeds_the_need)
{
    struct id id[200];
    int64_t accepted = 0;
    int full = 0;
    for (int i = 0; i < 200; i++)
        id[i] = stage_call(&matching_service, "claim_make", giver, fmt("line=%s", l[0]),
                           fmt("{\"fair\":\"%s\",\"sponsor\":\"%s\",\"amount\":7}", fair, sponsor), ID_NIL);
    stage_go();
    for (int i = 0; i < 200; i++) {
        const char *s = stage_said(id[i]), *a = strstr(s, "\"accepted\":");
        accepted += a ? atoi(a + 11) : 0;
        full += strncmp(s, "409", 3) == 0;
    }
    is_int(accepted, 1000);
    is_int(full, 57); /* 142 × 7 = 994, one of 6, the rest too late */
    line_holds(line[0], 1000);
    ok(starts(claim_make_(giver, x, 20, ",\"whole\":true"), "409"), "all or nothing");
    ok(has(claim_make_(giver, x, 20, ""), "\"accepted\":10,\"left\":0"), "in part, in kind");
    ok(starts(claim_make_(stranger, x, 1, ""), "403"), "a stranger has no such role");
    ok(starts(claim_make_(maker, x, 1, ""), "403"), "nor has the organisation");
    ok(starts(claim_make_(giver, p[0], 1, ""), "404"), "no such line");
    ok(starts(claim_make_(giver, x, 0, ""), "400"), "an amount is at least 1");
}

TEST(claim_withdraw_frees_the_line)
{
    id_of(claim_make_(giver, l[2], 400, ""), claim);
    line_holds(line[2], 400);
    ok(starts(ask("claim_withdraw", stranger, fmt("claim=%s", claim), "{\"reason\":\"r\"}"), "403"), "not a stranger");
    ok(has(ask("claim_withdraw", giver, fmt("claim=%s", claim), "{\"reason\":\"r\"}"), "\"amount\":400"), "withdrawn");
    ok(starts(ask("claim_withdraw", giver, fmt("claim=%s", claim), "{\"reason\":\"r\"}"), "409"), "once");
    line_holds(line[2], 0);
    ok(has(stage_emitted("claim.expired"), "withdrawn"), "told");
}

static const struct sql made = {"made", "SELECT id::text AS id FROM claim WHERE street = $1::int AND project = "
                                        "$2::uuid AND state = 'made' ORDER BY id LIMIT 3"};
TEST(agreement_needs_all_signatures)
{
    struct err e = {0};
    AUTO_ROWS r = {0};
    ok(db_many(stage.db, &made, &r, &e, ARGS(arg_int4(stage.street), arg_id(project[0]))) == 0 && r.n == 3, "claims");
    const char *draft = fmt("{\"organisation\":\"%s\",\"claims\":[\"%s\",\"%s\",\"%s\"],\"due_on\":\"2014-12-01\"}",
                            organisation, row_text(&r, 0, "id"), row_text(&r, 1, "id"), row_text(&r, 2, "id"));
    ok(starts(ask("agreement_draft", giver, fmt("project=%s", p[0]), draft), "403"), "an officer drafts");
    id_of(ask("agreement_draft", officer, fmt("project=%s", p[0]), draft), agreement);
    ok(starts(ask("agreement_draft", officer, fmt("project=%s", p[0]), draft), "409"), "once");
    ok(starts(ask("claim_withdraw", giver, fmt("claim=%s", row_text(&r, 0, "id")), "{\"reason\":\"r\"}"), "409"),
       "no way back for what is in it");
    char old[37];
    memcpy(old, agreement, sizeof old);
    id_of(ask("agreement_draft", officer, fmt("project=%s", p[0]),
              fmt("{\"organisation\":\"%s\",\"claims\":[\"%s\",\"%s\"],\"replaces\":\"%s\"}", organisation,
                  row_text(&r, 0, "id"), row_text(&r, 1, "id"), old)),
          agreement);
    const char *where = fmt("agreement=%s", agreement);
    ok(starts(ask("agreement_sign", officer, fmt("agreement=%s", old), "{\"party\":\"street\"}"), "409"),
       "a replaced draft is signed by nobody");
    ok(has(ask("agreement_sign", officer, where, "{\"party\":\"street\"}"),
           "\"signatures\":1,\"parties\":3,\"state\":\"draft\""),
       "the street");
    ok(starts(ask("agreement_sign", officer, where, "{\"party\":\"street\"}"), "409"), "not twice");
    ok(starts(ask("agreement_sign", officer, where, "{\"party\":\"organisation\"}"), "403"), "not for others");
    ok(starts(ask("agreement_sign", giver, where, "{\"party\":\"sponsor\"}"), "422"), "for which sponsor?");
    ok(has(ask("agreement_sign", giver, where, fmt("{\"party\":\"sponsor\",\"sponsor\":\"%s\"}", sponsor)),
           "\"signatures\":2"),
       "the sponsor");
    ok(starts(stage_emitted("agreement.signed"), "0 "), "not signed yet");
    ok(has(ask("agreement_sign", maker, where, "{\"party\":\"organisation\"}"), "\"state\":\"signed\""),
       "the organisation: complete");
    ok(has(stage_emitted("agreement.signed"), "\"amount\":7,\"unit\":\"fen\""), "told with its claims");
    char gives[37], makes[37];
    ok(has(strstr(stage_emitted("agreement.signed"), "\"people\""), id_text(giver, gives)) &&
           has(strstr(stage_emitted("agreement.signed"), "\"people\""), id_text(maker, makes)),
       "and with who acts for its parties");
    ok(starts(stage_emitted("claim.confirmed"), "2 "), "its claims are confirmed");
    line_holds(line[0], 14);
    ok(starts(claim_make_(giver, l[0], 1, ""), "409"), "an agreed project takes no more claims");
    ok(has(ask("agreement_get", ID_NIL, where, ""), "\"kind\": \"sponsor\""), "public");
    ok(starts(ask("agreement_list", ID_NIL, fmt("street=%s&state=signed", street), ""), "200 {\"items\":[{"), "listed");
    ok(has(ask("claim_list", ID_NIL, fmt("street=%s&state=confirmed", street), ""), "\"sponsor_name\": \"Shop\""),
       "claims are public");
}

TEST(fair_close_gives_second_chances)
{
    ok(starts(ask("fair_close", officer, fmt("fair=%s", fair), ""), "200"), "closed");
    ok(starts(ask("fair_close", officer, fmt("fair=%s", fair), ""), "409"), "once");
    ok(starts(claim_make_(giver, l[1], 1, ""), "409"), "too late");
    ok(stage_event(
           "matching", "fair.closed",
           fmt("{\"fair\":\"%s\",\"organiser\":\"%s\",\"streets\":[\"%s\"],\"round\":2014}", fair, street, street)),
       "its own event comes");
    ok(starts(stage_emitted("project.unclaimed"), "2 "), "two found no taker");
    ok(has(stage_emitted("project.unclaimed"), "\"next\":\"next_round\""),
       "the one without a like waits for the next round");
    ok(has(ask("need_line_list", ID_NIL, fmt("street=%s&state=unclaimed", street), ""), "\"rank\": 2"), "public");
}

TEST(district_fair_is_mirrored)
{
    char far[37], ours[37];
    id_text(id_new(stage.street / 1000 * 1000), far);
    ok(stage_event("matching", "fair.opened",
                   fmt("{\"fair\":\"%s\",\"organiser\":\"%s\",\"name\":\"D\",\"streets\":[\"%s002\"],\"round\":2014,"
                       "\"opens_at\":\"2014-03-01T00:00:00Z\"}",
                       far, district, district)),
       "a fair without us");
    ok(strstr(ask("fair_list", ID_NIL, fmt("street=%s", street), ""), far) == NULL, "is not ours");
    ok(stage_event("matching", "fair.opened",
                   fmt("{\"fair\":\"%s\",\"organiser\":\"%s\",\"name\":\"D\",\"streets\":[\"%s\"],\"round\":2015,"
                       "\"opens_at\":\"2014-03-01T00:00:00Z\"}",
                       id_text(id_new(stage.street / 1000 * 1000), ours), district, street)),
       "a fair with us");
    ok(has(ask("fair_list", ID_NIL, fmt("street=%s&round=2015", street), ""), fmt("\"organiser\": \"%s\"", district)),
       "is ours");
    memcpy(fair, ours, sizeof fair);
    ok(starts(claim_make_(giver, l[2], 1, ""), "422"), "a project of another round");
    ok(starts(ask("fair_open", officer, "",
                  fmt("{\"organiser\":\"%s\",\"name\":\"E\",\"round\":2016,\"streets\":[\"%s\",\"%s002\"]}", district,
                      street, district)),
              "201"),
       "the district opens one over two streets");
}

TEST(representative_end_takes_the_right_away)
{
    const char *in = fmt("party=%s&person=%s", sponsor, id_text(giver, (char[37]){0}));
    const char *offer = fmt("{\"region\":\"%s\",\"sponsor\":\"%s\",\"kind\":\"hours\",\"amount\":3,\"unit\":\"hours\","
                            "\"what\":\"w\",\"until\":\"2014-05-01\"}",
                            street, sponsor);
    char other[37];
    ok(starts(ask("representative_end", giver, in, "{\"reason\":\"r\"}"), "403"), "nobody ends it himself");
    ok(starts(ask("representative_end", officer, fmt("party=%s&person=%s", sponsor, id_text(maker, (char[37]){0})),
                  "{\"reason\":\"r\"}"),
              "404"),
       "who does not act for this sponsor");
    id_of(ask("sponsor_register", giver, "", fmt("{\"region\":\"%s\",\"name\":\"C\",\"kind\":\"company\"}", street)),
          other);
    ok(starts(ask("representative_end", officer, in, "{\"reason\":\"left\"}"), "200"), "ended");
    ok(starts(stage_emitted("appointment.ended"), "1 ") &&
           has(stage_emitted("appointment.ended"), "\"reason\":\"left\""),
       "and told");
    ok(starts(ask("offer_make", giver, "", offer), "403"), "still a sponsor's person, but not this one's");
    ok(starts(
           ask("offer_make", giver, "",
               fmt("{\"region\":\"%s\",\"sponsor\":\"%s\",\"kind\":\"hours\",\"amount\":3,\"unit\":\"hours\",\"what\":"
                   "\"w\",\"until\":\"2014-05-01\"}",
                   street, other)),
           "201"),
       "the other one's he stays");
    ok(starts(ask("representative_end", officer, in, "{\"reason\":\"again\"}"), "409"), "once");
}

int main(void)
{
    run(open_stage);
    run(sponsor_register_appoints_its_people);
    run(fair_of_the_street_opens);
    run(claim_make_never_exceeds_the_need);
    run(claim_withdraw_frees_the_line);
    run(agreement_needs_all_signatures);
    run(fair_close_gives_second_chances);
    run(district_fair_is_mirrored);
    run(representative_end_takes_the_right_away);
    stage_close();
    done_testing();
}
