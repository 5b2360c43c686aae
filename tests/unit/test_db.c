/* The database floor against a real private PostgreSQL: XQ_PG is its conninfo; tests/pg.sh starts one. */
#include "test.h"

#include <unistd.h>

#include "base/when.h"
#include "db/db.h"

static struct err e;
static struct db *db;

#define S(n, t) static const struct sql n[1] = {{#n, t}}
S(put_row, "INSERT INTO t.row (street, id, n, text) VALUES ($1, $2, $3, $4)");
S(get_row, "SELECT n, text FROM t.row WHERE street = $1 AND id = $2");
S(set_row, "UPDATE t.row SET n = $3 WHERE street = $1 AND id = $2");
S(count_rows, "SELECT count(*) AS n FROM t.row WHERE street = $1");

#define STREET 330102001

static const char *text_of_err(void)
{
    static char out[256];
    return err_text(&e, out);
}

static struct db *fresh(void)
{
    struct db_options o = {.conninfo = getenv("XQ_PG"), .application = "test/1"};
    struct db *d = db_open(&o, &e);
    if (!d) {
        printf("Bail out! %s\n", text_of_err());
        exit(1);
    }
    return d;
}

static int64_t rows(void)
{
    AUTO_ROWS r = {0};
    if (db_one(db, count_rows, &r, &e, ARGS(arg_int4(STREET))) < 0)
        return -1;
    return row_int(&r, 0, "n");
}

static int put(struct id id, int64_t n)
{
    return db_put(db, put_row, AFFECTED_1, &e, ARGS(arg_int4(STREET), arg_id(id), arg_int(n), arg_text("好")));
}

static void clean(void)
{
    ok(db_exec(db, "TRUNCATE t.row", &e) == 0, "clean");
}

TEST(transaction_in_one_pass)
{
    struct id id = id_new(STREET);
    clean();
    AUTO_ROWS r = {0};
    ok(db_begin(db, &e) == 0, "begin");
    ok(put(id, 7) == 0, "put");
    ok(db_one(db, get_row, &r, &e, ARGS(arg_int4(STREET), arg_id(id))) == 0, "read %s", text_of_err());
    is_int(row_int(&r, 0, "n"), 7);
    is(row_text(&r, 0, "text"), "好");
    ok(db_commit(db, &e) == 0, "commit");
    is_int(rows(), 1);
    ok(db_maybe(db, get_row, &r, &e, ARGS(arg_int4(STREET), arg_id(id_new(STREET)))) == 0 && r.n == 0, "no row");
    ok(db_one(db, get_row, &r, &e, ARGS(arg_int4(STREET), arg_id(id_new(STREET)))) < 0, "one wants a row");
    is_int(e.code, ERR_NOT_FOUND);
}

TEST(constraint_in_the_pipeline)
{
    struct id id = id_new(STREET);
    AUTO_ROWS r = {0};
    clean();
    ok(db_begin(db, &e) == 0 && put(id, 1) == 0 && put(id, 2) == 0 && put(id_new(STREET), 3) == 0,
       "queued: the second is a twin");
    ok(db_one(db, count_rows, &r, &e, ARGS(arg_int4(STREET))) < 0, "the read reports it");
    is_int(e.code, ERR_CONFLICT);
    is(db_sqlstate(db), "23505");
    is(db_constraint(db), "row_pk");
    ok(r.n == 0 && !r.r, "out is untouched");
    db_rollback(db);
    ok(db_alive(db), "alive");
    is(db_sqlstate(db), "23505"); /* still there for whoever decides what to do */
    is_int(rows(), 0);

    ok(db_begin(db, &e) == 0 && put(id_new(STREET), 1) == 0 && put(id_new(STREET), 1000) == 0, "queued: out of range");
    ok(db_commit(db, &e) < 0, "commit reports it");
    is_int(e.code, ERR_RULE);
    is(db_constraint(db), "n_small");
    db_rollback(db);
    is_int(rows(), 0);

    ok(put(id_new(STREET), 1000) == 0 && db_flush(db, &e) < 0, "outside a transaction");
    is_int(e.code, ERR_RULE);
    ok(put(id_new(STREET), 1) == 0 && db_flush(db, &e) == 0, "and on");
    is_int(rows(), 1);
}

