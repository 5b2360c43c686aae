/* Notices: opened for a list of projects in several places; the clock runs only while every place shows it.
 * Purpose: D4. Action: every posting and take-down recomputes the clock (notice_rules.c) and moves the timer
 * notice_due. Caveat: what is over is over by the rule, whether or not the timer has run: every function compares
 * c->now with `due`. */
#include <stdlib.h>
#include <string.h>

#include "notice.sql.h"
#include "notice_rules.h"
#include "voting.h"

struct notice {
    struct id id;
    bool second, open;
    const char *kind;
    int64_t round, opened_at, due;
    int days, places;
};

static int notice_lock(struct call *c, struct id id, struct notice *out, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_NOTICE_LOCK, &r, e, ARGS(arg_int4(c->street), arg_id(id))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such notice in this street" ZH "本街道没有此公示");
    bool second = strcmp(row_text(&r, 0, "kind"), "second") == 0;
    *out = (struct notice){.id = id,
                           .second = second,
                           .kind = second ? "second" : "first",
                           .open = strcmp(row_text(&r, 0, "state"), "open") == 0,
                           .round = row_int(&r, 0, "round"),
                           .opened_at = row_time(&r, 0, "opened_at"),
                           .due = row_time(&r, 0, "due"),
                           .days = (int)row_int(&r, 0, "days"),
                           .places = (int)row_int(&r, 0, "places")};
    return 0;
}

/* --- opening --- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Places sorted, each in the street, none twice; of a second notice the street itself and each of its communities. */
static int places_check(struct call *c, const struct notice_open *in, const char **place, struct err *e)
{
    memcpy(place, in->places, in->n_places * sizeof *place);
    qsort(place, in->n_places, sizeof *place, by_text);
    for (size_t i = 0; i < in->n_places; i++) {
        if (!region_inside(place[i], in->street))
            return FAIL(e, RULE, "%s is not in street %s" ZH "%s 不在街道 %s 内", place[i], in->street, place[i],
                        in->street);
        if (i > 0 && strcmp(place[i], place[i - 1]) == 0)
            return FAIL(e, RULE, "place %s is named twice" ZH "地点 %s 重复", place[i], place[i]);
    }
    if (strcmp(in->kind, "second") != 0)
        return 0;
    AUTO_ROWS r = {0};
    if (db_many(c->db, SQL_NOTICE_REGIONS, &r, e, ARGS(arg_text(in->street), arg_time(c->now))) < 0)
        return -1;
    for (int i = -1; i < r.n; i++) {
        const char *need = i < 0 ? in->street : row_text(&r, i, "code");
        if (!bsearch(&need, place, in->n_places, sizeof *place, by_text))
            return FAIL(e, RULE,
                        "a second notice hangs in the street and in each community: %s is missing" ZH
                        "再公示须在街道及每个社区张贴：缺少 %s",
                        need, need);
    }
    return 0;
}

static int items_check(struct call *c, const struct notice_open *in, struct err *e)
{
    bool second = strcmp(in->kind, "second") == 0;
    const char *needed = second ? "passed" : "published";
    AUTO_ROWS r = {0};
    if (db_many(c->db, SQL_NOTICE_ITEMS, &r, e,
                ARGS(arg_int4(c->street), arg_ids(in->items, in->n_items), arg_text(in->kind))) < 0)
        return -1;
    if ((size_t)r.n != in->n_items)
        return FAIL(e, NOT_FOUND, "%zu of the projects are not known here" ZH "有 %zu 个项目在此未知",
                    in->n_items - (size_t)r.n, in->n_items - (size_t)r.n);
    for (int i = 0; i < r.n; i++) {
        const char *number = row_text(&r, i, "number"), *state = row_text(&r, i, "state");
        if (strcmp(state, needed) != 0)
            return FAIL(e, CONFLICT,
                        "%s is %s; a %s notice takes projects that are %s" ZH "%s 的状态为 %s；此公示要求状态为 %s",
                        number, state, in->kind, needed, number, state, needed);
        if (row_bool(&r, i, "noticed"))
            return FAIL(e, CONFLICT, "%s is or was on a %s notice already" ZH "%s 已在公示（%s）中", number, in->kind,
                        number, second ? "再公示" : "初次公示");
        if (row_int(&r, i, "round") != in->round)
            return FAIL(e, RULE, "%s is not of round %d" ZH "%s 不属于 %d 年度轮次", number, (int)in->round, number,
                        (int)in->round);
    }
    return 0;
}

