/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/patient_export.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/zone.h"
#include "exchange/fhir_chart.h"
#include "service/act.h"
#include "store/chart_store.h"
#include "store/dose_store.h"
#include "store/metric_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"
#include "store/person_export.h"

enum { METRICS_MAX = 100000, DOSES_MAX = 100000 };

static enum status write_rows(struct actor *actor, const struct patient *patient, struct buffer *out, int64_t *count, struct error *err)
{
    struct site *site = actor->site;
    struct json_writer w = JSON_WRITER_INIT;
    char id[UID_TEXT_MAX], at[INSTANT_TEXT_MAX];
    json_begin_object(&w);
    json_write_member(&w, "format", "prescripcare.patient.1");
    json_write_member(&w, "patient", uid_format(patient->id, id));
    json_write_member(&w, "mrn", patient->mrn);
    json_write_member(&w, "site", site->row.name);
    json_write_member(&w, "exported_at", instant_format_utc(clock_now_us(site->clock), at));
    json_write_member(&w, "exported_by", actor->name);
    json_write_key(&w, "tables");
    json_begin_object(&w);
    enum status status = person_export(site->store, patient->id, &w, count, err);
    json_end_object(&w);
    json_end_object(&w);
    if (status == STATUS_OK) {
        buffer_append(out, w.out.bytes, w.out.len);
    }
    json_writer_release(&w);
    return status;
}

static int by_id(const void *a, const void *b)
{
    return uid_compare(*(const struct uid *)a, *(const struct uid *)b);
}

/* Years of doses: looked up, not searched for each one (dose_event_stands()). */
static void keep_standing(struct dose_event_list *doses)
{
    struct uid *gone = mem_alloc_array(doses->len + 1, sizeof *gone);
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < doses->len; i++) {
        if (!uid_is_none(doses->items[i].supersedes)) {
            gone[count++] = doses->items[i].supersedes;
        }
    }
    qsort(gone, count, sizeof *gone, by_id);
    struct dose_event_list dropped = {0};
    for (size_t i = 0; i < doses->len; i++) {
        const struct dose_event *e = &doses->items[i];
        bool stands = e->status != DOSE_STATUS_IN_ERROR && bsearch(&e->id, gone, count, sizeof *gone, by_id) == NULL;
        if (stands) {
            doses->items[kept++] = *e;
        } else {
            MEM_GROW(&dropped);
            dropped.items[dropped.len++] = *e;
        }
    }
    doses->len = kept;
    dose_event_list_release(&dropped);
    mem_free(gone);
}

static enum status write_fhir(struct actor *actor, const struct patient *patient, struct buffer *out, int64_t *count, struct error *err)
{
    struct store *store = actor->site->store;
    struct allergy_list allergies = {0};
    struct condition_list conditions = {0};
    struct order_list orders = {0};
    struct metric_list metrics = {0};
    struct dose_event_list doses = {0};
    enum status status = allergy_list_get(store, patient->id, false, &allergies, err);
    if (status == STATUS_OK) {
        status = condition_list_get(store, patient->id, false, &conditions, err);
    }
    if (status == STATUS_OK) {
        status = order_list_get(store, patient->id, 0, &orders, err);
    }
    if (status == STATUS_OK) {
        status = metric_list_get(store, patient->id, METRIC_TYPE_NONE_GIVEN, INT64_MAX, METRICS_MAX, &metrics, err);
    }
    if (status == STATUS_OK) {
        status = dose_list_get(store, patient->id, 0, INT64_MAX, DOSES_MAX, &doses, err);
    }
    if (status == STATUS_OK) {
        keep_standing(&doses);
        const struct fhir_whole chart = {.patient = patient, .allergies = &allergies, .conditions = &conditions, .orders = &orders,
                                         .metrics = &metrics, .doses = &doses, .written_us = clock_now_us(actor->site->clock)};
        *count = fhir_chart_write(&chart, out);
    }
    allergy_list_release(&allergies);
    condition_list_release(&conditions);
    order_list_release(&orders);
    metric_list_release(&metrics);
    dose_event_list_release(&doses);
    return status;
}

enum status patient_export(struct actor *actor, struct uid patient, enum export_format format, const char *reason, struct buffer *out,
                           struct error *err)
{
    struct act act = ACT(actor, PERMISSION_EXPORT_PATIENT, "patient.export", "user_profiles", patient);
    struct patient person = {0};
    struct buffer text = BUFFER_INIT;
    int64_t count = 0;
    enum status status = act_begin_proved(&act, reason, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = patient;
    act.risk = RISK_LEVEL_HIGH;
    status = person_get(actor->site->store, patient, &person, err);
    if (status == STATUS_OK) {
        status = format == EXPORT_FHIR ? write_fhir(actor, &person, &text, &count, err) : write_rows(actor, &person, &text, &count, err);
        patient_release(&person);
    }
    if (status == STATUS_OK) {
        act_set_reason(&act, reason);
        (void)snprintf(act.details, sizeof act.details, "%s, %lld rows", format == EXPORT_FHIR ? "fhir" : "json", (long long)count); /* fits */
    }
    status = act_end(&act, status, err);
    if (status == STATUS_OK) {
        *out = text;
    } else {
        buffer_release(&text);
    }
    return status;
}
