/* migrate CONNINFO [FOLDER]: migrates a test database for all services (what `xq migrate` does for a real one). */
#include <stdio.h>

#include "db/migrate.h"

static void told(const char *name)
{
    printf("%s\n", name);
}

int main(int argc, char **argv)
{
    static const char *const services[] = {"intake", "voting", "matching", "supervision", "notification", NULL};
    struct err e = {0};
    if (argc < 2)
        die("usage: migrate CONNINFO [FOLDER]");
    if (migrate_run(argv[1], argc > 2 ? argv[2] : "schemas/sql", services, told, &e) < 0) {
        char text[256];
        die("migrate: %s", err_text(&e, text));
    }
    return 0;
}
