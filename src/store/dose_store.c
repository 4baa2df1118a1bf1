/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/dose_store.h"

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/person_list.h"
#include "store/dose_follow_store.h"
#include "store/statement.h"

#define COLUMNS                                                                                                      \
    "SELECT e.event_id, e.user_id, e.medication_id, e.schedule_id, e.scheduled_datetime, e.actual_datetime, e.status, " \
    "e.dose_amount_taken, e.taken_with_food, e.side_effects_noted, e.notes, e.recorded_via, e.order_version_id, "    \
    "e.slot_id, e.dose_unit, e.route, e.body_site, e.reason, e.reason_text, e.timing_reason, e.identified_by, "      \
    "e.product_code, e.no_scan_reason, e.lot, e.expiry, e.given_by, e.recorded_by, e.witness_id, e.device_id, "      \
    "e.supersedes_id, e.zone, e.offset_s, e.recorded_at, "                                                           \
    "e.checker_id, e.instructor_id, e.form_number, e.rate, e.unverified_reason, e.observed, e.return_at, "           \
    "e.was_told, e.clock_skew_s, e.score_before, "                                                                   \
    "coalesce(substr(p.first_name, 1, 1) || '. ' || p.last_name, '') "                                               \
    "FROM dose_events e LEFT JOIN user_profiles p ON p.user_id = e.recorded_by "

/* o: another as-needed dose, so near in time that it may be the same one. */
#define NEAR_IT                                                                                                      \
    "o.actual_datetime BETWEEN e.actual_datetime - ?2 AND e.actual_datetime + ?2 AND o.event_id <> e.event_id "      \
    "AND o.scheduled_datetime IS NULL AND o.status IN ('given', 'partial', 'self', 'in_progress')"
/* Nothing was done about it yet, and it was not voided. */
#define WAITS                                                                                                        \
    "AND NOT EXISTS (SELECT 1 FROM dose_follow_ups f WHERE f.dose_event_id = e.event_id) "                           \
    "AND NOT EXISTS (SELECT 1 FROM dose_events s WHERE s.medication_id = e.medication_id "                           \
    "AND s.actual_datetime >= e.actual_datetime AND s.supersedes_id = e.event_id) "                                  \
    "ORDER BY e.actual_datetime, e.event_id"

enum { LIST, SLOT, PLANNED, OF_ORDER, GET, UNASSESSED, DOUBLES, DOUBLES_OF, FOLLOW_STATES, FOLLOW_BACK_ENTRY, FOLLOW_INSTRUCTOR, FOLLOW_GIVEN_BY,
       FOLLOW_AFTER_STOP, FOLLOW_AWAY, FOLLOW_UNSCANNED, PAIRS };
