/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Refills as rights: a fill spends one once, gives it back once, and goes on without one only knowingly. */
#include <criterion/criterion.h>
#include <sqlite3.h>

#include "service/act.h"
#include "service/orders.h"
#include "service/refills.h"
#include "store/refill_store.h"
#include "store/store_private.h"
#include "support/clinic.h"

static struct clinic *c;
static struct uid patient, order;

static void start(void)
{
    c = clinic_new();
    patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    order = clinic_add_order(c, patient, "lisinopril 10 mg tab 1 tab daily #30 r2");
}

static void stop(void)
{
    clinic_free(c);
}

TestSuite(refills, .init = start, .fini = stop);

static struct refill_balance left(void)
{
    struct error err = ERROR_INIT;
    struct refill_balance balance;
    cr_assert_eq(refills_left(clinic_actor(c, CLINIC_PHARMACIST), order, &balance, &err), STATUS_OK, "%s", error_text(&err));
    return balance;
}

static enum status spend(struct uid fill, const char *knowing, bool *out_had_right, struct error *err)
{
    struct act act = ACT(clinic_actor(c, CLINIC_PHARMACIST), PERMISSION_REFILL_ASK, "test.fill", "refill_ledger", patient);
    struct order now = clinic_get_order(c, order);
    const struct refill_use use = {patient, order, now.version, fill, knowing != NULL, knowing};
    order_release(&now);
    cr_assert_eq(act_begin(&act, err), STATUS_OK, "%s", error_text(err));
    return act_end(&act, refills_spend(&act, &use, out_had_right, err), err);
}

static enum status reverse(struct uid fill, struct error *err)
{
    struct act act = ACT(clinic_actor(c, CLINIC_PHARMACIST), PERMISSION_REFILL_ASK, "test.return", "refill_ledger", patient);
    cr_assert_eq(act_begin(&act, err), STATUS_OK, "%s", error_text(err));
    return act_end(&act, refills_reverse(&act, fill, "unclaimed", err), err);
}

static int64_t number(const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(c->site->store->db.handle, sql, -1, &stmt, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

static struct uid fill_no(int n)
{
    return (struct uid){{9, (uint8_t)n}};
}

Test(refills, are_spent_once_for_each_fill)
{
    struct error err = ERROR_INIT;
    bool had_right = false;
    cr_expect_eq(number("SELECT refills_remaining FROM user_medications"), 2);
    for (int i = 1; i <= 3; i++) {
        cr_assert_eq(spend(fill_no(i), NULL, &had_right, &err), STATUS_OK, "%s", error_text(&err));
        cr_expect(had_right);
        cr_assert_eq(spend(fill_no(i), NULL, &had_right, &err), STATUS_OK, "the second part of the same fill");
        cr_expect_eq(left().left, 3 - i);
        cr_expect_eq(left().refills_left, 3 - i);
        cr_expect_eq(number("SELECT refills_remaining FROM user_medications"), 3 - i, "the blueprint's column follows");
    }
    cr_expect_eq(number("SELECT count(*) FROM refill_ledger"), 3);
    cr_expect_eq(number("SELECT count(*) FROM outbox WHERE table_name = 'refill_ledger'"), 3);
    cr_assert_eq(spend(fill_no(4), NULL, NULL, &err), STATUS_REFUSED);
    cr_expect_eq(number("SELECT count(*) FROM refill_ledger"), 3);
}

Test(refills, go_on_without_a_right_only_with_a_reason_and_marked)
{
    struct error err = ERROR_INIT;
    bool had_right = true;
    for (int i = 1; i <= 3; i++) {
        cr_assert_eq(spend(fill_no(i), NULL, NULL, &err), STATUS_OK);
    }
    cr_assert_eq(spend(fill_no(4), "", NULL, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "reason");
    cr_assert_eq(spend(fill_no(4), "prescriber agreed by telephone", &had_right, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_not(had_right);
    cr_expect(left().is_overdrawn);
    cr_expect_eq(left().left, 0);
    cr_expect_eq(number("SELECT count(*) FROM refill_ledger WHERE had_right = 0 AND reason LIKE 'prescriber%'"), 1);
    cr_expect_eq(number("SELECT count(*) FROM audit_logs WHERE action_type = 'test.fill' AND risk_level = 'high'"), 1);
}

Test(refills, come_back_once)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(reverse(fill_no(1), &err), STATUS_NOT_FOUND);
    cr_assert_eq(spend(fill_no(1), NULL, NULL, &err), STATUS_OK);
    cr_assert_eq(spend(fill_no(2), NULL, NULL, &err), STATUS_OK);
    cr_expect_eq(left().refills_left, 1);
    cr_assert_eq(reverse(fill_no(2), &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(reverse(fill_no(2), &err), STATUS_OK);
    cr_expect_eq(left().refills_left, 2);
    cr_expect_eq(left().here, 2);
    cr_expect_eq(number("SELECT refills_remaining FROM user_medications"), 2);
}

/* A change never gives back what was filled; the number on the new version is the number in all. */
Test(refills, survive_a_change_of_the_order)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(spend(fill_no(1), NULL, NULL, &err), STATUS_OK);
    cr_assert_eq(spend(fill_no(2), NULL, NULL, &err), STATUS_OK);
    struct order now = clinic_get_order(c, order);
    cr_assert_eq(order_hold(clinic_actor(c, CLINIC_PRESCRIBER), order, now.version, &(struct order_cause){.reason = "laboratory"}, &err), STATUS_OK,
                 "%s", error_text(&err));
    order_release(&now);
    cr_expect_eq(left().refills_left, 1);
    cr_expect_eq(number("SELECT refills_remaining FROM user_medications"), 1);
}

Test(refills, are_asked_for_only_where_somebody_else_holds_them)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(refills_ask(clinic_actor(c, CLINIC_PHARMACIST), patient, order, 1, &err), STATUS_NOT_FOUND);
    cr_assert_eq(refills_ask(clinic_actor(c, CLINIC_NURSE), patient, order, 1, &err), STATUS_NOT_PERMITTED);
    cr_expect_eq(number("SELECT count(*) FROM refill_rights"), 0);
}
