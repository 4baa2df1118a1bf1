/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses_private.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/zone.h"
#include "safety/finding_text.h"
#include "service/screening.h"
#include "service/session_private.h"
#include "store/chart_store.h"
#include "store/decision_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"
#include "store/staff_store.h"

static bool is_acknowledged(const struct actor *actor, struct uid decision)
{
    for (size_t i = 0; i < actor->acknowledged_count; i++) {
        if (uid_compare(actor->acknowledged[i], decision) == 0) {
            return true;
        }
    }
    return false;
}

/* "A. Osei", or "J. Alvarez with R. Shah" where a second person signed in for it. Caller frees. */
static char *deciders(const struct site *site, const struct decision *d)
{
    struct staff staff = {0}, second = {0};
    char *name = staff_get(site->store, d->decided_by, &staff, NULL) == STATUS_OK ? session_short_name(&staff) : mem_copy_text("");
    if (!uid_is_none(d->second_person) && staff_get(site->store, d->second_person, &second, NULL) == STATUS_OK) {
        char *other = session_short_name(&second), *both = mem_format(_("%s with %s"), name, other);
        mem_free(other);
        mem_free(name);
        name = both;
    }
    staff_release(&staff);
    staff_release(&second);
    return name;
}

/* "methotrexate x trimethoprim: ... Reason: benefit outweighs the risk. Plan: blood count on Friday. (A. Osei, 14 Nov 2026)" */
static void add_words(const struct site *site, const struct decision *d, struct dose_check *check)
{
    char day[DATE_TEXT_MAX];
    size_t len = strlen(check->override_words);
    char *name = deciders(site, d);
    bool has_words = d->reason_text != NULL && d->reason_text[0] != '\0';
    (void)date_format_iso(zone_local(site->zone, d->decided_us).date, day);
    /* TRANSLATORS: the finding, the reason in a word and in words, the plan, who decided, the day */
    (void)snprintf(check->override_words + len, sizeof check->override_words - len,
                   _("%s%s Reason: %s%s%s. Plan: %s. (%s, %s)"), len > 0 ? "\n" : "", d->shown != NULL ? d->shown : "",
                   enum_label(ENUM_OVERRIDE_REASON, (int)d->reason), has_words ? ", " : "", has_words ? d->reason_text : "",
                   d->plan != NULL && d->plan[0] != '\0' ? d->plan : _("none written"), name, day);
    mem_free(name);
}

/* ---- the engine once more ---- */

/* What it needs of the chart, as it is now. */
struct now_picture {
    struct patient patient;
    struct allergy_list allergies;
    struct condition_list conditions;
    struct order_list orders;
};

static void now_picture_release(struct now_picture *p)
{
    patient_release(&p->patient);
    allergy_list_release(&p->allergies);
    condition_list_release(&p->conditions);
    order_list_release(&p->orders);
}

static enum status now_picture_read(struct site *site, struct uid patient, struct now_picture *out, struct error *err)
{
    int64_t since_us = screen_orders_since_us(site->knowledge, clock_now_us(site->clock));
    *out = (struct now_picture){0};
    enum status status = person_get(site->store, patient, &out->patient, err);
    if (status == STATUS_OK) {
        status = allergy_list_get(site->store, patient, false, &out->allergies, err);
    }
    if (status == STATUS_OK) {
        status = condition_list_get(site->store, patient, false, &out->conditions, err);
    }
    return status == STATUS_OK ? order_list_get(site->store, patient, since_us, &out->orders, err) : status;
}

static bool is_decided(const struct decision_list *ever, uint64_t fingerprint)
{
    char text[17];
    (void)snprintf(text, sizeof text, "%016llx", (unsigned long long)fingerprint); /* fits */
    for (size_t i = 0; i < ever->len; i++) {
        if (strcmp(ever->items[i].fingerprint, text) == 0) {
            return true;
        }
    }
    return false;
}

/* The first contraindication that involves the order and that nobody ever decided to go past. An accepted one whose quiet time
 * is over stays accepted: it is read (DOSE_ASK_OVERRIDE), and asked again where orders are written. */
