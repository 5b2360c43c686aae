/* See spawn.h. Children get SIGTERM from the kernel when xq itself is killed, so that no run leaves half a suite
 * behind. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"

#define LOG_BYTES      (64 << 20) /* a log file that is larger at a start is put aside once */
#define STOP_MS        6000
#define BACKOFF_MAX_MS 10000

static int add(struct spawner *w, const char *program, enum stage stage, struct err *e)
{
    int n = suite_instances(w->s, program);
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/xq-%s", w->s->bin, program);
    if (n > 0 && access(path, X_OK) < 0)
        return FAIL(e, NOT_FOUND, "%s is missing; build it: make" ZH "缺少 %s，请先构建：make", path, path);
    for (int i = 1; i <= n && w->n < SPAWN_MAX; i++)
        w->child[w->n++] = (struct child){.program = program, .instance = i, .stage = stage};
    return 0;
}

int spawner_fill(struct spawner *w, const struct suite *s, struct err *e)
{
    *w = (struct spawner){.s = s};
    if (add(w, "router", STAGE_ROUTER, e) < 0)
        return -1;
    for (size_t i = 0; i < SERVICES_N; i++)
        if (add(w, service_names[i], STAGE_SERVICE, e) < 0)
            return -1;
    return add(w, "gateway", STAGE_GATEWAY, e);
}

static int log_open_for(const struct spawner *w, const struct child *k)
{
    const char *path = suite_path(w->s, "log/%s-%d.log", k->program, k->instance);
    struct stat st;
    if (stat(path, &st) == 0 && st.st_size > LOG_BYTES) {
        char old[PATH_MAX + 300];
        snprintf(old, sizeof old, "%s.1", path);
        (void)!rename(path, old);
    }
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

static _Noreturn void become(const struct spawner *w, const struct child *k, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) /* xq died before the line above */
        _exit(0);
    setpgid(0, 0); /* Ctrl-C reaches xq alone, which stops the others in order */
    int log = log_open_for(w, k);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (log < 0 || nothing < 0 || dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 || chdir(w->s->run) < 0)
        _exit(126);
    char path[PATH_MAX + 64], number[12], port[12];
    snprintf(path, sizeof path, "%s/xq-%s", w->s->bin, k->program);
    snprintf(number, sizeof number, "%d", k->instance);
    snprintf(port, sizeof port, "%d", w->s->port);
    setenv("XQ_GATEWAY_PORT", port, 1);
    suite_lock_keep(w->s);
    execl(path, path, "--config", w->s->conf, "--instance", number, (char *)NULL);
    dprintf(2, "xq: cannot run %s: %s\n", path, strerror(errno));
    _exit(127);
}

static void start(struct spawner *w, struct child *k)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become(w, k, parent);
    k->started_ms = mono_ms();
    if (pid < 0) /* no process left: try again in a second */
        k->next_ms = k->started_ms + 1000;
    else
        k->pid = pid;
}

void spawner_start_due(struct spawner *w)
{
    int64_t now = mono_ms();
    for (size_t i = 0; i < w->n && !w->stopping; i++)
        if (w->child[i].pid == 0 && w->child[i].next_ms <= now)
            start(w, &w->child[i]);
}

/* The first death of a process that had lived is answered after 100 ms; one that dies young waits 0.2, 0.4 … 10 s. */
static void died(struct child *k, bool stopping)
{
    int64_t now = mono_ms();
    k->pid = 0;
    k->deaths = now - k->started_ms < 10000 ? k->deaths + 1 : 1;
    k->told = k->told && k->deaths > 1;
    int64_t wait = 100;
    for (int i = 1; i < k->deaths && wait < BACKOFF_MAX_MS; i++)
        wait *= 2;
    k->next_ms = now + (wait < BACKOFF_MAX_MS ? wait : BACKOFF_MAX_MS);
    if (!stopping)
        k->restarts++;
}

void spawner_reap(struct spawner *w)
{
    pid_t pid;
    int status;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (size_t i = 0; i < w->n; i++)
            if (w->child[i].pid == pid)
                died(&w->child[i], w->stopping);
        if (pid == w->guest) {
            w->guest = 0;
            w->guest_status = status;
        }
    }
}

int spawner_next_ms(const struct spawner *w)
{
    int64_t now = mono_ms(), wait = 1000;
    for (size_t i = 0; i < w->n; i++)
        if (w->child[i].pid == 0 && w->child[i].next_ms - now < wait)
            wait = w->child[i].next_ms > now ? w->child[i].next_ms - now : 0;
    return (int)wait;
}

size_t spawner_up(const struct spawner *w)
{
    size_t up = 0;
    for (size_t i = 0; i < w->n; i++)
        up += w->child[i].pid != 0;
    return up;
}

int spawner_guest(struct spawner *w, char *const argv[], struct err *e)
{
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        return FAIL(e, UNAVAILABLE, "cannot start another process: %s" ZH "无法启动新进程：%s", strerror(errno),
                    strerror(errno));
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
            _exit(0);
        execv("/proc/self/exe", argv);
        _exit(127);
    }
    w->guest = pid;
    return 0;
}

static size_t signal_stage(struct spawner *w, enum stage stage, int sig)
{
    size_t alive = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (w->child[i].stage != stage || w->child[i].pid == 0)
            continue;
        alive++;
        if (sig)
            kill(w->child[i].pid, sig);
    }
    return alive;
}

static void nap(int ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

void spawner_stop(struct spawner *w)
{
    w->stopping = true;
    if (w->guest > 0)
        kill(w->guest, SIGTERM);
    for (int stage = STAGES - 1; stage >= 0; stage--) {
        signal_stage(w, (enum stage)stage, SIGTERM);
        signal_stage(w, (enum stage)stage, SIGCONT); /* a frozen one hears nothing otherwise */
        int64_t until = mono_ms() + STOP_MS;
        while (signal_stage(w, (enum stage)stage, 0) && mono_ms() < until) {
            spawner_reap(w);
            nap(10);
        }
        signal_stage(w, (enum stage)stage, SIGKILL);
        while (signal_stage(w, (enum stage)stage, 0)) {
            spawner_reap(w);
            nap(10);
        }
    }
}
