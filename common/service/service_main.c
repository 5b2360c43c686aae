/* A service process: one thread, one database connection, one loop. Everything that waits, waits in zmq_poll or on
 * PostgreSQL's socket. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/program.h"
#include "bus/bus.h"
#include "service/process.h"

#define WATCHDOG_S                                                                                                     \
    10 /* a loop that is stuck for so long ends itself: the supervisor starts it anew, the router sends its pack again \
        */
#define DRAIN_MS     4000
#define RECONNECT_MS 500
#define TIMERS_MS    200
#define STALE_MS     30000
#define ITEMS_MAX    16
#define OPTIONS_MAX  32

/* --- hooks of the dispatcher --- */

static void on_reply(void *ctx, const struct reply_frame *r)
{
    struct process *p = ctx;
    bus_reply(p->bus, p->pack_from, r);
    p->changed = true;
}

static void on_flush(void *ctx)
{
    struct process *p = ctx;
    bus_reply_flush(p->bus, p->pack_from);
}

static void on_head(void *ctx, int street, int64_t epoch, int64_t seq)
{
    struct process *p = ctx;
    char topic[64], text[64];
    snprintf(topic, sizeof topic, "head.%s.%d", p->service->name, street);
    int n = snprintf(text, sizeof text, "%lld %lld", (long long)epoch, (long long)seq);
    bus_publish(p->bus, topic, text, (size_t)n);
    consumer_heard(p->consumer, topic, text, (size_t)n); /* the network does not bring us our own district's */
    p->changed = true;
}

static bool on_stale(void *ctx)
{
    struct process *p = ctx;
    return p->consumer && mono_ms() - consumer_heard_ms(p->consumer) > STALE_MS;
}

static void on_tick(void *ctx)
{
    (void)ctx;
    alarm(WATCHDOG_S);
}

/* --- hooks of the bus --- */

static void on_work(void *ctx, int from, const void *pack, size_t n)
{
    struct process *p = ctx;
    p->pack_from = from;
    if (!dispatch_pack(p->d, pack, n))
        log_error("event=broken_pack bytes=%zu", n);
    bus_reply_end(p->bus, from);
    alarm(WATCHDOG_S);
}

static void on_answer(void *ctx, const struct reply_frame *r)
{
    struct process *p = ctx;
    if (consumer_reply(p->consumer, r))
        p->changed = true;
}

static void on_lost(void *ctx, int router)
{
    struct process *p = ctx;
    (void)router;
    consumer_lost(p->consumer);
}

static void on_heard(void *ctx, const char *topic, const void *payload, size_t n)
{
    struct process *p = ctx;
    char text[32];
    if (strncmp(topic, "clock.", 6) == 0) {
        if (!p->story || n >= sizeof text)
            return;
        memcpy(text, payload, n);
        text[n] = '\0';
        long long at = strtoll(text, NULL, 10);
        if (at > p->story_now) {
            p->story_now = at;
            p->clock_moved = p->changed = true;
        }
        return;
    }
    consumer_heard(p->consumer, topic, payload, n);
}

/* --- the database --- */

static int64_t rules_now_us(const struct process *p)
{
    return p->story ? p->story_now : wall_now();
}

static void database_turn(struct process *p)
{
    struct err e = {0};
    char text[256], safe[300];
    if (dispatcher_connected(p->d))
        return;
    bus_bye(p->bus);
    if (mono_ms() < p->connect_ms)
        return;
    p->connect_ms = mono_ms() + RECONNECT_MS;
    if (dispatcher_connect(p->d, &e) < 0 || db_check_server(dispatcher_db(p->d), &e) < 0) {
        err_text(&e, text);
        if (strcmp(text, p->why) != 0)
            log_error("event=database_refused why=%s", log_safe(text, safe, sizeof safe));
        snprintf(p->why, sizeof p->why, "%s", text);
        dispatcher_disconnect(p->d);
        p->failed |= e.code == ERR_FORBIDDEN; /* it could lose what it acknowledged: no waiting makes that better */
        p->changed = true;
        return;
    }
    int64_t at = TIME_NONE;
    if (p->story && story_read(p->d, &at, &e) == 0 && at != TIME_NONE && at > p->story_now)
        p->story_now = p->story_stored = at;
    p->why[0] = '\0';
    p->heads_ms = p->timers_ms = 0;
    consumer_forget(p->consumer);
    bus_hello(p->bus);
    log_info("event=database_connected");
}

