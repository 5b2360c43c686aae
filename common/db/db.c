/* The connection and its operations; the pipeline behind them is pipe.c, the meaning of failures fault.c. */
#include "db/db.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/when.h"
#include "db/db.sql.h"
#include "db/inside.h"

/* A WARNING that answers COMMIT says that something about it is unsure (a wait for a standby that was given up). */
static void notice(void *ctx, const PGresult *r)
{
    struct db *db = ctx;
    const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (db->n_pending && db->pending[db->first].kind == SENT_COMMIT && severity && strcmp(severity, "WARNING") == 0)
        db->commit_doubt = true;
}

static PGconn *connect_now(const struct db_options *o)
{
    char timeout[16];
    snprintf(timeout, sizeof timeout, "%d", o->connect_timeout_s ? o->connect_timeout_s : 2);
    /* What stands before dbname the conninfo may override; what stands behind it is ours. */
    const char *const names[] = {"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                                 "keepalives_count", "tcp_user_timeout", "dbname",
                                 "application_name", "client_encoding",  NULL};
    const char *const values[] = {timeout, "5", "2", "3", "5000", o->conninfo, o->application, "UTF8", NULL};
    return PQconnectdbParams(names, values, 1);
}

struct db *db_open(const struct db_options *o, struct err *e)
{
    PGconn *conn = connect_now(o);
    if (!conn)
        die("out of memory");
    if (PQstatus(conn) != CONNECTION_OK) {
        char text[256];
        snprintf(text, sizeof text, "%s", PQerrorMessage(conn));
        text[strcspn(text, "\n")] = 0;
        err_set(e, ERR_UNAVAILABLE, "no connection to the database: %s" ZH "无法连接数据库：%s", text, text);
        PQfinish(conn);
        return NULL;
    }
    struct db *db = xcalloc(1, sizeof *db);
    static uint64_t opened;
    db->conn = conn;
    db->serial = ++opened;
    PQsetNoticeReceiver(conn, notice, db);
    if (PQsetnonblocking(conn, 1) != 0 || !PQenterPipelineMode(conn))
        die("libpq: %s", PQerrorMessage(conn));
    db->deadline = mono_ms() + INT64_C(1000) * (o->connect_timeout_s ? o->connect_timeout_s : 2);
    AUTO_ROWS r = {0};
    if (db_one(db, SQL_SESSION_START, &r, e, NO_ARGS) < 0) {
        db_close(db);
        return NULL;
    }
    db->citus = row_bool(&r, 0, "citus");
    db->deadline = INT64_MAX;
    return db;
}

uint64_t db_serial(const struct db *db)
{
    return db->serial;
}

void db_close(struct db *db)
{
    if (db)
        pipe_free(db);
}

