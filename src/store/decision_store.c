/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/decision_store.h"

#include <string.h>

#include "base/memory.h"
#include "store/change.h"
#include "store/person_list.h"
#include "store/statement.h"

/* A group's key, how many were shown and how many of them were gone past. */
#define REPORT(key, order)                                                                                     \
    "SELECT " key ", count(*), coalesce(sum(accepted), 0) FROM finding_decisions d WHERE decided_at >= ?1 AND " \
    "decided_at < ?2 AND deleted_at IS NULL GROUP BY 1 ORDER BY " order

enum { LIST, SOLO, BY_SEVERITY, BY_RULE, BY_PERSON, BY_MONTH, BY_REASON };
static const struct statement statements[] = {
    [LIST] = {"decision.list",
              "SELECT decision_id, user_id, medication_id, fingerprint, rule, severity, shown, accepted, reason, reason_text, "
              "plan, decided_by, role, knowledge_version, decided_at, expires_at, second_person FROM finding_decisions "
              "WHERE user_id = ?1 AND accepted = 1 AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > ?2) "
              "ORDER BY decided_at DESC, decision_id"},
    [SOLO] = {"decision.solo",
              "SELECT d.decision_id, d.user_id, d.medication_id, d.shown, d.reason, d.reason_text, d.plan, d.decided_by, d.role, "
              "d.decided_at, d.review_due_at, coalesce(trim(b.first_name || ' ' || b.last_name), ''), "
              "coalesce(upper(p.last_name) || ', ' || p.first_name, ''), coalesce(m.drug_text, '') "
              "FROM finding_decisions d LEFT JOIN user_profiles b ON b.user_id = d.decided_by "
              "LEFT JOIN user_profiles p ON p.user_id = d.user_id "
              "LEFT JOIN user_medications m ON m.medication_id = d.medication_id "
              "WHERE d.review_due_at > 0 AND d.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM decision_reviews r "
              "WHERE r.decision_id = d.decision_id AND r.deleted_at IS NULL) ORDER BY d.review_due_at, d.decision_id LIMIT ?1"},
    [BY_SEVERITY] = {"decision.by_severity", REPORT("severity", "2 DESC, 1")},
    [BY_RULE] = {"decision.by_rule", REPORT("rule", "2 DESC, 1")},
    [BY_PERSON] = {"decision.by_person", REPORT("coalesce((SELECT p.first_name || ' ' || p.last_name FROM user_profiles p "
                                                "WHERE p.user_id = d.decided_by), '') || ', ' || role", "2 DESC, 1")},
    [BY_MONTH] = {"decision.by_month", REPORT("substr(date(decided_at / 1000000, 'unixepoch'), 1, 7)", "1")},
    [BY_REASON] = {"decision.by_reason", REPORT("CASE accepted WHEN 1 THEN coalesce(reason, 'other') ELSE 'drug_not_added' END",
                                                "2 DESC, 1")},
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
        CELL_INT_OR_NULL("review_due_at", decision->review_due_us),
    };
    return change_insert(store, "finding_decisions", decision->id, decision->patient, cells, sizeof cells / sizeof *cells, NULL,
                         err);
}

static enum status list_of_record(struct store *store, struct uid record, int64_t now_us, struct decision_list *out,
                                  struct error *err)
{
    struct decision_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, record);
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

static int newest_first(const void *a, const void *b)
{
    const struct decision *x = a, *y = b;
    return x->decided_us != y->decided_us ? (x->decided_us < y->decided_us) - (x->decided_us > y->decided_us)
                                          : uid_compare(x->id, y->id);
}

PERSON_LIST(list_of_person, struct decision_list, int64_t, list_of_record, decision_list_release, newest_first)

enum status decision_list_get(struct store *store, struct uid patient, int64_t now_us, struct decision_list *out,
                              struct error *err)
{
    return list_of_person(store, patient, now_us, out, err);
}

void solo_decision_release(struct solo_decision *solo)
{
    decision_release(&solo->decision);
    mem_free(solo->by_name);
    mem_free(solo->patient_name);
    mem_free(solo->drug);
    memset(solo, 0, sizeof *solo);
}

void solo_list_release(struct solo_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        solo_decision_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status solo_list_open(struct store *store, int limit, struct solo_list *out, struct error *err)
{
    struct solo_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[SOLO], &stmt, err);
    if (status == STATUS_OK) {
        bind_int(stmt, 1, limit);
    }
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct solo_decision){
            .decision = {.id = column_id(stmt, 0),
                         .patient = column_id(stmt, 1),
                         .order = column_id(stmt, 2),
                         .severity = INTERACTION_TYPE_CONTRAINDICATED,
                         .shown = column_text(stmt, 3),
                         .is_accepted = true,
                         .reason = (enum override_reason)column_enum(stmt, 4, ENUM_OVERRIDE_REASON),
                         .reason_text = column_text(stmt, 5),
                         .plan = column_text(stmt, 6),
                         .decided_by = column_id(stmt, 7),
                         .role = (enum role)column_enum(stmt, 8, ENUM_ROLE),
                         .decided_us = column_int(stmt, 9),
                         .review_due_us = column_int(stmt, 10)},
            .by_name = column_text(stmt, 11),
            .patient_name = column_text(stmt, 12),
            .drug = column_text(stmt, 13),
        };
    }
    if (status != STATUS_OK) {
        solo_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status decision_review_insert(struct store *store, const struct decision_review *review, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("decision_id", review->decision),
        CELL_ENUM("verdict", ENUM_REVIEW_VERDICT, review->verdict),
        CELL_TEXT("verdict_text", review->words),
        CELL_ID("reviewed_by", review->by),
        CELL_INT("reviewed_at", review->at_us),
    };
    return change_insert(store, "decision_reviews", review->id, review->patient, cells, sizeof cells / sizeof *cells, out_new,
                         err);
}

void decision_share_list_release(struct decision_share_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].key);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status decision_report(struct store *store, enum decision_group by, int64_t from_us, int64_t to_us,
                            struct decision_share_list *out, struct error *err)
{
    static const int by_group[] = {[DECISION_BY_SEVERITY] = BY_SEVERITY,
                                   [DECISION_BY_RULE] = BY_RULE,
                                   [DECISION_BY_PERSON] = BY_PERSON,
                                   [DECISION_BY_MONTH] = BY_MONTH,
                                   [DECISION_BY_REASON] = BY_REASON};
    struct decision_share_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[by_group[by]], &stmt, err);
    if (status == STATUS_OK) {
        bind_int(stmt, 1, from_us);
        bind_int(stmt, 2, to_us);
    }
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct decision_share){column_text(stmt, 0), column_int(stmt, 1), column_int(stmt, 2)};
    }
    if (status != STATUS_OK) {
        decision_share_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
