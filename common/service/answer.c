/* How functions answer: the contract's struct, the database's JSON, or a page of a list with its opaque cursor. */
#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"
#include "service/work.h"

int answer(struct call *c, const void *answer_struct)
{
    assert(c->op && c->op->answer);
    buf_clear(c->out);
    contract_write(c->op->answer, answer_struct, c->out);
    return 0;
}

int answer_json(struct call *c, const char *json, size_t n)
{
    buf_clear(c->out);
    buf_add(c->out, json, n);
    return 0;
}

int answer_rows(struct call *c, const struct rows *r, const char *column)
{
    assert(r->n > 0);
    return answer_json(c, row_text(r, 0, column), row_length(r, 0, column));
}

int answer_list(struct call *c, const struct rows *r, int64_t limit)
{
    buf_clear(c->out);
    buf_str(c->out, "{\"items\":[");
    int n = 0;
    /* A page ends by rows or by bytes, whichever comes first: no answer is larger than ANSWER_BYTES. */
    for (; n < r->n && n < limit; n++) {
        size_t bytes = row_length(r, n, "item");
        if (n > 0 && c->out->n + bytes + 1024 > ANSWER_BYTES)
            break;
        if (n > 0)
            buf_add(c->out, ",", 1);
        buf_add(c->out, row_text(r, n, "item"), bytes);
    }
    buf_str(c->out, "]");
    if (n > 0 && n < r->n) {
        const char *cursor = cursor_make(c->arena, c->street, row_text(r, n - 1, "cursor"));
        buf_str(c->out, ",\"next\":");
        buf_json_text(c->out, cursor, strlen(cursor));
    }
    buf_str(c->out, "}");
    return 0;
}

struct err *call_err(struct call *c)
{
    return c->err;
}

int cursor_read(const char *cursor, struct arena *a, int *street, const char **key, struct err *e)
{
    *street = 0;
    *key = "";
    if (!cursor || !*cursor)
        return 0;
    size_t n = strlen(cursor), got = 0;
    char *text = arena_alloc(a, n + 1, 1);
    const char *end = NULL;
    bool good = sodium_base642bin((unsigned char *)text, n, cursor, n, NULL, &got, &end,
                                  sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
    text[good ? got : 0] = '\0';
    char *dot = good && (!end || end == cursor + n) && utf8_valid(text, got) ? strchr(text, '.') : NULL;
    int64_t number = 0;
    if (dot)
        *dot = '\0';
    if (!dot || !int_parse(text, &number) || number < 0 || number > 999999999) {
        err_set(e, ERR_BAD_REQUEST, "this cursor was not made here" ZH "游标无效");
        err_field(e, "cursor", "not a cursor", "游标无效");
        return -1;
    }
    *street = (int)number;
    *key = dot + 1;
    return 0;
}

const char *cursor_make(struct arena *a, int street, const char *key)
{
    char *text = arena_printf(a, "%d.%s", street, key);
    size_t n = strlen(text), room = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(a, room, 1);
    sodium_bin2base64(out, room, (const unsigned char *)text, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return out;
}
