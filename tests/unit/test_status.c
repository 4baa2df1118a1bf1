/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/status.h"

Test(status, has_a_sentence_and_a_name_for_every_code)
{
    for (int code = 0; code < STATUS_COUNT; code++) {
        const char *text = status_text((enum status)code);
        const char *name = status_name((enum status)code);
        cr_assert(text && strlen(text) > 3 && text[strlen(text) - 1] == '.',
                  "code %d: not a sentence", code);
        cr_assert(name && strlen(name) > 1, "code %d: no name", code);
        cr_assert_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name), "code %d: name %s",
                     code, name);
        for (int other = 0; other < code; other++) {
            cr_assert_str_neq(name, status_name((enum status)other), "codes %d and %d share a name",
                              other, code);
        }
    }
}

Test(status, gives_the_exit_codes_of_the_command_line)
{
    static const struct {
        enum status status;
        int code;
    } rows[] = {
        {STATUS_OK, 0},         {STATUS_INVALID, 1},
        {STATUS_REFUSED, 1},    {STATUS_NOT_PERMITTED, 3},
        {STATUS_BAD_SECRET, 3}, {STATUS_LOCKED_OUT, 4},
        {STATUS_OFFLINE, 4},    {STATUS_DAMAGED, 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(status_exit_code(rows[i].status), rows[i].code, "%s",
                     status_name(rows[i].status));
    }
    for (int code = 1; code < STATUS_COUNT; code++) {
        int exit_code = status_exit_code((enum status)code);
        cr_assert(exit_code == 1 || (exit_code >= 3 && exit_code <= 5), "%s",
                  status_name((enum status)code));
    }
}

Test(status, answers_for_a_code_it_does_not_know)
{
    cr_assert_str_eq(status_name((enum status)999), "unknown");
    cr_assert_eq(status_exit_code((enum status)999), 5);
    cr_assert_gt(strlen(status_text((enum status)999)), 0);
}
