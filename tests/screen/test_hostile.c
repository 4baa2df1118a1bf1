/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "screen/hostile.h"

enum { PAINTED = 10000, WRITTEN = 2400, STEPS = 600 };

/* The watcher itself: what it has to let through and what it has to find. */
Test(hostile, watcher_knows_harm_from_curses)
{
    static const struct {
        const char *bytes;
        bool is_fine;
    } CASES[] = {
        {"plain text\r\n", true},         {"\x1b[1;24r\x1b[38;5;7m\x1b[K", true}, {"\xe2\x94\x80 \xe6\xbc\xa2", true},
        {"\x1b(B\x1b[m", true},           {"\x1b[7777m", false},                  {"\x1b]52;c;eA==\x07", false},
        {"\x07", false},                  {"\xc2\x9b", false},                    {"\x9b", false},
        {"\xe2\x80\xae", false},          {"\xed\xa0\x80", false},                {"\xff", false},
        {"\t", false},                    {"\xe2\x80\x8b", false},                {"\x7f", false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct stream_check check = {.len = 0};
        stream_check_bytes(&check, CASES[i].bytes, strlen(CASES[i].bytes));
        cr_expect_eq(check.why[0] == '\0', CASES[i].is_fine, "case %zu: %s", i, check.why);
    }
}

static void expect_nothing(const struct hostile_run *run, const struct random *r)
{
    cr_expect_str_empty(run->why, "%s (seed %llu)", run->why, (unsigned long long)r->seed);
}

Test(hostile, text_stays_in_its_area_however_it_is_painted)
{
    struct random r = random_start("hostile");
    struct hostile_run run;
    hostile_widgets(PAINTED, &r, &run);
    expect_nothing(&run, &r);
    cr_expect_gt(run.frames, 50);
}

Test(hostile, text_is_letters_on_paper_in_files_and_in_the_log)
{
    struct random r = random_start("hostile");
    struct hostile_run run;
    hostile_outputs(WRITTEN, &r, &run);
    expect_nothing(&run, &r);
}

/* One person's screens, another one's at each run. */
Test(hostile, text_stays_in_its_cells_on_every_screen)
{
    struct random r = random_start("hostile");
    struct hostile_run run;
    hostile_run(1, 1, &r, &run);
    expect_nothing(&run, &r);
    cr_expect_gt(run.columns, 60, "%u", run.columns);
    cr_expect_gt(run.frames, 100, "%u", run.frames);
    cr_expect_gt(run.seen, 15, "%u strings were seen: the walk sees nothing", run.seen);
}

Test(hostile, monkey_breaks_nothing)
{
    struct random r = random_start("monkey");
    monkey_run(STEPS, &r);
}
