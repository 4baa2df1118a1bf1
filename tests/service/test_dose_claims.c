/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has a planned dose's form open (clinical.md 4.B.2 CLAIMED): a lease of a session that others see, which keeps nobody from
 * recording and leaves no trace. */
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <string.h>

#include "base/memory.h"
#include "service/dose_claims.h"
#include "service/orders.h"
#include "store/store_private.h"
#include "support/ward.h"

static struct ward w;
static struct uid slot;

static void start(void)
{
    w = ward_new("lisinopril 10 mg tab 1 tab daily");
    ward_set_time(&w, 1, 8, 0);
    slot = ward_due(&w, w.order, ward_at(1, 8, 0)).slot;
}

static void stop(void)
{
    clinic_free(w.c);
}

TestSuite(dose_claims, .init = start, .fini = stop);

static enum status hold(enum clinic_person who)
{
    return dose_claim_hold(clinic_actor(w.c, who), w.order, slot, NULL);
}

/* Whose name somebody sees on the dose: on the chart and, the same, in the list of due doses. "" nobody's. */
static const char *seen_by(enum clinic_person who, char name[DOSE_CLAIMED_BY_MAX])
{
    struct chart *chart = NULL;
    struct due_list due = {0};
    struct error err = ERROR_INIT;
    bool is_due = false;
    cr_assert_eq(chart_open(clinic_actor(w.c, who), w.patient, 24, 24, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(due_list_get(clinic_actor(w.c, who), 24, 1, &due, &err), STATUS_OK, "%s", error_text(&err));
    name[0] = '\0';
    for (size_t i = 0; i < chart->slots.len; i++) {
        if (uid_compare(chart->slots.items[i].id, slot) == 0) {
            memcpy(name, chart->slots.items[i].claimed_by, DOSE_CLAIMED_BY_MAX);
        } else {
            cr_expect_str_eq(chart->slots.items[i].claimed_by, "", "another dose");
        }
    }
    for (size_t i = 0; i < due.len; i++) {
        if (uid_compare(due.items[i].slot.id, slot) == 0) {
            is_due = true;
            cr_expect_str_eq(due.items[i].slot.claimed_by, name, "the due list says otherwise than the chart");
        }
    }
    cr_expect(is_due || name[0] == '\0');
    due_list_release(&due);
    chart_free(chart);
    return name;
}

static int64_t there_are(const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(w.c->site->store->db.handle, sql, -1, &stmt, NULL), SQLITE_OK, "%s", sql);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return count;
}

Test(dose_claims, are_seen_by_others_until_the_form_is_closed)
{
    char name[DOSE_CLAIMED_BY_MAX];
    cr_expect_str_eq(seen_by(CLINIC_NURSE, name), "");
    cr_assert_eq(hold(CLINIC_PRESCRIBER), STATUS_OK);
    cr_expect_str_eq(seen_by(CLINIC_NURSE, name), "K. Osei");
    cr_expect_str_eq(seen_by(CLINIC_TECHNICIAN, name), "K. Osei");
    cr_expect_str_eq(seen_by(CLINIC_PRESCRIBER, name), "", "one's own form is no news");
    cr_assert_eq(dose_claim_release(clinic_actor(w.c, CLINIC_NURSE), slot, NULL), STATUS_OK);
    cr_expect_str_eq(seen_by(CLINIC_NURSE, name), "K. Osei", "somebody else's was ended");
    cr_assert_eq(dose_claim_release(clinic_actor(w.c, CLINIC_PRESCRIBER), slot, NULL), STATUS_OK);
    cr_expect_str_eq(seen_by(CLINIC_NURSE, name), "");
}

Test(dose_claims, run_out_after_five_minutes_unless_they_are_put_off)
{
    char name[DOSE_CLAIMED_BY_MAX];
    cr_assert_eq(hold(CLINIC_PRESCRIBER), STATUS_OK);
    clinic_pass(w.c, 4 * US_PER_MINUTE);
    cr_assert_eq(hold(CLINIC_PRESCRIBER), STATUS_OK); /* still open */
    clinic_pass(w.c, 5 * US_PER_MINUTE - 1);
    cr_expect_str_eq(seen_by(CLINIC_NURSE, name), "K. Osei");
    clinic_pass(w.c, 1);
    cr_expect_str_eq(seen_by(CLINIC_NURSE, name), "", "a crashed session is told of for ever");
    cr_assert_eq(hold(CLINIC_NURSE_2), STATUS_OK);
    cr_expect_eq(there_are("SELECT count(*) FROM dose_claims"), 1, "what ran out stays");
    clinic_pass(w.c, -(int64_t)(2 * US_PER_HOUR)); /* the clock was put back */
    cr_expect_str_eq(seen_by(CLINIC_NURSE, name), "", "a lease of hours");
}

Test(dose_claims, end_with_the_session)
{
    char name[DOSE_CLAIMED_BY_MAX];
    cr_assert_eq(hold(CLINIC_PRESCRIBER), STATUS_OK);
    clinic_sign_out(w.c, CLINIC_PRESCRIBER);
    cr_expect_str_eq(seen_by(CLINIC_NURSE, name), "");
    cr_expect_eq(there_are("SELECT count(*) FROM dose_claims"), 0);
}

/* A notice and no lock: who does not have it records as ever, and two may have it. */
Test(dose_claims, keep_nobody_from_recording)
{
    char name[DOSE_CLAIMED_BY_MAX];
    struct error err = ERROR_INIT;
    cr_assert_eq(hold(CLINIC_PRESCRIBER), STATUS_OK);
    cr_assert_eq(hold(CLINIC_NURSE), STATUS_OK);
    cr_expect_str_eq(seen_by(CLINIC_NURSE, name), "K. Osei");
    cr_expect_str_eq(seen_by(CLINIC_PRESCRIBER, name), "J. Alvarez");
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_OK, "%s", error_text(&err));
}

