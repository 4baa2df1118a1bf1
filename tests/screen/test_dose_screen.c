/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording a dose by keys: who it is, what happened, saved; the second record; taking back. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/dose_claims.h"
#include "service/orders.h"
#include "service/products.h"
#include "store/store.h"
#include "support/clinic_screen.h"
#include "support/ward.h"

struct scene {
    struct clinic *c;
    struct clinic_screen s;
    struct uid patient, order;
    char *mrn;
};

static int64_t at(int day, int hour, int minute)
{
    return CLINIC_START_US + (day * 24 * 60 + (hour * 60 + minute) - (8 * 60 + 30)) * US_PER_MINUTE;
}

/* One patient with one order, the clock at that time of the next day, the nurse at Home. */
static struct scene *scene_new(const char *line, int hour, int minute, int rows, int cols)
{
    struct scene *x = mem_alloc(sizeof *x);
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    x->c = clinic_new();
    x->patient = clinic_add_patient(x->c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    clinic_add_allergy(x->c, x->patient, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    x->order = clinic_add_order(x->c, x->patient, line);
    cr_assert_eq(chart_open(clinic_actor(x->c, CLINIC_NURSE), x->patient, 1, 1, &chart, &err), STATUS_OK);
    x->mrn = mem_copy_text(chart->patient.mrn);
    chart_free(chart);
    x->c->clock.fixed_us = at(1, hour, minute);
    clinic_screen_open(&x->s, x->c, CLINIC_NURSE, rows, cols);
    return x;
}

static void scene_free(struct scene *x)
{
    clinic_screen_close(&x->s);
    clinic_free(x->c);
    mem_free(x->mrn);
    mem_free(x);
}

static void open_due_dose(struct scene *x)
{
    harness_press(x->s.h, "F6");
    harness_expect(x->s.h, "Who is in front of you?");
}

static void identify(struct scene *x)
{
    harness_type(x->s.h, "okafor");
    harness_press(x->s.h, "Enter");
    harness_type(x->s.h, "14 mar 1958");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "What happened");
}

Test(dose_screen, shows_neither_birth_date_nor_number_before_the_answers)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    open_due_dose(x);
    harness_expect_not(x->s.h, x->mrn);
    harness_expect_not(x->s.h, "1958");
    harness_golden(x->s.h, "dose", "identify");
    scene_free(x);
}

Test(dose_screen, refuses_the_wrong_person)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    open_due_dose(x);
    harness_type(x->s.h, "okafor");
    harness_press(x->s.h, "Enter");
    harness_type(x->s.h, "14 mar 1959");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "does not match");
    harness_expect_not(x->s.h, "What happened");
    harness_scan(x->s.h, "999999");
    harness_expect(x->s.h, "not this patient's");
    harness_expect_not(x->s.h, "What happened");
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "What happened");
    scene_free(x);
}

/* Three keys behind the identification: the reason for the missing scan, and save. */
Test(dose_screen, records_a_due_dose_in_three_keys)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    harness_golden(x->s.h, "dose", "home_due");
    open_due_dose(x);
    identify(x);
    harness_golden(x->s.h, "dose", "due");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "OKAFOR, Grace: lisinopril given. Saved here");
    harness_expect(x->s.h, "Doses due 0");
    scene_free(x);
}

Test(dose_screen, asks_where_an_injection_went_and_scrolls_when_small)
{
    struct scene *x = scene_new("insulin lispro 6 units subcut daily", 8, 10, 24, 80);
    open_due_dose(x);
    identify(x);
    harness_golden(x->s.h, "dose", "injection");
    harness_resize(x->s.h, 12, 40);
    harness_golden(x->s.h, "dose", "injection");
    scene_free(x);
}

Test(dose_screen, reads_late_and_overdue_as_such)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 9, 44, 24, 80);
    harness_expect(x->s.h, "due till 10:00");
    harness_expect_not(x->s.h, "late");
    x->c->clock.fixed_us = at(1, 10, 1);
    harness_advance(x->s.h, 1100);
    harness_expect(x->s.h, "2 h 01 late");
    x->c->clock.fixed_us = at(1, 12, 0);
    harness_advance(x->s.h, 1100);
    harness_expect(x->s.h, "4 h 00 late"); /* at the limit nothing is closed yet */
    scene_free(x);
}

