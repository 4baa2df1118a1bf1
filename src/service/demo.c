/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/demo.h"

#include <stdio.h>

#include "base/memory.h"
#include "service/act.h"
#include "service/demo_private.h"
#include "service/site_making.h"
#include "service/staffing.h"
#include "store/patient_store.h"

static const struct {
    const char *login, *first, *last;
    enum role role;
} people[DEMO_USERS] = {
    {"admin", "Alex", "Morgan", ROLE_ADMINISTRATOR}, {"nurse", "Jo", "Alvarez", ROLE_NURSE},
    {"pharm", "Rina", "Shah", ROLE_PHARMACIST},      {"doctor", "Kwame", "Osei", ROLE_PRESCRIBER},
    {"tech", "Lee", "Park", ROLE_TECHNICIAN},        {"desk", "Mia", "Lund", ROLE_FRONT_DESK},
    {"privacy", "Iris", "Vale", ROLE_PRIVACY_OFFICER}, {"audit", "Ned", "Frost", ROLE_AUDITOR},
};

void demo_users(uint64_t seed, struct demo_user out[DEMO_USERS])
{
    static const char *const words[] = {"harbor", "lantern", "meadow", "copper", "willow", "saddle", "violet", "canyon",
                                        "pepper", "magnet", "island", "kettle", "rocket", "silver", "tunnel", "walnut"};
    struct dice dice = {seed ^ UINT64_C(0x5eed)};
    for (int i = 0; i < DEMO_USERS; i++) {
        out[i].login = people[i].login;
        out[i].role = people[i].role;
        const char *a = words[dice_roll(&dice, 16)], *b = words[dice_roll(&dice, 16)], *c = words[dice_roll(&dice, 16)];
        (void)snprintf(out[i].password, sizeof out[i].password, "%s-%s-%s", a, b, c); /* fits */
    }
}

static enum status add_patient(struct demo_clinic *clinic, int n, struct error *err)
{
    struct patient patient;
    demo_person(clinic, n, &patient);
    if (n == DEMO_WARFARIN || (n >= DEMO_OTHERS && dice_roll(&clinic->dice, 100) < 35)) {
        patient.allergy_status = ALLERGY_STATUS_LISTED;
    }
    struct act act = ACT(clinic->actor, PERMISSION_SITE_ADMIN, "demo.patient", "user_profiles", patient.id);
    enum status status = act_begin(&act, err);
    if (status == STATUS_OK) {
        act.record = patient.id;
        status = patient_insert(clinic->actor->site->store, &patient, NULL, err);
        if (status == STATUS_OK) {
            status = demo_fill_chart(clinic, n, &patient, err);
        }
        status = act_end(&act, status, err);
    }
    patient_release(&patient);
    return status;
}

static enum status add_staff(struct demo_clinic *clinic, const struct demo_user users[DEMO_USERS], struct password_cost cost,
                             struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = 1; status == STATUS_OK && i < DEMO_USERS; i++) {
        status = staff_add(clinic->actor, users[i].login, people[i].first, people[i].last, users[i].role, users[i].password,
                           false, cost, err);
    }
    struct staff_list staff = {0};
    if (status == STATUS_OK) {
        status = staff_list_all(clinic->actor, &staff, err);
    }
    for (size_t i = 0; i < staff.len; i++) {
        struct uid user = staff.items[i].user;
        clinic->nurse = staff.items[i].role == ROLE_NURSE ? user : clinic->nurse;
        clinic->other_nurse = staff.items[i].role == ROLE_PHARMACIST ? user : clinic->other_nurse;
        clinic->doctor = staff.items[i].role == ROLE_PRESCRIBER ? user : clinic->doctor;
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
    int making = -1;
    enum status status = site_making_begin(folder, &making, err); /* until the last patient is in it */
    if (status == STATUS_OK) {
        status = site_create(&what, clock, &recovery, err);
    }
    mem_free(recovery); /* a demo's data are invented */
    if (status == STATUS_OK) {
        status = site_open(folder, device_key_path, clock, &site, err);
    }
    if (status == STATUS_OK) {
        status = session_sign_in(site, out[0].login, out[0].password, &admin, err);
    }
    if (status == STATUS_OK) {
        struct demo_clinic clinic = {.actor = admin, .dice = {seed}, .seed = seed, .now_us = clock_now_us(clock),
                                     .table = demo_table_read()};
        status = add_staff(&clinic, out, cost, err);
        for (int n = 0; status == STATUS_OK && n < patients; n++) {
            status = add_patient(&clinic, n, err);
        }
        for (int i = 0; status == STATUS_OK && i < DEMO_USERS; i++) {
            status = out[i].role == ROLE_NURSE ? demo_reconcile(&clinic, site, &out[i], patients, err) : STATUS_OK;
        }
        demo_table_release(&clinic.table);
    }
    session_sign_out(admin, SESSION_END_SIGNED_OUT);
    site_close(site);
    site_making_end(folder, making, status == STATUS_OK);
    return status;
}
