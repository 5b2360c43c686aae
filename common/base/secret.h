/* Secrets of 32 bytes in files (64 hex digits, readable by their owner only), and the keyed hash by which a person is
 * found. */
#ifndef XQ_BASE_SECRET_H
#define XQ_BASE_SECRET_H

#include "base/err.h"

#define SECRET_BYTES 32
/* Reads folder/name. Refused with a named reason: missing (missing_key), readable by others (world_readable_key), no
 * key (bad_key). */
int secret_read(const char *folder, const char *name, unsigned char out[SECRET_BYTES], struct err *e) MUSTCHECK;
/* HMAC-SHA256 under keys/person.key of "<kind>:<value>"; kind = phone, wechat, identity. Paper, phone and web meet in
 * one id by it. */
void person_hash(const unsigned char key[SECRET_BYTES], const char *kind, const char *value,
                 unsigned char out[SECRET_BYTES]);

#endif
