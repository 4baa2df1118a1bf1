/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/order_store.h"

#include <strings.h>

#include <stdlib.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/zone.h"
#include "store/change.h"
#include "store/person_list.h"
#include "store/row_id.h"
#include "store/statement.h"
#include "store/usual_store.h"

/* m: the order's row, v: a version of it */
#define COLUMNS                                                                                                      \
    "m.medication_id, m.user_id, v.version_id, v.parent_version_id, m.ver, v.action, v.status, v.drug_text, "        \
    "v.ingredients, v.code_system, v.code, v.strength, v.dosage_form, v.sig, v.directions, v.indication, v.source, " \
    "m.verification, v.prescriber_name, v.ordered_by, v.quantity, v.refills, m.prescription_number, v.start_at, "    \
    "v.stop_at, v.reason, v.original, v.recorded_at, v.zone, m.first_due_at "
enum { COLUMN_REPLACED_AT = 30 }; /* behind COLUMNS */
#define CURRENT "FROM user_medications m JOIN order_versions v ON v.version_id = m.current_version_id "

/* v: a version that planned doses until n took its place */
#define REPLACED "v.status = 'active' AND v.version_id != m.current_version_id AND m.deleted_at IS NULL AND m.status != 'entered_in_error'"
#define REPLACED_AT ", min(max(n.recorded_at, coalesce(n.start_at, 0))) "

enum { LIST, GET, VERSION, HISTORY, SCHEDULED, UNPLANNED, SCHEDULES, GLANCE, GLANCE_OF, REPLACED_OF, REPLACED_SITE };
#define GLIMPSE                                                                                                         \
    "SELECT m.user_id, m.medication_id, m.status, v.stop_at, v.drug_text, v.ingredients, v.code_system, v.code, "       \
    "v.strength, v.dosage_form, v.sig " CURRENT "WHERE m.deleted_at IS NULL AND (m.status IN ('active', 'on_hold', "    \
    "'unknown') OR (m.status IN ('stopped', 'completed') AND v.stop_at > ?1)) "
