/* xq demo: two rounds of a street and one district fair, played through the HTTP API like any outside client.
 * The same seed plays the same story: every request has a key made of seed and serial number, so that a story that was
 * interrupted is continued by playing it again from the beginning (what was stored answers as it did). */
#ifndef XQ_CLI_DEMO_H
#define XQ_CLI_DEMO_H

#include <jansson.h>

#include "base/when.h"
#include "http.h"
#include "progress.h"
#include "suite.h"

#define DISTRICT      "330102"
#define STREET_A      "330102001" /* Wangjiang: two rounds and its own fairs */
#define STREET_B      "330102002" /* a second street: the district's fair finds takers for its projects */
#define COMMUNITIES   11
#define ROUNDS        2
#define PROPOSALS     121
#define OPINIONS      760
#define APPRAISED     124 /* over both rounds, for every seed */
#define SPENT_FEN     INT64_C(385000000)
#define RESIDENTS     3000
#define LIKES         20000 /* a round */
#define SPONSORS      40
#define ORGANISATIONS 25
#define AMBASSADORS   30
#define SEATS         7
#define LETTERS       60000
#define B_PROPOSALS   24

typedef char code37[37]; /* an id as text */

struct person { /* somebody who is logged in */
    code37 id;
    char token[700];
    char home[16];
};
enum fate { FATE_DONE, FATE_UNTAKEN, FATE_RETURNED, FATE_REJECTED };
struct project {
    code37 id, line[2], agreement, organisation;
    code37 claim[4], lot[4], milestone[2];
    char title[160];
    const char *category, *what; /* what the second, in-kind line asks for */
    char region[16];
    int round, community, n; /* n: 1… in the order of drafting */
    enum fate fate;
    int64_t need_fen, spent_fen, back_fen; /* need = spent + back */
    int64_t in_kind;                       /* 0 = only money */
    const char *kind, *unit;
    int sponsors[3], n_sponsors, executor, kind_sponsor; /* indexes; kind_sponsor -1 = none */
    int64_t part[3];
    code37 kind_claim;
};
struct sponsor {
    code37 id;
    const char *kind;
    char name[64];
    struct person person;
};
struct organisation {
    code37 id;
    char name[64];
    struct person person;
};

struct demo {
    struct suite *suite;
    struct http *http;
    struct signer *signer; /* of development logins */
    struct err *err;
    bool failed, quiet;
    uint64_t seed, state; /* of the generator */
    uint64_t serial;      /* of the requests */
    int64_t now;          /* story time */
    const char *street;   /* played at the moment */
    struct person first, district, officer, officer2, clerk, deliberator;
    struct person *residents; /* RESIDENTS; 0…SEATS-1 also sit in reviews, the next AMBASSADORS are ambassadors */
    struct person seats[SEATS];
    struct person ambassadors[AMBASSADORS];
    struct sponsor sponsors[SPONSORS];
    struct organisation organisations[ORGANISATIONS];
    struct project *projects; /* of the round that is played */
    size_t n_projects;
    struct project plan_a[ROUNDS][PROPOSALS], plan_b[B_PROPOSALS];
};

/* --- demo_world.c: the invented world, all from the seed --- */
uint64_t demo_random(struct demo *d, uint64_t n); /* 0…n-1 */
void demo_plan(struct demo *d); /* fills plan_a and plan_b: exactly APPRAISED done and SPENT_FEN spent in plan_a */
extern const char *const community_names[COMMUNITIES];
extern const char *const channels[10];
int64_t community_households(int i);
char *demo_opinion(struct demo *d, const struct project *p,
                   char out[600]); /* a resident's sentence that wants this project */
void demo_sponsor_name(int i, const char **kind, char out[64]);
void demo_organisation_name(int i, char out[64]);

/* --- demo_call.c: the story teller as an HTTP client --- */
/* What to keep of an answer; false: the answer lacks it. keep_id copies `id` into a code37. */
typedef bool keep_fn(void *to, const json_t *answer);
bool keep_id(void *to, const json_t *answer);
/* Queues a request. body is stolen (may be NULL). An answer other than 2xx fails the story with its text; keep may be
 * NULL. Answers are kept rather than read again: public reads may be a second old. */
void demo_send(struct demo *d, const struct person *who, const char *method, json_t *body, keep_fn *keep, void *to,
               const char *path, ...) PRINTF(7, 8);
#define demo_post(d, who, body, keep, to, ...) demo_send(d, who, "POST", body, keep, to, __VA_ARGS__)
int demo_done(struct demo *d) MUSTCHECK; /* waits for all that was sent */
/* Every item of a paged list: each(d, item). */
int demo_list(struct demo *d, void (*each)(struct demo *d, const json_t *item), const char *path, ...)
    PRINTF(3, 4) MUSTCHECK;
/* Moves the story to t and waits until every service has arrived there: nothing due, no lag. */
int demo_at(struct demo *d, int64_t t) MUSTCHECK;
int demo_quiet(struct demo *d) MUSTCHECK;
/* Signs a development login and opens a session. */
void demo_login(struct demo *d, struct person *p, const char *kind, const char *subject, const char *home);
int64_t story(int year, int month, int day, int hour); /* Asia/Shanghai */

/* --- the chapters --- */
int demo_people(struct demo *d);          /* regions, staff, residents, sponsors, organisations */
int demo_needs(struct demo *d, int year); /* opinions, campaign, contest, proposals, first notice, review */
/* A notice in the street and its communities, from opening to the end of its days. */
int demo_notice(struct demo *d, const char *kind, int year, json_t *items, int communities,
                int (*meanwhile)(struct demo *d));
int demo_votes(struct demo *d, int year); /* second notice, likes, the ranked list */
int demo_fair(struct demo *d, int year, const char *organiser, const struct person *officer); /* claims, agreements */
int demo_works(struct demo *d, int year); /* ambassadors, lots, payments, completion, appraisal */

#endif
