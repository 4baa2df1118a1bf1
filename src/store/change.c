/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/change.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "model/registry.h"
#include "store/statement.h"
#include "store/store_private.h"

enum { OUTBOX_ADD, OUTBOX_COUNT, OUTBOX_UNSEEN };
static const struct statement statements[] = {
    [OUTBOX_ADD] = {"outbox.add", "INSERT INTO outbox (op_uuid, user_id, table_name, row_id, op, created_at, txn) "
                                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
    [OUTBOX_UNSEEN] = {"outbox.unseen", "SELECT count(*) FROM outbox WHERE table_name = ?1 AND row_id = ?2 AND (state != 1 OR ack_xid > 0)"},
    [OUTBOX_COUNT] = {"outbox.count", "SELECT count(*) FROM outbox WHERE state = 0"},
};
const struct statement_list CHANGE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

const char *cell_or_null(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : text;
}

static void bind_cell(sqlite3_stmt *stmt, int at, const struct cell *cell)
{
    char text[DECIMAL_TEXT_MAX > DATE_TEXT_MAX ? DECIMAL_TEXT_MAX : DATE_TEXT_MAX];
    switch (cell->kind) {
    case CELL_KIND_TEXT:
        bind_text(stmt, at, cell->bytes);
        break;
    case CELL_KIND_INT:
        if (cell->len != 0) {
            bind_int(stmt, at, cell->number);
        } else {
            bind_text(stmt, at, NULL);
        }
        break;
    case CELL_KIND_ID:
        bind_id(stmt, at, cell->id);
        break;
    case CELL_KIND_BYTES:
        bind_bytes(stmt, at, cell->bytes, cell->len);
        break;
    case CELL_KIND_DATE:
        bind_text(stmt, at, date_is_none(cell->date) ? NULL : date_format_iso(cell->date, text));
        break;
    case CELL_KIND_DECIMAL:
        bind_text(stmt, at, decimal_is_zero(cell->decimal) && cell->len == 0 ? NULL : decimal_format(cell->decimal, text));
        break;
    case CELL_KIND_ENUM:
        bind_text(stmt, at, enum_word(cell->enum_kind, (int)cell->number));
        break;
    }
}

/* A stored value as JSON: ids as uuid text, other bytes as hex. */
static void write_value(struct json_writer *w, sqlite3_stmt *stmt, int at, const struct column_info *column)
{
    char id[UID_TEXT_MAX];
    switch (sqlite3_column_type(stmt, at)) {
    case SQLITE_NULL:
        json_write_null(w);
        break;
    case SQLITE_INTEGER:
        if (column->type == COLUMN_BOOL) {
            json_write_bool(w, sqlite3_column_int(stmt, at) != 0);
        } else {
            json_write_int(w, sqlite3_column_int64(stmt, at));
        }
        break;
    case SQLITE_BLOB:
        if (column->type == COLUMN_ID) {
            json_write_string(w, uid_format(column_id(stmt, at), id));
        } else {
            const unsigned char *bytes = sqlite3_column_blob(stmt, at);
            struct buffer hex = BUFFER_INIT;
            for (int i = 0; i < sqlite3_column_bytes(stmt, at); i++) {
                buffer_append_format(&hex, "%02x", bytes[i]);
            }
            json_write_string(w, hex.len > 0 ? hex.bytes : "");
            buffer_release(&hex);
        }
        break;
    default:
        json_write_string(w, (const char *)sqlite3_column_text(stmt, at));
        break;
    }
}

/* The columns of the cells as they stand in the row, as a JSON object; *out_ver the row's version. */
static enum status read_columns(struct store *store, const struct table_info *table, struct uid key,
                                const struct cell *cells, size_t count, char **out_json, int32_t *out_ver, struct error *err)
{
    struct buffer sql = BUFFER_INIT;
    sqlite3_stmt *stmt = NULL;
    buffer_append_text(&sql, "SELECT ver");
    for (size_t i = 0; i < count; i++) {
        buffer_append_format(&sql, ", %s", cells[i].column);
    }
    buffer_append_format(&sql, " FROM %s WHERE %s = ?1", table->name, table->key);
    int rc = sqlite3_prepare_v2(store->db.handle, sql.bytes, -1, &stmt, NULL);
    enum status status = sealed_result(&store->db, rc, err);
    bool row = false;
    if (status == STATUS_OK) {
        bind_id(stmt, 1, key);
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK && !row) {
        status = error_set(err, STATUS_NOT_FOUND, _("This record is no longer there."));
    }
    if (status == STATUS_OK) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        for (size_t i = 0; i < count; i++) {
            json_write_key(&w, cells[i].column);
            write_value(&w, stmt, (int)i + 1, table_column(table, cells[i].column));
        }
        json_end_object(&w);
        *out_json = buffer_take(&w.out);
        *out_ver = (int32_t)sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    buffer_release(&sql);
    return status;
}

/* The version of the centre's that this device has seen: ours, less our own changes that a pull has not confirmed. */
static enum status seen_version(struct store *store, const struct table_info *table, struct uid key, int32_t base_ver, int64_t *out,
                                struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[OUTBOX_UNSEEN], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, table->name);
    bind_id(stmt, 2, key);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK) {
        *out = base_ver - (row ? column_int(stmt, 0) : 0);
        statement_reset(stmt);
    }
    return status;
}

