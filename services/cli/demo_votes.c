/* The second notice, the likes, and the ranked list. */
#include <stdio.h>
#include <string.h>

#include "demo.h"

#define NOTICE_DAYS 7
#define BACK_EVERY  50 /* of so many likes one is taken back */

/* Opens a notice in the street and every community, confirms each place, and lets it hang until its days are over. */
int demo_notice(struct demo *d, const char *kind, int year, json_t *items, int communities,
                int (*meanwhile)(struct demo *d))
{
    code37 notice = "";
    json_t *places = json_pack("[s]", d->street);
    for (int i = 1; i <= communities; i++)
        json_array_append_new(places, json_sprintf("%s%03d", d->street, i));
    demo_post(d, &d->officer,
              json_pack("{s:s, s:i, s:o, s:O, s:i}", "kind", kind, "round", year, "items", items, "places", places,
                        "days", NOTICE_DAYS),
              keep_id, notice, "/v1/streets/%s/notices", d->street);
    json_auto_t *owned = places;
    if (demo_done(d) < 0)
        return -1;
    size_t i;
    json_t *place;
    json_array_foreach(owned, i, place) demo_post(d, &d->officer, json_pack("{s:O}", "place", place), NULL, NULL,
                                                  "/v1/notices/%s/confirmations", notice);
    if (demo_quiet(d) < 0 || (meanwhile && meanwhile(d) < 0))
        return -1;
    return demo_at(d, d->now + (NOTICE_DAYS + 1) * DAY); /* the timer closes it */
}

struct vote {
    const struct person *who;
    const struct project *project;
};

static void like(struct demo *d, struct vote v, bool liked)
{
    demo_send(d, v.who, "PUT", json_pack("{s:b}", "liked", liked), NULL, NULL, "/v1/projects/%s/like", v.project->id);
}

/* Likes: a resident likes some projects, the well-made ones more; a few take theirs back. First all the likes, then
 * what is taken back: while one and its opposite are both under way, the order in which they arrive would decide. */
static int likes(struct demo *d)
{
    struct progress bar;
    struct vote back[LIKES / BACK_EVERY];
    size_t listed[PROPOSALS], n = 0, n_back = 0;
    for (size_t i = 0; i < d->n_projects; i++)
        if (d->projects[i].fate <= FATE_UNTAKEN)
            listed[n++] = i;
    progress_start(&bar, "likes 点赞", LIKES, d->quiet);
    for (int i = 0; i < LIKES - (int)COUNT(back) && !d->failed; i++) {
        size_t a = demo_random(d, n), b = demo_random(d, n); /* the smaller of two: a slope, so that ranks differ */
        struct vote v = {&d->residents[demo_random(d, RESIDENTS)], &d->projects[listed[a < b ? a : b]]};
        like(d, v, true);
        if (i % BACK_EVERY == 0 && n_back < COUNT(back))
            back[n_back++] = v;
        if (i % 200 == 0)
            progress_to(&bar, i);
    }
    if (demo_done(d) < 0)
        return -1;
    for (size_t i = 0; i < n_back; i++)
        like(d, back[i], false);
    if (demo_done(d) < 0)
        return -1;
    progress_to(&bar, LIKES);
    progress_end(&bar, NULL);
    return demo_quiet(d);
}

int demo_votes(struct demo *d, int year)
{
    json_t *items = json_array();
    for (size_t i = 0; i < d->n_projects; i++)
        if (d->projects[i].fate <= FATE_UNTAKEN)
            json_array_append_new(items, json_string(d->projects[i].id));
    bool first_street = strcmp(d->street, STREET_A) == 0;
    return demo_notice(d, "second", year, items, first_street ? COMMUNITIES : 2, first_street ? likes : NULL);
}
