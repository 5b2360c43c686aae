/* xq token: a development token. A telephone number logs in like any outside client; a known id is signed here. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/when.h"
#include "http.h"
#include "session.h"

#define TOKEN_S 43200 /* half a day */

static json_t *regions(const char *list)
{
    json_t *a = json_array();
    char text[512], *rest = NULL;
    snprintf(text, sizeof text, "%s", list);
    for (char *r = strtok_r(text, ", ", &rest); r; r = strtok_r(NULL, ", ", &rest))
        json_array_append_new(a, json_string(r));
    return a;
}

char *session_login(const struct signer *login, const char *kind, const char *subject, const char *homes, struct err *e)
{
    int64_t now = wall_now() / SECOND;
    json_auto_t *claims =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:I}", "iss", LOGIN_ISSUER, "aud", LOGIN_AUDIENCE, "sub", subject,
                  "kind", kind, "home", regions(homes), "iat", (json_int_t)now, "exp", (json_int_t)(now + 600));
    AUTO_FREE char *jwt = signer_sign(login, claims, e);
    if (!jwt)
        return NULL;
    json_auto_t *body = json_pack("{s:s, s:o}", "login", jwt, "home", regions(homes));
    return json_dumps(body, JSON_COMPACT);
}

int session_by_phone(struct suite *s, struct http *h, const char *phone, const char *homes, struct session *out,
                     struct err *e)
{
    if (config_bool(s->cfg, "production"))
        return FAIL(e, FORBIDDEN, "development logins are refused in production" ZH "生产环境不提供开发登录");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/login-dev.jwk", suite_keys(s));
    struct signer *signer = signer_open(path, e);
    AUTO_FREE char *body = signer ? session_login(signer, "phone", phone, homes, e) : NULL;
    signer_close(signer);
    if (!body)
        return -1;
    AUTO_ANSWER a = {0};
    int status = http_call(
        h, &(struct http_request){.method = "POST", .path = "/v1/sessions", .body = body, .body_n = strlen(body)}, &a);
    json_auto_t *j = status == 200 || status == 201 ? json_loadb(a.body.p, a.body.n, 0, NULL) : NULL;
    const char *token = json_string_value(json_object_get(j, "token")),
               *person = json_string_value(json_object_get(j, "person"));
    if (!token || !person || strlen(token) >= sizeof out->token)
        return answer_fail(&a, "POST /v1/sessions", e);
    snprintf(out->token, sizeof out->token, "%s", token);
    snprintf(out->person, sizeof out->person, "%s", person);
    return 0;
}

int answer_fail(const struct http_answer *a, const char *what, struct err *e)
{
    json_auto_t *j = a->body.n ? json_loadb(a->body.p, a->body.n, 0, NULL) : NULL;
    const char *en = json_string_value(json_object_get(j, "detail")),
               *zh = json_string_value(json_object_get(j, "detail_zh"));
    if (!en)
        en = json_string_value(json_object_get(j, "title"));
    if (!zh)
        zh = json_string_value(json_object_get(j, "title_zh"));
    if (a->status == 0)
        return FAIL(e, UNAVAILABLE,
                    "%s: nobody answers (%s); does the suite run? xq up starts it, xq status shows it" ZH
                    "%s：没有答复（%s）；系统是否在运行？xq up 启动，xq status 查看",
                    what, a->failure, what, a->failure);
    const json_t *first = json_array_get(json_object_get(j, "errors"), 0);
    const char *field = json_string_value(json_object_get(first, "field")),
               *why = json_string_value(json_object_get(first, "reason"));
    char more[240] = "";
    if (field && why)
        snprintf(more, sizeof more, " (%.90s: %.90s)", field, why);
    return FAIL(e, CONFLICT, "%s answered %d: %s%s" ZH "%s 答复 %d：%s%s", what, a->status, en ? en : "?", more, what,
                a->status, zh ? zh : "?", more);
}

static int by_id(struct suite *s, const char *person, const char *homes, struct err *e)
{
    char path[PATH_MAX];
    struct id id;
    int64_t now = wall_now() / SECOND;
    if (!id_parse(person, &id))
        return FAIL(e, BAD_REQUEST,
                    "--person with --id is a person's id (36 characters)" ZH "--id 时 --person 应为 36 位编号");
    snprintf(path, sizeof path, "%s/token.jwk", suite_keys(s));
    struct signer *signer = signer_open(path, e);
    if (!signer)
        return -1;
    json_auto_t *claims =
        json_pack("{s:s, s:s, s:s, s:o, s:I, s:I}", "iss", "xiangqin", "aud", "xiangqin", "sub", person, "homes",
                  regions(homes), "iat", (json_int_t)now, "exp", (json_int_t)(now + TOKEN_S));
    AUTO_FREE char *token = signer_sign(signer, claims, e);
    signer_close(signer);
    if (!token)
        return -1;
    printf("%s\n", token);
    return 0;
}

static int by_phone(struct suite *s, const char *phone, const char *homes, struct err *e)
{
    char url[64];
    struct session got;
    struct http *h = http_new(&(struct http_options){.base = suite_url(s, url), .in_flight = 1, .attempts = 3});
    int rc = session_by_phone(s, h, phone, homes, &got, e);
    http_free(h);
    if (rc < 0)
        return -1;
    fprintf(stderr, "person %s\n", got.person);
    printf("%s\n", got.token);
    return 0;
}

int run_token(struct cmd *c, struct err *e)
{
    struct suite s;
    const char *person, *homes = cmd_text(c, "home");
    if (cmd_need(c, "person", &person, e) < 0 || suite_open(&s, c, false, e) < 0)
        return -1;
    int rc;
    if (config_bool(s.cfg, "production"))
        rc = FAIL(e, FORBIDDEN,
                  "xq token is for development; this configuration says production = true" ZH
                  "xq token 仅供开发使用；当前配置为生产环境");
    else
        rc = cmd_on(c, "id") ? by_id(&s, person, homes ? homes : "", e)
                             : by_phone(&s, person, homes ? homes : "330102001001", e);
    suite_close(&s);
    return rc;
}
