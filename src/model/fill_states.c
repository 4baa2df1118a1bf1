/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/fill_states.h"

#include "base/i18n.h"

#define BIT(value) (1u << (value))
#define NOTHING BIT(FILL_STATE_NOTHING)
#define NEW BIT(FILL_STATE_NEW)
#define IN_PROGRESS BIT(FILL_STATE_IN_PROGRESS)
#define FILLED BIT(FILL_STATE_FILLED)
#define CHECKED BIT(FILL_STATE_CHECKED)
#define PARTIAL BIT(FILL_STATE_PARTIAL)
#define IN_FORCE N_("order in force, not changed since, no conflict about it")

const struct fill_transition FILL_TRANSITIONS[] = {
    {1, "fill.start", NOTHING, FILL_STATE_NEW, PERMISSION_FILL_PREPARE,
     N_("order in force; refill left, or knowingly without; last supply used up, or a reason; nothing of the order in the queue"),
     N_("quantity, days' supply; reason of an early fill")},
    {2, "fill.take", NEW, FILL_STATE_IN_PROGRESS, PERMISSION_FILL_PREPARE, IN_FORCE, N_("none")},
    {3, "fill.put_back", IN_PROGRESS, FILL_STATE_NEW, PERMISSION_FILL_PREPARE, N_("none"), N_("none")},
    {4, "fill.fill", IN_PROGRESS, FILL_STATE_FILLED, PERMISSION_FILL_PREPARE,
     N_("order in force; the product is the ordered drug, not expired, its lot not recalled; quantity adds up; controlled drugs counted"),
     N_("packs with lot and expiry, or why there is no scan; quantity; why another product; count")},
    {5, "fill.check", FILLED, FILL_STATE_CHECKED, PERMISSION_FILL_CHECK,
     N_("order in force and verified; screened again, every finding decided; second person where the site asks; counts agree"),
     N_("decisions; unseen count of a controlled drug; proof of who checks it")},
    {6, "fill.send_back", FILLED | CHECKED, FILL_STATE_IN_PROGRESS, PERMISSION_FILL_CHECK, N_("none"), N_("why")},
    {7, "fill.hand_over", CHECKED, FILL_STATE_HANDED_OVER, PERMISSION_FILL_HAND_OVER,
     N_("order in force; packs not expired or recalled; patient identified twice; all of it is in the bag"),
     N_("identification; who collects; counselling accepted, refused or not possible")},
    {8, "fill.hand_over", CHECKED, FILL_STATE_PARTIAL, PERMISSION_FILL_HAND_OVER, N_("as handed over, less than wanted is in the bag"),
     N_("as handed over")},
    {9, "fill.rest", PARTIAL, FILL_STATE_HANDED_OVER, PERMISSION_FILL_HAND_OVER,
     N_("the rest was handed over, or is not wanted"), N_("why, where the rest is not wanted")},
    {10, "fill.cancel", NEW | IN_PROGRESS | FILLED, FILL_STATE_CANCELLED, PERMISSION_FILL_PREPARE,
     N_("none; the refill comes back"), N_("coded reason")},
    {11, "fill.return", CHECKED, FILL_STATE_RETURNED, PERMISSION_FILL_PREPARE,
     N_("none; the refill comes back unless a part was handed over"), N_("coded reason")},
};
const int FILL_TRANSITIONS_COUNT = (int)(sizeof FILL_TRANSITIONS / sizeof *FILL_TRANSITIONS);

const struct fill_transition *fill_transition_find(enum fill_state from, enum fill_state to)
{
    for (int i = 0; i < FILL_TRANSITIONS_COUNT; i++) {
        if ((FILL_TRANSITIONS[i].from & BIT(from)) != 0 && FILL_TRANSITIONS[i].to == to) {
            return &FILL_TRANSITIONS[i];
        }
    }
    return NULL;
}

bool fill_state_is_final(enum fill_state state)
{
    for (int i = 0; i < FILL_TRANSITIONS_COUNT; i++) {
        if ((FILL_TRANSITIONS[i].from & BIT(state)) != 0) {
            return false;
        }
    }
    return true;
}

static const char *state_word(int state)
{
    return state == (int)FILL_STATE_NOTHING ? "(nothing)" : enum_word(ENUM_FILL_STATE, state);
}

void fill_states_write_markdown(struct buffer *out)
{
    buffer_append_text(out, "# Fills: states and transitions\n\nMade from the table in `src/model/fill_states.c`; do not edit. The "
                            "service refuses what is not in it.\n\n| # | from | to | done as | permission | guards | required |\n"
                            "| --- | --- | --- | --- | --- | --- | --- |\n");
    for (int i = 0; i < FILL_TRANSITIONS_COUNT; i++) {
        const struct fill_transition *t = &FILL_TRANSITIONS[i];
        int count = 0;
        buffer_append_format(out, "| %d | ", t->number);
        for (int state = 0; state < FILL_STATE_COUNT; state++) {
            if ((t->from & BIT(state)) != 0) {
                buffer_append_format(out, "%s%s", count++ > 0 ? ", " : "", state_word(state));
            }
        }
        buffer_append_format(out, " | %s | `%s` | `%s` | %s | %s |\n", state_word((int)t->to), t->name, permission_word(t->permission),
                             t->guards, t->required);
    }
    buffer_append_text(out, "\n## What may follow\n\n| state | for people | next |\n| --- | --- | --- |\n");
    for (int from = 1; from < FILL_STATE_COUNT; from++) {
        int count = 0;
        buffer_append_format(out, "| %s | %s | ", state_word(from), enum_list(ENUM_FILL_STATE)->labels[from]);
        for (int to = 1; to < FILL_STATE_COUNT; to++) {
            const struct fill_transition *t = fill_transition_find((enum fill_state)from, (enum fill_state)to);
            if (t != NULL) {
                buffer_append_format(out, "%s%s (%d)", count++ > 0 ? ", " : "", state_word(to), t->number);
            }
        }
        buffer_append_text(out, count == 0 ? "nothing: it is over |\n" : " |\n");
    }
}
