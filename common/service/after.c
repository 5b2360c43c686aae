/* X-After: has what the caller saw elsewhere arrived here yet? intake/330102001/812 = the cursor of this street in that
 * stream. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "service/after.sql.h"
#include "service/work.h"

#define AFTER_MAX 8

/* 1 = reached, 0 = not yet, -1. */
static int position_reached(struct dispatcher *d, struct work *w, const char *service, int stream, int64_t seq,
                            struct err *e)
{
    AUTO_ROWS r = {0};
    bool own = strcmp(service, d->service->name) == 0;
    if (!own && !dispatcher_follows(d, service))
        return 1; /* nothing of that service ever comes here: nothing to wait for */
    /* A call in another street, or in none, asks whether the stream's own street has it. */
    int street = w->c.street == stream || region_district(w->c.street) == stream ? w->c.street : stream;
    if (own ? db_maybe(d->db, SQL_AFTER_HEAD, &r, e, ARGS(arg_int4(stream))) < 0
            : db_maybe(d->db, SQL_AFTER_CURSOR, &r, e, ARGS(arg_int4(street), arg_text(service), arg_int4(stream))) < 0)
        return -1;
    return r.n == 1 && row_int(&r, 0, "seq") >= seq;
}

static bool after_bad(struct work *w)
{
    err_set(&w->err, ERR_BAD_REQUEST,
            "X-After is a list of positions like intake/330102001/812" ZH
            "X-After 应为 intake/330102001/812 形式的列表");
    err_field(&w->err, "X-After", "not a position", "格式不正确");
    return false;
}

bool after_reached(struct dispatcher *d, struct work *w)
{
    if (w->f.after.n == 0)
        return true;
    char *list = arena_copy(w->c.arena, w->f.after.p, w->f.after.n), *rest = NULL;
    int n = 0;
    for (char *p = strtok_r(list, ", ", &rest); p; p = strtok_r(NULL, ", ", &rest)) {
        char *service = p, *street = strchr(p, '/'), *number = street ? strchr(street + 1, '/') : NULL;
        int64_t stream = 0, seq = 0;
        if (!number || ++n > AFTER_MAX)
            return after_bad(w);
        *street++ = '\0';
        *number++ = '\0';
        if (!int_parse(street, &stream) || stream < 100000000 || stream > 999999999 || !int_parse(number, &seq) ||
            seq < 0)
            return after_bad(w);
        int reached = position_reached(d, w, service, (int)stream, seq, &w->err);
        if (reached < 0)
            return false;
        if (reached == 0) {
            work_fail(w, ERR_NOT_YET);
            w->not_yet = true;
            return false;
        }
    }
    return true;
}
