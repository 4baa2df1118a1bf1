/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/patients.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"

struct find_session {
    struct actor *actor;
    int keystrokes;
    int results;
    size_t longest; /* shape of what was typed, never the text: a name typed is itself patient data */
};

enum status find_begin(struct actor *actor, struct find_session **out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_FIND, "patient.find", "user_profiles", UID_NONE);
    enum status status = act_read(&act, err);
    if (status == STATUS_OK) {
        *out = mem_alloc(sizeof **out);
        (*out)->actor = actor;
    }
    return status;
}

enum status find_type(struct find_session *find, const char *typed, int limit, struct patient_hit_list *out,
                      struct error *err)
{
    struct site *site = find->actor->site;
    enum status status = patient_search(site->store, typed, limit, site_today(site), out, err);
    find->keystrokes++;
    find->longest = strlen(typed) > find->longest ? strlen(typed) : find->longest;
    find->results = status == STATUS_OK ? (int)out->len : 0;
    return status;
}

void find_end(struct find_session *find, struct uid chosen)
{
    if (find == NULL) {
        return;
    }
    if (find->keystrokes > 0) {
        struct act act = ACT(find->actor, PERMISSION_PATIENT_FIND, "patient.find_end", "user_profiles", chosen);
        (void)snprintf(act.details, sizeof act.details, "searches %d, longest %zu, results %d", find->keystrokes,
                       find->longest, find->results); /* cut is fine */
        /* The search was recorded when it began; its close is a courtesy that must not stop the next screen. */
        enum status status = act_read(&act, NULL);
        (void)status;
    }
    mem_free(find);
}

enum status patient_resolve(struct actor *actor, const char *text, struct uid *out, struct error *err)
{
    struct patient patient;
    if (uid_parse(text, out, NULL) == STATUS_OK) {
        enum status status = patient_get(actor->site->store, *out, &patient, err);
        if (status == STATUS_OK) {
            patient_release(&patient);
        }
        return status;
    }
    return patient_by_mrn(actor->site->store, text, out, err);
}

static enum status check(const struct patient *patient, struct date today, struct error *err)
{
    if (patient->last_name[0] == '\0' && patient->first_name[0] == '\0') {
        return error_set_field(err, STATUS_INVALID, "last_name", _("Type at least one name."));
    }
    if (!date_is_none(patient->birth_date) && !date_is_valid(patient->birth_date)) {
        return error_set_field(err, STATUS_INVALID, "birth_date", _("This birth date does not exist."));
    }
    if (date_compare(patient->birth_date, today) > 0) {
        return error_set_field(err, STATUS_INVALID, "birth_date", _("The birth date lies in the future."));
    }
    return STATUS_OK;
}

enum status patient_register(struct actor *actor, const struct patient *given, struct uid *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "patient.register", "user_profiles", UID_NONE);
    struct store *store = actor->site->store;
    struct patient patient = *given; /* borrows the strings */
    char *mrn = NULL;
    enum status status = check(given, site_today(actor->site), err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    patient.id = uid_new(actor->site->clock);
    act.subject = patient.id;
    act.record = patient.id;
    if (patient.mrn == NULL || patient.mrn[0] == '\0') {
        status = patient_next_mrn(store, &mrn, err);
        patient.mrn = mrn;
    } else {
        struct uid taken;
        if (patient_by_mrn(store, patient.mrn, &taken, NULL) == STATUS_OK) {
            status = error_set_field(err, STATUS_EXISTS, "mrn", _("Another patient has this MRN."));
        }
    }
    if (status == STATUS_OK) {
        status = patient_insert(store, &patient, &act.new_values, err);
    }
    status = act_end(&act, status, err);
    mem_free(mrn);
    if (status == STATUS_OK) {
        *out = patient.id;
    }
    return status;
}

enum status patient_correct(struct actor *actor, const struct patient *patient, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "patient.correct", "user_profiles", patient->id);
    enum status status = check(patient, site_today(actor->site), err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act.record = patient->id;
    status = patient_update(actor->site->store, patient, &act.old_values, &act.new_values, err);
    return act_end(&act, status, err);
}