/* Heads of all our streams: a head that was lost on the way, or with its process, is told again within a second. */
static void heads_publish(struct process *p)
{
    struct err e = {0};
    struct head *h = NULL;
    size_t n = 0;
    char topic[64];
    struct arena *a = arena_new();
    snprintf(topic, sizeof topic, "head.%s.0", p->service->name);
    bus_publish(p->bus, topic, "", 0);
    db_deadline(dispatcher_db(p->d), mono_ms() + 2000);
    if (heads_read(p->d, a, &h, &n, &e) == 0)
        for (size_t i = 0; i < n; i++)
            on_head(p, h[i].street, h[i].epoch, h[i].seq);
    arena_free(a);
}

static void timers_turn(struct process *p)
{
    struct err e = {0};
    int64_t now = rules_now_us(p), ms = mono_ms();
    if (ms < p->timers_ms && !p->clock_moved)
        return;
    if (now == TIME_NONE) { /* a story that has not begun: nothing is due, and nothing to be awake for */
        p->timers_ms = ms + TIMERS_MS;
        return;
    }
    p->clock_moved = false;
    int ran = timers_run(p->d, now, &p->timers, &e);
    p->changed |= p->timers_behind && ran == 0;
    p->timers_behind = ran != 0;
    p->timers_ms = ran > 0 ? 0 : ms + TIMERS_MS; /* more may be due: after the sockets had their turn */
    if (ran != 0)
        p->changed = true;
    if (ran == 0 && p->story_done != now) {
        p->story_done = now;
        p->changed = true;
    }
}

static void second_turn(struct process *p)
{
    struct err e = {0};
    if (mono_ms() < p->second_ms)
        return;
    p->second_ms = mono_ms() + SECOND_MS;
    if (p->story && p->story_now > p->story_stored && story_store(p->d, p->story_now, &e) == 0)
        p->story_stored = p->story_now;
    (void)due_now(p);
    if (beats_run(p->d, p->story && p->story_now == TIME_NONE ? wall_now() : rules_now_us(p), &e) > 0)
        p->changed = true;
    (void)dispatcher_wrote(p->d); /* what the beats themselves stored is no work for them */
    p->changed |= p->beats_behind;
    p->beats_behind = false;
    heads_publish(p);
}

/* --- loop --- */

static void signals_turn(struct process *p, int fd)
{
    struct signalfd_siginfo s;
    while (read(fd, &s, sizeof s) == (ssize_t)sizeof s) {
        if (!p->stop) {
            log_info("event=draining");
            bus_leave(p->bus);
            p->drain_ms = mono_ms() + DRAIN_MS;
        }
        p->stop = true;
    }
}

static long sleep_ms(const struct process *p)
{
    long most = bus_timeout_ms(p->bus);
    if (p->stop)
        most = most < 20 ? most : 20;
    if (p->changed || p->clock_moved || p->timers_ms == 0)
        most = most < 5 ? most : 5;
    return most < 50 ? most : 50;
}

static void loop(struct process *p, int signals)
{
    zmq_pollitem_t items[ITEMS_MAX];
    while (!p->failed && (!p->stop || (!bus_left(p->bus) && mono_ms() < p->drain_ms))) {
        size_t n = bus_items(p->bus, items, ITEMS_MAX - 1);
        items[n] = (zmq_pollitem_t){.fd = signals, .events = ZMQ_POLLIN};
        if (zmq_poll(items, (int)n + 1, sleep_ms(p)) < 0 && errno != EINTR)
            die("%s: zmq_poll: %s", p->service->name, zmq_strerror(errno));
        alarm(WATCHDOG_S);
        if (items[n].revents)
            signals_turn(p, signals);
        bus_turn(p->bus);
        database_turn(p);
        if (dispatcher_connected(p->d) && !p->stop) {
            timers_turn(p);
            consumer_turn(p->consumer);
            second_turn(p);
        }
        bus_send_flush(p->bus);
        state_turn(p);
    }
    p->left = true;
    state_publish(p, false);
}

/* --- start --- */

