/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/restriction_store.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/statement.h"

#define EMERGENCY                                                                                                          \
    "SELECT e.access_id, e.user_id, e.accessed_by, e.role, e.session_id, e.rule, e.reason, e.reason_text, e.begun_at, "     \
    "e.expires_at, e.ended_at, e.review_due_at, e.reviewed_at, e.verdict, e.verdict_text, e.ver, "                          \
    "coalesce(trim(b.first_name || ' ' || b.last_name), ''), coalesce(upper(p.last_name) || ', ' || p.first_name, '') "     \
    "FROM emergency_accesses e LEFT JOIN user_profiles b ON b.user_id = e.accessed_by "                                    \
    "LEFT JOIN user_profiles p ON p.user_id = e.user_id "

enum { FIND, MEMBER, MEMBERS, EMERGENCY_FIND, EMERGENCY_GET, EMERGENCY_OPEN };
static const struct statement statements[] = {
    [FIND] = {"restriction.find", "SELECT restriction_id, rule, set_by, set_at, ver FROM patient_restrictions "
                                  "WHERE user_id = ?1 AND lifted_at IS NULL AND deleted_at IS NULL ORDER BY set_at LIMIT 1"},
    [MEMBER] = {"restriction.member", "SELECT member_id, ver, removed_at FROM restriction_members "
                                      "WHERE user_id = ?1 AND staff_user_id = ?2 AND deleted_at IS NULL "
                                      "ORDER BY removed_at IS NOT NULL LIMIT 1"},
    [MEMBERS] = {"restriction.members", "SELECT s.login_name FROM restriction_members m "
                                        "JOIN staff_members s ON s.user_id = m.staff_user_id WHERE m.user_id = ?1 "
                                        "AND m.removed_at IS NULL AND m.deleted_at IS NULL ORDER BY s.login_name LIMIT 200"},
    [EMERGENCY_FIND] = {"emergency.find", EMERGENCY "WHERE e.user_id = ?1 AND e.accessed_by = ?2 AND e.begun_at > ?4 - 3600000000 "
                                                    "AND e.session_id = ?3 AND e.ended_at IS NULL AND e.expires_at > ?4 "
                                                    "ORDER BY e.begun_at DESC LIMIT 1"},
    [EMERGENCY_GET] = {"emergency.get", EMERGENCY "WHERE e.access_id = ?1"},
    [EMERGENCY_OPEN] = {"emergency.open", EMERGENCY "WHERE e.reviewed_at IS NULL ORDER BY e.review_due_at LIMIT ?1"},
};
const struct statement_list RESTRICTION_STATEMENTS = {statements, sizeof statements / sizeof *statements};

/* ---- restrictions ---- */

enum status restriction_insert(struct store *store, const struct restriction *r, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ENUM("rule", ENUM_RESTRICTION_RULE, r->rule),
        CELL_ID("set_by", r->set_by),
        CELL_INT("set_at", r->set_us),
    };
    return change_insert(store, "patient_restrictions", r->id, r->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status restriction_lift(struct store *store, const struct restriction *r, struct uid by, int64_t at_us, char **out_old,
                             char **out_new, struct error *err)
{
    const struct cell cells[] = {CELL_INT("lifted_at", at_us), CELL_ID("lifted_by", by)};
    return change_update(store, "patient_restrictions", r->id, r->patient, r->ver, cells, sizeof cells / sizeof *cells, out_old,
                         out_new, err);
}

enum status restriction_find(struct store *store, struct uid patient, bool *out_found, struct restriction *out,
                             struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[FIND], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, patient);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        *out = (struct restriction){
            .id = column_id(stmt, 0),
            .patient = patient,
            .rule = (enum restriction_rule)column_enum(stmt, 1, ENUM_RESTRICTION_RULE),
            .set_by = column_id(stmt, 2),
            .set_us = column_int(stmt, 3),
            .ver = (int32_t)column_int(stmt, 4),
        };
        statement_reset(stmt);
    }
    if (status == STATUS_OK) {
        *out_found = row;
    }
    return status;
}

struct member {
    bool is_there, is_removed;
    struct uid id;
    int32_t ver;
};

static enum status find_member(struct store *store, struct uid patient, struct uid staff_user, struct member *out,
                               struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[MEMBER], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, patient);
    bind_id(stmt, 2, staff_user);
    status = statement_step(store, stmt, &row, err);
    *out = (struct member){.is_there = false};
    if (status == STATUS_OK && row) {
        *out = (struct member){true, column_int(stmt, 2) != 0, column_id(stmt, 0), (int32_t)column_int(stmt, 1)};
        statement_reset(stmt);
    }
    return status;
}

enum status restriction_set_member(struct store *store, struct uid patient, struct uid staff_user, bool is_member, struct uid by,
                                   int64_t at_us, struct error *err)
{
    struct member member;
    enum status status = find_member(store, patient, staff_user, &member, err);
    if (status != STATUS_OK || (member.is_there && !member.is_removed) == is_member) {
        return status;
    }
    const struct cell cells[] = {
        CELL_ID("staff_user_id", staff_user),
        CELL_ID("added_by", by),
        CELL_INT("added_at", at_us),
        CELL_INT_OR_NULL("removed_at", is_member ? 0 : at_us),
    };
    const size_t count = sizeof cells / sizeof *cells;
    if (!member.is_there) {
        return change_insert(store, "restriction_members", uid_new(store_clock(store)), patient, cells, count, NULL, err);
    }
    return change_update(store, "restriction_members", member.id, patient, member.ver, cells, count, NULL, NULL, err);
}

