/* Files that only their owner may read. */
#ifndef XQ_BASE_SECRET_H
#define XQ_BASE_SECRET_H

#include <sys/types.h>

#include "base/err.h"

#define OTHERS_READ  0077 /* mode bits that make a secret unfit */
#define OTHERS_WRITE 0022 /* and a list that all may read */

/* The whole of a small file, refused (open_key: …) when it has one of the forbidden mode bits. */
int secret_text(const char *file, mode_t forbidden, struct buf *out, struct err *e) MUSTCHECK;
/* A secret of 64 hex digits. */
int secret_read(const char *file, unsigned char out[32], struct err *e) MUSTCHECK;

#endif
