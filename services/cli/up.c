/* xq up: from an empty folder to the running suite, then looks after it until Ctrl-C, SIGTERM or xq down.
 * Order: run folder, port free, PostgreSQL, keys, migration, first officer, processes, demo into an empty database. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"
#include "http.h"
#include "session.h"
#include "spawn.h"

#define READY_MS            30000
#define FIRST_DISTRICT      "330102"
#define FIRST_DISTRICT_NAME "上城区"

static void say(const char *text)
{
    fprintf(stderr, "%s\n", text);
}

static int pidfile_lock(const struct suite *s, struct err *e)
{
    int fd = open(suite_path(s, "xq.pid"), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return FAIL(e, UNAVAILABLE, "cannot write in %s: %s" ZH "无法写入 %s：%s", s->run, strerror(errno), s->run,
                    strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        close(fd);
        return FAIL(e, CONFLICT,
                    "the suite of %s runs already; xq status shows it, xq down stops it" ZH
                    "%s 的系统已在运行；xq status 查看，xq down 停止",
                    s->run, s->run);
    }
    return fd;
}

static int port_check(const struct suite *s, struct err *e)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)s->port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    int rc = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&at, sizeof at);
    if (rc == 0)
        rc = listen(fd, 1);
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (rc == 0)
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

/* The data only: keys and configuration stay. The folders are the suite's own by name. */
static int fresh(struct suite *s, struct err *e)
{
    if (!s->embedded)
        return FAIL(e, CONFLICT,
                    "--fresh empties the embedded database only; this configuration uses another server" ZH
                    "--fresh 只清空内嵌数据库；当前配置使用其他数据库服务器");
    if (cluster_stop(s, e) < 0)
        return -1;
    static const char *const gone[] = {"files", "quarantine", "log", "demo-played"};
    for (size_t i = 0; i <= COUNT(gone); i++) {
        char path[PATH_MAX + 32];
        if (i < COUNT(gone))
            snprintf(path, sizeof path, "%s/%s", s->run, gone[i]);
        else
            snprintf(path, sizeof path, "%s", s->cluster);
        pid_t pid = fork();
        if (pid == 0) {
            execl("/bin/rm", "rm", "-rf", "--", path, (char *)NULL);
            _exit(127);
        }
        int status = -1;
        while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
            continue;
        if (status != 0)
            return FAIL(e, UNAVAILABLE, "cannot remove %s" ZH "无法删除 %s", path, path);
    }
    return 0;
}

/* Everything before the first process. */
static int prepare(struct suite *s, const struct cmd *c, struct err *e)
{
    if (port_check(s, e) < 0)
        return -1;
    if (cmd_on(c, "fresh") && fresh(s, e) < 0)
        return -1;
    if (folder_make(suite_path(s, "log"), 0755, e) < 0 || keys_all(s, e) < 0)
        return -1;
    if (s->embedded) {
        bool there = file_there(s->cluster);
        fprintf(stderr, "PostgreSQL: a private cluster in %s%s%s\n", s->cluster, *s->cluster_user ? ", as user " : "",
                s->cluster_user);
        if (!there)
            say("  (new; this takes a few seconds)");
        if (cluster_start(s, e) < 0)
            return -1;
    }
    if (migrate_all(s, false, e) < 0)
        return -1;
    bool made; /* a development suite has its first officer from the start; in production an administrator says who it
                  is */
    return config_bool(s->cfg, "production")
               ? 0
               : init_first(s, FIRST_DISTRICT, FIRST_DISTRICT_NAME, FIRST_OFFICER, &made, e);
}

static void tail(const struct spawner *w, const struct child *k)
{
    const char *path = suite_path(w->s, "log/%s-%d.log", k->program, k->instance);
    FILE *f = fopen(path, "r");
    char text[2001] = "";
    if (!f)
        return;
    if (fseek(f, -2000, SEEK_END) < 0)
        rewind(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    const char *p = text + n;
    for (int lines = 0; p > text && lines < 6; p--)
        lines += p[-1] == '\n';
    fprintf(stderr, "--- the end of %s\n%s\n", path, p > text ? p + 1 : p);
}

/* Whoever died three times before it was ever ready will not get better by waiting. */
static const struct child *hopeless(const struct spawner *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->child[i].deaths >= 5)
            return &w->child[i];
    return NULL;
}

