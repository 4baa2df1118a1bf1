/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What mirror.h remembers between two exchanges: changes that are confirmed, rows that wait, erasures, progress. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/mirror_private.h"
#include "store/outbox_store.h"

enum { UNCONFIRMED, CONFIRM, XIDS, PENDING_ADD, PENDING_REMOVE, PENDING_LIST, PROBLEM, ERASED_ADD, ERASED_LIST, PROGRESS_GET, PROGRESS_SET, OP_ROW };
static const struct statement statements[] = {
    [UNCONFIRMED] = {"mirror.unconfirmed", "SELECT table_name, row_id, ack_xid FROM outbox WHERE state = 1 AND ack_xid > 0"},
    [CONFIRM] = {"mirror.confirm", "UPDATE outbox SET ack_xid = 0 WHERE state = 1 AND ack_xid > 0 AND ack_xid = ?1"},
    [XIDS] = {"mirror.xids", "SELECT DISTINCT ack_xid FROM outbox WHERE state = 1 AND ack_xid > 0"},
    [PENDING_ADD] = {"mirror.pending_add", "INSERT INTO sync_pending (table_name, row_id, problem) VALUES (?1, ?2, ?3) "
                                           "ON CONFLICT (table_name, row_id) DO UPDATE SET problem = excluded.problem"},
    [PENDING_REMOVE] = {"mirror.pending_remove", "DELETE FROM sync_pending WHERE table_name = ?1 AND row_id = ?2"},
    [PENDING_LIST] = {"mirror.pending_list", "SELECT table_name, row_id FROM sync_pending WHERE problem IS NULL ORDER BY table_name, row_id"},
    [PROBLEM] = {"mirror.problem", "SELECT 1 FROM sync_pending WHERE table_name = ?1 AND row_id = ?2 AND problem IS NOT NULL"},
    [ERASED_ADD] = {"mirror.erased_add", "INSERT INTO sync_erased (user_id, mac) VALUES (?1, ?2) ON CONFLICT (user_id) DO UPDATE SET "
                                         "mac = excluded.mac"},
    [ERASED_LIST] = {"mirror.erased_list", "SELECT user_id, mac FROM sync_erased ORDER BY user_id"},
    [PROGRESS_GET] = {"mirror.progress_get", "SELECT last_key, is_done FROM sync_progress WHERE table_name = ?1"},
    [PROGRESS_SET] = {"mirror.progress_set", "INSERT INTO sync_progress (table_name, last_key, is_done) VALUES (?1, ?2, ?3) "
                                             "ON CONFLICT (table_name) DO UPDATE SET last_key = excluded.last_key, is_done = excluded.is_done"},
    [OP_ROW] = {"mirror.op_row", "SELECT table_name, row_id FROM outbox WHERE seq = ?1"},
};
const struct statement_list MIRROR_QUEUE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

enum status mirror_confirmable(struct mirror *mirror, mirror_row_fn *each, void *to, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(mirror->store, &statements[UNCONFIRMED], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(mirror->store, stmt, &row, err)) == STATUS_OK && row) {
        if (mirror_sees(mirror, column_int(stmt, 2))) {
            each(to, (const char *)sqlite3_column_text(stmt, 0), column_id(stmt, 1));
        }
    }
    return status;
}

enum status mirror_confirm(struct mirror *mirror, struct error *err)
{
    struct {
        int64_t *items;
        size_t len, cap;
    } xids = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(mirror->store, &statements[XIDS], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(mirror->store, stmt, &row, err)) == STATUS_OK && row) {
        if (mirror_sees(mirror, column_int(stmt, 0))) {
            MEM_GROW(&xids);
            xids.items[xids.len++] = column_int(stmt, 0);
        }
    }
    for (size_t i = 0; status == STATUS_OK && i < xids.len; i++) {
        status = statement_use(mirror->store, &statements[CONFIRM], &stmt, err);
        if (status == STATUS_OK) {
            bind_int(stmt, 1, xids.items[i]);
            status = statement_run(mirror->store, stmt, err);
        }
    }
    mem_free(xids.items);
    return status;
}

