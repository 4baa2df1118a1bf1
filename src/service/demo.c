/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/demo.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "schedule/slots.h"
#include "service/act.h"
#include "service/screening.h"
#include "service/staffing.h"
#include "store/chart_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

enum { DOSE_DAYS = 90 };

/* --- tables of what the clinic is made of -------------------------------------------------------------------------- */

static const char *const first_names_f[] = {"Grace", "Thi Mai", "Maria", "Ingrid", "Aisha", "Ruth", "Chen", "Olga", "Leila", /* not shown: data */
                                            "Nora", "Priya", "Hannah", "Amara", "Sofia", "Yuki", "Elena"};
static const char *const first_names_m[] = {"Nils", "Carlos", "Samuel", "Ahmed", "Viktor", "Jamal", "Peter", "Kofi", "Hugo",
                                            "Daniel", "Ravi", "Tomas", "Luca", "Omar", "Bjorn", "Felix"};
static const char *const last_names[] = {"Halvorsen", "Nguyen", "Reyes", "Haddad", "Kowalski", "Mensah", "Lindqvist",
                                         "Ferreira", "Yamamoto", "Brown", "Castillo", "Novak", "Osei", "Petrov", "Silva",
                                         "Tanaka", "Ueda", "Vargas", "Weber", "Young", "Zhang", "Abara", "Bianchi", "Cohen"};

struct recipe {
    const char *drug, *strength, *form;
    const char *dose;
    enum unit unit;
    enum route route;
    uint8_t times_count;
    uint16_t times_min[4];
    const char *indication;
};

/* Two entries that stand next to each other as a pair interact (the engine says how). */
static const struct recipe recipes[] = {
    {"lisinopril", "10 mg", "tab", "10", UNIT_MG, ROUTE_ORAL, 1, {480}, "hypertension"},
    {"metformin", "500 mg", "tab", "500", UNIT_MG, ROUTE_ORAL, 2, {480, 1200}, "diabetes"},
    {"atorvastatin", "20 mg", "tab", "20", UNIT_MG, ROUTE_ORAL, 1, {1200}, "hyperlipidemia"},
    {"levothyroxine", "75 mcg", "tab", "75", UNIT_MCG, ROUTE_ORAL, 1, {420}, "hypothyroidism"},
    {"amlodipine", "5 mg", "tab", "5", UNIT_MG, ROUTE_ORAL, 1, {480}, "hypertension"},
    {"omeprazole", "20 mg", "cap", "20", UNIT_MG, ROUTE_ORAL, 1, {450}, "reflux"},
    {"furosemide", "40 mg", "tab", "40", UNIT_MG, ROUTE_ORAL, 1, {480}, "heart failure"}, /* not shown: data */
    {"sertraline", "50 mg", "tab", "50", UNIT_MG, ROUTE_ORAL, 1, {480}, "depression"},
    {"metoprolol", "25 mg", "tab", "25", UNIT_MG, ROUTE_ORAL, 2, {480, 1200}, "hypertension"},
    {"gabapentin", "300 mg", "cap", "300", UNIT_MG, ROUTE_ORAL, 3, {480, 840, 1200}, "neuropathy"},
    {"acetaminophen", "500 mg", "tab", "500", UNIT_MG, ROUTE_ORAL, 3, {480, 840, 1200}, "pain"},
    {"cholecalciferol", "1000 units", "cap", "1000", UNIT_UNITS, ROUTE_ORAL, 1, {480}, "bone health"}, /* not shown: data */
    {"warfarin", "5 mg", "tab", "5", UNIT_MG, ROUTE_ORAL, 1, {1080}, "atrial fibrillation"}, /* not shown: data */
    {"amiodarone", "200 mg", "tab", "200", UNIT_MG, ROUTE_ORAL, 1, {480}, "atrial fibrillation"}, /* not shown: data */
    {"spironolactone", "25 mg", "tab", "25", UNIT_MG, ROUTE_ORAL, 1, {480}, "heart failure"}, /* not shown: data */
    {"albuterol", "90 mcg", "inhaler", "2", UNIT_PUFF, ROUTE_INHALED, 4, {480, 720, 960, 1200}, "asthma"},
    {"aspirin", "81 mg", "tab", "81", UNIT_MG, ROUTE_ORAL, 1, {480}, "coronary disease"}, /* not shown: data */
    {"insulin glargine", "100 units/mL", "pen", "20", UNIT_UNITS, ROUTE_SUBCUT, 1, {1320}, "diabetes"}, /* not shown: data */
};
enum { RECIPES = sizeof recipes / sizeof *recipes, PLAIN_RECIPES = 12, WARFARIN = 12, AMIODARONE = 13 };

