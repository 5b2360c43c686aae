/* xq init: what no officer can do, because there is none yet: the district, one person, and that person as its first
 * officer. Written as the migrator, as facts with events, valid from 1970. A second run finds the officer and changes
 * nothing. */
#include "init.sql.h"

#include <stdio.h>
#include <string.h>

#include "base/region.h"
#include "base/when.h"
#include "intake.events.h"
#include "notification.events.h"
#include "service/person_hash.h"
#include "session.h"
#include "suite.h"

#define FROM INT64_C(0) /* 1970: before any story */

struct place {
    struct db *db;
    const char *code, *name;
    int street;
};

static int event(const struct place *p, bool intake, const struct event_contract *k, const void *data, struct err *e)
{
    AUTO_BUF json = {0};
    AUTO_ROWS head = {0};
    contract_write(k->shape, data, &json);
    if (db_one(p->db, intake ? SQL_INIT_INTAKE_HEAD : SQL_INIT_NOTIFICATION_HEAD, &head, e,
               ARGS(arg_int4(p->street), arg_int(wall_now()))) < 0)
        return -1;
    return db_put(p->db, intake ? SQL_INIT_INTAKE_EVENT : SQL_INIT_NOTIFICATION_EVENT, AFFECTED_1, e,
                  ARGS(arg_int4(p->street), arg_int(row_int(&head, 0, "seq")), arg_text(k->type),
                       arg_id(id_new(p->street)), arg_time(FROM), arg_text(json.p), arg_time(wall_now())));
}

/* The person of this telephone number: found, or made. */
static int person_make(const struct place *p, const char *key_file, const char *phone, struct id *out, struct err *e)
{
    unsigned char key[32], hash[PERSON_HASH_BYTES];
    AUTO_ROWS known = {0};
    if (secret_read(key_file, key, e) < 0)
        return -1;
    person_hash(key, "phone", phone, hash);
    if (db_maybe(p->db, SQL_INIT_KNOWN, &known, e, ARGS(arg_bytes(hash, sizeof hash))) < 0)
        return -1;
    *out = known.n ? row_id(&known, 0, "person") : id_new(p->street);
    if (known.n)
        return 0;
    const char *home[] = {p->code};
    if (db_put(p->db, SQL_INIT_INDEX, AFFECTED_1, e, ARGS(arg_bytes(hash, sizeof hash), arg_id(*out))) < 0 ||
        db_put(p->db, SQL_INIT_PERSON, AFFECTED_1, e,
               ARGS(arg_int4(p->street), arg_id(*out), arg_time(FROM), arg_time(wall_now()))) < 0 ||
        db_put(p->db, SQL_INIT_HOME, AFFECTED_1, e,
               ARGS(arg_int4(p->street), arg_id(*out), arg_text(p->code), arg_time(FROM))) < 0)
        return -1;
    return event(p, false, EVENT_PERSON_REGISTERED,
                 &(struct person_registered){.person = *out, .home = home, .n_home = 1}, e);
}

static int officer_make(const struct place *p, struct id person, struct err *e)
{
    struct id id = id_new(p->street);
    if (db_put(p->db, SQL_INIT_REGION, AFFECTED_ANY, e, ARGS(arg_text(p->code), arg_text(p->name), arg_time(FROM))) <
            0 ||
        db_put(p->db, SQL_INIT_APPOINTMENT, AFFECTED_1, e,
               ARGS(arg_id(id), arg_id(person), arg_text(p->code), arg_time(FROM))) < 0)
        return -1;
    if (event(p, true, EVENT_REGION_CHANGED, &(struct region_changed){p->code, p->name, 0, p->code}, e) < 0)
        return -1;
    return event(p, true, EVENT_APPOINTMENT_MADE,
                 &(struct appointment_made){id, person, "officer", p->code, FROM, TIME_NONE}, e);
}

int init_first(struct suite *s, const char *district, const char *name, const char *phone, bool *made, struct err *e)
{
    char conninfo[2048], key[PATH_MAX];
    struct place p = {.code = district, .name = name};
    if (!region_valid(district) || strlen(district) != 6)
        return FAIL(e, BAD_REQUEST, "a district's code has six digits: 330102" ZH "区代码为六位数字：330102");
    p.street = region_street(district);
    snprintf(key, sizeof key, "%.*s/person.key", PATH_MAX - 20, suite_keys(s));
    p.db = db_open(&(struct db_options){.conninfo = suite_conninfo(s, "xq_owner", conninfo, sizeof conninfo),
                                        .application = "xq/init"},
                   e);
    if (!p.db)
        return -1;
    AUTO_ROWS there = {0};
    struct id person;
    int rc = db_begin(p.db, e);
    if (rc == 0)
        rc = db_maybe(p.db, SQL_INIT_OFFICER, &there, e, ARGS(arg_text(district)));
    *made = rc == 0 && there.n == 0;
    if (*made && (person_make(&p, key, phone, &person, e) < 0 || officer_make(&p, person, e) < 0))
        rc = -1;
    if (rc == 0)
        rc = db_commit(p.db, e);
    else
        db_rollback(p.db);
    db_close(p.db);
    return rc;
}

int init_empty(struct suite *s, bool *empty, struct err *e)
{
    char conninfo[2048];
    AUTO_ROWS r = {0};
    struct db *db = db_open(&(struct db_options){.conninfo = suite_conninfo(s, "xq_owner", conninfo, sizeof conninfo),
                                                 .application = "xq/init"},
                            e);
    int rc = db ? db_one(db, SQL_INIT_EMPTY, &r, e, NO_ARGS) : -1;
    if (rc == 0)
        *empty = row_bool(&r, 0, "empty");
    db_close(db);
    return rc;
}

int run_init(struct cmd *c, struct err *e)
{
    struct suite s;
    const char *district, *name, *phone;
    bool made = false;
    if (cmd_need(c, "district", &district, e) < 0 || cmd_need(c, "name", &name, e) < 0 ||
        cmd_need(c, "officer", &phone, e) < 0 || suite_open(&s, c, true, e) < 0)
        return -1;
    int rc = init_first(&s, district, name, phone, &made, e);
    suite_close(&s);
    if (rc == 0)
        puts(made ? "The district and its first officer are stored"
                  : "This district has an officer already; nothing was changed");
    return rc;
}
