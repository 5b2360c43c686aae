/* The dispatcher on a real database, with a service of its own: `sample` keeps things, and misbehaves on demand.
 * Tests are named after the invariants of the delivery path where they show one. */
#include <time.h>

#pragma GCC diagnostic ignored "-Wunused-function" /* the sample service opens a stage of its own */
#include "stage.h"

/* --- the sample service --- */

enum mode { GOOD, DECIDES, BREAKS_RULE, TOUCHES_NOBODY, EMITS_3 };
struct thing {
    const char *place, *name;
    int64_t mode;
};
static const struct field thing_fields[] = {
    {.name = "place", .kind = F_REGION, .query = true, .required = true, .offset = offsetof(struct thing, place)},
    {.name = "name", .kind = F_TEXT, .required = true, .min = 1, .max = 50, .offset = offsetof(struct thing, name)},
    {.name = "mode", .kind = F_INT, .max = 9, .offset = offsetof(struct thing, mode)},
};
static const struct shape thing_shape = {"thing_put", sizeof(struct thing), thing_fields, 3};
struct place_only {
    const char *place;
};
static const struct field place_fields[] = {
    {.name = "place", .kind = F_REGION, .query = true, .required = true, .offset = offsetof(struct place_only, place)}};
static const struct shape place_shape = {"place", sizeof(struct place_only), place_fields, 1};
struct named {
    const char *name;
};
static const struct field named_fields[] = {
    {.name = "name", .kind = F_TEXT, .required = true, .min = 1, .max = 50, .offset = offsetof(struct named, name)}};
static const struct shape named_shape = {"named", sizeof(struct named), named_fields, 1};
static const struct event_contract thing_stored = {"thing.stored", "sample", &named_shape};
static const struct event_contract thing_wished = {"thing.wished", "other", &named_shape};

static const struct sql thing_insert = {"thing_insert",
                                        "INSERT INTO thing (street, id, name) VALUES ($1::int, $2::uuid, $3::text)"};
static const struct sql thing_touch = {"thing_touch",
                                       "UPDATE thing SET name = name WHERE street = $1::int AND id = $2::uuid"};
static const struct sql thing_count = {"thing_count", "SELECT count(*) AS n FROM thing WHERE street = $1::int"};
static const struct sql thing_named = {"thing_named",
                                       "SELECT count(*) AS n FROM thing WHERE street = $1::int AND name = $2::text"};

static int transactions; /* functions that ran */

static int store(struct call *c, const char *name, struct err *e)
{
    return db_put(c->db, &thing_insert, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(id_new(c->street)), arg_text(name)));
}

static int thing_put(struct call *c, const struct thing *in, struct err *e)
{
    char json[64];
    struct named data = {in->name};
    transactions++;
    if (store(c, in->mode == BREAKS_RULE ? "bad" : in->name, e) < 0)
        return -1;
    for (int i = 0; i < (in->mode == EMITS_3 ? 3 : 1); i++)
        call_emit(c, &thing_stored, &data);
    if (in->mode == TOUCHES_NOBODY &&
        db_put(c->db, &thing_touch, AFFECTED_1, e, ARGS(arg_int4(c->street), arg_id(id_new(c->street)))) < 0)
        return -1;
    if (in->mode == DECIDES)
        return FAIL(e, RULE, "not this one" ZH "不行");
    int n = snprintf(json, sizeof json, "{\"n\":%d}", transactions);
    return answer_json(c, json, (size_t)n);
}

static int thing_pay(struct call *c, const struct thing *in, struct err *e)
{
    return thing_put(c, in, e);
}

static int thing_get(struct call *c, const struct place_only *in, struct err *e)
{
    AUTO_ROWS r = {0};
    char json[128];
    (void)in;
    if (db_one(c->db, &thing_count, &r, e, ARGS(arg_int4(c->street))) < 0)
        return -1;
    int n = snprintf(json, sizeof json, "{\"things\":%d,\"role\":\"%s\"}", (int)row_int(&r, 0, "n"), c->role);
    return answer_json(c, json, (size_t)n);
}

