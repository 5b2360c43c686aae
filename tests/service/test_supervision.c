/* Supervision on a real database: one project from its agreement to its appraisal, each fen on the way, and who is
 * refused. */
#include <sodium.h>

#include "base/text.h"
#include "stage.h"
#include "supervision.h"

#define PEOPLE 8 /* 0 is a sponsor of the district, 1 acts for a party of the agreement, 2 drafted the proposal */
static struct id officer, second, clerk, sponsor_person, citizen[PEOPLE], project;
static char street[16], pid[37], org[37], claim[3][37], giver[37], line[37], of_project[64];

static const char *ask(const char *op, struct id person, const char *params, const char *body)
{
    struct id id = stage_call(&supervision_service, op, person, params, body, ID_NIL);
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
/* The text member of an answer, e.g. its id. */
static char *part(const char *said, const char *name)
{
    const char *at = strstr(said, fmt("\"%s\":\"", name));
    return at ? fmt("%.*s", (int)strcspn(at + strlen(name) + 4, "\""), at + strlen(name) + 4) : fmt("none");
}
static void new_id(char out[37])
{
    id_text(id_new(stage.street), out);
}
static int drawn[PEOPLE], n_drawn, left_out = -1;

static void open_stage(void)
{
    stage_open(&supervision_service);
    stage.now = INT64_C(1393635600) * SECOND;
    snprintf(street, sizeof street, "%d", stage.street);
    officer = id_new(stage.street), second = id_new(stage.street), clerk = id_new(stage.street),
    sponsor_person = id_new(stage.street);
    stage_appoint(officer, "officer", street);
    stage_appoint(second, "officer", street);
    stage_appoint(clerk, "clerk", street);
    stage_appoint(sponsor_person, "sponsor", street);
    project = id_new(stage.street);
    id_text(project, pid);
    snprintf(of_project, sizeof of_project, "project=%s", pid);
    new_id(org), new_id(giver), new_id(line);
    for (int i = 0; i < 3; i++)
        new_id(claim[i]);
    for (int i = 0; i < PEOPLE; i++)
        citizen[i] = i == 0 ? sponsor_person : id_new(stage.street);
}

static int passed(struct id proposer)
{
    char who[37];
    return stage_event(
        "intake", "project.passed",
        fmt("{\"id\":\"%s\",\"number\":\"n\",\"round\":2014,\"region\":\"%s\",\"category\":\"care\","
            "\"title\":\"t\",\"proposers\":[\"%s\"],\"lines\":[{\"id\":\"%s\",\"n\":1,\"kind\":\"money\","
            "\"amount\":1,\"unit\":\"fen\",\"what\":\"w\"}]}",
            pid, street, id_text(proposer, who), line));
}
static char *commitment(const char *seed)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];
    crypto_hash_sha256(hash, (const unsigned char *)seed, strlen(seed));
    hex_encode(hash, sizeof hash, hex);
    return fmt("{\"commitment\":\"%s\"}", hex);
}

TEST(books_are_opened_by_the_agreement)
{
    char fair[37], agreement[37], party[37];
    new_id(fair), new_id(agreement), id_text(citizen[1], party);
    ok(passed(citizen[2]), "project.passed");
    ok(starts(ask("lot_receive", officer, of_project, fmt("{\"amount_fen\":1,\"claim\":\"%s\"}", claim[0])), "404 "),
       "no books, no money");
    ok(stage_event("matching", "agreement.signed",
                   fmt("{\"agreement\":\"%s\",\"project\":\"%s\",\"organisation\":\"%s\",\"organiser\":\"%s\",\"fair\":"
                       "\"%s\",\"claims\":["
                       "{\"claim\":\"%s\",\"sponsor\":\"%s\",\"source_kind\":\"company\",\"kind\":\"money\",\"amount\":"
                       "100000,\"unit\":\"fen\"},"
                       "{\"claim\":\"%s\",\"sponsor\":\"%s\",\"source_kind\":\"company\",\"kind\":\"money\",\"amount\":"
                       "50000,\"unit\":\"fen\"},"
                       "{\"claim\":\"%s\",\"sponsor\":\"%s\",\"source_kind\":\"company\",\"kind\":\"pieces\","
                       "\"amount\":7,\"unit\":\"piece\"}],\"people\":[\"%s\"]}",
                       agreement, pid, org, street, fair, claim[0], giver, claim[1], giver, claim[2], giver, party)),
       "agreement.signed");
    ok(has(ask("project_books_get", ID_NIL, of_project, ""), "\"promised_fen\": 150000"), "the promises are public");
}

