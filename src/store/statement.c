/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/statement.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "store/store_private.h"

static size_t slot_of(const struct store *store, const char *sql)
{
    size_t mask = store->prepared_cap - 1;
    size_t at = ((uintptr_t)sql >> 3) * UINT64_C(0x9E3779B97F4A7C15) & mask;
    while (store->prepared[at].sql != NULL && store->prepared[at].sql != sql) {
        at = (at + 1) & mask;
    }
    return at;
}

static void grow(struct store *store)
{
    struct prepared *old = store->prepared;
    size_t old_cap = store->prepared_cap;
    store->prepared_cap = old_cap == 0 ? 64 : old_cap * 2;
    store->prepared = mem_alloc_array(store->prepared_cap, sizeof *store->prepared);
    for (size_t i = 0; i < old_cap; i++) {
        if (old[i].sql != NULL) {
            store->prepared[slot_of(store, old[i].sql)] = old[i];
        }
    }
    mem_free(old);
}

enum status statement_use(struct store *store, const struct statement *statement, sqlite3_stmt **out, struct error *err)
{
    if (store->db.is_spoilt) {
        store_rollback(store);
        store_finalize_statements(store);
        enum status status = sealed_reopen(&store->db, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    if (store->prepared_len * 2 >= store->prepared_cap) {
        grow(store);
    }
    struct prepared *slot = &store->prepared[slot_of(store, statement->sql)];
    if (slot->sql == NULL) {
        sqlite3_stmt *stmt = NULL;
        int rc = sqlite3_prepare_v3(store->db.handle, statement->sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
        if (rc != SQLITE_OK) {
            return sealed_result(&store->db, rc, err);
        }
        *slot = (struct prepared){statement->sql, stmt};
        store->prepared_len++;
    }
    statement_reset(slot->stmt);
    *out = slot->stmt;
    return STATUS_OK;
}

void store_finalize_statements(struct store *store)
{
    for (size_t i = 0; i < store->prepared_cap; i++) {
        if (store->prepared[i].sql != NULL) {
            (void)sqlite3_finalize(store->prepared[i].stmt); /* repeats the last step's result */
        }
    }
    memset(store->prepared, 0, store->prepared_cap * sizeof *store->prepared);
    store->prepared_len = 0;
}

enum status statement_step(struct store *store, sqlite3_stmt *stmt, bool *out_row, struct error *err)
{
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        *out_row = true;
        return STATUS_OK;
    }
    enum status status = sealed_result(&store->db, rc, err);
    statement_reset(stmt);
    if (status == STATUS_OK) {
        *out_row = false;
    }
    return status;
}

static enum status step_by_id(struct store *store, const struct statement *statement, struct uid id, sqlite3_stmt **out,
                              bool *out_row, struct error *err)
{
    enum status status = statement_use(store, statement, out, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(*out, 1, id);
    return statement_step(store, *out, out_row, err);
}

enum status statement_row(struct store *store, const struct statement *statement, struct uid id, const char *missing,
                          sqlite3_stmt **out, struct error *err)
{
    bool row = false;
    enum status status = step_by_id(store, statement, id, out, &row, err);
    return status == STATUS_OK && !row ? error_set(err, STATUS_NOT_FOUND, "%s", missing) : status;
}

enum status statement_has(struct store *store, const struct statement *statement, struct uid id, bool *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = step_by_id(store, statement, id, &stmt, out, err);
    if (status == STATUS_OK && *out) {
        statement_reset(stmt);
    }
    return status;
}

enum status statement_ids(struct store *store, sqlite3_stmt *stmt, struct uid_list *out, struct error *err)
{
    struct uid_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = column_id(stmt, 0);
    }
    if (status != STATUS_OK) {
        mem_free(list.items);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status statement_run(struct store *store, sqlite3_stmt *stmt, struct error *err)
{
    bool row = false;
    enum status status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        statement_reset(stmt);
    }
    return status;
}

void statement_reset(sqlite3_stmt *stmt)
{
    (void)sqlite3_reset(stmt); /* repeats the last step's result */
    (void)sqlite3_clear_bindings(stmt); /* cannot fail */
}

/* A bind can fail only by lack of memory or a wrong number; the step that follows then fails too. */
void bind_id(sqlite3_stmt *stmt, int at, struct uid id)
{
    if (uid_is_none(id)) {
        (void)sqlite3_bind_null(stmt, at);
    } else {
        (void)sqlite3_bind_blob(stmt, at, id.bytes, sizeof id.bytes, SQLITE_TRANSIENT);
    }
}

void bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    (void)(text == NULL ? sqlite3_bind_null(stmt, at) : sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT));
}

void bind_int(sqlite3_stmt *stmt, int at, int64_t value)
{
    (void)sqlite3_bind_int64(stmt, at, value);
}

void bind_bytes(sqlite3_stmt *stmt, int at, const void *bytes, int len)
{
    (void)sqlite3_bind_blob(stmt, at, bytes, len, SQLITE_TRANSIENT);
}

struct uid column_id(sqlite3_stmt *stmt, int at)
{
    struct uid id = UID_NONE;
    const void *bytes = sqlite3_column_blob(stmt, at);
    if (bytes != NULL && sqlite3_column_bytes(stmt, at) == (int)sizeof id.bytes) {
        memcpy(id.bytes, bytes, sizeof id.bytes);
    }
    return id;
}

char *column_text(sqlite3_stmt *stmt, int at)
{
    const unsigned char *text = sqlite3_column_text(stmt, at);
    return mem_copy_text(text == NULL ? "" : (const char *)text);
}

int64_t column_int(sqlite3_stmt *stmt, int at)
{
    return sqlite3_column_int64(stmt, at);
}

struct date column_date(sqlite3_stmt *stmt, int at)
{
    struct date date = {0};
    const char *text = (const char *)sqlite3_column_text(stmt, at);
    if (text == NULL || date_parse_iso(text, &date, NULL) != STATUS_OK) {
        return (struct date){0};
    }
    return date;
}

struct decimal column_decimal(sqlite3_stmt *stmt, int at)
{
    struct decimal value = {0};
    const char *text = (const char *)sqlite3_column_text(stmt, at);
    if (text == NULL || decimal_parse(text, &value, NULL) != STATUS_OK) {
        return (struct decimal){0};
    }
    return value;
}

int column_enum(sqlite3_stmt *stmt, int at, enum enum_kind kind)
{
    return enum_value(kind, (const char *)sqlite3_column_text(stmt, at));
}
