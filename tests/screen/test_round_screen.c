/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The round and the medication pass by keys and by scans. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "support/clinic_screen.h"
#include "support/ward.h"

struct scene {
    struct ward w;
    struct clinic_screen s;
    struct uid second;
    char *mrn, *second_mrn;
};

static char *mrn_of(struct ward *w, struct uid patient)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(w->c, CLINIC_NURSE), patient, 1, 1, &chart, &err), STATUS_OK);
    char *mrn = mem_copy_text(chart->patient.mrn);
    chart_free(chart);
    return mrn;
}

/* Grace has three drugs at eight, Nils one. */
static struct scene *scene_new(int hour, int minute)
{
    struct scene *x = mem_alloc(sizeof *x);
    x->w = ward_new("metformin 500 mg tab 1 tab daily");
    (void)clinic_add_order(x->w.c, x->w.patient, "lisinopril 10 mg tab 1 tab daily");
    (void)clinic_add_order(x->w.c, x->w.patient, "insulin glargine 10 units subcut daily");
    (void)clinic_add_order(x->w.c, x->w.patient, "acetaminophen 500 mg tab 1 tab q6h prn pain max 4");
    x->second = clinic_add_patient(x->w.c, &(struct clinic_patient){.first = "Nils", .last = "Halvorsen", .born = "1949-01-02"});
    (void)clinic_add_order(x->w.c, x->second, "lisinopril 10 mg tab 1 tab daily");
    x->mrn = mrn_of(&x->w, x->w.patient);
    x->second_mrn = mrn_of(&x->w, x->second);
    ward_teach(&x->w, "0093-1048-01", "metformin 500 mg tab");
    ward_teach(&x->w, "0093-7214-01", "lisinopril 10 mg tab");
    ward_teach(&x->w, "0093-7214-98", "lisinopril 5 mg tab");
    ward_teach(&x->w, "0093-0150-01", "acetaminophen 500 mg tab");
    ward_teach(&x->w, "0093-0900-01", "warfarin 5 mg tab");
    ward_set_time(&x->w, 1, hour, minute);
    clinic_screen_open(&x->s, x->w.c, CLINIC_NURSE, 24, 80);
    return x;
}

static void scene_free(struct scene *x)
{
    clinic_screen_close(&x->s);
    clinic_free(x->w.c);
    mem_free(x->mrn);
    mem_free(x->second_mrn);
    mem_free(x);
}

Test(round_screen, shows_everybody_by_time)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_expect(x->s.h, "Round to 09:10: 4 doses of 2 patients, 0 late");
    harness_golden(x->s.h, "round", "morning");
    harness_resize(x->s.h, 60, 200);
    harness_golden(x->s.h, "round", "morning");
    harness_resize(x->s.h, 12, 40);
    harness_golden(x->s.h, "round", "morning");
    scene_free(x);
}

Test(round_screen, begins_a_sign_as_text_once_something_is_typed)
{
    struct scene *x = scene_new(8, 10);
    harness_type(x->s.h, "a=");
    harness_expect_not(x->s.h, "Round to");
    harness_expect(x->s.h, "a=");
    scene_free(x);
}

Test(pass_screen, asks_who_it_is_before_anything_is_seen)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "Who is in front of you?");
    harness_expect_not(x->s.h, "1949");
    harness_scan(x->s.h, x->mrn); /* the first row is the other patient's */
    harness_expect(x->s.h, "not this patient's");
    harness_type(x->s.h, "halvorsen");
    harness_press(x->s.h, "Enter");
    harness_type(x->s.h, "2 jan 1949");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "lisinopril 10 mg tab");
    harness_expect(x->s.h, "[ ]");
    scene_free(x);
}