TEST(ambassadors_are_appointed_and_drawn)
{
    for (int i = 0; i < PEOPLE; i++) {
        char who[37];
        ok(starts(ask("ambassador_appoint", officer, "",
                      fmt("{\"person\":\"%s\",\"region\":\"%s\",\"kind\":\"resident\"}", id_text(citizen[i], who),
                          street)),
                  "201 "),
           "ambassador %d", i);
    }
    ok(starts(ask("ambassador_draw", officer, of_project, "{\"seed\":\"fair of 2014\",\"count\":3}"), "409 "),
       "no draw before the seed is committed");
    ok(starts(ask("draw_commit", clerk, of_project, commitment("fair of 2014")), "403 "), "a clerk commits nothing");
    ok(starts(ask("draw_commit", officer, of_project, commitment("fair of 2014")), "201 "), "the seed is committed");
    ok(starts(ask("draw_commit", second, of_project, commitment("better luck")), "409 "), "once");
    ok(starts(stage_emitted("draw.committed"), "1 ") && !strstr(stage_emitted("draw.committed"), "fair of"),
       "public, and the seed is not in it");
    ok(starts(ask("ambassador_draw", officer, of_project, "{\"seed\":\"better luck\",\"count\":3}"), "422 "),
       "another seed than the committed one");
    ok(starts(ask("ambassador_draw", clerk, of_project, "{\"seed\":\"fair of 2014\",\"count\":3}"), "403 "),
       "a clerk draws nobody");
    ok(starts(ask("ambassador_draw", officer, of_project, "{\"seed\":\"fair of 2014\",\"count\":6}"), "409 "),
       "who gives, acts for a party or proposed it is not in the lot");
    const char *said = ask("ambassador_draw", officer, of_project, "{\"seed\":\"fair of 2014\",\"count\":3}");
    ok(starts(said, "201 ") && has(said, "\"pool\":5"), "three of five");
    for (int i = 0; i < PEOPLE; i++) {
        char who[37];
        if (strstr(said, id_text(citizen[i], who)))
            drawn[n_drawn++] = i;
        else if (i > 0)
            left_out = i;
    }
    is_int(n_drawn, 3);
    ok(drawn[0] > 2, "none of those three");
    ok(starts(ask("ambassador_draw", officer, of_project, "{\"seed\":\"another seed\",\"count\":3}"), "409 "),
       "drawn once");
    ok(starts(stage_emitted("ambassador.drawn"), "1 "), "the draw is public");
}

