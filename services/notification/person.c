/* A person is an id: found by a keyed hash of phone, WeChat subject or identity number, so that paper, phone and web
 * meet in one. Action: index row (reference table), person, homes, subject key and sealed contact fields,
 * person.registered when new. */
#include <stdio.h>
#include <string.h>

#include "service/person_hash.h"
#include "notification.h"
#include "person.sql.h"

static unsigned char index_key[PERSON_HASH_BYTES];

int person_start(const struct config *cfg, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/person.key", config_path(cfg, "keys"));
    return secret_read(path, index_key, e);
}

static int person_make(struct call *c, struct id id, const char *kind, const char *value, const char *const *homes,
                       size_t n, struct err *e)
{
    if (db_put(c->db, SQL_PERSON_ADD, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_id(c->person), arg_time(c->now), arg_time(c->wall))) < 0 ||
        db_put(c->db, SQL_PERSON_HOME_ADD, AFFECTED_ANY, e,
               ARGS(arg_int4(c->street), arg_id(id), arg_texts(homes, n), arg_time(c->now))) < 0 ||
        vault_new_subject(c, id, e) < 0 || vault_put(c, id, kind, value, e) < 0)
        return -1;
    const char **home = arena_alloc(c->arena, n + 1, sizeof *home);
    for (size_t i = 0; i < n; i++)
        home[i] = homes[i];
    return emit_person_registered(c, &(struct person_registered){.person = id, .home = home, .n_home = n});
}

int person_find_or_create(struct call *c, const char *kind, const char *value, const char *const *homes, size_t n,
                          struct found *out, struct err *e)
{
    unsigned char hash[PERSON_HASH_BYTES];
    AUTO_ROWS known = {0}, added = {0}, other = {0};
    person_hash(index_key, kind, value, hash);
    if (db_maybe(c->db, SQL_PERSON_FIND, &known, e, ARGS(arg_bytes(hash, sizeof hash))) < 0)
        return -1;
    if (known.n) {
        *out = (struct found){row_id(&known, 0, "person"), false};
        return 0;
    }
    struct id id = id_new(c->street);
    if (db_maybe(c->db, SQL_PERSON_INDEX_ADD, &added, e,
                 ARGS(arg_bytes(hash, sizeof hash), arg_id(id), arg_text(kind))) < 0)
        return -1;
    if (added.n) {
        *out = (struct found){id, true};
        return person_make(c, id, kind, value, homes, n, e);
    }
    if (db_one(c->db, SQL_PERSON_FIND, &other, e, ARGS(arg_bytes(hash, sizeof hash))) < 0)
        return -1;
    *out = (struct found){row_id(&other, 0, "person"), false};
    return 0;
}

/* Paper forms and telephone calls: staff registers who is before them. The first way of reaching that is given finds
 * the person. */
int person_register(struct call *c, const struct person_register *in, struct err *e)
{
    const struct {
        const char *kind, *value;
    } by[] = {{"identity", in->identity}, {"phone", in->phone}, {"wechat", in->wechat}},
      more[] = {{"name", in->name}, {"email", in->email}, {"address", in->address}};
    struct found f = {.person = ID_NIL};
    for (size_t i = 0; i < COUNT(by) && id_is_nil(f.person); i++)
        if (by[i].value && person_find_or_create(c, by[i].kind, by[i].value, in->home, in->n_home, &f, e) < 0)
            return -1;
    if (id_is_nil(f.person))
        return FAIL(e, RULE,
                    "give a phone number, a WeChat subject or an identity number" ZH
                    "请提供手机号、微信标识或证件号之一");
    for (size_t i = 0; i < COUNT(more) && f.created; i++)
        if (more[i].value && vault_put(c, f.person, more[i].kind, more[i].value, e) < 0)
            return -1;
    return answer(c, &(struct person_register_answer){.person = f.person, .created = f.created});
}
