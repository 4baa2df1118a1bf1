/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in the charts of a demo clinic: the complaints of data/demo with their orders and measurements, and 90 days of
 * doses. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "model/measure.h"
#include "model/order_line.h"
#include "schedule/slots.h"
#include "service/demo_private.h"
#include "service/screening.h"
#include "service/site_settings.h"
#include "store/chart_store.h"
#include "store/dose_store.h"
#include "store/metric_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

enum { DOSE_DAYS = 90, DAY_H = 24 };

static const struct {
    const char *name, *reaction;
    enum reaction_severity severity;
} allergens[] = {
    {"penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING},
    {"sulfonamides", "rash", REACTION_SEVERITY_MODERATE},
    {"codeine", "nausea", REACTION_SEVERITY_MILD},
    {"latex", "itch", REACTION_SEVERITY_MILD},
    {"aspirin", "wheeze", REACTION_SEVERITY_SEVERE},
};
enum { ALLERGENS = sizeof allergens / sizeof *allergens };

/* What is measured: from `low`, `spread` steps of the last digit upwards. */
static const struct {
    enum metric_type type;
    int low, spread, scale;
} measures[] = {
    {METRIC_TYPE_SYSTOLIC, 112, 46, 0}, {METRIC_TYPE_PULSE, 58, 34, 0},       {METRIC_TYPE_GLUCOSE, 92, 110, 0},
    {METRIC_TYPE_HBA1C, 62, 26, 1},     {METRIC_TYPE_INR, 18, 16, 1},         {METRIC_TYPE_POTASSIUM, 38, 13, 1},
    {METRIC_TYPE_CREATININE, 70, 45, 2}, {METRIC_TYPE_SPO2, 93, 6, 0},        {METRIC_TYPE_TEMPERATURE, 366, 14, 1},
    {METRIC_TYPE_PAIN, 1, 6, 0},        {METRIC_TYPE_SEDATION, 0, 2, 0},
};

/* Minutes from now at which the first people's first drug is due: whatever the hour, Home has work to show. */
static const int due_offsets[] = {-65, -20, 0, 25, 10, -10, -95, 45, 0, 30};

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static enum status add_allergy(struct demo_clinic *clinic, int n, const struct patient *patient, int which, struct error *err)
{
    char *name = mem_copy_text(allergens[which].name), *reaction = mem_copy_text(allergens[which].reaction), none[] = "";
    const struct allergy allergy = {
        .id = demo_id(clinic, "allergy", n, which),
        .patient = patient->id,
        .allergen_name = name,
        .allergen_key = name,
        .code_system = none, .code = none, .note = none, .original = none,
        .type = ALLERGEN_TYPE_DRUG,
        .kind = ALLERGY_KIND_ALLERGY,
        .state = ALLERGY_STATE_ACTIVE,
        .severity = allergens[which].severity,
        .reaction = reaction,
        .is_verified = which == 0,
        .recorded_at_us = clinic->now_us - 400 * DAY_H * US_PER_HOUR,
    };
    enum status status = allergy_insert(clinic->actor->site->store, &allergy, clinic->nurse, NULL, err);
    mem_free(name);
    mem_free(reaction);
    return status;
}

static enum status add_condition(struct demo_clinic *clinic, int n, const struct patient *patient, const char *text,
                                 const char *code, struct error *err)
{
    char *name = mem_copy_text(text), *icd = mem_copy_text(code), system[] = "icd10", none[] = "";
    const struct condition condition = {
        .id = demo_id(clinic, text, n, 0),
        .patient = patient->id,
        .name = name, .code = icd, .code_system = system, .notes = none, .original = none,
        .status = CONDITION_STATUS_ACTIVE,
        .diagnosed = date_add_days(site_today(clinic->actor->site), -(int32_t)dice_roll(&clinic->dice, 3000)),
        .recorded_at_us = clinic->now_us - 300 * DAY_H * US_PER_HOUR,
    };
    enum status status = condition_insert(clinic->actor->site->store, &condition, clinic->nurse, NULL, err);
    mem_free(name);
    mem_free(icd);
    return status;
}

static enum status add_metric(struct demo_clinic *clinic, const struct patient *patient, enum metric_type type,
                              struct decimal value, int64_t at_us, struct error *err)
{
    char *unit = mem_copy_text(measure_unit(type)), none[] = "";
    struct clock then = clock_fixed(at_us);
    const struct metric metric = {.id = uid_new(&then), .patient = patient->id, .type = type, .value = value, .unit = unit,
                                  .at_us = at_us, .notes = none, .original = none, .recorded_via = RECORDED_VIA_WORKSTATION,
                                  .is_verified = true};
    enum status status = metric_insert(clinic->actor->site->store, &metric, clinic->nurse, NULL, err);
    mem_free(unit);
    return status;
}

/* Ten values over the last 90 days. */
static enum status add_metrics(struct demo_clinic *clinic, int n, const struct patient *patient, enum metric_type type,
                               struct error *err)
{
    enum status status = STATUS_OK;
    if (type == METRIC_TYPE_WEIGHT) {
        return add_metric(clinic, patient, type, patient->weight_kg, patient->weight_at_us, err);
    }
    for (size_t m = 0; m < sizeof measures / sizeof *measures; m++) {
        if (measures[m].type != type) {
            continue;
        }
        int low = n == DEMO_KIDNEYS && type == METRIC_TYPE_CREATININE ? 262 : measures[m].low;
        for (int i = 0; status == STATUS_OK && i < 10; i++) {
            int64_t at_us = clinic->now_us - ((9 - i) * 9 * DAY_H + 3) * US_PER_HOUR;
            struct decimal value = {low + (int)dice_roll(&clinic->dice, (uint32_t)measures[m].spread), (uint8_t)measures[m].scale};
            status = add_metric(clinic, patient, type, value, at_us, err);
            if (status == STATUS_OK && type == METRIC_TYPE_SYSTOLIC) {
                value.mantissa = value.mantissa * 62 / 100;
                status = add_metric(clinic, patient, METRIC_TYPE_DIASTOLIC, value, at_us, err);
            }
        }
    }
    return status;
}

/* ---- doses --------------------------------------------------------------------------------------------------------- */

/* What happened at one time; slot UID_NONE: an as-needed dose. */
/* sig: the step of the order that was in force. */
static enum status add_dose(struct demo_clinic *clinic, const struct order *order, const struct sig *sig, struct uid slot,
                            int64_t planned_us, bool is_second, struct error *err)
{
    struct site *site = clinic->actor->site;
    uint32_t fate = uid_is_none(slot) ? 0 : dice_roll(&clinic->dice, 100);
    char none[] = "", reason[16] = "";
    int64_t at_us = planned_us + ((int64_t)dice_roll(&clinic->dice, 40) - 10) * US_PER_MINUTE;
    struct clock then = clock_fixed(at_us);
    struct uid by = is_second ? clinic->other_nurse : clinic->nurse;
    struct dose_event event = {
        .patient = order->patient, .order = order->id, .order_version = order->version, .slot = slot,
        .planned_us = uid_is_none(slot) ? 0 : planned_us, .occurred_us = at_us,
        .status = fate < 92 || is_second ? DOSE_STATUS_GIVEN : fate < 96 ? DOSE_STATUS_REFUSED : DOSE_STATUS_HELD,
        .amount = sig->dose, .unit = sig->unit, .route = sig->route,
        .body_site = none, .reason = reason, .reason_text = none, .timing_reason = none, .product_code = none, .lot = none,
        .expiry = none, .side_effects = none, .notes = none,
        .identified_by = IDENTIFIED_BY_WRISTBAND,
        .no_scan_reason = NO_SCAN_REASON_MISSING,
        .recorded_via = RECORDED_VIA_WORKSTATION,
        .given_by = by, .recorded_by = by,
        .zone = site->row.zone,
    };
    if (event.status != DOSE_STATUS_GIVEN) {
        (void)snprintf(reason, sizeof reason, "%s", event.status == DOSE_STATUS_HELD ? "vitals" : "not_needed"); /* fits */
        event.amount = (struct decimal){0, 0};
        event.unit = UNIT_NONE;
    }
    event.id = uid_new(&then);
    event.recorded_us = uid_time_us(event.id);
    event.offset_s = zone_local(site->zone, at_us).offset_s;
    return dose_insert(site->store, &event, NULL, err);
}

/* Up to a little before now; the last due ones stay open. */
static enum status add_doses(struct demo_clinic *clinic, const struct order *order, bool with_conflict, struct error *err)
{
    struct site *site = clinic->actor->site;
    struct planned_slot_list slots = {0};
    const struct schedule_order schedule = {&order->sig, order->start_us, order->stop_us, site->zone};
    if (sig_is_as_needed(&order->sig)) { /* now and then, the last one some hours ago */
        enum status status = STATUS_OK;
        for (int day = 6; status == STATUS_OK && day >= 0; day--) {
            int64_t at_us = clinic->now_us - (day * DAY_H + 9) * US_PER_HOUR;
            status = at_us > order->start_us ? add_dose(clinic, order, &order->sig, UID_NONE, at_us, false, err) : STATUS_OK;
        }
        return status;
    }
    enum status status = schedule_slots(&schedule, order->start_us, clinic->now_us - 120 * US_PER_MINUTE, &slots, err);
    for (size_t i = 0; status == STATUS_OK && i < slots.len; i++) {
        uint8_t identity[PLANNED_IDENTITY_MAX];
        size_t len = planned_slot_identity(&slots.items[i], site->zone, identity);
        struct sig step;
        sig_step(&order->sig, slots.items[i].step, &step);
        struct uid id = derived_slot_id(order->version, slots.items[i].seq, (uint8_t)slots.items[i].kind, identity, len);
        if (dice_roll(&clinic->dice, 100) < 97 || i + 1 < slots.len || with_conflict) {
            status = add_dose(clinic, order, &step, id, slots.items[i].planned_us, false, err);
        }
        if (status == STATUS_OK && with_conflict && i + 1 == slots.len) { /* recorded by two people */
            status = add_dose(clinic, order, &step, id, slots.items[i].planned_us, true, err);
        }
    }
    planned_slot_list_release(&slots);
    return status;
}

/* ---- orders -------------------------------------------------------------------------------------------------------- */

/* The structured directions of a typed line; the tables above hold only lines that are complete, which a test checks by
 * making a clinic. */
static enum status read_line(struct demo_clinic *clinic, const struct patient *patient, const char *text,
                             struct order_line *line, struct error *err)
{
    struct timing_table times = site_timing_table(clinic->actor->site);
    const struct order_line_options options = {.times = &times};
    enum status status = order_line_parse(text, &options, line, err);
    if (status == STATUS_OK && line->sig.weight_basis != WEIGHT_BASIS_NONE) {
        status = sig_apply_weight(&line->sig, patient->weight_kg,
                                  zone_local(clinic->actor->site->zone, patient->weight_at_us).date, 0, err);
    }
    if (status == STATUS_OK && (!order_line_is_ready(line) || line->unknown_count > 0)) {
        status = error_set(err, STATUS_INVALID, "%s", text);
    }
    return status;
}

struct demo_line {
    const char *text;
    int start_days;    /* ago */
    bool is_due_now;   /* once a day, about now */
    bool has_conflict; /* its last dose was recorded twice */
};

/* As many times a day as before, evenly, one of them about now. */
static void move_times(const struct demo_clinic *clinic, int n, struct sig *sig)
{
    const int day = 24 * 60, step = day / sig->times_count;
    struct local_time now = site_now(clinic->actor->site);
    int minute = (now.hour * 60 + now.minute + due_offsets[n] + day) % day;
    minute = (minute - minute % 5) % step; /* the earliest of the day: the others follow ascending */
    for (int i = 0; i < sig->times_count; i++) {
        sig->times_min[i] = (uint16_t)(minute + i * step);
    }
}

static enum status add_order(struct demo_clinic *clinic, int n, int k, const struct patient *patient,
                             const struct demo_line *typed, struct error *err)
{
    struct site *site = clinic->actor->site;
    struct drug_identity identity;
    struct order_line line;
    enum status status = read_line(clinic, patient, typed->text, &line, err);
    if (status != STATUS_OK) {
        return status;
    }
    int64_t start_us = clinic->now_us - typed->start_days * DAY_H * US_PER_HOUR;
    struct order order = {
        .id = demo_id(clinic, "order", n, k), .version = demo_id(clinic, "version", n, k), .patient = patient->id,
        .action = ORDER_ACTION_START, .status = MEDICATION_STATUS_ACTIVE,
        .drug_text = mem_copy_text(line.drug), .indication = mem_copy_text(line.indication),
        .source = ORDER_SOURCE_WRITTEN, .verification = VERIFICATION_VERIFIED,
        .prescriber_name = mem_copy_text("Dr K. Osei"), .ordered_by = clinic->doctor, .quantity = 30, .refills = n % 6,
        .start_us = start_us, .recorded_at_us = start_us < clinic->now_us ? start_us : clinic->now_us - US_PER_HOUR,
        .zone = mem_copy_text(site->row.zone), .sig = line.sig,
    };
    if (order.sig.duration_days > 0 && order.sig.later_count == 0) {
        order.stop_us = start_us + order.sig.duration_days * DAY_H * US_PER_HOUR;
    }
    if (typed->is_due_now && order.sig.kind == SCHEDULE_KIND_WALL && order.sig.weekdays == 0) {
        move_times(clinic, n, &order.sig);
    }
    if (demo_waits_for_pharmacist(n, k)) {
        order.verification = VERIFICATION_UNVERIFIED;
        order.first_due_us = clinic->now_us + (n - 8) * US_PER_HOUR / 2;
    }
    (void)order_identify(site->knowledge, &order, &identity); /* the match is in the identity */
    order.ingredients = identity_keys(site->knowledge, &identity);
    status = order_next_number(site->store, &order.prescription_number, err);
    if (status == STATUS_OK) {
        status = order_insert(site->store, &order, NULL, err);
    }
    if (status == STATUS_OK) {
        status = add_doses(clinic, &order, typed->has_conflict, err);
    }
    if (status == STATUS_OK) {
        status = demo_add_fill(clinic, n, k, &order, err);
    }
    order_release(&order);
    return status;
}

static enum status add_complaint(struct demo_clinic *clinic, int n, int *k, const struct patient *patient,
                                 const struct demo_complaint *complaint, struct error *err)
{
    enum status status = add_condition(clinic, n, patient, complaint->name, complaint->icd10, err);
    for (int i = 0; status == STATUS_OK && i < complaint->line_count; i++) {
        bool is_first = *k == 0 && n < (int)(sizeof due_offsets / sizeof *due_offsets);
        bool is_short = strstr(complaint->lines[i], " for ") != NULL; /* a course: it began a few days ago */
        struct demo_line line = {.text = complaint->lines[i], .start_days = is_short ? 3 : DOSE_DAYS, .is_due_now = is_first,
                                 .has_conflict = n == DEMO_NAME_ALIKE && *k == 0};
        if (n == DEMO_TAPER) { /* one step is over, one goes on, one comes */
            line.start_days = 7;
            line.is_due_now = false;
        }
        if (n == DEMO_NAME_ALIKE) {
            line.start_days = 30;
        }
        status = add_order(clinic, n, (*k)++, patient, &line, err);
    }
    for (int i = 0; status == STATUS_OK && i < complaint->metric_count; i++) {
        status = add_metrics(clinic, n, patient, complaint->metrics[i], err);
    }
    return status;
}

static enum status add_allergies(struct demo_clinic *clinic, int n, struct patient *patient, struct error *err)
{
    if (patient->allergy_status != ALLERGY_STATUS_LISTED) {
        return STATUS_OK;
    }
    if (n != DEMO_WARFARIN) {
        return add_allergy(clinic, n, patient, (int)dice_roll(&clinic->dice, ALLERGENS), err);
    }
    enum status status = add_allergy(clinic, n, patient, 0, err);
    return status == STATUS_OK ? add_allergy(clinic, n, patient, 1, err) : status;
}

enum status demo_fill_chart(struct demo_clinic *clinic, int n, struct patient *patient, struct error *err)
{
    int k = 0;
    enum status status = add_allergies(clinic, n, patient, err);
    if (status == STATUS_OK && n == DEMO_PREGNANT) {
        patient->ver = 1;
        status = patient_set_pregnancy(clinic->actor->site->store, patient, NULL, NULL, err);
    }
    const struct demo_table *table = &clinic->table;
    if (n < DEMO_OTHERS) {
        return status == STATUS_OK ? add_complaint(clinic, n, &k, patient, demo_table_get(table, demo_person_word(n), 0), err)
                                   : status;
    }
    int common = demo_table_count(table, "common"), knotty = demo_table_count(table, "knotty");
    int count = (int)(1 + dice_roll(&clinic->dice, 3)), first = (int)dice_roll(&clinic->dice, (uint32_t)common), step = 3;
    if (dice_roll(&clinic->dice, 100) < 15 && status == STATUS_OK) {
        int which = (int)dice_roll(&clinic->dice, (uint32_t)knotty);
        status = add_complaint(clinic, n, &k, patient, demo_table_get(table, "knotty", which), err);
        count--;
        first = 3, step = 1; /* beside it thyroid, reflux, depression: nothing that is listed already */
    }
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        status = add_complaint(clinic, n, &k, patient, demo_table_get(table, "common", (first + i * step) % common), err);
    }
    return status;
}
