/* Paths to operations: a tree built once from the contract. */
#ifndef XQ_GATEWAY_ROUTES_H
#define XQ_GATEWAY_ROUTES_H

#include "bus/frame.h"
#include "service/contract.h"

#define PATH_PARAMETERS 6

enum own {
    OWN_NONE,
    OWN_INDEX,
    OWN_LIVE,
    OWN_READY,
    OWN_METRICS,
    OWN_STATUS,
    OWN_OPENAPI
}; /* answered by the gateway itself */
struct route {
    const struct op_contract *op; /* NULL: own */
    enum own own;
    const char *name; /* operationId, or a word for the log */
    const char *path;
    struct text parameter[PATH_PARAMETERS]; /* names, in the order of the path */
    size_t n_parameters;
    bool is_public;
    int rate;                  /* class, set by the gateway */
    uint64_t calls[6], micros; /* counted by status class */
};
struct routes;
enum routed { ROUTE_FOUND, ROUTE_NONE, ROUTE_METHOD, ROUTE_BAD };

struct routes *routes_new(const struct op_contract *const *ops, size_t n,
                          struct err *e) MUSTCHECK; /* NULL: two operations on one path */
void routes_free(struct routes *r);
/* target = path?query. Fills params with "name=value&…": path parameters decoded, checked and encoded again, then the
 * query as it came. ROUTE_METHOD: *allow lists the methods. ROUTE_BAD: the path's encoding is broken. HEAD finds GET.
 */
enum routed routes_find(const struct routes *r, const char *method, struct text target, struct route **out,
                        struct buf *params, const char **allow);
struct route *routes_all(const struct routes *r, size_t *n);

#endif
