/* One HTTP/1.x request read from a growing buffer: llhttp (strict) for the grammar, and besides it the limits and the
 * refusals that llhttp leaves to its user (security.md §2). Pure: bytes in, verdict out; the verdict never depends on
 * how the bytes were cut. */
#ifndef XQ_GATEWAY_HTTP_H
#define XQ_GATEWAY_HTTP_H

#include <llhttp.h>

#include "base/err.h"
#include "bus/frame.h"

#define HEAD_BYTES  8192 /* the whole head block */
#define LINE_BYTES  4096 /* one line of it */
#define HEAD_FIELDS 64
#define BODY_SLACK  16384 /* chunk sizes, extensions and trailers may add so much to a body */

enum header {
    H_HOST,
    H_CONTENT_TYPE,
    H_CONTENT_LENGTH,
    H_TRANSFER_ENCODING,
    H_AUTHORIZATION,
    H_IDEMPOTENCY_KEY,
    H_X_AFTER,
    H_X_STORY_TIME,
    H_X_FORWARDED_FOR,
    H_TRACEPARENT,
    H_IF_NONE_MATCH,
    H_EXPECT,
    H_COUNT
};
enum http_state { READ_MORE, READ_HEAD, READ_DONE, READ_BAD };

struct http {
    llhttp_t parser;
    const char *base;     /* the buffer during http_feed; offsets below count from it */
    size_t fed;           /* bytes given to llhttp */
    size_t scanned, line; /* head: bytes searched for line ends; start of the current line */
    size_t blank;         /* empty lines before the request line, in bytes */
    unsigned fields;      /* header lines seen */
    size_t violation; /* head: where our own rules were broken, 0 = nowhere; llhttp's verdict counts only before it */
    enum err_code violation_code;
    size_t head_end; /* 0 = not seen yet */
    bool head_done, done, keeps;
    int64_t length;     /* announced body length, -1 = chunked */
    enum err_code code; /* of READ_BAD */
    const char *why;    /* of READ_BAD: "English ZH Chinese" */
    const char *violation_why;
    struct {
        uint32_t at, n;
        bool seen;
    } url, name, value, header[H_COUNT];
    int known; /* the header being read, -1 = one we do not need */
    uint32_t body_at, body_n;
    size_t body_max; /* set by the caller at READ_HEAD */
};

void http_start(struct http *h);
/* Reads on in buf[0..n): the request begins at buf[0], and everything fed before is still there. Returns
 * READ_MORE: more bytes are needed. READ_HEAD: the head is complete: decide, set body_max, call again. READ_DONE:
 * complete, the next request begins at h->fed. READ_BAD: h->code, h->why; answer and close. Body bytes are moved
 * together in place (chunked). */
enum http_state http_feed(struct http *h, char *buf, size_t n);

struct text http_header(const struct http *h, const char *buf, enum header which); /* p = NULL when absent */
struct text http_target(const struct http *h, const char *buf);                    /* path and query, origin form */
struct text http_body(const struct http *h, const char *buf);
const char *http_method(const struct http *h);
bool http_keeps(const struct http *h);     /* may another request follow on this connection? */
bool http_has_body(const struct http *h);  /* after READ_HEAD */
int64_t http_length(const struct http *h); /* announced body length, -1 = chunked */

#endif