static enum status outbox_add(struct store *store, const struct table_info *table, struct uid key, struct uid patient,
                              int32_t base_ver, const char *old_json, const char *new_json, struct error *err)
{
    if (table->direction != SYNC_UP && table->direction != SYNC_BOTH) {
        return STATUS_OK;
    }
    struct json_writer w = JSON_WRITER_INIT;
    sqlite3_stmt *stmt = NULL;
    int64_t seen = 0;
    enum status status = old_json != NULL ? seen_version(store, table, key, base_ver, &seen, err) : STATUS_OK;
    if (status != STATUS_OK) {
        return status;
    }
    json_begin_object(&w);
    json_write_key(&w, "schema");
    json_write_int(&w, migrate_latest());
    json_write_key(&w, "base_ver");
    json_write_int(&w, base_ver);
    json_write_key(&w, "seen");
    json_write_int(&w, seen);
    json_write_key(&w, "old");
    json_write_raw(&w, old_json == NULL ? "null" : old_json);
    json_write_key(&w, "new");
    json_write_raw(&w, new_json);
    json_end_object(&w);
    status = statement_use(store, &statements[OUTBOX_ADD], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, uid_new(store->clock));
        bind_id(stmt, 2, patient);
        bind_text(stmt, 3, table->name);
        bind_id(stmt, 4, key);
        bind_text(stmt, 5, w.out.bytes);
        bind_int(stmt, 6, clock_now_us(store->clock));
        bind_int(stmt, 7, store->txn);
        status = statement_run(store, stmt, err);
    }
    json_writer_release(&w);
    return status;
}

static bool names_column(const struct cell *cells, size_t count, const char *column)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(cells[i].column, column) == 0) {
            return true;
        }
    }
    return false;
}

