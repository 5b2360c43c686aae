/* How it goes: state and metrics, published once a second like those of every process. */
#include <unistd.h>
#include <zmq.h>

#include "base/when.h"
#include "router_inside.h"

static void publish(struct router *r, const char *kind, const struct buf *payload)
{
    buf_clear(&r->scratch);
    buf_printf(&r->scratch, "%s.router.%s", kind, r->program->instance);
    buf_u8(&r->scratch, 0);
    buf_add(&r->scratch, payload->p, payload->n);
    zmq_send(r->socket[PUB], r->scratch.p, r->scratch.n, ZMQ_DONTWAIT);
}

void router_tell(struct router *r)
{
    const struct rules_service *s;
    size_t n = rules_services(r->rules, &s);
    AUTO_BUF state = {0}, metrics = {0};
    char began[40];
    buf_printf(&state,
               "{\"service\":\"router\",\"instance\":\"%s\",\"pid\":%d,\"version\":\"%s\",\"started\":\"%s\",\"ready\":"
               "true,\"queues\":[",
               r->program->instance, (int)getpid(), XQ_VERSION, when_text(r->began, began));
    for (size_t i = 0; i < n; i++) {
        buf_printf(&state, "%s{\"service\":\"%s\",\"waiting\":%zu,\"idle\":%zu,\"busy\":%zu}", i ? "," : "", s[i].name,
                   s[i].waiting, s[i].idle, s[i].busy);
        buf_printf(&metrics, "gauge\txq_router_waiting\tCalls waiting for a service\tqueue=\"%s\"\t%zu\n", s[i].name,
                   s[i].waiting);
        buf_printf(&metrics, "counter\txq_router_calls_total\tCalls taken in\tqueue=\"%s\"\t%llu\n", s[i].name,
                   (unsigned long long)s[i].calls);
        buf_printf(&metrics, "counter\txq_router_packs_total\tPacks given out\tqueue=\"%s\"\t%llu\n", s[i].name,
                   (unsigned long long)s[i].packs);
        buf_printf(&metrics,
                   "counter\txq_router_resent_total\tCalls sent again after a process died\tqueue=\"%s\"\t%llu\n",
                   s[i].name, (unsigned long long)s[i].resent);
        buf_printf(&metrics,
                   "counter\txq_router_refused_total\tCalls answered without their service\tqueue=\"%s\"\t%llu\n",
                   s[i].name, (unsigned long long)s[i].refused);
        buf_printf(&metrics, "counter\txq_router_quarantined_total\tCalls set aside\tqueue=\"%s\"\t%llu\n", s[i].name,
                   (unsigned long long)s[i].quarantined);
        buf_printf(&metrics, "counter\txq_router_late_total\tReplies of older attempts dropped\tqueue=\"%s\"\t%llu\n",
                   s[i].name, (unsigned long long)s[i].late);
    }
    buf_str(&state, "]}");
    buf_printf(&metrics, "counter\txq_router_forged_total\tNames and topics that a key did not allow\t\t%llu\n",
               (unsigned long long)r->forged);
    publish(r, "state", &state);
    publish(r, "metrics", &metrics);
}
