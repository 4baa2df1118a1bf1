/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/patients.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"
#include "service/restrictions.h"
#include "store/patient_link_store.h"

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

/* Whoever is found by a record that is not used any more is found all the same, once, and leads to the one in use. */
static enum status lead_to_records_in_use(struct store *store, struct patient_hit_list *list, struct error *err)
{
    enum status status = STATUS_OK;
    size_t kept = 0;
    for (size_t i = 0; i < list->len; i++) {
        struct person_records records = {.count = 0};
        status = status == STATUS_OK ? person_records_get(store, list->items[i].id, &records, err) : status;
        bool is_there = false;
        for (size_t n = 0; records.count > 1 && n < list->len && !is_there; n++) { /* the record in use itself, or one before */
            is_there = n != i && (n < kept || n > i) && uid_compare(list->items[n].id, records.ids[0]) == 0;
        }
        if (is_there) {
            patient_hit_release(&list->items[i]);
            continue;
        }
        struct patient_hit hit = list->items[i];
        hit.id = records.count > 0 ? records.ids[0] : hit.id;
        list->items[kept++] = hit;
    }
    list->len = kept;
    return status;
}

enum status find_type(struct find_session *find, const char *typed, int limit, struct patient_hit_list *out,
                      struct error *err)
{
    struct site *site = find->actor->site;
    enum status status = store_read_begin(site->store, err); /* the hits, whose record is in use and who may see it, as of one moment */
    if (status == STATUS_OK) {
        status = patient_search(site->store, typed, limit, site_today(site), out, err);
    }
    find->keystrokes++;
    find->longest = strlen(typed) > find->longest ? strlen(typed) : find->longest;
    find->results = status == STATUS_OK ? (int)out->len : 0;
    if (status == STATUS_OK) {
        status = lead_to_records_in_use(site->store, out, err);
    }
    struct restriction_memo memo = {.is_known = false};
    for (size_t i = 0; status == STATUS_OK && i < out->len; i++) { /* found by who looks for this person, and nothing beyond */
        (void)restriction_cover(find->actor, out->items[i].id, &memo, (char **[]){&out->items[i].phone, NULL});
    }
    store_read_end(site->store);
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
    enum status may = act_permit(actor, PERMISSION_PATIENT_READ, "patient.resolve", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct patient patient;
    struct person_records records;
    enum status status = STATUS_OK;
    if (uid_parse(text, out, NULL) == STATUS_OK) {
        status = patient_get(actor->site->store, *out, &patient, err);
        if (status == STATUS_OK) {
            patient_release(&patient);
        }
    } else {
        status = patient_by_mrn(actor->site->store, text, out, err);
    }
    if (status == STATUS_OK) {
        status = person_records_get(actor->site->store, *out, &records, err);
    }
    if (status == STATUS_OK) {
        *out = records.ids[0];
    }
    return status;
}

const char *patient_number(const struct patient *patient, enum identifier_kind kind)
{
    for (size_t i = 0; i < patient->identifiers.len; i++) {
        if (patient->identifiers.items[i].kind == kind && patient->identifiers.items[i].system[0] == '\0') {
            return patient->identifiers.items[i].value;
        }
    }
    return "";
}

/* "en", "pt-BR": letters, digits and hyphens as in BCP 47. */
static bool is_language(const char *text)
{
    size_t first = strcspn(text, "-");
    return first >= 2 && first <= 8 && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == strlen(text) &&
           strlen(text) <= 35;
}

static enum status check_contact(const struct patient *p, struct error *err)
{
    size_t digits = 0;
    const char *phone = p->phone_number != NULL ? p->phone_number : "";
    for (const char *c = phone; *c != '\0'; c++) {
        digits += *c >= '0' && *c <= '9';
    }
    if (phone[0] != '\0' && (digits < 3 || digits > 20)) {
        return error_set_field(err, STATUS_INVALID, "phone", _("A phone number has between 3 and 20 digits."));
    }
    if (p->language != NULL && p->language[0] != '\0' && !is_language(p->language)) {
        return error_set_field(err, STATUS_INVALID, "language", _("Type the language as a code such as en, es or pt-BR."));
    }
    if (p->timezone != NULL && p->timezone[0] != '\0') {
        struct zone *zone = NULL;
        if (zone_open(p->timezone, &zone, NULL) != STATUS_OK) {
            return error_set_field(err, STATUS_INVALID, "timezone", _("This time zone does not exist. Type for example America/Chicago."));
        }
        zone_free(zone);
    }
    return STATUS_OK;
}

enum status patient_check_dates(const struct patient *patient, struct date today, struct error *err)
{
    enum { OLDEST_YEARS = 125 };
    if (!date_is_none(patient->birth_date) && !date_is_valid(patient->birth_date)) {
        return error_set_field(err, STATUS_INVALID, "birth_date", _("This birth date does not exist."));
    }
    if (date_compare(patient->birth_date, today) > 0) {
        return error_set_field(err, STATUS_INVALID, "birth_date", _("The birth date lies in the future."));
    }
    if (!date_is_none(patient->birth_date) && today.year - patient->birth_date.year > OLDEST_YEARS) {
        return error_set_field(err, STATUS_INVALID, "birth_date", _("Nobody is that old. Look at the year."));
    }
    if (date_compare(patient->death_date, today) > 0) {
        return error_set_field(err, STATUS_INVALID, "death_date", _("This date lies in the future."));
    }
    if (!date_is_none(patient->death_date) && date_to_days(patient->death_date) < date_to_days(patient->birth_date)) {
        return error_set_field(err, STATUS_INVALID, "death_date", _("This is before the patient was born."));
    }
    return STATUS_OK;
}

static enum status check(const struct patient *patient, struct date today, struct error *err)
{
    if (patient->last_name[0] == '\0' && patient->first_name[0] == '\0') {
        return error_set_field(err, STATUS_INVALID, "last_name", _("Type at least one name."));
    }
    enum status status = patient_check_dates(patient, today, err);
    return status == STATUS_OK ? check_contact(patient, err) : status;
}

/* Nobody else may have this MRN. */
static enum status check_mrn(struct store *store, const struct patient *patient, struct error *err)
{
    struct uid owner;
    enum status status = patient_by_mrn(store, patient->mrn, &owner, NULL);
    if (status == STATUS_OK && uid_compare(owner, patient->id) != 0) {
        return error_set_field(err, STATUS_EXISTS, "mrn", _("Another patient has this MRN."));
    }
    return status == STATUS_OK || status == STATUS_NOT_FOUND ? STATUS_OK : error_set(err, status, "%s", status_text(status));
}

/* Who the patient is and nothing of the chart: front desk, privacy officer. */
static void leave_out_clinical(struct patient *p)
{
    p->height_cm = 0;
    p->weight_kg = decimal_from_int(0);
    p->weight_at_us = 0;
    p->blood_type = BLOOD_TYPE_NONE_GIVEN;
    p->allergy_status = ALLERGY_STATUS_NONE_GIVEN;
    p->allergy_status_at_us = 0;
    mem_free(p->allergy_status_reason);
    mem_free(p->allergy_status_by);
    p->allergy_status_reason = mem_copy_text("");
    p->allergy_status_by = mem_copy_text("");
    p->pregnancy = PREGNANCY_NONE_GIVEN;
    p->pregnancy_at_us = 0;
    p->due_date = (struct date){0};
    p->lactation = LACTATION_NONE_GIVEN;
    p->lactation_at_us = 0;
    p->creatinine = p->egfr = (struct measured){0};
}

/* What such a role never saw stays as it stands. */
static void keep_clinical(struct patient *p, const struct patient *standing)
{
    p->height_cm = standing->height_cm;
    p->weight_kg = standing->weight_kg;
    p->weight_at_us = standing->weight_at_us;
    p->blood_type = standing->blood_type;
}

enum status patient_open_again(struct actor *actor, struct uid id, struct patient *out, struct error *err)
{
    enum status status = act_permit(actor, PERMISSION_PATIENT_READ, "patient.read", err);
    if (status == STATUS_OK) {
        status = patient_get(actor->site->store, id, out, err);
    }
    if (status == STATUS_OK && !actor_may(actor, PERMISSION_CLINICAL_READ)) {
        leave_out_clinical(out);
    }
    return status;
}

enum status patient_open(struct actor *actor, struct uid id, struct patient *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_READ, "patient.read", "user_profiles", id);
    act.record = id;
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? patient_open_again(actor, id, out, err) : status;
}

