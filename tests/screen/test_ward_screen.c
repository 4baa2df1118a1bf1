/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the ward does beside giving: controlled drugs and their witness, the independent check, missed doses, hand-over, back
 * entry from paper. By keys. */
#include <criterion/criterion.h>
#include <poll.h>
#include <string.h>

#include "base/memory.h"
#include "service/factors.h"
#include "service/site_settings.h"
#include "support/clinic_screen.h"
#include "support/paper_printer.h"
#include "support/ward.h"

struct scene {
    struct ward w;
    struct clinic_screen s;
    char *mrn;
};

static struct scene *scene_new(const char *line, int day, int hour, int minute)
{
    struct scene *x = mem_alloc(sizeof *x);
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    x->w = ward_new(line);
    cr_assert_eq(chart_open(clinic_actor(x->w.c, CLINIC_NURSE), x->w.patient, 1, 1, &chart, &err), STATUS_OK);
    x->mrn = mem_copy_text(chart->patient.mrn);
    chart_free(chart);
    clinic_hire(x->w.c, CLINIC_NURSE_2);
    ward_set_time(&x->w, day, hour, minute);
    clinic_screen_open(&x->s, x->w.c, CLINIC_NURSE, 24, 80);
    return x;
}

static void scene_free(struct scene *x)
{
    clinic_screen_close(&x->s);
    clinic_free(x->w.c);
    mem_free(x->mrn);
    mem_free(x);
}

static void sign_in_second(struct scene *x)
{
    for (int i = 0; i < 6 && !harness_shows(x->s.h, "> Sign-in name"); i++) {
        harness_press(x->s.h, "Down");
    }
    harness_type(x->s.h, clinic_login(CLINIC_NURSE_2));
    harness_press(x->s.h, "Enter");
    harness_type(x->s.h, clinic_password(CLINIC_NURSE_2));
    harness_press(x->s.h, "Enter");
}

static void go_to(struct scene *x, const char *label)
{
    for (int i = 0; i < 20 && !harness_shows(x->s.h, label); i++) {
        harness_press(x->s.h, "Down");
    }
    harness_expect(x->s.h, label);
}

Test(ward_screen, gives_a_controlled_drug_and_wastes_the_rest_before_a_witness)
{
    struct scene *x = scene_new("morphine 5 mg iv q4h prn pain max 6", 0, 9, 0);
    harness_open(x->s.h, &SCREEN_CHART, &x->w.patient);
    harness_press(x->s.h, "F6");
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "Taken out");
    harness_press(x->s.h, "Right"); /* pain */
    go_to(x, "> Score before");
    harness_type(x->s.h, "8");
    go_to(x, "> Why no scan");
    harness_press(x->s.h, "Right");
    go_to(x, "> Taken out");
    harness_type(x->s.h, "10 mg");
    harness_golden(x->s.h, "dose", "controlled");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Is it still you");
    harness_type(x->s.h, clinic_password(CLINIC_NURSE));
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "still open: 5 mg");
    harness_golden(x->s.h, "waste", "rest");
    harness_press(x->s.h, "Right"); /* why */
    harness_press(x->s.h, "Down");
    harness_press(x->s.h, "Right"); /* how */
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Witness");
    harness_golden(x->s.h, "second", "witness");
    sign_in_second(x);
    harness_expect(x->s.h, "accounted for, with");
    scene_free(x);
}

/* A password that somebody saw over a shoulder makes nobody a witness whose account has a second factor. */
Test(ward_screen, asks_a_witness_with_a_phone_for_its_code)
{
    struct scene *x = scene_new("morphine 5 mg iv q4h prn pain max 6", 0, 9, 0);
    struct factor_offer offer = FACTOR_OFFER_INIT;
    struct factor_codes codes;
    struct error err = ERROR_INIT;
    char code[9];
    struct actor *second = clinic_actor(x->w.c, CLINIC_NURSE_2);
    const struct waste_argument waste = {x->w.patient, x->w.order, UID_NONE};
    clinic_prove(x->w.c, CLINIC_NURSE_2);
    cr_assert_eq(factor_offer(second, NULL, &offer, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert(totp_code(&offer.secret, clock_now_us(&x->w.c->clock), TOTP_DIGITS, code));
    cr_assert_eq(factor_confirm(second, &offer, code, &codes, &err), STATUS_OK, "%s", error_text(&err));
    clinic_pass(x->w.c, 31 * US_PER_SECOND);
    harness_open(x->s.h, &SCREEN_WASTE, &waste);
    harness_type(x->s.h, "10 mg");
    harness_press(x->s.h, "Down");
    harness_press(x->s.h, "Right"); /* why */
    harness_press(x->s.h, "Down");
    harness_press(x->s.h, "Right"); /* how */
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Is it still you"); /* asked in place, before anybody is called */
    harness_type(x->s.h, clinic_password(CLINIC_NURSE));
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "Witness");
    harness_expect_not(x->s.h, "Their code");
    sign_in_second(x);
    harness_expect(x->s.h, "> Their code");
    harness_golden(x->s.h, "second", "code");
    harness_type(x->s.h, "000000");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "not right");
    cr_assert(totp_code(&offer.secret, clock_now_us(&x->w.c->clock), TOTP_DIGITS, code));
    harness_type(x->s.h, code);
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "accounted for, with");
    factor_offer_release(&offer);
    scene_free(x);
}