TEST(expectation_stops_commit)
{
    clean();
    struct id id = id_new(STREET);
    ok(db_begin(db, &e) == 0 && put(id, 1) == 0, "one row");
    ok(db_put(db, set_row, AFFECTED_1, &e, ARGS(arg_int4(STREET), arg_id(id_new(STREET)), arg_int(5))) == 0,
       "an update that meets no row");
    ok(db_commit(db, &e) < 0, "is not committed");
    is_int(e.code, ERR_CONFLICT);
    db_rollback(db);
    is_int(rows(), 0);
    ok(db_begin(db, &e) == 0 && put(id, 1) == 0, "one row");
    ok(db_put(db, set_row, AFFECTED_ANY, &e, ARGS(arg_int4(STREET), arg_id(id_new(STREET)), arg_int(5))) == 0,
       "any number is fine");
    ok(db_commit(db, &e) == 0, "committed");
    is_int(rows(), 1);
}

TEST(savepoints)
{
    clean();
    ok(db_begin(db, &e) == 0, "begin");
    for (int i = 0; i < 300; i++) {
        int r = db_savepoint(db, &e) < 0 || put(id_new(STREET), i) < 0 || (i % 3 == 0 && db_undo(db, &e) < 0);
        if (r != 0)
            ok(0, "call %d: %s", i, text_of_err());
    }
    ok(db_commit(db, &e) == 0, "commit");
    is_int(rows(), 200);

    AUTO_ROWS r = {0};
    clean();
    ok(db_begin(db, &e) == 0 && put(id_new(STREET), 1) == 0 && db_savepoint(db, &e) == 0 &&
           put(id_new(STREET), 1000) == 0,
       "a bad call");
    ok(db_one(db, count_rows, &r, &e, ARGS(arg_int4(STREET))) < 0, "fails");
    ok(db_undo(db, &e) == 0 && put(id_new(STREET), 2) == 0 && db_commit(db, &e) == 0, "undone after the error, and on");
    is_int(rows(), 2);
}

TEST(commit_answered_rollback)
{
    clean();
    ok(db_begin(db, &e) == 0 && put(id_new(STREET), 1) == 0, "begin");
    ok(db_exec(db, "SELECT 1/0", &e) < 0, "broken");
    is_int(e.code, ERR_RULE);
    ok(db_commit(db, &e) < 0, "COMMIT answered ROLLBACK is a failure");
    is_int(e.code, ERR_BUSY);
    db_rollback(db);
    ok(db_alive(db), "alive");
    is_int(rows(), 0);
}

TEST(deferred_rule_at_commit)
{
    ok(db_exec(db,
               "CREATE TABLE t.child (street int, id uuid, CONSTRAINT child_row FOREIGN KEY (street, id) REFERENCES "
               "t.row DEFERRABLE INITIALLY DEFERRED)",
               &e) == 0,
       "table");
    ok(db_begin(db, &e) == 0 &&
           db_exec(db, "INSERT INTO t.child VALUES (330102001, '018f0000-0000-7000-8000-000000000000')", &e) == 0,
       "orphan");
    ok(db_commit(db, &e) < 0, "refused at COMMIT");
    is_int(e.code, ERR_RULE);
    is(db_constraint(db), "child_row");
    db_rollback(db);
    ok(db_alive(db) && db_exec(db, "DROP TABLE t.child", &e) == 0, "alive");
}

TEST(own_sqlstate)
{
    ok(db_exec(db, "DO $$ BEGIN RAISE EXCEPTION 'no more than ten' USING ERRCODE = 'XQ001'; END $$", &e) < 0, "raised");
    is_int(e.code, ERR_RULE);
    is(text_of_err(), "no more than ten");
    is(db_sqlstate(db), "XQ001");
}

