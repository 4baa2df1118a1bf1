/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of states and transitions: no hole, nothing that a person may not do. */
#include <criterion/criterion.h>
#include <string.h>

#include "model/dose_states.h"

Test(dose_states, have_an_answer_for_every_state_of_every_kind_of_order)
{
    for (int state = DOSE_STATE_PENDING; state <= (int)DOSE_STATE_CLAIMED; state++) {
        for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
            struct buffer cell = BUFFER_INIT;
            dose_state_write_cell(&cell, (enum dose_status)state, (enum schedule_kind)kind);
            cr_expect(cell.len > 0, "state %d of a %s order: nothing is said", state, enum_word(ENUM_SCHEDULE_KIND, kind));
            buffer_release(&cell);
        }
    }
}

/* Guards and fields are names of the lists: no transition of a kind of order goes without, none is named for nothing. */
Test(dose_states, name_a_guard_and_a_field_for_every_transition_of_every_kind)
{
    unsigned guards = 0, fields = 0;
    for (int i = 0; i < DOSE_TRANSITIONS_COUNT; i++) {
        const struct dose_transition *t = &DOSE_TRANSITIONS[i];
        cr_expect_eq(t->number, i + 1);
        cr_expect(t->from != 0 && t->kinds != 0, "row %d", t->number);
        guards |= t->guards;
        fields |= t->required;
        for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
            bool is_for = (t->kinds & DOSE_KIND_BIT(kind)) != 0;
            struct buffer asked = BUFFER_INIT, held = BUFFER_INIT;
            dose_transition_write_guards(&asked, t, (enum schedule_kind)kind);
            dose_transition_write_required(&held, t, (enum schedule_kind)kind);
            cr_expect_eq(asked.len > 0, is_for, "row %d of a %s order: guards", t->number, enum_word(ENUM_SCHEDULE_KIND, kind));
            cr_expect_eq(held.len > 0, is_for, "row %d of a %s order: fields", t->number, enum_word(ENUM_SCHEDULE_KIND, kind));
            buffer_release(&asked);
            buffer_release(&held);
        }
    }
    cr_expect_eq(guards, (1u << DOSE_GUARD_COUNT) - 1, "a guard that no transition asks: %x", guards);
    cr_expect_eq(fields, (1u << DOSE_FIELD_COUNT) - 1, "a field that no transition holds: %x", fields);
}

Test(dose_states, ask_of_each_kind_of_order_what_is_its_own)
{
    struct buffer wall = BUFFER_INIT, prn = BUFFER_INIT;
    dose_transition_write_guards(&wall, &DOSE_TRANSITIONS[0], SCHEDULE_KIND_WALL);
    dose_transition_write_guards(&prn, &DOSE_TRANSITIONS[0], SCHEDULE_KIND_PRN);
    cr_expect_not_null(strstr(wall.bytes, "window"));
    cr_expect_null(strstr(wall.bytes, "maximum"), "%s", wall.bytes);
    cr_expect_not_null(strstr(prn.bytes, "maximum"));
    cr_expect_null(strstr(prn.bytes, "window"), "%s", prn.bytes);
    buffer_release(&wall);
    buffer_release(&prn);
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
        {DOSE_STATE_PENDING, DOSE_STATE_CLAIMED, SCHEDULE_KIND_WALL, true},
        {DOSE_STATUS_IN_PROGRESS, DOSE_STATE_CLAIMED, SCHEDULE_KIND_WALL, true},
        {DOSE_STATE_PENDING, DOSE_STATE_CLAIMED, SCHEDULE_KIND_PRN, false}, /* nothing is planned that could be */
        {DOSE_STATUS_GIVEN, DOSE_STATE_CLAIMED, SCHEDULE_KIND_WALL, false},
        {DOSE_STATE_CONFLICT, DOSE_STATE_CLAIMED, SCHEDULE_KIND_WALL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(dose_transition_find(cases[i].from, cases[i].to, cases[i].kind) != NULL, cases[i].may, "case %zu", i);
    }
}
