/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Controlled drugs and second persons: the balance in exact decimals, witnesses, counts, the independent check, students. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "service/controlled.h"
#include "service/doses_second.h"
#include "store/store_private.h"
#include "support/ward.h"

static struct decimal dec(const char *text)
{
    struct decimal out;
    cr_assert_eq(decimal_parse(text, &out, NULL), STATUS_OK, "%s", text);
    return out;
}

static struct witness witness(struct ward *w, enum clinic_person actor, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    struct witness out = {.user = UID_NONE};
    clinic_hire(w->c, who);
    cr_assert_eq(witness_authenticate(clinic_actor(w->c, actor), clinic_login(who), clinic_password(who), NULL, PERMISSION_DOSE_WITNESS, &out,
                                      &err),
                 STATUS_OK, "%s", error_text(&err));
    clinic_prove(w->c, actor); /* whoever calls a witness has proved who they are; without: accounting_wants_a_proof_of_who_does_it */
    return out;
}

static struct ward morphine_ward(void)
{
    return ward_new("morphine 5 mg iv q4h prn pain max 6");
}

static enum status give(struct ward *w, const char *amount, const char *removed, struct uid *out, struct error *err)
{
    struct dose_event event = ward_due(w, w->order, 0);
    *err = (struct error)ERROR_INIT;
    event.reason = (char *)"pain";
    event.amount = dec(amount);
    event.status = decimal_compare(event.amount, decimal_from_int(5)) < 0 ? DOSE_STATUS_PARTIAL : DOSE_STATUS_GIVEN;
    if (event.status == DOSE_STATUS_PARTIAL) {
        event.reason = (char *)"patient_stopped";
    }
    const struct dose_with with = {.removed = dec(removed), .removed_unit = UNIT_MG};
    clinic_prove(w->c, CLINIC_NURSE);
    return dose_record_with(clinic_actor(w->c, CLINIC_NURSE), &event, 0, &with, out, err);
}

static struct removal_list open_list(struct ward *w)
{
    struct error err = ERROR_INIT;
    struct removal_list list;
    cr_assert_eq(removal_list_get(clinic_actor(w->c, CLINIC_NURSE), &list, &err), STATUS_OK, "%s", error_text(&err));
    return list;
}

static struct waste rest_of(const struct removal *r, const char *amount)
{
    return (struct waste){.removal = r->id, .amount = dec(amount), .unit = UNIT_MG, .method = WASTE_METHOD_SINK,
                          .reason = WASTE_REASON_REMAINDER, .note = ""};
}

Test(controlled, balance_to_the_last_bit)
{
    struct ward w = morphine_ward();
    struct error err;
    struct uid dose;
    ward_set_time(&w, 0, 9, 0);
    cr_assert_eq(give(&w, "5", "10", &dose, &err), STATUS_OK, "%s: %s", err.field, error_text(&err));
    struct removal_list list = open_list(&w);
    cr_assert_eq(list.len, 1u);
    cr_expect_eq(decimal_compare(list.items[0].rest, dec("5")), 0);
    cr_expect_eq(list.items[0].state, REMOVAL_OPEN);
    struct witness second = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    struct waste waste = rest_of(&list.items[0], "4.999");
    cr_assert_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &second, &err), STATUS_OK, "%s: %s", err.field, error_text(&err));
    removal_list_release(&list);
    list = open_list(&w);
    cr_assert_eq(list.len, 1u, "a microgram is missing");
    cr_expect_eq(decimal_compare(list.items[0].rest, dec("0.001")), 0);
    waste.amount = dec("0.002");
    cr_expect_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &second, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "amount");
    waste.amount = dec("1");
    waste.unit = UNIT_MCG;
    cr_assert_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &second, &err), STATUS_OK, "%s", error_text(&err));
    removal_list_release(&list);
    list = open_list(&w);
    cr_expect_eq(list.len, 0u);
    removal_list_release(&list);
    clinic_free(w.c);
}

Test(controlled, leave_nothing_open_when_all_is_given)
{
    struct ward w = morphine_ward();
    struct error err;
    struct uid dose;
    ward_set_time(&w, 0, 9, 0);
    cr_assert_eq(give(&w, "5", "5", &dose, &err), STATUS_OK, "%s", error_text(&err));
    struct removal_list list = open_list(&w);
    cr_expect_eq(list.len, 0u);
    removal_list_release(&list);
    clinic_free(w.c);
}

