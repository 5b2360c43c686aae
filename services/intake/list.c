/* Keysets of intake's lists. A cursor of another street is refused: it would begin somewhere else without saying so. */
#include <string.h>

#include "base/text.h"
#include "intake.h"

#define FAR (INT64_C(32503680000) * SECOND) /* the year 3000: later than any row */

int key_read(struct call *c, const char *cursor, const char **key, struct err *e)
{
    int street;
    if (cursor_read(cursor, c->arena, &street, key, e) < 0)
        return -1;
    if (**key && street != c->street)
        return FAIL(e, BAD_REQUEST, "this cursor belongs to another list" ZH "游标属于另一列表");
    return 0;
}

int newest_read(struct call *c, const char *cursor, struct newest *k, struct err *e)
{
    const char *key;
    if (key_read(c, cursor, &key, e) < 0)
        return -1;
    k->at = FAR;
    memset(k->id.b, 0xff, sizeof k->id.b);
    if (!*key)
        return 0;
    const char *colon = strchr(key, ':');
    if (!colon || !int_parse(arena_copy(c->arena, key, (size_t)(colon - key)), &k->at) || !id_parse(colon + 1, &k->id))
        return FAIL(e, BAD_REQUEST, "this cursor was not made here" ZH "游标无效");
    return 0;
}