enum status restriction_is_member(struct store *store, struct uid patient, struct uid staff_user, bool *out, struct error *err)
{
    struct member member;
    enum status status = find_member(store, patient, staff_user, &member, err);
    if (status == STATUS_OK) {
        *out = member.is_there && !member.is_removed;
    }
    return status;
}

void login_list_release(struct login_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status restriction_list_members(struct store *store, struct uid patient, struct login_list *out, struct error *err)
{
    struct login_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[MEMBERS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, patient);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = column_text(stmt, 0);
    }
    if (status != STATUS_OK) {
        login_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

/* ---- emergencies ---- */

void emergency_release(struct emergency *e)
{
    mem_free(e->by_name);
    mem_free(e->patient_name);
    mem_free(e->reason_text);
    mem_free(e->verdict_text);
    memset(e, 0, sizeof *e);
}

void emergency_list_release(struct emergency_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        emergency_release(&list->items[i]);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status emergency_insert(struct store *store, const struct emergency *e, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("accessed_by", e->by),
        CELL_ENUM("role", ENUM_ROLE, e->role),
        CELL_TEXT("session_id", e->session),
        CELL_ENUM("rule", ENUM_RESTRICTION_RULE, e->rule),
        CELL_ENUM("reason", ENUM_EMERGENCY_REASON, e->reason),
        CELL_TEXT("reason_text", e->reason_text),
        CELL_INT("begun_at", e->begun_us),
        CELL_INT("expires_at", e->expires_us),
        CELL_INT("review_due_at", e->due_us),
    };
    return change_insert(store, "emergency_accesses", e->id, e->patient, cells, sizeof cells / sizeof *cells, NULL, err);
}

enum status emergency_set_ended(struct store *store, const struct emergency *e, int64_t at_us, struct error *err)
{
    const struct cell cells[] = {CELL_INT("ended_at", at_us)};
    return change_update(store, "emergency_accesses", e->id, e->patient, e->ver, cells, 1, NULL, NULL, err);
}

enum status emergency_set_reviewed(struct store *store, const struct emergency *e, struct uid by, int64_t at_us,
                                   enum review_verdict verdict, const char *text, struct error *err)
{
    const struct cell cells[] = {
        CELL_INT("reviewed_at", at_us),
        CELL_ID("reviewed_by", by),
        CELL_ENUM("verdict", ENUM_REVIEW_VERDICT, verdict),
        CELL_TEXT("verdict_text", text),
    };
    return change_update(store, "emergency_accesses", e->id, e->patient, e->ver, cells, sizeof cells / sizeof *cells, NULL, NULL,
                         err);
}

static struct emergency read_emergency(sqlite3_stmt *stmt)
{
    struct emergency e = {
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .by = column_id(stmt, 2),
        .role = (enum role)column_enum(stmt, 3, ENUM_ROLE),
        .rule = (enum restriction_rule)column_enum(stmt, 5, ENUM_RESTRICTION_RULE),
        .reason = (enum emergency_reason)column_enum(stmt, 6, ENUM_EMERGENCY_REASON),
        .reason_text = column_text(stmt, 7),
        .begun_us = column_int(stmt, 8),
        .expires_us = column_int(stmt, 9),
        .ended_us = column_int(stmt, 10),
        .due_us = column_int(stmt, 11),
        .reviewed_us = column_int(stmt, 12),
        .verdict = (enum review_verdict)column_enum(stmt, 13, ENUM_REVIEW_VERDICT),
        .verdict_text = column_text(stmt, 14),
        .ver = (int32_t)column_int(stmt, 15),
        .by_name = column_text(stmt, 16),
        .patient_name = column_text(stmt, 17),
    };
    char *session = column_text(stmt, 4);
    (void)snprintf(e.session, sizeof e.session, "%s", session); /* 64 letters */
    mem_free(session);
    return e;
}

static enum status read_one(struct store *store, sqlite3_stmt *stmt, bool *out_found, struct emergency *out, struct error *err)
{
    bool row = false;
    enum status status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        *out = read_emergency(stmt);
        statement_reset(stmt);
    }
    if (status == STATUS_OK) {
        *out_found = row;
    }
    return status;
}

enum status emergency_find(struct store *store, struct uid patient, struct uid by, const char *session, int64_t now_us,
                           bool *out_found, struct emergency *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[EMERGENCY_FIND], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, patient);
    bind_id(stmt, 2, by);
    bind_text(stmt, 3, session);
    bind_int(stmt, 4, now_us);
    return read_one(store, stmt, out_found, out, err);
}

enum status emergency_get(struct store *store, struct uid id, struct emergency *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    enum status status = statement_use(store, &statements[EMERGENCY_GET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    status = read_one(store, stmt, &found, out, err);
    return status == STATUS_OK && !found ? error_set(err, STATUS_NOT_FOUND, _("There is no such emergency opening.")) : status;
}

static enum status read_list(struct store *store, sqlite3_stmt *stmt, struct emergency_list *out, struct error *err)
{
    struct emergency_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_emergency(stmt);
    }
    if (status != STATUS_OK) {
        emergency_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status emergency_list_open(struct store *store, int limit, struct emergency_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[EMERGENCY_OPEN], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, limit);
    return read_list(store, stmt, out, err);
}
