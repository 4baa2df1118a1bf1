/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/person_erase.h"

#include <string.h>

#include "base/buffer.h"
#include "store/statement.h"
#include "store/store_private.h"

enum { PERSON, TERMS };
static const struct statement statements[] = {
    [PERSON] = {"person_erase.person", "SELECT rowid FROM users WHERE user_id = ?1"},
    [TERMS] = {"person_erase.terms", "DELETE FROM patient_terms WHERE person = ?1"},
};
const struct statement_list PERSON_ERASE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

bool person_erase_has(const struct table_info *table)
{
    bool is_about_staff = table->personal == PERSONAL_NONE || table->personal == PERSONAL_STAFF;
    return !is_about_staff && table_column(table, "user_id") != NULL && strcmp(table->name, "outbox") != 0;
}

static enum status forget_terms(struct store *store, struct uid user, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[PERSON], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, user);
        status = statement_step(store, stmt, &row, err);
    }
    if (status != STATUS_OK || !row) {
        return status;
    }
    int64_t person = column_int(stmt, 0);
    statement_reset(stmt);
    status = statement_use(store, &statements[TERMS], &stmt, err);
    if (status == STATUS_OK) {
        bind_int(stmt, 1, person);
        status = statement_run(store, stmt, err);
    }
    return status;
}

enum deed { ERASE, COUNT, NEWEST };

/* One statement for each table, by the registry: they are made for the occasion and not kept. */
static enum status run_on(struct store *store, enum deed deed, const struct table_info *table, struct uid user, int64_t *sum,
                          struct error *err)
{
    struct buffer sql = BUFFER_INIT;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    switch (deed) {
    case ERASE:
        buffer_append_text(&sql, "DELETE");
        break;
    case COUNT:
        buffer_append_text(&sql, "SELECT count(*)");
        break;
    case NEWEST:
        buffer_append_format(&sql, "SELECT max(%s)", table->key);
        break;
    }
    buffer_append_format(&sql, " FROM %s WHERE user_id = ?1", table->name);
    if (deed == NEWEST) { /* ids that are made of other things (row_id.h) say nothing of the time */
        buffer_append_format(&sql, " AND substr(hex(%s), 13, 1) = '7' AND %s < ?2", table->key, table->key);
    }
    int rc = sqlite3_prepare_v2(store->db.handle, sql.bytes, -1, &stmt, NULL);
    buffer_release(&sql);
    enum status status = sealed_result(&store->db, rc, err);
    if (status == STATUS_OK) {
        struct uid now = uid_new(store->clock);
        bind_id(stmt, 1, user);
        if (deed == NEWEST) {
            bind_id(stmt, 2, now);
        }
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK && deed == NEWEST) {
        int64_t at_us = row && sqlite3_column_bytes(stmt, 0) == 16 ? uid_time_us(column_id(stmt, 0)) : 0;
        *sum = at_us > *sum ? at_us : *sum;
    } else if (status == STATUS_OK) {
        *sum += row ? column_int(stmt, 0) : sqlite3_changes64(store->db.handle);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return status;
}

static enum status run_on_all(struct store *store, enum deed deed, struct uid user, int64_t *out, struct error *err)
{
    int64_t sum = 0;
    enum status status = STATUS_OK;
    for (int i = TABLES_COUNT - 1; status == STATUS_OK && i >= 0; i--) { /* what points at a row before the row */
        if (person_erase_has(TABLES[i])) {
            status = run_on(store, deed, TABLES[i], user, &sum, err);
        }
    }
    if (out != NULL) {
        *out = sum;
    }
    return status;
}

enum status person_erase(struct store *store, struct uid user, int64_t *out_rows, struct error *err)
{
    /* Rows of a chart point at each other in circles; the commit looks whether anything points into the void. */
    enum status status = store_exec(store, "PRAGMA defer_foreign_keys = ON", err);
    if (status == STATUS_OK) {
        status = forget_terms(store, user, err);
    }
    return status == STATUS_OK ? run_on_all(store, ERASE, user, out_rows, err) : status;
}

enum status person_erase_count(struct store *store, struct uid user, int64_t *out_rows, struct error *err)
{
    return run_on_all(store, COUNT, user, out_rows, err);
}

enum status person_erase_newest(struct store *store, struct uid user, int64_t *out_us, struct error *err)
{
    return run_on_all(store, NEWEST, user, out_us, err);
}
