/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stays under synchronisation: who leaves at one desk has nothing due at the other, and two desks that both write while apart
 * end with one answer. */
#include "service/chart.h"
#include "service/stays.h"
#include "store/stay_store.h"
#include "support/terminal.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *one, *two;
static struct uid grace;

static void start(void)
{
    if (postgres_is_up()) {
        centre = centre_new();
        one = terminal_new(centre, "desk-1", "Eastside", 0);
        two = terminal_new(centre, "desk-2", "Eastside", 0);
        grace = clinic_add_patient(one->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
        (void)clinic_add_order(one->clinic, grace, "metformin 500 mg tab 1 tab bid");
        terminal_sync(one);
        terminal_sync(two);
    }
}

static void stop(void)
{
    if (postgres_is_up()) {
        terminal_free(one);
        terminal_free(two);
        centre_free(centre);
    }
}

TestSuite(stays_sync, .init = start, .fini = stop);

static void meet(void)
{
    for (int i = 0; i < 2; i++) {
        terminal_sync(one);
        terminal_sync(two);
    }
}

static size_t planned(struct terminal *t)
{
    struct due_list list = {0};
    cr_assert_eq(due_list_planned(clinic_actor(t->clinic, CLINIC_NURSE), 0, 24, &list, NULL), STATUS_OK);
    size_t count = list.len;
    due_list_release(&list);
    return count;
}

static void leave(struct terminal *t, enum left_how how)
{
    struct error err = ERROR_INIT;
    struct stay_list list = {0};
    cr_assert_eq(stay_list_get(t->clinic->site->store, grace, &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 1u);
    cr_assert_eq(stay_leave(clinic_actor(t->clinic, CLINIC_NURSE), &list.items[0], clock_now_us(&t->clinic->clock), how, &err), STATUS_OK, "%s",
                 error_text(&err));
    stay_list_release(&list);
}

static void admit(struct terminal *t)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(stay_admit(clinic_actor(t->clinic, CLINIC_NURSE), grace, "3 North, bed 12", clock_now_us(&t->clinic->clock), &err), STATUS_OK,
                 "%s", error_text(&err));
}

Test(stays_sync, who_leaves_at_one_desk_has_nothing_due_at_the_other)
{
    NEEDS_POSTGRES();
    admit(one);
    meet();
    cr_expect_eq(planned(two), 2u);
    leave(two, LEFT_HOW_HOME);
    cr_expect_eq(planned(one), 2u, "not known there yet");
    meet();
    cr_expect_eq(planned(one), 0u);
    cr_expect_eq(planned(two), 0u);
}

Test(stays_sync, two_desks_that_write_while_apart_end_with_one_answer)
{
    NEEDS_POSTGRES();
    admit(one);
    meet();
    leave(one, LEFT_HOW_HOME);
    leave(two, LEFT_HOW_FACILITY);
    meet();
    cr_expect_eq(planned(one), 0u);
    cr_expect_eq(planned(two), 0u);
    struct stay_list a = {0}, b = {0};
    cr_assert_eq(stay_list_get(one->clinic->site->store, grace, &a, NULL), STATUS_OK);
    cr_assert_eq(stay_list_get(two->clinic->site->store, grace, &b, NULL), STATUS_OK);
    cr_assert(a.len == 1 && b.len == 1);
    cr_expect_eq(a.items[0].left_how, b.items[0].left_how, "both desks say the same");
    cr_expect_eq(a.items[0].left_us, b.items[0].left_us);
    stay_list_release(&a);
    stay_list_release(&b);
}
