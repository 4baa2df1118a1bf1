/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/mirror_private.h"
#include "store/outbox_store.h"
#include "store/patient_store.h"
#include "store/person_erase.h"

enum { OVERLAY, WAITS, PERSON_WAITS, IS_PATIENT };
#define NOT_CONFIRMED "(state IN (0, 2) OR (state = 1 AND ack_xid > 0))"
static const struct statement statements[] = {
    [OVERLAY] = {"mirror.overlay", "SELECT op, state, ack_xid FROM outbox WHERE table_name = ?1 AND row_id = ?2 AND " NOT_CONFIRMED
                                   " ORDER BY seq"},
    [WAITS] = {"mirror.waits", "SELECT state, ack_xid FROM outbox WHERE table_name = ?1 AND row_id = ?2 AND " NOT_CONFIRMED},
    [PERSON_WAITS] = {"mirror.person_waits", "SELECT 1 FROM outbox WHERE user_id = ?1 AND state = 0 LIMIT 1"},
    [IS_PATIENT] = {"mirror.is_patient", "SELECT 1 FROM users WHERE user_id = ?1 AND account_status = 'no_login'"},
};
const struct statement_list MIRROR_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static const struct json_limits OP_LIMITS = {16 * 1024 * 1024, 64, 100000, true};

struct mirror *mirror_new(struct store *store)
{
    struct mirror *mirror = mem_alloc(sizeof *mirror);
    mirror->store = store;
    mirror->puts = mem_alloc_array((size_t)TABLES_COUNT, sizeof *mirror->puts);
    mirror->drops = mem_alloc_array((size_t)TABLES_COUNT, sizeof *mirror->drops);
    mirror->looks = mem_alloc_array((size_t)TABLES_COUNT, sizeof *mirror->looks);
    return mirror;
}

void mirror_free(struct mirror *mirror)
{
    if (mirror == NULL) {
        return;
    }
    for (int i = 0; i < TABLES_COUNT; i++) {
        (void)sqlite3_finalize(mirror->puts[i]); /* repeats the last step's result */
        (void)sqlite3_finalize(mirror->drops[i]);
        (void)sqlite3_finalize(mirror->looks[i]);
    }
    mem_free(mirror->puts);
    mem_free(mirror->drops);
    mem_free(mirror->looks);
    mem_free(mirror->renamed.items);
    mem_free(mirror);
}

void mirror_set_snapshot(struct mirror *mirror, mirror_sees_fn *sees, const void *snapshot)
{
    mirror->sees = sees;
    mirror->snapshot = snapshot;
}

bool mirror_sees(const struct mirror *mirror, int64_t xid)
{
    return mirror->sees != NULL && mirror->sees(mirror->snapshot, xid);
}

static int index_of(const struct table_info *table)
{
    for (int i = 0; i < TABLES_COUNT; i++) {
        if (TABLES[i] == table) {
            return i;
        }
    }
    return 0; /* only rows of TABLES are given */
}

static enum status prepare(struct mirror *mirror, sqlite3_stmt **slot, struct buffer *sql, struct error *err)
{
    int rc = sqlite3_prepare_v3(mirror->store->db.handle, sql->bytes, -1, SQLITE_PREPARE_PERSISTENT, slot, NULL);
    buffer_release(sql);
    return sealed_result(&mirror->store->db, rc, err);
}