static const struct statement statements[] = {
    [LIST] = {"order.list",
              "SELECT " COLUMNS CURRENT "WHERE m.user_id = ?1 AND m.deleted_at IS NULL AND m.status != 'entered_in_error' AND "
              "(m.status IN ('active', 'on_hold', 'draft') OR (m.status = 'unknown' AND v.stop_at IS NULL) OR "
              "coalesce(v.stop_at, v.recorded_at) > ?2) "
              "ORDER BY m.status NOT IN ('active', 'on_hold', 'draft'), v.drug_text COLLATE NOCASE, m.medication_id"},
    [GET] = {"order.get", "SELECT " COLUMNS CURRENT "WHERE m.medication_id = ?1"},
    [VERSION] = {"order.version", "SELECT " COLUMNS "FROM order_versions v JOIN user_medications m ON m.medication_id = "
                                  "v.medication_id WHERE v.version_id = ?1"},
    [HISTORY] = {"order.history", "SELECT " COLUMNS "FROM order_versions v JOIN user_medications m ON m.medication_id = "
                                  "v.medication_id WHERE v.medication_id = ?1 ORDER BY v.recorded_at DESC, v.version_id DESC"},
    [SCHEDULED] = {"order.scheduled", "SELECT " COLUMNS CURRENT "WHERE m.status IN ('active', 'on_hold') AND m.deleted_at IS "
                                      "NULL AND EXISTS (SELECT 1 FROM medication_schedules s WHERE s.medication_id = "
                                      "m.medication_id AND s.is_active = 1)"},
    [UNPLANNED] = {"order.unplanned", "SELECT DISTINCT m.user_id FROM user_medications m INDEXED BY user_medications_active "
                                      "WHERE m.status IN ('active', 'on_hold') AND m.deleted_at IS "
                                      "NULL AND NOT EXISTS (SELECT 1 FROM medication_schedules s WHERE s.medication_id = "
                                      "m.medication_id AND s.is_active = 1) ORDER BY m.user_id"},
    [SCHEDULES] = {"order.schedules", "SELECT schedule_id, ver FROM medication_schedules WHERE medication_id = ?1 AND "
                                      "is_active = 1"},
    [GLANCE] = {"order.glance", GLIMPSE "ORDER BY m.user_id"},
    [GLANCE_OF] = {"order.glance_of", GLIMPSE "AND m.user_id = ?2"},
    [REPLACED_OF] = {"order.replaced_of", "SELECT " COLUMNS REPLACED_AT "FROM order_versions v JOIN order_versions n ON "
                                          "n.parent_version_id = v.version_id JOIN user_medications m ON m.medication_id = "
                                          "v.medication_id WHERE v.user_id = ?1 AND " REPLACED " AND n.recorded_at > ?2 "
                                          "GROUP BY v.version_id ORDER BY v.version_id"},
    [REPLACED_SITE] = {"order.replaced_site", "SELECT " COLUMNS REPLACED_AT "FROM order_versions n JOIN order_versions v ON "
                                              "v.version_id = n.parent_version_id JOIN user_medications m ON m.medication_id = "
                                              "v.medication_id WHERE n.recorded_at > ?1 AND " REPLACED " "
                                              "GROUP BY +v.version_id"}, /* + : not by the index of all versions */
};
const struct statement_list ORDER_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static enum status read_order(sqlite3_stmt *stmt, struct order *out, struct error *err)
{
    struct order order = {
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .version = column_id(stmt, 2),
        .parent = column_id(stmt, 3),
        .ver = (int32_t)column_int(stmt, 4),
        .action = (enum order_action)column_enum(stmt, 5, ENUM_ORDER_ACTION),
        .status = (enum medication_status)column_enum(stmt, 6, ENUM_MEDICATION_STATUS),
        .drug_text = column_text(stmt, 7),
        .ingredients = column_text(stmt, 8),
        .code_system = column_text(stmt, 9),
        .code = column_text(stmt, 10),
        .strength = column_text(stmt, 11),
        .dosage_form = column_text(stmt, 12),
        .directions = column_text(stmt, 14),
        .indication = column_text(stmt, 15),
        .source = (enum order_source)column_enum(stmt, 16, ENUM_ORDER_SOURCE),
        .verification = (enum verification)column_enum(stmt, 17, ENUM_VERIFICATION),
        .prescriber_name = column_text(stmt, 18),
        .ordered_by = column_id(stmt, 19),
        .quantity = (int)column_int(stmt, 20),
        .refills = (int)column_int(stmt, 21),
        .prescription_number = column_text(stmt, 22),
        .start_us = column_int(stmt, 23),
        .stop_us = column_int(stmt, 24),
        .reason = column_text(stmt, 25),
        .original = column_text(stmt, 26),
        .recorded_at_us = column_int(stmt, 27),
        .zone = column_text(stmt, 28),
        .first_due_us = column_int(stmt, 29),
    };
    enum status status = sig_from_json((const char *)sqlite3_column_text(stmt, 13), &order.sig, err);
    if (status != STATUS_OK) {
        order_release(&order);
        return error_set(err, STATUS_DAMAGED, _("The directions of an order cannot be read. Restore from a backup."));
    }
    *out = order;
    return STATUS_OK;
}

/* Steps a bound statement to its end into a list. */
static enum status read_list(struct store *store, sqlite3_stmt *stmt, struct order_list *out, struct error *err)
{
    bool has_end = sqlite3_column_count(stmt) > COLUMN_REPLACED_AT;
    struct order_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        status = read_order(stmt, &list.items[list.len], err);
        if (status != STATUS_OK) {
            statement_reset(stmt);
            break;
        }
        if (has_end) {
            struct order *order = &list.items[list.len];
            int64_t end_us = column_int(stmt, COLUMN_REPLACED_AT);
            order->stop_us = order->stop_us == 0 || end_us < order->stop_us ? end_us : order->stop_us;
        }
        list.len++;
    }
    if (status != STATUS_OK) {
        order_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

static enum status list_of_record(struct store *store, struct uid record, int64_t ended_since_us, struct order_list *out,
                                  struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, record);
    bind_int(stmt, 2, ended_since_us);
    return read_list(store, stmt, out, err);
}

/* As LIST orders them. */
static int compare_orders(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    bool x_is_open = order_is_current(x) || x->status == MEDICATION_STATUS_DRAFT;
    bool y_is_open = order_is_current(y) || y->status == MEDICATION_STATUS_DRAFT;
    int order = (int)y_is_open - (int)x_is_open;
    order = order != 0 ? order : strcasecmp(x->drug_text, y->drug_text);
    return order != 0 ? order : uid_compare(x->id, y->id);
}

