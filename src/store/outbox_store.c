/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/outbox_store.h"

#include <string.h>

#include "base/memory.h"
#include "store/statement.h"
#include "store/store_private.h"

enum { NEXT, ACKNOWLEDGE, SET_PROBLEM, SETTLE, SEND_AGAIN, CUT, ACKNOWLEDGED, BLANK, RENAME, PROBLEMS, QUARANTINED, ROWS_OF };
static const struct statement statements[] = {
    [NEXT] = {"outbox.next", "SELECT seq, op_uuid, user_id, table_name, row_id, op, created_at, txn FROM outbox "
                             "WHERE state = 0 AND seq > ?1 ORDER BY seq LIMIT ?2"},
    [ACKNOWLEDGE] = {"outbox.acknowledge", "UPDATE outbox SET state = 1, ack_xid = ?2 WHERE state = 0 AND seq <= ?1"},
    [SET_PROBLEM] = {"outbox.set_problem", "UPDATE outbox SET state = 2, problem = ?2 WHERE seq = ?1"},
    [SETTLE] = {"outbox.settle", "UPDATE outbox SET state = 1, problem = NULL, ack_xid = 0 WHERE seq = ?1"},
    [SEND_AGAIN] = {"outbox.send_again", "UPDATE outbox SET state = 0, ack_xid = NULL, problem = NULL WHERE seq > ?1"},
    [CUT] = {"outbox.cut", "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE state = 1 AND seq <= ?1 AND "
                           "coalesce(ack_xid, 0) = 0 ORDER BY seq LIMIT 500)"},
    [ACKNOWLEDGED] = {"outbox.acknowledged", "SELECT coalesce(max(seq), 0) FROM outbox WHERE state = 1"},
    [BLANK] = {"outbox.blank", "UPDATE outbox SET op = '{\"schema\":0,\"base_ver\":0,\"old\":null,\"new\":{}}' WHERE user_id = ?1"},
    [RENAME] = {"outbox.rename", "UPDATE outbox SET op = replace(op, ?1, ?2), row_id = CASE WHEN table_name = 'sites' THEN ?3 ELSE "
                                 "row_id END WHERE table_name IN ('sites', 'staff_members', 'devices')"},
    [PROBLEMS] = {"outbox.problems", "SELECT seq, user_id, table_name, row_id, op, problem, created_at FROM outbox WHERE state = 2 "
                                     "ORDER BY seq LIMIT 500"},
    [QUARANTINED] = {"outbox.quarantined", "SELECT seq FROM outbox WHERE state = 2 ORDER BY seq LIMIT 500"},
    [ROWS_OF] = {"outbox.rows_of", "SELECT DISTINCT row_id FROM outbox WHERE user_id = ?1 AND state != 1"},
};
const struct statement_list OUTBOX_STATEMENTS = {statements, sizeof statements / sizeof *statements};

enum { TRANSACTION_MAX = 5000 };

static void op_release(struct outbox_op *op)
{
    mem_free(op->table);
    mem_free(op->op);
}

void outbox_list_release(struct outbox_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        op_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status outbox_next(struct store *store, int64_t after, size_t enough, struct outbox_list *out, struct error *err)
{
    struct outbox_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[NEXT], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, after);
    bind_int(stmt, 2, TRANSACTION_MAX);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        int64_t txn = column_int(stmt, 7);
        if (list.len >= enough && txn != list.items[list.len - 1].txn) {
            statement_reset(stmt);
            break;
        }
        MEM_GROW(&list);
        list.items[list.len++] = (struct outbox_op){
            .seq = column_int(stmt, 0),
            .op_uuid = column_id(stmt, 1),
            .user = column_id(stmt, 2),
            .table = column_text(stmt, 3),
            .row = column_id(stmt, 4),
            .op = column_text(stmt, 5),
            .created_us = column_int(stmt, 6),
            .txn = txn,
        };
    }
    if (status != STATUS_OK) {
        outbox_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

/* Runs a statement with up to two numbers. */
static enum status run_numbers(struct store *store, int which, int64_t first, int64_t second, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[which], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, first);
    if (sqlite3_bind_parameter_count(stmt) > 1) {
        bind_int(stmt, 2, second);
    }
    return statement_run(store, stmt, err);
}

enum status outbox_acknowledge(struct store *store, int64_t up_to, int64_t xid, struct error *err)
{
    return run_numbers(store, ACKNOWLEDGE, up_to, xid, err);
}

enum status outbox_set_problem(struct store *store, int64_t seq, const char *problem, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SET_PROBLEM], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, seq);
    bind_text(stmt, 2, problem);
    return statement_run(store, stmt, err);
}

enum status outbox_settle(struct store *store, int64_t seq, struct error *err)
{
    return run_numbers(store, SETTLE, seq, 0, err);
}

enum status outbox_send_again(struct store *store, int64_t last_seq, struct error *err)
{
    return run_numbers(store, SEND_AGAIN, last_seq, 0, err);
}

enum status outbox_cut(struct store *store, int64_t up_to, bool *out_more, struct error *err)
{
    enum status status = run_numbers(store, CUT, up_to, 0, err);
    *out_more = status == STATUS_OK && sqlite3_changes(store->db.handle) > 0;
    return status;
}

enum status outbox_acknowledged(struct store *store, int64_t *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[ACKNOWLEDGED], &stmt, err);
    if (status == STATUS_OK) {
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK) {
        *out = row ? column_int(stmt, 0) : 0;
        statement_reset(stmt);
    }
    return status;
}

enum status outbox_blank_person(struct store *store, struct uid user, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[BLANK], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, user);
    return statement_run(store, stmt, err);
}

enum status outbox_rename(struct store *store, const char *old_id, const char *new_id, struct error *err)
{
    struct uid id;
    sqlite3_stmt *stmt = NULL;
    enum status status = uid_parse(new_id, &id, err);
    if (status == STATUS_OK) {
        status = statement_use(store, &statements[RENAME], &stmt, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, old_id);
    bind_text(stmt, 2, new_id);
    bind_id(stmt, 3, id);
    return statement_run(store, stmt, err);
}

void outbox_problem_list_release(struct outbox_problem_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].table);
        mem_free(list->items[i].op);
        mem_free(list->items[i].problem);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status outbox_problems(struct store *store, struct outbox_problem_list *out, struct error *err)
{
    struct outbox_problem_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[PROBLEMS], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct outbox_problem){
            .seq = column_int(stmt, 0),
            .user = column_id(stmt, 1),
            .table = column_text(stmt, 2),
            .row = column_id(stmt, 3),
            .op = column_text(stmt, 4),
            .problem = column_text(stmt, 5),
            .created_us = column_int(stmt, 6),
        };
    }
    if (status != STATUS_OK) {
        outbox_problem_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status outbox_quarantined(struct store *store, outbox_seq_fn *each, void *to, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[QUARANTINED], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        each(to, column_int(stmt, 0));
    }
    return status;
}

enum status outbox_rows_of(struct store *store, struct uid user, struct uid_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[ROWS_OF], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, user);
    return statement_ids(store, stmt, out, err);
}
