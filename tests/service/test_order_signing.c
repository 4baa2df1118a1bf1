/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders by word of mouth wait on the list of the prescriber who gave them, until that prescriber signs. */
#include <criterion/criterion.h>
#include <string.h>

#include "model/order_line.h"
#include "service/history.h"
#include "service/order_signing.h"
#include "service/orders.h"
#include "support/clinic.h"

static struct uid order_by_telephone(struct clinic *c, struct uid patient, enum clinic_person prescriber, int64_t told_us)
{
    struct error err = ERROR_INIT;
    struct order_line line;
    struct proposal *p = NULL;
    struct uid id = UID_NONE;
    char name[] = "the prescriber";
    cr_assert_eq(order_line_parse("loratadine 10 mg tab 1 tab daily", &(struct order_line_options){0}, &line, &err), STATUS_OK);
    struct order order = {.drug_text = line.drug, .sig = line.sig, .source = ORDER_SOURCE_TELEPHONE, .prescriber_name = name,
                          .relay = {clinic_user(c, prescriber), told_us, true}};
    cr_assert_eq(order_propose(clinic_actor(c, CLINIC_NURSE), patient, &order, &p, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(order_save(clinic_actor(c, CLINIC_NURSE), p, NULL, 0, NULL, &id, &err), STATUS_OK, "%s", error_text(&err));
    proposal_free(p);
    return id;
}

static struct unsigned_list list_of(struct clinic *c, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    struct unsigned_list list = {0};
    cr_assert_eq(unsigned_list_get(clinic_actor(c, who), &list, &err), STATUS_OK, "%s", error_text(&err));
    return list;
}

Test(order_signing, waits_on_the_list_of_who_gave_it_and_is_overdue_in_time)
{
    struct clinic *c = clinic_new();
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
    order_by_telephone(c, patient, CLINIC_PRESCRIBER, clock_now_us(&c->clock) - US_PER_HOUR);
    struct unsigned_list mine = list_of(c, CLINIC_PRESCRIBER), other = list_of(c, CLINIC_PRESCRIBER_2);
    cr_assert_eq(mine.len, 1);
    cr_assert_eq(other.len, 0);
    cr_expect_str_eq(mine.items[0].patient_name, "OKAFOR, Grace");
    cr_expect_str_eq(mine.items[0].entered_by, "J. Alvarez");
    cr_expect_eq(mine.overdue_count, 0);
    unsigned_list_release(&mine);
    clinic_pass(c, 23 * US_PER_HOUR);
    mine = list_of(c, CLINIC_PRESCRIBER);
    cr_expect_eq(mine.overdue_count, 0, "on the hour it is not overdue");
    unsigned_list_release(&mine);
    clinic_pass(c, 1);
    mine = list_of(c, CLINIC_PRESCRIBER);
    cr_expect_eq(mine.overdue_count, 1);
    unsigned_list_release(&mine);
    clinic_free(c);
}

Test(order_signing, is_done_once_and_by_that_prescriber_only)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct uid order = order_by_telephone(c, patient, CLINIC_PRESCRIBER, clock_now_us(&c->clock));
    struct unsigned_list list = list_of(c, CLINIC_PRESCRIBER);
    const struct order_signature signature = list.items[0].signature;
    cr_assert_eq(order_sign(clinic_actor(c, CLINIC_PRESCRIBER_2), &signature, &err), STATUS_NOT_PERMITTED);
    cr_assert_eq(order_sign(clinic_actor(c, CLINIC_NURSE), &signature, &err), STATUS_NOT_PERMITTED);
    cr_assert_eq(order_sign(clinic_actor(c, CLINIC_PRESCRIBER), &signature, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(order_sign(clinic_actor(c, CLINIC_PRESCRIBER), &signature, &err), STATUS_STALE);
    unsigned_list_release(&list);
    list = list_of(c, CLINIC_PRESCRIBER);
    cr_assert_eq(list.len, 0);
    struct history history;
    cr_assert_eq(history_get(clinic_actor(c, CLINIC_NURSE), HISTORY_ORDER, order, &history, &err), STATUS_OK);
    cr_assert_eq(history.len, 3, "entered, given, signed");
    bool is_signed = false;
    for (size_t i = 0; i < history.len; i++) {
        is_signed = is_signed || strcmp(history.items[i].what, "signed") == 0;
    }
    cr_expect(is_signed);
    history_release(&history);
    clinic_free(c);
}

Test(order_signing, is_asked_for_a_stop_by_word_of_mouth_too)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct uid id = clinic_add_order(c, patient, "lisinopril 10 mg tab 1 tab daily");
    struct order order = clinic_get_order(c, id);
    struct order_cause cause = {.reason = "adverse_effect", .source = ORDER_SOURCE_WRITTEN};
    cr_assert_eq(order_stop(clinic_actor(c, CLINIC_NURSE), id, order.version, &cause, &err), STATUS_NOT_PERMITTED);
    cr_expect_str_eq(err.field, "source");
    cause.source = ORDER_SOURCE_VERBAL;
    cause.prescriber_name = "Kwame Osei";
    cause.relay = (struct order_relay){clinic_user(c, CLINIC_PRESCRIBER), clock_now_us(&c->clock), true};
    cr_assert_eq(order_stop(clinic_actor(c, CLINIC_NURSE), id, order.version, &cause, &err), STATUS_OK, "%s", error_text(&err));
    struct unsigned_list list = list_of(c, CLINIC_PRESCRIBER);
    cr_assert_eq(list.len, 1);
    cr_expect_eq(list.items[0].action, ORDER_ACTION_STOP);
    unsigned_list_release(&list);
    order_release(&order);
    clinic_free(c);
}

Test(order_signing, knows_its_prescribers_by_what_people_type)
{
    static const struct {
        const char *typed, *name;
    } cases[] = {
        {"Osei", "Kwame Osei"},   {"dr osei", "Kwame Osei"}, {"K. Osei", "Kwame Osei"}, {"osei, kwame", "Kwame Osei"},
        {"KWAME", "Kwame Osei"},  {"Brandt", "Lena Brandt"}, {"Ose", NULL},             {"Alvarez", NULL},
        {"", NULL},               {"dr", NULL},              {"K", NULL},               {"Lena Osei", NULL},
    };
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct prescriber_list list = {0};
    clinic_hire(c, CLINIC_PRESCRIBER);
    clinic_hire(c, CLINIC_PRESCRIBER_2);
    cr_assert_eq(prescriber_list_get(clinic_actor(c, CLINIC_NURSE), &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct prescriber *found = prescriber_find(&list, cases[i].typed);
        cr_expect_str_eq(found != NULL ? found->name : "nobody", cases[i].name != NULL ? cases[i].name : "nobody", "\"%s\"",
                         cases[i].typed);
    }
    prescriber_list_release(&list);
    clinic_free(c);
}
