/* The pipeline: statements are queued (and sent when the buffer fills), one Sync ends a round, then everything is
 * answered in order. Both directions are polled together: neither end can block the other, however much is queued. */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/when.h"
#include "db/inside.h"

#define LOOK_BYTES 262144 /* queued bytes after which the socket is looked at, so that memory stays bounded */
#define TICK_MS    250

/* --- prepared statements --- */
struct prepared {
    const struct sql *sql;
    char name[64];
    bool there; /* prepared, or the PREPARE is on its way */
    bool writes;
    bool sure; /* one row or an error: its count need not be looked at before COMMIT leaves */
    size_t n;
    unsigned char kinds[ARGS_MAX];
};

/* What may change something: outside a transaction its Sync is a commit. */
static bool writes(const char *text)
{
    static const char *const words[] = {"INSERT INTO", "UPDATE ", "DELETE FROM"};
    if (strncasecmp(text, "SELECT", 6) == 0)
        return false;
    if (strncasecmp(text, "WITH", 4) != 0)
        return true;
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcasestr(text, words[i]))
            return true;
    return false;
}

static bool inserts_one(const char *text)
{
    return strncasecmp(text, "INSERT INTO", 11) == 0 && strcasestr(text, "VALUES") && !strcasestr(text, "SELECT") &&
           !strcasestr(text, "ON CONFLICT");
}

static struct prepared **slot(struct db *db, const struct sql *s)
{
    size_t i = ((uintptr_t)s >> 3) * 0x9e3779b97f4a7c15u >> 20;
    for (;; i++) {
        struct prepared **p = &db->prepared[i & (db->cap_prepared - 1)];
        if (!*p || (*p)->sql == s)
            return p;
    }
}

static void grow_prepared(struct db *db)
{
    struct prepared **old = db->prepared;
    size_t cap = db->cap_prepared;
    db->cap_prepared = cap ? cap * 2 : 64;
    db->prepared = xcalloc(db->cap_prepared, sizeof(struct prepared *));
    for (size_t i = 0; i < cap; i++)
        if (old[i])
            *slot(db, old[i]->sql) = old[i];
    free(old);
}

/* The statement's entry; two .sql files may use one block name, so the name on the server gets a number. */
static struct prepared *find_prepared(struct db *db, const struct sql *s, const struct arg *args, size_t n)
{
    if (db->n_prepared * 2 >= db->cap_prepared)
        grow_prepared(db);
    struct prepared **at = slot(db, s);
    if (!*at) {
        struct prepared *p = *at = xcalloc(1, sizeof *p);
        p->sql = s;
        p->writes = writes(s->text);
        p->sure = inserts_one(s->text);
        p->n = n;
        for (size_t i = 0; i < n; i++)
            p->kinds[i] = (unsigned char)args[i].kind;
        snprintf(p->name, sizeof p->name, "%.48s_%zu", s->name, ++db->n_prepared);
    }
    struct prepared *p = *at;
    for (size_t i = 0; i < n && p->n == n; i++)
        if (p->kinds[i] != args[i].kind)
            die("programmer error: statement %s is used with another type of $%zu than before", s->name, i + 1);
    if (p->n != n)
        die("programmer error: statement %s is used with %zu parameters and was with %zu", s->name, n, p->n);
    return p;
}

/* --- what is pending --- */
static void push(struct db *db, enum sent kind, enum expect x, struct prepared *p)
{
    if (db->first + db->n_pending == db->cap_pending) {
        if (db->first > db->cap_pending / 2) {
            memmove(db->pending, db->pending + db->first, db->n_pending * sizeof *db->pending);
            db->first = 0;
        } else {
            db->cap_pending = db->cap_pending ? db->cap_pending * 2 : 64;
            db->pending = xrealloc(db->pending, db->cap_pending, sizeof *db->pending);
        }
    }
    db->pending[db->first + db->n_pending++] = (struct pending){.kind = kind, .expect = x, .prepared = p};
    if (kind == SENT_PUT && x == AFFECTED_1)
        db->open_expectations++;
}

static void pop(struct db *db)
{
    const struct pending *head = &db->pending[db->first];
    if (head->kind == SENT_PUT && head->expect == AFFECTED_1)
        db->open_expectations--;
    db->first++;
    if (--db->n_pending == 0)
        db->first = 0;
}