PERSON_LIST(list_of_person, struct order_list, int64_t, list_of_record, order_list_release, compare_orders)

enum status order_list_get(struct store *store, struct uid patient, int64_t ended_since_us, struct order_list *out,
                           struct error *err)
{
    return list_of_person(store, patient, ended_since_us, out, err);
}

static enum status glance(struct store *store, sqlite3_stmt *stmt, order_glance_fn *take, void *to, struct error *err)
{
    bool row = false;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        const struct order order = {
            .patient = column_id(stmt, 0),
            .id = column_id(stmt, 1),
            .status = (enum medication_status)column_enum(stmt, 2, ENUM_MEDICATION_STATUS),
            .stop_us = column_int(stmt, 3),
            .drug_text = (char *)(uintptr_t)sqlite3_column_text(stmt, 4), /* only read, until the next step */
            .ingredients = (char *)(uintptr_t)sqlite3_column_text(stmt, 5),
            .code_system = (char *)(uintptr_t)sqlite3_column_text(stmt, 6),
            .code = (char *)(uintptr_t)sqlite3_column_text(stmt, 7),
            .strength = (char *)(uintptr_t)sqlite3_column_text(stmt, 8),
            .dosage_form = (char *)(uintptr_t)sqlite3_column_text(stmt, 9),
        };
        status = take(to, &order, (const char *)sqlite3_column_text(stmt, 10), err);
        if (status != STATUS_OK) {
            statement_reset(stmt);
        }
    }
    return status;
}

enum status order_glance_each(struct store *store, int64_t ended_since_us, order_glance_fn *take, void *to,
                              struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[GLANCE], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, ended_since_us);
    return glance(store, stmt, take, to, err);
}

enum status order_glance_of(struct store *store, struct uid record, int64_t ended_since_us, order_glance_fn *take, void *to,
                            struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[GLANCE_OF], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, ended_since_us);
    bind_id(stmt, 2, record);
    return glance(store, stmt, take, to, err);
}

enum status order_list_scheduled(struct store *store, struct order_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SCHEDULED], &stmt, err);
    return status == STATUS_OK ? read_list(store, stmt, out, err) : status;
}

enum status order_list_unplanned_people(struct store *store, struct uid_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[UNPLANNED], &stmt, err);
    return status == STATUS_OK ? statement_ids(store, stmt, out, err) : status;
}

static enum status replaced_of_record(struct store *store, struct uid record, int64_t since_us, struct order_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool is_site = uid_is_none(record);
    enum status status = statement_use(store, &statements[is_site ? REPLACED_SITE : REPLACED_OF], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!is_site) {
        bind_id(stmt, 1, record);
    }
    bind_int(stmt, is_site ? 1 : 2, since_us);
    return read_list(store, stmt, out, err);
}

PERSON_LIST(replaced_of_person, struct order_list, int64_t, replaced_of_record, order_list_release, compare_orders)

enum status order_list_replaced(struct store *store, struct uid patient, int64_t since_us, struct order_list *out, struct error *err)
{
    return uid_is_none(patient) ? replaced_of_record(store, patient, since_us, out, err)
                                : replaced_of_person(store, patient, since_us, out, err);
}

enum status order_history(struct store *store, struct uid order, struct order_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[HISTORY], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, order);
    return read_list(store, stmt, out, err);
}

static enum status get_by(struct store *store, const struct statement *statement, struct uid id, struct order *out,
                          struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, statement, &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    status = statement_step(store, stmt, &row, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!row) {
        return error_set(err, STATUS_NOT_FOUND, _("This order is not in this site's records."));
    }
    status = read_order(stmt, out, err);
    statement_reset(stmt);
    return status;
}

enum status order_get(struct store *store, struct uid order, struct order *out, struct error *err)
{
    return get_by(store, &statements[GET], order, out, err);
}

enum status order_get_version(struct store *store, struct uid version, struct order *out, struct error *err)
{
    return get_by(store, &statements[VERSION], version, out, err);
}

/* --- writing ------------------------------------------------------------------------------------------------------- */

