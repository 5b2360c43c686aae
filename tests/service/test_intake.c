/* Intake on a real database: from an opinion to a project, an import of another system, and what is refused on the way.
 */
#include "intake.h"
#include "receipt_rules.h"
#include "stage.h"

static struct id officer, district, deliberator, seat[4], stranger;
static char street[16], community[16], opinion[37], receipt[32], proposal[37], review[37], contest[37], campaign[37];

static const struct sql region_add = {
    "test_region",
    "INSERT INTO region (code, name, households, parent, valid_from) VALUES ($1::text, 'x', 100, $2::text, "
    "'1970-01-01') ON CONFLICT (code) DO NOTHING"};
static const struct sql appointment_add = {
    "test_appointment",
    "INSERT INTO appointment (id, person, role, region, valid_from, service) VALUES ($1::uuid, $2::uuid, "
    "$3::text, $4::text, '1970-01-01', 'intake')"};

static void region(const char *code, const char *parent)
{
    struct err e = {0};
    if (db_put(stage.db, &region_add, AFFECTED_ANY, &e, ARGS(arg_text(code), arg_text(parent))) < 0 ||
        db_flush(stage.db, &e) < 0)
        die("region");
}
static void appoint(struct id person, const char *role, const char *where)
{
    struct err e = {0};
    if (db_put(stage.db, &appointment_add, AFFECTED_1, &e,
               ARGS(arg_id(id_new(stage.street)), arg_id(person), arg_text(role), arg_text(where))) < 0 ||
        db_flush(stage.db, &e) < 0)
        die("appointment");
}
static const char *ask(const char *op, struct id person, const char *params, const char *body)
{
    struct id id = stage_call(&intake_service, op, person, params, body, ID_NIL);
    stage_go();
    return stage_said(id);
}
static char *fmt(const char *f, ...) PRINTF(1, 2);
static char *fmt(const char *f, ...)
{
    static char out[8][8000];
    static int k;
    va_list ap;
    va_start(ap, f);
    vsnprintf(out[++k % 8], sizeof out[0], f, ap);
    va_end(ap);
    return out[k % 8];
}
static void take(const char *answer, const char *name, char *out, size_t n)
{
    char key[40];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *at = strstr(answer, key);
    size_t len = at ? strcspn(at + strlen(key), "\"") : 0;
    ok(at && len < n, "%s is in the answer", name);
    if (!at || len >= n)
        die("no %s in %s", name, answer);
    memcpy(out, at + strlen(key), len);
    out[len] = '\0';
}

TEST(regions_hang_under_their_parent)
{
    const char *body = fmt("{\"name\":\"B\",\"households\":7,\"parent\":\"%s\"}", street);
    ok(starts(ask("region_put", officer, fmt("code=%s002", street), body), "200"), "a community under its street");
    ok(starts(stage_emitted("region.changed"), "1 {"), "is an event");
    ok(starts(ask("region_put", officer, fmt("code=%s002002", street), body), "422"),
       "a grid is not directly under a street");
    ok(starts(ask("region_put", stranger, fmt("code=%s003", street), body), "403"), "a stranger may not");
    ok(has(ask("region_list", ID_NIL, fmt("street=%s", street), ""), "\"households\":7"), "all may look");
}

TEST(appointments_have_dates)
{
    char id[37], who[37];
    const char *body =
        fmt("{\"person\":\"%s\",\"role\":\"collector\",\"region\":\"%s\"}", id_text(stranger, who), community);
    const char *said = ask("appointment_make", officer, "", body);
    ok(starts(said, "201"), "an officer appoints");
    take(said, "id", id, sizeof id);
    ok(starts(ask("appointment_end", stranger, fmt("appointment=%s", id), "{\"reason\":\"x\"}"), "403"),
       "a stranger ends nothing");
    stage.now += SECOND;
    ok(starts(ask("appointment_end", officer, fmt("appointment=%s", id), "{\"reason\":\"moved\"}"), "200"),
       "ended with a reason");
    ok(starts(ask("appointment_end", officer, fmt("appointment=%s", id), "{\"reason\":\"moved\"}"), "409"), "once");
}

