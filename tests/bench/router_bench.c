/* Calls per second through a running router: router_bench CONFIG [SECONDS [IN-FLIGHT…]]
 * Plays the gateway, and a voting process whose packs cost 300 + 8 n µs. CURVE as the configuration says. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"
#include "bus/bus.h"

static struct bus *bus;
static int64_t answered, refused, in_flight;

static void turn(int most_ms)
{
    zmq_pollitem_t items[8];
    size_t n = bus_items(bus, items, COUNT(items));
    int ms = bus_timeout_ms(bus);
    zmq_poll(items, (int)n, ms < most_ms ? ms : most_ms);
    bus_turn(bus);
}

struct gathered {
    size_t n;
    struct call_frame f[PACK_CALLS];
};
static bool gather(void *ctx, const void *frame, size_t n)
{
    struct gathered *g = ctx;
    return call_decode(frame, n, &g->f[g->n]) && ++g->n < PACK_CALLS;
}
static void work(void *ctx, int from, const void *pack, size_t n)
{
    static struct gathered g;
    (void)ctx;
    g.n = 0;
    pack_walk(pack, n, gather, &g);
    struct timespec cost = {0, (long)(300 + 8 * g.n) * 1000}; /* asleep, as while PostgreSQL works */
    nanosleep(&cost, NULL);
    for (size_t i = 0; i < g.n; i++) {
        struct reply_frame r = {
            .id = g.f[i].id, .attempt = g.f[i].attempt, .status = 200, .body = {"{\"liked\":true}", 14}};
        bus_reply(bus, from, &r);
    }
    bus_reply_end(bus, from);
}
static void on_reply(void *ctx, const struct reply_frame *r)
{
    (void)ctx;
    answered += r->status == 200;
    refused += r->status != 200;
    in_flight--;
}

static void open_as(const struct config *cfg, const char *program, bool asks)
{
    struct err e = {0};
    char text[256];
    struct bus_options o = {.program = program, .instance = "bench", .asks = asks};
    bus_configure(&o, cfg);
    bus = bus_open(&o, &(struct bus_handlers){.work = work, .reply = on_reply}, NULL, &e);
    if (!bus)
        die("%s", err_text(&e, text));
}

static pid_t service_start(const struct config *cfg)
{
    pid_t pid = fork();
    if (pid)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_TIMERSLACK, 1UL);
    open_as(cfg, "voting", true);
    for (;;)
        turn(100);
}

static void measure(int window, double seconds)
{
    char body[101];
    memset(body, 'x', 100);
    struct call_frame f = {.left_ms = 5000, .service = {"voting", 6}, .op = {"like_put", 8}, .body = {body, 100}};
    f.params = (struct text){"project=01890000-0000-7000-8000-000000000000", 44};
    answered = refused = 0;
    int64_t from = mono_us(), until = from + (int64_t)(seconds * 1e6);
    while (mono_us() < until) {
        while (in_flight < window) {
            f.id = id_new(330102001);
            if (!bus_send(bus, &f))
                break;
            in_flight++;
        }
        bus_send_flush(bus);
        turn(10);
    }
    double took = (double)(mono_us() - from) / 1e6;
    printf("in flight %4d: %8.0f calls/s, refused %lld\n", window, (double)answered / took, (long long)refused);
    for (int i = 0; i < 200 && in_flight; i++)
        turn(10);
}

int main(int argc, char **argv)
{
    static const struct option none[] = {OPTIONS_END};
    if (argc < 2)
        die("router_bench CONFIG [SECONDS [IN-FLIGHT…]]");
    struct config *cfg = config_read(argv[1], "bench", config_common, none);
    double seconds = argc > 2 ? atof(argv[2]) : 3;
    pid_t service = service_start(cfg);
    open_as(cfg, "gateway", false);
    for (int i = 0; i < 100; i++)
        turn(10);
    printf("CURVE %s\n", config_bool(cfg, "curve") ? "on" : "off");
    for (int i = 3; i < argc; i++)
        measure(atoi(argv[i]), seconds);
    if (argc < 4) {
        measure(1, seconds);
        measure(64, seconds);
        measure(256, seconds);
    }
    kill(service, SIGKILL);
    waitpid(service, NULL, 0);
    bus_close(bus);
    config_free(cfg);
    return answered ? 0 : 1;
}
