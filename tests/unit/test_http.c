/* The request reader against hostile bytes: each input whole, byte by byte, and cut at every offset gives the same
 * verdict. */
#include "services/gateway/http.h"

#include "test.h"

#define MOST 131072

struct verdict {
    enum http_state state;
    enum err_code code;
    size_t fed, body_n;
    char body[64];
};

/* Feeds bytes[0..n) as they would come: first `first` bytes, then `step` at a time. */
static struct verdict drive(const char *bytes, size_t n, size_t first, size_t step)
{
    static char buf[MOST];
    struct http h;
    struct verdict v = {READ_MORE, ERR_NONE, 0, 0, ""};
    http_start(&h);
    for (size_t have = 0, next = first; have < n; next = step) {
        size_t k = next < n - have ? next : n - have;
        memcpy(buf + have, bytes + have, k);
        have += k;
        while ((v.state = http_feed(&h, buf, have)) == READ_HEAD)
            h.body_max = 1024;
        if (v.state == READ_DONE || v.state == READ_BAD)
            break;
    }
    v.code = h.code;
    v.fed = h.fed;
    struct text t = http_body(&h, buf);
    v.body_n = v.state == READ_DONE ? t.n : 0;
    snprintf(v.body, sizeof v.body, "%.*s", (int)(v.body_n < 60 ? v.body_n : 60), t.p);
    return v;
}

static bool same(struct verdict a, struct verdict b)
{
    return a.state == b.state && a.code == b.code &&
           (a.state != READ_DONE || (a.fed == b.fed && a.body_n == b.body_n)) && strcmp(a.body, b.body) == 0;
}

static void check_n(const char *what, const char *bytes, size_t n, enum http_state state, enum err_code code)
{
    struct verdict whole = drive(bytes, n, n, n), drops = drive(bytes, n, 1, 1);
    size_t cut = 1, every = n > 2000 ? 97 : 1;
    ok(whole.state == state && whole.code == code, "%s: verdict %d %s, wanted %d %s", what, whole.state,
       err_name(whole.code), state, err_name(code));
    ok(same(whole, drops), "%s: the same byte by byte", what);
    while (cut < n && same(whole, drive(bytes, n, cut, n)))
        cut += every;
    ok(cut >= n, "%s: the same cut anywhere (differs at %zu)", what, cut);
}

/* For literals that hold NUL. */
#define CHECK_BYTES(what, literal, state, code) check_n(what, literal, sizeof literal - 1, state, code)

static void check(const char *what, const char *bytes, enum http_state state, enum err_code code)
{
    check_n(what, bytes, strlen(bytes), state, code);
}

