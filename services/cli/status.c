/* xq status: what every process says of itself, and what is wrong in plain words. Exit status 3 when something is. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"
#include "suite.h"

static const char *text_of(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

static int trouble(const char *name, const char *text, const char *zh, const char *more)
{
    printf("  ! %s: %s%s\n    %s：%s%s\n", name, text, more, name, zh, more);
    return 1;
}

static size_t program_rank(const char *name)
{
    size_t k = 0, n = strcspn(name, ".");
    while (key_programs[k] && (strlen(key_programs[k]) != n || memcmp(key_programs[k], name, n) != 0))
        k++;
    return k;
}

static int in_order(const void *a, const void *b)
{
    const char *x = text_of(*(json_t *const *)a, "name"), *y = text_of(*(json_t *const *)b, "name");
    size_t i = program_rank(x), j = program_rank(y);
    if (i != j)
        return i < j ? -1 : 1;
    i = strlen(x);
    j = strlen(y);
    return i != j ? (i < j ? -1 : 1) : strcmp(x, y); /* .2 before .10 */
}

/* The gateway lists whom it heard first; people look for a process where it stood yesterday. */
static json_t *processes_sort(json_t *status)
{
    json_t *said = json_object_get(status, "processes"), *sorted = json_array(), *p;
    size_t i, n = json_array_size(said);
    AUTO_FREE json_t **all = xcalloc(n + 1, sizeof *all);
    json_array_foreach(said, i, p) all[i] = p;
    qsort(all, n, sizeof *all, in_order);
    for (i = 0; i < n; i++)
        json_array_append(sorted, all[i]);
    json_object_set_new(status, "processes", sorted);
    return sorted;
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
        return trouble(name, "has said nothing for some seconds; xq up starts it again, its log says why it ended",
                       "数秒没有消息；xq up 会重新启动它，日志说明原因", "");
    const char *db = text_of(s, "db");
    if (*db && strcmp(db, "ok") != 0)
        return trouble(name, "has no database: ", "没有数据库：", db);
    return ready ? 0 : trouble(name, "is not ready yet", "尚未就绪", "");
}

/* Of services only: a router tells of itself up to a second after its services are ready. */
static int missing(const struct suite *s, const json_t *processes)
{
    int wrong = 0;
    for (size_t k = 0; k < SERVICES_N; k++) {
        const char *name = service_names[k];
        int wanted = suite_instances(s, name), there = 0;
        size_t i;
        json_t *p;
        json_array_foreach(processes, i, p)
        {
            if (strcmp(text_of(json_object_get(p, "state"), "service"), name) == 0 &&
                !json_is_true(json_object_get(p, "gone")))
                there++;
        }
        if (there < wanted) {
            char more[64];
            char last[300];
            snprintf(more, sizeof more, "%d/%d", there, wanted);
            wrong += trouble(name, "so many of its instances run: ", "正在运行的实例数：", more);
            suite_log_last(s, name, wanted, last, sizeof last);
            if (*last)
                printf("    the end of its log 日志末行: %s\n", last);
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
        processes_sort(j);
        json_dumpf(j, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        const json_t *processes = processes_sort(j);
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
