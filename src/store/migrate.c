/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbered migrations from data/schema, each in one transaction with the version it makes (PRAGMA user_version). */
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "store/store_private.h"

#define FOLDER "data/schema/"

int migrate_number(const struct embedded_file *file)
{
    return strncmp(file->path, FOLDER, sizeof FOLDER - 1) == 0 ? (int)strtol(file->path + sizeof FOLDER - 1, NULL, 10) : 0;
}

const struct embedded_file *migrate_next(int after)
{
    const struct embedded_file *next = NULL;
    for (const struct embedded_file *file = EMBEDDED_FILES; file->path != NULL; file++) {
        int number = migrate_number(file);
        if (number > after && (next == NULL || number < migrate_number(next))) {
            next = file;
        }
    }
    return next;
}

int migrate_latest(void)
{
    int latest = 0;
    for (const struct embedded_file *file = EMBEDDED_FILES; file->path != NULL; file++) {
        latest = migrate_number(file) > latest ? migrate_number(file) : latest;
    }
    return latest;
}

static enum status apply(struct store *store, const struct embedded_file *file, int number, struct error *err)
{
    char *version = mem_format("PRAGMA user_version = %d", number);
    enum status status = store_exec(store, "BEGIN IMMEDIATE", err);
    if (status == STATUS_OK) {
        status = store_exec(store, (const char *)file->bytes, err);
    }
    if (status == STATUS_OK && number == 1) {
        status = audit_create(store, err);
    }
    if (status == STATUS_OK) {
        status = store_exec(store, version, err);
    }
    if (status == STATUS_OK) {
        status = store_exec(store, "COMMIT", err);
    }
    if (status != STATUS_OK && sqlite3_get_autocommit(store->db.handle) == 0) {
        (void)sqlite3_exec(store->db.handle, "ROLLBACK", NULL, NULL, NULL); /* SQLite may have rolled back itself */
    }
    mem_free(version);
    return status;
}

enum status migrate(struct store *store, struct error *err)
{
    int have = store_schema_version(store);
    int latest = migrate_latest();
    if (have < 0) {
        return error_set(err, STATUS_DAMAGED, _("The site's database cannot be read. Restore it from a backup."));
    }
    if (have > latest) {
        return error_set(err, STATUS_NEWER, _("This site was written by a newer version (%d; this one knows %d). Install "
                                              "that version."),
                         have, latest);
    }
    if (have > 0 && have < latest) {
        /* The way back if a migration goes wrong (architecture.md 12). */
        char *copy = mem_format("%s.before-%d", store->db.path, latest);
        enum status status = sealed_copy(&store->db, copy, &store->data_key, store->epoch, err);
        mem_free(copy);
        if (status != STATUS_OK && status != STATUS_EXISTS) {
            return status;
        }
    }
    for (const struct embedded_file *file = migrate_next(have); file != NULL; file = migrate_next(migrate_number(file))) {
        enum status status = apply(store, file, migrate_number(file), err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}