static int by_id(const void *a, const void *b)
{
    return id_cmp(*(const struct id *)a, *(const struct id *)b);
}

static int items_once(struct call *c, const struct notice_open *in, struct err *e)
{
    struct id *item = arena_alloc(c->arena, in->n_items, sizeof *item);
    memcpy(item, in->items, in->n_items * sizeof *item);
    qsort(item, in->n_items, sizeof *item, by_id);
    for (size_t i = 1; i < in->n_items; i++)
        if (id_eq(item[i], item[i - 1]))
            return FAIL(e, RULE, "a project is named twice" ZH "项目重复");
    return 0;
}

static int notice_store(struct call *c, const struct notice_open *in, struct id id, const char *const *place,
                        struct err *e)
{
    if (db_put(c->db, SQL_NOTICE_OPEN, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_text(in->kind), arg_int(in->round), arg_int(in->days),
                    arg_time(c->now), arg_id(c->person), arg_time(c->wall))) < 0 ||
        db_put(c->db, SQL_NOTICE_PLACE_ADD, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_texts(place, in->n_places))) < 0 ||
        db_put(c->db, SQL_NOTICE_ITEM_ADD, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_ids(in->items, in->n_items))) < 0)
        return -1;
    if (strcmp(in->kind, "second") != 0)
        return 0;
    if (db_put(c->db, SQL_NOTICE_GATE_OPEN, AFFECTED_1, e, ARGS(arg_int4(c->street))) < 0)
        return -1;
    return db_put(c->db, SQL_NOTICE_LIKES_SET, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(id), arg_time(c->now), arg_time(TIME_NONE)));
}

int notice_open(struct call *c, const struct notice_open *in, struct err *e)
{
    const char **place = arena_alloc(c->arena, in->n_places, sizeof *place);
    struct id id = id_new(c->street);
    if (strlen(in->street) != 9)
        return FAIL(e, RULE, "a notice hangs in a street: nine digits" ZH "公示以街道为单位（九位代码）");
    if (items_once(c, in, e) < 0 || places_check(c, in, place, e) < 0 || items_check(c, in, e) < 0 ||
        notice_store(c, in, id, place, e) < 0)
        return -1;
    emit_notice_opened(c, &(struct notice_opened){.notice = id,
                                                  .kind = in->kind,
                                                  .round = in->round,
                                                  .items = in->items,
                                                  .n_items = in->n_items,
                                                  .places = place,
                                                  .n_places = in->n_places});
    return answer(c, &(struct notice_open_answer){id, (int64_t)in->n_items, (int64_t)in->n_places});
}

/* --- the clock --- */

/* Recomputes the clock from all postings, stores it, moves the timer and, for a second notice, the end of the likes. */
static int clock_set(struct call *c, const struct notice *n, struct notice_clock *out, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_many(c->db, SQL_NOTICE_EDGES, &r, e, ARGS(arg_int4(c->street), arg_id(n->id))) < 0)
        return -1;
    struct notice_edge *edge = arena_alloc(c->arena, (size_t)r.n + 1, sizeof *edge);
    for (int i = 0; i < r.n; i++)
        edge[i] = (struct notice_edge){row_time(&r, i, "at"), (int)row_int(&r, i, "step")};
    *out = notice_clock(edge, (size_t)r.n, n->places, n->days);
    if (db_put(c->db, SQL_NOTICE_CLOCK_SET, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(n->id), arg_int(out->ran_us), arg_time(out->since),
                    arg_time(out->due))) < 0 ||
        timer_set(c, "notice_due", n->id, out->due, e) < 0)
        return -1;
    if (!n->second)
        return 0;
    return db_put(c->db, SQL_NOTICE_LIKES_SET, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(n->id), arg_time(n->opened_at), arg_time(out->due)));
}

