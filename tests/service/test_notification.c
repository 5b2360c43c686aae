/* Notification on a real database: persons, sessions, and a report that does not depend on how the streams interleave.
 */
#include <cjose/cjose.h>
#include <jansson.h>
#include <sys/stat.h>

#include "base/config.h"
#include "fold.h"
#include "stage.h"

static char folder[] = "/tmp/xq-notification-XXXXXX";
static cjose_jwk_t *issuer, *forger;
static struct id officer;
static char street[16];

static void file_put(const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (!f || fputs(text, f) < 0 || fclose(f) != 0 || chmod(path, 0600) < 0)
        die("%s", path);
}
static cjose_jwk_t *key_make(const char *kid)
{
    cjose_err bad;
    cjose_jwk_t *k = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &bad);
    if (!k || !cjose_jwk_set_kid(k, kid, strlen(kid), &bad))
        die("no key");
    return k;
}
static void start(void)
{
    cjose_err bad;
    char path[200], text[256], set[2000];
    struct err e = {0};
    if (!mkdtemp(folder))
        die("no folder");
    snprintf(text, sizeof text, "%064llx\n",
             (unsigned long long)wall_now()); /* another key in each run: nobody is known yet */
    file_put("person.key", text);
    file_put("vault.key", "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n");
    cjose_jwk_t *own = key_make("own");
    char *json = cjose_jwk_to_json(own, true, &bad);
    file_put("token.jwk", json);
    free(json);
    issuer = key_make("city");
    forger = key_make("city");
    json = cjose_jwk_to_json(issuer, false, &bad);
    snprintf(set, sizeof set, "{\"keys\":[%s]}", json);
    file_put("login-jwks.json", set);
    free(json);
    cjose_jwk_release(own);
    snprintf(text, sizeof text, "common: { keys = \"%s\"; };\n", folder);
    file_put("conf", text);
    snprintf(path, sizeof path, "%s/conf", folder);
    struct config *cfg = config_read(path, "notification", config_common, NULL);
    if (notification_service.start(cfg, &e) < 0)
        die("%s", err_text(&e, text));
    config_free(cfg);
}
static const char *ask(const char *op, struct id person, const char *params, const char *body)
{
    struct id id = stage_call(&notification_service, op, person, params, body, ID_NIL);
    stage_go();
    return stage_said(id);
}
static char *fmt(const char *f, ...) PRINTF(1, 2);
static char *fmt(const char *f, ...)
{
    static char out[16][8000];
    static int k;
    va_list ap;
    va_start(ap, f);
    vsnprintf(out[++k % 16], sizeof out[0], f, ap);
    va_end(ap);
    return out[k % 16];
}
static const char *login_for(const char *aud, cjose_jwk_t *key, const char *alg, const char *sub, int64_t exp)
{
    cjose_err bad;
    const char *text = NULL;
    cjose_header_t *h = cjose_header_new(&bad);
    cjose_header_set(h, CJOSE_HDR_ALG, alg, &bad);
    cjose_header_set(h, CJOSE_HDR_KID, "city", &bad);
    char *claims = fmt("{\"iss\":\"city\"%s,\"sub\":\"%s\",\"kind\":\"phone\",\"home\":[\"%s001\"],\"exp\":%lld}", aud,
                       sub, street, (long long)exp);
    cjose_jws_t *jws = cjose_jws_sign(key, h, (const uint8_t *)claims, strlen(claims), &bad);
    if (!jws || !cjose_jws_export(jws, &text, &bad))
        die("no login");
    char *out = fmt("%s", text);
    cjose_jws_release(jws);
    cjose_header_release(h);
    return out;
}
static const char *login(cjose_jwk_t *key, const char *alg, const char *sub, int64_t exp)
{
    return login_for(",\"aud\":\"xiangqin-login\"", key, alg, sub, exp);
}
static void person_of(const char *said, char out[37])
{
    const char *at = strstr(said, "\"person\":\"");
    ok(at != NULL, "a person is in the answer");
    snprintf(out, 37, "%s", at ? at + 10 : "");
}

