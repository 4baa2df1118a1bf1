/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/chart_store.h"

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/statement.h"

#define ALLERGY_COLUMNS                                                                                              \
    "allergy_id, user_id, ver, allergen_name, allergen_key, code_system, code, allergen_type, kind, state, "         \
    "reaction_severity, reaction_symptoms, verified_by_doctor, onset_date, note, original, recorded_at"
#define CONDITION_COLUMNS                                                                                            \
    "condition_id, user_id, ver, condition_name, code_system, condition_code, severity, status, diagnosed_date, "    \
    "abated_date, notes, original, recorded_at"

enum { ALLERGIES, CONDITIONS, METRIC_LATEST };
static const struct statement statements[] = {
    [ALLERGIES] = {"chart.allergies",
                   "SELECT " ALLERGY_COLUMNS " FROM user_allergies WHERE user_id = ?1 AND deleted_at IS NULL AND "
                   "(?2 OR state != 'entered_in_error') "
                   "ORDER BY state NOT IN ('active', 'unconfirmed'), kind != 'allergy', "
                   "CASE reaction_severity WHEN 'life_threatening' THEN 0 WHEN 'severe' THEN 1 WHEN 'moderate' THEN 2 "
                   "WHEN 'mild' THEN 3 ELSE 2 END, allergen_name, allergy_id"},
    [CONDITIONS] = {"chart.conditions",
                    "SELECT " CONDITION_COLUMNS " FROM user_medical_conditions WHERE user_id = ?1 AND deleted_at IS NULL "
                    "AND (?2 OR status != 'entered_in_error') "
                    "ORDER BY status NOT IN ('active', 'recurrence', 'relapse'), diagnosed_date DESC, condition_name, "
                    "condition_id"},
    [METRIC_LATEST] = {"chart.metric_latest",
                       "SELECT metric_id, user_id, ver, metric_type, metric_value, unit, recorded_at, notes, recorded_via, "
                       "is_verified, original FROM health_metrics WHERE user_id = ?1 AND metric_type = ?2 AND deleted_at IS "
                       "NULL ORDER BY recorded_at DESC, metric_id DESC LIMIT 1"},
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
    };
}

static enum status use_for_patient(struct store *store, int which, struct uid patient, bool all, sqlite3_stmt **out,
                                   struct error *err)
{
    enum status status = statement_use(store, &statements[which], out, err);
    if (status == STATUS_OK) {
        bind_id(*out, 1, patient);
        bind_int(*out, 2, all);
    }
    return status;
}

