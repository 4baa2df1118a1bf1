/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/crash_vfs.h"

#include <sqlite3.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "support/random.h"

#define SECTOR 512
#define FILES_MAX 8
#define SHM_REGIONS_MAX 64

enum kind { WRITE, TRUNCATE, DELETE };

struct operation {
    enum kind kind;
    size_t offset; /* TRUNCATE: the new size */
    size_t len;
    uint8_t *bytes;
};

struct operations {
    struct operation *items;
    size_t len;
    size_t cap;
};

struct image {
    uint8_t *bytes;
    size_t len;
    size_t cap;
    bool is_there;
};

struct disk_file {
    char *path;
    struct image live;
    struct image durable;
    struct operations pending; /* since the last sync */
    void *shm[SHM_REGIONS_MAX];
};

struct crash_disk {
    sqlite3_vfs vfs; /* first */
    sqlite3_vfs *system;
    struct disk_file files[FILES_MAX];
    size_t len;
    struct random random;
    uint64_t armed; /* operations left; 0: not armed */
    uint64_t operations;
    bool is_dead;
};

struct handle {
    sqlite3_file file; /* first */
    struct crash_disk *disk;
    struct disk_file *on;
};

static void image_resize(struct image *image, size_t len)
{
    if (len > image->cap) {
        size_t cap = len + len / 2 + 4096;
        image->bytes = mem_resize_array(image->bytes, cap, 1);
        memset(image->bytes + image->cap, 0, cap - image->cap);
        image->cap = cap;
    }
    if (len < image->len) {
        memset(image->bytes + len, 0, image->len - len);
    }
    image->len = len;
}

static void image_write(struct image *image, size_t offset, const uint8_t *bytes, size_t len)
{
    if (offset + len > image->len) {
        image_resize(image, offset + len);
    }
    memcpy(image->bytes + offset, bytes, len);
    image->is_there = true;
}

static void image_copy(struct image *to, const struct image *from)
{
    image_resize(to, 0);
    image_resize(to, from->len);
    if (from->len > 0) {
        memcpy(to->bytes, from->bytes, from->len);
    }
    to->is_there = from->is_there;
}

static void image_apply(struct image *image, const struct operation *op)
{
    switch (op->kind) {
    case WRITE:
        image_write(image, op->offset, op->bytes, op->len);
        break;
    case TRUNCATE:
        image_resize(image, op->offset);
        break;
    case DELETE:
        image_resize(image, 0);
        image->is_there = false;
        break;
    }
}

static void forget_pending(struct disk_file *f)
{
    for (size_t i = 0; i < f->pending.len; i++) {
        mem_free(f->pending.items[i].bytes);
    }
    f->pending.len = 0;
}

static void drop_shm(struct disk_file *f)
{
    for (size_t i = 0; i < SHM_REGIONS_MAX; i++) {
        mem_free(f->shm[i]);
        f->shm[i] = NULL;
    }
}

static struct disk_file *find(struct crash_disk *disk, const char *path)
{
    for (size_t i = 0; i < disk->len; i++) {
        if (strcmp(disk->files[i].path, path) == 0) {
            return &disk->files[i];
        }
    }
    return NULL;
}

static struct disk_file *find_or_add(struct crash_disk *disk, const char *path)
{
    struct disk_file *f = find(disk, path);
    if (f == NULL) {
        if (disk->len == FILES_MAX) {
            fatal("the test disk has too many files");
        }
        f = &disk->files[disk->len++];
        f->path = mem_copy_text(path);
    }
    return f;
}

/* Counts an operation; false when the power is off. *out_last: this one is hit in its middle. */
static bool take_power(struct crash_disk *disk, bool *out_last)
{
    *out_last = false;
    if (disk->is_dead) {
        return false;
    }
    disk->operations++;
    if (disk->armed > 0 && --disk->armed == 0) {
        disk->is_dead = *out_last = true;
    }
    return true;
}

/* Does and remembers it. When the power goes in the middle, it is remembered as not synced. */
static bool perform(struct crash_disk *disk, struct disk_file *f, struct operation op)
{
    bool last = false;
    if (!take_power(disk, &last)) {
        mem_free(op.bytes);
        return false;
    }
    image_apply(&f->live, &op);
    MEM_GROW(&f->pending);
    f->pending.items[f->pending.len++] = op;
    return !last;
}