static int thing_many(struct batch *b, const struct thing *in, struct err *e)
{
    for (size_t i = 0; i < b->n; i++) {
        if (in[i].mode == DECIDES) {
            call_fail(b->call[i], RULE, "%s", "");
            continue;
        }
        if (store(b->call[i], in[i].name, e) < 0)
            return -1;
        answer_json(b->call[i], in[i].name, strlen(in[i].name));
    }
    return 0;
}

static int thing_wish(struct call *c, const struct named *in, struct err *e)
{
    struct named data = {in->name};
    if (store(c, strcmp(in->name, "breaks") == 0 ? "bad" : in->name, e) < 0)
        return -1;
    if (strcmp(in->name, "refused") == 0)
        return FAIL(e, CONFLICT, "%s", "refused");
    return call_emit(c, &thing_stored, &data);
}

static int timer_failures;
static int thing_timer(struct call *c, const struct timer *in, struct err *e)
{
    char name[40];
    (void)in;
    if (timer_failures > 0 && timer_failures--)
        return FAIL(e, CONFLICT, "%s", "the timer is not in the mood");
    snprintf(name, sizeof name, "at %lld", (long long)(c->now / SECOND));
    return store(c, name, e);
}

#define WORDS(...)                                                                                                     \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }
#define SAMPLE(op, run_kind, retry_kind, who_words, s, is_money)                                                       \
    {                                                                                                                  \
        .id = #op, .service = "sample", .method = "POST", .path = "/", .run = run_kind, .retry = retry_kind,           \
        .success = 201, .who = who_words, .act_in = "place", .act_in_kind = F_REGION, .money = is_money,               \
        .content_type = "application/json", .request = s                                                               \
    }
static const struct op_contract sample[] = {
    SAMPLE(thing_get, RUN_READ, RETRY_NONE, WORDS("public", "officer"), &place_shape, false),
    SAMPLE(thing_many, RUN_BATCH, RETRY_NATURAL, WORDS("resident"), &thing_shape, false),
    SAMPLE(thing_pay, RUN_WRITE, RETRY_KEY, WORDS("officer"), &thing_shape, true),
    SAMPLE(thing_put, RUN_WRITE, RETRY_KEY, WORDS("officer", "person"), &thing_shape, false),
};
static const struct op_contract *const contract[] = {&sample[0], &sample[1], &sample[2], &sample[3]};
static const struct event_contract *const events[] = {&thing_stored, &thing_wished};
static const struct op ops[] = {OP(thing_put), OP(thing_pay), OP(thing_get), OP(thing_many), OPS_END};
static const struct op consumed[] = {ON("thing.wished", thing_wish), OPS_END};
static const struct op timers[] = {TIMER(thing_timer), OPS_END};
static struct service sample_service = {.name = "sample", .ops = ops, .events = consumed, .timers = timers};

/* --- the stage --- */

static struct db *admin;
static struct id officer, somebody;
static bool stale;
static int heads;
static int64_t head_seq;
static char params[64];

static bool on_stale(void *ctx)
{
    (void)ctx;
    return stale;
}
static void on_head(void *ctx, int street, int64_t epoch, int64_t seq)
{
    (void)ctx, (void)street, (void)epoch;
    heads++;
    head_seq = seq;
}

static void exec(const char *statement)
{
    struct err e = {0};
    char text[256];
    if (db_exec(admin, statement, &e) < 0)
        die("%s: %s", statement, err_text(&e, text));
}

/* The answer of COMMIT can be lost on purpose: before it reaches the server, or after. */
static enum { ARRIVES, LOST_BEFORE, LOST_AFTER } commits;
int __real_db_commit(struct db *db, struct err *e);
int __wrap_db_commit(struct db *db, struct err *e) MUSTCHECK;
int __wrap_db_commit(struct db *db, struct err *e)
{
    if (commits == ARRIVES)
        return __real_db_commit(db, e);
    if (commits == LOST_AFTER && __real_db_commit(db, e) < 0)
        return -1;
    commits = ARRIVES;
    exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sample/test'");
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    return FAIL(e, TIMEOUT, "%s", "");
}

