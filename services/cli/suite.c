/* The run folder and its configuration. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "conf_number.h"

const char *const service_names[SERVICES_N] = {"intake", "voting", "matching", "supervision", "notification"};
const char *const key_programs[] = {"router",      "gateway",      "intake", "voting", "matching",
                                    "supervision", "notification", "xq",     NULL};

#define SOCKET_PATH 90 /* bytes of a folder whose socket files still fit into the kernel's 107 */

static const struct option cli_options[] = {
    {"cluster", OPT_TEXT, 0, 512, 0, "none", false,
     "who runs PostgreSQL: none (somebody else), embedded (xq, in the run folder or where its user can reach), or a "
     "folder"},
    {"url", OPT_TEXT, 0, 200, 0, "", false,
     "the gateway's address for xq itself; empty: http://127.0.0.1 and the gateway's port"},
    OPTIONS_END,
};

/* The folder of this program, without its name. */
static int bin_find(struct suite *s, struct err *e)
{
    ssize_t n = readlink("/proc/self/exe", s->bin, sizeof s->bin - 1);
    if (n <= 0)
        return FAIL(e, UNAVAILABLE, "cannot read /proc/self/exe: %s" ZH "无法读取 /proc/self/exe：%s", strerror(errno),
                    strerror(errno));
    s->bin[n] = '\0';
    *strrchr(s->bin, '/') = '\0';
    return 0;
}

/* build/<mode>/bin -> the checkout; empty when the program is installed elsewhere. */
static void checkout_find(const struct suite *s, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s", s->bin);
    for (int up = 0; up < 3; up++) {
        char *slash = strrchr(out, '/');
        if (!slash) {
            *out = '\0';
            return;
        }
        *slash = '\0';
    }
    char probe[PATH_MAX + 40];
    snprintf(probe, sizeof probe, "%s/deploy/local/xiangqin.conf.in", out);
    if (!file_there(probe))
        *out = '\0';
}

int suite_share(const struct suite *s, const char *what, char out[PATH_MAX], struct err *e)
{
    char home[PATH_MAX];
    checkout_find(s, home);
    snprintf(out, PATH_MAX, "%.*s/%s", PATH_MAX - 80, *home ? home : "/usr/share/xiangqin", what);
    if (file_there(out))
        return 0;
    return FAIL(e, NOT_FOUND,
                "%s is missing; run xq from a checkout, or copy it there" ZH
                "缺少 %s；请在代码目录中运行 xq，或把它复制到该处",
                out, out);
}

static int not_ours(const char *folder, uid_t owner, struct err *e)
{
    const struct passwd *u = getpwuid(owner);
    const char *name = u ? u->pw_name : "?";
    return FAIL(e, FORBIDDEN,
                "%s belongs to the user %s; run xq as that user, or take another run folder: --run DIR" ZH
                "%s 属于用户 %s；请以该用户运行，或换一个运行目录：--run DIR",
                folder, name, folder, name);
}

static int run_find(struct suite *s, const struct cmd *c, bool make, struct err *e)
{
    const char *given = cmd_text(c, "run");
    char home[PATH_MAX], wanted[PATH_MAX + 8];
    checkout_find(s, home);
    if (!given)
        given = getenv("XQ_RUN");
    s->run_given = given != NULL;
    if (given)
        snprintf(wanted, sizeof wanted, "%s", given);
    else
        snprintf(wanted, sizeof wanted, "%s/.run", *home ? home : ".");
    if (make && folder_make(wanted, 0755, e) < 0)
        return -1;
    struct stat st;
    if (make && geteuid() != 0 && stat(wanted, &st) == 0 && access(wanted, W_OK) < 0)
        return not_ours(wanted, st.st_uid, e);
    if (!realpath(wanted, s->run))
        return FAIL(e, NOT_FOUND,
                    "there is no run folder %s; start the suite first: xq up --run %s" ZH
                    "运行目录 %s 不存在，请先启动：xq up --run %s",
                    wanted, wanted, wanted, wanted);
    snprintf(s->conf, sizeof s->conf, "%.*s/xiangqin.conf", PATH_MAX - 20, s->run);
    return 0;
}

/* The sample with the places filled in: @RUN@ the run folder, @ROUTER@ an endpoint that fits into a socket's path. */
static int conf_write(struct suite *s, struct err *e)
{
    char path[PATH_MAX];
    if (suite_share(s, "deploy/local/xiangqin.conf.in", path, e) < 0)
        return -1;
    AUTO_BUF sample = {0};
    AUTO_BUF out = {0};
    if (file_read(path, &sample, e) < 0)
        return -1;
    for (const char *p = sample.p, *end = sample.p + sample.n; p < end;) {
        if (strncmp(p, "@RUN@", 5) == 0) {
            buf_str(&out, s->run);
            p += 5;
        } else if (strncmp(p, "@ROUTER@", 8) == 0) {
            if (strlen(s->run) <= SOCKET_PATH)
                buf_printf(&out, "ipc://%s/router", s->run);
            else
                buf_str(&out, "tcp://127.0.0.1:7101");
            p += 8;
        } else if (strncmp(p, "@DATABASE@", 10) == 0) {
            buf_printf(&out, "host=%s port=5432 dbname=xiangqin", s->cluster);
            p += 10;
        } else {
            buf_add(&out, p++, 1);
        }
    }
    return file_write(s->conf, 0600, out.p, out.n, e);
}

