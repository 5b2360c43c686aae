/* Migrations: roles, schemas, and the numbered files of schemas/sql, each once, each in one transaction. */
#ifndef XQ_DB_MIGRATE_H
#define XQ_DB_MIGRATE_H

#include "base/err.h"

/* Brings the database up to date and returns how many files were applied, or -1. Runs alone (advisory lock). conninfo:
 * an administrator who may create roles and schemas; folder: schemas/sql; services: names, NULL-terminated. Refuses,
 * naming it, a file that was changed after it was applied, and an applied file that is not there. told: called with
 * each file's name; may be NULL. */
int migrate_run(const char *conninfo, const char *folder, const char *const *services, void (*told)(const char *name),
                struct err *e) MUSTCHECK;

/* The next statement of a migration file: *at moves behind it; NULL at the end. Knows quotes, dollar quotes and
 * comments. The text, without its semicolon, goes to out. false = a quote or comment that never ends. */
bool sql_next(const char **at, struct buf *out, bool *more);

#endif
