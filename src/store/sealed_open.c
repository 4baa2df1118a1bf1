/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sealed_open.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "store/sealed_page.h"
#include "store/sealed_vfs.h"

#define BUSY_TIMEOUT_MS 5000
#define WAL_LIMIT_BYTES "67108864"

enum status sealed_cache_start(size_t bytes, bool *out_locked, struct error *err)
{
    int header = 0;
    if (sqlite3_config(SQLITE_CONFIG_PCACHE_HDRSZ, &header) != SQLITE_OK) {
        return error_set(err, STATUS_IO,
                         _("The database's cache cannot be set up while it is in use."));
    }
    int slot = (SEALED_PAGE_BYTES + header + 7) & ~7;
    void *slab = secret_pages_new(bytes, out_locked);
    if (slab == NULL) {
        return error_set(err, STATUS_IO, _("There is not enough memory for the database's cache."));
    }
    if (sqlite3_config(SQLITE_CONFIG_PAGECACHE, slab, slot, (int)(bytes / (size_t)slot)) !=
        SQLITE_OK) {
        secret_pages_free(slab, bytes);
        return error_set(err, STATUS_IO,
                         _("The database's cache cannot be set up while it is in use."));
    }
    return STATUS_OK; /* the slab lives as long as the process */
}

static bool is_spoiling(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return true;
    default:
        return false;
    }
}

static enum status result_status(int rc, struct error *err)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STATUS_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, STATUS_BUSY,
                         _("Another session is writing. Nothing was changed: try again."));
    case SQLITE_FULL:
        return error_set(
            err, STATUS_DISK_FULL,
            _("The disk is full: this was not saved. Free some room, then save again."));
    case SQLITE_CONSTRAINT:
        return error_set(err, STATUS_INVALID,
                         _("The record contradicts another one. Nothing was saved."));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return sealed_refusal_error(SEALED_REFUSAL_DAMAGED, err);
    case SQLITE_INTERRUPT:
        return error_set(err, STATUS_CANCELLED, _("Stopped. Nothing was changed."));
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        return error_set(err, STATUS_REFUSED, _("The database does not allow this operation."));
    case SQLITE_TOOBIG:
        return error_set(err, STATUS_LIMIT, _("The entry is too large. Nothing was saved."));
    case SQLITE_IOERR:
        return rc == SQLITE_IOERR_DATA
                   ? sealed_refusal_error(SEALED_REFUSAL_DAMAGED, err)
                   : error_set(err, STATUS_IO,
                               _("The disk did not take or give the data: this was not saved."));
    default:
        return error_set(err, STATUS_IO, _("The database did not do this. Nothing was saved."));
    }
}

enum status sealed_result(struct sealed_db *db, int rc, struct error *err)
{
    if (is_spoiling(rc)) {
        db->is_spoilt = true;
    }
    return result_status(rc, err);
}

/* ATTACH would bring plain files in and sealed rows out; the pragmas below would undo what
 * open_handle() set. */
static int authorize(void *nothing, int action, const char *a, const char *b, const char *database,
                     const char *trigger)
{
    static const char *const FIXED[] = {"auto_vacuum",     "cell_size_check",
                                        "hard_heap_limit", "journal_mode",
                                        "locking_mode",    "mmap_size",
                                        "page_size",       "secure_delete",
                                        "temp_store",      "temp_store_directory",
                                        "trusted_schema",  "writable_schema"};
    (void)nothing;
    (void)database;
    (void)trigger;
    if (action == SQLITE_ATTACH || action == SQLITE_DETACH) {
        return SQLITE_DENY;
    }
    if (action == SQLITE_PRAGMA && b != NULL) {
        for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++) {
            if (sqlite3_stricmp(a, FIXED[i]) == 0) {
                return SQLITE_DENY;
            }
        }
    }
    return SQLITE_OK;
}

/* Runs the statement; *out (may be NULL) is the first column of its first row, as a number. */
static int run(sqlite3 *handle, const char *sql, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
        if (rc == SQLITE_ROW && out != NULL) {
            *out = sqlite3_column_int64(statement, 0);
        }
        while (rc == SQLITE_ROW) {
            rc = sqlite3_step(statement);
        }
    }
    int finished = sqlite3_finalize(statement);
    return finished != SQLITE_OK ? finished : rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int run_all(sqlite3 *handle, const char *const *statements)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && statements[i] != NULL; i++) {
        rc = run(handle, statements[i], NULL);
    }
    return rc;
}

static int protect(sqlite3 *handle)
{
    int rc = sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    rc = rc == SQLITE_OK ? sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL)
                         : rc;
    return rc == SQLITE_OK ? sqlite3_set_authorizer(handle, authorize, NULL) : rc;
}

