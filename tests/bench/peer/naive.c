/* The naive C peer: 32 threads of libmicrohttpd, each with its own connection, one transaction per like (BEGIN, INSERT,
 * UPDATE, COMMIT). No tokens, no validation, no bus: less work than ours does per request. naive PORT CONNINFO */
#include <inttypes.h>
#include <libpq-fe.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 32 };
static const char *conninfo;
static atomic_uint_fast64_t counter;

struct request {
    char body[64];
    size_t n;
};

static PGconn *connection(void)
{
    static _Thread_local PGconn *pg;
    if (pg)
        return pg;
    pg = PQconnectdb(conninfo);
    if (PQstatus(pg) != CONNECTION_OK) {
        fputs(PQerrorMessage(pg), stderr);
        exit(1);
    }
    PQclear(PQprepare(pg, "insert",
                      "INSERT INTO bench.likes AS l (street, project, voter, liked, was, op) "
                      "SELECT street, id, $3::uuid, $4::bool, false, $5::uuid FROM bench.project "
                      "WHERE street = $1::int AND id = $2::uuid AND open "
                      "ON CONFLICT (street, project, voter) DO UPDATE SET was = l.liked, liked = excluded.liked, "
                      "op = excluded.op WHERE l.op < excluded.op RETURNING liked, was",
                      5, NULL));
    PQclear(PQprepare(pg, "heat",
                      "UPDATE bench.heat SET heat = heat + $3::int WHERE street = $1::int AND project = $2::uuid", 3,
                      NULL));
    return pg;
}

static void uuid_text(char out[37], uint64_t high, uint64_t low)
{
    snprintf(out, 37, "%08" PRIx64 "-%04" PRIx64 "-7%03" PRIx64 "-8%03" PRIx64 "-%012" PRIx64, high >> 32 & 0xffffffff,
             high >> 16 & 0xffff, high & 0xfff, low >> 48 & 0xfff, low & 0xffffffffffff);
}

static PGresult *run(PGconn *pg, const char *name, int n, const char *const *values)
{
    return PQexecPrepared(pg, name, n, values, NULL, NULL, 0);
}

/* Returns what became of the like, or NULL when the database failed. */
static const char *like(const char *project, bool liked)
{
    PGconn *pg = connection();
    char voter[37], op[37], street[16], flip[4];
    uint64_t r[2];
    if (getrandom(r, sizeof r, 0) != sizeof r)
        return NULL;
    uuid_text(voter, r[0], r[1]);
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    uuid_text(op, ((uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000) << 16, atomic_fetch_add(&counter, 1));
    snprintf(street, sizeof street, "%" PRIu64, (uint64_t)strtoull(project + 28, NULL, 16) & 0x3fffffff);
    PQclear(PQexec(pg, "BEGIN"));
    PGresult *stored = run(pg, "insert", 5, (const char *[]){street, project, voter, liked ? "t" : "f", op});
    const char *said = NULL;
    if (PQresultStatus(stored) == PGRES_TUPLES_OK) {
        if (PQntuples(stored) == 0) {
            said = "late";
        } else {
            bool now = *PQgetvalue(stored, 0, 0) == 't', was = *PQgetvalue(stored, 0, 1) == 't';
            said = now == was ? "already" : now ? "new" : "taken_back";
            snprintf(flip, sizeof flip, "%d", now - was);
            if (now != was)
                PQclear(run(pg, "heat", 3, (const char *[]){street, project, flip}));
        }
    }
    PQclear(stored);
    PGresult *end = PQexec(pg, "COMMIT");
    if (PQresultStatus(end) != PGRES_COMMAND_OK)
        said = NULL;
    PQclear(end);
    return said;
}

static enum MHD_Result reply(struct MHD_Connection *c, unsigned status, const char *state)
{
    char json[64];
    int n = snprintf(json, sizeof json, "{\"state\":\"%s\"}", state);
    struct MHD_Response *r = MHD_create_response_from_buffer((size_t)n, json, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(r, "Content-Type", "application/json");
    enum MHD_Result rc = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return rc;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state)
{
    (void)ctx, (void)version;
    struct request *r = *state;
    if (!r)
        return (*state = calloc(1, sizeof *r)) ? MHD_YES : MHD_NO;
    if (*size) {
        size_t room = sizeof r->body - 1 - r->n, n = *size < room ? *size : room;
        memcpy(r->body + r->n, data, n);
        r->n += n;
        *size = 0;
        return MHD_YES;
    }
    const char *id = strstr(url, "/projects/");
    char project[37] = "";
    if (strcmp(method, "PUT") != 0 || !id || sscanf(id + 10, "%36[0-9a-f-]", project) != 1 || strlen(project) != 36)
        return reply(c, 404, "not_found");
    const char *said = like(project, strstr(r->body, "true") != NULL);
    return reply(c, said ? 200 : 503, said ? said : "unavailable");
}

static void completed(void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode how)
{
    (void)ctx, (void)c, (void)how;
    free(*state);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return fputs("naive PORT CONNINFO\n", stderr), 2;
    conninfo = argv[2];
    struct MHD_Daemon *d =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)atoi(argv[1]), NULL, NULL, handle, NULL,
                         MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
                         MHD_OPTION_CONNECTION_LIMIT, 2000u, MHD_OPTION_END);
    if (!d)
        return perror("naive"), 1;
    for (;;)
        pause();
}
