/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/imports.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "exchange/fhir.h"
#include "safety/resolve.h"
#include "service/act.h"
#include "service/screening.h"
#include "store/chart_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

/* --- the report ---------------------------------------------------------------------------------------------------- */

static void counts_add(struct import_counts *counts, const char *what, const char *reason, int count)
{
    if (count == 0) {
        return;
    }
    for (size_t i = 0; i < counts->len; i++) {
        if (strcmp(counts->items[i].what, what) == 0 && strcmp(counts->items[i].reason, reason) == 0) {
            counts->items[i].count += count;
            return;
        }
    }
    MEM_GROW(counts);
    struct import_count *item = &counts->items[counts->len++];
    memset(item, 0, sizeof *item);
    (void)snprintf(item->what, sizeof item->what, "%s", what);       /* cut is fine */
    (void)snprintf(item->reason, sizeof item->reason, "%s", reason); /* cut is fine */
    item->count = count;
}

void import_report_release(struct import_report *report)
{
    mem_free(report->file);
    mem_free(report->read.items);
    mem_free(report->written.items);
    mem_free(report->skipped.items);
    memset(report, 0, sizeof *report);
}

/* --- one patient, one transaction ---------------------------------------------------------------------------------- */

struct written {
    int allergies, conditions, orders, metrics;
};

/* A record that an earlier run brought is left as it is: what the site did to it since then stands. */
static enum status tolerate_existing(enum status status, int *count)
{
    if (status == STATUS_OK) {
        (*count)++;
    }
    return status == STATUS_EXISTS ? STATUS_OK : status;
}

static enum status write_allergies(struct actor *actor, const struct fhir_chart *chart, struct written *out,
                                   struct error *err)
{
    struct site *site = actor->site;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < chart->allergies.len; i++) {
        struct allergy allergy = chart->allergies.items[i]; /* borrows the strings */
        struct allergen_identity identity;
        allergy.patient = chart->patient.id;
        if (allergy.recorded_at_us == 0) {
            allergy.recorded_at_us = clock_now_us(site->clock);
        }
        /* The key is the name where the knowledge knows it: screening resolves it again and so follows new knowledge. */
        allergy.allergen_key = resolve_allergen(site->knowledge, allergy.allergen_name, &identity) == ALLERGEN_UNKNOWN
                                   ? NULL
                                   : allergy.allergen_name;
        status = tolerate_existing(allergy_insert(site->store, &allergy, UID_NONE, NULL, err), &out->allergies);
    }
    return status;
}

static enum status write_conditions(struct actor *actor, const struct fhir_chart *chart, struct written *out,
                                    struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < chart->conditions.len; i++) {
        struct condition condition = chart->conditions.items[i]; /* borrows the strings */
        condition.patient = chart->patient.id;
        if (condition.recorded_at_us == 0) {
            condition.recorded_at_us = clock_now_us(actor->site->clock);
        }
        status = tolerate_existing(condition_insert(actor->site->store, &condition, UID_NONE, NULL, err), &out->conditions);
    }
    return status;
}

static enum status write_orders(struct actor *actor, const struct fhir_chart *chart, struct written *out, struct error *err)
{
    struct site *site = actor->site;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < chart->orders.len; i++) {
        struct order order = chart->orders.items[i]; /* borrows the strings */
        struct drug_identity identity;
        order.patient = chart->patient.id;
        order.action = ORDER_ACTION_IMPORT;
        order.recorded_at_us = order.recorded_at_us != 0 ? order.recorded_at_us : clock_now_us(site->clock);
        order.start_us = order.start_us != 0 ? order.start_us : order.recorded_at_us;
        order.zone = site->row.zone;
        order.verification = VERIFICATION_UNVERIFIED;
        (void)order_identify(site->knowledge, &order, &identity); /* the match is in the identity */
        order.ingredients = identity_keys(site->knowledge, &identity);
        if (order.sig.kind == SCHEDULE_KIND_NONE_GIVEN) {
            order.sig.kind = SCHEDULE_KIND_UNSTRUCTURED;
        }
        status = tolerate_existing(order_insert(site->store, &order, NULL, err), &out->orders);
        mem_free(order.ingredients);
    }
    return status;
}

static enum status write_metrics(struct actor *actor, const struct fhir_chart *chart, struct written *out,
                                 struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < chart->metrics.len; i++) {
        struct metric metric = chart->metrics.items[i]; /* borrows the strings */
        metric.patient = chart->patient.id;
        status = tolerate_existing(metric_insert(actor->site->store, &metric, UID_NONE, err), &out->metrics);
    }
    return status;
}

