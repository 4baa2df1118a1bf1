/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/scratch_store.h"

#include <criterion/criterion.h>

#include "base/memory.h"
#include "store/store_private.h"
#include "support/folder.h"

struct scratch_store *scratch_store_without_file(void)
{
    struct error err = ERROR_INIT;
    struct scratch_store *s = mem_alloc(sizeof *s);
    s->folder = folder_new();
    s->path = folder_path(s->folder, "site.db");
    s->audit_path = folder_path(s->folder, "audit.key");
    s->clock = clock_fixed(SCRATCH_START_US);
    s->device = (struct device_key)DEVICE_KEY_INIT;
    char *device_path = folder_path(s->folder, "device.key");
    cr_assert_eq(crypt_init(&err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(device_key_create(device_path, uid_new(&s->clock), &s->device, &err), STATUS_OK, "%s", error_text(&err));
    mem_free(device_path);
    secret_init_random(&s->key, SECRET_KEY_BYTES);
    s->options = (struct store_options){.path = s->path,
                                        .audit_path = s->audit_path,
                                        .data_key = &s->key,
                                        .device_key = &s->device,
                                        .epoch = 1,
                                        .clock = &s->clock};
    return s;
}

struct scratch_store *scratch_store_new(void)
{
    struct error err = ERROR_INIT;
    struct scratch_store *s = scratch_store_without_file();
    cr_assert_eq(store_create(&s->options, &err), STATUS_OK, "%s", error_text(&err));
    scratch_store_open(s);
    return s;
}

void scratch_store_free(struct scratch_store *s)
{
    scratch_store_close(s);
    device_key_release(&s->device);
    secret_release(&s->key);
    mem_free(s->path);
    mem_free(s->audit_path);
    folder_remove(s->folder);
    mem_free(s);
}

void scratch_store_open(struct scratch_store *s)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(store_open(&s->options, &s->store, &err), STATUS_OK, "%s", error_text(&err));
}

void scratch_store_close(struct scratch_store *s)
{
    store_close(s->store);
    s->store = NULL;
}

sqlite3 *scratch_store_handle(struct scratch_store *s)
{
    return s->store->db.handle;
}

void scratch_store_exec(struct scratch_store *s, const char *sql)
{
    sqlite3 *db = scratch_store_handle(s);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
}

int64_t scratch_store_number(struct scratch_store *s, const char *sql)
{
    sqlite3 *db = scratch_store_handle(s);
    sqlite3_stmt *stmt = NULL;
    int64_t value = -1;
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        value = sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return value;
}
