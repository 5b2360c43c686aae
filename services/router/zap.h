/* Who may connect: the ZAP handler (RFC 27) answers for every socket of this process from the allow list; no handler,
 * no entry. */
#ifndef XQ_ROUTER_ZAP_H
#define XQ_ROUTER_ZAP_H

#include "bus/bus.h"

struct zap;
/* Starts the handler's thread. The folder's allow list is read now and at each zap_reload. */
struct zap *zap_start(void *zmq, const char *folder, struct err *e) MUSTCHECK;
void zap_reload(struct zap *z); /* an unreadable list keeps the old one and says so in the log */
void zap_stop(struct zap *z);
/* Start-up self-test: a stranger's fresh key and a client without keys must not get in at `endpoint`, where sockets of
 * `type` belong (another type would be refused for its type). 0, or -1 and e: then do not serve. */
int zap_self_test(void *zmq, const char *endpoint, int type, const char router_public[41], struct err *e) MUSTCHECK;

#endif
