/* What is accepted as an opinion, and who may say where it belongs. Pure. */
#ifndef XQ_OPINION_RULES_H
#define XQ_OPINION_RULES_H

#include <stdbool.h>
#include <stdint.h>

/* now = the later of the call's time and the wall clock for rows of other systems: they lived in real time. TIME_NONE =
 * absent. */
enum row_fault { ROW_GOOD, ROW_EMPTY, ROW_LONG, ROW_FUTURE, ROW_ANSWER_TIME, ROW_ANSWER_EARLY, ROW_ANSWER_FUTURE };
struct row_facts {
    const char *text, *answer; /* answer NULL = none */
    int64_t received_at, answered_at;
};
enum row_fault opinion_row_fault(const struct row_facts *f, int64_t now);
const char *row_fault_text(enum row_fault f);
const char *row_fault_text_zh(enum row_fault f);

bool text_blank(const char *s); /* nothing but spaces, also full-width ones */

/* An opinion may be classified by whom it belongs to, or while it lies at a wider region that covers the deliberator's.
 */
bool opinion_may_classify(const char *old_region, const char *new_region, const char *role_region);

#endif
