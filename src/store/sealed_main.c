/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main database file: pages. */
#include <string.h>

#include "base/log.h"
#include "crypt/random.h"
#include "store/sealed_file.h"

#define LOCK_PAGE                     \
    (0x40000000 / SEALED_PAGE_BYTES + \
     1) /* SQLite never writes the page that holds its lock bytes */
#define AT_RESERVE 20

int sealed_main_load_codec(struct sealed_file *f)
{
    uint8_t id[SEALED_FILE_ID_BYTES];
    static const uint8_t none[SEALED_FILE_ID_BYTES];
    struct sealed_key *key = sealed_keys_find(&f->owner->keys, f->path);
    if (f->has_codec) {
        return SQLITE_OK;
    }
    int rc = f->real->pMethods->xRead(f->real, id, sizeof id, 0);
    if (rc == SQLITE_IOERR_SHORT_READ || (rc == SQLITE_OK && memcmp(id, none, sizeof id) == 0)) {
        return SQLITE_OK;
    }
    if (rc != SQLITE_OK || key == NULL) {
        return rc != SQLITE_OK ? rc : SQLITE_IOERR_AUTH;
    }
    f->has_codec = sealed_codec_init(&f->codec, &key->key, key->epoch, id);
    if (!f->has_codec) {
        sealed_codec_release(&f->codec);
        return SQLITE_NOMEM;
    }
    return SQLITE_OK;
}

/* A new file: draws its id and writes it, before any page, so that pages may come in any order. */
static int create_codec(struct sealed_file *f)
{
    uint8_t id[SEALED_FILE_ID_BYTES];
    sqlite3_int64 size = 0;
    int rc = sealed_main_load_codec(f);
    if (rc != SQLITE_OK || f->has_codec) {
        return rc;
    }
    rc = f->real->pMethods->xFileSize(f->real, &size);
    if (rc != SQLITE_OK || size != 0) {
        return rc != SQLITE_OK
                   ? rc
                   : SQLITE_IOERR_DATA; /* never put an id over something that is there */
    }
    do {
        random_fill(id, sizeof id);
    } while (sqlite3_strnicmp((const char *)id, "SQLite format", 13) == 0 || id[0] == 0);
    rc = f->real->pMethods->xWrite(f->real, id, sizeof id, 0);
    return rc != SQLITE_OK ? rc : sealed_main_load_codec(f);
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0;
}

static bool has_wal(struct sealed_file *f)
{
    int there = 0;
    const char *wal = sqlite3_filename_wal(f->path);
    return f->owner->base->xAccess(f->owner->base, wal, SQLITE_ACCESS_EXISTS, &there) ==
               SQLITE_OK &&
           there;
}

static int read_page(struct sealed_file *f, uint32_t number, uint8_t *out);

/* Why the file has no such page. One that page 1 counts among the database's pages was lost, and
 * zeros in its place would be a silent loss: at a checkpoint every page up to that number is in the
 * file. One behind it is new in this transaction (SQLite fetches root pages before it writes them)
 * and reads as zeros. */
static int missing_page(struct sealed_file *f, uint32_t number)
{
    enum { PAGE_COUNT_AT = 28 };
    uint8_t first[SEALED_PAGE_BYTES];
    int rc = read_page(f, 1, first);
    uint32_t count = (uint32_t)first[PAGE_COUNT_AT] << 24 |
                     (uint32_t)first[PAGE_COUNT_AT + 1] << 16 |
                     (uint32_t)first[PAGE_COUNT_AT + 2] << 8 | first[PAGE_COUNT_AT + 3];
    memset(first, 0, sizeof first);
    if (rc == SQLITE_OK && number > count) {
        return SQLITE_IOERR_SHORT_READ;
    }
    return rc == SQLITE_OK || rc == SQLITE_IOERR_SHORT_READ ? SQLITE_IOERR_DATA : rc;
}

/* One whole page, in clear. Tried again when it does not authenticate: another process may be
 * writing it right now. */
