/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two counters of one site that do not hear of each other: both spend the last refill of one prescription. */
#include <string.h>

#include "base/memory.h"
#include "service/conflicts.h"
#include "service/refills.h"
#include "support/counter.h"
#include "support/terminal.h"
#include "sync/sync_test.h"

#define DAY (24 * US_PER_HOUR)

static struct centre *centre;
static struct terminal *t[2];
static struct counter k[2];
static struct uid order;

static void all_sync(void)
{
    for (int i = 0; i < 4; i++) {
        terminal_sync(t[i % 2]);
    }
}

/* Grace's metformin: dispensed once at the first counter, one refill left, the supply used up. Both know. */
static void start(void)
{
    if (!postgres_is_up()) {
        return;
    }
    centre = centre_new();
    t[0] = terminal_new(centre, "counter-a", "Eastside", 0);
    t[1] = terminal_new(centre, "counter-b", "Eastside", 0);
    k[0] = (struct counter){t[0]->clinic, clinic_add_patient(t[0]->clinic, &(struct clinic_patient){.first = "Grace", .last = "Okafor",
                                                                                                .born = "1958-03-14", .weight_kg = "62"})};
    k[1] = (struct counter){t[1]->clinic, k[0].patient};
    counter_teach(&k[0], COUNTER_METFORMIN, "metformin 500 mg tab");
    order = counter_order(&k[0], "metformin 500 mg tab 1 tab bid #60 r1");
    (void)counter_dispense(&k[0], order, COUNTER_METFORMIN, 60);
    all_sync();
    for (int i = 0; i < 2; i++) {
        clinic_pass(t[i]->clinic, 28 * DAY);
    }
}

static void stop(void)
{
    if (postgres_is_up()) {
        terminal_free(t[0]);
        terminal_free(t[1]);
        centre_free(centre);
    }
}

TestSuite(counter_sync, .init = start, .fini = stop);

static struct refill_balance balance(int n)
{
    struct refill_balance out = {0};
    struct error err = ERROR_INIT;
    cr_assert_eq(refills_left(clinic_actor(k[n].c, CLINIC_PHARMACIST), order, &out, &err), STATUS_OK, "%s", error_text(&err));
    return out;
}

/* What a person reads on that counter's list of what was changed twice. */
static int told(int n)
{
    struct conflict_list list = {0};
    struct error err = ERROR_INIT;
    int count = 0;
    cr_assert_eq(conflicts_list(clinic_actor(k[n].c, CLINIC_PHARMACIST), false, &list, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < list.len; i++) {
        count += strcmp(conflict_rule(&list.items[i]), "more was filled than the order allows") == 0;
    }
    conflict_list_release(&list);
    return count;
}

/* At the counter without a right: refused, then knowingly, with a reason. */
static struct uid start_without_right(int n)
{
    struct error err = ERROR_INIT;
    struct uid fill = UID_NONE;
    struct fill_request r = {.patient = k[n].patient, .order = order, .quantity = decimal_from_int(60), .days_supply = 30};
    struct actor *pharmacist = clinic_actor(k[n].c, CLINIC_PHARMACIST);
    cr_assert_eq(fill_start(pharmacist, &r, &fill, &err), STATUS_REFUSED, "it holds no right and says so");
    r.is_knowing = true;
    cr_assert_eq(fill_start(pharmacist, &r, &fill, &err), STATUS_INVALID, "and wants a reason");
    r.reason_text = "the patient has none left, the line is down";
    cr_assert_eq(fill_start(pharmacist, &r, &fill, &err), STATUS_OK, "%s", error_text(&err));
    return fill;
}

Test(counter_sync, two_counters_offline_that_spend_the_last_refill_keep_both_and_tell_both)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    cr_assert_eq(balance(0).left, 1);
    cr_assert_eq(balance(1).left, 1, "both see one");
    struct uid first = counter_start(&k[0], order, 0); /* the line is down from here on */
    struct uid second = start_without_right(1);
    counter_take(&k[0], first);
    counter_fill(&k[0], first, COUNTER_METFORMIN, 60);
    counter_check(&k[0], first);
    counter_hand_over(&k[0], first);
    cr_expect_eq(told(0) + told(1), 0, "nobody knows yet");
    all_sync();
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(terminal_number(t[i], "SELECT count(*) FROM fills"), 3, "counter %d: every fill is kept", i);
        cr_expect_eq(terminal_number(t[i], "SELECT count(*) FROM refill_ledger WHERE kind = 'spent'"), 3, "counter %d", i);
        cr_expect_eq(terminal_number(t[i], "SELECT count(*) FROM refill_ledger WHERE had_right = 0"), 1, "counter %d", i);
        cr_expect_eq(told(i), 1, "counter %d is told, once", i);
        cr_expect(balance(i).is_overdrawn, "counter %d", i);
        cr_expect_eq(balance(i).left, 0, "counter %d", i);
        cr_expect_eq(counter_state(&k[i], first), FILL_STATE_HANDED_OVER);
        cr_expect_eq(counter_state(&k[i], second), FILL_STATE_NEW);
    }
    /* What was not handed out is put back where it was noticed: then the sum is right again, on both, and stays so. */
    struct fill f = counter_get(&k[0], second);
    cr_assert_eq(fill_cancel(clinic_actor(k[0].c, CLINIC_PHARMACIST), second, f.ver, FILL_END_REASON_OTHER, "filled at the other counter", &err),
                 STATUS_OK, "%s", error_text(&err));
    fill_release(&f);
    all_sync();
    all_sync();
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(counter_state(&k[i], second), FILL_STATE_CANCELLED, "counter %d", i);
        cr_expect_eq(terminal_number(t[i], "SELECT count(*) FROM refill_ledger"), 4, "three spent, one returned, none lost or doubled");
        cr_expect_not(balance(i).is_overdrawn, "counter %d", i);
        cr_expect_eq(balance(i).left, 0, "counter %d", i);
        cr_expect_eq(terminal_number(t[i], "SELECT refills_remaining FROM user_medications"), 0);
    }
}

