/* Key files: made once, refused when others may read them; the allow list. */
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#include "bus/bus.h"

static char folder[] = "/tmp/test_keys.XXXXXX";
static char path[256];

static const char *file(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void append(const char *name, const char *line)
{
    FILE *f = fopen(file(name), "a");
    if (!f)
        exit(2);
    fputs(line, f);
    fclose(f);
}

TEST(keys_are_made_once)
{
    static const char *const programs[] = {"router", "gateway", "voting", NULL};
    struct err e = {0};
    char p1[41], s1[41], p2[41], s2[41], pub[41];
    struct stat st;
    is_int(keys_make(folder, programs, &e), 0);
    is_int(keys_read(folder, "voting", p1, s1, &e), 0);
    is_int(keys_make(folder, programs, &e), 0);
    is_int(keys_read(folder, "voting", p2, s2, &e), 0);
    ok(strcmp(p1, p2) == 0 && strcmp(s1, s2) == 0 && strcmp(p1, s1) != 0, "what is there is kept");
    ok(stat(file("voting.key"), &st) == 0 && (st.st_mode & 0777) == 0600, "only the owner may read it");
    is_int(keys_read_router(folder, pub, &e), 0);
    is_int(keys_read(folder, "router", p2, s2, &e), 0);
    is(pub, p2);
}

TEST(open_or_broken_keys_are_refused)
{
    struct err e = {0};
    char p[41], s[41], text[256];
    chmod(file("voting.key"), 0644);
    is_int(keys_read(folder, "voting", p, s, &e), -1);
    is_int(e.code, ERR_FORBIDDEN);
    ok(strstr(err_text(&e, text), "voting.key") && strstr(text, "chmod 600"), "the file and the cure are named: %s",
       text);
    chmod(file("voting.key"), 0600);
    is_int(keys_read(folder, "voting", p, s, &e), 0);
    is_int(keys_read(folder, "nobody", p, s, &e), -1);
    append("bad.key", "public short\nsecret short\n");
    chmod(file("bad.key"), 0600);
    is_int(keys_read(folder, "bad", p, s, &e), -1);
    is_int(e.code, ERR_BAD_REQUEST);
}

TEST(allow_list)
{
    struct err e = {0};
    char p[41], s[41], text[256];
    struct allow *a = allow_read(folder, &e);
    ok(a != NULL, "it is read: %s", err_text(&e, text));
    is_int(keys_read(folder, "voting", p, s, &e), 0);
    is(allow_program(a, p), "voting");
    ok(!allow_program(a, s), "a stranger");
    ok(allow_topic(a, "voting", "head.voting.330102001", 21), "its own head");
    ok(!allow_topic(a, "voting", "head.intake.330102001", 21), "another's head");
    ok(!allow_topic(a, "voting", "head.voting", 11), "a shorter topic");
    ok(!allow_topic(a, "voting", "clock.", 6) && allow_topic(a, "gateway", "clock.", 6), "the clock is the gateway's");
    ok(!allow_topic(a, "nobody", "head.voting.1", 13), "a program without a line");
    allow_free(a);
    append("allow", "# a comment\n\nnonsense\n");
    ok(!allow_read(folder, &e), "a bad line is refused");
    ok(strstr(err_text(&e, text), "allow:"), "with its place: %s", text);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 2;
    run(keys_are_made_once);
    run(open_or_broken_keys_are_refused);
    run(allow_list);
    static const char *const made[] = {"router.key", "router.pub", "gateway.key", "voting.key", "bad.key", "allow"};
    for (size_t i = 0; i < COUNT(made); i++)
        unlink(file(made[i]));
    rmdir(folder);
    done_testing();
}