static int read_page(struct sealed_file *f, uint32_t number, uint8_t *out)
{
    for (int tries = 0; tries < SEALED_READ_TRIES; tries++) {
        int rc = f->real->pMethods->xRead(f->real, out, SEALED_PAGE_BYTES,
                                          (sqlite3_int64)(number - 1) * SEALED_PAGE_BYTES);
        if (rc != SQLITE_OK) {
            memset(out, 0, SEALED_PAGE_BYTES); /* a short page is ciphertext that nobody can open */
            return rc == SQLITE_IOERR_SHORT_READ && number > 1 ? missing_page(f, number) : rc;
        }
        rc = sealed_main_load_codec(f);
        if (rc != SQLITE_OK) {
            memset(out, 0, SEALED_PAGE_BYTES);
            return rc;
        }
        if (number == LOCK_PAGE && is_zero(out, SEALED_PAGE_BYTES)) {
            return SQLITE_OK;
        }
        if (f->has_codec && sealed_page_open(&f->codec, number, out, out) == STATUS_OK) {
            return SQLITE_OK;
        }
    }
    memset(out, 0, SEALED_PAGE_BYTES);
    return SQLITE_IOERR_DATA;
}

static int main_read(sqlite3_file *file, void *buffer, int amount, sqlite3_int64 offset)
{
    struct sealed_file *f = (struct sealed_file *)file;
    uint32_t number = (uint32_t)(offset / SEALED_PAGE_BYTES) + 1;
    int from = (int)(offset % SEALED_PAGE_BYTES);
    bool whole = amount == SEALED_PAGE_BYTES && from == 0;
    if (from + amount > SEALED_PAGE_BYTES) {
        return SQLITE_IOERR_READ;
    }
    uint8_t *page = whole ? buffer : f->scratch;
    int rc = read_page(f, number, page);
    if (rc == SQLITE_IOERR_DATA && number == 1 && !whole && from + amount <= 100 && has_wal(f)) {
        /* A power cut during a checkpoint tore page 1. The good copy is in the WAL, but SQLite
         * reads the header before it recovers the WAL: without this the database would never open
         * again. */
        sealed_page_header(page);
        rc = SQLITE_OK;
    }
    if (rc == SQLITE_IOERR_DATA) {
        log_write(LOG_ERROR, "sealed store: page %u does not authenticate", number);
    }
    if (!whole) {
        memcpy(buffer, page + from, (size_t)amount);
    }
    return rc;
}

static int main_write(sqlite3_file *file, const void *buffer, int amount, sqlite3_int64 offset)
{
    struct sealed_file *f = (struct sealed_file *)file;
    const uint8_t *page = buffer;
    uint32_t number = (uint32_t)(offset / SEALED_PAGE_BYTES) + 1;
    bool is_first = number == 1;
    /* Somebody opened the file without setting the reserve: refuse loudly, nothing was written. */
    if (amount != SEALED_PAGE_BYTES || offset % SEALED_PAGE_BYTES != 0 ||
        (is_first && page[AT_RESERVE] != SEALED_RESERVE_BYTES) ||
        !is_zero(page + SEALED_USABLE_BYTES, SEALED_RESERVE_BYTES)) {
        return SQLITE_IOERR_WRITE;
    }
    int rc = create_codec(f);
    if (rc != SQLITE_OK) {
        return rc;
    }
    if (sealed_page_close(&f->codec, number, page, f->scratch) != STATUS_OK) {
        return SQLITE_IOERR_WRITE;
    }
    /* The file id is on the disk and never changes; it is not written again, so that a torn write
     * of page 1 cannot take it, and with it the keys of the whole file. */
    int skip = is_first ? SEALED_FILE_ID_BYTES : 0;
    return f->real->pMethods->xWrite(f->real, f->scratch + skip, SEALED_PAGE_BYTES - skip,
                                     offset + skip);
}

static int main_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct sealed_file *f = (struct sealed_file *)file;
    return size % SEALED_PAGE_BYTES != 0 ? SQLITE_IOERR_TRUNCATE
                                         : f->real->pMethods->xTruncate(f->real, size);
}

static int main_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct sealed_file *f = (struct sealed_file *)file;
    return f->real->pMethods->xFileSize(f->real, out);
}

