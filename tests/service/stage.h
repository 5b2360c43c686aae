/* A service on a stage: its dispatcher on a real database (XQ_PG), without sockets. Calls go in as packs, events as
 * other services' streams; the street is new in each run, so that one database serves many. */
#ifndef XQ_TESTS_STAGE_H
#define XQ_TESTS_STAGE_H

#include "base/log.h"
#include "bus/frame.h"
#include "db/migrate.h"
#include "service/dispatcher.h"
#include "../unit/test.h"

/* Not every test needs every function. */
#pragma GCC diagnostic ignored "-Wunused-function"

#define ANSWERS 300
static struct {
    struct dispatcher *d;
    struct db *db; /* the service's own connection, for looking */
    int street;
    int64_t now, seq[4]; /* seq per publishing service */
    struct pack pack;
    struct {
        struct id id;
        int status;
        char *body;
    } answer[ANSWERS];
    int n;
} stage;

static void stage_reply(void *ctx, const struct reply_frame *r)
{
    (void)ctx;
    if (stage.n == ANSWERS)
        die("too many answers");
    stage.answer[stage.n].id = r->id;
    stage.answer[stage.n].status = r->status;
    free(stage.answer[stage.n].body);
    stage.answer[stage.n].body = xcalloc(r->body.n + 1, 1);
    memcpy(stage.answer[stage.n++].body, r->body.p, r->body.n);
}

/* conninfo of XQ_PG with the service's role instead of the administrator's. */
static void stage_open(const struct service *s)
{
    static const char *const services[] = {"intake", "voting", "matching", "supervision", "notification", NULL};
    static char conninfo[512];
    const char *pg = getenv("XQ_PG");
    struct err e = {0};
    char text[256];
    if (!pg || !*pg)
        skip_all("XQ_PG names no database");
    log_open(s->name, "test", LOG_ERROR);
    if (migrate_run(pg, getenv("XQ_SQL") ? getenv("XQ_SQL") : "schemas/sql", services, NULL, &e) < 0)
        die("migrate: %s", err_text(&e, text));
    snprintf(conninfo, sizeof conninfo, "%s user=xq_%s", pg, s->name);
    struct dispatcher_options o = {.service = s,
                                   .instance = "test",
                                   .db = {.conninfo = conninfo, .application = "test"},
                                   .contract = all_contract,
                                   .n_contract = all_contract_n,
                                   .events = all_events_contract,
                                   .n_events = all_events_contract_n,
                                   .hooks = {.reply = stage_reply}};
    stage.d = dispatcher_open(&o, &e);
    if (!stage.d || dispatcher_connect(stage.d, &e) < 0)
        die("stage: %s", err_text(&e, text));
    stage.db = db_open(&o.db, &e);
    if (!stage.db)
        die("stage: %s", err_text(&e, text));
    stage.street = (int)(110000 + wall_now() / SECOND % 500000) * 1000 + 1;
}

/* Queues one call; stage_go runs all that are queued as one pack. params may hold %S for the street. */
static struct id stage_call(const struct service *s, const char *op, struct id person, const char *params,
                            const char *body, struct id op_id)
{
    static int keys;
    char key[32], homes[32];
    AUTO_BUF frame = {0};
    struct id id = id_is_nil(op_id) ? id_new(stage.street) : op_id;
    snprintf(key, sizeof key, "key-%d-%d", stage.street, ++keys);
    snprintf(homes, sizeof homes, "%d001", stage.street);
    if (!stage.pack.bytes.n)
        pack_start(&stage.pack);
    struct call_frame f = {.id = id,
                           .attempt = 1,
                           .now = stage.now,
                           .left_ms = 5000,
                           .person = person,
                           .service = {s->name, strlen(s->name)},
                           .op = {op, strlen(op)},
                           .homes = {homes, strlen(homes)},
                           .key = {key, strlen(key)},
                           .params = {params, strlen(params)},
                           .body = {body, strlen(body)}};
    call_encode(&frame, &f);
    pack_add(&stage.pack, frame.p, frame.n);
    return id;
}

static void stage_go(void)
{
    stage.n = 0;
    if (!dispatch_pack(stage.d, stage.pack.bytes.p, stage.pack.bytes.n))
        die("not a pack");
    pack_start(&stage.pack);
}

/* The answer to one call of the last pack: "status body". */
static const char *stage_said(struct id id)
{
    static char out[70000];
    for (int i = 0; i < stage.n; i++)
        if (id_eq(stage.answer[i].id, id)) {
            snprintf(out, sizeof out, "%d %s", stage.answer[i].status, stage.answer[i].body);
            return out;
        }
    return "no answer";
}

/* An event of another service at stage.now: applied to the stage's street. */
static int stage_event(const char *service, const char *type, const char *data)
{
    static const char *const names[] = {"intake", "voting", "matching", "supervision"};
    int k = 0;
    struct err e = {0};
    char text[256];
    while (strcmp(names[k], service) != 0)
        k++;
    struct fetched_event x = {.seq = ++stage.seq[k],
                              .at = stage.now,
                              .type = type,
                              .data = data,
                              .data_n = strlen(data),
                              .trace = "",
                              .id = id_new(stage.street),
                              .op = id_new(stage.street)};
    struct fetched f = {.service = service, .stream = stage.street, .epoch = 7, .head = x.seq, .n = 1, .event = &x};
    int64_t epoch, seq;
    enum applied a = events_apply(stage.d, stage.street, &f, &epoch, &seq, &e);
    if (a != APPLIED)
        printf("# %s: %s\n", type, err_text(&e, text));
    return a == APPLIED;
}

/* One value of one row, as text. */
static const struct sql stage_sql_type = {
    "stage_type", "SELECT count(*)::text || ' ' || coalesce((array_agg(data::text ORDER BY seq DESC))[1], '') AS x "
                  "FROM outbox WHERE street = $1::int AND type = $2::text"};
static const char *stage_emitted(const char *type) /* "3 {the last one}" */
{
    static char out[70000];
    struct err e = {0};
    AUTO_ROWS r = {0};
    if (db_one(stage.db, &stage_sql_type, &r, &e, ARGS(arg_int4(stage.street), arg_text(type))) < 0)
        die("outbox");
    snprintf(out, sizeof out, "%s", row_text(&r, 0, "x"));
    return out;
}

static void stage_appoint(struct id person, const char *role, const char *region)
{
    char data[400], a[37], b[37];
    snprintf(
        data, sizeof data,
        "{\"id\":\"%s\",\"person\":\"%s\",\"role\":\"%s\",\"region\":\"%s\",\"valid_from\":\"1970-01-01T00:00:00Z\"}",
        id_text(id_new(stage.street), a), id_text(person, b), role, region);
    ok(stage_event("intake", "appointment.made", data), "%s is appointed in %s", role, region);
}

static bool starts(const char *s, const char *with)
{
    bool good = strncmp(s, with, strlen(with)) == 0;
    if (!good)
        printf("#  got: %.600s\n# want: %s…\n", s, with);
    return good;
}
static bool has(const char *s, const char *part)
{
    bool good = strstr(s, part) != NULL;
    if (!good)
        printf("#  got: %.900s\n# want in it: %s\n", s, part);
    return good;
}

static void stage_close(void)
{
    db_close(stage.db);
    dispatcher_close(stage.d);
    buf_free(&stage.pack.bytes);
    for (int i = 0; i < ANSWERS; i++)
        free(stage.answer[i].body);
}

#endif
