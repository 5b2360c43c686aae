/* Fairs: held by a street or the district, over one or many streets.
 * Purpose: S15. Action: the organiser's street tells by event; each street keeps its copy, and settles for itself when
 * it closes. Caveat: fair_open and fair_close act in the organiser's street only; a claim sees the copy of its own
 * street. */
#include <string.h>

#include "fair.sql.h"
#include "fair_rules.h"
#include "matching.h"

int64_t purchase_from_fen = 10000000;

static int fair_add(struct call *c, struct id id, const char *organiser, const char *name, int64_t round,
                    const char *const *street, size_t n, int64_t opens_at, struct err *e)
{
    return db_put(c->db, SQL_FAIR_ADD, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(id), arg_text(organiser), arg_text(name), arg_int(round),
                       arg_texts(street, n), arg_time(opens_at)));
}

int fair_open(struct call *c, const struct fair_open *in, struct err *e)
{
    struct id id = id_new(c->street);
    int64_t opens_at = in->opens_at == TIME_NONE ? c->now : in->opens_at;
    if (strlen(in->organiser) != 6 && strlen(in->organiser) != 9)
        return FAIL(e, RULE,
                    "a district (6 digits) or a street (9) holds a fair" ZH "主办方须为区（6 位）或街道（9 位）");
    for (size_t i = 0; i < in->n_streets; i++) {
        if (strlen(in->streets[i]) != 9 || !region_inside(in->streets[i], in->organiser))
            return FAIL(e, RULE, "%s is no street of %s" ZH "%s 不是 %s 的街道", in->streets[i], in->organiser,
                        in->streets[i], in->organiser);
        for (size_t k = 0; k < i; k++)
            if (strcmp(in->streets[k], in->streets[i]) == 0)
                return FAIL(e, RULE, "street %s is named twice" ZH "街道 %s 重复", in->streets[i], in->streets[i]);
    }
    if (fair_add(c, id, in->organiser, in->name, in->round, in->streets, in->n_streets, opens_at, e) < 0)
        return -1;
    emit_fair_opened(c, &(struct fair_opened){.fair = id,
                                              .organiser = in->organiser,
                                              .name = in->name,
                                              .streets = in->streets,
                                              .n_streets = in->n_streets,
                                              .round = in->round,
                                              .opens_at = opens_at});
    return answer(c, &(struct fair_open_answer){id, (int64_t)in->n_streets});
}

static bool listed(const char *const *street, size_t n, int here)
{
    for (size_t i = 0; i < n; i++)
        if (region_street(street[i]) == here)
            return true;
    return false;
}

int fair_mirror(struct call *c, const struct fair_opened *in, struct err *e)
{
    if (!listed(in->streets, in->n_streets, c->street))
        return 0;
    return fair_add(c, in->fair, in->organiser, in->name, in->round, in->streets, in->n_streets, in->opens_at, e);
}

/* The streets of a fair as its row has them: "330102001,330102002". */
static size_t streets_split(struct arena *a, const char *joined, const char **out, size_t max)
{
    size_t n = 0;
    for (char *s = arena_copy(a, joined, strlen(joined)), *next; s && n < max; s = next) {
        next = strchr(s, ',');
        if (next)
            *next++ = '\0';
        out[n++] = s;
    }
    return n;
}

int fair_close(struct call *c, const struct fair_close *in, struct err *e)
{
    AUTO_ROWS r = {0};
    const char *street[100];
    if (db_maybe(c->db, SQL_FAIR_LOCK, &r, e, ARGS(arg_int4(c->street), arg_id(in->fair))) < 0)
        return -1;
    if (r.n == 0)
        return FAIL(e, NOT_FOUND, "there is no such fair" ZH "没有此相亲会");
    if (row_time(&r, 0, "closed_at") != TIME_NONE)
        return FAIL(e, CONFLICT, "this fair is closed already" ZH "相亲会已结束");
    size_t n = streets_split(c->arena, row_text(&r, 0, "streets"), street, COUNT(street));
    if (db_put(c->db, SQL_FAIR_END, AFFECTED_1, e, ARGS(arg_int4(c->street), arg_id(in->fair), arg_time(c->now))) < 0)
        return -1;
    emit_fair_closed(c, &(struct fair_closed){.fair = in->fair,
                                              .organiser = row_text(&r, 0, "organiser"),
                                              .streets = street,
                                              .n_streets = n,
                                              .round = row_int(&r, 0, "round")});
    return answer(c, &(struct fair_close_answer){in->fair, (int64_t)n});
}

/* --- second chances --- */

int chances_give(struct call *c, int64_t round, struct id project, struct err *e)
{
    AUTO_ROWS fairs = {0}, r = {0};
    char here[REGION_MAX];
    if (db_one(c->db, SQL_FAIR_OTHERS, &fairs, e,
               ARGS(arg_int4(c->street), arg_int(round), arg_text(region_of_street(c->street, here)))) < 0)
        return -1;
    if (row_bool(&fairs, 0, "open") || !row_bool(&fairs, 0, "closed"))
        return 0;
    if (db_many(c->db, SQL_FAIR_UNCLAIMED, &r, e, ARGS(arg_int4(c->street), arg_int(round), arg_id(project))) < 0)
        return -1;
    struct id *id = arena_alloc(c->arena, (size_t)r.n + 1, sizeof *id);
    const char **next = arena_alloc(c->arena, (size_t)r.n + 1, sizeof *next);
    for (int i = 0; i < r.n; i++) {
        id[i] = row_id(&r, i, "id");
        next[i] = chance_of(row_int(&r, i, "need_fen"), row_int(&r, i, "heat"), purchase_from_fen);
        emit_project_unclaimed(c, &(struct project_unclaimed){id[i], round, next[i]});
    }
    if (r.n == 0)
        return 0;
    return db_put(c->db, SQL_FAIR_CHANCE, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_ids(id, (size_t)r.n), arg_texts(next, (size_t)r.n)));
}

int fair_settle(struct call *c, const struct fair_closed *in, struct err *e)
{
    AUTO_ROWS lines = {0};
    if (!listed(in->streets, in->n_streets, c->street))
        return 0;
    /* In the organiser's own street it was closed by fair_close. First the fair, then the lines: a claim takes its line
     * first and looks at the fair after it, so it is either counted or too late. */
    if (db_put(c->db, SQL_FAIR_END, AFFECTED_ANY, e, ARGS(arg_int4(c->street), arg_id(in->fair), arg_time(c->now))) <
            0 ||
        db_many(c->db, SQL_FAIR_LINES, &lines, e, ARGS(arg_int4(c->street), arg_int(in->round))) < 0)
        return -1;
    return chances_give(c, in->round, ID_NIL, e);
}

/* --- public views --- */

int fair_list(struct call *c, const struct fair_list *in, struct err *e)
{
    int street;
    const char *key;
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (db_many(c->db, SQL_FAIR_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_int_or_null(in->has_round, in->round), arg_text(key),
                     arg_int(in->limit + 1), arg_time(c->now))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}

int fair_get(struct call *c, const struct fair_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_FAIR_GET, &r, e, ARGS(arg_int4(c->street), arg_id(in->fair), arg_time(c->now))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}