/* Wristband, products, one confirmation, the next wristband: and each is an event of its own. */
Test(pass_screen, ticks_by_scan_and_records_with_one_key)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "[ ]");
    harness_scan(x->s.h, "0093-1048-01");
    harness_expect(x->s.h, "[x] scanned");
    harness_expect(x->s.h, "F10 records 1 dose as given for OKAFOR, Grace");
    harness_scan(x->s.h, "0093-7214-01");
    harness_expect(x->s.h, "F10 records 2 doses");
    harness_golden(x->s.h, "pass", "two_ticked");
    harness_scan(x->s.h, x->second_mrn);
    harness_expect(x->s.h, "ANOTHER PATIENT: 2 ticked doses of OKAFOR, Grace are not recorded");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "OKAFOR, Grace: 2 doses given. Saved here");
    harness_expect(x->s.h, "given 08:10");
    harness_golden(x->s.h, "pass", "recorded");
    harness_scan(x->s.h, x->second_mrn);
    harness_expect(x->s.h, "HALVORSEN, Nils");
    harness_expect_not(x->s.h, "OKAFOR");
    harness_scan(x->s.h, "0093-7214-01");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "HALVORSEN, Nils: 1 dose given");
    harness_press(x->s.h, "Esc");
    harness_expect(x->s.h, "Round to 09:10: 1 dose of 1 patient");
    scene_free(x);
}

Test(pass_screen, takes_back_one_by_one)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->mrn);
    harness_scan(x->s.h, "0093-1048-01");
    harness_scan(x->s.h, "0093-7214-01");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "2 doses given");
    harness_press(x->s.h, "u");
    harness_expect(x->s.h, "Taken back");
    harness_press(x->s.h, "u");
    harness_expect(x->s.h, "Taken back");
    harness_expect_not(x->s.h, "given 08:10");
    harness_expect_not(x->s.h, "[x]");
    harness_press(x->s.h, "u");
    harness_expect(x->s.h, "Only a dose that you recorded");
    harness_press(x->s.h, "Esc");
    harness_expect(x->s.h, "4 doses of 2 patients");
    scene_free(x);
}

Test(pass_screen, refuses_a_product_that_nobody_wants)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->mrn);
    harness_scan(x->s.h, "0093-0900-01");
    harness_expect(x->s.h, "NOT DUE");
    harness_expect_not(x->s.h, "[x]");
    harness_scan(x->s.h, "0093-9999-01");
    harness_expect(x->s.h, "not known here");
    harness_expect_not(x->s.h, "[x]");
    harness_scan(x->s.h, "0093-7214-98"); /* half of what is ordered: ticked, and it asks */
    harness_expect(x->s.h, "5 mg of 10 mg scanned");
    harness_expect(x->s.h, "[x] asks");
    harness_scan(x->s.h, "0093-7214-98");
    harness_expect(x->s.h, "[x] scanned");
    harness_scan(x->s.h, "0093-7214-98"); /* a third piece is too much */
    harness_expect(x->s.h, "WRONG DOSE");
    harness_press(x->s.h, "Home");
    harness_expect(x->s.h, "F10 records 1 dose");
    scene_free(x);
}

static void expect_lot(struct scene *x, const char *drug, const char *lot)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    int found = 0;
    cr_assert_eq(chart_open(clinic_actor(x->w.c, CLINIC_NURSE), x->w.patient, 2, 2, &chart, &err), STATUS_OK);
    for (size_t i = 0; i < chart->events.len; i++) {
        const struct dose_event *event = &chart->events.items[i];
        for (size_t k = 0; k < chart->orders.len; k++) {
            bool is_it = uid_compare(chart->orders.items[k].id, event->order) == 0 && strstr(chart->orders.items[k].drug_text, drug) != NULL;
            found += is_it;
            cr_expect(!is_it || strcmp(event->lot, lot) == 0, "%s has lot %s", drug, event->lot);
        }
    }
    cr_expect_eq(found, 1, "%s", drug);
    chart_free(chart);
}

