/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/patients.h"
#include "service/import_write.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"
#include "service/import_coding.h"
#include "store/care_store.h"
#include "store/chart_store.h"
#include "store/metric_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

/* One chart while it is written. */
struct writing {
    struct actor *actor;
    const struct fhir_import *import;
    const struct fhir_chart *chart;
    struct import_written *out;
    struct error *err;
};

static struct store *store_of(const struct writing *w)
{
    return w->actor->site->store;
}

static int64_t now_us(const struct writing *w)
{
    return clock_now_us(w->actor->site->clock);
}

/* STATUS_EXISTS: an earlier run brought it, and what the site did to it since then stands. */
static enum status mark(struct writing *w, enum status status, bool *out_is_new)
{
    *out_is_new = status == STATUS_OK;
    w->out->count += status == STATUS_OK ? 1 : 0;
    return status == STATUS_EXISTS ? STATUS_OK : status;
}

static void note(struct writing *w, const struct fhir_origin *origin, const char *message)
{
    MEM_GROW(&w->out->warnings);
    w->out->warnings.items[w->out->warnings.len++] = (struct fhir_warning){
        .file = origin->file,
        .line = origin->line,
        .what = mem_copy_text(origin->type),
        .message = mem_copy_text(message)};
}

static enum status write_allergies(struct writing *w)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < w->chart->allergies.len; i++) {
        struct allergy allergy = w->chart->allergies.items[i]; /* borrows the strings */
        char *key = import_allergen_key(w->actor->site->knowledge, &allergy,
                                        w->chart->allergy_origins.items[i].codings);
        allergy.recorded_at_us = allergy.recorded_at_us ? allergy.recorded_at_us : now_us(w);
        allergy.allergen_key = key;
        status = mark(w, allergy_insert(store_of(w), &allergy, UID_NONE, NULL, w->err),
                      &w->out->allergies[i]);
        mem_free(key);
    }
    return status;
}

static enum status write_conditions(struct writing *w)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < w->chart->conditions.len; i++) {
        struct condition condition = w->chart->conditions.items[i]; /* borrows the strings */
        condition.recorded_at_us = condition.recorded_at_us ? condition.recorded_at_us : now_us(w);
        status = mark(w, condition_insert(store_of(w), &condition, UID_NONE, NULL, w->err),
                      &w->out->conditions[i]);
    }
    return status;
}

/* --- orders --- */

/* The order is here. It follows its source as long as only imports have touched it: a drug that was
 * stopped there must not go on here. */
static enum status follow_source(struct writing *w, size_t at, struct order *order)
{
    struct order_list history = {0};
    bool was_seen = false, is_ours = false;
    enum status status = order_history(store_of(w), order->id, &history, w->err);
    for (size_t i = 0; status == STATUS_OK && i < history.len; i++) {
        was_seen = was_seen || uid_compare(history.items[i].version, order->version) == 0;
        is_ours = is_ours || history.items[i].action != ORDER_ACTION_IMPORT;
    }
    if (status == STATUS_OK && !was_seen && history.len > 0 && !is_ours) {
        order->parent = history.items[0].version;
        status = mark(w, order_add_version(store_of(w), order, NULL, NULL, w->err),
                      &w->out->orders[at]);
    } else if (status == STATUS_OK && !was_seen && is_ours) {
        note(w, &w->chart->order_origins.items[at],
             _("The source changed this order, and so did somebody here; what is here stands. "
               "Compare the two."));
    }
    order_list_release(&history);
    return status;
}

static enum status write_order(struct writing *w, size_t at)
{
    struct site *site = w->actor->site;
    struct order order = w->chart->orders.items[at]; /* borrows the strings */
    char *recorded_zone = order.zone;
    order.action = ORDER_ACTION_IMPORT;
    order.recorded_at_us = order.recorded_at_us ? order.recorded_at_us : now_us(w);
    order.start_us = order.start_us ? order.start_us : order.recorded_at_us;
    order.zone = recorded_zone && *recorded_zone ? recorded_zone : site->row.zone;
    order.verification = VERIFICATION_UNVERIFIED;
    order.ingredients = import_ingredients(site->knowledge, &order,
                                           w->chart->order_origins.items[at].codings);
    if (order.sig.kind == SCHEDULE_KIND_NONE_GIVEN) {
        order.sig.kind = SCHEDULE_KIND_UNSTRUCTURED;
    }
    enum status status = order_insert(store_of(w), &order, NULL, w->err);
    status = status == STATUS_EXISTS ? follow_source(w, at, &order)
                                     : mark(w, status, &w->out->orders[at]);
    mem_free(order.ingredients);
    return status;
}

