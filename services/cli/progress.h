/* A progress bar per phase: redrawn in place on a terminal, one line per phase elsewhere. */
#ifndef XQ_CLI_PROGRESS_H
#define XQ_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *label;
    int64_t total, done; /* total 0 = unknown */
    int64_t began_ms, drawn_ms;
    bool terminal, quiet;
};
void progress_start(struct progress *p, const char *label, int64_t total, bool quiet);
void progress_to(struct progress *p, int64_t done);      /* draws at most 10 times a second */
void progress_end(struct progress *p, const char *note); /* note may be NULL; ends the line */

#endif