static int file_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *out, int amount, sqlite3_int64 offset)
{
    struct handle *h = (struct handle *)file;
    const struct image *image = &h->on->live;
    size_t from = (size_t)offset;
    size_t have = from < image->len ? image->len - from : 0;
    have = have > (size_t)amount ? (size_t)amount : have;
    if (h->disk->is_dead) {
        return SQLITE_IOERR_READ;
    }
    if (have > 0) {
        memcpy(out, image->bytes + from, have);
    }
    memset((uint8_t *)out + have, 0, (size_t)amount - have);
    return have == (size_t)amount ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *file, const void *bytes, int amount, sqlite3_int64 offset)
{
    struct handle *h = (struct handle *)file;
    struct operation op = {WRITE, (size_t)offset, (size_t)amount,
                           (uint8_t *)mem_copy_bytes(bytes, (size_t)amount)};
    return perform(h->disk, h->on, op) ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct handle *h = (struct handle *)file;
    return perform(h->disk, h->on, (struct operation){TRUNCATE, (size_t)size, 0, NULL})
               ? SQLITE_OK
               : SQLITE_IOERR_TRUNCATE;
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct handle *h = (struct handle *)file;
    bool last = false;
    (void)flags;
    if (!take_power(h->disk, &last) || last) {
        return SQLITE_IOERR_FSYNC;
    }
    for (size_t i = 0; i < h->on->pending.len; i++) {
        image_apply(&h->on->durable, &h->on->pending.items[i]);
    }
    forget_pending(h->on);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct handle *h = (struct handle *)file;
    *out = (sqlite3_int64)h->on->live.len;
    return h->disk->is_dead ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int file_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int file_check_lock(sqlite3_file *file, int *out)
{
    (void)file;
    *out = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    (void)file;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR;
}

static int file_characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    struct handle *h = (struct handle *)file;
    if (h->disk->is_dead || region >= SHM_REGIONS_MAX) {
        return SQLITE_IOERR_SHMMAP;
    }
    if (h->on->shm[region] == NULL && extend) {
        h->on->shm[region] = mem_alloc((size_t)size);
    }
    *out = h->on->shm[region];
    return SQLITE_OK;
}

static int shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    (void)file;
    (void)offset;
    (void)n;
    (void)flags;
    return SQLITE_OK;
}

static void shm_barrier(sqlite3_file *file)
{
    (void)file;
}

static int shm_unmap(sqlite3_file *file, int delete_it)
{
    struct handle *h = (struct handle *)file;
    (void)delete_it; /* the one connection is going */
    drop_shm(h->on);
    return SQLITE_OK;
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    struct crash_disk *disk = (struct crash_disk *)vfs;
    struct handle *h = (struct handle *)file;
    memset(h, 0, sizeof *h);
    struct disk_file *f = find(disk, name);
    bool is_there = f != NULL && f->live.is_there;
    if (disk->is_dead || (!is_there && !(flags & SQLITE_OPEN_CREATE))) {
        return SQLITE_CANTOPEN;
    }
    h->disk = disk;
    h->on = find_or_add(disk, name);
    h->on->live.is_there = true;
    h->file.pMethods = &METHODS;
    if (out_flags != NULL) {
        *out_flags = flags;
    }
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    struct crash_disk *disk = (struct crash_disk *)vfs;
    struct disk_file *f = find(disk, path);
    (void)sync_folder; /* SQLite asks for none */
    if (f == NULL || !f->live.is_there) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    return perform(disk, f, (struct operation){DELETE, 0, 0, NULL}) ? SQLITE_OK
                                                                    : SQLITE_IOERR_DELETE;
}

static int disk_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    struct crash_disk *disk = (struct crash_disk *)vfs;
    struct disk_file *f = find(disk, path);
    *out = f != NULL && f->live.is_there && (flags != SQLITE_ACCESS_EXISTS || f->live.len > 0);
    return disk->is_dead ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int disk_full_path(sqlite3_vfs *vfs, const char *path, int size, char *out)
{
    (void)vfs;
    sqlite3_snprintf(size, out, "%s", path);
    return SQLITE_OK;
}

static int disk_randomness(sqlite3_vfs *vfs, int len, char *out)
{
    struct crash_disk *disk = (struct crash_disk *)vfs;
    return disk->system->xRandomness(disk->system, len, out);
}

static int disk_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int disk_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    struct crash_disk *disk = (struct crash_disk *)vfs;
    return disk->system->xCurrentTimeInt64(disk->system, out);
}

