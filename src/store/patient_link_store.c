/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/patient_link_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/statement.h"

#define IN_FORCE "l.undone_at IS NULL AND l.deleted_at IS NULL "
/* What a pull has not brought yet cannot be read and stands in for nobody. */
#define IS_HERE(id) "AND EXISTS (SELECT 1 FROM users u WHERE u.user_id = " id ") "

enum { NEIGHBOURS, LIST, JOINED };
static const struct statement statements[] = {
    [NEIGHBOURS] = {"patient_link.neighbours",
                    "SELECT l.other_id, 1 FROM patient_links l WHERE l.user_id = ?1 AND " IN_FORCE IS_HERE("l.other_id")
                    "UNION ALL SELECT l.user_id, 0 FROM patient_links l WHERE l.other_id = ?1 AND " IN_FORCE IS_HERE("l.user_id")},
    [LIST] = {"patient_link.list",
              "SELECT l.link_id, l.user_id, l.other_id, l.reason, l.linked_by, l.linked_at, l.ver, "
              "trim(coalesce(p.first_name, '') || ' ' || coalesce(p.last_name, '')) FROM patient_links l "
              "LEFT JOIN user_profiles p ON p.user_id = l.linked_by WHERE l.user_id = ?1 AND " IN_FORCE
              "ORDER BY l.linked_at DESC, l.link_id"},
    [JOINED] = {"patient_link.joined", "SELECT l.user_id FROM patient_links l WHERE " IN_FORCE
                                       "UNION SELECT l.other_id FROM patient_links l WHERE " IN_FORCE "ORDER BY 1"},
};
const struct statement_list PATIENT_LINK_STATEMENTS = {statements, sizeof statements / sizeof *statements};

/* ---- the records of a person ---- */

bool person_records_hold(const struct person_records *records, struct uid id)
{
    for (int i = 0; i < records->count; i++) {
        if (uid_compare(records->ids[i], id) == 0) {
            return true;
        }
    }
    return false;
}

/* The records beside ids[at] join the list; *out_is_replaced: another one is used instead of it. */
static enum status add_neighbours(struct store *store, struct person_records *records, int at, bool *out_is_replaced,
                                  struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[NEIGHBOURS], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, records->ids[at]);
    }
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        struct uid other = column_id(stmt, 0);
        *out_is_replaced = *out_is_replaced || column_int(stmt, 1) != 0;
        if (!person_records_hold(records, other) && records->count < PERSON_RECORDS_MAX) {
            records->ids[records->count++] = other;
        }
    }
    return status;
}

enum status person_records_get(struct store *store, struct uid record, struct person_records *out, struct error *err)
{
    struct person_records found = {.ids = {record}, .count = 1};
    enum status status = STATUS_OK;
    int first = -1; /* in use: not replaced, else the one registered first (ids are in the order of time) */
    bool first_is_replaced = false;
    for (int i = 0; status == STATUS_OK && i < found.count; i++) {
        bool is_replaced = false;
        status = add_neighbours(store, &found, i, &is_replaced, err);
        bool is_better = first < 0 || (first_is_replaced && !is_replaced) ||
                         (first_is_replaced == is_replaced && uid_compare(found.ids[i], found.ids[first]) < 0);
        if (is_better) {
            first = i;
            first_is_replaced = is_replaced;
        }
    }
    if (status == STATUS_OK) {
        struct uid in_use = found.ids[first];
        found.ids[first] = found.ids[0];
        found.ids[0] = in_use;
        *out = found;
    }
    return status;
}

enum status person_joined_list(struct store *store, struct uid_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[JOINED], &stmt, err);
    return status == STATUS_OK ? statement_ids(store, stmt, out, err) : status;
}

enum status person_is_same(struct store *store, struct uid a, struct uid b, bool *out, struct error *err)
{
    struct person_records records;
    if (uid_compare(a, b) == 0) {
        *out = true;
        return STATUS_OK;
    }
    enum status status = person_records_get(store, a, &records, err);
    if (status == STATUS_OK) {
        *out = person_records_hold(&records, b);
    }
    return status;
}

enum status person_require_same(struct store *store, struct uid a, struct uid b, struct error *err)
{
    bool is_same = false;
    enum status status = person_is_same(store, a, b, &is_same, err);
    return status == STATUS_OK && !is_same
               ? error_set(err, STATUS_REFUSED, _("This row belongs to another patient. Nothing was saved."))
               : status;
}

/* ---- links ---- */

void patient_link_release(struct patient_link *link)
{
    mem_free(link->reason);
    mem_free(link->by_name);
    memset(link, 0, sizeof *link);
}

void patient_link_list_release(struct patient_link_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        patient_link_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status patient_link_insert(struct store *store, const struct patient_link *link, char **out_new, struct error *err)
{
    struct person_records a, b;
    enum status status = person_records_get(store, link->replaced, &a, err);
    if (status == STATUS_OK) {
        status = person_records_get(store, link->kept, &b, err);
    }
    if (status == STATUS_OK && a.count + b.count > PERSON_RECORDS_MAX) {
        status = error_set(err, STATUS_REFUSED, _("These two have %d records between them; at most %d can be one person's."),
                           a.count + b.count, PERSON_RECORDS_MAX);
    }
    if (status != STATUS_OK) {
        return status;
    }
    const struct cell cells[] = {
        CELL_ID("other_id", link->kept),
        CELL_TEXT("reason", link->reason),
        CELL_ID("linked_by", link->by),
        CELL_INT("linked_at", link->at_us),
    };
    return change_insert(store, "patient_links", link->id, link->replaced, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status patient_link_undo(struct store *store, const struct patient_link *link, struct uid by, int64_t at_us, const char *reason,
                              char **out_old, char **out_new, struct error *err)
{
    const struct cell cells[] = {CELL_INT("undone_at", at_us), CELL_ID("undone_by", by), CELL_TEXT("undone_reason", reason)};
    return change_update(store, "patient_links", link->id, link->replaced, link->ver, cells, sizeof cells / sizeof *cells, out_old,
                         out_new, err);
}

static enum status add_links_of(struct store *store, struct uid record, struct patient_link_list *list, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, record);
    }
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(list);
        list->items[list->len++] = (struct patient_link){
            .id = column_id(stmt, 0),
            .replaced = column_id(stmt, 1),
            .kept = column_id(stmt, 2),
            .reason = column_text(stmt, 3),
            .by = column_id(stmt, 4),
            .at_us = column_int(stmt, 5),
            .ver = (int32_t)column_int(stmt, 6),
            .by_name = column_text(stmt, 7),
        };
    }
    return status;
}

static int newest_first(const void *a, const void *b)
{
    const struct patient_link *x = a, *y = b;
    return x->at_us != y->at_us ? (x->at_us < y->at_us) - (x->at_us > y->at_us) : uid_compare(x->id, y->id);
}

enum status patient_link_list_get(struct store *store, const struct person_records *records, struct patient_link_list *out,
                                  struct error *err)
{
    struct patient_link_list list = {0};
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < records->count; i++) {
        status = add_links_of(store, records->ids[i], &list, err);
    }
    if (status != STATUS_OK) {
        patient_link_list_release(&list);
        return status;
    }
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, newest_first);
    }
    *out = list;
    return STATUS_OK;
}
