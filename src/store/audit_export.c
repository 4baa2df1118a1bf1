/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/audit_export.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "store/statement.h"
#include "store/store_private.h"

enum { AFTER, HASH_AT, NOTES_AFTER };
static const struct statement statements[] = {
    [AFTER] = {"audit.after", "SELECT seq, record, hash, mac, log_id, user_id, action_type, table_name, record_id, old_values, new_values, "
                              "performed_at, ip_address, user_agent, risk_level, epoch, subject_pseudonym FROM audit_logs "
                              "WHERE device_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"},
    [HASH_AT] = {"audit.hash_at", "SELECT hash FROM audit_logs WHERE device_id = ?1 AND seq = ?2"},
    [NOTES_AFTER] = {"audit.notes_after", "SELECT seq, note FROM audit_checkpoints WHERE device_id = ?1 AND seq > ?2 AND seq <= ?3 "
                                          "ORDER BY seq LIMIT ?4"},
};
const struct statement_list AUDIT_EXPORT_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void audit_row_list_release(struct audit_row_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].columns);
        buffer_release(&list->items[i].record);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static void write_id(struct json_writer *w, sqlite3_stmt *stmt, int at, const char *name)
{
    char text[UID_TEXT_MAX];
    struct uid id = column_id(stmt, at);
    json_write_member(w, name, uid_is_none(id) ? NULL : uid_format(id, text));
}

static void write_text(struct json_writer *w, sqlite3_stmt *stmt, int at, const char *name)
{
    json_write_member(w, name, (const char *)sqlite3_column_text(stmt, at));
}

static void write_int(struct json_writer *w, sqlite3_stmt *stmt, int at, const char *name)
{
    json_write_key(w, name);
    json_write_int(w, column_int(stmt, at));
}

static char *columns_json(sqlite3_stmt *stmt)
{
    static const struct {
        const char *name;
        int at;
    } texts[] = {{"action_type", 6}, {"table_name", 7}, {"old_values", 9}, {"new_values", 10}, {"ip_address", 12},
                 {"user_agent", 13}, {"risk_level", 14}};
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    write_id(&w, stmt, 4, "log_id");
    write_id(&w, stmt, 5, "user_id");
    write_id(&w, stmt, 8, "record_id");
    write_id(&w, stmt, 16, "subject_pseudonym");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_text(&w, stmt, texts[i].at, texts[i].name);
    }
    write_int(&w, stmt, 11, "performed_at");
    write_int(&w, stmt, 15, "epoch");
    json_end_object(&w);
    return buffer_take(&w.out);
}

enum status audit_rows_after(struct store *store, uint64_t seq, int limit, struct audit_row_list *out, struct error *err)
{
    struct audit_row_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[AFTER], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, store_device(store));
    bind_int(stmt, 2, (int64_t)seq);
    bind_int(stmt, 3, limit);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        struct audit_row *next = &list.items[list.len++];
        *next = (struct audit_row){.seq = (uint64_t)column_int(stmt, 0), .columns = columns_json(stmt)};
        buffer_append(&next->record, sqlite3_column_blob(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1));
        memcpy(next->hash, sqlite3_column_blob(stmt, 2), CHAIN_HASH_BYTES); /* the schema checks the length */
        memcpy(next->mac, sqlite3_column_blob(stmt, 3), CHAIN_HASH_BYTES);
    }
    if (status != STATUS_OK) {
        audit_row_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status audit_hash_at(struct store *store, uint64_t seq, uint8_t out[CHAIN_HASH_BYTES], bool *out_found, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[HASH_AT], &stmt, err);
    *out_found = false;
    if (status == STATUS_OK) {
        bind_id(stmt, 1, store_device(store));
        bind_int(stmt, 2, (int64_t)seq);
        status = statement_step(store, stmt, out_found, err);
    }
    if (status == STATUS_OK && *out_found) {
        memcpy(out, sqlite3_column_blob(stmt, 0), CHAIN_HASH_BYTES); /* the schema checks the length */
        statement_reset(stmt);
    }
    return status;
}

void audit_note_list_release(struct audit_note_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].note);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status audit_notes_after(struct store *store, uint64_t after, uint64_t last, int limit, struct audit_note_list *out,
                              struct error *err)
{
    struct audit_note_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[NOTES_AFTER], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, store_device(store));
    bind_int(stmt, 2, (int64_t)after);
    bind_int(stmt, 3, (int64_t)last);
    bind_int(stmt, 4, limit);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct audit_note){(uint64_t)column_int(stmt, 0), column_text(stmt, 1)};
    }
    if (status != STATUS_OK) {
        audit_note_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
