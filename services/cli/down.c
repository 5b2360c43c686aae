/* xq down: asks the supervisor of the run folder to stop everything, and waits until it has. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/when.h"
#include "suite.h"

#define DOWN_MS 60000

/* Is somebody holding the pid file? -1 nobody, else the file descriptor; the pid in *pid. */
static int holder(const struct suite *s, int64_t *pid)
{
    int fd = open(suite_path(s, "xq.pid"), O_RDWR | O_CLOEXEC);
    char text[24] = "";
    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 || pread(fd, text, sizeof text - 1, 0) <= 0) {
        close(fd);
        return -1;
    }
    text[strcspn(text, "\n")] = '\0';
    if (int_parse(text, pid) && *pid > 1)
        return fd;
    close(fd);
    return -1;
}

int run_down(struct cmd *c, struct err *e)
{
    struct suite s;
    int64_t pid = 0;
    if (suite_open(&s, c, false, e) < 0)
        return -1;
    int fd = holder(&s, &pid);
    int rc = 0;
    if (fd < 0) {
        printf("Nothing runs in %s\n", s.run);
        if (s.embedded && cluster_running(&s)) { /* left by a supervisor that was killed */
            rc = cluster_stop(&s, e);
            if (rc == 0)
                printf("PostgreSQL in %s is stopped\n", s.cluster);
        }
        suite_close(&s);
        return rc;
    }
    int64_t until = mono_ms() + DOWN_MS;
    bool gone = false;
    kill((pid_t)pid, SIGTERM); /* it may be dead, and its processes on their way out */
    while (!gone && mono_ms() < until) {
        nanosleep(&(struct timespec){0, 50000000}, NULL);
        gone = flock(fd, LOCK_EX | LOCK_NB) == 0;
    }
    close(fd);
    if (gone)
        printf("Stopped\n");
    suite_close(&s);
    return gone ? 0
                : FAIL(e, TIMEOUT,
                       "process %lld did not stop everything within %d s; look at it with ps" ZH
                       "进程 %lld 未在 %d 秒内全部停止，请用 ps 查看",
                       (long long)pid, DOWN_MS / 1000, (long long)pid, DOWN_MS / 1000);
}
