/* xq status: what every process says of itself, and what is wrong in plain words. Exit status 3 when something is. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "http.h"
#include "suite.h"

static const char *text_of(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

static int trouble(const char *text, const char *name, const char *more)
{
    printf("  ! %s: %s%s\n", name, text, more);
    return 1;
}

/* One line per process; returns how many things are wrong with it. */
static int process_print(const json_t *p)
{
    const json_t *s = json_object_get(p, "state");
    const char *name = text_of(p, "name");
    bool gone = json_is_true(json_object_get(p, "gone")), ready = json_is_true(json_object_get(s, "ready"));
    json_int_t lag = json_integer_value(json_object_get(s, "lag")), due = json_integer_value(json_object_get(s, "due"));
    printf("%-18s %-9s pid %-7lld lag %-6lld due %-5lld version %s\n", name,
           gone    ? "silent"
           : ready ? "ready"
                   : "starting",
           (long long)json_integer_value(json_object_get(s, "pid")), (long long)lag, (long long)due,
           text_of(s, "version"));
    if (gone)
        return trouble("has said nothing for some seconds; xq up starts it again, its log says why it ended", name, "");
    const char *db = text_of(s, "db");
    if (*db && strcmp(db, "ok") != 0)
        return trouble("has no database: ", name, db);
    return ready ? 0 : trouble("is not ready yet", name, "");
}

static int missing(const struct suite *s, const json_t *processes)
{
    int wrong = 0;
    for (size_t k = 0; k < SERVICES_N; k++) {
        int wanted = suite_instances(s, service_names[k]), there = 0;
        size_t i;
        json_t *p;
        json_array_foreach(processes, i, p)
        {
            if (strcmp(text_of(json_object_get(p, "state"), "service"), service_names[k]) == 0 &&
                !json_is_true(json_object_get(p, "gone")))
                there++;
        }
        if (there < wanted) {
            char more[64];
            char last[300];
            snprintf(more, sizeof more, "%d of %d instances", there, wanted);
            wrong += trouble("runs with ", service_names[k], more);
            suite_log_last(s, service_names[k], wanted, last, sizeof last);
            if (*last)
                printf("    the end of its log: %s\n", last);
        }
    }
    return wrong;
}

int run_status(struct cmd *c, struct err *e)
{
    struct suite s;
    char url[64];
    if (suite_open(&s, c, false, e) < 0)
        return -1;
    struct http *h =
        http_new(&(struct http_options){.base = suite_url(&s, url), .in_flight = 1, .attempts = 1, .timeout_ms = 3000});
    AUTO_ANSWER a = {0};
    int status = http_call(h, &(struct http_request){.path = "/v1/status"}, &a);
    json_auto_t *j = status == 200 ? json_loadb(a.body.p, a.body.n, 0, NULL) : NULL;
    int wrong = 0;
    if (!j) {
        (void)FAIL(e, UNAVAILABLE,
                   "nobody answers at %s (%s); start the suite: xq up, or look into %s/log" ZH
                   "%s 无人应答（%s）；请启动：xq up，或查看 %s/log",
                   url, *a.failure ? a.failure : "no status", s.run, url, *a.failure ? a.failure : "no status", s.run);
    } else if (cmd_on(c, "json")) {
        fputs(a.body.p, stdout);
    } else {
        const json_t *processes = json_object_get(j, "processes");
        size_t i;
        json_t *p;
        json_array_foreach(processes, i, p) wrong += process_print(p);
        wrong += missing(&s, processes);
        if (!wrong)
            printf("All is well at %s%s%s\n", url, *text_of(j, "waits_for") ? "; still at work: " : "",
                   text_of(j, "waits_for"));
    }
    http_free(h);
    suite_close(&s);
    return !j ? -1 : wrong ? 3 : 0;
}
