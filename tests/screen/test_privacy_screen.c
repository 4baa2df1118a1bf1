/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A restricted record on the screens: restricted by the privacy officer, opened in an emergency, reviewed. */
#include <criterion/criterion.h>

#include "support/clinic_screen.h"

static struct clinic *c;
static struct clinic_screen s;
static struct uid patient;

static void start(void)
{
    c = clinic_new();
    patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
}

static void stop(void)
{
    clinic_screen_close(&s);
    clinic_free(c);
}

TestSuite(privacy, .init = start, .fini = stop);

static void switch_to(enum clinic_person who)
{
    if (s.h != NULL) {
        clinic_screen_close(&s);
    }
    clinic_screen_open(&s, c, who, 24, 80);
}

static void prove(enum clinic_person who)
{
    harness_expect(s.h, "Is it still you");
    harness_type(s.h, clinic_password(who));
    harness_press(s.h, "Enter");
}

static void open_chart(void)
{
    harness_type(s.h, "okafor");
    harness_press(s.h, "Enter");
}

static void restrict_it(void)
{
    switch_to(CLINIC_PRIVACY_OFFICER);
    open_chart();
    harness_act(s.h, "privacy.restrict");
    harness_expect(s.h, "Who may open this record");
    harness_press(s.h, "Right");
    harness_press(s.h, "Right");
    harness_press(s.h, "F10");
    prove(CLINIC_PRIVACY_OFFICER);
    harness_expect(s.h, "Restricted: it opens only to");
}

static void ask_to_erase(const char *mrn)
{
    harness_press(s.h, "Right"); /* registered by mistake */
    harness_press(s.h, "Tab");
    harness_type(s.h, mrn);
    harness_press(s.h, "Tab");
    harness_type(s.h, "typed twice at the front desk");
    harness_press(s.h, "F10");
    prove(CLINIC_PRIVACY_OFFICER);
}

Test(privacy, no_record_is_erased_by_another_number)
{
    switch_to(CLINIC_PRIVACY_OFFICER);
    open_chart();
    harness_act(s.h, "privacy.erase");
    harness_expect(s.h, "Erase this person's record");
    harness_golden(s.h, "erase", "asked");
    ask_to_erase("000000");
    harness_expect(s.h, "Type the MRN");
    clinic_screen_close(&s);
    s = (struct clinic_screen){0};
    switch_to(CLINIC_PRIVACY_OFFICER);
    open_chart();
    harness_expect(s.h, "OKAFOR");
}

Test(privacy, an_erased_record_is_nowhere_to_be_found)
{
    switch_to(CLINIC_PRIVACY_OFFICER);
    open_chart();
    harness_act(s.h, "privacy.erase");
    ask_to_erase("000001");
    harness_expect(s.h, "Erased");
    harness_expect_not(s.h, "OKAFOR");
    harness_type(s.h, "okafor");
    harness_expect_not(s.h, "OKAFOR, ");
}

