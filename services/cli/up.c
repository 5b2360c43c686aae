/* xq up: from an empty folder to the running suite, then looks after it until Ctrl-C, SIGTERM or xq down.
 * Order: run folder, port free, PostgreSQL, keys, migration, first officer, processes, demo into an empty database. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/when.h"
#include "http.h"
#include "prepare.h"
#include "session.h"
#include "spawn.h"

#define READY_MS 30000
#define BROKEN   130 /* exit status: asked to stop before everything ran */

static void say(const char *text)
{
    fprintf(stderr, "%s\n", text);
}

/* Whoever died five times in a row will not get better by waiting. */
#define HOPELESS 5
static const struct child *hopeless(const struct spawner *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->child[i].deaths >= HOPELESS)
            return &w->child[i];
    return NULL;
}

/* Has anybody asked us to stop? */
static bool stop_heard(int signals)
{
    struct signalfd_siginfo got;
    bool stop = false;
    while (read(signals, &got, sizeof got) == (ssize_t)sizeof got)
        stop |= got.ssi_signo != SIGCHLD;
    return stop;
}

static void turn(struct spawner *w, int signals, int wait_ms, bool *stop)
{
    struct pollfd p = {signals, POLLIN, 0};
    int due = spawner_next_ms(w);
    if (poll(&p, 1, due < wait_ms ? due : wait_ms) > 0 && stop_heard(signals))
        *stop = true;
    spawner_reap(w);
    if (*stop)
        return;
    spawner_start_due(w);
    cluster_look_after(w->s);
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
        char last[300];
        const char *log = suite_log_last(w->s, bad->program, bad->instance, last, sizeof last);
        return FAIL(e, UNAVAILABLE, "xq-%s does not start: %.160s (%.60s)" ZH "xq-%s 无法启动：%.160s", bad->program,
                    last, log, bad->program, last);
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

/* Into an empty database, unless the caller says no; and again where it was interrupted: its requests carry the same
 * keys, so that nothing is played twice. */
static bool demo_wanted(const struct suite *s, const struct cmd *c, bool empty)
{
    if (cmd_on(c, "no-demo") || config_bool(s->cfg, "production") || file_there(suite_path(s, DEMO_PLAYED)))
        return false;
    return empty || file_there(suite_path(s, DEMO_BEGUN));
}

static int demo_run(struct spawner *w, int signals, bool *stop, struct err *e)
{
    char run[PATH_MAX];
    snprintf(run, sizeof run, "%s", w->s->run);
    char *argv[] = {(char[]){"xq"}, (char[]){"demo"}, (char[]){"--run"}, run, NULL};
    if (file_there(suite_path(w->s, DEMO_BEGUN)))
        say("The demo was interrupted; it goes on from where it was:");
    if (file_write(suite_path(w->s, DEMO_BEGUN), 0644, "\n", 1, e) < 0 || spawner_guest(w, argv, e) < 0)
        return -1;
    while (w->guest && !*stop)
        turn(w, signals, 1000, stop);
    if (*stop)
        return 0;
    if (w->guest_status != 0)
        return FAIL(e, INTERNAL,
                    "the demo ended early; the suite is stopped again. Start anew: xq up --fresh, or without it: xq up "
                    "--no-demo" ZH "演示未能完成，系统已停止。可重新开始：xq up --fresh，或跳过演示：xq up --no-demo");
    return file_write(suite_path(w->s, DEMO_PLAYED), 0644, "\n", 1, e);
}

/* The lines work as printed; in a database without a street, one that makes it comes first. */
static void greet(const struct suite *s, bool no_street)
{
    char url[64], xq[2 * PATH_MAX + 40];
    suite_url(s, url);
    snprintf(xq, sizeof xq, "%s/xq", s->bin);
    const char *run = s->run_given ? s->run : "", *option = s->run_given ? " --run " : "";
    fprintf(stderr,
            "\nxiangqin runs at %s (configuration, keys and logs in %s)\n\n"
            "Open the street's public report:  %s/streets/330102001\n",
            url, s->run, url);
    if (no_street && !config_bool(s->cfg, "production"))
        fprintf(stderr,
                "The database is empty. First, as its first officer, make a street:\n"
                "  T=$(%s token --person " FIRST_OFFICER "%s%s)\n"
                "  curl -s -X PUT %s/v1/regions/330102001 -H \"Authorization: Bearer $T\" -H 'Content-Type: "
                "application/json' -d '{\"name\":\"望江街道\",\"households\":0,\"parent\":\"330102\"}'\n",
                xq, option, run, url);
    fprintf(stderr,
            "Or try:\n"
            "  curl -s %s/v1/streets/330102001/report\n"
            "  curl -s '%s/v1/streets/330102001/heat?round=2014&limit=5'\n"
            "  curl -s '%s/v1/streets/330102001/payments?limit=5'\n"
            "  curl -s %s/v1/status\n"
            "  curl -s %s/v1/opinions -H 'Content-Type: application/json' -H 'Idempotency-Key: first' -d "
            "'{\"region\":\"330102001\",\"channel\":\"website\",\"subject\":\"扶手\",\"text\":\"三单元没有扶手\"}'\n"
            "The contract: %s/v1/openapi.json   Every process in plain words: %s status%s%s\n\n",
            url, url, url, url, url, url, xq, option, run);
}

/* Said once per process, not with each of its deaths. */
static void complain(struct spawner *w)
{
    for (size_t i = 0; i < w->n; i++) {
        struct child *k = &w->child[i];
        char last[300];
        if (k->deaths < HOPELESS || k->told)
            continue;
        k->told = true;
        const char *log = suite_log_last(w->s, k->program, k->instance, last, sizeof last);
        fprintf(stderr, "\r\033[Kxq-%s keeps ending: %s (%s)\n", k->program, last, log);
    }
}

static void look_after(struct spawner *w, int signals, bool *stop)
{
    int64_t since = mono_ms(), drawn = 0;
    bool terminal = isatty(STDERR_FILENO) == 1;
    while (!*stop) {
        turn(w, signals, 1000, stop);
        complain(w);
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

static int note_started(const struct suite *s, struct err *e)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(s->lock, 0) < 0 || pwrite(s->lock, text, (size_t)n, 0) != n)
        return FAIL(e, UNAVAILABLE, "cannot write %s/xq.pid" ZH "无法写入 %s/xq.pid", s->run, s->run);
    n = snprintf(text, sizeof text, "%d\n", s->port);
    return file_write(suite_path(s, "port"), 0644, text, (size_t)n, e);
}

/* From here on a signal only asks: every step ends, and then everything is stopped in order. */
static int signals_open(void)
{
    sigset_t mine;
    sigemptyset(&mine);
    sigaddset(&mine, SIGINT);
    sigaddset(&mine, SIGTERM);
    sigaddset(&mine, SIGHUP);
    sigaddset(&mine, SIGCHLD);
    sigprocmask(SIG_BLOCK, &mine, NULL);
    int signals = signalfd(-1, &mine, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signals < 0)
        die("cannot make a signalfd: %s", strerror(errno));
    return signals;
}

static int serve(struct spawner *w, struct suite *s, const struct cmd *c, int *pipe_end, struct err *e)
{
    int signals = signals_open();
    struct prepared p = {0};
    int rc = note_started(s, e);
    if (rc == 0)
        rc = prepare(s, c, &p, e);
    bool stop = stop_heard(signals), ready = false;
    if (rc == 0 && !stop)
        rc = spawner_fill(w, s, e);
    if (rc == 0 && !stop)
        rc = wait_ready(w, signals, &stop, e);
    bool demo = demo_wanted(s, c, p.empty);
    if (rc == 0 && !stop && demo)
        rc = demo_run(w, signals, &stop, e);
    if (rc == 0 && !stop) {
        ready = true;
        greet(s, p.empty && !demo);
        detach_done(pipe_end);
        look_after(w, signals, &stop);
    }
    if (p.cluster_started)
        say("Stopping …");
    spawner_stop(w);
    unlink(suite_path(s, "port"));
    struct err late = {0};
    if (p.cluster_started && cluster_stop(s, &late) < 0 && rc == 0) {
        *e = late;
        rc = -1;
    }
    close(signals);
    return stop && !ready ? BROKEN : rc;
}

static volatile sig_atomic_t told;
static void on_told(int sig)
{
    told = sig;
}

/* The child becomes the supervisor; the caller waits for its word and hands on a Ctrl-C. Returns -2 in the caller, with
 * the status in *rc. */
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
    const struct sigaction hand_on = {.sa_handler = on_told};
    sigaction(SIGINT, &hand_on, NULL);
    sigaction(SIGTERM, &hand_on, NULL);
    char word = 0;
    while (read(ends[0], &word, 1) < 0 && errno == EINTR)
        if (told)
            kill(pid, SIGTERM);
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
    struct spawner *w = xcalloc(1, sizeof *w);
    rc = suite_open(s, c, true, e);
    if (rc == 0)
        rc = suite_lock(s, e);
    if (rc == 0)
        rc = serve(w, s, c, &pipe_end, e);
    free(w);
    if (s->lock > 0)
        close(s->lock);
    if (s->cfg)
        suite_close(s);
    free(s);
    return rc;
}
