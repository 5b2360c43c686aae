/* Works: ambassadors are drawn, the money arrives, milestones are accepted, payments signed k of n, the rest goes back,
 * the result is judged. */
#include <stdio.h>
#include <string.h>

#include "demo.h"

#define DRAWN   5
#define VOUCHER "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

struct pay {
    code37 id;
    char hash[65];
    int need; /* signatures: k of n by its amount */
};
static struct pay pays[PROPOSALS][2];
static int drawn[PROPOSALS][DRAWN], n_drawn[PROPOSALS]; /* indexes into ambassadors */

static bool done(const struct demo *d, size_t i)
{
    return d->projects[i].fate == FATE_DONE;
}

static int ambassadors(struct demo *d, int year)
{
    static const char *const kinds[] = {"resident",       "resident",          "resident",
                                        "party_delegate", "congress_delegate", "cppcc_member"};
    if (year == 2013 || strcmp(d->street, STREET_A) != 0)
        for (int i = 0; i < AMBASSADORS; i++)
            demo_post(
                d, &d->officer,
                json_pack("{s:s, s:s, s:s}", "person", d->ambassadors[i].id, "region", d->street, "kind", kinds[i % 6]),
                NULL, NULL, "/v1/ambassadors");
    if (demo_quiet(d) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++) {
        if (!done(d, i))
            continue;
        json_t *seed = json_sprintf("%s %d %d %llu", d->street, year, d->projects[i].n, (unsigned long long)d->seed);
        demo_post(d, &d->officer, json_pack("{s:o, s:i}", "seed", seed, "count", DRAWN), NULL, NULL,
                  "/v1/projects/%s/ambassadors/draw", d->projects[i].id);
    }
    if (demo_quiet(d) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++) {
        size_t k;
        json_t *x;
        if (!done(d, i))
            continue;
        json_auto_t *j = demo_get(d, "/v1/projects/%s/ambassadors", d->projects[i].id);
        n_drawn[i] = 0;
        json_array_foreach(
            json_object_get(j, "ambassadors"), k,
            x) for (int a = 0; a < AMBASSADORS && n_drawn[i] < DRAWN;
                    a++) if (strcmp(d->ambassadors[a].id, json_string_value(json_object_get(x, "person"))) == 0)
            drawn[i][n_drawn[i]++] = a;
    }
    return d->failed ? -1 : 0;
}

/* What was promised arrives: money as lots, the rest as gifts in their own units. */
static int receipts(struct demo *d)
{
    for (size_t i = 0; i < d->n_projects; i++) {
        struct project *p = &d->projects[i];
        if (!done(d, i))
            continue;
        for (int k = 0; k < p->n_sponsors; k++)
            demo_post(d, &d->clerk,
                      json_pack("{s:I, s:s, s:s}", "amount_fen", (json_int_t)p->part[k], "claim", p->claim[k],
                                "receiver", "街道公益项目专户"),
                      "id", p->lot[k], "/v1/projects/%s/lots", p->id);
        if (p->kind_sponsor >= 0)
            demo_post(d, &d->clerk, json_pack("{s:I, s:s}", "amount", (json_int_t)p->in_kind, "claim", p->kind_claim),
                      NULL, NULL, "/v1/projects/%s/gifts", p->id);
    }
    return demo_done(d);
}

static int milestones(struct demo *d)
{
    for (size_t i = 0; i < d->n_projects && !d->failed; i++) {
        struct project *p = &d->projects[i];
        if (!done(d, i))
            continue;
        demo_post(d, &d->officer,
                  json_pack("{s:[{s:s, s:s}, {s:s, s:s}]}", "milestones", "title", "开工", "point", "initiation",
                            "title", "竣工验收", "point", "site"),
                  NULL, NULL, "/v1/projects/%s/milestones", p->id);
    }
    if (demo_quiet(d) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++) {
        size_t k;
        json_t *x;
        if (!done(d, i))
            continue;
        json_auto_t *j = demo_get(d, "/v1/projects/%s/milestones", d->projects[i].id);
        json_array_foreach(json_object_get(j, "items"), k, x) if (k < 2)
            snprintf(d->projects[i].milestone[k], sizeof(code37), "%s", json_string_value(json_object_get(x, "id")));
    }
    return d->failed ? -1 : 0;
}

/* Half at the start, the rest at the end: two payments a project, together exactly what is to be spent. */
static int64_t instalment(const struct project *p, int k)
{
    int64_t first = p->spent_fen / 2 / 100 * 100;
    return k == 0 ? first : p->spent_fen - first;
}

static int sign_milestones(struct demo *d, int k)
{
    for (size_t i = 0; i < d->n_projects; i++)
        for (int a = 0; done(d, i) && a < n_drawn[i] && a < 3; a++)
            demo_post(d, &d->ambassadors[drawn[i][a]], json_pack("{s:s}", "note", "现场查看，符合要求"), NULL, NULL,
                      "/v1/milestones/%s/signatures", d->projects[i].milestone[k]);
    return demo_done(d);
}

