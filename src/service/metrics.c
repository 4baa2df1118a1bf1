/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/metrics.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "model/measure.h"
#include "service/act.h"
#include "store/patient_link_store.h"
#include "store/metric_store.h"
#include "store/patient_store.h"

/* A weight that differs by more than this from the last one is asked (clinical.md 4.B.14: doses are looked at again). */
enum { WEIGHT_CHANGE_PERCENT = 10, CLOCK_SKEW_MIN = 2 };

static int32_t age_in_days(const struct patient *patient, struct date today)
{
    return date_is_none(patient->birth_date) ? -1 : date_to_days(today) - date_to_days(patient->birth_date);
}

const char *metric_format(const struct metric *metric, char *buf, size_t size)
{
    char number[DECIMAL_TEXT_MAX];
    const char *unit = strcmp(metric->unit, "Cel") == 0 ? "\u00B0C" : metric->unit;
    (void)snprintf(buf, size, "%s%s%s", decimal_format(metric->value, number), unit[0] != '\0' ? " " : "", unit); /* fits */
    return buf;
}

/* |new - old| * 100 > old * percent */
static bool is_far(struct decimal value, struct decimal last)
{
    struct decimal difference, scaled, allowed;
    if (decimal_is_zero(last) || decimal_subtract(value, last, &difference) != STATUS_OK) {
        return false;
    }
    difference.mantissa = difference.mantissa < 0 ? -difference.mantissa : difference.mantissa;
    return decimal_multiply(difference, decimal_from_int(100), &scaled) == STATUS_OK &&
           decimal_multiply(last, decimal_from_int(WEIGHT_CHANGE_PERCENT), &allowed) == STATUS_OK &&
           decimal_compare(scaled, allowed) > 0;
}

static void ask_one(struct buffer *out, const struct patient *patient, const struct metric *m, struct date today)
{
    char shown[64], low[DECIMAL_TEXT_MAX], high[DECIMAL_TEXT_MAX], age[DATE_TEXT_MAX];
    struct decimal from, to;
    const char *what = enum_label(ENUM_METRIC_TYPE, (int)m->type);
    if (m->is_in_error) {
        return;
    }
    if (measure_check(m->type, m->value, m->unit, age_in_days(patient, today), &from, &to) == MEASURE_UNUSUAL) {
        buffer_append_format(out, _("%s %s is unusual at the age of %s (usual: %s to %s %s). "), what,
                             metric_format(m, shown, sizeof shown), date_format_age(patient->birth_date, today, age),
                             decimal_format(from, low), decimal_format(to, high), measure_unit(m->type));
    }
    if (m->type == METRIC_TYPE_WEIGHT && uid_is_none(m->supersedes) && is_far(m->value, patient->weight_kg)) {
        buffer_append_format(out, _("The last weight was %s kg: more than %d %% away. "), weight_format(patient->weight_kg, low),
                             WEIGHT_CHANGE_PERCENT);
    }
}

char *metric_question(const struct patient *patient, const struct metric *metrics, size_t count, struct date today)
{
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < count; i++) {
        ask_one(&out, patient, &metrics[i], today);
        for (size_t j = 0; j < count; j++) {
            if (metrics[i].type == METRIC_TYPE_SYSTOLIC && metrics[j].type == METRIC_TYPE_DIASTOLIC &&
                decimal_compare(metrics[i].value, metrics[j].value) <= 0) {
                buffer_append_text(&out, _("The lower pressure is not below the upper one. "));
            }
        }
    }
    if (out.len == 0) {
        buffer_release(&out);
        return NULL;
    }
    return buffer_take(&out);
}

static enum status check_one(const struct actor *actor, const struct patient *patient, const struct metric *m, struct error *err)
{
    struct decimal low, high;
    const struct site *site = actor->site;
    if (m->at_us > clock_now_us(site->clock) + CLOCK_SKEW_MIN * US_PER_MINUTE) {
        return error_set_field(err, STATUS_INVALID, "at", _("This time lies in the future."));
    }
    if (!date_is_none(patient->birth_date) && date_compare(zone_local(site->zone, m->at_us).date, patient->birth_date) < 0) {
        return error_set_field(err, STATUS_INVALID, "at", _("This is before the patient was born."));
    }
    if (m->value.mantissa < 0 || (!m->is_in_error && measure_check(m->type, m->value, m->unit, age_in_days(patient, site_today(site)),
                                                                    &low, &high) == MEASURE_IMPOSSIBLE)) {
        return error_set_field(err, STATUS_INVALID, enum_word(ENUM_METRIC_TYPE, (int)m->type),
                               _("%s: no living person has this value. Look at the number and its unit."),
                               enum_label(ENUM_METRIC_TYPE, (int)m->type));
    }
    return STATUS_OK;
}

/* The person's weight and height are those measured last. */
static enum status keep_body(struct actor *actor, struct uid patient_id, struct error *err)
{
    struct store *store = actor->site->store;
    struct patient patient;
    struct metric weight = {0}, height = {0};
    enum status status = patient_get(store, patient_id, &patient, err);
    if (status != STATUS_OK) {
        return status;
    }
    enum status has_weight = metric_latest(store, patient_id, METRIC_TYPE_WEIGHT, &weight, NULL);
    enum status has_height = metric_latest(store, patient_id, METRIC_TYPE_HEIGHT, &height, NULL);
    if (has_weight == STATUS_OK) {
        patient.weight_kg = weight.value;
        patient.weight_at_us = weight.at_us;
    }
    if (has_height == STATUS_OK) {
        struct decimal whole = decimal_round(height.value, 0);
        patient.height_cm = (int)whole.mantissa;
    }
    if (has_weight == STATUS_NOT_FOUND && patient.weight_at_us != 0) { /* the only one was none */
        patient.weight_kg = decimal_from_int(0);
        patient.weight_at_us = 0;
    }
    status = patient_update(store, &patient, NULL, NULL, err);
    metric_release(&weight);
    metric_release(&height);
    patient_release(&patient);
    return status;
}

