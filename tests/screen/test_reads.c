/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nobody sees anything of a patient without a row in the audit trail, and nobody sees what the role does not (security.md
 * S15, 2.4). The whole walk is ./run proof reads; here the nurse, the front desk, the auditor and one more. */
#include <criterion/criterion.h>

#include "screen/reads.h"
#include "service/patients.h"
#include "support/random.h"

static void expect_right(const struct reads *r, uint64_t seed)
{
    cr_expect_eq(r->wrong, 0, "%d (seed %llu):\n%s", r->wrong, (unsigned long long)seed, r->why);
}

Test(reads, no_screen_shows_a_patient_without_a_row_or_a_right)
{
    struct random random = random_start("reads");
    struct reads r;
    const enum clinic_person people[] = {CLINIC_FRONT_DESK, CLINIC_NURSE, READS_PEOPLE[2 + random_below(&random, READS_ROLES - 2)]};
    reads_begin(&r);
    reads_add_seldom(&r);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        r.has_ways = people[i] != CLINIC_NURSE; /* who may open nearly all: by each way in the whole walk only */
        reads_walk_screens(&r, people[i]);
    }
    expect_right(&r, random.seed);
    cr_expect_gt(r.looks, 250, "%d", r.looks);
    cr_expect_gt(r.seen, 100, "%d: the markers were hardly seen", r.seen);
    reads_end(&r);
}

Test(reads, no_command_prints_a_patient_without_a_row_or_a_right)
{
    struct random random = random_start("reads");
    struct reads r;
    const enum clinic_person people[] = {CLINIC_NURSE, READS_PEOPLE[1 + random_below(&random, READS_ROLES - 1)]};
    reads_begin(&r);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        reads_walk_commands(&r, people[i]);
    }
    expect_right(&r, random.seed);
    cr_expect_gt(r.looks, 100);
    cr_expect_gt(r.seen, 3, "the markers were hardly seen: the walk sees nothing");
    reads_end(&r);
}

/* Home's lists: each has its row before its first line, and finding has its own. */
Test(reads, home_has_a_row_for_each_list_and_for_finding)
{
    struct reads r;
    reads_begin(&r);
    clinic_pass(r.clinic, 23 * US_PER_HOUR); /* the daily dose is due */
    for (int i = 0; i < READS_ROLES; i++) {
        struct clinic_screen s;
        bool may_find = READS_PEOPLE[i] != CLINIC_AUDITOR && READS_PEOPLE[i] != CLINIC_ADMIN;
        clinic_screen_open(&s, r.clinic, READS_PEOPLE[i], 24, 80);
        reads_look(&r, &s, 1, "home", "opened"); /* more than the row of signing in */
        int64_t before = reads_rows(&r, s.ws.actor->session_id);
        harness_type(s.h, "zqperson");
        cr_expect_eq(reads_shows(&s, READS_NAME), may_find, "role %d finds", (int)READS_PEOPLE[i]);
        reads_look(&r, &s, before, "home", "find");
        clinic_screen_close(&s);
    }
    expect_right(&r, 0);
    cr_expect_gt(r.seen, 7);
    reads_end(&r);
}

/* The front desk looks at who somebody is; correcting is a key of its own, and nothing clinical is lost by it. */
Test(reads, front_desk_looks_before_it_corrects)
{
    struct reads r;
    struct clinic_screen s;
    struct patient after;
    struct error err = ERROR_INIT;
    reads_begin(&r);
    clinic_screen_open(&s, r.clinic, CLINIC_FRONT_DESK, 24, 80);
    harness_type(s.h, "zqperson");
    harness_press(s.h, "Enter");
    cr_assert_eq(shell_top(s.h->shell), &SCREEN_PERSON);
    harness_expect(s.h, "Birth date");
    harness_expect_not(s.h, "Weight");
    harness_expect_not(s.h, "Blood type");
    harness_press(s.h, "e");
    cr_assert_eq(shell_top(s.h->shell), &SCREEN_PATIENT);
    harness_expect_not(s.h, "Blood type");
    harness_press(s.h, "Down");
    harness_type(s.h, " Lovelace");
    harness_press(s.h, "F10");
    harness_expect(s.h, "Ada Lovelace");
    cr_assert_eq(patient_open(clinic_actor(r.clinic, CLINIC_NURSE), r.patient, &after, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(decimal_compare(after.weight_kg, decimal_from_int(70)), 0, "the weight that the front desk never saw is gone");
    patient_release(&after);
    clinic_screen_close(&s);
    reads_end(&r);
}
