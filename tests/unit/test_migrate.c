/* The splitter of migration files, and two migrators at once (XQ_PG). */
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "db/db.h"
#include "db/migrate.h"

/* The statements of a text, joined by " | "; "broken" if a quote never ends. */
static const char *split(const char *text)
{
    static char all[1024];
    AUTO_BUF b = {0};
    bool more = true;
    all[0] = 0;
    while (sql_next(&text, &b, &more) && more)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", *all ? " | " : "", b.p);
    if (more)
        return "broken";
    const char *rest = text;
    return sql_next(&rest, &b, &more) ? all : "broken";
}

TEST(statements_are_split)
{
    is(split("SELECT 1; SELECT 2"), "SELECT 1 | SELECT 2");
    is(split("-- a; b\nSELECT 1 /* ; /* ; */ ; */ + 1;\n;\n-- end"), "SELECT 1 /* ; /* ; */ ; */ + 1");
    is(split("SELECT ';', 'it''s;', E'\\';', \"a;\"\"b\";SELECT 2;"),
       "SELECT ';', 'it''s;', E'\\';', \"a;\"\"b\" | SELECT 2");
    is(split("DO $$ BEGIN; END $$; SELECT $a$;$$;$a$, $1;"), "DO $$ BEGIN; END $$ | SELECT $a$;$$;$a$, $1");
    is(split("SELECT a$b; SELECT $1;"), "SELECT a$b | SELECT $1");
    is(split(""), "");
    is(split("  -- nothing"), "");
    is(split("SELECT 'x"), "broken");
    is(split("SELECT $a$ ; $b$"), "broken");
    is(split("/* never"), "broken");
}

static void exec_admin(const char *statement)
{
    struct err e = {0};
    struct db_options o = {.conninfo = getenv("XQ_PG"), .application = "test/1"};
    struct db *db = db_open(&o, &e);
    ok(db && db_exec(db, statement, &e) == 0, "%s", statement);
    db_close(db);
}

TEST(two_migrators_at_once)
{
    static const char *const services[] = {"voting", NULL};
    char conninfo[1024], statement[128];
    struct err e = {0};
    snprintf(statement, sizeof statement, "CREATE DATABASE xq_migrate_%d", getpid());
    exec_admin(statement);
    snprintf(conninfo, sizeof conninfo, "%s dbname=xq_migrate_%d", getenv("XQ_PG"), getpid());
    fflush(stdout);
    pid_t child[3];
    for (int i = 0; i < 3; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            int n = migrate_run(conninfo, "schemas/sql", services, NULL, &e);
            if (n < 0)
                fprintf(stderr, "# %s\n", e.text);
            _exit(n < 0 ? 200 : n);
        }
    }
    int applied = 0, worked = 0;
    for (int i = 0; i < 3; i++) {
        int status = 0;
        waitpid(child[i], &status, 0);
        int n = WIFEXITED(status) ? WEXITSTATUS(status) : 200;
        ok(n < 200, "migrator %d", i);
        applied += n;
        worked += n > 0;
    }
    ok(worked == 1 && applied > 2, "one applied all %d files, the others waited and found nothing to do", applied);
    ok(migrate_run(conninfo, "/nowhere", services, NULL, &e) < 0, "%s", e.text);
    static const char *const odd[] = {"a; DROP", NULL};
    ok(migrate_run(conninfo, "schemas/sql", odd, NULL, &e) < 0, "%s", e.text);
    snprintf(statement, sizeof statement, "DROP DATABASE xq_migrate_%d WITH (FORCE)", getpid());
    exec_admin(statement);
}

int main(void)
{
    run(statements_are_split);
    if (getenv("XQ_PG"))
        run(two_migrators_at_once);
    else
        printf("# two_migrators_at_once needs XQ_PG\n");
    done_testing();
}