Test(dose_screen, asks_a_late_dose_why_before_it_is_saved)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 10, 30, 24, 80);
    open_due_dose(x);
    identify(x);
    harness_expect(x->s.h, "2 h 30 late.");
    harness_expect(x->s.h, "Why at this time");
    harness_golden(x->s.h, "dose", "late");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "A reason is needed");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Down");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    scene_free(x);
}

Test(dose_screen, holds_with_a_coded_reason)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    open_due_dose(x);
    identify(x);
    harness_press(x->s.h, "Home");
    for (int i = 0; i < 8; i++) {
        harness_press(x->s.h, "Up");
    }
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Right");
    harness_expect(x->s.h, "< held >");
    harness_expect(x->s.h, "Why held");
    harness_expect_not(x->s.h, "Amount");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Choose a reason");
    harness_press(x->s.h, "Right");
    harness_golden(x->s.h, "dose", "held");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "lisinopril held. Saved here");
    scene_free(x);
}

static void choose(struct scene *x, const char *label, const char *value)
{
    for (int i = 0; i < 20 && !harness_shows(x->s.h, label); i++) {
        harness_press(x->s.h, "Down");
    }
    for (int i = 0; i < 20 && !harness_shows(x->s.h, value); i++) {
        harness_press(x->s.h, "Right");
    }
    harness_expect(x->s.h, value);
}

/* clinical.md 4.B.3: refused: was it explained; held, and high-alert: was the prescriber told. */
Test(dose_screen, asks_whether_it_was_explained_and_whether_the_prescriber_was_told)
{
    static const struct {
        const char *line, *outcome, *why, *reason, *field, *question, *words;
    } cases[] = {
        {"lisinopril 10 mg daily", "< refused >", "> Why refused", "< nausea, cannot swallow >", "> Explained to them", "explained to the patient",
         "J. Alvarez, explained"},
        {"warfarin 5 mg daily", "< held >", "> Why held", "< laboratory value >", "> Prescriber told", "prescriber told?",
         "J. Alvarez, prescriber told"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene *x = scene_new(cases[i].line, 8, 10, 24, 80);
        open_due_dose(x);
        identify(x);
        for (int k = 0; k < 20 && !harness_shows(x->s.h, "> What happened"); k++) {
            harness_press(x->s.h, "Up");
        }
        choose(x, "> What happened", cases[i].outcome);
        choose(x, cases[i].why, cases[i].reason);
        harness_press(x->s.h, "F10");
        harness_expect(x->s.h, cases[i].question);
        choose(x, cases[i].field, "< yes >");
        harness_press(x->s.h, "F10");
        harness_expect(x->s.h, "Saved here");
        harness_open(x->s.h, &SCREEN_MAR, &x->patient);
        for (int k = 0; k < 6 && !harness_shows(x->s.h, cases[i].words); k++) {
            harness_press(x->s.h, "Left");
        }
        harness_expect(x->s.h, cases[i].words);
        scene_free(x);
    }
}

/* clinical.md 4.B.4 (d): told at sign-in, said as long as it is so, and on the record; nobody is kept from charting. */
Test(dose_screen, tells_of_a_clock_that_is_off_and_marks_what_is_recorded)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    struct error err = ERROR_INIT;
    harness_expect_not(x->s.h, "clock");
    clinic_screen_close(&x->s);
    struct store *store = x->c->site->store;
    cr_assert_eq(store_begin(store, &err), STATUS_OK);
    cr_assert_eq(store_meta_set(store, "central.offset_us", "-425000000", &err), STATUS_OK);
    cr_assert_eq(store_commit(store, &err), STATUS_OK);
    clinic_screen_open(&x->s, x->c, CLINIC_NURSE, 24, 80);
    harness_expect_not(x->s.h, "clock"); /* without a centre nothing is known */
    clinic_screen_close(&x->s);
    cr_assert_eq(store_begin(store, &err), STATUS_OK);
    cr_assert_eq(store_meta_set(store, "central.state", "joined", &err), STATUS_OK);
    cr_assert_eq(store_commit(store, &err), STATUS_OK);
    clinic_screen_open(&x->s, x->c, CLINIC_NURSE, 24, 80);
    harness_expect(x->s.h, "This computer's clock is 7 min ahead of the centre's.");
    harness_golden(x->s.h, "dose", "clock");
    open_due_dose(x);
    identify(x);
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    harness_expect(x->s.h, "clock 7 min ahead");
    harness_open(x->s.h, &SCREEN_MAR, &x->patient);
    for (int k = 0; k < 6 && !harness_shows(x->s.h, "given, J. Alvarez"); k++) {
        harness_press(x->s.h, "Left");
    }
    harness_expect(x->s.h, "J. Alvarez, clock 7 min ahead");
    scene_free(x);
}