/* A round ends with its Sync, not when everything sent so far happens to be answered. */
static void begin_round(struct db *db)
{
    if (db->round_open)
        return;
    db->round_open = true;
    db->failed = db->changes = false;
    db->commit_sent = db->commit_done = db->commit_doubt = false;
    if (!db->rolling_back)
        db->sqlstate[0] = db->constraint[0] = db->message[0] = 0;
}

void pipe_drop(struct db *db)
{
    PQfinish(db->conn); /* a non-blocking connection: it says goodbye without waiting; the server looks for gone clients
                           by itself */
    db->conn = NULL;
    db->n_pending = db->first = db->open_expectations = db->unsent_bytes = 0;
    db->round_open = db->in_transaction = db->savepoint = db->savepoint_fresh = false;
}

static void lost(struct db *db)
{
    if (!db->commit_done) /* once COMMIT was answered, what came after it does not matter */
        fault_put(db, fault_unknown(db) ? ERR_TIMEOUT : ERR_UNAVAILABLE, "08006", "");
    pipe_drop(db);
}

/* --- answers --- */
static const char *name_of(const struct pending *p)
{
    return p->prepared ? p->prepared->sql->name : p->kind == SENT_COMMIT ? "commit" : "statement";
}

static void check_affected(struct db *db, const struct pending *head, PGresult *r)
{
    const char *n = PQresultStatus(r) == PGRES_TUPLES_OK ? NULL : PQcmdTuples(r);
    long affected = n ? strtol(n, NULL, 10) : PQntuples(r);
    if (head->expect == AFFECTED_1 && affected != 1 && !db->failed) {
        fault_put(db, ERR_CONFLICT, "", "");
        err_set(&db->fault, ERR_CONFLICT, "%s changed %ld rows where one was expected" ZH "%s 修改了 %ld 行，应为一行",
                name_of(head), affected, name_of(head), affected);
    }
}

static void check_commit(struct db *db, PGresult *r)
{
    if (strcmp(PQcmdStatus(r), "COMMIT") == 0) {
        db->commit_done = true;
        return;
    }
    fault_put(db, ERR_BUSY, "40000",
              ""); /* ROLLBACK: PostgreSQL gave the transaction up, and says so only in the tag */
}

static void good(struct db *db, struct pending *head, PGresult *r)
{
    if (head->kind == SENT_PUT)
        check_affected(db, head, r);
    else if (head->kind == SENT_COMMIT)
        check_commit(db, r);
    if (head->kind == SENT_READ && head->prepared->writes)
        db->written += PQntuples(r) > 0 || strtol(PQcmdTuples(r), NULL, 10) > 0;
    if (head->kind == SENT_READ && !db->result)
        db->result = r;
    else
        PQclear(r);
}

static void bad(struct db *db, struct pending *head, PGresult *r)
{
    const char *s = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    if (head->kind == SENT_PREPARE)
        head->prepared->there = false;
    if (PQresultStatus(r) != PGRES_PIPELINE_ABORTED)
        fault_result(db, r, head->kind, name_of(head));
    else if (!db->failed && !db->rolling_back) /* the error itself must have come first */
        fault_put(db, ERR_INTERNAL, "", "");
    /* After a migration a plan may no longer fit, behind a pooler a statement may be gone, after a failover the server
     * may be a standby: only a new connection helps. */
    if (s && (strcmp(s, "26000") == 0 || strcmp(s, "0A000") == 0 || strcmp(s, "25006") == 0))
        db->renew = true;
    PQclear(r);
}

/* Takes one result; false when the connection is of no more use. */
static bool take(struct db *db, PGresult *r)
{
    struct pending *head = &db->pending[db->first];
    if (!r) { /* ends the results of one statement */
        if (head->answered)
            pop(db);
        else if (PQstatus(db->conn) == CONNECTION_BAD || ++db->empty_answers > 8)
            return false;
        return true;
    }
    db->empty_answers = 0;
    head->answered = true;
    switch ((int)PQresultStatus(r)) {
    case PGRES_PIPELINE_SYNC:
        PQclear(r);
        if (head->kind != SENT_SYNC)
            return false;
        pop(db);
        db->round_open = false;
        return true;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        good(db, head, r);
        return true;
    default:
        bad(db, head, r);
        return true;
    }
}

/* Takes what has arrived. False: the connection is gone. */
static bool drain(struct db *db)
{
    while (db->n_pending && !PQisBusy(db->conn))
        if (!take(db, PQgetResult(db->conn)))
            return false;
    return true;
}

