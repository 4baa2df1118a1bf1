/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A growing byte string, NUL-terminated behind `len` as soon as anything was appended (before that `bytes` is NULL).
 * Owns `bytes`. Growth past BUFFER_MAX is fatal rather than silent. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct buffer {
    char *bytes;
    size_t len;
    size_t cap;
};

#define BUFFER_INIT {0, 0, 0}
#define BUFFER_MAX ((size_t)1 << 30)

void buffer_release(struct buffer *b);
void buffer_clear(struct buffer *b); /* empties, keeps the memory */
void buffer_append(struct buffer *b, const void *bytes, size_t len_bytes);
void buffer_append_text(struct buffer *b, const char *text);
void buffer_append_byte(struct buffer *b, char byte);
void buffer_append_format(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_append_u32be(struct buffer *b, uint32_t value);
void buffer_append_u64be(struct buffer *b, uint64_t value);
char *buffer_take(struct buffer *b); /* the caller frees; the buffer is empty afterwards; never NULL */

/* Appends a whole file of at most max_bytes (else STATUS_LIMIT). STATUS_NOT_FOUND when there is none. */
enum status buffer_read_file(struct buffer *b, const char *path, size_t max_bytes, struct error *err) MUST_USE;

#endif
