/* What the files of matching share. */
#ifndef XQ_MATCHING_H
#define XQ_MATCHING_H

#include "intake.events.h"
#include "matching.api.h"
#include "matching.events.h"
#include "service/call.h"
#include "voting.events.h"

extern const struct service matching_service;

/* people.c: the register of sponsors and organisations, and who acts for them */
int code_free(struct call *c, const struct sql *find, const char *code,
              struct err *e) MUSTCHECK; /* NULL, or a valid credit code that `find` finds nobody with */
/* The caller and the others named, each once, act for the party from now on: `add` stores it; appointed to the role in
 * the whole district of `region`, they act at any fair of it. */
int people_join(struct call *c, const struct sql *add, struct id party, const char *role, const char *region,
                const struct id *others, size_t n_others, struct err *e) MUSTCHECK;
int acts_for_sponsor(struct call *c, struct id sponsor, struct err *e) MUSTCHECK; /* 0, or FORBIDDEN, or NOT_FOUND */
int acts_for_organisation(struct call *c, struct id organisation, struct err *e) MUSTCHECK;

/* fair.c */
int fair_mirror(struct call *c, const struct fair_opened *in, struct err *e) MUSTCHECK;
int fair_settle(struct call *c, const struct fair_closed *in, struct err *e) MUSTCHECK;
/* Listed projects of the round that nobody claims go to their second chance, unless a fair of the round is still open
 * here. project nil = all; the caller holds the lines of the project. */
int chances_give(struct call *c, int64_t round, struct id project, struct err *e) MUSTCHECK;
extern int64_t purchase_from_fen;

/* need_line.c */
int line_expect(struct call *c, const struct project_passed *in, struct err *e) MUSTCHECK;
int line_list(struct call *c, const struct project_listed *in, struct err *e) MUSTCHECK;
int lines_lock(struct call *c, struct id project, struct err *e) MUSTCHECK; /* all lines of a project, in key order */
int lines_free(struct call *c, const struct id *claim, size_t n,
               struct err *e) MUSTCHECK; /* takes the claims' amounts off their lines */

#endif
