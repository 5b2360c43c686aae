/* xq import opinions: a file of JSON lines into a street, through the API like any outside client.
 * Streaming, in batches; row-level report; the natural key (source, source_id) makes it repeatable and lets it go on
 * after an interruption. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/region.h"
#include "base/text.h"
#include "progress.h"
#include "session.h"

#define ROWS        500
#define BATCH_BYTES 190000 /* of at most 200 KiB */

struct batch_out {
    json_t *rows;
    size_t bytes, n;
    int64_t line[ROWS];
};
struct importer {
    struct http *http;
    struct err *err;
    const char *street, *channel, *source, *token;
    FILE *report;
    int64_t line, stored, already, refused;
    struct batch_out batch;
    bool failed;
};

static void refuse(struct importer *m, int64_t line, const char *field, const char *reason)
{
    m->refused++;
    fprintf(m->report, "line %lld: %s: %s\n", (long long)line, field, reason);
}

/* A member of the file's row under our name; strings only. */
static void take(json_t *out, const char *ours, const json_t *row, const char *theirs)
{
    const json_t *v = json_object_get(row, theirs);
    if (json_is_string(v) && json_string_length(v))
        json_object_set_new(out, ours, json_deep_copy(v));
}

static const char *id_of(const json_t *row, char out[32])
{
    const json_t *v = json_object_get(row, "id") ? json_object_get(row, "id") : json_object_get(row, "source_id");
    if (json_is_integer(v)) {
        snprintf(out, 32, "%lld", (long long)json_integer_value(v));
        return out;
    }
    return json_string_value(v);
}

/* Their names and ours: both are understood. NULL = refused, and reported. */
static json_t *row_make(struct importer *m, const char *text, size_t n)
{
    json_error_t bad;
    char number[32];
    json_auto_t *row = json_loadb(text, n, JSON_REJECT_DUPLICATES, &bad);
    if (!json_is_object(row)) {
        refuse(m, m->line, "row", row ? "not an object" : bad.text);
        return NULL;
    }
    const char *id = id_of(row, number);
    if (!id) {
        refuse(m, m->line, "id", "missing");
        return NULL;
    }
    json_t *out = json_pack("{s:s}", "source_id", id);
    static const char *const names[][2] = {{"user", "user"},
                                           {"subject", "subject"},
                                           {"text", "text"},
                                           {"received_at", "received_at"},
                                           {"received_at", "submitted_at"},
                                           {"answer", "answer"},
                                           {"answer", "reply"},
                                           {"answered_at", "answered_at"},
                                           {"answered_at", "replied_at"}};
    for (size_t i = 0; i < COUNT(names); i++)
        take(out, names[i][0], row, names[i][1]);
    static const char *const counts[][2] = {{"source_likes", "likes"},
                                            {"source_likes", "source_likes"},
                                            {"source_dislikes", "dislikes"},
                                            {"source_dislikes", "source_dislikes"}};
    for (size_t i = 0; i < COUNT(counts); i++)
        if (json_is_integer(json_object_get(row, counts[i][1])))
            json_object_set(out, counts[i][0], json_object_get(row, counts[i][1]));
    static const char *const needed[] = {"text", "received_at"};
    for (size_t i = 0; i < COUNT(needed); i++)
        if (!json_object_get(out, needed[i])) {
            refuse(m, m->line, needed[i], "missing");
            json_decref(out);
            return NULL;
        }
    return out;
}

/* A verdict's reason begins with its field: "received_at: lies in the future". */
static void refuse_verdict(struct importer *m, int64_t line, const char *why)
{
    char field[41] = "row";
    size_t n = strspn(why, "abcdefghijklmnopqrstuvwxyz_");
    if (n && n < sizeof field && strncmp(why + n, ": ", 2) == 0) {
        snprintf(field, sizeof field, "%.*s", (int)n, why);
        why += n + 2;
    }
    refuse(m, line, field, why);
}

/* The verdict of each row that was sent. */
static void verdicts(struct importer *m, const json_t *answer)
{
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(answer, "rows"), i, row)
    {
        const char *verdict = json_string_value(json_object_get(row, "verdict")),
                   *why = json_string_value(json_object_get(row, "reason"));
        if (!verdict || i >= m->batch.n)
            continue;
        if (strcmp(verdict, "stored") == 0)
            m->stored++;
        else if (strcmp(verdict, "already") == 0)
            m->already++;
        else
            refuse_verdict(m, m->batch.line[i], why ? why : verdict);
    }
}

/* Rows whose shape the service refuses are named in its answer (rows[3].text): they are reported and taken out. Returns
 * how many. */
static size_t bad_rows(struct importer *m, const json_t *problem)
{
    size_t i, out = 0;
    json_t *x;
    bool bad[ROWS] = {false};
    json_array_foreach(json_object_get(problem, "errors"), i, x)
    {
        const char *field = json_string_value(json_object_get(x, "field")),
                   *reason = json_string_value(json_object_get(x, "reason"));
        long row = field && strncmp(field, "rows[", 5) == 0 ? strtol(field + 5, NULL, 10) : -1;
        if (row < 0 || (size_t)row >= m->batch.n || bad[row])
            continue;
        bad[row] = true;
        const char *dot = strchr(field, '.');
        refuse(m, m->batch.line[row], dot ? dot + 1 : field, reason ? reason : "?");
    }
    for (size_t k = m->batch.n; k-- > 0;)
        if (bad[k]) {
            json_array_remove(m->batch.rows, k);
            memmove(&m->batch.line[k], &m->batch.line[k + 1], (m->batch.n - k - 1) * sizeof m->batch.line[0]);
            m->batch.n--;
            out++;
        }
    return out;
}

