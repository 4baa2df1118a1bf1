/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scratch clinic for tests of services and screens: a real sealed site in a temporary folder, a clock that stands still,
 * people of every role who are hired when they are first needed, and patients made of a few words. Everything goes
 * through the services; what a test did not expect to fail aborts it with the sentence that a person would have read.
 * One clinic for each test:
 *
 *     struct clinic *c = clinic_new();
 *     struct uid grace = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor", .born = "1958-03-14"});
 *     clinic_add_allergy(c, grace, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
 *     struct uid order = clinic_add_order(c, grace, "warfarin 5 mg tab 1 tab daily");
 *     ... order_stop(clinic_actor(c, CLINIC_NURSE), order, ...)
 *     clinic_free(c);
 */
#ifndef SUPPORT_CLINIC_H
#define SUPPORT_CLINIC_H

#include "model/order.h"
#include "service/site.h"

enum clinic_person {
    CLINIC_ADMIN,
    CLINIC_NURSE,
    CLINIC_NURSE_2,
    CLINIC_PHARMACIST,
    CLINIC_PRESCRIBER,
    CLINIC_PRESCRIBER_2,
    CLINIC_TECHNICIAN,
    CLINIC_STUDENT,
    CLINIC_FRONT_DESK,
    CLINIC_PRIVACY_OFFICER,
    CLINIC_AUDITOR,
    CLINIC_PEOPLE
};

#define CLINIC_START_US INT64_C(1795527000000000) /* 2026-11-24 13:30 UTC, 08:30 in the clinic (New York) */

struct clinic {
    char *folder, *site_folder, *device_key_path;
    struct clock clock;  /* assign to clock.fixed_us to let time pass */
    struct site *site;
    bool is_hired[CLINIC_PEOPLE];
    struct actor *actors[CLINIC_PEOPLE]; /* signed in so far; clinic_actor() */
};

struct clinic *clinic_new(void);
void clinic_free(struct clinic *c); /* signs everybody out */
void clinic_pass(struct clinic *c, int64_t us);

/* Signed in on the clinic's own connection; hired when new, signed in again when the session's hours are up. */
struct actor *clinic_actor(struct clinic *c, enum clinic_person who);
/* An account without a session, for tests that sign in themselves. */
void clinic_hire(struct clinic *c, enum clinic_person who);
const char *clinic_login(enum clinic_person who);
const char *clinic_password(enum clinic_person who);
struct uid clinic_user(struct clinic *c, enum clinic_person who); /* users.user_id; signs in */
/* Types the own password once more: for acts that ask for it (service/step_up.h). */
void clinic_prove(struct clinic *c, enum clinic_person who);
void clinic_sign_out(struct clinic *c, enum clinic_person who);

/* What XDG_STATE_HOME has to name for the real program to work on this site: its way to the device key. The caller frees. */
char *clinic_state_folder(const struct clinic *c);
/* The same site opened once more, as another process would: the caller signs in there and closes it. */
struct site *clinic_open_again(struct clinic *c);

struct clinic_patient {
    const char *first, *last;        /* NULL: "Test" */
    const char *mrn;                 /* NULL: the site's next number */
    const char *born;                /* ISO; NULL: 1960-05-17 */
    enum gender sex;                 /* none given: female */
    const char *weight_kg;           /* NULL: unknown */
    enum allergy_status allergies;   /* none given: no known allergies */
};
struct uid clinic_add_patient(struct clinic *c, const struct clinic_patient *who);
void clinic_add_allergy(struct clinic *c, struct uid patient, const char *allergen, const char *reaction,
                        enum reaction_severity severity);
void clinic_add_condition(struct clinic *c, struct uid patient, const char *name, const char *icd10);

/* Entered by the prescriber as one line and saved whatever the engine finds (each finding is accepted, with a plan), verified. */
struct uid clinic_add_order(struct clinic *c, struct uid patient, const char *line);
/* The same, before a pharmacist has looked at it. */
struct uid clinic_add_unverified_order(struct clinic *c, struct uid patient, const char *line);
/* The same as somebody who is signed in at another site, such as the demo's. */
struct uid clinic_register(struct actor *actor, const struct clinic_patient *who);
struct uid clinic_enter_order(struct actor *doctor, const char *password, struct uid patient, const char *line,
                              enum verification verification);
/* As it stands now; the caller releases. */
struct order clinic_get_order(struct clinic *c, struct uid order);

#endif
