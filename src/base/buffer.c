/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"

static void reserve(struct buffer *b, size_t more)
{
    if (more > BUFFER_MAX || b->len > BUFFER_MAX - more) {
        fatal("buffer larger than %zu bytes", BUFFER_MAX);
    }
    size_t need = b->len + more + 1;
    if (need <= b->cap) {
        return;
    }
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need) {
        cap *= 2;
    }
    b->bytes = mem_resize_array(b->bytes, cap, 1);
    b->cap = cap;
}

void buffer_release(struct buffer *b)
{
    mem_free(b->bytes);
    *b = (struct buffer)BUFFER_INIT;
}

void buffer_clear(struct buffer *b)
{
    b->len = 0;
    if (b->bytes) {
        b->bytes[0] = '\0';
    }
}

void buffer_append(struct buffer *b, const void *bytes, size_t len)
{
    reserve(b, len);
    if (len) {
        memcpy(b->bytes + b->len, bytes, len);
    }
    b->len += len;
    b->bytes[b->len] = '\0';
}

void buffer_append_text(struct buffer *b, const char *text)
{
    buffer_append(b, text, strlen(text));
}

void buffer_append_byte(struct buffer *b, char byte)
{
    buffer_append(b, &byte, 1);
}

void buffer_append_format(struct buffer *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        fatal("bad format");
    }
    reserve(b, (size_t)len);
    (void)vsnprintf(b->bytes + b->len, (size_t)len + 1, format, again); /* measured just above */
    va_end(again);
    b->len += (size_t)len;
}

void buffer_append_u32be(struct buffer *b, uint32_t value)
{
    unsigned char bytes[4];
    for (int i = 0; i < 4; i++) {
        bytes[i] = (unsigned char)(value >> (24 - 8 * i));
    }
    buffer_append(b, bytes, sizeof bytes);
}

void buffer_append_u64be(struct buffer *b, uint64_t value)
{
    buffer_append_u32be(b, (uint32_t)(value >> 32));
    buffer_append_u32be(b, (uint32_t)value);
}

char *buffer_take(struct buffer *b)
{
    reserve(b, 0);
    b->bytes[b->len] = '\0';
    char *bytes = b->bytes;
    *b = (struct buffer)BUFFER_INIT;
    return bytes;
}

static enum status cannot_read(const char *path, int why, struct error *err)
{
    if (why == ENOENT || why == ENOTDIR) {
        return error_set(err, STATUS_NOT_FOUND, _("There is no file %s."), path);
    }
    return error_set(err, STATUS_IO, _("The file %s cannot be read: %s."), path, strerror(why));
}

/* Reads to the end of the file, but never keeps more than max_bytes. */
static enum status read_all(struct buffer *b, int fd, const char *path, size_t max_bytes,
                            struct error *err)
{
    char chunk[16384];
    size_t total = 0;
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return cannot_read(path, errno, err);
        }
        if (got == 0) {
            return STATUS_OK;
        }
        total += (size_t)got;
        if (total > max_bytes) {
            return error_set(err, STATUS_LIMIT, _("The file %s is larger than %zu bytes."), path,
                             max_bytes);
        }
        buffer_append(b, chunk, (size_t)got);
    }
}

enum status buffer_read_file(struct buffer *b, const char *path, size_t max_bytes,
                             struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return cannot_read(path, errno, err);
    }
    size_t len_before = b->len;
    reserve(b, 0); /* an empty file gives "" and not NULL */
    enum status status = read_all(b, fd, path, max_bytes, err);
    if (status != STATUS_OK) {
        b->len = len_before;
    }
    b->bytes[b->len] = '\0';
    (void)close(fd); /* nothing was written */
    return status;
}
