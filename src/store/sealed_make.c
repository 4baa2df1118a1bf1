/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making sealed files: new ones, copies, and the same under a new key. A file is built under a
 * temporary name and gets its own when it is whole and on the disk, so that a crash leaves the old
 * file or the new one. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "store/sealed_open.h"
#include "store/sealed_page.h"
#include "store/sealed_vfs.h"

#define TEXT_OF(number) TEXT_OF_(number)
#define TEXT_OF_(number) #number

static enum status fail_disk(struct error *err)
{
    return error_set(err, STATUS_IO,
                     _("The disk did not take the new database. The old one was not touched."));
}

static enum status fail_rc(int rc, struct error *err)
{
    struct sealed_db none = SEALED_DB_INIT;
    return sealed_result(&none, rc, err);
}

static bool is_synced(const char *path)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool ok = fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

static void remove_with_wal(const char *path)
{
    static const char *const ENDINGS[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char *name = mem_format("%s%s", path, ENDINGS[i]);
        (void)unlink(name); /* mostly not there */
        mem_free(name);
    }
}

/* An empty file of mode 0600 in place of whatever an interrupted attempt left. SQLite would make it
 * 0644. */
static bool make_empty(const char *path)
{
    remove_with_wal(path);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return fd >= 0 && close(fd) == 0;
}

static int run(sqlite3 *handle, const char *sql)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL);
}

/* A connection to an empty file, in the order that SQLite needs: reserve, page size, no files for
 * temporary things. */
static int open_empty(const char *path, sqlite3 **out)
{
    int reserve = SEALED_RESERVE_BYTES;
    int rc = sqlite3_open_v2(path, out, SQLITE_OPEN_READWRITE, SEALED_VFS_NAME);
    rc = rc == SQLITE_OK ? sqlite3_file_control(*out, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve)
                         : rc;
    rc = rc == SQLITE_OK ? run(*out, "PRAGMA page_size=" TEXT_OF(SEALED_PAGE_BYTES)) : rc;
    rc = rc == SQLITE_OK ? run(*out, "PRAGMA temp_store=MEMORY") : rc;
    rc = rc == SQLITE_OK ? run(*out, "PRAGMA journal_mode=MEMORY") : rc;
    rc = rc == SQLITE_OK ? run(*out, "PRAGMA auto_vacuum=INCREMENTAL") : rc;
    return rc == SQLITE_OK ? run(*out, "PRAGMA secure_delete=ON") : rc;
}

static int write_first_page(sqlite3 *handle)
{
    char id[64];
    sqlite3_snprintf(sizeof id, id, "PRAGMA application_id=%d", SEALED_APPLICATION_ID);
    int rc = run(handle, id);
    return rc == SQLITE_OK ? run(handle, "PRAGMA journal_mode=WAL") : rc;
}

static int copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL) {
        return sqlite3_errcode(to);
    }
    (void)sqlite3_backup_step(backup, -1); /* its result comes again from finish */
    return sqlite3_backup_finish(backup);
}

static enum status build(const char *path, sqlite3 *from, struct error *err)
{
    sqlite3 *handle = NULL;
    int rc = make_empty(path) ? open_empty(path, &handle) : SQLITE_CANTOPEN;
    if (rc == SQLITE_OK) {
        rc = from != NULL ? copy_pages(from, handle) : write_first_page(handle);
    }
    int closed = sqlite3_close(handle);
    rc = rc == SQLITE_OK ? closed : rc;
    if (rc == SQLITE_OK && !is_synced(path)) {
        return fail_disk(err);
    }
    return fail_rc(rc, err);
}

/* Builds `path` beside itself, reads every page back and renames it. `from` NULL: a new database.
 */
static enum status make(const char *path, sqlite3 *from, const struct secret *key, uint32_t epoch,
                        struct error *err)
{
    char *fresh = mem_format("%s.new", path);
    enum status status = sealed_vfs_install(NULL, err);
    status = status == STATUS_OK ? sealed_vfs_register_key(fresh, key, epoch, err) : status;
    if (status == STATUS_OK) {
        status = build(fresh, from, err);
        status = status == STATUS_OK ? sealed_vfs_verify(fresh, NULL, NULL, err) : status;
        sealed_vfs_forget_key(fresh);
    }
    if (status == STATUS_OK && (rename(fresh, path) != 0 || !blob_sync_folder_of(path))) {
        status = fail_disk(err);
    }
    if (status != STATUS_OK) {
        remove_with_wal(fresh);
    }
    mem_free(fresh);
    return status;
}

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

enum status sealed_create(const struct sealed_options *options, struct error *err)
{
    if (is_there(options->path)) {
        return error_set(err, STATUS_EXISTS,
                         _("There is a database here already. It was not touched."));
    }
    return make(options->path, NULL, options->key, options->epoch, err);
}

enum status sealed_copy(struct sealed_db *db, const char *path, const struct secret *key,
                        uint32_t epoch, struct error *err)
{
    if (is_there(path)) {
        return error_set(err, STATUS_EXISTS,
                         _("There is a file of this name already. It was not touched."));
    }
    return make(path, db->handle, key, epoch, err);
}

/* Keeps every writer away while the copy is made. */
static enum status lock_writers(const struct sealed_options *now, struct sealed_db *out,
                                struct error *err)
{
    enum status status = sealed_open(now, out, err);
    return status == STATUS_OK ? sealed_result(out, run(out->handle, "BEGIN IMMEDIATE"), err)
                               : status;
}

static void close_if_open(struct sealed_db *db)
{
    if (db->handle != NULL) {
        sealed_close(db);
    }
}

enum status sealed_rekey(const struct sealed_options *now, const struct secret *next_key,
                         uint32_t next_epoch, struct error *err)
{
    struct sealed_db lock = SEALED_DB_INIT;
    struct sealed_db db = SEALED_DB_INIT;
    char *fresh = mem_format("%s.rekeyed", now->path);
    char *wal = mem_format("%s-wal", now->path);
    enum status status = lock_writers(now, &lock, err);
    status = status == STATUS_OK ? sealed_open(now, &db, err) : status;
    if (status == STATUS_OK) {
        remove_with_wal(fresh);
        status = sealed_copy(&db, fresh, next_key, next_epoch, err);
    }
    close_if_open(&db);
    close_if_open(&lock); /* the last to close removes the WAL */
    if (status == STATUS_OK && is_there(wal)) {
        status = error_set(err, STATUS_BUSY,
                           _("Another session has the database open. The key was not changed."));
    }
    if (status == STATUS_OK && (rename(fresh, now->path) != 0 || !blob_sync_folder_of(now->path))) {
        status = fail_disk(err);
    }
    if (status != STATUS_OK) {
        remove_with_wal(fresh);
    }
    mem_free(fresh);
    mem_free(wal);
    return status;
}