static const struct statement statements[] = {
    [LIST] = {"dose.list", COLUMNS "WHERE e.user_id = ?1 AND e.actual_datetime >= ?2 AND e.actual_datetime < ?3 "
                                   "ORDER BY e.actual_datetime DESC, e.event_id DESC LIMIT ?4"},
    [SLOT] = {"dose.slot", COLUMNS "WHERE e.slot_id = ?1 ORDER BY e.recorded_at, e.event_id"},
    [PLANNED] = {"dose.planned", COLUMNS "WHERE e.scheduled_datetime >= ?1 AND e.scheduled_datetime < ?2 "
                                         "ORDER BY e.scheduled_datetime, e.event_id"},
    [OF_ORDER] = {"dose.of_order", COLUMNS "WHERE e.medication_id = ?1 AND e.actual_datetime >= ?2 "
                                           "ORDER BY e.actual_datetime DESC, e.event_id DESC"},
    [GET] = {"dose.get", COLUMNS "WHERE e.event_id = ?1"},
    [UNASSESSED] = {"dose.unassessed",
                    COLUMNS "WHERE e.scheduled_datetime IS NULL AND e.actual_datetime >= ?1 "
                            "AND e.status IN ('given', 'partial', 'self') "
                            "AND NOT EXISTS (SELECT 1 FROM dose_assessments a WHERE a.dose_event_id = e.event_id) "
                            "AND NOT EXISTS (SELECT 1 FROM dose_events s WHERE s.medication_id = e.medication_id "
                            "AND s.actual_datetime >= ?1 AND s.supersedes_id = e.event_id) "
                            "ORDER BY e.actual_datetime, e.event_id"},
    [DOUBLES] = {"dose.doubles",
                 COLUMNS "WHERE e.slot_id IN (SELECT d.slot_id FROM dose_events d WHERE d.scheduled_datetime >= ?1 "
                         "AND d.slot_id IS NOT NULL GROUP BY +d.slot_id HAVING count(*) > 1) " /* the plus: by time, not all slots there ever were */
                         "ORDER BY e.slot_id, e.recorded_at, e.event_id"},
    [DOUBLES_OF] = {"dose.doubles_of",
                    COLUMNS "WHERE e.slot_id IN (SELECT d.slot_id FROM dose_events d WHERE d.user_id = ?2 "
                            "AND d.actual_datetime >= ?1 - 86400000000 AND d.scheduled_datetime >= ?1 " /* a dose may be given a day early */
                            "AND d.slot_id IS NOT NULL GROUP BY +d.slot_id HAVING count(*) > 1) "
                            "ORDER BY e.slot_id, e.recorded_at, e.event_id"},
    [FOLLOW_STATES] = {"dose.follow_states",
                       COLUMNS "WHERE e.status IN ('missed', 'unavailable', 'refused', 'removed') AND e.actual_datetime >= ?1 "
                               "AND e.status <> 'removed' " WAITS},
    [FOLLOW_BACK_ENTRY] = {"dose.follow_back_entry", COLUMNS "WHERE e.recorded_via = 'back_entry' AND e.recorded_at >= ?1 "
                                                             "AND e.status <> 'entered_in_error' " WAITS},
    [FOLLOW_INSTRUCTOR] = {"dose.follow_instructor", COLUMNS "WHERE e.instructor_id = ?2 AND e.actual_datetime >= ?1 "
                                                             "AND e.status <> 'entered_in_error' " WAITS},
    [FOLLOW_GIVEN_BY] = {"dose.follow_given_by", COLUMNS "WHERE e.given_by <> e.recorded_by AND e.given_by = ?2 "
                                                         "AND e.recorded_at >= ?1 AND e.status <> 'entered_in_error' " WAITS},
    [FOLLOW_AFTER_STOP] = {"dose.follow_after_stop",
                           COLUMNS "WHERE e.event_id IN (SELECT d.event_id FROM order_versions v JOIN dose_events d "
                                   "ON d.medication_id = v.medication_id AND d.actual_datetime >= v.stop_at "
                                   "WHERE v.recorded_at >= ?1 AND v.action = 'stop' AND v.stop_at IS NOT NULL) "
                                   "AND e.status IN ('given', 'partial', 'self', 'in_progress') " WAITS},
    [FOLLOW_AWAY] = {"dose.follow_away", COLUMNS "WHERE e.status = 'away' AND e.actual_datetime >= ?1 " WAITS},
    [FOLLOW_UNSCANNED] = {"dose.follow_unscanned",
                          COLUMNS "WHERE e.no_scan_reason IS NOT NULL AND e.recorded_at >= ?1 AND e.recorded_by <> ?2 "
                                  "AND e.status <> 'entered_in_error' " WAITS},
    [PAIRS] = {"dose.pairs",
               COLUMNS "WHERE e.scheduled_datetime IS NULL AND e.actual_datetime >= ?1 "
                       "AND e.status IN ('given', 'partial', 'self', 'in_progress') "
                       "AND (EXISTS (SELECT 1 FROM dose_events o WHERE o.user_id = e.user_id AND " NEAR_IT ") "
                       "OR EXISTS (SELECT 1 FROM patient_links l CROSS JOIN dose_events o ON o.user_id = l.other_id "
                       "WHERE l.user_id = e.user_id AND l.undone_at IS NULL AND " NEAR_IT ") "
                       "OR EXISTS (SELECT 1 FROM patient_links l CROSS JOIN dose_events o ON o.user_id = l.user_id "
                       "WHERE l.other_id = e.user_id AND l.undone_at IS NULL AND " NEAR_IT ")) "
                       "AND NOT EXISTS (SELECT 1 FROM dose_events s WHERE s.medication_id = e.medication_id "
                       "AND s.actual_datetime >= e.actual_datetime AND s.supersedes_id = e.event_id) "
                       "ORDER BY e.user_id, e.actual_datetime, e.event_id"},
};
const struct statement_list DOSE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static struct dose_event read_event(sqlite3_stmt *stmt)
{
    struct dose_event event = {
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .order = column_id(stmt, 2),
        .schedule = column_id(stmt, 3),
        .planned_us = column_int(stmt, 4),
        .occurred_us = column_int(stmt, 5),
        .status = (enum dose_status)column_enum(stmt, 6, ENUM_DOSE_STATUS),
        .amount = column_decimal(stmt, 7),
        .with_food = column_int(stmt, 8) != 0,
        .side_effects = column_text(stmt, 9),
        .notes = column_text(stmt, 10),
        .recorded_via = (enum recorded_via)column_enum(stmt, 11, ENUM_RECORDED_VIA),
        .order_version = column_id(stmt, 12),
        .slot = column_id(stmt, 13),
        .unit = unit_parse((const char *)sqlite3_column_text(stmt, 14), NULL),
        .route = (enum route)column_enum(stmt, 15, ENUM_ROUTE),
        .body_site = column_text(stmt, 16),
        .reason = column_text(stmt, 17),
        .reason_text = column_text(stmt, 18),
        .timing_reason = column_text(stmt, 19),
        .identified_by = (enum identified_by)column_enum(stmt, 20, ENUM_IDENTIFIED_BY),
        .product_code = column_text(stmt, 21),
        .no_scan_reason = (enum no_scan_reason)column_enum(stmt, 22, ENUM_NO_SCAN_REASON),
        .lot = column_text(stmt, 23),
        .expiry = column_text(stmt, 24),
        .given_by = column_id(stmt, 25),
        .recorded_by = column_id(stmt, 26),
        .witness = column_id(stmt, 27),
        .device = column_id(stmt, 28),
        .supersedes = column_id(stmt, 29),
        .zone = column_text(stmt, 30),
        .offset_s = (int32_t)column_int(stmt, 31),
        .recorded_us = column_int(stmt, 32),
        .checker = column_id(stmt, 33),
        .instructor = column_id(stmt, 34),
        .form_number = column_text(stmt, 35),
        .rate = column_text(stmt, 36),
        .unverified_reason = (enum unverified_reason)column_enum(stmt, 37, ENUM_UNVERIFIED_REASON),
        .return_us = column_int(stmt, 39),
        .told = (enum was_told)column_enum(stmt, 40, ENUM_WAS_TOLD),
        .clock_skew_s = column_int(stmt, 41),
        .score_before = column_text(stmt, 42),
        .recorded_by_name = column_text(stmt, 43),
    };
    event.value_count = dose_values_from_json((const char *)sqlite3_column_text(stmt, 38), event.values);
    return event;
}

