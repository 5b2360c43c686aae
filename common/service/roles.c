/* Who may: the words of x-who against the token (person, home regions) and the appointments that every schema mirrors.
 */
#include <string.h>

#include "base/region.h"
#include "base/text.h"
#include "service/roles.sql.h"
#include "service/work.h"

int grants_read(struct dispatcher *d, struct work *const *w, size_t n, struct grants *out, struct err *e)
{
    struct id *person = arena_alloc(d->arena, n, sizeof *person);
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (!w[i]->entry->has_roles || w[i]->failed || w[i]->remembered || id_is_nil(w[i]->c.person))
            continue;
        if (m == 0 || !id_eq(person[m - 1], w[i]->c.person))
            person[m++] = w[i]->c.person;
    }
    *out = (struct grants){0};
    if (m == 0)
        return 0;
    AUTO_ROWS r = {0};
    if (db_many(d->db, SQL_GRANTS_READ, &r, e, ARGS(arg_ids(person, m))) < 0)
        return -1;
    struct granted *g = arena_alloc(d->arena, (size_t)r.n + 1, sizeof *g);
    for (int i = 0; i < r.n; i++) {
        g[i].person = row_id(&r, i, "person");
        g[i].role = arena_copy(d->arena, row_text(&r, i, "role"), row_length(&r, i, "role"));
        g[i].region = arena_copy(d->arena, row_text(&r, i, "region"), row_length(&r, i, "region"));
        g[i].from = row_time(&r, i, "valid_from");
        g[i].until = row_time(&r, i, "valid_until");
    }
    *out = (struct grants){g, (size_t)r.n};
    return 0;
}

/* An appointment covers a place inside its region; without a place (the operation acts nowhere in particular) any
 * region will do. */
static bool let_in_by_role(struct work *w, const struct grants *g, const char *role)
{
    const struct granted *best = NULL;
    for (size_t i = 0; i < g->n; i++) {
        const struct granted *x = &g->g[i];
        if (!id_eq(x->person, w->c.person) || strcmp(x->role, role) != 0 || x->from > w->c.now ||
            (x->until != TIME_NONE && x->until <= w->c.now))
            continue;
        if (w->place[0] && !region_inside(w->place, x->region))
            continue;
        /* The widest one, so that a function that looks at role_region sees all that the caller may do; ties by code,
         * to be the same always. */
        if (!best || strlen(x->region) < strlen(best->region) ||
            (strlen(x->region) == strlen(best->region) && strcmp(x->region, best->region) < 0))
            best = x;
    }
    if (!best)
        return false;
    w->c.role = role;
    w->c.role_region = best->region;
    return true;
}

/* One of the home regions lies in the street acted in (or in the district, if that is the place). */
static bool let_in_as_resident(struct work *w)
{
    const char *p = w->c.homes;
    while (*p) {
        size_t n = strcspn(p, ",");
        char home[REGION_MAX + 1];
        if (n < sizeof home) {
            memcpy(home, p, n);
            home[n] = '\0';
            if (region_valid(home) &&
                (!w->place[0] || region_street(home) == w->c.street || region_inside(home, w->place))) {
                w->c.role = "resident";
                w->c.role_region = arena_copy(w->c.arena, home, n);
                return true;
            }
        }
        p += n + (p[n] == ',');
    }
    return false;
}

bool who_may(struct work *w, const struct grants *g)
{
    const char *const *who = w->entry->op->who;
    bool anybody = false, nobody = id_is_nil(w->c.person), token = false, resident = false;
    for (size_t i = 0; who[i]; i++) {
        anybody |= strcmp(who[i], "public") == 0;
        token |= strcmp(who[i], "person") == 0;
        resident |= strcmp(who[i], "resident") == 0;
    }
    /* The word that says most about the caller is the one the function sees: an officer who reports an opinion is an
     * officer. */
    for (size_t i = 0; !nobody && w->entry->has_roles && who[i]; i++)
        if (strcmp(who[i], "public") != 0 && strcmp(who[i], "person") != 0 && strcmp(who[i], "resident") != 0 &&
            let_in_by_role(w, g, who[i]))
            return true;
    if (!nobody && resident && let_in_as_resident(w))
        return true;
    if ((token && !nobody) || anybody) {
        w->c.role = token && !nobody ? "person" : "public";
        w->c.role_region = "";
        return true;
    }
    work_fail(w, nobody ? ERR_UNAUTHENTICATED : ERR_FORBIDDEN);
    return false;
}

int holds_role(struct call *c, struct id person, const char *role, const char *region, struct err *e)
{
    AUTO_ROWS r = {0};
    if (id_is_nil(person))
        return 0;
    if (db_many(c->db, SQL_ROLE_HELD, &r, e, ARGS(arg_id(person), arg_text(role), arg_time(c->now))) < 0)
        return -1;
    for (int i = 0; i < r.n; i++)
        if (region_inside(region, row_text(&r, i, "region")))
            return 1;
    return 0;
}

/* --- appointments of one's own: the row and its event --- */

/* Sets one member of an event's struct by the name that the contract gives it; a member that the contract lacks is left
 * out. */
static void member_set(const struct shape *s, void *data, const char *name, const void *value, size_t n)
{
    const struct field *f = shape_field(s, name);
    if (f)
        memcpy((char *)data + f->offset, value, n);
}

static void member_time(const struct shape *s, void *data, const char *name, int64_t at)
{
    member_set(s, data, name, &at, sizeof at);
}

/* Absent times are TIME_NONE, which zeroed memory is not. */
static void *event_new(struct call *c, const struct event_contract *x)
{
    void *data = arena_alloc(c->arena, 1, x->shape->size);
    for (size_t i = 0; i < x->shape->n; i++)
        if (x->shape->fields[i].kind == F_TIME && !x->shape->fields[i].list)
            member_time(x->shape, data, x->shape->fields[i].name, TIME_NONE);
    return data;
}