static void open_stage(void)
{
    static const char *const services[] = {"sample", NULL};
    static char conninfo[512], pg[400];
    const char *given = getenv("XQ_PG");
    struct err e = {0};
    char text[256];
    if (!given || !*given)
        skip_all("XQ_PG names no database");
    log_open("sample", "test", LOG_ERROR);
    admin = db_open(&(struct db_options){.conninfo = given, .application = "test admin"}, &e);
    if (!admin)
        die("sample: %s", err_text(&e, text));
    /* A database of its own: the sample service is not among the suite's migrations. */
    exec("DROP DATABASE IF EXISTS xq_sample");
    exec("CREATE DATABASE xq_sample");
    db_close(admin);
    snprintf(pg, sizeof pg, "%s dbname=xq_sample", given);
    admin = db_open(&(struct db_options){.conninfo = pg, .application = "test admin"}, &e);
    if (!admin || migrate_run(pg, getenv("XQ_SQL") ? getenv("XQ_SQL") : "schemas/sql", services, NULL, &e) < 0)
        die("sample: %s", err_text(&e, text));
    exec(
        "CREATE TABLE IF NOT EXISTS sample.thing (street int NOT NULL, id uuid NOT NULL, name text NOT NULL CONSTRAINT "
        "thing_name CHECK (name <> 'bad'), CONSTRAINT thing_pk PRIMARY KEY (street, id))");
    exec("GRANT SELECT, INSERT, UPDATE (name) ON sample.thing TO xq_sample");
    snprintf(conninfo, sizeof conninfo, "%s user=xq_sample", pg);
    struct dispatcher_options o = {.service = &sample_service,
                                   .instance = "test",
                                   .db = {.conninfo = conninfo, .application = "sample/test"},
                                   .contract = contract,
                                   .n_contract = COUNT(contract),
                                   .events = events,
                                   .n_events = COUNT(events),
                                   .hooks = {.reply = stage_reply, .head = on_head, .stale = on_stale}};
    stage.d = dispatcher_open(&o, &e);
    if (!stage.d || dispatcher_connect(stage.d, &e) < 0)
        die("sample: %s", err_text(&e, text));
    o.db.application = "looker";
    stage.db = db_open(&o.db, &e);
    if (!stage.db)
        die("sample: %s", err_text(&e, text));
    stage.street = (int)(110000 + wall_now() / SECOND % 500000) * 1000 + 1;
    stage.now = wall_now();
    officer = id_new(stage.street);
    somebody = id_new(stage.street);
    snprintf(params, sizeof params, "place=%d", stage.street);
}

static void appoint(struct id person, const char *role, const char *region, const char *until)
{
    static char statement[512];
    char a[37], b[37];
    snprintf(statement, sizeof statement,
             "INSERT INTO sample.appointment VALUES ('%s', '%s', '%s', '%s', '1970-01-01', %s, 'intake')",
             id_text(id_new(stage.street), a), id_text(person, b), role, region, until);
    exec(statement);
}

static int64_t count(const struct sql *s, const char *name)
{
    AUTO_ROWS r = {0};
    struct err e = {0};
    if ((name ? db_one(stage.db, s, &r, &e, ARGS(arg_int4(stage.street), arg_text(name)))
              : db_one(stage.db, s, &r, &e, ARGS(arg_int4(stage.street)))) < 0)
        die("count");
    return row_int(&r, 0, "n");
}

/* One call with everything that can differ. */
struct asked {
    struct id person;
    const char *key, *after, *homes;
    uint32_t left_ms;
};
static struct id add(const char *op, const struct asked *a, const char *body)
{
    AUTO_BUF frame = {0};
    struct id id = id_new(stage.street);
    const char *key = a->key ? a->key : "", *after = a->after ? a->after : "", *homes = a->homes ? a->homes : "";
    if (!stage.pack.bytes.n)
        pack_start(&stage.pack);
    struct call_frame f = {.id = id,
                           .attempt = 1,
                           .now = stage.now,
                           .left_ms = a->left_ms ? a->left_ms - 1 : 5000,
                           .person = a->person,
                           .service = {"sample", 6},
                           .op = {op, strlen(op)},
                           .homes = {homes, strlen(homes)},
                           .key = {key, strlen(key)},
                           .after = {after, strlen(after)},
                           .params = {params, strlen(params)},
                           .body = {body, strlen(body)}};
    call_encode(&frame, &f);
    pack_add(&stage.pack, frame.p, frame.n);
    return id;
}
static const char *ask(const char *op, const struct asked *a, const char *body)
{
    struct id id = add(op, a, body);
    stage_go();
    return stage_said(id);
}
#define BY(...)          (&(struct asked){__VA_ARGS__})
#define BODY(name, mode) "{\"name\":\"" name "\",\"mode\":" #mode "}"