/* Opens and checks what is there; on failure nothing was written and *out is NULL. */
static int open_handle(const char *path, int cache_kib, int busy_timeout_ms, sqlite3 **out)
{
    static const char *const SETTINGS[] = {
        "PRAGMA temp_store=MEMORY",
        "PRAGMA synchronous=FULL",
        "PRAGMA secure_delete=ON",
        "PRAGMA cell_size_check=ON",
        "PRAGMA trusted_schema=OFF",
        "PRAGMA journal_size_limit=" WAL_LIMIT_BYTES,
        NULL,
    };
    sqlite3 *handle = NULL;
    char cache[48];
    int64_t application = 0;
    /* NOMUTEX: no second thread here ever has this connection, and locking costs a tenth of a walk over many rows. */
    int rc = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, SEALED_VFS_NAME);
    /* Until the file proved to be whole, closing it must not move its WAL into it. */
    rc = rc == SQLITE_OK ? sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL)
                         : rc;
    rc = rc == SQLITE_OK ? sqlite3_extended_result_codes(handle, 1) : rc;
    rc = rc == SQLITE_OK ? sqlite3_busy_timeout(handle, busy_timeout_ms) : rc;
    sqlite3_snprintf(sizeof cache, cache, "PRAGMA cache_size=-%d", cache_kib);
    rc = rc == SQLITE_OK ? run(handle, cache, NULL) : rc;
    rc = rc == SQLITE_OK ? run_all(handle, SETTINGS) : rc;
    rc = rc == SQLITE_OK ? run(handle, "PRAGMA application_id", &application) : rc;
    if (rc == SQLITE_OK && application != SEALED_APPLICATION_ID) {
        rc = SQLITE_NOTADB;
    }
    rc = rc == SQLITE_OK ? run(handle, "SELECT count(*) FROM sqlite_schema", NULL) : rc;
    rc = rc == SQLITE_OK ? protect(handle) : rc;
    rc = rc == SQLITE_OK ? sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL)
                         : rc;
    if (rc != SQLITE_OK) {
        (void)sqlite3_close(handle); /* nothing to lose: it was never used */
        handle = NULL;
    }
    *out = handle;
    return rc;
}

static enum status open_status(const char *path, int rc, struct error *err)
{
    return (rc & 0xff) == SQLITE_CANTOPEN ? sealed_refusal_error(sealed_vfs_refusal(path), err)
                                          : result_status(rc, err);
}

/* An ordinary file that only its owner may touch. */
static enum status check_file(const char *path, struct error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0) {
        return errno == ENOENT
                   ? error_set(err, STATUS_NOT_FOUND, _("There is no database here."))
                   : error_set(err, STATUS_IO, _("The database's folder cannot be reached."));
    }
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0) {
        return error_set(
            err, STATUS_REFUSED,
            _("The database must be an ordinary file that only its owner may read or write."));
    }
    return STATUS_OK;
}

enum status sealed_open(const struct sealed_options *options, struct sealed_db *out,
                        struct error *err)
{
    struct sealed_db db = SEALED_DB_INIT;
    enum status status = check_file(options->path, err);
    status = status == STATUS_OK ? sealed_vfs_install(NULL, err) : status;
    status = status == STATUS_OK
                 ? sealed_vfs_register_key(options->path, options->key, options->epoch, err)
                 : status;
    if (status != STATUS_OK) {
        return status;
    }
    db.holds_key = true;
    db.path = mem_copy_text(options->path);
    db.cache_kib = options->cache_kib > 0 ? options->cache_kib : SEALED_CACHE_BYTES / 1024;
    db.busy_timeout_ms = options->busy_timeout_ms > 0 ? options->busy_timeout_ms : BUSY_TIMEOUT_MS;
    int rc = open_handle(db.path, db.cache_kib, db.busy_timeout_ms, &db.handle);
    if (rc != SQLITE_OK) {
        status = open_status(db.path, rc, err);
        sealed_close(&db);
        return status;
    }
    *out = db;
    return STATUS_OK;
}

static void close_handle(struct sealed_db *db)
{
    if (sqlite3_close(db->handle) != SQLITE_OK) { /* rolls back what is open */
        fatal("a statement outlived its connection");
    }
    db->handle = NULL;
}

void sealed_close(struct sealed_db *db)
{
    close_handle(db);
    if (db->holds_key) {
        sealed_vfs_forget_key(db->path);
    }
    mem_free(db->path);
    memset(db, 0, sizeof *db);
}

enum status sealed_reopen(struct sealed_db *db, struct error *err)
{
    close_handle(db);
    int rc = open_handle(db->path, db->cache_kib, db->busy_timeout_ms, &db->handle);
    db->is_spoilt = rc != SQLITE_OK;
    return rc == SQLITE_OK ? STATUS_OK : open_status(db->path, rc, err);
}
