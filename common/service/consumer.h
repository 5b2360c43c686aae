/* Following the streams of other services (and one's own district): hears heads, fetches what comes after the cursor,
 * has it applied. */
#ifndef XQ_SERVICE_CONSUMER_H
#define XQ_SERVICE_CONSUMER_H

#include "bus/bus.h"
#include "service/dispatcher.h"

struct consumer;
struct consumer *consumer_new(struct dispatcher *d, struct bus *b);
void consumer_free(struct consumer *c);
void consumer_heard(struct consumer *c, const char *topic, const void *payload, size_t n); /* head.<service>.<street> */
bool consumer_reply(struct consumer *c, const struct reply_frame *r); /* false: not an answer to one of our questions */
void consumer_lost(struct consumer *c);              /* the router is gone: what was asked is asked again */
void consumer_turn(struct consumer *c);              /* asks for what is behind; the database must be connected */
void consumer_forget(struct consumer *c);            /* a new database connection: cursors are read again */
int64_t consumer_heard_ms(const struct consumer *c); /* monotonic: when any followed service gave its last sign */
int64_t consumer_lag(const struct consumer *c);      /* events known of and not applied, over all streams */
size_t consumer_halted(const struct consumer *c);
void consumer_state(const struct consumer *c,
                    struct buf *out); /* ,"follows":[…],"streams":[…] members of the state document */
void consumer_metrics(const struct consumer *c, struct buf *out);

#endif
