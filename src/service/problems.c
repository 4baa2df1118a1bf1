/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/problems.h"

#include <ctype.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/resolve.h"
#include "service/act.h"
#include "store/patient_link_store.h"
#include "store/chart_store.h"

static bool is_live(enum condition_status status)
{
    return status == CONDITION_STATUS_ACTIVE || status == CONDITION_STATUS_RECURRENCE || status == CONDITION_STATUS_RELAPSE;
}

/* "I50.9" is ICD-10, six digits and more are SNOMED CT. NULL: a name. */
static const char *system_of(const char *text)
{
    size_t len = strlen(text);
    if (len >= 6 && strspn(text, "0123456789") == len) {
        return "snomed";
    }
    bool is_icd = len >= 3 && len <= 8 && isalpha((unsigned char)text[0]) && isdigit((unsigned char)text[1]) &&
                  isalnum((unsigned char)text[2]) && (len == 3 || text[3] == '.');
    return is_icd ? "icd10" : NULL;
}

bool condition_is_checked(const struct site *site, const struct condition *condition, const char **out_title)
{
    struct condition_identity identity;
    bool is_known = (condition->code != NULL && condition->code[0] != '\0' &&
                     resolve_condition(site->knowledge, condition->code, &identity)) ||
                    resolve_condition(site->knowledge, condition->name, &identity);
    *out_title = is_known && identity.count > 0 ? knowledge_condition_title(site->knowledge, identity.groups[0]) : "";
    return is_known;
}

static enum status check(const struct condition *c, struct date today, struct error *err)
{
    if (c->name == NULL || c->name[0] == '\0') {
        return error_set_field(err, STATUS_INVALID, "name", _("Type the problem, by name or by its ICD-10 or SNOMED CT code."));
    }
    if (date_compare(c->diagnosed, today) > 0) {
        return error_set_field(err, STATUS_INVALID, "diagnosed", _("This date lies in the future."));
    }
    if (date_compare(c->abated, today) > 0) {
        return error_set_field(err, STATUS_INVALID, "abated", _("This date lies in the future."));
    }
    if (!date_is_none(c->abated) && !date_is_none(c->diagnosed) && date_to_days(c->abated) < date_to_days(c->diagnosed)) {
        return error_set_field(err, STATUS_INVALID, "abated", _("It cannot have ended before it began."));
    }
    if (!date_is_none(c->abated) && is_live(c->status)) {
        return error_set_field(err, STATUS_INVALID, "status", _("It has an end date; choose a status such as resolved."));
    }
    return STATUS_OK;
}

static enum status refuse_double(const struct actor *actor, const struct condition *condition, struct error *err)
{
    struct condition_list list = {0};
    enum status status = condition_list_get(actor->site->store, condition->patient, false, &list, err);
    for (size_t i = 0; status == STATUS_OK && is_live(condition->status) && i < list.len; i++) {
        const struct condition *known = &list.items[i];
        bool is_same_code = condition->code != NULL && condition->code[0] != '\0' && known->code != NULL &&
                            strcmp(known->code, condition->code) == 0;
        if (is_live(known->status) && uid_compare(known->id, condition->supersedes) != 0 &&
            (is_same_code || text_equal_folded(known->name, condition->name))) {
            status = error_set_field(err, STATUS_EXISTS, "name", _("%s is on the list already. Correct that row instead."), known->name);
        }
    }
    condition_list_release(&list);
    return status;
}

/* A typed code becomes a code with a name. The name is borrowed from the knowledge. */
static void take_code(const struct site *site, struct condition *c)
{
    const char *system = c->code == NULL || c->code[0] == '\0' ? system_of(c->name) : system_of(c->code), *title;
    if (system == NULL) {
        return;
    }
    c->code_system = (char *)system; /* borrowed for the call */
    if (c->code == NULL || c->code[0] == '\0') {
        c->code = c->name;
        if (condition_is_checked(site, c, &title) && title[0] != '\0') {
            c->name = (char *)title; /* as above */
        }
    }
}

/* A correction stands in the record of the row that it corrects, whichever of the person's records that is. */
static enum status stay_in_record(struct store *store, struct condition *condition, struct error *err)
{
    struct condition corrected;
    enum status status = condition_get(store, condition->supersedes, &corrected, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = person_require_same(store, corrected.patient, condition->patient, err);
    condition->patient = corrected.patient;
    condition_release(&corrected);
    return status;
}

static enum status write(struct act *act, const struct condition *given, struct error *err)
{
    struct actor *actor = act->actor;
    struct condition condition = *given; /* borrows the strings */
    bool is_old = false;
    enum status status = check(&condition, site_today(actor->site), err);
    if (status == STATUS_OK) {
        take_code(actor->site, &condition);
        status = act_begin(act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!uid_is_none(condition.supersedes)) {
        status = condition_is_superseded(actor->site->store, condition.supersedes, &is_old, err);
    }
    if (status == STATUS_OK && !uid_is_none(condition.supersedes)) {
        status = stay_in_record(actor->site->store, &condition, err);
    }
    if (status == STATUS_OK && is_old) {
        status = error_set(err, STATUS_STALE, _("Somebody else corrected this row meanwhile. Nothing was saved; look at theirs first."));
    }
    if (status == STATUS_OK) {
        status = refuse_double(actor, &condition, err);
    }
    condition.id = uid_new(actor->site->clock);
    condition.recorded_at_us = clock_now_us(actor->site->clock);
    act->record = condition.id;
    if (status == STATUS_OK) {
        status = condition_insert(actor->site->store, &condition, actor->user, &act->new_values, err);
    }
    return act_end(act, status, err);
}

enum status condition_add(struct actor *actor, const struct condition *condition, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CONDITION_WRITE, "condition.add", "user_medical_conditions", condition->patient);
    struct condition fresh = *condition; /* borrows the strings */
    fresh.supersedes = UID_NONE;
    return write(&act, &fresh, err);
}

enum status condition_correct(struct actor *actor, const struct condition *condition, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CONDITION_WRITE, "condition.correct", "user_medical_conditions", condition->patient);
    return write(&act, condition, err);
}

int condition_suggest(const struct site *site, const char *typed, const char **out, int max)
{
    const struct knowledge *k = site->knowledge;
    struct condition_identity identity;
    char *folded = text_fold(typed);
    int count = 0;
    for (int i = 0; folded[0] != '\0' && i < knowledge_condition_count(k) && count < max; i++) {
        const char *title = knowledge_condition_title(k, (uint16_t)i);
        char *name = text_fold(title), *padded = mem_format(" %s", name), *wanted = mem_format(" %s", folded);
        if (strstr(padded, wanted) != NULL) {
            out[count++] = title;
        }
        mem_free(name);
        mem_free(padded);
        mem_free(wanted);
    }
    /* A synonym or a code: "chf", "I50.9". */
    if (count == 0 && folded[0] != '\0' && resolve_condition(k, typed, &identity)) {
        for (int i = 0; i < identity.count && count < max; i++) {
            out[count++] = knowledge_condition_title(k, identity.groups[i]);
        }
    }
    mem_free(folded);
    return count;
}
