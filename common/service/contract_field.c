/* One member of a request: checked by its field, stored in its place. */
#include "service/contract_field.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/region.h"
#include "base/text.h"

static const struct field no_fields[] = {{.name = ""}};
const struct shape shape_of_nothing = {"nothing", 0, no_fields, 0};

void reason_set(struct reason *r, const char *en, const char *zh)
{
    snprintf(r->en, sizeof r->en, "%s", en);
    snprintf(r->zh, sizeof r->zh, "%s", zh);
}

static bool refuse(struct reason *r, const char *en, const char *zh)
{
    reason_set(r, en, zh);
    return false;
}

static bool check_length(const char *s, size_t n, int64_t least, int64_t most, struct reason *why)
{
    /* No code point is longer than four bytes: most texts need no counting. */
    if (n <= (size_t)most && n >= (size_t)least * 4)
        return true;
    int64_t count = (int64_t)utf8_count(s, n);
    if (count < least) {
        snprintf(why->en, sizeof why->en, "too short (at least %" PRId64 ")", least);
        snprintf(why->zh, sizeof why->zh, "太短（至少%" PRId64 "字）", least);
        return false;
    }
    if (count > most) {
        snprintf(why->en, sizeof why->en, "too long (at most %" PRId64 ")", most);
        snprintf(why->zh, sizeof why->zh, "太长（最多%" PRId64 "字）", most);
        return false;
    }
    return true;
}

/* A decomposed text may grow in NFC (a few old presentation forms): what is stored must fit as well. */
static bool store_text(const struct field *f, const char *s, size_t n, struct arena *a, void *at, struct reason *why)
{
    int64_t least = f->list ? f->item_min : f->min, most = f->list ? f->item_max : f->max;
    if (!check_length(s, n, least, most, why))
        return false;
    size_t nfc_n = n;
    const char *nfc = utf8_nfc(a, s, n, &nfc_n);
    if (nfc != s && !check_length(nfc, nfc_n, least, most, why))
        return false;
    *(const char **)at = nfc == s ? arena_copy(a, s, n) : nfc;
    return true;
}

static bool store_enum(const struct field *f, const char *s, size_t n, void *at, struct reason *why)
{
    for (const char *const *w = f->words; *w; w++) {
        if (strlen(*w) == n && !memcmp(*w, s, n)) {
            *(const char **)at = *w;
            return true;
        }
    }
    return refuse(why, "not one of the allowed words", "不在允许的取值内");
}

static bool sha256_valid(const char *s, size_t n)
{
    return n == 64 && strspn(s, "0123456789abcdef") == 64;
}

bool field_text(const struct field *f, const char *s, size_t n, struct arena *a, void *at, struct reason *why)
{
    struct id id;
    switch (f->kind) {
    case F_TEXT:
        return store_text(f, s, n, a, at, why);
    case F_ENUM:
        return store_enum(f, s, n, at, why);
    case F_ID: /* nil means absent in C, so nobody may send it */
        if (!id_parse(s, &id) || id_is_nil(id))
            return refuse(why, "not a UUID", "不是有效的UUID");
        *(struct id *)at = id;
        return true;
    case F_TIME:
        return when_parse(s, at) || refuse(why, "not a time (RFC 3339)", "不是有效的时间（RFC 3339）");
    case F_DATE:
        if (!date_valid(s))
            return refuse(why, "not a date (YYYY-MM-DD)", "不是有效的日期（YYYY-MM-DD）");
        break;
    case F_REGION:
        if (!region_valid(s))
            return refuse(why, "not a region code", "不是有效的区划代码");
        break;
    case F_SHA256:
        if (!sha256_valid(s, n))
            return refuse(why, "not a SHA-256 (64 hex digits)", "不是SHA-256（64位小写十六进制）");
        break;
    case F_INT:
    case F_BOOL:
    case F_OBJECT:
        return refuse(why, "must not be text", "不应为文本");
    }
    *(const char **)at = arena_copy(a, s, n);
    return true;
}

bool field_int(const struct field *f, int64_t v, void *at, struct reason *why)
{
    int64_t least = f->list ? f->item_min : f->min, most = f->list ? f->item_max : f->max;
    if (v < least || v > most) {
        if (v < least)
            snprintf(why->en, sizeof why->en, "too small (at least %" PRId64 ")", least);
        else
            snprintf(why->en, sizeof why->en, "too great (at most %" PRId64 ")", most);
        if (v < least)
            snprintf(why->zh, sizeof why->zh, "太小（至少%" PRId64 "）", least);
        else
            snprintf(why->zh, sizeof why->zh, "太大（最多%" PRId64 "）", most);
        return false;
    }
    *(int64_t *)at = v;
    return true;
}

void field_present(const struct field *f, void *out)
{
    if (f->has_offset)
        *(bool *)((char *)out + f->has_offset) = true;
}

void field_absent(const struct field *f, void *out)
{
    void *at = (char *)out + f->offset;
    if (f->list)
        return;
    if (f->kind == F_TIME)
        *(int64_t *)at = TIME_NONE;
    else if (f->kind == F_INT)
        *(int64_t *)at = f->fallback;
    else if (f->kind == F_BOOL)
        *(bool *)at = f->fallback != 0;
    else if (f->text_fallback)
        *(const char **)at = f->text_fallback;
}
