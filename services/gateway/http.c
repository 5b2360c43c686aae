/* The request reader. Our own rules look at whole head lines (scan); llhttp reads the same bytes and has the word on
 * everything else. A rule of ours is a position in the bytes: llhttp is fed up to there and no further, so the first
 * fault in the bytes decides, however they came. */
#include "http.h"

#include <string.h>
#include <strings.h>

#define BLANK_BYTES 4 /* two empty lines before a request line, as RFC 9112 §2.2 asks */

static const struct {
    const char *name;
    bool single; /* a second one is refused */
} known[H_COUNT] = {
    [H_HOST] = {"host", true},
    [H_CONTENT_TYPE] = {"content-type", true},
    [H_CONTENT_LENGTH] = {"content-length", true},
    [H_TRANSFER_ENCODING] = {"transfer-encoding", true},
    [H_AUTHORIZATION] = {"authorization", true},
    [H_IDEMPOTENCY_KEY] = {"idempotency-key", true},
    [H_X_AFTER] = {"x-after", true},
    [H_X_STORY_TIME] = {"x-story-time", true},
    [H_X_FORWARDED_FOR] = {"x-forwarded-for", false},
    [H_TRACEPARENT] = {"traceparent", false},
    [H_IF_NONE_MATCH] = {"if-none-match", false},
    [H_EXPECT] = {"expect", false},
};

static enum http_state bad(struct http *h, enum err_code code, const char *why)
{
    h->code = code;
    h->why = why;
    return READ_BAD;
}

static void violate(struct http *h, size_t at, enum err_code code, const char *why)
{
    h->violation = at;
    h->violation_code = code;
    h->violation_why = why;
}

/* --- llhttp's callbacks --- */
static struct http *self(llhttp_t *p)
{
    return p->data;
}

#define SPAN(h, member, at, n)                                                                                         \
    do {                                                                                                               \
        if (!(h)->member.n)                                                                                            \
            (h)->member.at = (uint32_t)((at) - (h)->base);                                                             \
        (h)->member.n += (uint32_t)(n);                                                                                \
    } while (0)

static int on_url(llhttp_t *p, const char *at, size_t n)
{
    SPAN(self(p), url, at, n);
    return 0;
}

static int on_field(llhttp_t *p, const char *at, size_t n)
{
    struct http *h = self(p);
    if (!h->head_done)
        SPAN(h, name, at, n);
    return 0;
}

static int on_field_end(llhttp_t *p)
{
    struct http *h = self(p);
    if (h->head_done)
        return 0; /* trailers are read and forgotten */
    h->known = -1;
    const char *name = h->base + h->name.at;
    for (int i = 0; i < H_COUNT; i++)
        if ((name[0] | 32) == known[i].name[0] && strlen(known[i].name) == h->name.n &&
            strncasecmp(name, known[i].name, h->name.n) == 0)
            h->known = i;
    h->name.n = 0;
    h->value.at = 0;
    h->value.n = 0;
    return 0;
}

static int on_value(llhttp_t *p, const char *at, size_t n)
{
    struct http *h = self(p);
    if (!h->head_done && h->known >= 0)
        SPAN(h, value, at, n);
    return 0;
}

static int on_value_end(llhttp_t *p)
{
    struct http *h = self(p);
    if (h->head_done || h->known < 0)
        return 0;
    int k = h->known;
    h->known = -1;
    if (h->header[k].seen && known[k].single) {
        h->code = ERR_BAD_REQUEST;
        h->why = "a header that may come once came twice" ZH "只能出现一次的请求头出现了两次";
        return HPE_USER;
    }
    while (h->value.n &&
           (h->base[h->value.at + h->value.n - 1] == ' ' || h->base[h->value.at + h->value.n - 1] == '\t'))
        h->value.n--;
    h->header[k].at = h->value.at;
    h->header[k].n = h->value.n;
    h->header[k].seen = true;
    return 0;
}

static int on_head(llhttp_t *p)
{
    struct http *h = self(p);
    h->head_done = true;
    h->keeps = llhttp_should_keep_alive(p); /* llhttp forgets its flags at the end of the message */
    h->length = p->flags & F_CHUNKED ? -1 : p->content_length > INT64_MAX ? INT64_MAX : (int64_t)p->content_length;
    p->upgrade = 0; /* no other protocol is spoken here: the request is answered as it stands */
    return HPE_PAUSED;
}

