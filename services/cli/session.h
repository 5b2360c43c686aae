/* Logging in like any outside client, and what to say when the suite refuses. */
#ifndef XQ_CLI_SESSION_H
#define XQ_CLI_SESSION_H

#include "http.h"
#include "jwt.h"
#include "suite.h"

#define FIRST_OFFICER "13800000001" /* the development suite's first officer (xq init) */

struct session {
    char token[2048], person[37];
};
/* The body of POST /v1/sessions with a signed development login; for the caller to free. homes: codes separated by
 * commas. */
char *session_login(const struct signer *login, const char *kind, const char *subject, const char *homes,
                    struct err *e) MUSTCHECK;
int session_by_phone(struct suite *s, struct http *h, const char *phone, const char *homes, struct session *out,
                     struct err *e) MUSTCHECK;
/* Sets e from an answer that is no success: the problem's own words, or that nobody answers. Returns -1. */
int answer_fail(const struct http_answer *a, const char *what, struct err *e);

#endif
