/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the front desk is told of the counter: that something waits, never what. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/orders.h"
#include "service/pickups.h"
#include "service/restrictions.h"
#include "store/store_private.h"
#include "support/counter.h"

static struct counter k;

static void start(void)
{
    k = counter_new();
}

static void stop(void)
{
    clinic_free(k.c);
}

TestSuite(pickups, .init = start, .fini = stop);

static struct pickup get(enum clinic_person who)
{
    struct error err = ERROR_INIT;
    struct pickup p = {0};
    cr_assert_eq(pickup_get(clinic_actor(k.c, who), k.patient, &p, &err), STATUS_OK, "%s", error_text(&err));
    return p;
}

static struct pickup_list list_as(enum clinic_person who)
{
    struct error err = ERROR_INIT;
    struct pickup_list list = {0};
    cr_assert_eq(pickup_list_get(clinic_actor(k.c, who), &list, &err), STATUS_OK, "%s", error_text(&err));
    return list;
}

static struct uid make_ready(struct uid order)
{
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 60);
    counter_check(&k, fill);
    return fill;
}

Test(pickups, follow_the_bag_to_the_window)
{
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    struct pickup p = get(CLINIC_FRONT_DESK);
    cr_expect_eq(p.ready + p.in_work + p.owed + p.to_ask, 0);
    pickup_release(&p);
    struct uid fill = counter_start(&k, order, 0);
    p = get(CLINIC_FRONT_DESK);
    cr_expect_eq(p.in_work, 1);
    cr_expect_eq(p.ready, 0);
    pickup_release(&p);
    struct pickup_list list = list_as(CLINIC_FRONT_DESK);
    cr_expect_eq(list.len, 0, "what is not ready cannot be collected");
    pickup_list_release(&list);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 60);
    int64_t checked_us = clock_now_us(&k.c->clock);
    counter_check(&k, fill);
    p = get(CLINIC_FRONT_DESK);
    cr_expect_eq(p.ready, 1);
    cr_expect_eq(p.in_work, 0);
    cr_expect_geq(p.ready_us, checked_us);
    cr_expect_gt(p.return_us, p.ready_us, "it is kept for a while");
    pickup_release(&p);
    list = list_as(CLINIC_FRONT_DESK);
    cr_assert_eq(list.len, 1);
    cr_expect_str_eq(list.items[0].name, "OKAFOR, Grace");
    cr_expect_eq(list.items[0].ready, 1);
    pickup_list_release(&list);
    counter_hand_over(&k, fill);
    p = get(CLINIC_FRONT_DESK);
    cr_expect_eq(p.ready, 0);
    pickup_release(&p);
    list = list_as(CLINIC_FRONT_DESK);
    cr_expect_eq(list.len, 0);
    pickup_list_release(&list);
}

Test(pickups, whose_time_is_over_are_asked_about_first)
{
    (void)make_ready(counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2"));
    struct pickup p = get(CLINIC_FRONT_DESK);
    char *text = pickup_text(k.c->site, &p);
    cr_expect_null(strstr(text, "ask first"), "%s", text);
    mem_free(text);
    clinic_pass(k.c, p.return_us - clock_now_us(&k.c->clock));
    text = pickup_text(k.c->site, &p);
    cr_expect_not_null(strstr(text, "ask first"), "%s", text);
    mem_free(text);
    pickup_release(&p);
}

Test(pickups, tell_of_a_rest_that_is_owed_until_it_is_begun)
{
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 20);
    counter_check(&k, fill);
    counter_hand_over(&k, fill);
    struct pickup p = get(CLINIC_FRONT_DESK);
    cr_expect_eq(p.owed, 1);
    pickup_release(&p);
    (void)counter_start(&k, order, 25);
    p = get(CLINIC_FRONT_DESK);
    cr_expect_eq(p.owed, 0);
    cr_expect_eq(p.in_work, 1);
    pickup_release(&p);
}

Test(pickups, are_not_ready_when_the_order_was_stopped_meanwhile)
{
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    (void)make_ready(order);
    struct order o = clinic_get_order(k.c, order);
    const struct order_cause cause = {.reason = "other: not needed", .source = ORDER_SOURCE_WRITTEN};
    cr_assert_eq(order_stop(clinic_actor(k.c, CLINIC_PRESCRIBER), order, o.version, &cause, &err), STATUS_OK, "%s", error_text(&err));
    order_release(&o);
    struct pickup p = get(CLINIC_FRONT_DESK);
    char *text = pickup_text(k.c->site, &p);
    cr_expect_eq(p.ready, 0);
    cr_expect_eq(p.to_ask, 1);
    cr_expect_not_null(strstr(text, "ask the pharmacist"), "%s", text);
    mem_free(text);
    pickup_release(&p);
    struct pickup_list list = list_as(CLINIC_FRONT_DESK);
    cr_expect_eq(list.len, 0, "nobody is called to the window for it");
    pickup_list_release(&list);
}

