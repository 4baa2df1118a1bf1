/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A database of every older schema, with rows in every table, is opened by this program: each row is still there, keys
 * and checks hold, a sealed copy of the old file lies beside it and the audit chain goes on. The rows are made from the
 * older database's own description, so that a new migration is tested by being there. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/embedded.h"
#include "base/memory.h"
#include "crypt/chain_state.h"
#include "crypt/derived_id.h"
#include "model/registry.h"
#include "store/audit_store.h"
#include "store/sealed_vfs.h"
#include "store/store_private.h"
#include "support/folder.h"
#include "support/scratch_store.h"

#define FOLDER "data/schema/"
enum { ROWS = 3 };

/* Columns whose CHECK or meaning asks for more than their type says. */
static const struct {
    const char *table, *column, *value; /* SQL */
} SPECIAL[] = {
    {"users", "password_hash", "NULL"},
    {"users", "salt", "NULL"},
};

/* Tables that a migration makes afresh on purpose: those of an older schema could hold no rows yet. */
static const struct {
    const char *table;
    int by; /* the migration */
} REMADE[] = {
    {"site_settings", 2}, /* nothing wrote to it before */
};

static bool is_remade(const char *table, int version)
{
    for (size_t i = 0; i < sizeof REMADE / sizeof *REMADE; i++) {
        if (version < REMADE[i].by && strcmp(REMADE[i].table, table) == 0) {
            return true;
        }
    }
    return false;
}

static int number_of(const struct embedded_file *file)
{
    return strncmp(file->path, FOLDER, sizeof FOLDER - 1) == 0 ? (int)strtol(file->path + sizeof FOLDER - 1, NULL, 10) : 0;
}

static void run(struct sealed_db *db, const char *sql)
{
    cr_assert_eq(sqlite3_exec(db->handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db->handle));
}

/* The chain has its own rows and is never made up. */
static bool is_filled(const char *table, int version)
{
    return !is_remade(table, version) && strncmp(table, "audit_", 6) != 0 && strncmp(table, "sqlite_", 7) != 0;
}

static void append_id(struct buffer *sql, const char *table, int row)
{
    char n[12];
    (void)snprintf(n, sizeof n, "%d", row); /* fits */
    const char *const parts[] = {table, n};
    struct uid id = derived_id("prescripcare.test.1", parts, 2);
    buffer_append_text(sql, "x'");
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        buffer_append_format(sql, "%02x", id.bytes[i]);
    }
    buffer_append_text(sql, "'");
}

static void append_value(struct buffer *sql, const char *table, const char *column, const char *type, const char *parent,
                         int row)
{
    const struct table_info *info = table_find(table);
    const struct column_info *known = info == NULL ? NULL : table_column(info, column);
    for (size_t i = 0; i < sizeof SPECIAL / sizeof *SPECIAL; i++) {
        if (strcmp(SPECIAL[i].table, table) == 0 && strcmp(SPECIAL[i].column, column) == 0) {
            buffer_append_text(sql, SPECIAL[i].value);
            return;
        }
    }
    if (parent != NULL) {
        append_id(sql, parent, row);
    } else if (known != NULL && known->type == COLUMN_ID) {
        append_id(sql, strcmp(info->key, column) == 0 ? table : column, row);
    } else if (known != NULL && known->type == COLUMN_ENUM) {
        buffer_append_format(sql, "'%s'", enum_word(known->enum_kind, 1));
    } else if (known != NULL && known->type == COLUMN_BOOL) {
        buffer_append_format(sql, "%d", row % 2);
    } else if (known != NULL && known->type == COLUMN_DATE) {
        buffer_append_format(sql, "'2026-01-0%d'", row + 1);
    } else if (known != NULL && known->type == COLUMN_TIME) {
        buffer_append_format(sql, "'0%d:00'", row);
    } else if (known != NULL && known->type == COLUMN_DECIMAL) {
        buffer_append_format(sql, "'%d.50'", row);
    } else if (known != NULL && known->type == COLUMN_JSON) {
        buffer_append_format(sql, "'{\"n\":\"%d\"}'", row);
    } else if (strcmp(type, "BLOB") == 0) {
        buffer_append_text(sql, "x'");
        for (int i = 0; i < 32; i++) {
            buffer_append_format(sql, "%02x", row + 1);
        }
        buffer_append_text(sql, "'");
    } else if (strcmp(type, "INTEGER") == 0) {
        buffer_append_format(sql, "%d", row + 1);
    } else {
        buffer_append_format(sql, "'%s %d'", column, row);
    }
}

/* The table that a column refers to; NULL: none. Caller frees. */
static char *parent_of(struct sealed_db *db, const char *table, const char *column)
{
    sqlite3_stmt *stmt = NULL;
    char *parent = NULL;
    (void)sqlite3_prepare_v2(db->handle, "SELECT \"table\" FROM pragma_foreign_key_list(?1) WHERE \"from\" = ?2", -1, &stmt, NULL);
    (void)sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(stmt, 2, column, -1, SQLITE_STATIC);
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        parent = mem_copy_text((const char *)sqlite3_column_text(stmt, 0));
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return parent;
}

