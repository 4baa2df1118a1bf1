/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/dose_states.h"

#include "base/i18n.h"

#define BIT(value) (1u << (value))
#define PENDING BIT(DOSE_STATE_PENDING)
/* Something is still to be done: the dose was not to be had, the patient was away, nobody came. */
#define WAITING (PENDING | BIT(DOSE_STATUS_UNAVAILABLE) | BIT(DOSE_STATUS_AWAY) | BIT(DOSE_STATUS_MISSED))
#define RUNNING BIT(DOSE_STATUS_IN_PROGRESS)
#define TERMINAL                                                                                                     \
    (BIT(DOSE_STATUS_GIVEN) | BIT(DOSE_STATUS_PARTIAL) | BIT(DOSE_STATUS_STOPPED) | BIT(DOSE_STATUS_REMOVED) |      \
     BIT(DOSE_STATUS_HELD) | BIT(DOSE_STATUS_REFUSED) | BIT(DOSE_STATUS_SELF) | BIT(DOSE_STATUS_MISSED) |           \
     BIT(DOSE_STATUS_UNAVAILABLE) | BIT(DOSE_STATUS_AWAY) | BIT(DOSE_STATUS_IN_PROGRESS))
#define PLANNED (BIT(SCHEDULE_KIND_WALL) | BIT(SCHEDULE_KIND_ELAPSED) | BIT(SCHEDULE_KIND_ONCE))
#define UNPLANNED (BIT(SCHEDULE_KIND_PRN) | BIT(SCHEDULE_KIND_UNSTRUCTURED))
#define ALL_KINDS (PLANNED | UNPLANNED)

const struct dose_transition DOSE_TRANSITIONS[] = {
    {1, WAITING, DOSE_STATUS_GIVEN, ALL_KINDS, DOSE_ACTOR_GIVER,
     N_("five rights; window and gap; maximum of 24 hours as needed; order in force; not recorded by somebody else"),
     N_("amount and unit, route, time, scan or why none; site of an injection; lot of a vaccine; reason as needed")},
    {2, WAITING, DOSE_STATUS_PARTIAL, ALL_KINDS, DOSE_ACTOR_GIVER, N_("as given; more than nothing, less than ordered"),
     N_("as given, and why not all")},
    {3, WAITING, DOSE_STATUS_SELF, ALL_KINDS, DOSE_ACTOR_GIVER, N_("as given"), N_("as given")},
    {4, WAITING, DOSE_STATUS_IN_PROGRESS, ALL_KINDS, DOSE_ACTOR_GIVER, N_("as given; patch or infusion"), N_("as given, site")},
    {5, RUNNING, DOSE_STATUS_GIVEN, ALL_KINDS, DOSE_ACTOR_GIVER, N_("a record in progress stands"), N_("amount, time")},
    {6, RUNNING, DOSE_STATUS_STOPPED, ALL_KINDS, DOSE_ACTOR_GIVER, N_("a record in progress stands"), N_("time, reason in words")},
    {7, RUNNING, DOSE_STATUS_REMOVED, ALL_KINDS, DOSE_ACTOR_GIVER, N_("a record in progress stands"), N_("time")},
    {8, WAITING, DOSE_STATUS_HELD, ALL_KINDS, DOSE_ACTOR_GIVER, N_("none"), N_("coded reason")},
    {9, WAITING, DOSE_STATUS_REFUSED, ALL_KINDS, DOSE_ACTOR_GIVER, N_("none"), N_("coded reason")},
    {10, WAITING, DOSE_STATUS_UNAVAILABLE, ALL_KINDS, DOSE_ACTOR_GIVER, N_("none"), N_("coded reason")},
    {11, WAITING, DOSE_STATUS_AWAY, ALL_KINDS, DOSE_ACTOR_GIVER, N_("none"), N_("coded reason")},
    {12, PENDING | BIT(DOSE_STATUS_UNAVAILABLE) | BIT(DOSE_STATUS_AWAY), DOSE_STATUS_MISSED, PLANNED, DOSE_ACTOR_GIVER, N_("a person closes it"), N_("coded reason")},
    {13, PENDING, DOSE_STATUS_CANCELLED, PLANNED, DOSE_ACTOR_SYSTEM, N_("the order was stopped or changed before the time: its later doses are no longer planned"),
     N_("none")},
    {14, TERMINAL, DOSE_STATUS_IN_ERROR, ALL_KINDS, DOSE_ACTOR_AUTHOR,
     N_("own record within 60 seconds, else a reason and the right to correct"), N_("reason in words after the minute")},
    {15, BIT(DOSE_STATE_CONFLICT), DOSE_STATUS_IN_ERROR, PLANNED, DOSE_ACTOR_AUTHOR,
     N_("one of the two recorders or a supervisor; never alone over two records of one's own"),
     N_("what happened, how it is known, who was asked; the prescriber told when it was given twice")},
};
const int DOSE_TRANSITIONS_COUNT = (int)(sizeof DOSE_TRANSITIONS / sizeof *DOSE_TRANSITIONS);

