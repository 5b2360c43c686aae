/* The clock of a notice: it runs only while the notice hangs in every listed place. Pure. */
#ifndef XQ_NOTICE_RULES_H
#define XQ_NOTICE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At that time one place began (+1) or ceased (-1) to show the notice. */
struct notice_edge {
    int64_t at;
    int step;
};
struct notice_clock {
    int live;       /* places that show it after the last edge */
    int64_t ran_us; /* time it has hung everywhere, up to the last stop */
    int64_t since;  /* running since then; TIME_NONE = stopped */
    int64_t due;    /* when its days are over if nothing changes; TIME_NONE while stopped. What is over stays over */
};
/* Edges in rising order of time (any order within one instant). */
struct notice_clock notice_clock(const struct notice_edge *edge, size_t n, int places, int days);
bool notice_over(int64_t due, int64_t now);
int64_t notice_ran(int64_t ran_us, int64_t since, int64_t due,
                   int64_t now); /* with what runs now, never more than due allows */

#endif
