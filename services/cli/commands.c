/* The table of commands: what `xq` alone prints, and what runs. */
#include "cli.h"

static const struct flag init_flags[] = {
    {"district", "CODE", "six digits, e.g. 330102"},
    {"name", "NAME", "name of the district"},
    {"officer", "PHONE", "telephone number by which the first officer logs in"},
    FLAGS_END,
};
static const struct flag up_flags[] = {
    {"detach", NULL, "go to the background when everything runs (stop with xq down)"},
    {"fresh", NULL, "throw the data of the run folder away and begin again"},
    {"no-demo", NULL, "leave an empty database empty"},
    {"port", "N", "port of the HTTP gateway on 127.0.0.1 (default 8080)"},
    FLAGS_END,
};
static const struct flag url_flags[] = {{"port", "N", "port of the gateway on this machine"}, FLAGS_END};
static const struct flag token_flags[] = {
    {"person", "P", "a telephone number, or a person's id together with --id"},
    {"home", "REGIONS", "home regions of a new person, separated by commas"},
    {"id", NULL,
     "P is the id of a person who is known already: the token is signed here, nothing is asked of the suite"},
    {"port", "N", "port of the gateway on this machine"},
    FLAGS_END,
};
static const struct flag import_flags[] = {
    {"street", "CODE", "nine digits: the street that receives them"},
    {"channel", "NAME", "visit, letter, call, sms, wechat, weibo, website, forum, consultation or survey"},
    {"source", "NAME", "name of the collection; with a row's own id it is the natural key (default: the channel)"},
    {"token", "TOKEN", "an officer's or clerk's token (default: the first officer's, development only)"},
    {"report", "FILE", "where the row-level report goes (default: standard error)"},
    {"port", "N", "port of the gateway on this machine"},
    FLAGS_END,
};
static const struct flag report_flags[] = {
    {"street", "CODE", "nine digits"},
    {"port", "N", "port of the gateway on this machine"},
    FLAGS_END,
};

static const struct flag demo_flags[] = {
    {"seed", "N", "another story: the same seed gives the same report (default 20140308)"},
    {"port", "N", "port of the gateway on this machine"},
    FLAGS_END,
};

const struct command commands[] = {
    {"up", "", "start the whole suite on this machine and look after it", "xq up --detach", up_flags, run_up},
    {"down", "", "stop what xq up --detach started", "xq down", NULL, run_down},
    {"status", "", "every process, its instances and lag, and what is wrong in plain words", "xq status", url_flags,
     run_status},
    {"init", "", "a first district and its first officer",
     "xq init --district 330102 --name 上城区 --officer 13800000001", init_flags, run_init},
    {"keys", "", "make the keys that are missing", "xq keys", NULL, run_keys},
    {"migrate", "", "bring the database to this version", "xq migrate", NULL, run_migrate},
    {"cluster", "start|stop|status", "the embedded PostgreSQL alone", "xq cluster start", NULL, run_cluster},
    {"token", "", "a development token for a person", "xq token --person 13800000001", token_flags, run_token},
    {"quarantine", "list|show ID|release ID", "calls that the router set aside", "xq quarantine list", NULL,
     run_quarantine},
    {"import opinions", "FILE.jsonl", "load opinions from a file, one JSON object a line",
     "xq import opinions messages.jsonl --street 330102001 --channel website", import_flags, run_import_opinions},
    {"demo", "", "play two rounds of a street and a district's fair through the HTTP API", "xq demo --seed 7",
     demo_flags, run_demo},
    {"report", "", "what a street did, to the fen", "xq report --street 330102001", report_flags, run_report},
    {0},
};
