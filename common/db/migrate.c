/* Migrations: what they are and in which order, and that each is applied exactly once and never changed. Roles are in
 * roles.c. */
#include "db/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "db/migrate.sql.h"
#include "db/migrate_inside.h"

/* One file to apply: its name in xq.migration and its text with the service's name filled in. */
struct file {
    char name[400];
    char sha256[65];
    struct buf text;
    bool applied;
};
struct files {
    struct file *list;
    size_t n;
};

static void files_free(struct files *f)
{
    for (size_t i = 0; i < f->n; i++)
        buf_free(&f->list[i].text);
    free(f->list);
}
#define AUTO_FILES __attribute__((cleanup(files_free))) struct files

static int read_file(const char *path, struct buf *out, struct err *e)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return FAIL(e, NOT_FOUND, "%s cannot be read: %s" ZH "无法读取 %s：%s", path, strerror(errno), path,
                    strerror(errno));
    char part[8192];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(out, part, n);
    bool good = !ferror(f);
    fclose(f);
    if (!good || !out->p || !utf8_valid(out->p, out->n))
        return FAIL(e, BAD_REQUEST, "%s is empty, unreadable or not UTF-8" ZH "%s 为空、无法读取或不是 UTF-8", path,
                    path);
    return 0;
}

static void fill_in(struct buf *text, const char *service)
{
    struct buf out = {0};
    const char *from = text->p;
    for (const char *at; (at = strstr(from, "@service@")); from = at + strlen("@service@")) {
        buf_add(&out, from, (size_t)(at - from));
        buf_str(&out, service);
    }
    buf_str(&out, from);
    buf_free(text);
    *text = out;
}

static int only_sql(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return n > 4 && d->d_name[0] >= '0' && d->d_name[0] <= '9' && strcmp(d->d_name + n - 4, ".sql") == 0;
}

/* Adds folder/NNNN_*.sql in order, named prefix/NNNN_*.sql. A folder that is not there is empty. */
static int add_folder(struct files *f, const char *folder, const char *prefix, const char *service, struct err *e)
{
    struct dirent **found = NULL;
    int n = scandir(folder, &found, only_sql, alphasort), r = 0;
    for (int i = 0; i < n; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, found[i]->d_name);
        f->list = xrealloc(f->list, f->n + 1, sizeof *f->list);
        struct file *x = &f->list[f->n++];
        *x = (struct file){0};
        snprintf(x->name, sizeof x->name, "%s/%s", prefix, found[i]->d_name);
        if (r == 0)
            r = read_file(path, &x->text, e);
        if (r == 0) {
            unsigned char hash[crypto_hash_sha256_BYTES];
            crypto_hash_sha256(hash, (const unsigned char *)x->text.p, x->text.n);
            hex_encode(hash, sizeof hash, x->sha256);
            if (service)
                fill_in(&x->text, service);
        }
        free(found[i]);
    }
    free(found);
    return r;
}

static int find_files(struct files *f, const char *folder, const char *const *services, struct err *e)
{
    char path[1024], prefix[128];
    snprintf(path, sizeof path, "%s/xq", folder);
    if (add_folder(f, path, "xq", NULL, e) < 0)
        return -1;
    if (f->n == 0)
        return FAIL(e, NOT_FOUND, "there are no migrations in %s" ZH "%s 中没有迁移文件", path, path);
    for (; *services; services++) {
        snprintf(path, sizeof path, "%s/xq/service", folder);
        snprintf(prefix, sizeof prefix, "%s/service", *services);
        if (add_folder(f, path, prefix, *services, e) < 0)
            return -1;
        snprintf(path, sizeof path, "%s/%s", folder, *services);
        if (add_folder(f, path, *services, NULL, e) < 0)
            return -1;
    }
    return 0;
}

