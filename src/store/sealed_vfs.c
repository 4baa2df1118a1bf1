/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sealed_vfs.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/sealed_file.h"

struct sealed_vfs *sealed_layer(void)
{
    return (struct sealed_vfs *)sqlite3_vfs_find(SEALED_VFS_NAME);
}

static struct sealed_vfs *layer_of(sqlite3_vfs *vfs)
{
    return (struct sealed_vfs *)vfs;
}

int sealed_file_close(sqlite3_file *file)
{
    struct sealed_file *f = (struct sealed_file *)file;
    int rc = f->pending_at >= 0 ? sealed_wal_flush(f) : SQLITE_OK;
    int closed = f->real->pMethods->xClose(f->real);
    sealed_codec_release(&f->codec);
    secret_pages_free(f->scratch, SEALED_SCRATCH_BYTES);
    f->owner->open_files--;
    return rc != SQLITE_OK ? rc : closed;
}

int sealed_file_sync(sqlite3_file *file, int flags)
{
    struct sealed_file *f = (struct sealed_file *)file;
    int rc = sealed_wal_flush(f);
    return rc != SQLITE_OK ? rc : f->real->pMethods->xSync(f->real, flags);
}

int sealed_file_sector_size(sqlite3_file *file)
{
    struct sealed_file *f = (struct sealed_file *)file;
    return f->real->pMethods->xSectorSize(f->real);
}

int sealed_file_characteristics(sqlite3_file *file)
{
    struct sealed_file *f = (struct sealed_file *)file;
    int known = SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN | SQLITE_IOCAP_SEQUENTIAL;
    /* Without powersafe overwrite SQLite pads frames and splits writes at sectors, which frames
     * sealed whole cannot follow. Every file system that this program runs on keeps bytes that are
     * not written. */
    return (f->real->pMethods->xDeviceCharacteristics(f->real) & known) |
           SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int open_real(struct sealed_vfs *v, struct sealed_file *f, const char *name, int flags,
                     int *out_flags)
{
    sqlite3_file *main = (flags & SQLITE_OPEN_WAL) ? sqlite3_database_file_object(name) : NULL;
    f->owner = v;
    f->path = name;
    f->main = main != NULL ? (struct sealed_file *)main : f;
    f->frame_at = f->pending_at = -1;
    f->real = (sqlite3_file *)(f + 1);
    f->scratch = secret_pages_new(SEALED_SCRATCH_BYTES, NULL);
    if (f->scratch == NULL) {
        return SQLITE_NOMEM;
    }
    f->frame = f->scratch + SEALED_FRAME_BYTES;
    int rc = v->base->xOpen(v->base, name, f->real, flags, out_flags);
    if (rc != SQLITE_OK) {
        secret_pages_free(f->scratch, SEALED_SCRATCH_BYTES);
        return rc;
    }
    v->open_files++;
    return SQLITE_OK;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *out_flags)
{
    struct sealed_vfs *v = layer_of(vfs);
    struct sealed_file *f = (struct sealed_file *)file;
    memset(f, 0, sizeof *f);
    /* Journals and temporary files would hold plaintext, and cannot be tied to a key: there are
     * none. */
    if (name == NULL || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL))) {
        return SQLITE_CANTOPEN;
    }
    if (flags & SQLITE_OPEN_WAL) {
        int opened = open_real(v, f, name, flags, out_flags);
        f->file.pMethods = opened == SQLITE_OK ? &SEALED_WAL_METHODS : NULL;
        return opened;
    }
    struct sealed_key *key = sealed_keys_find(&v->keys, name);
    if (key == NULL) {
        return SQLITE_CANTOPEN;
    }
    key->refusal = SEALED_REFUSAL_NONE; /* of an earlier open */
    int rc = open_real(v, f, name, flags, out_flags);
    if (rc != SQLITE_OK) {
        return rc;
    }
    rc = sealed_check_key(f, &key->refusal);
    if (rc == SQLITE_OK && key->refusal != SEALED_REFUSAL_NONE) {
        rc = SQLITE_CANTOPEN;
    }
    if (rc != SQLITE_OK) {
        /* SQLite must not get hold of it: recovering a WAL under a wrong key would find it empty
         * and delete it. */
        (void)sealed_file_close(file); /* nothing was written */
        return rc;
    }
    f->file.pMethods = &SEALED_MAIN_METHODS;
    return SQLITE_OK;
}

static bool is_journal(const char *path)
{
    size_t len = strlen(path);
    return len >= 8 && strcmp(path + len - 8, "-journal") == 0;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    sqlite3_vfs *base = layer_of(vfs)->base;
    return is_journal(path) ? SQLITE_IOERR_DELETE_NOENT : base->xDelete(base, path, sync_folder);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    sqlite3_vfs *base = layer_of(vfs)->base;
    if (is_journal(path)) {
        *out = 0; /* a hot journal can only have been planted */
        return SQLITE_OK;
    }
    return base->xAccess(base, path, flags, out);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int size, char *out)
{
    sqlite3_vfs *base = layer_of(vfs)->base;
    return base->xFullPathname(base, path, size, out);
}

