/* What the two files of the router's rules share, and nobody else. */
#ifndef XQ_ROUTER_RULES_INSIDE_H
#define XQ_ROUTER_RULES_INSIDE_H

#include "router_rules.h"

#define SERVICES_MAX  16
#define PROCESSES_MAX 256
#define NAME_MAX_     32

struct waiting {
    struct waiting *next;
    struct id id;
    struct peer caller;
    int64_t until; /* µs: its time is used up then */
    int64_t since; /* µs: when it began to wait in the queue */
    unsigned attempt, deaths;
    bool alone;
    size_t n;
    unsigned char frame[];
};
struct queue {
    char name[NAME_MAX_];
    struct waiting *first, *last;
    size_t n, bytes;
};
enum process_state { IDLE, BUSY, AWAY }; /* AWAY: said BYE, or was taken for dead and has not asked since */
struct process {
    struct peer peer;
    size_t service;
    enum process_state state;
    uint64_t boot, hand;
    struct waiting *call[PACK_CALLS]; /* of the pack in hand; NULL once answered */
    size_t n_calls, open, hint;
    int64_t sign, probed, asked;
    bool leaving;
};
struct rules {
    struct rules_limits limits;
    struct rules_sink sink;
    struct queue queue[SERVICES_MAX];
    struct rules_service stats[SERVICES_MAX];
    size_t n_services;
    struct process *process[PROCESSES_MAX];
    size_t n_processes;
    uint64_t number;
    int64_t fresh_until;     /* 0 = nothing was seen yet */
    bool settled;            /* that time is over, and who still waits for nobody has been told */
    int64_t looked, suspect; /* suspect: everybody is probed then, the idle too; 0 = no reason */
    struct pack pack;
};

void queue_push(struct queue *q, struct waiting *w, bool front);
struct waiting *queue_pop(struct queue *q);
void rules_refuse(struct rules *r, size_t service, struct waiting *w, enum err_code fresh);
void rules_hand_lost(struct rules *r, int64_t now, struct process *p);
void rules_process_drop(struct rules *r, int64_t now, struct process *p);
void rules_service_lost(struct rules *r, size_t service);
bool rules_fresh(struct rules *r, int64_t now);

#endif