/* A notice whose clock may still change, and the place in it. */
struct spot {
    int64_t n, since, ended;
};
static int spot_get(struct call *c, struct id id, const char *place, struct notice *n, struct spot *out, struct err *e)
{
    AUTO_ROWS r = {0};
    if (notice_lock(c, id, n, e) < 0)
        return -1;
    if (!n->open)
        return FAIL(e, CONFLICT, "this notice is closed" ZH "公示已结束");
    if (notice_over(n->due, c->now))
        return FAIL(e, CONFLICT, "the days of this notice are over" ZH "公示期已满");
    if (db_maybe(c->db, SQL_NOTICE_PLACE_GET, &r, e, ARGS(arg_int4(c->street), arg_id(id), arg_text(place))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "%s is not a place of this notice" ZH "%s 不是此公示的地点", place, place);
    *out = (struct spot){row_int(&r, 0, "n"), row_time(&r, 0, "since"), row_time(&r, 0, "ended")};
    return 0;
}

int notice_confirm(struct call *c, const struct notice_confirm *in, struct err *e)
{
    struct notice n;
    struct spot at;
    struct notice_clock clock;
    if (spot_get(c, in->notice, in->place, &n, &at, e) < 0)
        return -1;
    if (at.since != TIME_NONE)
        return FAIL(e, CONFLICT, "the notice hangs in %s already" ZH "%s 已确认张贴", in->place, in->place);
    /* Gateways' clocks differ by a little: never before what came before. */
    int64_t from = c->now > n.opened_at ? c->now : n.opened_at;
    if (at.ended != TIME_NONE && at.ended > from)
        from = at.ended;
    if (db_put(c->db, SQL_NOTICE_POST, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(n.id), arg_text(in->place), arg_int(at.n + 1), arg_time(from),
                    arg_id(c->person), arg_text(in->photo), arg_time(c->wall))) < 0 ||
        clock_set(c, &n, &clock, e) < 0)
        return -1;
    return answer(c, &(struct notice_confirm_answer){n.id, in->place, clock.live, n.places, clock.due});
}

int notice_take_down(struct call *c, const struct notice_take_down *in, struct err *e)
{
    struct notice n;
    struct spot at;
    struct notice_clock clock;
    if (spot_get(c, in->notice, in->place, &n, &at, e) < 0)
        return -1;
    if (at.since == TIME_NONE)
        return FAIL(e, CONFLICT, "the notice does not hang in %s" ZH "%s 未张贴此公示", in->place, in->place);
    int64_t until = c->now > at.since ? c->now : at.since;
    if (db_put(c->db, SQL_NOTICE_UNPOST, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(n.id), arg_text(in->place), arg_time(until), arg_id(c->person),
                    arg_text(in->reason))) < 0 ||
        clock_set(c, &n, &clock, e) < 0)
        return -1;
    int64_t ran = notice_ran(clock.ran_us, clock.since, clock.due, c->now);
    return answer(c, &(struct notice_take_down_answer){n.id, in->place, clock.live, n.places, ran / SECOND});
}

/* --- closing --- */

/* The yearly list: what hung its days in every place, by heat within its category, ties by number. */
static int list_projects(struct call *c, const struct notice *n, int64_t at, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_many(c->db, SQL_NOTICE_RANK, &r, e, ARGS(arg_int4(c->street), arg_id(n->id))) < 0)
        return -1;
    size_t count = (size_t)r.n;
    struct id *project = arena_alloc(c->arena, count + 1, sizeof *project);
    int64_t *rank = arena_alloc(c->arena, count + 1, sizeof *rank),
            *heat = arena_alloc(c->arena, count + 1, sizeof *heat);
    for (int i = 0; i < r.n; i++) {
        project[i] = row_id(&r, i, "id");
        rank[i] = row_int(&r, i, "rank");
        heat[i] = row_int(&r, i, "heat");
        emit_project_listed(c, &(struct project_listed){.project = project[i],
                                                        .round = row_int(&r, i, "round"),
                                                        .category = row_text(&r, i, "category"),
                                                        .rank = rank[i],
                                                        .heat = heat[i]});
    }
    if (db_put(c->db, SQL_NOTICE_LISTING_ADD, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_id(n->id), arg_ids(project, count), arg_ints(rank, count),
                    arg_ints(heat, count), arg_time(at))) < 0)
        return -1;
    return db_put(c->db, SQL_NOTICE_LISTED, AFFECTED_ANY, e, ARGS(arg_int4(c->street), arg_id(n->id)));
}