TEST(money_becomes_lots)
{
    ok(starts(ask("lot_receive", citizen[1], of_project, fmt("{\"amount_fen\":5,\"claim\":\"%s\"}", claim[0])), "403 "),
       "an ambassador never holds money");
    ok(starts(ask("lot_receive", officer, of_project, fmt("{\"amount_fen\":100001,\"claim\":\"%s\"}", claim[0])),
              "422 "),
       "more than promised");
    ok(starts(ask("lot_receive", officer, of_project, fmt("{\"amount_fen\":5,\"claim\":\"%s\"}", claim[2])), "422 "),
       "pieces are no money");
    ok(starts(ask("lot_receive", officer, of_project, "{\"amount_fen\":5}"), "422 "), "money without an origin");
    ok(starts(ask("lot_receive", officer, of_project, fmt("{\"amount_fen\":1.5,\"claim\":\"%s\"}", claim[0])), "400 "),
       "half a fen");
    ok(starts(ask("lot_receive", officer, of_project, fmt("{\"amount_fen\":-5,\"claim\":\"%s\"}", claim[0])), "400 "),
       "less than nothing");
    ok(starts(ask("lot_receive", officer, of_project,
                  fmt("{\"amount_fen\":1000000000000000000,\"claim\":\"%s\"}", claim[0])),
              "400 "),
       "10^18");
    ok(starts(ask("lot_receive", officer, of_project, fmt("{\"amount_fen\":100000,\"claim\":\"%s\"}", claim[0])),
              "201 "),
       "a lot");
    ok(starts(ask("lot_receive", clerk, of_project,
                  fmt("{\"amount_fen\":50000,\"claim\":\"%s\",\"line\":\"%s\"}", claim[1], line)),
              "201 "),
       "an earmarked lot");
    ok(starts(stage_emitted("lot.received"), "2 "), "both are told");
    ok(starts(ask("gift_receive", officer, of_project, fmt("{\"amount\":8,\"claim\":\"%s\"}", claim[2])), "422 "),
       "more pieces than promised");
    ok(starts(ask("gift_receive", officer, of_project, fmt("{\"amount\":7,\"claim\":\"%s\"}", claim[2])), "201 "),
       "a gift");
}

static char milestone[37], payment[37], hash[65];

TEST(work_is_accepted_by_two)
{
    char *of;
    snprintf(
        milestone, sizeof milestone, "%s",
        part(ask("milestone_plan", officer, of_project, "{\"milestones\":[{\"title\":\"lamps\",\"point\":\"site\"}]}"),
             "id"));
    of = fmt("milestone=%s", milestone);
    char *body = fmt("{\"milestone\":\"%s\",\"payee\":\"%s\",\"amount_fen\":120000,\"point\":\"site\",\"line\":\"%s\","
                     "\"voucher\":\"%064d\"}",
                     milestone, org, line, 7);
    ok(starts(ask("payment_request", officer, of_project, body), "409 "), "no payment before accepted work");
    ok(starts(ask("milestone_sign", citizen[left_out], of, "{}"), "403 "), "who was not drawn accepts nothing");
    ok(passed(citizen[drawn[2]]), "it comes out late that one of the drawn had proposed it");
    ok(starts(ask("milestone_sign", citizen[drawn[2]], fmt("milestone=%s", milestone), "{}"), "403 "),
       "drawn, but recused");
    ok(has(ask("milestone_sign", citizen[drawn[0]], fmt("milestone=%s", milestone), "{}"), "\"accepted\":false"),
       "one of two");
    ok(starts(ask("milestone_sign", citizen[drawn[0]], fmt("milestone=%s", milestone), "{}"), "409 "), "nobody twice");
    ok(starts(ask("project_complete", officer, of_project, "{\"report\":\"done\"}"), "409 "), "not complete yet");
    ok(has(ask("milestone_sign", citizen[drawn[1]], fmt("milestone=%s", milestone), "{}"), "\"accepted\":true"),
       "two of two");
    ok(starts(stage_emitted("milestone.signed"), "1 "), "told once");
}

