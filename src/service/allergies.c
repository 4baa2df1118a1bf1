/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/allergies.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/resolve.h"
#include "service/act.h"
#include "store/patient_link_store.h"
#include "store/chart_store.h"
#include "store/patient_store.h"

static bool is_live(const struct allergy *a)
{
    return a->state == ALLERGY_STATE_ACTIVE || a->state == ALLERGY_STATE_UNCONFIRMED || a->state == ALLERGY_STATE_NONE_GIVEN;
}

static enum status end_not_listed(struct actor *actor, struct uid patient_id, struct error *err)
{
    struct patient patient;
    enum status status = patient_get(actor->site->store, patient_id, &patient, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (patient.allergy_status != ALLERGY_STATUS_LISTED) {
        status = patient_set_allergy_status(actor->site->store, patient_id, patient.ver, ALLERGY_STATUS_LISTED, actor->user,
                                            NULL, err);
    }
    patient_release(&patient);
    return status;
}

/* Fills in what the knowledge says of the text. */
static enum status identify(const struct site *site, struct allergy *allergy, struct error *err)
{
    struct allergen_identity identity;
    if (allergy->allergen_name == NULL || allergy->allergen_name[0] == '\0') {
        return error_set_field(err, STATUS_INVALID, "allergen", _("Type what the patient reacts to."));
    }
    enum allergen_kind kind = resolve_allergen(site->knowledge, allergy->allergen_name, &identity);
    if (kind == ALLERGEN_NONE_KNOWN) {
        return error_set_field(err, STATUS_INVALID, "allergen",
                               _("This says that there is no allergy. Record \"no known allergies\" instead."));
    }
    /* The key is the name: screening resolves it again and so follows new knowledge. */
    allergy->allergen_key = kind == ALLERGEN_UNKNOWN ? NULL : allergy->allergen_name;
    if (allergy->type == ALLERGEN_TYPE_NONE_GIVEN && kind != ALLERGEN_UNKNOWN) {
        allergy->type = kind == ALLERGEN_SUBSTANCE ? ALLERGEN_TYPE_DRUG : ALLERGEN_TYPE_DRUG_CLASS;
    }
    return STATUS_OK;
}

static bool is_same_allergen(const struct site *site, const char *a, const char *b)
{
    struct allergen_identity x, y;
    if (text_equal_folded(a, b)) {
        return true;
    }
    enum allergen_kind kind = resolve_allergen(site->knowledge, a, &x);
    return kind != ALLERGEN_UNKNOWN && kind == resolve_allergen(site->knowledge, b, &y) && x.count == y.count &&
           memcmp(x.ids, y.ids, x.count * sizeof *x.ids) == 0;
}

/* One substance, one row of each kind. */
static enum status refuse_double(const struct actor *actor, const struct allergy *allergy, struct error *err)
{
    struct allergy_list list = {0};
    enum status status = allergy_list_get(actor->site->store, allergy->patient, false, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct allergy *known = &list.items[i];
        if (is_live(known) && is_live(allergy) && known->kind == allergy->kind &&
            uid_compare(known->id, allergy->supersedes) != 0 &&
            is_same_allergen(actor->site, known->allergen_name, allergy->allergen_name)) {
            status = error_set_field(err, STATUS_EXISTS, "allergen", _("%s is on the list already. Correct that row instead."),
                                     known->allergen_name);
        }
    }
    allergy_list_release(&list);
    return status;
}

/* A correction stands in the record of the row that it corrects, whichever of the person's records that is. */
static enum status stay_in_record(struct store *store, struct allergy *allergy, struct error *err)
{
    struct allergy corrected;
    enum status status = allergy_get(store, allergy->supersedes, &corrected, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = person_require_same(store, corrected.patient, allergy->patient, err);
    allergy->patient = corrected.patient;
    allergy_release(&corrected);
    return status;
}

static enum status write(struct act *act, const struct allergy *given, struct error *err)
{
    struct actor *actor = act->actor;
    struct allergy allergy = *given; /* borrows the strings */
    enum status status = identify(actor->site, &allergy, err);
    if (status == STATUS_OK && date_compare(allergy.onset, site_today(actor->site)) > 0) {
        status = error_set_field(err, STATUS_INVALID, "onset", _("This date lies in the future."));
    }
    if (status == STATUS_OK) {
        status = act_begin(act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bool is_old = false;
    if (!uid_is_none(allergy.supersedes)) {
        status = allergy_is_superseded(actor->site->store, allergy.supersedes, &is_old, err);
    }
    if (status == STATUS_OK && !uid_is_none(allergy.supersedes)) {
        status = stay_in_record(actor->site->store, &allergy, err);
    }
    if (status == STATUS_OK && is_old) {
        status = error_set(err, STATUS_STALE, _("Somebody else corrected this row meanwhile. Nothing was saved; look at theirs first."));
    }
    if (status == STATUS_OK) {
        status = refuse_double(actor, &allergy, err);
    }
    allergy.id = uid_new(actor->site->clock);
    allergy.recorded_at_us = clock_now_us(actor->site->clock);
    act->record = allergy.id;
    if (status == STATUS_OK) {
        status = allergy_insert(actor->site->store, &allergy, actor->user, &act->new_values, err);
    }
    if (status == STATUS_OK && allergy.kind != ALLERGY_KIND_TOLERATED && is_live(&allergy)) {
        status = end_not_listed(actor, allergy.patient, err); /* adding one ends "no known allergies" */
    }
    return act_end(act, status, err);
}

enum status allergy_add(struct actor *actor, const struct allergy *allergy, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ALLERGY_WRITE, "allergy.add", "user_allergies", allergy->patient);
    struct allergy fresh = *allergy; /* borrows the strings */
    fresh.supersedes = UID_NONE;
    return write(&act, &fresh, err);
}

enum status allergy_correct(struct actor *actor, const struct allergy *allergy, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ALLERGY_WRITE, "allergy.correct", "user_allergies", allergy->patient);
    return write(&act, allergy, err);
}

enum status allergy_assess(struct actor *actor, struct uid patient, int32_t base_ver, enum allergy_status value,
                           const char *reason, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ALLERGY_WRITE, "allergy.assess", "user_profiles", patient);
    struct allergy_list list = {0};
    if (value == ALLERGY_STATUS_UNABLE && (reason == NULL || reason[0] == '\0')) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Say why the allergies could not be asked."));
    }
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = patient;
    status = allergy_list_get(actor->site->store, patient, false, &list, err);
    for (size_t i = 0; status == STATUS_OK && value != ALLERGY_STATUS_LISTED && i < list.len; i++) {
        if (list.items[i].kind == ALLERGY_KIND_ALLERGY && is_live(&list.items[i])) {
            status = error_set(err, STATUS_REFUSED, _("%s is on the list. Mark it refuted or resolved first."),
                               list.items[i].allergen_name);
        }
    }
    if (status == STATUS_OK) {
        status = patient_set_allergy_status(actor->site->store, patient, base_ver, value, actor->user, reason, err);
    }
    allergy_list_release(&list);
    return act_end(&act, status, err);
}

