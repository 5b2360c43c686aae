/* Paths to operations: found, missing, with other methods; parameters decoded and encoded again. */
#include "routes.h"

#include "test.h"

static const char *const anyone[] = {"public", NULL}, *const resident[] = {"resident", NULL};
static const struct op_contract ops[] = {
    {.id = "like_put",
     .service = "voting",
     .method = "PUT",
     .path = "/v1/projects/{project}/like",
     .run = RUN_BATCH,
     .who = resident},
    {.id = "project_get", .service = "intake", .method = "GET", .path = "/v1/projects/{id}", .who = anyone},
    {.id = "opinion_receive",
     .service = "intake",
     .method = "POST",
     .path = "/v1/streets/{street}/opinions",
     .who = anyone},
    {.id = "opinion_list",
     .service = "intake",
     .method = "GET",
     .path = "/v1/streets/{street}/opinions",
     .who = anyone},
    {.id = "opinion_import",
     .service = "intake",
     .method = "POST",
     .path = "/v1/streets/{street}/opinions/import",
     .who = resident},
    {.id = "opinion_get",
     .service = "intake",
     .method = "GET",
     .path = "/v1/streets/{street}/opinions/{id}",
     .who = anyone},
};
static struct routes *r;
static struct buf params;

static const char *ask(const char *method, const char *target)
{
    static char out[256];
    struct route *route = NULL;
    const char *allow = NULL;
    switch (routes_find(r, method, (struct text){target, strlen(target)}, &route, &params, &allow)) {
    case ROUTE_FOUND:
        snprintf(out, sizeof out, "%s %s", route->name, params.n ? params.p : "");
        return out;
    case ROUTE_METHOD:
        snprintf(out, sizeof out, "405 %s", allow);
        return out;
    case ROUTE_NONE:
        return "404";
    case ROUTE_BAD:
        return "400";
    }
    return "";
}

TEST(operations_are_found)
{
    is(ask("PUT", "/v1/projects/p1/like"), "like_put project=p1");
    is(ask("GET", "/v1/projects/p1"), "project_get id=p1");
    is(ask("HEAD", "/v1/projects/p1"), "project_get id=p1");
    is(ask("GET", "/v1/streets/330102001/opinions?limit=5&cursor=x"), "opinion_list street=330102001&limit=5&cursor=x");
    is(ask("GET", "/v1/streets/330102001/opinions?"), "opinion_list street=330102001");
    is(ask("POST", "/v1/streets/1/opinions/import"), "opinion_import street=1");
    is(ask("GET", "/v1/streets/1/opinions/import"), "opinion_get street=1&id=import");
    is(ask("GET", "/"), "index ");
    is(ask("GET", "/?x=1"), "index x=1");
    is(ask("GET", "/v1/status"), "status ");
}

TEST(what_is_missing_is_said)
{
    is(ask("GET", "/v1"), "404");
    is(ask("GET", "/v1/projects"), "404");
    is(ask("GET", "/v1/projects/"), "404");
    is(ask("GET", "/v1/projects//like"), "404");
    is(ask("GET", "/v1/projects/p/like/"), "404");
    is(ask("GET", "/V1/status"), "404");
    is(ask("GET", "//"), "404");
    is(ask("GET", "/v1/projects/p1/like"), "405 PUT");
    is(ask("DELETE", "/v1/streets/1/opinions"), "405 GET, HEAD, POST");
    is(ask("OPTIONS", "/v1/projects/p"), "405 GET, HEAD");
    is(ask("POST", "/livez"), "405 GET, HEAD");
}

TEST(parameters_have_one_spelling)
{
    is(ask("GET", "/v1/projects/%70%31"), "project_get id=p1");
    is(ask("GET", "/v1/projects/a%2Fb"), "project_get id=a%2Fb");
    is(ask("GET", "/v1/projects/a%26id=b"), "project_get id=a%26id%3Db");
    is(ask("GET", "/v1/projects/%e6%9c%9b"), "project_get id=%E6%9C%9B");
    is(ask("GET", "/v1/projects/%00"), "400");
    is(ask("GET", "/v1/projects/%ff"), "400");
    is(ask("GET", "/v1/projects/%c0%af"), "400");
    is(ask("GET", "/v1/projects/%4"), "400");
    is(ask("GET", "/v1/projects/%zz"), "400");
    is(ask("GET", "/v1/projects/.."), "400");
    is(ask("GET", "/v1/projects/%2e%2e"), "400");
}

TEST(one_operation_per_path_and_method)
{
    const struct op_contract *twice[] = {&ops[0], &ops[0]};
    struct err e = {0};
    struct routes *none = routes_new(twice, 2, &e);
    ok(!none, "the same operation twice is refused");
    routes_free(none);
}

int main(void)
{
    const struct op_contract *all[COUNT(ops)];
    struct err e = {0};
    for (size_t i = 0; i < COUNT(ops); i++)
        all[i] = &ops[i];
    r = routes_new(all, COUNT(ops), &e);
    if (!ok(r != NULL, "the tree is built"))
        return 1;
    run(operations_are_found);
    run(what_is_missing_is_said);
    run(parameters_have_one_spelling);
    run(one_operation_per_path_and_method);
    routes_free(r);
    buf_free(&params);
    done_testing();
}
