/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two terminals change one thing while neither hears of the other: both then show the same, nothing is lost without a
 * trace, and what a person has to decide is listed on both (sync.md 7.11). */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "service/act.h"
#include "service/conflicts.h"
#include "service/orders.h"
#include "service/refills.h"
#include "store/change.h"
#include "sync/desks.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *a, *b;
static struct uid grace;

static void start(void)
{
    if (desks_open(&centre, &a, &b)) {
        grace = desks_grace(a, b);
    }
}

static void stop(void)
{
    desks_close(centre, a, b);
}

TestSuite(merge, .init = start, .fini = stop);

static void both_sync(void)
{
    desks_sync(a, b);
}

/* One column of her row on one terminal, at a time of its own. */
static void change(struct terminal *t, const char *table, const char *column, const char *value, int seconds)
{
    t->clinic->clock.fixed_us = CLINIC_START_US + seconds * US_PER_SECOND;
    desk_change(t, table, strcmp(table, "user_profiles") == 0 ? "profile_id" : "allergy_id", grace, column, value);
}

static const struct merge_case {
    const char *table, *column, *on_a, *on_b, *result, *outcome; /* a sends first */
    int a_seconds, b_seconds, review;
} CASES[] = {
    {"user_profiles", "phone_number", "111", "222", "222", "newer_wins", 100, 200, 0},
    {"user_profiles", "phone_number", "111", "222", "111", "older_loses", 200, 100, 0},
    {"user_profiles", "phone_number", "111", "111", "111", NULL, 100, 200, 0},
    {"user_profiles", "last_name", "Okafor-Bell", "Okafour", "Okafor-Bell", "kept_for_review", 100, 200, 1},
    {"user_profiles", "date_of_birth", "1958-03-15", "1958-04-14", "1958-03-15", "kept_for_review", 100, 200, 1},
    {"user_allergies", "reaction_severity", "moderate", "life_threatening", "life_threatening", "most_severe_wins", 100, 200, 1},
    {"user_allergies", "reaction_severity", "mild", "mild", "mild", NULL, 100, 200, 0},
    {"user_allergies", "reaction_severity", "life_threatening", "moderate", "life_threatening", "most_severe_wins", 100, 200, 1},
};

Test(merge, follows_the_policy_of_each_column)
{
    NEEDS_POSTGRES();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct merge_case *c = &CASES[i];
        long long before = centre_number(centre, "SELECT count(*) FROM clin.sync_conflicts");
        change(a, c->table, c->column, c->on_a, c->a_seconds);
        change(b, c->table, c->column, c->on_b, c->b_seconds);
        both_sync();
        char *sql = mem_format("SELECT %s FROM %s WHERE ver > 1", c->column, c->table);
        char *here = terminal_text(a, sql), *there = terminal_text(b, sql);
        cr_expect_str_eq(here, c->result, "case %zu (%s) on a: %s", i, c->column, here);
        cr_expect_str_eq(there, c->result, "case %zu (%s) on b: %s", i, c->column, there);
        cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.sync_conflicts"), before + (c->outcome != NULL), "case %zu", i);
        if (c->outcome != NULL) {
            char *outcome = terminal_text(b, "SELECT outcome FROM sync_conflicts ORDER BY found_at DESC LIMIT 1");
            cr_expect_str_eq(outcome, c->outcome, "case %zu", i);
            cr_expect_eq(terminal_number(a, "SELECT needs_review FROM sync_conflicts ORDER BY found_at DESC LIMIT 1"), c->review, "case %zu", i);
            mem_free(outcome);
        }
        mem_free(sql);
        mem_free(here);
        mem_free(there);
    }
}

Test(merge, keeps_an_allergy_that_was_refuted_without_seeing_it_grow_worse)
{
    NEEDS_POSTGRES();
    change(a, "user_allergies", "reaction_severity", "life_threatening", 100);
    change(b, "user_allergies", "state", "refuted", 200);
    both_sync();
    char *state = terminal_text(b, "SELECT state FROM user_allergies");
    cr_expect_str_eq(state, "active");
    mem_free(state);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'kept_needs_latest' AND needs_review"), 1);
}

/* The order's row and version in force; the caller frees. */
static char *order_state(struct terminal *t)
{
    return terminal_text(t, "SELECT m.status || ' ' || hex(m.current_version_id) || ' ' || v.status FROM user_medications m JOIN order_versions v "
                            "ON v.version_id = m.current_version_id");
}

static struct uid only_order(struct terminal *t, struct uid *out_version)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(t->clinic, CLINIC_NURSE), grace, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(chart->orders.len, 1);
    struct uid id = chart->orders.items[0].id;
    *out_version = chart->orders.items[0].version;
    chart_free(chart);
    return id;
}