/* On Citus the field is empty and the shard's number is in the text. */
TEST(citus_names)
{
    ok(db_exec(db,
               "DO $$ BEGIN RAISE EXCEPTION 'new row violates check constraint \"lot_step_102234\"' USING ERRCODE = "
               "'23514'; END $$",
               &e) < 0,
       "raised");
    is(db_constraint(db), "lot_step");
    ok(db_exec(db, "DO $$ BEGIN RAISE EXCEPTION 'violates check constraint \"lot_2\"' USING ERRCODE = '23514'; END $$",
               &e) < 0,
       "raised");
    is(db_constraint(db), "lot_2");
}

/* A second connection ends the first one's backend. */
static int backend(struct db *d)
{
    S(pid, "SELECT pg_backend_pid() AS pid");
    AUTO_ROWS r = {0};
    return db_one(d, pid, &r, &e, NO_ARGS) < 0 ? -1 : (int)row_int(&r, 0, "pid");
}

static void kill_backend(int pid)
{
    S(end, "SELECT pg_terminate_backend($1, 5000) AS done");
    AUTO_ROWS r = {0};
    struct db *d = fresh();
    ok(db_one(d, end, &r, &e, ARGS(arg_int4(pid))) == 0 && row_bool(&r, 0, "done"), "backend ended");
    db_close(d);
}

static void again(void)
{
    db_close(db);
    db = fresh();
}

TEST(killed_before_commit)
{
    AUTO_ROWS r = {0};
    clean();
    int pid = backend(db);
    ok(db_begin(db, &e) == 0 && put(id_new(STREET), 1) == 0 && db_flush(db, &e) == 0, "in a transaction");
    kill_backend(pid);
    ok(put(id_new(STREET), 2) < 0 || db_one(db, count_rows, &r, &e, ARGS(arg_int4(STREET))) < 0, "lost");
    is_int(e.code, ERR_UNAVAILABLE);
    ok(!db_alive(db), "not alive");
    db_rollback(db);
    ok(db_begin(db, &e) < 0, "and stays so");
    again();
    is_int(rows(), 0);
}

TEST(killed_during_commit)
{
    clean();
    int pid = backend(db);
    ok(db_begin(db, &e) == 0 && put(id_new(STREET), 1) == 0, "queued");
    ok(db_flush(db, &e) == 0, "stored");
    kill_backend(pid);
    ok(db_commit(db, &e) < 0, "COMMIT meets a closed connection");
    is_int(e.code, ERR_TIMEOUT);
    is_int(err_outcome(e.code), UNSURE);
    ok(!db_alive(db), "not alive");
    again();
    is_int(rows(), 0);

    /* An implicit transaction: its Sync is a commit. */
    pid = backend(db);
    kill_backend(pid);
    ok(put(id_new(STREET), 1) < 0 || db_flush(db, &e) < 0, "lost");
    is_int(e.code, ERR_TIMEOUT);
    again();
}

TEST(killed_while_idle)
{
    kill_backend(backend(db));
    ok(!db_alive(db), "seen without asking");
    again();
    ok(db_alive(db), "again");
}

/* Far more than both sockets' buffers hold, in one round: neither end may block the other. */
TEST(big_queue)
{
    static char text[65536];
    memset(text, 'x', sizeof text - 1);
    clean();
    ok(db_begin(db, &e) == 0, "begin");
    int bad = 0;
    for (int i = 0; i < 1000; i++)
        bad += db_put(db, put_row, AFFECTED_1, &e,
                      ARGS(arg_int4(STREET), arg_id(id_new(STREET)), arg_int(i % 1000), arg_text(text))) < 0;
    is_int(bad, 0);
    ok(db_commit(db, &e) == 0, "commit: %s", text_of_err());
    is_int(rows(), 1000);
}

