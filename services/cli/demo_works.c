/* Works: ambassadors are drawn, the money arrives, milestones are accepted, payments signed k of n, the rest goes back,
 * the result is judged. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "demo.h"

#define DRAWN   5
#define VOUCHER "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

struct pay {
    code37 id;
    char hash[65];
    int need; /* signatures: k of n by its amount */
};
static struct pay pays[PROPOSALS][2];
struct draw {
    const struct demo *d;
    const struct person *who[DRAWN];
};
static struct draw draws[PROPOSALS];

static bool done(const struct demo *d, size_t i)
{
    return d->projects[i].fate == FATE_DONE;
}

static bool draw_keep(void *to, const json_t *answer)
{
    struct draw *w = to;
    const json_t *list = json_object_get(answer, "ambassadors");
    for (size_t k = 0; k < DRAWN; k++) {
        const char *id = json_string_value(json_array_get(list, k));
        w->who[k] = NULL;
        for (int a = 0; a < AMBASSADORS && id; a++)
            if (strcmp(w->d->ambassadors[a].id, id) == 0)
                w->who[k] = &w->d->ambassadors[a];
        if (!w->who[k])
            return false;
    }
    return true;
}

static void seed_text(const struct demo *d, int year, const struct project *p, char out[100])
{
    snprintf(out, 100, "%s %d %d %llu", d->street, year, p->n, (unsigned long long)d->seed);
}

/* The SHA-256 of each seed is public before the ambassadors are appointed. */
static int commit(struct demo *d, int year)
{
    for (size_t i = 0; i < d->n_projects; i++) {
        unsigned char hash[crypto_hash_sha256_BYTES];
        char seed[100], hex[2 * sizeof hash + 1];
        if (!done(d, i))
            continue;
        seed_text(d, year, &d->projects[i], seed);
        crypto_hash_sha256(hash, (const unsigned char *)seed, strlen(seed));
        hex_encode(hash, sizeof hash, hex);
        demo_post(d, &d->officer, json_pack("{s:s}", "commitment", hex), NULL, NULL,
                  "/v1/projects/%s/ambassadors/commitment", d->projects[i].id);
    }
    return demo_done(d);
}

static int ambassadors(struct demo *d, int year)
{
    static const char *const kinds[] = {"resident",       "resident",          "resident",
                                        "party_delegate", "congress_delegate", "cppcc_member"};
    if (commit(d, year) < 0)
        return -1;
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
        draws[i].d = d;
        char seed[100];
        seed_text(d, year, &d->projects[i], seed);
        demo_post(d, &d->officer, json_pack("{s:s, s:i}", "seed", seed, "count", DRAWN), draw_keep, &draws[i],
                  "/v1/projects/%s/ambassadors/draw", d->projects[i].id);
    }
    return demo_done(d);
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
                      keep_id, p->lot[k], "/v1/projects/%s/lots", p->id);
        if (p->kind_sponsor >= 0)
            demo_post(d, &d->clerk, json_pack("{s:I, s:s}", "amount", (json_int_t)p->in_kind, "claim", p->kind_claim),
                      NULL, NULL, "/v1/projects/%s/gifts", p->id);
    }
    return demo_done(d);
}

static bool milestones_keep(void *to, const json_t *answer)
{
    struct project *p = to;
    const json_t *list = json_object_get(answer, "milestones");
    return keep_id(p->milestone[0], json_array_get(list, 0)) && keep_id(p->milestone[1], json_array_get(list, 1));
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
                  milestones_keep, p, "/v1/projects/%s/milestones", p->id);
    }
    return demo_done(d);
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
        for (int a = 0; done(d, i) && a < 3; a++)
            demo_post(d, draws[i].who[a], json_pack("{s:s}", "note", "现场查看，符合要求"), NULL, NULL,
                      "/v1/milestones/%s/signatures", d->projects[i].milestone[k]);
    return demo_done(d);
}

static bool payment_keep(void *to, const json_t *answer)
{
    struct pay *p = to;
    const char *hash = json_string_value(json_object_get(answer, "hash"));
    p->need = (int)json_integer_value(json_object_get(answer, "need"));
    return hash && snprintf(p->hash, sizeof p->hash, "%s", hash) == 64 && keep_id(p->id, answer);
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
                      payment_keep, &pays[i][k], "/v1/projects/%s/payments", p->id);
    }
    return demo_done(d);
}

static int pay(struct demo *d, int k)
{
    if (payments(d, k) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++)
        for (int a = 0; done(d, i) && a < pays[i][k].need; a++)
            demo_post(d, draws[i].who[a], json_pack("{s:s}", "hash", pays[i][k].hash), NULL, NULL,
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
        size_t first =
            demo_random(d, RESIDENTS); /* twelve residents, each once: with two scores the later would count */
        for (size_t b = 0; b < 12; b++)
            demo_send(d, &d->residents[(first + 239 * b) % RESIDENTS], "PUT",
                      json_pack("{s:i}", "score", 3 + (int)demo_random(d, 3)), NULL, NULL, "/v1/projects/%s/ballot",
                      p->id);
        for (int a = 0; a < 3; a++)
            demo_post(d, draws[i].who[a],
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
