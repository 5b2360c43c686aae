/* Starting processes and keeping them alive: a dead one is back at once, with back-off when it keeps dying. */
#ifndef XQ_CLI_SPAWN_H
#define XQ_CLI_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "suite.h"

#define SPAWN_MAX 128
enum stage {
    STAGE_ROUTER,
    STAGE_SERVICE,
    STAGE_GATEWAY,
    STAGES
}; /* started in this order, stopped the other way round */
struct child {
    const char *program; /* voting */
    int instance;
    enum stage stage;
    pid_t pid;                   /* 0 = not running */
    int64_t started_ms, next_ms; /* next_ms: when to start again */
    int deaths;                  /* in a row, each within 10 s of its start */
    int restarts;
    bool told; /* that it keeps ending */
};
struct spawner {
    const struct suite *s;
    struct child child[SPAWN_MAX];
    size_t n;
    bool stopping;
    pid_t guest; /* a child that is not kept alive (the demo); 0 when it has ended */
    int guest_status;
};
/* Reads the instances of the configuration. */
int spawner_fill(struct spawner *w, const struct suite *s, struct err *e) MUSTCHECK;
void spawner_start_due(struct spawner *w);    /* starts what should run and does not */
void spawner_reap(struct spawner *w);         /* after SIGCHLD */
int spawner_next_ms(const struct spawner *w); /* until something is due; at most 1000 */
size_t spawner_up(const struct spawner *w);
/* Runs xq itself with other words as the guest. */
int spawner_guest(struct spawner *w, char *const argv[], struct err *e) MUSTCHECK;
/* SIGTERM stage by stage, SIGKILL for what does not end within 6 s. */
void spawner_stop(struct spawner *w);

#endif
