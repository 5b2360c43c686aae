/* How a telephone number, WeChat subject or identity number finds a person: HMAC-SHA256(keys/person.key,
 * "kind:subject"), the subject in one spelling. Here, because two write it: notification, and xq init for the first officer. */
#ifndef XQ_SERVICE_PERSON_HASH_H
#define XQ_SERVICE_PERSON_HASH_H

#include "base/err.h"

#define PERSON_HASH_BYTES 32

/* A secret file of 64 hex digits, readable by its owner only. */
int secret_read(const char *file, unsigned char out[32], struct err *e) MUSTCHECK;
void person_hash(const unsigned char key[32], const char *kind, const char *subject,
                 unsigned char out[PERSON_HASH_BYTES]);

#endif
