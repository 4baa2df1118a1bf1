/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/news_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/patient.h"
#include "store/statement.h"

/* Columns of every kind alike: row, patient, at, last name, first names, who, what, detail, severity, value. ?1 since (an
 * instant, or the smallest id of that instant), ?2 who is left out, ?3 how many. */
#define WHO "trim(coalesce(b.first_name, '') || ' ' || coalesce(b.last_name, ''))"
#define PEOPLE(by) " JOIN user_profiles p ON p.user_id = n.user_id LEFT JOIN user_profiles b ON b.user_id = n." by " "
#define NOT_BY(by) "(n." by " IS NULL OR n." by " IS NOT ?2) AND n.deleted_at IS NULL "

static const struct statement statements[] = {
    [NEWS_ORDER] = {"news.orders", "SELECT n.version_id, n.user_id, n.recorded_at, p.last_name, p.first_name, " WHO ", n.drug_text, n.action, "
                                   "NULL, NULL FROM order_versions n" PEOPLE("ordered_by") "WHERE n.recorded_at > ?1 AND " NOT_BY("ordered_by")
                                   "AND n.action != 'import' ORDER BY n.recorded_at DESC LIMIT ?3"},
    [NEWS_ALLERGY] = {"news.allergies", "SELECT n.allergy_id, n.user_id, n.recorded_at, p.last_name, p.first_name, " WHO ", n.allergen_name, "
                                        "n.state, n.reaction_severity, NULL FROM user_allergies n" PEOPLE("recorded_by")
                                        "WHERE n.recorded_at > ?1 AND " NOT_BY("recorded_by") "ORDER BY n.recorded_at DESC LIMIT ?3"},
    [NEWS_PROBLEM] = {"news.problems", "SELECT n.condition_id, n.user_id, n.recorded_at, p.last_name, p.first_name, " WHO ", n.condition_name, "
                                       "n.status, NULL, NULL FROM user_medical_conditions n" PEOPLE("recorded_by")
                                       "WHERE n.recorded_at > ?1 AND " NOT_BY("recorded_by") "ORDER BY n.recorded_at DESC LIMIT ?3"},
    [NEWS_RESULT] = {"news.results", "SELECT n.metric_id, n.user_id, NULL, p.last_name, p.first_name, " WHO ", coalesce(n.unit, ''), "
                                     "n.metric_type, NULL, n.metric_value FROM health_metrics n" PEOPLE("recorded_by")
                                     "WHERE n.metric_id > ?1 AND n.metric_id < ?4 AND " NOT_BY("recorded_by")
                                     "AND n.is_in_error = 0 ORDER BY n.metric_id DESC LIMIT ?3"},
    [NEWS_DOSE] = {"news.doses", "SELECT n.event_id, n.user_id, n.recorded_at, p.last_name, p.first_name, " WHO ", m.drug_text, n.status, NULL, "
                                 "NULL FROM dose_events n JOIN user_medications m ON m.medication_id = n.medication_id"
                                 PEOPLE("recorded_by") "WHERE n.event_id > ?1 AND n.event_id < ?4 AND " NOT_BY("recorded_by")
                                 "AND n.status IN ('held', 'refused', 'missed', 'unavailable', 'away', 'entered_in_error') "
                                 "ORDER BY n.event_id DESC LIMIT ?3"},
    [NEWS_DOUBLE] = {"news.doubles",
                     "SELECT n.event_id, n.user_id, n.recorded_at, p.last_name, p.first_name, " WHO ", m.drug_text, n.status, NULL, NULL "
                     "FROM dose_events n JOIN user_medications m ON m.medication_id = n.medication_id" PEOPLE("recorded_by")
                     "WHERE n.event_id > ?1 AND n.event_id < ?4 AND n.deleted_at IS NULL AND n.slot_id IS NOT NULL AND "
                     "n.supersedes_id IS NULL AND n.status IN ('given', 'partial', 'self') AND ?2 IS NOT NULL AND EXISTS ("
                     "SELECT 1 FROM dose_events o WHERE o.slot_id = n.slot_id AND o.event_id < n.event_id AND o.supersedes_id IS NULL AND "
                     "o.status IN ('given', 'partial', 'self', 'held', 'refused') AND NOT EXISTS (SELECT 1 FROM dose_events x WHERE "
                     "x.slot_id = n.slot_id AND x.supersedes_id IN (o.event_id, n.event_id))) ORDER BY n.event_id DESC LIMIT ?3"},
    [NEWS_ADMITTED] = {"news.admitted", "SELECT n.stay_id, n.user_id, n.admitted_at, p.last_name, p.first_name, " WHO ", n.place, NULL, NULL, "
                                        "NULL FROM stays n" PEOPLE("admitted_by") "WHERE n.admitted_at > ?1 AND " NOT_BY("admitted_by")
                                        "ORDER BY n.admitted_at DESC LIMIT ?3"},
    [NEWS_LEFT] = {"news.left", "SELECT n.stay_id, n.user_id, n.left_at, p.last_name, p.first_name, " WHO ", n.place, n.left_how, NULL, NULL "
                                "FROM stays n" PEOPLE("left_by") "WHERE n.left_at > ?1 AND " NOT_BY("left_by")
                                "ORDER BY n.left_at DESC LIMIT ?3"},
};
const struct statement_list NEWS_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void news_list_release(struct news_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].patient_name);
        mem_free(list->items[i].who);
        mem_free(list->items[i].what);
    }
    mem_free(list->items);
    *list = (struct news_list){0};
}

