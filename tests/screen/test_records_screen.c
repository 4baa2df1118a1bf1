/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person registered twice: compared, joined, seen as one chart, parted. */
#include <criterion/criterion.h>

#include "service/patients.h"
#include "support/clinic_screen.h"

static struct clinic *c;
static struct clinic_screen s;
static struct uid grace, twice;

static void start(void)
{
    c = clinic_new();
    grace = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    twice = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-15"});
    (void)clinic_add_order(c, grace, "warfarin 5 mg tab 1 tab daily");
    (void)clinic_add_order(c, twice, "amiodarone 200 mg tab 1 tab daily");
}

static void stop(void)
{
    clinic_screen_close(&s);
    clinic_free(c);
}

TestSuite(records_screen, .init = start, .fini = stop);

static void type_number(struct uid id)
{
    struct patient patient;
    struct error err = ERROR_INIT;
    cr_assert_eq(patient_open_again(clinic_actor(c, CLINIC_NURSE), id, &patient, &err), STATUS_OK, "%s", error_text(&err));
    harness_type(s.h, patient.mrn);
    patient_release(&patient);
}

static void walk(int rows, int cols)
{
    clinic_screen_open(&s, c, CLINIC_PHARMACIST, rows, cols);
    harness_open(s.h, &SCREEN_RECORDS, &grace);
    harness_expect(s.h, "Registered here and alike"); /* nobody has to search for the number */
    harness_press(s.h, "Tab");
    type_number(twice);
    harness_press(s.h, "F10");
    harness_expect(s.h, "Compare the two");
    harness_expect(s.h, "These may be two people: birth date differs");
    harness_golden(s.h, "records", "compared");
    harness_press(s.h, "F10");
    harness_expect(s.h, "Say why"); /* nothing is joined without a reason */
    harness_type(s.h, "passport seen, typed wrong");
    harness_press(s.h, "F10");
    harness_expect(s.h, "These may be two people"); /* nor against what speaks against it */
    harness_press(s.h, "Right");
    harness_press(s.h, "F10");
    harness_expect(s.h, "Joined: the chart is made of both");
    harness_golden(s.h, "records", "joined");
    harness_press(s.h, "Esc");
    harness_open(s.h, &SCREEN_CHART, &twice);
    harness_expect(s.h, "MRN 000001  also MRN 000002"); /* who came by the old number sees why another name is there */
    harness_expect(s.h, "amiodarone");
    harness_expect(s.h, "warfarin");
    harness_expect(s.h, "MAJOR");
    harness_press(s.h, "Esc");
    harness_open(s.h, &SCREEN_RECORDS, &grace);
    harness_press(s.h, "Right");
    harness_expect(s.h, "part MRN");
    harness_press(s.h, "Tab");
    harness_type(s.h, "twins, the card was borrowed");
    harness_press(s.h, "F10");
    harness_expect(s.h, "Parted");
    harness_expect_not(s.h, "joined to MRN");
}

Test(records_screen, joins_after_comparing_and_parts_again)
{
    walk(24, 80);
}

Test(records_screen, has_room_on_a_large_terminal)
{
    walk(60, 200);
}

Test(records_screen, shows_the_front_desk_no_counts_and_joins_nothing_for_it)
{
    clinic_screen_open(&s, c, CLINIC_FRONT_DESK, 24, 80);
    harness_open(s.h, &SCREEN_RECORDS, &grace);
    harness_expect(s.h, "in use");
    harness_expect_not(s.h, "orders");
    harness_expect_not(s.h, "What to do"); /* no form for who could not save it */
    harness_expect(s.h, "joined and parted by");
    harness_press(s.h, "Enter");
    harness_try(s.h, "save");
    harness_expect_not(s.h, "Compare the two");
}
