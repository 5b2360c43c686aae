/* What the rules decide goes out here: packs to processes, replies to callers, the quarantine to its folder. */
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "base/log.h"
#include "bus/protocol.h"
#include "router_inside.h"

static void send_to(struct router *r, int which, const struct peer *to, const void *p, size_t n)
{
    if (zmq_send(r->socket[which], to->id, to->n, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
        zmq_send(r->socket[which], p, n, ZMQ_DONTWAIT) >= 0)
        return;
    if (which == WORK && r->n_gone < CALLERS_MAX) { /* told to the rules after this step, never inside it */
        r->unsent[r->n_gone] = n >= PACK_HEAD;
        r->gone[r->n_gone++] = *to;
    }
}

static void on_pack(void *ctx, const struct peer *to, uint64_t number, const struct pack *calls)
{
    struct router *r = ctx;
    buf_clear(&r->scratch);
    buf_u8(&r->scratch, MSG_PACK);
    buf_u64(&r->scratch, number);
    buf_add(&r->scratch, calls->bytes.p, calls->bytes.n);
    r->packs++;
    send_to(r, WORK, to, r->scratch.p, r->scratch.n);
}

static void on_empty(void *ctx, const struct peer *to)
{
    struct pack none = {0};
    pack_start(&none);
    on_pack(ctx, to, 0, &none);
    buf_free(&none.bytes);
}

static void tell(struct router *r, const struct peer *to, enum from_router kind)
{
    unsigned char byte = (unsigned char)kind;
    send_to(r, WORK, to, &byte, 1);
}

static void on_probe(void *ctx, const struct peer *to)
{
    tell(ctx, to, MSG_PROBE);
}

static void on_left(void *ctx, const struct peer *to)
{
    tell(ctx, to, MSG_LEFT);
}

void router_flush(struct router *r)
{
    for (size_t i = 0; i < r->n_out; i++) {
        send_to(r, CALLS, &r->out[i].to, r->out[i].replies.bytes.p, r->out[i].replies.bytes.n);
        pack_start(&r->out[i].replies);
    }
    r->n_out = 0;
}

static void on_forward(void *ctx, const struct peer *caller, const void *reply, size_t n)
{
    struct router *r = ctx;
    size_t i = 0;
    while (i < r->n_out && (r->out[i].to.n != caller->n || memcmp(r->out[i].to.id, caller->id, caller->n) != 0))
        i++;
    if (i == CALLERS_MAX) {
        router_flush(r);
        i = 0;
    }
    if (i == r->n_out) {
        r->out[i].to = *caller;
        pack_start(&r->out[i].replies);
        r->n_out++;
    }
    if (r->out[i].replies.count && r->out[i].replies.bytes.n + n > ANSWER_BYTES) {
        send_to(r, CALLS, caller, r->out[i].replies.bytes.p, r->out[i].replies.bytes.n);
        pack_start(&r->out[i].replies);
    }
    r->replies++;
    pack_add(&r->out[i].replies, reply, n);
}

void router_refuse(void *ctx, const struct peer *caller, struct id call, enum err_code code, unsigned retry_after_s)
{
    struct err e = {.code = code};
    AUTO_BUF body = {0}, frame = {0};
    err_problem(&body, &e, NULL);
    struct reply_frame f = {.id = call,
                            .status = (uint16_t)err_status(code),
                            .retry_after_s = (uint16_t)(err_status(code) == 503 ? retry_after_s : 0),
                            .body = {body.p, body.n}};
    reply_encode(&frame, &f);
    on_forward(ctx, caller, frame.p, frame.n);
}

/* The call's bytes as they came, for an administrator (xq quarantine). Losing the file loses a clue, never a call: the
 * caller is told. */
static void on_quarantine(void *ctx, struct id call, const char *service, const void *frame, size_t n)
{
    struct router *r = ctx;
    char text[37], path[PATH_MAX];
    const char *folder = config_path(r->cfg, "quarantine");
    (void)mkdir(folder, 0700);
    snprintf(path, sizeof path, "%s/%s.call", folder, id_text(call, text));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool stored = fd >= 0 && write(fd, frame, n) == (ssize_t)n && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    log_error("event=quarantined call=%s service=%s stored=%d", text, service, stored);
}

void router_sink(struct router *r, struct rules_sink *out)
{
    *out = (struct rules_sink){r, on_pack, on_empty, on_probe, on_left, on_forward, router_refuse, on_quarantine};
}
