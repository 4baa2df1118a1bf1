/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses_second.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "safety/resolve.h"
#include "service/act.h"
#include "service/screening.h"
#include "service/step_up.h"
#include "store/order_store.h"
#include "store/staff_store.h"

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " ")] == '\0';
}

/* --- the independent check --------------------------------------------------------------------------------------------- */

static bool is_drug_of(struct site *site, const struct order *order, const char *typed)
{
    struct drug_identity wanted = {0}, said = {0};
    if (is_blank(typed)) {
        return false;
    }
    bool is_known = order_identify(site->knowledge, order, &wanted) == DRUG_KNOWN && resolve_drug(site->knowledge, typed, &said) == DRUG_KNOWN;
    if (!is_known || wanted.ingredient_count == 0) {
        return text_equal_folded(typed, order->drug_text); /* not coded: word by word */
    }
    return wanted.ingredient_count == said.ingredient_count &&
           memcmp(wanted.ingredients, said.ingredients, wanted.ingredient_count * sizeof wanted.ingredients[0]) == 0;
}

/* What differs, as the field of the checker's form; NULL: everything agrees. */
static const char *difference(struct site *site, const struct order *order, const struct dose_event *event, const char *drug,
                              const char *dose, const char *rate, struct double_check *read)
{
    struct decimal same;
    if (!is_drug_of(site, order, drug)) {
        return "drug";
    }
    if (dose_amount_parse(dose, &read->amount, &read->unit, NULL) != STATUS_OK ||
        unit_convert(read->amount, read->unit, event->unit, &same) != STATUS_OK || decimal_compare(same, event->amount) != 0) {
        return "dose";
    }
    bool has_rate = !is_blank(event->rate);
    if (has_rate != !is_blank(rate) || (has_rate && !dose_rate_equal(event->rate, rate))) {
        return "rate";
    }
    return NULL;
}

static const char *words_of(const char *field)
{
    return strcmp(field, "drug") == 0   ? _("The drug that the checker reads is another one. Nothing was saved: look at the order and the label together.")
           : strcmp(field, "dose") == 0 ? _("The dose that the checker reads is another one. Nothing was saved: calculate again, each by yourself.")
                                        : _("The rate that the checker reads is another one. Nothing was saved: look at the pump together.");
}