/* Directions that people here chose; what was imported or merely held says nothing of the site's habits. */
static enum status usual_count_of(struct store *store, const struct order *order, struct error *err)
{
    bool is_chosen = (order->action == ORDER_ACTION_START || order->action == ORDER_ACTION_CHANGE) &&
                     order->source != ORDER_SOURCE_IMPORTED && order->source != ORDER_SOURCE_REPORTED;
    return is_chosen ? usual_count(store, order->ingredients, &order->sig, order->recorded_at_us, err) : STATUS_OK;
}

static enum status version_insert(struct store *store, const struct order *order, char **out_new, struct error *err)
{
    char *sig = sig_to_json(&order->sig);
    const struct cell cells[] = {
        CELL_ID("medication_id", order->id),
        CELL_ID("parent_version_id", order->parent),
        CELL_ENUM("action", ENUM_ORDER_ACTION, order->action),
        CELL_ENUM("status", ENUM_MEDICATION_STATUS, order->status),
        CELL_TEXT("drug_text", order->drug_text),
        CELL_TEXT("ingredients", order->ingredients != NULL ? order->ingredients : ""),
        CELL_TEXT_OR_NULL("code_system", order->code_system),
        CELL_TEXT_OR_NULL("code", order->code),
        CELL_TEXT_OR_NULL("strength", order->strength),
        CELL_TEXT_OR_NULL("dosage_form", order->dosage_form),
        CELL_TEXT("sig", sig),
        CELL_TEXT_OR_NULL("directions", order->directions),
        CELL_TEXT_OR_NULL("indication", order->indication),
        CELL_ENUM("source", ENUM_ORDER_SOURCE, order->source),
        CELL_TEXT_OR_NULL("prescriber_name", order->prescriber_name),
        CELL_ID("ordered_by", order->ordered_by),
        CELL_INT_OR_NULL("quantity", order->quantity),
        CELL_INT_OR_NULL("refills", order->refills),
        CELL_INT("start_at", order->start_us),
        CELL_INT_OR_NULL("stop_at", order->stop_us),
        CELL_TEXT_OR_NULL("reason", order->reason),
        CELL_TEXT_OR_NULL("original", order->original),
        CELL_TEXT("zone", order->zone),
        CELL_ID("device_id", store_device(store)),
        CELL_INT("recorded_at", order->recorded_at_us),
    };
    enum status status = change_insert(store, "order_versions", order->version, order->patient, cells,
                                       sizeof cells / sizeof *cells, out_new, err);
    mem_free(sig);
    return status == STATUS_OK ? usual_count_of(store, order, err) : status;
}

/* One row for each time of day, tied to the version. Interval and once-only orders have one row at their first time. */
static enum status schedules_insert(struct store *store, const struct order *order, struct error *err)
{
    if (order->status != MEDICATION_STATUS_ACTIVE && order->status != MEDICATION_STATUS_ON_HOLD) {
        return STATUS_OK;
    }
    int count = order->sig.kind == SCHEDULE_KIND_WALL                                                   ? order->sig.times_count
                : order->sig.kind == SCHEDULE_KIND_ELAPSED || order->sig.kind == SCHEDULE_KIND_ONCE ? 1
                                                                                                    : 0;
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        char amount[SIG_TEXT_MAX], time[8];
        unsigned minute = order->sig.kind == SCHEDULE_KIND_WALL ? order->sig.times_min[i] : 0;
        time[0] = (char)('0' + minute / 600 % 10);
        time[1] = (char)('0' + minute / 60 % 10);
        time[2] = ':';
        time[3] = (char)('0' + minute % 60 / 10);
        time[4] = (char)('0' + minute % 10);
        time[5] = '\0';
        const struct cell cells[] = {
            CELL_ID("medication_id", order->id),
            CELL_ID("order_version_id", order->version),
            CELL_TEXT("dose_time", time),
            CELL_TEXT_OR_NULL("dose_amount", sig_format_dose(&order->sig, amount)),
            CELL_INT("is_active", 1),
        };
        status = change_insert(store, "medication_schedules", row_id_of("prescripcare.schedule.1", order->version, i),
                               order->patient, cells, sizeof cells / sizeof *cells, NULL, err);
    }
    return status;
}

