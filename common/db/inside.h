/* The inside of common/db: the connection's state and its pipeline. Nobody outside this folder includes it. */
#ifndef XQ_DB_INSIDE_H
#define XQ_DB_INSIDE_H

#include <libpq-fe.h>

#include "db/db.h"

/* What was sent and is not answered yet, in order. */
enum sent { SENT_PREPARE, SENT_PUT, SENT_READ, SENT_COMMIT, SENT_OTHER, SENT_SYNC };
struct prepared; /* a statement of this connection */
struct pending {
    enum sent kind;
    enum expect expect; /* PUT */
    struct prepared *prepared;
    bool answered; /* its result came; the NULL that ends it has not */
};

/* args.c: parameters in the shape of libpq. */
#define ARGS_MAX 64
struct params {
    Oid types[ARGS_MAX];
    const char *values[ARGS_MAX];
    int lengths[ARGS_MAX], formats[ARGS_MAX];
    size_t bytes;
    struct buf scratch; /* what had to be encoded */
};
void params_make(struct params *p, const struct arg *args,
                 size_t n); /* p zeroed before its first use; scratch is kept between uses */

struct db {
    PGconn *conn; /* NULL = not alive */
    uint64_t serial;
    uint64_t written; /* statements that store: PUTs when sent, reads when they brought a row */
    bool citus;
    int64_t deadline;
    int64_t last_tick;
    void (*tick)(void *);
    void *tick_ctx;

    struct pending *pending;
    size_t first, n_pending, cap_pending; /* pending[first … first + n_pending) */
    size_t unsent_bytes;                  /* since the last look at the socket */
    size_t open_expectations;             /* pending PUTs with AFFECTED_1 */
    PGresult *result;                     /* of the pending READ */
    struct params params;

    struct prepared **prepared; /* hash by statement, open addressing */
    size_t n_prepared, cap_prepared;

    bool round_open;   /* something was sent since the last Sync was answered */
    bool renew;        /* this connection must not be used again after the round */
    int empty_answers; /* NULLs in a row where a result was due: out of step */

    bool in_transaction;             /* BEGIN was queued, its end is not known */
    bool savepoint, savepoint_fresh; /* fresh: nothing was queued after it */
    bool changes;                    /* something that writes is pending outside a transaction: Sync is its commit */
    bool commit_sent, commit_done, commit_doubt;
    bool rolling_back; /* keeps the SQLSTATE of what led here */

    bool failed;      /* since the pipeline was last empty */
    struct err fault; /* the first failure */
    char sqlstate[6];
    char constraint[64];
    char message[256]; /* PostgreSQL's own words */
};

/* --- fault.c --- */
/* Records the first failure of this round. */
void fault_result(struct db *db, const PGresult *r, enum sent kind, const char *statement);
void fault_put(struct db *db, enum err_code code, const char *sqlstate, const char *text);
bool fault_unknown(const struct db *db); /* a connection lost now leaves open whether something was stored */

/* --- pipe.c --- */
int pipe_send(struct db *db, enum sent kind, enum expect x, const struct sql *s, struct err *e, const struct arg *args,
              size_t n) MUSTCHECK;                                                 /* queues; -1 only if not alive */
int pipe_send_text(struct db *db, const char *statement, struct err *e) MUSTCHECK; /* one statement that is not kept */
int pipe_wait(struct db *db,
              struct err *e) MUSTCHECK; /* Sync, then everything is answered: 0, or -1 and the first failure */
void pipe_drop(struct db *db);          /* closes the connection at once */
void pipe_free(struct db *db);

#endif