enum status double_check_read(struct actor *actor, const struct dose_event *event, const char *login, const char *password,
                              const char *code, const char *drug, const char *dose, const char *rate, struct double_check *out,
                              struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "dose.double_check", "user_medications", event->patient);
    struct double_check read = {.order = event->order};
    struct order order;
    enum status status = witness_authenticate(actor, login, password, code, PERMISSION_DOSE_WITNESS, &read.who, err);
    if (status == STATUS_OK) {
        status = order_get(actor->site->store, event->order, &order, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    const char *field = difference(actor->site, &order, event, drug, dose, rate, &read);
    order_release(&order);
    status = act_begin(&act, err);
    if (status == STATUS_OK) {
        act.record = event->order;
        act.risk = RISK_LEVEL_MEDIUM;
        (void)snprintf(act.details, sizeof act.details, field == NULL ? "agrees" : "differs: %s", field); /* fits */
        status = act_end(&act, STATUS_OK, err); /* a difference is a fact too */
    }
    if (status == STATUS_OK && field != NULL) {
        return error_set_field(err, STATUS_REFUSED, field, "%s", words_of(field));
    }
    if (status == STATUS_OK) {
        (void)snprintf(read.rate, sizeof read.rate, "%s", is_blank(event->rate) ? "" : event->rate); /* checked to be equal */
        *out = read;
    }
    return status;
}

enum status dose_person_find(struct actor *actor, const char *login, const char *field, struct uid *out, struct error *err)
{
    struct staff staff;
    *out = UID_NONE;
    if (!actor_may(actor, PERMISSION_DOSE_RECORD) && !actor_may(actor, PERMISSION_DOSE_ASSIST)) {
        return actor_refuse(actor, err);
    }
    if (is_blank(login)) {
        return STATUS_OK;
    }
    enum status status = staff_find(actor->site->store, login, &staff, NULL);
    if (status == STATUS_NOT_FOUND) {
        return error_set_field(err, STATUS_INVALID, field, _("Nobody here signs in as \"%.40s\"."), login);
    }
    if (status != STATUS_OK) {
        return error_set(err, status, "%s", status_text(status));
    }
    *out = staff.user;
    staff_release(&staff);
    return STATUS_OK;
}

/* --- what is asked ------------------------------------------------------------------------------------------------------ */

unsigned dose_second_questions(struct site *site, const struct actor *actor, const struct dose_picture *picture,
                               const struct dose_event *event, unsigned lists)
{
    unsigned asked = 0;
    bool is_taken = dose_status_is_taken(event->status);
    asked |= actor->role == ROLE_STUDENT ? (unsigned)DOSE_ASK_INSTRUCTOR : 0;
    asked |= event->recorded_via == RECORDED_VIA_BACK_ENTRY ? (unsigned)DOSE_ASK_FORM : 0;
    if (!is_taken) {
        return asked;
    }
    /* What the patient took by themself, or what was written on paper, nobody here can check any more. */
    bool is_before_us = event->status != DOSE_STATUS_SELF && event->recorded_via != RECORDED_VIA_BACK_ENTRY;
    asked |= is_before_us && (lists & DRUG_LIST_DOUBLE_CHECK) != 0 ? (unsigned)DOSE_ASK_DOUBLE_CHECK : 0;
    asked |= event->status != DOSE_STATUS_SELF && (lists & DRUG_LIST_CONTROLLED) != 0 ? (unsigned)DOSE_ASK_CONTROLLED : 0;
    enum order_source source = picture->order.source;
    bool is_verified = picture->order.verification == VERIFICATION_VERIFIED || actor_may(actor, PERMISSION_ORDER_VERIFY) ||
                       source == ORDER_SOURCE_IMPORTED || source == ORDER_SOURCE_REPORTED; /* nobody is asked to verify these */
    asked |= !is_verified && event->status != DOSE_STATUS_SELF && settings_switch(&site->settings, SETTING_VERIFY_BEFORE)
                 ? (unsigned)DOSE_ASK_UNVERIFIED
                 : 0;
    return asked;
}

static enum status check_double(const struct actor *actor, const struct dose_event *e, const struct double_check *read,
                                struct error *err)
{
    struct decimal same;
    if (read == NULL || uid_is_none(read->who.user)) {
        return error_set_field(err, STATUS_REFUSED, "checker",
                               _("A second person has to check this independently: drug, dose and rate, without seeing what is entered."));
    }
    enum status status = witness_check(actor, &read->who, PERMISSION_DOSE_WITNESS, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_same = uid_compare(read->order, e->order) == 0 && unit_convert(read->amount, read->unit, e->unit, &same) == STATUS_OK &&
                   decimal_compare(same, e->amount) == 0 &&
                   (is_blank(e->rate) ? read->rate[0] == '\0' : dose_rate_equal(e->rate, read->rate));
    return is_same ? STATUS_OK
                   : error_set_field(err, STATUS_REFUSED, "checker", _("The record was changed after it was checked. Have it checked again."));
}

/* The instructor is of this site's staff, may stand for it, and is not the student. */
static enum status check_instructor(const struct actor *actor, const struct dose_event *e, const struct dose_check *check,
                                    const struct witness *present, struct error *err)
{
    struct staff staff;
    bool must_be_here = (check->lists & (DRUG_LIST_CONTROLLED | DRUG_LIST_DOUBLE_CHECK | DRUG_LIST_HIGH_ALERT)) != 0 &&
                        dose_status_is_taken(e->status);
    if (present != NULL && !uid_is_none(present->user)) {
        return witness_check(actor, present, PERMISSION_DOSE_WITNESS, err);
    }
    if (must_be_here || uid_is_none(e->instructor)) {
        return error_set_field(err, STATUS_REFUSED, "instructor",
                               must_be_here ? _("A student gives this only with the instructor beside, who signs in here.")
                                            : _("Name the instructor who is with you and will sign for it."));
    }
    enum status status = staff_get(actor->site->store, e->instructor, &staff, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_good = !staff.is_disabled && permission_allows(staff.role, PERMISSION_DOSE_WITNESS) &&
                   uid_compare(staff.user, actor->user) != 0;
    staff_release(&staff);
    return is_good ? STATUS_OK
                   : error_set_field(err, STATUS_REFUSED, "instructor", _("This person cannot be the instructor: a nurse, a pharmacist or a prescriber of this site."));
}

enum status dose_second_check(const struct actor *actor, const struct dose_event *e, const struct dose_check *check,
                              const struct dose_with *with, struct error *err)
{
    enum status status = STATUS_OK;
    if ((check->questions & DOSE_ASK_FORM) != 0 && is_blank(e->form_number)) {
        return error_set_field(err, STATUS_REFUSED, "form_number", _("Back entry: type the number that stands on the paper form."));
    }
    if ((check->questions & DOSE_ASK_UNVERIFIED) != 0 && check->is_rejected && !actor_may(actor, PERMISSION_DOSE_SUPERVISE)) {
        return error_set_field(err, STATUS_REFUSED, "unverified", _("A pharmacist has REJECTED this order. It is not given before it is cleared up."));
    }
    if ((check->questions & DOSE_ASK_UNVERIFIED) != 0 && e->unverified_reason == UNVERIFIED_REASON_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "unverified", _("No pharmacist has verified this order yet. Say why it is given all the same."));
    }
    if (e->unverified_reason == UNVERIFIED_REASON_OTHER && is_blank(e->reason_text)) {
        return error_set_field(err, STATUS_INVALID, "reason_text", _("\"Other\" needs a few words."));
    }
    if ((check->questions & DOSE_ASK_INSTRUCTOR) != 0) {
        status = check_instructor(actor, e, check, with != NULL ? with->instructor : NULL, err);
    }
    if (status == STATUS_OK && (check->questions & DOSE_ASK_DOUBLE_CHECK) != 0) {
        status = check_double(actor, e, with != NULL ? with->check : NULL, err);
    }
    if (status == STATUS_OK && (check->questions & DOSE_ASK_CONTROLLED) != 0) {
        if (with == NULL || (with->removed_unit == UNIT_NONE && uid_is_none(with->removal))) {
            return error_set_field(err, STATUS_REFUSED, "removed", _("A controlled drug: say how much was taken out."));
        }
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    return status;
}
