/* Buckets: the burst, the rate, one caller beside another, classes of the configuration; and networks of addresses. */
#include "address.h"
#include "limits.h"

#include "test.h"

static const char *const none[] = {NULL};

TEST(a_burst_then_the_rate)
{
    struct err e = {0};
    struct limits *l = limits_new(none, &e);
    int64_t t = 1000000000;
    int taken = 0, refused_early = 0;
    while (taken < 100 && limits_take(l, RATE_DEFAULT, 7, t).ok)
        taken++;
    is_int(taken, 40);
    struct rate_verdict v = limits_take(l, RATE_DEFAULT, 7, t);
    ok(!v.ok && v.remaining == 0, "the bucket is empty");
    is_int(v.retry_s, 1);
    is_int(v.reset_s, 2);
    for (int i = 0; i < 200; i++) { /* 10 s at twice the rate: half of it passes */
        t += 25000;
        refused_early += limits_take(l, RATE_DEFAULT, 7, t).ok ? 0 : 1;
    }
    is_int(refused_early, 100);
    ok(limits_take(l, RATE_DEFAULT, 8, t).ok, "another caller is not held up");
    ok(limits_take(l, RATE_FAILURE, 7, t).ok, "nor the same caller in another class");
    limits_free(l);
}

TEST(asking_takes_nothing)
{
    struct err e = {0};
    struct limits *l = limits_new(none, &e);
    for (int i = 0; i < 100; i++)
        if (!limits_open(l, RATE_FAILURE, 1, 1000))
            break;
    int taken = 0;
    while (taken < 100 && limits_take(l, RATE_FAILURE, 1, 1000).ok)
        taken++;
    is_int(taken, 20);
    ok(!limits_open(l, RATE_FAILURE, 1, 1000), "closed when empty");
    ok(limits_open(l, RATE_FAILURE, 1, 1100000), "open again a second later");
    limits_free(l);
}

TEST(classes_are_configured)
{
    static const char *const over[] = {"staff 1 2", "kiosk 5 5", NULL}, *const bad[] = {"staff fast", NULL},
                             *const zero[] = {"staff 0 1", NULL};
    struct err e = {0};
    struct limits *l = limits_new(over, &e);
    int staff = limits_class(l, "staff"), kiosk = limits_class(l, "kiosk");
    ok(staff > 0 && kiosk > 0 && limits_class(l, "none") == -1 && limits_class(l, NULL) == RATE_DEFAULT,
       "found by name");
    ok(limits_take(l, staff, 1, 0).ok && limits_take(l, staff, 1, 0).ok && !limits_take(l, staff, 1, 0).ok,
       "the new burst holds");
    limits_free(l);
    ok(!limits_new(bad, &e) && e.code == ERR_BAD_REQUEST, "a line without numbers is refused");
    ok(!limits_new(zero, &e), "a rate of nothing is refused");
}

/* Whatever the order of calls: in any window no bucket gives more than burst + rate × time. */
TEST(never_more_than_promised)
{
    struct err e = {0};
    struct limits *l = limits_new(none, &e);
    uint64_t seed = 42;
    int64_t t = 5000000000, began = t;
    int64_t taken[4] = {0};
    for (int i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        t += (int64_t)(seed >> 50);
        uint64_t who = (seed >> 33) % 4;
        taken[who] += limits_take(l, RATE_DEFAULT, who + 1, t).ok;
    }
    for (int k = 0; k < 4; k++)
        ok(taken[k] <= 40 + (t - began) * 20 / 1000000 + 1, "caller %d got %lld", k, (long long)taken[k]);
    limits_free(l);
}

TEST(networks_hold_addresses)
{
    static const char *const list[] = {"10.0.0.0/8", "::1", "2001:db8::/33", "192.0.2.7", NULL},
                             *const bad[] = {"10.0.0.0/33", NULL}, *const word[] = {"localhost", NULL};
    static const struct {
        const char *address;
        bool in;
    } rows[] = {{"10.255.0.1", true},
                {"11.0.0.1", false},
                {"::1", true},
                {"::2", false},
                {"192.0.2.7", true},
                {"192.0.2.8", false},
                {"2001:db8:7fff::1", true},
                {"2001:db8:8000::1", false},
                {"::ffff:10.1.1.1", true}};
    struct networks n = {NULL, 0};
    struct err e = {0};
    is_int(networks_read(list, &n, &e), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct address a;
        ok(address_parse((struct text){rows[i].address, strlen(rows[i].address)}, &a) &&
               networks_hold(&n, &a) == rows[i].in,
           "%s", rows[i].address);
    }
    free(n.list);
    ok(networks_read(bad, &n, &e) < 0, "33 bits are refused");
    free(n.list);
    ok(networks_read(word, &n, &e) < 0, "a name is refused");
    free(n.list);
}

int main(void)
{
    run(a_burst_then_the_rate);
    run(asking_takes_nothing);
    run(classes_are_configured);
    run(never_more_than_promised);
    run(networks_hold_addresses);
    done_testing();
}