static enum status schedules_close(struct store *store, const struct order *order, struct error *err)
{
    struct {
        struct uid id;
        int32_t ver;
    } open[SIG_TIMES_MAX + 1];
    size_t count = 0;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[SCHEDULES], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, order->id);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        if (count < sizeof open / sizeof *open) {
            open[count].id = column_id(stmt, 0);
            open[count++].ver = (int32_t)column_int(stmt, 1);
        }
    }
    const struct cell cells[] = {CELL_INT("is_active", 0)};
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = change_update(store, "medication_schedules", open[i].id, order->patient, open[i].ver, cells, 1, NULL, NULL,
                               err);
    }
    return status;
}

/* Wall dates of the validity, for the blueprint's columns. */
static struct date date_in_zone(const struct order *order, int64_t at_us)
{
    struct zone *zone = NULL;
    if (at_us == 0 || zone_open(order->zone, &zone, NULL) != STATUS_OK) {
        return (struct date){0};
    }
    struct date date = zone_local(zone, at_us).date;
    zone_free(zone);
    return date;
}

#define PROJECTION_CELLS(o, json, words)                                                                             \
    CELL_TEXT_OR_NULL("prescriber_name", (o)->prescriber_name), CELL_TEXT_OR_NULL("strength", (o)->strength),        \
        CELL_TEXT_OR_NULL("dosage_form", (o)->dosage_form), CELL_INT_OR_NULL("quantity_prescribed", (o)->quantity),  \
        CELL_TEXT_OR_NULL("dosing_frequency", words), CELL_TEXT("dosing_schedule", json),                            \
        CELL_TEXT_OR_NULL("instructions", (o)->directions),                                                          \
        CELL_DATE("start_date", date_in_zone((o), (o)->start_us)), CELL_DATE("end_date", date_in_zone((o), (o)->stop_us)), \
        CELL_ENUM("status", ENUM_MEDICATION_STATUS, (o)->status), CELL_ID("current_version_id", (o)->version),       \
        CELL_TEXT("drug_text", (o)->drug_text), CELL_ENUM("verification", ENUM_VERIFICATION, (o)->verification), \
        CELL_INT_OR_NULL("first_due_at", (o)->first_due_us)

enum status order_insert(struct store *store, const struct order *order, char **out_new, struct error *err)
{
    char words[SIG_TEXT_MAX];
    char *json = sig_to_json(&order->sig);
    const struct cell cells[] = {
        PROJECTION_CELLS(order, json, sig_format(&order->sig, words)),
        CELL_TEXT_OR_NULL("prescription_number", order->prescription_number),
    };
    enum status status = change_insert(store, "user_medications", order->id, order->patient, cells,
                                       sizeof cells / sizeof *cells, NULL, err);
    mem_free(json);
    if (status == STATUS_OK) {
        status = version_insert(store, order, out_new, err);
    }
    return status == STATUS_OK ? schedules_insert(store, order, err) : status;
}

enum status order_add_version(struct store *store, const struct order *order, char **out_old, char **out_new,
                              struct error *err)
{
    char words[SIG_TEXT_MAX];
    struct order now = {0};
    enum status status = order_get(store, order->id, &now, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (uid_compare(now.version, order->parent) != 0) {
        order_release(&now);
        return error_set(err, STATUS_STALE, _("Somebody changed this order meanwhile. Look at it again; what you typed is "
                                              "kept."));
    }
    char *json = sig_to_json(&order->sig);
    const struct cell cells[] = {PROJECTION_CELLS(order, json, sig_format(&order->sig, words))};
    status = version_insert(store, order, NULL, err);
    if (status == STATUS_OK) {
        status = change_update(store, "user_medications", order->id, order->patient, now.ver, cells,
                               sizeof cells / sizeof *cells, out_old, out_new, err);
    }
    if (status == STATUS_OK) {
        status = schedules_close(store, order, err);
    }
    if (status == STATUS_OK) {
        status = schedules_insert(store, order, err);
    }
    mem_free(json);
    order_release(&now);
    return status;
}

enum status order_next_number(struct store *store, char **out, struct error *err)
{
    char *last = NULL;
    enum status status = store_meta_get(store, "last_prescription_number", &last, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *number = mem_format("%ld", (last == NULL ? 7000000L : strtol(last, NULL, 10)) + 1);
    mem_free(last);
    status = store_meta_set(store, "last_prescription_number", number, err);
    if (status != STATUS_OK) {
        mem_free(number);
        return status;
    }
    *out = number;
    return STATUS_OK;
}