TEST(paper_and_phone_meet_in_one_person)
{
    char a[37], b[37], c[37];
    int64_t later = wall_now() / SECOND + 600;
    const char *body =
        fmt("{\"login\":\"%s\",\"home\":[\"%s001\"]}", login(issuer, "ES256", "13800000001", later), street);
    const char *said = ask("session_open", ID_NIL, "", body);
    ok(starts(said, "201 {\"token\":\"ey") && has(said, "\"created\":true"),
       "a login becomes a token, the person is new");
    person_of(said, a);
    said = ask("session_open", ID_NIL, "", body);
    ok(has(said, "\"created\":false"), "again: the same person");
    person_of(said, b);
    is(b, a);
    said = ask("person_register", officer, "",
               fmt("{\"phone\":\"13800000001\",\"name\":\"王\",\"home\":[\"%s001\"]}", street));
    ok(starts(said, "200"), "on paper");
    person_of(said, c);
    is(c, a);
    static const char *const spellings[] = {"138 0000 0001", "138-0000-0001", "+86 13800000001", "0086-138-0000-0001",
                                            "8613800000001"};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        said =
            ask("person_register", officer, "", fmt("{\"phone\":\"%s\",\"home\":[\"%s001\"]}", spellings[i], street));
        person_of(said, c);
        is(c, a);
    }
    person_of(ask("person_register", officer, "", fmt("{\"phone\":\"0571-87654321\",\"home\":[\"%s001\"]}", street)),
              b);
    person_of(ask("person_register", officer, "", fmt("{\"phone\":\"+86 571 87654321\",\"home\":[\"%s001\"]}", street)),
              c);
    is(c, b);
    person_of(ask("person_register", officer, "", fmt("{\"phone\":\"+1 3800000001\",\"home\":[\"%s001\"]}", street)),
              c);
    ok(strcmp(c, a) != 0, "a foreign number is another");
    ok(starts(ask("person_register", officer, "", fmt("{\"name\":\"王\",\"home\":[\"%s001\"]}", street)), "422"),
       "a name finds nobody");
    ok(starts(ask("person_register", ID_NIL, "", fmt("{\"phone\":\"13800000002\",\"home\":[\"%s001\"]}", street)),
              "401"),
       "staff only");
}

TEST(logins_that_do_not_hold)
{
    int64_t now = wall_now() / SECOND;
    const char *const bad[] = {login(forger, "ES256", "13800000003", now + 600),
                               login(issuer, "ES256", "13800000003", now - 1)};
    for (size_t i = 0; i < COUNT(bad); i++)
        ok(starts(ask("session_open", ID_NIL, "", fmt("{\"login\":\"%s\",\"home\":[\"%s001\"]}", bad[i], street)),
                  "401"),
           "refused %zu", i);
    ok(starts(ask("session_open", ID_NIL, "",
                  fmt("{\"login\":\"%s\",\"home\":[\"%s002\"]}", login(issuer, "ES256", "13800000003", now + 600),
                      street)),
              "403"),
       "another home than the login says");
    ok(starts(ask("session_open", ID_NIL, "",
                  fmt("{\"login\":\"aaaaaaaaaaaaaaaaaaaaaaaa\",\"home\":[\"%s002\"]}", street)),
              "401"),
       "rubbish");
}

