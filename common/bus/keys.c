/* CURVE key pairs in files, and the list of who is allowed in and may speak under which topics. */
#include "bus/bus.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

#define Z85 40

static int path_of(char out[1200], const char *folder, const char *name, const char *suffix, struct err *e)
{
    if (snprintf(out, 1200, "%s/%s%s", folder, name, suffix) >= 1200)
        return FAIL(e, BAD_REQUEST, "the path of the key folder is too long: %s" ZH "密钥目录路径过长：%s", folder,
                    folder);
    return 0;
}

static bool is_key(const char *s)
{
    uint8_t raw[32];
    return strlen(s) == Z85 && zmq_z85_decode(raw, s);
}

/* The word behind `name` at the start of a line. */
static bool line_value(const char *text, const char *name, char out[Z85 + 1])
{
    size_t n = strlen(name);
    for (const char *p = text; p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
        if (strncmp(p, name, n) == 0 && p[n] == ' ') {
            snprintf(out, Z85 + 1, "%.*s", (int)strcspn(p + n + 1, "\r\n"), p + n + 1);
            return is_key(out);
        }
    return false;
}

int keys_read(const char *folder, const char *program, char public_key[41], char secret_key[41], struct err *e)
{
    char path[1200];
    AUTO_BUF text = {0};
    if (path_of(path, folder, program, ".key", e) < 0 || secret_text(path, OTHERS_READ, &text, e) < 0)
        return -1;
    bool good = line_value(text.p, "public", public_key) && line_value(text.p, "secret", secret_key);
    explicit_bzero(text.p, text.n);
    if (!good)
        return FAIL(e, BAD_REQUEST,
                    "the key file %s needs two lines: public KEY and secret KEY, 40 characters each" ZH
                    "密钥文件 %s 应为两行：public 与 secret，各 40 个字符",
                    path, path);
    return 0;
}

int keys_read_router(const char *folder, char public_key[41], struct err *e)
{
    char path[1200];
    AUTO_BUF text = {0};
    if (path_of(path, folder, "router", ".pub", e) < 0 || secret_text(path, OTHERS_WRITE, &text, e) < 0)
        return -1;
    if (!line_value(text.p, "public", public_key))
        return FAIL(e, BAD_REQUEST, "the key file %s needs the line: public KEY" ZH "密钥文件 %s 应有一行：public KEY",
                    path, path);
    return 0;
}

/* A new file: whole or not at all; an old one is left alone. */
static int file_new(const char *path, mode_t mode, const char *text, int flags, struct err *e)
{
    size_t n = strlen(text);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, mode);
    if (fd < 0 && errno == EEXIST)
        return 0;
    bool good = fd >= 0 && write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    if (fd >= 0 && close(fd) < 0)
        good = false;
    if (!good)
        return FAIL(e, UNAVAILABLE, "%s cannot be written: %s" ZH "%s 无法写入：%s", path, strerror(errno), path,
                    strerror(errno));
    return 0;
}

static int pair_make(const char *folder, const char *program, struct err *e)
{
    char path[1200], text[128], public_key[41], secret_key[41];
    if (path_of(path, folder, program, ".key", e) < 0)
        return -1;
    if (access(path, F_OK) == 0)
        return 0;
    if (zmq_curve_keypair(public_key, secret_key) < 0)
        return FAIL(e, INTERNAL, "libzmq was built without CURVE" ZH "libzmq 未包含 CURVE");
    snprintf(text, sizeof text, "public %s\nsecret %s\n", public_key, secret_key);
    int rc = file_new(path, 0600, text, O_EXCL, e);
    explicit_bzero(text, sizeof text);
    explicit_bzero(secret_key, sizeof secret_key);
    return rc;
}

/* The line that lets a program in under its own topics. */
static void allow_line(struct buf *out, const char *public_key, const char *program)
{
    buf_printf(out, "%s %s head.%s.,state.%s.,metrics.%s.", public_key, program, program, program, program);
    buf_str(out, strcmp(program, "gateway") == 0 ? ",clock.\n" : "\n");
}