Test(controlled, are_not_given_more_than_was_taken_out)
{
    struct ward w = morphine_ward();
    struct error err;
    struct uid dose;
    ward_set_time(&w, 0, 9, 0);
    cr_expect_eq(give(&w, "5", "4.9", &dose, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "removed");
    struct dose_event event = ward_due(&w, w.order, 0); /* nothing said about the cabinet */
    event.reason = (char *)"pain";
    cr_expect_eq(dose_record(clinic_actor(w.c, CLINIC_NURSE), &event, 0, &dose, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "removed");
    clinic_free(w.c);
}

Test(controlled, want_the_password_once_more)
{
    struct ward w = morphine_ward();
    struct error err = ERROR_INIT;
    struct uid dose;
    ward_set_time(&w, 0, 9, 0);
    struct dose_event event = ward_due(&w, w.order, 0);
    event.reason = (char *)"pain";
    const struct dose_with with = {.removed = event.amount, .removed_unit = event.unit};
    cr_expect_eq(dose_record_with(clinic_actor(w.c, CLINIC_NURSE), &event, 0, &with, &dose, &err), STATUS_STEP_UP);
    clinic_free(w.c);
}

Test(controlled, are_witnessed_by_somebody_else_whose_role_may)
{
    struct ward w = morphine_ward();
    struct error err = ERROR_INIT;
    struct uid dose;
    struct witness who = {.user = UID_NONE};
    ward_set_time(&w, 0, 9, 0);
    cr_assert_eq(give(&w, "5", "10", &dose, &err), STATUS_OK, "%s", error_text(&err));
    static const enum clinic_person refused[] = {CLINIC_NURSE, CLINIC_TECHNICIAN, CLINIC_STUDENT, CLINIC_FRONT_DESK, CLINIC_ADMIN};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) { /* the first is the same login on another terminal */
        clinic_hire(w.c, refused[i]);
        cr_expect_neq(witness_authenticate(clinic_actor(w.c, CLINIC_NURSE), clinic_login(refused[i]), clinic_password(refused[i]), NULL,
                                           PERMISSION_DOSE_WITNESS, &who, &err),
                      STATUS_OK, "person %zu", i);
    }
    struct removal_list list = open_list(&w);
    struct waste waste = rest_of(&list.items[0], "5");
    who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    who.user = clinic_user(w.c, CLINIC_NURSE); /* forged */
    cr_expect_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &who, &err), STATUS_REFUSED);
    who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    clinic_pass(w.c, WITNESS_LIFE_US + 1);
    cr_expect_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &who, &err), STATUS_REFUSED, "too old");
    removal_list_release(&list);
    clinic_free(w.c);
}

Test(controlled, stay_open_without_a_witness_and_then_need_a_supervisor)
{
    struct ward w = morphine_ward();
    struct error err;
    struct uid dose;
    ward_set_time(&w, 0, 9, 0);
    cr_assert_eq(give(&w, "5", "10", &dose, &err), STATUS_OK, "%s", error_text(&err));
    ward_set_time(&w, 0, 9, 31);
    struct removal_list list = open_list(&w);
    struct waste waste = rest_of(&list.items[0], "5");
    struct witness who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    cr_expect_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &who, &err), STATUS_INVALID, "31 minutes later without a word");
    cr_expect_str_eq(err.field, "note");
    removal_list_release(&list);
    ward_set_time(&w, 0, 21, 1);
    list = open_list(&w);
    cr_expect_eq(list.items[0].state, REMOVAL_OVERDUE);
    waste.note = "no second nurse on the night";
    who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    cr_expect_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &who, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "witness");
    who = witness(&w, CLINIC_NURSE, CLINIC_PHARMACIST);
    cr_expect_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &who, &err), STATUS_OK, "%s", error_text(&err));
    removal_list_release(&list);
    clinic_free(w.c);
}

Test(controlled, that_fell_down_are_wasted_whole_and_taken_out_anew)
{
    struct ward w = morphine_ward();
    struct error err = ERROR_INIT;
    struct uid removal, dose;
    ward_set_time(&w, 0, 9, 0);
    clinic_prove(w.c, CLINIC_NURSE);
    cr_assert_eq(controlled_take_out(clinic_actor(w.c, CLINIC_NURSE), w.order, dec("10"), UNIT_MG, &removal, &err), STATUS_OK, "%s",
                 error_text(&err));
    struct witness who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    struct waste waste = {.removal = removal, .amount = dec("10"), .unit = UNIT_MG, .method = WASTE_METHOD_CONTAINER,
                          .reason = WASTE_REASON_DROPPED, .note = ""};
    cr_assert_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &who, &err), STATUS_OK, "%s: %s", err.field, error_text(&err));
    cr_assert_eq(give(&w, "5", "5", &dose, &err), STATUS_OK, "%s", error_text(&err));
    struct removal_list list = open_list(&w);
    cr_expect_eq(list.len, 0u);
    removal_list_release(&list);
    clinic_free(w.c);
}

