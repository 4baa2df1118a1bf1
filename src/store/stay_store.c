/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/stay_store.h"

#include "base/memory.h"
#include "store/change.h"
#include "store/person_list.h"
#include "store/statement.h"

enum { LIST };
static const struct statement statements[] = {
    [LIST] = {"stay.list", "SELECT stay_id, user_id, ver, place, admitted_at, admitted_by, left_at, left_by, left_how FROM stays "
                           "WHERE user_id = ?1 AND deleted_at IS NULL ORDER BY admitted_at DESC, stay_id DESC LIMIT 200"},
};
const struct statement_list STAY_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static enum status list_of_record(struct store *store, struct uid record, int unused, struct stay_list *out, struct error *err)
{
    struct stay_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    (void)unused; /* PERSON_LIST gives every list a query */
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, record);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct stay){
            .id = column_id(stmt, 0),
            .patient = column_id(stmt, 1),
            .ver = (int32_t)column_int(stmt, 2),
            .place = column_text(stmt, 3),
            .admitted_us = column_int(stmt, 4),
            .admitted_by = column_id(stmt, 5),
            .left_us = column_int(stmt, 6),
            .left_by = column_id(stmt, 7),
            .left_how = (enum left_how)column_enum(stmt, 8, ENUM_LEFT_HOW),
        };
    }
    if (status != STATUS_OK) {
        stay_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

static int compare_stays(const void *a, const void *b)
{
    const struct stay *x = a, *y = b;
    return x->admitted_us != y->admitted_us ? (x->admitted_us > y->admitted_us ? -1 : 1) : -uid_compare(x->id, y->id);
}

PERSON_LIST(list_of_person, struct stay_list, int, list_of_record, stay_list_release, compare_stays)

enum status stay_list_get(struct store *store, struct uid patient, struct stay_list *out, struct error *err)
{
    return list_of_person(store, patient, 0, out, err);
}

enum status stay_put(struct store *store, struct stay *stay, char **out_old, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_TEXT("place", stay->place),
        CELL_INT("admitted_at", stay->admitted_us),
        CELL_ID("admitted_by", stay->admitted_by),
        CELL_INT_OR_NULL("left_at", stay->left_us),
        CELL_ID("left_by", stay->left_by),
        CELL_ENUM("left_how", ENUM_LEFT_HOW, stay->left_how),
    };
    size_t count = sizeof cells / sizeof *cells;
    enum status status = stay->ver == 0 ? change_insert(store, "stays", stay->id, stay->patient, cells, count, out_new, err)
                                        : change_update(store, "stays", stay->id, stay->patient, stay->ver, cells, count, out_old, out_new, err);
    stay->ver += status == STATUS_OK;
    return status;
}

enum status stay_remove(struct store *store, const struct stay *stay, int64_t at_us, char **out_old, char **out_new, struct error *err)
{
    const struct cell cells[] = {CELL_INT("deleted_at", at_us)};
    return change_update(store, "stays", stay->id, stay->patient, stay->ver, cells, 1, out_old, out_new, err);
}
