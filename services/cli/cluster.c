/* The embedded PostgreSQL: one private cluster, unix socket only, data checksums, fsync on; as root it runs as an
 * unprivileged user. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/when.h"
#include "suite.h"

static const char *const bins[] = {"/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin",
                                   "/usr/lib/postgresql/17/bin"};
#define LOOK_MS       500
#define ACCEPTS_MS    120000 /* crash recovery takes its time */
#define SOCKET_FOLDER 90     /* bytes: the kernel's 107 less /.s.PGSQL.5432 */

static int bin_of(char out[PATH_MAX], const char *program, struct err *e)
{
    for (size_t i = 0; i < COUNT(bins); i++) {
        snprintf(out, PATH_MAX, "%s/%s", bins[i], program);
        if (access(out, X_OK) == 0)
            return 0;
    }
    return FAIL(e, NOT_FOUND,
                "PostgreSQL's %s is not in /usr/lib/postgresql; install it: sh deploy/local/packages.sh run" ZH
                "未找到 PostgreSQL 的 %s，请安装：sh deploy/local/packages.sh run",
                program, program);
}

/* Runs a program as the cluster's user, output into the file `log`; its exit status. `ends`: it leaves nobody behind,
 * so that another start may wait for it. */
static int as_user(const struct suite *s, const char *log, bool ends, char *const argv[], struct err *e)
{
    pid_t pid = fork();
    if (pid == 0) {
        if (ends)
            suite_lock_keep(s);
        setpgid(0, 0); /* Ctrl-C reaches xq alone, which lets the step end and stops everything in order */
        const struct passwd *u = *s->cluster_user ? getpwnam(s->cluster_user) : NULL;
        FILE *out = freopen(log ? log : "/dev/null", "a", stdout);
        if (!out || dup2(fileno(out), STDERR_FILENO) < 0)
            _exit(126);
        if (u && (initgroups(u->pw_name, u->pw_gid) < 0 || setgid(u->pw_gid) < 0 || setuid(u->pw_uid) < 0))
            _exit(126);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        setenv("HOME", "/nonexistent", 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        /* A backend gives its memory back after almost every statement and asks for it again: a fifth of its time. */
        setenv("MALLOC_TOP_PAD_", "1048576", 1);
        setenv("MALLOC_TRIM_THRESHOLD_", "67108864", 1);
        if (chdir("/") < 0)
            _exit(126);
        execv(argv[0], argv);
        _exit(127);
    }
    int status = 0;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (pid < 0)
        return FAIL(e, UNAVAILABLE, "cannot start %s: %s" ZH "无法启动 %s：%s", argv[0], strerror(errno), argv[0],
                    strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* May the cluster's user walk to this folder? Looks at the x bits for others on every part, as root would otherwise see
 * no obstacle. */
static bool reachable(const char *folder, const struct passwd *u)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", folder);
    for (char *p = part + 1;; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char end = *p;
        struct stat st;
        *p = '\0';
        if (stat(part, &st) == 0) {
            mode_t bit = st.st_uid == u->pw_uid ? S_IXUSR : st.st_gid == u->pw_gid ? S_IXGRP : S_IXOTH;
            if (!(st.st_mode & bit))
                return false;
        }
        *p = end;
        if (!end)
            return true;
    }
}

/* Another folder for the same run folder: named by its path, so that a second start finds it. */
static void elsewhere(struct suite *s, const char *why)
{
    s->elsewhere = why;
    unsigned char hash[crypto_generichash_BYTES];
    char hex[2 * sizeof hash + 1];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)s->run, strlen(s->run), NULL, 0);
    hex_encode(hash, sizeof hash, hex);
    if (geteuid() == 0)
        snprintf(s->cluster, sizeof s->cluster, "/var/lib/xiangqin-%.12s", hex);
    else
        snprintf(s->cluster, sizeof s->cluster, "/tmp/xiangqin-%u-%.12s", (unsigned)geteuid(), hex);
}