/* A clock that was set back hides what is due: the trail knows better. */
Test(dose_screen, tells_of_a_clock_that_was_set_back)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    clinic_screen_close(&x->s);
    clinic_pass(x->c, -4 * US_PER_MINUTE); /* who put it right by a few minutes is not told */
    clinic_screen_open(&x->s, x->c, CLINIC_NURSE, 24, 80);
    harness_expect_not(x->s.h, "Check the clock");
    clinic_screen_close(&x->s);
    clinic_pass(x->c, -INT64_C(2) * 24 * 60 * US_PER_MINUTE);
    clinic_screen_open(&x->s, x->c, CLINIC_NURSE, 24, 80);
    harness_expect(x->s.h, "Something was written here 2 days after what this computer's clock says");
    scene_free(x);
}

Test(dose_screen, takes_a_slip_back_from_anywhere_for_a_minute)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    harness_press(x->s.h, "Ctrl-V");
    harness_expect(x->s.h, "Only a dose that you recorded");
    open_due_dose(x);
    identify(x);
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Doses due 0");
    harness_press(x->s.h, "Ctrl-V");
    harness_expect(x->s.h, "Taken back");
    harness_expect(x->s.h, "Doses due 1");
    harness_press(x->s.h, "Ctrl-V");
    harness_expect(x->s.h, "Only a dose that you recorded");
    scene_free(x);
}

/* While this nurse types, another one has given it. */
Test(dose_screen, never_merges_a_second_record_in_silence)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    open_due_dose(x);
    identify(x);
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    clinic_screen_close(&x->s);
    clinic_screen_open(&x->s, x->c, CLINIC_NURSE_2, 24, 80);
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
    harness_press(x->s.h, "Right");
    harness_expect(x->s.h, "[Doses]");
    harness_press(x->s.h, "F6");
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "already recorded as given");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Same act: discard mine");
    harness_golden(x->s.h, "dose", "second");
    harness_press(x->s.h, "Enter"); /* the safe answer */
    harness_expect(x->s.h, "Nothing was saved");
    harness_press(x->s.h, "F6");
    harness_scan(x->s.h, x->mrn);
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "POSSIBLE DOUBLE");
    scene_free(x);
}

Test(dose_screen, tells_what_an_as_needed_dose_may_still_be)
{
    struct scene *x = scene_new("ibuprofen 400 mg q6h prn pain max 1", 8, 10, 24, 80);
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
    harness_press(x->s.h, "F6");
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "Given for");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Down");
    harness_type(x->s.h, "not possible");
    for (int i = 0; i < 5 && !harness_shows(x->s.h, "> Why no scan"); i++) {
        harness_press(x->s.h, "Down");
    }
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "ibuprofen given. Saved here");
    x->c->clock.fixed_us = at(1, 20, 0);
    harness_press(x->s.h, "F6");
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "This would be dose 2 in 24 hours; the order allows 1. Allowed from 08:10.");
    harness_golden(x->s.h, "dose", "prn");
    scene_free(x);
}

/* ---- by scan ---- */