TEST(big_queue_with_answers)
{
    S(echo, "SELECT repeat($1, 100) AS text");
    static char text[1000];
    memset(text, 'x', sizeof text - 1);
    int bad = 0;
    for (int i = 0; i < 1000; i++)
        bad += db_put(db, echo, AFFECTED_ANY, &e, ARGS(arg_text(text))) < 0;
    is_int(bad, 0);
    ok(db_flush(db, &e) == 0, "100 MB of answers to queued statements: %s", text_of_err());
}

/* The failure is read while the queue is still growing; the rest must not be taken for a new round. */
TEST(early_failure_is_not_forgotten)
{
    S(echo, "SELECT repeat($1, 10000) AS text");
    static char text[60000];
    memset(text, 'x', sizeof text - 1);
    clean();
    ok(db_begin(db, &e) == 0 &&
           db_put(db, set_row, AFFECTED_1, &e, ARGS(arg_int4(STREET), arg_id(id_new(STREET)), arg_int(5))) == 0,
       "no such row");
    ok(db_put(db, echo, AFFECTED_ANY, &e, ARGS(arg_text("0123456789"))) == 0,
       "an answer that pushes the first one out");
    for (int i = 0; i < 40; i++)
        (void)!db_put(db, put_row, AFFECTED_1, &e,
                      ARGS(arg_int4(STREET), arg_id(id_new(STREET)), arg_int(1), arg_text(text)));
    usleep(100000);
    for (int i = 0; i < 40; i++)
        (void)!db_put(db, put_row, AFFECTED_1, &e,
                      ARGS(arg_int4(STREET), arg_id(id_new(STREET)), arg_int(1), arg_text(text)));
    ok(db_commit(db, &e) < 0, "no commit");
    is_int(e.code, ERR_CONFLICT);
    db_rollback(db);
    is_int(rows(), 0);
}

TEST(deadline)
{
    S(sleep, "SELECT pg_sleep(5)::text AS s");
    AUTO_ROWS r = {0};
    ok(db_begin(db, &e) == 0, "begin");
    int64_t begun = mono_ms();
    db_deadline(db, begun + 300);
    ok(db_one(db, sleep, &r, &e, NO_ARGS) < 0, "too late");
    int64_t took = mono_ms() - begun;
    ok(took >= 290 && took < 2000, "after %lld ms", (long long)took);
    is_int(e.code, ERR_BUSY);
    ok(!db_alive(db), "not alive");
    again();
    /* The backend must not go on for a client that has left. */
    S(left, "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(5)%' AND state = 'active'");
    usleep(700000);
    ok(db_one(db, left, &r, &e, NO_ARGS) == 0 && row_int(&r, 0, "n") == 0, "its backend has ended");
}

TEST(deadline_of_commit)
{
    ok(db_exec(db,
               "CREATE FUNCTION t.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN "
               "NULL; END $$",
               &e) == 0,
       "slow");
    ok(db_exec(db,
               "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t.row DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
               "EXECUTE FUNCTION t.slow()",
               &e) == 0,
       "slow");
    ok(db_begin(db, &e) == 0 && put(id_new(STREET), 1) == 0, "begin");
    db_deadline(db, mono_ms() + 300);
    ok(db_commit(db, &e) < 0, "COMMIT takes too long");
    is_int(e.code, ERR_TIMEOUT);
    again();
    ok(db_exec(db, "DROP TRIGGER slow ON t.row", &e) == 0, "fast again");
}