int cluster_place(struct suite *s, struct err *e)
{
    if (sodium_init() < 0)
        die("libsodium does not start");
    snprintf(s->cluster, sizeof s->cluster, "%.*s/pg", PATH_MAX - 8, s->run);
    s->elsewhere = NULL;
    *s->cluster_user = '\0';
    if (geteuid() == 0) {
        const struct passwd *u = getpwnam("postgres");
        if (!u)
            u = getpwnam("nobody");
        if (!u)
            return FAIL(e, NOT_FOUND,
                        "root needs the user postgres or nobody for PostgreSQL; install postgresql-15" ZH
                        "以 root 运行时需要 postgres 或 nobody 用户，请安装 postgresql-15");
        snprintf(s->cluster_user, sizeof s->cluster_user, "%s", u->pw_name);
        if (!reachable(s->run, u))
            elsewhere(s, ", who cannot reach the run folder");
    }
    if (strlen(s->cluster) > SOCKET_FOLDER)
        elsewhere(s, " (the run folder's path is too long for a socket)");
    return 0;
}

/* The socket is open to two users only, and each role to the caller and the cluster's own user only (peer with a map).
 */
static void conf_add(const struct suite *s, struct buf *conf, struct buf *hba, struct buf *ident)
{
    static const char *const roles[] = {"xq_admin",    "xq_owner",       "xq_intake",      "xq_voting",
                                        "xq_matching", "xq_supervision", "xq_notification"};
    buf_printf(
        conf,
        "\nlisten_addresses = ''\nunix_socket_directories = '%s'\nunix_socket_permissions = 0777\n"
        "fsync = on\nfull_page_writes = on\nsynchronous_commit = on\nmax_connections = 200\nshared_buffers = 256MB\n"
        "max_wal_size = 2GB\nlogging_collector = off\nlog_line_prefix = '%%m [%%p] %%u %%a '\nlog_timezone = "
        "'Asia/Shanghai'\n"
        "timezone = 'UTC'\njit = off\n",
        s->cluster);
    buf_str(hba, "# The unix socket only; who may be which role stands in pg_ident.conf.\nlocal all all peer map=xq\n");
    const struct passwd *me = getpwuid(geteuid());
    for (size_t i = 0; i < COUNT(roles); i++) {
        if (me)
            buf_printf(ident, "xq %s %s\n", me->pw_name, roles[i]);
        if (*s->cluster_user && (!me || strcmp(me->pw_name, s->cluster_user) != 0))
            buf_printf(ident, "xq %s %s\n", s->cluster_user, roles[i]);
    }
}

static int append(const char *folder, const char *name, const struct buf *b, const char *how, struct err *e)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, how);
    bool good = f && fwrite(b->p, 1, b->n, f) == b->n;
    if (f && fclose(f) != 0)
        good = false;
    return good ? 0
                : FAIL(e, UNAVAILABLE, "cannot write %s: %s" ZH "无法写入 %s：%s", path, strerror(errno), path,
                       strerror(errno));
}

/* initdb into data.new, renamed when complete: a killed start leaves nothing half made. */
static int cluster_make(const struct suite *s, const char *data, struct err *e)
{
    char initdb[PATH_MAX], fresh[PATH_MAX + 32], log[PATH_MAX + 32];
    snprintf(fresh, sizeof fresh, "%s/data.new", s->cluster);
    snprintf(log, sizeof log, "%s/initdb.log", s->cluster);
    if (bin_of(initdb, "initdb", e) < 0)
        return -1;
    char *rm[] = {(char[]){"/bin/rm"}, (char[]){"-rf"}, fresh, NULL};
    if (as_user(s, NULL, true, rm, e) < 0)
        return -1;
    char *argv[] = {initdb,
                    (char[]){"-D"},
                    fresh,
                    (char[]){"-U"},
                    (char[]){"xq_admin"},
                    (char[]){"--auth-local=peer"},
                    (char[]){"--auth-host=reject"},
                    (char[]){"--data-checksums"},
                    (char[]){"--encoding=UTF8"},
                    (char[]){"--locale=C"},
                    (char[]){"--lc-ctype=C.UTF-8"},
                    NULL};
    int rc = as_user(s, log, true, argv, e);
    if (rc != 0)
        return rc < 0 ? -1
                      : FAIL(e, UNAVAILABLE, "initdb failed; its words are in %s" ZH "initdb 失败，详见 %s", log, log);
    AUTO_BUF conf = {0};
    AUTO_BUF hba = {0};
    AUTO_BUF ident = {0};
    conf_add(s, &conf, &hba, &ident);
    if (append(fresh, "postgresql.conf", &conf, "a", e) < 0 || append(fresh, "pg_hba.conf", &hba, "w", e) < 0 ||
        append(fresh, "pg_ident.conf", &ident, "w", e) < 0)
        return -1;
    if (rename(fresh, data) < 0)
        return FAIL(e, UNAVAILABLE, "cannot rename %s: %s" ZH "无法重命名 %s：%s", fresh, strerror(errno), fresh,
                    strerror(errno));
    return 0;
}

