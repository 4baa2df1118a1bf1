/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence of security.md 1.7 with small counts and a seed that changes; seal_campaign runs the
 * full ones. */
#include <criterion/criterion.h>

#include "fault/seal_tests.h"
#include "support/random.h"

static void hold(const char *name)
{
    const struct seal_test *test = seal_test_find(name);
    cr_assert_not_null(test);
    struct seal_run r = {.seed = random_start(name).seed, .runs = test->runs_quick};
    test->run(&r);
    if (!r.was_possible) {
        cr_skip_test("not possible here");
    }
    cr_assert(seal_run_passed(&r), "%s: %s (after %u runs, seed %llu)", name, r.why, r.done,
              (unsigned long long)r.seed);
}

Test(seal, keeps_every_commit_through_power_loss)
{
    hold("power_loss");
}

Test(seal, keeps_every_commit_through_kill)
{
    hold("kill");
}

Test(seal, five_processes_keep_their_sums)
{
    hold("processes");
}

Test(seal, keeps_every_commit_through_io_errors)
{
    hold("io_error");
}

Test(seal, keeps_every_commit_without_memory)
{
    hold("no_memory");
}

Test(seal, keeps_every_commit_on_a_full_disk)
{
    hold("disk_full");
}

Test(seal, keeps_every_commit_on_a_full_file_system)
{
    hold("disk_full_tmpfs");
}

Test(seal, finds_every_change_of_the_file)
{
    hold("tamper_file");
}

Test(seal, a_changed_log_never_gives_other_rows)
{
    hold("tamper_log");
}

Test(seal, no_file_shows_a_word)
{
    hold("markers");
}
