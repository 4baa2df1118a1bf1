/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/orders.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/finding_text.h"
#include "service/act.h"
#include "service/screening.h"
#include "store/chart_store.h"
#include "store/decision_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

/* clinical.md 4.C: an accepted finding stays quiet this long, unless what it depends on changes. */
#define DECISION_LIFE_US (30 * 24 * US_PER_HOUR)

/* What the engine needs of a chart, read in one view. */
struct picture {
    struct patient patient;
    struct allergy_list allergies;
    struct condition_list conditions;
    struct order_list orders;
    struct decision_list decisions;
};

static void picture_release(struct picture *p)
{
    patient_release(&p->patient);
    allergy_list_release(&p->allergies);
    condition_list_release(&p->conditions);
    order_list_release(&p->orders);
    decision_list_release(&p->decisions);
}

static enum status picture_read(struct site *site, struct uid patient, struct picture *out, struct error *err)
{
    int64_t now_us = clock_now_us(site->clock);
    memset(out, 0, sizeof *out);
    enum status status = store_read_begin(site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = patient_get(site->store, patient, &out->patient, err);
    if (status == STATUS_OK) {
        status = allergy_list_get(site->store, patient, false, &out->allergies, err);
    }
    if (status == STATUS_OK) {
        status = condition_list_get(site->store, patient, false, &out->conditions, err);
    }
    if (status == STATUS_OK) {
        status = order_list_get(site->store, patient, screen_orders_since_us(site->knowledge, now_us), &out->orders, err);
    }
    if (status == STATUS_OK) {
        status = decision_list_get(site->store, patient, now_us, &out->decisions, err);
    }
    store_read_end(site->store);
    if (status != STATUS_OK) {
        picture_release(out);
    }
    return status;
}

static void fingerprint_text(uint64_t fingerprint, char out[17])
{
    (void)snprintf(out, 17, "%016llx", (unsigned long long)fingerprint); /* fits */
}

/* Quiet for the role that decided: a nurse's reason is not the pharmacist's. */
static bool is_settled(const struct decision_list *decisions, const char *fingerprint, enum role role)
{
    for (size_t i = 0; i < decisions->len; i++) {
        if (decisions->items[i].role == role && strcmp(decisions->items[i].fingerprint, fingerprint) == 0) {
            return true;
        }
    }
    return false;
}

/* The proposal keeps its own picture alive, because the engine's input borrows from it. */
struct full_proposal {
    struct proposal public;
    struct picture picture;
};

void proposal_free(struct proposal *proposal)
{
    if (proposal == NULL) {
        return;
    }
    struct full_proposal *full = (struct full_proposal *)proposal; /* first member */
    screen_request_free(proposal->screening);
    mem_free(proposal->result);
    mem_free(proposal->is_settled);
    order_release(&proposal->order);
    picture_release(&full->picture);
    mem_free(full);
}

static enum status check_order(const struct order *order, struct error *err)
{
    if (order->drug_text == NULL || order->drug_text[0] == '\0') {
        return error_set_field(err, STATUS_INVALID, "drug", _("Type the drug."));
    }
    if (order->sig.kind != SCHEDULE_KIND_UNSTRUCTURED && order->sig.kind != SCHEDULE_KIND_NONE_GIVEN &&
        (order->sig.unit == UNIT_NONE || decimal_is_zero(order->sig.dose))) {
        return error_set_field(err, STATUS_INVALID, "dose", _("Type the dose with its unit, such as 500 mg."));
    }
    if ((order->sig.kind == SCHEDULE_KIND_UNSTRUCTURED || order->sig.kind == SCHEDULE_KIND_NONE_GIVEN) &&
        (order->directions == NULL || order->directions[0] == '\0')) {
        return error_set_field(err, STATUS_INVALID, "directions", _("Type how the drug is taken."));
    }
    if ((order->source == ORDER_SOURCE_VERBAL || order->source == ORDER_SOURCE_TELEPHONE) &&
        (order->prescriber_name == NULL || order->prescriber_name[0] == '\0')) {
        return error_set_field(err, STATUS_INVALID, "prescriber",
                               _("A verbal or telephone order needs the prescriber's name."));
    }
    if (order->stop_us != 0 && order->stop_us <= order->start_us) {
        return error_set_field(err, STATUS_INVALID, "end", _("The order ends before it starts."));
    }
    return STATUS_OK;
}

static void complete_order(struct site *site, struct order *order)
{
    struct drug_identity identity;
    int64_t now_us = clock_now_us(site->clock);
    (void)order_identify(site->knowledge, order, &identity); /* the match is in the identity */
    mem_free(order->ingredients);
    order->ingredients = identity_keys(site->knowledge, &identity);
    if (order->sig.route == ROUTE_NONE_GIVEN) {
        order->sig.route = identity.route != ROUTE_NONE_GIVEN ? identity.route
                           : identity.ingredient_count > 0
                               ? knowledge_usual_route(site->knowledge, identity.ingredients[0])
                               : ROUTE_NONE_GIVEN;
    }
    if (order->sig.kind == SCHEDULE_KIND_NONE_GIVEN) {
        order->sig.kind = SCHEDULE_KIND_UNSTRUCTURED;
    }
    if (order->start_us == 0) {
        order->start_us = now_us;
    }
    if (order->source == ORDER_SOURCE_NONE_GIVEN) {
        order->source = ORDER_SOURCE_WRITTEN;
    }
    if (order->verification == VERIFICATION_NONE_GIVEN) {
        order->verification = VERIFICATION_UNVERIFIED;
    }
    if (order->zone == NULL || order->zone[0] == '\0') {
        mem_free(order->zone);
        order->zone = mem_copy_text(site->row.zone);
    }
}

/* Screens the order against the picture; a change of an existing order leaves that one out. */
static void screen_proposal(struct actor *actor, struct full_proposal *full)
{
    struct site *site = actor->site;
    struct proposal *p = &full->public;
    p->screening = screen_request_new(site->knowledge, &full->picture.patient, &full->picture.orders,
                                      &full->picture.allergies, &full->picture.conditions, &p->order, p->order.id,
                                      site_today(site), clock_now_us(site->clock));
    p->result = mem_alloc(sizeof *p->result);
    screen(site->knowledge, &p->screening->input, p->result);
    p->is_settled = mem_alloc_array((size_t)p->result->finding_count + 1, sizeof *p->is_settled);
    for (int i = 0; i < p->result->finding_count; i++) {
        char text[17];
        const struct screen_finding *finding = &p->result->findings[i];
        fingerprint_text(finding_fingerprint(site->knowledge, &p->screening->input, finding), text);
        p->is_settled[i] = is_settled(&full->picture.decisions, text, actor->role);
        if (finding_interrupts(finding) && !p->is_settled[i]) {
            p->interrupting++;
            p->needs_second_role = p->needs_second_role || (finding->severity == INTERACTION_TYPE_CONTRAINDICATED &&
                                                            !actor_may(actor, PERMISSION_OVERRIDE_CONTRAINDICATED));
        }
    }
}

enum status order_propose(struct actor *actor, struct uid patient, const struct order *order, struct proposal **out,
                          struct error *err)
{
    enum status status = check_order(order, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct full_proposal *full = mem_alloc(sizeof *full);
    status = picture_read(actor->site, patient, &full->picture, err);
    if (status != STATUS_OK) {
        mem_free(full);
        return status;
    }
    order_copy(order, &full->public.order);
    full->public.order.patient = patient;
    complete_order(actor->site, &full->public.order);
    screen_proposal(actor, full);
    *out = &full->public;
    return STATUS_OK;
}

/* --- saving -------------------------------------------------------------------------------------------------------- */

static enum permission permission_of(const struct actor *actor, const struct order *order)
{
    bool is_relayed = order->source == ORDER_SOURCE_VERBAL || order->source == ORDER_SOURCE_TELEPHONE ||
                      order->source == ORDER_SOURCE_PROTOCOL || order->source == ORDER_SOURCE_REPORTED;
    return is_relayed && !actor_may(actor, PERMISSION_ORDER_WRITE) ? PERMISSION_ORDER_TRANSCRIBE : PERMISSION_ORDER_WRITE;
}

static const struct finding_answer *answer_for(const struct finding_answer *answers, size_t count, int finding)
{
    for (size_t i = 0; i < count; i++) {
        if (answers[i].finding == finding) {
            return &answers[i];
        }
    }
    return NULL;
}

/* The exact words that were on the screen. Caller frees. */
static char *shown_text(const struct knowledge *k, const struct proposal *p, const struct screen_finding *finding)
{
    char effect[FINDING_TEXT_MAX], management[FINDING_TEXT_MAX];
    return mem_format("%s: %s %s", enum_label(ENUM_INTERACTION_TYPE, (int)finding->severity),
                      finding_effect(k, &p->screening->input, finding, effect),
                      finding_management(k, &p->screening->input, finding, management));
}

static enum status decide(struct actor *actor, const struct proposal *p, int index, const struct finding_answer *answer,
                          struct uid order, struct error *err)
{
    const struct knowledge *k = actor->site->knowledge;
    const struct screen_finding *finding = &p->result->findings[index];
    char fingerprint[17];
    int64_t now_us = clock_now_us(actor->site->clock);
    char *shown = shown_text(k, p, finding), *rule = mem_copy_text(finding->rule_id);
    char *version = mem_copy_text(knowledge_version(k));
    fingerprint_text(finding_fingerprint(k, &p->screening->input, finding), fingerprint);
    struct decision decision = {
        .id = uid_new(actor->site->clock),
        .patient = p->order.patient,
        .order = order,
        .fingerprint = fingerprint,
        .rule = rule,
        .severity = finding->severity,
        .shown = shown,
        .is_accepted = answer != NULL,
        .reason = answer != NULL ? answer->reason : OVERRIDE_REASON_NONE_GIVEN,
        .decided_by = actor->user,
        .role = actor->role,
        .knowledge_version = version,
        .decided_us = now_us,
        .expires_us = answer != NULL ? now_us + DECISION_LIFE_US : 0,
    };
    char *reason_text = mem_copy_text(answer != NULL ? answer->reason_text : NULL);
    char *plan = mem_copy_text(answer != NULL ? answer->plan : NULL);
    decision.reason_text = reason_text;
    decision.plan = plan;
    enum status status = decision_insert(actor->site->store, &decision, err);
    mem_free(shown);
    mem_free(rule);
    mem_free(version);
    mem_free(reason_text);
    mem_free(plan);
    return status;
}

/* Every finding that interrupts has an answer by somebody who may give it. */
static enum status check_answers(const struct actor *actor, const struct proposal *p, const struct finding_answer *answers,
                                 size_t count, struct error *err)
{
    for (int i = 0; i < p->result->finding_count; i++) {
        const struct screen_finding *finding = &p->result->findings[i];
        if (!finding_interrupts(finding) || p->is_settled[i]) {
            continue;
        }
        const struct finding_answer *answer = answer_for(answers, count, i);
        if (answer == NULL || answer->reason == OVERRIDE_REASON_NONE_GIVEN) {
            return error_set(err, STATUS_REFUSED, _("A %s finding needs a decision before this order can be saved."),
                             enum_label(ENUM_INTERACTION_TYPE, (int)finding->severity));
        }
        if (answer->reason == OVERRIDE_REASON_OTHER && (answer->reason_text == NULL || answer->reason_text[0] == '\0')) {
            return error_set_field(err, STATUS_INVALID, "reason", _("\"Other\" needs a few words."));
        }
        enum permission needed = finding->severity == INTERACTION_TYPE_CONTRAINDICATED ? PERMISSION_OVERRIDE_CONTRAINDICATED
                                                                                      : PERMISSION_OVERRIDE_MAJOR;
        if (!actor_may(actor, needed)) {
            return error_set(err, STATUS_NOT_PERMITTED, _("Your role (%s) may not go on past a %s finding. Ask a prescriber "
                                                          "or a pharmacist."),
                             enum_label(ENUM_ROLE, (int)actor->role),
                             enum_label(ENUM_INTERACTION_TYPE, (int)finding->severity));
        }
    }
    return STATUS_OK;
}

/* The chart may have changed since the proposal was shown: what is new and interrupts must be looked at first. */
static enum status recheck(struct actor *actor, const struct proposal *shown, struct error *err)
{
    struct proposal *now = NULL;
    enum status status = order_propose(actor, shown->order.patient, &shown->order, &now, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (int i = 0; status == STATUS_OK && i < now->result->finding_count; i++) {
        const struct screen_finding *finding = &now->result->findings[i];
        bool known = false;
        for (int j = 0; !known && j < shown->result->finding_count; j++) {
            known = finding_fingerprint(actor->site->knowledge, &now->screening->input, finding) ==
                    finding_fingerprint(actor->site->knowledge, &shown->screening->input, &shown->result->findings[j]);
        }
        if (!known && finding_interrupts(finding) && !now->is_settled[i]) {
            status = error_set(err, STATUS_STALE, _("The chart changed meanwhile and there is a new %s finding. Look at it "
                                                    "before you save; what you typed is kept."),
                               enum_label(ENUM_INTERACTION_TYPE, (int)finding->severity));
        }
    }
    proposal_free(now);
    return status;
}

static enum status decide_all(struct actor *actor, const struct proposal *p, const struct finding_answer *answers,
                              size_t count, struct uid order, struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < p->result->finding_count; i++) {
        const struct finding_answer *answer = answer_for(answers, count, i);
        if (answer != NULL && finding_interrupts(&p->result->findings[i]) && !p->is_settled[i]) {
            status = decide(actor, p, i, answer, order, err);
        }
    }
    return status;
}

enum status order_save(struct actor *actor, const struct proposal *p, const struct finding_answer *answers,
                       size_t answer_count, struct uid *out_order, struct error *err)
{
    struct act act = ACT(actor, permission_of(actor, &p->order), "order.add", "user_medications", p->order.patient);
    struct order order;
    enum status status = check_answers(actor, p, answers, answer_count, err);
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
    act.record = order.id;
    act.risk = p->interrupting > 0 ? RISK_LEVEL_HIGH : RISK_LEVEL_LOW;
    status = recheck(actor, p, err);
    if (status == STATUS_OK && (order.prescription_number == NULL || order.prescription_number[0] == '\0')) {
        mem_free(order.prescription_number);
        order.prescription_number = NULL;
        status = order_next_number(actor->site->store, &order.prescription_number, err);
    }
    if (status == STATUS_OK) {
        status = order_insert(actor->site->store, &order, &act.new_values, err);
    }
    if (status == STATUS_OK) {
        status = decide_all(actor, p, answers, answer_count, order.id, err);
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
    if (status != STATUS_OK) {
        return status;
    }
    for (int i = 0; status == STATUS_OK && i < p->result->finding_count; i++) {
        if (finding_interrupts(&p->result->findings[i]) && !p->is_settled[i]) {
            status = decide(actor, p, i, NULL, UID_NONE, err);
        }
    }
    return act_end(&act, status, err);
}

/* A new version over `base`; `edit` changes the copy. */
static enum status add_version(struct act *act, struct order *order, struct uid base, enum order_action action,
                               struct error *err)
{
    order->parent = base;
    order->version = uid_new(act->actor->site->clock);
    order->action = action;
    order->recorded_at_us = clock_now_us(act->actor->site->clock);
    order->ordered_by = act->actor->user;
    act->record = order->id;
    return order_add_version(act->actor->site->store, order, &act->old_values, &act->new_values, err);
}

enum status order_change(struct actor *actor, const struct proposal *p, const struct finding_answer *answers,
                         size_t answer_count, struct error *err)
{
    struct act act = ACT(actor, permission_of(actor, &p->order), "order.change", "user_medications", p->order.patient);
    struct order order;
    enum status status = check_answers(actor, p, answers, answer_count, err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    order_copy(&p->order, &order);
    order.start_us = clock_now_us(actor->site->clock); /* earlier doses stay with the version they belong to */
    order.verification = VERIFICATION_UNVERIFIED;      /* a change un-verifies */
    status = recheck(actor, p, err);
    if (status == STATUS_OK) {
        status = add_version(&act, &order, p->order.version, ORDER_ACTION_CHANGE, err);
    }
    if (status == STATUS_OK) {
        status = decide_all(actor, p, answers, answer_count, order.id, err);
    }
    order_release(&order);
    return act_end(&act, status, err);
}

/* Hold, resume, stop: the order as it is, with another status. */
static enum status set_status(struct actor *actor, struct uid order_id, struct uid base, enum order_action action,
                              enum medication_status status_after, const char *reason, struct error *err)
{
    struct order order;
    enum status status = order_get(actor->site->store, order_id, &order, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct act act = ACT(actor, PERMISSION_ORDER_STOP, action == ORDER_ACTION_STOP   ? "order.stop"
                                                       : action == ORDER_ACTION_HOLD ? "order.hold"
                                                                                     : "order.resume",
                         "user_medications", order.patient);
    if (action != ORDER_ACTION_RESUME && (reason == NULL || reason[0] == '\0')) {
        order_release(&order);
        return error_set_field(err, STATUS_INVALID, "reason", _("Say why."));
    }
    status = act_begin(&act, err);
    if (status == STATUS_OK) {
        mem_free(order.reason);
        order.reason = mem_copy_text(reason);
        order.status = status_after;
        if (action == ORDER_ACTION_STOP) {
            order.stop_us = clock_now_us(actor->site->clock);
        }
        status = act_end(&act, add_version(&act, &order, base, action, err), err);
    }
    order_release(&order);
    return status;
}

enum status order_hold(struct actor *actor, struct uid order, struct uid base, const char *reason, struct error *err)
{
    return set_status(actor, order, base, ORDER_ACTION_HOLD, MEDICATION_STATUS_ON_HOLD, reason, err);
}

enum status order_resume(struct actor *actor, struct uid order, struct uid base, struct error *err)
{
    return set_status(actor, order, base, ORDER_ACTION_RESUME, MEDICATION_STATUS_ACTIVE, NULL, err);
}

enum status order_stop(struct actor *actor, struct uid order, struct uid base, const char *reason, struct error *err)
{
    return set_status(actor, order, base, ORDER_ACTION_STOP, MEDICATION_STATUS_STOPPED, reason, err);
}