static struct config *configure(const struct service *s, const char *file, struct option own[OPTIONS_MAX])
{
    size_t n = 0;
    own[n++] = (struct option){.name = "instances",
                               .kind = OPT_INT,
                               .min = 0,
                               .max = 64,
                               .number = 1,
                               .help = "how many processes of this service xq up starts"};
    for (const struct option *o = s->options; o && o->name; o++) {
        if (n + 1 == OPTIONS_MAX)
            die("%s has too many options", s->name);
        own[n++] = *o;
    }
    own[n] = (struct option)OPTIONS_END;
    struct config *cfg = config_read(file, s->name, config_common, own);
    if (config_bool(cfg, "production") && strcmp(config_text(cfg, "clock"), "story") == 0)
        die("story_clock: %s says clock = \"story\" and production = true; production runs on clock = \"wall\"", file);
    return cfg;
}

static enum log_level level_of(const struct config *cfg)
{
    static const char *const words[] = {"debug", "info", "warn", "error"};
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(config_text(cfg, "log_level"), words[i]) == 0)
            return (enum log_level)i;
    die("log_level is debug, info, warn or error");
}

static int start(struct process *p, struct err *e)
{
    static const char *const topics[] = {"head.", "clock.", NULL};
    char conninfo[2048], application[64];
    const char *name = p->service->name;
    snprintf(conninfo, sizeof conninfo, "%s user=xq_%s", config_text(p->cfg, "database"), name);
    snprintf(application, sizeof application, "%s/%s", name, p->flags->instance);
    if (p->service->start && p->service->start(p->cfg, e) < 0)
        return -1;
    struct dispatcher_options o = {.service = p->service,
                                   .instance = p->flags->instance,
                                   .db = {.conninfo = conninfo, .application = application},
                                   .contract = all_contract,
                                   .n_contract = all_contract_n,
                                   .events = all_events_contract,
                                   .n_events = all_events_contract_n,
                                   .hooks = {on_reply, on_flush, on_head, on_stale, on_tick},
                                   .ctx = p};
    p->d = dispatcher_open(&o, e);
    if (!p->d)
        return -1;
    struct bus_options b = {.program = name, .instance = p->flags->instance, .asks = true, .topics = topics};
    bus_configure(&b, p->cfg);
    p->bus = bus_open(&b, &(struct bus_handlers){on_work, on_answer, on_heard, on_lost}, p, e);
    if (!p->bus)
        return -1;
    p->consumer = consumer_new(p->d, p->bus);
    return 0;
}

/* Can this instance work: keys readable, database reachable and safe? */
static int check(struct process *p, struct err *e)
{
    if (start(p, e) < 0 || dispatcher_connect(p->d, e) < 0)
        return -1;
    return db_check_server(dispatcher_db(p->d), e);
}

static void finish(struct process *p)
{
    consumer_free(p->consumer);
    bus_close(p->bus);
    dispatcher_close(p->d);
}

int service_main(int argc, char **argv, const struct service *s)
{
    char name[64];
    snprintf(name, sizeof name, "xq-%s", s->name);
    struct program flags = program_flags(argc, argv, name);
    struct option own[OPTIONS_MAX];
    struct config *cfg = configure(s, flags.config, own);
    struct err e = {0};
    char text[256];
    int rc = 0;
    if (flags.print_config) {
        AUTO_BUF out = {0};
        config_print(cfg, &out);
        fputs(out.p, stdout);
        config_free(cfg);
        return 0;
    }
    struct process p = {.service = s,
                        .flags = &flags,
                        .cfg = cfg,
                        .began = wall_now(),
                        .story_now = TIME_NONE,
                        .story_done = TIME_NONE,
                        .story_stored = TIME_NONE,
                        .story = strcmp(config_text(cfg, "clock"), "story") == 0};
    sigset_t set;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* keys and personal data stay out of core files */
    umask(077);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    log_open(s->name, flags.instance, level_of(cfg));
    if (flags.check) {
        rc = check(&p, &e);
    } else if ((rc = start(&p, &e)) == 0) {
        int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
        log_info("event=started version=%s", XQ_VERSION);
        loop(&p, signals);
        close(signals);
        if (p.failed)
            rc = FAIL(&e, FORBIDDEN, "%s", p.why);
        log_info("event=stopped calls=%llu", (unsigned long long)dispatcher_counters(p.d)->calls);
    }
    log_flush();
    if (rc < 0)
        fprintf(stderr, "%s: %s\n", name, err_text(&e, text));
    alarm(0);
    finish(&p);
    config_free(cfg);
    return rc < 0 ? 1 : 0;
}
