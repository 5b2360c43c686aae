/* Errors: the table of err.def, the text that travels up, the RFC 9457 body. */
#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int status;
    enum outcome outcome;
    const char *en, *zh;
} table[] = {
#define ERR(name, code, status, outcome, en, zh) {code, status, outcome, en, zh},
#include "base/err.def"
#undef ERR
};

/* A cut may have left half a character behind: drop it. */
static void trim_utf8(char *s)
{
    size_t n = strlen(s), i = n;
    while (i > 0 && n - i < 4 && ((unsigned char)s[i - 1] & 0xc0) == 0x80)
        i--;
    if (i == 0)
        return;
    unsigned char lead = (unsigned char)s[i - 1];
    size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (n - i + 1 < want)
        s[i - 1] = 0;
}

void err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list ap;
    assert(code < ERR_COUNT);
    e->code = code;
    e->n_fields = 0;
    va_start(ap, fmt);
    if (vsnprintf(e->text, sizeof e->text, fmt, ap) < 0)
        e->text[0] = 0;
    va_end(ap);
    trim_utf8(e->text);
}

void err_field(struct err *e, const char *name, const char *reason_en, const char *reason_zh)
{
    if (e->code != ERR_BAD_REQUEST) {
        e->code = ERR_BAD_REQUEST;
        e->text[0] = 0;
        e->n_fields = 0;
    }
    if (e->n_fields == ERR_FIELDS)
        return;
    size_t i = e->n_fields++;
    snprintf(e->field[i].name, sizeof e->field[i].name, "%s", name);
    snprintf(e->field[i].reason, sizeof e->field[i].reason, "%s%s%s", reason_en, ZH, reason_zh);
    trim_utf8(e->field[i].name);
    trim_utf8(e->field[i].reason);
}

const char *err_name(enum err_code code)
{
    assert(code < ERR_COUNT);
    return table[code].name;
}

int err_status(enum err_code code)
{
    assert(code < ERR_COUNT);
    return table[code].status;
}

enum outcome err_outcome(enum err_code code)
{
    assert(code < ERR_COUNT);
    return table[code].outcome;
}

static void add_text(struct buf *out, const char *member, const char *s, size_t n)
{
    if (n == 0)
        return;
    buf_printf(out, ",\"%s\":", member);
    buf_json_text(out, s, n);
}

/* Both halves of "English ZH Chinese" as members m and m_zh; an empty half is left out. */
static void add_halves(struct buf *out, const char *m, const char *m_zh, const char *text)
{
    size_t en = strcspn(text, ZH);
    add_text(out, m, text, en);
    if (text[en])
        add_text(out, m_zh, text + en + 1, strlen(text + en + 1));
}

void err_problem(struct buf *out, const struct err *e, const char *trace)
{
    assert(e->code < ERR_COUNT);
    buf_printf(out, "{\"type\":\"urn:xiangqin:problem:%s\"", table[e->code].name);
    add_text(out, "title", table[e->code].en, strlen(table[e->code].en));
    add_text(out, "title_zh", table[e->code].zh, strlen(table[e->code].zh));
    buf_printf(out, ",\"status\":%d,\"code\":\"%s\"", table[e->code].status, table[e->code].name);
    add_halves(out, "detail", "detail_zh", e->text);
    for (size_t i = 0; i < e->n_fields; i++) {
        buf_str(out, i ? ",{\"field\":" : ",\"errors\":[{\"field\":");
        buf_json_text(out, e->field[i].name, strlen(e->field[i].name));
        add_halves(out, "reason", "reason_zh", e->field[i].reason);
        buf_str(out, "}");
    }
    if (e->n_fields)
        buf_str(out, "]");
    if (trace)
        add_text(out, "trace", trace, strlen(trace));
    buf_str(out, "}");
}

static const char *half(const char *s, size_t n, char out[256])
{
    if (n > 255)
        n = 255;
    memcpy(out, s, n);
    out[n] = 0;
    trim_utf8(out);
    return out;
}

/* Without a text of its own an error is named by its title, or by its first field. */
const char *err_text(const struct err *e, char out[256])
{
    if (e->text[0])
        return half(e->text, strcspn(e->text, ZH), out);
    if (e->n_fields) {
        const char *r = e->field[0].reason;
        snprintf(out, 256, "%s: %.*s", e->field[0].name, (int)strcspn(r, ZH), r);
        return out;
    }
    return half(table[e->code].en, strlen(table[e->code].en), out);
}

const char *err_text_zh(const struct err *e, char out[256])
{
    size_t en = strcspn(e->text, ZH);
    if (e->text[en])
        return half(e->text + en + 1, strlen(e->text + en + 1), out);
    if (e->text[0])
        return half(e->text, en, out);
    return half(table[e->code].zh, strlen(table[e->code].zh), out);
}