static int too_large(struct http *h)
{
    h->code = ERR_TOO_LARGE;
    h->why = "the body is larger than this operation takes" ZH "请求体超过此操作允许的大小";
    return HPE_USER;
}

static int on_chunk(llhttp_t *p)
{
    struct http *h = self(p);
    return p->content_length > h->body_max - h->body_n ? too_large(h) : 0;
}

static int on_body(llhttp_t *p, const char *at, size_t n)
{
    struct http *h = self(p);
    if (n > h->body_max - h->body_n)
        return too_large(h);
    size_t from = (size_t)(at - h->base);
    if (!h->body_n)
        h->body_at = (uint32_t)from;
    size_t to = h->body_at + h->body_n;
    if (to != from) /* the buffer is the caller's and writable: http_feed took it as such */
        memmove((char *)(uintptr_t)h->base + to, at, n);
    h->body_n += (uint32_t)n;
    return 0;
}

static int on_end(llhttp_t *p)
{
    self(p)->done = true;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
    .on_header_field = on_field,
    .on_header_field_complete = on_field_end,
    .on_header_value = on_value,
    .on_header_value_complete = on_value_end,
    .on_headers_complete = on_head,
    .on_chunk_header = on_chunk,
    .on_body = on_body,
    .on_message_complete = on_end,
};

void http_start(struct http *h)
{
    memset(h, 0, sizeof *h);
    llhttp_init(&h->parser, HTTP_REQUEST, &settings);
    h->parser.data = h;
    h->known = -1;
    h->code = ERR_NONE;
}

/* --- our own rules of the head --- */
static const char *line_fault(struct http *h, const char *line, size_t n)
{
    if (n < 2 || line[n - 2] != '\r')
        return "a line ends in a bare line feed" ZH "行尾缺少回车符";
    n -= 2;
    if (memchr(line, '\0', n) || memchr(line, '\r', n))
        return "the head holds a NUL or a bare carriage return" ZH "请求头含有空字符或单独的回车符";
    if (h->line == h->blank) /* the request line */
        return NULL;
    if (!n)
        return NULL; /* the end of the head */
    if (line[0] == ' ' || line[0] == '\t')
        return "a folded header line" ZH "请求头不得折行";
    const char *colon = memchr(line, ':', n);
    if (!colon || colon == line)
        return "a header line without a name" ZH "请求头缺少名称";
    if (colon[-1] == ' ' || colon[-1] == '\t')
        return "a space before the colon of a header" ZH "请求头的冒号前有空格";
    return NULL;
}

/* Looks at the lines that became complete; stops at the end of the head or at the first violation. */
static void scan(struct http *h, const char *buf, size_t n)
{
    size_t end = n < HEAD_BYTES ? n : HEAD_BYTES;
    while (!h->violation && !h->head_end) {
        const char *nl = memchr(buf + h->scanned, '\n', end - h->scanned);
        size_t next = nl ? (size_t)(nl - buf) + 1 : end;
        bool request_line = h->line == h->blank;
        if (next - h->line > LINE_BYTES) {
            violate(h, h->line + LINE_BYTES, request_line ? ERR_URI_TOO_LONG : ERR_HEADERS,
                    request_line ? "the request line is longer than 4 KiB" ZH "请求行超过 4 KiB"
                                 : "a header line is longer than 4 KiB" ZH "单行请求头超过 4 KiB");
            return;
        }
        h->scanned = next;
        if (!nl) {
            if (n >= HEAD_BYTES)
                violate(h, HEAD_BYTES, ERR_HEADERS, "the head is larger than 8 KiB" ZH "请求头超过 8 KiB");
            return;
        }
        const char *fault = line_fault(h, buf + h->line, next - h->line);
        bool empty = next - h->line == 2;
        if (fault)
            violate(h, next, ERR_BAD_REQUEST, fault);
        else if (request_line && empty && (h->blank = next) > BLANK_BYTES)
            violate(h, next, ERR_BAD_REQUEST, "empty lines before the request" ZH "请求之前有多余的空行");
        else if (!request_line && empty)
            h->head_end = next;
        else if (!request_line && ++h->fields > HEAD_FIELDS)
            violate(h, next, ERR_HEADERS, "more than 64 headers" ZH "请求头超过 64 个");
        h->line = next;
    }
}

static bool all_digits(struct text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
    return t.n > 0;
}