static void teach(struct scene *x, const char *code, const char *drug)
{
    struct scan scan;
    struct error err = ERROR_INIT;
    cr_assert_eq(product_read_scan(x->c->site, code, strlen(code), &scan, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(product_learn(clinic_actor(x->c, CLINIC_PHARMACIST), &scan, drug, "test", &err), STATUS_OK, "%s",
                 error_text(&err));
}

Test(dose_screen, names_the_right_that_fails_by_scan)
{
    struct scene *x = scene_new("metformin 500 mg daily", 8, 10, 24, 80);
    teach(x, "]d2" "0100300694200305", "metformin 250 mg tab");
    teach(x, "0093-1048-01", "metoprolol 25 mg tab");
    teach(x, "0093-7214-01", "metformin 500 mg extended release tab");
    open_due_dose(x);
    harness_scan(x->s.h, x->mrn);
    harness_scan(x->s.h, "0093-1048-01");
    harness_expect(x->s.h, "WRONG DRUG: this is metoprolol 25 mg tab, ordered is metformin");
    harness_golden(x->s.h, "dose", "wrong_drug");
    harness_scan(x->s.h, "]d2" "0100300694200305" "17251031" "10AB12");
    harness_expect(x->s.h, "EXPIRED");
    harness_scan(x->s.h, "]d2" "0100300694200305" "17271231" "10AB12");
    harness_expect(x->s.h, "250 mg of 500 mg scanned");
    harness_press(x->s.h, "F10");
    harness_expect_not(x->s.h, "Saved here");
    harness_scan(x->s.h, "]d2" "0100300694200305" "17271231" "10AB12");
    harness_expect_not(x->s.h, "Why no scan");
    harness_golden(x->s.h, "dose", "five_rights");
    harness_scan(x->s.h, "]d2" "0100300694200305" "17271231" "10AB12");
    harness_expect(x->s.h, "WRONG DOSE: 750 mg scanned");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "metformin given. Saved here");
    scene_free(x);
}

/* A vaccine's pack with two codes: the second one fills in what would have to be typed. */
Test(dose_screen, takes_the_second_code_of_a_pack)
{
    struct scene *x = scene_new("influenza vaccine 0.5 mL im once at 08:00", 8, 10, 24, 80);
    teach(x, "]d2" "0100300694200305", "influenza vaccine injection");
    open_due_dose(x);
    harness_scan(x->s.h, x->mrn);
    harness_scan(x->s.h, "]d2" "0100300694200305");
    harness_expect(x->s.h, "Expiry");
    harness_scan(x->s.h, "]C1" "17251231" "10OLD");
    harness_expect(x->s.h, "EXPIRED");
    harness_expect(x->s.h, "Why no scan");
    harness_scan(x->s.h, "]d2" "0100300694200305");
    harness_scan(x->s.h, "17271231" "10AB12");
    harness_expect_not(x->s.h, "Expiry");
    harness_expect_not(x->s.h, "Why no scan");
    scene_free(x);
}

/* ---- what changes while the form is open ---- */

/* The form is open and the patient identified; one key is left. */
static struct scene *scene_ready(const char *line)
{
    struct scene *x = scene_new(line, 8, 10, 24, 80);
    open_due_dose(x);
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "What happened");
    harness_press(x->s.h, "Right"); /* why there is no scan */
    return x;
}

Test(dose_screen, tells_of_who_recorded_it_while_the_form_was_open)
{
    struct scene *x = scene_ready("lisinopril 10 mg daily");
    struct ward w = {x->c, x->patient, x->order};
    struct error err = ERROR_INIT;
    struct dose_event event = ward_due(&w, x->order, at(1, 8, 0));
    cr_assert_eq(ward_record(&w, CLINIC_NURSE_2, &event, 0, &err), STATUS_OK, "%s", error_text(&err));
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Same act: discard mine");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "Nothing was saved");
    scene_free(x);
}

