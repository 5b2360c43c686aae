/* From what residents say to the list of projects: opinions, campaign, contest, proposals, first notice, review
 * meeting. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"

#define ANSWERED_OF 3 /* every third opinion waits for its answer */
#define ENTRIES     15

static code37 *opinion_ids;

/* An opinion by channel: what residents send themselves is theirs, the rest is typed by the clerk, who keeps the
 * channel. */
static void opinion(struct demo *d, const struct project *p, const char *channel, int day, char *id)
{
    char text[600], where[16], at[40], subject[200];
    bool typed = strcmp(channel, "visit") == 0 || strcmp(channel, "letter") == 0 || strcmp(channel, "call") == 0 ||
                 strcmp(channel, "forum") == 0 || strcmp(channel, "consultation") == 0 ||
                 strcmp(channel, "survey") == 0;
    snprintf(where, sizeof where, "%s%03d", d->street,
             1 + p->community % (strcmp(d->street, STREET_A) == 0 ? COMMUNITIES : 2));
    snprintf(subject, sizeof subject, "关于%s", p->title);
    json_t *body = json_pack("{s:s, s:s, s:s, s:s}", "region", where, "channel", channel, "subject", subject, "text",
                             demo_opinion(d, p, text));
    if (typed)
        json_object_set_new(body, "received_at", json_string(when_text(d->now - day * DAY, at)));
    demo_post(d, typed ? &d->clerk : &d->residents[demo_random(d, RESIDENTS)], body, keep_id, id, "/v1/opinions");
}

static int opinions(struct demo *d, size_t n)
{
    struct progress bar;
    opinion_ids = xcalloc(n, sizeof *opinion_ids);
    progress_start(&bar, "opinions 民意", (int64_t)n, d->quiet);
    for (size_t i = 0; i < n && !d->failed; i++) {
        opinion(d, &d->projects[i % d->n_projects], channels[demo_random(d, COUNT(channels))], (int)demo_random(d, 60),
                opinion_ids[i]);
        if (i % 50 == 0)
            progress_to(&bar, (int64_t)i);
    }
    if (demo_done(d) < 0)
        return -1;
    d->now += 10 * DAY;
    for (size_t i = 0; i < n; i++) {
        const struct project *p = &d->projects[i % d->n_projects];
        char where[16];
        snprintf(where, sizeof where, "%s%03d", d->street,
                 1 + p->community % (strcmp(d->street, STREET_A) == 0 ? COMMUNITIES : 2));
        if (demo_random(d, 4) != 0)
            demo_post(d, &d->deliberator, json_pack("{s:s, s:s}", "region", where, "category", p->category), NULL, NULL,
                      "/v1/opinions/%s/classifications", opinion_ids[i]);
        if (i % ANSWERED_OF != 0)
            demo_post(d, &d->officer,
                      json_pack("{s:s}", "text", "已收到您的意见，已列入本年度初始项目的讨论，结果将在社区公示。"),
                      NULL, NULL, "/v1/opinions/%s/answers", opinion_ids[i]);
    }
    if (demo_done(d) < 0)
        return -1;
    progress_to(&bar, (int64_t)n);
    progress_end(&bar, NULL);
    return 0;
}

/* Letters to every home: how many went out and came back, per community. */
static int campaign(struct demo *d, int year)
{
    code37 id = "";
    int64_t left = LETTERS, all = 0;
    demo_post(d, &d->officer,
              json_pack("{s:i, s:s, s:s}", "round", year, "kind", "letters", "title", "致居民群众的一封信"), keep_id,
              id, "/v1/streets/%s/campaigns", d->street);
    if (demo_done(d) < 0)
        return -1;
    d->now += 20 * DAY;
    for (int i = 0; i < COMMUNITIES; i++)
        all += community_households(i);
    for (int i = 0; i < COMMUNITIES; i++) {
        int64_t sent = i == COMMUNITIES - 1 ? left : LETTERS * community_households(i) / all;
        left -= sent;
        demo_send(d, &d->clerk, "PUT",
                  json_pack("{s:I, s:I}", "sent", (json_int_t)sent, "returned",
                            (json_int_t)(sent * (int64_t)(3 + demo_random(d, 6)) / 100)),
                  NULL, NULL, "/v1/campaigns/%s/counts/%s%03d", id, d->street, i + 1);
    }
    return demo_done(d);
}

static int contest(struct demo *d, int year, code37 entry[ENTRIES])
{
    code37 id = "";
    demo_post(d, &d->officer,
              json_pack("{s:i, s:s, s:s}", "round", year, "title", "公益项目设计大赛", "text",
                        "请居民和社会组织提交公益项目设计。"),
              keep_id, id, "/v1/streets/%s/contests", d->street);
    if (demo_done(d) < 0)
        return -1;
    for (int i = 0; i < ENTRIES; i++)
        demo_post(d, &d->organisations[i % ORGANISATIONS].person,
                  json_pack("{s:s, s:s}", "title", d->projects[i].title, "text",
                            "项目设计书：为谁做、在哪里、需要什么、谁来做、怎样评判。"),
                  keep_id, entry[i], "/v1/contests/%s/entries", id);
    return demo_done(d);
}