enum status mirror_pending_add(struct mirror *mirror, const char *table, struct uid id, const char *problem, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(mirror->store, &statements[PENDING_ADD], &stmt, err);
    if (status == STATUS_OK) {
        bind_text(stmt, 1, table);
        bind_id(stmt, 2, id);
        bind_text(stmt, 3, problem);
        status = statement_run(mirror->store, stmt, err);
    }
    return status;
}

enum status mirror_pending_remove(struct mirror *mirror, const char *table, struct uid id, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(mirror->store, &statements[PENDING_REMOVE], &stmt, err);
    if (status == STATUS_OK) {
        bind_text(stmt, 1, table);
        bind_id(stmt, 2, id);
        status = statement_run(mirror->store, stmt, err);
    }
    return status;
}

bool mirror_is_unwritable(struct mirror *mirror, const char *table, struct uid id)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    if (statement_use(mirror->store, &statements[PROBLEM], &stmt, NULL) == STATUS_OK) {
        bind_text(stmt, 1, table);
        bind_id(stmt, 2, id);
        if (statement_step(mirror->store, stmt, &row, NULL) == STATUS_OK && row) {
            statement_reset(stmt);
        }
    }
    return row;
}

enum status mirror_pending_list(struct mirror *mirror, mirror_row_fn *each, void *to, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(mirror->store, &statements[PENDING_LIST], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(mirror->store, stmt, &row, err)) == STATUS_OK && row) {
        each(to, (const char *)sqlite3_column_text(stmt, 0), column_id(stmt, 1));
    }
    return status;
}

enum status mirror_erased_add(struct mirror *mirror, struct uid user, const void *mac, int len, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(mirror->store, &statements[ERASED_ADD], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, user);
        bind_bytes(stmt, 2, mac, len);
        status = statement_run(mirror->store, stmt, err);
    }
    return status;
}

enum status mirror_erased_list(struct mirror *mirror, mirror_erased_fn *each, void *to, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(mirror->store, &statements[ERASED_LIST], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(mirror->store, stmt, &row, err)) == STATUS_OK && row) {
        each(to, column_id(stmt, 0), sqlite3_column_blob(stmt, 1), sqlite3_column_bytes(stmt, 1));
    }
    return status;
}

enum status mirror_progress_get(struct mirror *mirror, const char *table, struct uid *out_last, bool *out_done, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(mirror->store, &statements[PROGRESS_GET], &stmt, err);
    if (status == STATUS_OK) {
        bind_text(stmt, 1, table);
        status = statement_step(mirror->store, stmt, &row, err);
    }
    if (status == STATUS_OK) {
        *out_last = row ? column_id(stmt, 0) : UID_NONE;
        *out_done = row && column_int(stmt, 1) != 0;
        if (row) {
            statement_reset(stmt);
        }
    }
    return status;
}

enum status mirror_progress_set(struct mirror *mirror, const char *table, struct uid last, bool is_done, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(mirror->store, &statements[PROGRESS_SET], &stmt, err);
    if (status == STATUS_OK) {
        bind_text(stmt, 1, table);
        bind_id(stmt, 2, last);
        bind_int(stmt, 3, is_done);
        status = statement_run(mirror->store, stmt, err);
    }
    return status;
}

enum status mirror_progress_clear(struct mirror *mirror, struct error *err)
{
    return store_exec(mirror->store, "DELETE FROM sync_progress", err);
}

enum status mirror_settle(struct mirror *mirror, int64_t seq, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(mirror->store, &statements[OP_ROW], &stmt, err);
    if (status == STATUS_OK) {
        bind_int(stmt, 1, seq);
        status = statement_step(mirror->store, stmt, &row, err);
    }
    if (status != STATUS_OK || !row) {
        return status;
    }
    char *table = column_text(stmt, 0);
    struct uid id = column_id(stmt, 1);
    statement_reset(stmt);
    status = outbox_settle(mirror->store, seq, err);
    if (status == STATUS_OK) {
        status = mirror_pending_add(mirror, table, id, NULL, err);
    }
    mem_free(table);
    return status;
}
