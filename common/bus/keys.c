/* CURVE key files and the allow list: who may connect, and under which topics each may speak. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "bus/bus.h"

#define KEY_FILE_BYTES 4096
#define ALLOW_TOPICS   8

struct allow {
    size_t n;
    struct {
        char key[41], program[32];
        char topic[ALLOW_TOPICS][64];
        size_t n_topics;
    } row[ALLOW_MAX];
};

static int save(const char *path, mode_t mode, const char *text, size_t n, struct err *e)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s.new", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    bool fine = fd >= 0 && write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    if (fd >= 0 && close(fd) < 0)
        fine = false;
    if (!fine || rename(part, path) < 0)
        return FAIL(e, UNAVAILABLE, "cannot write %s: %s" ZH "无法写入 %s：%s", path, strerror(errno), path,
                    strerror(errno));
    return 0;
}

/* The whole small file; secret ones must be readable by their owner only. */
static int load(const char *path, bool secret, char text[KEY_FILE_BYTES], struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0) {
        int why = errno;
        if (fd >= 0)
            close(fd);
        return FAIL(e, UNAVAILABLE,
                    "cannot read the key file %s: %s; xq keys makes what is missing" ZH
                    "无法读取密钥文件 %s：%s；可用 xq keys 生成",
                    path, strerror(why), path, strerror(why));
    }
    ssize_t n = -1;
    if (secret && (st.st_mode & 077)) {
        close(fd);
        return FAIL(e, FORBIDDEN,
                    "world_readable_key: %s has mode %03o; chmod 600 it" ZH
                    "world_readable_key：%s 的权限为 %03o，请 chmod 600",
                    path, st.st_mode & 0777, path, st.st_mode & 0777);
    }
    if (st.st_size < KEY_FILE_BYTES)
        n = read(fd, text, KEY_FILE_BYTES - 1);
    close(fd);
    if (n < 0)
        return FAIL(e, UNAVAILABLE, "%s is no key file" ZH "%s 不是密钥文件", path, path);
    text[n] = 0;
    return 0;
}