static enum status write_orders(struct writing *w)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < w->chart->orders.len; i++) {
        status = write_order(w, i);
    }
    return status;
}

static enum status write_metrics(struct writing *w)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < w->chart->metrics.len; i++) {
        status = mark(
            w, metric_insert(store_of(w), &w->chart->metrics.items[i], UID_NONE, NULL, w->err),
            &w->out->metrics[i]);
    }
    return status;
}

/* --- who pays, who cares --- */

static enum status write_coverages(struct writing *w)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < w->chart->coverages.len; i++) {
        status = mark(w, coverage_insert(store_of(w), &w->chart->coverages.items[i], w->err),
                      &w->out->coverages[i]);
    }
    return status;
}

static enum status write_carers(struct writing *w)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < w->chart->carers.len; i++) {
        const struct fhir_carer *carer = &w->chart->carers.items[i];
        enum relationship_type type = carer->is_primary_care ? RELATIONSHIP_TYPE_PRIMARY_CARE
                                                             : RELATIONSHIP_TYPE_OTHER;
        status = relationship_insert(store_of(w), carer->id, w->chart->patient.id,
                                     w->import->providers.items[carer->provider].id, type,
                                     carer->is_primary_care, w->err);
        status = status == STATUS_EXISTS ? STATUS_OK : status;
    }
    return status;
}

static enum status put_providers(struct actor *actor, struct fhir_import *import, bool *is_new,
                                 struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < import->providers.len; i++) {
        struct provider *provider = &import->providers.items[i];
        struct uid standing;
        status = provider_put(actor->site->store, provider, &standing, &is_new[i], err);
        provider->id = status == STATUS_OK ? standing : provider->id;
    }
    return status;
}

/* Nothing of a trial is kept: a refusal that nobody is told of takes it back. */
static enum status finish(struct act *act, enum status status, bool is_kept, struct error *err)
{
    if (status != STATUS_OK || is_kept) {
        return act_end(act, status, err);
    }
    status = act_end(act, STATUS_EXISTS, NULL);
    return status == STATUS_EXISTS ? STATUS_OK : status;
}

enum status import_write_providers(struct actor *actor, struct fhir_import *import, bool is_trial,
                                   bool *is_new, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_IMPORT_RUN, "import.providers", "healthcare_providers",
                         UID_NONE);
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = put_providers(actor, import, is_new, err);
    (void)snprintf(act.details, sizeof act.details, "providers %zu",
                   import->providers.len); /* fits */
    return finish(&act, status, !is_trial, err);
}

/* --- the person --- */

/* A number that another person here has, or none: this site gives its own; the source's stays an
 * identifier, but not one that a chart is opened by. */
static enum status choose_mrn(struct writing *w, struct patient *patient, char **out_own)
{
    struct uid owner;
    enum status status = STATUS_NOT_FOUND;
    if (patient->mrn && *patient->mrn) {
        status = patient_by_mrn(store_of(w), patient->mrn, &owner, w->err);
        if (status == STATUS_NOT_FOUND) {
            return STATUS_OK;
        }
        if (status != STATUS_OK) {
            return status;
        }
        note(w, &w->chart->origin,
             _("Another patient here has the source's number; this site gave its own."));
    }
    for (size_t i = 0; i < patient->identifiers.len; i++) {
        if (patient->identifiers.items[i].kind == IDENTIFIER_KIND_MRN) {
            patient->identifiers.items[i].kind = IDENTIFIER_KIND_OTHER;
        }
    }
    status = patient_next_mrn(store_of(w), out_own, w->err);
    patient->mrn = status == STATUS_OK ? *out_own : NULL;
    return status;
}

