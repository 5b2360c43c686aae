/* The outbox: events are queued with their call, numbered once per group (I3), and read again by whoever follows the
 * stream. */
#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"
#include "service/outbox.sql.h"
#include "service/work.h"

#define FETCH_BYTES  400000 /* an answer of events_after stays below ANSWER_BYTES */
#define FETCH_EVENTS 500

const struct event_contract *event_find(const struct dispatcher *d, const char *service, const char *type)
{
    for (size_t i = 0; i < d->n_events; i++)
        if (strcmp(d->events[i]->type, type) == 0 && (!service || strcmp(d->events[i]->service, service) == 0))
            return d->events[i];
    return NULL;
}

const struct field *shape_field(const struct shape *s, const char *name)
{
    for (size_t i = 0; s && i < s->n; i++)
        if (strcmp(s->fields[i].name, name) == 0)
            return &s->fields[i];
    return NULL;
}

int call_emit(struct call *c, const struct event_contract *event, const void *data)
{
    AUTO_BUF json = {0};
    contract_write(event->shape, data, &json);
    struct emitted_event *x = arena_alloc(c->arena, 1, sizeof *x);
    *x = (struct emitted_event){.event = event, .data = arena_copy(c->arena, json.p, json.n), .id = id_new(c->street)};
    if (c->emitted->last)
        c->emitted->last->next = x;
    else
        c->emitted->first = x;
    c->emitted->last = x;
    c->emitted->n++;
    return 0;
}

void emitted_drop(struct emitted *m)
{
    m->first = m->last = NULL;
    m->n = 0;
    m->seq = 0;
}

/* The columns of all events of the group, in the order in which the calls ran. */
struct columns {
    const char **type, **trace, **data;
    struct id *id, *op;
    int64_t *at;
    size_t n;
};

static struct columns columns_of(struct dispatcher *d, struct call *const *c, size_t n, size_t events)
{
    struct arena *a = d->arena;
    struct columns k = {.type = arena_alloc(a, events, sizeof *k.type),
                        .trace = arena_alloc(a, events, sizeof *k.trace),
                        .data = arena_alloc(a, events, sizeof *k.data),
                        .id = arena_alloc(a, events, sizeof *k.id),
                        .op = arena_alloc(a, events, sizeof *k.op),
                        .at = arena_alloc(a, events, sizeof *k.at)};
    for (size_t i = 0; i < n; i++) {
        for (const struct emitted_event *x = c[i]->emitted->first; x; x = x->next) {
            k.type[k.n] = x->event->type;
            k.trace[k.n] = c[i]->emitted->trace;
            k.data[k.n] = x->data;
            k.id[k.n] = x->id;
            k.op[k.n] = c[i]->id;
            k.at[k.n++] = c[i]->now;
        }
    }
    return k;
}

static int64_t epoch_new(void)
{
    int64_t epoch = 0;
    randombytes_buf(&epoch, sizeof epoch);
    return (epoch & INT64_C(0x1fffffffffffff)) | 1; /* a JSON number that every reader keeps exactly */
}

int outbox_close(struct dispatcher *d, int street, struct call *const *c, size_t n, int64_t *epoch, int64_t *seq,
                 struct err *e)
{
    size_t events = 0;
    for (size_t i = 0; i < n; i++)
        events += c[i]->emitted->n;
    *seq = 0;
    if (events == 0) /* no head waits for us: what deferred rules have to say, COMMIT says too */
        return 0;
    if (db_put(d->db, SQL_RULES_NOW, AFFECTED_ANY, e, ARGS(arg_int4(street))) < 0)
        return -1;
    AUTO_ROWS r = {0};
    if (db_one(d->db, SQL_HEAD_RAISE, &r, e, ARGS(arg_int4(street), arg_int(epoch_new()), arg_int((int64_t)events))) <
        0)
        return -1;
    *epoch = row_int(&r, 0, "epoch");
    *seq = row_int(&r, 0, "seq");
    int64_t before = *seq - (int64_t)events, at = before;
    for (size_t i = 0; i < n; i++) {
        at += (int64_t)c[i]->emitted->n;
        c[i]->emitted->seq = at;
    }
    assert(at == *seq && before >= 0); /* I3 */
    struct columns k = columns_of(d, c, n, events);
    return db_put(d->db, SQL_OUTBOX_PUT, AFFECTED_ANY, e,
                  ARGS(arg_int4(street), arg_int(before), arg_texts(k.type, k.n), arg_ids(k.id, k.n),
                       arg_ids(k.op, k.n), arg_times(k.at, k.n), arg_texts(k.trace, k.n), arg_texts(k.data, k.n),
                       arg_time(c[0]->wall)));
}