TEST(opinions_get_a_receipt)
{
    const char *body =
        fmt("{\"region\":\"%s\",\"channel\":\"website\",\"subject\":\"电梯\",\"text\":\"请装电梯，电话13812345678\"}",
            community);
    const char *said = ask("opinion_receive", ID_NIL, "", body);
    ok(starts(said, "201"), "anybody");
    take(said, "id", opinion, sizeof opinion);
    take(said, "receipt", receipt, sizeof receipt);
    int where;
    int64_t n;
    ok(receipt_parse(receipt, &where, &n) && where == stage.street && n == 1, "the receipt is the first of the street");
    ok(has(ask("opinion_get", ID_NIL, fmt("opinion=%s", opinion), ""), "138****5678"),
       "the public sees the number masked");
    ok(has(ask("receipt_get", ID_NIL, fmt("number=%s", receipt), ""), "\"state\":\"received\""),
       "the receipt tells the state");
    receipt[strlen(receipt) - 1] ^= 1;
    ok(starts(ask("receipt_get", ID_NIL, fmt("number=%s", receipt), ""), "400"), "a mistyped receipt is noticed");
    receipt[strlen(receipt) - 1] ^= 1;
    ok(starts(ask("opinion_receive", ID_NIL, "",
                  fmt("{\"region\":\"%s099\",\"channel\":\"website\",\"subject\":\"a\",\"text\":\"b\"}", street)),
              "422"),
       "an unknown region is refused");
    ok(starts(ask("opinion_receive", ID_NIL, "",
                  fmt("{\"region\":\"%s\",\"channel\":\"letter\",\"subject\":\"a\",\"text\":\"b\",\"received_at\":"
                      "\"2012-01-01T00:00:00Z\"}",
                      street)),
              "403"),
       "only staff enter earlier ones");
}

TEST(a_batch_of_opinions_is_numbered_without_gaps)
{
    struct id id[50];
    int64_t sum = 0;
    for (int i = 0; i < 50; i++) {
        const char *body = fmt("{\"region\":\"%s\",\"channel\":\"call\",\"subject\":\"%s\",\"text\":\"t\"}", street,
                               i % 10 == 9 ? " " : "s");
        id[i] = stage_call(&intake_service, "opinion_receive", officer, "", body, ID_NIL);
    }
    stage_go();
    for (int i = 0; i < 50; i++) {
        int where;
        int64_t n;
        char number[32];
        const char *said = stage_said(id[i]), *at = strstr(said, "\"receipt\":\"");
        if (!at)
            continue;
        snprintf(number, sizeof number, "%.19s", at + 11);
        sum += receipt_parse(number, &where, &n) ? n : 0;
    }
    is_int(sum, (2 + 46) * 45 / 2); /* each of 2 … 46 once */
    ok(starts(stage_emitted("opinion.received"), "46 {"), "an event for each stored one");
    ok(!strstr(stage_emitted("opinion.received"), "1381234"), "no words in events");
}

TEST(answers_and_classes)
{
    ok(starts(ask("opinion_answer", stranger, fmt("opinion=%s", opinion), "{\"text\":\"ok\"}"), "403"),
       "staff answers");
    stage.now += 3 * DAY;
    ok(starts(ask("opinion_answer", officer, fmt("opinion=%s", opinion), "{\"text\":\"已列入计划\"}"), "201"),
       "an answer");
    ok(starts(ask("opinion_answer", officer, fmt("opinion=%s", opinion), "{\"text\":\"已完成\"}"), "201"),
       "a second one");
    ok(starts(stage_emitted("opinion.answered"), "1 {"), "answered once");
    ok(has(ask("opinion_get", ID_NIL, fmt("opinion=%s", opinion), ""), "已完成"), "both are public");
    const char *body = fmt("{\"region\":\"%s\",\"category\":\"convenience\"}", community);
    ok(starts(ask("opinion_classify", deliberator, fmt("opinion=%s", opinion), body), "200"),
       "the deliberator says where it belongs");
    ok(starts(ask("opinion_classify", stranger, fmt("opinion=%s", opinion), body), "403"), "nobody else");
    ok(has(ask("opinion_list", ID_NIL, fmt("street=%s&category=convenience&answered=true", street), ""), opinion),
       "the list finds it");
    const char *page = ask("opinion_list", ID_NIL, fmt("street=%s&limit=10", street), "");
    char next[200];
    take(page, "next", next, sizeof next);
    ok(starts(ask("opinion_list", ID_NIL, fmt("street=%s&limit=100&cursor=%s", street, next), ""), "200 {\"items\":[{"),
       "the next page");
}

