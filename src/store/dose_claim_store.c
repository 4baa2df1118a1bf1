/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/dose_claim_store.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "store/statement.h"

enum { PUT, EXPIRE, REMOVE, REMOVE_SESSION, UNTIL, LIST };
enum { ROWS_MAX = 500 };
static const struct statement statements[] = {
    [PUT] = {"dose_claim.put", "INSERT INTO dose_claims (claim_id, user_id, slot_id, staff_user_id, session_id, expires_at) "
                               "VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                               "ON CONFLICT (slot_id, session_id) DO UPDATE SET expires_at = excluded.expires_at"},
    [EXPIRE] = {"dose_claim.expire", "DELETE FROM dose_claims WHERE expires_at <= ?1"},
    [REMOVE] = {"dose_claim.remove", "DELETE FROM dose_claims WHERE slot_id = ?1 AND session_id = ?2"},
    [REMOVE_SESSION] = {"dose_claim.remove_session", "DELETE FROM dose_claims WHERE session_id = ?1"},
    [UNTIL] = {"dose_claim.until", "SELECT expires_at FROM dose_claims WHERE slot_id = ?1 AND session_id = ?2"},
    [LIST] = {"dose_claim.list", "SELECT slot_id, user_id, staff_user_id, session_id, expires_at FROM dose_claims "
                                 "WHERE expires_at > ?1 AND expires_at <= ?2 ORDER BY claim_id LIMIT ?3"},
};
const struct statement_list DOSE_CLAIM_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void dose_claim_row_list_release(struct dose_claim_row_list *list)
{
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static enum status expire(struct store *store, int64_t now_us, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[EXPIRE], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, now_us);
    return statement_run(store, stmt, err);
}

enum status dose_claim_put(struct store *store, const struct dose_claim_row *row, int64_t now_us, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = expire(store, now_us, err);
    if (status == STATUS_OK) {
        status = statement_use(store, &statements[PUT], &stmt, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, uid_new(store_clock(store)));
    bind_id(stmt, 2, row->patient);
    bind_id(stmt, 3, row->slot);
    bind_id(stmt, 4, row->staff_user);
    bind_text(stmt, 5, row->session);
    bind_int(stmt, 6, row->expires_us);
    return statement_run(store, stmt, err);
}

enum status dose_claim_remove(struct store *store, struct uid slot, const char *session, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[REMOVE], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, slot);
    bind_text(stmt, 2, session);
    return statement_run(store, stmt, err);
}

enum status dose_claim_remove_session(struct store *store, const char *session, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[REMOVE_SESSION], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, session);
    return statement_run(store, stmt, err);
}

enum status dose_claim_until(struct store *store, struct uid slot, const char *session, int64_t *out_us, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[UNTIL], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, slot);
    bind_text(stmt, 2, session);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK) {
        *out_us = row ? column_int(stmt, 0) : 0;
        statement_reset(stmt);
    }
    return status;
}

enum status dose_claim_rows_get(struct store *store, int64_t from_us, int64_t to_us, struct dose_claim_row_list *out, struct error *err)
{
    struct dose_claim_row_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, from_us);
    bind_int(stmt, 2, to_us);
    bind_int(stmt, 3, ROWS_MAX);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        char *session = column_text(stmt, 3);
        struct dose_claim_row claim = {.slot = column_id(stmt, 0), .patient = column_id(stmt, 1), .staff_user = column_id(stmt, 2),
                                       .expires_us = column_int(stmt, 4)};
        (void)snprintf(claim.session, sizeof claim.session, "%s", session); /* fits */
        mem_free(session);
        MEM_GROW(&list);
        list.items[list.len++] = claim;
    }
    if (status != STATUS_OK) {
        dose_claim_row_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