int keys_make(const char *folder, const char *const *programs, struct err *e)
{
    char path[1200], public_key[41], secret_key[41];
    AUTO_BUF old = {0};
    AUTO_BUF lines = {0};
    struct err none = {0};
    if (path_of(path, folder, "allow", "", e) < 0)
        return -1;
    if (access(path, F_OK) != 0 || secret_text(path, OTHERS_WRITE, &old, &none) < 0)
        buf_str(&old, "");
    for (size_t i = 0; programs[i]; i++) {
        if (pair_make(folder, programs[i], e) < 0 || keys_read(folder, programs[i], public_key, secret_key, e) < 0)
            return -1;
        explicit_bzero(secret_key, sizeof secret_key);
        if (!old.p || !strstr(old.p, public_key))
            allow_line(&lines, public_key, programs[i]);
        if (strcmp(programs[i], "router") == 0) {
            char pub[1200], text[64];
            snprintf(text, sizeof text, "public %s\n", public_key);
            if (path_of(pub, folder, "router", ".pub", e) < 0 || file_new(pub, 0644, text, O_EXCL, e) < 0)
                return -1;
        }
    }
    return lines.n ? file_new(path, 0600, lines.p, O_APPEND, e) : 0;
}

/* --- the allow list --- */

struct entry {
    char key[Z85 + 1], program[32], topics[512];
};
struct allow {
    size_t n;
    struct entry entry[ALLOW_MAX];
};

static int allow_parse(struct allow *a, char *line, const char *path, int number, struct err *e)
{
    char *save = NULL, *key = strtok_r(line, " \t\r", &save);
    if (!key || *key == '#')
        return 0;
    char *program = strtok_r(NULL, " \t\r", &save), *topics = strtok_r(NULL, " \t\r", &save);
    struct entry *x = &a->entry[a->n];
    if (!program || !topics || strtok_r(NULL, " \t\r", &save) || !is_key(key) || strlen(program) >= sizeof x->program ||
        strlen(topics) >= sizeof x->topics)
        return FAIL(e, BAD_REQUEST,
                    "%s:%d: a line is: KEY program topic-prefix[,…]  (- for no topic)" ZH
                    "%s:%d：每行应为：公钥 程序 主题前缀[,…]（无主题写 -）",
                    path, number, path, number);
    if (a->n + 1 == ALLOW_MAX)
        return FAIL(e, BAD_REQUEST, "%s:%d: more than %d keys" ZH "%s:%d：密钥超过 %d 个", path, number, ALLOW_MAX - 1,
                    path, number, ALLOW_MAX - 1);
    snprintf(x->key, sizeof x->key, "%s", key);
    snprintf(x->program, sizeof x->program, "%s", program);
    snprintf(x->topics, sizeof x->topics, "%s", strcmp(topics, "-") == 0 ? "" : topics);
    a->n++;
    return 0;
}

struct allow *allow_read(const char *folder, struct err *e)
{
    char path[1200];
    AUTO_BUF text = {0};
    if (path_of(path, folder, "allow", "", e) < 0 || secret_text(path, OTHERS_WRITE, &text, e) < 0)
        return NULL;
    struct allow *a = xcalloc(1, sizeof *a);
    int number = 1;
    for (char *p = text.p, *next; p; p = next, number++) {
        next = strchr(p, '\n');
        if (next)
            *next++ = 0;
        if (allow_parse(a, p, path, number, e) < 0) {
            allow_free(a);
            return NULL;
        }
    }
    return a;
}

void allow_free(struct allow *a)
{
    free(a);
}

const char *allow_program(const struct allow *a, const char public_key[41])
{
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->entry[i].key, public_key) == 0)
            return a->entry[i].program;
    return NULL;
}

static bool in_topics(const char *topics, const char *topic, size_t n)
{
    while (*topics) {
        size_t m = strcspn(topics, ",");
        if (m > 0 && m <= n && memcmp(topics, topic, m) == 0)
            return true;
        topics += m + (topics[m] == ',');
    }
    return false;
}

bool allow_topic(const struct allow *a, const char *program, const void *topic, size_t n)
{
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->entry[i].program, program) == 0 && in_topics(a->entry[i].topics, topic, n))
            return true;
    return false;
}