TEST(a_payment_needs_k_of_n_and_another_hand)
{
    char body[600];
    snprintf(body, sizeof body,
             "{\"milestone\":\"%s\",\"payee\":\"%s\",\"amount_fen\":150001,\"point\":\"site\",\"voucher\":\"%064d\"}",
             milestone, org, 7);
    ok(starts(ask("payment_request", officer, of_project, body), "409 "), "more than the project holds");
    snprintf(body, sizeof body,
             "{\"milestone\":\"%s\",\"payee\":\"%s\",\"amount_fen\":1,\"point\":\"site\",\"voucher\":\"%064d\"}",
             milestone, giver, 7);
    ok(starts(ask("payment_request", officer, of_project, body), "422 "), "a stranger is not paid");
    snprintf(body, sizeof body,
             "{\"milestone\":\"%s\",\"payee\":\"%s\",\"amount_fen\":120000,\"point\":\"site\",\"line\":\"%s\","
             "\"voucher\":\"%064d\"}",
             milestone, org, line, 7);
    const char *said = ask("payment_request", officer, of_project, body);
    ok(starts(said, "201 ") && has(said, "\"need\":2"), "asked for");
    snprintf(payment, sizeof payment, "%s", part(said, "id"));
    snprintf(hash, sizeof hash, "%s", part(said, "hash"));
    char of[64], sign[128];
    snprintf(of, sizeof of, "payment=%s", payment);
    snprintf(sign, sizeof sign, "{\"hash\":\"%s\"}", hash);
    ok(starts(ask("payment_pay", second, of, ""), "409 "), "no signatures");
    ok(starts(ask("payment_sign", citizen[drawn[0]], of, fmt("{\"hash\":\"%064d\"}", 0)), "422 "),
       "a signature over something else");
    ok(starts(ask("payment_sign", citizen[left_out], of, sign), "403 "), "who was not drawn");
    ok(starts(ask("payment_sign", second, of, sign), "403 "), "an officer is no ambassador");
    ok(has(ask("payment_sign", citizen[drawn[0]], of, sign), "\"state\":\"requested\""), "one of two");
    ok(starts(ask("payment_sign", citizen[drawn[0]], of, sign), "409 "), "nobody twice");
    ok(starts(ask("payment_pay", second, of, ""), "409 "), "one signature");
    ok(has(ask("payment_sign", citizen[drawn[1]], of, sign), "\"state\":\"payable\""), "two of two");
    ok(starts(ask("payment_pay", officer, of, ""), "403 "), "not by who asked for it");
    said = ask("payment_pay", second, of, "");
    ok(starts(said, "201 ") && has(said, "\"amount_fen\":50000") && has(said, "\"amount_fen\":70000"),
       "earmark first, then the oldest");
    ok(starts(ask("payment_pay", second, of, ""), "409 "), "paid once");
    ok(starts(stage_emitted("payment.paid"), "1 "), "told once");
    ok(has(ask("payment_list", ID_NIL, fmt("street=%s&state=paid", street), ""), "\"state\": \"paid\""), "and public");
}

TEST(the_books_add_up_to_the_end)
{
    const char *said = ask("bulletin_publish", officer, of_project, "{\"text\":\"lamps are up\"}");
    ok(has(said, "\"received_fen\":150000") && has(said, "\"spent_fen\":120000") && has(said, "\"held_fen\":30000"),
       "the bulletin is the ledger");
    ok(starts(
           ask("correction_order_make", officer, of_project, "{\"reason\":\"asked\",\"before\":\"a\",\"after\":\"a\"}"),
           "422 "),
       "nothing changed");
    ok(starts(
           ask("correction_order_make", officer, of_project, "{\"reason\":\"asked\",\"before\":\"a\",\"after\":\"b\"}"),
           "201 "),
       "a correction");
    ok(starts(
           ask("appraisal_give", citizen[drawn[0]], of_project, "{\"results\":5,\"money\":5,\"time\":4,\"benefit\":4}"),
           "409 "),
       "judged when finished");
    ok(starts(ask("project_complete", officer, of_project, "{\"report\":\"done\"}"), "201 "), "completed");
    ok(has(stage_emitted("project.completed"), "\"spent_fen\":120000"), "and told");
    ok(starts(ask("lot_receive", officer, of_project,
                  fmt("{\"amount_fen\":1,\"sponsor\":\"%s\",\"source_kind\":\"shop\"}", giver)),
              "409 "),
       "no money after the end");
    said = ask("lot_list", ID_NIL, fmt("street=%s&project=%s", street, pid), "");
    ok(has(said, "\"held_fen\": 30000"), "what is left lies in one lot");
    const char *at = strstr(said, "\"held_fen\": 30000");
    const char *id = at ? strstr(said, "\"id\": \"") : NULL;
    for (const char *p = id; p && (p = strstr(p + 1, "\"id\": \"")) && p < at;)
        id = p;
    char of[64];
    if (at && id) {
        const char *after = strstr(at, "\"id\": \"");
        const char *end = strchr(at, '}');
        snprintf(of, sizeof of, "lot=%.36s", (after && after < end ? after : id) + 7);
    }
    ok(starts(ask("lot_return", second, of, "{\"amount_fen\":30001,\"reason\":\"rest\"}"), "409 "),
       "more than is left");
    ok(has(ask("lot_return", second, of, "{\"amount_fen\":30000,\"reason\":\"rest\"}"), "\"held_fen\":0"),
       "the rest goes back");
    said = ask("project_books_get", ID_NIL, of_project, "");
    ok(has(said, "\"held_fen\": 0") && has(said, "\"returned_fen\": 30000") && has(said, "\"spent_fen\": 120000"),
       "received = spent + held + returned");
}