TEST(an_import_adds_nothing_twice)
{
    AUTO_BUF b = {0};
    buf_str(&b, "{\"channel\":\"website\",\"source\":\"teddy\",\"rows\":[");
    for (int i = 0; i < 300; i++)
        buf_printf(&b,
                   "%s{\"source_id\":\"%d\",\"user\":\"u\",\"subject\":\"s\",\"text\":\"t\",\"received_at\":\"2014-01-"
                   "0%dT08:00:00+08:00\",\"source_likes\":2%s}",
                   i ? "," : "", i == 299 ? 0 : i, i % 9 + 1,
                   i % 3 ? "" : ",\"answer\":\"a\",\"answered_at\":\"2014-02-01T00:00:00+08:00\"");
    buf_str(&b, ",{\"source_id\":\"x\",\"text\":\"\",\"received_at\":\"2014-01-01T00:00:00Z\"}]}");
    const char *said = ask("opinion_receive_many", officer, fmt("street=%s", street), b.p);
    ok(starts(said, "200 {\"stored\":299,\"already\":1,\"refused\":1"), "each row has its verdict");
    ok(has(said, "text: empty"), "with a reason");
    ok(starts(ask("opinion_receive_many", officer, fmt("street=%s", street), b.p),
              "200 {\"stored\":0,\"already\":300,\"refused\":1"),
       "again: nothing new");
    ok(starts(stage_emitted("opinion.answered"), "101 {"), "the answers are answers");
    ok(starts(ask("opinion_receive_many", stranger, fmt("street=%s", street), b.p), "403"), "staff only");
}

TEST(campaigns_count_absolutely)
{
    const char *said = ask("campaign_open", officer, fmt("street=%s", street),
                           "{\"round\":2014,\"kind\":\"letters\",\"title\":\"致居民的一封信\"}");
    take(said, "id", campaign, sizeof campaign);
    const char *where = fmt("campaign=%s&community=%s", campaign, community);
    ok(starts(ask("campaign_count", officer, where, "{\"sent\":100,\"returned\":5}"), "200"), "counted");
    ok(starts(ask("campaign_count", officer, where, "{\"sent\":100,\"returned\":9}"), "200"), "counted again");
    ok(starts(ask("campaign_count", officer, where, "{\"sent\":100,\"returned\":109}"), "422"),
       "no more than was sent");
    struct id late = id_new(stage.street);
    ask("campaign_count", officer, where, "{\"sent\":100,\"returned\":11}");
    stage_call(&intake_service, "campaign_count", officer, where, "{\"sent\":100,\"returned\":1}", late);
    stage_go();
    ok(starts(stage_said(late), "409"), "a late attempt changes nothing");
    ok(has(ask("campaign_list", ID_NIL, fmt("street=%s", street), ""), "\"returned\" : 11"), "and is shown");
}

TEST(a_proposal_comes_from_somewhere)
{
    char entry[37];
    take(ask("contest_open", officer, fmt("street=%s", street), "{\"round\":2014,\"title\":\"金点子\",\"text\":\"t\"}"),
         "id", contest, sizeof contest);
    take(ask("entry_submit", stranger, fmt("contest=%s", contest), "{\"title\":\"e\",\"text\":\"t\"}"), "id", entry,
         sizeof entry);
    ok(has(ask("entry_list", ID_NIL, fmt("contest=%s", contest), ""), entry), "entries are public");
    const char *rest =
        "\"round\":2014,\"category\":\"convenience\",\"title\":\"电梯\",\"summary\":\"s\",\"estimate_fen\":500000,"
        "\"lines\":[{\"kind\":\"money\",\"amount\":500000,\"unit\":\"fen\",\"what\":\"w\"},{\"kind\":\"hours\","
        "\"amount\":20,\"unit\":\"hour\",\"what\":\"v\"}]";
    ok(starts(ask("proposal_draft", officer, fmt("street=%s", street), fmt("{\"region\":\"%s\",%s}", community, rest)),
              "422"),
       "not from nowhere");
    ok(starts(ask("proposal_draft", officer, fmt("street=%s", street),
                  fmt("{\"region\":\"%s\",\"opinions\":[\"%s\"],%s}", community, entry, rest)),
              "404"),
       "not from an opinion that is not there");
    const char *said =
        ask("proposal_draft", officer, fmt("street=%s", street),
            fmt("{\"region\":\"%s\",\"opinions\":[\"%s\"],\"entry\":\"%s\",%s}", community, opinion, entry, rest));
    ok(has(said, fmt("\"number\":\"%s-2014-001\"", street)), "numbered without a gap");
    take(said, "id", proposal, sizeof proposal);
    ok(has(ask("opinion_get", ID_NIL, fmt("opinion=%s", opinion), ""), "\"state\":\"proposed\""),
       "the opinion knows what became of it");
    ok(has(ask("project_get", ID_NIL, fmt("project=%s", proposal), ""), receipt),
       "the proposal knows where it comes from");
}

