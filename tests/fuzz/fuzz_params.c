/* F6: request targets: path -> operation -> parameters -> C struct. The first byte chooses the method. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "routes.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const methods[] = {"GET", "PUT", "POST", "HEAD", "DELETE"};
    static struct routes *routes;
    static struct arena *a;
    struct err e = {0};
    if (!routes) {
        routes = routes_new(all_contract, all_contract_n, &e);
        a = arena_new();
    }
    if (n < 2)
        return 0;
    char *target = xcalloc(n, 1);
    memcpy(target, bytes + 1, n - 1);
    AUTO_BUF params = {0};
    struct route *r = NULL;
    const char *allow = NULL;
    if (routes_find(routes, methods[bytes[0] % 5], (struct text){target, n - 1}, &r, &params, &allow) == ROUTE_FOUND &&
        r->op && r->op->request) {
        void *in = arena_alloc(a, 1, r->op->request->size);
        (void)!contract_params(r->op->request, params.p ? params.p : "", params.n, a, in, &e);
    }
    free(target);
    arena_reset(a);
    return 0;
}