int heads_read(struct dispatcher *d, struct arena *a, struct head **out, size_t *n, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_many(d->db, SQL_HEADS_GET, &r, e, NO_ARGS) < 0)
        return -1;
    *out = arena_alloc(a, (size_t)r.n + 1, sizeof **out);
    *n = (size_t)r.n;
    for (int i = 0; i < r.n; i++)
        (*out)[i] = (struct head){(int)row_int(&r, i, "street"), row_int(&r, i, "epoch"), row_int(&r, i, "seq")};
    return 0;
}

/* --- the two calls that services send to each other --- */
/* Answers are lines, not JSON: "epoch head", then one event a line, tab separated, its data last. They pass between our
 * own programs only and are read at 10^5 events a second. */

static void event_line(struct buf *b, const struct rows *r, int i)
{
    char id[37], op[37];
    buf_printf(b, "%lld\t%s\t%s\t%s\t%lld\t%s\t", (long long)row_int(r, i, "seq"), row_text(r, i, "type"),
               id_text(row_id(r, i, "id"), id), id_text(row_id(r, i, "op"), op), (long long)row_time(r, i, "at"),
               row_text(r, i, "trace"));
    size_t n = row_length(r, i, "data");
    char *data = buf_grow(b, n);
    memcpy(data, row_text(r, i, "data"), n);
    for (size_t k = 0; k < n; k++) /* between JSON tokens only: inside strings they are escaped */
        if (data[k] == '\n' || data[k] == '\r' || data[k] == '\t')
            data[k] = ' ';
    buf_str(b, "\n");
}

struct events_after {
    int64_t stream, after, limit;
};
static const struct field events_after_fields[] = {
    {.name = "stream",
     .kind = F_INT,
     .query = true,
     .required = true,
     .offset = offsetof(struct events_after, stream),
     .min = 100000000,
     .max = 999999999},
    {.name = "after",
     .kind = F_INT,
     .query = true,
     .required = true,
     .offset = offsetof(struct events_after, after),
     .min = 0,
     .max = INT64_MAX},
    {.name = "limit",
     .kind = F_INT,
     .query = true,
     .required = true,
     .offset = offsetof(struct events_after, limit),
     .min = 1,
     .max = FETCH_EVENTS},
};
static const struct shape events_after_shape = {"events_after", sizeof(struct events_after), events_after_fields,
                                                COUNT(events_after_fields)};

static int events_after(struct dispatcher *d, struct work *w, struct err *e)
{
    struct events_after in = {0};
    AUTO_ROWS head = {0}, r = {0};
    /* The head first: a group that commits between the two statements then shows up as events beyond it, never as a
     * hole before it. */
    if (contract_params(&events_after_shape, w->f.params.p, w->f.params.n, d->arena, &in, e) < 0 ||
        db_maybe(d->db, SQL_HEAD_GET, &head, e, ARGS(arg_int4((int)in.stream))) < 0)
        return -1;
    buf_printf(&w->out, "%lld\t%lld\n", head.n ? (long long)row_int(&head, 0, "epoch") : 0LL,
               head.n ? (long long)row_int(&head, 0, "seq") : 0LL);
    if (head.n == 0)
        return 0;
    if (db_many(d->db, SQL_EVENTS_AFTER, &r, e, ARGS(arg_int4((int)in.stream), arg_int(in.after), arg_int(in.limit))) <
        0)
        return -1;
    for (int i = 0; i < r.n; i++) {
        if (i > 0 && w->out.n + row_length(&r, i, "data") > FETCH_BYTES)
            break;
        event_line(&w->out, &r, i);
    }
    return 0;
}

static int heads_get(struct dispatcher *d, struct work *w, struct err *e)
{
    struct head *h = NULL;
    size_t n = 0;
    if (heads_read(d, d->arena, &h, &n, e) < 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        buf_printf(&w->out, "%d\t%lld\t%lld\n", h[i].street, (long long)h[i].epoch, (long long)h[i].seq);
    return 0;
}

bool internal_call(struct dispatcher *d, struct work *w)
{
    bool after = w->f.op.n == 12 && memcmp(w->f.op.p, "events_after", 12) == 0;
    if (!after && !(w->f.op.n == 9 && memcmp(w->f.op.p, "heads_get", 9) == 0))
        return false;
    w->status = 200;
    if (!dispatcher_connected(d)) {
        work_fail(w, ERR_UNAVAILABLE);
        return true;
    }
    db_deadline(d->db, w->deadline);
    if ((after ? events_after(d, w, &w->err) : heads_get(d, w, &w->err)) < 0)
        w->failed = true;
    return true;
}