static void batch_send(struct importer *m)
{
    char path[80];
    snprintf(path, sizeof path, "/v1/streets/%s/opinions/import", m->street);
    while (m->batch.n && !m->failed) {
        json_auto_t *body =
            json_pack("{s:s, s:s, s:O}", "channel", m->channel, "source", m->source, "rows", m->batch.rows);
        AUTO_FREE char *text = json_dumps(body, JSON_COMPACT);
        AUTO_ANSWER a = {0};
        int status =
            http_call(m->http,
                      &(struct http_request){
                          .method = "POST", .path = path, .body = text, .body_n = strlen(text), .token = m->token},
                      &a);
        json_auto_t *j = a.body.n ? json_loadb(a.body.p, a.body.n, 0, NULL) : NULL;
        if (status == 200) {
            verdicts(m, j);
            break;
        }
        if (status != 400 || bad_rows(m, j) == 0) {
            m->failed = true;
            (void)answer_fail(&a, path, m->err);
        }
    }
    json_array_clear(m->batch.rows);
    m->batch.n = m->batch.bytes = 0;
}

static void line_take(struct importer *m, char *text, size_t n)
{
    while (n && (text[n - 1] == '\n' || text[n - 1] == '\r'))
        n--;
    if (!n)
        return;
    if (!utf8_valid(text, n)) {
        refuse(m, m->line, "row", "not UTF-8");
        return;
    }
    json_t *row = row_make(m, text, n);
    if (!row)
        return;
    AUTO_FREE char *out = json_dumps(row, JSON_COMPACT);
    size_t bytes = strlen(out) + 1;
    if (bytes > BATCH_BYTES) {
        refuse(m, m->line, "row", "too long");
        json_decref(row);
        return;
    }
    if (m->batch.n == ROWS || m->batch.bytes + bytes > BATCH_BYTES)
        batch_send(m);
    json_array_append_new(m->batch.rows, row);
    m->batch.line[m->batch.n++] = m->line;
    m->batch.bytes += bytes;
}

static int import_file(struct importer *m, const char *path, bool quiet)
{
    struct stat st;
    struct progress bar;
    FILE *f = fopen(path, "re");
    if (!f || fstat(fileno(f), &st) < 0) {
        int why = errno;
        if (f)
            fclose(f);
        return FAIL(m->err, NOT_FOUND, "cannot read %s: %s" ZH "无法读取 %s：%s", path, strerror(why), path,
                    strerror(why));
    }
    char *line = NULL;
    size_t cap = 0;
    int64_t done = 0;
    m->batch.rows = json_array();
    progress_start(&bar, "import 导入", st.st_size, quiet);
    for (ssize_t n; !m->failed && (n = getline(&line, &cap, f)) > 0;) {
        m->line++;
        done += n;
        line_take(m, line, (size_t)n);
        progress_to(&bar, done);
    }
    batch_send(m);
    progress_end(&bar, NULL);
    free(line);
    fclose(f);
    json_decref(m->batch.rows);
    return m->failed ? -1 : 0;
}

static void tell(const struct importer *m, bool json)
{
    printf(json ? "{\"lines\":%lld,\"stored\":%lld,\"already\":%lld,\"refused\":%lld}\n"
                : "%lld lines: %lld stored, %lld already there, %lld refused\n",
           (long long)m->line, (long long)m->stored, (long long)m->already, (long long)m->refused);
}

static int import_run(struct suite *s, struct cmd *c, struct importer *m, struct err *e)
{
    struct session first;
    char url[64];
    m->http = http_new(&(struct http_options){.base = suite_url(s, url), .in_flight = 4});
    m->token = cmd_text(c, "token");
    int rc = 0;
    if (!m->token) {
        rc = session_by_phone(s, m->http, FIRST_OFFICER, "330102001", &first, e);
        m->token = first.token;
    }
    if (rc == 0)
        rc = import_file(m, c->arg[0], cmd_on(c, "json"));
    if (m->line)
        tell(m, cmd_on(c, "json"));
    http_free(m->http);
    m->token = NULL; /* it was this function's */
    return rc < 0 ? -1 : m->refused ? 1 : 0;
}

int run_import_opinions(struct cmd *c, struct err *e)
{
    struct suite s;
    struct importer m = {.err = e, .report = stderr};
    if (c->n_args != 1)
        return FAIL(e, BAD_REQUEST,
                    "name one file: xq import opinions FILE.jsonl --street CODE --channel NAME" ZH
                    "请给出一个文件：xq import opinions 文件.jsonl --street 代码 --channel 渠道");
    if (cmd_need(c, "street", &m.street, e) < 0 || cmd_need(c, "channel", &m.channel, e) < 0)
        return -1;
    if (!region_valid(m.street) || strlen(m.street) != 9)
        return FAIL(e, BAD_REQUEST,
                    "--street is a code of nine digits, e.g. 330102001" ZH "--street 为九位区划代码，例如 330102001");
    m.source = cmd_text(c, "source") ? cmd_text(c, "source") : m.channel;
    if (cmd_text(c, "report") && !(m.report = fopen(cmd_text(c, "report"), "we")))
        return FAIL(e, UNAVAILABLE, "cannot write %s: %s" ZH "无法写入 %s：%s", cmd_text(c, "report"), strerror(errno),
                    cmd_text(c, "report"), strerror(errno));
    int rc = suite_open(&s, c, false, e);
    if (rc == 0) {
        rc = import_run(&s, c, &m, e);
        suite_close(&s);
    }
    if (m.report != stderr)
        fclose(m.report);
    return rc;
}