/* --- tests --- */

TEST(i2_one_effect)
{
    char first[400];
    snprintf(first, sizeof first, "%s", ask("thing_put", BY(.person = officer, .key = "k1"), BODY("one", 0)));
    ok(starts(first, "201 {\"n\":"), "stored");
    is(ask("thing_put", BY(.person = officer, .key = "k1"), BODY("one", 0)), first);
    is_int(count(&thing_named, "one"), 1);
    ok(starts(ask("thing_put", BY(.person = officer, .key = "k1"), BODY("other", 0)), "422"), "another body");
    ok(has(ask("thing_put", BY(.person = officer, .key = "k1"), BODY("other", 0)), "key_reused"), "stable code");
    ok(starts(ask("thing_put", BY(.person = somebody, .key = "k1"), BODY("one", 0)), "201"), "another caller");
    is_int(count(&thing_named, "one"), 2);
    ok(starts(ask("thing_put", BY(.person = officer), BODY("one", 0)), "400"), "no key");
    ok(starts(ask("thing_put", BY(.person = officer, .key = "k2"), BODY("later", 1)), "422"), "fails by decision");
    ok(starts(ask("thing_put", BY(.person = officer, .key = "k2"), BODY("later", 0)), "201"), "then the key works");
}

TEST(twins_in_one_group)
{
    char first[400];
    struct id a = add("thing_put", BY(.person = officer, .key = "t1"), BODY("twin", 0));
    struct id b = add("thing_put", BY(.person = officer, .key = "t1"), BODY("twin", 0));
    struct id c = add("thing_put", BY(.person = officer, .key = "t1"), BODY("no twin", 0));
    struct id x = add("thing_put", BY(.person = officer, .key = "t2"), BODY("bystander", 0));
    stage_go();
    snprintf(first, sizeof first, "%s", stage_said(a));
    ok(starts(first, "201"), "the first");
    is(stage_said(b), first);
    ok(starts(stage_said(c), "422"), "another body");
    ok(starts(stage_said(x), "201"), "the bystander");
    is_int(count(&thing_named, "twin"), 1);
    a = add("thing_put", BY(.person = officer, .key = "t3"), BODY("fails", 1));
    b = add("thing_put", BY(.person = officer, .key = "t3"), BODY("works", 0));
    stage_go();
    ok(starts(stage_said(a), "422") && starts(stage_said(b), "201"), "a failure is not remembered, also by a twin");
}

static void neighbours(const char *key, const char *bad, int status, const char *what)
{
    char body[100], keys[3][16], want[8];
    struct id id[3];
    for (int i = 0; i < 3; i++) {
        snprintf(keys[i], sizeof keys[i], "%s%d", key, i);
        snprintf(body, sizeof body, "{\"name\":\"%s %d\",\"mode\":0}", what, i);
        id[i] = add("thing_put", BY(.person = officer, .key = keys[i]), i == 1 ? bad : body);
    }
    stage_go();
    snprintf(want, sizeof want, "%d", status);
    ok(starts(stage_said(id[0]), "201") && starts(stage_said(id[2]), "201"), "%s: neighbours are stored", what);
    ok(starts(stage_said(id[1]), want), "%s: %d", what, status);
}
TEST(savepoints)
{
    neighbours("s", BODY("decides", 1), 422, "a decision");
    is_int(count(&thing_named, "decides"), 0);
    neighbours("r", BODY("rule", 2), 422, "a broken rule");
    neighbours("u", BODY("nobody", 3), 409, "an update that met no row");
    is_int(count(&thing_named, "nobody"), 0);
    is_int(count(&thing_named, "an update that met no row 0"), 1);
}

static const struct sql outbox_holes = {
    "outbox_holes", "SELECT count(*) AS n FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS k FROM outbox WHERE "
                    "street = $1::int) AS t WHERE seq <> k"};
static const struct sql outbox_last = {"outbox_last",
                                       "SELECT coalesce(max(seq), 0) AS n FROM outbox WHERE street = $1::int"};
