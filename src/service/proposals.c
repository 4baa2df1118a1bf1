/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/proposals.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/finding_text.h"
#include "service/act.h"
#include "service/care_rights.h"
#include "service/drug_lists.h"
#include "service/order_guards.h"
#include "service/screening.h"
#include "service/site_settings.h"
#include "service/step_up.h"
#include "store/chart_store.h"
#include "store/decision_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

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
    status = person_get(site->store, patient, &out->patient, err);
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

/* An accepted finding stays quiet for the role that accepted it (clinical.md 4.C). */
static bool is_settled(const struct decision_list *decisions, enum role role, const char *fingerprint)
{
    for (size_t i = 0; i < decisions->len; i++) {
        if (decisions->items[i].role == role && strcmp(decisions->items[i].fingerprint, fingerprint) == 0) {
            return true;
        }
    }
    return false;
}

static const struct decision *find_decision(const struct decision_list *decisions, const char *fingerprint)
{
    for (size_t i = 0; i < decisions->len; i++) {
        if (strcmp(decisions->items[i].fingerprint, fingerprint) == 0) {
            return &decisions->items[i];
        }
    }
    return NULL;
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
    mem_free(proposal->travelled);
    order_release(&proposal->order);
    picture_release(&full->picture);
    mem_free(full);
}

static void put_text(char **text, const char *value)
{
    char *copy = mem_copy_text(value);
    mem_free(*text);
    *text = copy;
}

static void complete_source(const struct actor *actor, struct order *order)
{
    if (order->source == ORDER_SOURCE_NONE_GIVEN) {
        order->source = ORDER_SOURCE_WRITTEN;
    }
    bool is_own = order->source == ORDER_SOURCE_WRITTEN && actor_may(actor, PERMISSION_ORDER_WRITE);
    if (is_own && (order->prescriber_name == NULL || order->prescriber_name[0] == '\0')) {
        put_text(&order->prescriber_name, actor->name);
    }
    if (!order_is_relayed(order)) {
        order->relay = (struct order_relay){0};
    }
}

static void complete_order(const struct actor *actor, struct order *order)
{
    const struct site *site = actor->site;
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
    complete_source(actor, order);
    if (order->verification == VERIFICATION_NONE_GIVEN) {
        order->verification = VERIFICATION_UNVERIFIED;
    }
    if (order->zone == NULL || order->zone[0] == '\0') {
        put_text(&order->zone, site->row.zone);
    }
}

bool proposal_needs_decision(const struct proposal *p, int finding)
{
    return finding_interrupts(&p->result->findings[finding]) && !p->is_settled[finding];
}

/* Screens the order against the chart; a change of an existing order leaves that one out. */
static void screen_proposal(const struct actor *actor, struct proposal *p, const struct patient *patient,
                            const struct order_list *orders, const struct allergy_list *allergies,
                            const struct condition_list *conditions, const struct decision_list *decisions)
{
    const struct site *site = actor->site;
    p->screening = screen_request_new(site->knowledge, patient, orders, allergies, conditions, &p->order, p->order.id,
                                      site_today(site), clock_now_us(site->clock));
    screen_request_date(p->screening, site);
    p->result = mem_alloc(sizeof *p->result);
    screen(site->knowledge, &p->screening->input, p->result);
    p->is_settled = mem_alloc_array((size_t)p->result->finding_count + 1, sizeof *p->is_settled);
    p->travelled = mem_alloc_array((size_t)p->result->finding_count + 1, sizeof *p->travelled);
    for (int i = 0; i < p->result->finding_count; i++) {
        char text[17];
        const struct screen_finding *finding = &p->result->findings[i];
        fingerprint_text(finding_fingerprint(site->knowledge, &p->screening->input, finding), text);
        p->is_settled[i] = is_settled(decisions, actor->role, text);
        p->travelled[i] = find_decision(decisions, text);
        if (proposal_needs_decision(p, i)) {
            p->interrupting++;
            p->needs_second_role = p->needs_second_role || (finding->severity == INTERACTION_TYPE_CONTRAINDICATED &&
                                                            !actor_may(actor, PERMISSION_OVERRIDE_CONTRAINDICATED));
        }
    }
}

static enum status propose(struct actor *actor, struct uid patient, const struct order *order, struct proposal **out,
                           struct error *err)
{
    struct full_proposal *full = mem_alloc(sizeof *full);
    enum status status = picture_read(actor->site, patient, &full->picture, err);
    if (status != STATUS_OK) {
        mem_free(full);
        return status;
    }
    status = order_check_patient(&full->picture.patient, err);
    if (status != STATUS_OK) {
        proposal_free(&full->public);
        return status;
    }
    order_copy(order, &full->public.order);
    full->public.order.patient = patient;
    complete_order(actor, &full->public.order);
    screen_proposal(actor, &full->public, &full->picture.patient, &full->picture.orders, &full->picture.allergies,
                    &full->picture.conditions, &full->picture.decisions);
    *out = &full->public;
    return STATUS_OK;
}