/* Two people at two terminals: who comes second is told before they save, and saves all the same if they want. */
Test(dose_screen, tells_that_somebody_else_has_the_dose_open)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    struct ward w = {x->c, x->patient, x->order};
    struct error err = ERROR_INIT;
    struct uid slot = ward_due(&w, x->order, at(1, 8, 0)).slot;
    struct actor *doctor = clinic_actor(x->c, CLINIC_PRESCRIBER);
    harness_expect_not(x->s.h, "being recorded");
    cr_assert_eq(dose_claim_hold(doctor, x->order, slot, &err), STATUS_OK, "%s", error_text(&err));
    harness_advance(x->s.h, 1100);
    harness_expect(x->s.h, "being recorded by K. Osei");
    harness_golden(x->s.h, "dose", "home_claimed");
    open_due_dose(x);
    harness_golden(x->s.h, "dose", "identify_claimed");
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "K. Osei has this dose open too");
    harness_golden(x->s.h, "dose", "claimed");
    cr_assert_eq(dose_claim_release(doctor, slot, &err), STATUS_OK, "%s", error_text(&err));
    harness_advance(x->s.h, 1100);
    harness_expect_not(x->s.h, "K. Osei");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    scene_free(x);
}

/* The other way round, from the form's side: there while it is open, put off by the form itself, gone with it. */
Test(dose_screen, claims_the_dose_while_its_form_is_open)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    struct actor *doctor = clinic_actor(x->c, CLINIC_PRESCRIBER);
    struct dose_claim_list list = {0};
    open_due_dose(x);
    for (int minutes = 0; minutes < 12; minutes += 3) {
        harness_advance(x->s.h, 1100);
        cr_assert_eq(dose_claims_get(doctor, &list, NULL), STATUS_OK);
        cr_assert_eq(list.len, 1, "after %d minutes", minutes);
        cr_expect_str_eq(list.items[0].by, "J. Alvarez");
        dose_claim_list_release(&list);
        x->c->clock.fixed_us += 3 * US_PER_MINUTE;
    }
    harness_press(x->s.h, "Esc");
    harness_expect(x->s.h, "Doses due 1");
    cr_assert_eq(dose_claims_get(doctor, &list, NULL), STATUS_OK);
    cr_expect_eq(list.len, 0);
    dose_claim_list_release(&list);
    open_due_dose(x);
    harness_scan(x->s.h, x->mrn);
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    cr_assert_eq(dose_claims_get(doctor, &list, NULL), STATUS_OK);
    cr_expect_eq(list.len, 0, "it is saved and still told as open");
    dose_claim_list_release(&list);
    scene_free(x);
}

Test(dose_screen, shows_on_grid_and_chart_who_has_a_dose_open)
{
    struct scene *x = scene_new("metformin 500 mg tab 1 tab bid", 9, 20, 24, 80);
    struct ward w = {x->c, x->patient, x->order};
    struct error err = ERROR_INIT;
    cr_assert_eq(dose_claim_hold(clinic_actor(x->c, CLINIC_PRESCRIBER), x->order, ward_due(&w, x->order, at(1, 8, 0)).slot, &err), STATUS_OK,
                 "%s", error_text(&err));
    harness_open(x->s.h, &SCREEN_MAR, &x->patient);
    harness_expect(x->s.h, "80 min late, being recorded by K. Osei");
    harness_golden(x->s.h, "mar", "claimed");
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
    harness_press(x->s.h, "Right");
    harness_expect(x->s.h, "being recorded by K. Osei");
    harness_golden(x->s.h, "chart", "doses_claimed");
    scene_free(x);
}

/* ---- who looks from elsewhere ---- */