static void ask_engine(const struct site *site, const struct now_picture *now, const struct order *order,
                       const struct decision_list *ever, struct dose_check *check)
{
    const struct knowledge *k = site->knowledge;
    struct screen_request *request = screen_request_new(k, &now->patient, &now->orders, &now->allergies, &now->conditions, order, order->id,
                                                        site_today(site), clock_now_us(site->clock));
    screen_request_date(request, site);
    struct screen_result *result = mem_alloc(sizeof *result);
    screen(k, &request->input, result);
    for (int i = 0; i < result->finding_count && (check->questions & DOSE_ASK_FINDING) == 0; i++) {
        const struct screen_finding *finding = &result->findings[i];
        if (finding->severity == INTERACTION_TYPE_CONTRAINDICATED &&
            !is_decided(ever, finding_fingerprint(k, &request->input, finding))) {
            char *subject = finding_subject(&request->input, finding);
            check->questions |= DOSE_ASK_FINDING;
            (void)snprintf(check->words, sizeof check->words, _("CONTRAINDICATED, and nobody has decided on it: %s."),
                           subject); /* cut is fine */
            mem_free(subject);
        }
    }
    mem_free(result);
    screen_request_free(request);
}

/* More than a tenth off the weight that the dose was calculated with. */
static void ask_weight(const struct patient *patient, const struct sig *sig, struct dose_check *check)
{
    struct decimal off = {0, 0}, ten = {0, 0};
    char then[DECIMAL_TEXT_MAX], now[DECIMAL_TEXT_MAX];
    if (sig->weight_basis == WEIGHT_BASIS_NONE || decimal_is_zero(sig->weight_kg) || decimal_is_zero(patient->weight_kg) ||
        decimal_subtract(patient->weight_kg, sig->weight_kg, &off) != STATUS_OK) {
        return;
    }
    off.mantissa = off.mantissa < 0 ? -off.mantissa : off.mantissa;
    if (decimal_multiply(off, decimal_from_int(10), &ten) == STATUS_OK && decimal_compare(ten, sig->weight_kg) > 0) {
        check->questions |= DOSE_ASK_WEIGHT;
        (void)snprintf(check->words, sizeof check->words, _("The dose was calculated for %s kg; the weight is now %s kg."),
                       decimal_format(sig->weight_kg, then), decimal_format(patient->weight_kg, now)); /* fits */
    }
}

enum status dose_override_ask(const struct actor *actor, const struct order *order, struct dose_check *check, struct error *err)
{
    const struct site *site = actor->site;
    struct decision_list list = {0}, ever = {0};
    struct now_picture now;
    enum status status = decision_list_get(site->store, order->patient, clock_now_us(site->clock), &list, err);
    for (size_t i = 0; i < list.len && status == STATUS_OK && check->override_count < DOSE_OVERRIDES_MAX; i++) {
        const struct decision *d = &list.items[i];
        if (d->severity == INTERACTION_TYPE_CONTRAINDICATED && uid_compare(d->order, order->id) == 0 &&
            !is_acknowledged(actor, d->id)) {
            check->overrides[check->override_count++] = d->id;
            check->questions |= DOSE_ASK_OVERRIDE;
            add_words(actor->site, d, check);
        }
    }
    decision_list_release(&list);
    if (status != STATUS_OK) {
        return status;
    }
    status = now_picture_read(actor->site, order->patient, &now, err);
    if (status == STATUS_OK) {
        status = decision_list_get(site->store, order->patient, 0, &ever, err); /* whenever they end */
    }
    if (status == STATUS_OK && (check->questions & (DOSE_ASK_WEEKLY | DOSE_ASK_HELD_ORDER)) == 0) { /* those stop it anyway */
        ask_weight(&now.patient, &order->sig, check);
        ask_engine(site, &now, order, &ever, check);
    }
    decision_list_release(&ever);
    now_picture_release(&now);
    return status;
}

void dose_override_acknowledge(struct actor *actor, const struct dose_check *check)
{
    for (int i = 0; i < check->override_count; i++) {
        if (!is_acknowledged(actor, check->overrides[i])) {
            actor->acknowledged = mem_resize_array(actor->acknowledged, actor->acknowledged_count + 1, sizeof *actor->acknowledged);
            actor->acknowledged[actor->acknowledged_count++] = check->overrides[i];
        }
    }
}
