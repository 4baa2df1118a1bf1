/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/conflict_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/statement.h"

#define COLUMNS                                                                                                                          \
    "c.conflict_id, c.user_id, c.table_name, c.row_id, c.column_group, c.base_values, c.kept_values, c.lost_values, c.outcome, "          \
    "c.needs_review, c.found_at, c.reviewed_at, c.reviewed_by, c.resolution, c.ver, coalesce(upper(p.last_name) || ', ' || p.first_name, '') " \
    "FROM sync_conflicts c LEFT JOIN user_profiles p ON p.user_id = c.user_id "

enum { OPEN, ALL, GET, COUNT, QUARANTINED, OF_ROW };
static const struct statement statements[] = {
    [OPEN] = {"conflict.open", "SELECT " COLUMNS "WHERE c.needs_review = 1 AND c.reviewed_at IS NULL ORDER BY c.found_at DESC LIMIT 500"},
    [ALL] = {"conflict.all", "SELECT " COLUMNS "ORDER BY c.found_at DESC LIMIT 500"},
    [GET] = {"conflict.get", "SELECT " COLUMNS "WHERE c.conflict_id = ?1"},
    [COUNT] = {"conflict.count", "SELECT count(*) FROM sync_conflicts WHERE needs_review = 1 AND reviewed_at IS NULL"},
    [QUARANTINED] = {"conflict.quarantined", "SELECT count(*) FROM outbox WHERE state = 2"},
    [OF_ROW] = {"conflict.of_row", "SELECT 1 FROM sync_conflicts WHERE table_name = ?1 AND row_id = ?2 AND needs_review = 1 AND "
                                   "reviewed_at IS NULL LIMIT 1"},
};
const struct statement_list CONFLICT_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static void conflict_release(struct conflict *c)
{
    char *const texts[] = {c->table, c->group, c->outcome, c->base, c->kept, c->lost, c->resolution, c->patient_name};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        mem_free(texts[i]);
    }
}

void conflict_list_release(struct conflict_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        conflict_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static struct conflict read_row(sqlite3_stmt *stmt)
{
    return (struct conflict){
        .id = column_id(stmt, 0),
        .user = column_id(stmt, 1),
        .table = column_text(stmt, 2),
        .row = column_id(stmt, 3),
        .group = column_text(stmt, 4),
        .base = column_text(stmt, 5),
        .kept = column_text(stmt, 6),
        .lost = column_text(stmt, 7),
        .outcome = column_text(stmt, 8),
        .needs_review = column_int(stmt, 9) != 0,
        .found_us = column_int(stmt, 10),
        .reviewed_us = column_int(stmt, 11),
        .reviewed_by = column_id(stmt, 12),
        .resolution = column_text(stmt, 13),
        .ver = (int32_t)column_int(stmt, 14),
        .patient_name = column_text(stmt, 15),
    };
}

enum status conflict_list_get(struct store *store, bool all, struct conflict_list *out, struct error *err)
{
    struct conflict_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[all ? ALL : OPEN], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_row(stmt);
    }
    if (status != STATUS_OK) {
        conflict_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status conflict_get(struct store *store, struct uid id, struct conflict *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[GET], id,
                                       _("This conflict is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        *out = read_row(stmt);
        statement_reset(stmt);
    }
    return status;
}

enum status conflict_review(struct store *store, const struct conflict *conflict, struct uid by, const char *resolution, char **out_old,
                            char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_INT("reviewed_at", clock_now_us(store_clock(store))),
        CELL_ID("reviewed_by", by),
        CELL_TEXT_OR_NULL("resolution", resolution),
    };
    return change_update(store, "sync_conflicts", conflict->id, conflict->user, conflict->ver, cells, sizeof cells / sizeof *cells, out_old,
                         out_new, err);
}

static enum status count(struct store *store, int which, int64_t *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[which], &stmt, err);
    if (status == STATUS_OK) {
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK && row) {
        *out = column_int(stmt, 0);
        statement_reset(stmt);
    }
    return status;
}

enum status conflict_counts(struct store *store, int64_t *out_open, int64_t *out_quarantined, struct error *err)
{
    enum status status = count(store, COUNT, out_open, err);
    return status == STATUS_OK ? count(store, QUARANTINED, out_quarantined, err) : status;
}

enum status conflict_is_open(struct store *store, const char *table, struct uid row_id, bool *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[OF_ROW], &stmt, err);
    if (status == STATUS_OK) {
        bind_text(stmt, 1, table);
        bind_id(stmt, 2, row_id);
        status = statement_step(store, stmt, out, err);
    }
    if (status == STATUS_OK && *out) {
        statement_reset(stmt);
    }
    return status;
}