Test(ward_screen, leaves_waste_open_on_home_when_nobody_is_there)
{
    struct scene *x = scene_new("morphine 5 mg iv q4h prn pain max 6", 0, 9, 0);
    struct dose_event dose = ward_due(&x->w, x->w.order, 0);
    struct error err = ERROR_INIT;
    struct uid id;
    const struct dose_with with = {.removed = decimal_from_int(10), .removed_unit = UNIT_MG};
    dose.reason = (char *)"pain";
    clinic_prove(x->w.c, CLINIC_NURSE);
    cr_assert_eq(dose_record_with(clinic_actor(x->w.c, CLINIC_NURSE), &dose, 0, &with, &id, &err), STATUS_OK, "%s", error_text(&err));
    harness_advance(x->s.h, 61000);
    for (int i = 0; i < 8 && !harness_shows(x->s.h, "[Open waste 1"); i++) {
        harness_press(x->s.h, "Tab");
    }
    harness_expect(x->s.h, "[Open waste 1");
    harness_expect(x->s.h, "5 mg open");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "taken out at 09:00");
    scene_free(x);
}

/* The checker types what they read; a tenfold slip is not agreed with, and nothing of the record is shown. */
Test(ward_screen, has_insulin_into_the_vein_checked_independently)
{
    struct scene *x = scene_new("insulin regular 6 units iv daily", 1, 8, 0);
    harness_press(x->s.h, "F6");
    harness_scan(x->s.h, x->mrn);
    go_to(x, "> Why no scan");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Independent double check");
    harness_golden(x->s.h, "second", "check");
    harness_type(x->s.h, "insulin regular");
    harness_press(x->s.h, "Enter");
    harness_type(x->s.h, "60 units");
    harness_press(x->s.h, "Enter");
    sign_in_second(x);
    harness_expect(x->s.h, "calculate again");
    go_to(x, "> Dose");
    for (int i = 0; i < 8; i++) {
        harness_press(x->s.h, "Backspace");
    }
    harness_type(x->s.h, "6 units");
    go_to(x, "> Password");
    harness_type(x->s.h, clinic_password(CLINIC_NURSE_2));
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    scene_free(x);
}

Test(ward_screen, lists_what_was_missed_until_somebody_looks)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 1, 12, 30);
    harness_advance(x->s.h, 1100);
    for (int i = 0; i < 8 && !harness_shows(x->s.h, "[Missed 1"); i++) {
        harness_press(x->s.h, "Tab");
    }
    harness_expect(x->s.h, "[Missed 1");
    harness_expect(x->s.h, "nobody recorded it");
    harness_golden(x->s.h, "home", "missed");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "What was done");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Choose what was done");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "looked at. Saved here");
    harness_expect_not(x->s.h, "Missed");
    scene_free(x);
}

Test(ward_screen, hands_over_to_who_signs_in)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 1, 11, 0);
    harness_press(x->s.h, "=");
    harness_press(x->s.h, "x");
    harness_expect(x->s.h, "Hand-over 03:00 to 11:00: 1 line");
    harness_golden(x->s.h, "handover", "morning");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "signs in here to take over");
    sign_in_second(x);
    harness_expect(x->s.h, "Handed over to");
    scene_free(x);
}

Test(ward_screen, marks_what_comes_from_paper)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 1, 8, 10);
    harness_press(x->s.h, "=");
    harness_press(x->s.h, "q");
    harness_type(x->s.h, "D-12");
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "Back entry of form D-12");
    harness_press(x->s.h, "Down");
    harness_expect(x->s.h, "BE form D-12"); /* as long as it goes on, also when the message is gone */
    harness_press(x->s.h, "Enter"); /* no pass: each dose has its own time on paper */
    harness_scan(x->s.h, x->mrn);
    harness_expect(x->s.h, "BE form D-12");
    harness_expect(x->s.h, "< downtime >");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Type the time that stands on the form");
    go_to(x, "> When");
    harness_type(x->s.h, "08:05");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Saved here");
    harness_act(x->s.h, "session.sign_out");
    harness_press(x->s.h, "Right");
    harness_press(x->s.h, "Enter");
    harness_type(x->s.h, clinic_login(CLINIC_NURSE_2));
    harness_press(x->s.h, "Enter");
    harness_type(x->s.h, clinic_password(CLINIC_NURSE_2));
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "I. Duarte");
    harness_press(x->s.h, "=");
    harness_expect(x->s.h, "Round to");
    harness_expect_not(x->s.h, "BE form"); /* whoever signs in next enters nothing from it */
    scene_free(x);
}

