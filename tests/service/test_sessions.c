/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a session lasts and what ends it: nothing but keeping a draft works after its end. */
#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* One account opened in many windows at the same moment: everybody who types the right password is let in. */
Test(sessions, of_one_account_begin_at_the_same_moment)
{
    enum { WINDOWS = 16 };
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    int ready[2], refused = 0;
    char byte;
    clinic_hire(c, CLINIC_NURSE);
    cr_assert_eq(pipe(ready), 0);
    for (int i = 0; i < WINDOWS; i++) {
        pid_t child = fork();
        cr_assert_geq(child, 0);
        if (child == 0) {
            struct actor *actor = NULL;
            struct site *site = clinic_open_again(c);
            (void)close(ready[1]);
            bool was_told = read(ready[0], &byte, 1) == 0; /* nobody holds the other end: now */
            _exit(was_told && session_sign_in(site, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &actor, &err) == STATUS_OK
                      ? 0 : 1);
        }
    }
    (void)close(ready[0]);
    (void)close(ready[1]);
    for (int i = 0; i < WINDOWS; i++) {
        int result = 0;
        cr_assert_gt(wait(&result), 0);
        refused += !(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    }
    cr_expect_eq(refused, 0, "%d of %d", refused, WINDOWS);
    clinic_free(c);
}