Test(dose_screen, names_the_zone_of_the_site_and_shows_the_own_time_to_who_is_in_another)
{
    static const struct {
        const char *tz;
        bool is_elsewhere;
    } cases[] = {{":Europe/Paris", true}, {"US/Eastern", false}, {"No/Where", false}, {NULL, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene *x = scene_new("metformin 500 mg tab 1 tab bid", 8, 20, 24, 80);
        clinic_screen_close(&x->s);
        clinic_screen_sign_in(&x->s, &(struct clinic_screen_at){.site_folder = x->c->site_folder, .device_key_path = x->c->device_key_path,
                                                                .clock = &x->c->clock, .login = clinic_login(CLINIC_NURSE),
                                                                .password = clinic_password(CLINIC_NURSE), .rows = 24, .cols = 80,
                                                                .tz = cases[i].tz});
        harness_open(x->s.h, &SCREEN_MAR, &x->patient);
        cr_expect_eq(harness_shows(x->s.h, "Times are America/New_York (EST); here it is 14:20 CET"), cases[i].is_elsewhere, "%zu", i);
        cr_expect_eq(harness_shows(x->s.h, "planned 08:00, 14:00 CET here"), cases[i].is_elsewhere, "%zu", i);
        cr_expect_eq(harness_shows(x->s.h, "here"), cases[i].is_elsewhere, "%zu", i);
        if (i == 0) {
            harness_golden(x->s.h, "mar", "elsewhere");
        }
        harness_press(x->s.h, "Enter");
        harness_scan(x->s.h, x->mrn);
        cr_expect_eq(harness_shows(x->s.h, "EST, 14:00 CET here"), cases[i].is_elsewhere, "%zu", i);
        harness_open(x->s.h, &SCREEN_CHART, &x->patient);
        cr_expect(!harness_shows(x->s.h, "Times are"), "the orders have no times of the clock");
        harness_press(x->s.h, "Right");
        cr_expect_eq(harness_shows(x->s.h, "here 14:20 CET, chosen 02:00 CET 25 Nov"), cases[i].is_elsewhere, "%zu", i);
        if (i == 0) {
            harness_golden(x->s.h, "chart", "doses_elsewhere");
        }
        scene_free(x);
    }
}

/* ---- */

Test(dose_screen, gives_nothing_that_was_stopped_or_changed_while_the_form_was_open)
{
    for (int is_changed = 0; is_changed < 2; is_changed++) {
        struct scene *x = scene_ready("lisinopril 10 mg daily");
        struct error err = ERROR_INIT;
        struct order order = clinic_get_order(x->c, x->order);
        struct actor *doctor = clinic_actor(x->c, CLINIC_PRESCRIBER);
        const struct order_cause cause = {.reason = is_changed ? "other: surgery" : "completed"};
        enum status status = is_changed ? order_hold(doctor, order.id, order.version, &cause, &err)
                                        : order_stop(doctor, order.id, order.version, &cause, &err);
        cr_assert_eq(status, STATUS_OK, "%s", error_text(&err));
        harness_press(x->s.h, "F10");
        harness_expect_not(x->s.h, "Saved here");
        harness_expect(x->s.h, "lisinopril");
        order_release(&order);
        scene_free(x);
    }
}

/* Before anything is saved, and for a major finding too, which stops nobody who gives. */
Test(dose_screen, shows_what_was_planned_for_an_accepted_finding)
{
    struct scene *x = scene_ready("amoxicillin 500 mg cap 1 cap daily");
    harness_expect(x->s.h, "Plan: watched closely (CONTRAINDICATED finding, accepted");
    scene_free(x);
}

/* The engine runs again at giving: what the prescriber overrode is read with its plan, what is new since stops the dose. */
Test(dose_screen, shows_what_was_overridden_and_runs_the_engine_again)
{
    struct scene *x = scene_ready("amoxicillin 500 mg cap 1 cap daily"); /* penicillin: anaphylaxis; ordered with a plan */
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "A contraindication was overridden");
    harness_expect(x->s.h, "penicillin");
    harness_expect(x->s.h, "watched closely");
    harness_press(x->s.h, "Enter"); /* the safe answer */
    harness_expect_not(x->s.h, "Saved here");
    harness_press(x->s.h, "F10");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "amoxicillin 500 mg cap given. Saved here");
    scene_free(x);
    x = scene_ready("lisinopril 10 mg daily");
    clinic_add_allergy(x->c, x->patient, "lisinopril", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "CONTRAINDICATED, and nobody has decided on it");
    harness_expect_not(x->s.h, "Saved here");
    scene_free(x);
}

