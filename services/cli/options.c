/* The command line: flags by table, help from the same table. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli.h"

static const struct flag everywhere[] = {
    {"run", "DIR", "run folder: configuration, keys, logs (default: .run of the checkout, or $XQ_RUN)"},
    {"json", NULL, "answer as JSON, where the command has an answer"},
    {"help", NULL, "this text"},
    FLAGS_END,
};

static const struct flag *flag_in(const struct flag *table, const char *name, size_t n)
{
    for (const struct flag *f = table; f && f->name; f++)
        if (strlen(f->name) == n && memcmp(f->name, name, n) == 0)
            return f;
    return NULL;
}

static int flag_take(struct cmd *c, int argc, char **argv, int *i, struct err *e)
{
    const char *word = argv[*i] + 2;
    const char *equals = strchr(word, '=');
    size_t n = equals ? (size_t)(equals - word) : strlen(word);
    const struct flag *f = flag_in(c->command->flags, word, n);
    if (!f)
        f = flag_in(everywhere, word, n);
    if (!f)
        return FAIL(e, BAD_REQUEST, "unknown option --%.*s; see xq %s --help" ZH "未知选项 --%.*s，请看 xq %s --help",
                    (int)n, word, c->command->name, (int)n, word, c->command->name);
    if (!f->value && equals)
        return FAIL(e, BAD_REQUEST, "--%s takes no value" ZH "--%s 不带值", f->name, f->name);
    const char *value = equals ? equals + 1 : NULL;
    if (f->value && !value) {
        if (*i + 1 >= argc)
            return FAIL(e, BAD_REQUEST, "--%s needs a value: --%s %s" ZH "--%s 需要一个值：--%s %s", f->name, f->name,
                        f->value, f->name, f->name, f->value);
        value = argv[++*i];
    }
    if (c->n_given == CMD_VALUES)
        return FAIL(e, BAD_REQUEST, "too many options" ZH "选项过多");
    c->given[c->n_given].name = f->name;
    c->given[c->n_given++].value = value ? value : "";
    return 0;
}

int cmd_parse(struct cmd *c, int argc, char **argv, struct err *e)
{
    bool only_args = false;
    for (int i = 0; i < argc; i++) {
        if (!only_args && strcmp(argv[i], "--") == 0) {
            only_args = true;
        } else if (!only_args && strcmp(argv[i], "-h") == 0) {
            c->given[c->n_given++].name = "help";
        } else if (!only_args && strncmp(argv[i], "--", 2) == 0) {
            if (flag_take(c, argc, argv, &i, e) < 0)
                return -1;
        } else {
            if (c->n_args == COUNT(c->arg))
                return FAIL(e, BAD_REQUEST, "too many arguments" ZH "参数过多");
            c->arg[c->n_args++] = argv[i];
        }
    }
    return 0;
}

static void flags_print(const struct flag *table)
{
    for (const struct flag *f = table; f && f->name; f++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", f->name, f->value ? " " : "", f->value ? f->value : "");
        printf("  %-22s %s\n", left, f->help);
    }
}

void cmd_help(const struct command *k)
{
    printf("xq %s%s%s: %s\n\nExample:\n  %s\n\nOptions:\n", k->name, *k->args ? " " : "", k->args, k->summary,
           k->example);
    flags_print(k->flags);
    flags_print(everywhere);
}

const char *cmd_text(const struct cmd *c, const char *flag)
{
    for (size_t i = c->n_given; i-- > 0;)
        if (strcmp(c->given[i].name, flag) == 0)
            return c->given[i].value;
    return NULL;
}

bool cmd_on(const struct cmd *c, const char *flag)
{
    for (size_t i = 0; i < c->n_given; i++)
        if (strcmp(c->given[i].name, flag) == 0)
            return true;
    return false;
}

int cmd_int(const struct cmd *c, const char *flag, int64_t fallback, int64_t min, int64_t max, int64_t *out,
            struct err *e)
{
    const char *text = cmd_text(c, flag);
    *out = fallback;
    if (text && (!int_parse(text, out) || *out < min || *out > max))
        return FAIL(e, BAD_REQUEST,
                    "--%s is a whole number from %lld to %lld, not '%.40s'" ZH
                    "--%s 应为 %lld 到 %lld 的整数，而不是“%.40s”",
                    flag, (long long)min, (long long)max, text, flag, (long long)min, (long long)max, text);
    return 0;
}

int cmd_need(const struct cmd *c, const char *flag, const char **out, struct err *e)
{
    *out = cmd_text(c, flag);
    if (!*out)
        return FAIL(e, BAD_REQUEST, "--%s is needed; see xq %s --help" ZH "缺少 --%s，请看 xq %s --help", flag,
                    c->command->name, flag, c->command->name);
    return 0;
}