/* A correction stands in the record of the row that it corrects, whichever of the person's records that is. */
static enum status stay_in_record(struct store *store, struct metric *metric, struct error *err)
{
    struct metric corrected;
    enum status status = metric_get(store, metric->supersedes, &corrected, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = person_require_same(store, corrected.patient, metric->patient, err);
    metric->patient = corrected.patient;
    metric_release(&corrected);
    return status;
}

/* One audit row for all of them: the written rows as an array. */
static enum status insert_one(struct act *act, struct uid patient, const struct metric *given, bool *out_is_body,
                              struct buffer *values, struct error *err)
{
    struct store *store = act->actor->site->store;
    struct metric metric = *given; /* borrows the strings */
    bool is_old = false;
    enum status status = STATUS_OK;
    metric.id = uid_new(act->actor->site->clock);
    metric.patient = patient;
    if (!uid_is_none(metric.supersedes)) {
        status = metric_is_superseded(store, metric.supersedes, &is_old, err);
    }
    if (status == STATUS_OK && !uid_is_none(metric.supersedes)) {
        status = stay_in_record(store, &metric, err);
    }
    if (status == STATUS_OK && is_old) {
        status = error_set(err, STATUS_STALE, _("Somebody else corrected this row meanwhile. Nothing was saved; look at theirs first."));
    }
    char *written = NULL;
    act->record = metric.id;
    *out_is_body = *out_is_body || metric.type == METRIC_TYPE_WEIGHT || metric.type == METRIC_TYPE_HEIGHT;
    if (status == STATUS_OK) {
        status = metric_insert(store, &metric, act->actor->user, &written, err);
    }
    if (status == STATUS_OK) {
        buffer_append_format(values, "%s%s", values->len == 0 ? "[" : ",", written);
    }
    mem_free(written);
    return status;
}

enum status metric_record(struct actor *actor, const struct patient *patient, const struct metric *metrics, size_t count,
                          bool is_confirmed, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_METRIC_WRITE, "metric.record", "health_metrics", patient->id);
    enum status status = STATUS_OK;
    struct buffer values = BUFFER_INIT;
    bool is_body = false;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = check_one(actor, patient, &metrics[i], err);
    }
    char *question = status == STATUS_OK && !is_confirmed ? metric_question(patient, metrics, count, site_today(actor->site)) : NULL;
    if (question != NULL) {
        status = error_set(err, STATUS_REFUSED, "%s", question);
        mem_free(question);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    (void)snprintf(act.details, sizeof act.details, "measurements %zu", count); /* fits */
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = insert_one(&act, patient->id, &metrics[i], &is_body, &values, err);
    }
    buffer_append_text(&values, "]");
    act.new_values = buffer_take(&values);
    if (status == STATUS_OK && is_body) {
        status = keep_body(actor, patient->id, err);
    }
    return act_end(&act, status, err);
}

enum status pregnancy_record(struct actor *actor, const struct patient *given, struct error *err)
{
    enum { DUE_PAST_DAYS = 28, DUE_AHEAD_DAYS = 290 };
    struct act act = ACT(actor, PERMISSION_METRIC_WRITE, "pregnancy.record", "user_profiles", given->id);
    struct patient patient = *given; /* borrows the strings */
    int32_t ahead = date_is_none(given->due_date) ? 0 : date_to_days(given->due_date) - date_to_days(site_today(actor->site));
    int64_t now_us = clock_now_us(actor->site->clock);
    if (given->gender == GENDER_MALE && (given->pregnancy > PREGNANCY_NOT || given->lactation == LACTATION_LACTATING)) {
        return error_set_field(err, STATUS_INVALID, "pregnancy", _("The chart says that this patient is a man. Correct the sex first."));
    }
    if (ahead < -DUE_PAST_DAYS || ahead > DUE_AHEAD_DAYS) {
        return error_set_field(err, STATUS_INVALID, "due_date", _("A due date lies within the next ten months."));
    }
    patient.pregnancy_at_us = patient.pregnancy == PREGNANCY_NONE_GIVEN ? 0 : now_us;
    patient.lactation_at_us = patient.lactation == LACTATION_NONE_GIVEN ? 0 : now_us;
    if (patient.pregnancy != PREGNANCY_PREGNANT && patient.pregnancy != PREGNANCY_POSSIBLE) {
        patient.due_date = (struct date){0};
    }
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = patient.id;
    status = patient_set_pregnancy(actor->site->store, &patient, &act.old_values, &act.new_values, err);
    return act_end(&act, status, err);
}

enum status metric_list(struct actor *actor, struct uid patient, enum metric_type type, int64_t before_us, int limit,
                        struct metric_list *out, struct error *err)
{
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    return metric_list_get(actor->site->store, patient, type, before_us, limit, out, err);
}

enum status metric_find(struct actor *actor, struct uid id, struct metric *out, struct error *err)
{
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    return metric_get(actor->site->store, id, out, err);
}
