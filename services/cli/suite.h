/* The suite on this machine as xq sees it: the run folder, its configuration, and which processes belong to it. */
#ifndef XQ_CLI_SUITE_H
#define XQ_CLI_SUITE_H

#include <linux/limits.h> /* PATH_MAX; under the name limits.h tests see the gateway's */

#include "base/config.h"
#include "cli.h"

#define SERVICES_N 5
extern const char *const service_names[SERVICES_N]; /* intake … notification */
extern const char *const key_programs[];            /* every program with a CURVE key, NULL-terminated */

struct suite {
    char run[PATH_MAX];     /* absolute */
    bool run_given;         /* by --run or $XQ_RUN: it must be said again */
    char bin[PATH_MAX];     /* folder of the programs */
    char conf[PATH_MAX];    /* run/xiangqin.conf */
    struct config *cfg;     /* groups common and cli */
    int port;               /* of the gateway: --port, else what runs now, else the configuration's */
    bool embedded;          /* xq starts and stops the PostgreSQL cluster */
    char cluster[PATH_MAX]; /* its folder */
    char cluster_user[64];  /* "" = the caller */
    int lock; /* of the run folder, held by xq up; 0 = not held. What must end before another start keeps a copy */
    const char *elsewhere; /* why the cluster does not lie in the run folder; NULL when it does */
};
/* Finds the run folder, writes xiangqin.conf from the sample when make is set and it is missing, reads it. */
int suite_open(struct suite *s, const struct cmd *c, bool make, struct err *e) MUSTCHECK;
void suite_close(struct suite *s);
int suite_instances(const struct suite *s, const char *program); /* <program>.instances of the file, default 1 */
/* What comes with the checkout, or lies in /usr/share/xiangqin: schemas/sql, the sample configuration. */
int suite_share(const struct suite *s, const char *what, char out[PATH_MAX], struct err *e) MUSTCHECK;
/* A file in the run folder, in a static buffer that lives until the fourth next call. */
const char *suite_path(const struct suite *s, const char *fmt, ...) PRINTF(2, 3);
void suite_lock_keep(const struct suite *s); /* between fork and exec */
/* The last line of a process's log into out; returns the file's path (see suite_path). */
const char *suite_log_last(const struct suite *s, const char *program, int instance, char *out, size_t n);
const char *suite_keys(const struct suite *s);
/* Connection string of a role: common.database plus the user. In `out`. */
const char *suite_conninfo(const struct suite *s, const char *role, char *out, size_t n);
char *suite_url(const struct suite *s, char out[64]); /* http://127.0.0.1:8080 */

int folder_make(const char *path, unsigned mode, struct err *e) MUSTCHECK; /* with its parents; fine when there */
int file_write(const char *path, unsigned mode, const void *p, size_t n,
               struct err *e) MUSTCHECK; /* whole or not at all, fsync */
int file_read(const char *path, struct buf *out, struct err *e) MUSTCHECK;
bool file_there(const char *path);

/* cluster.c: the embedded PostgreSQL. */
int cluster_place(struct suite *s, struct err *e) MUSTCHECK; /* where it lies and who owns it */
int cluster_start(struct suite *s, struct err *e) MUSTCHECK; /* initdb when new; runs afterwards */
int cluster_stop(struct suite *s, struct err *e) MUSTCHECK;
bool cluster_running(const struct suite *s);
void cluster_look_after(const struct suite *s); /* called often while xq is up: one that died is started again */

int keys_all(struct suite *s, struct err *e) MUSTCHECK; /* makes what is missing */
/* init.c: the district and its first officer, unless it has one. */
int init_first(struct suite *s, const char *district, const char *name, const char *phone, bool *made,
               struct err *e) MUSTCHECK;
int init_empty(struct suite *s, bool *empty, struct err *e) MUSTCHECK; /* nothing but what init_first wrote */
/* passwords.c: only where the configuration names a password file. */
int passwords_make(const struct suite *s, struct err *e) MUSTCHECK;
int passwords_set(const struct suite *s, const char *conninfo, struct err *e) MUSTCHECK;
int migrate_all(struct suite *s, bool say, struct err *e) MUSTCHECK;

#endif
