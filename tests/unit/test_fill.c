/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "model/fill.h"
#include "model/fill_states.h"
#include "model/order_line.h"

static struct sig sig_of(const char *line)
{
    struct order_line parsed;
    struct error err = ERROR_INIT;
    cr_assert_eq(order_line_parse(line, &(struct order_line_options){0}, &parsed, &err), STATUS_OK, "%s: %s", line, error_text(&err));
    return parsed.sig;
}

Test(fill, counts_the_days_that_a_quantity_lasts)
{
    static const struct {
        const char *line, *strength;
        enum unit unit;
        const char *per_ml, *pieces;
        int days;
    } CASES[] = {
        {"metformin 500 mg tab 1 tab bid", "500", UNIT_MG, "0", "60", 30},
        {"metformin 500 mg tab 1 tab bid", "500", UNIT_MG, "0", "61", 30},
        {"metformin 500 mg tab 1 tab bid", "500", UNIT_MG, "0", "59", 29},
        {"prednisone 20 mg daily", "5", UNIT_MG, "0", "40", 10},
        {"amoxicillin 250 mg tid", "250", UNIT_MG, "5", "150", 10}, /* 250 mg in 5 mL */
        {"methotrexate 2.5 mg tab 4 tab weekly mon", "2.5", UNIT_MG, "0", "16", 28},
        {"ibuprofen 400 mg tab 1-2 tab q6h", "400", UNIT_MG, "0", "40", 5}, /* the most that is allowed */
        {"metformin 500 mg tab 1 tab bid", "0", UNIT_NONE, "0", "1", 0},
        {"levothyroxine 100 mcg daily", "0.05", UNIT_MG, "0", "60", 30}, /* two of 50 mcg */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct sig sig = sig_of(CASES[i].line);
        struct decimal strength, per_ml, pieces, per_dose = {0, 0};
        enum unit unit;
        cr_assert_eq(decimal_parse(CASES[i].strength, &strength, NULL), STATUS_OK);
        cr_assert_eq(decimal_parse(CASES[i].per_ml, &per_ml, NULL), STATUS_OK);
        cr_assert_eq(decimal_parse(CASES[i].pieces, &pieces, NULL), STATUS_OK);
        cr_assert(fill_pieces_per_dose(&sig, strength, CASES[i].unit, per_ml, &per_dose, &unit), "%s", CASES[i].line);
        int days = fill_days_supply(&sig, pieces, per_dose);
        cr_expect_eq(days, CASES[i].days, "%s, %s pieces: %d days, not %d", CASES[i].line, CASES[i].pieces, days, CASES[i].days);
    }
}

Test(fill, says_when_the_number_of_pieces_cannot_be_told)
{
    struct sig sig = sig_of("prednisone 20 mg daily");
    struct decimal zero = {0, 0}, out;
    enum unit unit;
    cr_expect_not(fill_pieces_per_dose(&sig, zero, UNIT_NONE, zero, &out, &unit), "no strength");
    cr_expect_not(fill_pieces_per_dose(&sig, decimal_from_int(100), UNIT_UNITS, zero, &out, &unit), "units are no mg");
    sig = sig_of("ibuprofen 400 mg tab 1 tab q6h prn pain");
    cr_expect_eq(fill_days_supply(&sig, decimal_from_int(28), decimal_from_int(1)), 7, "as needed: the most that the gap allows");
}

static struct fill filled(int n, const char *from, int days, enum fill_state state)
{
    struct fill f = {.days_supply = days, .state = state};
    f.id.bytes[15] = f.root.bytes[15] = (uint8_t)n;
    cr_assert_eq(date_parse_iso(from, &f.supply_from, NULL), STATUS_OK);
    return f;
}

