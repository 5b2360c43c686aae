/* Who takes part: regions, staff, residents, reviewers, ambassadors, sponsors and organisations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"

#define PHONE_STAFF        INT64_C(19900000000) /* numbers that no operator gives out to people */
#define PHONE_RESIDENT     INT64_C(19910000000)
#define PHONE_SPONSOR      INT64_C(19920000000)
#define PHONE_ORGANISATION INT64_C(19930000000)

static void phone(char out[16], int64_t base, int i)
{
    snprintf(out, 16, "%lld", (long long)base + i);
}

static void region(struct demo *d, const char *code, const char *name, int64_t households, const char *parent)
{
    demo_send(d, &d->district, "PUT",
              json_pack("{s:s, s:I, s:s}", "name", name, "households", (json_int_t)households, "parent", parent), NULL,
              NULL, "/v1/regions/%s", code);
}

static int regions(struct demo *d)
{
    char code[24];
    region(d, STREET_A, "望江街道", 56000, DISTRICT);
    region(d, STREET_B, "清波街道", 21000, DISTRICT);
    if (demo_quiet(d) < 0)
        return -1;
    for (int i = 0; i < COMMUNITIES; i++) {
        snprintf(code, sizeof code, "%s%03d", STREET_A, i + 1);
        region(d, code, community_names[i], community_households(i), STREET_A);
    }
    for (int i = 0; i < 2; i++) {
        snprintf(code, sizeof code, "%s%03d", STREET_B, i + 1);
        region(d, code, i ? "柳浪社区" : "定安社区", 8000 + 900 * i, STREET_B);
    }
    return demo_quiet(d);
}

static void appoint(struct demo *d, const struct person *by, const struct person *who, const char *role,
                    const char *where)
{
    demo_post(d, by, json_pack("{s:s, s:s, s:s}", "person", who->id, "role", role, "region", where), NULL, NULL,
              "/v1/appointments");
}

static int staff(struct demo *d)
{
    struct person *all[] = {&d->officer, &d->officer2, &d->clerk, &d->deliberator};
    char number[16];
    for (size_t i = 0; i < COUNT(all); i++) {
        phone(number, PHONE_STAFF, (int)i);
        demo_login(d, all[i], "phone", number, STREET_A "001");
    }
    for (int i = 0; i < SEATS; i++) {
        phone(number, PHONE_STAFF, 100 + i);
        demo_login(d, &d->seats[i], "phone", number, STREET_A "001");
    }
    for (int i = 0; i < AMBASSADORS; i++) {
        phone(number, PHONE_STAFF, 200 + i);
        demo_login(d, &d->ambassadors[i], "phone", number, STREET_A "001");
    }
    if (demo_done(d) < 0)
        return -1;
    static const char *const streets[] = {STREET_A, STREET_B};
    for (size_t s = 0; s < COUNT(streets); s++) {
        appoint(d, &d->district, &d->officer, "officer", streets[s]);
        appoint(d, &d->district, &d->officer2, "officer", streets[s]);
        appoint(d, &d->district, &d->clerk, "clerk", streets[s]);
        appoint(d, &d->district, &d->deliberator, "deliberator", streets[s]);
    }
    return demo_quiet(d);
}

static int residents(struct demo *d)
{
    struct progress bar;
    char number[16], home[16];
    d->residents = xcalloc(RESIDENTS, sizeof *d->residents);
    progress_start(&bar, "residents 居民", RESIDENTS, d->quiet);
    for (int i = 0; i < RESIDENTS && !d->failed; i++) {
        phone(number, PHONE_RESIDENT, i);
        snprintf(home, sizeof home, "%s%03d", STREET_A, 1 + (int)demo_random(d, COMMUNITIES));
        demo_login(d, &d->residents[i], "phone", number, home);
        if (i % 50 == 0)
            progress_to(&bar, i);
    }
    if (demo_done(d) < 0)
        return -1;
    progress_to(&bar, RESIDENTS);
    progress_end(&bar, NULL);
    return 0;
}

static int partners(struct demo *d)
{
    char number[16];
    for (int i = 0; i < SPONSORS; i++) {
        phone(number, PHONE_SPONSOR, i);
        demo_sponsor_name(i, &d->sponsors[i].kind, d->sponsors[i].name);
        demo_login(d, &d->sponsors[i].person, "phone", number, STREET_A "001");
    }
    for (int i = 0; i < ORGANISATIONS; i++) {
        phone(number, PHONE_ORGANISATION, i);
        demo_organisation_name(i, d->organisations[i].name);
        demo_login(d, &d->organisations[i].person, "phone", number, STREET_A "001");
    }
    if (demo_done(d) < 0)
        return -1;
    for (int i = 0; i < SPONSORS; i++) /* in the whole district: they also come to the district's fair */
        demo_post(
            d, &d->sponsors[i].person,
            json_pack("{s:s, s:s, s:s}", "region", DISTRICT, "name", d->sponsors[i].name, "kind", d->sponsors[i].kind),
            keep_id, d->sponsors[i].id, "/v1/sponsors");
    for (int i = 0; i < ORGANISATIONS; i++)
        demo_post(d, &d->organisations[i].person,
                  json_pack("{s:s, s:s}", "region", DISTRICT, "name", d->organisations[i].name), keep_id,
                  d->organisations[i].id, "/v1/organisations");
    return demo_quiet(d);
}

int demo_people(struct demo *d)
{
    demo_login(d, &d->district, "phone", "13800000001", DISTRICT "001"); /* the first officer, known from xq init */
    if (demo_done(d) < 0 || regions(d) < 0 || staff(d) < 0 || residents(d) < 0)
        return -1;
    return partners(d);
}
