/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "model/dose.h"

/* One event a word: letter = its id, then the status; "@n" minute it occurred, "!" by the system,
 * ">X" supersedes X. */
static size_t read_events(const char *text, struct dose_event events[8])
{
    static const struct {
        char letter;
        enum dose_status status;
    } words[] = {
        {'G', DOSE_STATUS_GIVEN},       {'P', DOSE_STATUS_PARTIAL}, {'I', DOSE_STATUS_IN_PROGRESS},
        {'S', DOSE_STATUS_STOPPED},     {'H', DOSE_STATUS_HELD},    {'R', DOSE_STATUS_REFUSED},
        {'U', DOSE_STATUS_UNAVAILABLE}, {'A', DOSE_STATUS_AWAY},    {'M', DOSE_STATUS_MISSED},
        {'C', DOSE_STATUS_CANCELLED},   {'E', DOSE_STATUS_IN_ERROR}};
    size_t count = 0;
    for (const char *at = text; *at != '\0';
         at += strcspn(at, " ") + (at[strcspn(at, " ")] == ' ')) {
        struct dose_event *event = &events[count++];
        *event = (struct dose_event){.id = {{(uint8_t)at[0]}},
                                     .recorded_via = RECORDED_VIA_WORKSTATION};
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            event->status = words[i].letter == at[1] ? words[i].status : event->status;
        }
        for (const char *c = at + 2; *c != '\0' && *c != ' '; c++) {
            if (*c == '!') {
                event->recorded_via = RECORDED_VIA_SYSTEM;
            } else if (*c == '>') {
                event->supersedes.bytes[0] = (uint8_t)c[1];
            } else if (*c == '@') {
                event->occurred_us = c[1] - '0';
            }
        }
    }
    return count;
}

struct fold_row {
    const char *name, *events;
    enum slot_state state; /* SLOT_LATE: what the clock said stays */
    enum dose_status status;
    char standing; /* id, 0 none */
};

static const struct fold_row rows[] = {
    {"nothing", "", SLOT_LATE, 0, 0},
    {"given", "aG", SLOT_DONE, DOSE_STATUS_GIVEN, 'a'},
    {"voided without its event", "aE>z", SLOT_LATE, 0, 0},
    {"given twice by two nurses", "aG bG", SLOT_CONFLICT, 0, 0},
    {"given and held", "aG bH", SLOT_CONFLICT, 0, 0},
    {"one event replayed", "aG aG", SLOT_DONE, DOSE_STATUS_GIVEN, 'a'},
    {"corrected", "aG bP>a", SLOT_DONE, DOSE_STATUS_PARTIAL, 'b'},
    {"corrected twice over", "aG bP>a cG>b", SLOT_DONE, DOSE_STATUS_GIVEN, 'c'},
    {"voided", "aG bE>a", SLOT_LATE, 0, 0},
    {"voided, then held", "aG bE>a cH>b", SLOT_DONE, DOSE_STATUS_HELD, 'c'},
    {"voided, then held anew", "aG bE>a cH", SLOT_DONE, DOSE_STATUS_HELD, 'c'},
    {"voided by two", "aG bE>a cE>a", SLOT_LATE, 0, 0},
    {"corrected by two", "aG bP>a cH>a", SLOT_CONFLICT, 0, 0},
    {"voided by one, corrected by another", "aG bE>a cP>a", SLOT_CONFLICT, 0, 0},
    {"one of two voided", "aG bG cE>b", SLOT_DONE, DOSE_STATUS_GIVEN, 'a'},
    {"corrections in a circle", "aG>b bH>a", SLOT_CONFLICT, 0, 0},
    {"a circle beside a dose", "aG>b bH>a cG", SLOT_CONFLICT, 0, 0},
    {"supersedes itself", "aG>a", SLOT_DONE, DOSE_STATUS_GIVEN, 'a'},
    {"supersedes itself beside another", "aG>a bG", SLOT_CONFLICT, 0, 0},
    {"missed by the sweep", "aM!", SLOT_DONE, DOSE_STATUS_MISSED, 'a'},
    {"missed by the sweep, given after all", "aM! bG", SLOT_DONE, DOSE_STATUS_GIVEN, 'b'},
    {"missed by the sweep, held after all", "aM! bH", SLOT_DONE, DOSE_STATUS_HELD, 'b'},
    {"closed as missed by a person, given by another", "aM bG", SLOT_CONFLICT, 0, 0},
    {"missed twice by the sweep", "bM! aM!", SLOT_DONE, DOSE_STATUS_MISSED, 'a'},
    {"cancelled, given before the stop", "aC!@5 bG@3", SLOT_DONE, DOSE_STATUS_GIVEN, 'b'},
    {"cancelled, given after the stop", "aC!@5 bG@7", SLOT_CONFLICT, 0, 0},
    {"cancelled, given at the stop", "aC!@5 bG@5", SLOT_CONFLICT, 0, 0},
    {"cancelled and missed", "aM!@6 bC!@5", SLOT_DONE, DOSE_STATUS_CANCELLED, 'b'},
    {"cancelled, missed, given before the stop", "aM!@6 bC!@5 cG@3", SLOT_DONE, DOSE_STATUS_GIVEN,
     'c'},
    {"cancelled by a person and given", "aC@5 bG@3", SLOT_CONFLICT, 0, 0},
    {"infusion running", "aI@1", SLOT_DONE, DOSE_STATUS_IN_PROGRESS, 'a'},
    {"infusion ended", "aI@1 bG@4", SLOT_DONE, DOSE_STATUS_GIVEN, 'b'},
    {"infusion stopped, events out of order", "bS@4 aI@1", SLOT_DONE, DOSE_STATUS_STOPPED, 'b'},
    {"two infusions", "aI@1 bI@2", SLOT_CONFLICT, 0, 0},
    {"infusion hung after the dose was given", "aG@1 bI@2", SLOT_CONFLICT, 0, 0},
    {"not on the unit, then given", "aU@1 bG@4", SLOT_DONE, DOSE_STATUS_GIVEN, 'b'},
    {"given, then not on the unit", "aG@1 bU@4", SLOT_CONFLICT, 0, 0},
    {"not on the unit, then away", "aU@1 bA@4", SLOT_DONE, DOSE_STATUS_AWAY, 'b'},
    {"not on the unit and away at once", "aU@1 bA@1", SLOT_DONE, DOSE_STATUS_AWAY, 'b'},
    {"away, then missed by the sweep", "aA@1 bM!@9", SLOT_DONE, DOSE_STATUS_AWAY, 'a'},
    {"not on the unit, away, given", "aU@1 bA@2 cG@3", SLOT_DONE, DOSE_STATUS_GIVEN, 'c'},
};