/* One after the other: the public numbers follow the order of drafting. */
static int drafts(struct demo *d, int year, size_t opinions_n, code37 *entry)
{
    for (size_t i = 0; i < d->n_projects && !d->failed; i++) {
        struct project *p = &d->projects[i];
        snprintf(p->region, sizeof p->region, "%s%03d", d->street,
                 1 + p->community % (strcmp(d->street, STREET_A) == 0 ? COMMUNITIES : 2));
        json_t *lines = json_pack("[{s:s, s:I, s:s, s:s}]", "kind", "money", "amount", (json_int_t)p->need_fen, "unit",
                                  "fen", "what", "实施资金");
        if (p->in_kind)
            json_array_append_new(lines, json_pack("{s:s, s:I, s:s, s:s}", "kind", p->kind, "amount",
                                                   (json_int_t)p->in_kind, "unit", p->unit, "what", p->what));
        json_t *from = json_array();
        for (size_t k = i; k < opinions_n; k += d->n_projects)
            json_array_append_new(from, json_string(opinion_ids[k]));
        json_t *body =
            json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "round", year, "region", p->region, "category",
                      p->category, "title", p->title, "summary", "由居民意见汇总形成，受益居民以本社区为主。",
                      "estimate_fen", (json_int_t)p->need_fen, "opinions", from, "lines", lines);
        if (entry && i < ENTRIES)
            json_object_set_new(body, "entry", json_string(entry[i]));
        demo_post(d, &d->officer, body, keep_id, p->id, "/v1/streets/%s/proposals", d->street);
        if (demo_done(d) < 0)
            return -1;
    }
    return 0;
}

static json_t *all_ids(struct demo *d)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < d->n_projects; i++)
        json_array_append_new(ids, json_string(d->projects[i].id));
    return ids;
}

/* Seven seats of four kinds; each seat gives all its verdicts, the meeting closes, and all are released at once. */
static int review(struct demo *d, int year)
{
    static const char *const kinds[SEATS] = {"street", "street", "organisation", "organisation",
                                             "expert", "expert", "media"};
    static const char *const words[] = {
        [FATE_DONE] = "pass", [FATE_UNTAKEN] = "pass", [FATE_RETURNED] = "return", [FATE_REJECTED] = "reject"};
    code37 id = "";
    json_t *seats = json_array();
    for (int i = 0; i < SEATS; i++)
        json_array_append_new(seats, json_pack("{s:s, s:s}", "person", d->seats[i].id, "kind", kinds[i]));
    demo_post(d, &d->officer, json_pack("{s:i, s:o, s:o}", "round", year, "seats", seats, "proposals", all_ids(d)),
              keep_id, id, "/v1/streets/%s/reviews", d->street);
    if (demo_done(d) < 0)
        return -1;
    for (int s = 0; s < SEATS; s++) {
        json_t *verdicts = json_array();
        for (size_t i = 0; i < d->n_projects; i++) {
            enum fate f = d->projects[i].fate;
            bool pass = f <= FATE_UNTAKEN;
            json_array_append_new(verdicts,
                                  json_pack("{s:s, s:b, s:s, s:s}", "proposal", d->projects[i].id, "people_need",
                                            pass || f == FATE_RETURNED, "verdict", words[f], "reason",
                                            pass                 ? "居民确有需要，方案可行"
                                            : f == FATE_RETURNED ? "方案需要补充后再议"
                                                                 : "与已有项目重复"));
        }
        demo_post(d, &d->seats[s], json_pack("{s:o}", "verdicts", verdicts), NULL, NULL, "/v1/reviews/%s/verdicts", id);
    }
    if (demo_done(d) < 0)
        return -1;
    demo_post(d, &d->officer, NULL, NULL, NULL, "/v1/reviews/%s/closings", id);
    return demo_quiet(d);
}

int demo_needs(struct demo *d, int year)
{
    bool first = year == 2013, whole = strcmp(d->street, STREET_A) == 0;
    size_t n = !whole ? B_PROPOSALS : first ? OPINIONS : 2 * PROPOSALS;
    code37 entry[ENTRIES];
    int rc = opinions(d, n);
    if (rc == 0 && whole && !first)
        rc = campaign(d, year);
    if (rc == 0 && whole)
        rc = contest(d, year, entry);
    if (rc == 0)
        rc = drafts(d, year, n, whole ? entry : NULL);
    free(opinion_ids);
    opinion_ids = NULL;
    if (rc < 0)
        return -1;
    demo_post(d, &d->officer, json_pack("{s:o}", "proposals", all_ids(d)), NULL, NULL, "/v1/streets/%s/publications",
              d->street);
    if (demo_quiet(d) < 0 || demo_notice(d, "first", year, all_ids(d), whole ? COMMUNITIES : 2, NULL) < 0)
        return -1;
    return review(d, year);
}
