/* Progress bars go to standard error, so that answers on standard output stay clean. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/when.h"

#define BAR 28

static void draw(const struct progress *p)
{
    char bar[BAR * 3 + 1], *at = bar;
    int full = p->total > 0 ? (int)(p->done * BAR / p->total) : 0;
    for (int i = 0; i < BAR; i++)
        at = stpcpy(at, i < full ? "█" : "·");
    if (p->total > 0)
        fprintf(stderr, "\r\033[K%-34s %s %3d %%  %lld/%lld", p->label, bar, (int)(p->done * 100 / p->total),
                (long long)p->done, (long long)p->total);
    else
        fprintf(stderr, "\r\033[K%-34s %lld", p->label, (long long)p->done);
    fflush(stderr);
}

void progress_start(struct progress *p, const char *label, int64_t total, bool quiet)
{
    *p = (struct progress){
        .label = label, .total = total, .began_ms = mono_ms(), .terminal = isatty(STDERR_FILENO) == 1, .quiet = quiet};
    if (p->terminal && !quiet)
        draw(p);
}

void progress_to(struct progress *p, int64_t done)
{
    p->done = done;
    if (!p->terminal || p->quiet || mono_ms() - p->drawn_ms < 100)
        return;
    p->drawn_ms = mono_ms();
    draw(p);
}

void progress_end(struct progress *p, const char *note)
{
    if (p->quiet)
        return;
    if (p->terminal)
        draw(p);
    else
        fprintf(stderr, "%-34s %lld", p->label, (long long)p->done);
    long long ms = mono_ms() - p->began_ms;
    fprintf(stderr, "  %lld.%lld s%s%s\n", ms / 1000, ms / 100 % 10, note ? "  " : "", note ? note : "");
}
