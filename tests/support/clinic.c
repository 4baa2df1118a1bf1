/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/clinic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "model/order_line.h"
#include "service/allergies.h"
#include "service/chart.h"
#include "service/orders.h"
#include "service/patients.h"
#include "service/problems.h"
#include "service/staffing.h"
#include "service/step_up.h"
#include "store/order_store.h"
#include "store/patient_store.h"
#include "support/folder.h"

static const struct {
    const char *login, *first, *last, *password;
    enum role role;
} PEOPLE[CLINIC_PEOPLE] = {
    [CLINIC_ADMIN] = {"admin", "Alex", "Morgan", "harbor-lantern-meadow", ROLE_ADMINISTRATOR},
    [CLINIC_NURSE] = {"nurse", "Jo", "Alvarez", "copper-willow-saddle", ROLE_NURSE},
    [CLINIC_NURSE_2] = {"nurse2", "Ines", "Duarte", "violet-canyon-pepper", ROLE_NURSE},
    [CLINIC_PHARMACIST] = {"pharm", "Rina", "Shah", "magnet-island-kettle", ROLE_PHARMACIST},
    [CLINIC_PRESCRIBER] = {"doctor", "Kwame", "Osei", "rocket-silver-tunnel", ROLE_PRESCRIBER},
    [CLINIC_PRESCRIBER_2] = {"doctor2", "Lena", "Brandt", "walnut-harbor-copper", ROLE_PRESCRIBER},
    [CLINIC_TECHNICIAN] = {"tech", "Lee", "Park", "lantern-violet-magnet", ROLE_TECHNICIAN},
    [CLINIC_STUDENT] = {"student", "Finn", "Hale", "meadow-canyon-island", ROLE_STUDENT},
    [CLINIC_FRONT_DESK] = {"desk", "Mia", "Lund", "willow-pepper-kettle", ROLE_FRONT_DESK},
    [CLINIC_PRIVACY_OFFICER] = {"privacy", "Vera", "Stone", "saddle-rocket-walnut", ROLE_PRIVACY_OFFICER},
    [CLINIC_AUDITOR] = {"audit", "Ned", "Frost", "silver-tunnel-harbor", ROLE_AUDITOR},
};

/* What a test prepares must work: anything else is a broken test, told by the sentence of the error. */
static void must(enum status status, const struct error *err, const char *what)
{
    if (status != STATUS_OK) {
        (void)fprintf(stderr, "clinic: %s: %s (%s)\n", what, error_text(err), err->field);
        abort();
    }
}

const char *clinic_login(enum clinic_person who)
{
    return PEOPLE[who].login;
}

const char *clinic_password(enum clinic_person who)
{
    return PEOPLE[who].password;
}

struct clinic *clinic_new(void)
{
    struct error err = ERROR_INIT;
    struct clinic *c = mem_alloc(sizeof *c);
    char *recovery = NULL;
    c->folder = folder_new();
    c->site_folder = folder_path(c->folder, "site");
    c->device_key_path = folder_path(c->folder, "device.key");
    c->clock = clock_fixed(CLINIC_START_US);
    const struct site_new what = {.folder = c->site_folder, .device_key_path = c->device_key_path, .name = "Scratch Clinic",
                                  .zone = "America/New_York", .admin_login = PEOPLE[CLINIC_ADMIN].login,
                                  .admin_first_name = PEOPLE[CLINIC_ADMIN].first,
                                  .admin_last_name = PEOPLE[CLINIC_ADMIN].last,
                                  .admin_password = PEOPLE[CLINIC_ADMIN].password, .cost = PASSWORD_COST_TEST};
    must(site_create(&what, &c->clock, &recovery, &err), &err, "a new site");
    mem_free(recovery);
    c->is_hired[CLINIC_ADMIN] = true;
    c->site = clinic_open_again(c);
    return c;
}

void clinic_free(struct clinic *c)
{
    for (int who = 0; who < CLINIC_PEOPLE; who++) {
        clinic_sign_out(c, (enum clinic_person)who);
    }
    site_close(c->site);
    mem_free(c->site_folder);
    mem_free(c->device_key_path);
    folder_remove(c->folder);
    mem_free(c);
}

void clinic_pass(struct clinic *c, int64_t us)
{
    c->clock.fixed_us += us;
}