/* Marks what the database has; a changed or missing file is an error that names it. */
static int compare(struct db *db, struct files *f, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_many(db, SQL_MIGRATE_NAMES, &r, e, NO_ARGS) < 0)
        return -1;
    for (int i = 0; i < r.n; i++) {
        const char *name = row_text(&r, i, "name");
        size_t k = 0;
        while (k < f->n && strcmp(f->list[k].name, name) != 0)
            k++;
        if (k == f->n)
            return FAIL(
                e, CONFLICT,
                "the database has migration %s, which is not among these files: they are older than the database" ZH
                "数据库已应用迁移 %s，但文件中没有：程序版本早于数据库",
                name, name);
        if (strcmp(f->list[k].sha256, row_text(&r, i, "sha256")) != 0)
            return FAIL(e, CONFLICT,
                        "migration %s was changed after it was applied; put it back and write a new file" ZH
                        "迁移 %s 应用后被修改；请恢复原文件，并另写新的迁移文件",
                        name, name);
        f->list[k].applied = true;
    }
    return 0;
}

int migrate_failed(struct db *db, const char *what, struct err *e)
{
    if (db_message(db)[0])
        err_set(e, e->code, "%s: %s" ZH "%s：%s", what, db_message(db), what, db_message(db));
    return -1;
}

static int apply_statements(struct db *db, const struct file *f, struct err *e)
{
    AUTO_BUF statement = {0};
    const char *at = f->text.p;
    bool more = true;
    /* As the owner, who is no superuser; sequential: on Citus a function may follow a table in one transaction. */
    if (db_exec(db, "SET LOCAL citus.multi_shard_modify_mode = 'sequential'", e) < 0 ||
        db_exec(db, "SET LOCAL ROLE xq_owner", e) < 0)
        return migrate_failed(db, f->name, e);
    for (;;) {
        if (!sql_next(&at, &statement, &more))
            return FAIL(e, BAD_REQUEST, "%s: a quote or a comment never ends" ZH "%s：引号或注释没有结束", f->name,
                        f->name);
        if (!more)
            return 0;
        if (db_exec(db, statement.p, e) < 0) {
            char what[480];
            int line = 1;
            for (const char *p = f->text.p; p < at; p++)
                line += *p == '\n';
            snprintf(what, sizeof what, "%s, statement that ends in line %d", f->name, line);
            return migrate_failed(db, what, e);
        }
    }
}

static int apply(struct db *db, const struct file *f, struct err *e)
{
    if (db_begin(db, e) < 0)
        return -1;
    if (apply_statements(db, f, e) < 0 ||
        db_put(db, SQL_MIGRATE_NOTE, AFFECTED_1, e,
               ARGS(arg_text(f->name), arg_text(f->sha256), arg_time(wall_now()))) < 0 ||
        db_commit(db, e) < 0) {
        db_rollback(db);
        return -1;
    }
    return 0;
}

/* Who is no superuser leaves it to the first ANALYZE. */
static int expect_streets(struct db *db, const char *const *services, struct err *e)
{
    AUTO_ROWS r = {0}, made = {0};
    size_t n = 0;
    if (db_one(db, SQL_MIGRATE_ADMIN, &r, e, NO_ARGS) < 0)
        return -1;
    while (services[n])
        n++;
    return row_bool(&r, 0, "super") ? db_many(db, SQL_MIGRATE_EXPECT_STREETS, &made, e, ARGS(arg_texts(services, n)))
                                    : 0;
}

static int run(struct db *db, struct files *f, const char *const *services, void (*told)(const char *), struct err *e)
{
    AUTO_ROWS lock = {0};
    int applied = 0;
    if (db_many(db, SQL_MIGRATE_LOCK, &lock, e, NO_ARGS) < 0 || roles_make(db, services, e) < 0 ||
        compare(db, f, e) < 0)
        return -1;
    for (size_t i = 0; i < f->n; i++) {
        if (f->list[i].applied)
            continue;
        if (told)
            told(f->list[i].name);
        if (apply(db, &f->list[i], e) < 0)
            return -1;
        applied++;
    }
    if (applied && expect_streets(db, services, e) < 0)
        return -1;
    return applied;
}

int migrate_run(const char *conninfo, const char *folder, const char *const *services, void (*told)(const char *name),
                struct err *e)
{
    AUTO_FILES f = {0};
    if (find_files(&f, folder, services, e) < 0)
        return -1;
    struct db_options o = {.conninfo = conninfo, .application = "xq/migrate", .connect_timeout_s = 10};
    struct db *db = db_open(&o, e);
    if (!db)
        return -1;
    int r = db_check_server(db, e) < 0 ? -1 : run(db, &f, services, told, e);
    db_close(db);
    return r;
}