static int vfs_randomness(sqlite3_vfs *vfs, int len, char *out)
{
    sqlite3_vfs *base = layer_of(vfs)->base;
    return base->xRandomness(base, len, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    sqlite3_vfs *base = layer_of(vfs)->base;
    return base->xSleep(base, microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *out)
{
    sqlite3_vfs *base = layer_of(vfs)->base;
    return base->xCurrentTime(base, out);
}

static int vfs_time64(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    sqlite3_vfs *base = layer_of(vfs)->base;
    return base->xCurrentTimeInt64(base, out);
}

static int vfs_last_error(sqlite3_vfs *vfs, int len, char *out)
{
    sqlite3_vfs *base = layer_of(vfs)->base;
    return base->xGetLastError(base, len, out);
}

static void *vfs_dl_open(sqlite3_vfs *vfs, const char *path)
{
    (void)vfs;
    (void)path;
    return NULL; /* no extension is ever loaded through this layer */
}

static void vfs_dl_error(sqlite3_vfs *vfs, int len, char *out)
{
    (void)vfs;
    sqlite3_snprintf(len, out, "extensions are refused");
}

static void vfs_dl_close(sqlite3_vfs *vfs, void *library)
{
    (void)vfs;
    (void)library;
}

static struct sealed_vfs *new_layer(void)
{
    struct sealed_vfs *v = mem_alloc(sizeof *v);
    v->vfs = (sqlite3_vfs){
        .iVersion = 2,
        .zName = SEALED_VFS_NAME,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xDlOpen = vfs_dl_open,
        .xDlError = vfs_dl_error,
        .xDlClose = vfs_dl_close,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xCurrentTimeInt64 = vfs_time64,
        .xGetLastError = vfs_last_error,
    };
    return v;
}

enum status sealed_vfs_install(const char *base, struct error *err)
{
    sqlite3_vfs *found = sqlite3_vfs_find(base);
    struct sealed_vfs *v = sealed_layer();
    if (found == NULL || found->iVersion < 2 || (v != NULL && &v->vfs == found)) {
        return error_set(err, STATUS_IO, _("The file layer of the database is missing."));
    }
    if (v != NULL && (base == NULL || v->base == found)) {
        return STATUS_OK;
    }
    if (v != NULL && v->open_files > 0) {
        return error_set(err, STATUS_BUSY, _("The file layer of the database is in use."));
    }
    if (v == NULL) {
        v = new_layer();
    }
    v->base = found;
    v->vfs.mxPathname = found->mxPathname;
    v->vfs.szOsFile = (int)sizeof(struct sealed_file) + found->szOsFile;
    if (sqlite3_vfs_register(&v->vfs, 0) != SQLITE_OK) {
        return error_set(err, STATUS_IO, _("The file layer of the database did not start."));
    }
    return STATUS_OK;
}

char *sealed_full_path(struct sealed_vfs *v, const char *path)
{
    size_t size = (size_t)v->base->mxPathname + 1;
    char *full = mem_alloc(size);
    if (v->base->xFullPathname(v->base, path, (int)size, full) & ~SQLITE_OK_SYMLINK) {
        mem_free(full);
        return NULL;
    }
    return full;
}

enum status sealed_vfs_register_key(const char *path, const struct secret *key, uint32_t epoch,
                                    struct error *err)
{
    struct sealed_vfs *v = sealed_layer();
    if (v == NULL || key->len != SECRET_KEY_BYTES) {
        return error_set(err, STATUS_INVALID, _("The file layer of the database did not start."));
    }
    char *full = sealed_full_path(v, path);
    if (full == NULL) {
        return error_set(err, STATUS_IO, _("The database's folder cannot be reached."));
    }
    enum status status = sealed_keys_add(&v->keys, full, key, epoch);
    mem_free(full);
    return status == STATUS_OK
               ? STATUS_OK
               : error_set(err, status,
                           _("The database is open with another key. Close it everywhere first."));
}

void sealed_vfs_forget_key(const char *path)
{
    struct sealed_vfs *v = sealed_layer();
    char *full = v != NULL ? sealed_full_path(v, path) : NULL;
    if (full != NULL) {
        sealed_keys_remove(&v->keys, full);
    }
    mem_free(full);
}

enum sealed_refusal sealed_vfs_refusal(const char *path)
{
    struct sealed_vfs *v = sealed_layer();
    char *full = v != NULL ? sealed_full_path(v, path) : NULL;
    struct sealed_key *key = full != NULL ? sealed_keys_find(&v->keys, full) : NULL;
    mem_free(full);
    return key != NULL ? key->refusal : SEALED_REFUSAL_NO_KEY;
}
