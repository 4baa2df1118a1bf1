/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The site's own settings: who may change them, what they change, and that every session of the site has them. */
#include <criterion/criterion.h>
#include <string.h>

#include "service/site_settings.h"
#include "support/clinic.h"

Test(site_settings, begin_as_the_rules_of_the_clinical_page)
{
    struct clinic *c = clinic_new();
    (void)clinic_actor(c, CLINIC_NURSE);
    struct window_rules site = site_window_rules(c->site), standard = window_rules_default();
    struct timing_table times = site_timing_table(c->site), standard_times = timing_table_default();
    for (int i = 1; i < WINDOW_CLASS_COUNT; i++) {
        cr_expect_eq(site.windows[i].early_min, standard.windows[i].early_min, "class %d", i);
        cr_expect_eq(site.windows[i].late_min, standard.windows[i].late_min, "class %d", i);
    }
    cr_expect_eq(site.grace_min, standard.grace_min);
    cr_expect_eq(site.late_entry_min, standard.late_entry_min);
    cr_expect_eq(site.late_entry_far_min, standard.late_entry_far_min);
    cr_expect_eq(memcmp(&times, &standard_times, sizeof times), 0);
    clinic_free(c);
}

Test(site_settings, are_changed_by_an_administrator_only)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    cr_expect_eq(site_setting_change(clinic_actor(c, CLINIC_PRESCRIBER), SETTING_WINDOW_DAILY, "60", &err),
                 STATUS_NOT_PERMITTED);
    cr_expect_eq(site_window_rules(c->site).windows[WINDOW_CLASS_DAILY].late_min, 120);
    cr_assert_eq(site_setting_change(clinic_actor(c, CLINIC_ADMIN), SETTING_WINDOW_DAILY, "60", &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(site_window_rules(c->site).windows[WINDOW_CLASS_DAILY].late_min, 60);
    cr_expect_eq(site_window_rules(c->site).windows[WINDOW_CLASS_FREQUENT].late_min, 60, "the others stay");
    clinic_free(c);
}

Test(site_settings, hold_for_other_sessions_and_can_be_taken_back)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN), *nurse = NULL;
    cr_assert_eq(site_setting_change(admin, SETTING_TIMES_BID, "07:30 19:30", &err), STATUS_OK, "%s", error_text(&err));
    clinic_hire(c, CLINIC_NURSE);
    struct site *other = clinic_open_again(c);
    cr_assert_eq(session_sign_in(other, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK);
    cr_expect_eq(site_timing_table(other).times[TIMING_BID].min[0], 450);
    cr_assert_eq(site_setting_change(admin, SETTING_TIMES_BID, NULL, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(site_settings_load(other, &err), STATUS_OK);
    cr_expect_eq(site_timing_table(other).times[TIMING_BID].min[0], 480);
    cr_expect_eq(site_setting_change(admin, SETTING_TIMES_BID, NULL, &err), STATUS_NOT_FOUND, "taken back twice");
    cr_assert_eq(site_setting_change(admin, SETTING_TIMES_BID, "06:00 18:00", &err), STATUS_OK, "set again: %s",
                 error_text(&err));
    cr_expect_eq(site_timing_table(c->site).times[TIMING_BID].min[1], 1080);
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(other);
    clinic_free(c);
}

Test(site_settings, refuse_a_value_before_anything_is_written)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN);
    int64_t before = site_data_version(c->site), waiting = site_unsent_count(c->site);
    cr_expect_eq(site_setting_change(admin, SETTING_WINDOW_DAILY, "9999", &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "window_daily_min");
    cr_expect_eq(site_data_version(c->site), before);
    cr_expect_eq(site_unsent_count(c->site), waiting);
    clinic_free(c);
}
