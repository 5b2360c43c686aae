/* The router's shell: four bound sockets around the rules. */
#ifndef XQ_ROUTER_ROUTER_H
#define XQ_ROUTER_ROUTER_H

#include "base/config.h"
#include "base/program.h"

extern const struct option router_options[];
int router_run(const struct config *cfg, const struct program *p);   /* exit status */
int router_check(const struct config *cfg, const struct program *p); /* could it run? 0 or 1 */

#endif