/* The second code belongs to the pack that was scanned last, whatever else still waits for a scan. */
Test(pass_screen, gives_the_second_code_of_a_pack_to_its_product)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->mrn);
    harness_scan(x->s.h, "]C1" "17271231" "10EARLY"); /* the lot first */
    harness_expect(x->s.h, "Lot EARLY, and no product");
    harness_expect_not(x->s.h, "[x]");
    harness_scan(x->s.h, "0093-1048-01");
    harness_expect(x->s.h, "[x] scanned");
    harness_scan(x->s.h, "0093-7214-01"); /* the product first, the scanner names no symbology */
    harness_scan(x->s.h, "17271231" "10LATER");
    harness_expect_not(x->s.h, "not this patient");
    harness_expect(x->s.h, "F10 records 2 doses");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "2 doses given. Saved here");
    expect_lot(x, "metformin", "EARLY");
    expect_lot(x, "lisinopril", "LATER");
    scene_free(x);
}

Test(pass_screen, takes_a_product_back_whose_second_code_makes_it_unfit)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->mrn);
    harness_scan(x->s.h, "0093-1048-01");
    harness_expect(x->s.h, "[x] scanned");
    harness_scan(x->s.h, "]C1" "17251231" "10OLD");
    harness_expect(x->s.h, "EXPIRED");
    harness_expect_not(x->s.h, "[x]");
    harness_scan(x->s.h, "0093-1048-01");
    x->w.c->clock.fixed_us += 21 * US_PER_SECOND;
    harness_scan(x->s.h, "]C1" "17271231" "10AB12");
    harness_expect(x->s.h, "came more than 20 seconds after");
    harness_scan(x->s.h, "]C1" "17271231" "10"); /* cut */
    harness_expect_not(x->s.h, "Saved here");
    scene_free(x);
}

/* A number of a person is a person's also while a lot is waited for. */
Test(pass_screen, never_takes_a_wristband_for_a_lot)
{
    struct scene *x = scene_new(8, 10);
    struct uid other = clinic_add_patient(x->w.c, &(struct clinic_patient){.first = "Ida", .last = "Lund", .born = "1950-02-02",
                                                                             .mrn = "1727123110A77"});
    (void)other;
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->mrn);
    harness_scan(x->s.h, "0093-1048-01");
    harness_scan(x->s.h, "1727123110A77");
    harness_expect(x->s.h, "ANOTHER PATIENT: 1 ticked dose of OKAFOR");
    scene_free(x);
}

Test(pass_screen, opens_what_asks_for_more_with_the_patient_identified)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->mrn);
    for (int i = 0; i < 4 && !harness_shows(x->s.h, "Choose where on the body"); i++) {
        harness_press(x->s.h, "Down");
    }
    harness_expect(x->s.h, "Choose where on the body");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "What happened");
    harness_expect(x->s.h, "Where on the body");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Scan the product, or say why");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "given. Saved here");
    harness_expect(x->s.h, "[ ]");
    scene_free(x);
}

Test(pass_screen, hands_an_as_needed_product_to_its_own_form)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->mrn);
    harness_scan(x->s.h, "0093-0150-01");
    harness_expect(x->s.h, "Given for");
    harness_expect(x->s.h, "Scanned: acetaminophen 500 mg tab");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "How bad is it now, before the dose?");
    harness_type(x->s.h, "6");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "acetaminophen 500 mg tab given. Saved here");
    scene_free(x);
}

/* Without a scanner: Space, the reason once, save. */
Test(pass_screen, takes_three_keys_for_a_due_dose_without_a_scan)
{
    struct scene *x = scene_new(8, 10);
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->second_mrn);
    harness_press(x->s.h, "Space");
    harness_expect(x->s.h, "Why is nothing scanned?");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "[x] no scan");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "HALVORSEN, Nils: 1 dose given");
    scene_free(x);
}

Test(pass_screen, asks_a_late_dose_why)
{
    struct scene *x = scene_new(10, 40);
    harness_press(x->s.h, "=");
    harness_scan(x->s.h, x->second_mrn);
    harness_scan(x->s.h, "0093-7214-01");
    harness_expect(x->s.h, "2 h 40 late. A reason is needed");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "A reason is needed");
    harness_expect_not(x->s.h, "dose given");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "Why at this time");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "lisinopril 10 mg tab given. Saved here");
    scene_free(x);
}