TEST(lock_timeout_is_busy)
{
    struct id id = id_new(STREET);
    clean();
    ok(put(id, 1) == 0 && db_flush(db, &e) == 0, "a row");
    struct db *other = fresh();
    ok(db_begin(other, &e) == 0 &&
           db_put(other, set_row, AFFECTED_1, &e, ARGS(arg_int4(STREET), arg_id(id), arg_int(2))) == 0 &&
           db_flush(other, &e) == 0,
       "held");
    ok(db_begin(db, &e) == 0 && db_exec(db, "SET LOCAL lock_timeout = 100", &e) == 0, "begin");
    ok(db_put(db, set_row, AFFECTED_1, &e, ARGS(arg_int4(STREET), arg_id(id), arg_int(3))) == 0 &&
           db_commit(db, &e) < 0,
       "waits in vain");
    is_int(e.code, ERR_BUSY);
    is(db_sqlstate(db), "55P03");
    db_rollback(db);
    ok(db_commit(other, &e) == 0, "the other one commits");
    db_close(other);
}

TEST(scalars)
{
    S(all, "SELECT $1 AS i8, $2 AS i4, $3 AS b, $4 AS t, $5 AS u, $6 AS ts, $7 AS by, $8::jsonb AS j, $9 AS null_time, "
           "$2::int2 AS i2, $4::varchar AS v");
    struct id id = id_new(STREET);
    AUTO_ROWS r = {0};
    int64_t t = 0;
    when_parse("2014-03-01T09:00:00.123456+08:00", &t);
    ok(db_one(db, all, &r, &e,
              ARGS(arg_int(INT64_MIN), arg_int4(-5), arg_bool(true), arg_text("好'\"\\"), arg_id(id), arg_time(t),
                   arg_bytes("a\0b", 3), arg_text("{\"a\":[1,null]}"), arg_time(TIME_NONE))) == 0,
       "all: %s", text_of_err());
    ok(row_int(&r, 0, "i8") == INT64_MIN && row_int(&r, 0, "i4") == -5 && row_int(&r, 0, "i2") == -5 &&
           row_bool(&r, 0, "b"),
       "numbers");
    is(row_text(&r, 0, "t"), "好'\"\\");
    is(row_text(&r, 0, "v"), "好'\"\\");
    ok(id_eq(row_id(&r, 0, "u"), id), "uuid");
    is_int(row_time(&r, 0, "ts"), t);
    size_t n = 0;
    const void *p = row_bytes(&r, 0, "by", &n);
    ok(n == 3 && memcmp(p, "a\0b", 3) == 0, "bytes");
    is(row_text(&r, 0, "j"), "{\"a\": [1, null]}");
    is_int(row_length(&r, 0, "j"), 16);
    ok(row_null(&r, 0, "null_time") && row_time(&r, 0, "null_time") == TIME_NONE, "no time");

    ok(db_one(db, all, &r, &e,
              ARGS(arg_int_or_null(false, 1), arg_int4(1), arg_bool(false), arg_text(NULL), arg_id(ID_NIL),
                   arg_time(-1), arg_bytes(NULL, 0), arg_text(NULL), arg_time(0))) == 0,
       "nulls: %s", text_of_err());
    ok(row_null(&r, 0, "i8") && row_null(&r, 0, "t") && row_null(&r, 0, "u") && row_null(&r, 0, "by") &&
           row_null(&r, 0, "j"),
       "nulls");
    ok(id_is_nil(row_id(&r, 0, "u")) && !row_bytes(&r, 0, "by", &n), "nil");
    is(row_text(&r, 0, "t"), "");
    is_int(row_time(&r, 0, "ts"), -1);
    is_int(row_time(&r, 0, "null_time"), 0);
    ok(db_one(db, all, &r, &e,
              ARGS(arg_int(1), arg_int4(1), arg_bool(false), arg_text("\xff"), arg_id(id), arg_time(1),
                   arg_bytes("", 0), arg_text(NULL), arg_time(0))) < 0,
       "no UTF-8");
    is_int(e.code, ERR_RULE);
}