static void fill_table(struct sealed_db *db, const char *table)
{
    for (int row = 0; row < ROWS; row++) {
        struct buffer names = BUFFER_INIT, values = BUFFER_INIT;
        sqlite3_stmt *stmt = NULL;
        (void)sqlite3_prepare_v2(db->handle, "SELECT name, type FROM pragma_table_info(?1) ORDER BY cid", -1, &stmt, NULL);
        (void)sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            const char *column = (const char *)sqlite3_column_text(stmt, 0);
            char *parent = parent_of(db, table, column);
            buffer_append_format(&names, "%s\"%s\"", names.len == 0 ? "" : ", ", column);
            buffer_append_text(&values, values.len == 0 ? "" : ", ");
            append_value(&values, table, column, (const char *)sqlite3_column_text(stmt, 1), parent, row);
            mem_free(parent);
        }
        (void)sqlite3_finalize(stmt); /* repeats the last step's result */
        char *sql = mem_format("INSERT INTO %s (%s) VALUES (%s)", table, names.bytes, values.bytes);
        run(db, sql);
        mem_free(sql);
        buffer_release(&names);
        buffer_release(&values);
    }
}

typedef void table_fn(struct sealed_db *db, const char *table, void *context);

static void for_each_table(struct sealed_db *db, table_fn *each, void *context)
{
    sqlite3_stmt *stmt = NULL;
    (void)sqlite3_prepare_v2(db->handle, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", -1, &stmt, NULL);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        each(db, (const char *)sqlite3_column_text(stmt, 0), context);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
}

struct names {
    char *items[128];
    size_t len;
};

static void name_table(struct sealed_db *db, const char *table, void *context)
{
    struct names *names = context;
    (void)db; /* only its name */
    cr_assert_lt(names->len, sizeof names->items / sizeof *names->items);
    names->items[names->len++] = mem_copy_text(table);
}

/* What SELECT gives for each row of a table: one text, made by the database itself. */
struct snapshot {
    char *tables[128];
    char *columns[128];
    struct buffer rows[128];
    size_t len;
    int version;
};

static void read_rows(sqlite3 *db, const char *table, const char *columns, struct buffer *out)
{
    char *sql = mem_format("SELECT %s FROM %s ORDER BY rowid", columns, table);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) { /* WITHOUT ROWID */
        mem_free(sql);
        sql = mem_format("SELECT %s FROM %s ORDER BY 1", columns, table);
        cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    }
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        buffer_append_format(out, "%s\n", (const char *)sqlite3_column_text(stmt, 0));
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    mem_free(sql);
}

static void take_table(struct sealed_db *db, const char *table, void *context)
{
    struct snapshot *shot = context;
    sqlite3_stmt *stmt = NULL;
    struct buffer columns = BUFFER_INIT;
    if (!is_filled(table, shot->version)) {
        return;
    }
    (void)sqlite3_prepare_v2(db->handle, "SELECT name FROM pragma_table_info(?1) ORDER BY cid", -1, &stmt, NULL);
    (void)sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        buffer_append_format(&columns, "%squote(\"%s\")", columns.len == 0 ? "" : " || ',' || ",
                             (const char *)sqlite3_column_text(stmt, 0));
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    shot->tables[shot->len] = mem_copy_text(table);
    shot->columns[shot->len] = buffer_take(&columns);
    read_rows(db->handle, table, shot->columns[shot->len], &shot->rows[shot->len]);
    shot->len++;
}

