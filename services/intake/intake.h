/* What the files of intake share. */
#ifndef XQ_INTAKE_H
#define XQ_INTAKE_H

#include "intake.api.h"
#include "intake.events.h"
#include "service/call.h"
#include "voting.events.h"

extern const struct service intake_service;

/* counter.c: numbers that people read. lock gives the last number used and holds the row until COMMIT; set stores the
 * new one. */
int counter_lock(struct db *db, int street, const char *name, int64_t *n, struct err *e) MUSTCHECK;
int counter_set(struct db *db, int street, const char *name, int64_t n, struct err *e) MUSTCHECK;

/* region.c: which of these regions exist (below the community: whose community exists). known[i] is set for each. */
int regions_known(struct db *db, struct arena *a, const char *const *code, size_t n, bool *known,
                  struct err *e) MUSTCHECK;
/* One of them, as an error that names it. */
int region_must_exist(struct call *c, const char *code, struct err *e) MUSTCHECK;
/* Operations in a street refuse a district (…000) as their place. */
int street_must_be_one(const struct call *c, struct err *e) MUSTCHECK;

/* words.c: all free text goes through here; the masked view is made once, when it is stored. */
struct words {
    struct id *about;
    int64_t *part;
    const char **author, **subject, **body;
    size_t n;
};
void words_room(struct words *w, struct arena *a, size_t most);
void words_add(struct words *w, struct id about, int64_t part, const char *author, const char *subject,
               const char *body);
int words_store(struct db *db, struct arena *a, int street, const struct words *w, struct err *e) MUSTCHECK;

/* opinion.c: opinions as columns, stored by one statement; received and imported ones alike. */
struct opinions {
    struct id *id, *person, *entered_by;
    int64_t *n, *likes, *dislikes, *received_at, *answered_at;
    const char **receipt, **region, **channel, **category, **source, **source_id;
    size_t rows;
};
void opinions_room(struct opinions *o, struct arena *a, size_t most);
int opinions_store(struct db *db, int street, const struct opinions *o, int64_t wall, struct err *e) MUSTCHECK;
int opinions_emit(struct call *c, const struct opinions *o, size_t i) MUSTCHECK;

/* list.c: the keyset of lists that run from new to old: time and id of the last row seen. */
struct newest {
    int64_t at;
    struct id id;
};
int newest_read(struct call *c, const char *cursor, struct newest *k, struct err *e) MUSTCHECK;
/* The keyset of lists by a text or a number: "" or 0 at the beginning. */
int key_read(struct call *c, const char *cursor, const char **key, struct err *e) MUSTCHECK;

/* proposal.c */
int proposal_notice_closed(struct call *c, const struct notice_closed *in, struct err *e) MUSTCHECK;
/* Reads and locks proposals in the order of their ids; fails when one is missing or not in a state that `step` starts
 * from. */
int proposals_lock(struct call *c, const struct id *id, size_t n, int step, struct rows *out, struct err *e) MUSTCHECK;
struct proposal_state {
    struct id id;
    const char *state, *reason;
};
int proposals_move(struct call *c, const struct proposal_state *p, size_t n, struct err *e) MUSTCHECK;
/* Emits project.passed with the need lines; number etc. come from the row of proposals_lock. */
int proposals_emit_passed(struct call *c, const struct rows *r, const bool *passed, struct err *e) MUSTCHECK;

#endif
