/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/orders.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/order_reason.h"
#include "schedule/slots.h"
#include "service/act.h"
#include "service/care_rights.h"
#include "service/order_guards.h"
#include "service/session_private.h"
#include "service/site_settings.h"
#include "store/order_signature_store.h"
#include "store/order_store.h"
#include "store/usual_store.h"

/* Who may not order on their own enters what a prescriber said. */
static enum permission permission_of(const struct actor *actor, const struct order *order)
{
    bool is_of_another = order_is_relayed(order) || order->source == ORDER_SOURCE_PROTOCOL ||
                         order->source == ORDER_SOURCE_REPORTED;
    return is_of_another && !actor_may(actor, PERMISSION_ORDER_WRITE) ? PERMISSION_ORDER_TRANSCRIBE : PERMISSION_ORDER_WRITE;
}

/* A version that was given by word of mouth waits on its prescriber's list. */
static enum status ask_signature(struct actor *actor, const struct order *order, struct error *err)
{
    if (!order_is_relayed(order)) {
        return STATUS_OK;
    }
    int hours = settings_number(&actor->site->settings, SETTING_SIGN_WITHIN);
    const struct order_signature signature = {
        .id = uid_new(actor->site->clock),
        .patient = order->patient,
        .order = order->id,
        .version = order->version,
        .source = order->source,
        .relay = order->relay,
        .entered_by = actor->user,
        .due_us = order->relay.told_us + hours * US_PER_HOUR,
    };
    return order_signature_insert(actor->site->store, &signature, err);
}

/* When its first dose is due: the order in which a pharmacist looks at it. */
static int64_t first_due_us(const struct site *site, const struct order *order)
{
    const struct schedule_order schedule = {&order->sig, order->start_us, order->stop_us, site->zone};
    struct planned_slot slot;
    if (order->source == ORDER_SOURCE_REPORTED) {
        return 0; /* what the patient takes anyway is reconciled, not verified */
    }
    return !order->sig.first_now && schedule_next(&schedule, order->start_us, &slot) ? slot.planned_us : order->start_us;
}

/* --- new ------------------------------------------------------------------------------------------------------------ */

static enum status insert_new(struct act *act, struct order *order, struct error *err)
{
    struct store *store = act->actor->site->store;
    enum status status = STATUS_OK;
    if (order->prescription_number == NULL || order->prescription_number[0] == '\0') {
        mem_free(order->prescription_number);
        order->prescription_number = NULL;
        status = order_next_number(store, &order->prescription_number, err);
    }
    if (status == STATUS_OK) {
        status = order_insert(store, order, &act->new_values, err);
    }
    return status == STATUS_OK ? ask_signature(act->actor, order, err) : status;
}

enum status order_save(struct actor *actor, const struct proposal *p, const struct finding_answer *answers,
                       size_t answer_count, const struct witness *second, struct uid *out_order, struct error *err)
{
    struct act act = ACT(actor, permission_of(actor, &p->order), "order.add", "user_medications", p->order.patient);
    struct order order;
    enum status status = proposal_check_answers(actor, p, answers, answer_count, second, err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    order_copy(&p->order, &order);
    order.id = uid_new(actor->site->clock);
    order.version = uid_new(actor->site->clock);
    order.parent = UID_NONE;
    order.action = ORDER_ACTION_START;
    order.status = MEDICATION_STATUS_ACTIVE;
    order.ordered_by = actor->user;
    order.recorded_at_us = clock_now_us(actor->site->clock);
    order.first_due_us = first_due_us(actor->site, &order);
    act.record = order.id;
    act.risk = p->interrupting > 0 ? RISK_LEVEL_HIGH : RISK_LEVEL_LOW;
    status = care_right_to_prescribe(actor, order.patient, &order, err);
    if (status == STATUS_OK) {
        status = proposal_recheck(actor, p, err);
    }
    if (status == STATUS_OK) {
        status = insert_new(&act, &order, err);
    }
    if (status == STATUS_OK) {
        status = proposal_decide(actor, p, answers, answer_count, second, order.id, err);
    }
    status = act_end(&act, status, err);
    if (status == STATUS_OK) {
        *out_order = order.id;
    }
    order_release(&order);
    return status;
}

enum status order_decline(struct actor *actor, const struct proposal *p, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "order.decline", "finding_decisions", p->order.patient);
    enum status status = act_begin(&act, err);
    return status == STATUS_OK ? act_end(&act, proposal_decide(actor, p, NULL, 0, NULL, UID_NONE, err), err) : status;
}

/* --- versions on top ------------------------------------------------------------------------------------------------- */

