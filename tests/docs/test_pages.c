/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/command.h"
#include "docs/pages.h"
#include "screens/screens.h"
#include "support/folder.h"

static void compare(const char *name, page_fn *page)
{
    struct buffer made = BUFFER_INIT;
    char *path = mem_format("%s/%s", PC_SRCDIR, name);
    size_t len = 0;
    page(&made);
    if (getenv("UPDATE_DOCS") != NULL) {
        FILE *out = fopen(path, "w"); /* not file_write(): others may read it */
        cr_assert_not_null(out, "%s cannot be written", path);
        cr_assert_eq(fwrite(made.bytes, 1, made.len, out), made.len);
        cr_assert_eq(fclose(out), 0);
    }
    uint8_t *kept = file_read(path, &len);
    cr_expect(kept != NULL && len == made.len && memcmp(kept, made.bytes, len) == 0, "%s is old: UPDATE_DOCS=1 ./pages_tests", name);
    mem_free(kept);
    mem_free(path);
    buffer_release(&made);
}

Test(pages, keys_are_those_of_the_action_tables)
{
    compare("docs/keys.md", page_keys);
}

/* What stops the workstation at its start stops the build first: two screens that were written side by side may have taken
 * one key. */
Test(pages, one_key_means_one_thing_everywhere)
{
    struct workstation ws = {0};
    struct shell_options options = workstation_options(&ws);
    struct error err = ERROR_INIT;
    cr_assert_eq(shell_check_keys(&options, &err), STATUS_OK, "%s", error_text(&err));
}

Test(pages, schema_is_that_of_the_migrated_database)
{
    compare("docs/schema.md", page_schema);
}

Test(pages, commands_are_those_of_the_program)
{
    compare("docs/commands.md", page_commands);
}

Test(pages, dose_states_are_those_of_the_table)
{
    compare("docs/dose-states.md", page_dose_states);
    compare("docs/fill-states.md", page_fill_states);
    compare("docs/labels.md", page_labels);
}

Test(pages, settings_are_those_of_the_table)
{
    compare("docs/settings.md", page_settings);
}

Test(pages, manual_is_that_of_the_program)
{
    compare("data/man/prescripcare.1", page_manual);
}

Test(pages, completion_is_that_of_the_program)
{
    compare("data/completion/prescripcare", page_completion);
}

static int no_workstation(const char *site_folder, const struct clock *clock, const char *notice)
{
    (void)site_folder; /* nothing is opened here */
    (void)clock;
    (void)notice;
    return 99;
}

static int call(const char *first, const char *second)
{
    char name[] = "prescripcare", a[32], b[32];
    char *argv[] = {name, a, b, NULL};
    struct clock clock = clock_fixed(0);
    (void)snprintf(a, sizeof a, "%s", first);                         /* fits */
    (void)snprintf(b, sizeof b, "%s", second == NULL ? "" : second);  /* fits */
    return command_main(second == NULL ? 2 : 3, argv, &clock, no_workstation);
}

Test(pages, every_command_has_help_without_a_site, .init = cr_redirect_stdout)
{
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        cr_expect_eq(call((*command)->name, "--help"), 0, "%s", (*command)->name);
    }
    cr_expect_eq(call("--help", NULL), 0);
    cr_expect_eq(call("--version", NULL), 0);
}

/* The usage line and the list of flags are two places: what one names the other has. */
Test(pages, usage_and_flags_of_every_command_agree)
{
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        const struct command *c = *command;
        cr_expect(c->help[0] != '\0' && c->help[strlen(c->help) - 1] == '.', "%s: the help is a sentence", c->name);
        for (const char *at = strstr(c->usage, "--"); at != NULL; at = strstr(at + 2, "--")) {
            size_t len = strspn(at + 2, "abcdefghijklmnopqrstuvwxyz0123456789-");
            bool known = false;
            for (const struct command_flag *f = c->flags; f->name != NULL; f++) {
                known = known || (strlen(f->name) == len && strncmp(f->name, at + 2, len) == 0);
            }
            for (const struct command_flag *f = COMMAND_COMMON_FLAGS; f->name != NULL; f++) {
                known = known || (strlen(f->name) == len && strncmp(f->name, at + 2, len) == 0);
            }
            cr_expect(known, "%s: its usage names --%.*s, its flags do not", c->name, (int)len, at + 2);
        }
        for (const struct command_flag *f = c->flags; f->name != NULL; f++) {
            cr_expect(f->help != NULL && f->help[0] != '\0', "%s --%s has no help", c->name, f->name);
        }
    }
}