static const char *open_review(void)
{
    char s[5][37];
    for (int i = 0; i < 5; i++)
        id_text(i < 4 ? seat[i] : stranger, s[i]);
    return ask("review_open", officer, fmt("street=%s", street),
               fmt("{\"round\":2014,\"seats\":[{\"person\":\"%s\",\"kind\":\"street\"},{\"person\":\"%s\",\"kind\":"
                   "\"organisation\"},"
                   "{\"person\":\"%s\",\"kind\":\"expert\"},{\"person\":\"%s\",\"kind\":\"media\"},"
                   "{\"person\":\"%s\",\"kind\":\"expert\"}],\"proposals\":[\"%s\"]}",
                   s[0], s[1], s[2], s[3], s[4], proposal));
}

TEST(the_review_releases_all_verdicts_at_once)
{
    const char *list = fmt("{\"proposals\":[\"%s\"]}", proposal);
    ok(starts(ask("proposal_publish", officer, fmt("street=%s", street), list), "200"), "published");
    ok(starts(ask("proposal_publish", officer, fmt("street=%s", street), list), "409"), "once");
    ok(starts(open_review(), "409"), "no review before the first notice has closed");
    ok(stage_event("voting", "notice.closed",
                   fmt("{\"notice\":\"%s\",\"kind\":\"first\",\"round\":2014,\"items\":[{\"project\":\"%s\",\"result\":"
                       "\"done\"}]}",
                       opinion, proposal)),
       "the first notice closes");
    const char *said = open_review();
    ok(starts(said, "201"), "now the review");
    take(said, "id", review, sizeof review);
    char verdict[300];
    snprintf(verdict, sizeof verdict,
             "{\"verdicts\":[{\"proposal\":\"%s\",\"people_need\":true,\"verdict\":\"pass\",\"reason\":\"needed\"}]}",
             proposal);
    ok(starts(ask("verdict_give", officer, fmt("review=%s", review), verdict), "403"), "no seat, no verdict");
    ok(has(ask("verdict_give", stranger, fmt("review=%s", review), verdict), "you proposed"),
       "a seat, but the idea was theirs");
    ok(starts(
           ask("verdict_give", seat[0], fmt("review=%s", review),
               fmt("{\"verdicts\":[{\"proposal\":\"%s\",\"people_need\":false,\"verdict\":\"pass\",\"reason\":\"r\"}]}",
                   proposal)),
           "422"),
       "no pass without a need");
    for (int i = 0; i < 3; i++)
        ok(starts(ask("verdict_give", seat[i], fmt("review=%s", review), verdict), "201"), "seat %d", i);
    ok(starts(ask("verdict_give", seat[0], fmt("review=%s", review), verdict), "409"), "one verdict each");
    ok(starts(ask("review_close", officer, fmt("review=%s", review), "{}"), "409"),
       "no quorum: a kind of seat is silent");
    ok(!strstr(ask("review_get", ID_NIL, fmt("review=%s", review), ""), "needed"), "verdicts are hidden until then");
    ok(has(ask("review_get", ID_NIL, fmt("review=%s", review), ""), "\"given\":3"), "three of four done");
    ok(starts(ask("verdict_give", seat[3], fmt("review=%s", review), verdict), "201"), "the last seat");
    ok(starts(ask("review_close", officer, fmt("review=%s", review), ""), "200 {\"passed\":1"), "closed");
    ok(has(ask("review_get", ID_NIL, fmt("review=%s", review), ""), "needed"), "verdicts released");
    ok(has(stage_emitted("project.passed"), "\"unit\":\"hour\""), "the project carries its need lines");
    char drafted[37], entered[37];
    ok(has(stage_emitted("project.passed"),
           fmt("\"proposers\":[\"%s\",\"%s\"]", id_text(officer, drafted), id_text(stranger, entered))),
       "and who proposed it");
    ok(starts(ask("verdict_give", seat[0], fmt("review=%s", review), verdict), "403"), "the seats have ended");
}

int main(void)
{
    stage_open(&intake_service);
    stage.now = INT64_C(1400000000) * SECOND;
    snprintf(street, sizeof street, "%d", stage.street);
    snprintf(community, sizeof community, "%d001", stage.street);
    struct id *all[] = {&officer, &district, &deliberator, &stranger, &seat[0], &seat[1], &seat[2], &seat[3]};
    for (size_t i = 0; i < COUNT(all); i++)
        *all[i] = id_new(stage.street);
    region(street, fmt("%.6s", street));
    region(community, street);
    appoint(officer, "officer", street);
    appoint(deliberator, "deliberator", community);
    run(regions_hang_under_their_parent);
    run(appointments_have_dates);
    run(opinions_get_a_receipt);
    run(a_batch_of_opinions_is_numbered_without_gaps);
    run(answers_and_classes);
    run(an_import_adds_nothing_twice);
    run(campaigns_count_absolutely);
    run(a_proposal_comes_from_somewhere);
    run(the_review_releases_all_verdicts_at_once);
    stage_close();
    done_testing();
}
