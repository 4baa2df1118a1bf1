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
#define PLANNED DOSE_KINDS_PLANNED
#define ALL_KINDS DOSE_KINDS_ALL

#define G(name) BIT(DOSE_GUARD_##name)
#define F(name) BIT(DOSE_FIELD_##name)
/* Whatever went into the patient: the five rights, the clock, the other doses, the measurements, the second persons. */
#define TAKEN                                                                                                        \
    (G(ORDER) | G(PATIENT) | G(DRUG) | G(DOSE) | G(ROUTE) | G(WINDOW) | G(GAP) | G(MAXIMUM) | G(WEEKLY) | G(MEASURED) |   \
     G(FIRST) | G(OVERRIDE) | G(SECOND))
#define TAKEN_FIELDS (F(AMOUNT) | F(ROUTE) | F(TIME) | F(SCAN) | F(SITE) | F(LOT) | F(INDICATION))
#define NOT_TAKEN (G(ORDER) | G(PATIENT) | G(OPEN))
#define RUNNING_STANDS (G(ORDER) | G(PATIENT) | G(RUNNING))

const struct dose_transition DOSE_TRANSITIONS[] = {
    {1, WAITING, DOSE_STATUS_GIVEN, ALL_KINDS, DOSE_ACTOR_GIVER, TAKEN, TAKEN_FIELDS},
    {2, WAITING, DOSE_STATUS_PARTIAL, ALL_KINDS, DOSE_ACTOR_GIVER, TAKEN | G(LESS), TAKEN_FIELDS | F(REASON)},
    {3, WAITING, DOSE_STATUS_SELF, ALL_KINDS, DOSE_ACTOR_GIVER, TAKEN, TAKEN_FIELDS},
    {4, WAITING, DOSE_STATUS_IN_PROGRESS, ALL_KINDS, DOSE_ACTOR_GIVER, TAKEN | G(LASTS), TAKEN_FIELDS | F(RATE)},
    {5, RUNNING, DOSE_STATUS_GIVEN, ALL_KINDS, DOSE_ACTOR_GIVER, RUNNING_STANDS, F(AMOUNT) | F(TIME)},
    {6, RUNNING, DOSE_STATUS_STOPPED, ALL_KINDS, DOSE_ACTOR_GIVER, RUNNING_STANDS, F(TIME) | F(WORDS)},
    {7, RUNNING, DOSE_STATUS_REMOVED, ALL_KINDS, DOSE_ACTOR_GIVER, RUNNING_STANDS, F(TIME)},
    {8, WAITING, DOSE_STATUS_HELD, ALL_KINDS, DOSE_ACTOR_GIVER, NOT_TAKEN, F(REASON)},
    {9, WAITING, DOSE_STATUS_REFUSED, ALL_KINDS, DOSE_ACTOR_GIVER, NOT_TAKEN, F(REASON)},
    {10, WAITING, DOSE_STATUS_UNAVAILABLE, ALL_KINDS, DOSE_ACTOR_GIVER, NOT_TAKEN, F(REASON)},
    {11, WAITING, DOSE_STATUS_AWAY, ALL_KINDS, DOSE_ACTOR_GIVER, NOT_TAKEN, F(REASON)},
    {12, PENDING | BIT(DOSE_STATUS_UNAVAILABLE) | BIT(DOSE_STATUS_AWAY), DOSE_STATUS_MISSED, PLANNED, DOSE_ACTOR_GIVER,
     NOT_TAKEN | G(LIMIT), F(REASON)},
    {13, PENDING, DOSE_STATUS_CANCELLED, PLANNED, DOSE_ACTOR_SYSTEM, G(ENDED), F(CAUSE)},
    {14, TERMINAL, DOSE_STATUS_IN_ERROR, ALL_KINDS, DOSE_ACTOR_AUTHOR, G(AUTHOR), F(WORDS)},
    {15, BIT(DOSE_STATE_CONFLICT), DOSE_STATUS_IN_ERROR, PLANNED, DOSE_ACTOR_AUTHOR, G(JUDGE), F(VERDICT)},
    {16, WAITING | RUNNING, DOSE_STATE_CLAIMED, PLANNED, DOSE_ACTOR_GIVER, G(LEASE), F(SESSION)},
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

static const char *state_word(int state)
{
    return state == DOSE_STATE_PENDING         ? "pending"
           : state == (int)DOSE_STATE_CONFLICT ? "conflict"
           : state == (int)DOSE_STATE_CLAIMED  ? "claimed"
                                               : enum_word(ENUM_DOSE_STATUS, state);
}

void dose_state_write_cell(struct buffer *out, enum dose_status state, enum schedule_kind kind)
{
    int count = 0;
    for (int i = 0; i < DOSE_TRANSITIONS_COUNT; i++) {
        const struct dose_transition *t = &DOSE_TRANSITIONS[i];
        if ((t->from & BIT(state)) != 0 && (t->kinds & BIT(kind)) != 0) {
            buffer_append_format(out, "%s%s (%d)", count > 0 ? ", " : "", state_word((int)t->to), t->number);
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
    } else if (state == DOSE_STATE_CLAIMED) {
        buffer_append_text(out, is_planned ? "what may follow the state below it: a notice, no record" : "cannot occur: there is no planned dose");
    }
}

struct named {
    const char *name;
    unsigned kinds;
    const char *meaning;
};
#define X(constant, name, kinds, meaning) [constant] = {name, kinds, meaning},
static const struct named GUARDS[DOSE_GUARD_COUNT] = {DOSE_GUARD_LIST(X)};
static const struct named FIELDS[DOSE_FIELD_COUNT] = {DOSE_FIELD_LIST(X)};
#undef X

static void write_named(struct buffer *out, const struct named *names, int count, unsigned which, enum schedule_kind kind)
{
    size_t begin = out->len;
    for (int i = 0; i < count; i++) {
        if ((which & BIT(i)) != 0 && (names[i].kinds & BIT(kind)) != 0) {
            buffer_append_format(out, "%s%s", out->len > begin ? ", " : "", names[i].name);
        }
    }
}

void dose_transition_write_guards(struct buffer *out, const struct dose_transition *t, enum schedule_kind kind)
{
    write_named(out, GUARDS, DOSE_GUARD_COUNT, (t->kinds & BIT(kind)) != 0 ? t->guards : 0, kind);
}

void dose_transition_write_required(struct buffer *out, const struct dose_transition *t, enum schedule_kind kind)
{
    write_named(out, FIELDS, DOSE_FIELD_COUNT, (t->kinds & BIT(kind)) != 0 ? t->required : 0, kind);
}

static void write_from(struct buffer *out, unsigned from)
{
    int count = 0;
    for (int state = DOSE_STATE_PENDING; state <= (int)DOSE_STATE_CLAIMED; state++) {
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

static void write_legend(struct buffer *out, const char *title, const struct named *names, int count)
{
    buffer_append_format(out, "\n## %s\n\n| name | orders | meaning |\n| --- | --- | --- |\n", title);
    for (int i = 0; i < count; i++) {
        buffer_append_format(out, "| %s | ", names[i].name);
        write_kinds(out, names[i].kinds);
        buffer_append_format(out, " | %s |\n", names[i].meaning);
    }
}

static void write_head(struct buffer *out, const char *first)
{
    buffer_append_format(out, "| %s |", first);
    for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
        buffer_append_format(out, " %s |", enum_word(ENUM_SCHEDULE_KIND, kind));
    }
    buffer_append_text(out, "\n| --- | --- | --- | --- | --- | --- |\n");
}

/* Transition by kind of order: which guards are asked, and what the record then holds. */
static void write_by_kind(struct buffer *out, const struct dose_transition *t)
{
    buffer_append_format(out, "| %d %s |", t->number, state_word((int)t->to));
    for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
        if ((t->kinds & BIT(kind)) == 0) {
            buffer_append_text(out, " cannot occur |");
            continue;
        }
        buffer_append_text(out, " if ");
        dose_transition_write_guards(out, t, (enum schedule_kind)kind);
        buffer_append_text(out, "; holds ");
        dose_transition_write_required(out, t, (enum schedule_kind)kind);
        buffer_append_text(out, " |");
    }
    buffer_append_text(out, "\n");
}

void dose_states_write_markdown(struct buffer *out)
{
    static const char *const WHO[] = {"giver", "system", "author or supervisor"};
    buffer_append_text(out, "# Doses: states and transitions\n\nMade from the table in `src/model/dose_states.c`; do not edit. The "
                            "service refuses what is not in it. Due, late and overdue\ncome from the clock and are all pending; claimed is a lease "
                            "that lies on what the dose is.\n\n"
                            "## Transitions\n\n| # | from | to | orders | who |\n| --- | --- | --- | --- | --- |\n");
    for (int i = 0; i < DOSE_TRANSITIONS_COUNT; i++) {
        const struct dose_transition *t = &DOSE_TRANSITIONS[i];
        buffer_append_format(out, "| %d | ", t->number);
        write_from(out, t->from);
        buffer_append_format(out, " | %s | ", state_word((int)t->to));
        write_kinds(out, t->kinds);
        buffer_append_format(out, " | %s |\n", WHO[t->who]);
    }
    buffer_append_text(out, "\n## Guards and fields, by transition and kind of order\n\n");
    write_head(out, "transition");
    for (int i = 0; i < DOSE_TRANSITIONS_COUNT; i++) {
        write_by_kind(out, &DOSE_TRANSITIONS[i]);
    }
    buffer_append_text(out, "\n## What may follow, by state and kind of order\n\n");
    write_head(out, "state");
    for (int state = DOSE_STATE_PENDING; state <= (int)DOSE_STATE_CLAIMED; state++) {
        buffer_append_format(out, "| %s |", state_word(state));
        for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
            buffer_append_text(out, " ");
            dose_state_write_cell(out, (enum dose_status)state, (enum schedule_kind)kind);
            buffer_append_text(out, " |");
        }
        buffer_append_text(out, "\n");
    }
    write_legend(out, "Guards", GUARDS, DOSE_GUARD_COUNT);
    write_legend(out, "Fields", FIELDS, DOSE_FIELD_COUNT);
}