Test(merge, lets_a_stop_win_over_a_hold)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct uid version, order = only_order(a, &version);
    cr_assert_eq(order_hold(clinic_actor(a->clinic, CLINIC_PRESCRIBER), order, version, &(struct order_cause){.reason = "laboratory"}, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_assert_eq(order_stop(clinic_actor(b->clinic, CLINIC_PRESCRIBER), order, version, &(struct order_cause){.reason = "completed"}, &err), STATUS_OK, "%s",
                 error_text(&err));
    both_sync();
    char *here = order_state(a), *there = order_state(b);
    cr_expect_str_eq(here, there);
    cr_expect(strncmp(here, "stopped", 7) == 0, "%s", here);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM order_versions"), 3, "both versions stay in the history");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'stop_wins' AND needs_review"), 1);
    mem_free(here);
    mem_free(there);
}

/* decisions.md 1: the version that came first stays in force, the other one is kept beside it, and a prescriber is asked. */
Test(merge, keeps_two_versions_of_one_order_side_by_side)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct uid version, order = only_order(a, &version);
    cr_assert_eq(order_hold(clinic_actor(a->clinic, CLINIC_PRESCRIBER), order, version, &(struct order_cause){.reason = "laboratory"}, &err), STATUS_OK, "%s",
                 error_text(&err));
    char *first = order_state(a);
    cr_assert_eq(order_hold(clinic_actor(b->clinic, CLINIC_PRESCRIBER), order, version, &(struct order_cause){.reason = "procedure"}, &err), STATUS_OK, "%s",
                 error_text(&err));
    both_sync();
    struct terminal *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        char *here = order_state(both[i]);
        cr_expect_str_eq(here, first, "terminal %d: %s", i, here);
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM order_versions"), 3, "both versions stay in the history");
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM sync_conflicts WHERE outcome = 'kept_in_force' AND needs_review"), 1);
        mem_free(here);
    }
    mem_free(first);
}

/* Nobody hears of the other's entry: both stay, and both terminals show both. */
Test(merge, keeps_one_allergy_that_was_entered_twice)
{
    NEEDS_POSTGRES();
    clinic_add_allergy(a->clinic, grace, "latex", "rash", REACTION_SEVERITY_MILD);
    clinic_add_allergy(b->clinic, grace, "latex", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    both_sync();
    struct terminal *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM user_allergies WHERE allergen_name = 'latex' AND state = 'active'"), 2);
    }
}

static void set_setting(struct terminal *t, uint8_t id, const char *name, const char *value, int seconds)
{
    struct error err = ERROR_INIT;
    const struct cell cells[] = {CELL_TEXT("name", name), CELL_TEXT("value", value), CELL_INT("changed_at", CLINIC_START_US + seconds * US_PER_SECOND)};
    cr_assert_eq(store_begin(t->mirror, &err), STATUS_OK);
    cr_assert_eq(change_insert(t->mirror, "site_settings", (struct uid){{9, id}}, UID_NONE, cells, sizeof cells / sizeof *cells, NULL, &err), STATUS_OK,
                 "%s", error_text(&err));
    cr_assert_eq(store_commit(t->mirror, &err), STATUS_OK);
}

/* Each device that joins brings the settings that it was made with. */
Test(merge, one_setting_made_on_two_devices_is_asked_about_only_where_it_differs)
{
    NEEDS_POSTGRES();
    set_setting(a, 1, "test.same", "Europe/Berlin", 100);
    set_setting(b, 1, "test.same", "Europe/Berlin", 200);
    set_setting(a, 2, "test.other", "60", 100);
    set_setting(b, 2, "test.other", "90", 200);
    both_sync();
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.sync_conflicts WHERE row_id = '09010000-0000-0000-0000-000000000000'"), 0,
                 "a person is asked about two values that are one");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.sync_conflicts WHERE row_id = '09020000-0000-0000-0000-000000000000'"), 1);
}

static void set_account(struct terminal *t, struct uid user, const char *status, int seconds)
{
    struct error err = ERROR_INIT;
    int32_t ver = (int32_t)terminal_number(t, "SELECT ver FROM users ORDER BY user_id LIMIT 1"); /* a's administrator is the oldest */
    const struct cell cells[] = {CELL_TEXT("account_status", status)};
    t->clinic->clock.fixed_us = CLINIC_START_US + seconds * US_PER_SECOND;
    cr_assert_eq(store_begin(t->mirror, &err), STATUS_OK);
    cr_assert_eq(change_update(t->mirror, "users", user, user, ver, cells, 1, NULL, NULL, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(store_commit(t->mirror, &err), STATUS_OK);
}

/* An account that was closed stays closed, whoever was later and whoever sent first. */
Test(merge, lets_the_closing_of_an_account_win)
{
    NEEDS_POSTGRES();
    struct uid admin = clinic_user(a->clinic, CLINIC_ADMIN);
    struct terminal *const both[] = {a, b};
    for (int first = 0; first < 2; first++) {
        set_account(both[first], admin, "disabled", 100 + 100 * first);
        set_account(both[1 - first], admin, "locked", 200 - 100 * first);
        both_sync();
        for (int i = 0; i < 2; i++) {
            char *here = terminal_text(both[i], "SELECT account_status FROM users ORDER BY user_id LIMIT 1");
            cr_expect_str_eq(here, "disabled", "terminal %d, closed by %d: %s", i, first, here);
            mem_free(here);
        }
        cr_expect_eq(terminal_number(b, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'revocation_wins'"), first + 1);
        set_account(a, admin, "active", 300);
        both_sync();
    }
}

Test(merge, keeps_both_records_of_a_dose_and_asks)
{
    NEEDS_POSTGRES();
    desk_give_dose(a, grace, (struct uid){{1, 2, 3, 4}}, NULL);
    desk_give_dose(b, grace, (struct uid){{1, 2, 3, 4}}, NULL);
    both_sync();
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM dose_events"), 2);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM dose_events"), 2);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'both_recorded' AND needs_review"), 1);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'both_recorded' AND needs_review"), 1);
}

