/* What a failure of the database means to a call (SQLSTATE decides; Citus leaves the other fields empty). */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/inside.h"

static bool class(const char *sqlstate, const char *two)
{
    return strncmp(sqlstate, two, 2) == 0;
}

static bool one_of(const char *sqlstate, const char *words)
{
    return sqlstate[0] && strstr(words, sqlstate) != NULL;
}

static enum err_code code_of(const char *s)
{
    if (strcmp(s, "23505") == 0)
        return ERR_CONFLICT;
    if (class(s, "23") || class(s, "22") || class(s, "XQ"))
        return ERR_RULE;
    if (one_of(s, "40001 40P01 55P03 57014"))
        return ERR_BUSY;
    if (class(s, "53") || class(s, "08") || strncmp(s, "57P", 3) == 0 || one_of(s, "25006 25P03"))
        return ERR_UNAVAILABLE;
    return ERR_INTERNAL;
}

/* Before COMMIT is sent every failure is definite. A failure that answers COMMIT is definite only where PostgreSQL says
 * why it rolled back; on Citus it never is. */
static bool commit_unknown(const struct db *db, const char *s)
{
    return db->citus || !(class(s, "23") || class(s, "22") || class(s, "XQ") || one_of(s, "40001 40P01"));
}

bool fault_unknown(const struct db *db)
{
    return (db->commit_sent && !db->commit_done) || (!db->in_transaction && db->changes);
}

/* The name of the broken rule: PostgreSQL's field, or from the text `constraint "lot_pk_102234"` without the shard's
 * number. */
static void constraint_of(char out[64], const PGresult *r)
{
    const char *name = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME),
               *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    out[0] = 0;
    if (name && *name) {
        snprintf(out, 64, "%s", name);
        return;
    }
    const char *from = text ? strstr(text, "constraint \"") : NULL;
    if (!from)
        return;
    from += strlen("constraint \"");
    size_t n = strcspn(from, "\""), digits = 0;
    while (digits < n && from[n - 1 - digits] >= '0' && from[n - 1 - digits] <= '9')
        digits++;
    if (digits >= 6 && digits + 1 < n && from[n - 1 - digits] == '_')
        n -= digits + 1;
    snprintf(out, 64, "%.*s", (int)n, from);
}

static void explain(struct db *db, enum err_code code, const char *text)
{
    struct err *e = &db->fault;
    const char *rule = db->constraint[0] ? db->constraint : db->sqlstate;
    switch ((int)code) {
    case ERR_CONFLICT:
    case ERR_RULE:
        if (class(db->sqlstate, "XQ"))
            err_set(e, code, "%s", text);
        else
            err_set(e, code, "the rule %s does not allow this" ZH "规则 %s 不允许此操作", rule, rule);
        break;
    case ERR_BUSY:
        err_set(e, code, "others are changing the same things, try again" ZH "其他操作正在修改相同的数据，请重试");
        break;
    case ERR_UNAVAILABLE:
        err_set(e, code, "the database is not available" ZH "数据库暂不可用");
        break;
    case ERR_TIMEOUT:
        err_set(e, code,
                "it is not known whether this was stored; retry with the same key" ZH
                "无法确认是否已保存，请用同一幂等键重试");
        break;
    default:
        err_set(e, code, "%s", "");
    }
}

void fault_put(struct db *db, enum err_code code, const char *sqlstate, const char *text)
{
    if (db->failed)
        return;
    db->failed = true;
    snprintf(db->sqlstate, sizeof db->sqlstate, "%s", sqlstate);
    db->constraint[0] = db->message[0] = 0;
    explain(db, code, text);
}

void fault_result(struct db *db, const PGresult *r, enum sent kind, const char *statement)
{
    char safe[512];
    if (db->failed || db->rolling_back)
        return;
    const char *s = PQresultErrorField(r, PG_DIAG_SQLSTATE), *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    s = s ? s : "08006"; /* made by libpq itself: the connection */
    text = text ? text : PQresultErrorMessage(r);
    enum err_code code = code_of(s);
    /* A statement of the same round may have failed because the server went down after it had committed: conservative.
     */
    if (kind == SENT_COMMIT ? commit_unknown(db, s) : fault_unknown(db) && code == ERR_UNAVAILABLE && !class(s, "53"))
        code = ERR_TIMEOUT;
    db->failed = true;
    snprintf(db->sqlstate, sizeof db->sqlstate, "%s", s);
    constraint_of(db->constraint, r);
    snprintf(db->message, sizeof db->message, "%s", text);
    explain(db, code, text);
    if (code == ERR_INTERNAL)
        log_error("op=%s code=internal sqlstate=%s text=%s", statement, s, log_safe(text, safe, sizeof safe));
}
