/* F2: body -> JSON -> schema -> C struct -> JSON. The first byte chooses the operation. What was read can be written,
 * and reads again as the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "service/contract.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static bool from_url(const struct shape *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->fields[i].path || s->fields[i].query)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct arena *a;
    if (!a)
        a = arena_new();
    if (n == 0)
        return 0;
    const struct op_contract *op = all_contract[bytes[0] % all_contract_n];
    char *body = xcalloc(n, 1);
    memcpy(body, bytes + 1, n - 1);
    struct err e = {0};
    void *in = arena_alloc(a, 1, op->request ? op->request->size : 1);
    if (contract_read(op->request, STRICT, op->max_elements, body, n - 1, a, in, &e) == 0 && op->request &&
        !from_url(op->request) && n > 1) {
        AUTO_BUF once = {0}, twice = {0};
        void *again = arena_alloc(a, 1, op->request->size);
        contract_write(op->request, in, &once);
        if (contract_read(op->request, STRICT, op->max_elements, once.p, once.n, a, again, &e) < 0)
            __builtin_trap();
        contract_write(op->request, again, &twice);
        assert(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0);
    }
    free(body);
    arena_reset(a);
    return 0;
}