Test(merge, lets_a_person_put_the_other_value_in_force_everywhere)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    change(a, "user_profiles", "last_name", "Okafor-Bell", 100);
    change(b, "user_profiles", "last_name", "Okafour", 200);
    both_sync();
    struct actor *nurse = clinic_actor(b->clinic, CLINIC_NURSE);
    struct conflict_list list = {0};
    cr_assert_eq(conflicts_list(nurse, false, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1);
    struct buffer words = BUFFER_INIT;
    conflict_describe(&list.items[0], &words);
    cr_expect(strstr(words.bytes, "Okafor-Bell") != NULL && strstr(words.bytes, "Okafour") != NULL, "%s", words.bytes);
    buffer_release(&words);
    cr_assert_eq(conflict_settle(nurse, list.items[0].id, CONFLICT_OTHER, "asked her", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(conflict_settle(nurse, list.items[0].id, CONFLICT_LEAVE, "", &err), STATUS_STALE);
    both_sync();
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafour'"), 1);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM sync_conflicts WHERE reviewed_at IS NULL AND needs_review"), 0);
    conflict_list_release(&list);
}

static struct refill_balance refills_at(struct terminal *t, struct uid order)
{
    struct error err = ERROR_INIT;
    struct refill_balance balance;
    cr_assert_eq(refills_left(clinic_actor(t->clinic, CLINIC_PHARMACIST), order, &balance, &err), STATUS_OK, "%s", error_text(&err));
    return balance;
}

static enum status fill(struct terminal *t, struct uid order, int n, const char *knowing)
{
    struct error err = ERROR_INIT;
    struct uid version;
    struct act act = ACT(clinic_actor(t->clinic, CLINIC_PHARMACIST), PERMISSION_REFILL_ASK, "test.fill", "refill_ledger", grace);
    (void)only_order(t, &version);
    const struct refill_use use = {grace, order, version, {{7, (uint8_t)n}}, knowing != NULL, knowing};
    cr_assert_eq(act_begin(&act, &err), STATUS_OK, "%s", error_text(&err));
    return act_end(&act, refills_spend(&act, &use, NULL, &err), &err);
}

/* The order was written on a: its one fill is a's. b asks, is given it, and a has none; without asking, both fill and all are told. */
Test(merge, moves_a_refill_to_the_workstation_that_asks)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct uid version, order = only_order(a, &version);
    cr_expect_eq(refills_at(a, order).here, 1);
    cr_expect_eq(refills_at(b, order).here, 0);
    cr_assert_eq(fill(b, order, 1, NULL), STATUS_REFUSED);
    cr_assert_eq(refills_ask(clinic_actor(b->clinic, CLINIC_PHARMACIST), grace, order, 1, &err), STATUS_OK, "%s", error_text(&err));
    terminal_sync(b);
    terminal_sync(a);
    terminal_sync(b);
    cr_expect_eq(refills_at(a, order).here, 0);
    cr_expect_eq(refills_at(b, order).here, 1);
    cr_assert_eq(fill(a, order, 2, NULL), STATUS_REFUSED);
    cr_assert_eq(fill(b, order, 1, NULL), STATUS_OK);
    both_sync();
    cr_expect_eq(refills_at(a, order).left, 0);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM sync_conflicts"), 0);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM refill_rights WHERE kind = 'given'"), 1, "answered once");
}

Test(merge, tells_both_when_the_last_refill_was_made_twice)
{
    NEEDS_POSTGRES();
    struct uid version, order = only_order(a, &version);
    cr_assert_eq(fill(a, order, 1, NULL), STATUS_OK);
    cr_assert_eq(fill(b, order, 2, "the patient has none left"), STATUS_OK);
    both_sync();
    struct terminal *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM refill_ledger"), 2, "what happened stands");
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM sync_conflicts WHERE outcome = 'overdrawn' AND needs_review"), 1);
        cr_expect(refills_at(both[i], order).is_overdrawn);
        cr_expect_eq(terminal_number(both[i], "SELECT refills_remaining FROM user_medications"), 0);
    }
}
