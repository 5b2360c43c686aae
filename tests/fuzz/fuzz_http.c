/* F1: HTTP bytes. The verdict must not depend on how the bytes were cut: the first two bytes choose the cut. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "services/gateway/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct verdict {
    enum http_state state;
    enum err_code code;
    size_t end;
};

static struct verdict drive(const uint8_t *bytes, size_t n, size_t cut)
{
    char *buf = xcalloc(n + 1, 1); /* exactly as large: a byte too far is seen */
    struct http h;
    struct verdict v = {READ_MORE, ERR_NONE, 0};
    http_start(&h);
    for (size_t have = 0; have < n && v.state == READ_MORE;) {
        size_t upto = have < cut && cut < n ? cut : n;
        memcpy(buf + have, bytes + have, upto - have);
        have = upto;
        while ((v.state = http_feed(&h, buf, have)) == READ_HEAD)
            h.body_max = 1024;
    }
    v.code = v.state == READ_BAD ? h.code : ERR_NONE;
    v.end = v.state == READ_DONE ? h.fed : 0;
    if (v.state == READ_DONE) {
        struct text t = http_body(&h, buf), target = http_target(&h, buf);
        assert(t.n <= n && target.n <= n && (t.n == 0 || (t.p >= buf && t.p + t.n <= buf + n)));
        for (enum header k = 0; k < H_COUNT; k++) {
            t = http_header(&h, buf, k);
            assert(!t.p || (t.p >= buf && t.p + t.n <= buf + n));
        }
        assert(http_method(&h));
    }
    free(buf);
    return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 3)
        return 0;
    size_t cut = (size_t)(bytes[0] | bytes[1] << 8);
    bytes += 2, n -= 2;
    struct verdict whole = drive(bytes, n, n), parts = drive(bytes, n, 1 + cut % n);
    assert(whole.state == parts.state && whole.code == parts.code && whole.end == parts.end);
    return 0;
}