/* One counter hands a bag over, the other takes it back to stock, neither hears of it. What left the house stays out, whoever sent
 * first: the refill that came back with it is spent again, and a person at each counter is asked. */
static void hand_over_and_take_back(bool return_is_first)
{
    struct error err = ERROR_INIT;
    struct uid fill = counter_start(&k[0], order, 0);
    counter_take(&k[0], fill);
    counter_fill(&k[0], fill, COUNTER_METFORMIN, 60);
    counter_check(&k[0], fill);
    all_sync();
    cr_assert_eq(counter_state(&k[1], fill), FILL_STATE_CHECKED);
    counter_hand_over(&k[0], fill);
    struct fill f = counter_get(&k[1], fill);
    cr_assert_eq(fill_return(clinic_actor(k[1].c, CLINIC_PHARMACIST), fill, f.ver, FILL_END_REASON_OTHER, "not on the shelf", &err), STATUS_OK, "%s",
                 error_text(&err));
    fill_release(&f);
    if (return_is_first) {
        terminal_sync(t[1]);
    }
    all_sync();
    all_sync();
    for (int i = 0; i < 2; i++) {
        f = counter_get(&k[i], fill);
        cr_expect_eq(f.state, FILL_STATE_HANDED_OVER, "counter %d: what left the house stays out", i);
        cr_expect_eq(f.end_reason, FILL_END_REASON_NONE_GIVEN, "counter %d", i);
        fill_release(&f);
        cr_expect_eq(terminal_number(t[i], "SELECT count(*) FROM sync_conflicts WHERE table_name = 'fills' AND outcome = 'hand_over_wins' AND "
                                           "needs_review AND reviewed_at IS NULL"), 1, "counter %d is asked, once", i);
        cr_expect_eq(terminal_number(t[i], "SELECT count(*) FROM fill_steps WHERE to_state IN ('handed_over', 'returned')"), 3, "both deeds are kept");
        cr_expect_eq(balance(i).left, 0, "counter %d: no refill came back", i);
        cr_expect_not(balance(i).is_overdrawn, "counter %d", i);
        cr_expect_eq(terminal_number(t[i], "SELECT refills_remaining FROM user_medications"), 0, "counter %d", i);
    }
}

Test(counter_sync, a_bag_that_was_handed_over_stays_out_although_it_was_taken_back_later)
{
    NEEDS_POSTGRES();
    hand_over_and_take_back(false);
}

Test(counter_sync, a_bag_that_was_handed_over_stays_out_although_it_was_taken_back_first)
{
    NEEDS_POSTGRES();
    hand_over_and_take_back(true);
}
