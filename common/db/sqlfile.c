/* Splits a migration file into statements: Citus refuses a whole file in one query string. */
#include <stdbool.h>
#include <string.h>

#include "db/migrate.h"

/* Each skip_… gets the start of its thing and returns the byte behind it, NULL if it never ends. */
static const char *skip_quoted(const char *s, bool backslash)
{
    char quote = *s++;
    for (; *s; s++) {
        if ((backslash && *s == '\\' && s[1]) || (*s == quote && s[1] == quote))
            s++;
        else if (*s == quote)
            return s + 1;
    }
    return NULL;
}

static const char *skip_comment(const char *s)
{
    int depth = 0;
    for (; *s; s++) {
        if (s[0] == '/' && s[1] == '*') {
            depth++;
            s++;
        } else if (s[0] == '*' && s[1] == '/') {
            s++;
            if (--depth == 0)
                return s + 1;
        }
    }
    return NULL;
}

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* $tag$ … $tag$; s itself if this is no dollar quote. */
static const char *skip_dollar(const char *s)
{
    const char *end = s + 1;
    while (word_char(*end))
        end++;
    if (*end != '$' || (s[1] >= '0' && s[1] <= '9'))
        return s;
    size_t n = (size_t)(end + 1 - s);
    for (const char *p = end + 1; (p = strchr(p, '$')); p++)
        if (strncmp(p, s, n) == 0)
            return p + n;
    return NULL;
}

/* The byte behind whatever begins at s and hides semicolons; s itself if nothing does. */
static const char *skip(const char *s, char before)
{
    if (*s == '\'')
        return skip_quoted(s, before == 'E' || before == 'e');
    if (*s == '"')
        return skip_quoted(s, false);
    if (s[0] == '-' && s[1] == '-')
        return s + strcspn(s, "\n");
    if (s[0] == '/' && s[1] == '*')
        return skip_comment(s);
    if (*s == '$' && !word_char(before))
        return skip_dollar(s);
    return s;
}

/* Blank lines and comments before a statement are not part of it. */
static const char *skip_blank(const char *s)
{
    while (s && *s) {
        if (strchr(" \t\r\n;", *s))
            s++;
        else if ((s[0] == '-' && s[1] == '-') || (s[0] == '/' && s[1] == '*'))
            s = skip(s, ' ');
        else
            break;
    }
    return s;
}

bool sql_next(const char **at, struct buf *out, bool *more)
{
    const char *start = skip_blank(*at), *s = start;
    buf_clear(out);
    *more = false;
    if (!s)
        return false;
    while (*s && *s != ';') {
        const char *end = skip(s, s > start ? s[-1] : ' ');
        if (!end)
            return false;
        s = end > s ? end : s + 1;
    }
    buf_add(out, start, (size_t)(s - start));
    while (out->n && strchr(" \t\r\n", out->p[out->n - 1]))
        out->p[--out->n] = '\0';
    *more = out->n > 0;
    *at = *s ? s + 1 : s;
    return true;
}