static const struct sql head_now = {"head_now", "SELECT seq AS n FROM stream_head WHERE street = $1::int"};
TEST(i3_gapless)
{
    for (int i = 0; i < 20; i++) {
        char key[16];
        snprintf(key, sizeof key, "g%d", i);
        add("thing_put", BY(.person = officer, .key = key), i % 3 ? BODY("three", 4) : BODY("decides", 1));
    }
    heads = 0;
    stage_go();
    is_int(count(&outbox_holes, NULL), 0);
    is_int(count(&outbox_last, NULL), count(&head_now, NULL));
    is_int(heads, 1);
    is_int(head_seq, count(&head_now, NULL));
}

TEST(i1_ack_after_commit)
{
    int64_t before = count(&thing_named, "unknown");
    commits = LOST_AFTER;
    ok(starts(ask("thing_put", BY(.person = officer, .key = "c1"), BODY("unknown", 0)), "201"),
       "stored and its answer lost: the idempotency row says so");
    is_int(count(&thing_named, "unknown"), before + 1);
    commits = LOST_BEFORE;
    ok(starts(ask("thing_put", BY(.person = officer, .key = "c2"), BODY("unknown", 0)), "504"),
       "not known: nobody invents a result");
    ok(starts(ask("thing_put", BY(.person = officer, .key = "c2"), BODY("unknown", 0)), "201"), "the same key again");
    is_int(count(&thing_named, "unknown"), before + 2);
    commits = LOST_AFTER;
    struct id a = add("thing_put", BY(.person = officer, .key = "c3"), BODY("unknown", 0));
    struct id b = add("thing_put", BY(.person = officer, .key = "c4"), BODY("unknown", 1));
    stage_go();
    ok(starts(stage_said(a), "201") && starts(stage_said(b), "422"), "in a group, each its own");
}

TEST(a_lost_connection_is_renewed)
{
    exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sample/test'");
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    ok(starts(ask("thing_put", BY(.person = officer, .key = "d1"), BODY("after loss", 0)), "201"), "nobody notices");
    is_int(count(&thing_named, "after loss"), 1);
}

TEST(i9_deadline)
{
    int ran = transactions;
    ok(starts(ask("thing_put", BY(.person = officer, .key = "e1", .left_ms = 1), BODY("late", 0)), "504"),
       "no time left");
    is_int(transactions, ran);
    is_int(count(&thing_named, "late"), 0);
}

TEST(roles)
{
    char district[16], other[16];
    struct id boss = id_new(stage.street), past = id_new(stage.street), stranger = id_new(stage.street);
    snprintf(district, sizeof district, "%d", stage.street / 1000);
    snprintf(other, sizeof other, "%d", stage.street + 1);
    appoint(boss, "officer", district, "NULL");
    appoint(past, "officer", district, "'2000-01-01'");
    appoint(stranger, "officer", other, "NULL");
    ok(starts(ask("thing_pay", BY(.person = boss, .key = "r1"), BODY("paid", 0)), "201"), "a district's officer");
    ok(starts(ask("thing_pay", BY(.person = past, .key = "r2"), BODY("paid", 0)), "403"), "an appointment that ended");
    ok(starts(ask("thing_pay", BY(.person = stranger, .key = "r3"), BODY("paid", 0)), "403"),
       "another street's officer");
    ok(starts(ask("thing_pay", BY(.key = "r4"), BODY("paid", 0)), "401"), "nobody");
    ok(has(ask("thing_get", BY(.person = boss), ""), "\"role\":\"officer\""), "a read sees the role");
    ok(has(ask("thing_get", BY(0), ""), "\"role\":\"public\""), "or none");
    ok(starts(ask("thing_many", BY(.person = somebody, .homes = "999999999"), BODY("many", 0)), "403"),
       "lives elsewhere");
    stale = true;
    ok(has(ask("thing_pay", BY(.person = boss, .key = "r5"), BODY("paid", 0)), "stale_roles"), "stale roles: no money");
    ok(starts(ask("thing_put", BY(.person = boss, .key = "r6"), BODY("paid", 0)), "201"), "but everything else");
    stale = false;
}

