/* xq-router: work to whoever asks for it, heads to whoever listens. */
#include <stdio.h>

#include "router.h"

int main(int argc, char **argv)
{
    struct program p = program_flags(argc, argv, "xq-router");
    struct config *cfg = config_read(p.config, "router", config_common, router_options);
    int rc = 0;
    if (p.print_config) {
        AUTO_BUF out = {0};
        config_print(cfg, &out);
        fputs(out.p, stdout);
    } else {
        rc = p.check ? router_check(cfg, &p) : router_run(cfg, &p);
    }
    config_free(cfg);
    return rc;
}
