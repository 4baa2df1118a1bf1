/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is this our file, does the key fit, is every page genuine? Reads only, and always through the VFS
 * below: opening the file with the system's own calls and closing it would drop the locks that
 * SQLite holds on it in this process. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/sealed_file.h"
#include "store/sealed_vfs.h"

#define SAMPLE_PAGES 16

/* At least one frame of the WAL opens: then a first page that does not was torn by a crash and is
 * whole in the WAL. */
static bool wal_knows_key(struct sealed_file *f)
{
    sqlite3_vfs *base = f->owner->base;
    const char *name = sqlite3_filename_wal(f->path);
    sqlite3_int64 size = 0;
    bool found = false;
    int there = 0;
    if (!f->has_codec || base->xAccess(base, name, SQLITE_ACCESS_EXISTS, &there) != SQLITE_OK ||
        !there) {
        return false;
    }
    sqlite3_file *wal = sqlite3_malloc(base->szOsFile);
    if (wal == NULL ||
        base->xOpen(base, name, wal, SQLITE_OPEN_READONLY | SQLITE_OPEN_WAL, NULL) != SQLITE_OK) {
        sqlite3_free(wal);
        return false;
    }
    if (wal->pMethods->xFileSize(wal, &size) != SQLITE_OK) {
        size = 0;
    }
    for (sqlite3_int64 at = SEALED_WAL_HEADER_BYTES; at + SEALED_FRAME_BYTES <= size && !found;
         at += SEALED_FRAME_BYTES) {
        found = wal->pMethods->xRead(wal, f->frame, SEALED_FRAME_BYTES, at) == SQLITE_OK &&
                sealed_frame_open(&f->codec, at, f->frame, f->frame) == STATUS_OK;
    }
    (void)wal->pMethods->xClose(wal); /* was open for reading */
    sqlite3_free(wal);
    return found;
}

/* Nothing opens page 1: what is this file? Looks at the clear tails of the next pages and tries the
 * key on them. */
static enum sealed_refusal diagnose(struct sealed_file *f, sqlite3_int64 size)
{
    enum sealed_look first = SEALED_LOOK_FOREIGN;
    int looks[3] = {0, 0, 0};
    uint8_t *page = f->scratch;
    sqlite3_int64 pages = size / SEALED_PAGE_BYTES;
    for (sqlite3_int64 i = 0; i < pages && i < SAMPLE_PAGES; i++) {
        if (f->real->pMethods->xRead(f->real, page, SEALED_PAGE_BYTES, i * SEALED_PAGE_BYTES) !=
            SQLITE_OK) {
            return SEALED_REFUSAL_DAMAGED;
        }
        if (i == 0 && sealed_page_is_plain_sqlite(page)) {
            return SEALED_REFUSAL_PLAIN;
        }
        enum sealed_look look = sealed_page_look(page);
        first = i == 0 ? look : first;
        looks[look]++;
        if (i > 0 && f->has_codec &&
            sealed_page_open(&f->codec, (uint32_t)i + 1, page, page) == STATUS_OK) {
            return SEALED_REFUSAL_DAMAGED; /* the key is right */
        }
    }
    if (looks[SEALED_LOOK_NEWER] > looks[SEALED_LOOK_OURS] && first == SEALED_LOOK_NEWER) {
        return SEALED_REFUSAL_NEWER;
    }
    if (looks[SEALED_LOOK_OURS] == 0) {
        return size < SEALED_PAGE_BYTES ? SEALED_REFUSAL_CUT_SHORT : SEALED_REFUSAL_FOREIGN;
    }
    return first == SEALED_LOOK_OURS && f->has_codec ? SEALED_REFUSAL_WRONG_KEY
                                                     : SEALED_REFUSAL_DAMAGED;
}

