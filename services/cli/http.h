/* The HTTP client of xq: libcurl multi, keep-alive, many requests in flight, retried until known.
 * No answer, 500 and 504 are "unknown": sent again with the same Idempotency-Key. 503 and 429 wait as Retry-After says.
 * All of it is bounded by attempts and by a time budget; what is still not done then is reported with its last status.
 */
#ifndef XQ_CLI_HTTP_H
#define XQ_CLI_HTTP_H

#include "base/buf.h"
#include "base/when.h"

struct http_options {
    const char *base;   /* http://127.0.0.1:8080 */
    size_t in_flight;   /* 0 = 64 */
    int attempts;       /* 0 = 40 */
    int64_t budget_ms;  /* per request with all its retries; 0 = 60 s */
    int64_t timeout_ms; /* per attempt; 0 = 10 s */
};
struct http_request {   /* strings are copied */
    const char *method; /* NULL = GET */
    const char *path;   /* /v1/… with query */
    const void *body;   /* NULL = none */
    size_t body_n;
    const char *token; /* NULL = nobody */
    const char *key;   /* Idempotency-Key; NULL = none */
    int64_t story;     /* X-Story-Time; TIME_NONE or 0 = no header */
    const char *after; /* X-After; NULL = none */
};
struct http_answer {    /* borrowed: lives during the callback, or until http_answer_free */
    int status;         /* 0 = no answer at all */
    struct buf body;    /* NUL-terminated */
    char position[128]; /* X-Position */
    char failure[160];  /* why there is no answer */
    int attempts;
    int64_t ms; /* from the first attempt to the answer */
};
typedef void http_done(void *ctx, const struct http_answer *a);

struct http;
struct http *http_new(const struct http_options *o);
void http_free(struct http *h); /* NULL allowed; drops what is in flight */
/* Queues a request; while in_flight are out it works on them first. */
void http_send(struct http *h, const struct http_request *r, http_done *done, void *ctx);
void http_turn(struct http *h, int wait_ms); /* does what is ready, waits at most so long for more */
void http_wait(struct http *h);              /* until nothing is in flight */
size_t http_pending(const struct http *h);
uint64_t http_retries(const struct http *h); /* how many attempts were repeats */

/* One request, waited for. Returns the status (0 = none). Free the answer. */
int http_call(struct http *h, const struct http_request *r, struct http_answer *out);
void http_answer_free(struct http_answer *a);
#define AUTO_ANSWER __attribute__((cleanup(http_answer_free))) struct http_answer

#endif
