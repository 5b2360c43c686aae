/* The strict reader and the writer, on the sample contract (tests/contract/sample), and on every example beside the
 * schemas. */
#include "test.h"

#include <dirent.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sample.api.c" /* its tables, and nothing else of it */

static struct arena *arena;

static const struct shape *request(const char *op)
{
    for (size_t i = 0; i < sample_contract_n; i++)
        if (!strcmp(sample_contract[i].id, op))
            return sample_contract[i].request;
    die("no operation %s", op);
}

/* "ok", or every complaint: "field: reason; field: reason". */
static const char *said(int status, const struct err *e)
{
    char text[256];
    char *out = arena_printf(arena, "%s", status == 0 ? "ok" : e->n_fields ? "" : err_text(e, text));
    for (size_t i = 0; status < 0 && i < e->n_fields; i++)
        out = arena_printf(arena, "%s%s%s: %.*s", out, i ? "; " : "", e->field[i].name,
                           (int)strcspn(e->field[i].reason, ZH), e->field[i].reason);
    if (status < 0 && e->code != ERR_BAD_REQUEST)
        out = arena_printf(arena, "wrong code %s", err_name(e->code));
    return out;
}

static const char *single(const char *s) /* 'x' for "x" */
{
    char *out = arena_copy(arena, s, strlen(s));
    for (char *p = out; *p; p++)
        if (*p == '\'')
            *p = '"';
    return out;
}

static const char *like(const char *body)
{
    struct err e = {0};
    struct sample_like in = {0};
    return said(
        contract_read(request("sample_like"), STRICT, JSON_ELEMENTS, single(body), strlen(body), arena, &in, &e), &e);
}

#define GOOD                                                                                                           \
    "'title':'t','kind':'money','id':'018f3a5e-0000-7000-8000-000000000001','at':'2014-03-01T09:00:00+08:00',"         \
    "'day':'2014-03-01','region':'330102001','amount_fen':5,'open':true,'lines':[{'kind':'hours','amount':3}],"        \
    "'who':{'person':'018f3a5e-0000-7000-8000-000000000002'},"                                                         \
    "'hash':'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'"

static struct sample_make made;
static const char *make(const char *more)
{
    struct err e = {0};
    const char *body = single(arena_printf(arena, "{%s%s}", GOOD, more));
    memset(&made, 0, sizeof made);
    return said(contract_read(request("sample_make"), STRICT, 6000, body, strlen(body), arena, &made, &e), &e);
}

/* The good document with one member replaced. */
static const char *with(const char *member, const char *value)
{
    struct err e = {0};
    char *body = arena_printf(arena, "{%s}", single(GOOD)), *at = strstr(body, arena_printf(arena, "\"%s\":", member));
    if (!at)
        die("no member %s", member);
    char *end = at + strlen(member) + 3;
    for (int depth = 0; *end && (depth > 0 || (*end != ',' && *end != '}')); end++)
        depth += *end == '[' || *end == '{' ? 1 : *end == ']' || *end == '}' ? -1 : 0;
    body = arena_printf(arena, "%.*s\"%s\":%s%s", (int)(at - body), body, member, single(value), end);
    memset(&made, 0, sizeof made);
    return said(contract_read(request("sample_make"), STRICT, 6000, body, strlen(body), arena, &made, &e), &e);
}