static int check_first_page(struct sealed_file *f, sqlite3_int64 size, enum sealed_refusal *out)
{
    int rc = SQLITE_OK;
    *out = SEALED_REFUSAL_NONE;
    for (int tries = 0; rc == SQLITE_OK && size > 0 && tries < SEALED_READ_TRIES; tries++) {
        rc = f->real->pMethods->xRead(f->real, f->scratch, SEALED_PAGE_BYTES, 0);
        if (rc == SQLITE_IOERR_SHORT_READ) {
            *out = diagnose(f, size);
            return SQLITE_OK;
        }
        rc = rc == SQLITE_OK ? sealed_main_load_codec(f) : rc;
        if (rc != SQLITE_OK) {
            return rc;
        }
        if (f->has_codec && sealed_page_open(&f->codec, 1, f->scratch, f->scratch) == STATUS_OK) {
            return SQLITE_OK;
        }
        if (wal_knows_key(f)) {
            return SQLITE_OK;
        }
    }
    if (rc == SQLITE_OK && size > 0) {
        *out = diagnose(f, size);
    }
    return rc;
}

int sealed_check_key(struct sealed_file *f, enum sealed_refusal *out)
{
    sqlite3_int64 size = 0;
    int rc = f->real->pMethods->xFileSize(f->real, &size);
    rc = rc == SQLITE_OK ? check_first_page(f, size, out) : rc;
    /* A part of a page at the end is what a crash leaves while the log is moved into the file;
     * without a log the file was cut. Whole pages that are missing are found by SQLite, which knows
     * their number from page 1. */
    if (rc == SQLITE_OK && *out == SEALED_REFUSAL_NONE && size % SEALED_PAGE_BYTES != 0 &&
        !wal_knows_key(f)) {
        *out = SEALED_REFUSAL_CUT_SHORT;
    }
    return rc;
}

enum status sealed_refusal_error(enum sealed_refusal refusal, struct error *err)
{
    switch (refusal) {
    case SEALED_REFUSAL_NONE:
        break;
    case SEALED_REFUSAL_NO_KEY:
        return error_set(err, STATUS_BAD_SECRET,
                         _("The database is locked: there is no key for it."));
    case SEALED_REFUSAL_WRONG_KEY:
        return error_set(err, STATUS_BAD_SECRET,
                         _("This key does not open this database: it belongs to another site, or "
                           "its first page was "
                           "changed. The file was not touched."));
    case SEALED_REFUSAL_DAMAGED:
        return error_set(err, STATUS_DAMAGED,
                         _("The database was changed or damaged outside the program. It was not "
                           "touched: restore the "
                           "last backup."));
    case SEALED_REFUSAL_CUT_SHORT:
        return error_set(
            err, STATUS_DAMAGED,
            _("The database file is cut short. It was not touched: restore the last backup."));
    case SEALED_REFUSAL_PLAIN:
        return error_set(
            err, STATUS_INVALID,
            _("This is an ordinary SQLite file, not a sealed database. It was not touched."));
    case SEALED_REFUSAL_FOREIGN:
        return error_set(err, STATUS_INVALID,
                         _("This file is not a database of PrescripCare. It was not touched."));
    case SEALED_REFUSAL_NEWER:
        return error_set(
            err, STATUS_NEWER,
            _("This database was written by a newer version of the program. It was not touched."));
    }
    return error_set(err, STATUS_IO, _("The system did not let the program open the database."));
}

/* A closed file to be read page by page, outside of SQLite. */
struct reading {
    sqlite3_file *file;
    sqlite3_filename path; /* of SQLite's form: the WAL's name lies behind it */
};

