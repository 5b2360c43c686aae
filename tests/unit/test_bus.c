/* The bus and a real router with real sockets: this program plays gateway and service; service children are killed and
 * frozen. The router's program: XQ_ROUTER, else ../bin/xq-router beside this one. */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#include "base/when.h"
#include "bus/bus.h"

static char folder[] = "/tmp/test_bus.XXXXXX", keys[64], conf[64], program[512];
static char router[64];
static const char *routers[] = {router, NULL};

static pid_t router_start(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!getenv("XQ_TEST_LOG")) {
            int fd = open("/dev/null", O_WRONLY);
            dup2(fd, 2);
        }
        execl(program, program, "--config", conf, "--instance", "1", (char *)NULL);
        _exit(127);
    }
    return pid;
}

/* --- a service: answers each call with its own pid; a body "die" kills it, "slow" answers in parts --- */

struct played {
    struct bus *bus;
    pid_t self;
};
struct part {
    struct played *s;
    int from;
};
static bool work_one(void *ctx, const void *frame, size_t n)
{
    struct part *x = ctx;
    struct call_frame f;
    char body[32];
    if (!call_decode(frame, n, &f))
        return true;
    if (f.body.n == 3 && memcmp(f.body.p, "die", 3) == 0)
        raise(SIGKILL);
    if (f.body.n == 4 && memcmp(f.body.p, "slow", 4) == 0) {
        usleep(700000); /* five of them: 3.5 s, longer than the router's patience */
        bus_reply_flush(x->s->bus, x->from);
    }
    if (f.body.n == 6 && memcmp(f.body.p, "freeze", 6) == 0 && f.attempt == 1)
        raise(SIGSTOP);
    struct reply_frame r = {.id = f.id, .attempt = f.attempt, .status = 200};
    r.body = (struct text){body, (size_t)snprintf(body, sizeof body, "%d %d", (int)x->s->self, f.attempt)};
    bus_reply(x->s->bus, x->from, &r);
    return true;
}
static void work(void *ctx, int from, const void *pack, size_t n)
{
    struct part x = {ctx, from};
    pack_walk(pack, n, work_one, &x);
    bus_reply_end(x.s->bus, from);
}

static volatile sig_atomic_t said; /* SIGUSR1: bye; SIGUSR2: hello; SIGTERM: leave */
static void on_signal(int n)
{
    said = n;
}

static void turn(struct bus *b, int most_ms)
{
    zmq_pollitem_t items[8];
    size_t n = bus_items(b, items, COUNT(items));
    int ms = bus_timeout_ms(b);
    zmq_poll(items, (int)n, ms < most_ms ? ms : most_ms);
    bus_turn(b);
}

static pid_t service_start(const char *name)
{
    pid_t pid = fork();
    if (pid)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGUSR1, on_signal), signal(SIGUSR2, on_signal), signal(SIGTERM, on_signal);
    struct err e = {0};
    struct played s = {.self = getpid()};
    struct bus_options o = {.program = name, .instance = "1", .routers = routers, .keys = keys, .asks = true};
    s.bus = bus_open(&o, &(struct bus_handlers){.work = work}, &s, &e);
    for (int64_t until = INT64_MAX; s.bus && mono_ms() < until && !(until < INT64_MAX && bus_left(s.bus));) {
        turn(s.bus, 10);
        if (said == SIGUSR1)
            bus_bye(s.bus);
        if (said == SIGUSR2)
            bus_hello(s.bus);
        if (said == SIGTERM) {
            bus_leave(s.bus);
            until = mono_ms() + 3000;
        }
        said = 0;
    }
    int rc = s.bus && bus_left(s.bus) ? 0 : 1;
    bus_close(s.bus);
    _exit(rc);
}

/* --- a gateway --- */

#define CALLS 1000
static struct {
    struct id id;
    int answers, status, attempt;
    int by;
} sent[CALLS];
static int n_sent, n_answered;
static char heard[64][64];
static int n_heard;

static void on_reply(void *ctx, const struct reply_frame *r)
{
    (void)ctx;
    for (int i = 0; i < n_sent; i++)
        if (id_eq(sent[i].id, r->id)) {
            n_answered += sent[i].answers++ == 0;
            sent[i].status = r->status;
            if (r->status == 200)
                sscanf(r->body.p, "%d %d", &sent[i].by, &sent[i].attempt);
        }
}
static void on_heard(void *ctx, const char *topic, const void *payload, size_t n)
{
    (void)ctx, (void)payload, (void)n;
    if (n_heard < 64)
        snprintf(heard[n_heard++], sizeof heard[0], "%s", topic);
}
static bool was_heard(const char *topic)
{
    for (int i = 0; i < n_heard; i++)
        if (strcmp(heard[i], topic) == 0)
            return true;
    return false;
}

static struct bus *open_as(const char *name, const char *key_folder)
{
    static const char *const topics[] = {"head.", "clock.", NULL};
    struct err e = {0};
    struct bus_options o = {.program = name, .instance = "1", .routers = routers, .keys = key_folder, .topics = topics};
    struct bus *b = bus_open(&o, &(struct bus_handlers){.reply = on_reply, .heard = on_heard}, NULL, &e);
    char text[256];
    if (!b)
        printf("# %s\n", err_text(&e, text));
    return b;
}

