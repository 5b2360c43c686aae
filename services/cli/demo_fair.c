/* A fair: need lines on the table, sponsors claim their parts, what is agreed is signed by all, the rest goes to its
 * second chance. */
#include <stdio.h>
#include <string.h>

#include "demo.h"

static void line_found(struct demo *d, const json_t *item)
{
    const char *project = json_string_value(json_object_get(item, "project"));
    const char *line = json_string_value(json_object_get(item, "line"));
    bool money = strcmp(json_string_value(json_object_get(item, "kind")), "money") == 0;
    for (size_t i = 0; i < d->n_projects; i++)
        if (strcmp(d->projects[i].id, project) == 0)
            snprintf(d->projects[i].line[money ? 0 : 1], sizeof(code37), "%s", line);
}

static void claim(struct demo *d, const char *fair, struct sponsor *s, const char *line, int64_t amount, char *out)
{
    demo_post(
        d, &s->person,
        json_pack("{s:s, s:s, s:I, s:b}", "fair", fair, "sponsor", s->id, "amount", (json_int_t)amount, "whole", 1),
        keep_id, out, "/v1/lines/%s/claims", line);
}

static int claims(struct demo *d, const char *fair)
{
    for (size_t i = 0; i < d->n_projects; i++) {
        struct project *p = &d->projects[i];
        if (p->fate != FATE_DONE)
            continue;
        for (int k = 0; k < p->n_sponsors; k++)
            claim(d, fair, &d->sponsors[p->sponsors[k]], p->line[0], p->part[k], p->claim[k]);
        if (p->kind_sponsor >= 0)
            claim(d, fair, &d->sponsors[p->kind_sponsor], p->line[1], p->in_kind, p->kind_claim);
    }
    return demo_done(d);
}

static void sign(struct demo *d, const struct person *who, const struct project *p, const char *party,
                 const char *sponsor)
{
    json_t *body = json_pack("{s:s}", "party", party);
    if (sponsor)
        json_object_set_new(body, "sponsor", json_string(sponsor));
    demo_post(d, who, body, NULL, NULL, "/v1/agreements/%s/signatures", p->agreement);
}

/* Street, organisation and each sponsor sign once, however many claims they made. */
static int agreements(struct demo *d)
{
    for (size_t i = 0; i < d->n_projects; i++) {
        struct project *p = &d->projects[i];
        if (p->fate != FATE_DONE)
            continue;
        json_t *claims_of = json_array();
        for (int k = 0; k < p->n_sponsors; k++)
            json_array_append_new(claims_of, json_string(p->claim[k]));
        if (p->kind_sponsor >= 0)
            json_array_append_new(claims_of, json_string(p->kind_claim));
        snprintf(p->organisation, sizeof p->organisation, "%s", d->organisations[p->executor].id);
        demo_post(d, &d->officer, json_pack("{s:s, s:o}", "organisation", p->organisation, "claims", claims_of),
                  keep_id, p->agreement, "/v1/projects/%s/agreements", p->id);
    }
    if (demo_done(d) < 0)
        return -1;
    for (size_t i = 0; i < d->n_projects; i++) {
        struct project *p = &d->projects[i];
        if (p->fate != FATE_DONE)
            continue;
        sign(d, &d->officer, p, "street", NULL);
        sign(d, &d->organisations[p->executor].person, p, "organisation", NULL);
        for (int k = 0; k < p->n_sponsors; k++)
            sign(d, &d->sponsors[p->sponsors[k]].person, p, "sponsor", d->sponsors[p->sponsors[k]].id);
        bool known = p->kind_sponsor < 0;
        for (int k = 0; k < p->n_sponsors; k++)
            known = known || p->sponsors[k] == p->kind_sponsor;
        if (!known)
            sign(d, &d->sponsors[p->kind_sponsor].person, p, "sponsor", d->sponsors[p->kind_sponsor].id);
    }
    return demo_quiet(d);
}

int demo_fair(struct demo *d, int year, const char *organiser, const struct person *officer)
{
    code37 fair = "";
    json_t *name =
        json_sprintf(strlen(organiser) == 6 ? "%d年上城区公益服务项目相亲会" : "%d年望江街道公益项目相亲会", year);
    demo_post(
        d, officer,
        json_pack("{s:s, s:o, s:i, s:[s]}", "organiser", organiser, "name", name, "round", year, "streets", d->street),
        keep_id, fair, "/v1/fairs");
    if (demo_quiet(d) < 0 || demo_list(d, line_found, "/v1/streets/%s/lines?round=%d&limit=100", d->street, year) < 0)
        return -1;
    if (claims(d, fair) < 0 || agreements(d) < 0)
        return -1;
    d->now += 6 * 3600 * SECOND;
    demo_post(d, officer, NULL, NULL, NULL, "/v1/fairs/%s/closure", fair);
    return demo_quiet(d);
}