/* Also looks, without waiting, whether the server has hung up or said goodbye while nothing was asked. */
bool db_alive(const struct db *db)
{
    char c;
    if (!db->conn)
        return false;
    if (db->round_open)
        return true;
    ssize_t n = recv(PQsocket(db->conn), &c, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return n > 0 && c != 'E'; /* E: an ErrorResponse nobody asked for is the last word of a session */
}

int db_socket(const struct db *db)
{
    return db->conn ? PQsocket(db->conn) : -1;
}

void db_deadline(struct db *db, int64_t mono_ms_deadline)
{
    db->deadline = mono_ms_deadline;
}

void db_on_wait(struct db *db, void (*tick)(void *), void *ctx)
{
    db->tick = tick;
    db->tick_ctx = ctx;
}

const char *db_sqlstate(const struct db *db)
{
    return db->sqlstate;
}

const char *db_message(const struct db *db)
{
    return db->message;
}

const char *db_constraint(const struct db *db)
{
    return db->constraint;
}

bool db_failed(const struct db *db)
{
    return db->failed;
}

uint64_t db_written(const struct db *db)
{
    return db->written;
}

/* --- statements --- */
int db_put(struct db *db, const struct sql *s, enum expect x, struct err *e, const struct arg *args, size_t n)
{
    return pipe_send(db, SENT_PUT, x, s, e, args, n);
}

static int read_rows(struct db *db, const struct sql *s, struct rows *out, struct err *e, const struct arg *args,
                     size_t n)
{
    if (pipe_send(db, SENT_READ, AFFECTED_ANY, s, e, args, n) < 0)
        return -1;
    int r = pipe_wait(db, e);
    PGresult *result = steal(&db->result);
    if (r < 0) {
        PQclear(result);
        return -1;
    }
    assert(result);
    rows_free(out);
    *out = (struct rows){result, PQntuples(result)};
    return 0;
}

int db_many(struct db *db, const struct sql *s, struct rows *out, struct err *e, const struct arg *args, size_t n)
{
    return read_rows(db, s, out, e, args, n);
}

int db_maybe(struct db *db, const struct sql *s, struct rows *out, struct err *e, const struct arg *args, size_t n)
{
    AUTO_ROWS r = {0};
    if (read_rows(db, s, &r, e, args, n) < 0)
        return -1;
    if (r.n > 1)
        return FAIL(e, INTERNAL, "%s returned %d rows where at most one was expected" ZH "%s 返回 %d 行，应至多一行",
                    s->name, r.n, s->name, r.n);
    rows_free(out);
    *out = (struct rows){steal(&r.r), r.n};
    return 0;
}

int db_one(struct db *db, const struct sql *s, struct rows *out, struct err *e, const struct arg *args, size_t n)
{
    AUTO_ROWS r = {0};
    if (db_maybe(db, s, &r, e, args, n) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "%s", "");
    rows_free(out);
    *out = (struct rows){steal(&r.r), r.n};
    return 0;
}

int db_flush(struct db *db, struct err *e)
{
    return pipe_wait(db, e);
}

int db_exec(struct db *db, const char *statement, struct err *e)
{
    if (pipe_send_text(db, statement, e) < 0)
        return -1;
    return pipe_wait(db, e);
}

/* --- transactions --- */
int db_begin(struct db *db, struct err *e)
{
    assert(!db->in_transaction);
    if (pipe_send(db, SENT_OTHER, AFFECTED_ANY, SQL_TRANSACTION_BEGIN, e, NO_ARGS) < 0)
        return -1;
    db->in_transaction = true;
    return 0;
}

/* Released before it is set again: 256 calls are 256 savepoints side by side, not inside each other. */
int db_savepoint(struct db *db, struct err *e)
{
    assert(db->in_transaction || !db->conn);
    if (db->savepoint && db->savepoint_fresh)
        return 0;
    if (db->savepoint && pipe_send(db, SENT_OTHER, AFFECTED_ANY, SQL_SAVEPOINT_RELEASE, e, NO_ARGS) < 0)
        return -1;
    if (pipe_send(db, SENT_OTHER, AFFECTED_ANY, SQL_SAVEPOINT_SET, e, NO_ARGS) < 0)
        return -1;
    db->savepoint = db->savepoint_fresh = true;
    return 0;
}

int db_undo(struct db *db, struct err *e)
{
    assert(db->savepoint || !db->conn);
    if (db->savepoint && db->savepoint_fresh)
        return 0;
    if (pipe_send(db, SENT_OTHER, AFFECTED_ANY, SQL_SAVEPOINT_UNDO, e, NO_ARGS) < 0)
        return -1;
    db->savepoint_fresh = true;
    return 0;
}

int db_commit(struct db *db, struct err *e)
{
    assert(db->in_transaction || !db->conn);
    /* A count of rows that is not as expected does not stop the server: it must be known before COMMIT leaves. */
    if (db->round_open && (db->open_expectations || db->failed) && pipe_wait(db, e) < 0)
        return -1;
    if (pipe_send(db, SENT_COMMIT, AFFECTED_ANY, SQL_TRANSACTION_COMMIT, e, NO_ARGS) < 0)
        return -1;
    if (pipe_wait(db, e) < 0)
        return -1;
    db->in_transaction = db->savepoint = db->savepoint_fresh = false;
    if (db->commit_doubt)
        return FAIL(e, TIMEOUT,
                    "the database committed with a warning; retry with the same key" ZH
                    "数据库提交时发出警告，请用同一幂等键重试");
    return 0;
}

static void roll_back(struct db *db)
{
    struct err e;
    if (db->round_open)
        (void)!pipe_wait(db, &e); /* until this Sync the server hears nothing */
    if (!db->conn || PQtransactionStatus(db->conn) == PQTRANS_IDLE)
        return;
    if (pipe_send(db, SENT_OTHER, AFFECTED_ANY, SQL_TRANSACTION_ROLLBACK, &e, NO_ARGS) == 0)
        (void)!pipe_wait(db, &e);
    if (db->conn && PQtransactionStatus(db->conn) != PQTRANS_IDLE)
        pipe_drop(db);
}

void db_rollback(struct db *db)
{
    int64_t deadline = db->deadline, least = mono_ms() + 1000;
    if (deadline < least) /* the attempt's time may be over; a rollback takes none */
        db->deadline = least;
    db->rolling_back = true;
    roll_back(db);
    db->rolling_back = false;
    db->deadline = deadline;
    db->in_transaction = db->savepoint = db->savepoint_fresh = false;
    PQclear(steal(&db->result));
}

/* --- the server --- */
int db_check_server(struct db *db, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_many(db, SQL_SERVER_UNSAFE, &r, e, NO_ARGS) < 0)
        return -1;
    if (r.n == 0)
        return 0;
    const char *name = row_text(&r, 0, "name"), *setting = row_text(&r, 0, "setting"), *want = row_text(&r, 0, "want");
    return FAIL(e, FORBIDDEN,
                "unsafe_%s: PostgreSQL has %s = %s, and acknowledged facts could be lost; it must be %s" ZH
                "unsafe_%s：PostgreSQL 的 %s = %s，已确认的数据可能丢失；应为 %s",
                name, name, setting, want, name, name, setting, want);
}
