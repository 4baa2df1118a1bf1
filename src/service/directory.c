/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/directory.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"
#include "service/printing.h"
#include "store/care_store.h"
#include "store/order_store.h"

enum { SHOWN_MAX = 200 };

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

/* ---- pharmacies ---- */

enum status pharmacies_find(struct actor *actor, const char *begin, struct pharmacy_list *out, struct error *err)
{
    enum status status = act_permit(actor, PERMISSION_PATIENT_READ, "directory.read", err);
    return status == STATUS_OK ? pharmacy_list_get(actor->site->store, begin, SHOWN_MAX, out, err) : status;
}

enum status pharmacy_add(struct actor *actor, const struct pharmacy *pharmacy, struct uid *out_id, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DIRECTORY_WRITE, "pharmacy.add", "pharmacies", UID_NONE);
    struct pharmacy row = *pharmacy;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = row.id = uid_new(actor->site->clock);
    row.is_active = true;
    status = is_blank(row.name) ? error_set_field(err, STATUS_INVALID, "name", _("A pharmacy has a name."))
                                : pharmacy_insert(actor->site->store, &row, &act.new_values, err);
    status = act_end(&act, status, err);
    if (status == STATUS_OK) {
        *out_id = row.id;
    }
    return status;
}

bool pharmacy_is_open(const struct site *site, const struct pharmacy *pharmacy, int *out_until_min)
{
    struct local_time now = site_now(site);
    return pharmacy->is_active && hours_is_open(&pharmacy->hours, date_weekday(now.date), now.hour * 60 + now.minute, out_until_min);
}

/* ---- providers ---- */

enum status providers_find(struct actor *actor, const char *begin, struct provider_list *out, struct error *err)
{
    enum status status = act_permit(actor, PERMISSION_PATIENT_READ, "directory.read", err);
    return status == STATUS_OK ? provider_list_get(actor->site->store, begin, SHOWN_MAX, out, err) : status;
}

enum status provider_add(struct actor *actor, const struct provider *provider, struct uid *out_id, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DIRECTORY_WRITE, "provider.add", "healthcare_providers", UID_NONE);
    struct provider row = *provider;
    bool is_new = false;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    row.id = uid_new(actor->site->clock);
    row.is_active = true;
    if (is_blank(row.last_name)) {
        status = error_set_field(err, STATUS_INVALID, "last_name", _("A provider has a last name."));
    } else if (!is_blank(row.npi) && !npi_is_valid(row.npi)) {
        status = error_set_field(err, STATUS_INVALID, "npi", _("\"%.20s\" is no NPI: ten digits, and the last one checks the others."), row.npi);
    } else {
        status = provider_put(actor->site->store, &row, out_id, &is_new, err);
    }
    if (status == STATUS_OK && !is_new) {
        status = error_set_field(err, STATUS_EXISTS, "npi", _("A provider with this NPI is in the directory already."));
    }
    act.record = row.id;
    return act_end(&act, status, err);
}

/* ---- relationships ---- */

enum status care_relations_get(struct actor *actor, struct uid patient, struct care_relation_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_READ, "relationship.list", "user_provider_relationships", patient);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? care_relation_list_get(actor->site->store, patient, out, err) : status;
}

static const struct care_relation *find_relation(const struct care_relation_list *list, struct uid provider)
{
    for (size_t i = 0; i < list->len; i++) {
        if (uid_compare(list->items[i].provider, provider) == 0 && list->items[i].status == RELATIONSHIP_STATUS_ACTIVE) {
            return &list->items[i];
        }
    }
    return NULL;
}

/* The others of that kind are primary no more. */
static enum status end_primary(struct actor *actor, const struct care_relation_list *list, const struct care_relation *now, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && now->is_primary && i < list->len; i++) {
        struct care_relation other = list->items[i];
        if (other.is_primary && other.type == now->type && uid_compare(other.provider, now->provider) != 0) {
            other.is_primary = false;
            status = care_relation_update(actor->site->store, &other, NULL, NULL, err);
        }
    }
    return status;
}

