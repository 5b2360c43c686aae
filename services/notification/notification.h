/* What notification's files share. */
#ifndef XQ_NOTIFICATION_NOTIFICATION_H
#define XQ_NOTIFICATION_NOTIFICATION_H

#include "notification.api.h"
#include "notification.events.h"

extern const struct service notification_service;

/* vault.c: contact data, sealed with the subject's own key, which the master key wraps. Erasure = the loss of that key.
 */
int vault_start(const struct config *cfg, struct err *e) MUSTCHECK;
int vault_new_subject(struct call *c, struct id person, struct err *e) MUSTCHECK;
int vault_put(struct call *c, struct id person, const char *field, const char *value,
              struct err *e) MUSTCHECK; /* after vault_new_subject in the same call */

/* person.c */
int person_start(const struct config *cfg, struct err *e) MUSTCHECK;
struct found {
    struct id person;
    bool created;
};
/* The one person behind this phone, WeChat subject or identity number; made when new. homes: region codes. */
int person_find_or_create(struct call *c, const char *kind, const char *value, const char *const *homes, size_t n,
                          struct found *out, struct err *e) MUSTCHECK;

/* session.c */
int session_start(const struct config *cfg, struct err *e) MUSTCHECK;

#endif
