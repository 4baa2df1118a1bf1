/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/restrictions.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/care_rights.h"
#include "service/step_up.h"
#include "store/patient_link_store.h"
#include "store/patient_store.h"

/* ---- the gate ---- */

/* What shows nothing of a record, or is the business of who handles restrictions. */
static bool is_outside(const struct actor *actor, enum permission permission)
{
    if (actor->role == ROLE_PRIVACY_OFFICER) {
        return true;
    }
    switch ((int)permission) {
    case PERMISSION_PATIENT_FIND: /* the row that was chosen; opening it is asked for by itself */
    case PERMISSION_IMPORT_RUN:
    case PERMISSION_DRAFT_OWN:
    case PERMISSION_SESSION_OWN:
    case PERMISSION_EMERGENCY_ACCESS:
    case PERMISSION_AUDIT_READ:
    case PERMISSION_AUDIT_VERIFY:
        return true;
    default:
        return false;
    }
}

/* In an emergency: to read, and to record the doses that are given. */
bool restriction_in_emergency(enum permission permission)
{
    return permission == PERMISSION_PATIENT_READ || permission == PERMISSION_CLINICAL_READ || permission == PERMISSION_DOSE_RECORD;
}

/* Of a person's only record that is open nobody asks for an emergency opening. */
static enum status see_record(const struct actor *actor, struct uid patient, bool is_only, struct restriction_view *out,
                              struct error *err)
{
    struct store *store = actor->site->store;
    struct restriction_view view = {.is_restricted = false, .is_open = true};
    struct restriction restriction;
    struct emergency emergency = {0};
    bool found = false;
    enum status status = restriction_find(store, patient, &view.is_restricted, &restriction, err);
    if (status == STATUS_OK && view.is_restricted) {
        view.rule = restriction.rule;
        status = restriction_is_member(store, patient, actor->user, &view.is_open, err);
        view.is_open = view.is_open || actor->role == ROLE_PRIVACY_OFFICER;
    }
    if (status == STATUS_OK && view.is_open) {
        status = care_right_to_view(actor, patient, &view.is_open, err);
        view.rule = view.is_open || view.is_restricted ? view.rule : RESTRICTION_RULE_CONSENT;
        view.is_restricted = view.is_restricted || !view.is_open;
    }
    if (status == STATUS_OK && !(is_only && view.is_open)) {
        status = emergency_find(store, patient, actor->user, actor->session_id, clock_now_us(actor->site->clock), &found,
                                &emergency, err);
    }
    if (status == STATUS_OK) {
        view.emergency_until_us = found ? emergency.expires_us : 0;
        *out = view;
    }
    emergency_release(&emergency);
    return status;
}

/* A person is as closed as the most closed of their records; an emergency opening of one opens them all. */
enum status restriction_see(const struct actor *actor, struct uid patient, struct restriction_view *out, struct error *err)
{
    struct person_records records;
    struct restriction_view all = {.is_open = true};
    enum status status = person_records_get(actor->site->store, patient, &records, err);
    for (int i = 0; status == STATUS_OK && i < records.count; i++) {
        struct restriction_view one;
        status = see_record(actor, records.ids[i], records.count == 1, &one, err);
        if (status == STATUS_OK) {
            all.rule = one.is_restricted && (!all.is_restricted || (all.is_open && !one.is_open)) ? one.rule : all.rule;
            all.is_restricted = all.is_restricted || one.is_restricted;
            all.is_open = all.is_open && one.is_open;
            all.emergency_until_us = one.emergency_until_us > all.emergency_until_us ? one.emergency_until_us : all.emergency_until_us;
        }
    }
    if (status == STATUS_OK) {
        all.emergency_until_us = all.is_open ? 0 : all.emergency_until_us;
        *out = all;
    }
    return status;
}

enum status restriction_gate(const struct actor *actor, struct uid subject, enum permission permission, struct error *err)
{
    struct restriction_view view;
    if (uid_is_none(subject) || is_outside(actor, permission)) {
        return STATUS_OK;
    }
    enum status status = restriction_see(actor, subject, &view, err);
    if (status != STATUS_OK || view.is_open) {
        return status;
    }
    if (view.emergency_until_us == 0) {
        return error_set(err, STATUS_RESTRICTED,
                         actor_may(actor, PERMISSION_EMERGENCY_ACCESS)
                             ? _("This record is restricted (%s) and you are not named for it. It opens in an emergency, or ask the "
                                 "privacy officer.")
                             : _("This record is restricted (%s) and you are not named for it. Ask the privacy officer."),
                         enum_label(ENUM_RESTRICTION_RULE, (int)view.rule));
    }
    return restriction_in_emergency(permission)
               ? STATUS_OK
               : error_set(err, STATUS_NOT_PERMITTED,
                           _("A restricted record that is open in an emergency can be read, and doses can be recorded; nothing "
                             "else."));
}

bool restriction_hides(const struct actor *actor, struct uid patient, struct restriction_memo *memo)
{
    struct restriction_view view;
    if (!memo->is_known || uid_compare(memo->patient, patient) != 0) {
        bool is_seen = restriction_see(actor, patient, &view, NULL) == STATUS_OK;
        memo->is_known = true;
        memo->patient = patient;
        memo->is_closed = !is_seen || (!view.is_open && view.emergency_until_us == 0);
    }
    return memo->is_closed;
}