Test(controlled, open_again_when_the_record_is_taken_back)
{
    struct ward w = morphine_ward();
    struct error err;
    struct uid dose;
    ward_set_time(&w, 0, 9, 0);
    cr_assert_eq(give(&w, "5", "5", &dose, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), dose, NULL, &err), STATUS_OK, "%s", error_text(&err));
    struct removal_list list = open_list(&w);
    cr_assert_eq(list.len, 1u, "the piece is out and nobody has it");
    cr_expect_eq(decimal_compare(list.items[0].rest, dec("5")), 0);
    struct witness who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    struct waste back = {.removal = list.items[0].id, .amount = dec("5"), .unit = UNIT_MG, .note = ""};
    cr_expect_eq(controlled_return(clinic_actor(w.c, CLINIC_NURSE), &back, &who, &err), STATUS_OK, "%s", error_text(&err));
    removal_list_release(&list);
    list = open_list(&w);
    cr_expect_eq(list.len, 0u);
    removal_list_release(&list);
    clinic_free(w.c);
}

Test(controlled, patches_are_discarded_before_a_witness)
{
    struct ward w = ward_new("fentanyl 25 mcg/h patch 1 patch transdermal q72h");
    struct error err;
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    struct chart *chart = NULL;
    int64_t planned = 0;
    cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), w.patient, 1, 96, &chart, &err), STATUS_OK);
    for (size_t i = 0; i < chart->slots.len && planned == 0; i++) {
        planned = chart->slots.items[i].planned_us;
    }
    chart_free(chart);
    cr_assert_neq(planned, 0);
    w.c->clock.fixed_us = planned;
    struct dose_event on = ward_due(&w, w.order, planned);
    on.status = DOSE_STATUS_IN_PROGRESS;
    on.body_site = (char *)"chest";
    if (enum_value(ENUM_BODY_SITE, "chest") == 0) {
        on.body_site = (char *)enum_word(ENUM_BODY_SITE, 1);
    }
    ward_must_record(&w, &on, DOSE_ASK_OVERRIDE);
    clinic_pass(w.c, US_PER_HOUR);
    struct dose_event off = on;
    off.status = DOSE_STATUS_REMOVED;
    off.occurred_us = clock_now_us(&w.c->clock);
    ward_must_record(&w, &off, 0);
    cr_expect_eq(ward_state(&w, on.slot, &status), SLOT_DONE);
    cr_expect_eq(status, DOSE_STATUS_REMOVED);
    struct removal_list list = open_list(&w);
    cr_assert_eq(list.len, 1u);
    cr_expect(list.items[0].is_patch);
    struct witness who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    struct waste waste = {.removal = list.items[0].id, .amount = dec("1"), .unit = UNIT_PATCH, .method = WASTE_METHOD_FOLD,
                          .reason = WASTE_REASON_PATCH, .note = ""};
    cr_expect_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &who, &err), STATUS_OK, "%s: %s", err.field, error_text(&err));
    removal_list_release(&list);
    clinic_free(w.c);
}

/* ---- the cabinet ---- */

