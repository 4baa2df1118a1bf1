/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/person_export.h"

#include <string.h>

#include "base/memory.h"
#include "base/zone.h"
#include "store/patient_link_store.h"
#include "store/statement.h"
#include "store/store_private.h"

enum { JSON_BYTES_MAX = 16 * 1024 * 1024 };
static const struct json_limits STORED_JSON = {JSON_BYTES_MAX, 32, 100000, true};

/* The account behind a person is none of the record's business. */
static bool is_left_out(const struct column_info *column)
{
    return strcmp(column->name, "password_hash") == 0 || strcmp(column->name, "salt") == 0 || column->type == COLUMN_BYTES;
}

bool person_export_has(const struct table_info *table)
{
    bool is_about_patients = table->scope == SCOPE_PATIENT || strcmp(table->name, "users") == 0;
    return is_about_patients && strcmp(table->name, "subject_keys") != 0 && table_column(table, "user_id") != NULL;
}

static char *select_of(const struct table_info *table)
{
    struct buffer sql = BUFFER_INIT;
    for (int i = 0; i < table->column_count; i++) {
        buffer_append_format(&sql, "%s%s", i == 0 ? "SELECT " : ", ", table->columns[i].name);
    }
    buffer_append_format(&sql, " FROM %s WHERE user_id = ?1 ORDER BY %s", table->name, table->key);
    return sql.bytes;
}

static void write_json(struct json_writer *w, const char *text)
{
    struct json_document *doc = NULL;
    if (json_parse(text, strlen(text), &STORED_JSON, 1, &doc, NULL) == STATUS_OK) {
        json_write_raw(w, text); /* as it is kept: a reader would shorten long numbers */
        json_free(doc);
    } else {
        json_write_string(w, text);
    }
}

static void write_value(struct json_writer *w, sqlite3_stmt *stmt, int at, enum column_type type)
{
    char text[INSTANT_TEXT_MAX > UID_TEXT_MAX ? INSTANT_TEXT_MAX : UID_TEXT_MAX];
    if (sqlite3_column_type(stmt, at) == SQLITE_NULL) {
        json_write_null(w);
        return;
    }
    switch (type) {
    case COLUMN_ID:
        json_write_string(w, uid_format(column_id(stmt, at), text));
        return;
    case COLUMN_INTEGER:
        json_write_int(w, column_int(stmt, at));
        return;
    case COLUMN_BOOL:
        json_write_bool(w, column_int(stmt, at) != 0);
        return;
    case COLUMN_INSTANT:
        json_write_string(w, instant_format_utc(column_int(stmt, at), text));
        return;
    case COLUMN_JSON:
        write_json(w, (const char *)sqlite3_column_text(stmt, at));
        return;
    case COLUMN_TEXT:
    case COLUMN_DATE:
    case COLUMN_TIME:
    case COLUMN_DECIMAL: /* a string: no reader rounds it */
    case COLUMN_ENUM:
    case COLUMN_BYTES:
        break;
    }
    json_write_string(w, (const char *)sqlite3_column_text(stmt, at));
}

static enum status write_rows(struct store *store, const struct table_info *table, sqlite3_stmt *stmt, struct json_writer *w, int64_t *rows,
                              struct error *err)
{
    bool row = false;
    enum status status = statement_step(store, stmt, &row, err);
    while (status == STATUS_OK && row) {
        json_begin_object(w);
        for (int i = 0; i < table->column_count; i++) {
            if (!is_left_out(&table->columns[i])) {
                json_write_key(w, table->columns[i].name);
                write_value(w, stmt, i, table->columns[i].type);
            }
        }
        json_end_object(w);
        ++*rows;
        status = statement_step(store, stmt, &row, err);
    }
    return status;
}

static enum status write_table(struct store *store, const struct table_info *table, const struct person_records *records,
                               struct json_writer *w, int64_t *rows, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    char *sql = select_of(table);
    enum status status = sealed_result(&store->db, sqlite3_prepare_v2(store->db.handle, sql, -1, &stmt, NULL), err);
    mem_free(sql);
    json_write_key(w, table->name);
    json_begin_array(w);
    for (int i = 0; i < records->count && status == STATUS_OK; i++) {
        bind_id(stmt, 1, records->ids[i]);
        status = write_rows(store, table, stmt, w, rows, err);
    }
    json_end_array(w);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return status;
}

enum status person_export(struct store *store, struct uid person, struct json_writer *w, int64_t *out_rows, struct error *err)
{
    struct person_records records;
    enum status status = person_records_get(store, person, &records, err);
    int64_t rows = 0;
    for (int i = 0; i < TABLES_COUNT && status == STATUS_OK; i++) {
        if (person_export_has(TABLES[i])) {
            status = write_table(store, TABLES[i], &records, w, &rows, err);
        }
    }
    *out_rows = rows;
    return status;
}
