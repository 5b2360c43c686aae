/* The C reader as a filter, for comparison with other validators: reads lines "operation TAB json", writes "ok" or
 * "field: reason; field: reason". Words "-" for json mean no body. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/contract.h"

static const struct op_contract *find(const char *id)
{
    for (size_t i = 0; i < all_contract_n; i++)
        if (!strcmp(all_contract[i]->id, id))
            return all_contract[i];
    return NULL;
}

static void answer_line(const struct err *e)
{
    char text[256];
    if (!e->n_fields)
        printf("%s", err_text(e, text));
    for (size_t i = 0; i < e->n_fields; i++)
        printf("%s%s: %.*s", i ? "; " : "", e->field[i].name, (int)strcspn(e->field[i].reason, ZH), e->field[i].reason);
    putchar('\n');
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    struct arena *a = arena_new();
    while ((n = getline(&line, &room, stdin)) > 0) {
        char *tab = strchr(line, '\t');
        if (!tab || line[n - 1] != '\n')
            die("a line is: operation TAB json");
        *tab = 0;
        size_t length = (size_t)(line + n - 1 - (tab + 1));
        const struct op_contract *op = find(line);
        if (!op)
            die("no operation is called %s", line);
        struct err e = {0};
        void *out = arena_alloc(a, 1, op->request ? op->request->size : 1);
        if (length == 1 && tab[1] == '-')
            length = 0;
        if (contract_read(op->request, STRICT, op->max_elements, tab + 1, length, a, out, &e) == 0)
            puts("ok");
        else
            answer_line(&e);
        arena_reset(a);
    }
    arena_free(a);
    free(line);
    return 0;
}
