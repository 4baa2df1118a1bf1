/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of states and transitions: no hole, nothing that a person may not do. */
#include <criterion/criterion.h>

#include "model/dose_states.h"

Test(dose_states, have_an_answer_for_every_state_of_every_kind_of_order)
{
    for (int state = DOSE_STATE_PENDING; state <= (int)DOSE_STATE_CONFLICT; state++) {
        for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
            struct buffer cell = BUFFER_INIT;
            dose_state_write_cell(&cell, (enum dose_status)state, (enum schedule_kind)kind);
            cr_expect(cell.len > 0, "state %d of a %s order: nothing is said", state, enum_word(ENUM_SCHEDULE_KIND, kind));
            buffer_release(&cell);
        }
    }
}

Test(dose_states, are_numbered_and_say_what_they_need)
{
    for (int i = 0; i < DOSE_TRANSITIONS_COUNT; i++) {
        const struct dose_transition *t = &DOSE_TRANSITIONS[i];
        cr_expect_eq(t->number, i + 1);
        cr_expect(t->guards[0] != '\0' && t->required[0] != '\0' && t->from != 0 && t->kinds != 0, "row %d", t->number);
    }
}

Test(dose_states, let_a_person_do_what_is_right_and_nothing_else)
{
    static const struct {
        enum dose_status from, to;
        enum schedule_kind kind;
        bool may;
    } cases[] = {
        {DOSE_STATE_PENDING, DOSE_STATUS_GIVEN, SCHEDULE_KIND_WALL, true},
        {DOSE_STATE_PENDING, DOSE_STATUS_GIVEN, SCHEDULE_KIND_PRN, true},
        {DOSE_STATE_PENDING, DOSE_STATUS_MISSED, SCHEDULE_KIND_WALL, true},
        {DOSE_STATE_PENDING, DOSE_STATUS_MISSED, SCHEDULE_KIND_PRN, false}, /* nothing was planned */
        {DOSE_STATE_PENDING, DOSE_STATUS_REMOVED, SCHEDULE_KIND_WALL, false}, /* nothing is on */
        {DOSE_STATE_PENDING, DOSE_STATUS_STOPPED, SCHEDULE_KIND_WALL, false},
        {DOSE_STATE_PENDING, DOSE_STATUS_CANCELLED, SCHEDULE_KIND_WALL, false}, /* the system's */
        {DOSE_STATE_PENDING, DOSE_STATUS_IN_ERROR, SCHEDULE_KIND_WALL, false},
        {DOSE_STATUS_IN_PROGRESS, DOSE_STATUS_REMOVED, SCHEDULE_KIND_WALL, true},
        {DOSE_STATUS_IN_PROGRESS, DOSE_STATUS_HELD, SCHEDULE_KIND_WALL, false},
        {DOSE_STATUS_AWAY, DOSE_STATUS_GIVEN, SCHEDULE_KIND_ELAPSED, true},
        {DOSE_STATUS_UNAVAILABLE, DOSE_STATUS_GIVEN, SCHEDULE_KIND_ONCE, true},
        {DOSE_STATUS_MISSED, DOSE_STATUS_GIVEN, SCHEDULE_KIND_WALL, true},
        {DOSE_STATUS_GIVEN, DOSE_STATUS_HELD, SCHEDULE_KIND_WALL, false}, /* correct the record first */
        {DOSE_STATUS_GIVEN, DOSE_STATUS_GIVEN, SCHEDULE_KIND_WALL, false},
        {DOSE_STATUS_REFUSED, DOSE_STATUS_GIVEN, SCHEDULE_KIND_WALL, false},
        {DOSE_STATUS_CANCELLED, DOSE_STATUS_GIVEN, SCHEDULE_KIND_WALL, false},
        {DOSE_STATE_CONFLICT, DOSE_STATUS_GIVEN, SCHEDULE_KIND_WALL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(dose_transition_find(cases[i].from, cases[i].to, cases[i].kind) != NULL, cases[i].may, "case %zu", i);
    }
}