static void turn(struct spawner *w, int signals, int wait_ms, bool *stop)
{
    struct pollfd p = {signals, POLLIN, 0};
    int due = spawner_next_ms(w);
    if (poll(&p, 1, due < wait_ms ? due : wait_ms) > 0) {
        struct signalfd_siginfo got;
        while (read(signals, &got, sizeof got) == (ssize_t)sizeof got)
            if (got.ssi_signo != SIGCHLD)
                *stop = true;
    }
    spawner_reap(w);
    if (!*stop)
        spawner_start_due(w);
}

static int get(struct http *h, const char *path, struct http_answer *a)
{
    return http_call(h, &(struct http_request){.path = path}, a);
}

static int wait_ready(struct spawner *w, int signals, bool *stop, struct err *e)
{
    char url[64];
    struct http *h = http_new(
        &(struct http_options){.base = suite_url(w->s, url), .in_flight = 1, .attempts = 1, .timeout_ms = 1000});
    int64_t until = mono_ms() + READY_MS;
    int status = 0;
    while (!*stop && status != 200 && mono_ms() < until && !hopeless(w)) {
        turn(w, signals, 50, stop);
        AUTO_ANSWER a = {0};
        status = get(h, "/readyz", &a);
    }
    http_free(h);
    const struct child *bad = hopeless(w);
    if (status == 200 || *stop)
        return 0;
    if (bad) {
        tail(w, bad);
        return FAIL(e, UNAVAILABLE, "xq-%s does not start; see its log above" ZH "xq-%s 无法启动，请看上面的日志",
                    bad->program, bad->program);
    }
    return FAIL(e, TIMEOUT,
                "the suite is not ready after %d s; xq status and the files in %s/log say why" ZH
                "系统 %d 秒后仍未就绪；请看 xq status 和 %s/log",
                READY_MS / 1000, w->s->run, READY_MS / 1000, w->s->run);
}

/* One line, redrawn every second, on a terminal only. */
static void status_line(const struct spawner *w, int64_t since_ms)
{
    char url[64];
    int restarts = 0;
    for (size_t i = 0; i < w->n; i++)
        restarts += w->child[i].restarts;
    long long up = (mono_ms() - since_ms) / 1000;
    fprintf(stderr,
            "\r\033[Kxiangqin  %s  %zu of %zu processes up, %d restarts, %lld:%02lld:%02lld  (Ctrl-C stops everything)",
            suite_url(w->s, url), spawner_up(w), w->n, restarts, up / 3600, up / 60 % 60, up % 60);
    fflush(stderr);
}

/* Into a database that never saw it, unless the caller says no. The mark is written when it has played to the end. */
static int demo_run(struct spawner *w, const struct cmd *c, int signals, bool *stop, struct err *e)
{
    bool known = false;
    for (const struct command *k = commands; k->name; k++)
        known |= strcmp(k->name, "demo") == 0;
    if (!known || cmd_on(c, "no-demo") || file_there(suite_path(w->s, "demo-played")))
        return 0;
    char run[PATH_MAX];
    snprintf(run, sizeof run, "%s", w->s->run);
    char *argv[] = {(char[]){"xq"}, (char[]){"demo"}, (char[]){"--run"}, run, NULL};
    if (spawner_guest(w, argv, e) < 0)
        return -1;
    while (w->guest && !*stop)
        turn(w, signals, 1000, stop);
    if (*stop)
        return 0;
    if (w->guest_status != 0)
        return FAIL(e, INTERNAL,
                    "the demo ended early; the suite is stopped again. Start anew: xq up --fresh, or without it: xq up "
                    "--no-demo" ZH "演示未能完成，系统已停止。可重新开始：xq up --fresh，或跳过演示：xq up --no-demo");
    return file_write(suite_path(w->s, "demo-played"), 0644, "\n", 1, e);
}

static void greet(const struct spawner *w)
{
    char url[64];
    suite_url(w->s, url);
    fprintf(stderr,
            "\nxiangqin runs at %s (configuration, keys and logs in %s)\n\n"
            "Open the street's public report:  %s/streets/330102001\nOr try:\n"
            "  curl -s %s/v1/streets/330102001/report\n"
            "  curl -s '%s/v1/streets/330102001/heat?round=2014&limit=5'\n"
            "  curl -s '%s/v1/streets/330102001/payments?limit=5'\n"
            "  curl -s %s/v1/status\n"
            "  curl -s %s/v1/opinions -H 'Content-Type: application/json' -H 'Idempotency-Key: first' -d "
            "'{\"region\":\"330102001\",\"channel\":\"website\",\"subject\":\"扶手\",\"text\":\"三单元没有扶手\"}'\n"
            "The contract: %s/v1/openapi.json   Every process in plain words: xq status\n\n",
            url, w->s->run, url, url, url, url, url, url, url);
}

