/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The write-ahead log: SQLite writes a frame as a 24-byte header and a page; on the disk both are
 * one sealed unit, of the same size and at the same place. The 32 bytes in front of the first frame
 * stay clear. */
#include <string.h>

#include "base/log.h"
#include "store/sealed_file.h"

/* Offset of the frame that holds `offset`. */
static int64_t frame_start(int64_t offset)
{
    return offset - (offset - SEALED_WAL_HEADER_BYTES) % SEALED_FRAME_BYTES;
}

static int write_frame(struct sealed_file *f, int64_t at, const uint8_t *frame)
{
    if (sealed_frame_close(&f->main->codec, at, frame, f->scratch) != STATUS_OK) {
        return SQLITE_IOERR_WRITE;
    }
    return f->real->pMethods->xWrite(f->real, f->scratch, SEALED_FRAME_BYTES, at);
}

/* The frame at `at` into f->frame, in clear. SQLITE_IOERR_DATA when it does not authenticate. */
static int read_frame(struct sealed_file *f, int64_t at)
{
    f->frame_at = -1;
    int rc = f->real->pMethods->xRead(f->real, f->scratch, SEALED_FRAME_BYTES, at);
    if (rc != SQLITE_OK) {
        memset(f->frame, 0, SEALED_FRAME_BYTES);
        return rc;
    }
    if (!f->main->has_codec) {
        rc = sealed_main_load_codec(f->main);
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    if (!f->main->has_codec ||
        sealed_frame_open(&f->main->codec, at, f->scratch, f->frame) != STATUS_OK) {
        memset(f->frame, 0, SEALED_FRAME_BYTES);
        return SQLITE_IOERR_DATA;
    }
    return SQLITE_OK;
}

/* A header that was taken but whose page did not follow: joined with the page that is on the disk,
 * so that what was answered with OK is really there. */
int sealed_wal_flush(struct sealed_file *f)
{
    int64_t at = f->pending_at;
    if (at < 0) {
        return SQLITE_OK;
    }
    f->pending_at = -1;
    int rc = read_frame(f, at);
    if (rc != SQLITE_OK) {
        return rc;
    }
    memcpy(f->frame, f->pending, SEALED_FRAME_HEADER_BYTES);
    return write_frame(f, at, f->frame);
}

static int read_whole_frame(struct sealed_file *f, uint8_t *out, int64_t at)
{
    int rc = read_frame(f, at);
    if (rc == SQLITE_IOERR_DATA) {
        /* The torn end of the log after a crash: SQLite's own checksum, wrong over zeros, ends the
         * log here. */
        memset(out, 0, SEALED_FRAME_BYTES);
        return SQLITE_OK;
    }
    memcpy(out, f->frame, SEALED_FRAME_BYTES);
    if (rc == SQLITE_OK) {
        f->frame_at = at;
    }
    return rc;
}

static int wal_read(sqlite3_file *file, void *buffer, int amount, sqlite3_int64 offset)
{
    struct sealed_file *f = (struct sealed_file *)file;
    int rc = sealed_wal_flush(f);
    f->frame_at = -1;
    if (rc != SQLITE_OK) {
        return rc;
    }
    if (offset < SEALED_WAL_HEADER_BYTES) {
        return offset + amount > SEALED_WAL_HEADER_BYTES
                   ? SQLITE_IOERR_READ
                   : f->real->pMethods->xRead(f->real, buffer, amount, offset);
    }
    int64_t at = frame_start(offset);
    if (offset + amount > at + SEALED_FRAME_BYTES) {
        return SQLITE_IOERR_READ;
    }
    if (offset == at && amount == SEALED_FRAME_BYTES) {
        return read_whole_frame(f, buffer, at);
    }
    rc = read_frame(f, at);
    if (rc == SQLITE_IOERR_DATA) {
        log_write(LOG_ERROR, "sealed store: frame at %lld does not authenticate", (long long)at);
    }
    memcpy(buffer, f->frame + (offset - at), (size_t)amount);
    return rc;
}

static int write_header(struct sealed_file *f, const uint8_t *header, int64_t at,
                        bool was_just_read)
{
    if (!was_just_read) {
        memcpy(f->pending, header, SEALED_FRAME_HEADER_BYTES);
        f->pending_at = at;
        return SQLITE_OK;
    }
    /* walRewriteChecksums. Not left pending: with synchronous=NORMAL no later call would bring it
     * to the disk, and an acknowledged commit would live in this process only. */
    memcpy(f->frame, header, SEALED_FRAME_HEADER_BYTES);
    return write_frame(f, at, f->frame);
}

static int write_page(struct sealed_file *f, const uint8_t *page, int64_t at)
{
    static const uint8_t zero[SEALED_RESERVE_BYTES];
    if (memcmp(page + SEALED_USABLE_BYTES, zero, sizeof zero) != 0) {
        return SQLITE_IOERR_WRITE; /* SQLite's checksum covers bytes that we would not store */
    }
    if (f->pending_at == at) {
        memcpy(f->frame, f->pending, SEALED_FRAME_HEADER_BYTES);
        f->pending_at = -1;
    } else {
        /* A page that this transaction spilled earlier is overwritten in its place. */
        int rc = sealed_wal_flush(f);
        rc = rc == SQLITE_OK ? read_frame(f, at) : rc;
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    memcpy(f->frame + SEALED_FRAME_HEADER_BYTES, page, SEALED_PAGE_BYTES);
    return write_frame(f, at, f->frame);
}

static int wal_write(sqlite3_file *file, const void *buffer, int amount, sqlite3_int64 offset)
{
    struct sealed_file *f = (struct sealed_file *)file;
    int64_t at = offset >= SEALED_WAL_HEADER_BYTES ? frame_start(offset) : 0;
    bool was_just_read = f->frame_at == at && f->frame_at >= 0;
    f->frame_at = -1;
    if (!f->main->has_codec) {
        return SQLITE_IOERR_WRITE; /* the first page of a file is never born in a WAL */
    }
    if (offset == 0 && amount == SEALED_WAL_HEADER_BYTES) {
        int rc = sealed_wal_flush(f);
        return rc != SQLITE_OK ? rc : f->real->pMethods->xWrite(f->real, buffer, amount, offset);
    }
    if (offset == at && amount == SEALED_FRAME_HEADER_BYTES && offset != 0) {
        int rc = sealed_wal_flush(f);
        return rc != SQLITE_OK ? rc : write_header(f, buffer, at, was_just_read);
    }
    if (offset == at + SEALED_FRAME_HEADER_BYTES && amount == SEALED_PAGE_BYTES &&
        offset != SEALED_FRAME_HEADER_BYTES) {
        return write_page(f, buffer, at);
    }
    return SQLITE_IOERR_WRITE;
}

static int wal_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct sealed_file *f = (struct sealed_file *)file;
    int rc = sealed_wal_flush(f);
    f->frame_at = -1;
    return rc != SQLITE_OK ? rc : f->real->pMethods->xTruncate(f->real, size);
}

static int wal_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct sealed_file *f = (struct sealed_file *)file;
    int rc = sealed_wal_flush(f);
    return rc != SQLITE_OK ? rc : f->real->pMethods->xFileSize(f->real, out);
}

/* SQLite locks the database, never its WAL. */
static int wal_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int wal_check_lock(sqlite3_file *file, int *out)
{
    (void)file;
    *out = 0;
    return SQLITE_OK;
}

static int wal_control(sqlite3_file *file, int operation, void *argument)
{
    struct sealed_file *f = (struct sealed_file *)file;
    int rc = sealed_wal_flush(f);
    if (rc != SQLITE_OK || operation == SQLITE_FCNTL_SIZE_HINT ||
        operation == SQLITE_FCNTL_CHUNK_SIZE) {
        return rc;
    }
    return f->real->pMethods->xFileControl(f->real, operation, argument);
}

const sqlite3_io_methods SEALED_WAL_METHODS = {
    .iVersion = 1,
    .xClose = sealed_file_close,
    .xRead = wal_read,
    .xWrite = wal_write,
    .xTruncate = wal_truncate,
    .xSync = sealed_file_sync,
    .xFileSize = wal_size,
    .xLock = wal_lock,
    .xUnlock = wal_lock,
    .xCheckReservedLock = wal_check_lock,
    .xFileControl = wal_control,
    .xSectorSize = sealed_file_sector_size,
    .xDeviceCharacteristics = sealed_file_characteristics,
};
