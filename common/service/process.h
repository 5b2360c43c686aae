/* Private to the loop of a service process: its state, and how that is told. */
#ifndef XQ_SERVICE_PROCESS_H
#define XQ_SERVICE_PROCESS_H

#include "base/program.h"
#include "service/consumer.h"

#define SECOND_MS 1000

struct process {
    const struct service *service;
    const struct program *flags;
    const struct config *cfg;
    struct dispatcher *d;
    struct bus *bus;
    struct consumer *consumer;
    int pack_from; /* router of the pack at work */
    bool story, stop, left, changed, clock_moved;
    bool timers_behind, beats_behind; /* something was stored since they last looked: they may have work that no row of
                                         state shows yet */
    int64_t story_now;                /* greatest heard */
    int64_t story_done;               /* for which no timer is due any more */
    int64_t story_stored;
    int64_t began, connect_ms, second_ms, state_ms, timers_ms, drain_ms, heads_ms;
    struct timers_state timers;
    bool failed;   /* the database is not fit for us; why says what is wrong */
    char why[256]; /* the database refused us */
};

int64_t due_now(struct process *p); /* timers that are due, and what may follow from the last writes */
void state_publish(struct process *p, bool metrics);
void state_turn(
    struct process *p); /* each second, and at once (but at most 20 times a second) when something changed */

#endif