TEST(the_judgement_is_a_whole_number)
{
    ok(starts(
           ask("appraisal_give", citizen[left_out], of_project, "{\"results\":1,\"money\":1,\"time\":1,\"benefit\":1}"),
           "403 "),
       "who was not drawn");
    ok(starts(
           ask("appraisal_give", citizen[drawn[0]], of_project, "{\"results\":5,\"money\":5,\"time\":4,\"benefit\":4}"),
           "201 "),
       "one");
    ok(starts(ask("appraisal_close", officer, of_project, ""), "409 "), "one is not enough");
    ok(starts(
           ask("appraisal_give", citizen[drawn[1]], of_project, "{\"results\":5,\"money\":5,\"time\":5,\"benefit\":5}"),
           "201 "),
       "two");
    ok(starts(ask("appraisal_close", officer, of_project, ""), "409 "), "the residents have not spoken");
    ok(stage_event("voting", "ballot.closed",
                   fmt("{\"project\":\"%s\",\"ballots\":10,\"score_sum\":44,\"enough\":true}", pid)),
       "ballot.closed");
    ok(has(ask("appraisal_close", officer, of_project, ""), "\"score\":92"), "95 and 88: 91.5, half up");
    ok(has(stage_emitted("project.appraised"), "\"result\":\"excellent\""), "and told");
    ok(starts(ask("appraisal_close", officer, of_project, ""), "409 "), "once");
}

TEST(ambassador_end_takes_the_right_away)
{
    char who[37], id[37] = "";
    struct id guest = id_new(stage.street);
    const char *made =
        ask("ambassador_appoint", officer, "",
            fmt("{\"person\":\"%s\",\"region\":\"%s\",\"kind\":\"resident\"}", id_text(guest, who), street));
    const char *at = strstr(made, "\"id\":\"");
    if (at)
        memcpy(id, at + 6, 36);
    const char *in = fmt("appointment=%s", id);
    ok(starts(ask("ambassador_end", guest, in, "{\"reason\":\"r\"}"), "403 "), "nobody ends it himself");
    ok(starts(ask("ambassador_end", officer, in, "{\"reason\":\"r\",\"valid_until\":\"2001-01-01T00:00:00Z\"}"),
              "422 "),
       "not before it began");
    ok(starts(ask("ambassador_end", officer, in, "{\"reason\":\"moved away\"}"), "200 "), "ended");
    ok(has(stage_emitted("appointment.ended"), "\"reason\":\"moved away\""), "and told");
    ok(starts(ask("ambassador_end", officer, in, "{\"reason\":\"r\"}"), "409 "), "once");
}

int main(void)
{
    open_stage();
    run(books_are_opened_by_the_agreement);
    run(ambassadors_are_appointed_and_drawn);
    run(money_becomes_lots);
    run(work_is_accepted_by_two);
    run(a_payment_needs_k_of_n_and_another_hand);
    run(the_books_add_up_to_the_end);
    run(the_judgement_is_a_whole_number);
    run(ambassador_end_takes_the_right_away);
    stage_close();
    done_testing();
}