Test(privacy, walks_from_the_restriction_through_the_emergency_to_the_review)
{
    restrict_it();
    harness_golden(s.h, "restrict", "set");
    switch_to(CLINIC_NURSE);
    open_chart();
    harness_expect(s.h, "Emergency opening of a restricted record");
    harness_expect_not(s.h, "ALLERGIES");
    harness_golden(s.h, "break_glass", "asked");
    harness_press(s.h, "F10");
    harness_expect(s.h, "Choose why");
    harness_press(s.h, "Right");
    harness_press(s.h, "Enter");
    harness_type(s.h, "found unconscious in the hall");
    harness_press(s.h, "F10");
    prove(CLINIC_NURSE);
    harness_expect(s.h, "EMERGENCY until 09:30");
    harness_expect(s.h, "read and record doses only");
    harness_golden(s.h, "chart", "emergency");
    for (int tab = 0; tab < 9; tab++) { /* all of them, and round again; who saw the record is not for emergencies */
        harness_press(s.h, "Right");
        harness_expect(s.h, "EMERGENCY until 09:30");
        harness_expect_not(s.h, "Access");
    }
    harness_try(s.h, "allergy.add");
    harness_expect_not(s.h, "New allergy");
    harness_press(s.h, "Esc");
    open_chart();
    harness_expect(s.h, "Emergency opening of a restricted record"); /* it was left: closed again */
    harness_press(s.h, "Esc");
    switch_to(CLINIC_PRIVACY_OFFICER);
    harness_expect(s.h, "[Emergencies 1]"); /* it comes first */
    harness_press(s.h, "Enter");
    harness_expect(s.h, "found unconscious in the hall");
    harness_press(s.h, "Right");
    harness_press(s.h, "Enter");
    harness_type(s.h, "spoke with the ward");
    harness_golden(s.h, "review", "typed");
    harness_press(s.h, "F10");
    harness_expect(s.h, "the opening leaves the list");
    harness_act(s.h, "incident.report");
    harness_expect(s.h, "The audit trail is whole");
    harness_expect(s.h, "opened the restricted record in an emergency");
}

Test(privacy, an_emergency_is_over_after_an_hour_on_an_open_chart)
{
    restrict_it();
    switch_to(CLINIC_NURSE);
    open_chart();
    harness_press(s.h, "Right");
    harness_press(s.h, "Enter");
    harness_type(s.h, "found unconscious in the hall");
    harness_press(s.h, "F10");
    prove(CLINIC_NURSE);
    harness_expect(s.h, "EMERGENCY until");
    clinic_pass(c, 61 * US_PER_MINUTE);
    harness_advance(s.h, 1100);
    harness_expect_not(s.h, "OKAFOR");
    harness_expect(s.h, "restricted");
}

Test(privacy, who_may_not_break_the_glass_is_told_why)
{
    restrict_it();
    switch_to(CLINIC_STUDENT);
    open_chart();
    harness_expect(s.h, "This record is restricted");
    harness_expect_not(s.h, "Emergency opening");
}

/* Nobody reviews it for three days: who watches over the site is told at the next sign-in, the list says so, and it is still reviewed. */
Test(privacy, a_review_that_is_late_is_told_and_still_done)
{
    restrict_it();
    switch_to(CLINIC_NURSE);
    open_chart();
    harness_expect(s.h, "restricted");
    harness_press(s.h, "Right"); /* the first reason */
    harness_press(s.h, "Down");
    harness_type(s.h, "found unconscious in the hall");
    harness_press(s.h, "F10");
    prove(CLINIC_NURSE);
    harness_expect(s.h, "EMERGENCY");
    harness_press(s.h, "Esc");
    clinic_pass(c, 73 * US_PER_HOUR);
    switch_to(CLINIC_ADMIN);
    harness_expect(s.h, "1 emergency opening was not reviewed within 72 hours");
    switch_to(CLINIC_AUDITOR);
    harness_expect(s.h, "1 emergency opening was not reviewed within 72 hours");
    switch_to(CLINIC_PRIVACY_OFFICER);
    harness_expect(s.h, "1 emergency opening was not reviewed within 72 hours");
    for (int i = 0; i < 6 && !harness_shows(s.h, "[Emergencies"); i++) {
        harness_press(s.h, "Tab");
    }
    harness_expect(s.h, "late since");
    harness_golden(s.h, "home", "review_late");
    harness_press(s.h, "Enter");
    harness_press(s.h, "Right");
    harness_press(s.h, "Down");
    harness_type(s.h, "spoke with the nurse, it was needed");
    harness_press(s.h, "F10");
    cr_expect_not(harness_shows(s.h, "late since"));
    switch_to(CLINIC_AUDITOR);
    cr_expect_not(harness_shows(s.h, "was not reviewed"));
    harness_act(s.h, "incident.report");
    harness_expect(s.h, "found an emergency opening that was not reviewed");
}