static enum status use_put(struct mirror *mirror, const struct table_info *table, sqlite3_stmt **out, struct error *err)
{
    sqlite3_stmt **slot = &mirror->puts[index_of(table)];
    if (*slot == NULL) {
        struct buffer sql = BUFFER_INIT;
        buffer_append_format(&sql, "INSERT INTO %s (", table->name);
        for (int i = 0; i < table->column_count; i++) {
            buffer_append_format(&sql, "%s%s", i == 0 ? "" : ", ", table->columns[i].name);
        }
        buffer_append_text(&sql, ") VALUES (");
        for (int i = 0; i < table->column_count; i++) {
            buffer_append_format(&sql, "%s?%d", i == 0 ? "" : ", ", i + 1);
        }
        buffer_append_format(&sql, ") ON CONFLICT (%s) DO ", table->key);
        if (table->merge == MERGE_APPEND_ONLY) {
            buffer_append_text(&sql, "NOTHING");
        } else {
            buffer_append_text(&sql, "UPDATE SET ");
            bool is_first = true;
            for (int i = 0; i < table->column_count; i++) {
                if (strcmp(table->columns[i].name, table->key) != 0) {
                    buffer_append_format(&sql, "%s%s = excluded.%s", is_first ? "" : ", ", table->columns[i].name, table->columns[i].name);
                    is_first = false;
                }
            }
        }
        enum status status = prepare(mirror, slot, &sql, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    *out = *slot;
    return STATUS_OK;
}

static enum status use_keyed(struct mirror *mirror, sqlite3_stmt **slots, const char *verb, const struct table_info *table, struct uid id,
                             sqlite3_stmt **out, struct error *err)
{
    sqlite3_stmt **slot = &slots[index_of(table)];
    if (*slot == NULL) {
        struct buffer sql = BUFFER_INIT;
        buffer_append_format(&sql, "%s FROM %s WHERE %s = ?1", verb, table->name, table->key);
        enum status status = prepare(mirror, slot, &sql, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    bind_id(*slot, 1, id);
    *out = *slot;
    return STATUS_OK;
}

static void bind_value(sqlite3_stmt *stmt, int at, const struct mirror_value *value)
{
    switch (value->kind) { /* a bind that fails makes the step fail */
    case MIRROR_NULL:
        (void)sqlite3_bind_null(stmt, at);
        break;
    case MIRROR_INT:
        (void)sqlite3_bind_int64(stmt, at, value->number);
        break;
    case MIRROR_TEXT:
        (void)sqlite3_bind_text(stmt, at, value->bytes, value->len, SQLITE_STATIC);
        break;
    case MIRROR_BYTES:
        (void)sqlite3_bind_blob(stmt, at, value->bytes, value->len, SQLITE_STATIC);
        break;
    }
}

/* --- this device's own changes on top ------------------------------------------------------------------------------ */

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

static void bind_json(sqlite3_stmt *stmt, int at, const struct column_info *column, const struct json *node)
{
    const char *text = json_string(node), *number = json_long_number(node);
    struct decimal value;
    bool yes = false;
    struct uid id;
    if (text != NULL && column->type == COLUMN_ID) {
        bind_id(stmt, at, uid_parse(text, &id, NULL) == STATUS_OK ? id : UID_NONE);
    } else if (text != NULL && column->type == COLUMN_BYTES) {
        size_t len = strlen(text) / 2;
        unsigned char *bytes = mem_alloc(len + 1);
        for (size_t i = 0; i < len; i++) {
            bytes[i] = (unsigned char)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
        }
        bind_bytes(stmt, at, bytes, (int)len);
        mem_free(bytes);
    } else if (text != NULL) {
        bind_text(stmt, at, text);
    } else if (json_get_bool(node, &yes)) {
        bind_int(stmt, at, yes);
    } else if (number != NULL) {
        bind_int(stmt, at, strtoll(number, NULL, 10));
    } else if (json_is_number(node) && json_decimal(node, &value, NULL) == STATUS_OK && value.scale == 0) {
        bind_int(stmt, at, value.mantissa);
    } else {
        bind_text(stmt, at, NULL);
    }
}

/* One waiting change: its new values, and a version ahead of the centre's. */
static enum status overlay_op(struct mirror *mirror, const struct table_info *table, struct uid id, const char *op, struct error *err)
{
    struct json_document *doc = NULL;
    struct buffer sql = BUFFER_INIT;
    sqlite3_stmt *stmt = NULL;
    enum status status = json_parse(op, strlen(op), &OP_LIMITS, 1, &doc, err);
    if (status != STATUS_OK) {
        return status;
    }
    const struct json *new = json_get(json_root(doc), "new");
    int at = 1;
    buffer_append_format(&sql, "UPDATE %s SET ver = ver + 1", table->name);
    for (const struct json *member = json_first(new); member != NULL; member = json_next(member)) {
        const struct column_info *column = table_column(table, json_key(member));
        if (column != NULL && strcmp(column->name, table->key) != 0 && strcmp(column->name, "ver") != 0) {
            buffer_append_format(&sql, ", %s = ?%d", column->name, ++at);
        }
    }
    buffer_append_format(&sql, " WHERE %s = ?1", table->key);
    status = prepare(mirror, &stmt, &sql, err);
    if (status == STATUS_OK) {
        at = 1;
        bind_id(stmt, 1, id);
        for (const struct json *member = json_first(new); member != NULL; member = json_next(member)) {
            const struct column_info *column = table_column(table, json_key(member));
            if (column != NULL && strcmp(column->name, table->key) != 0 && strcmp(column->name, "ver") != 0) {
                bind_json(stmt, ++at, column, member);
            }
        }
        status = statement_run(mirror->store, stmt, err);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    json_free(doc);
    return status;
}

static enum status overlay(struct mirror *mirror, const struct table_info *table, struct uid id, struct error *err)
{
    struct {
        char **items;
        size_t len, cap;
    } ops = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    if (table->merge == MERGE_APPEND_ONLY) {
        return STATUS_OK;
    }
    enum status status = statement_use(mirror->store, &statements[OVERLAY], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, table->name);
    bind_id(stmt, 2, id);
    while ((status = statement_step(mirror->store, stmt, &row, err)) == STATUS_OK && row) {
        if (column_int(stmt, 1) != 1 || !mirror_sees(mirror, column_int(stmt, 2))) {
            MEM_GROW(&ops);
            ops.items[ops.len++] = column_text(stmt, 0);
        }
    }
    for (size_t i = 0; i < ops.len; i++) {
        if (status == STATUS_OK) {
            status = overlay_op(mirror, table, id, ops.items[i], err);
        }
        mem_free(ops.items[i]);
    }
    mem_free(ops.items);
    return status;
}

/* --- rows ---------------------------------------------------------------------------------------------------------- */

static struct uid uid_of(const struct mirror_value *value)
{
    struct uid id = UID_NONE;
    if (value->kind == MIRROR_BYTES && value->len == (int)sizeof id.bytes) {
        memcpy(id.bytes, value->bytes, sizeof id.bytes);
    }
    return id;
}

static struct uid value_of(const struct table_info *table, const struct mirror_value *values, const char *column)
{
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, column) == 0) {
            return uid_of(&values[i]);
        }
    }
    return UID_NONE;
}

static void note_person(struct mirror *mirror, const struct table_info *table, const struct mirror_value *values)
{
    if (strcmp(table->name, "users") == 0 || strcmp(table->name, "user_profiles") == 0 ||
        strcmp(table->name, "patient_identifiers") == 0) {
        struct uid_list *list = &mirror->renamed;
        struct uid person = value_of(table, values, "user_id");
        if (list->len > 0 && uid_compare(list->items[list->len - 1], person) == 0) {
            return;
        }
        MEM_GROW(list);
        list->items[list->len++] = person;
    }
}

enum status mirror_put(struct mirror *mirror, const struct table_info *table, const struct mirror_value *values, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    struct uid id = value_of(table, values, table->key);
    enum status status = use_put(mirror, table, &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (int i = 0; i < table->column_count; i++) {
        bind_value(stmt, i + 1, &values[i]);
    }
    int rc = sqlite3_step(stmt);
    const char *why = rc == SQLITE_DONE ? NULL : sqlite3_errmsg(mirror->store->db.handle);
    char *problem = mem_copy_text(why);
    statement_reset(stmt);
    if (rc == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_CONSTRAINT) {
        log_write(LOG_WARNING, "a row of %s from the centre cannot be written", table->name);
        status = mirror_pending_add(mirror, table->name, id, problem, err);
    } else {
        status = sealed_result(&mirror->store->db, rc, err);
        if (status == STATUS_OK) {
            note_person(mirror, table, values);
            status = overlay(mirror, table, id, err);
        }
    }
    mem_free(problem);
    return status;
}

bool mirror_waits(struct mirror *mirror, const struct table_info *table, struct uid id)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false, found = false;
    if (statement_use(mirror->store, &statements[WAITS], &stmt, NULL) != STATUS_OK) {
        return true;
    }
    bind_text(stmt, 1, table->name);
    bind_id(stmt, 2, id);
    while (statement_step(mirror->store, stmt, &row, NULL) == STATUS_OK && row) {
        found = found || column_int(stmt, 0) != 1 || !mirror_sees(mirror, column_int(stmt, 1));
    }
    return found;
}

enum status mirror_drop(struct mirror *mirror, const struct table_info *table, struct uid id, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    if (mirror_waits(mirror, table, id)) {
        return STATUS_OK;
    }
    enum status status = use_keyed(mirror, mirror->drops, "DELETE", table, id, &stmt, err);
    return status == STATUS_OK ? statement_run(mirror->store, stmt, err) : status;
}

bool mirror_has(struct mirror *mirror, const struct table_info *table, struct uid id)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    if (use_keyed(mirror, mirror->looks, "SELECT 1", table, id, &stmt, NULL) == STATUS_OK &&
        statement_step(mirror->store, stmt, &row, NULL) == STATUS_OK && row) {
        statement_reset(stmt);
    }
    return row;
}

static int compare(const void *a, const void *b)
{
    return uid_compare(*(const struct uid *)a, *(const struct uid *)b);
}

/* Staff are no patients: their names are not searched. */
static enum status reindex_one(struct mirror *mirror, struct uid person, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    struct patient patient = {0};
    bool row = false;
    enum status status = statement_use(mirror->store, &statements[IS_PATIENT], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, person);
        status = statement_step(mirror->store, stmt, &row, err);
    }
    if (status != STATUS_OK || !row) {
        return status;
    }
    statement_reset(stmt);
    status = patient_get(mirror->store, person, &patient, err);
    if (status == STATUS_NOT_FOUND) {
        return STATUS_OK; /* the profile has not come yet */
    }
    if (status == STATUS_OK) {
        status = patient_index(mirror->store, &patient, err);
        patient_release(&patient);
    }
    return status;
}