Test(ward_screen, counts_the_cabinet_with_two)
{
    struct scene *x = scene_new("lisinopril 10 mg daily", 1, 8, 10);
    harness_press(x->s.h, "=");
    harness_press(x->s.h, "*");
    harness_expect(x->s.h, "Controlled drugs of this site");
    harness_press(x->s.h, "F5");
    go_to(x, "> Drug");
    harness_type(x->s.h, "oxycodone 5 mg tab");
    harness_press(x->s.h, "Enter");
    harness_type(x->s.h, "24 tab");
    harness_press(x->s.h, "F10");
    harness_expect(x->s.h, "Is it still you");
    harness_type(x->s.h, clinic_password(CLINIC_NURSE));
    harness_press(x->s.h, "Enter");
    sign_in_second(x);
    harness_expect(x->s.h, "oxycodone 5 mg tab");
    harness_expect(x->s.h, "24 tab");
    harness_expect(x->s.h, "even");
    scene_free(x);
}

/* In a bed, to another bed, home at a time; the grid says why nothing is due behind it. */
Test(ward_screen, has_a_patient_admitted_moved_and_leaving)
{
    struct scene *x = scene_new("metformin 500 mg tab 1 tab bid", 1, 7, 0);
    harness_open(x->s.h, &SCREEN_STAY, &x->w.patient);
    harness_expect(x->s.h, "begins");
    go_to(x, "> Ward and bed");
    harness_type(x->s.h, "3 North, bed 12");
    harness_act(x->s.h, "save");
    harness_open(x->s.h, &SCREEN_STAY, &x->w.patient);
    harness_expect(x->s.h, "goes on");
    go_to(x, "> Ward and bed");
    harness_type(x->s.h, "34");
    harness_act(x->s.h, "save");
    harness_open(x->s.h, &SCREEN_STAY, &x->w.patient);
    harness_expect(x->s.h, "3 North, bed 1234");
    go_to(x, "> The stay");
    harness_press(x->s.h, "Right");
    harness_expect(x->s.h, "ends: home");
    go_to(x, "> When");
    harness_type(x->s.h, "07:02");
    harness_golden(x->s.h, "stay", "leaves");
    harness_act(x->s.h, "save");
    harness_open(x->s.h, &SCREEN_MAR, &x->w.patient);
    harness_expect_not(x->s.h, "Left ");
    ward_set_time(&x->w, 1, 7, 3);
    harness_open(x->s.h, &SCREEN_MAR, &x->w.patient);
    harness_expect(x->s.h, "earlier orders are not due here.");
    harness_golden(x->s.h, "mar", "left");
    harness_open(x->s.h, &SCREEN_STAY, &x->w.patient);
    harness_press(x->s.h, "Right");
    harness_expect(x->s.h, "did not leave");
    harness_act(x->s.h, "save");
    harness_open(x->s.h, &SCREEN_MAR, &x->w.patient);
    harness_expect_not(x->s.h, "earlier orders are not");
    harness_golden(x->s.h, "mar", "stayed");
    scene_free(x);
}

/* Until the bar says so; a sheet on its way to the printer is another process. */
static bool loop_until(struct scene *x, const char *words)
{
    for (int i = 0; i < 50 && !harness_shows(x->s.h, words); i++) {
        (void)poll(NULL, 0, 20);
        harness_advance(x->s.h, 1000);
    }
    return harness_shows(x->s.h, words);
}

/* The loop of the workstation: the printer is off at the set time, and on a minute later; nobody has to do anything. */
Test(ward_screen, prints_the_sheets_of_the_set_time_when_the_printer_is_there)
{
    struct scene *x = scene_new("metformin 500 mg tab 1 tab bid", 1, 5, 59);
    struct error err = ERROR_INIT;
    struct paper_printer p = paper_printer_reserve();
    clinic_screen_close(&x->s);
    cr_assert_eq(site_setting_change(clinic_actor(x->w.c, CLINIC_ADMIN), SETTING_PRINTER_DOCUMENTS, p.uri, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_assert_eq(site_setting_change(clinic_actor(x->w.c, CLINIC_ADMIN), SETTING_DOWNTIME_TIMES, "06:00", &err), STATUS_OK, "%s",
                 error_text(&err));
    ward_set_time(&x->w, 1, 6, 0);
    clinic_screen_open(&x->s, x->w.c, CLINIC_NURSE, 24, 80);
    harness_advance(x->s.h, 1000);
    cr_assert(loop_until(x, "Tried again in 1 min"), "the failure is told");
    paper_printer_start(&p);
    ward_set_time(&x->w, 1, 6, 3);
    cr_assert(loop_until(x, "1 sheet for a downtime printed"), "and made good");
    paper_printer_stop(&p);
    scene_free(x);
}