static char *staff_name(struct site *site, struct uid user)
{
    struct staff staff;
    if (uid_is_none(user) || staff_get(site->store, user, &staff, NULL) != STATUS_OK) {
        return mem_copy_text(""); /* imported, or by somebody of another site */
    }
    char *name = session_short_name(&staff);
    staff_release(&staff);
    return name;
}

/* "Ines Duarte changed this order at 14:03. In force now: on hold, 500 mg ..." in place of the store's sentence. */
static enum status explain_stale(struct site *site, struct uid order_id, struct error *err)
{
    struct order now;
    char words[SIG_TEXT_MAX];
    if (order_get(site->store, order_id, &now, NULL) != STATUS_OK) {
        return STATUS_STALE;
    }
    struct local_time at = zone_local(site->zone, now.recorded_at_us);
    char *by = staff_name(site, now.ordered_by);
    const char *directions = sig_format(&now.sig, words);
    enum status status =
        error_set(err, STATUS_STALE, _("Somebody was quicker (%s, %02d:%02d). In force now: %s, %s %.200s. Nothing of yours was "
                                       "saved; it is kept as you typed it."),
                  by, at.hour, at.minute, enum_label(ENUM_MEDICATION_STATUS, (int)now.status), now.drug_text,
                  directions[0] != '\0' ? directions : now.directions);
    mem_free(by);
    order_release(&now);
    return status;
}

/* A new version over `base`. */
static enum status add_version(struct act *act, struct order *order, struct uid base, enum order_action action,
                               struct error *err)
{
    order->parent = base;
    order->version = uid_new(act->actor->site->clock);
    order->action = action;
    order->recorded_at_us = clock_now_us(act->actor->site->clock);
    order->ordered_by = act->actor->user;
    act->record = order->id;
    enum status status = order_add_version(act->actor->site->store, order, &act->old_values, &act->new_values, err);
    return status == STATUS_OK ? ask_signature(act->actor, order, err) : status;
}

static enum status end_act(struct act *act, struct uid order, enum status status, struct error *err)
{
    status = act_end(act, status, err);
    return status == STATUS_STALE ? explain_stale(act->actor->site, order, err) : status;
}

