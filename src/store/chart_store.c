/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/chart_store.h"

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/person_list.h"
#include "store/statement.h"

/* Who wrote the row, as people call them. */
#define BY_NAME "trim(coalesce(p.first_name, '') || ' ' || coalesce(p.last_name, ''))"
#define BY_JOIN " LEFT JOIN user_profiles p ON p.user_id = a.recorded_by "
#define ALLERGY_COLUMNS                                                                                              \
    "a.allergy_id, a.user_id, a.ver, a.allergen_name, a.allergen_key, a.code_system, a.code, a.allergen_type, a.kind, "    \
    "a.state, a.reaction_severity, a.reaction_symptoms, a.verified_by_doctor, a.onset_date, a.note, a.original, "          \
    "a.recorded_at, a.supersedes_id, " BY_NAME
#define CONDITION_COLUMNS                                                                                            \
    "a.condition_id, a.user_id, a.ver, a.condition_name, a.code_system, a.condition_code, a.severity, a.status, "          \
    "a.diagnosed_date, a.abated_date, a.notes, a.original, a.recorded_at, a.supersedes_id, " BY_NAME
/* A row that nobody has corrected since. */
#define IN_FORCE(table) "NOT EXISTS (SELECT 1 FROM " table " s WHERE s.supersedes_id = a."

enum { ALLERGIES, ALLERGY, ALLERGY_IS_OLD, CONDITIONS, CONDITION, CONDITION_IS_OLD };
static const struct statement statements[] = {
    [ALLERGIES] = {"chart.allergies",
                   "SELECT " ALLERGY_COLUMNS " FROM user_allergies a" BY_JOIN
                   "WHERE a.user_id = ?1 AND a.deleted_at IS NULL AND (?2 OR a.state != 'entered_in_error') AND "
                   IN_FORCE("user_allergies") "allergy_id AND s.deleted_at IS NULL) "
                   "ORDER BY a.state NOT IN ('active', 'unconfirmed'), a.kind != 'allergy', "
                   "CASE a.reaction_severity WHEN 'life_threatening' THEN 0 WHEN 'severe' THEN 1 WHEN 'moderate' THEN 2 "
                   "WHEN 'mild' THEN 3 ELSE 2 END, a.allergen_name, a.allergy_id"},
    [ALLERGY] = {"chart.allergy", "SELECT " ALLERGY_COLUMNS " FROM user_allergies a" BY_JOIN
                                  "WHERE a.allergy_id = ?1 AND a.deleted_at IS NULL"},
    [ALLERGY_IS_OLD] = {"chart.allergy_is_old",
                        "SELECT 1 FROM user_allergies WHERE supersedes_id = ?1 AND deleted_at IS NULL LIMIT 1"},
    [CONDITIONS] = {"chart.conditions",
                    "SELECT " CONDITION_COLUMNS " FROM user_medical_conditions a" BY_JOIN
                    "WHERE a.user_id = ?1 AND a.deleted_at IS NULL AND (?2 OR a.status != 'entered_in_error') AND "
                    IN_FORCE("user_medical_conditions") "condition_id AND s.deleted_at IS NULL) "
                    "ORDER BY a.status NOT IN ('active', 'recurrence', 'relapse'), a.diagnosed_date DESC, a.condition_name, "
                    "a.condition_id"},
    [CONDITION] = {"chart.condition", "SELECT " CONDITION_COLUMNS " FROM user_medical_conditions a" BY_JOIN
                                      "WHERE a.condition_id = ?1 AND a.deleted_at IS NULL"},
    [CONDITION_IS_OLD] = {"chart.condition_is_old", "SELECT 1 FROM user_medical_conditions WHERE supersedes_id = ?1 AND "
                                                    "deleted_at IS NULL LIMIT 1"},
};
const struct statement_list CHART_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static struct allergy read_allergy(sqlite3_stmt *stmt)
{
    return (struct allergy){
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .ver = (int32_t)column_int(stmt, 2),
        .allergen_name = column_text(stmt, 3),
        .allergen_key = column_text(stmt, 4),
        .code_system = column_text(stmt, 5),
        .code = column_text(stmt, 6),
        .type = (enum allergen_type)column_enum(stmt, 7, ENUM_ALLERGEN_TYPE),
        .kind = (enum allergy_kind)column_enum(stmt, 8, ENUM_ALLERGY_KIND),
        .state = (enum allergy_state)column_enum(stmt, 9, ENUM_ALLERGY_STATE),
        .severity = (enum reaction_severity)column_enum(stmt, 10, ENUM_REACTION_SEVERITY),
        .reaction = column_text(stmt, 11),
        .is_verified = column_int(stmt, 12) != 0,
        .onset = column_date(stmt, 13),
        .note = column_text(stmt, 14),
        .original = column_text(stmt, 15),
        .recorded_at_us = column_int(stmt, 16),
        .supersedes = column_id(stmt, 17),
        .recorded_by = column_text(stmt, 18),
    };
}