enum status order_propose(struct actor *actor, struct uid patient, const struct order *order, struct proposal **out,
                          struct error *err)
{
    enum status status = act_permit(actor, PERMISSION_CLINICAL_READ, "order.propose", err);
    if (status == STATUS_OK) {
        status = order_check(actor, order, err);
    }
    if (status == STATUS_OK) {
        status = care_right_to_prescribe(actor, patient, order, err);
    }
    return status == STATUS_OK ? propose(actor, patient, order, out, err) : status;
}

struct proposal *order_preview(const struct actor *actor, const struct chart *chart, const struct order *order)
{
    struct full_proposal *full = mem_alloc(sizeof *full);
    order_copy(order, &full->public.order);
    full->public.order.patient = chart->patient.id;
    complete_order(actor, &full->public.order);
    screen_proposal(actor, &full->public, &chart->patient, &chart->orders, &chart->allergies, &chart->conditions,
                    &chart->decisions);
    return &full->public;
}

int proposal_alternatives(const struct knowledge *k, const struct proposal *p, struct screen_alternative *out, int max)
{
    const struct screen_input *input = &p->screening->input;
    int drug = 0;
    while (drug < input->drug_count && input->drugs[drug].state != SCREEN_NEW) {
        drug++;
    }
    bool is_drug_at_fault = false; /* a dose is mended by another dose */
    for (int i = 0; i < p->result->finding_count; i++) {
        const struct screen_finding *f = &p->result->findings[i];
        is_drug_at_fault = is_drug_at_fault || (finding_interrupts(f) && f->kind != FINDING_DOSE);
    }
    if (drug == input->drug_count || !is_drug_at_fault) {
        return 0;
    }
    struct screen_result *scratch = mem_alloc(sizeof *scratch);
    int count = screen_alternatives(k, input, drug, scratch, out, max);
    mem_free(scratch);
    return count;
}

/* --- decisions ------------------------------------------------------------------------------------------------------ */

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
    char *subject = finding_subject(&p->screening->input, finding);
    char *text = mem_format("%s %s: %s %s", enum_label(ENUM_INTERACTION_TYPE, (int)finding->severity), subject,
                            finding_effect(k, &p->screening->input, finding, effect),
                            finding_management(k, &p->screening->input, finding, management));
    mem_free(subject);
    return text;
}

/* Never longer than the site says. */
static int64_t expiry_us(const struct actor *actor, const struct finding_answer *answer, bool is_solo)
{
    if (is_solo) {
        return clock_now_us(actor->site->clock) + SOLO_REVIEW_US; /* by then somebody else has looked at it */
    }
    int most = settings_number(&actor->site->settings, SETTING_QUIET_DAYS);
    int days = answer->quiet_days > 0 && answer->quiet_days < most ? answer->quiet_days : most;
    return clock_now_us(actor->site->clock) + days * 24 * US_PER_HOUR;
}

static enum status decide(struct actor *actor, const struct proposal *p, int index, const struct finding_answer *answer,
                          const struct witness *second, struct uid order, struct error *err)
{
    const struct knowledge *k = actor->site->knowledge;
    const struct screen_finding *finding = &p->result->findings[index];
    char fingerprint[17];
    int64_t now_us = clock_now_us(actor->site->clock);
    char *shown = shown_text(k, p, finding), *rule = mem_copy_text(finding->rule_id);
    char *version = mem_copy_text(knowledge_version(k));
    fingerprint_text(finding_fingerprint(k, &p->screening->input, finding), fingerprint);
    bool is_solo = answer != NULL && answer->is_alone && second == NULL &&
                   finding->severity == INTERACTION_TYPE_CONTRAINDICATED &&
                   !actor_may(actor, PERMISSION_OVERRIDE_CONTRAINDICATED);
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
        .expires_us = answer != NULL ? expiry_us(actor, answer, is_solo) : 0,
        .review_due_us = is_solo ? now_us + SOLO_REVIEW_US : 0,
    };
    if (answer != NULL && second != NULL && finding->severity == INTERACTION_TYPE_CONTRAINDICATED) {
        decision.second_person = second->user;
    }
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

static bool is_blank(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static enum status check_answer(const struct finding_answer *answer, enum interaction_type severity, struct error *err)
{
    if (answer == NULL || answer->reason == OVERRIDE_REASON_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "reason",
                               _("A %s finding needs a decision with a reason before this order can be saved."),
                               enum_label(ENUM_INTERACTION_TYPE, (int)severity));
    }
    if (answer->reason == OVERRIDE_REASON_OTHER && is_blank(answer->reason_text)) {
        return error_set_field(err, STATUS_INVALID, "words", _("\"Other\" needs a few words."));
    }
    if (severity == INTERACTION_TYPE_CONTRAINDICATED && is_blank(answer->plan)) {
        return error_set_field(err, STATUS_INVALID, "plan",
                               _("Say what is planned: what is watched, when, and what is done if it happens."));
    }
    return STATUS_OK;
}