TEST(batches)
{
    char home[16];
    snprintf(home, sizeof home, "%d", stage.street);
    struct id a = add("thing_many", BY(.person = somebody, .homes = home), BODY("b1", 0));
    struct id b = add("thing_many", BY(.person = somebody, .homes = home), BODY("b2", 1));
    struct id c = add("thing_put", BY(.person = officer, .key = "b3"), BODY("b3", 0));
    stage_go();
    is(stage_said(a), "201 b1");
    ok(starts(stage_said(b), "422") && starts(stage_said(c), "201"), "one fails, the others are stored");
    a = add("thing_many", BY(.person = somebody, .homes = home), BODY("bad", 0));
    b = add("thing_many", BY(.person = somebody, .homes = home), BODY("b4", 0));
    stage_go();
    ok(starts(stage_said(a), "422") && starts(stage_said(b), "201"), "a broken rule: run again one by one");
}

TEST(bad_input)
{
    ok(has(ask("thing_put", BY(.person = officer, .key = "x1"), "{\"name\":3}"), "\"bad_request\""), "wrong type");
    ok(starts(ask("thing_put", BY(.person = officer, .key = "x1"), "{\"name\":\"a\",\"extra\":1}"), "400"),
       "unknown field");
    ok(starts(ask("thing_gone", BY(.key = ""), ""), "404"), "unknown operation");
    ok(!dispatch_pack(stage.d, "nonsense", 8), "not a pack");
}

static enum applied wish(int64_t epoch, int64_t head, int64_t from, const char *const *names, int64_t *seq)
{
    struct fetched_event x[8];
    char data[8][64];
    size_t n = 0;
    struct err e = {0};
    int64_t at = 0;
    for (; names[n]; n++) {
        int k = snprintf(data[n], sizeof data[n], "{\"name\":\"%s\",\"newer\":1}", names[n]);
        x[n] = (struct fetched_event){.seq = from + (int64_t)n,
                                      .at = stage.now,
                                      .type = "thing.wished",
                                      .data = data[n],
                                      .data_n = (size_t)k,
                                      .trace = "",
                                      .id = id_new(stage.street),
                                      .op = id_new(stage.street)};
    }
    struct fetched f = {.service = "other", .stream = stage.street, .epoch = epoch, .head = head, .n = n, .event = x};
    return events_apply(stage.d, stage.street, &f, &at, seq, &e);
}
TEST(i6_cursor_with_effect)
{
    int64_t seq = 0;
    is_int(wish(5, 3, 1, WORDS("w1", "w2", "w3"), &seq), APPLIED);
    is_int(seq, 3);
    is_int(wish(5, 3, 1, WORDS("w1", "w2", "w3"), &seq), APPLIED);
    is_int(count(&thing_named, "w1") + count(&thing_named, "w2") + count(&thing_named, "w3"), 3);
    is_int(wish(5, 4, 2, WORDS("w2", "w3", "w4"), &seq), APPLIED);
    is_int(seq, 4);
    is_int(count(&thing_named, "w3") * 10 + count(&thing_named, "w4"), 11);
    is_int(wish(5, 9, 6, WORDS("w6"), &seq), HALTED);
    is_int(count(&thing_named, "w6"), 0);
    is_int(wish(6, 9, 5, WORDS("w5"), &seq), HALTED);
    is_int(wish(5, 2, 5, WORDS("w5"), &seq), HALTED);
    is_int(count(&thing_named, "w5"), 0);
    is_int(count(&outbox_holes, NULL), 0);
}
TEST(cursor_taken_elsewhere)
{
    int64_t seq = 0;
    static char statement[200];
    exec("BEGIN");
    snprintf(statement, sizeof statement, "SELECT 1 FROM sample.cursor WHERE street = %d FOR UPDATE", stage.street);
    exec(statement);
    is_int(wish(5, 5, 5, WORDS("w5"), &seq), ELSEWHERE);
    exec("ROLLBACK");
    is_int(wish(5, 5, 5, WORDS("w5"), &seq), APPLIED);
}
TEST(a_bad_event_halts_its_stream_or_is_parked)
{
    int64_t seq = 0;
    is_int(wish(5, 8, 6, WORDS("good", "refused", "behind"), &seq), HALTED);
    is_int(seq, 6);
    is_int(count(&thing_named, "good") * 10 + count(&thing_named, "behind"), 10);
    is_int(wish(5, 8, 7, WORDS("breaks", "behind"), &seq), HALTED);
    is_int(seq, 6);
    sample_service.parks = true;
    is_int(wish(5, 8, 7, WORDS("refused", "behind"), &seq), APPLIED);
    is_int(seq, 8);
    is_int(wish(5, 11, 9, WORDS("p1", "breaks", "p2"), &seq), APPLIED);
    is_int(seq, 11);
    is_int(count(&thing_named, "p1") * 10 + count(&thing_named, "p2"), 11);
    sample_service.parks = false;
}

