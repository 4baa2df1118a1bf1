/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/review_store.h"

#include "base/memory.h"
#include "store/change.h"
#include "store/order_store.h"
#include "store/statement.h"

enum { OF, QUEUE };
static const struct statement statements[] = {
    [OF] = {"review.of", "SELECT review_id, user_id, medication_id, order_version_id, outcome, note, spoke_to, read_back, "
                         "unchecked_seen, reviewed_by, reviewed_at FROM order_reviews WHERE medication_id = ?1 AND deleted_at "
                         "IS NULL ORDER BY reviewed_at DESC, review_id DESC"},
    [QUEUE] = {"review.queue", "SELECT medication_id FROM user_medications WHERE verification <> 'verified' AND status IN "
                               "('active', 'on_hold') AND first_due_at IS NOT NULL AND deleted_at IS NULL "
                               "ORDER BY first_due_at LIMIT ?1"},
};
const struct statement_list REVIEW_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void order_review_release(struct order_review *r)
{
    mem_free(r->note);
    mem_free(r->spoke_to);
}

void order_review_list_release(struct order_review_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        order_review_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct order_review_list){0};
}

enum status order_review_insert(struct store *store, const struct order_review *r, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("medication_id", r->order),
        CELL_ID("order_version_id", r->version),
        CELL_ENUM("outcome", ENUM_VERIFICATION, r->outcome),
        CELL_TEXT_OR_NULL("note", r->note),
        CELL_TEXT_OR_NULL("spoke_to", r->spoke_to),
        CELL_INT("read_back", r->is_read_back),
        CELL_INT("unchecked_seen", r->is_unchecked_seen),
        CELL_ID("reviewed_by", r->reviewed_by),
        CELL_INT("reviewed_at", r->reviewed_us),
    };
    return change_insert(store, "order_reviews", r->id, r->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status order_review_list_of(struct store *store, struct uid order, struct order_review_list *out, struct error *err)
{
    struct order_review_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[OF], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, order);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct order_review){
            .id = column_id(stmt, 0),
            .patient = column_id(stmt, 1),
            .order = column_id(stmt, 2),
            .version = column_id(stmt, 3),
            .outcome = (enum verification)column_enum(stmt, 4, ENUM_VERIFICATION),
            .note = column_text(stmt, 5),
            .spoke_to = column_text(stmt, 6),
            .is_read_back = column_int(stmt, 7) != 0,
            .is_unchecked_seen = column_int(stmt, 8) != 0,
            .reviewed_by = column_id(stmt, 9),
            .reviewed_us = column_int(stmt, 10),
        };
    }
    if (status != STATUS_OK) {
        order_review_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status order_set_verification(struct store *store, const struct order *order, enum verification verification,
                                   char **out_old, char **out_new, struct error *err)
{
    const struct cell cells[] = {CELL_ENUM("verification", ENUM_VERIFICATION, verification)};
    return change_update(store, "user_medications", order->id, order->patient, order->ver, cells, 1, out_old, out_new, err);
}

enum status order_list_to_verify(struct store *store, int limit, struct order_list *out, struct error *err)
{
    struct order_list list = {0};
    struct uid_list ids = {0};
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[QUEUE], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, limit);
    status = statement_ids(store, stmt, &ids, err);
    for (size_t i = 0; status == STATUS_OK && i < ids.len; i++) {
        MEM_GROW(&list);
        status = order_get(store, ids.items[i], &list.items[list.len], err);
        list.len += status == STATUS_OK;
    }
    mem_free(ids.items);
    if (status != STATUS_OK) {
        order_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
