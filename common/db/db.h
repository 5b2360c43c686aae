/* PostgreSQL through libpq: one connection, statements prepared on first use, writes queued in the pipeline until a
 * read flushes them. All parameters and results are binary; the C argument decides the parameter's type, the SQL casts
 * from there. Money-safe: COMMIT is checked by its tag; a lost connection during COMMIT is ERR_TIMEOUT (unknown),
 * before it ERR_UNAVAILABLE. */
#ifndef XQ_DB_DB_H
#define XQ_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"

/* One named statement, made from a .sql file by sql2h.awk: SQL_LIKE_PUT of like.sql's block like_put. */
struct sql {
    const char *name;
    const char *text;
};

struct db;

/* --- parameters --- */
enum arg_kind {
    ARG_INT8,
    ARG_INT4,
    ARG_BOOL,
    ARG_TEXT,
    ARG_UUID,
    ARG_TIME,
    ARG_BYTES,
    ARG_INT8S,
    ARG_INT4S,
    ARG_BOOLS,
    ARG_TEXTS,
    ARG_UUIDS,
    ARG_TIMES
};
struct arg {
    enum arg_kind kind;
    bool null;
    union {
        int64_t i;
        const char *text; /* NULL = SQL NULL */
        struct id id;
        struct {
            const void *p;
            size_t n;
        } list; /* bytes, or n elements */
    };
};
struct arg arg_int(int64_t v); /* int8 */
struct arg arg_int4(int v);    /* int4: the street */
struct arg arg_bool(bool v);
struct arg arg_text(const char *s);            /* NULL allowed = SQL NULL */
struct arg arg_id(struct id id);               /* nil = SQL NULL */
struct arg arg_time(int64_t us);               /* TIME_NONE = SQL NULL */
struct arg arg_bytes(const void *p, size_t n); /* p NULL = SQL NULL */
struct arg arg_int_or_null(bool has, int64_t v);
struct arg arg_ints(const int64_t *p, size_t n); /* int8[] */
struct arg arg_int4s(const int *p, size_t n);    /* int4[] */
struct arg arg_bools(const bool *p, size_t n);
struct arg arg_texts(const char *const *p, size_t n); /* NULL elements allowed */
struct arg arg_ids(const struct id *p, size_t n);     /* nil elements = NULL */
struct arg arg_times(const int64_t *p, size_t n);     /* TIME_NONE elements = NULL */
#define ARGS(...) (const struct arg[]){__VA_ARGS__}, sizeof((const struct arg[]){__VA_ARGS__}) / sizeof(struct arg)
#define NO_ARGS   NULL, 0

/* --- results --- */
struct rows {
    void *r; /* PGresult */
    int n;
};
#define AUTO_ROWS __attribute__((cleanup(rows_free))) struct rows
void rows_free(struct rows *r);
bool row_null(const struct rows *r, int i, const char *column);   /* asserts that the column exists, as all below */
int64_t row_int(const struct rows *r, int i, const char *column); /* int2, int4, int8; asserts not null */
bool row_bool(const struct rows *r, int i, const char *column);
const char *row_text(
    const struct rows *r, int i,
    const char *column); /* text, varchar, json, jsonb (without its version byte); "" if null; lives as long as r */
size_t row_length(const struct rows *r, int i, const char *column); /* bytes of row_text */
struct id row_id(const struct rows *r, int i, const char *column);  /* nil if null */
int64_t row_time(const struct rows *r, int i, const char *column);  /* TIME_NONE if null */
const void *row_bytes(const struct rows *r, int i, const char *column, size_t *n);

/* --- statements: all MUSTCHECK, 0 or -1 with e --- */
/* Queued: sent now, answered later; a failure fails the group and the calls are run again one by one (dispatcher). */
enum expect { AFFECTED_1, AFFECTED_ANY }; /* ONE: exactly one row changed, else CONFLICT */
int db_put(struct db *db, const struct sql *s, enum expect x, struct err *e, const struct arg *args,
           size_t n) MUSTCHECK;
/* Reads: flush what is queued and wait (deadline of the attempt). *out is zeroed or holds earlier rows (freed then);
 * untouched on failure. */
int db_one(struct db *db, const struct sql *s, struct rows *out, struct err *e, const struct arg *args,
           size_t n) MUSTCHECK; /* exactly 1 row, else NOT_FOUND */
int db_maybe(struct db *db, const struct sql *s, struct rows *out, struct err *e, const struct arg *args,
             size_t n) MUSTCHECK; /* 0 or 1 row; out->n says */
int db_many(struct db *db, const struct sql *s, struct rows *out, struct err *e, const struct arg *args,
            size_t n) MUSTCHECK;
int db_flush(struct db *db, struct err *e) MUSTCHECK; /* waits for everything that is queued */

/* --- connection and transactions (dispatcher, consumer, timers, migrator; never a handler) --- */
struct db_options {
    const char *conninfo;    /* never logged */
    const char *application; /* voting/1 */
    int connect_timeout_s;   /* 0 = 2 */
};
struct db *db_open(const struct db_options *o, struct err *e)
    MUSTCHECK; /* connects; UTF8, times in Shanghai (search_path is a setting of the role); NULL on failure */
void db_close(struct db *db);       /* NULL allowed */
bool db_alive(const struct db *db); /* false after a connection error: close and open again */
int db_socket(const struct db *db);
uint64_t db_serial(const struct db *db); /* which connection of this process it is: 1, 2, …; no two have the same */
void db_deadline(struct db *db, int64_t mono_ms_deadline); /* absolute, for every wait from now on; INT64_MAX = none */
void db_on_wait(struct db *db, void (*tick)(void *),
                void *ctx);                               /* called while waiting at least every 250 ms (watchdog) */
int db_begin(struct db *db, struct err *e) MUSTCHECK;     /* queued */
int db_savepoint(struct db *db, struct err *e) MUSTCHECK; /* queued; one level, re-set for each call */
int db_undo(struct db *db, struct err *e) MUSTCHECK;      /* ROLLBACK TO the savepoint, queued */
int db_commit(struct db *db, struct err *e) MUSTCHECK;    /* flushes; 0 only if the tag says COMMIT */
void db_rollback(struct db *db);                          /* whatever state: back to idle, or not alive */
/* SQLSTATE of the last failure ("" if none) and the rule's name taken from the message without Citus' shard suffix. */
const char *db_sqlstate(const struct db *db);
const char *db_constraint(const struct db *db);
/* Did the last round fail in the database, an unexpected number of rows included (of whichever call queued it)? Then
 * the transaction is lost. */
bool db_failed(const struct db *db);
/* How many statements of this connection stored something, or may have: it did not move = there is nothing to undo. */
uint64_t db_written(const struct db *db);
const char *db_message(const struct db *db); /* PostgreSQL's own words, for administrators only: they may quote data */
/* Refuses unsafe servers: fsync, full_page_writes, synchronous_commit off, no UTF8, server < 15; names the setting. */
int db_check_server(struct db *db, struct err *e) MUSTCHECK;
int db_exec(struct db *db, const char *statement,
            struct err *e) MUSTCHECK; /* migrations and test set-up only: one statement, no parameters */

#endif
