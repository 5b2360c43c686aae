/* Client addresses and networks. */
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct address address_of(const struct sockaddr_storage *s)
{
    struct address a = {{0}};
    if (s->ss_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, s, sizeof six);
        memcpy(a.b, &six.sin6_addr, 16);
    } else if (s->ss_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, s, sizeof four);
        memcpy(a.b, mapped, 12);
        memcpy(a.b + 12, &four.sin_addr, 4);
    }
    return a;
}

bool address_parse(struct text t, struct address *out)
{
    char s[64];
    if (!t.n || t.n >= sizeof s)
        return false;
    memcpy(s, t.p, t.n);
    s[t.n] = '\0';
    struct address a = {{0}};
    if (inet_pton(AF_INET6, s, a.b) != 1) {
        memcpy(a.b, mapped, 12);
        if (inet_pton(AF_INET, s, a.b + 12) != 1)
            return false;
    }
    *out = a;
    return true;
}

int networks_read(const char *const *list, struct networks *out, struct err *e)
{
    size_t n = 0;
    while (list[n])
        n++;
    out->list = xcalloc(n + 1, sizeof *out->list);
    out->n = n;
    for (size_t i = 0; i < n; i++) {
        size_t len = strcspn(list[i], "/");
        int64_t bits;
        struct network *w = &out->list[i];
        bool four = !memchr(list[i], ':', len);
        bits = four ? 32 : 128;
        if (!address_parse((struct text){list[i], len}, &w->at) ||
            (list[i][len] && !int_parse(list[i] + len + 1, &bits)) || bits < 0 || bits > (four ? 32 : 128))
            return FAIL(e, BAD_REQUEST,
                        "'%s' is no address or network; write 192.0.2.7 or 192.0.2.0/24" ZH "“%s”不是地址或网段",
                        list[i], list[i]);
        w->bits = (unsigned)bits + (four ? 96 : 0);
    }
    return 0;
}

bool networks_hold(const struct networks *n, const struct address *a)
{
    for (size_t i = 0; i < n->n; i++) {
        unsigned whole = n->list[i].bits / 8, rest = n->list[i].bits % 8;
        if (memcmp(n->list[i].at.b, a->b, whole) != 0)
            continue;
        if (!rest || (n->list[i].at.b[whole] ^ a->b[whole]) >> (8 - rest) == 0)
            return true;
    }
    return false;
}
