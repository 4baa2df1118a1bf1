/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/fault_vfs.h"

#include <sqlite3.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"

struct fault_vfs {
    sqlite3_vfs vfs; /* first */
    sqlite3_vfs *system;
    uint64_t operations;
    uint64_t armed;
    bool is_sticky;
    int64_t room; /* -1: no limit */
    uint64_t faults;
};

struct handle {
    sqlite3_file file; /* first */
    struct fault_vfs *v;
    sqlite3_file *real;
};

static bool is_hit(struct fault_vfs *v)
{
    v->operations++;
    bool hit = v->armed > 0 &&
               (v->operations == v->armed || (v->is_sticky && v->operations > v->armed));
    v->faults += hit;
    return hit;
}

static int file_close(sqlite3_file *file)
{
    struct handle *h = (struct handle *)file;
    return h->real->pMethods->xClose(h->real);
}

static int file_read(sqlite3_file *file, void *out, int amount, sqlite3_int64 offset)
{
    struct handle *h = (struct handle *)file;
    return is_hit(h->v) ? SQLITE_IOERR_READ
                        : h->real->pMethods->xRead(h->real, out, amount, offset);
}

/* The part that reached the disk before the error. */
static void write_part(struct handle *h, const void *bytes, int amount, sqlite3_int64 offset)
{
    static const int PARTS[] = {0, 1, 2, 4};
    int part = PARTS[h->v->operations % 4] * amount / 4;
    if (part > 0 && part < amount) {
        (void)h->real->pMethods->xWrite(h->real, bytes, part,
                                        offset); /* best effort: the caller gets the error anyway */
    }
}

