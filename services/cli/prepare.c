/* xq up before the first process: one supervisor per run folder, port free, keys, PostgreSQL, migration, first officer.
 * Each step finds its own half-finished state and completes it. */
#include "prepare.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/when.h"
#include "session.h"

#define LEFT_MS             30000 /* processes of a killed supervisor end by themselves within this time */
#define FIRST_DISTRICT      "330102"
#define FIRST_DISTRICT_NAME "上城区"

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

/* The lock is held by the supervisor and, through their copies of it, by its processes. */
static bool supervisor_lives(int fd)
{
    char text[24] = "";
    int64_t pid;
    if (pread(fd, text, sizeof text - 1, 0) <= 0)
        return true; /* it starts at this moment */
    text[strcspn(text, "\n")] = '\0';
    return int_parse(text, &pid) && pid > 1 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

int suite_lock(struct suite *s, struct err *e)
{
    int fd = open(suite_path(s, "xq.pid"), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return FAIL(e, UNAVAILABLE, "cannot write in %s: %s" ZH "无法写入 %s：%s", s->run, strerror(errno), s->run,
                    strerror(errno));
    int64_t until = mono_ms() + LEFT_MS;
    bool lives = false, held;
    while ((held = flock(fd, LOCK_EX | LOCK_NB) < 0) && !(lives = supervisor_lives(fd)) && mono_ms() < until)
        nap();
    if (!held) {
        s->lock = fd;
        return 0;
    }
    close(fd);
    if (lives)
        return FAIL(e, CONFLICT,
                    "the suite of %s runs already; xq status shows it, xq down stops it" ZH
                    "%s 的系统已在运行；xq status 查看，xq down 停止",
                    s->run, s->run);
    return FAIL(e, CONFLICT,
                "processes of an earlier run of %s do not end; look for them: ps ax | grep %s" ZH
                "%s 上次运行的进程没有结束；请查看：ps ax | grep %s",
                s->run, s->conf, s->run, s->conf);
}

/* 0, or the errno of a listener on this port. */
static int port_try(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (fd < 0)
        return errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    int why = bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 1) < 0 ? errno : 0;
    close(fd);
    return why;
}

static int port_check(const struct suite *s, struct err *e)
{
    int why = port_try(s->port);
    if (why == 0)
        return 0;
    if (why == EADDRINUSE)
        return FAIL(e, CONFLICT,
                    "port %d on 127.0.0.1 is taken; end what uses it, or take another: --port %d" ZH
                    "127.0.0.1 的端口 %d 已被占用；请停止占用它的程序，或换一个端口：--port %d",
                    s->port, s->port + 1, s->port, s->port + 1);
    return FAIL(e, UNAVAILABLE,
                "cannot open port %d on 127.0.0.1: %s; choose one above 1023: --port 8081" ZH
                "无法打开 127.0.0.1 的端口 %d：%s；请选择 1023 以上的端口：--port 8081",
                s->port, strerror(why), s->port, strerror(why));
}

static int folder_remove(const struct suite *s, const char *path, struct err *e)
{
    pid_t pid = fork();
    if (pid == 0) {
        suite_lock_keep(s);
        execl("/bin/rm", "rm", "-rf", "--", path, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status == 0 ? 0 : FAIL(e, UNAVAILABLE, "cannot remove %s" ZH "无法删除 %s", path, path);
}

/* The data only: keys and configuration stay. The folders are the suite's own by name. The marks go first, and the
 * cluster under another name: killed anywhere, this leaves a whole database or none. */
static int fresh(struct suite *s, struct err *e)
{
    char gone[PATH_MAX + 8];
    static const char *const names[] = {DEMO_BEGUN, DEMO_PLAYED, "files", "quarantine", "log"};
    if (!s->embedded)
        return FAIL(e, CONFLICT,
                    "--fresh empties the embedded database only; this configuration uses another server" ZH
                    "--fresh 只清空内嵌数据库；当前配置使用其他数据库服务器");
    if (cluster_stop(s, e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(names); i++)
        if (folder_remove(s, suite_path(s, "%s", names[i]), e) < 0)
            return -1;
    snprintf(gone, sizeof gone, "%s.gone", s->cluster);
    if (folder_remove(s, gone, e) < 0)
        return -1;
    if (rename(s->cluster, gone) < 0 && errno != ENOENT)
        return FAIL(e, UNAVAILABLE, "cannot move %s away: %s" ZH "无法移走 %s：%s", s->cluster, strerror(errno),
                    s->cluster, strerror(errno));
    return folder_remove(s, gone, e);
}

/* New keys do not fit old data: persons would not be found, and vault entries never opened again. */
static int keys_fit(const struct suite *s, struct err *e)
{
    char data[PATH_MAX + 32], key[PATH_MAX + 32];
    snprintf(data, sizeof data, "%s/data", s->cluster);
    snprintf(key, sizeof key, "%s/vault.key", suite_keys(s));
    if (!s->embedded || !file_there(data) || file_there(key))
        return 0;
    return FAIL(e, CONFLICT,
                "the data in %s were written with keys that are no longer in %s; put the keys back, or begin again: "
                "--fresh" ZH "%s 中的数据对应的密钥已不在 %s；请放回密钥，或重新开始：--fresh",
                s->cluster, suite_keys(s), s->cluster, suite_keys(s));
}

static int database(struct suite *s, bool *started, struct err *e)
{
    if (s->embedded) {
        bool there = file_there(s->cluster);
        fprintf(stderr, "PostgreSQL: a private cluster in %s%s%s%s\n", s->cluster, *s->cluster_user ? ", as user " : "",
                s->cluster_user, s->elsewhere ? s->elsewhere : "");
        if (!there)
            fputs("  (new; this takes a few seconds)\n", stderr);
        *started = true;
        if (cluster_start(s, e) < 0)
            return -1;
    }
    return migrate_all(s, false, e);
}

int prepare(struct suite *s, const struct cmd *c, struct prepared *p, struct err *e)
{
    bool made;
    if (port_check(s, e) < 0)
        return -1;
    if (cmd_on(c, "fresh") && fresh(s, e) < 0)
        return -1;
    if (keys_fit(s, e) < 0 || folder_make(suite_path(s, "log"), 0755, e) < 0 || keys_all(s, e) < 0 ||
        database(s, &p->cluster_started, e) < 0)
        return -1;
    if (config_bool(s->cfg, "production")) /* an administrator says who the first officer is: xq init */
        return 0;
    if (init_first(s, FIRST_DISTRICT, FIRST_DISTRICT_NAME, FIRST_OFFICER, &made, e) < 0)
        return -1;
    return init_empty(s, &p->empty, e);
}