const struct dose_transition *dose_transition_find(enum dose_status from, enum dose_status to, enum schedule_kind kind)
{
    for (int i = 0; i < DOSE_TRANSITIONS_COUNT; i++) {
        const struct dose_transition *t = &DOSE_TRANSITIONS[i];
        if ((t->from & BIT(from)) != 0 && t->to == to && (t->kinds & BIT(kind)) != 0 && t->who == DOSE_ACTOR_GIVER) {
            return t;
        }
    }
    return NULL;
}

void dose_state_write_cell(struct buffer *out, enum dose_status state, enum schedule_kind kind)
{
    int count = 0;
    for (int i = 0; i < DOSE_TRANSITIONS_COUNT; i++) {
        const struct dose_transition *t = &DOSE_TRANSITIONS[i];
        if ((t->from & BIT(state)) != 0 && (t->kinds & BIT(kind)) != 0) {
            buffer_append_format(out, "%s%s (%d)", count > 0 ? ", " : "", enum_word(ENUM_DOSE_STATUS, (int)t->to), t->number);
            count++;
        }
    }
    if (count > 0) {
        return;
    }
    bool is_planned = (PLANNED & BIT(kind)) != 0;
    if (state == DOSE_STATUS_CANCELLED) {
        buffer_append_text(out, is_planned ? "nothing: the order no longer wants it" : "cannot occur: there is no planned dose");
    } else if (state == DOSE_STATUS_IN_ERROR) {
        buffer_append_text(out, is_planned ? "as pending: the record is void" : "a new record: this one is void");
    } else if (state == DOSE_STATE_CONFLICT && !is_planned) {
        buffer_append_text(out, "cannot occur: asked before it is saved, within 15 minutes of the ingredient");
    }
}

static const char *state_word(int state)
{
    return state == DOSE_STATE_PENDING ? "pending" : state == DOSE_STATE_CONFLICT ? "conflict" : enum_word(ENUM_DOSE_STATUS, state);
}

static void write_from(struct buffer *out, unsigned from)
{
    int count = 0;
    for (int state = DOSE_STATE_PENDING; state <= (int)DOSE_STATE_CONFLICT; state++) {
        if ((from & BIT(state)) != 0) {
            buffer_append_format(out, "%s%s", count++ > 0 ? ", " : "", state_word(state));
        }
    }
}

static void write_kinds(struct buffer *out, unsigned kinds)
{
    int count = 0;
    for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
        if ((kinds & BIT(kind)) != 0) {
            buffer_append_format(out, "%s%s", count++ > 0 ? ", " : "", enum_word(ENUM_SCHEDULE_KIND, kind));
        }
    }
}

void dose_states_write_markdown(struct buffer *out)
{
    static const char *const WHO[] = {"giver", "system", "author or supervisor"};
    buffer_append_text(out, "# Doses: states and transitions\n\nMade from the table in `src/model/dose_states.c`; do not edit. The "
                            "service refuses what is not in it. Due, late and overdue\ncome from the clock and are all pending.\n\n"
                            "## Transitions\n\n| # | from | to | orders | who | guards | required |\n| --- | --- | --- | --- | --- | "
                            "--- | --- |\n");
    for (int i = 0; i < DOSE_TRANSITIONS_COUNT; i++) {
        const struct dose_transition *t = &DOSE_TRANSITIONS[i];
        buffer_append_format(out, "| %d | ", t->number);
        write_from(out, t->from);
        buffer_append_format(out, " | %s | ", enum_word(ENUM_DOSE_STATUS, (int)t->to));
        write_kinds(out, t->kinds);
        buffer_append_format(out, " | %s | %s | %s |\n", WHO[t->who], t->guards, t->required);
    }
    buffer_append_text(out, "\n## What may follow, by state and kind of order\n\n| state |");
    for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
        buffer_append_format(out, " %s |", enum_word(ENUM_SCHEDULE_KIND, kind));
    }
    buffer_append_text(out, "\n| --- | --- | --- | --- | --- | --- |\n");
    for (int state = DOSE_STATE_PENDING; state <= (int)DOSE_STATE_CONFLICT; state++) {
        buffer_append_format(out, "| %s |", state_word(state));
        for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
            buffer_append_text(out, " ");
            dose_state_write_cell(out, (enum dose_status)state, (enum schedule_kind)kind);
            buffer_append_text(out, " |");
        }
        buffer_append_text(out, "\n");
    }
}