static const struct {
    const char *name;
    const char *reaction;
    enum reaction_severity severity;
} allergens[] = {
    {"penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING},
    {"sulfonamides", "rash", REACTION_SEVERITY_MODERATE},
    {"codeine", "nausea", REACTION_SEVERITY_MILD},
    {"latex", "itch", REACTION_SEVERITY_MILD},
    {"aspirin", "wheeze", REACTION_SEVERITY_SEVERE},
};

/* Minutes from now at which the first patients' first drug is due. */
static const int due_offsets[] = {-65, -20, 0, 25, 10, -10, -95, 45, 0, 30};

static const struct {
    const char *login, *first, *last;
    enum role role;
} people[DEMO_USERS] = {
    {"admin", "Alex", "Morgan", ROLE_ADMINISTRATOR}, {"nurse", "Jo", "Alvarez", ROLE_NURSE},
    {"pharm", "Rina", "Shah", ROLE_PHARMACIST},      {"doctor", "Kwame", "Osei", ROLE_PRESCRIBER},
    {"tech", "Lee", "Park", ROLE_TECHNICIAN},        {"desk", "Mia", "Lund", ROLE_FRONT_DESK},
    {"audit", "Ned", "Frost", ROLE_AUDITOR},
};

/* --- a small deterministic sequence (splitmix64): the same seed, the same clinic ----------------------------------- */

struct dice {
    uint64_t state;
};

static uint32_t roll(struct dice *dice, uint32_t sides)
{
    uint64_t z = dice->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) % sides);
}

void demo_users(uint64_t seed, struct demo_user out[DEMO_USERS])
{
    static const char *const words[] = {"harbor", "lantern", "meadow", "copper", "willow", "saddle", "violet", "canyon",
                                        "pepper", "magnet", "island", "kettle", "rocket", "silver", "tunnel", "walnut"};
    struct dice dice = {seed ^ UINT64_C(0x5eed)};
    for (int i = 0; i < DEMO_USERS; i++) {
        out[i].login = people[i].login;
        out[i].role = people[i].role;
        const char *a = words[roll(&dice, 16)], *b = words[roll(&dice, 16)], *c = words[roll(&dice, 16)];
        (void)snprintf(out[i].password, sizeof out[i].password, "%s-%s-%s", a, b, c); /* fits */
    }
}

/* --- one patient ---------------------------------------------------------------------------------------------------- */

struct clinic {
    struct actor *actor;
    struct dice dice;
    uint64_t seed;
    int64_t now_us;
    struct uid nurse;
};

static struct uid demo_id(const struct clinic *clinic, const char *kind, int patient, int n)
{
    char seed[24], a[16], b[16];
    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)clinic->seed); /* fits */
    (void)snprintf(a, sizeof a, "%d", patient);                                  /* fits */
    (void)snprintf(b, sizeof b, "%d", n);                                        /* fits */
    const char *const parts[] = {seed, kind, a, b};
    return derived_id("prescripcare.demo.1", parts, 4);
}