bool restriction_cover(const struct actor *actor, struct uid patient, struct restriction_memo *memo, char **const *texts)
{
    if (!restriction_hides(actor, patient, memo)) {
        return false;
    }
    for (int i = 0; texts[i] != NULL; i++) {
        mem_free(*texts[i]);
        *texts[i] = mem_copy_text(i == 0 ? _("restricted record") : "");
    }
    return true;
}

/* ---- restricting ---- */

static enum status name_one(struct actor *actor, struct uid patient, const char *login, bool is_member, struct error *err)
{
    struct store *store = actor->site->store;
    struct staff staff = {0};
    enum status status = staff_find(store, login, &staff, err);
    if (status == STATUS_NOT_FOUND) {
        status = error_set_field(err, status, "allow", _("Nobody here signs in as %s. Nothing was changed."), login);
    }
    if (status == STATUS_OK) {
        status = restriction_set_member(store, patient, staff.user, is_member, actor->user, clock_now_us(actor->site->clock), err);
    }
    staff_release(&staff);
    return status;
}

static enum status begin(struct act *act, struct error *err)
{
    act->record = act->subject;
    act->risk = RISK_LEVEL_HIGH;
    enum status status = step_up_require(act->actor, STEP_UP_SIGN_US, err);
    return status == STATUS_OK ? act_begin(act, err) : status;
}

enum status patient_restrict(struct actor *actor, struct uid patient, enum restriction_rule rule, const char *const *logins,
                             struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_RESTRICT, "privacy.restrict", "patient_restrictions", patient);
    struct restriction restriction = {.id = uid_new(actor->site->clock), .patient = patient, .rule = rule, .set_by = actor->user,
                                      .set_us = clock_now_us(actor->site->clock)}, before;
    bool found = false;
    int named = 0;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK && (rule == RESTRICTION_RULE_NONE_GIVEN || rule >= RESTRICTION_RULE_COUNT)) {
        status = error_set_field(err, STATUS_INVALID, "rule", _("Say why the record is restricted."));
    }
    if (status == STATUS_OK) {
        status = begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = restriction_find(actor->site->store, patient, &found, &before, err);
    if (status == STATUS_OK && found) {
        status = error_set(err, STATUS_EXISTS, _("This record is restricted already (%s)."),
                           enum_label(ENUM_RESTRICTION_RULE, (int)before.rule));
    }
    if (status == STATUS_OK) {
        status = restriction_insert(actor->site->store, &restriction, &act.new_values, err);
    }
    for (; status == STATUS_OK && logins != NULL && logins[named] != NULL; named++) {
        status = name_one(actor, patient, logins[named], true, err);
    }
    (void)snprintf(act.details, sizeof act.details, "%s, %d named", enum_word(ENUM_RESTRICTION_RULE, (int)rule), named); /* fits; not shown */
    return act_end(&act, status, err);
}

/* The restriction in force, inside the act. */
static enum status get(struct act *act, struct restriction *out, struct error *err)
{
    bool found = false;
    enum status status = restriction_find(act->actor->site->store, act->subject, &found, out, err);
    return status == STATUS_OK && !found ? error_set(err, STATUS_NOT_FOUND, _("This record is not restricted.")) : status;
}

enum status patient_lift_restriction(struct actor *actor, struct uid patient, const char *reason, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_RESTRICT, "privacy.lift", "patient_restrictions", patient);
    struct restriction restriction;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = act_reason_check(reason, err);
    }
    if (status == STATUS_OK) {
        status = begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act_set_reason(&act, reason);
    status = get(&act, &restriction, err);
    if (status == STATUS_OK) {
        status = restriction_lift(actor->site->store, &restriction, actor->user, clock_now_us(actor->site->clock), NULL, NULL, err);
    }
    return act_end(&act, status, err);
}

enum status patient_name_member(struct actor *actor, struct uid patient, const char *login, bool is_member, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_RESTRICT, is_member ? "privacy.name" : "privacy.unname", "restriction_members",
                         patient);
    struct restriction restriction;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = get(&act, &restriction, err);
    if (status == STATUS_OK) {
        status = name_one(actor, patient, login, is_member, err);
    }
    return act_end(&act, status, err);
}

enum status privacy_open(struct actor *actor, struct uid patient, struct privacy_view *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_PATIENT_RESTRICT, "privacy.read", "patient_restrictions", patient);
    struct privacy_view view = {0};
    struct patient who = {0};
    enum status status = act_read(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = patient_get(actor->site->store, patient, &who, err);
    if (status == STATUS_OK) {
        view.name = patient_display_name(&who);
        view.birth_date = who.birth_date;
        view.mrn = mem_copy_text(who.mrn);
        status = restriction_see(actor, patient, &view.restriction, err);
    }
    if (status == STATUS_OK) {
        status = restriction_list_members(actor->site->store, patient, &view.members, err);
    }
    patient_release(&who);
    if (status != STATUS_OK) {
        privacy_view_release(&view);
        return status;
    }
    *out = view;
    return STATUS_OK;
}

void privacy_view_release(struct privacy_view *view)
{
    mem_free(view->name);
    mem_free(view->mrn);
    login_list_release(&view->members);
}
