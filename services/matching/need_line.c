/* Need lines: what passed projects lack, in their own units, and how much of it is claimed. */
#include "matching.h"
#include "need_line.sql.h"

/* The columns of a project's lines. */
static int lines_add(struct call *c, const struct project_passed *in, struct err *e)
{
    size_t n = in->n_lines;
    struct id *id = arena_alloc(c->arena, n, sizeof *id);
    int64_t *number = arena_alloc(c->arena, n, sizeof *number), *need = arena_alloc(c->arena, n, sizeof *need);
    const char **kind = arena_alloc(c->arena, n, sizeof *kind), **unit = arena_alloc(c->arena, n, sizeof *unit),
               **what = arena_alloc(c->arena, n, sizeof *what);
    for (size_t i = 0; i < n; i++) {
        id[i] = in->lines[i].id;
        number[i] = in->lines[i].n;
        kind[i] = in->lines[i].kind;
        unit[i] = in->lines[i].unit;
        what[i] = in->lines[i].what;
        need[i] = in->lines[i].amount;
    }
    return db_put(c->db, SQL_LINE_ADD, AFFECTED_ANY, e,
                  ARGS(arg_int4(c->street), arg_id(in->id), arg_ids(id, n), arg_ints(number, n), arg_texts(kind, n),
                       arg_texts(unit, n), arg_texts(what, n), arg_ints(need, n)));
}

int line_expect(struct call *c, const struct project_passed *in, struct err *e)
{
    if (id_street(in->id) != c->street) /* the district's streams are heard in every street */
        return 0;
    if (db_put(c->db, SQL_LINE_EXPECT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->id), arg_text(in->number), arg_text(in->title),
                    arg_text(in->category), arg_text(in->region), arg_int(in->round))) < 0)
        return -1;
    return lines_add(c, in, e);
}

int line_list(struct call *c, const struct project_listed *in, struct err *e)
{
    if (id_street(in->project) != c->street)
        return 0;
    return db_put(
        c->db, SQL_LINE_LIST, AFFECTED_1, e,
        ARGS(arg_int4(c->street), arg_id(in->project), arg_int(in->round), arg_int(in->rank), arg_int(in->heat)));
}

int lines_lock(struct call *c, struct id project, struct err *e)
{
    AUTO_ROWS r = {0};
    return db_many(c->db, SQL_LINES_LOCK, &r, e, ARGS(arg_int4(c->street), arg_id(project)));
}

int lines_free(struct call *c, const struct id *claim, size_t n, struct err *e)
{
    return db_put(c->db, SQL_LINES_FREE, AFFECTED_ANY, e, ARGS(arg_int4(c->street), arg_ids(claim, n)));
}

int need_line_list(struct call *c, const struct need_line_list *in, struct err *e)
{
    int street;
    const char *key;
    struct arg open = arg_bool(in->open);
    AUTO_ROWS r = {0};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    open.null = !in->has_open;
    if (db_many(c->db, SQL_NEED_LINE_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_id(in->project), arg_text(in->kind),
                     arg_int_or_null(in->has_round, in->round), arg_text(in->state), open, arg_text(key),
                     arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