static void fresh(void)
{
    memset(sent, 0, sizeof sent);
    n_sent = n_answered = 0;
}

static bool send_to(struct bus *b, const char *service, const char *op, const char *body)
{
    struct call_frame f = {.left_ms = 5000, .now = wall_now()};
    f.id = sent[n_sent].id = id_new(330102001);
    f.service = (struct text){service, strlen(service)};
    f.op = (struct text){op, strlen(op)};
    f.body = (struct text){body, strlen(body)};
    bool good = bus_send(b, &f);
    n_sent += good;
    return good;
}

static void run_for(struct bus *b, int ms)
{
    for (int64_t until = mono_ms() + ms; mono_ms() < until;)
        turn(b, 5);
}
/* Until all sent calls are answered; how long it took. */
static int answered(struct bus *b, int ms)
{
    int64_t from = mono_ms();
    bus_send_flush(b);
    while (n_answered < n_sent && mono_ms() < from + ms)
        turn(b, 5);
    return (int)(mono_ms() - from);
}
static int count(int status)
{
    int n = 0;
    for (int i = 0; i < n_sent; i++)
        n += sent[i].answers == 1 && sent[i].status == status;
    return n;
}
/* Waits until a call to the service is answered 200. */
static bool serves(struct bus *b, const char *service, int ms)
{
    for (int64_t until = mono_ms() + ms; mono_ms() < until;) {
        fresh();
        if (send_to(b, service, "ping", "x")) {
            answered(b, 1000);
            if (count(200) == 1)
                return true;
        }
        run_for(b, 20);
    }
    return false;
}
static void stop(pid_t pid, int signal)
{
    kill(pid, signal);
    kill(pid, SIGCONT);
    waitpid(pid, NULL, 0);
}

/* --- the tests --- */

static struct bus *gateway;
static pid_t router_pid;

static void calls_come_back(void)
{
    pid_t a = service_start("voting");
    ok(serves(gateway, "voting", 5000), "the service is found");
    fresh();
    for (int i = 0; i < 600; i++)
        send_to(gateway, "voting", "ping", "x");
    int ms = answered(gateway, 3000);
    is_int(count(200), 600);
    ok(ms < 1000, "in %d ms", ms);
    run_for(gateway, 1600); /* a router that has just begun lets calls wait for services on their way to it */
    fresh();
    send_to(gateway, "nobody", "ping", "x");
    ms = answered(gateway, 1000);
    ok(count(503) == 1 && ms < 100, "no such service: 503 at once (%d ms)", ms);
    kill(a, SIGUSR1);
    run_for(gateway, 100);
    fresh();
    send_to(gateway, "voting", "ping", "x");
    ms = answered(gateway, 1000);
    ok(count(503) == 1 && ms < 100, "BYE: 503 at once (%d ms)", ms);
    kill(a, SIGUSR2);
    ok(serves(gateway, "voting", 2000), "back after HELLO");
    fresh();
    for (int i = 0; i < 5; i++)
        send_to(gateway, "voting", "ping", "slow");
    ms = answered(gateway, 6000);
    is_int(count(200), 5);
    for (int i = 0; i < 5; i++)
        ok(sent[i].attempt == 1, "partial replies renew the router's patience (%d ms)", ms);
    int status = 1;
    kill(a, SIGTERM);
    waitpid(a, &status, 0);
    is_int(status, 0);
}

/* One call kills whoever works on it; its neighbours survive, and the killer is set aside after two. */
static void the_dead_are_replaced(void)
{
    pid_t a = service_start("voting"), b = service_start("voting"), c = service_start("voting");
    ok(serves(gateway, "voting", 5000), "three processes");
    run_for(gateway, 300);
    fresh();
    for (int i = 0; i < 50; i++)
        send_to(gateway, "voting", "ping", i == 25 ? "die" : "x");
    int ms = answered(gateway, 6000);
    is_int(count(200), 49);
    is_int(sent[25].status, 500);
    ok(ms < 3000, "in %d ms", ms);
    char path[256], text[37];
    struct stat st;
    snprintf(path, sizeof path, "%s/quarantine/%s.call", folder, id_text(sent[25].id, text));
    ok(stat(path, &st) == 0 && st.st_size > 0, "its bytes are set aside");
    unlink(path);
    int alive = 0;
    pid_t all[] = {a, b, c};
    usleep(50000);
    for (int i = 0; i < 3; i++)
        alive += waitpid(all[i], NULL, WNOHANG) == 0;
    is_int(alive, 1);
    pid_t more = service_start("voting");
    run_for(gateway, 500);
    fresh();
    for (int i = 0; i < 3; i++)
        send_to(gateway, "voting", "ping", i ? "x" : "freeze");
    ms = answered(gateway, 6000);
    is_int(count(200), 3);
    ok(sent[0].attempt == 2 && ms < 3500, "a frozen process is replaced (%d ms)", ms);
    for (int i = 0; i < 3; i++)
        kill(all[i], SIGCONT);
    kill(more, SIGCONT);
    run_for(gateway, 300);
    ok(sent[0].answers == 1, "its late reply is dropped");
    ok(serves(gateway, "voting", 3000), "and it works on");
    for (int i = 0; i < 3; i++)
        if (waitpid(all[i], NULL, WNOHANG) == 0)
            stop(all[i], SIGKILL);
    stop(more, SIGKILL);
}