Test(fill, adds_up_supplies_one_behind_the_other)
{
    char day[DATE_TEXT_MAX];
    struct fill fills[] = {
        filled(1, "2026-10-25", 30, FILL_STATE_HANDED_OVER), /* six days early: behind the first */
        filled(2, "2026-10-01", 30, FILL_STATE_HANDED_OVER),
        filled(3, "2026-10-26", 30, FILL_STATE_RETURNED),
        filled(4, "2026-10-26", 30, FILL_STATE_CANCELLED),
    };
    cr_expect_str_eq(date_format_iso(fill_supply_until(fills + 1, 1), day), "2026-10-30");
    cr_expect_str_eq(date_format_iso(fill_supply_until(fills, 4), day), "2026-11-29");
    cr_expect(date_is_none(fill_supply_until(fills + 2, 2)), "what came back counts for nothing");
    struct fill late[] = {filled(1, "2026-01-01", 30, FILL_STATE_HANDED_OVER), filled(2, "2026-03-01", 30, FILL_STATE_CHECKED)};
    cr_expect_str_eq(date_format_iso(fill_supply_until(late, 2), day), "2026-03-30", "a gap is not filled up");
    struct fill rest = filled(3, "2026-03-05", 30, FILL_STATE_HANDED_OVER);
    rest.root = late[1].id;
    struct fill parts[] = {late[0], late[1], rest};
    cr_expect_str_eq(date_format_iso(fill_supply_until(parts, 3), day), "2026-03-30", "what was owed brings no days of its own");
}

Test(fill, is_early_until_enough_is_used_up)
{
    static const struct {
        const char *until;
        int days, percent;
        const char *from;
    } CASES[] = {
        {"2026-10-30", 30, 80, "2026-10-25"}, /* 6 days left */
        {"2026-10-30", 30, 100, "2026-10-31"},
        {"2026-10-30", 30, 90, "2026-10-28"},
        {"2026-10-07", 7, 80, "2026-10-07"}, /* one day left */
        {"2026-10-03", 3, 80, "2026-10-04"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct date until;
        char day[DATE_TEXT_MAX];
        cr_assert_eq(date_parse_iso(CASES[i].until, &until, NULL), STATUS_OK);
        cr_expect_str_eq(date_format_iso(fill_not_early_from(until, CASES[i].days, CASES[i].percent), day), CASES[i].from, "case %zu", i);
    }
}

Test(fill, compares_lots_whatever_way_they_are_typed)
{
    char buf[LOT_TEXT_MAX];
    cr_expect_str_eq(lot_normal(" ab12-3 c\t", buf), "AB12-3C");
    cr_expect_str_eq(lot_normal("", buf), "");
    cr_expect_eq(strlen(lot_normal("0123456789012345678901234567890123456789", buf)), LOT_TEXT_MAX - 1);
}

Test(fill_states, lead_from_the_queue_to_the_patient_and_nowhere_else)
{
    static const struct {
        enum fill_state from, to;
        bool may;
    } CASES[] = {
        {FILL_STATE_NOTHING, FILL_STATE_NEW, true},
        {FILL_STATE_NEW, FILL_STATE_IN_PROGRESS, true},
        {FILL_STATE_IN_PROGRESS, FILL_STATE_FILLED, true},
        {FILL_STATE_FILLED, FILL_STATE_CHECKED, true},
        {FILL_STATE_FILLED, FILL_STATE_IN_PROGRESS, true},
        {FILL_STATE_CHECKED, FILL_STATE_HANDED_OVER, true},
        {FILL_STATE_CHECKED, FILL_STATE_PARTIAL, true},
        {FILL_STATE_PARTIAL, FILL_STATE_HANDED_OVER, true},
        {FILL_STATE_CHECKED, FILL_STATE_RETURNED, true},
        {FILL_STATE_NEW, FILL_STATE_CHECKED, false},
        {FILL_STATE_NEW, FILL_STATE_HANDED_OVER, false},
        {FILL_STATE_FILLED, FILL_STATE_HANDED_OVER, false}, /* nobody checked it */
        {FILL_STATE_HANDED_OVER, FILL_STATE_RETURNED, false}, /* what left the house is not stock */
        {FILL_STATE_PARTIAL, FILL_STATE_RETURNED, false},
        {FILL_STATE_RETURNED, FILL_STATE_CHECKED, false},
        {FILL_STATE_CANCELLED, FILL_STATE_NEW, false},
        {FILL_STATE_CHECKED, FILL_STATE_CANCELLED, false}, /* it is returned */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_expect_eq(fill_transition_find(CASES[i].from, CASES[i].to) != NULL, CASES[i].may, "case %zu", i);
    }
    cr_expect(fill_state_is_final(FILL_STATE_HANDED_OVER) && fill_state_is_final(FILL_STATE_RETURNED) && fill_state_is_final(FILL_STATE_CANCELLED));
    cr_expect_not(fill_state_is_final(FILL_STATE_PARTIAL));
    for (int i = 0; i < FILL_TRANSITIONS_COUNT; i++) {
        cr_expect_eq(FILL_TRANSITIONS[i].number, i + 1);
    }
}