const char *allergen_kind_text(const struct site *site, const char *text, bool *out_is_known)
{
    struct allergen_identity identity;
    enum allergen_kind kind = text[0] == '\0' ? ALLERGEN_UNKNOWN : resolve_allergen(site->knowledge, text, &identity);
    if (out_is_known != NULL) {
        *out_is_known = kind != ALLERGEN_UNKNOWN;
    }
    switch (kind) {
    case ALLERGEN_SUBSTANCE:
        return _("a drug; it and its relatives are checked");
    case ALLERGEN_CLASS:
        return _("a class of drugs; all of them are checked");
    case ALLERGEN_GROUP:
        return _("a group of related substances; all of them are checked");
    case ALLERGEN_NONE_KNOWN:
        return _("says that there is no allergy");
    case ALLERGEN_UNKNOWN:
        break;
    }
    return _("not known here: it is kept and shown, and NOT CHECKED");
}

/* 2: the title begins so, 1: a later word does, 0: neither. */
static int begins_with(const char *title, const char *folded)
{
    char *name = text_fold(title);
    size_t len = strlen(folded);
    int how = strncmp(name, folded, len) == 0 ? 2 : 0;
    for (const char *p = name; how == 0 && (p = strchr(p, ' ')) != NULL;) {
        how = strncmp(++p, folded, len) == 0 ? 1 : 0;
    }
    mem_free(name);
    return how;
}

static void put(const char *title, const char **out, int *count, int max)
{
    for (int i = 0; i < *count; i++) {
        if (text_equal_folded(out[i], title)) {
            return;
        }
    }
    if (*count < max) {
        out[(*count)++] = title;
    }
}

/* Groups and classes whose title, typed, is understood. */
static void put_titles(const struct knowledge *k, const char *folded, int how, const char **out, int *count, int max)
{
    for (int i = 0; i < knowledge_group_count(k) && *count < max; i++) {
        if (begins_with(knowledge_group_title(k, (uint16_t)i), folded) == how) {
            put(knowledge_group_title(k, (uint16_t)i), out, count, max);
        }
    }
    for (int i = 0; i < knowledge_class_count(k) && *count < max; i++) {
        const char *title = knowledge_class_title(k, (uint16_t)i);
        struct allergen_identity identity;
        if (begins_with(title, folded) == how && resolve_allergen(k, title, &identity) == ALLERGEN_CLASS) {
            put(title, out, count, max);
        }
    }
}

int allergen_suggest(const struct site *site, const char *typed, const char **out, int max)
{
    const struct knowledge *k = site->knowledge;
    struct drug_suggestion drugs[DRUG_SUGGEST_MAX];
    char *folded = text_fold(typed);
    int count = 0;
    if (folded[0] != '\0') {
        put_titles(k, folded, 2, out, &count, max);
        int found = drug_suggest(k, typed, drugs, DRUG_SUGGEST_MAX);
        for (int i = 0; i < found; i++) {
            put(drugs[i].name, out, &count, max);
        }
        put_titles(k, folded, 1, out, &count, max);
    }
    mem_free(folded);
    return count;
}
