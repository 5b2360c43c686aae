/* One number of the configuration file by its path, e.g. "voting.instances"; the fallback when it is not there. */
#ifndef XQ_CLI_CONF_NUMBER_H
#define XQ_CLI_CONF_NUMBER_H

int conf_number(const char *file, const char *path, int fallback);

#endif
