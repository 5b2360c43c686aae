/* From the configuration to the options of the bus. */
#include "bus/bus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bus_configure(struct bus_options *o, const struct config *cfg)
{
    static char *absolute[ROUTERS_MAX + 1]; /* one configuration per process */
    const char *const *list = config_list(cfg, "routers");
    char probe[256];
    if (config_bool(cfg, "production") && !config_bool(cfg, "curve"))
        die("plain_bus: group common: curve = false is for measuring only; take it away, or say production = false");
    for (size_t i = 0; list[i]; i++) {
        if (i == ROUTERS_MAX)
            die("group common: routers has more than %d entries", ROUTERS_MAX);
        AUTO_BUF whole = {0};
        if (strncmp(list[i], "ipc://", 6) == 0 && list[i][6] != '/')
            buf_printf(&whole, "ipc://%s/%s", config_folder(cfg), list[i] + 6);
        else
            buf_str(&whole, list[i]);
        if (!bus_endpoint(whole.p, BUS_CALLS, probe, sizeof probe))
            die("group common: routers: %s is no endpoint; good ones are ipc:///run/xiangqin/router1 (at most 100 "
                "characters) and tcp://10.0.0.5:7101",
                whole.p);
        free(absolute[i]);
        absolute[i] = xstrdup(whole.p);
        free(absolute[i + 1]);
        absolute[i + 1] = NULL;
    }
    o->routers = (const char *const *)absolute;
    o->keys = config_path(cfg, "keys");
    o->plain = !config_bool(cfg, "curve");
}