enum status allergy_list_get(struct store *store, struct uid patient, bool all, struct allergy_list *out, struct error *err)
{
    struct allergy_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = use_for_patient(store, ALLERGIES, patient, all, &stmt, err);
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

enum status condition_list_get(struct store *store, struct uid patient, bool all, struct condition_list *out,
                               struct error *err)
{
    struct condition_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = use_for_patient(store, CONDITIONS, patient, all, &stmt, err);
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

#define ALLERGY_CELLS(a)                                                                                             \
    CELL_TEXT("allergen_name", (a)->allergen_name), CELL_TEXT("allergen_key", (a)->allergen_key ? (a)->allergen_key : ""), \
        CELL_TEXT_OR_NULL("code_system", (a)->code_system), CELL_TEXT_OR_NULL("code", (a)->code),                    \
        CELL_ENUM("allergen_type", ENUM_ALLERGEN_TYPE, (a)->type), CELL_ENUM("kind", ENUM_ALLERGY_KIND, (a)->kind),  \
        CELL_ENUM("state", ENUM_ALLERGY_STATE, (a)->state),                                                          \
        CELL_ENUM("reaction_severity", ENUM_REACTION_SEVERITY, (a)->severity),                                       \
        CELL_TEXT_OR_NULL("reaction_symptoms", (a)->reaction), CELL_INT("verified_by_doctor", (a)->is_verified),     \
        CELL_DATE("onset_date", (a)->onset), CELL_TEXT_OR_NULL("note", (a)->note),                                   \
        CELL_TEXT_OR_NULL("original", (a)->original), CELL_INT("recorded_at", (a)->recorded_at_us)

enum status allergy_insert(struct store *store, const struct allergy *allergy, struct uid by, char **out_new,
                           struct error *err)
{
    const struct cell cells[] = {ALLERGY_CELLS(allergy), CELL_ID("recorded_by", by)};
    return change_insert(store, "user_allergies", allergy->id, allergy->patient, cells, sizeof cells / sizeof *cells,
                         out_new, err);
}

enum status allergy_update(struct store *store, const struct allergy *allergy, char **out_old, char **out_new,
                           struct error *err)
{
    const struct cell cells[] = {ALLERGY_CELLS(allergy)};
    return change_update(store, "user_allergies", allergy->id, allergy->patient, allergy->ver, cells,
                         sizeof cells / sizeof *cells, out_old, out_new, err);
}

#define CONDITION_CELLS(c)                                                                                           \
    CELL_TEXT("condition_name", (c)->name), CELL_TEXT_OR_NULL("code_system", (c)->code_system),                      \
        CELL_TEXT_OR_NULL("condition_code", (c)->code), CELL_ENUM("severity", ENUM_CONDITION_SEVERITY, (c)->severity), \
        CELL_ENUM("status", ENUM_CONDITION_STATUS, (c)->status), CELL_DATE("diagnosed_date", (c)->diagnosed),        \
        CELL_DATE("abated_date", (c)->abated), CELL_TEXT_OR_NULL("notes", (c)->notes),                               \
        CELL_TEXT_OR_NULL("original", (c)->original), CELL_INT("recorded_at", (c)->recorded_at_us)

enum status condition_insert(struct store *store, const struct condition *condition, struct uid by, char **out_new,
                             struct error *err)
{
    const struct cell cells[] = {CONDITION_CELLS(condition), CELL_ID("recorded_by", by)};
    return change_insert(store, "user_medical_conditions", condition->id, condition->patient, cells,
                         sizeof cells / sizeof *cells, out_new, err);
}

enum status condition_update(struct store *store, const struct condition *condition, char **out_old, char **out_new,
                             struct error *err)
{
    const struct cell cells[] = {CONDITION_CELLS(condition)};
    return change_update(store, "user_medical_conditions", condition->id, condition->patient, condition->ver, cells,
                         sizeof cells / sizeof *cells, out_old, out_new, err);
}

enum status metric_insert(struct store *store, const struct metric *metric, struct uid by, struct error *err)
{
    char value[DECIMAL_TEXT_MAX];
    const struct cell cells[] = {
        CELL_ENUM("metric_type", ENUM_METRIC_TYPE, metric->type),
        CELL_TEXT("metric_value", decimal_format(metric->value, value)), /* zero is a value here */
        CELL_TEXT_OR_NULL("unit", metric->unit),
        CELL_INT("recorded_at", metric->at_us),
        CELL_TEXT_OR_NULL("notes", metric->notes),
        CELL_ENUM("recorded_via", ENUM_RECORDED_VIA, metric->recorded_via),
        CELL_INT("is_verified", metric->is_verified),
        CELL_ID("recorded_by", by),
        CELL_TEXT_OR_NULL("original", metric->original),
    };
    return change_insert(store, "health_metrics", metric->id, metric->patient, cells, sizeof cells / sizeof *cells, NULL, err);
}

enum status metric_latest(struct store *store, struct uid patient, enum metric_type type, struct metric *out,
                          struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[METRIC_LATEST], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, patient);
    bind_text(stmt, 2, enum_word(ENUM_METRIC_TYPE, (int)type));
    status = statement_step(store, stmt, &row, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!row) {
        return error_set(err, STATUS_NOT_FOUND, _("This was never measured."));
    }
    *out = (struct metric){
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .ver = (int32_t)column_int(stmt, 2),
        .type = (enum metric_type)column_enum(stmt, 3, ENUM_METRIC_TYPE),
        .value = column_decimal(stmt, 4),
        .unit = column_text(stmt, 5),
        .at_us = column_int(stmt, 6),
        .notes = column_text(stmt, 7),
        .recorded_via = (enum recorded_via)column_enum(stmt, 8, ENUM_RECORDED_VIA),
        .is_verified = column_int(stmt, 9) != 0,
        .original = column_text(stmt, 10),
    };
    statement_reset(stmt);
    return STATUS_OK;
}
