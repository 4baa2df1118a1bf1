/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A day at the counter, key by key: verified, filled by scan, labelled, checked, handed over, refilled, owed, recalled. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "support/clinic_screen.h"
#include "support/counter.h"

#define DAY (24 * US_PER_HOUR)

static struct clinic_screen desk;
static int keys; /* pressed so far; a scan is one */

static void press(const char *key)
{
    keys++;
    harness_press(desk.h, key);
}

static void type(const char *text)
{
    keys += (int)strlen(text);
    harness_type(desk.h, text);
}

static void scan(const char *code)
{
    keys++;
    harness_scan(desk.h, code);
}

static void open_as(struct counter *k, enum clinic_person who, struct uid order, struct uid fill)
{
    clinic_screen_open(&desk, k->c, who, 24, 80);
    harness_open(desk.h, &SCREEN_FILL, &(struct fill_argument){k->patient, order, fill});
}

static void close_again(void)
{
    clinic_screen_close(&desk);
}

Test(counter_screen, a_new_prescription_gets_its_label_in_few_keys)
{
    struct counter k = counter_new();
    struct uid order = clinic_add_unverified_order(k.c, k.patient, "metformin 500 mg tab 1 tab bid #60 r2");
    clinic_screen_open(&desk, k.c, CLINIC_PHARMACIST, 24, 80);
    keys = 0;
    while (!harness_shows(desk.h, "[To verify")) {
        press("Tab");
    }
    harness_golden(desk.h, "home", "to_verify");
    press("Enter");
    harness_expect(desk.h, "metformin 500 mg tab");
    harness_expect(desk.h, "Kidneys: not known");
    harness_golden(desk.h, "order.verify", "new");
    if (harness_shows(desk.h, "Looked at by hand")) {
        press("Down");
        press("Space");
    }
    press("F10");
    harness_expect(desk.h, "verified. Saved here.");
    close_again();
    open_as(&k, CLINIC_PHARMACIST, order, UID_NONE);
    keys++; /* f on the chart */
    harness_expect(desk.h, "to be filled");
    harness_golden(desk.h, "fill", "new");
    press("F10");
    harness_expect(desk.h, "Scan the pack.");
    scan(COUNTER_METFORMIN);
    harness_expect(desk.h, "metformin 500 mg tab  lot M100");
    harness_golden(desk.h, "fill", "scanned");
    press("F10");
    harness_expect(desk.h, "Take 1 tablet by mouth 2 times a day");
    harness_golden(desk.h, "fill", "label");
    cr_expect_leq(keys, 40, "%d keys from a new prescription to its label", keys);
    press("Esc");
    harness_expect(desk.h, "to check");
    close_again();
    clinic_free(k.c);
}

Test(counter_screen, a_refill_gets_its_label_in_eight_keys)
{
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    (void)counter_dispense(&k, order, COUNTER_METFORMIN, 60);
    clinic_pass(k.c, 30 * DAY);
    struct order o = clinic_get_order(k.c, order);
    char *code = mem_format("RX%s", o.prescription_number);
    clinic_screen_open(&desk, k.c, CLINIC_TECHNICIAN, 24, 80);
    keys = 0;
    scan(code); /* the old label */
    harness_expect(desk.h, "Refill: 60 tab ordered");
    press("F10");
    scan(COUNTER_METFORMIN);
    press("F10");
    harness_expect(desk.h, "Take 1 tablet by mouth 2 times a day");
    cr_expect_leq(keys, 8, "%d keys from a refill to its label", keys);
    mem_free(code);
    order_release(&o);
    close_again();
    clinic_free(k.c);
}

/* Who may not verify answers what a pharmacist asked: on the same screen, without its choice. */
Test(counter_screen, the_prescriber_answers_a_question)
{
    struct counter k = counter_new();
    struct uid order = clinic_add_unverified_order(k.c, k.patient, "metformin 500 mg tab 1 tab bid #60 r2");
    clinic_screen_open(&desk, k.c, CLINIC_PRESCRIBER, 24, 80);
    harness_open(desk.h, &SCREEN_VERIFY, &(struct verify_argument){k.patient, order});
    harness_expect(desk.h, "Answer");
    harness_expect_not(desk.h, "This order is");
    close_again();
    clinic_free(k.c);
}

Test(counter_screen, an_early_refill_asks_why)
{
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    (void)counter_dispense(&k, order, COUNTER_METFORMIN, 60);
    clinic_pass(k.c, 5 * DAY);
    open_as(&k, CLINIC_TECHNICIAN, order, UID_NONE);
    harness_expect(desk.h, "TOO EARLY");
    press("F10");
    harness_expect(desk.h, "the next one is due from");
    harness_golden(desk.h, "fill", "early");
    close_again();
    clinic_free(k.c);
}

Test(counter_screen, the_wrong_pack_is_refused_and_the_right_one_checked_and_handed_over)
{
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    open_as(&k, CLINIC_PHARMACIST, order, fill);
    scan(COUNTER_OXYCODONE);
    harness_expect(desk.h, "WRONG DRUG");
    scan(COUNTER_METFORMIN);
    press("F10");
    press("Esc");
    harness_expect(desk.h, "it is right");
    harness_golden(desk.h, "fill", "check");
    press("F10");
    harness_expect(desk.h, "hand over");
    press("Down");
    type("Okafor");
    press("Down");
    type("14 Mar 1958");
    press("F10");
    harness_expect(desk.h, "Offer counselling");
    press("Right");
    harness_golden(desk.h, "fill", "window");
    press("F10");
    cr_expect_eq(counter_state(&k, fill), FILL_STATE_HANDED_OVER);
    harness_expect(desk.h, "Handed over: to the patient; counselling accepted and given");
    close_again();
    clinic_free(k.c);
}

Test(counter_screen, what_is_owed_stays_on_home)
{
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 20);
    counter_check(&k, fill);
    counter_hand_over(&k, fill);
    clinic_screen_open(&desk, k.c, CLINIC_TECHNICIAN, 24, 80);
    while (!harness_shows(desk.h, "[Owed")) {
        press("Tab");
    }
    harness_expect(desk.h, "40 tab");
    harness_golden(desk.h, "home", "owed");
    press("Enter");
    harness_expect(desk.h, "OWED: 40 tab");
    press("F10");
    press("F10");
    harness_expect(desk.h, "Scan the pack.");
    close_again();
    clinic_free(k.c);
}

/* The front desk: that something is ready, never what. */
Test(counter_screen, the_front_desk_sees_that_a_bag_is_ready_and_not_what_is_in_it)
{
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 60);
    clinic_screen_open(&desk, k.c, CLINIC_FRONT_DESK, 24, 80);
    cr_expect_not(harness_shows(desk.h, "To collect"), "nothing is ready yet");
    counter_check(&k, fill);
    harness_advance(desk.h, 60 * 1000);
    for (int i = 0; i < 9 && !harness_shows(desk.h, "[To collect"); i++) {
        press("Tab");
    }
    harness_expect(desk.h, "1 ready since");
    harness_golden(desk.h, "home", "to_collect");
    cr_expect_not(harness_shows(desk.h, "metformin"));
    press("Enter");
    harness_expect(desk.h, "At the counter");
    harness_expect(desk.h, "1 ready since");
    cr_expect_not(harness_shows(desk.h, "metformin"));
    harness_golden(desk.h, "person", "bag_ready");
    counter_hand_over(&k, fill);
    harness_advance(desk.h, 60 * 1000);
    harness_expect(desk.h, "nothing waits at the counter");
    close_again();
    clinic_free(k.c);
}