enum status mirror_reindex(struct mirror *mirror, struct error *err)
{
    struct uid_list *list = &mirror->renamed;
    enum status status = STATUS_OK;
    if (list->len > 0) {
        qsort(list->items, list->len, sizeof *list->items, compare);
    }
    for (size_t i = 0; status == STATUS_OK && i < list->len; i++) {
        if (i == 0 || uid_compare(list->items[i], list->items[i - 1]) != 0) {
            status = reindex_one(mirror, list->items[i], err);
        }
    }
    list->len = 0;
    return status;
}

enum status mirror_forget(struct mirror *mirror, struct uid user, struct error *err)
{
    return person_erase(mirror->store, user, NULL, err);
}

bool mirror_person_waits(struct mirror *mirror, struct uid user)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    if (statement_use(mirror->store, &statements[PERSON_WAITS], &stmt, NULL) != STATUS_OK) {
        return true;
    }
    bind_id(stmt, 1, user);
    if (statement_step(mirror->store, stmt, &row, NULL) == STATUS_OK && row) {
        statement_reset(stmt);
    }
    return row;
}

enum status mirror_rename_site(struct mirror *mirror, struct uid from, struct uid to, struct error *err)
{
    static const char *const updates[] = {"UPDATE sites SET site_id = ?2 WHERE site_id = ?1",
                                          "UPDATE staff_members SET site_id = ?2 WHERE site_id = ?1",
                                          "UPDATE devices SET site_id = ?2 WHERE site_id = ?1"};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof updates / sizeof *updates; i++) {
        sqlite3_stmt *stmt = NULL;
        struct buffer sql = BUFFER_INIT;
        buffer_append_text(&sql, updates[i]);
        status = prepare(mirror, &stmt, &sql, err);
        if (status == STATUS_OK) {
            bind_id(stmt, 1, from);
            bind_id(stmt, 2, to);
            status = statement_run(mirror->store, stmt, err);
        }
        (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    }
    return status;
}
