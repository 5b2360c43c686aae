/* How a telephone number, WeChat subject or identity number finds a person: HMAC-SHA256(keys/person.key,
 * "kind:subject"), the subject in one spelling. Here, because two write it: notification, and xq init for the first
 * officer. */
#ifndef XQ_SERVICE_PERSON_HASH_H
#define XQ_SERVICE_PERSON_HASH_H

#include "base/secret.h"

#define PERSON_HASH_BYTES 32

void person_hash(const unsigned char key[32], const char *kind, const char *subject,
                 unsigned char out[PERSON_HASH_BYTES]);

#endif