static struct condition read_condition(sqlite3_stmt *stmt)
{
    return (struct condition){
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .ver = (int32_t)column_int(stmt, 2),
        .name = column_text(stmt, 3),
        .code_system = column_text(stmt, 4),
        .code = column_text(stmt, 5),
        .severity = (enum condition_severity)column_enum(stmt, 6, ENUM_CONDITION_SEVERITY),
        .status = (enum condition_status)column_enum(stmt, 7, ENUM_CONDITION_STATUS),
        .diagnosed = column_date(stmt, 8),
        .abated = column_date(stmt, 9),
        .notes = column_text(stmt, 10),
        .original = column_text(stmt, 11),
        .recorded_at_us = column_int(stmt, 12),
        .supersedes = column_id(stmt, 13),
        .recorded_by = column_text(stmt, 14),
    };
}

static enum status use_for_record(struct store *store, int which, struct uid record, bool all, sqlite3_stmt **out,
                                  struct error *err)
{
    enum status status = statement_use(store, &statements[which], out, err);
    if (status == STATUS_OK) {
        bind_id(*out, 1, record);
        bind_int(*out, 2, all);
    }
    return status;
}

enum status allergy_list_of_record(struct store *store, struct uid record, bool all, struct allergy_list *out,
                                       struct error *err)
{
    struct allergy_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = use_for_record(store, ALLERGIES, record, all, &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_allergy(stmt);
    }
    if (status != STATUS_OK) {
        allergy_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

/* As ALLERGIES orders them. */
static int compare_allergies(const void *a, const void *b)
{
    static const int danger[REACTION_SEVERITY_COUNT] = {[REACTION_SEVERITY_SEVERE] = 1, [REACTION_SEVERITY_MODERATE] = 2,
                                                        [REACTION_SEVERITY_MILD] = 3, [REACTION_SEVERITY_NONE_GIVEN] = 2};
    const struct allergy *x = a, *y = b;
    bool x_is_over = x->state != ALLERGY_STATE_ACTIVE && x->state != ALLERGY_STATE_UNCONFIRMED;
    bool y_is_over = y->state != ALLERGY_STATE_ACTIVE && y->state != ALLERGY_STATE_UNCONFIRMED;
    int order = (int)x_is_over - (int)y_is_over;
    order = order != 0 ? order : (x->kind != ALLERGY_KIND_ALLERGY) - (y->kind != ALLERGY_KIND_ALLERGY);
    order = order != 0 ? order : danger[x->severity] - danger[y->severity];
    order = order != 0 ? order : strcmp(x->allergen_name, y->allergen_name);
    return order != 0 ? order : uid_compare(x->id, y->id);
}

PERSON_LIST(allergies_of_person, struct allergy_list, bool, allergy_list_of_record, allergy_list_release, compare_allergies)

enum status allergy_list_get(struct store *store, struct uid patient, bool all, struct allergy_list *out, struct error *err)
{
    return allergies_of_person(store, patient, all, out, err);
}

enum status condition_list_of_record(struct store *store, struct uid record, bool all, struct condition_list *out,
                                        struct error *err)
{
    struct condition_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = use_for_record(store, CONDITIONS, record, all, &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_condition(stmt);
    }
    if (status != STATUS_OK) {
        condition_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

static bool is_over(const struct condition *c)
{
    return c->status != CONDITION_STATUS_ACTIVE && c->status != CONDITION_STATUS_RECURRENCE && c->status != CONDITION_STATUS_RELAPSE;
}

/* As CONDITIONS orders them. */
static int compare_conditions(const void *a, const void *b)
{
    const struct condition *x = a, *y = b;
    int order = (int)is_over(x) - (int)is_over(y);
    order = order != 0 ? order : date_compare(y->diagnosed, x->diagnosed);
    order = order != 0 ? order : strcmp(x->name, y->name);
    return order != 0 ? order : uid_compare(x->id, y->id);
}

PERSON_LIST(conditions_of_person, struct condition_list, bool, condition_list_of_record, condition_list_release, compare_conditions)

enum status condition_list_get(struct store *store, struct uid patient, bool all, struct condition_list *out,
                               struct error *err)
{
    return conditions_of_person(store, patient, all, out, err);
}

enum status allergy_get(struct store *store, struct uid id, struct allergy *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[ALLERGY], id,
                                       _("This allergy is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        *out = read_allergy(stmt);
        statement_reset(stmt);
    }
    return status;
}

enum status condition_get(struct store *store, struct uid id, struct condition *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[CONDITION], id,
                                       _("This problem is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        *out = read_condition(stmt);
        statement_reset(stmt);
    }
    return status;
}

enum status allergy_is_superseded(struct store *store, struct uid id, bool *out, struct error *err)
{
    return statement_has(store, &statements[ALLERGY_IS_OLD], id, out, err);
}

enum status condition_is_superseded(struct store *store, struct uid id, bool *out, struct error *err)
{
    return statement_has(store, &statements[CONDITION_IS_OLD], id, out, err);
}

#define ALLERGY_CELLS(a)                                                                                             \
    CELL_TEXT("allergen_name", (a)->allergen_name), CELL_TEXT("allergen_key", (a)->allergen_key ? (a)->allergen_key : ""), \
        CELL_TEXT_OR_NULL("code_system", (a)->code_system), CELL_TEXT_OR_NULL("code", (a)->code),                    \
        CELL_ENUM("allergen_type", ENUM_ALLERGEN_TYPE, (a)->type), CELL_ENUM("kind", ENUM_ALLERGY_KIND, (a)->kind),  \
        CELL_ENUM("state", ENUM_ALLERGY_STATE, (a)->state),                                                          \
        CELL_ENUM("reaction_severity", ENUM_REACTION_SEVERITY, (a)->severity),                                       \
        CELL_TEXT_OR_NULL("reaction_symptoms", (a)->reaction), CELL_INT("verified_by_doctor", (a)->is_verified),     \
        CELL_DATE("onset_date", (a)->onset), CELL_TEXT_OR_NULL("note", (a)->note),                                   \
        CELL_TEXT_OR_NULL("original", (a)->original), CELL_INT("recorded_at", (a)->recorded_at_us),                \
        CELL_ID("supersedes_id", (a)->supersedes)

enum status allergy_insert(struct store *store, const struct allergy *allergy, struct uid by, char **out_new,
                           struct error *err)
{
    const struct cell cells[] = {ALLERGY_CELLS(allergy), CELL_ID("recorded_by", by)};
    return change_insert(store, "user_allergies", allergy->id, allergy->patient, cells, sizeof cells / sizeof *cells,
                         out_new, err);
}

#define CONDITION_CELLS(c)                                                                                           \
    CELL_TEXT("condition_name", (c)->name), CELL_TEXT_OR_NULL("code_system", (c)->code_system),                      \
        CELL_TEXT_OR_NULL("condition_code", (c)->code), CELL_ENUM("severity", ENUM_CONDITION_SEVERITY, (c)->severity), \
        CELL_ENUM("status", ENUM_CONDITION_STATUS, (c)->status), CELL_DATE("diagnosed_date", (c)->diagnosed),        \
        CELL_DATE("abated_date", (c)->abated), CELL_TEXT_OR_NULL("notes", (c)->notes),                               \
        CELL_TEXT_OR_NULL("original", (c)->original), CELL_INT("recorded_at", (c)->recorded_at_us),                \
        CELL_ID("supersedes_id", (c)->supersedes)

enum status condition_insert(struct store *store, const struct condition *condition, struct uid by, char **out_new,
                             struct error *err)
{
    const struct cell cells[] = {CONDITION_CELLS(condition), CELL_ID("recorded_by", by)};
    return change_insert(store, "user_medical_conditions", condition->id, condition->patient, cells,
                         sizeof cells / sizeof *cells, out_new, err);
}