TEST(login_of_another_audience)
{
    int64_t later = wall_now() / SECOND + 600;
    static const char *const bad[] = {"", ",\"aud\":\"xiangqin\"", ",\"aud\":[\"xiangqin\",\"city\"]",
                                      ",\"aud\":{\"xiangqin-login\":1}", ",\"aud\":[]"};
    for (size_t i = 0; i < COUNT(bad); i++)
        ok(starts(ask("session_open", ID_NIL, "",
                      fmt("{\"login\":\"%s\",\"home\":[\"%s001\"]}",
                          login_for(bad[i], issuer, "ES256", "13800000004", later), street)),
                  "401"),
           "refused: %s", bad[i]);
    ok(starts(
           ask("session_open", ID_NIL, "",
               fmt("{\"login\":\"%s\",\"home\":[\"%s001\"]}",
                   login_for(",\"aud\":[\"city\",\"xiangqin-login\"]", issuer, "ES256", "13800000004", later), street)),
           "201"),
       "one of several is enough");
}

/* Whoever reads token.jwk signs tokens for anybody; whoever writes login-jwks.json lets anybody in. */
TEST(start_refuses_keys_that_are_open_to_others)
{
    static const struct {
        const char *name;
        mode_t mode;
    } open_to[] = {{"token.jwk", 0640}, {"token.jwk", 0604}, {"login-jwks.json", 0666}, {"person.key", 0644}};
    char path[200], text[256];
    snprintf(path, sizeof path, "%s/conf", folder);
    struct config *cfg = config_read(path, "notification", config_common, NULL);
    for (size_t i = 0; i < COUNT(open_to); i++) {
        struct err e = {0};
        snprintf(path, sizeof path, "%s/%s", folder, open_to[i].name);
        chmod(path, open_to[i].mode);
        ok(notification_service.start(cfg, &e) < 0, "%s with mode %03o is refused", open_to[i].name,
           (unsigned)open_to[i].mode);
        err_text(&e, text);
        ok(strstr(text, path) && strstr(text, "chmod 600"), "the file and the cure are named: %s", text);
        chmod(path, 0600);
    }
    config_free(cfg);
}

/* One small round as told by four services; `order` says which stream speaks next. */
static const char *story(const char *order)
{
    static const char *const streams[4] = {"intake", "voting", "matching", "supervision"};
    static char p[37], x[37];
    const char *line[4][8] = {{0}};
    size_t at[4] = {0};
    if (!*p) {
        id_text(id_new(stage.street), p);
        id_text(id_new(stage.street), x);
    }
    line[0][0] = fmt("opinion.received|{\"id\":\"%s\",\"region\":\"%s\",\"channel\":\"call\",\"category\":\"unknown\","
                     "\"received_at\":\"2014-01-31T20:00:00Z\",\"source_likes\":3}",
                     x, street);
    line[0][1] = fmt("opinion.answered|{\"id\":\"%s\",\"channel\":\"call\",\"received_at\":\"2014-01-31T20:00:00Z\","
                     "\"answered_at\":\"2014-02-05T20:00:00Z\"}",
                     x);
    line[0][2] = fmt("proposal.drafted|{\"id\":\"%s\",\"number\":\"%s-2014-001\",\"round\":2014,\"region\":\"%s\","
                     "\"category\":\"care\",\"title\":\"t\",\"estimate_fen\":100}",
                     p, street, street);
    line[0][3] = fmt("project.passed|{\"id\":\"%s\",\"number\":\"%s-2014-001\",\"round\":2014,\"region\":\"%s\","
                     "\"category\":\"care\",\"title\":\"t\",\"lines\":[{\"id\":\"%s\",\"n\":1,\"kind\":\"money\","
                     "\"amount\":100,\"unit\":\"fen\",\"what\":\"w\"}]}",
                     p, street, street, x);
    line[1][0] = fmt("heat.changed|{\"project\":\"%s\",\"heat\":7}", p);
    line[1][1] =
        fmt("project.listed|{\"project\":\"%s\",\"round\":2014,\"category\":\"care\",\"rank\":1,\"heat\":9}", p);
    line[1][2] = fmt("heat.changed|{\"project\":\"%s\",\"heat\":9}", p);
    line[2][0] = fmt("agreement.signed|{\"agreement\":\"%s\",\"project\":\"%s\",\"organisation\":\"%s\",\"organiser\":"
                     "\"%s\",\"fair\":\"%s\",\"claims\":[{\"claim\":\"%s\",\"sponsor\":\"%s\",\"source_kind\":\"shop\","
                     "\"kind\":\"money\",\"amount\":100,\"unit\":\"fen\"}]}",
                     x, p, x, street, x, x, x);
    line[3][0] = fmt("lot.received|{\"lot\":\"%s\",\"project\":\"%s\",\"claim\":\"%s\",\"sponsor\":\"%s\",\"source_"
                     "kind\":\"shop\",\"organiser\":\"%s\",\"fen\":100}",
                     x, p, x, x, street);
    line[3][1] = fmt("payment.paid|{\"payment\":\"%s\",\"project\":\"%s\",\"fen\":60,\"parts\":[{\"lot\":\"%s\","
                     "\"fen\":60,\"source_kind\":\"shop\",\"organiser\":\"%s\"}]}",
                     x, p, x, street);
    line[3][2] =
        fmt("lot.returned|{\"lot\":\"%s\",\"project\":\"%s\",\"source_kind\":\"shop\",\"organiser\":\"%s\",\"fen\":30}",
            x, p, street);
    line[3][3] = fmt("project.completed|{\"project\":\"%s\",\"spent_fen\":60}", p);
    line[3][4] = fmt("project.appraised|{\"project\":\"%s\",\"score\":91,\"result\":\"excellent\"}", p);
    for (; *order; order++) {
        int s = *order - '0';
        char type[40];
        const char *said = line[s][at[s]++], *bar = said ? strchr(said, '|') : NULL;
        if (!bar)
            die("the story has no such line");
        snprintf(type, sizeof type, "%.*s", (int)(bar - said), said);
        if (!stage_event(streams[s], type, bar + 1))
            ok(false, "%s is folded", type);
    }
    return ask("report_get", ID_NIL, fmt("street=%s", street), "");
}

