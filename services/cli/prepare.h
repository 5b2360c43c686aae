/* What xq up does before the first process. */
#ifndef XQ_CLI_PREPARE_H
#define XQ_CLI_PREPARE_H

#include "suite.h"

/* Marks in the run folder. */
#define DEMO_BEGUN  "demo-begun"
#define DEMO_PLAYED "demo-played"

struct prepared {
    bool cluster_started; /* also when a later step failed: the caller stops it */
    bool empty;           /* nobody has written anything yet, besides the first officer's appointment */
};
/* Sets s->lock. Waits for what a killed supervisor left. */
int suite_lock(struct suite *s, struct err *e) MUSTCHECK;
int prepare(struct suite *s, const struct cmd *c, struct prepared *p, struct err *e) MUSTCHECK;

#endif