TEST(arrays)
{
    S(un, "SELECT a, b, c, d, u, t FROM unnest($1, $2, $3, $4, $5, $6) AS x(a, b, c, d, u, t)");
    const int64_t ints[] = {1, INT64_MAX, -1}, times[] = {0, TIME_NONE, 1393635600000000};
    const int int4s[] = {330102001, -7, 0};
    const bool bools[] = {true, false, true};
    const char *const texts[] = {"一", NULL, ""};
    const struct id ids[] = {id_new(STREET), ID_NIL, id_new(STREET)};
    AUTO_ROWS r = {0};
    ok(db_many(db, un, &r, &e,
               ARGS(arg_ints(ints, 3), arg_int4s(int4s, 3), arg_bools(bools, 3), arg_texts(texts, 3), arg_ids(ids, 3),
                    arg_times(times, 3))) == 0,
       "arrays: %s", text_of_err());
    is_int(r.n, 3);
    int good = 0;
    for (int i = 0; i < r.n && i < 3; i++) {
        good += row_int(&r, i, "a") == ints[i] && row_int(&r, i, "b") == int4s[i] && row_bool(&r, i, "c") == bools[i];
        good += row_null(&r, i, "d") == !texts[i] && strcmp(row_text(&r, i, "d"), texts[i] ? texts[i] : "") == 0;
        good += id_eq(row_id(&r, i, "u"), ids[i]) && row_time(&r, i, "t") == times[i];
    }
    is_int(good, 9);
    ok(db_many(db, un, &r, &e,
               ARGS(arg_ints(NULL, 0), arg_int4s(NULL, 0), arg_bools(NULL, 0), arg_texts(NULL, 0), arg_ids(NULL, 0),
                    arg_times(NULL, 0))) == 0 &&
           r.n == 0,
       "empty ones");
}

static void count_tick(void *ctx)
{
    ++*(int *)ctx;
}

TEST(ticks)
{
    S(sleep, "SELECT pg_sleep(1.1)::text AS s");
    AUTO_ROWS r = {0};
    int n = 0;
    db_on_wait(db, count_tick, &n);
    ok(db_one(db, sleep, &r, &e, NO_ARGS) == 0, "slept");
    db_on_wait(db, NULL, NULL);
    ok(n >= 4, "%d ticks", n);
}

TEST(server_is_safe)
{
    ok(db_check_server(db, &e) == 0, "safe: %s", text_of_err());
    ok(db_exec(db, "SET synchronous_commit = off", &e) == 0 && db_check_server(db, &e) < 0, "not safe");
    ok(strstr(text_of_err(), "synchronous_commit = off"), "%s", text_of_err());
    ok(db_exec(db, "RESET synchronous_commit", &e) == 0, "safe again");
    struct db_options o = {.conninfo = "host=/nowhere dbname=x", .application = "test/1"};
    ok(!db_open(&o, &e) && e.code == ERR_UNAVAILABLE, "%s", text_of_err());
}

int main(void)
{
    if (!getenv("XQ_PG"))
        skip_all("XQ_PG names no PostgreSQL (sh tests/pg.sh start DIR)");
    db = fresh();
    ok(db_exec(db, "DROP SCHEMA IF EXISTS t CASCADE", &e) == 0 && db_exec(db, "CREATE SCHEMA t", &e) == 0, "schema");
    ok(db_exec(
           db,
           "CREATE TABLE t.row (street int NOT NULL, id uuid, n bigint CONSTRAINT n_small CHECK (n < 1000), text text, "
           "CONSTRAINT row_pk PRIMARY KEY (street, id))",
           &e) == 0,
       "table");
    run(transaction_in_one_pass);
    run(constraint_in_the_pipeline);
    run(expectation_stops_commit);
    run(savepoints);
    run(commit_answered_rollback);
    run(deferred_rule_at_commit);
    run(own_sqlstate);
    run(citus_names);
    run(killed_before_commit);
    run(killed_during_commit);
    run(killed_while_idle);
    run(big_queue);
    run(big_queue_with_answers);
    run(early_failure_is_not_forgotten);
    run(deadline);
    run(deadline_of_commit);
    run(lock_timeout_is_busy);
    run(scalars);
    run(arrays);
    run(ticks);
    run(server_is_safe);
    db_close(db);
    done_testing();
}
