/* xq migrate: brings the database to this version, as the administrator's role; every file once, alone. */
#include "db/migrate.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

#define ADMIN "xq_admin"

static void told(const char *name)
{
    fprintf(stderr, "  %s\n", name);
}

int migrate_all(struct suite *s, bool say, struct err *e)
{
    const char *services[SERVICES_N + 1] = {0};
    char conninfo[2048], folder[PATH_MAX];
    memcpy(services, service_names, sizeof service_names);
    if (suite_share(s, "schemas/sql", folder, e) < 0)
        return -1;
    suite_conninfo(s, ADMIN, conninfo, sizeof conninfo);
    int n = migrate_run(conninfo, folder, services, say ? told : NULL, e);
    return n < 0 || passwords_set(s, conninfo, e) < 0 ? -1 : n;
}

int run_migrate(struct cmd *c, struct err *e)
{
    struct suite s;
    if (suite_open(&s, c, true, e) < 0)
        return -1;
    int n = migrate_all(&s, true, e);
    suite_close(&s);
    if (n < 0)
        return -1;
    printf(n ? "%d files applied\n" : "The database is up to date\n", n);
    return 0;
}