struct site *clinic_open_again(struct clinic *c)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    must(site_open(c->site_folder, c->device_key_path, &c->clock, &site, &err), &err, "opening the site");
    return site;
}

char *clinic_state_folder(const struct clinic *c)
{
    char *state = folder_path(c->folder, "state"), *folder = folder_path(state, "prescripcare"), *key = folder_path(folder, "device.key");
    (void)mkdir(state, 0700); /* the copy fails when they are not there */
    (void)mkdir(folder, 0700);
    file_copy(c->device_key_path, key);
    (void)chmod(key, 0600);
    mem_free(folder);
    mem_free(key);
    return state;
}

void clinic_hire(struct clinic *c, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    if (!c->is_hired[who]) {
        must(staff_add(clinic_actor(c, CLINIC_ADMIN), PEOPLE[who].login, PEOPLE[who].first, PEOPLE[who].last, PEOPLE[who].role,
                       PEOPLE[who].password, false, PASSWORD_COST_TEST, &err),
             &err, PEOPLE[who].login);
        c->is_hired[who] = true;
    }
}

struct actor *clinic_actor(struct clinic *c, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    clinic_hire(c, who);
    if (c->actors[who] != NULL && clock_now_us(&c->clock) >= c->actors[who]->expires_us) {
        clinic_sign_out(c, who); /* a test that lets days pass: the person comes back to work */
    }
    if (c->actors[who] == NULL) {
        must(session_sign_in(c->site, PEOPLE[who].login, PEOPLE[who].password, &c->actors[who], &err), &err,
             PEOPLE[who].login);
    }
    return c->actors[who];
}

struct uid clinic_user(struct clinic *c, enum clinic_person who)
{
    return clinic_actor(c, who)->user;
}

void clinic_prove(struct clinic *c, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    must(step_up_prove(clinic_actor(c, who), PEOPLE[who].password, NULL, &err), &err, PEOPLE[who].login);
}

void clinic_sign_out(struct clinic *c, enum clinic_person who)
{
    session_sign_out(c->actors[who], SESSION_END_SIGNED_OUT);
    c->actors[who] = NULL;
}

/* --- patients ------------------------------------------------------------------------------------------------------- */

struct uid clinic_add_patient(struct clinic *c, const struct clinic_patient *who)
{
    return clinic_register(clinic_actor(c, CLINIC_PRESCRIBER), who);
}

struct uid clinic_register(struct actor *actor, const struct clinic_patient *who)
{
    struct error err = ERROR_INIT;
    struct uid id = UID_NONE;
    char first[] = "Test", none[] = "";
    struct patient patient = {
        .first_name = who->first != NULL ? (char *)(uintptr_t)who->first : first, /* only read */
        .last_name = who->last != NULL ? (char *)(uintptr_t)who->last : first,    /* only read */
        .gender = who->sex != GENDER_NONE_GIVEN ? who->sex : GENDER_FEMALE,
        .phone_number = none, .address = none, .language = none, .timezone = none,
        .mrn = who->mrn != NULL ? (char *)(uintptr_t)who->mrn : none /* only read */, .source_system = none,
        .allergy_status = who->allergies != ALLERGY_STATUS_NONE_GIVEN ? who->allergies : ALLERGY_STATUS_NONE_KNOWN,
        .allergy_status_at_us = clock_now_us(actor->site->clock),
    };
    must(date_parse_iso(who->born != NULL ? who->born : "1960-05-17", &patient.birth_date, &err), &err, "birth date");
    if (who->weight_kg != NULL) {
        must(decimal_parse(who->weight_kg, &patient.weight_kg, &err), &err, "weight");
        patient.weight_at_us = clock_now_us(actor->site->clock) - 24 * US_PER_HOUR;
    }
    must(patient_register(actor, &patient, &id, &err), &err, "a patient");
    return id;
}

void clinic_add_allergy(struct clinic *c, struct uid patient, const char *allergen, const char *reaction,
                        enum reaction_severity severity)
{
    struct error err = ERROR_INIT;
    char none[] = "";
    const struct allergy allergy = {
        .patient = patient,
        .allergen_name = (char *)(uintptr_t)allergen, /* only read */
        .allergen_key = none, .code_system = none, .code = none, .note = none, .original = none,
        .type = ALLERGEN_TYPE_DRUG, .kind = ALLERGY_KIND_ALLERGY, .state = ALLERGY_STATE_ACTIVE,
        .reaction = (char *)(uintptr_t)reaction, /* only read */
        .severity = severity, .is_verified = true,
    };
    must(allergy_add(clinic_actor(c, CLINIC_PRESCRIBER), &allergy, &err), &err, allergen);
}