TEST(contract_reads_what_is_right)
{
    char text[40];
    is(like("{'liked':true}"), "ok");
    is(like(" { \"liked\" :\n false } "), "ok");
    is(make(",'words':['a','白日依山'],'numbers':[1,2,3],'ids':['018F3A5E-0000-7000-8000-00000000000A'],'flags':[true,"
            "false],"
            "'times':['2014-03-01T01:00:00Z'],'until':'2014-03-02T00:00:00.25Z','score':-3,'loud':false,'last_day':'"
            "2012-02-29'"),
       "ok");
    is(made.title, "t");
    is(made.kind, "money");
    is(id_text(made.id, text), "018f3a5e-0000-7000-8000-000000000001");
    is_int(made.at, made.times[0]);
    is(made.region, "330102001");
    is_int(made.amount_fen, 5);
    ok(made.open && made.has_loud && !made.loud && made.kept, "booleans, given and by default");
    ok(made.has_score && made.score == -3, "an optional integer that was given");
    is_int(made.pages, 7);
    is(made.shade, "grey");
    is(made.mood, "calm");
    ok(!made.note && id_is_nil(made.other), "absent text and id");
    is_int(made.n_lines, 1);
    is(made.lines[0].kind, "hours");
    is_int(made.lines[0].amount, 3);
    is_int(made.n_words, 2);
    is(made.words[1], "白日依山");
    ok(made.n_numbers == 3 && made.numbers[2] == 3 && made.n_flags == 2 && made.flags[0] && !made.flags[1],
       "lists of scalars");
    is(id_text(made.ids[0], text), "018f3a5e-0000-7000-8000-00000000000a");
    is(make(""), "ok");
    ok(made.until == TIME_NONE && !made.has_score && !made.has_loud && made.n_words == 0,
       "absent time, integer, boolean, list");
}

TEST(contract_names_every_wrong_field)
{
    is(like("{}"), "liked: missing");
    is(like(""), "liked: missing");
    is(like("{'liked':1}"), "liked: must be true or false");
    is(like("{'liked':null}"), "liked: must be true or false");
    is(like("{'liked':true,'loved':1}"), "loved: unknown field");
    is(like("{'project':'018f3a5e-0000-7000-8000-000000000001','liked':true}"), "project: unknown field");
    is(like("{'l\\u0001\\n':1,'loved':2}"), "liked: missing; l??: unknown field; loved: unknown field");
    is(with("title", "''"), "title: too short (at least 1)");
    is(with("title", "'白日依山尽黄河入海流。'"), "title: too long (at most 10)");
    is(with("title", "'白日依山尽黄河入海流'"), "ok");
    is(with("title", "'😀😀😀😀😀😀😀😀😀😀'"), "ok");
    is(with("title", "7"), "title: must be text");
    is(with("kind", "'Money'"), "kind: not one of the allowed words");
    is(with("id", "'018f3a5e'"), "id: not a UUID");
    is(with("id", "'00000000-0000-0000-0000-000000000000'"), "id: not a UUID");
    is(with("at", "'2014-03-01'"), "at: not a time (RFC 3339)");
    is(with("at", "'2014-03-01T09:00:00'"), "at: not a time (RFC 3339)");
    is(with("at", "1393635600"), "at: must be text");
    is(with("day", "'2014-02-29'"), "day: not a date (YYYY-MM-DD)");
    is(with("region", "'33010'"), "region: not a region code");
    is(with("hash", "'0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef'"),
       "hash: not a SHA-256 (64 hex digits)");
    is(with("amount_fen", "0"), "amount_fen: too small (at least 1)");
    is(with("amount_fen", "100000000000001"), "amount_fen: too great (at most 100000000000000)");
    is(with("amount_fen", "'5'"), "amount_fen: must be an integer");
    is(with("lines", "[]"), "lines: too few (at least 1)");
    is(with("lines", "{}"), "lines: must be a list");
    is(with("lines", "[{'kind':'hours','amount':3},{'kind':'hours','amount':0,'what':'abcdef'},7]"),
       "lines[1].amount: too small (at least 1); lines[1].what: too long (at most 5); lines[2]: must be an object");
    is(with("who", "{'person':'x','name':'y'}"), "who.person: not a UUID; who.name: unknown field");
    is(make(",'words':['a','','abcde','d']"), "words: too many (at most 3)");
    is(make(",'words':['a','','abcde']"), "words[1]: too short (at least 1); words[2]: too long (at most 4)");
    is(make(",'numbers':[1,true,10]"), "numbers[1]: must be an integer; numbers[2]: too great (at most 9)");
}