/* No like comes in any more, and what came is all folded: so that heat and list say the same. */
static int likes_end(struct call *c, const struct notice *n, struct err *e)
{
    AUTO_ROWS gate = {0};
    if (db_one(c->db, SQL_NOTICE_GATE_LOCK, &gate, e, ARGS(arg_int4(c->street))) < 0 ||
        db_put(c->db, SQL_NOTICE_LIKES_END, AFFECTED_ANY, e, ARGS(arg_int4(c->street), arg_id(n->id))) < 0 ||
        heat_settle(c, e) < 0)
        return -1;
    return db_put(c->db, SQL_NOTICE_GATE_CLOSE, AFFECTED_1, e, ARGS(arg_int4(c->street)));
}

static int end_tell(struct call *c, const struct notice *n, const char *result, int64_t *items, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_many(c->db, SQL_NOTICE_ITEM_LIST, &r, e, ARGS(arg_int4(c->street), arg_id(n->id))) < 0)
        return -1;
    struct notice_closed_items *item = arena_alloc(c->arena, (size_t)r.n + 1, sizeof *item);
    for (int i = 0; i < r.n; i++)
        item[i] = (struct notice_closed_items){row_id(&r, i, "project"), result};
    emit_notice_closed(c,
                       &(struct notice_closed){
                           .notice = n->id, .kind = n->kind, .round = n->round, .items = item, .n_items = (size_t)r.n});
    *items = r.n;
    return 0;
}

/* done: it hung its days; otherwise it was abandoned and its items are frozen. */
static int notice_end(struct call *c, const struct notice *n, bool done, int64_t at, const char *reason, int64_t *items,
                      struct err *e)
{
    const char *result = done ? "done" : "frozen";
    if (n->second && likes_end(c, n, e) < 0)
        return -1;
    if (db_put(c->db, SQL_NOTICE_END, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(n->id), arg_text(done ? "closed" : "abandoned"), arg_time(at),
                    arg_id(c->person), arg_text(reason))) < 0 ||
        db_put(c->db, SQL_NOTICE_ITEM_END, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_id(n->id), arg_text(result))) < 0 ||
        end_tell(c, n, result, items, e) < 0)
        return -1;
    return n->second && done ? list_projects(c, n, at, e) : 0;
}

int notice_close(struct call *c, const struct notice_close *in, struct err *e)
{
    struct notice n;
    int64_t items = 0;
    if (notice_lock(c, in->notice, &n, e) < 0)
        return -1;
    if (!n.open)
        return FAIL(e, CONFLICT, "this notice is closed already" ZH "公示已结束");
    bool done = notice_over(n.due, c->now);
    if (!done && !in->abandon)
        return FAIL(e, CONFLICT,
                    "its days are not over: it must hang %d days in all %d places at once" ZH
                    "公示期未满：须在全部 %d 处同时张贴满 %d 天",
                    n.days, n.places, n.places, n.days);
    if (!done && !in->reason)
        return FAIL(e, RULE, "abandoning a notice needs a reason" ZH "终止公示须说明理由");
    if (notice_end(c, &n, done, done ? n.due : c->now, in->reason, &items, e) < 0 ||
        timer_set(c, "notice_due", n.id, TIME_NONE, e) < 0)
        return -1;
    return answer(c, &(struct notice_close_answer){n.id, done ? items : 0, done ? 0 : items});
}

/* The timer only records what is already so. */
int notice_due(struct call *c, const struct timer *t, struct err *e)
{
    struct notice n;
    int64_t items;
    if (notice_lock(c, t->id, &n, e) < 0)
        return -1;
    if (!n.open || !notice_over(n.due, c->now))
        return 0;
    return notice_end(c, &n, true, n.due, NULL, &items, e);
}

/* --- public views --- */

int notice_get(struct call *c, const struct notice_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_NOTICE_GET, &r, e, ARGS(arg_int4(c->street), arg_id(in->notice), arg_time(c->now))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}

int notice_list(struct call *c, const struct notice_list *in, struct err *e)
{
    int street;
    const char *key;
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (db_many(c->db, SQL_NOTICE_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_text(in->kind), arg_int_or_null(in->has_round, in->round),
                     arg_text(in->state), arg_text(key), arg_int(in->limit + 1), arg_time(c->now))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
