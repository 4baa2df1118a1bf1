/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "model/hours.h"

static struct hours hours_of(const char *text)
{
    struct hours h;
    struct error err = ERROR_INIT;
    cr_assert_eq(hours_parse(text, &h, &err), STATUS_OK, "\"%s\": %s", text, error_text(&err));
    return h;
}

Test(hours, say_whether_it_is_open_now)
{
    static const struct {
        const char *text;
        int weekday, hour, minute;
        bool is_open;
        int until;
    } CASES[] = {
        {"mon-fri 08:00-18:00", 1, 8, 0, true, 600},     {"mon-fri 08:00-18:00", 1, 7, 59, false, 0},
        {"mon-fri 08:00-18:00", 5, 17, 59, true, 1},     {"mon-fri 08:00-18:00", 5, 18, 0, false, 0},
        {"mon-fri 08:00-18:00", 6, 12, 0, false, 0},     {"mon 08:00-12:00 13:00-18:00", 1, 12, 30, false, 0},
        {"mon 08:00-12:00, 13:00-18:00", 1, 13, 0, true, 300},
        {"sat 22:00-06:00", 6, 23, 0, true, 420},        {"sat 22:00-06:00", 7, 5, 59, true, 1},
        {"sat 22:00-06:00", 7, 6, 0, false, 0},          {"sat 22:00-06:00", 6, 5, 0, false, 0},
        {"sun 22:00-06:00", 1, 1, 0, true, 300},         {"fri-mon 10:00-12:00", 7, 11, 0, true, 60},
        {"mon-sun 00:00-24:00", 3, 23, 59, true, 1},     {"", 1, 12, 0, false, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct hours h = hours_of(CASES[i].text);
        int until = 0;
        cr_expect_eq(hours_is_open(&h, CASES[i].weekday, CASES[i].hour * 60 + CASES[i].minute, &until), CASES[i].is_open, "case %zu", i);
        cr_expect(!CASES[i].is_open || until == CASES[i].until, "case %zu: %d minutes, not %d", i, until, CASES[i].until);
    }
}

Test(hours, refuse_what_cannot_be_meant)
{
    static const char *const WRONG[] = {"08:00-18:00", "mon", "mon 8-18", "mon 25:00-26:00", "mon 08:00", "xyz 08:00-09:00", "mon 08:00-08:00",
                                        "mon 08:60-09:00", "mon-xyz 08:00-09:00", "mon 01:00-02:00 03:00-04:00 05:00-06:00 07:00-08:00"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        struct hours h;
        cr_expect_eq(hours_parse(WRONG[i], &h, NULL), STATUS_INVALID, "\"%s\" was taken", WRONG[i]);
    }
}

Test(hours, come_back_as_they_were_kept)
{
    static const char *const TEXTS[] = {"mon-fri 08:00-18:00; sat 09:00-12:00", "mon 22:00-06:00", "", "mon-sun 00:00-24:00"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        struct hours h = hours_of(TEXTS[i]), back;
        char *json = hours_to_json(&h);
        struct buffer text = BUFFER_INIT;
        cr_assert_eq(hours_from_json(json, &back, NULL), STATUS_OK, "%s", json);
        hours_write(&back, &text);
        cr_expect_str_eq(text.bytes != NULL ? text.bytes : "", TEXTS[i]);
        buffer_release(&text);
        mem_free(json);
    }
}
