/* Notification: who a person is, sessions, the public timeline and the report. The service as tables. */
#include <sodium.h>

#include "fold.h"

static const struct op ops[] = {
    OP(person_register), OP(session_open), OP(timeline_list), OP(report_get), OP(report_page), OPS_END,
};
#define FOLD(type, fn, event) ON(type, fn),
static const struct op events[] = {FOLDS(FOLD) OPS_END};

static int start(const struct config *cfg, struct err *e)
{
    if (sodium_init() < 0)
        return FAIL(e, INTERNAL, "libsodium does not start" ZH "libsodium 无法启动");
    if (vault_start(cfg, e) < 0 || person_start(cfg, e) < 0)
        return -1;
    return session_start(cfg, e);
}

const struct service notification_service = {
    .name = "notification",
    .ops = ops,
    .events = events,
    .parks = true,
    .start = start,
};
