/* Between migrate.c and roles.c. */
#ifndef XQ_DB_MIGRATE_INSIDE_H
#define XQ_DB_MIGRATE_INSIDE_H

#include "db/db.h"

/* Roles, their settings, schemas, the table xq.migration, and what PUBLIC may not. Repeatable. */
int roles_make(struct db *db, const char *const *services, struct err *e) MUSTCHECK;
/* Puts PostgreSQL's own words behind `what`; returns -1. */
int migrate_failed(struct db *db, const char *what, struct err *e);

#endif
