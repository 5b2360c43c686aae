/* The public timeline: what happened in a street and to its projects, newest first. Ids and numbers, never who. */
#include <string.h>

#include "base/text.h"
#include "notification.h"
#include "timeline.sql.h"

struct place { /* where a page begins: behind this row */
    int64_t at, stream, seq, n;
    const char *service;
};

static bool part_int(char **s, int64_t *out)
{
    char *slash = strchr(*s, '/'), *at = *s;
    if (slash)
        *slash = '\0';
    *s = slash ? slash + 1 : at + strlen(at);
    return int_parse(at, out);
}

static bool place_parse(struct arena *a, const char *key, struct place *p)
{
    char *s = arena_copy(a, key, strlen(key));
    if (!part_int(&s, &p->at))
        return false;
    char *slash = strchr(s, '/');
    if (!slash)
        return false;
    *slash = '\0';
    p->service = s;
    s = slash + 1;
    return part_int(&s, &p->stream) && part_int(&s, &p->seq) && part_int(&s, &p->n) && p->stream <= 999999999 &&
           p->n <= INT32_MAX;
}

int timeline_list(struct call *c, const struct timeline_list *in, struct err *e)
{
    AUTO_ROWS r = {0};
    int street;
    const char *key;
    struct place p = {INT64_C(32503680000) * SECOND, 999999999, INT64_MAX, INT32_MAX, "~"};
    if (cursor_read(in->cursor, c->arena, &street, &key, e) < 0)
        return -1;
    if (*key && (street != c->street || !place_parse(c->arena, key, &p)))
        return FAIL(e, BAD_REQUEST, "this cursor belongs to another list" ZH "游标属于另一列表");
    if (db_many(c->db, SQL_TIMELINE_LIST, &r, e,
                ARGS(arg_int4(c->street), arg_time(p.at), arg_text(p.service), arg_int4((int)p.stream), arg_int(p.seq),
                     arg_int(p.n), arg_id(in->project), arg_int(in->limit + 1))) < 0)
        return -1;
    return answer_list(c, &r, in->limit);
}