static enum status read_list(struct store *store, sqlite3_stmt *stmt, struct dose_event_list *out, struct error *err)
{
    struct dose_event_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_event(stmt);
    }
    if (status != STATUS_OK) {
        dose_event_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

struct period {
    int64_t from_us, to_us;
    int limit;
};

static enum status list_of_record(struct store *store, struct uid record, struct period period, struct dose_event_list *out,
                                  struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, record);
    bind_int(stmt, 2, period.from_us);
    bind_int(stmt, 3, period.to_us);
    bind_int(stmt, 4, period.limit);
    return read_list(store, stmt, out, err);
}

static int newest_first(const void *a, const void *b)
{
    const struct dose_event *x = a, *y = b;
    return x->occurred_us != y->occurred_us ? (x->occurred_us < y->occurred_us) - (x->occurred_us > y->occurred_us)
                                            : uid_compare(y->id, x->id);
}

PERSON_LIST(list_of_person, struct dose_event_list, struct period, list_of_record, dose_event_list_release, newest_first)

enum status dose_list_get(struct store *store, struct uid patient, int64_t from_us, int64_t to_us, int limit,
                          struct dose_event_list *out, struct error *err)
{
    return list_of_person(store, patient, (struct period){from_us, to_us, limit}, out, err);
}

enum status dose_list_slot(struct store *store, struct uid slot, struct dose_event_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SLOT], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, slot);
    return read_list(store, stmt, out, err);
}

enum status dose_list_planned(struct store *store, int64_t from_us, int64_t to_us, struct dose_event_list *out,
                              struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[PLANNED], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, from_us);
    bind_int(stmt, 2, to_us);
    return read_list(store, stmt, out, err);
}

enum status dose_list_order(struct store *store, struct uid order, int64_t since_us, struct dose_event_list *out,
                            struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[OF_ORDER], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, order);
    bind_int(stmt, 2, since_us);
    return read_list(store, stmt, out, err);
}

static enum status list_since(struct store *store, int statement, int64_t since_us, struct dose_event_list *out,
                             struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[statement], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, since_us);
    return read_list(store, stmt, out, err);
}

enum status dose_list_unassessed(struct store *store, int64_t since_us, struct dose_event_list *out, struct error *err)
{
    return list_since(store, UNASSESSED, since_us, out, err);
}

enum status dose_list_doubles(struct store *store, int64_t since_us, struct dose_event_list *out, struct error *err)
{
    return list_since(store, DOUBLES, since_us, out, err);
}

enum status dose_list_doubles_of(struct store *store, struct uid patient, int64_t since_us, struct dose_event_list *out,
                                 struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[DOUBLES_OF], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, since_us);
    bind_id(stmt, 2, patient);
    return read_list(store, stmt, out, err);
}

enum status dose_list_pairs(struct store *store, int64_t since_us, struct dose_event_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[PAIRS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, since_us);
    bind_int(stmt, 2, PRN_PAIR_US);
    return read_list(store, stmt, out, err);
}