static int disk_time_real(sqlite3_vfs *vfs, double *out)
{
    struct crash_disk *disk = (struct crash_disk *)vfs;
    return disk->system->xCurrentTime(disk->system, out);
}

static int disk_last_error(sqlite3_vfs *vfs, int len, char *out)
{
    (void)vfs;
    (void)len;
    (void)out;
    return 0;
}

struct crash_disk *crash_vfs_install(uint64_t seed)
{
    struct crash_disk *disk = (struct crash_disk *)sqlite3_vfs_find(CRASH_VFS_NAME);
    if (disk == NULL) {
        disk = mem_alloc(sizeof *disk);
        disk->system = sqlite3_vfs_find(NULL);
        disk->vfs = (sqlite3_vfs){
            .iVersion = 2,
            .szOsFile = (int)sizeof(struct handle),
            .mxPathname = 512,
            .zName = CRASH_VFS_NAME,
            .xOpen = disk_open,
            .xDelete = disk_delete,
            .xAccess = disk_access,
            .xFullPathname = disk_full_path,
            .xRandomness = disk_randomness,
            .xSleep = disk_sleep,
            .xCurrentTime = disk_time_real,
            .xCurrentTimeInt64 = disk_time,
            .xGetLastError = disk_last_error,
        };
        if (sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK) {
            fatal("the test disk was refused");
        }
    }
    crash_disk_reset(disk, seed);
    return disk;
}

void crash_disk_put(struct crash_disk *disk, const char *path, const void *bytes, size_t len)
{
    struct disk_file *f = find_or_add(disk, path);
    image_resize(&f->durable, 0);
    image_write(&f->durable, 0, bytes, len);
    image_copy(&f->live, &f->durable);
}

void crash_disk_reset(struct crash_disk *disk, uint64_t seed)
{
    for (size_t i = 0; i < disk->len; i++) {
        forget_pending(&disk->files[i]);
        drop_shm(&disk->files[i]);
        mem_free(disk->files[i].pending.items);
        mem_free(disk->files[i].live.bytes);
        mem_free(disk->files[i].durable.bytes);
        mem_free(disk->files[i].path);
        memset(&disk->files[i], 0, sizeof disk->files[i]);
    }
    disk->len = 0;
    disk->random = (struct random){.state = seed, .seed = seed};
    disk->armed = disk->operations = 0;
    disk->is_dead = false;
}

void crash_disk_arm(struct crash_disk *disk, uint64_t n)
{
    disk->armed = n;
}

bool crash_disk_is_dead(const struct crash_disk *disk)
{
    return disk->is_dead;
}

uint64_t crash_disk_operations(const struct crash_disk *disk)
{
    return disk->operations;
}

/* A write that was not synced: each sector that it touches fares on its own. */
static void survive_write(struct crash_disk *disk, struct image *image, const struct operation *op,
                          unsigned keep_percent)
{
    for (size_t at = op->offset; at < op->offset + op->len;) {
        size_t end = (at / SECTOR + 1) * SECTOR;
        end = end < op->offset + op->len ? end : op->offset + op->len;
        const uint8_t *bytes = op->bytes + (at - op->offset);
        uint64_t dice = random_below(&disk->random, 100);
        if (dice < keep_percent) {
            image_write(image, at, bytes, end - at);
        } else if (dice < keep_percent + (100 - keep_percent) / 2) {
            uint8_t garbled[SECTOR];
            for (size_t i = 0; i < end - at; i++) {
                garbled[i] = (uint8_t)random_next(&disk->random);
            }
            image_write(image, at, garbled, end - at);
        }
        at = end;
    }
}

void crash_disk_restart(struct crash_disk *disk)
{
    static const unsigned KEEP_PERCENT[] = {0, 34, 34, 34, 60, 95, 100};
    unsigned keep_percent =
        KEEP_PERCENT[random_below(&disk->random, sizeof KEEP_PERCENT / sizeof *KEEP_PERCENT)];
    for (size_t i = 0; i < disk->len; i++) {
        struct disk_file *f = &disk->files[i];
        for (size_t o = 0; o < f->pending.len; o++) {
            const struct operation *op = &f->pending.items[o];
            if (op->kind == WRITE) {
                survive_write(disk, &f->durable, op, keep_percent);
            } else if (random_below(&disk->random, 2) == 0) {
                image_apply(&f->durable, op);
            }
        }
        forget_pending(f);
        drop_shm(f);
        image_copy(&f->live, &f->durable);
    }
    disk->is_dead = false;
    disk->armed = 0;
}
