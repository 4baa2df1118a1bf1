/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/directory.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"
#include "service/printing.h"
#include "store/care_store.h"
#include "store/order_store.h"

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

/* ---- pharmacies ---- */

enum status pharmacies_find(struct actor *actor, const char *begin, struct pharmacy_list *out, struct error *err)
{
    enum status status = act_permit(actor, PERMISSION_PATIENT_READ, "directory.read", err);
    return status == STATUS_OK ? pharmacy_list_get(actor->site->store, begin, DIRECTORY_SHOWN_MAX, out, err) : status;
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

enum status pharmacy_change(struct actor *actor, const struct pharmacy *pharmacy, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DIRECTORY_WRITE, "pharmacy.change", "pharmacies", UID_NONE);
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = pharmacy->id;
    status = is_blank(pharmacy->name) ? error_set_field(err, STATUS_INVALID, "name", _("A pharmacy has a name."))
                                      : pharmacy_update(actor->site->store, pharmacy, &act.old_values, &act.new_values, err);
    return act_end(&act, status, err);
}

char *pharmacy_services_text(const char *kept)
{
    struct json_document *doc = NULL;
    struct buffer out = BUFFER_INIT;
    if (is_blank(kept) || json_parse(kept, strlen(kept), &JSON_LIMITS_DEFAULT, 1, &doc, NULL) != STATUS_OK) {
        return mem_copy_text(kept != NULL ? kept : ""); /* another system's making */
    }
    for (const struct json *one = json_first(json_root(doc)); one != NULL; one = json_next(one)) {
        if (json_string(one) != NULL) {
            buffer_append_format(&out, "%s%s", out.len > 0 ? ", " : "", json_string(one));
        }
    }
    json_free(doc);
    return out.len > 0 ? buffer_take(&out) : mem_copy_text("");
}

char *pharmacy_services_kept(const char *text)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_array(&w);
    for (const char *at = text; *at != '\0';) {
        at += strspn(at, " ,;");
        size_t len = strcspn(at, ",;"), end = len;
        while (end > 0 && at[end - 1] == ' ') {
            end--;
        }
        if (end > 0) {
            char *one = mem_copy_bytes(at, end);
            json_write_string(&w, one);
            mem_free(one);
        }
        at += len;
    }
    json_end_array(&w);
    char *kept = mem_copy_bytes(w.out.bytes, w.out.len);
    json_writer_release(&w);
    return kept;
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
    return status == STATUS_OK ? provider_list_get(actor->site->store, begin, DIRECTORY_SHOWN_MAX, out, err) : status;
}

static enum status check_provider(const struct provider *p, struct error *err)
{
    if (is_blank(p->last_name)) {
        return error_set_field(err, STATUS_INVALID, "last_name", _("A provider has a last name."));
    }
    return is_blank(p->npi) || npi_is_valid(p->npi)
               ? STATUS_OK
               : error_set_field(err, STATUS_INVALID, "npi", _("\"%.20s\" is no NPI: ten digits, and the last one checks the others."), p->npi);
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
    status = check_provider(&row, err);
    if (status == STATUS_OK) {
        status = provider_put(actor->site->store, &row, out_id, &is_new, err);
    }
    if (status == STATUS_OK && !is_new) {
        status = error_set_field(err, STATUS_EXISTS, "npi", _("A provider with this NPI is in the directory already."));
    }
    act.record = row.id;
    return act_end(&act, status, err);
}

enum status provider_change(struct actor *actor, const struct provider *provider, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DIRECTORY_WRITE, "provider.change", "healthcare_providers", UID_NONE);
    struct uid of_npi = provider->id;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = provider->id;
    act.risk = RISK_LEVEL_MEDIUM; /* with the NPI rights go over to whoever has it */
    status = check_provider(provider, err);
    if (status == STATUS_OK && !is_blank(provider->npi)) {
        status = provider_find_npi(actor->site->store, provider->npi, &of_npi, err);
        status = status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    if (status == STATUS_OK && uid_compare(of_npi, provider->id) != 0) {
        status = error_set_field(err, STATUS_EXISTS, "npi", _("A provider with this NPI is in the directory already."));
    }
    if (status == STATUS_OK) {
        status = provider_update(actor->site->store, provider, &act.old_values, &act.new_values, err);
    }
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

bool coverage_is_in_force(const struct coverage *c, struct date today)
{
    return c->is_active && (date_is_none(c->effective) || date_compare(c->effective, today) <= 0) &&
           (date_is_none(c->expiration) || date_compare(c->expiration, today) >= 0);
}

static enum status check_coverage(const struct coverage *c, struct error *err)
{
    if (is_blank(c->company)) {
        return error_set_field(err, STATUS_INVALID, "company", _("Say which insurance it is."));
    }
    return !date_is_none(c->expiration) && !date_is_none(c->effective) && date_compare(c->expiration, c->effective) < 0
               ? error_set_field(err, STATUS_INVALID, "expiration", _("It expires before it begins."))
               : STATUS_OK;
}

/* What was primary so far is it no more. */
static enum status yield_primary(struct actor *actor, const struct coverage *now, struct error *err)
{
    struct coverage_row_list list = {0};
    enum status status = now->is_primary ? coverage_list_get(actor->site->store, now->patient, &list, err) : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        if (list.items[i].coverage.is_primary && uid_compare(list.items[i].coverage.id, now->id) != 0) {
            status = coverage_set_primary(actor->site->store, &list.items[i], false, err);
        }
    }
    coverage_row_list_release(&list);
    return status;
}

enum status coverage_add(struct actor *actor, const struct coverage *coverage, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "insurance.add", "user_insurance", coverage->patient);
    struct coverage row = *coverage;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = row.id = uid_new(actor->site->clock);
    row.is_active = true;
    status = check_coverage(&row, err);
    if (status == STATUS_OK) {
        status = yield_primary(actor, &row, err);
    }
    if (status == STATUS_OK) {
        status = coverage_insert(actor->site->store, &row, err);
    }
    return act_end(&act, status, err);
}

enum status coverage_change(struct actor *actor, const struct coverage_row *row, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "insurance.change", "user_insurance", row->coverage.patient);
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = row->coverage.id;
    status = check_coverage(&row->coverage, err);
    if (status == STATUS_OK && row->coverage.is_primary && !row->coverage.is_active) {
        status = error_set_field(err, STATUS_INVALID, "primary", _("An insurance that has ended is not the primary one."));
    }
    if (status == STATUS_OK) {
        status = yield_primary(actor, &row->coverage, err);
    }
    if (status == STATUS_OK) {
        status = coverage_update(actor->site->store, row, &act.old_values, &act.new_values, err);
    }
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