static struct stock one_stock(struct ward *w)
{
    struct error err = ERROR_INIT;
    struct stock_list list;
    cr_assert_eq(stock_list_get(clinic_actor(w->c, CLINIC_NURSE), &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1u);
    struct stock stock = list.items[0];
    stock.drug = NULL;
    stock_list_release(&list);
    return stock;
}

Test(controlled, are_counted_by_two_and_a_difference_stays_until_it_is_explained)
{
    struct ward w = morphine_ward();
    struct error err = ERROR_INIT;
    struct uid dose;
    struct order order = clinic_get_order(w.c, w.order);
    char *drug = order_display_drug(&order);
    struct actor *nurse = clinic_actor(w.c, CLINIC_NURSE);
    ward_set_time(&w, 0, 9, 0);
    struct witness who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    cr_assert_eq(stock_record(nurse, COUNT_KIND_COUNTED, drug, dec("100"), UNIT_MG, "", &who, &err), STATUS_OK, "%s", error_text(&err));
    clinic_pass(w.c, US_PER_MINUTE);
    cr_assert_eq(give(&w, "5", "10", &dose, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(decimal_compare(one_stock(&w).expected, dec("90")), 0);
    cr_expect_eq(stock_record(nurse, COUNT_KIND_COUNTED, drug, dec("90"), UNIT_MG, "", &who, &err), STATUS_REFUSED, "something is open");
    struct removal_list list = open_list(&w);
    struct waste waste = rest_of(&list.items[0], "5");
    cr_assert_eq(controlled_waste(nurse, &waste, &who, &err), STATUS_OK, "%s", error_text(&err));
    removal_list_release(&list);
    cr_expect_eq(stock_record(nurse, COUNT_KIND_COUNTED, drug, dec("80"), UNIT_MG, "", &who, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "note");
    cr_assert_eq(stock_record(nurse, COUNT_KIND_COUNTED, drug, dec("80"), UNIT_MG, "counted three times", &who, &err), STATUS_OK);
    cr_expect_eq(decimal_compare(one_stock(&w).difference, dec("-10")), 0);
    clinic_pass(w.c, US_PER_MINUTE);
    who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    cr_expect_eq(stock_record(nurse, COUNT_KIND_COUNTED, drug, dec("80"), UNIT_MG, "", &who, &err), STATUS_REFUSED, "not explained yet");
    cr_expect_eq(stock_record(nurse, COUNT_KIND_EXPLAINED, drug, dec("0"), UNIT_NONE, "x", &who, &err), STATUS_NOT_PERMITTED);
    who = witness(&w, CLINIC_PHARMACIST, CLINIC_NURSE_2);
    cr_assert_eq(stock_record(clinic_actor(w.c, CLINIC_PHARMACIST), COUNT_KIND_EXPLAINED, drug, dec("0"), UNIT_NONE,
                              "an ampoule was broken on delivery", &who, &err),
                 STATUS_OK, "%s", error_text(&err));
    cr_expect(decimal_is_zero(one_stock(&w).difference));
    cr_assert_eq(stock_record(clinic_actor(w.c, CLINIC_PHARMACIST), COUNT_KIND_RECEIVED, drug, dec("50"), UNIT_MG, "", &who, &err), STATUS_OK);
    cr_expect_eq(decimal_compare(one_stock(&w).expected, dec("130")), 0);
    mem_free(drug);
    order_release(&order);
    clinic_free(w.c);
}

/* ---- the independent check ---- */

Test(second, checks_drug_dose_and_rate_without_seeing_them)
{
    struct ward w = ward_new("insulin regular 6 units iv once");
    struct error err = ERROR_INIT;
    struct double_check check = {.rate = ""};
    struct uid dose;
    struct actor *nurse = clinic_actor(w.c, CLINIC_NURSE);
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(nurse, w.patient, 1, 24, &chart, &err), STATUS_OK);
    cr_assert_eq(chart->slots.len, 1u);
    int64_t planned = chart->slots.items[0].planned_us;
    chart_free(chart);
    w.c->clock.fixed_us = planned;
    struct dose_event event = ward_due(&w, w.order, planned);
    struct dose_with with = {.check = NULL};
    cr_assert_eq(dose_record_with(nurse, &event, 0, &with, &dose, &err), STATUS_REFUSED);
    cr_assert_str_eq(err.field, "checker");
    clinic_hire(w.c, CLINIC_NURSE_2);
    const char *login = clinic_login(CLINIC_NURSE_2), *password = clinic_password(CLINIC_NURSE_2);
    static const struct {
        const char *drug, *dose, *rate, *differs;
    } cases[] = {
        {"heparin", "6 units", "", "drug"},
        {"", "6 units", "", "drug"},
        {"insulin regular", "60 units", "", "dose"}, /* tenfold */
        {"insulin regular", "6 mL", "", "dose"},
        {"insulin regular", "", "", "dose"},
        {"insulin regular", "6 units", "5 mL/h", "rate"},
        {"insulin regular", "6 units", "", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        err = (struct error)ERROR_INIT;
        enum status status = double_check_read(nurse, &event, login, password, NULL, cases[i].drug, cases[i].dose, cases[i].rate, &check, &err);
        cr_expect_eq(status == STATUS_OK, cases[i].differs == NULL, "case %zu: %s", i, error_text(&err));
        cr_expect(cases[i].differs == NULL || strcmp(err.field, cases[i].differs) == 0, "case %zu: %s", i, err.field);
        cr_expect(strstr(error_text(&err), "6") == NULL, "what was entered is not told: %s", error_text(&err));
    }
    with.check = &check;
    struct dose_event changed = event;
    changed.amount = decimal_from_int(5);
    changed.status = DOSE_STATUS_PARTIAL;
    changed.reason = (char *)"prescriber";
    cr_expect_eq(dose_record_with(nurse, &changed, 0, &with, &dose, &err), STATUS_REFUSED, "changed after the check");
    cr_expect_str_eq(err.field, "checker");
    cr_assert_eq(dose_record_with(nurse, &event, 0, &with, &dose, &err), STATUS_OK, "%s: %s", err.field, error_text(&err));
    clinic_free(w.c);
}

Test(second, is_not_asked_of_a_tablet)
{
    struct ward w = ward_new("warfarin 5 mg tab 1 tab daily");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_expect_eq(ward_check(&w, &event).questions & DOSE_ASK_DOUBLE_CHECK, 0u);
    clinic_free(w.c);
}

/* ---- students, other givers, unverified orders ---- */

Test(second, student_needs_instructor_present)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily");
    struct error err;
    struct uid dose;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_expect_eq(ward_record(&w, CLINIC_STUDENT, &event, 0, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "instructor");
    event.instructor = clinic_user(w.c, CLINIC_TECHNICIAN);
    cr_expect_eq(ward_record(&w, CLINIC_STUDENT, &event, 0, &err), STATUS_REFUSED, "a technician is no instructor");
    event.instructor = clinic_user(w.c, CLINIC_NURSE);
    cr_expect_eq(ward_record(&w, CLINIC_STUDENT, &event, 0, &err), STATUS_OK, "%s: %s", err.field, error_text(&err));
    struct uid warfarin = clinic_add_order(w.c, w.patient, "warfarin 5 mg tab 1 tab daily"); /* high alert */
    ward_set_time(&w, 2, 8, 0);
    event = ward_due(&w, warfarin, ward_at(2, 8, 0));
    event.instructor = clinic_user(w.c, CLINIC_NURSE);
    if ((ward_check(&w, &event).lists & DRUG_LIST_HIGH_ALERT) != 0) {
        cr_expect_eq(ward_record(&w, CLINIC_STUDENT, &event, 0, &err), STATUS_REFUSED, "only with the instructor beside");
        struct witness who = witness(&w, CLINIC_STUDENT, CLINIC_NURSE);
        const struct dose_with with = {.instructor = &who};
        cr_expect_eq(dose_record_with(clinic_actor(w.c, CLINIC_STUDENT), &event, 0, &with, &dose, &err), STATUS_OK, "%s", error_text(&err));
    }
    clinic_free(w.c);
}

Test(second, unverified_orders_are_given_with_a_reason)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily");
    struct error err;
    struct uid order = clinic_add_unverified_order(w.c, w.patient, "lisinopril 10 mg tab 1 tab daily");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, order, ward_at(1, 8, 0));
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "unverified");
    event.unverified_reason = UNVERIFIED_REASON_OTHER;
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_INVALID);
    event.unverified_reason = UNVERIFIED_REASON_NO_PHARMACIST;
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

Test(second, who_gave_it_is_a_person_who_can_be_asked)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily");
    struct error err;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.given_by = uid_new(&w.c->clock);
    cr_expect_neq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_OK, "nobody");
    event.given_by = clinic_user(w.c, CLINIC_FRONT_DESK);
    cr_expect_neq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_OK, "the front desk");
    event.given_by = clinic_user(w.c, CLINIC_NURSE_2);
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