TEST(the_report_does_not_depend_on_the_order_of_streams)
{
    static char first[40000], second[40000];
    char was[16];
    snprintf(first, sizeof first, "%s", story("0000111233333"));
    ok(has(first, "\"received\" : 100, \"spent\" : 60, \"held\" : 10, \"returned\" : 30"), "every fen is somewhere");
    ok(has(first, "\"month\" : \"2014-02\""), "the month is the one in Shanghai");
    ok(has(first, "\"p50\":5") || strstr(first, "\"p50\" : 5"), "five days to the answer");
    ok(has(first, "\"likes\" : 9"), "the last heat");
    ok(starts(ask("report_page", ID_NIL, fmt("street=%s", street), ""), "200 <!"), "and as a page");
    ok(has(ask("timeline_list", ID_NIL, fmt("street=%s&limit=3", street), ""), "\"next\""),
       "the timeline comes in pages");
    snprintf(was, sizeof was, "%s", street);
    stage.street++; /* another street, the same facts, another interleaving */
    memset(stage.seq, 0, sizeof stage.seq);
    snprintf(street, sizeof street, "%d", stage.street);
    snprintf(second, sizeof second, "%s", story("3333321110000"));
    for (char *s = strstr(second, street); s; s = strstr(s, street))
        memcpy(s, was, strlen(was));
    is(second, first);
}

int main(void)
{
    stage_open(&notification_service);
    start();
    stage.now = INT64_C(1400000000) * SECOND;
    snprintf(street, sizeof street, "%d", stage.street);
    officer = id_new(stage.street);
    stage_appoint(officer, "officer", street);
    run(paper_and_phone_meet_in_one_person);
    run(logins_that_do_not_hold);
    run(login_of_another_audience);
    run(start_refuses_keys_that_are_open_to_others);
    run(the_report_does_not_depend_on_the_order_of_streams);
    cjose_jwk_release(issuer);
    cjose_jwk_release(forger);
    stage_close();
    done_testing();
}