TEST(not_yet)
{
    char after[80], late[80], strange[80];
    snprintf(after, sizeof after, "other/%d/11", stage.street);
    snprintf(late, sizeof late, "other/%d/12", stage.street);
    snprintf(strange, sizeof strange, "nobody/%d/12", stage.street);
    ok(starts(ask("thing_get", BY(.after = after), ""), "201"), "reached");
    ok(has(ask("thing_get", BY(.after = late), ""), "not_yet"), "not reached");
    ok(has(ask("thing_put", BY(.person = officer, .key = "n1", .after = late), BODY("n", 0)), "not_yet"),
       "a write too");
    ok(starts(ask("thing_get", BY(.after = strange), ""), "201"), "not followed: nothing to wait for");
    ok(starts(ask("thing_get", BY(.after = "rubbish"), ""), "400"), "not a position");
}

TEST(timers_run_at_their_own_time)
{
    static char statement[300];
    char id[37], name[40];
    struct err e = {0};
    struct timers_state s = {0};
    int64_t at = stage.now - 60 * SECOND;
    snprintf(statement, sizeof statement, "INSERT INTO sample.due VALUES (%d, 'thing_timer', '%s', to_timestamp(%lld))",
             stage.street, id_text(id_new(stage.street), id), (long long)(at / SECOND));
    exec(statement);
    is_int(timers_run(stage.d, at - SECOND, &s, &e), 0);
    timer_failures = 1;
    is_int(timers_run(stage.d, stage.now, &s, &e), 0);
    is_int(s.failing * 10 + s.due, 11);
    ok(has(s.failure, "not in the mood"), "its reason is told");
    nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 100000000}, NULL);
    is_int(timers_run(stage.d, stage.now, &s, &e), 1);
    is_int(s.failing * 10 + s.due, 0);
    is_int(timers_run(stage.d, stage.now, &s, &e), 0);
    snprintf(name, sizeof name, "at %lld", (long long)(at / SECOND));
    is_int(count(&thing_named, name), 1);
}

TEST(events_after_tells_what_was_published)
{
    char own[64];
    struct fetched f = {0};
    struct err e = {0};
    memcpy(own, params, sizeof own);
    snprintf(params, sizeof params, "stream=%d&after=0&limit=500", stage.street);
    struct arena *a = arena_new();
    const char *said = ask("events_after", BY(0), "");
    ok(starts(said, "200 ") && fetched_read("sample", stage.street, said + 4, strlen(said + 4), a, &f, &e) == 0,
       "readable");
    is_int(f.head, count(&head_now, NULL));
    is_int(f.n ? f.event[f.n - 1].seq : 0, f.head);
    params[0] = '\0';
    ok(starts(ask("heads_get", BY(0), ""), "200 "), "heads");
    memcpy(params, own, sizeof own);
    arena_free(a);
}

int main(void)
{
    char home[16];
    open_stage();
    snprintf(home, sizeof home, "%d", stage.street);
    appoint(officer, "officer", home, "NULL");
    run(i2_one_effect);
    run(twins_in_one_group);
    run(savepoints);
    run(i3_gapless);
    run(i1_ack_after_commit);
    run(a_lost_connection_is_renewed);
    run(i9_deadline);
    run(roles);
    run(batches);
    run(bad_input);
    run(i6_cursor_with_effect);
    run(cursor_taken_elsewhere);
    run(a_bad_event_halts_its_stream_or_is_parked);
    run(not_yet);
    run(timers_run_at_their_own_time);
    run(events_after_tells_what_was_published);
    stage_close();
    db_close(admin);
    done_testing();
}