/* What is wrong with a head that is well formed line by line. */
static enum http_state head_verdict(struct http *h, const char *buf)
{
    const llhttp_t *p = &h->parser;
    struct text te = http_header(h, buf, H_TRANSFER_ENCODING), length = http_header(h, buf, H_CONTENT_LENGTH);
    if (p->http_major != 1 || p->http_minor > 1)
        return bad(h, ERR_VERSION, "HTTP/1.1 is spoken here" ZH "此处使用 HTTP/1.1");
    if (p->http_minor == 1 && !h->header[H_HOST].seen)
        return bad(h, ERR_BAD_REQUEST, "the Host header is missing" ZH "缺少 Host 请求头");
    if (te.p && (te.n != 7 || strncasecmp(te.p, "chunked", 7) != 0 || p->http_minor == 0))
        return bad(h, ERR_BAD_REQUEST, "this transfer encoding is not taken" ZH "不接受此传输编码");
    if (length.p && (te.p || !all_digits(length)))
        return bad(h, ERR_BAD_REQUEST, "the length of the body is ambiguous" ZH "请求体长度不明确");
    if (!http_target(h, buf).p)
        return bad(h, ERR_BAD_REQUEST, "the target must be a path" ZH "请求目标必须是路径");
    return READ_HEAD;
}

static enum http_state parser_fault(struct http *h, llhttp_errno_t error)
{
    if (h->code != ERR_NONE) /* one of our callbacks said why */
        return READ_BAD;
    if (error == HPE_INVALID_VERSION || error == HPE_PAUSED_H2_UPGRADE)
        return bad(h, ERR_VERSION, "HTTP/1.1 is spoken here" ZH "此处使用 HTTP/1.1");
    return bad(h, ERR_BAD_REQUEST, "the request is not well-formed HTTP" ZH "请求不是合法的 HTTP 报文");
}

enum http_state http_feed(struct http *h, char *buf, size_t n)
{
    h->base = buf;
    bool head_before = h->head_done;
    size_t upto = n;
    if (!head_before) {
        scan(h, buf, n);
        if (h->violation)
            upto = h->violation;
    } else {
        if (http_length(h) > (int64_t)h->body_max)
            return too_large(h), READ_BAD;
        size_t most = h->head_end + h->body_max + BODY_SLACK;
        upto = n < most ? n : most;
        llhttp_resume(&h->parser);
    }
    llhttp_errno_t error = llhttp_execute(&h->parser, buf + h->fed, upto - h->fed);
    h->fed = error == HPE_OK ? upto : (size_t)(llhttp_get_error_pos(&h->parser) - buf);
    if (error != HPE_OK && error != HPE_PAUSED)
        return parser_fault(h, error);
    if (h->violation)
        return bad(h, h->violation_code, h->violation_why);
    if (h->done)
        return READ_DONE;
    if (!head_before && h->head_done)
        return head_verdict(h, buf);
    if (head_before && upto < n)
        return too_large(h), READ_BAD;
    return READ_MORE;
}

/* --- reading what was read --- */
struct text http_header(const struct http *h, const char *buf, enum header which)
{
    return h->header[which].seen ? (struct text){buf + h->header[which].at, h->header[which].n}
                                 : (struct text){NULL, 0};
}

struct text http_target(const struct http *h, const char *buf)
{
    if (!buf || !h->url.n)
        return (struct text){NULL, 0};
    struct text t = {buf + h->url.at, h->url.n};
    size_t scheme = 0;
    if (t.n >= 7 && strncasecmp(t.p, "http://", 7) == 0)
        scheme = 7;
    else if (t.n >= 8 && strncasecmp(t.p, "https://", 8) == 0)
        scheme = 8;
    if (scheme) { /* absolute form (RFC 9112 §3.2.2): what follows the authority */
        const char *path = memchr(t.p + scheme, '/', t.n - scheme);
        if (!path)
            return (struct text){"/", 1};
        t.n -= (size_t)(path - t.p);
        t.p = path;
    }
    if (t.p[0] != '/' || memchr(t.p, '#', t.n))
        return (struct text){NULL, 0};
    return t;
}

struct text http_body(const struct http *h, const char *buf)
{
    return (struct text){buf + h->body_at, h->body_n};
}

const char *http_method(const struct http *h)
{
    return llhttp_method_name((llhttp_method_t)h->parser.method);
}

bool http_keeps(const struct http *h)
{
    return h->keeps;
}

int64_t http_length(const struct http *h)
{
    return h->length;
}

bool http_has_body(const struct http *h)
{
    return h->length != 0;
}