/* Who the n-th patient is; the first ones are the people that the workflows need. */
static void who(struct clinic *clinic, int n, struct patient *out)
{
    struct date today = site_today(clinic->actor->site);
    bool is_female = roll(&clinic->dice, 2) == 0;
    char mrn[16], phone[24];
    int age_days = (int)(18 * 365 + roll(&clinic->dice, 70 * 365));
    const char *first = is_female ? first_names_f[roll(&clinic->dice, 16)] : first_names_m[roll(&clinic->dice, 16)];
    const char *last = last_names[roll(&clinic->dice, 24)];
    struct decimal weight = {(int64_t)(480 + roll(&clinic->dice, 500)), 1};
    if (n == 0) { /* the chart of the manual: warfarin and amiodarone, two allergies */
        first = "Grace Adaeze", last = "Okafor", is_female = true, age_days = 67 * 365 + 100; /* not shown: data */
    } else if (n == 1) { /* her name-alike */
        first = "Grace", last = "Okafour", is_female = true;
    } else if (n == 2) { /* dosed by weight */
        first = "Milo", last = "Reyes", is_female = false, age_days = 130, weight = (struct decimal){64, 1};
    } else if (n == 3) { /* pregnant */
        first = "Leila", last = "Haddad", is_female = true, age_days = 29 * 365;
    } else if (n == 4) { /* kidneys, 14 drugs */
        first = "Viktor", last = "Petrov", is_female = false, age_days = 79 * 365;
    } else if (n == 5) { /* never asked about allergies */
        first = "Nils", last = "Halvorsen", is_female = false;
    }
    (void)snprintf(mrn, sizeof mrn, "%06d", 4182 + n * 7);                                          /* fits */
    (void)snprintf(phone, sizeof phone, "555-01%02d-%04d", n % 100, (int)roll(&clinic->dice, 10000)); /* fits */
    *out = (struct patient){
        .id = demo_id(clinic, "patient", n, 0),
        .first_name = mem_copy_text(first),
        .last_name = mem_copy_text(last),
        .birth_date = date_add_days(today, -age_days),
        .gender = is_female ? GENDER_FEMALE : GENDER_MALE,
        .phone_number = mem_copy_text(phone),
        .address = mem_copy_text(""),
        .language = mem_copy_text("en"),
        .height_cm = n == 2 ? 63 : (int)(150 + roll(&clinic->dice, 45)),
        .weight_kg = weight,
        .weight_at_us = clinic->now_us - (int64_t)roll(&clinic->dice, 60) * 24 * US_PER_HOUR,
        .timezone = mem_copy_text(""),
        .mrn = mem_copy_text(mrn),
        .allergy_status = n == 5 ? ALLERGY_STATUS_NOT_ASKED : ALLERGY_STATUS_NONE_KNOWN,
        .allergy_status_at_us = clinic->now_us,
        .source_system = mem_copy_text("demo"),
    };
}

static enum status add_allergy(struct clinic *clinic, int n, const struct patient *patient, int which, struct error *err)
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
        .recorded_at_us = clinic->now_us - 400 * 24 * US_PER_HOUR,
    };
    enum status status = allergy_insert(clinic->actor->site->store, &allergy, clinic->nurse, NULL, err);
    mem_free(name);
    mem_free(reaction);
    return status;
}

static enum status add_condition(struct clinic *clinic, int n, const struct patient *patient, const char *text,
                                 const char *code, struct error *err)
{
    char *name = mem_copy_text(text), *icd = mem_copy_text(code), system[] = "icd10", none[] = "";
    const struct condition condition = {
        .id = demo_id(clinic, text, n, 0),
        .patient = patient->id,
        .name = name, .code = icd, .code_system = system, .notes = none, .original = none,
        .status = CONDITION_STATUS_ACTIVE,
        .diagnosed = date_add_days(site_today(clinic->actor->site), -(int32_t)roll(&clinic->dice, 3000)),
        .recorded_at_us = clinic->now_us - 300 * 24 * US_PER_HOUR,
    };
    enum status status = condition_insert(clinic->actor->site->store, &condition, clinic->nurse, NULL, err);
    mem_free(name);
    mem_free(icd);
    return status;
}

