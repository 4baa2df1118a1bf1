/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/decision_store.h"

#include <string.h>

#include "base/memory.h"
#include "store/change.h"
#include "store/statement.h"

enum { LIST };
static const struct statement statements[] = {
    [LIST] = {"decision.list",
              "SELECT decision_id, user_id, medication_id, fingerprint, rule, severity, shown, accepted, reason, reason_text, "
              "plan, decided_by, role, knowledge_version, decided_at, expires_at, second_person FROM finding_decisions "
              "WHERE user_id = ?1 AND accepted = 1 AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > ?2) "
              "ORDER BY decided_at DESC, decision_id"},
};
const struct statement_list DECISION_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void decision_release(struct decision *decision)
{
    mem_free(decision->fingerprint);
    mem_free(decision->rule);
    mem_free(decision->shown);
    mem_free(decision->reason_text);
    mem_free(decision->plan);
    mem_free(decision->knowledge_version);
    memset(decision, 0, sizeof *decision);
}

void decision_list_release(struct decision_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        decision_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status decision_insert(struct store *store, const struct decision *decision, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("medication_id", decision->order),
        CELL_TEXT("fingerprint", decision->fingerprint),
        CELL_TEXT("rule", decision->rule),
        CELL_ENUM("severity", ENUM_INTERACTION_TYPE, decision->severity),
        CELL_TEXT("shown", decision->shown),
        CELL_INT("accepted", decision->is_accepted),
        CELL_ENUM("reason", ENUM_OVERRIDE_REASON, decision->reason),
        CELL_TEXT_OR_NULL("reason_text", decision->reason_text),
        CELL_TEXT_OR_NULL("plan", decision->plan),
        CELL_ID("decided_by", decision->decided_by),
        CELL_ID("second_person", decision->second_person),
        CELL_TEXT("role", enum_word(ENUM_ROLE, decision->role)),
        CELL_TEXT("knowledge_version", decision->knowledge_version),
        CELL_INT("decided_at", decision->decided_us),
        CELL_INT_OR_NULL("expires_at", decision->expires_us),
    };
    return change_insert(store, "finding_decisions", decision->id, decision->patient, cells, sizeof cells / sizeof *cells, NULL,
                         err);
}

enum status decision_list_get(struct store *store, struct uid patient, int64_t now_us, struct decision_list *out,
                              struct error *err)
{
    struct decision_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, patient);
    bind_int(stmt, 2, now_us);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct decision){
            .id = column_id(stmt, 0),
            .patient = column_id(stmt, 1),
            .order = column_id(stmt, 2),
            .fingerprint = column_text(stmt, 3),
            .rule = column_text(stmt, 4),
            .severity = (enum interaction_type)column_enum(stmt, 5, ENUM_INTERACTION_TYPE),
            .shown = column_text(stmt, 6),
            .is_accepted = column_int(stmt, 7) != 0,
            .reason = (enum override_reason)column_enum(stmt, 8, ENUM_OVERRIDE_REASON),
            .reason_text = column_text(stmt, 9),
            .plan = column_text(stmt, 10),
            .decided_by = column_id(stmt, 11),
            .role = (enum role)column_enum(stmt, 12, ENUM_ROLE),
            .knowledge_version = column_text(stmt, 13),
            .decided_us = column_int(stmt, 14),
            .expires_us = column_int(stmt, 15),
            .second_person = column_id(stmt, 16),
        };
    }
    if (status != STATUS_OK) {
        decision_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
