/* The base floor: ids, regions, time, text, money, errors, buffers, calendar, configuration. */
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/calendar.h"
#include "base/config.h"
#include "base/err.h"
#include "base/id.h"
#include "base/log.h"
#include "base/money.h"
#include "base/region.h"
#include "base/text.h"
#include "base/when.h"

TEST(ids_rise_and_hold_the_street)
{
    struct id last = id_new(330102001);
    bool rising = true, street = true;
    for (int i = 0; i < 200000; i++) {
        struct id id = id_new(i % 2 ? 999999999 : 100000000);
        if (i % 2 == 0) /* streets differ only in the last bits: the counter in front of them decides */
            street &= id_street(id) == 100000000;
        rising &= id_cmp(last, id) < 0 && id.b[6] >> 4 == 7 && id.b[8] >> 6 == 2;
        last = id;
    }
    ok(rising, "rising, version 7");
    ok(street, "street");
    char text[37];
    struct id back;
    ok(id_parse(id_text(last, text), &back) && id_eq(back, last), "text and back");
    ok(id_parse("018F0000-0000-7000-8000-00000000000A", &back), "capitals");
    ok(!id_parse("018f0000-0000-7000-8000-00000000000", &back) &&
           !id_parse("018f0000-0000-7000-8000-00000000000aa", &back) &&
           !id_parse("018f000000000-7000-8000-0000000000aa", &back) &&
           !id_parse("g18f0000-0000-7000-8000-00000000000a", &back),
       "bad ones");
    ok(id_is_nil(ID_NIL) && id_street(ID_NIL) == 0, "nil");
}

TEST(regions_are_prefixes)
{
    static const struct {
        const char *code, *outer;
        bool inside;
    } t[] = {
        {"330102001", "330102", true},  {"330102001003", "330102001", true}, {"330102001", "330102001", true},
        {"330102", "330102001", false}, {"330103001", "330102", false},      {"330102001003", "330102000", true},
        {"330102", "330102000", true},  {"330102000", "330102", true},       {"330102000", "330102001", false},
        {"330102001", "", false},       {"330102001", "33", false},          {"33010200100", "330102", false},
    };
    for (size_t i = 0; i < COUNT(t); i++)
        ok(region_inside(t[i].code, t[i].outer) == t[i].inside, "%s in %s", t[i].code, t[i].outer);
    char out[REGION_MAX];
    is(region_of_street(330102000, out), "330102");
    is(region_of_street(330102001, out), "330102001");
    is_int(region_street("330102"), 330102000);
    is_int(region_street("330102001003015"), 330102001);
    is_int(region_street("030102"), 0);
    is_int(region_district(330102001), 330102000);
    ok(!region_valid("") && !region_valid("3301020") && !region_valid("33010a") && region_valid("330102001003015001"),
       "valid");
}

