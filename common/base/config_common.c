/* The options of group `common`, which every program reads. */
#include "base/config.h"

const struct option config_common[] = {
    {"routers", OPT_LIST, 0, 0, 0, "ipc://run/router1", false,
     "base endpoints of the routers, at most two: ipc://PATH or tcp://ADDRESS:PORT"},
    {"keys", OPT_TEXT, 0, 1024, 0, "keys", false, "folder of the key files, readable by its owner only"},
    {"curve", OPT_BOOL, 0, 0, 1, NULL, false, "false: the bus without keys, for measuring only (never in production)"},
    {"run", OPT_TEXT, 0, 1024, 0, "run", false, "folder of sockets and other things of the running suite"},
    {"database", OPT_TEXT, 0, 1024, 0, "dbname=xiangqin", true,
     "PostgreSQL conninfo without user; each service adds its own role"},
    {"clock", OPT_TEXT, 0, 5, 0, "wall", false,
     "wall, or story: the time comes from the header X-Story-Time (never in production)"},
    {"production", OPT_BOOL, 0, 0, 0, NULL, false, "true refuses whatever is meant for development only"},
    {"log_level", OPT_TEXT, 0, 5, 0, "info", false, "debug, info, warn or error"},
    {"calendar", OPT_TEXT, 0, 1024, 0, "", false, "CSV file of holidays and make-up workdays; empty = weekends only"},
    OPTIONS_END,
};
