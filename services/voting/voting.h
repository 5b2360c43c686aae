/* What the files of voting share. */
#ifndef XQ_VOTING_H
#define XQ_VOTING_H

#include "intake.events.h"
#include "service/call.h"
#include "supervision.events.h"
#include "voting.api.h"
#include "voting.events.h"

extern const struct service voting_service;

/* voter.c: HMAC-SHA256 of a person under the key of a round, cut to 128 bits. What it is for ("like", "ballot") goes
 * into the key, so that nobody's likes and ballots can be laid side by side. */
int voter_start(const char *file, struct err *e) MUSTCHECK; /* the secret: 64 hex digits, readable by its owner only */
struct id voter_of(const char *what, int street, int round, struct id person);

/* heat.c: appends what a group of likes changed; folds everything that is committed (the caller holds the gate alone).
 */
int heat_append(struct batch *b, const struct id *project, const int *flip, size_t n, struct err *e) MUSTCHECK;
int heat_fold(struct call *c, const void *in, struct err *e) MUSTCHECK; /* the beat: in = NULL */
int heat_settle(struct call *c, struct err *e) MUSTCHECK;

/* notice.c */
int notice_due(struct call *c, const struct timer *t, struct err *e) MUSTCHECK;

/* project.c */
int notice_propose(struct call *c, const struct proposal_published *in, struct err *e) MUSTCHECK;
int notice_expect(struct call *c, const struct project_passed *in, struct err *e) MUSTCHECK;
int ballot_expect(struct call *c, const struct project_completed *in, struct err *e) MUSTCHECK;

/* ballot.c: so many ballots are an answer. */
extern int64_t ballot_least;

#endif