/* A role that may not go on past a contraindication may do so with somebody beside them whose role may (4.C). */
static enum status check_role(const struct actor *actor, enum interaction_type severity, const struct finding_answer *answer,
                              const struct witness *second, struct error *err)
{
    if (!actor_may(actor, PERMISSION_OVERRIDE_MAJOR)) {
        return error_set(err, STATUS_NOT_PERMITTED, _("Your role (%s) may not go on past a %s finding. Ask a prescriber or a "
                                                      "pharmacist."),
                         enum_label(ENUM_ROLE, (int)actor->role), enum_label(ENUM_INTERACTION_TYPE, (int)severity));
    }
    if (severity != INTERACTION_TYPE_CONTRAINDICATED) {
        return STATUS_OK;
    }
    if (actor_may(actor, PERMISSION_OVERRIDE_CONTRAINDICATED)) {
        return step_up_require(actor, STEP_UP_ACT_US, err); /* not on an open screen that somebody walked up to */
    }
    if (second == NULL && answer->is_alone && settings_switch(&actor->site->settings, SETTING_SOLO)) {
        return step_up_require(actor, STEP_UP_ACT_US, err);
    }
    if (second == NULL) {
        return error_set_field(err, STATUS_NOT_PERMITTED, "witness",
                               _("Your role (%s) goes on past a contraindication only together with a prescriber or a "
                                 "pharmacist, who signs in here."),
                               enum_label(ENUM_ROLE, (int)actor->role));
    }
    return witness_check(actor, second, PERMISSION_OVERRIDE_CONTRAINDICATED, err);
}

enum status proposal_check_answer(const struct proposal *p, const struct finding_answer *answer, struct error *err)
{
    return check_answer(answer, p->result->findings[answer->finding].severity, err);
}

enum status proposal_check_proof(const struct actor *actor, const struct proposal *p, struct error *err)
{
    bool is_controlled = (drug_lists_of(actor->site->knowledge, NULL, &p->order, -1) & DRUG_LIST_CONTROLLED) != 0;
    return is_controlled ? step_up_require(actor, STEP_UP_ACT_US, err) : STATUS_OK;
}

enum status proposal_check_answers(const struct actor *actor, const struct proposal *p, const struct finding_answer *answers,
                                   size_t count, const struct witness *second, struct error *err)
{
    enum status status = proposal_check_proof(actor, p, err);
    for (int i = 0; status == STATUS_OK && i < p->result->finding_count; i++) {
        if (proposal_needs_decision(p, i)) {
            enum interaction_type severity = p->result->findings[i].severity;
            const struct finding_answer *answer = answer_for(answers, count, i);
            status = check_answer(answer, severity, err);
            status = status == STATUS_OK ? check_role(actor, severity, answer, second, err) : status;
        }
    }
    return status;
}

/* Shown and still settled, or shown and to be decided. */
static bool was_shown(const struct knowledge *k, const struct proposal *shown, const struct proposal *now, int finding)
{
    uint64_t print = finding_fingerprint(k, &now->screening->input, &now->result->findings[finding]);
    for (int i = 0; i < shown->result->finding_count; i++) {
        if (print == finding_fingerprint(k, &shown->screening->input, &shown->result->findings[i])) {
            return !shown->is_settled[i] || now->is_settled[finding];
        }
    }
    return false;
}

enum status proposal_recheck(struct actor *actor, const struct proposal *shown, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_CLINICAL_READ, "order.propose", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct proposal *now = NULL;
    enum status status = propose(actor, shown->order.patient, &shown->order, &now, err); /* who orders it was checked before */
    if (status != STATUS_OK) {
        return status;
    }
    for (int i = 0; status == STATUS_OK && i < now->result->finding_count; i++) {
        if (proposal_needs_decision(now, i) && !was_shown(actor->site->knowledge, shown, now, i)) {
            status = error_set(err, STATUS_STALE, _("The chart changed meanwhile and there is a new %s finding. Look at it "
                                                    "before you save; what you typed is kept."),
                               enum_label(ENUM_INTERACTION_TYPE, (int)now->result->findings[i].severity));
        }
    }
    proposal_free(now);
    return status;
}

enum status proposal_decide(struct actor *actor, const struct proposal *p, const struct finding_answer *answers, size_t count,
                            const struct witness *second, struct uid order, struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < p->result->finding_count; i++) {
        const struct finding_answer *answer = answers == NULL ? NULL : answer_for(answers, count, i);
        if (proposal_needs_decision(p, i) && (answers == NULL || answer != NULL)) {
            status = decide(actor, p, i, answer, second, order, err);
        }
    }
    return status;
}