static int pg_ctl(const struct suite *s, char *verb, char *mode, bool wait, struct err *e)
{
    char program[PATH_MAX], data[PATH_MAX + 32], log[PATH_MAX + 32];
    if (bin_of(program, "pg_ctl", e) < 0)
        return -1;
    snprintf(data, sizeof data, "%s/data", s->cluster);
    snprintf(log, sizeof log, "%s/log", s->cluster);
    char words[][8] = {"-D", "-l", "-w", "-t", "60", "-s", "-m", "-W"};
    char *argv[] = {program,
                    words[0],
                    data,
                    words[1],
                    log,
                    wait ? words[2] : words[7],
                    words[3],
                    words[4],
                    words[5],
                    verb,
                    mode ? words[6] : NULL,
                    mode,
                    NULL};
    return as_user(s, NULL, strcmp(verb, "start") != 0, argv, e);
}

bool cluster_running(const struct suite *s)
{
    struct err none = {0};
    return pg_ctl(s, (char[]){"status"}, NULL, true, &none) == 0;
}

/* Does the process of the pid file live? A zombie has no command line. */
static bool postmaster_lives(const struct suite *s)
{
    AUTO_BUF noted = {0};
    AUTO_BUF line = {0};
    char path[PATH_MAX + 64];
    struct err none = {0};
    int64_t pid = 0;
    snprintf(path, sizeof path, "%s/data/postmaster.pid", s->cluster);
    if (file_read(path, &noted, &none) < 0 || !noted.n)
        return false;
    noted.p[strcspn(noted.p, "\n")] = '\0';
    if (!int_parse(noted.p, &pid))
        return false;
    snprintf(path, sizeof path, "/proc/%lld/cmdline", (long long)pid);
    return file_read(path, &line, &none) == 0 && line.n && strstr(line.p, "postgres");
}

void cluster_look_after(const struct suite *s)
{
    static int64_t looked;
    struct err none = {0};
    if (!s->embedded || mono_ms() - looked < LOOK_MS)
        return;
    looked = mono_ms();
    /* After a kill -9 the dead one's memory may be held by its children for a moment: the next look tries again. */
    if (!postmaster_lives(s))
        (void)pg_ctl(s, (char[]){"start"}, NULL, false, &none);
}

/* Until it has recovered and answers. */
static int wait_accepts(const struct suite *s, struct err *e)
{
    char program[PATH_MAX], host[PATH_MAX];
    if (bin_of(program, "pg_isready", e) < 0)
        return -1;
    snprintf(host, sizeof host, "%s", s->cluster);
    char *argv[] = {program, (char[]){"-q"}, (char[]){"-h"}, host, (char[]){"-d"}, (char[]){"postgres"}, NULL};
    int64_t until = mono_ms() + ACCEPTS_MS;
    int rc;
    while ((rc = as_user(s, NULL, true, argv, e)) > 0 && mono_ms() < until && cluster_running(s))
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    return rc <= 0 ? rc
                   : FAIL(e, TIMEOUT,
                          "PostgreSQL does not answer; its words are at the end of %s/log" ZH
                          "PostgreSQL 没有应答，详见 %s/log 末尾",
                          s->cluster, s->cluster);
}

static int database_make(const struct suite *s, struct err *e)
{
    char createdb[PATH_MAX], log[PATH_MAX + 32];
    snprintf(log, sizeof log, "%s/createdb.log", s->cluster);
    if (bin_of(createdb, "createdb", e) < 0)
        return -1;
    char host[PATH_MAX];
    snprintf(host, sizeof host, "%s", s->cluster);
    char *argv[] = {createdb,
                    (char[]){"-h"},
                    host,
                    (char[]){"-U"},
                    (char[]){"xq_admin"},
                    (char[]){"--maintenance-db=postgres"},
                    (char[]){"xiangqin"},
                    NULL};
    int rc = as_user(s, log, true, argv, e); /* 1 = is there already: the migration says if it is not */
    return rc < 0 ? -1 : 0;
}

