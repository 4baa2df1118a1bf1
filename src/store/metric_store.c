/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/metric_store.h"

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/person_list.h"
#include "store/statement.h"

#define COLUMNS                                                                                                      \
    "m.metric_id, m.user_id, m.ver, m.metric_type, m.metric_value, m.unit, m.recorded_at, m.notes, m.recorded_via, "     \
    "m.is_verified, m.original, m.is_in_error, m.supersedes_id, "                                                    \
    "trim(coalesce(p.first_name, '') || ' ' || coalesce(p.last_name, ''))"
#define FROM " FROM health_metrics m LEFT JOIN user_profiles p ON p.user_id = m.recorded_by "
#define IN_FORCE                                                                                                     \
    "m.deleted_at IS NULL AND m.is_in_error = 0 AND NOT EXISTS (SELECT 1 FROM health_metrics s WHERE "               \
    "s.supersedes_id = m.metric_id AND s.deleted_at IS NULL) "
#define NEWEST_FIRST "ORDER BY m.recorded_at DESC, m.metric_id DESC "

enum { OF_TYPE, OF_ALL, ROW, IS_OLD };
static const struct statement statements[] = {
    [OF_TYPE] = {"metric.of_type", "SELECT " COLUMNS FROM "WHERE m.user_id = ?1 AND m.metric_type = ?4 AND m.recorded_at < ?2 AND "
                                   IN_FORCE NEWEST_FIRST "LIMIT ?3"},
    [OF_ALL] = {"metric.of_all", "SELECT " COLUMNS FROM "WHERE m.user_id = ?1 AND m.recorded_at < ?2 AND " IN_FORCE NEWEST_FIRST
                                 "LIMIT ?3"},
    [ROW] = {"metric.row", "SELECT " COLUMNS FROM "WHERE m.metric_id = ?1 AND m.deleted_at IS NULL"},
    [IS_OLD] = {"metric.is_old", "SELECT 1 FROM health_metrics WHERE supersedes_id = ?1 AND deleted_at IS NULL LIMIT 1"},
};
const struct statement_list METRIC_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static struct metric read_row(sqlite3_stmt *stmt)
{
    return (struct metric){
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
        .is_in_error = column_int(stmt, 11) != 0,
        .supersedes = column_id(stmt, 12),
        .recorded_by = column_text(stmt, 13),
    };
}

enum status metric_insert(struct store *store, const struct metric *metric, struct uid by, char **out_new,
                          struct error *err)
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
        CELL_INT("is_in_error", metric->is_in_error),
        CELL_ID("supersedes_id", metric->supersedes),
    };
    return change_insert(store, "health_metrics", metric->id, metric->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

struct wanted {
    enum metric_type type; /* METRIC_TYPE_NONE_GIVEN: all */
    int64_t before_us;
    int limit;
};

static enum status list_of_record(struct store *store, struct uid record, struct wanted wanted, struct metric_list *out,
                                  struct error *err)
{
    struct metric_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool is_one_type = wanted.type != METRIC_TYPE_NONE_GIVEN;
    enum status status = statement_use(store, &statements[is_one_type ? OF_TYPE : OF_ALL], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, record);
        bind_int(stmt, 2, wanted.before_us);
        bind_int(stmt, 3, wanted.limit);
        if (is_one_type) {
            bind_text(stmt, 4, enum_word(ENUM_METRIC_TYPE, (int)wanted.type));
        }
    }
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_row(stmt);
    }
    if (status != STATUS_OK) {
        metric_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

static int newest_first(const void *a, const void *b)
{
    const struct metric *x = a, *y = b;
    return x->at_us != y->at_us ? (x->at_us < y->at_us) - (x->at_us > y->at_us) : uid_compare(y->id, x->id);
}

PERSON_LIST(list_of_person, struct metric_list, struct wanted, list_of_record, metric_list_release, newest_first)

enum status metric_list_get(struct store *store, struct uid patient, enum metric_type type, int64_t before_us, int limit,
                            struct metric_list *out, struct error *err)
{
    return list_of_person(store, patient, (struct wanted){type, before_us, limit}, out, err);
}

enum status metric_latest(struct store *store, struct uid patient, enum metric_type type, struct metric *out,
                          struct error *err)
{
    struct metric_list list = {0};
    enum status status = metric_list_get(store, patient, type, INT64_MAX, 1, &list, err);
    if (status == STATUS_OK && list.len == 0) {
        return error_set(err, STATUS_NOT_FOUND, _("This was never measured."));
    }
    if (status == STATUS_OK) {
        *out = list.items[0]; /* the strings go over */
        mem_free(list.items);
    }
    return status;
}

enum status metric_get(struct store *store, struct uid id, struct metric *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[ROW], id,
                                       _("This measurement is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        *out = read_row(stmt);
        statement_reset(stmt);
    }
    return status;
}

enum status metric_is_superseded(struct store *store, struct uid id, bool *out, struct error *err)
{
    return statement_has(store, &statements[IS_OLD], id, out, err);
}