/* The port: the option, else the one `xq up` noted while it runs (for those who talk to it), else the file's. */
static int port_find(struct suite *s, const struct cmd *c, bool running, struct err *e)
{
    int64_t port = conf_number(s->conf, "gateway.port", 8080);
    AUTO_BUF noted = {0};
    struct err none = {0};
    if (running && file_there(suite_path(s, "port")) && file_read(suite_path(s, "port"), &noted, &none) == 0 &&
        noted.n) {
        int64_t there;
        noted.p[strcspn(noted.p, "\n")] = '\0';
        if (int_parse(noted.p, &there) && there > 0 && there < 65536)
            port = there;
    }
    if (cmd_int(c, "port", port, 1, 65535, &port, e) < 0)
        return -1;
    s->port = (int)port;
    return 0;
}

int suite_open(struct suite *s, const struct cmd *c, bool make, struct err *e)
{
    memset(s, 0, sizeof *s);
    if (bin_find(s, e) < 0 || run_find(s, c, make, e) < 0)
        return -1;
    if (!file_there(s->conf)) {
        if (!make)
            return FAIL(e, NOT_FOUND,
                        "%s is missing; xq up writes it, or copy deploy/local/xiangqin.conf.in" ZH
                        "缺少 %s；xq up 会生成它，也可复制 deploy/local/xiangqin.conf.in",
                        s->conf, s->conf);
        if (cluster_place(s, e) < 0 || conf_write(s, e) < 0)
            return -1;
    }
    s->cfg = config_read(s->conf, "cli", config_common, cli_options);
    const char *cluster = config_text(s->cfg, "cluster");
    struct stat st;
    s->embedded = *cluster && strcmp(cluster, "none") != 0;
    if (make && s->embedded && stat(s->run, &st) == 0 && st.st_uid != geteuid())
        return not_ours(s->run, st.st_uid, e); /* root would leave files that their owner cannot write */
    if (s->embedded && cluster_place(s, e) < 0)
        return -1;
    if (s->embedded && *cluster == '/')
        snprintf(s->cluster, sizeof s->cluster, "%s", cluster);
    return port_find(s, c, !make, e);
}

void suite_close(struct suite *s)
{
    config_free(s->cfg);
    s->cfg = NULL;
}

int suite_instances(const struct suite *s, const char *program)
{
    char path[80];
    snprintf(path, sizeof path, "%s.instances", program);
    int n = conf_number(s->conf, path, 1);
    return n < 0 ? 0 : n > 64 ? 64 : n;
}

const char *suite_path(const struct suite *s, const char *fmt, ...)
{
    static char ring[4][PATH_MAX + 256];
    static unsigned turn;
    char *out = ring[turn++ % 4];
    int n = snprintf(out, sizeof ring[0], "%s/", s->run);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(out + n, sizeof ring[0] - (size_t)n, fmt, ap);
    va_end(ap);
    return out;
}

void suite_lock_keep(const struct suite *s)
{
    if (s->lock > 0)
        fcntl(s->lock, F_SETFD, 0); /* no close-on-exec */
}

const char *suite_log_last(const struct suite *s, const char *program, int instance, char *out, size_t n)
{
    const char *path = suite_path(s, "log/%s-%d.log", program, instance);
    char text[2001] = "";
    FILE *f = fopen(path, "re");
    if (f) {
        if (fseek(f, -2000, SEEK_END) < 0)
            rewind(f);
        text[fread(text, 1, sizeof text - 1, f)] = '\0';
        fclose(f);
    }
    size_t end = strlen(text);
    while (end && text[end - 1] == '\n')
        text[--end] = '\0';
    const char *line = strrchr(text, '\n');
    snprintf(out, n, "%s", line ? line + 1 : text);
    return path;
}

const char *suite_keys(const struct suite *s)
{
    return config_path(s->cfg, "keys");
}

const char *suite_conninfo(const struct suite *s, const char *role, char *out, size_t n)
{
    snprintf(out, n, "%s user=%s application_name=xq", config_text(s->cfg, "database"), role);
    return out;
}

char *suite_url(const struct suite *s, char out[64])
{
    const char *url = config_text(s->cfg, "url");
    if (*url)
        snprintf(out, 64, "%.60s", url);
    else
        snprintf(out, 64, "http://127.0.0.1:%d", s->port);
    return out;
}