/* The smallest and the largest id that is made of this millisecond or a later one (UUIDv7); derived ids lie above. */
static struct uid first_id_of(int64_t at_us)
{
    struct uid id = UID_NONE;
    int64_t ms = at_us / 1000;
    for (int i = 5; i >= 0; i--) {
        id.bytes[i] = (uint8_t)(ms & 0xff);
        ms >>= 8;
    }
    return id;
}

static bool has_ids_of_time(enum news_kind kind)
{
    return kind == NEWS_RESULT || kind == NEWS_DOSE || kind == NEWS_DOUBLE;
}

static enum enum_kind words_of(enum news_kind kind)
{
    static const enum enum_kind KINDS[NEWS_KINDS] = {
        [NEWS_ORDER] = ENUM_ORDER_ACTION, [NEWS_ALLERGY] = ENUM_ALLERGY_STATE, [NEWS_PROBLEM] = ENUM_CONDITION_STATUS,
        [NEWS_RESULT] = ENUM_METRIC_TYPE, [NEWS_DOSE] = ENUM_DOSE_STATUS,     [NEWS_DOUBLE] = ENUM_DOSE_STATUS,
        [NEWS_ADMITTED] = ENUM_LEFT_HOW,     [NEWS_LEFT] = ENUM_LEFT_HOW,
    };
    return KINDS[kind];
}

static struct news read_row(sqlite3_stmt *stmt, enum news_kind kind)
{
    struct patient who = {.last_name = column_text(stmt, 3), .first_name = column_text(stmt, 4)};
    struct news news = {
        .kind = kind,
        .row = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .patient_name = patient_display_name(&who),
        .who = column_text(stmt, 5),
        .what = column_text(stmt, 6),
        .detail = column_enum(stmt, 7, words_of(kind)),
        .severity = column_enum(stmt, 8, ENUM_REACTION_SEVERITY),
        .value = column_decimal(stmt, 9),
    };
    news.at_us = has_ids_of_time(kind) ? uid_time_us(news.row) : column_int(stmt, 2);
    mem_free(who.last_name);
    mem_free(who.first_name);
    return news;
}

static enum status read_kind(struct store *store, enum news_kind kind, int64_t since_us, struct uid not_by, struct news_list *list,
                             struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[kind], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (has_ids_of_time(kind)) {
        bind_id(stmt, 1, first_id_of(since_us));
        bind_id(stmt, 4, first_id_of(clock_now_us(store_clock(store)) + 24 * US_PER_HOUR)); /* a derived id is no time */
    } else {
        bind_int(stmt, 1, since_us);
    }
    bind_id(stmt, 2, not_by);
    bind_int(stmt, 3, NEWS_MAX);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(list);
        list->items[list->len++] = read_row(stmt, kind);
    }
    return status;
}

static int newest_first(const void *a, const void *b)
{
    const struct news *x = a, *y = b;
    return x->at_us != y->at_us ? (x->at_us > y->at_us ? -1 : 1) : uid_compare(x->row, y->row);
}

enum status news_list_get(struct store *store, int64_t since_us, struct uid not_by, struct news_list *out, struct error *err)
{
    struct news_list list = {0};
    enum status status = STATUS_OK;
    for (int kind = 0; status == STATUS_OK && kind < NEWS_KINDS; kind++) {
        status = read_kind(store, (enum news_kind)kind, since_us, not_by, &list, err);
    }
    if (status != STATUS_OK) {
        news_list_release(&list);
        return status;
    }
    if (list.len > 0) {
        qsort(list.items, list.len, sizeof *list.items, newest_first);
    }
    *out = list;
    return STATUS_OK;
}