void clinic_add_condition(struct clinic *c, struct uid patient, const char *name, const char *icd10)
{
    struct error err = ERROR_INIT;
    char none[] = "", system[] = "icd10";
    const struct condition condition = {
        .patient = patient,
        .name = (char *)(uintptr_t)name,  /* only read */
        .code = (char *)(uintptr_t)icd10, /* only read */
        .code_system = system, .notes = none, .original = none, .status = CONDITION_STATUS_ACTIVE,
    };
    must(condition_add(clinic_actor(c, CLINIC_PRESCRIBER), &condition, &err), &err, name);
}

/* --- orders --------------------------------------------------------------------------------------------------------- */

/* A dose by weight is calculated as the order form does it. */
static void apply_weight(const struct site *site, struct uid patient, struct sig *sig)
{
    struct error err = ERROR_INIT;
    struct patient who;
    if (sig->weight_basis == WEIGHT_BASIS_NONE) {
        return;
    }
    must(patient_get(site->store, patient, &who, &err), &err, "a patient");
    if (!decimal_is_zero(who.weight_kg)) {
        must(sig_apply_weight(sig, who.weight_kg, zone_local(site->zone, who.weight_at_us).date, 1, &err), &err, "a dose by weight");
    }
    patient_release(&who);
}

struct uid clinic_enter_order(struct actor *doctor, const char *password, struct uid patient, const char *line, enum verification verification)
{
    struct error err = ERROR_INIT;
    struct order_line parsed;
    struct order order = {.patient = patient, .action = ORDER_ACTION_START, .status = MEDICATION_STATUS_ACTIVE,
                          .verification = verification};
    struct proposal *proposal = NULL;
    struct uid id = UID_NONE;
    must(order_line_parse(line, &(struct order_line_options){0}, &parsed, &err), &err, line);
    if (!order_line_is_ready(&parsed)) {
        (void)error_set(&err, STATUS_INVALID, "the line is not complete");
        must(STATUS_INVALID, &err, line);
    }
    order.drug_text = parsed.drug;
    order.indication = parsed.indication;
    order.sig = parsed.sig;
    apply_weight(doctor->site, patient, &order.sig);
    order.quantity = parsed.quantity > 0 ? parsed.quantity : 0;
    order.refills = parsed.refills > 0 ? parsed.refills : 0;
    must(order_propose(doctor, patient, &order, &proposal, &err), &err, line);
    size_t count = 0;
    struct finding_answer *answers = mem_alloc_array((size_t)proposal->result->finding_count + 1, sizeof *answers);
    for (int i = 0; i < proposal->result->finding_count; i++) {
        if (finding_interrupts(&proposal->result->findings[i]) && !proposal->is_settled[i]) {
            answers[count++] = (struct finding_answer){.finding = i, .reason = OVERRIDE_REASON_MONITORED,
                                                       .reason_text = "", .plan = "watched closely"};
        }
    }
    if (proposal->interrupting > 0 || proposal_check_proof(doctor, proposal, NULL) != STATUS_OK) {
        must(step_up_prove(doctor, password, NULL, &err), &err, "a proof");
    }
    must(order_save(doctor, proposal, answers, count, NULL, &id, &err), &err, line);
    mem_free(answers);
    proposal_free(proposal);
    return id;
}

struct uid clinic_add_order(struct clinic *c, struct uid patient, const char *line)
{
    return clinic_enter_order(clinic_actor(c, CLINIC_PRESCRIBER), clinic_password(CLINIC_PRESCRIBER), patient, line, VERIFICATION_VERIFIED);
}

struct uid clinic_add_unverified_order(struct clinic *c, struct uid patient, const char *line)
{
    return clinic_enter_order(clinic_actor(c, CLINIC_PRESCRIBER), clinic_password(CLINIC_PRESCRIBER), patient, line, VERIFICATION_UNVERIFIED);
}

struct order clinic_get_order(struct clinic *c, struct uid order)
{
    struct error err = ERROR_INIT;
    struct order out;
    must(order_get(c->site->store, order, &out, &err), &err, "an order");
    return out;
}
