/* Numbers that people read: without gaps, because a number is used in the transaction that locks its row. */
#include "counter.sql.h"
#include "intake.h"

int counter_lock(struct db *db, int street, const char *name, int64_t *n, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(db, SQL_COUNTER_LOCK, &r, e, ARGS(arg_int4(street), arg_text(name))) < 0)
        return -1;
    *n = row_int(&r, 0, "n");
    return 0;
}

int counter_set(struct db *db, int street, const char *name, int64_t n, struct err *e)
{
    return db_put(db, SQL_COUNTER_SET, AFFECTED_1, e, ARGS(arg_int4(street), arg_text(name), arg_int(n)));
}
