/* xq quarantine: calls that two processes died of. list, show ID, release ID (the router no longer holds it: releasing
 * lets it be sent again). */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"
#include "base/when.h"
#include "bus/frame.h"
#include "suite.h"

static int call_read(const struct suite *s, const char *id, struct buf *bytes, struct call_frame *f, struct err *e)
{
    struct id known;
    if (!id_parse(id, &known))
        return FAIL(e, BAD_REQUEST,
                    "%s is no call id; xq quarantine list shows them" ZH "%s 不是请求编号；xq quarantine list 可查看",
                    id, id);
    if (file_read(suite_path(s, "quarantine/%s.call", id), bytes, e) < 0)
        return -1;
    if (!call_decode(bytes->p, bytes->n, f))
        return FAIL(e, BAD_REQUEST, "the file of call %s cannot be read" ZH "请求 %s 的文件无法解析", id, id);
    return 0;
}

/* Never the body: it may hold personal data; its size must do. */
static int show(const struct suite *s, const char *id, struct err *e)
{
    AUTO_BUF bytes = {0};
    struct call_frame f;
    char when[40], person[37];
    if (call_read(s, id, &bytes, &f, e) < 0)
        return -1;
    printf("%s  %.*s/%.*s  %s  caller %s  body %zu bytes  params %.*s\n", id, (int)f.service.n, f.service.p,
           (int)f.op.n, f.op.p, when_text(f.now, when), id_is_nil(f.person) ? "nobody" : id_text(f.person, person),
           f.body.n, (int)f.params.n, f.params.p);
    return 0;
}

static int list(const struct suite *s, struct err *e)
{
    DIR *d = opendir(suite_path(s, "quarantine"));
    int n = 0, rc = 0;
    for (struct dirent *x; d && rc == 0 && (x = readdir(d));) {
        char id[37];
        size_t length = strlen(x->d_name);
        if (length != 41 || strcmp(x->d_name + 36, ".call") != 0)
            continue;
        snprintf(id, sizeof id, "%.36s", x->d_name);
        rc = show(s, id, e);
        n++;
    }
    if (d)
        closedir(d);
    if (n == 0)
        printf("Nothing is in quarantine.\n");
    return rc;
}

/* Set apart under another name: nothing is deleted. The caller was told `quarantined` and may now send it again with
 * the same key. */
static int release(const struct suite *s, const char *id, struct err *e)
{
    AUTO_BUF bytes = {0};
    struct call_frame f;
    char from[PATH_MAX], to[PATH_MAX];
    if (call_read(s, id, &bytes, &f, e) < 0)
        return -1;
    snprintf(from, sizeof from, "%s", suite_path(s, "quarantine/%s.call", id));
    snprintf(to, sizeof to, "%s", suite_path(s, "quarantine/%s.released", id));
    if (rename(from, to) < 0)
        return FAIL(e, UNAVAILABLE, "cannot rename %s: %s" ZH "无法改名 %s：%s", from, strerror(errno), from,
                    strerror(errno));
    printf("Released. Whoever sent it may send it again with the same Idempotency-Key.\n");
    return 0;
}

int run_quarantine(struct cmd *c, struct err *e)
{
    struct suite s;
    const char *verb = c->n_args ? c->arg[0] : "list";
    bool one = strcmp(verb, "show") == 0 || strcmp(verb, "release") == 0;
    if ((!one && strcmp(verb, "list") != 0) || (one && c->n_args != 2))
        return FAIL(e, BAD_REQUEST,
                    "xq quarantine list | show ID | release ID" ZH
                    "用法：xq quarantine list | show 编号 | release 编号");
    if (suite_open(&s, c, false, e) < 0)
        return -1;
    int rc = !one ? list(&s, e) : strcmp(verb, "show") == 0 ? show(&s, c->arg[1], e) : release(&s, c->arg[1], e);
    suite_close(&s);
    return rc;
}