/* What is asked is read whole, also on a small terminal: a cut sentence lost what is wanted. */
Test(dose_screen, says_whole_what_is_asked_and_what_is_not_crushed)
{
    struct scene *x = scene_new("acetaminophen extended release tab 650 mg q8h prn pain max 3", 9, 0, 24, 80);
    struct ward w = {x->c, x->patient, x->order};
    struct dose_event event = ward_due(&w, x->order, 0);
    event.reason = (char *)"pain";
    ward_must_record(&w, &event, 0);
    x->c->clock.fixed_us += 150 * US_PER_MINUTE;
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
    harness_press(x->s.h, "F6");
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "DO NOT CRUSH OR CHEW");
    harness_expect(x->s.h, "2 h 30 between");
    harness_expect(x->s.h, "is wanted.");
    harness_expect(x->s.h, "Last:");
    scene_free(x);
}

Test(dose_screen, takes_no_scan_for_a_key_and_no_unknown_code_for_a_drug)
{
    struct scene *x = scene_new("metformin 500 mg daily", 8, 10, 24, 80);
    open_due_dose(x);
    harness_scan(x->s.h, x->mrn);
    harness_scan(x->s.h, "999999");
    harness_expect(x->s.h, "not this patient's");
    harness_scan(x->s.h, "300694200305");
    harness_expect(x->s.h, "not known here");
    harness_expect(x->s.h, "Why no scan");
    harness_scan(x->s.h, "300694200304"); /* check digit */
    harness_expect(x->s.h, "check digit");
    harness_scan(x->s.h, "uuuuuuuu"); /* a hotkey would be undo */
    harness_expect_not(x->s.h, "Taken back");
    harness_expect(x->s.h, "What happened");
    scene_free(x);
}

Test(dose_screen, routes_scans_at_home_to_their_patient)
{
    struct scene *x = scene_new("metformin 500 mg daily", 8, 10, 24, 80);
    struct order order = clinic_get_order(x->c, x->order);
    char *rx = mem_format("RX:%s", order.prescription_number), *mrn = mem_format("MRN:%s", x->mrn);
    teach(x, "0093-1048-01", "metoprolol 25 mg tab");
    harness_scan(x->s.h, "0093-1048-01");
    harness_expect(x->s.h, "metoprolol 25 mg tab");
    harness_scan(x->s.h, "RX:777777777");
    harness_expect(x->s.h, "No prescription here has the number");
    harness_scan(x->s.h, rx);
    harness_expect(x->s.h, "[Meds]");
    harness_press(x->s.h, "Esc");
    harness_scan(x->s.h, mrn);
    harness_expect(x->s.h, "[Meds]");
    harness_scan(x->s.h, mrn); /* a chart is open: nothing is mixed */
    harness_expect(x->s.h, "Go back to Home");
    order_release(&order);
    mem_free(rx);
    mem_free(mrn);
    scene_free(x);
}

/* ---- what follows ---- */

Test(dose_screen, shows_the_grid_with_the_moment_in_it)
{
    struct scene *x = scene_new("metformin 500 mg bid", 8, 10, 24, 80);
    (void)clinic_add_order(x->c, x->patient, "lisinopril 10 mg daily");
    harness_open(x->s.h, &SCREEN_MAR, &x->patient);
    harness_golden(x->s.h, "mar", "day");
    harness_press(x->s.h, "Enter");
    harness_scan(x->s.h, x->mrn);
    harness_press(x->s.h, "F10");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    harness_golden(x->s.h, "mar", "given");
    harness_resize(x->s.h, 12, 40);
    harness_golden(x->s.h, "mar", "given");
    scene_free(x);
}

/* Nothing is recorded, and still it becomes late: on a grid or a chart that stays open, too. */
Test(dose_screen, the_grid_goes_with_the_clock)
{
    struct scene *x = scene_new("metformin 500 mg bid", 8, 10, 24, 80);
    harness_open(x->s.h, &SCREEN_MAR, &x->patient);
    harness_expect(x->s.h, "due till 09:00");
    x->c->clock.fixed_us = at(1, 9, 5);
    harness_advance(x->s.h, 1100);
    harness_expect_not(x->s.h, "due till 09:00");
    harness_expect(x->s.h, "late");
    scene_free(x);
}

