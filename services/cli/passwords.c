/* Passwords of the database's roles, where the configuration names a password file (common.database … passfile=FILE):
 * xq keys makes the file, xq migrate tells the server. Without one, the server knows who we are (peer, on a socket). */
#include "passwords.sql.h"

#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "db/db.h"
#include "suite.h"

#define PASSWORD_BYTES 32

/* The file of the connection string; false when it names none. */
static bool passfile(const struct suite *s, char out[PATH_MAX])
{
    PQconninfoOption *all = PQconninfoParse(config_text(s->cfg, "database"), NULL);
    *out = '\0';
    for (const PQconninfoOption *o = all; o && o->keyword; o++)
        if (strcmp(o->keyword, "passfile") == 0 && o->val)
            snprintf(out, PATH_MAX, "%s", o->val);
    PQconninfoFree(all);
    return *out != '\0';
}

static void line(struct buf *out, const char *role)
{
    unsigned char raw[PASSWORD_BYTES];
    char hex[2 * PASSWORD_BYTES + 1];
    randombytes_buf(raw, sizeof raw);
    hex_encode(raw, sizeof raw, hex);
    buf_printf(out, "*:*:*:%s:%s\n", role, hex);
    sodium_memzero(raw, sizeof raw);
    sodium_memzero(hex, sizeof hex);
}

int passwords_make(const struct suite *s, struct err *e)
{
    char path[PATH_MAX], role[64];
    AUTO_BUF out = {0};
    if (!passfile(s, path) || file_there(path))
        return 0;
    line(&out, "xq_owner");
    for (size_t i = 0; i < SERVICES_N; i++) {
        snprintf(role, sizeof role, "xq_%s", service_names[i]);
        line(&out, role);
    }
    int rc = file_write(path, 0600, out.p, out.n, e);
    sodium_memzero(out.p, out.n);
    return rc;
}

static int set(struct db *db, const char *role, const char *password, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_begin(db, e) < 0)
        return -1;
    if (db_one(db, SQL_PASSWORD_TAKE, &r, e, ARGS(arg_text(role), arg_text(password))) < 0 ||
        db_exec(db,
                "DO $$ BEGIN EXECUTE format('ALTER ROLE %I PASSWORD %L', current_setting('xq.role'), "
                "current_setting('xq.password')); END $$",
                e) < 0 ||
        db_commit(db, e) < 0) {
        db_rollback(db);
        return -1;
    }
    return 0;
}

int passwords_set(const struct suite *s, const char *conninfo, struct err *e)
{
    char path[PATH_MAX];
    AUTO_BUF text = {0};
    if (!passfile(s, path))
        return 0;
    if (secret_text(path, OTHERS_READ, &text, e) < 0)
        return -1;
    struct db *db = db_open(&(struct db_options){.conninfo = conninfo, .application = "xq/passwords"}, e);
    int rc = db ? 0 : -1;
    char *rest = NULL;
    for (char *one = strtok_r(text.p, "\n", &rest); one && rc == 0; one = strtok_r(NULL, "\n", &rest)) {
        char *password = strrchr(one, ':');
        if (!password)
            continue;
        *password++ = '\0';
        char *role = strrchr(one, ':');
        if (role && strncmp(role + 1, "xq_", 3) == 0)
            rc = set(db, role + 1, password, e);
    }
    sodium_memzero(text.p, text.n);
    db_close(db);
    return rc;
}
