/* One number of any group of the configuration: xq needs the others' `instances` and `port`. Apart, because libconfig
 * and base/config.h share a name. */
#include <libconfig.h>

#include "conf_number.h"

int conf_number(const char *file, const char *path, int fallback)
{
    config_t raw;
    int value = fallback;
    config_init(&raw);
    if (config_read_file(&raw, file) == CONFIG_TRUE)
        config_lookup_int(&raw, path, &value);
    config_destroy(&raw);
    return value;
}
