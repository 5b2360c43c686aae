/* A dispatcher's life: the C tables of a service laid beside the contract, and its connection. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "service/work.h"

/* The word "who" of an operation that is no role of an appointment. */
static bool word_of_token(const char *word)
{
    return strcmp(word, "public") == 0 || strcmp(word, "person") == 0 || strcmp(word, "resident") == 0;
}

static int entry_fill(struct entry *x, const struct op_contract *op, const struct op *ops, struct err *e)
{
    x->op = op;
    for (; ops->name; ops++)
        if (strcmp(ops->name, op->id) == 0)
            x->fn = ops->fn;
    if (!x->fn)
        return FAIL(e, INTERNAL,
                    "the contract's operation %s has no function in the service's table" ZH
                    "契约中的操作 %s 没有对应函数",
                    op->id, op->id);
    for (const char *const *who = op->who; *who; who++)
        x->has_roles |= !word_of_token(*who);
    if (op->act_in) {
        const struct field *f = shape_field(op->request, op->act_in);
        if (!f)
            return FAIL(e, INTERNAL, "%s acts in %s, which the request does not have" ZH "%s 缺少地区字段 %s", op->id,
                        op->act_in, op->id, op->act_in);
        x->place_list = f->list;
    } else if (op->run != RUN_READ) {
        return FAIL(e, INTERNAL, "%s writes but does not say where (x-act-in)" ZH "%s 为写操作但未声明地区", op->id,
                    op->id);
    }
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->op->id, ((const struct entry *)b)->op->id);
}

static int entries_make(struct dispatcher *d, const struct dispatcher_options *o, struct err *e)
{
    const struct service *s = o->service;
    d->entry = xcalloc(o->n_contract + 1, sizeof *d->entry);
    for (size_t i = 0; i < o->n_contract; i++)
        if (strcmp(o->contract[i]->service, s->name) == 0 &&
            entry_fill(&d->entry[d->n_entries++], o->contract[i], s->ops, e) < 0)
            return -1;
    qsort(d->entry, d->n_entries, sizeof *d->entry, by_name);
    size_t functions = 0;
    for (const struct op *p = s->ops; p->name; p++, functions++) {
        bool found = false;
        for (size_t i = 0; i < d->n_entries; i++)
            found |= strcmp(d->entry[i].op->id, p->name) == 0;
        if (!found)
            return FAIL(e, INTERNAL,
                        "the function %s is in the service's table but not in its contract" ZH "函数 %s 不在契约中",
                        p->name, p->name);
    }
    if (functions != d->n_entries)
        return FAIL(e, INTERNAL, "an operation of %s stands twice in its table" ZH "%s 的操作表有重复项", s->name,
                    s->name);
    for (const struct op *p = s->events; p && p->name; p++)
        if (!event_find(d, NULL, p->name))
            return FAIL(e, INTERNAL, "%s consumes %s, which nobody publishes" ZH "%s 订阅了无人发布的事件 %s", s->name,
                        p->name, s->name, p->name);
    return 0;
}

struct dispatcher *dispatcher_open(const struct dispatcher_options *o, struct err *e)
{
    struct dispatcher *d = xcalloc(1, sizeof *d);
    d->service = o->service;
    d->instance = xstrdup(o->instance);
    d->conninfo = xstrdup(o->db.conninfo ? o->db.conninfo : "");
    d->application = xstrdup(o->db.application ? o->db.application : o->service->name);
    d->options = (struct db_options){
        .conninfo = d->conninfo, .application = d->application, .connect_timeout_s = o->db.connect_timeout_s};
    d->events = o->events;
    d->n_events = o->n_events;
    d->hooks = o->hooks;
    d->ctx = o->ctx;
    d->arena = arena_new();
    if (entries_make(d, o, e) < 0) {
        dispatcher_close(d);
        return NULL;
    }
    return d;
}

void dispatcher_close(struct dispatcher *d)
{
    if (!d)
        return;
    db_close(d->db);
    for (size_t i = 0; i < PACK_CALLS; i++)
        buf_free(&d->work[i].out);
    buf_free(&d->scratch);
    arena_free(d->arena);
    auto_free(&d->entry);
    auto_free(&d->application);
    auto_free(&d->conninfo);
    auto_free(&d->instance);
    auto_free(&d);
}

int dispatcher_connect(struct dispatcher *d, struct err *e)
{
    db_close(d->db);
    d->db = db_open(&d->options, e);
    if (!d->db)
        return -1;
    if (d->hooks.tick)
        db_on_wait(d->db, d->hooks.tick, d->ctx);
    return 0;
}

void dispatcher_disconnect(struct dispatcher *d)
{
    db_close(d->db);
    d->db = NULL;
}

bool dispatcher_connected(const struct dispatcher *d)
{
    return d->db && db_alive(d->db);
}

struct db *dispatcher_db(struct dispatcher *d)
{
    return d->db;
}

bool dispatcher_wrote(struct dispatcher *d)
{
    bool wrote = d->wrote;
    d->wrote = false;
    return wrote;
}

const struct counters *dispatcher_counters(const struct dispatcher *d)
{
    return &d->counters;
}

bool dispatcher_follows(const struct dispatcher *d, const char *service)
{
    for (size_t i = 0; i < d->n_events; i++) {
        const struct event_contract *x = d->events[i];
        if (strcmp(x->service, service) != 0)
            continue;
        /* The tables that every service has are filled from others' events; one's own rows are stored at once. */
        if (roles_event_type(x->type) && strcmp(service, d->service->name) != 0)
            return true;
        for (const struct op *p = d->service->events; p && p->name; p++)
            if (strcmp(p->name, x->type) == 0)
                return true;
    }
    return false;
}

size_t dispatcher_followed(const struct dispatcher *d, const char **out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n_events; i++) {
        const char *service = d->events[i]->service;
        bool known = false;
        for (size_t k = 0; k < n; k++)
            known |= strcmp(out[k], service) == 0;
        if (!known && n < max && dispatcher_follows(d, service))
            out[n++] = service;
    }
    return n;
}

bool db_again(const struct dispatcher *d)
{
    const char *s = db_sqlstate(d->db);
    return strcmp(s, "40001") == 0 || strcmp(s, "40P01") == 0 || strcmp(s, "55P03") == 0;
}

void jitter_sleep(int attempt)
{
    int64_t top = INT64_C(5000) << (attempt < 5 ? attempt : 5); /* 5, 10, 20, 40, 80, 160 ms */
    int64_t us = top / 2 + wall_now() % top;
    nanosleep(&(struct timespec){.tv_nsec = (long)(us * 1000)}, NULL);
}

void call_start(struct dispatcher *d, struct call *c, struct emitted *m, struct err *e, int street, int64_t now,
                struct id id, char place[REGION_MAX])
{
    *m = (struct emitted){.d = d};
    buf_clear(&d->scratch);
    region_of_street(street, place);
    *c = (struct call){.db = d->db,
                       .arena = d->arena,
                       .now = now,
                       .wall = wall_now(),
                       .id = id,
                       .homes = "",
                       .street = street,
                       .place = place,
                       .role = "",
                       .role_region = "",
                       .out = &d->scratch,
                       .emitted = m,
                       .err = e};
}
