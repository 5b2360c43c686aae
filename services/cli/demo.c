/* xq demo: the story, chapter by chapter. */
#include "demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jwt.h"

#define SEED 20140308

static int chapter(struct demo *d, const char *name, int rc, int64_t *since)
{
    int64_t now = mono_ms();
    if (rc == 0 && !d->quiet)
        fprintf(stderr, "%-36s %5.1f s\n", name, (double)(now - *since) / 1000.0);
    *since = now;
    return rc;
}

static int round_play(struct demo *d, int year, int64_t *t)
{
    char name[80];
    snprintf(name, sizeof name, "%d: needs, notice, review", year);
    d->now = story(year, 1, 15, 9);
    if (chapter(d, name, demo_needs(d, year), t) < 0)
        return -1;
    snprintf(name, sizeof name, "%d: second notice and likes", year);
    if (chapter(d, name, demo_votes(d, year), t) < 0)
        return -1;
    d->now += 10 * DAY;
    snprintf(name, sizeof name, "%d: fair, claims, agreements", year);
    if (chapter(d, name, demo_fair(d, year, d->street, &d->officer), t) < 0)
        return -1;
    snprintf(name, sizeof name, "%d: works, money, appraisal", year);
    return chapter(d, name, demo_works(d, year), t);
}

static int district_play(struct demo *d, int64_t *t)
{
    d->street = STREET_B;
    d->projects = d->plan_b;
    d->n_projects = B_PROPOSALS;
    d->now += 5 * DAY;
    if (demo_needs(d, 2014) < 0 || demo_votes(d, 2014) < 0)
        return -1;
    d->now += 3 * DAY;
    if (demo_fair(d, 2014, DISTRICT, &d->district) < 0)
        return -1;
    return chapter(d, "the district's fair", demo_works(d, 2014), t);
}

static int play(struct demo *d)
{
    int64_t t = mono_ms();
    demo_plan(d);
    d->now = story(2013, 1, 2, 9);
    d->street = STREET_A;
    if (chapter(d, "people", demo_people(d), &t) < 0)
        return -1;
    for (int r = 0; r < ROUNDS; r++) {
        d->projects = d->plan_a[r];
        d->n_projects = PROPOSALS;
        if (round_play(d, 2013 + r, &t) < 0)
            return -1;
    }
    return district_play(d, &t);
}

int run_demo(struct cmd *c, struct err *e)
{
    struct suite s;
    int64_t seed;
    char url[64], key[PATH_MAX];
    if (cmd_int(c, "seed", SEED, 1, 1000000000, &seed, e) < 0 || suite_open(&s, c, false, e) < 0)
        return -1;
    struct demo *d = xcalloc(1, sizeof *d);
    d->suite = &s;
    d->err = e;
    d->seed = d->state = (uint64_t)seed;
    d->quiet = cmd_on(c, "json");
    snprintf(key, sizeof key, "%s/login-dev.jwk", suite_keys(&s));
    d->signer = signer_open(key, e);
    d->http = http_new(&(struct http_options){.base = suite_url(&s, url), .in_flight = 64});
    int rc = d->signer ? play(d) : -1;
    if (rc == 0)
        fprintf(stderr, "The story has been played: %llu requests, %llu of them repeated.\n",
                (unsigned long long)d->serial, (unsigned long long)http_retries(d->http));
    http_free(d->http);
    signer_close(d->signer);
    free(d->residents);
    free(d);
    suite_close(&s);
    return rc;
}