enum status dose_follow_list_get(struct store *store, enum dose_follow_list which, struct uid person, int64_t since_us,
                                 struct dose_event_list *out, struct error *err)
{
    static const int STATEMENTS[] = {[FOLLOW_LIST_STATES] = FOLLOW_STATES,
                                     [FOLLOW_LIST_BACK_ENTRY] = FOLLOW_BACK_ENTRY,
                                     [FOLLOW_LIST_INSTRUCTOR] = FOLLOW_INSTRUCTOR,
                                     [FOLLOW_LIST_GIVEN_BY] = FOLLOW_GIVEN_BY,
                                     [FOLLOW_LIST_AFTER_STOP] = FOLLOW_AFTER_STOP,
                                     [FOLLOW_LIST_AWAY] = FOLLOW_AWAY,
                                     [FOLLOW_LIST_UNSCANNED] = FOLLOW_UNSCANNED};
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[STATEMENTS[which]], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, since_us);
    if (which == FOLLOW_LIST_INSTRUCTOR || which == FOLLOW_LIST_GIVEN_BY || which == FOLLOW_LIST_UNSCANNED) {
        bind_id(stmt, 2, person);
    }
    return read_list(store, stmt, out, err);
}

enum status dose_get(struct store *store, struct uid event, struct dose_event *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[GET], event, _("This dose is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        *out = read_event(stmt);
        statement_reset(stmt);
    }
    return status;
}

enum status dose_insert(struct store *store, const struct dose_event *e, char **out_new, struct error *err)
{
    char *observed = dose_values_to_json(e->values, e->value_count);
    const struct cell cells[] = {
        CELL_ID("medication_id", e->order),
        CELL_ID("schedule_id", e->schedule),
        CELL_INT_OR_NULL("scheduled_datetime", e->planned_us),
        CELL_INT("actual_datetime", e->occurred_us),
        CELL_ENUM("status", ENUM_DOSE_STATUS, e->status),
        CELL_DECIMAL("dose_amount_taken", e->amount),
        CELL_INT("taken_with_food", e->with_food),
        CELL_TEXT_OR_NULL("side_effects_noted", e->side_effects),
        CELL_TEXT_OR_NULL("notes", e->notes),
        CELL_ENUM("recorded_via", ENUM_RECORDED_VIA, e->recorded_via),
        CELL_ID("order_version_id", e->order_version),
        CELL_ID("slot_id", e->slot),
        CELL_TEXT_OR_NULL("dose_unit", unit_word(e->unit)),
        CELL_ENUM("route", ENUM_ROUTE, e->route),
        CELL_TEXT_OR_NULL("body_site", e->body_site),
        CELL_TEXT_OR_NULL("reason", e->reason),
        CELL_TEXT_OR_NULL("reason_text", e->reason_text),
        CELL_TEXT_OR_NULL("timing_reason", e->timing_reason),
        CELL_ENUM("identified_by", ENUM_IDENTIFIED_BY, e->identified_by),
        CELL_TEXT_OR_NULL("product_code", e->product_code),
        CELL_ENUM("no_scan_reason", ENUM_NO_SCAN_REASON, e->no_scan_reason),
        CELL_TEXT_OR_NULL("lot", e->lot),
        CELL_TEXT_OR_NULL("expiry", e->expiry),
        CELL_ID("given_by", e->given_by),
        CELL_ID("recorded_by", e->recorded_by),
        CELL_ID("witness_id", e->witness),
        CELL_ID("device_id", store_device(store)),
        CELL_ID("supersedes_id", e->supersedes),
        CELL_TEXT("zone", e->zone),
        CELL_INT("offset_s", e->offset_s),
        CELL_INT("recorded_at", e->recorded_us),
        CELL_ID("checker_id", e->checker),
        CELL_ID("instructor_id", e->instructor),
        CELL_TEXT_OR_NULL("form_number", e->form_number),
        CELL_TEXT_OR_NULL("rate", e->rate),
        CELL_ENUM("unverified_reason", ENUM_UNVERIFIED_REASON, e->unverified_reason),
        CELL_TEXT_OR_NULL("observed", observed),
        CELL_INT_OR_NULL("return_at", e->return_us),
        CELL_ENUM("was_told", ENUM_WAS_TOLD, e->told),
        CELL_INT_OR_NULL("clock_skew_s", e->clock_skew_s),
        CELL_TEXT_OR_NULL("score_before", e->score_before),
    };
    enum status status = change_insert(store, "dose_events", e->id, e->patient, cells, sizeof cells / sizeof *cells, out_new, err);
    mem_free(observed);
    return status;
}