enum status patient_alike(struct actor *actor, const struct patient *patient, struct patient_match_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_FIND, "patient.alike", "user_profiles", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? patient_match(actor->site->store, patient, out, err) : status;
}

char *patient_match_text(const struct patient_match *match)
{
    static const struct {
        enum match_reason reason;
        const char *text;
    } words[] = {
        {MATCH_NUMBER, N_("same number")},
        {MATCH_NAME, N_("same name")},
        {MATCH_NAME_SOUND, N_("name is alike")},
        {MATCH_BIRTH_DATE, N_("same birth date")},
        {MATCH_BIRTH_TRANSPOSED, N_("birth date with places changed")},
        {MATCH_BIRTH_NEAR, N_("birth date is near")},
        {MATCH_PHONE, N_("same phone")},
        {MATCH_ADDRESS, N_("same address")},
        {MATCH_SEX_DIFFERS, N_("sex differs")},
        {MATCH_BIRTH_DIFFERS, N_("birth date differs")},
    };
    struct buffer out = BUFFER_INIT;
    buffer_append_text(&out, "");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (match->reasons & words[i].reason) {
            buffer_append_format(&out, "%s%s", out.len > 0 ? ", " : "", _(words[i].text));
        }
    }
    return buffer_take(&out);
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
        status = check_mrn(store, &patient, err);
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

enum status patient_correct(struct actor *actor, const struct patient *given, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_WRITE, "patient.correct", "user_profiles", given->id);
    struct patient full = *given, standing = {0}; /* full borrows the strings */
    const struct patient *patient = &full;
    enum status status = check(patient, site_today(actor->site), err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act.record = patient->id;
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        status = patient_get(actor->site->store, given->id, &standing, err);
        if (status == STATUS_OK) {
            keep_clinical(&full, &standing);
            patient_release(&standing);
        }
    }
    if (status == STATUS_OK) {
        status = check_mrn(actor->site->store, patient, err);
    }
    if (status == STATUS_OK) {
        status = patient_update(actor->site->store, patient, &act.old_values, &act.new_values, err);
    }
    if (status == STATUS_OK && patient->mrn != NULL && patient->mrn[0] != '\0') { /* a number is never taken away */
        status = patient_set_number(actor->site->store, patient->id, IDENTIFIER_KIND_MRN, patient->mrn, err);
    }
    if (status == STATUS_OK) {
        status = patient_set_number(actor->site->store, patient->id, IDENTIFIER_KIND_NATIONAL,
                                    patient_number(patient, IDENTIFIER_KIND_NATIONAL), err);
    }
    return act_end(&act, status, err);
}