/* What happened to one past slot. */
static enum status add_dose(struct clinic *clinic, const struct order *order, const struct planned_slot *slot, struct uid id,
                            bool is_second, struct error *err)
{
    struct site *site = clinic->actor->site;
    uint32_t fate = roll(&clinic->dice, 100);
    char none[] = "", reason[16] = "";
    int64_t at_us = slot->planned_us + ((int64_t)roll(&clinic->dice, 50) - 10) * US_PER_MINUTE;
    struct clock then = clock_fixed(at_us);
    struct dose_event event = {
        .patient = order->patient, .order = order->id, .order_version = order->version, .slot = id,
        .planned_us = slot->planned_us, .occurred_us = at_us,
        .status = fate < 92 || is_second ? DOSE_STATUS_GIVEN : fate < 96 ? DOSE_STATUS_REFUSED : DOSE_STATUS_HELD,
        .amount = order->sig.dose, .unit = order->sig.unit, .route = order->sig.route,
        .body_site = none, .reason = reason, .reason_text = none, .product_code = none, .lot = none, .expiry = none,
        .side_effects = none, .notes = none,
        .identified_by = IDENTIFIED_BY_WRISTBAND,
        .no_scan_reason = NO_SCAN_REASON_MISSING,
        .recorded_via = RECORDED_VIA_WORKSTATION,
        .given_by = clinic->nurse, .recorded_by = clinic->nurse,
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

/* 90 days of doses up to a little before now; the last due ones stay open, so that Home has work. */
static enum status add_doses(struct clinic *clinic, const struct order *order, bool with_conflict, struct error *err)
{
    struct site *site = clinic->actor->site;
    struct planned_slot_list slots = {0};
    const struct schedule_order schedule = {&order->sig, order->start_us, order->stop_us, site->zone};
    enum status status = schedule_slots(&schedule, order->start_us, clinic->now_us - 120 * US_PER_MINUTE, &slots, err);
    for (size_t i = 0; status == STATUS_OK && i < slots.len; i++) {
        uint8_t identity[PLANNED_IDENTITY_MAX];
        size_t len = planned_slot_identity(&slots.items[i], site->zone, identity);
        struct uid id = derived_slot_id(order->version, slots.items[i].seq, (uint8_t)slots.items[i].kind, identity, len);
        if (roll(&clinic->dice, 100) < 97 || i + 1 < slots.len || with_conflict) {
            status = add_dose(clinic, order, &slots.items[i], id, false, err);
        }
        if (status == STATUS_OK && with_conflict && i + 1 == slots.len) { /* recorded by two people */
            status = add_dose(clinic, order, &slots.items[i], id, true, err);
        }
    }
    planned_slot_list_release(&slots);
    return status;
}

static enum status add_order(struct clinic *clinic, int n, int k, const struct patient *patient, const struct recipe *recipe,
                             int days, bool with_conflict, struct error *err)
{
    struct site *site = clinic->actor->site;
    struct drug_identity identity;
    struct order order = {
        .id = demo_id(clinic, "order", n, k), .version = demo_id(clinic, "version", n, k), .patient = patient->id,
        .action = ORDER_ACTION_START, .status = MEDICATION_STATUS_ACTIVE,
        .drug_text = mem_copy_text(recipe->drug), .strength = mem_copy_text(recipe->strength),
        .dosage_form = mem_copy_text(recipe->form), .indication = mem_copy_text(recipe->indication),
        .source = ORDER_SOURCE_WRITTEN, .verification = VERIFICATION_VERIFIED,
        .prescriber_name = mem_copy_text("Dr K. Osei"), .quantity = 30 * recipe->times_count, .refills = (int)(n % 6),
        .start_us = clinic->now_us - days * 24 * US_PER_HOUR, .recorded_at_us = clinic->now_us - days * 24 * US_PER_HOUR,
        .zone = mem_copy_text(site->row.zone),
    };
    order.sig.kind = SCHEDULE_KIND_WALL;
    order.sig.unit = recipe->unit;
    order.sig.route = recipe->route;
    order.sig.times_count = recipe->times_count;
    memcpy(order.sig.times_min, recipe->times_min, sizeof recipe->times_min);
    if (k == 0 && n < (int)(sizeof due_offsets / sizeof *due_offsets)) {
        /* Whatever the hour at which the demo is made, Home has work to show. */
        struct local_time now = site_now(site);
        int minute = (now.hour * 60 + now.minute + due_offsets[n] + 24 * 60) % (24 * 60);
        order.sig.times_count = 1;
        order.sig.times_min[0] = (uint16_t)(minute - minute % 5);
    }
    enum status status = decimal_parse(recipe->dose, &order.sig.dose, err);
    (void)order_identify(site->knowledge, &order, &identity); /* the match is in the identity */
    order.ingredients = identity_keys(site->knowledge, &identity);
    if (status == STATUS_OK) {
        status = order_next_number(site->store, &order.prescription_number, err);
    }
    if (status == STATUS_OK) {
        status = order_insert(site->store, &order, NULL, err);
    }
    if (status == STATUS_OK) {
        status = add_doses(clinic, &order, with_conflict, err);
    }
    order_release(&order);
    return status;
}

static enum status add_orders(struct clinic *clinic, int n, const struct patient *patient, struct error *err)
{
    static const struct recipe infant = {"amoxicillin", "250 mg/5 mL", "suspension", "80", UNIT_MG, ROUTE_ORAL, 2,
                                         {480, 1200}, "otitis media"}; /* not shown: data */
    enum status status = STATUS_OK;
    if (n == 2) {
        return add_order(clinic, n, 0, patient, &infant, 3, false, err);
    }
    int count = n == 4 ? 14 : n == 3 ? 1 : (int)(2 + roll(&clinic->dice, 4));
    int first = n == 0 ? WARFARIN : (int)roll(&clinic->dice, PLAIN_RECIPES);
    if (n == 3) {
        first = 3; /* levothyroxine */
    }
    bool has_finding = n != 0 && n > 5 && roll(&clinic->dice, 100) < 15;
    for (int k = 0; status == STATUS_OK && k < count; k++) {
        int which = n == 4 ? k : n == 0 && k < 2 ? WARFARIN + k : (first + k * 5) % PLAIN_RECIPES;
        if (has_finding && k < 2) {
            which = WARFARIN + k;
        }
        status = add_order(clinic, n, k, patient, &recipes[which], n == 1 ? 30 : DOSE_DAYS, n == 1 && k == 0, err);
    }
    return status;
}

static enum status add_patient(struct clinic *clinic, int n, struct error *err)
{
    struct patient patient;
    who(clinic, n, &patient);
    bool has_allergy = n == 0 || (n > 5 && roll(&clinic->dice, 100) < 35);
    if (has_allergy) {
        patient.allergy_status = ALLERGY_STATUS_LISTED;
    }
    struct act act = ACT(clinic->actor, PERMISSION_SITE_ADMIN, "demo.patient", "user_profiles", patient.id);
    enum status status = act_begin(&act, err);
    if (status == STATUS_OK) {
        act.record = patient.id;
        status = patient_insert(clinic->actor->site->store, &patient, NULL, err);
        if (status == STATUS_OK && has_allergy) {
            status = add_allergy(clinic, n, &patient, n == 0 ? 0 : (int)roll(&clinic->dice, 5), err);
        }
        if (status == STATUS_OK && n == 0) {
            status = add_allergy(clinic, n, &patient, 1, err);
        }
        if (status == STATUS_OK && n == 3) {
            status = add_condition(clinic, n, &patient, "Pregnancy", "Z33.1", err);
        }
        if (status == STATUS_OK && n == 4) {
            status = add_condition(clinic, n, &patient, "Chronic kidney disease stage 4", "N18.4", err); /* not shown: data */
        }
        if (status == STATUS_OK && n != 2) {
            status = add_condition(clinic, n, &patient, "Hypertension", "I10", err);
        }
        if (status == STATUS_OK) {
            status = add_orders(clinic, n, &patient, err);
        }
        status = act_end(&act, status, err);
    }
    patient_release(&patient);
    return status;
}

/* --- the site ------------------------------------------------------------------------------------------------------- */

static enum status add_staff(struct actor *admin, const struct demo_user users[DEMO_USERS], struct password_cost cost,
                             struct uid *out_nurse, struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = 1; status == STATUS_OK && i < DEMO_USERS; i++) {
        status = staff_add(admin, users[i].login, people[i].first, people[i].last, users[i].role, users[i].password, cost, err);
    }
    struct staff_list staff = {0};
    if (status == STATUS_OK) {
        status = staff_list_all(admin, &staff, err);
    }
    for (size_t i = 0; i < staff.len; i++) {
        if (staff.items[i].role == ROLE_NURSE) {
            *out_nurse = staff.items[i].user;
        }
    }
    staff_list_release(&staff);
    return status;
}

enum status demo_create(const char *folder, const char *device_key_path, int patients, uint64_t seed,
                        struct password_cost cost, const struct clock *clock, struct demo_user out[DEMO_USERS],
                        struct error *err)
{
    struct site *site = NULL;
    struct actor *admin = NULL;
    char *recovery = NULL;
    demo_users(seed, out);
    const struct site_new what = {.folder = folder, .device_key_path = device_key_path, .name = "Eastside Clinic", /* not shown: data */
                                  .zone = "America/New_York", .is_demo = true, .admin_login = out[0].login,
                                  .admin_first_name = people[0].first, .admin_last_name = people[0].last,
                                  .admin_password = out[0].password, .cost = cost};
    enum status status = site_create(&what, clock, &recovery, err);
    mem_free(recovery); /* a demo's data are invented */
    if (status == STATUS_OK) {
        status = site_open(folder, device_key_path, clock, &site, err);
    }
    if (status == STATUS_OK) {
        status = session_sign_in(site, out[0].login, out[0].password, &admin, err);
    }
    if (status == STATUS_OK) {
        struct clinic clinic = {.actor = admin, .dice = {seed}, .seed = seed, .now_us = clock_now_us(clock)};
        status = add_staff(admin, out, cost, &clinic.nurse, err);
        for (int n = 0; status == STATUS_OK && n < patients; n++) {
            status = add_patient(&clinic, n, err);
        }
    }
    session_sign_out(admin, SESSION_END_SIGNED_OUT);
    site_close(site);
    return status;
}