Test(controlled, accounting_wants_a_proof_of_who_does_it)
{
    struct ward w = morphine_ward();
    struct actor *nurse = clinic_actor(w.c, CLINIC_NURSE);
    struct error err = ERROR_INIT;
    struct uid removal;
    const char *drug = "morphine 5 mg/mL inj";
    struct witness who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    clinic_pass(w.c, 3 * US_PER_MINUTE); /* the witness is still good, the proof is not */
    cr_expect_eq(controlled_take_out(nurse, w.order, dec("10"), UNIT_MG, &removal, &err), STATUS_STEP_UP);
    cr_expect_eq(stock_record(nurse, COUNT_KIND_COUNTED, drug, dec("100"), UNIT_MG, "", &who, &err), STATUS_STEP_UP);
    clinic_prove(w.c, CLINIC_NURSE);
    cr_assert_eq(controlled_take_out(nurse, w.order, dec("10"), UNIT_MG, &removal, &err), STATUS_OK, "%s", error_text(&err));
    struct removal_list open = open_list(&w);
    struct waste waste = rest_of(&open.items[0], "10");
    who = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    clinic_pass(w.c, 3 * US_PER_MINUTE);
    cr_expect_eq(controlled_waste(nurse, &waste, &who, &err), STATUS_STEP_UP);
    cr_expect_eq(controlled_return(nurse, &waste, &who, &err), STATUS_STEP_UP);
    cr_expect_eq(controlled_explain(clinic_actor(w.c, CLINIC_PHARMACIST), removal, "found in the bin", &err), STATUS_STEP_UP);
    clinic_prove(w.c, CLINIC_NURSE);
    cr_expect_eq(controlled_waste(nurse, &waste, &who, &err), STATUS_OK, "%s", error_text(&err));
    removal_list_release(&open);
    clinic_free(w.c);
}