Test(dose_screen, asks_for_the_effect_from_home)
{
    struct scene *x = scene_new("ibuprofen 400 mg q6h prn pain max 4", 8, 10, 24, 80);
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
    harness_press(x->s.h, "F6");
    harness_scan(x->s.h, x->mrn);
    harness_expect_not(x->s.h, "Score before"); /* what for is not said yet */
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Down");
    harness_expect(x->s.h, "> Score before");
    harness_expect(x->s.h, "0 to 10; or: not possible");
    for (int i = 0; i < 8 && !harness_shows(x->s.h, "> Why no scan"); i++) {
        harness_press(x->s.h, "Down");
    }
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "How bad is it now, before the dose?");
    harness_expect(x->s.h, "> Score before");
    harness_type(x->s.h, "7");
    harness_golden(x->s.h, "dose", "score");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    harness_press(x->s.h, "Esc");
    harness_press(x->s.h, "Tab");
    harness_expect(x->s.h, "[Effects 1");
    harness_expect(x->s.h, "ask at 09:10");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "pain 7 before");
    harness_golden(x->s.h, "dose", "effect");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Choose what the dose did");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect_not(x->s.h, "Effects");
    scene_free(x);
}

Test(dose_screen, judges_two_records_beside_each_other)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 8, 10, 24, 80);
    open_due_dose(x);
    identify(x);
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    clinic_screen_close(&x->s);
    clinic_screen_open(&x->s, x->c, CLINIC_NURSE_2, 24, 80);
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F6");
    harness_scan(x->s.h, x->mrn);
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Enter");
    harness_press(x->s.h, "Esc");
    harness_press(x->s.h, "Tab");
    harness_expect(x->s.h, "Double? 1");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "First record");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Down");
    harness_press(x->s.h, "Down");
    harness_type(x->s.h, "asked both");
    harness_press(x->s.h, "Down");
    harness_type(x->s.h, "J. Alvarez");
    harness_golden(x->s.h, "dose", "judge");
    harness_press(x->s.h, "F10");
    harness_expect_not(x->s.h, "Double?");
    scene_free(x);
}

/* ---- what a measurement decides ---- */

Test(dose_screen, a_scale_asks_for_the_glucose_and_fills_in_the_units)
{
    struct scene *x = scene_new("insulin lispro subcut daily scale glucose mg/dL <70 hold 70-149 0 150-199 2 >199 call", 8, 10, 24, 80);
    open_due_dose(x);
    identify(x);
    harness_expect(x->s.h, "Measure first: glucose");
    harness_press(x->s.h, "F5");
    for (int i = 0; i < 8 && !harness_shows(x->s.h, "> Glucose"); i++) {
        harness_press(x->s.h, "Down");
    }
    harness_type(x->s.h, "182 mg/dL");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "the scale gives 2 units");
    harness_expect(x->s.h, "2 units given");
    harness_golden(x->s.h, "dose", "scale");
    scene_free(x);
}

Test(dose_screen, a_hold_rule_that_is_met_offers_held_first)
{
    struct scene *x = scene_new("metoprolol tartrate 25 mg tab 1 tab daily hold if sbp < 100", 8, 10, 24, 80);
    open_due_dose(x);
    identify(x);
    harness_expect(x->s.h, "Measure first: systolic blood pressure");
    harness_press(x->s.h, "F5");
    for (int i = 0; i < 8 && !harness_shows(x->s.h, "> Blood pressure"); i++) {
        harness_press(x->s.h, "Down");
    }
    harness_type(x->s.h, "92/60");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "HOLD: systolic blood pressure 92 mmHg");
    harness_expect(x->s.h, "metoprolol tartrate 25 mg tab held");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "held. Saved here");
    scene_free(x);
}

Test(dose_screen, a_course_that_is_over_says_so)
{
    struct scene *x = scene_new("amoxicillin 500 mg cap 1 cap tid for 3 days", 8, 10, 24, 80);
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
    harness_expect_not(x->s.h, "COURSE ENDED");
    clinic_screen_close(&x->s);
    x->c->clock.fixed_us = at(6, 8, 10);
    clinic_screen_open(&x->s, x->c, CLINIC_NURSE, 24, 80);
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
    harness_expect(x->s.h, "COURSE ENDED");
    scene_free(x);
}
