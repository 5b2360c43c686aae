/* xq report: the street's public report, as text or as JSON. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/region.h"
#include "session.h"

static int64_t number(const json_t *o, const char *name)
{
    return json_integer_value(json_object_get(o, name));
}

static const char *word(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

static void counts(const char *title, const json_t *list, const char *key)
{
    size_t i;
    json_t *row;
    if (!json_array_size(list))
        return;
    printf("  %s:", title);
    json_array_foreach(list, i, row) printf("%s %s %" PRId64, i ? "," : "", word(row, key), number(row, "count"));
    printf("\n");
}

static void money_line(const char *label, const json_t *o)
{
    char text[4][32];
    printf("  %-28s received %15s  spent %15s  held %15s  returned %13s\n", label,
           fen_text(number(o, "received"), text[0]), fen_text(number(o, "spent"), text[1]),
           fen_text(number(o, "held"), text[2]), fen_text(number(o, "returned"), text[3]));
}

static void money_by(const json_t *money, const char *list, const char *key)
{
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(money, list), i, row) money_line(word(row, key), row);
}

static void opinions_print(const json_t *o)
{
    const json_t *days = json_object_get(o, "answer_days");
    printf("\nopinions 民意: %" PRId64 ", answered %" PRId64 ", likes at the source %" PRId64 "\n", number(o, "total"),
           number(o, "answered"), number(o, "source_likes"));
    counts("by channel", json_object_get(o, "by_channel"), "channel");
    counts("by category", json_object_get(o, "by_category"), "category");
    counts("by month", json_object_get(o, "by_month"), "month");
    counts("by community", json_object_get(o, "by_community"), "community");
    if (json_object_get(days, "p50"))
        printf("  days to the answer: median %" PRId64 ", p90 %" PRId64 ", most %" PRId64 "\n", number(days, "p50"),
               number(days, "p90"), number(days, "max"));
    counts("answers within days", json_object_get(days, "buckets"), "days");
}

static void print(const json_t *r)
{
    size_t i;
    json_t *row;
    printf("%s %s\n", word(r, "street"), word(r, "name"));
    opinions_print(json_object_get(r, "opinions"));
    json_array_foreach(json_object_get(r, "campaigns"), i, row)
        printf("\ncampaign 集中征集 %" PRId64 ": %" PRId64 " sent, %" PRId64 " returned\n", number(row, "round"),
               number(row, "sent"), number(row, "returned"));
    json_array_foreach(json_object_get(r, "rounds"), i, row)
        printf("\nround 年度轮次 %" PRId64 ": %" PRId64 " proposals, %" PRId64 " passed, %" PRId64 " returned, %" PRId64
               " rejected, %" PRId64 " listed, %" PRId64 " likes, %" PRId64 " claimed, %" PRId64 " unclaimed, %" PRId64
               " completed, %" PRId64 " appraised\n",
               number(row, "round"), number(row, "proposals"), number(row, "passed"), number(row, "returned"),
               number(row, "rejected"), number(row, "listed"), number(row, "likes"), number(row, "claimed"),
               number(row, "unclaimed"), number(row, "completed"), number(row, "appraised"));
    const json_t *money = json_object_get(r, "money");
    printf("\nmoney 资金 (yuan)\n");
    money_line("total", money);
    money_by(money, "by_source_kind", "source_kind");
    money_by(money, "by_organiser", "organiser");
    money_by(money, "by_state", "state");
}

int run_report(struct cmd *c, struct err *e)
{
    struct suite s;
    const char *street;
    if (cmd_need(c, "street", &street, e) < 0)
        return -1;
    if (!region_valid(street) || strlen(street) != 9)
        return FAIL(e, BAD_REQUEST,
                    "--street is a code of nine digits, e.g. 330102001" ZH "--street 为九位区划代码，例如 330102001");
    if (suite_open(&s, c, false, e) < 0)
        return -1;
    char url[64], path[64];
    struct http *h = http_new(&(struct http_options){.base = suite_url(&s, url), .in_flight = 1, .attempts = 3});
    snprintf(path, sizeof path, "/v1/streets/%s/report", street);
    AUTO_ANSWER a = {0};
    int rc = 0;
    if (http_call(h, &(struct http_request){.path = path}, &a) != 200) {
        rc = answer_fail(&a, path, e);
    } else if (cmd_on(c, "json")) {
        printf("%s\n", a.body.p);
    } else {
        json_auto_t *j = json_loadb(a.body.p, a.body.n, 0, NULL);
        print(j);
    }
    http_free(h);
    suite_close(&s);
    return rc;
}