/* The file as the program of that schema would have left it. */
static void make_older(struct scratch_store *s, int version, struct snapshot *shot)
{
    struct error err = ERROR_INIT;
    struct sealed_options options = {.path = s->path, .key = &s->key, .epoch = 1};
    struct sealed_db db = SEALED_DB_INIT;
    struct secret first = SECRET_INIT;
    struct names names = {.len = 0};
    cr_assert_eq(sealed_vfs_install(NULL, &err), STATUS_OK);
    cr_assert_eq(sealed_create(&options, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(sealed_open(&options, &db, &err), STATUS_OK, "%s", error_text(&err));
    run(&db, "PRAGMA foreign_keys = OFF");
    for (int number = 1; number <= version; number++) {
        for (const struct embedded_file *file = EMBEDDED_FILES; file->path != NULL; file++) {
            if (number_of(file) == number) {
                run(&db, (const char *)file->bytes);
            }
        }
    }
    for_each_table(&db, name_table, &names);
    run(&db, "BEGIN");
    for (size_t i = 0; i < names.len; i++) {
        if (is_filled(names.items[i], version)) {
            fill_table(&db, names.items[i]);
        }
        mem_free(names.items[i]);
    }
    struct buffer head = BUFFER_INIT;
    buffer_append_text(&head, "INSERT INTO audit_head (one, device_id, seq, hash, epoch) VALUES (1, x'");
    for (size_t i = 0; i < sizeof s->device.device_id.bytes; i++) {
        buffer_append_format(&head, "%02x", s->device.device_id.bytes[i]);
    }
    buffer_append_format(&head, "', 0, zeroblob(32), 0); PRAGMA user_version = %d; COMMIT", version);
    run(&db, head.bytes);
    buffer_release(&head);
    for_each_table(&db, take_table, shot);
    sealed_close(&db);
    secret_init_random(&first, SECRET_KEY_BYTES);
    cr_assert_eq(chain_state_create(s->audit_path, &s->device, &first, &err), STATUS_OK, "%s", error_text(&err));
    secret_release(&first);
}

static void check_rows(struct scratch_store *s, struct snapshot *shot, int version)
{
    for (size_t i = 0; i < shot->len; i++) {
        struct buffer now = BUFFER_INIT;
        read_rows(scratch_store_handle(s), shot->tables[i], shot->columns[i], &now);
        cr_expect_gt(shot->rows[i].len, 0, "%s was empty", shot->tables[i]);
        cr_expect_str_eq(now.len > 0 ? now.bytes : "", shot->rows[i].bytes, "rows of %s, from schema %d", shot->tables[i], version);
        buffer_release(&now);
        buffer_release(&shot->rows[i]);
        mem_free(shot->tables[i]);
        mem_free(shot->columns[i]);
    }
}

static void check_the_way_back(struct scratch_store *s, int version)
{
    struct error err = ERROR_INIT;
    char *copy = mem_format("%s.before-%d", s->path, migrate_latest());
    struct sealed_options options = {.path = copy, .key = &s->key, .epoch = 1};
    struct sealed_db db = SEALED_DB_INIT;
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sealed_open(&options, &db, &err), STATUS_OK, "%s", error_text(&err));
    (void)sqlite3_prepare_v2(db.handle, "PRAGMA user_version", -1, &stmt, NULL);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    cr_expect_eq(sqlite3_column_int(stmt, 0), version);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    sealed_close(&db);
    mem_free(copy);
}

static void check_audit_goes_on(struct scratch_store *s)
{
    struct error err = ERROR_INIT;
    struct audit_report report;
    struct audit_entry entry = {.action = "test", .role = "", .session = "", .table = "", .outcome = "ok", .details = "",
                                .address = "local", .risk = RISK_LEVEL_LOW};
    cr_assert_eq(store_begin(s->store, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(audit_append(s->store, &entry, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(store_commit(s->store, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(audit_verify(s->store, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(report.records, 1);
}

/* A database keeps the number of its last migration and nothing else: one that came later under a lower number would be
 * passed over in silence. */
Test(migrate, numbers_its_files_without_a_gap)
{
    int next = 1;
    for (const struct embedded_file *file = EMBEDDED_FILES; file->path != NULL; file++) {
        int number = 0;
        if (sscanf(file->path, "data/schema/%3d_", &number) == 1) {
            cr_expect_eq(number, next, "%s", file->path);
            next = number + 1;
        }
    }
    cr_expect_gt(next, 1);
}

Test(migrate, keeps_every_row_of_every_older_schema)
{
    int tried = 0;
    for (const struct embedded_file *file = EMBEDDED_FILES; file->path != NULL; file++) {
        int version = number_of(file);
        if (version == 0 || version == migrate_latest()) {
            continue;
        }
        struct error err = ERROR_INIT;
        struct snapshot shot = {.version = version};
        struct scratch_store *s = scratch_store_without_file();
        make_older(s, version, &shot);
        scratch_store_open(s);
        cr_expect_eq(store_schema_version(s->store), migrate_latest());
        check_rows(s, &shot, version);
        cr_expect_eq(scratch_store_number(s, "SELECT count(*) FROM pragma_foreign_key_check"), 0, "from schema %d", version);
        cr_expect_eq(store_check(s->store, &err), STATUS_OK, "%s", error_text(&err));
        check_the_way_back(s, version);
        check_audit_goes_on(s);
        scratch_store_free(s);
        tried++;
    }
    cr_expect_gt(tried, 0, "no older schema was tried");
}

static uint8_t *bytes_of(const char *path, size_t *len)
{
    uint8_t *bytes = file_read(path, len);
    cr_assert_not_null(bytes, "%s", path);
    return bytes;
}

Test(migrate, leaves_a_newer_database_alone)
{
    struct error err = ERROR_INIT;
    struct store *store = NULL;
    struct scratch_store *s = scratch_store_new();
    char *sql = mem_format("PRAGMA user_version = %d", migrate_latest() + 1);
    scratch_store_exec(s, sql);
    mem_free(sql);
    scratch_store_close(s);
    size_t before_len = 0, after_len = 0;
    uint8_t *before = bytes_of(s->path, &before_len);
    cr_expect_eq(store_open(&s->options, &store, &err), STATUS_NEWER);
    cr_expect_not_null(strstr(error_text(&err), "newer version"), "%s", error_text(&err));
    uint8_t *after = bytes_of(s->path, &after_len);
    cr_expect(before_len == after_len && memcmp(before, after, before_len) == 0, "the file was touched");
    mem_free(before);
    mem_free(after);
    scratch_store_free(s);
}
