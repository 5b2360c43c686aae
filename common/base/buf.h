/* A growing byte buffer, always NUL-terminated behind its length. Zero-initialise with {0}; free with buf_free or
 * AUTO_BUF. */
#ifndef XQ_BASE_BUF_H
#define XQ_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

struct buf {
    char *p;
    size_t n, cap;
};
#define AUTO_BUF __attribute__((cleanup(buf_free))) struct buf

void buf_free(struct buf *b);
void buf_clear(struct buf *b);           /* keeps the memory */
void *buf_grow(struct buf *b, size_t n); /* room for n more bytes, counted as written; returns where they start */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_json_text(struct buf *b, const char *s, size_t n); /* quoted and escaped JSON string; s is valid UTF-8 */
void buf_json_int(struct buf *b, int64_t v);
void buf_html(struct buf *b, const char *s); /* escaped for HTML text and attributes */

/* Little-endian wire integers. */
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);

/* Reader over borrowed bytes; `bad` stays set after the first read beyond the end. */
struct span {
    const unsigned char *p;
    size_t n;
    bool bad;
};
uint8_t span_u8(struct span *s);
uint16_t span_u16(struct span *s);
uint32_t span_u32(struct span *s);
uint64_t span_u64(struct span *s);
const void *span_take(struct span *s, size_t n); /* NULL and bad when fewer are left */

#endif
