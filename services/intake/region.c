/* Regions: official codes with names and household counts, each under its parent. */
#include <string.h>

#include "intake.h"
#include "region.sql.h"

int regions_known(struct db *db, struct arena *a, const char *const *code, size_t n, bool *known, struct err *e)
{
    AUTO_ROWS r = {0};
    const char **distinct = arena_alloc(a, n, sizeof *distinct);
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        size_t j = 0;
        while (j < m && strcmp(distinct[j], code[i]) != 0)
            j++;
        if (j == m)
            distinct[m++] = code[i];
    }
    if (db_many(db, SQL_REGIONS_KNOWN, &r, e, ARGS(arg_texts(distinct, m))) < 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; !known[i] && k < r.n; k++)
            known[i] = strcmp(code[i], row_text(&r, k, "code")) == 0;
    return 0;
}

int region_must_exist(struct call *c, const char *code, struct err *e)
{
    bool known = false;
    if (regions_known(c->db, c->arena, &code, 1, &known, e) < 0)
        return -1;
    return known ? 0 : FAIL(e, RULE, "region %s is not known" ZH "区域 %s 未登记", code, code);
}

int street_must_be_one(const struct call *c, struct err *e)
{
    return c->street % 1000 ? 0 : FAIL(e, RULE, "this needs a street, not a district" ZH "此操作需要街道，而不是区");
}

/* The next level under a district, street, community or grid is three digits longer. */
static bool directly_under(const char *code, const char *parent)
{
    return strlen(code) == strlen(parent) + 3 && region_inside(code, parent);
}

int region_put(struct call *c, const struct region_put *in, struct err *e)
{
    struct region_put_answer a = {in->code, in->name, in->households, in->parent};
    int64_t ignored;
    if (!directly_under(in->code, in->parent))
        return FAIL(e, RULE, "%s is not directly under %s" ZH "%s 不是 %s 的直接下级", in->code, in->parent, in->code,
                    in->parent);
    if (region_must_exist(c, in->parent, e) < 0)
        return -1;
    if (counter_lock(c->db, c->street, "region", &ignored, e) < 0) /* two who change one region, one after the other */
        return -1;
    AUTO_ROWS r = {0};
    if (db_maybe(c->db, SQL_REGION_LAST, &r, e, ARGS(arg_int4(c->street), arg_text(in->code))) < 0)
        return -1;
    int order = r.n ? id_cmp(row_id(&r, 0, "op"), c->id) : -1;
    if (order > 0)
        return FAIL(e, LATE, "region %s was changed after that" ZH "区域 %s 之后又有更改", in->code, in->code);
    if (order == 0)
        return answer(c, &a);
    if (db_put(c->db, SQL_REGION_CHANGE_INSERT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_text(in->code), arg_id(c->id), arg_text(in->name), arg_int(in->households),
                    arg_text(in->parent), arg_id(c->person), arg_time(c->now), arg_time(c->wall))) < 0 ||
        db_put(c->db, SQL_REGION_SET, AFFECTED_1, e,
               ARGS(arg_text(in->code), arg_text(in->name), arg_int(in->households), arg_text(in->parent),
                    arg_time(c->now))) < 0)
        return -1;
    struct region_changed event = {in->code, in->name, in->households, in->parent};
    return emit_region_changed(c, &event) < 0 ? -1 : answer(c, &a);
}

int region_list(struct call *c, const struct region_list *in, struct err *e)
{
    AUTO_ROWS r = {0};
    const char *key;
    if (key_read(c, in->cursor, &key, e) < 0 ||
        db_many(c->db, SQL_REGION_LIST, &r, e, ARGS(arg_text(in->street), arg_text(key), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