/* Where we are stricter than JSON Schema (docs: contract.c). */
TEST(contract_is_stricter_than_schema)
{
    is(with("amount_fen", "3.0"), "amount_fen: must be an integer");
    is(with("amount_fen", "3e0"), "amount_fen: must be an integer");
    is(with("amount_fen", "92233720368547758070"), "line 1, column 178 of the body: a number is too great");
    is(make(",'score':-0"), "ok");
    ok(made.has_score && made.score == 0, "-0 is the integer 0");
    is(like("{'liked':true,'liked':true}"), "line 1, column 21 of the body: the same name twice in one object");
    is(like("{'liked':true,'\\u006ciked':true}"), "line 1, column 26 of the body: the same name twice in one object");
    is(with("title", "'a\\u0000b'"), "line 1, column 19 of the body: a NUL character");
    is(with("title", "'\\ud800'"), "line 1, column 17 of the body: not valid JSON");
    is(with("title", "'\\udc00\\ud800'"), "line 1, column 23 of the body: not valid JSON");
    is(with("title", "'\xed\xa0\x80'"), "line 1, column 10 of the body: not valid UTF-8");
    is(with("title", "'\xc0\xaf'"), "line 1, column 10 of the body: not valid UTF-8");
    is(with("title", "'e\xcc\x81'"), "ok");
    is(made.title, "\xc3\xa9"); /* NFC */
    is(with("title", "'\xe0\xa5\x98\xe0\xa5\x98\xe0\xa5\x98\xe0\xa5\x98\xe0\xa5\x98\xe0\xa5\x98'"),
       "title: too long (at most 10)");
}

TEST(contract_refuses_what_is_no_document)
{
    is(like("[]"), "the body must be a JSON object");
    is(like("true"), "line 1, column 4 of the body: not valid JSON");
    is(like("{'liked':true"), "line 1, column 13 of the body: the JSON ends too early");
    is(like("{'liked':true}}"), "line 1, column 15 of the body: not valid JSON");
    is(like("{'liked':NaN}"), "line 1, column 12 of the body: not valid JSON");
    is(like("\xef\xbb\xbf{'liked':true}"), "line 1, column 1 of the body: not valid JSON");
    is(like("{'liked':[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]}"), "liked: must be true or false");
    is(like("{'liked':[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}"), "the body is nested deeper than 16");
    is(like("{'liked':'[[[[[[[[[[[[[[[[[[[[[[[[\\']]]'}"), "liked: must be true or false");
    struct err e = {0};
    struct sample_like in = {0};
    AUTO_BUF body = {0};
    buf_str(&body, "{\"liked\":[1");
    for (int i = 0; i < 2000; i++)
        buf_str(&body, ",1");
    buf_str(&body, "]}");
    is(said(contract_read(request("sample_like"), STRICT, JSON_ELEMENTS, body.p, body.n, arena, &in, &e), &e),
       "the body has more than 1000 elements");
    char nul[] = "{\"liked\":true\0}";
    e = (struct err){0};
    ok(contract_read(request("sample_like"), STRICT, JSON_ELEMENTS, nul, sizeof nul - 1, arena, &in, &e) < 0,
       "a raw NUL");
}

TEST(contract_reads_events_tolerantly)
{
    struct err e = {0};
    struct sample_like in = {0};
    static const char body[] = "{\"liked\":true,\"since\":\"next year\",\"deep\":{\"er\":[1,2]}}";
    ok(contract_read(request("sample_like"), TOLERANT, JSON_ELEMENTS, body, sizeof body - 1, arena, &in, &e) == 0 &&
           in.liked,
       "unknown members of a newer version pass");
    ok(contract_read(request("sample_like"), TOLERANT, JSON_ELEMENTS, "{}", 2, arena, &in, &e) < 0,
       "missing ones do not");
    e = (struct err){0};
    ok(contract_read(NULL, STRICT, JSON_ELEMENTS, NULL, 0, arena, &in, &e) == 0,
       "an operation without members, no body");
    is(said(contract_read(NULL, STRICT, JSON_ELEMENTS, "{\"a\":1}", 7, arena, &in, &e), &e), "a: unknown field");
}

static struct sample_list listed;
static const char *params(const char *s)
{
    struct err e = {0};
    memset(&listed, 0, sizeof listed);
    return said(contract_params(request("sample_list"), s, strlen(s), arena, &listed, &e), &e);
}

