/* Voting on a real database: a round from the first notice to the ballot. */
#include <fcntl.h>
#include <unistd.h>

#include "stage.h"
#include "voting.h"

static struct id officer, deputy, project[3], notice, voter[20];
static char street[16], p[3][37], nid[37];

static const char *ask(const char *op, struct id person, const char *params, const char *body)
{
    struct id id = stage_call(&voting_service, op, person, params, body, ID_NIL);
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
static void notice_of(const char *answer)
{
    const char *at = strstr(answer, "\"id\":\"");
    if (at)
        memcpy(nid, at + 6, 36);
    ok(at && id_parse(nid, &notice), "the notice has an id");
}
static const char *like(struct id person, const char *id, bool liked)
{
    return ask("like_put", person, fmt("project=%s", id), liked ? "{\"liked\":true}" : "{\"liked\":false}");
}
static int beat(void)
{
    struct err e = {0};
    return beats_run(stage.d, stage.now, &e);
}
static void timers(void)
{
    struct err e = {0};
    struct timers_state s;
    while (timers_run(stage.d, stage.now, &s, &e) > 0)
        ;
    is_int(s.failing, 0);
}

static void open_stage(void)
{
    struct err e = {0};
    char file[] = "/tmp/xq-voter-XXXXXX", text[256];
    int fd = mkstemp(file);
    if (fd < 0 || write(fd, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", 65) != 65)
        die("no voter key");
    close(fd);
    if (voter_start(file, &e) < 0)
        die("%s", err_text(&e, text));
    unlink(file);
    stage_open(&voting_service);
    stage.now = INT64_C(1393635600) * SECOND;
    snprintf(street, sizeof street, "%d", stage.street);
    officer = id_new(stage.street);
    deputy = id_new(stage.street);
    for (int i = 0; i < 20; i++)
        voter[i] = id_new(stage.street);
    stage_appoint(officer, "officer", street);
    stage_appoint(deputy, "representative", fmt("%s001", street));
    ok(stage_event("intake", "region.changed",
                   fmt("{\"code\":\"%s001\",\"name\":\"a\",\"households\":10,\"parent\":\"%s\"}", street, street)),
       "region");
    for (int i = 0; i < 3; i++) {
        project[i] = id_new(stage.street);
        id_text(project[i], p[i]);
        ok(stage_event("intake", "proposal.published",
                       fmt("{\"id\":\"%s\",\"number\":\"%s-2014-00%d\",\"round\":2014,\"region\":\"%s001\","
                           "\"category\":\"care\",\"title\":\"t\",\"estimate_fen\":100}",
                           p[i], street, i + 1, street)),
           "proposal %d", i);
    }
}

TEST(notice_first_hangs_its_days)
{
    const char *body = fmt(
        "{\"kind\":\"first\",\"round\":2014,\"items\":[\"%s\",\"%s\",\"%s\"],\"places\":[\"%s\",\"%s001\"],\"days\":7}",
        p[0], p[1], p[2], street, street);
    ok(starts(ask("notice_open", deputy, fmt("street=%s", street), body), "403"), "only an officer opens a notice");
    notice_of(ask("notice_open", officer, fmt("street=%s", street), body));
    ok(starts(ask("notice_open", officer, fmt("street=%s", street), body), "409"), "a project is on one first notice");
    ok(starts(ask("notice_close", officer, fmt("notice=%s", nid), "{}"), "409"), "its days are not over");
    ok(has(ask("notice_confirm", officer, fmt("notice=%s", nid), fmt("{\"place\":\"%s\"}", street)),
           "\"live\":1,\"places\":2}"),
       "one place: no due time");
    stage.now += DAY;
    ok(has(ask("notice_confirm", deputy, fmt("notice=%s", nid), fmt("{\"place\":\"%s001\"}", street)),
           "\"due\":\"2014-03-09"),
       "both places: due in seven days");
    ok(starts(ask("notice_confirm", deputy, fmt("notice=%s", nid), fmt("{\"place\":\"%s001\"}", street)), "409"),
       "not twice");
    stage.now += DAY;
    ok(has(ask("notice_take_down", deputy, fmt("notice=%s", nid),
               fmt("{\"place\":\"%s001\",\"reason\":\"rain\"}", street)),
           "\"ran_s\":86400"),
       "taken down: a day has run");
    stage.now += 20 * DAY;
    timers();
    ok(starts(stage_emitted("notice.closed"), "0"), "a stopped clock closes nothing");
    ok(has(ask("notice_confirm", deputy, fmt("notice=%s", nid), fmt("{\"place\":\"%s001\"}", street)),
           "\"due\":\"2014-03-29"),
       "six days are left");
    stage.now += 6 * DAY;
    ok(starts(ask("notice_take_down", deputy, fmt("notice=%s", nid),
                  fmt("{\"place\":\"%s001\",\"reason\":\"late\"}", street)),
              "409"),
       "over is over, before the timer ran");
    timers();
    ok(has(stage_emitted("notice.closed"), "\"result\":\"done\""), "the timer closed it");
    ok(has(ask("notice_get", ID_NIL, fmt("notice=%s", nid), ""), "\"state\": \"closed\""), "the public sees it");
    ok(starts(ask("notice_list", ID_NIL, fmt("street=%s&kind=first", street), ""), "200 {\"items\":[{"),
       "and lists it");
}

TEST(like_put_tells_what_it_did)
{
    for (int i = 0; i < 3; i++)
        ok(stage_event("intake", "project.passed",
                       fmt("{\"id\":\"%s\",\"number\":\"%s-2014-00%d\",\"round\":2014,\"region\":\"%s001\","
                           "\"category\":\"care\",\"title\":\"t\",\"lines\":[{\"id\":\"%s\",\"n\":1,\"kind\":\"money\","
                           "\"amount\":100,\"unit\":\"fen\",\"what\":\"x\"}]}",
                           p[i], street, i + 1, street, p[i])),
           "passed %d", i);
    ok(starts(like(voter[0], p[0], true), "409"), "no second notice yet");
    const char *items = fmt("\"items\":[\"%s\",\"%s\",\"%s\"]", p[0], p[1], p[2]);
    ok(has(ask("notice_open", officer, fmt("street=%s", street),
               fmt("{\"kind\":\"second\",\"round\":2014,%s,\"places\":[\"%s\"],\"days\":5}", items, street)),
           "is missing"),
       "a community is missing");
    notice_of(ask("notice_open", officer, fmt("street=%s", street),
                  fmt("{\"kind\":\"second\",\"round\":2014,%s,\"places\":[\"%s001\",\"%s\"],\"days\":5}", items, street,
                      street)));
    ok(has(like(voter[0], p[0], true), "\"verdict\":\"new\""), "new");
    ok(has(like(voter[0], p[0], true), "\"verdict\":\"already\""), "already");
    ok(has(like(voter[0], p[0], false), "\"verdict\":\"taken_back\""), "taken back");
    ok(has(like(voter[0], p[0], false), "\"liked\":false,\"verdict\":\"already\""), "there is none to take back");
    char unknown[37];
    ok(starts(like(voter[0], id_text(id_new(stage.street), unknown), true), "404"), "unknown project");
    struct id early = id_new(stage.street), later = id_new(stage.street);
    stage_call(&voting_service, "like_put", voter[0], fmt("project=%s", p[0]), "{\"liked\":true}", later);
    stage_go();
    ok(has(stage_said(later), "\"new\""), "a later operation");
    stage_call(&voting_service, "like_put", voter[0], fmt("project=%s", p[0]), "{\"liked\":false}", early);
    stage_go();
    ok(starts(stage_said(early), "409") && has(stage_said(early), "\"late\""),
       "an early one that comes late changes nothing");
    stage_call(&voting_service, "like_put", voter[0], fmt("project=%s", p[0]), "{\"liked\":true}", later);
    stage_go();
    ok(has(stage_said(later), "\"new\""), "the same operation again: the same answer");
}

TEST(like_put_answers_a_batch_as_if_in_a_row)
{
    struct id id[40], chain[3];
    int n = 0;
    for (int i = 0; i < 20; i++)
        for (int k = 1; k < 3; k++)
            id[n++] =
                stage_call(&voting_service, "like_put", voter[i], fmt("project=%s", p[k]), "{\"liked\":true}", ID_NIL);
    for (int i = 0; i < 3; i++)
        chain[i] = stage_call(&voting_service, "like_put", voter[5], fmt("project=%s", p[2]),
                              i == 1 ? "{\"liked\":true}" : "{\"liked\":false}", ID_NIL);
    stage_go();
    int good = 0;
    for (int i = 0; i < 40; i++)
        good += strstr(stage_said(id[i]), "\"new\"") != NULL;
    is_int(good, 40);
    ok(has(stage_said(chain[0]), "taken_back") && has(stage_said(chain[1]), "\"new\"") &&
           has(stage_said(chain[2]), "taken_back"),
       "three of one voter: each in its turn");
    is_int(beat(), 1);
    ok(has(ask("heat_list", ID_NIL, fmt("street=%s", street), ""), "\"heat\": 20"), "heat is folded");
    is_int(beat(), 0);
    ok(starts(stage_emitted("heat.changed"), "3 "), "and told once per project");
}

TEST(notice_second_ranks_by_heat)
{
    ask("notice_confirm", officer, fmt("notice=%s", nid), fmt("{\"place\":\"%s\"}", street));
    ask("notice_confirm", officer, fmt("notice=%s", nid), fmt("{\"place\":\"%s001\"}", street));
    ok(has(like(voter[1], p[0], true), "\"new\""), "while it hangs");
    ok(has(like(voter[2], p[0], true), "\"new\""), "while it hangs");
    stage.now += 5 * DAY;
    ok(starts(like(voter[3], p[0], true), "409"), "over is over, before the timer ran");
    timers();
    ok(has(stage_emitted("project.listed"), "\"rank\":3,\"heat\":3}") && starts(stage_emitted("project.listed"), "3 "),
       "listed by heat");
    ok(has(stage_emitted("heat.changed"), "\"heat\":3}"), "the last likes are folded when it closes");
    stage.now -= DAY;
    ok(starts(like(voter[4], p[0], true), "409"), "an earlier stamp is too late as well");
    stage.now += DAY;
    ok(has(ask("heat_list", ID_NIL, fmt("street=%s&limit=1", street), ""), "\"next\":"), "a page and its cursor");
}

TEST(ballot_comes_after_completion)
{
    const char *where = fmt("project=%s", p[1]);
    ok(starts(ask("ballot_cast", voter[0], where, "{\"score\":5}"), "409"), "not completed");
    ok(stage_event("supervision", "project.completed", fmt("{\"project\":\"%s\",\"spent_fen\":100}", p[1])),
       "completed");
    ok(starts(ask("ballot_cast", voter[0], where, "{\"score\":6}"), "400"), "1 to 5");
    for (int i = 0; i < 6; i++)
        ok(starts(ask("ballot_cast", voter[i], where, "{\"score\":4}"), "200"), "a ballot");
    ok(starts(ask("ballot_cast", voter[0], where, "{\"score\":1}"), "200"), "changed");
    ok(has(ask("ballot_close", officer, where, ""), "\"ballots\":6,\"score_sum\":21,\"least\":5,\"enough\":true"),
       "closed and counted");
    ok(starts(ask("ballot_cast", voter[0], where, "{\"score\":1}"), "409"), "closed");
    ok(has(stage_emitted("ballot.closed"), "\"ballots\":6"), "told");
    ok(has(ask("ballot_get", ID_NIL, where, ""), "\"enough\": true"), "public");
}

static const struct sql names = {
    "names", "SELECT count(*) AS n FROM likes l WHERE l.street = $1::int AND l.voter = ANY($2::uuid[])"};
TEST(likes_name_nobody)
{
    struct err e = {0};
    AUTO_ROWS r = {0};
    ok(db_one(stage.db, &names, &r, &e, ARGS(arg_int4(stage.street), arg_ids(voter, 20))) == 0, "asked");
    is_int(row_int(&r, 0, "n"), 0);
    ok(strstr(stage_emitted("heat.changed"), "voter") == NULL, "no voter in events");
}

int main(void)
{
    run(open_stage);
    run(notice_first_hangs_its_days);
    run(like_put_tells_what_it_did);
    run(like_put_answers_a_batch_as_if_in_a_row);
    run(notice_second_ranks_by_heat);
    run(ballot_comes_after_completion);
    run(likes_name_nobody);
    stage_close();
    done_testing();
}