static enum status reading_open(struct reading *r, sqlite3_vfs *vfs, const char *path,
                                struct error *err)
{
    struct sealed_vfs *v = sealed_layer();
    char *full = sealed_full_path(v, path);
    char *journal = mem_format("%s-journal", full != NULL ? full : "");
    char *wal = mem_format("%s-wal", full != NULL ? full : "");
    enum status status = STATUS_OK;
    r->file = sqlite3_malloc(vfs->szOsFile);
    r->path = full != NULL ? sqlite3_create_filename(full, journal, wal, 0, NULL) : NULL;
    if (r->file == NULL || r->path == NULL ||
        vfs->xOpen(vfs, r->path, r->file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, NULL) !=
            SQLITE_OK) {
        sqlite3_free(r->file);
        r->file = NULL;
        struct sealed_key *key = full != NULL ? sealed_keys_find(&v->keys, full) : NULL;
        bool is_ours = vfs == &v->vfs;
        status = sealed_refusal_error(!is_ours      ? SEALED_REFUSAL_NONE
                                      : key != NULL ? key->refusal
                                                    : SEALED_REFUSAL_NO_KEY,
                                      err);
    }
    mem_free(full);
    mem_free(journal);
    mem_free(wal);
    return status;
}

static void reading_release(struct reading *r)
{
    if (r->file != NULL) {
        (void)r->file->pMethods->xClose(r->file); /* was open for reading */
    }
    sqlite3_free(r->file);
    sqlite3_free_filename(r->path);
}

enum status sealed_vfs_verify(const char *path, uint32_t *out_pages, uint32_t *out_bad,
                              struct error *err)
{
    struct reading r = {NULL, NULL};
    sqlite3_int64 size = 0;
    uint32_t bad = 0;
    struct sealed_vfs *v = sealed_layer();
    if (v == NULL) {
        return sealed_refusal_error(SEALED_REFUSAL_NO_KEY, err);
    }
    enum status status = reading_open(&r, &v->vfs, path, err);
    if (status != STATUS_OK) {
        goto done;
    }
    if (r.file->pMethods->xFileSize(r.file, &size) != SQLITE_OK) {
        status = sealed_refusal_error(SEALED_REFUSAL_NONE, err);
        goto done;
    }
    if (size % SEALED_PAGE_BYTES != 0) {
        status = sealed_refusal_error(SEALED_REFUSAL_CUT_SHORT, err);
        bad = (uint32_t)(size / SEALED_PAGE_BYTES) + 1;
        goto done;
    }
    uint8_t page[SEALED_PAGE_BYTES];
    for (sqlite3_int64 at = 0; at < size && bad == 0; at += SEALED_PAGE_BYTES) {
        if (r.file->pMethods->xRead(r.file, page, sizeof page, at) != SQLITE_OK) {
            bad = (uint32_t)(at / SEALED_PAGE_BYTES) + 1;
            status = sealed_refusal_error(SEALED_REFUSAL_DAMAGED, err);
        }
    }
    mem_wipe(page, sizeof page);
done:
    reading_release(&r);
    if (out_pages != NULL) {
        *out_pages = (uint32_t)(size / SEALED_PAGE_BYTES);
    }
    if (out_bad != NULL) {
        *out_bad = bad;
    }
    return status;
}

enum status sealed_vfs_epoch(const char *path, uint32_t *out_epoch, struct error *err)
{
    struct reading r = {NULL, NULL};
    uint8_t page[SEALED_PAGE_BYTES];
    struct sealed_vfs *v = sealed_layer();
    if (v == NULL) {
        return sealed_refusal_error(SEALED_REFUSAL_NO_KEY, err);
    }
    enum status status = reading_open(&r, v->base, path, err);
    if (status == STATUS_OK && r.file->pMethods->xRead(r.file, page, sizeof page, 0) != SQLITE_OK) {
        status = sealed_refusal_error(SEALED_REFUSAL_CUT_SHORT, err);
    }
    if (status == STATUS_OK && sealed_page_look(page) != SEALED_LOOK_OURS) {
        status = sealed_refusal_error(sealed_page_is_plain_sqlite(page) ? SEALED_REFUSAL_PLAIN
                                      : sealed_page_look(page) == SEALED_LOOK_NEWER
                                          ? SEALED_REFUSAL_NEWER
                                          : SEALED_REFUSAL_FOREIGN,
                                      err);
    }
    if (status == STATUS_OK) {
        *out_epoch = sealed_page_epoch(page);
    }
    reading_release(&r);
    return status;
}