TEST(contract_reads_parameters)
{
    is(params("street=330102001"), "ok");
    ok(listed.limit == 50 && !listed.has_open && !listed.has_least && listed.since == TIME_NONE && !listed.kind,
       "defaults and absence");
    is(params("street=330102001&kind=money&since=2014-03-01T09:00:00+08:00&open=true&text=a+b%20%E7%99%BD&least=-5&"
              "limit=100&cursor="),
       "ok");
    is(listed.text, "a b 白");
    is(listed.kind, "money");
    is(listed.cursor, "");
    ok(listed.has_open && listed.open && listed.has_least && listed.least == -5 && listed.limit == 100, "values");
    is(params("&&street=330102001&"), "ok");
    is(params(""), "street: missing");
    is(params("street=330102001&limit=0"), "limit: too small (at least 1)");
    is(params("street=330102001&limit=1e1"), "limit: must be an integer");
    is(params("street=330102001&limit="), "limit: must be an integer");
    is(params("street=330102001&open=1"), "open: must be true or false");
    is(params("street=330102001&open"), "open: must be true or false");
    is(params("street=330102001&limit=5&limit=5"), "limit: given twice");
    is(params("street=330102001&size=5&a%00=1"), "size: unknown parameter; ?: unknown parameter");
    is(params("street=330102001&text=%"), "text: badly encoded");
    is(params("street=330102001&text=%4"), "text: badly encoded");
    is(params("street=330102001&text=%4g"), "text: badly encoded");
    is(params("street=330102001&text=%ff"), "text: badly encoded");
    is(params("street=330102001&text=a%00b"), "text: badly encoded");
    is(params("street=330102001&text=%41"), "ok");
    is(params("street=330102001&text=123456789012345678901"), "text: too long (at most 20)");
    is(params("street=x&kind=y&since=z"),
       "street: not a region code; kind: not one of the allowed words; since: not a time (RFC 3339)");
}

/* What was written reads back as the same, for random documents. */
TEST(contract_writes_what_it_reads)
{
    const struct shape *s = sample_contract[1].answer;
    AUTO_BUF first = {0};
    AUTO_BUF second = {0};
    int same = 0;
    srand(7);
    for (int i = 0; i < 300; i++) {
        struct sample_make_answer_lines lines[3] = {
            {"money", 1 + rand() % 1000, NULL}, {"hours", 5, "白\"\\\n"}, {"money", 9, ""}};
        const char *words[] = {"a", "bb", "😀"};
        int64_t numbers[] = {rand() % 10, 0, 9}, times[] = {INT64_C(1393635600250000), 0, -SECOND};
        struct id ids[] = {id_new(330102001), id_new(330102001), id_new(330102002)};
        bool flags[] = {rand() % 2, true, false};
        struct sample_make_answer in = {.title = "白\t日",
                                        .kind = "pieces",
                                        .id = ids[0],
                                        .at = times[0],
                                        .day = "2014-03-01",
                                        .region = "330102001",
                                        .open = rand() % 2,
                                        .hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                                        .amount_fen = 1 + rand(),
                                        .who = {ids[1]},
                                        .shade = "x",
                                        .mood = "merry",
                                        .pages = rand() % 100,
                                        .kept = rand() % 2,
                                        .lines = lines,
                                        .n_lines = 1 + (size_t)rand() % 3,
                                        .until = rand() % 2 ? TIME_NONE : times[2],
                                        .other = rand() % 2 ? ID_NIL : ids[2],
                                        .note = rand() % 2 ? NULL : "n",
                                        .has_score = rand() % 2,
                                        .score = rand() % 3,
                                        .has_loud = rand() % 2,
                                        .words = words,
                                        .n_words = (size_t)rand() % 4,
                                        .numbers = numbers,
                                        .n_numbers = (size_t)rand() % 4,
                                        .ids = ids,
                                        .n_ids = (size_t)rand() % 4,
                                        .flags = flags,
                                        .n_flags = (size_t)rand() % 4,
                                        .times = times,
                                        .n_times = (size_t)rand() % 4};
        struct sample_make_answer back = {0};
        struct err e = {0};
        buf_clear(&first);
        buf_clear(&second);
        contract_write(s, &in, &first);
        if (contract_read(s, STRICT, JSON_ELEMENTS, first.p, first.n, arena, &back, &e) < 0) {
            ok(false, "%s", said(-1, &e));
            continue;
        }
        contract_write(s, &back, &second);
        same += first.n == second.n && !memcmp(first.p, second.p, first.n) && back.has_score == in.has_score &&
                back.n_ids == in.n_ids;
    }
    is_int(same, 300);
}