static void look_after(struct spawner *w, int signals, bool *stop)
{
    int64_t since = mono_ms(), drawn = 0;
    bool terminal = isatty(STDERR_FILENO) == 1;
    while (!*stop) {
        turn(w, signals, 1000, stop);
        if (terminal && mono_ms() - drawn >= 1000) {
            drawn = mono_ms();
            status_line(w, since);
        }
    }
    if (terminal)
        fputs("\r\033[K", stderr);
}

/* The foreground part of --detach waits until this end of the pipe says "ready" or closes. */
static void detach_done(int *pipe_end)
{
    if (*pipe_end < 0)
        return;
    (void)!write(*pipe_end, "k", 1);
    close(*pipe_end);
    *pipe_end = -1;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++)
        dup2(nothing, fd);
}

static int note_started(const struct suite *s, int lock, struct err *e)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) < 0 || pwrite(lock, text, (size_t)n, 0) != n)
        return FAIL(e, UNAVAILABLE, "cannot write %s/xq.pid" ZH "无法写入 %s/xq.pid", s->run, s->run);
    n = snprintf(text, sizeof text, "%d\n", s->port);
    return file_write(suite_path(s, "port"), 0644, text, (size_t)n, e);
}

static int serve(struct suite *s, const struct cmd *c, int lock, int *pipe_end, struct err *e)
{
    sigset_t mine;
    sigemptyset(&mine);
    sigaddset(&mine, SIGINT);
    sigaddset(&mine, SIGTERM);
    sigaddset(&mine, SIGHUP);
    sigaddset(&mine, SIGCHLD);
    struct spawner *w = xcalloc(1, sizeof *w);
    if (prepare(s, c, e) < 0 || note_started(s, lock, e) < 0 || spawner_fill(w, s, e) < 0) {
        free(w);
        return -1;
    }
    sigprocmask(SIG_BLOCK, &mine, NULL);
    int signals = signalfd(-1, &mine, SFD_NONBLOCK | SFD_CLOEXEC);
    bool stop = false;
    int rc = wait_ready(w, signals, &stop, e);
    if (rc == 0 && !stop)
        rc = demo_run(w, c, signals, &stop, e);
    if (rc == 0 && !stop) {
        greet(w);
        detach_done(pipe_end);
        look_after(w, signals, &stop);
    }
    say("Stopping …");
    spawner_stop(w);
    unlink(suite_path(s, "port"));
    close(signals);
    free(w);
    struct err late = {0};
    if (s->embedded && cluster_stop(s, &late) < 0 && rc == 0) {
        *e = late;
        rc = -1;
    }
    return rc;
}

/* The child becomes the supervisor; the caller waits for its word. Returns -2 in the caller, with the status in *rc. */
static int detach(int *pipe_end, int *rc)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        die("cannot make a pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid < 0)
        die("cannot fork: %s", strerror(errno));
    if (pid == 0) {
        close(ends[0]);
        setsid();
        *pipe_end = ends[1];
        return 0;
    }
    close(ends[1]);
    char word = 0;
    while (read(ends[0], &word, 1) < 0 && errno == EINTR)
        continue;
    close(ends[0]);
    *rc = 0;
    if (word != 'k') { /* it has said why */
        int status = 0;
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            continue;
        *rc = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }
    return -2;
}

int run_up(struct cmd *c, struct err *e)
{
    int pipe_end = -1, rc = 0;
    if (cmd_on(c, "detach") && detach(&pipe_end, &rc) == -2)
        return rc;
    struct suite *s = xcalloc(1, sizeof *s);
    rc = suite_open(s, c, true, e);
    int lock = rc < 0 ? -1 : pidfile_lock(s, e);
    rc = lock < 0 ? -1 : serve(s, c, lock, &pipe_end, e);
    if (s->cfg)
        suite_close(s);
    free(s);
    if (lock >= 0)
        close(lock);
    return rc;
}