enum status care_relation_set(struct actor *actor, const struct care_relation *relation, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DIRECTORY_WRITE, "relationship.set", "user_provider_relationships", relation->patient);
    struct care_relation_list list = {0};
    struct care_relation row = *relation;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.risk = RISK_LEVEL_MEDIUM; /* who may see what a patient takes */
    row.status = RELATIONSHIP_STATUS_ACTIVE;
    status = care_relation_list_get(actor->site->store, relation->patient, &list, err);
    if (status == STATUS_OK && !date_is_none(row.end) && date_compare(row.end, row.start) < 0) {
        status = error_set_field(err, STATUS_INVALID, "end", _("It ends before it begins."));
    }
    if (status == STATUS_OK) {
        status = end_primary(actor, &list, &row, err);
    }
    const struct care_relation *there = find_relation(&list, relation->provider);
    if (status == STATUS_OK && there != NULL) {
        row.id = there->id;
        row.ver = there->ver;
        status = care_relation_update(actor->site->store, &row, &act.old_values, &act.new_values, err);
    } else if (status == STATUS_OK) {
        row.id = uid_new(actor->site->clock);
        row.start = date_is_none(row.start) ? site_today(actor->site) : row.start;
        status = care_relation_insert(actor->site->store, &row, &act.new_values, err);
    }
    act.record = row.id;
    care_relation_list_release(&list);
    return act_end(&act, status, err);
}

enum status care_relation_revoke(struct actor *actor, struct uid patient, struct uid provider, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DIRECTORY_WRITE, "relationship.revoke", "user_provider_relationships", patient);
    struct care_relation_list list = {0};
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.risk = RISK_LEVEL_MEDIUM;
    status = care_relation_list_get(actor->site->store, patient, &list, err);
    const struct care_relation *there = status == STATUS_OK ? find_relation(&list, provider) : NULL;
    if (status == STATUS_OK && there == NULL) {
        status = error_set(err, STATUS_NOT_FOUND, _("This provider has no relationship with the patient."));
    }
    if (status == STATUS_OK) {
        struct care_relation row = *there;
        row.status = RELATIONSHIP_STATUS_REVOKED;
        row.is_primary = row.may_view = row.may_prescribe = false;
        row.end = site_today(actor->site);
        act.record = row.id;
        status = care_relation_update(actor->site->store, &row, &act.old_values, &act.new_values, err);
    }
    care_relation_list_release(&list);
    return act_end(&act, status, err);
}

bool care_relation_allows(const struct care_relation *r, struct date today, bool to_view, bool to_prescribe)
{
    bool is_in_force = r->status == RELATIONSHIP_STATUS_ACTIVE && (date_is_none(r->start) || date_compare(r->start, today) <= 0) &&
                       (date_is_none(r->end) || date_compare(r->end, today) >= 0);
    return is_in_force && (!to_view || r->may_view) && (!to_prescribe || r->may_prescribe);
}

/* ---- what a provider is given ---- */

static void write_list(const struct order_list *orders, struct document *d)
{
    const struct document_column columns[] = {{_("Medicine"), 6, DOCUMENT_LEFT}, {_("Directions"), 9, DOCUMENT_LEFT}, {_("State"), 2, DOCUMENT_LEFT}};
    document_table(d, columns, 3);
    for (size_t i = 0; i < orders->len; i++) {
        const struct order *o = &orders->items[i];
        char words[SIG_TEXT_MAX];
        const char *directions = sig_format(&o->sig, words);
        char *drug = order_display_drug(o);
        document_row(d, (const char *const[]){drug, directions[0] != '\0' ? directions : o->directions,
                                              enum_label(ENUM_MEDICATION_STATUS, (int)o->status)});
        mem_free(drug);
    }
}

