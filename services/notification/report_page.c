/* The report as a plain page for a person: the same figures, in yuan. */
#include <jansson.h>
#include <string.h>

#include "base/money.h"
#include "notification.h"
#include "report.sql.h"

static long long number(const json_t *o, const char *name)
{
    return (long long)json_integer_value(json_object_get(o, name));
}

static void cell(struct buf *b, const char *text)
{
    buf_str(b, "<td>");
    buf_html(b, text ? text : "");
    buf_str(b, "</td>");
}

static void counts(struct buf *b, const char *title, const json_t *list, const char *key)
{
    size_t i;
    json_t *x;
    buf_printf(b, "<h3>%s</h3><table>", title);
    json_array_foreach(list, i, x)
    {
        buf_str(b, "<tr>");
        cell(b, json_string_value(json_object_get(x, key)));
        buf_printf(b, "<td class=n>%lld</td></tr>", number(x, "count"));
    }
    buf_str(b, "</table>");
}

static void money_row(struct buf *b, const char *label, const json_t *o)
{
    static const char *const members[] = {"received", "spent", "held", "returned"};
    char text[32];
    buf_str(b, "<tr>");
    cell(b, label);
    for (size_t i = 0; i < COUNT(members); i++)
        buf_printf(b, "<td class=n>%s</td>", fen_text(json_integer_value(json_object_get(o, members[i])), text));
    buf_str(b, "</tr>");
}

static void money_rows(struct buf *b, const json_t *list, const char *key)
{
    size_t i;
    json_t *x;
    json_array_foreach(list, i, x) money_row(b, json_string_value(json_object_get(x, key)), x);
}

static void rounds(struct buf *b, const json_t *list)
{
    static const char *const members[] = {"proposals", "passed",  "returned",  "rejected",  "listed",
                                          "likes",     "claimed", "unclaimed", "completed", "appraised"};
    size_t i;
    json_t *x;
    buf_str(b, "<h2>年度轮次 "
               "rounds</"
               "h2><table><tr><th>年度<th>初始项目<th>通过<th>退回<th>否决<th>上榜<th>点赞<th>已认领<th>未认领<th>完成<"
               "th>已评判</tr>");
    json_array_foreach(list, i, x)
    {
        buf_printf(b, "<tr><td>%lld</td>", number(x, "round"));
        for (size_t k = 0; k < COUNT(members); k++)
            buf_printf(b, "<td class=n>%lld</td>", number(x, members[k]));
        buf_str(b, "</tr>");
    }
    buf_str(b, "</table>");
}

static void page(struct buf *b, const json_t *r)
{
    const json_t *o = json_object_get(r, "opinions"), *m = json_object_get(r, "money");
    buf_str(b, "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
               "content=\"width=device-width\"><title>");
    buf_html(b, json_string_value(json_object_get(r, "name")));
    buf_str(b, "</title><style>body{font:16px/1.6 sans-serif;max-width:70em;margin:1em auto;padding:0 "
               "1em}table{border-collapse:collapse}"
               "td,th{border:1px solid #999;padding:.2em .6em}.n{text-align:right}</style><h1>");
    buf_html(b, json_string_value(json_object_get(r, "name")));
    buf_printf(b, " 公开报告 public report</h1><h2>民意 opinions: %lld</h2><p>已答复 answered %lld", number(o, "total"),
               number(o, "answered"));
    buf_printf(b, "，来源点赞 likes at the source %lld</p>", number(o, "source_likes"));
    counts(b, "渠道 channel", json_object_get(o, "by_channel"), "channel");
    counts(b, "类别 category", json_object_get(o, "by_category"), "category");
    counts(b, "月份 month", json_object_get(o, "by_month"), "month");
    counts(b, "社区 community", json_object_get(o, "by_community"), "community");
    counts(b, "答复天数 days to the answer", json_object_get(json_object_get(o, "answer_days"), "buckets"), "days");
    rounds(b, json_object_get(r, "rounds"));
    buf_str(b, "<h2>资金（元）money (yuan)</h2><table><tr><th><th>收到 received<th>支出 spent<th>结存 held<th>退回 "
               "returned</tr>");
    money_row(b, "合计 total", m);
    money_rows(b, json_object_get(m, "by_source_kind"), "source_kind");
    money_rows(b, json_object_get(m, "by_organiser"), "organiser");
    money_rows(b, json_object_get(m, "by_state"), "state");
    buf_str(b, "</table><h3>项目 projects</h3><table><tr><th>编号 number<th>收到<th>支出<th>结存<th>退回</tr>");
    money_rows(b, json_object_get(m, "by_project"), "number");
    buf_str(b, "</table></html>\n");
}

int report_page(struct call *c, const struct report_page *in, struct err *e)
{
    AUTO_ROWS r = {0};
    AUTO_BUF html = {0};
    if (db_one(c->db, SQL_REPORT_GET, &r, e, ARGS(arg_int4(c->street), arg_text(in->street))) < 0)
        return -1;
    json_auto_t *j = json_loadb(row_text(&r, 0, "item"), row_length(&r, 0, "item"), 0, NULL);
    page(&html, j);
    return answer_json(c, html.p, html.n);
}