TEST(good_requests_are_read)
{
    check("GET", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", READ_DONE, ERR_NONE);
    check("1.0 without Host", "GET / HTTP/1.0\r\n\r\n", READ_DONE, ERR_NONE);
    check("an empty line before", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", READ_DONE, ERR_NONE);
    check("absolute form", "GET http://a.example/x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n", READ_DONE, ERR_NONE);
    check("length", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", READ_DONE, ERR_NONE);
    check("chunked",
          "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
          READ_DONE, ERR_NONE);
    check("chunked with a trailer",
          "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
          READ_DONE, ERR_NONE);
    check("upgrade is not taken up", "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
          READ_DONE, ERR_NONE);
    is(drive("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", 77, 1,
             1)
           .body,
       "hello");
}

TEST(ambiguous_framing_is_refused)
{
    static const struct {
        const char *what, *bytes;
    } bad[] = {
        {"bare LF", "GET / HTTP/1.1\nHost: a\n\n"},
        {"bare LF in a header", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"},
        {"bare LF before", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"bare CR", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n"},
        {"many empty lines", "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"fold", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"},
        {"fold of nothing", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\ty\r\n\r\n"},
        {"space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n"},
        {"empty name", "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n"},
        {"no colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"},
        {"second Host", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
        {"no Host", "GET / HTTP/1.1\r\nX: y\r\n\r\n"},
        {"two tokens", "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y\r\n\r\n"},
        {"two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"},
        {"length list", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx"},
        {"signed length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx"},
        {"hex length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx"},
        {"huge length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nx"},
        {"empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"},
        {"length and chunks",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"chunks and length",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
        {"gzip, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        {"chunked twice",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"identity", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"},
        {"xchunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
        {"chunks in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"bad chunk size", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
        {"bare LF in a chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n"},
        {"chunk longer than said",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n"},
        {"no path", "GET HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"authority", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"lower case method", "get / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"raw UTF-8 in the path", "GET /\xe6\xb2\xb3 HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"TLS hello", "\x16\x03\x01\x02\x01\x01\r\n\r\n"},
        {"control character", "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01"
                              "b\r\n\r\n"},
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        check(bad[i].what, bad[i].bytes, READ_BAD, ERR_BAD_REQUEST);
    CHECK_BYTES("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", READ_BAD, ERR_BAD_REQUEST);
    CHECK_BYTES("NUL in a name", "GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n", READ_BAD, ERR_BAD_REQUEST);
    CHECK_BYTES("NUL in the path", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", READ_BAD, ERR_BAD_REQUEST);
}

TEST(other_versions_are_refused)
{
    static const char *const version[] = {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/3.0"};
    char line[64];
    for (size_t i = 0; i < COUNT(version); i++) {
        snprintf(line, sizeof line, "GET / %s\r\nHost: a\r\n\r\n", version[i]);
        check(version[i], line, READ_BAD, ERR_VERSION);
    }
    check("h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", READ_BAD, ERR_VERSION);
}

TEST(heads_are_bounded)
{
    static char b[MOST];
    size_t n = (size_t)sprintf(b, "GET /");
    memset(b + n, 'a', 5000);
    strcpy(b + n + 5000, " HTTP/1.1\r\nHost: a\r\n\r\n");
    check("a long path", b, READ_BAD, ERR_URI_TOO_LONG);
    n = (size_t)sprintf(b, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    memset(b + n, 'a', 5000);
    strcpy(b + n + 5000, "\r\n\r\n");
    check("a long header", b, READ_BAD, ERR_HEADERS);
    n = (size_t)sprintf(b, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 64; i++)
        n += (size_t)sprintf(b + n, "X%d: y\r\n", i);
    strcpy(b + n, "\r\n");
    check("65 headers", b, READ_BAD, ERR_HEADERS);
    n = (size_t)sprintf(b, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 63; i++)
        n += (size_t)sprintf(b + n, "X%d: y\r\n", i);
    strcpy(b + n, "\r\n");
    check("64 headers", b, READ_DONE, ERR_NONE);
    n = (size_t)sprintf(b, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 9; i++) {
        n += (size_t)sprintf(b + n, "X%d: ", i);
        memset(b + n, 'a', 1000);
        n += 1000;
        n += (size_t)sprintf(b + n, "\r\n");
    }
    strcpy(b + n, "\r\n");
    check("a head of 9 KB", b, READ_BAD, ERR_HEADERS);
}

TEST(bodies_are_bounded)
{
    static char b[MOST];
    check("announced", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n", READ_BAD, ERR_TOO_LARGE);
    check("one chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n401\r\n", READ_BAD,
          ERR_TOO_LARGE);
    size_t n = (size_t)sprintf(b, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 3; i++) {
        n += (size_t)sprintf(b + n, "190\r\n");
        memset(b + n, 'a', 400);
        n += 400;
        n += (size_t)sprintf(b + n, "\r\n");
    }
    check("several chunks", b, READ_BAD, ERR_TOO_LARGE);
    n = (size_t)sprintf(b, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    n += (size_t)sprintf(b + n, "1;x=");
    memset(b + n, 'a', 20000);
    strcpy(b + n + 20000, "\r\nx\r\n0\r\n\r\n");
    check("an endless chunk extension", b, READ_BAD, ERR_TOO_LARGE);
}

TEST(requests_follow_each_other)
{
    char b[] = "GET /a HTTP/1.1\r\nHost: a\r\n\r\nPOST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    struct http h;
    http_start(&h);
    enum http_state s;
    while ((s = http_feed(&h, b, strlen(b))) == READ_HEAD)
        ok(http_keeps(&h), "1.1 keeps the connection");
    is_int(s, READ_DONE);
    is_int(h.fed, 28);
    char *second = b + h.fed;
    http_start(&h);
    while ((s = http_feed(&h, second, strlen(second))) == READ_HEAD)
        h.body_max = 10;
    is_int(s, READ_DONE);
    is(http_method(&h), "POST");
    is_int(http_body(&h, second).n, 2);
    struct text t = http_target(&h, second);
    ok(t.n == 2 && memcmp(t.p, "/b", 2) == 0, "the second target");
}

TEST(headers_are_found)
{
    char b[] = "GET / HTTP/1.0\r\nhOST: a\r\nTraceparent:   00-x  \r\nX-After:\r\n\r\n";
    struct http h;
    http_start(&h);
    ok(http_feed(&h, b, strlen(b)) == READ_HEAD, "the head");
    struct text t = http_header(&h, b, H_TRACEPARENT);
    ok(t.n == 4 && memcmp(t.p, "00-x", 4) == 0, "value without the spaces around it");
    ok(http_header(&h, b, H_X_AFTER).p && http_header(&h, b, H_X_AFTER).n == 0, "an empty header is there");
    ok(!http_header(&h, b, H_EXPECT).p, "an absent one is not");
    ok(!http_keeps(&h), "1.0 closes");
    ok(!http_has_body(&h), "no body");
}

int main(void)
{
    run(good_requests_are_read);
    run(ambiguous_framing_is_refused);
    run(other_versions_are_refused);
    run(heads_are_bounded);
    run(bodies_are_bounded);
    run(requests_follow_each_other);
    run(headers_are_found);
    done_testing();
}