Test(pickups, say_nothing_of_the_drug_and_of_why_it_is_taken)
{
    static const char *const SECRETS[] = {"metformin", "500 mg", "Rx", "60", "diabetes"};
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2 for diabetes");
    (void)make_ready(order);
    struct pickup p = get(CLINIC_FRONT_DESK);
    struct pickup_list list = list_as(CLINIC_FRONT_DESK);
    char *texts[] = {pickup_text(k.c->site, &p), pickup_text(k.c->site, &list.items[0]), p.name, p.mrn};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t n = 0; n < sizeof SECRETS / sizeof *SECRETS; n++) {
            cr_expect_null(strstr(texts[i], SECRETS[n]), "\"%s\" says \"%s\"", texts[i], SECRETS[n]);
        }
    }
    mem_free(texts[0]);
    mem_free(texts[1]);
    pickup_release(&p);
    pickup_list_release(&list);
}

Test(pickups, of_a_restricted_record_say_only_that_something_waits)
{
    struct error err = ERROR_INIT;
    struct pickup p = {0};
    const char *const names[] = {clinic_login(CLINIC_PHARMACIST), NULL};
    (void)make_ready(counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2"));
    (void)clinic_actor(k.c, CLINIC_PRIVACY_OFFICER);
    clinic_prove(k.c, CLINIC_PRIVACY_OFFICER);
    cr_assert_eq(patient_restrict(clinic_actor(k.c, CLINIC_PRIVACY_OFFICER), k.patient, RESTRICTION_RULE_STAFF, names, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(pickup_get(clinic_actor(k.c, CLINIC_FRONT_DESK), k.patient, &p, &err), STATUS_RESTRICTED);
    cr_expect_eq(pickup_get_again(clinic_actor(k.c, CLINIC_FRONT_DESK), k.patient, &p, &err), STATUS_RESTRICTED);
    struct pickup_list list = list_as(CLINIC_FRONT_DESK);
    cr_assert_eq(list.len, 1);
    cr_expect(list.items[0].is_covered);
    cr_expect_eq(list.items[0].ready, 0);
    pickup_list_release(&list);
    list = list_as(CLINIC_PHARMACIST);
    cr_assert_eq(list.len, 1);
    cr_expect_eq(list.items[0].ready, 1, "who is named sees it all");
    pickup_list_release(&list);
}

Test(pickups, are_audited_when_they_are_looked_at_and_refused_to_the_others)
{
    static const enum clinic_person OTHERS[] = {CLINIC_NURSE, CLINIC_STUDENT, CLINIC_PRESCRIBER, CLINIC_PRIVACY_OFFICER, CLINIC_AUDITOR,
                                                CLINIC_ADMIN};
    struct error err = ERROR_INIT;
    struct pickup p = get(CLINIC_FRONT_DESK);
    struct pickup_list list = list_as(CLINIC_FRONT_DESK);
    pickup_release(&p);
    pickup_list_release(&list);
    for (int i = 0; i < 2; i++) {
        sqlite3_stmt *stmt = NULL;
        const char *sql = i == 0 ? "SELECT count(*) FROM audit_logs WHERE instr(record, CAST('pickup.read' AS BLOB)) > 0"
                                 : "SELECT count(*) FROM audit_logs WHERE instr(record, CAST('pickup.list' AS BLOB)) > 0";
        cr_assert_eq(sqlite3_prepare_v2(k.c->site->store->db.handle, sql, -1, &stmt, NULL), SQLITE_OK);
        cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
        cr_expect_eq(sqlite3_column_int(stmt, 0), 1, "%s", sql);
        (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    }
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        cr_expect_eq(pickup_get(clinic_actor(k.c, OTHERS[i]), k.patient, &p, &err), STATUS_NOT_PERMITTED);
        cr_expect_eq(pickup_list_get(clinic_actor(k.c, OTHERS[i]), &list, &err), STATUS_NOT_PERMITTED);
    }
}