static void run_sql(struct ward *w, const char *sql)
{
    cr_assert_eq(sqlite3_exec(w->c->site->store->db.handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sql);
}

/* Offline the witness is checked against what this device knows; when the centre says that the account was closed by then, the
 * piece is open again and somebody else has to stand for it. An account that was closed later changes nothing. */
Test(controlled, witnesses_whom_the_centre_had_closed_out_have_witnessed_nothing)
{
    struct ward w = morphine_ward();
    struct error err;
    struct uid id;
    int reopened = -1;
    char lease[32];
    ward_set_time(&w, 1, 9, 0);
    (void)snprintf(lease, sizeof lease, "%lld", (long long)(clock_now_us(&w.c->clock) + US_PER_MINUTE));
    cr_assert_eq(give(&w, "5", "10", &id, &err), STATUS_OK, "%s", error_text(&err));
    run_sql(&w, "INSERT OR REPLACE INTO site_meta (key, value) VALUES ('central.state', 'joined')");
    struct removal_list list = open_list(&w);
    cr_assert_eq(list.len, 1u);
    const struct waste waste = rest_of(&list.items[0], "5");
    struct witness second = witness(&w, CLINIC_NURSE, CLINIC_NURSE_2);
    cr_assert_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &second, &err), STATUS_OK, "%s", error_text(&err));
    removal_list_release(&list);
    list = open_list(&w);
    cr_expect_eq(list.len, 0u, "settled");
    removal_list_release(&list);
    char *sql = mem_format("INSERT OR REPLACE INTO site_meta (key, value) VALUES ('central.lead_until_us', '%s');"
                           "UPDATE users SET account_status = 'disabled', updated_at = %lld WHERE user_id = (SELECT user_id FROM "
                           "staff_members WHERE login_name = '%s')",
                           lease, (long long)clock_now_us(&w.c->clock) + 1, clinic_login(CLINIC_NURSE_2));
    run_sql(&w, sql);
    mem_free(sql);
    cr_assert_eq(controlled_recheck_witnesses(clinic_actor(w.c, CLINIC_NURSE), &reopened, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(reopened, 0, "closed a moment later");
    clinic_pass(w.c, US_PER_SECOND);
    run_sql(&w, "UPDATE users SET updated_at = updated_at - 2 WHERE account_status = 'disabled'");
    cr_assert_eq(controlled_recheck_witnesses(clinic_actor(w.c, CLINIC_NURSE), &reopened, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(reopened, 1);
    cr_assert_eq(controlled_recheck_witnesses(clinic_actor(w.c, CLINIC_NURSE), &reopened, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(reopened, 0, "once");
    list = open_list(&w);
    cr_assert_eq(list.len, 1u, "open again");
    cr_expect_eq(decimal_compare(list.items[0].rest, decimal_from_int(5)), 0);
    removal_list_release(&list);
    clinic_pass(w.c, US_PER_SECOND);
    second = witness(&w, CLINIC_NURSE, CLINIC_PHARMACIST);
    cr_expect_eq(controlled_waste(clinic_actor(w.c, CLINIC_NURSE), &waste, &second, &err), STATUS_OK, "%s", error_text(&err));
    list = open_list(&w);
    cr_expect_eq(list.len, 0u, "settled with somebody else");
    removal_list_release(&list);
    clinic_free(w.c);
}
