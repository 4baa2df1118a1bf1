/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings table: its own defaults, what each type takes, who may set what, files. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/settings.h"
#include "shell/theme.h"
#include "support/folder.h"

Test(settings, have_defaults_that_they_would_take_themselves)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        struct error err = ERROR_INIT;
        cr_expect_eq(setting_check((enum setting)i, info->standard, &err), STATUS_OK, "%s: %s", info->name, err.message);
        cr_expect_eq(setting_find(info->name), i, "%s", info->name);
        cr_expect_not_null(info->help);
    }
    cr_expect_eq(setting_find("no_such"), -1);
}

Test(settings, offer_the_themes_that_there_are)
{
    struct buffer names = BUFFER_INIT;
    for (int i = 0; i < THEME_COUNT; i++) {
        buffer_append_format(&names, "%s%s", i > 0 ? " " : "", THEMES[i].name);
    }
    cr_expect_str_eq(setting_info(SETTING_THEME)->choices, names.bytes);
    buffer_release(&names);
}

Test(settings, take_what_fits_and_refuse_the_rest)
{
    static const struct {
        enum setting setting;
        const char *value;
        enum status status;
    } CASES[] = {
        {SETTING_THEME, "light", STATUS_OK},
        {SETTING_THEME, "ligh", STATUS_INVALID},
        {SETTING_THEME, "dark light", STATUS_INVALID},
        {SETTING_THEME, "", STATUS_INVALID},
        {SETTING_MOUSE, "on", STATUS_OK},
        {SETTING_MOUSE, "yes", STATUS_INVALID},
        {SETTING_LOCK_AFTER, "1", STATUS_OK},
        {SETTING_LOCK_AFTER, "15", STATUS_OK},
        {SETTING_LOCK_AFTER, "0", STATUS_INVALID},
        {SETTING_LOCK_AFTER, "16", STATUS_INVALID},
        {SETTING_LOCK_AFTER, "-1", STATUS_INVALID},
        {SETTING_LOCK_AFTER, "5 min", STATUS_INVALID},
        {SETTING_LOCK_AFTER, "99999999999999999999", STATUS_INVALID},
        {SETTING_SCAN_PREFIX, "~~", STATUS_OK},
        {SETTING_SCAN_PREFIX, "123456789", STATUS_INVALID},
        {SETTING_SCAN_PREFIX, "\x1b[", STATUS_INVALID},
        {SETTING_TIMES_BID, "07:30 19:30", STATUS_OK},
        {SETTING_TIMES_BID, "07:30", STATUS_INVALID},
        {SETTING_TIMES_BID, "19:30 07:30", STATUS_INVALID},
        {SETTING_TIMES_BID, "07:30 24:00", STATUS_INVALID},
        {SETTING_TIMES_BID, "07:30 19:60", STATUS_INVALID},
        {SETTING_TIMES_BID, "7:30 19:30", STATUS_INVALID},
        {SETTING_TIMES_BID, "07:30 19:30 ", STATUS_INVALID},
        {SETTING_TIMES_BID, "07:30 07:30", STATUS_INVALID},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error err = ERROR_INIT;
        cr_expect_eq(setting_check(CASES[i].setting, CASES[i].value, &err), CASES[i].status, "%s = \"%s\": %s",
                     setting_info(CASES[i].setting)->name, CASES[i].value, err.message);
        if (CASES[i].status != STATUS_OK) {
            cr_expect_str_eq(err.field, setting_info(CASES[i].setting)->name);
        }
    }
}

Test(settings, let_the_later_layer_win_whatever_the_order)
{
    struct settings s;
    settings_init(&s);
    cr_expect_str_eq(settings_text(&s, SETTING_THEME), "dark");
    cr_assert_eq(settings_set(&s, SETTING_THEME, "light", SETTING_USER, "mine, line 1", NULL), STATUS_OK);
    cr_assert_eq(settings_set(&s, SETTING_THEME, "mono", SETTING_SYSTEM, NULL, NULL), STATUS_OK);
    cr_expect_str_eq(settings_text(&s, SETTING_THEME), "light");
    cr_expect_eq(s.layers[SETTING_THEME], SETTING_USER);
    cr_expect_str_eq(s.origins[SETTING_THEME], "mine, line 1");
    settings_release(&s);
}

Test(settings, keep_the_rules_of_the_site_from_one_persons_file)
{
    struct settings s;
    struct error err = ERROR_INIT;
    settings_init(&s);
    cr_expect_eq(settings_set(&s, SETTING_WINDOW_DAILY, "240", SETTING_USER, NULL, &err), STATUS_REFUSED);
    cr_expect_eq(settings_set(&s, SETTING_LOCK_AFTER, "15", SETTING_SYSTEM, NULL, &err), STATUS_REFUSED);
    cr_expect_eq(settings_set(&s, SETTING_WINDOW_DAILY, "240", SETTING_SITE, NULL, &err), STATUS_OK);
    cr_expect_eq(settings_number(&s, SETTING_WINDOW_DAILY), 240);
    settings_release(&s);
}

Test(settings, are_read_from_a_file_whole_or_not_at_all)
{
    static const struct {
        const char *text, *says; /* NULL: fine */
    } CASES[] = {
        {"", NULL},
        {"# nothing\n\n   \n", NULL},
        {"theme=light\r\nmouse = on", NULL},
        {"theme = light\nmouse on\n", "line 2: \"=\" is missing"},
        {"theme = light\nteme = mono\n", "line 2: There is no setting \"teme\""},
        {"theme = light\nlock_after_min = 3\n", "line 2: \"lock_after_min\" is set for the whole site"},
        {"theme = light\nescape_delay_ms = 2000\n", "line 2: \"escape_delay_ms\" is a whole number from 0 to 1000"},
    };
    char *folder = folder_new(), *path = folder_path(folder, "prescripcare.conf");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct settings s;
        struct error err = ERROR_INIT;
        FILE *f = fopen(path, "w");
        cr_assert_not_null(f);
        fputs(CASES[i].text, f);
        fclose(f);
        settings_init(&s);
        enum status status = settings_read_file(&s, path, SETTING_USER, &err);
        if (CASES[i].says == NULL) {
            cr_expect_eq(status, STATUS_OK, "%s: %s", CASES[i].text, err.message);
        } else {
            cr_expect_neq(status, STATUS_OK, "%s", CASES[i].text);
            cr_expect_not_null(strstr(err.message, CASES[i].says), "%s", err.message);
            cr_expect_not_null(strstr(err.message, path), "%s", err.message);
            cr_expect_str_eq(settings_text(&s, SETTING_THEME), "dark", "half of a bad file was taken");
        }
        settings_release(&s);
    }
    struct settings s;
    settings_init(&s);
    (void)remove(path);
    cr_expect_eq(settings_read_file(&s, path, SETTING_USER, NULL), STATUS_OK, "a file that is not there");
    settings_release(&s);
    mem_free(path);
    folder_remove(folder);
}