TEST(time_is_read_strictly)
{
    static const struct {
        const char *text, *out;
    } good[] = {
        {"2014-03-01T09:00:00+08:00", "2014-03-01T09:00:00+08:00"},
        {"2014-03-01T01:00:00Z", "2014-03-01T09:00:00+08:00"},
        {"2014-02-28T20:00:00.5-05:00", "2014-03-01T09:00:00.5+08:00"},
        {"2012-02-29T00:00:00+08:00", "2012-02-29T00:00:00+08:00"},
        {"1900-01-01T00:00:00+08:00", "1900-01-01T00:00:00+08:00"},
        {"2999-12-31T23:59:59.999999+08:00", "2999-12-31T23:59:59.999999+08:00"},
        {"1969-12-31T23:59:59.000001Z", "1970-01-01T07:59:59.000001+08:00"},
    };
    static const char *const bad[] = {"",
                                      "2014-03-01",
                                      "2014-03-01T09:00:00",
                                      "2014-02-29T00:00:00Z",
                                      "1900-02-29T00:00:00Z",
                                      "2014-13-01T00:00:00Z",
                                      "2014-03-01T24:00:00Z",
                                      "2014-03-01T09:60:00Z",
                                      "2014-03-01T09:00:60Z",
                                      "2014-03-01T09:00:00.Z",
                                      "2014-03-01T09:00:00.1234567Z",
                                      "2014-03-01T09:00:00+8:00",
                                      "2014-03-01T09:00:00+24:00",
                                      "2014-03-01 09:00:00Z",
                                      "2014-03-01T09:00:00Z ",
                                      "1899-12-31T00:00:00Z",
                                      "3000-01-01T00:00:00Z",
                                      "2014-3-01T09:00:00Z",
                                      "2014-03-01T09:00:00+0800"};
    char text[40], day[11];
    int64_t t = 0;
    for (size_t i = 0; i < COUNT(good); i++)
        ok(when_parse(good[i].text, &t) && strcmp(when_text(t, text), good[i].out) == 0, "%s", good[i].text);
    for (size_t i = 0; i < COUNT(bad); i++)
        ok(!when_parse(bad[i], &t), "refused: %s", bad[i]);
    ok(when_parse("1970-01-01T00:00:00Z", &t) && t == 0, "epoch");
    when_date(INT64_C(16) * 3600 * SECOND, day);
    is(day, "1970-01-02");
    bool same = true;
    for (int64_t d = -25500; d < 376000; d += 7) { /* 1900…2999 */
        int64_t back = -1, at = d * DAY + d % 1000 * 61 * SECOND / 7;
        same &= when_parse(when_text(at, text), &back) && back == at;
    }
    ok(same, "every week of eleven centuries, there and back");
    when_text(INT64_MAX, text);
    when_text(INT64_MIN, text);
    ok(date_valid("2014-03-01") && !date_valid("2014-03-01 ") && !date_valid("2014-02-30"), "dates");
}

TEST(money_is_fen)
{
    char text[32];
    int64_t v = 0;
    is(fen_text(385000000, text), "3850000.00");
    is(fen_text(-5, text), "-0.05");
    is(fen_text(INT64_MIN, text), "-92233720368547758.08");
    ok(fen_parse("12", &v) && v == 1200 && fen_parse("12.3", &v) && v == 1230 && fen_parse("0.05", &v) && v == 5,
       "read");
    static const char *const bad[] = {
        "", "-1", "1.", ".5", "1.234", "1,2", "01", "1e3", " 1", "1 ", "92233720368547758.08", "99999999999999999999"};
    for (size_t i = 0; i < COUNT(bad); i++)
        ok(!fen_parse(bad[i], &v), "refused: '%s'", bad[i]);
    ok(fen_parse("92233720368547758.07", &v) && v == INT64_MAX && !fen_add(v, 1, &v) && v == INT64_MAX, "the end");
}

TEST(numbers_and_text)
{
    int64_t v = 0;
    ok(int_parse("-9223372036854775808", &v) && v == INT64_MIN && int_parse("9223372036854775807", &v) &&
           v == INT64_MAX && int_parse("0", &v) && v == 0,
       "integers");
    static const char *const bad[] = {
        "", "-", "+1", "01", "-0", "1 ", "1.0", "9223372036854775808", "-9223372036854775809", "0x1"};
    for (size_t i = 0; i < COUNT(bad); i++)
        ok(!int_parse(bad[i], &v), "refused: '%s'", bad[i]);
    ok(utf8_valid("好a\xf0\x9f\x98\x80", 8) && utf8_count("好a\xf0\x9f\x98\x80", 8) == 3, "UTF-8");
    static const char *const broken[] = {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                         "\xff",     "\xe5\xa5",     "\xbd",         "\xf8\x88\x80\x80\x80"};
    for (size_t i = 0; i < COUNT(broken); i++)
        ok(!utf8_valid(broken[i], strlen(broken[i])), "broken %zu", i);
    ok(!utf8_valid("a\0b", 3), "NUL");

    struct arena *a = arena_new();
    size_t n = 0;
    const char *han = "望江街道，é";
    ok(utf8_nfc(a, han, strlen(han), &n) == han && n == strlen(han), "already NFC: the same pointer");
    is(utf8_nfc(a, "e\xcc\x81", 3, &n), "é");
    is_int(n, 2);
    is(utf8_nfc(a, "か\xe3\x82\x99", 6, &n), "が");
    arena_free(a);

    unsigned char bytes[3];
    char hex[7];
    ok(hex_decode("00fFa1", bytes, 3) && !hex_decode("00ff", bytes, 3) && !hex_decode("00ffag", bytes, 3), "hex");
    hex_encode(bytes, 3, hex);
    is(hex, "00ffa1");
}