/* A number may have been given twice: nothing may go into the chart of somebody else. */
static enum status check_person(struct writing *w, const struct patient *here)
{
    const struct patient *there = &w->chart->patient;
    bool is_name = text_equal_folded(here->last_name, there->last_name) &&
                   text_equal_folded(here->first_name, there->first_name);
    bool is_birth = date_is_none(here->birth_date) || date_is_none(there->birth_date) ||
                    date_compare(here->birth_date, there->birth_date) == 0;
    if (!is_name && !is_birth) {
        return error_set_field(w->err, STATUS_REFUSED, "Patient.id", "%s",
                               _("Another person here has the same id in the same source; name "
                                 "and birth date both differ."));
    }
    if (!is_name || !is_birth) {
        note(w, &w->chart->origin,
             is_birth ? _("The source gives another name than is recorded here; check it.")
                      : _("The source gives another birth date than is recorded here; check it."));
    }
    return STATUS_OK;
}

static enum status write_patient(struct writing *w)
{
    struct patient patient = w->chart->patient; /* borrows the strings */
    struct identifier_list own = {0};
    struct patient known;
    char *mrn = NULL;
    enum status status = patient_get(store_of(w), patient.id, &known, w->err);
    if (status == STATUS_OK) {
        status = w->chart->has_patient ? check_person(w, &known) : STATUS_OK;
        patient_release(&known);
        return status;
    }
    if (status != STATUS_NOT_FOUND) {
        return status;
    }
    status = patient_check_dates(&patient, site_today(w->actor->site), w->err);
    if (status != STATUS_OK) {
        return status;
    }
    w->out->is_new_patient = true;
    own.len = patient.identifiers.len;
    own.items = mem_alloc_array(own.len + 1, sizeof *own.items); /* kinds change, texts do not */
    for (size_t i = 0; i < own.len; i++) {
        own.items[i] = patient.identifiers.items[i];
    }
    patient.identifiers = own;
    status = choose_mrn(w, &patient, &mrn);
    if (status == STATUS_OK) {
        status = patient_insert(store_of(w), &patient, NULL, w->err);
    }
    mem_free(own.items);
    mem_free(mrn);
    return status;
}

/* --- the transaction --- */

void import_written_release(struct import_written *written)
{
    for (size_t i = 0; i < written->warnings.len; i++) {
        mem_free(written->warnings.items[i].what);
        mem_free(written->warnings.items[i].message);
    }
    mem_free(written->warnings.items);
    mem_free(written->allergies);
    mem_free(written->conditions);
    mem_free(written->orders);
    mem_free(written->metrics);
    mem_free(written->coverages);
    *written = (struct import_written){0};
}

enum status import_write_chart(struct actor *actor, struct fhir_import *import,
                               const struct fhir_chart *chart, bool is_trial,
                               struct import_written *out, struct error *err)
{
    static enum status (*const steps[])(struct writing *) = {
        write_patient, write_allergies, write_conditions, write_orders,
        write_metrics, write_coverages, write_carers};
    struct act act = ACT(actor, PERMISSION_IMPORT_RUN, "import.patient", "user_profiles",
                         chart->patient.id);
    struct import_written written = {
        .allergies = mem_alloc_array(chart->allergies.len + 1, sizeof *written.allergies),
        .conditions = mem_alloc_array(chart->conditions.len + 1, sizeof *written.conditions),
        .orders = mem_alloc_array(chart->orders.len + 1, sizeof *written.orders),
        .metrics = mem_alloc_array(chart->metrics.len + 1, sizeof *written.metrics),
        .coverages = mem_alloc_array(chart->coverages.len + 1, sizeof *written.coverages)};
    struct writing w = {actor, import, chart, &written, err};
    enum status status = act_begin(&act, err);
    if (status == STATUS_OK) {
        act.record = chart->patient.id;
        act.risk = RISK_LEVEL_MEDIUM;
        if (is_trial) { /* the charts refer to them, and theirs were taken back */
            bool *is_new = mem_alloc_array(import->providers.len + 1, sizeof *is_new);
            status = put_providers(actor, import, is_new, err);
            mem_free(is_new);
        }
        for (size_t i = 0; i < sizeof steps / sizeof *steps && status == STATUS_OK; i++) {
            status = steps[i](&w);
        }
        (void)snprintf(act.details, sizeof act.details, "new %d, records %zu of %zu",
                       written.is_new_patient, written.count,
                       chart->allergies.len + chart->conditions.len + chart->orders.len +
                           chart->metrics.len); /* cut is fine */
        bool has_something = written.is_new_patient || written.count > 0; /* else no commit */
        status = finish(&act, status, has_something && !is_trial, err);
    }
    if (status != STATUS_OK) {
        import_written_release(&written);
        return status;
    }
    *out = written;
    return STATUS_OK;
}