static int payments(struct demo *d, int k)
{
    for (size_t i = 0; i < d->n_projects; i++) {
        struct project *p = &d->projects[i];
        if (done(d, i))
            demo_post(d, &d->officer,
                      json_pack("{s:s, s:s, s:I, s:s, s:s, s:s}", "milestone", p->milestone[k], "payee",
                                p->organisation, "amount_fen", (json_int_t)instalment(p, k), "point",
                                k ? "site" : "initiation", "voucher", VOUCHER, "what", k ? "竣工款" : "开工款"),
                      "id", pays[i][k].id, "/v1/projects/%s/payments", p->id);
    }
    if (demo_quiet(d) < 0)
        return -1;
    return 0;
}

static int found_k;

static void payment_take(struct pay *p, const json_t *x)
{
    snprintf(p->hash, sizeof p->hash, "%s", json_string_value(json_object_get(x, "hash")));
    p->need = (int)json_integer_value(json_object_get(x, "need"));
}

static void payment_found(struct demo *d, const json_t *x)
{
    for (size_t i = 0; i < d->n_projects; i++)
        if (strcmp(pays[i][found_k].id, json_string_value(json_object_get(x, "id"))) == 0)
            payment_take(&pays[i][found_k], x);
}

static int pay(struct demo *d, int k)
{
    found_k = k;
    if (payments(d, k) < 0 ||
        demo_list(d, payment_found, "/v1/streets/%s/payments?state=requested&limit=100", d->street) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++)
        for (int a = 0; done(d, i) && a < n_drawn[i] && a < pays[i][k].need; a++)
            demo_post(d, &d->ambassadors[drawn[i][a]], json_pack("{s:s}", "hash", pays[i][k].hash), NULL, NULL,
                      "/v1/payments/%s/signatures", pays[i][k].id);
    if (demo_done(d) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++)
        if (done(d, i))
            demo_post(d, &d->officer2, NULL, NULL, NULL, "/v1/payments/%s/pay", pays[i][k].id);
    return demo_done(d);
}

static int close(struct demo *d)
{
    for (size_t i = 0; i < d->n_projects; i++) {
        struct project *p = &d->projects[i];
        if (!done(d, i))
            continue;
        if (p->back_fen) /* what the last lot still holds */
            demo_post(d, &d->officer,
                      json_pack("{s:I, s:s}", "amount_fen", (json_int_t)p->back_fen, "reason", "项目结余退回"), NULL,
                      NULL, "/v1/lots/%s/returns", p->lot[p->n_sponsors - 1]);
        demo_post(d, &d->officer, json_pack("{s:s}", "text", "项目进展与资金使用情况公报。"), NULL, NULL,
                  "/v1/projects/%s/bulletins", p->id);
    }
    if (demo_done(d) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++)
        if (done(d, i))
            demo_post(d, &d->officer, json_pack("{s:s}", "report", "工程完成，资金使用见公报。"), NULL, NULL,
                      "/v1/projects/%s/completion", d->projects[i].id);
    return demo_quiet(d);
}

static int judge(struct demo *d)
{
    for (size_t i = 0; i < d->n_projects; i++) {
        struct project *p = &d->projects[i];
        if (!done(d, i))
            continue;
        for (int b = 0; b < 12; b++)
            demo_send(d, &d->residents[demo_random(d, RESIDENTS)], "PUT",
                      json_pack("{s:i}", "score", 3 + (int)demo_random(d, 3)), NULL, NULL, 0, "/v1/projects/%s/ballot",
                      p->id);
        for (int a = 0; a < n_drawn[i] && a < 3; a++)
            demo_post(d, &d->ambassadors[drawn[i][a]],
                      json_pack("{s:i, s:i, s:i, s:i}", "results", 4, "money", 5, "time", 3 + (int)demo_random(d, 3),
                                "benefit", 4 + (int)demo_random(d, 2)),
                      NULL, NULL, "/v1/projects/%s/appraisals", p->id);
    }
    if (demo_quiet(d) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++)
        if (done(d, i))
            demo_post(d, &d->officer, NULL, NULL, NULL, "/v1/projects/%s/ballot/closure", d->projects[i].id);
    if (demo_quiet(d) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++)
        if (done(d, i))
            demo_post(d, &d->officer, NULL, NULL, NULL, "/v1/projects/%s/appraisal", d->projects[i].id);
    return demo_quiet(d);
}

int demo_works(struct demo *d, int year)
{
    if (ambassadors(d, year) < 0 || receipts(d) < 0 || milestones(d) < 0)
        return -1;
    if (strcmp(d->street, STREET_A) != 0)
        return demo_quiet(d); /* the district's fair: the works of the second street go on after the story */
    d->now += 30 * DAY;
    if (sign_milestones(d, 0) < 0 || pay(d, 0) < 0)
        return -1;
    d->now += 60 * DAY;
    for (size_t i = 0; i < d->n_projects; i += 9)
        if (done(d, i))
            demo_post(d, &d->officer,
                      json_pack("{s:s, s:s, s:s}", "reason", "居民提出调整位置", "before", "原定位置", "after",
                                "改到楼道入口"),
                      NULL, NULL, "/v1/projects/%s/correction-orders", d->projects[i].id);
    if (sign_milestones(d, 1) < 0 || pay(d, 1) < 0 || close(d) < 0)
        return -1;
    d->now += 20 * DAY;
    return judge(d);
}
