/* Addresses of clients, all as IPv6 (an IPv4 address mapped), and lists of networks from the configuration. */
#ifndef XQ_GATEWAY_ADDRESS_H
#define XQ_GATEWAY_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/err.h"
#include "bus/frame.h"

struct address {
    unsigned char b[16];
};
struct network {
    struct address at;
    unsigned bits;
};
struct networks {
    struct network *list;
    size_t n;
};
struct address address_of(const struct sockaddr_storage *s);
bool address_parse(struct text t, struct address *out);
int networks_read(const char *const *list, struct networks *out, struct err *e) MUSTCHECK; /* "10.0.0.0/8", "::1", … */
bool networks_hold(const struct networks *n, const struct address *a);

#endif