static enum status write_patient(struct actor *actor, const struct fhir_chart *chart, bool *out_new, struct error *err)
{
    struct store *store = actor->site->store;
    struct patient patient = chart->patient; /* borrows the strings */
    struct patient known;
    struct uid owner;
    char *mrn = NULL;
    enum status status = patient_get(store, patient.id, &known, NULL);
    *out_new = status == STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        patient_release(&known);
        return STATUS_OK;
    }
    if (status != STATUS_NOT_FOUND) {
        return error_set(err, status, "%s", status_text(status));
    }
    status = STATUS_OK;
    if (patient.mrn == NULL || patient.mrn[0] == '\0' || patient_by_mrn(store, patient.mrn, &owner, NULL) == STATUS_OK) {
        /* No number, or one that another patient here has: this site gives its own; the source's stays an identifier. */
        status = patient_next_mrn(store, &mrn, err);
        patient.mrn = mrn;
    }
    if (chart->allergies.len > 0 && patient.allergy_status != ALLERGY_STATUS_NONE_KNOWN) {
        patient.allergy_status = ALLERGY_STATUS_LISTED;
    }
    if (status == STATUS_OK) {
        status = patient_insert(store, &patient, NULL, err);
    }
    mem_free(mrn);
    return status;
}

static enum status write_chart(struct actor *actor, const struct fhir_chart *chart, bool *out_new, struct written *out,
                               struct error *err)
{
    struct act act = ACT(actor, PERMISSION_IMPORT_RUN, "import.patient", "user_profiles", chart->patient.id);
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = chart->patient.id;
    act.risk = RISK_LEVEL_MEDIUM;
    status = write_patient(actor, chart, out_new, err);
    if (status == STATUS_OK) {
        status = write_allergies(actor, chart, out, err);
    }
    if (status == STATUS_OK) {
        status = write_conditions(actor, chart, out, err);
    }
    if (status == STATUS_OK) {
        status = write_orders(actor, chart, out, err);
    }
    if (status == STATUS_OK) {
        status = write_metrics(actor, chart, out, err);
    }
    (void)snprintf(act.details, sizeof act.details, "orders %d, allergies %d, conditions %d, metrics %d", out->orders,
                   out->allergies, out->conditions, out->metrics); /* cut is fine */
    return act_end(&act, status, err);
}

/* --- the file ------------------------------------------------------------------------------------------------------ */

static struct uid derive(void *context, const char *name)
{
    (void)context; /* ids depend on the name alone, so that every site gives a record the same one */
    const char *const parts[] = {name};
    return derived_id("prescripcare.import.fhir.1", parts, 1);
}

static void report_file(const struct fhir_import *import, struct import_report *out)
{
    for (size_t f = 0; f < import->files.len; f++) {
        const struct fhir_file *file = &import->files.items[f];
        for (size_t i = 0; i < file->counts.len; i++) {
            counts_add(&out->read, file->counts.items[i].type, "", (int)file->counts.items[i].read);
        }
        for (size_t i = 0; i < file->skips.len; i++) {
            counts_add(&out->skipped, file->skips.items[i].what, file->skips.items[i].reason,
                       (int)file->skips.items[i].count);
        }
        for (size_t i = 0; i < file->refusals.len; i++) {
            counts_add(&out->skipped, file->refusals.items[i].what, error_text(&file->refusals.items[i].error), 1);
        }
    }
}

static enum status write_all(struct actor *actor, const struct fhir_import *import, import_progress_fn *progress,
                             void *context, struct import_report *out, struct error *err)
{
    int all = (int)import->charts.len;
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < all; i++) {
        struct written written = {0};
        bool is_new = false;
        if (progress != NULL && !progress(context, i, all)) {
            return error_set(err, STATUS_CANCELLED, _("Stopped after %d of %d patients; those are whole."), i, all);
        }
        if (!import->charts.items[i].has_patient) {
            counts_add(&out->skipped, "Patient", _("records of a patient who is not in the file"), 1);
            continue;
        }
        status = write_chart(actor, &import->charts.items[i], &is_new, &written, err);
        if (status == STATUS_OK) {
            out->patients += is_new;
            out->patients_unchanged += !is_new;
            counts_add(&out->written, "Patient", "", is_new);
            counts_add(&out->written, "MedicationRequest", "", written.orders);
            counts_add(&out->written, "AllergyIntolerance", "", written.allergies);
            counts_add(&out->written, "Condition", "", written.conditions);
            counts_add(&out->written, "Observation", "", written.metrics);
        }
    }
    return status;
}

enum status import_file(struct actor *actor, const char *path, import_progress_fn *progress, void *context,
                        struct import_report *out, struct error *err)
{
    if (!actor_may(actor, PERMISSION_IMPORT_RUN)) {
        return error_set(err, STATUS_NOT_PERMITTED, _("Your role (%s) may not do this."),
                         enum_label(ENUM_ROLE, (int)actor->role));
    }
    const struct fhir_options options = {.zone = actor->site->zone, .derive = derive};
    struct import_report report = {.file = mem_copy_text(path)};
    struct fhir_import import = {0};
    struct fhir_reader *reader = fhir_reader_new(&options);
    enum status status = fhir_reader_add_file(reader, path, err);
    fhir_reader_finish(reader, &import);
    fhir_reader_free(reader);
    if (status == STATUS_OK) {
        report_file(&import, &report);
        status = write_all(actor, &import, progress, context, &report, err);
    }
    fhir_import_release(&import);
    *out = report;
    return status;
}