enum status change_insert(struct store *store, const char *table_name, struct uid key, struct uid patient,
                          const struct cell *given, size_t count, char **out_new, struct error *err)
{
    const struct table_info *table = table_find(table_name);
    struct buffer sql = BUFFER_INIT, marks = BUFFER_INIT;
    struct cell cells[64];
    sqlite3_stmt *stmt = NULL;
    char *json = NULL;
    int32_t ver = 0;
    size_t n = 0;
    cells[n++] = CELL_ID(table->key, key);
    for (size_t i = 0; i < count; i++) {
        cells[n++] = given[i];
    }
    if (!uid_is_none(patient) && table_column(table, "user_id") != NULL && strcmp(table->key, "user_id") != 0 &&
        !names_column(given, count, "user_id")) {
        cells[n++] = CELL_ID("user_id", patient);
    }
    buffer_append_format(&sql, "INSERT INTO %s (", table->name);
    for (size_t i = 0; i < n; i++) {
        buffer_append_format(&sql, "%s%s", i == 0 ? "" : ", ", cells[i].column);
        buffer_append_format(&marks, "%s?%d", i == 0 ? "" : ", ", (int)i + 1);
    }
    buffer_append_format(&sql, ") VALUES (%s)", marks.bytes);
    int rc = sqlite3_prepare_v2(store->db.handle, sql.bytes, -1, &stmt, NULL);
    enum status status = sealed_result(&store->db, rc, err);
    if (status == STATUS_OK) {
        for (size_t i = 0; i < n; i++) {
            bind_cell(stmt, (int)i + 1, &cells[i]);
        }
        rc = sqlite3_step(stmt);
        int extended = sqlite3_extended_errcode(store->db.handle);
        status = rc != SQLITE_DONE && (extended == SQLITE_CONSTRAINT_PRIMARYKEY || extended == SQLITE_CONSTRAINT_UNIQUE)
                     ? error_set(err, STATUS_EXISTS, _("This record is already there."))
                     : sealed_result(&store->db, rc, err);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    if (status == STATUS_OK) {
        status = read_columns(store, table, key, cells, n, &json, &ver, err);
    }
    if (status == STATUS_OK) {
        status = outbox_add(store, table, key, patient, 0, NULL, json, err);
    }
    if (status == STATUS_OK && out_new != NULL) {
        *out_new = json;
        json = NULL;
    }
    mem_free(json);
    buffer_release(&sql);
    buffer_release(&marks);
    return status;
}

enum status change_update(struct store *store, const char *table_name, struct uid key, struct uid patient, int32_t base_ver,
                          const struct cell *cells, size_t count, char **out_old, char **out_new, struct error *err)
{
    const struct table_info *table = table_find(table_name);
    struct buffer sql = BUFFER_INIT;
    sqlite3_stmt *stmt = NULL;
    char *before = NULL, *after = NULL;
    int32_t ver = 0, ver_after = 0;
    enum status status = read_columns(store, table, key, cells, count, &before, &ver, err);
    if (status == STATUS_OK && ver != base_ver) {
        status = error_set(err, STATUS_STALE, _("Somebody changed this record meanwhile. Look at it again; what you typed "
                                                "is kept."));
    }
    if (status == STATUS_OK) {
        buffer_append_format(&sql, "UPDATE %s SET ver = ver + 1", table->name);
        for (size_t i = 0; i < count; i++) {
            buffer_append_format(&sql, ", %s = ?%d", cells[i].column, (int)i + 2);
        }
        buffer_append_format(&sql, " WHERE %s = ?1", table->key);
        int rc = sqlite3_prepare_v2(store->db.handle, sql.bytes, -1, &stmt, NULL);
        status = sealed_result(&store->db, rc, err);
    }
    if (status == STATUS_OK) {
        bind_id(stmt, 1, key);
        for (size_t i = 0; i < count; i++) {
            bind_cell(stmt, (int)i + 2, &cells[i]);
        }
        status = statement_run(store, stmt, err);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    if (status == STATUS_OK) {
        status = read_columns(store, table, key, cells, count, &after, &ver_after, err);
    }
    if (status == STATUS_OK) {
        status = outbox_add(store, table, key, patient, base_ver, before, after, err);
    }
    if (status == STATUS_OK && out_old != NULL) {
        *out_old = before;
        before = NULL;
    }
    if (status == STATUS_OK && out_new != NULL) {
        *out_new = after;
        after = NULL;
    }
    mem_free(before);
    mem_free(after);
    buffer_release(&sql);
    return status;
}

enum status outbox_count(struct store *store, int64_t *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[OUTBOX_COUNT], &stmt, err);
    if (status == STATUS_OK) {
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK && row) {
        *out = column_int(stmt, 0);
        statement_reset(stmt);
    }
    return status;
}