/* In any order of arrival. */
Test(dose, folds_its_events_in_any_order)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dose_event events[8];
        size_t count = read_events(rows[i].events, events);
        for (size_t turn = 0; turn < 2 * (count + 1); turn++) {
            struct dose_event turned[8];
            for (size_t k = 0; k < count; k++) {
                size_t from = (k + turn / 2) % count;
                turned[k] = events[turn % 2 == 0 ? from : count - 1 - from];
            }
            struct dose_slot slot = {
                .state = SLOT_LATE, .status = DOSE_STATUS_HELD, .event = {{9}}};
            dose_slot_fold(&slot, turned, count);
            cr_expect_eq(slot.state, rows[i].state, "%s, turn %zu: state %d", rows[i].name, turn,
                         (int)slot.state);
            cr_expect_eq(slot.status, rows[i].status, "%s, turn %zu: %d", rows[i].name, turn,
                         (int)slot.status);
            cr_expect_eq(slot.event.bytes[0], (uint8_t)rows[i].standing, "%s, turn %zu",
                         rows[i].name, turn);
        }
    }
}

Test(dose, has_three_statuses_that_leave_something_to_do)
{
    for (int status = 1; status < DOSE_STATUS_COUNT; status++) {
        bool expect = status == DOSE_STATUS_IN_PROGRESS || status == DOSE_STATUS_UNAVAILABLE ||
                      status == DOSE_STATUS_AWAY;
        cr_expect_eq(dose_status_is_open((enum dose_status)status), expect, "%d", status);
    }
}

/* The column goes through sync and import as text: numbers come back digit by digit, a stranger's entry is left out. */
Test(dose, values_measured_before_it_survive_their_column)
{
    struct dose_value values[] = {
        {.type = METRIC_TYPE_PULSE, .metric = {{1, 2, 3}}, .unit = "/min", .at_us = INT64_C(1795527000123456)},
        {.type = METRIC_TYPE_INR, .metric = {{4}}, .unit = "", .at_us = 7},
    };
    struct dose_value back[DOSE_VALUES_MAX];
    cr_assert_eq(decimal_parse("58", &values[0].value, NULL), STATUS_OK);
    cr_assert_eq(decimal_parse("2.50", &values[1].value, NULL), STATUS_OK);
    char *text = dose_values_to_json(values, 2);
    cr_assert_eq(dose_values_from_json(text, back), 2u, "%s", text);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(back[i].type, values[i].type);
        cr_expect_eq(uid_compare(back[i].metric, values[i].metric), 0);
        cr_expect_eq(back[i].value.mantissa, values[i].value.mantissa);
        cr_expect_eq(back[i].value.scale, values[i].value.scale);
        cr_expect_str_eq(back[i].unit, values[i].unit);
        cr_expect_eq(back[i].at_us, values[i].at_us);
    }
    mem_free(text);
    cr_expect_null(dose_values_to_json(values, 0));
    cr_expect_eq(dose_values_from_json(NULL, back), 0u);
    cr_expect_eq(dose_values_from_json("[{\"type\":\"lactate\",\"value\":\"2\",\"at\":\"1\"},{\"type\":\"pulse\",\"value\":\"60\",\"at\":\"1\"}]", back), 1u);
    cr_expect_eq(dose_values_from_json("{", back), 0u);
}

Test(dose, return_is_the_next_such_moment)
{
    struct zone *zone = NULL;
    int64_t now_us = INT64_C(1795527000000000), at_us = 0; /* 08:30 in New York */
    cr_assert_eq(zone_open("America/New_York", &zone, NULL), STATUS_OK);
    cr_expect_eq(dose_return_parse("", zone, now_us, &at_us, NULL), STATUS_OK);
    cr_expect_eq(at_us, 0);
    cr_expect_eq(dose_return_parse("14:30", zone, now_us, &at_us, NULL), STATUS_OK);
    cr_expect_eq(at_us, now_us + 6 * US_PER_HOUR);
    cr_expect_eq(dose_return_parse("07:30", zone, now_us, &at_us, NULL), STATUS_OK);
    cr_expect_eq(at_us, now_us + 23 * US_PER_HOUR);
    cr_expect_eq(dose_return_parse("soon", zone, now_us, &at_us, NULL), STATUS_INVALID);
    cr_expect_eq(dose_return_parse("23 nov 08:00", zone, now_us, &at_us, NULL), STATUS_INVALID);
    zone_free(zone);
}
