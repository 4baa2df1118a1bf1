/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a session lasts and what ends it: nothing but keeping a draft works after its end. */
#include <criterion/criterion.h>

#include "service/chart.h"
#include "service/drafts.h"
#include "service/site_settings.h"
#include "support/clinic.h"

static enum status read_chart(struct actor *actor, struct uid patient, struct error *err)
{
    struct chart *chart = NULL;
    enum status status = chart_open(actor, patient, 1, 1, &chart, err);
    chart_free(chart);
    return status;
}

Test(sessions, end_when_their_hours_are_up)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    clinic_pass(c, 12 * US_PER_HOUR - US_PER_SECOND);
    cr_expect_eq(read_chart(nurse, patient, &err), STATUS_OK, "%s", error_text(&err));
    clinic_pass(c, US_PER_SECOND);
    cr_expect_eq(read_chart(nurse, patient, &err), STATUS_SIGNED_OUT);
    cr_expect_eq(draft_save(nurse, "order.add", patient, "{}", &err), STATUS_OK, "what was typed is kept: %s", error_text(&err));
    clinic_free(c);
}

Test(sessions, have_the_hours_that_the_site_gives)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    cr_assert_eq(site_setting_change(clinic_actor(c, CLINIC_ADMIN), SETTING_SESSION_HOURS, "1", &err), STATUS_OK);
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    clinic_pass(c, US_PER_HOUR);
    cr_expect_eq(session_check(nurse, &err), STATUS_SIGNED_OUT);
    cr_expect_eq(session_check(clinic_actor(c, CLINIC_ADMIN), &err), STATUS_OK, "signed in before the change: 12 hours");
    clinic_free(c);
}