enum status medication_list_for(struct actor *actor, struct uid patient, struct uid provider, struct document **out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "medications.share", "user_medications", patient);
    struct care_relation_list list = {0};
    struct order_list orders = {0};
    enum status status = act_permit(actor, PERMISSION_CLINICAL_READ, act.action, err);
    if (status == STATUS_OK) {
        status = care_relation_list_get(actor->site->store, patient, &list, err);
    }
    const struct care_relation *relation = status == STATUS_OK ? find_relation(&list, provider) : NULL;
    bool is_allowed = relation != NULL && care_relation_allows(relation, site_today(actor->site), true, false);
    if (status == STATUS_OK) {
        act.record = provider;
        act.risk = RISK_LEVEL_MEDIUM;
        act.outcome = is_allowed ? NULL : status_name(STATUS_REFUSED);
        status = act_read(&act, err);
    }
    if (status == STATUS_OK && !is_allowed) {
        status = error_set(err, STATUS_REFUSED, _("This provider may not see the patient's medicines. The patient gives that right: "
                                                  "prescripcare directory relate."));
    }
    if (status == STATUS_OK) {
        status = order_list_get(actor->site->store, patient, INT64_MAX, &orders, err);
    }
    if (status == STATUS_OK) {
        char *title = mem_format(_("Medicines, for %s"), relation->provider_name);
        status = print_document_new(actor, title, "PC-130", patient, NULL, out, err);
        mem_free(title);
    }
    if (status == STATUS_OK) {
        write_list(&orders, *out);
    }
    order_list_release(&orders);
    care_relation_list_release(&list);
    return status;
}

/* ---- who pays ---- */

enum status coverages_get(struct actor *actor, struct uid patient, struct coverage_row_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_READ, "insurance.list", "user_insurance", patient);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? coverage_list_get(actor->site->store, patient, out, err) : status;
}

enum status coverage_add(struct actor *actor, const struct coverage *coverage, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "insurance.add", "user_insurance", coverage->patient);
    struct coverage_row_list list = {0};
    struct coverage row = *coverage;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = row.id = uid_new(actor->site->clock);
    row.is_active = true;
    if (is_blank(row.company)) {
        status = error_set_field(err, STATUS_INVALID, "company", _("Say which insurance it is."));
    } else if (!date_is_none(row.expiration) && !date_is_none(row.effective) && date_compare(row.expiration, row.effective) < 0) {
        status = error_set_field(err, STATUS_INVALID, "expiration", _("It expires before it begins."));
    } else {
        status = coverage_list_get(actor->site->store, row.patient, &list, err);
    }
    for (size_t i = 0; status == STATUS_OK && row.is_primary && i < list.len; i++) {
        if (list.items[i].coverage.is_primary) {
            status = coverage_set_primary(actor->site->store, &list.items[i], false, err);
        }
    }
    if (status == STATUS_OK) {
        status = coverage_insert(actor->site->store, &row, err);
    }
    coverage_row_list_release(&list);
    return act_end(&act, status, err);
}

enum status coverage_stop(struct actor *actor, struct uid patient, struct uid coverage, struct date end, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "insurance.end", "user_insurance", patient);
    struct coverage_row_list list = {0};
    const struct coverage_row *found = NULL;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = coverage;
    status = coverage_list_get(actor->site->store, patient, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        found = uid_compare(list.items[i].coverage.id, coverage) == 0 ? &list.items[i] : found;
    }
    if (status == STATUS_OK && found == NULL) {
        status = error_set(err, STATUS_NOT_FOUND, _("This patient has no such insurance."));
    }
    if (status == STATUS_OK) {
        status = coverage_end(actor->site->store, found, date_is_none(end) ? site_today(actor->site) : end, &act.old_values, &act.new_values, err);
    }
    coverage_row_list_release(&list);
    return act_end(&act, status, err);
}
