/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h" /* memfd_create() */

#include "term/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"

static const char SYNC_ON[] = "\033[?2026h";
static const char SYNC_OFF[] = "\033[?2026l";

struct frame {
    FILE *stream;
    int memory_fd;
    frame_write_fn write;
    void *context;
    bool can_sync;
    bool is_gone;
    struct buffer own;    /* of frame_add() */
    struct buffer wanted; /* what the terminal has to get */
    size_t sent;          /* how much of it it has */
    struct frame_counts counts;
};

enum status frame_new(frame_write_fn write, void *context, bool can_sync, struct frame **out,
                      struct error *err)
{
    int fd = memfd_create("frame", MFD_CLOEXEC);
    FILE *stream = fd < 0 ? NULL : fdopen(fd, "w");
    if (!stream) {
        if (fd >= 0) {
            close(fd);
        }
        return error_set(
            err, STATUS_IO,
            _("The system gave no memory for the screen. Close other programs and try again."));
    }
    struct frame *f = mem_alloc(sizeof *f);
    f->stream = stream;
    f->memory_fd = fd;
    f->write = write;
    f->context = context;
    f->can_sync = can_sync;
    *out = f;
    return STATUS_OK;
}

void frame_free(struct frame *f)
{
    if (!f) {
        return;
    }
    fclose(f->stream);
    mem_wipe(f->wanted.bytes, f->wanted.len);
    buffer_release(&f->wanted);
    buffer_release(&f->own);
    mem_free(f);
}

FILE *frame_stream(struct frame *f)
{
    return f->stream;
}

void frame_add(struct frame *f, const char *bytes)
{
    buffer_append_text(&f->own, bytes);
}

/* Moves what curses has written so far behind `wanted`. */
static void capture(struct frame *f)
{
    fflush(f->stream); /* curses writes to the descriptor itself; what goes through stdio is nothing
                          or little */
    off_t size = lseek(f->memory_fd, 0, SEEK_CUR);
    size_t total = f->own.len + (size > 0 ? (size_t)size : 0);
    bool sync = f->can_sync && total > FRAME_SYNC_BYTES;
    if (sync) {
        buffer_append_text(&f->wanted, SYNC_ON);
    }
    buffer_append(&f->wanted, f->own.bytes ? f->own.bytes : "", f->own.len);
    buffer_clear(&f->own);
    for (off_t at = 0; at < size;) {
        char chunk[4096];
        ssize_t got = pread(f->memory_fd, chunk, sizeof chunk, at);
        if (got <= 0) {
            break; /* memory does not fail */
        }
        buffer_append(&f->wanted, chunk, (size_t)got);
        at += got;
    }
    if (sync) {
        buffer_append_text(&f->wanted, SYNC_OFF);
    }
    if (size > 0) {
        (void)!ftruncate(
            f->memory_fd,
            0); /* nothing of a patient stays behind; the next frame starts at 0 anyway */
        (void)lseek(f->memory_fd, 0, SEEK_SET);
    }
}

void frame_send(struct frame *f)
{
    size_t before = f->wanted.len;
    capture(f);
    f->counts.last_bytes = f->wanted.len - before;
    f->counts.frames += f->wanted.len > before;
    while (f->sent < f->wanted.len && !f->is_gone) {
        ssize_t n = f->write(f->context, f->wanted.bytes + f->sent, f->wanted.len - f->sent);
        if (n > 0) {
            f->counts.writes++;
            f->counts.bytes += (uint64_t)n;
            f->sent += (size_t)n;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            f->counts.blocked++;
            return;
        } else {
            f->is_gone = true; /* the reader of keys will hear of the hang-up */
        }
    }
    buffer_clear(&f->wanted);
    f->sent = 0;
}

bool frame_is_blocked(const struct frame *f)
{
    return f->sent < f->wanted.len && !f->is_gone;
}

void frame_give_up(struct frame *f)
{
    f->is_gone = true;
    buffer_clear(&f->wanted);
    f->sent = 0;
}

struct frame_counts frame_counts(const struct frame *f)
{
    return f->counts;
}