int cluster_start(struct suite *s, struct err *e)
{
    char data[PATH_MAX + 32], made[PATH_MAX + 32];
    snprintf(data, sizeof data, "%s/data", s->cluster);
    snprintf(made, sizeof made, "%s/database-made", s->cluster);
    if (folder_make(s->cluster, 0700, e) < 0)
        return -1;
    struct stat st;
    const struct passwd *u = *s->cluster_user ? getpwnam(s->cluster_user) : NULL;
    if (!u && (lstat(s->cluster, &st) < 0 || !S_ISDIR(st.st_mode) ||
               st.st_uid != geteuid())) /* in /tmp another could be first */
        return FAIL(e, FORBIDDEN,
                    "%s belongs to somebody else; remove it, or take another run folder: --run DIR" ZH
                    "%s 属于其他用户；请删除它，或换一个运行目录：--run DIR",
                    s->cluster, s->cluster);
    if (u && (chown(s->cluster, u->pw_uid, u->pw_gid) < 0 || chmod(s->cluster, 0700) < 0))
        return FAIL(e, UNAVAILABLE, "cannot give %s to %s: %s" ZH "无法把 %s 交给用户 %s：%s", s->cluster,
                    s->cluster_user, strerror(errno), s->cluster, s->cluster_user, strerror(errno));
    bool fresh = !file_there(data);
    if (fresh && cluster_make(s, data, e) < 0)
        return -1;
    /* One that a killed run has just started may win, and is as good. */
    if (!cluster_running(s) && pg_ctl(s, (char[]){"start"}, NULL, true, e) != 0 && (e->code || !cluster_running(s)))
        return e->code ? -1
                       : FAIL(e, UNAVAILABLE,
                              "PostgreSQL did not start; its words are at the end of %s/log" ZH
                              "PostgreSQL 未能启动，详见 %s/log 末尾",
                              s->cluster, s->cluster);
    if (wait_accepts(s, e) < 0)
        return -1;
    if (file_there(made))
        return 0;
    return database_make(s, e) < 0 ? -1 : file_write(made, 0600, "\n", 1, e);
}

int cluster_stop(struct suite *s, struct err *e)
{
    if (!cluster_running(s))
        return 0;
    int rc = pg_ctl(s, (char[]){"stop"}, (char[]){"fast"}, true, e);
    if (rc > 0) /* one that is told while it recovers from a crash may hang: what is committed is in its log */
        rc = pg_ctl(s, (char[]){"stop"}, (char[]){"immediate"}, true, e);
    if (rc > 0)
        return FAIL(e, TIMEOUT, "PostgreSQL in %s did not stop within 60 s" ZH "%s 的 PostgreSQL 未在 60 秒内停止",
                    s->cluster, s->cluster);
    return rc;
}

int run_cluster(struct cmd *c, struct err *e)
{
    struct suite s;
    const char *verb = c->n_args == 1 ? c->arg[0] : "";
    if (suite_open(&s, c, true, e) < 0)
        return -1;
    if (!s.embedded)
        return FAIL(e, CONFLICT,
                    "the configuration says cluster = \"none\": PostgreSQL is run by somebody else" ZH
                    "配置为 cluster = \"none\"：PostgreSQL 由他处管理");
    int rc = 0;
    if (strcmp(verb, "start") == 0)
        rc = cluster_start(&s, e);
    else if (strcmp(verb, "stop") == 0)
        rc = cluster_stop(&s, e);
    else if (strcmp(verb, "status") != 0)
        return FAIL(e, BAD_REQUEST,
                    "say start, stop or status: xq cluster start" ZH "请写 start、stop 或 status：xq cluster start");
    if (rc == 0) {
        bool on = cluster_running(&s);
        printf("PostgreSQL in %s %s\n", s.cluster, on ? "runs" : "does not run");
        rc = strcmp(verb, "status") == 0 && !on ? 3 : 0;
    }
    suite_close(&s);
    return rc;
}