static void heads_only_from_their_owner(void)
{
    struct bus *voting = open_as("voting", keys);
    for (int i = 0; i < 100 && !was_heard("head.voting.330102001"); i++) {
        bus_publish(voting, "head.intake.330102001", "1 1", 3);
        bus_publish(voting, "clock.", "1", 1);
        bus_publish(voting, "head.voting.330102001", "1 1", 3);
        turn(voting, 10);
        run_for(gateway, 20);
    }
    ok(was_heard("head.voting.330102001"), "its own head is heard");
    ok(!was_heard("head.intake.330102001") && !was_heard("clock."), "another's is not");
    bus_close(voting);
}

static void strangers_stay_outside(void)
{
    static const char *const programs[] = {"router", "gateway", NULL};
    char other[64], from[128], to[128];
    struct err e = {0};
    snprintf(other, sizeof other, "%s/other", folder);
    mkdir(other, 0700);
    is_int(keys_make(other, programs, &e), 0);
    snprintf(from, sizeof from, "%s/router.pub", keys);
    snprintf(to, sizeof to, "%s/router.pub", other);
    unlink(to);
    is_int(link(from, to), 0);
    struct bus *b = open_as("gateway", other);
    n_heard = 0;
    run_for(b, 700);
    fresh();
    ok(!send_to(b, "voting", "ping", "x"), "a stranger's call goes nowhere");
    is_int(n_heard, 0);
    bus_close(b);
    pid_t liar = fork(); /* the key of intake, the name of voting */
    if (liar == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        snprintf(from, sizeof from, "%s/intake.key", keys);
        snprintf(to, sizeof to, "%s/voting.key", other);
        if (link(from, to) != 0)
            _exit(1);
        snprintf(keys, sizeof keys, "%s", other);
        service_start("voting");
        pause();
    }
    run_for(gateway, 800);
    fresh();
    send_to(gateway, "voting", "ping", "x");
    answered(gateway, 1000);
    is_int(count(503), 1);
    stop(liar, SIGKILL);
}

static void the_router_comes_back(void)
{
    pid_t a = service_start("voting");
    ok(serves(gateway, "voting", 5000), "before");
    stop(router_pid, SIGKILL);
    run_for(gateway, 300);
    fresh();
    ok(!send_to(gateway, "voting", "ping", "x"), "no router: refused at once");
    router_pid = router_start();
    int64_t from = mono_ms();
    bool back = serves(gateway, "voting", 5000);
    int ms = (int)(mono_ms() - from);
    ok(back && ms < 3000, "all are back after %d ms", ms);
    stop(a, SIGKILL);
}

static void write_conf(void)
{
    FILE *f = fopen(conf, "w");
    if (!f)
        exit(2);
    fprintf(f, "common: { routers = [\"%s\"]; keys = \"keys\"; };\nrouter: { quarantine = \"quarantine\"; };\n",
            router);
    fclose(f);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static void remove_all(void)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(int argc, char **argv)
{
    static const char *const programs[] = {"router", "gateway", "intake", "voting", NULL};
    struct err e = {0};
    (void)argc;
    char *slash = strrchr(argv[0], '/');
    snprintf(program, sizeof program, "%.*s/../bin/xq-router", slash ? (int)(slash - argv[0]) : 1,
             slash ? argv[0] : ".");
    if (getenv("XQ_ROUTER"))
        snprintf(program, sizeof program, "%s", getenv("XQ_ROUTER"));
    if (access(program, X_OK) != 0)
        skip_all("xq-router is not built");
    if (!mkdtemp(folder))
        return 2;
    snprintf(keys, sizeof keys, "%s/keys", folder);
    snprintf(conf, sizeof conf, "%s/xiangqin.conf", folder);
    snprintf(router, sizeof router, "ipc://%s/router", folder);
    mkdir(keys, 0700);
    write_conf();
    if (keys_make(keys, programs, &e) < 0)
        return 2;
    router_pid = router_start();
    /* Children are forked later, but each opens a context of its own and leaves ours alone. */
    gateway = open_as("gateway", keys);
    if (!gateway)
        return 2;
    run(calls_come_back);
    run(the_dead_are_replaced);
    run(heads_only_from_their_owner);
    run(strangers_stay_outside);
    run(the_router_comes_back);
    bus_close(gateway);
    int status = 1;
    kill(router_pid, SIGTERM);
    waitpid(router_pid, &status, 0);
    is_int(status, 0);
    remove_all();
    done_testing();
}
