/* The database floor against a real private PostgreSQL: XQ_PG is its conninfo; tests/pg.sh starts one. */
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/when.h"
#include "db/db.h"

static struct err e;
static struct db *db;

#define S(n, t) static const struct sql n[1] = {{#n, t}}
S(put_row, "INSERT INTO t.row (street, id, n, text) VALUES ($1, $2, $3, $4)");
S(get_row, "SELECT n, text FROM t.row WHERE street = $1 AND id = $2");
__attribute__((unused)) S(set_row, "UPDATE t.row SET n = $3 WHERE street = $1 AND id = $2");
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

int main(void)
{
    if (!getenv("XQ_PG"))
        skip_all("XQ_PG names no PostgreSQL (sh tests/pg.sh start DIR)");
    db = fresh();
    ok(db_exec(db, "DROP SCHEMA IF EXISTS t CASCADE", &e) == 0 && db_exec(db, "CREATE SCHEMA t", &e) == 0, "schema");
    ok(db_exec(db, "CREATE TABLE t.row (street int NOT NULL, id uuid, n bigint CONSTRAINT n_small CHECK (n < 1000), text text, CONSTRAINT row_pk PRIMARY KEY (street, id))", &e) == 0, "table");
    run(transaction_in_one_pass);
    db_close(db);
    done_testing();
}
