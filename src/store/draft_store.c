/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/draft_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/statement.h"

enum { REMOVE, ADD, GET, LIST };
static const struct statement statements[] = {
    /* user_id IS ?3: a draft about nobody has NULL, which a unique index does not hold apart */
    [REMOVE] = {"draft.remove", "DELETE FROM drafts WHERE staff_user_id = ?1 AND form = ?2 AND user_id IS ?3"},
    [ADD] = {"draft.add", "INSERT INTO drafts (draft_id, staff_user_id, user_id, form, content, saved_at) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
    [GET] = {"draft.get", "SELECT staff_user_id, user_id, form, content, saved_at FROM drafts WHERE staff_user_id = ?1 AND "
                          "form = ?2 AND user_id IS ?3"},
    [LIST] = {"draft.list", "SELECT staff_user_id, user_id, form, content, saved_at FROM drafts WHERE staff_user_id = ?1 "
                            "ORDER BY saved_at DESC, draft_id"},
};
const struct statement_list DRAFT_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void draft_release(struct draft *draft)
{
    mem_free(draft->form);
    mem_free(draft->content);
    memset(draft, 0, sizeof *draft);
}

void draft_list_release(struct draft_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        draft_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status draft_remove(struct store *store, struct uid staff_user, const char *form, struct uid patient, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[REMOVE], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, staff_user);
    bind_text(stmt, 2, form);
    bind_id(stmt, 3, patient);
    return statement_run(store, stmt, err);
}

enum status draft_put(struct store *store, const struct draft *draft, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = draft_remove(store, draft->staff_user, draft->form, draft->patient, err);
    if (status == STATUS_OK) {
        status = statement_use(store, &statements[ADD], &stmt, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, uid_new(store_clock(store)));
    bind_id(stmt, 2, draft->staff_user);
    bind_id(stmt, 3, draft->patient);
    bind_text(stmt, 4, draft->form);
    bind_text(stmt, 5, draft->content);
    bind_int(stmt, 6, draft->saved_us);
    return statement_run(store, stmt, err);
}

static struct draft read_row(sqlite3_stmt *stmt)
{
    return (struct draft){column_id(stmt, 0), column_id(stmt, 1), column_text(stmt, 2), column_text(stmt, 3),
                          column_int(stmt, 4)};
}

enum status draft_get(struct store *store, struct uid staff_user, const char *form, struct uid patient, struct draft *out,
                      struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[GET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, staff_user);
    bind_text(stmt, 2, form);
    bind_id(stmt, 3, patient);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && !row) {
        return error_set(err, STATUS_NOT_FOUND, _("There is no draft."));
    }
    if (status == STATUS_OK) {
        *out = read_row(stmt);
        statement_reset(stmt);
    }
    return status;
}

enum status draft_list_get(struct store *store, struct uid staff_user, struct draft_list *out, struct error *err)
{
    struct draft_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, staff_user);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_row(stmt);
    }
    if (status != STATUS_OK) {
        draft_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