static const struct event_contract *own_event(struct call *c, const char *type, struct err *e)
{
    const struct dispatcher *d = c->emitted->d;
    const struct event_contract *x = event_find(d, d->service->name, type);
    if (!x)
        err_set(e, ERR_INTERNAL, "%s does not publish %s" ZH "%s 不发布 %s", d->service->name, type, d->service->name,
                type);
    return x;
}

static int appointment_insert(struct call *c, const struct appointment *a, const char *service, struct err *e)
{
    return db_put(c->db, SQL_APPOINTMENT_PUT, AFFECTED_ANY, e,
                  ARGS(arg_id(a->id), arg_id(a->person), arg_text(a->role), arg_text(a->region),
                       arg_time(a->valid_from), arg_time(a->valid_until), arg_text(service)));
}

int appointment_store(struct call *c, const struct appointment *a, struct err *e)
{
    const struct event_contract *x = own_event(c, "appointment.made", e);
    if (!x || appointment_insert(c, a, c->emitted->d->service->name, e) < 0)
        return -1;
    void *data = event_new(c, x);
    member_set(x->shape, data, "id", &a->id, sizeof a->id);
    member_set(x->shape, data, "person", &a->person, sizeof a->person);
    member_set(x->shape, data, "role", &a->role, sizeof a->role);
    member_set(x->shape, data, "region", &a->region, sizeof a->region);
    member_time(x->shape, data, "valid_from", a->valid_from);
    member_time(x->shape, data, "valid_until", a->valid_until);
    return call_emit(c, x, data);
}

/* May it end then? The place of an id is only its street, so the region is looked at here. */
static int end_allowed(struct call *c, struct id appointment, int64_t at, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_APPOINTMENT_OWN, &r, e, ARGS(arg_id(appointment), arg_text(c->emitted->d->service->name))) <
        0)
        return -1;
    int64_t from = row_time(&r, 0, "valid_from"), until = row_time(&r, 0, "valid_until");
    if (!region_inside(row_text(&r, 0, "region"), c->role_region))
        return FAIL(e, FORBIDDEN, "the appointment lies outside your region" ZH "该任职不在您的区域内");
    if (until != TIME_NONE && until <= c->now)
        return FAIL(e, CONFLICT, "this appointment has ended already" ZH "该任职已经结束");
    if (at < from || (until != TIME_NONE && at > until))
        return FAIL(e, RULE, "the end lies outside the appointment" ZH "结束时间不在任职期间内");
    return 0;
}

int appointment_stop(struct call *c, struct id appointment, int64_t at, const char *reason, struct err *e)
{
    if (end_allowed(c, appointment, at, e) < 0)
        return -1;
    const struct event_contract *x = own_event(c, "appointment.ended", e);
    if (!x || db_put(c->db, SQL_APPOINTMENT_END, AFFECTED_ANY, e, ARGS(arg_id(appointment), arg_time(at))) < 0)
        return -1;
    void *data = event_new(c, x);
    member_set(x->shape, data, "id", &appointment, sizeof appointment);
    member_set(x->shape, data, "reason", &reason, sizeof reason);
    member_time(x->shape, data, "valid_until", at);
    return call_emit(c, x, data);
}

/* --- the events that every service mirrors --- */

bool roles_event_type(const char *type)
{
    return strcmp(type, "region.changed") == 0 || strcmp(type, "appointment.made") == 0 ||
           strcmp(type, "appointment.ended") == 0;
}

static void member_get(const struct shape *s, const void *data, const char *name, void *out, size_t n)
{
    const struct field *f = shape_field(s, name);
    if (f)
        memcpy(out, (const char *)data + f->offset, n);
}

static int region_mirror(struct call *c, const struct shape *s, const void *data, struct err *e)
{
    const char *code = NULL, *name = NULL, *parent = NULL;
    int64_t households = 0;
    member_get(s, data, "code", &code, sizeof code);
    member_get(s, data, "name", &name, sizeof name);
    member_get(s, data, "parent", &parent, sizeof parent);
    member_get(s, data, "households", &households, sizeof households);
    return db_put(c->db, SQL_REGION_PUT, AFFECTED_ANY, e,
                  ARGS(arg_text(code), arg_text(name), arg_int(households), arg_text(parent), arg_time(c->now)));
}

int roles_event(struct dispatcher *d, struct call *c, const struct event_contract *event, const void *data,
                struct err *e)
{
    const struct shape *s = event->shape;
    if (!roles_event_type(event->type) || strcmp(event->service, d->service->name) == 0)
        return 0;
    if (strcmp(event->type, "region.changed") == 0)
        return region_mirror(c, s, data, e) < 0 ? -1 : 1;
    struct appointment a = {.valid_from = TIME_NONE, .valid_until = TIME_NONE};
    member_get(s, data, "id", &a.id, sizeof a.id);
    member_get(s, data, "valid_until", &a.valid_until, sizeof a.valid_until);
    if (strcmp(event->type, "appointment.ended") == 0)
        return db_put(c->db, SQL_APPOINTMENT_END, AFFECTED_ANY, e, ARGS(arg_id(a.id), arg_time(a.valid_until))) < 0 ? -1
                                                                                                                    : 1;
    member_get(s, data, "person", &a.person, sizeof a.person);
    member_get(s, data, "role", &a.role, sizeof a.role);
    member_get(s, data, "region", &a.region, sizeof a.region);
    member_get(s, data, "valid_from", &a.valid_from, sizeof a.valid_from);
    return appointment_insert(c, &a, event->service, e) < 0 ? -1 : 1;
}