/* A change keeps the drug: under another one the old drug would vanish from the chart while it still acts. */
static enum status check_same_drug(struct site *site, const struct order *changed, struct error *err)
{
    struct order now;
    enum status status = order_get(site->store, changed->id, &now, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_coded = now.ingredients[0] != '\0';
    if (is_coded ? strcmp(now.ingredients, changed->ingredients) != 0 : strcasecmp(now.drug_text, changed->drug_text) != 0) {
        status = error_set_field(err, STATUS_REFUSED, "line",
                                 _("This is another drug than %s. Stop that order and add a new one: a change keeps the drug."),
                                 now.drug_text);
    }
    order_release(&now);
    return status;
}

enum status order_change(struct actor *actor, const struct proposal *p, const struct finding_answer *answers,
                         size_t answer_count, const struct witness *second, struct error *err)
{
    struct act act = ACT(actor, permission_of(actor, &p->order), "order.change", "user_medications", p->order.patient);
    struct order order;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = order_reason_check(ORDER_ACTION_CHANGE, p->order.reason, err);
    }
    if (status == STATUS_OK) {
        status = check_same_drug(actor->site, &p->order, err);
    }
    if (status == STATUS_OK) {
        status = proposal_check_answers(actor, p, answers, answer_count, second, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    order_copy(&p->order, &order);
    order.start_us = clock_now_us(actor->site->clock); /* earlier doses stay with the version they belong to */
    order.verification = VERIFICATION_UNVERIFIED;      /* a change un-verifies */
    order.first_due_us = first_due_us(actor->site, &order);
    act.risk = p->interrupting > 0 ? RISK_LEVEL_HIGH : RISK_LEVEL_LOW;
    status = care_right_to_prescribe(actor, order.patient, &order, err);
    if (status == STATUS_OK) {
        status = add_version(&act, &order, p->order.version, ORDER_ACTION_CHANGE, err);
    }
    bool is_stale = status == STATUS_STALE;
    if (status == STATUS_OK) {
        status = proposal_recheck(actor, p, err);
    }
    if (status == STATUS_OK) {
        status = proposal_decide(actor, p, answers, answer_count, second, order.id, err);
    }
    order_release(&order);
    status = act_end(&act, status, err);
    return is_stale ? explain_stale(actor->site, p->order.id, err) : status;
}

/* Hold, resume, stop: the order as it is, with another status. One row each. */
struct transition {
    enum order_action action;
    enum medication_status after;
    const char *name;    /* of the audit row */
    bool from_active, from_hold;
    const char *refusal; /* N_() */
};
static const struct transition HOLD = {ORDER_ACTION_HOLD, MEDICATION_STATUS_ON_HOLD, "order.hold", true, false,
                                       N_("Only an active order can be held.")};
static const struct transition RESUME = {ORDER_ACTION_RESUME, MEDICATION_STATUS_ACTIVE, "order.resume", false, true,
                                         N_("Only an order that is on hold can be resumed.")};
static const struct transition STOP = {ORDER_ACTION_STOP, MEDICATION_STATUS_STOPPED, "order.stop", true, true,
                                       N_("This order has ended already.")};

static enum status check_transition(const struct actor *actor, const struct order *order, struct uid base,
                                    const struct transition *t, const struct order_cause *cause, struct error *err)
{
    enum status status = order_reason_check(t->action, cause->reason, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_possible = (t->from_active && order->status == MEDICATION_STATUS_ACTIVE) ||
                       (t->from_hold && order->status == MEDICATION_STATUS_ON_HOLD);
    if (!is_possible && uid_compare(order->version, base) == 0) { /* else the sentence about the other version says more */
        return error_set(err, STATUS_REFUSED, "%s", _(t->refusal));
    }
    return order_check_source(actor, cause->source, cause->prescriber_name, &cause->relay, err);
}

static void set_cause(struct order *order, const struct order_cause *cause, const struct actor *actor)
{
    mem_free(order->reason);
    order->reason = mem_copy_text(cause->reason);
    order->source = cause->source != ORDER_SOURCE_NONE_GIVEN ? cause->source : ORDER_SOURCE_WRITTEN;
    order->relay = cause->relay;
    bool has_name = cause->prescriber_name != NULL && cause->prescriber_name[0] != '\0';
    if (has_name || order->source == ORDER_SOURCE_WRITTEN) {
        mem_free(order->prescriber_name);
        order->prescriber_name = mem_copy_text(has_name ? cause->prescriber_name : actor->name);
    }
}

static enum status pass(struct actor *actor, struct uid order_id, struct uid base, const struct transition *t,
                        const struct order_cause *cause, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_ORDER_STOP, "order.stop", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct order order;
    enum status status = order_get(actor->site->store, order_id, &order, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct act act = ACT(actor, PERMISSION_ORDER_STOP, t->name, "user_medications", order.patient);
    status = check_transition(actor, &order, base, t, cause, err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
        if (status == STATUS_OK) {
            set_cause(&order, cause, actor);
            order.status = t->after;
            if (t->action == ORDER_ACTION_STOP) {
                order.stop_us = clock_now_us(actor->site->clock);
            }
            if (t->action == ORDER_ACTION_RESUME) { /* to hold and to stop is everybody's who may */
                status = care_right_to_prescribe(actor, order.patient, &order, err);
            }
            if (status == STATUS_OK) {
                status = add_version(&act, &order, base, t->action, err);
            }
            status = end_act(&act, order_id, status, err);
        }
    }
    order_release(&order);
    return status;
}

enum status order_hold(struct actor *actor, struct uid order, struct uid base, const struct order_cause *cause,
                       struct error *err)
{
    return pass(actor, order, base, &HOLD, cause, err);
}

enum status order_resume(struct actor *actor, struct uid order, struct uid base, const struct order_cause *cause,
                         struct error *err)
{
    return pass(actor, order, base, &RESUME, cause, err);
}

enum status order_stop(struct actor *actor, struct uid order, struct uid base, const struct order_cause *cause,
                       struct error *err)
{
    return pass(actor, order, base, &STOP, cause, err);
}

/* --- looking -------------------------------------------------------------------------------------------------------- */

enum status order_look(struct actor *actor, struct uid order, struct order *out, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_CLINICAL_READ, "order.look", err);
    if (may != STATUS_OK) {
        return may;
    }
    return order_get(actor->site->store, order, out, err);
}

enum status order_usual_list(struct actor *actor, const char *ingredients, struct order_usual out[ORDER_USUAL_MAX],
                             int *out_count, struct error *err)
{
    struct usual found[ORDER_USUAL_MAX];
    int count = 0;
    *out_count = 0;
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) { /* counts of the site, of nobody: no audit row */
        return error_set(err, STATUS_NOT_PERMITTED, _("Your role may not see orders."));
    }
    enum status status = usual_list(actor->site->store, ingredients, found, ORDER_USUAL_MAX, &count, err);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        out[i] = (struct order_usual){found[i].sig, found[i].uses};
        *out_count = count;
    }
    return status;
}