Test(dose_claims, leave_neither_an_audit_row_nor_anything_for_the_centre)
{
    struct actor *doctor = clinic_actor(w.c, CLINIC_PRESCRIBER);
    struct dose_claim_list list = {0};
    int64_t audited = there_are("SELECT count(*) FROM audit_logs"), sent = there_are("SELECT count(*) FROM outbox");
    cr_assert_eq(hold(CLINIC_PRESCRIBER), STATUS_OK);
    cr_expect_eq(there_are("SELECT count(*) FROM dose_claims"), 1);
    cr_assert_eq(dose_claims_get(doctor, &list, NULL), STATUS_OK);
    dose_claim_list_release(&list);
    cr_assert_eq(dose_claim_release(doctor, slot, NULL), STATUS_OK);
    cr_expect_eq(there_are("SELECT count(*) FROM audit_logs"), audited);
    cr_expect_eq(there_are("SELECT count(*) FROM outbox"), sent);
}

/* Two sessions that both put off their leases would wake each other for ever if every call wrote. */
Test(dose_claims, write_once_in_half_a_lease)
{
    cr_assert_eq(hold(CLINIC_PRESCRIBER), STATUS_OK);
    int64_t until_us = there_are("SELECT expires_at FROM dose_claims");
    clinic_pass(w.c, DOSE_CLAIM_US / 2 - 1);
    cr_assert_eq(hold(CLINIC_PRESCRIBER), STATUS_OK);
    cr_expect_eq(there_are("SELECT expires_at FROM dose_claims"), until_us);
    clinic_pass(w.c, 1);
    cr_assert_eq(hold(CLINIC_PRESCRIBER), STATUS_OK);
    cr_expect_gt(there_are("SELECT expires_at FROM dose_claims"), until_us);
}

Test(dose_claims, are_of_doses_that_are_open_and_of_orders_that_are_active)
{
    struct error err = ERROR_INIT;
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(hold(CLINIC_PRESCRIBER), STATUS_REFUSED, "it is given");
    cr_assert_eq(ward_record(&w, CLINIC_NURSE_2, &event, DOSE_ASK_ALREADY, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(hold(CLINIC_PRESCRIBER), STATUS_REFUSED, "two records wait to be judged");
    slot = ward_due(&w, w.order, ward_at(2, 8, 0)).slot;
    cr_expect_eq(hold(CLINIC_PRESCRIBER), STATUS_OK);
    cr_expect_eq(hold(CLINIC_TECHNICIAN), STATUS_NOT_PERMITTED);
    struct order order = clinic_get_order(w.c, w.order);
    cr_assert_eq(order_stop(clinic_actor(w.c, CLINIC_PRESCRIBER), order.id, order.version,
                            &(struct order_cause){.reason = "completed"}, &err), STATUS_OK, "%s", error_text(&err));
    order_release(&order);
    cr_expect_eq(hold(CLINIC_NURSE), STATUS_REFUSED, "the order is stopped");
}
