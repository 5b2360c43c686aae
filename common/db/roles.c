/* The owner of everything, one login role per service that owns nothing, and the settings that each role's sessions
 * begin with. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "db/migrate.sql.h"
#include "db/migrate_inside.h"

/* Names go into DDL, which knows no parameters: only plain words get here. */
static bool plain(const char *s)
{
    size_t n = strlen(s);
    return n > 0 && n <= 40 && strspn(s, "abcdefghijklmnopqrstuvwxyz_") == n;
}

/* Settings of a service's role (a session's SET would not reach Citus' workers). jit off: with the penalties below
 * every plan looks costly. Generic plans without seqscan, hash and merge joins: statements are prepared while tables
 * are empty, and stay good (migrate_expect_streets does the other half). */
static const char *const settings[] = {
    "lock_timeout=1s",
    "idle_in_transaction_session_timeout=1s",
    "statement_timeout=1800ms",
    "TimeZone=Asia/Shanghai",
    "client_connection_check_interval=200ms",
    "jit=off",
    "plan_cache_mode=force_generic_plan",
    "enable_seqscan=off",
    "enable_hashjoin=off",
    "enable_mergejoin=off",
};
/* The service whose reads fold and count whole tables joins them as the planner likes. */
static bool reports(const char *service, const char *setting)
{
    return strcmp(service, "notification") == 0 &&
           (strstr(setting, "hashjoin") || strstr(setting, "mergejoin") || strstr(setting, "plan_cache_mode"));
}

/* Other databases of the cluster may be migrated at this moment: roles are shared, so two may meet; the loser tries
 * again. */
static int exec_shared(struct db *db, const char *statement, struct err *e)
{
    for (int try = 0;; try++) {
        if (db_exec(db, statement, e) == 0 || strcmp(db_sqlstate(db), "42710") == 0 ||
            strcmp(db_sqlstate(db), "23505") == 0)
            return 0; /* 42710, 23505: the role is there by now */
        if (strcmp(db_sqlstate(db), "XX000") != 0 || try == 20)
            return migrate_failed(db, statement, e);
        if (db_exec(db, "SELECT pg_sleep(0.05)", e) < 0)
            return -1;
    }
}

static int exec(struct db *db, struct err *e, const char *fmt, ...) PRINTF(3, 4);
static int exec(struct db *db, struct err *e, const char *fmt, ...)
{
    char statement[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(statement, sizeof statement, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof statement)
        die("programmer error: a statement of roles.c is too long");
    return exec_shared(db, statement, e);
}

static bool has_setting(const char *all, const char *setting)
{
    size_t n = strlen(setting);
    for (const char *p = all; (p = strstr(p, setting)); p++)
        if ((p == all || p[-1] == '\n') && (p[n] == '\n' || p[n] == 0))
            return true;
    return false;
}

static int make_role(struct db *db, const char *role, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(db, SQL_ROLE_FIND, &r, e, ARGS(arg_text(role))) < 0)
        return -1;
    return r.n ? 0 : exec(db, e, "CREATE ROLE %s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT", role);
}

static int set_role(struct db *db, const char *service, struct err *e)
{
    char role[64], path[64];
    snprintf(role, sizeof role, "xq_%s", service);
    snprintf(path, sizeof path, "search_path=%s", service);
    AUTO_ROWS r = {0};
    if (db_one(db, SQL_ROLE_FIND, &r, e, ARGS(arg_text(role))) < 0)
        return -1;
    const char *have = row_text(&r, 0, "settings");
    for (size_t i = 0; i <= COUNT(settings); i++) {
        const char *s = i < COUNT(settings) ? settings[i] : path;
        if (has_setting(have, s) || reports(service, s))
            continue;
        const char *value = strchr(s, '=');
        if (exec(db, e, "ALTER ROLE %s SET %.*s = '%s'", role, (int)(value - s), s, value + 1) < 0)
            return -1;
    }
    return 0;
}

static int make_service(struct db *db, const char *service, const char *database, struct err *e)
{
    char role[64];
    snprintf(role, sizeof role, "xq_%s", service);
    if (make_role(db, role, e) < 0 || set_role(db, service, e) < 0)
        return -1;
    if (exec(db, e, "CREATE SCHEMA IF NOT EXISTS %s AUTHORIZATION xq_owner", service) < 0 ||
        exec(db, e, "REVOKE ALL ON SCHEMA %s FROM PUBLIC", service) < 0 ||
        exec(db, e, "GRANT USAGE ON SCHEMA %s, xq TO %s", service, role) < 0)
        return -1;
    return exec(db, e, "GRANT CONNECT ON DATABASE \"%s\" TO %s", database, role);
}

static int make_owner(struct db *db, const char *database, struct err *e)
{
    if (make_role(db, "xq_owner", e) < 0 || exec(db, e, "REVOKE ALL ON DATABASE \"%s\" FROM PUBLIC", database) < 0 ||
        exec(db, e, "GRANT CONNECT ON DATABASE \"%s\" TO xq_owner", database) < 0 ||
        exec(db, e, "REVOKE ALL ON SCHEMA public FROM PUBLIC") < 0 ||
        exec(db, e, "CREATE SCHEMA IF NOT EXISTS xq AUTHORIZATION xq_owner") < 0 ||
        exec(db, e, "REVOKE ALL ON SCHEMA xq FROM PUBLIC") < 0)
        return -1;
    return exec(db, e,
                "CREATE TABLE IF NOT EXISTS xq.migration (name text CONSTRAINT migration_pk PRIMARY KEY, sha256 text "
                "NOT NULL, "
                "at timestamptz NOT NULL)") < 0
               ? -1
               : exec(db, e, "ALTER TABLE xq.migration OWNER TO xq_owner");
}

int roles_make(struct db *db, const char *const *services, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(db, SQL_DATABASE_NAME, &r, e, NO_ARGS) < 0)
        return -1;
    const char *database = row_text(&r, 0, "name");
    if (strchr(database, '"') || strlen(database) > 63)
        return FAIL(e, BAD_REQUEST, "the database's name must have no quotes" ZH "数据库名称不能包含引号");
    if (make_owner(db, database, e) < 0)
        return -1;
    for (; *services; services++) {
        if (!plain(*services))
            return FAIL(e, BAD_REQUEST, "%s is no name of a service" ZH "%s 不是服务名称", *services, *services);
        if (make_service(db, *services, database, e) < 0)
            return -1;
    }
    return 0;
}