static int file_write(sqlite3_file *file, const void *bytes, int amount, sqlite3_int64 offset)
{
    struct handle *h = (struct handle *)file;
    sqlite3_int64 size = 0;
    if (is_hit(h->v)) {
        write_part(h, bytes, amount, offset);
        return SQLITE_IOERR_WRITE;
    }
    if (h->v->room >= 0 && h->real->pMethods->xFileSize(h->real, &size) == SQLITE_OK &&
        offset + amount > size) {
        if (offset + amount - size > h->v->room) {
            h->v->faults++;
            h->v->operations++;
            write_part(h, bytes, (int)(h->v->room < amount ? h->v->room : amount), offset);
            return SQLITE_FULL;
        }
        h->v->room -= offset + amount - size;
    }
    return h->real->pMethods->xWrite(h->real, bytes, amount, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct handle *h = (struct handle *)file;
    return is_hit(h->v) ? SQLITE_IOERR_TRUNCATE : h->real->pMethods->xTruncate(h->real, size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct handle *h = (struct handle *)file;
    return is_hit(h->v) ? SQLITE_IOERR_FSYNC : h->real->pMethods->xSync(h->real, flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct handle *h = (struct handle *)file;
    return is_hit(h->v) ? SQLITE_IOERR_FSTAT : h->real->pMethods->xFileSize(h->real, out);
}

static int file_lock(sqlite3_file *file, int level)
{
    struct handle *h = (struct handle *)file;
    return is_hit(h->v) ? SQLITE_IOERR_LOCK : h->real->pMethods->xLock(h->real, level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    struct handle *h = (struct handle *)file;
    return h->real->pMethods->xUnlock(h->real, level);
}

static int file_check_lock(sqlite3_file *file, int *out)
{
    struct handle *h = (struct handle *)file;
    return is_hit(h->v) ? SQLITE_IOERR_CHECKRESERVEDLOCK
                        : h->real->pMethods->xCheckReservedLock(h->real, out);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    struct handle *h = (struct handle *)file;
    return h->real->pMethods->xFileControl(h->real, operation, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    struct handle *h = (struct handle *)file;
    return h->real->pMethods->xSectorSize(h->real);
}

static int file_characteristics(sqlite3_file *file)
{
    struct handle *h = (struct handle *)file;
    return h->real->pMethods->xDeviceCharacteristics(h->real);
}

static int shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    struct handle *h = (struct handle *)file;
    return is_hit(h->v) ? SQLITE_IOERR_SHMMAP
                        : h->real->pMethods->xShmMap(h->real, region, size, extend, out);
}

static int shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    struct handle *h = (struct handle *)file;
    return h->real->pMethods->xShmLock(h->real, offset, n, flags);
}

static void shm_barrier(sqlite3_file *file)
{
    struct handle *h = (struct handle *)file;
    h->real->pMethods->xShmBarrier(h->real);
}

static int shm_unmap(sqlite3_file *file, int delete_it)
{
    struct handle *h = (struct handle *)file;
    return h->real->pMethods->xShmUnmap(h->real, delete_it);
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
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *out_flags)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    struct handle *h = (struct handle *)file;
    memset(h, 0, sizeof *h);
    if (is_hit(v)) {
        return SQLITE_CANTOPEN;
    }
    h->v = v;
    h->real = (sqlite3_file *)(h + 1);
    int rc = v->system->xOpen(v->system, name, h->real, flags, out_flags);
    h->file.pMethods = rc == SQLITE_OK ? &METHODS : NULL;
    return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    return is_hit(v) ? SQLITE_IOERR_DELETE : v->system->xDelete(v->system, path, sync_folder);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    return is_hit(v) ? SQLITE_IOERR_ACCESS : v->system->xAccess(v->system, path, flags, out);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int size, char *out)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    return v->system->xFullPathname(v->system, path, size, out);
}

static int vfs_randomness(sqlite3_vfs *vfs, int len, char *out)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    return v->system->xRandomness(v->system, len, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    return v->system->xSleep(v->system, microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *out)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    return v->system->xCurrentTime(v->system, out);
}

static int vfs_time64(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    return v->system->xCurrentTimeInt64(v->system, out);
}

static int vfs_last_error(sqlite3_vfs *vfs, int len, char *out)
{
    struct fault_vfs *v = (struct fault_vfs *)vfs;
    return v->system->xGetLastError(v->system, len, out);
}

struct fault_vfs *fault_vfs_install(void)
{
    struct fault_vfs *v = (struct fault_vfs *)sqlite3_vfs_find(FAULT_VFS_NAME);
    if (v == NULL) {
        v = mem_alloc(sizeof *v);
        v->system = sqlite3_vfs_find(NULL);
        v->vfs = (sqlite3_vfs){
            .iVersion = 2,
            .szOsFile = (int)sizeof(struct handle) + v->system->szOsFile,
            .mxPathname = v->system->mxPathname,
            .zName = FAULT_VFS_NAME,
            .xOpen = vfs_open,
            .xDelete = vfs_delete,
            .xAccess = vfs_access,
            .xFullPathname = vfs_full_path,
            .xRandomness = vfs_randomness,
            .xSleep = vfs_sleep,
            .xCurrentTime = vfs_time,
            .xCurrentTimeInt64 = vfs_time64,
            .xGetLastError = vfs_last_error,
        };
        if (sqlite3_vfs_register(&v->vfs, 0) != SQLITE_OK) {
            fatal("the test's file layer was refused");
        }
    }
    fault_vfs_arm(v, 0, false);
    fault_vfs_limit(v, -1);
    return v;
}

void fault_vfs_arm(struct fault_vfs *v, uint64_t n, bool sticky)
{
    v->operations = v->faults = 0;
    v->armed = n;
    v->is_sticky = sticky;
}

void fault_vfs_limit(struct fault_vfs *v, int64_t bytes)
{
    v->room = bytes;
    v->faults = 0;
}

uint64_t fault_vfs_operations(const struct fault_vfs *v)
{
    return v->operations;
}

uint64_t fault_vfs_faults(const struct fault_vfs *v)
{
    return v->faults;
}