static int main_lock(sqlite3_file *file, int level)
{
    struct sealed_file *f = (struct sealed_file *)file;
    return f->real->pMethods->xLock(f->real, level);
}

static int main_unlock(sqlite3_file *file, int level)
{
    struct sealed_file *f = (struct sealed_file *)file;
    return f->real->pMethods->xUnlock(f->real, level);
}

static int main_check_lock(sqlite3_file *file, int *out)
{
    struct sealed_file *f = (struct sealed_file *)file;
    return f->real->pMethods->xCheckReservedLock(f->real, out);
}

/* The pragmas that would lead away from one page size, from WAL or from read(): swallowed or
 * vetoed. */
static int control_pragma(struct sealed_file *f, char **argument)
{
    sqlite3_int64 size = 0;
    const char *name = argument[1];
    const char *value = argument[2];
    if (value != NULL &&
        (sqlite3_stricmp(name, "page_size") == 0 || sqlite3_stricmp(name, "mmap_size") == 0)) {
        return SQLITE_OK;
    }
    if (value == NULL || sqlite3_stricmp(name, "journal_mode") != 0 ||
        sqlite3_stricmp(value, "wal") == 0) {
        return SQLITE_NOTFOUND;
    }
    int rc = f->real->pMethods->xFileSize(f->real, &size);
    /* "memory" is for a file that is being made, under a name that nobody opens. */
    if (rc != SQLITE_OK || size > 0 || sqlite3_stricmp(value, "memory") != 0) {
        argument[0] = sqlite3_mprintf("a sealed database is always in WAL mode");
        return SQLITE_ERROR;
    }
    return SQLITE_NOTFOUND;
}

static int main_control(sqlite3_file *file, int operation, void *argument)
{
    struct sealed_file *f = (struct sealed_file *)file;
    switch (operation) {
    case SQLITE_FCNTL_PRAGMA: {
        int rc = control_pragma(f, argument);
        return rc == SQLITE_NOTFOUND ? f->real->pMethods->xFileControl(f->real, operation, argument)
                                     : rc;
    }
    case SQLITE_FCNTL_MMAP_SIZE:
        *(sqlite3_int64 *)argument = 0;
        return SQLITE_OK;
    case SQLITE_FCNTL_CHUNK_SIZE: /* preallocated room would read as pages of zeros */
    case SQLITE_FCNTL_SIZE_HINT:
        return SQLITE_OK;
    case SQLITE_FCNTL_POWERSAFE_OVERWRITE:
        *(int *)argument = 1;
        return SQLITE_OK;
    default:
        return f->real->pMethods->xFileControl(f->real, operation, argument);
    }
}

static int main_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    struct sealed_file *f = (struct sealed_file *)file;
    return f->real->pMethods->xShmMap(f->real, region, size, extend, out);
}

static int main_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    struct sealed_file *f = (struct sealed_file *)file;
    return f->real->pMethods->xShmLock(f->real, offset, n, flags);
}

static void main_shm_barrier(sqlite3_file *file)
{
    struct sealed_file *f = (struct sealed_file *)file;
    f->real->pMethods->xShmBarrier(f->real);
}

static int main_shm_unmap(sqlite3_file *file, int delete_flag)
{
    struct sealed_file *f = (struct sealed_file *)file;
    return f->real->pMethods->xShmUnmap(f->real, delete_flag);
}

const sqlite3_io_methods SEALED_MAIN_METHODS = {
    .iVersion = 2, /* no xFetch: no memory map, no ciphertext served as plaintext */
    .xClose = sealed_file_close,
    .xRead = main_read,
    .xWrite = main_write,
    .xTruncate = main_truncate,
    .xSync = sealed_file_sync,
    .xFileSize = main_size,
    .xLock = main_lock,
    .xUnlock = main_unlock,
    .xCheckReservedLock = main_check_lock,
    .xFileControl = main_control,
    .xSectorSize = sealed_file_sector_size,
    .xDeviceCharacteristics = sealed_file_characteristics,
    .xShmMap = main_shm_map,
    .xShmLock = main_shm_lock,
    .xShmBarrier = main_shm_barrier,
    .xShmUnmap = main_shm_unmap,
};