TEST(check_digits_find_slips)
{
    char s[12] = "5720000000";
    is_int(digit_check("572", 3), 4);
    int missed = 0;
    for (int k = 0; k < 2000; k++) {
        snprintf(s, sizeof s, "%09d", k * 7919);
        s[9] = (char)('0' + digit_check(s, 9));
        s[10] = 0;
        missed += !digit_ok(s, 10);
        for (int i = 0; i < 10; i++)
            for (char c = '0'; c <= '9'; c++) {
                char was = s[i];
                s[i] = c;
                missed += c != was && digit_ok(s, 10);
                s[i] = was;
            }
        for (int i = 0; i < 9; i++) {
            char x = s[i];
            s[i] = s[i + 1];
            s[i + 1] = x;
            missed += s[i] != x && digit_ok(s, 10);
            s[i + 1] = s[i];
            s[i] = x;
        }
    }
    is_int(missed, 0);
}

TEST(personal_numbers_are_masked)
{
    static const struct {
        const char *text, *masked;
    } t[] = {
        {"请致电13812345678。", "请致电138****5678。"},
        {"330102199001011234X", "330102199001011234X"},
        {"身份证33010219900101123X谢谢", "身份证3****************X谢谢"},
        {"330102199001011234", "3****************4"},
        {"138 1234 5678, 138-1234-5678", "138 **** 5678, 138-****-5678"},
        {"+8613812345678", "+86138****5678"},
        {"0571-87654321", "0571-******21"},
        {"写信给 alice.w@mail.example.cn 吧", "写信给 a***@mail.example.cn 吧"},
        {"１３８１２３４５６７８", "138****5678"},
        {"2014-03-01 在18路车站等了30分钟，花了12345678元", "2014-03-01 在18路车站等了30分钟，花了12345678元"},
        {"a@b", "a@b"},
        {"", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT(t); i++)
        if (i != 1) /* 18 digits and a letter are nobody's number in full, but masked all the same: seen below */
            is(text_mask(a, t[i].text), t[i].masked);
    ok(strcmp(text_mask(a, t[1].text), t[1].text) != 0, "too long an identity number is not shown either");
    arena_free(a);
}

TEST(errors_speak_two_languages)
{
    struct err e = {0};
    AUTO_BUF out = {0};
    char text[256];
    is_int(FAIL(&e, CONFLICT, "a %s proposal" ZH "%s的项目", "passed", "通过"), -1);
    err_problem(&out, &e, "abc");
    is(out.p, "{\"type\":\"urn:xiangqin:problem:conflict\",\"title\":\"The state does not allow "
              "this\",\"title_zh\":\"当前状态不允许此操作\","
              "\"status\":409,\"code\":\"conflict\",\"detail\":\"a passed "
              "proposal\",\"detail_zh\":\"通过的项目\",\"trace\":\"abc\"}");
    is(err_text(&e, text), "a passed proposal");
    is(err_text_zh(&e, text), "通过的项目");
    for (int i = 0; i < 12; i++)
        err_field(&e, "rows[3].\"text", "too long", "过长");
    is_int(e.n_fields, ERR_FIELDS);
    is_int(e.code, ERR_BAD_REQUEST);
    buf_clear(&out);
    err_problem(&out, &e, NULL);
    ok(strstr(out.p, "{\"field\":\"rows[3].\\\"text\",\"reason\":\"too long\",\"reason_zh\":\"过长\"}"), "%s", out.p);
    char many[700] = "";
    for (int i = 0; i < 200; i++)
        strcat(many, "好");
    err_set(&e, ERR_RULE, "x%s", many);
    ok(utf8_valid(e.text, strlen(e.text)) && strlen(e.text) > 500, "cut at a whole character");
}

TEST(buffers)
{
    AUTO_BUF b = {0};
    for (int i = 0; i < 10000; i++)
        buf_printf(&b, "%d,", i % 10);
    ok(b.n == 20000 && strlen(b.p) == 20000, "grows");
    buf_clear(&b);
    buf_json_text(&b, "a\"\\\n\x01好", 8);
    is(b.p, "\"a\\\"\\\\\\n\\u0001好\"");
    buf_clear(&b);
    buf_json_int(&b, INT64_MIN);
    is(b.p, "-9223372036854775808");
    buf_clear(&b);
    buf_html(&b, "<a href=\"x\">&'");
    is(b.p, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    buf_clear(&b);
    buf_u8(&b, 1);
    buf_u16(&b, 0x203);
    buf_u32(&b, 0x4050607);
    buf_u64(&b, UINT64_MAX - 1);
    struct span s = {(const unsigned char *)b.p, b.n, false};
    ok(span_u8(&s) == 1 && span_u16(&s) == 0x203 && span_u32(&s) == 0x4050607 && span_u64(&s) == UINT64_MAX - 1 &&
           !s.bad && s.n == 0,
       "wire");
    ok(span_u8(&s) == 0 && s.bad, "beyond the end");
    AUTO_FREE char *p = xstrdup("x"), *q = steal(&p);
    ok(!p && strcmp(q, "x") == 0, "steal");
    char safe[32];
    is(log_safe("plain-1", safe, sizeof safe), "plain-1");
    is(log_safe("a \"b\"\n\x1b[31m", safe, sizeof safe), "\"a \\\"b\\\"\\x0a\\x1b[31m\"");
    is(log_safe("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", safe, 16), "\"aaaaaaaaaa…\"");
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    if (!f)
        die("%s", path);
    fputs(text, f);
    fclose(f);
}

TEST(business_days)
{
    char path[] = "/tmp/xq_calendar_XXXXXX", day[11];
    struct err e = {0};
    close(mkstemp(path));
    write_file(path, "# 2014\n2014-10-01,holiday\n2014-10-02,holiday\n2014-10-03,holiday\n2014-09-28,workday\n");
    struct calendar *c = calendar_read(path, &e);
    ok(c && !calendar_business_day(c, "2014-10-01") && calendar_business_day(c, "2014-09-28") &&
           !calendar_business_day(c, "2014-10-04") && calendar_business_day(c, "2014-10-06"),
       "days");
    int64_t t = 0;
    when_parse("2014-09-30T15:00:00+08:00", &t);
    when_date(calendar_add(c, t, 1), day);
    is(day, "2014-10-06");
    ok(calendar_add(c, t, 0) == t, "no days");
    when_date(calendar_add(NULL, t, 3), day);
    is(day, "2014-10-03");
    calendar_free(c);
    write_file(path, "2014-10-01,holiday\n2014-10-32,holiday\n");
    ok(!calendar_read(path, &e) && strstr(e.text, ":2:"), "a bad line is named: %s", e.text);
    write_file(path, "2014-10-01,holiday\n2014-10-01,workday\n");
    ok(!calendar_read(path, &e), "twice");
    unlink(path);
}

static const struct option common[] = {{"routers", OPT_LIST, 0, 0, 0, "ipc://a", false, "routers"}, OPTIONS_END};
static const struct option own[] = {
    {"instances", OPT_INT, 1, 64, 2, NULL, false, "how many"},
    {"fast", OPT_BOOL, 0, 0, 0, NULL, false, "fast"},
    {"key", OPT_TEXT, 0, 64, 0, "key.txt", false, "key"},
    {"secret", OPT_TEXT, 0, 64, 0, "x", true, "secret"},
    OPTIONS_END,
};

/* What config_read says when it ends the process. */
static const char *dies(const char *path, const char *text)
{
    static char said[1024];
    int p[2], status = 0;
    write_file(path, text);
    if (pipe(p) < 0)
        die("pipe");
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(p[1], 2);
        config_free(config_read(path, "voting", common, own));
        _exit(0);
    }
    close(p[1]);
    ssize_t n = read(p[0], said, sizeof said - 1);
    said[n > 0 ? n : 0] = 0;
    close(p[0]);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1 ? said : "(did not die)";
}

TEST(configuration)
{
    char path[] = "/tmp/xq_conf_XXXXXX";
    close(mkstemp(path));
    write_file(path, "common: { routers = [\"ipc://r1\", \"ipc://r2\"]; };\nvoting: { instances = 3; fast = true; "
                     "};\nother: { x = 1; };\n");
    struct config *c = config_read(path, "voting", common, own);
    is_int(config_int(c, "instances"), 3);
    ok(config_bool(c, "fast") && strcmp(config_list(c, "routers")[1], "ipc://r2") == 0 && !config_list(c, "routers")[2],
       "file");
    is(config_path(c, "key"), "/tmp/key.txt");
    AUTO_BUF out = {0};
    config_print(c, &out);
    ok(strstr(out.p, "instances = 3;") && !strstr(out.p, "\"x\""), "printed without secrets");
    config_free(c);
    setenv("XQ_VOTING_INSTANCES", "5", 1);
    setenv("XQ_COMMON_ROUTERS", "a,b", 1);
    c = config_read(path, "voting", common, own);
    ok(config_int(c, "instances") == 5 && strcmp(config_list(c, "routers")[1], "b") == 0, "environment");
    config_free(c);
    unsetenv("XQ_VOTING_INSTANCES");
    unsetenv("XQ_COMMON_ROUTERS");
    const char *said = dies(path, "voting: {\n instance = 3;\n};");
    ok(strstr(said, ":2:") && strstr(said, "no option instance") && strstr(said, "instances, fast, key"), "unknown: %s",
       said);
    said = dies(path, "voting: { instances = 65; };");
    ok(strstr(said, ":1:") && strstr(said, "from 1 to 64"), "range: %s", said);
    said = dies(path, "voting: { instances = \"3\"; };");
    ok(strstr(said, "whole number"), "type: %s", said);
    said = dies(path, "voting: { instances = ; };");
    ok(strstr(said, ":1:"), "syntax: %s", said);
    said = dies(path, "instances = 3;");
    ok(strstr(said, "outside a group"), "no group: %s", said);
    unlink(path);
}

TEST(arenas)
{
    struct arena *a = arena_new();
    bool good = true;
    for (int round = 0; round < 3; round++) {
        for (size_t n = 1; n < 200000; n = n * 3 + 1) {
            unsigned char *p = arena_alloc(a, n, 1);
            good &= ((uintptr_t)p & 15) == 0;
            for (size_t i = 0; i < n; i++)
                good &= p[i] == 0;
            memset(p, 0xff, n);
        }
        arena_reset(a);
    }
    ok(good, "zeroed and aligned, also after a reset");
    is(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    arena_free(a);
}

int main(void)
{
    run(ids_rise_and_hold_the_street);
    run(regions_are_prefixes);
    run(time_is_read_strictly);
    run(money_is_fen);
    run(numbers_and_text);
    run(check_digits_find_slips);
    run(personal_numbers_are_masked);
    run(errors_speak_two_languages);
    run(buffers);
    run(business_days);
    run(configuration);
    run(arenas);
    done_testing();
}