TEST(contract_tables_say_how)
{
    const struct op_contract *op = &sample_contract[0];
    is(op->id, "sample_like");
    is(op->method, "PUT");
    is(op->path, "/v1/projects/{project}/like");
    ok(op->run == RUN_BATCH && op->retry == RETRY_NATURAL && op->success == 200 && op->is_private && !op->money,
       "words");
    is(op->act_in, "project");
    ok(op->act_in_kind == F_ID && op->act_in_offset == offsetof(struct sample_like, project) && !op->act_in_list,
       "place");
    is(op->who[0], "resident");
    ok(!op->who[1] && op->max_bytes == BODY_BYTES && op->max_elements == JSON_ELEMENTS, "limits");
    op = &sample_contract[1];
    ok(op->retry == RETRY_KEY && op->success == 201 && op->max_bytes == 200000 && op->max_elements == 6000,
       "raised limits");
    is(op->rate, "staff");
    op = &sample_contract[2];
    ok(op->run == RUN_READ && op->cache_s == 1 && op->answer, "a read that is cached");
    ok(!sample_contract[3].request && !sample_contract[3].answer, "no members, no JSON");
    is(sample_contract[3].content_type, "text/html");
}

/* --- the examples beside the schemas: ok-*.json pass, bad-*.json give what the .txt of the same name says --- */
static char *whole(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f)
        return NULL;
    AUTO_BUF b = {0};
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(&b, part, n);
    fclose(f);
    return arena_copy(arena, b.p ? b.p : "", b.n);
}

static bool example(const struct op_contract *op, const char *folder, const char *file)
{
    struct err e = {0};
    char *body = whole(arena_printf(arena, "%s/%s", folder, file));
    void *out = arena_alloc(arena, 1, op->request ? op->request->size : 1);
    const char *got =
                   said(contract_read(op->request, STRICT, op->max_elements, body, strlen(body), arena, out, &e), &e),
               *want = "ok";
    if (!strncmp(file, "bad-", 4)) {
        want = whole(arena_printf(arena, "%s/%.*s.txt", folder, (int)(strlen(file) - 5), file));
        if (!want)
            die("%s/%s has no .txt that says what is wrong", folder, file);
        *strchrnul(want, '\n') = 0;
    }
    if (strcmp(got, want))
        printf("# %s/%s: %s, not %s\n", folder, file, got, want);
    return !strcmp(got, want);
}

TEST(contract_examples_hold)
{
    for (size_t i = 0; i < all_contract_n; i++) {
        const char *folder = arena_printf(arena, "schemas/examples/%s", all_contract[i]->id);
        DIR *d = opendir(folder);
        int good = 0, all = 0;
        for (struct dirent *f; d && (f = readdir(d));) {
            size_t n = strlen(f->d_name);
            if (n > 5 && !strcmp(f->d_name + n - 5, ".json") && ++all)
                good += example(all_contract[i], folder, f->d_name);
        }
        if (d) {
            ok(good == all && all > 1, "%s: %d of %d", folder, good, all);
            closedir(d);
        }
    }
}

int main(void)
{
    arena = arena_new();
    run(contract_reads_what_is_right);
    run(contract_names_every_wrong_field);
    run(contract_is_stricter_than_schema);
    run(contract_refuses_what_is_no_document);
    run(contract_reads_events_tolerantly);
    run(contract_reads_parameters);
    run(contract_writes_what_it_reads);
    run(contract_tables_say_how);
    run(contract_examples_hold);
    arena_free(arena);
    done_testing();
}