/* The word after `name` at the start of a line: 40 Z85 characters. */
static bool key_line(const char *text, const char *name, char out[41])
{
    unsigned char raw[32];
    size_t n = strlen(name);
    for (const char *p = text; p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
        if (strncmp(p, name, n) == 0 && p[n] == ' ' && strcspn(p + n + 1, "\r\n") == 40) {
            memcpy(out, p + n + 1, 40);
            out[40] = 0;
            bool fine = zmq_z85_decode(raw, out) != NULL;
            sodium_memzero(raw, sizeof raw);
            return fine;
        }
    return false;
}

int keys_read(const char *folder, const char *program, char public_key[41], char secret_key[41], struct err *e)
{
    char path[PATH_MAX], text[KEY_FILE_BYTES];
    snprintf(path, sizeof path, "%s/%s.key", folder, program);
    if (load(path, true, text, e) < 0)
        return -1;
    bool fine = key_line(text, "public", public_key) && key_line(text, "secret", secret_key);
    sodium_memzero(text, sizeof text);
    return fine ? 0
                : FAIL(e, UNAVAILABLE,
                       "%s lacks its lines 'public …' and 'secret …'" ZH "%s 缺少 public 与 secret 两行", path, path);
}

int keys_read_router(const char *folder, char public_key[41], struct err *e)
{
    char path[PATH_MAX], text[KEY_FILE_BYTES];
    snprintf(path, sizeof path, "%s/router.pub", folder);
    if (load(path, false, text, e) < 0)
        return -1;
    return key_line(text, "public", public_key)
               ? 0
               : FAIL(e, UNAVAILABLE, "%s lacks its line 'public …'" ZH "%s 缺少 public 一行", path, path);
}

static int pair_make(const char *folder, const char *program, struct err *e)
{
    char path[PATH_MAX], public_key[41], secret_key[41], text[256];
    snprintf(path, sizeof path, "%s/%s.key", folder, program);
    if (access(path, F_OK) == 0)
        return 0;
    if (zmq_curve_keypair(public_key, secret_key) < 0)
        return FAIL(e, INTERNAL, "this libzmq has no CURVE" ZH "此 libzmq 不支持 CURVE");
    int n = snprintf(text, sizeof text, "public %s\nsecret %s\n", public_key, secret_key);
    int rc = save(path, 0600, text, (size_t)n, e);
    sodium_memzero(text, sizeof text);
    sodium_memzero(secret_key, sizeof secret_key);
    return rc;
}

/* What a program may say: heads and state of its own name; the gateway also moves the story clock. */
static void allow_line(struct buf *out, const char *key, const char *program)
{
    buf_printf(out, "%s %s head.%s.,state.%s.,metrics.%s.%s\n", key, program, program, program, program,
               strcmp(program, "gateway") == 0 ? ",clock." : "");
}

int keys_make(const char *folder, const char *const *programs, struct err *e)
{
    char path[PATH_MAX], public_key[41], secret_key[41];
    AUTO_BUF list = {0};
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return FAIL(e, UNAVAILABLE, "cannot make the folder %s: %s" ZH "无法建立目录 %s：%s", folder, strerror(errno),
                    folder, strerror(errno));
    buf_str(&list, "# public key, program, topics under which it may speak\n");
    for (size_t i = 0; programs[i]; i++) {
        if (pair_make(folder, programs[i], e) < 0 || keys_read(folder, programs[i], public_key, secret_key, e) < 0)
            return -1;
        sodium_memzero(secret_key, sizeof secret_key);
        allow_line(&list, public_key, programs[i]);
        char text[64];
        int n = snprintf(text, sizeof text, "public %s\n", public_key);
        snprintf(path, sizeof path, "%s/router.pub", folder);
        if (strcmp(programs[i], "router") == 0 && access(path, F_OK) != 0 && save(path, 0644, text, (size_t)n, e) < 0)
            return -1;
    }
    snprintf(path, sizeof path, "%s/allow", folder);
    return access(path, F_OK) == 0 ? 0 : save(path, 0600, list.p, list.n, e);
}

static bool allow_row(struct allow *a, char *line)
{
    char *save_word, *save_topic, *key = strtok_r(line, " \t\r", &save_word), *program, *topics;
    unsigned char raw[32];
    if (!key || *key == '#')
        return true;
    program = strtok_r(NULL, " \t\r", &save_word);
    topics = strtok_r(NULL, " \t\r", &save_word);
    if (!topics || strtok_r(NULL, " \t\r", &save_word) || strlen(key) != 40 || !zmq_z85_decode(raw, key) ||
        a->n == ALLOW_MAX || strlen(program) >= sizeof a->row[0].program)
        return false;
    snprintf(a->row[a->n].key, sizeof a->row[0].key, "%s", key);
    snprintf(a->row[a->n].program, sizeof a->row[0].program, "%s", program);
    for (char *t = strtok_r(topics, ",", &save_topic); t; t = strtok_r(NULL, ",", &save_topic)) {
        if (strcmp(t, "-") == 0)
            continue;
        if (a->row[a->n].n_topics == ALLOW_TOPICS || strlen(t) >= sizeof a->row[0].topic[0])
            return false;
        snprintf(a->row[a->n].topic[a->row[a->n].n_topics++], sizeof a->row[0].topic[0], "%s", t);
    }
    a->n++;
    return true;
}

struct allow *allow_read(const char *folder, struct err *e)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/allow", folder);
    FILE *f = fopen(path, "re");
    if (!f) {
        (void)FAIL(e, UNAVAILABLE,
                   "cannot read the allow list %s: %s; xq keys makes it" ZH
                   "无法读取许可名单 %s：%s；可用 xq keys 生成",
                   path, strerror(errno), path, strerror(errno));
        return NULL;
    }
    struct allow *a = xcalloc(1, sizeof *a);
    char *line = NULL;
    size_t cap = 0;
    int n = 1;
    bool fine = true;
    for (; fine && getline(&line, &cap, f) >= 0; n += fine) {
        line[strcspn(line, "\n")] = 0;
        fine = allow_row(a, line);
    }
    free(line);
    fclose(f);
    if (fine)
        return a;
    (void)FAIL(e, UNAVAILABLE,
               "%s:%d: a line is '<public key> <program> <topic prefix>[,…]'" ZH
               "%s:%d：每行应为“公钥 程序 主题前缀[,…]”",
               path, n, path, n);
    allow_free(a);
    return NULL;
}

void allow_free(struct allow *a)
{
    free(a);
}

const char *allow_program(const struct allow *a, const char public_key[41])
{
    for (size_t i = 0; i < a->n; i++)
        if (sodium_memcmp(a->row[i].key, public_key, 40) == 0)
            return a->row[i].program;
    return NULL;
}

bool allow_topic(const struct allow *a, const char *program, const void *topic, size_t n)
{
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < a->row[i].n_topics; k++) {
            size_t m = strlen(a->row[i].topic[k]);
            if (strcmp(a->row[i].program, program) == 0 && m <= n && memcmp(a->row[i].topic[k], topic, m) == 0)
                return true;
        }
    return false;
}