/* Waits until the socket is ready; false when the deadline is over. */
static bool wait_socket(struct db *db, bool unsent)
{
    struct pollfd p = {.fd = PQsocket(db->conn), .events = (short)(POLLIN | (unsent ? POLLOUT : 0))};
    for (;;) {
        int64_t now = mono_ms(), left = db->deadline - now;
        if (left <= 0)
            return false;
        if (db->tick && now - db->last_tick >= TICK_MS) {
            db->last_tick = now;
            db->tick(db->tick_ctx);
        }
        int n = poll(&p, 1, left < TICK_MS ? (int)left : TICK_MS);
        if (n > 0 || (n < 0 && errno != EINTR))
            return true;
    }
}

static void late(struct db *db)
{
    bool first = !db->failed;
    if (!db->commit_done)
        fault_put(db, fault_unknown(db) ? ERR_TIMEOUT : ERR_BUSY, "57014", "");
    if (first && db->fault.code == ERR_BUSY)
        err_set(&db->fault, ERR_BUSY, "the database did not answer in time" ZH "数据库未及时响应");
    pipe_drop(db);
}

/* Sends and receives until everything is answered (`all`), or until everything is sent. */
static void turn(struct db *db, bool all)
{
    for (;;) {
        int unsent = PQflush(db->conn);
        if (!drain(db)) {
            lost(db);
            return;
        }
        if (all ? db->n_pending == 0 : unsent == 0)
            return;
        if (!wait_socket(db, unsent > 0)) {
            late(db);
            return;
        }
        if (!PQconsumeInput(db->conn)) {
            drain(db); /* what came before the end counts: COMMIT may be among it */
            lost(db);
            return;
        }
    }
}

/* --- queueing --- */
static int dead(struct err *e)
{
    return FAIL(e, UNAVAILABLE, "the database is not available" ZH "数据库暂不可用");
}

static int queued(struct db *db, int sent, size_t bytes, struct err *e)
{
    if (!sent)
        lost(db);
    else if ((db->unsent_bytes += bytes + 64) > LOOK_BYTES) {
        db->unsent_bytes = 0;
        turn(db, false);
    }
    if (db->conn)
        return 0;
    *e = db->fault;
    return -1;
}

int pipe_send(struct db *db, enum sent kind, enum expect x, const struct sql *s, struct err *e, const struct arg *args,
              size_t n)
{
    if (!db->conn)
        return dead(e);
    begin_round(db);
    struct prepared *p = find_prepared(db, s, args, n);
    struct params *m = &db->params;
    params_make(m, args, n);
    if (!p->there) {
        push(db, SENT_PREPARE, AFFECTED_ANY, p);
        p->there = true;
        if (queued(db, PQsendPrepare(db->conn, p->name, s->text, (int)n, m->types), strlen(s->text), e) < 0)
            return -1;
    }
    if (!db->in_transaction && p->writes && kind != SENT_OTHER)
        db->changes = true;
    db->written += kind == SENT_PUT && p->writes;
    db->savepoint_fresh = false;
    push(db, kind, p->sure ? AFFECTED_ANY : x, p);
    db->commit_sent |= kind == SENT_COMMIT;
    return queued(db, PQsendQueryPrepared(db->conn, p->name, (int)n, m->values, m->lengths, m->formats, 1), m->bytes,
                  e);
}

int pipe_send_text(struct db *db, const char *statement, struct err *e)
{
    if (!db->conn)
        return dead(e);
    begin_round(db);
    db->changes |= !db->in_transaction;
    db->savepoint_fresh = false;
    push(db, SENT_OTHER, AFFECTED_ANY, NULL);
    return queued(db, PQsendQueryParams(db->conn, statement, 0, NULL, NULL, NULL, NULL, 1), strlen(statement), e);
}

int pipe_wait(struct db *db, struct err *e)
{
    if (!db->conn)
        return dead(e);
    bool waited = db->round_open;
    if (waited) {
        push(db, SENT_SYNC, AFFECTED_ANY, NULL);
        db->unsent_bytes = 0;
        if (!PQpipelineSync(db->conn))
            lost(db);
        else
            turn(db, true);
    }
    if (db->renew) {
        db->renew = false;
        if (db->conn)
            pipe_drop(db);
    }
    if (!waited || !db->failed)
        return 0;
    *e = db->fault;
    return -1;
}

void pipe_free(struct db *db)
{
    for (size_t i = 0; i < db->cap_prepared; i++)
        free(db->prepared[i]);
    free(db->prepared);
    free(db->pending);
    buf_free(&db->params.scratch);
    PQclear(db->result);
    PQfinish(db->conn);
    free(db);
}
