/* What the files of supervision share. */
#ifndef XQ_SUPERVISION_H
#define XQ_SUPERVISION_H

#include "intake.events.h"
#include "matching.events.h"
#include "service/call.h"
#include "supervision.api.h"
#include "supervision.events.h"
#include "voting.events.h"

extern const struct service supervision_service;

/* books.c: the project's row that every change locks first. */
struct books {
    struct id project, organisation;
    const char *organiser, *state; /* in the call's arena */
};
int books_lock(struct call *c, struct id project, struct books *b,
               struct err *e) MUSTCHECK; /* NOT_FOUND without an agreement */
int books_lock_running(struct call *c, struct id project, struct books *b,
                       struct err *e) MUSTCHECK; /* CONFLICT when completed */
int books_state(struct call *c, struct id project, const char *state, struct err *e) MUSTCHECK;
struct figures {                                      /* of one project, from the ledger */
    int64_t received, spent, held, returned, waiting; /* waiting: asked for and not paid yet */
    int64_t planned, accepted;
};
int books_figures(struct call *c, struct id project, struct figures *f, struct err *e) MUSTCHECK;
int books_open(struct call *c, const struct agreement_signed *in, struct err *e) MUSTCHECK;
/* Who gave: taken from the promise, or stated. Fills what is missing; RULE when the two differ. */
struct giver {
    struct id claim, sponsor;
    const char *source_kind, *kind, *unit; /* kind and unit: of the promise, "" without one */
    int64_t promised;                      /* 0 without a promise */
};
int giver_find(struct call *c, struct id project, struct giver *g, struct err *e) MUSTCHECK;

/* recusal.c */
int recused_add(struct call *c, struct id project, const struct id *person, size_t n, const char *reason,
                struct err *e) MUSTCHECK;
int recused_proposers(struct call *c, const struct project_passed *in, struct err *e) MUSTCHECK;
int recused_refuse(struct call *c, struct id project, struct err *e) MUSTCHECK; /* FORBIDDEN when the caller is */

/* ambassador.c: is the caller drawn for this point of the project, and not recused? */
int ambassador_of(struct call *c, struct id project, const char *point, struct err *e) MUSTCHECK;

/* appraisal.c */
int appraisal_ballot(struct call *c, const struct ballot_closed *in, struct err *e) MUSTCHECK;

#endif
