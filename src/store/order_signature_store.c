/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/order_signature_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/statement.h"

#define COLUMNS                                                                                                      \
    "signature_id, user_id, medication_id, order_version_id, ver, source, prescriber_id, told_at, read_back, "       \
    "entered_by, due_at, signed_at, signed_by FROM order_signatures "

enum { GET, OPEN, OF };
static const struct statement statements[] = {
    [GET] = {"order_signature.get", "SELECT " COLUMNS "WHERE signature_id = ?1"},
    [OPEN] = {"order_signature.open", "SELECT " COLUMNS "WHERE prescriber_id = ?1 AND signed_at IS NULL AND deleted_at IS NULL "
                                      "ORDER BY due_at, signature_id LIMIT ?2"},
    [OF] = {"order_signature.of", "SELECT " COLUMNS "WHERE medication_id = ?1 AND deleted_at IS NULL "
                                  "ORDER BY told_at, signature_id"},
};
const struct statement_list ORDER_SIGNATURE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void order_signature_list_release(struct order_signature_list *list)
{
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static struct order_signature read_row(sqlite3_stmt *stmt)
{
    return (struct order_signature){
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .order = column_id(stmt, 2),
        .version = column_id(stmt, 3),
        .ver = (int32_t)column_int(stmt, 4),
        .source = (enum order_source)column_enum(stmt, 5, ENUM_ORDER_SOURCE),
        .relay = {column_id(stmt, 6), column_int(stmt, 7), column_int(stmt, 8) != 0},
        .entered_by = column_id(stmt, 9),
        .due_us = column_int(stmt, 10),
        .signed_us = column_int(stmt, 11),
        .signed_by = column_id(stmt, 12),
    };
}

static enum status read_list(struct store *store, sqlite3_stmt *stmt, struct order_signature_list *out, struct error *err)
{
    struct order_signature_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_row(stmt);
    }
    if (status != STATUS_OK) {
        order_signature_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status order_signature_insert(struct store *store, const struct order_signature *s, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("medication_id", s->order),
        CELL_ID("order_version_id", s->version),
        CELL_ENUM("source", ENUM_ORDER_SOURCE, s->source),
        CELL_ID("prescriber_id", s->relay.prescriber),
        CELL_INT("told_at", s->relay.told_us),
        CELL_INT("read_back", s->relay.is_read_back),
        CELL_ID("entered_by", s->entered_by),
        CELL_INT("due_at", s->due_us),
    };
    return change_insert(store, "order_signatures", s->id, s->patient, cells, sizeof cells / sizeof *cells, NULL, err);
}

enum status order_signature_set_signed(struct store *store, const struct order_signature *s, struct uid by, int64_t at_us,
                                       char **out_old, char **out_new, struct error *err)
{
    const struct cell cells[] = {CELL_INT("signed_at", at_us), CELL_ID("signed_by", by)};
    return change_update(store, "order_signatures", s->id, s->patient, s->ver, cells, sizeof cells / sizeof *cells, out_old,
                         out_new, err);
}

enum status order_signature_get(struct store *store, struct uid id, struct order_signature *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[GET], id, _("This order is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        *out = read_row(stmt);
        statement_reset(stmt);
    }
    return status;
}

enum status order_signature_list_open(struct store *store, struct uid prescriber, int limit,
                                      struct order_signature_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[OPEN], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, prescriber);
    bind_int(stmt, 2, limit);
    return read_list(store, stmt, out, err);
}

enum status order_signature_list_of(struct store *store, struct uid order, struct order_signature_list *out,
                                    struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[OF], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, order);
    return read_list(store, stmt, out, err);
}
