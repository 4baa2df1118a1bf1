/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the order to the bag in the patient's hand, and everything that has to stop on the way. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/orders.h"
#include "service/site_settings.h"
#include "store/fill_store.h"
#include "support/counter.h"

#define DAY (24 * US_PER_HOUR)

static const struct fill_hand_over TO_PATIENT = {.first = "Okafor", .second = "14 Mar 1958", .counselling = COUNSELLING_REFUSED};

static enum status try_start(struct counter *k, struct uid order, int quantity, int days, enum early_reason early, const char *words,
                             struct error *err)
{
    struct uid fill;
    const struct fill_request request = {.patient = k->patient, .order = order, .quantity = decimal_from_int(quantity),
                                         .days_supply = days, .early_reason = early, .reason_text = words};
    return fill_start(clinic_actor(k->c, CLINIC_TECHNICIAN), &request, &fill, err);
}

static void stop(struct counter *k, struct uid order)
{
    struct error err = ERROR_INIT;
    struct order o = clinic_get_order(k->c, order);
    const struct order_cause cause = {.reason = "other: not needed", .source = ORDER_SOURCE_WRITTEN};
    cr_assert_eq(order_stop(clinic_actor(k->c, CLINIC_PRESCRIBER), order, o.version, &cause, &err), STATUS_OK, "%s", error_text(&err));
    order_release(&o);
}

Test(fills, go_from_the_queue_to_the_patient)
{
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    cr_expect_eq(counter_refills(&k, order), 2);
    struct uid fill = counter_start(&k, order, 0);
    cr_expect_eq(counter_state(&k, fill), FILL_STATE_NEW);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 60);
    cr_expect_eq(counter_state(&k, fill), FILL_STATE_FILLED);
    counter_check(&k, fill);
    cr_expect_eq(counter_state(&k, fill), FILL_STATE_CHECKED);
    counter_hand_over(&k, fill);
    struct fill f = counter_get(&k, fill);
    cr_expect_eq(f.state, FILL_STATE_HANDED_OVER);
    cr_expect_eq(f.days_supply, 30);
    cr_expect_eq(f.identified_by, IDENTIFIED_BY_TWO_IDENTIFIERS);
    cr_expect_eq(f.counselling, COUNSELLING_REFUSED);
    cr_expect_str_eq(f.product, "metformin 500 mg tab");
    fill_release(&f);
    cr_expect_eq(counter_refills(&k, order), 2, "the first fill is none of the refills");
    struct fill_step_list steps = {0};
    cr_assert_eq(fill_step_list_of(k.c->site->store, fill, &steps, NULL), STATUS_OK);
    cr_expect_eq(steps.len, 5, "new, in progress, filled, checked, handed over");
    fill_step_list_release(&steps);
    clinic_free(k.c);
}

Test(fills, an_early_refill_is_refused_without_a_reason)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    (void)counter_dispense(&k, order, COUNTER_METFORMIN, 60);
    clinic_pass(k.c, 10 * DAY);
    cr_expect_eq(try_start(&k, order, 60, 30, EARLY_REASON_NONE_GIVEN, NULL, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "early_reason");
    cr_expect_not_null(strstr(err.message, "TOO EARLY"), "%s", err.message);
    cr_expect_eq(try_start(&k, order, 60, 30, EARLY_REASON_OTHER, " ", &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "reason");
    clinic_pass(k.c, 13 * DAY);
    cr_expect_eq(try_start(&k, order, 60, 30, EARLY_REASON_NONE_GIVEN, NULL, &err), STATUS_REFUSED, "day 23: 79 %% used up");
    clinic_pass(k.c, 1 * DAY);
    cr_expect_eq(try_start(&k, order, 60, 30, EARLY_REASON_NONE_GIVEN, NULL, &err), STATUS_OK, "day 24: %s", error_text(&err));
    cr_expect_eq(counter_refills(&k, order), 1);
    clinic_free(k.c);
}

Test(fills, an_early_refill_with_a_reason_keeps_it)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    (void)counter_dispense(&k, order, COUNTER_METFORMIN, 60);
    clinic_pass(k.c, 10 * DAY);
    cr_assert_eq(try_start(&k, order, 60, 30, EARLY_REASON_TRAVEL, "three weeks abroad", &err), STATUS_OK, "%s", error_text(&err));
    struct fill_list list = {0};
    cr_assert_eq(fill_list_of_order(k.c->site->store, order, &list, NULL), STATUS_OK);
    cr_expect_eq(list.items[0].early_reason, EARLY_REASON_TRAVEL);
    cr_expect_str_eq(list.items[0].reason_text, "three weeks abroad");
    cr_expect_eq(list.items[0].number, 1);
    fill_list_release(&list);
    clinic_free(k.c);
}

Test(fills, another_order_of_the_same_drug_does_not_hide_a_supply)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    (void)counter_dispense(&k, counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r0"), COUNTER_METFORMIN, 60);
    struct uid second = counter_order(&k, "metformin 500 mg tab 1 tab daily #30 r0");
    cr_expect_eq(try_start(&k, second, 30, 30, EARLY_REASON_NONE_GIVEN, NULL, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "early_reason");
    clinic_free(k.c);
}

Test(fills, no_refill_left_is_refused_and_a_cancelled_fill_gives_it_back)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r0");
    struct uid fill = counter_start(&k, order, 0);
    cr_expect_eq(try_start(&k, order, 60, 30, EARLY_REASON_LOST, NULL, &err), STATUS_REFUSED, "one is in the queue");
    struct fill f = counter_get(&k, fill);
    cr_expect_eq(fill_cancel(clinic_actor(k.c, CLINIC_TECHNICIAN), fill, f.ver, FILL_END_REASON_NONE_GIVEN, NULL, &err), STATUS_REFUSED);
    cr_assert_eq(fill_cancel(clinic_actor(k.c, CLINIC_TECHNICIAN), fill, f.ver, FILL_END_REASON_MISTAKE, NULL, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(fill_cancel(clinic_actor(k.c, CLINIC_TECHNICIAN), fill, f.ver, FILL_END_REASON_MISTAKE, NULL, &err), STATUS_STALE, "twice");
    fill_release(&f);
    (void)counter_dispense(&k, order, COUNTER_METFORMIN, 60);
    clinic_pass(k.c, 60 * DAY);
    cr_expect_eq(try_start(&k, order, 60, 30, EARLY_REASON_NONE_GIVEN, NULL, &err), STATUS_REFUSED);
    cr_expect_not_null(strstr(err.message, "No refill is left"), "%s", err.message);
    clinic_free(k.c);
}

Test(fills, what_is_not_collected_goes_back_and_restores_the_refill)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    (void)counter_dispense(&k, order, COUNTER_METFORMIN, 60);
    clinic_pass(k.c, 30 * DAY);
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 60);
    counter_check(&k, fill);
    cr_expect_eq(counter_refills(&k, order), 0);
    struct fill_rows rows = {0};
    clinic_pass(k.c, 10 * DAY - 1);
    cr_assert_eq(fill_rows_get(clinic_actor(k.c, CLINIC_TECHNICIAN), FILL_ROWS_UNCLAIMED, &rows, &err), STATUS_OK);
    cr_expect_eq(rows.len, 0);
    fill_rows_release(&rows);
    clinic_pass(k.c, 1);
    cr_assert_eq(fill_rows_get(clinic_actor(k.c, CLINIC_TECHNICIAN), FILL_ROWS_UNCLAIMED, &rows, &err), STATUS_OK);
    cr_expect_eq(rows.len, 1);
    fill_rows_release(&rows);
    struct fill f = counter_get(&k, fill);
    cr_assert_eq(fill_return(clinic_actor(k.c, CLINIC_TECHNICIAN), fill, f.ver, FILL_END_REASON_UNCLAIMED, NULL, &err), STATUS_OK, "%s",
                 error_text(&err));
    fill_release(&f);
    cr_expect_eq(counter_refills(&k, order), 1, "it is back");
    cr_assert_eq(fill_rows_get(clinic_actor(k.c, CLINIC_TECHNICIAN), FILL_ROWS_UNCLAIMED, &rows, &err), STATUS_OK);
    cr_expect_eq(rows.len, 0);
    fill_rows_release(&rows);
    cr_expect_eq(counter_try_hand_over(&k, fill, CLINIC_TECHNICIAN, &TO_PATIENT, &err), STATUS_REFUSED, "it is stock");
    clinic_free(k.c);
}

Test(fills, a_rest_is_owed_until_it_is_handed_over)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 20);
    counter_check(&k, fill);
    counter_hand_over(&k, fill);
    cr_expect_eq(counter_state(&k, fill), FILL_STATE_PARTIAL);
    struct fill_rows rows = {0};
    cr_assert_eq(fill_rows_get(clinic_actor(k.c, CLINIC_TECHNICIAN), FILL_ROWS_OWED, &rows, &err), STATUS_OK);
    cr_assert_eq(rows.len, 1);
    cr_expect_str_eq(rows.items[0].quantity, "40 tab");
    fill_rows_release(&rows);
    clinic_pass(k.c, 40 * DAY);
    cr_expect_eq(try_start(&k, order, 60, 30, EARLY_REASON_NONE_GIVEN, NULL, &err), STATUS_REFUSED, "the rest first");
    struct uid rest = counter_start(&k, order, 25);
    counter_take(&k, rest);
    counter_fill(&k, rest, COUNTER_METFORMIN, 25);
    counter_check(&k, rest);
    counter_hand_over(&k, rest);
    cr_expect_eq(counter_state(&k, fill), FILL_STATE_PARTIAL, "15 are still owed");
    rest = counter_start(&k, order, 0);
    counter_take(&k, rest);
    counter_fill(&k, rest, COUNTER_METFORMIN, 15);
    counter_check(&k, rest);
    counter_hand_over(&k, rest);
    cr_expect_eq(counter_state(&k, fill), FILL_STATE_HANDED_OVER);
    cr_expect_eq(counter_refills(&k, order), 1, "three bags are one fill");
    clinic_free(k.c);
}

Test(fills, what_was_stopped_or_changed_after_it_was_asked_for_is_refused)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 60);
    counter_check(&k, fill);
    stop(&k, order);
    cr_expect_eq(counter_try_hand_over(&k, fill, CLINIC_TECHNICIAN, &TO_PATIENT, &err), STATUS_REFUSED);
    cr_expect_not_null(strstr(err.message, "stopped"), "%s", err.message);
    struct fill_rows rows = {0};
    cr_assert_eq(fill_rows_get(clinic_actor(k.c, CLINIC_TECHNICIAN), FILL_ROWS_QUEUE, &rows, &err), STATUS_OK);
    cr_assert_eq(rows.len, 1);
    cr_expect(rows.items[0].is_refused);
    cr_expect_eq(rows.urgent_count, 1);
    fill_rows_release(&rows);
    struct fill f = counter_get(&k, fill);
    cr_expect_eq(fill_return(clinic_actor(k.c, CLINIC_TECHNICIAN), fill, f.ver, FILL_END_REASON_ORDER_ENDED, NULL, &err), STATUS_OK, "%s",
                 error_text(&err));
    fill_release(&f);
    cr_expect_eq(try_start(&k, order, 60, 30, EARLY_REASON_NONE_GIVEN, NULL, &err), STATUS_REFUSED);
    clinic_free(k.c);
}

Test(fills, take_the_ordered_drug_only)
{
    static const struct {
        const char *line, *product, *words; /* words NULL: taken */
    } CASES[] = {
        {"metformin 500 mg tab 1 tab bid #60 r1", "metformin 500 mg tab", NULL},
        {"metformin 500 mg tab 1 tab bid #60 r1", "metformin 850 mg tab", "WRONG STRENGTH"},
        {"metformin 500 mg tab 1 tab bid #60 r1", "metoprolol tartrate 50 mg tab", "WRONG DRUG"},
        {"hydroxyzine 25 mg tab 1 tab daily #30 r0", "hydralazine 25 mg tab", "WRONG DRUG"},
        {"metformin 500 mg tab 1 tab bid #60 r1", "metformin extended release 500 mg tab", "extended release"},
        {"amoxicillin 500 mg tid #21 r0", "amoxicillin 250 mg cap", NULL},   /* two of them */
        {"amoxicillin 500 mg tid #21 r0", "amoxicillin 875 mg tab", "WRONG STRENGTH"},
        {"levothyroxine 0.1 mg tab 1 tab daily #30 r0", "levothyroxine 100 mcg tab", NULL},
        {"levothyroxine 0.1 mg tab 1 tab daily #30 r0", "levothyroxine 125 mcg tab", "WRONG STRENGTH"},
        {"Zestril 10 mg tab 1 tab daily #30 r0", "lisinopril 10 mg tab", NULL}, /* its generic */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct counter k = counter_new();
        struct error err = ERROR_INIT;
        counter_teach(&k, "]d20100300540159252", CASES[i].product);
        struct uid order = counter_order(&k, CASES[i].line);
        struct uid fill = counter_start(&k, order, 10);
        counter_take(&k, fill);
        enum status status = counter_try_fill(&k, fill, "]d2010030054015925217280630" "10L1", 10, &err);
        if (CASES[i].words == NULL) {
            cr_expect_eq(status, STATUS_OK, "case %zu: %s", i, error_text(&err));
        } else {
            cr_expect_eq(status, STATUS_REFUSED, "case %zu was taken", i);
            cr_expect_not_null(strstr(err.message, CASES[i].words), "case %zu: %s", i, err.message);
        }
        clinic_free(k.c);
    }
}

Test(fills, refuse_expired_and_recalled_packs_and_ask_for_the_lot)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    cr_expect_eq(counter_try_fill(&k, fill, "]d2010030093104801117260630" "10M1", 60, &err), STATUS_REFUSED);
    cr_expect_not_null(strstr(err.message, "EXPIRED"), "%s", err.message);
    cr_expect_eq(counter_try_fill(&k, fill, "]d20100300931048011", 60, &err), STATUS_REFUSED, "no lot");
    cr_expect_str_eq(err.field, "lot");
    cr_assert_eq(recall_add(clinic_actor(k.c, CLINIC_PHARMACIST), "m 100", "", "maker's letter of 20 Nov", &err), STATUS_OK);
    cr_expect_eq(counter_try_fill(&k, fill, COUNTER_METFORMIN, 60, &err), STATUS_REFUSED);
    cr_expect_not_null(strstr(err.message, "RECALLED"), "%s", err.message);
    cr_expect_eq(counter_try_fill(&k, fill, "]d2010030093104801117280630" "10M101", 61, &err), STATUS_REFUSED, "more than wanted");
    cr_expect_str_eq(err.field, "quantity");
    cr_assert_eq(counter_try_fill(&k, fill, "]d2010030093104801117280630" "10M101", 60, &err), STATUS_OK, "%s", error_text(&err));
    clinic_free(k.c);
}

Test(fills, a_recall_after_the_check_stops_the_bag_and_finds_who_has_the_lot)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    struct uid first = counter_dispense(&k, order, COUNTER_METFORMIN, 60);
    clinic_pass(k.c, 30 * DAY);
    struct uid second = counter_start(&k, order, 0);
    counter_take(&k, second);
    counter_fill(&k, second, COUNTER_METFORMIN, 60);
    counter_check(&k, second);
    cr_expect_eq(recall_add(clinic_actor(k.c, CLINIC_TECHNICIAN), "M100", "", "letter", &err), STATUS_NOT_PERMITTED);
    cr_assert_eq(recall_add(clinic_actor(k.c, CLINIC_PHARMACIST), "M100", "metformin", "letter", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(counter_try_hand_over(&k, second, CLINIC_TECHNICIAN, &TO_PATIENT, &err), STATUS_REFUSED);
    cr_expect_not_null(strstr(err.message, "RECALLED"), "%s", err.message);
    struct fill_rows rows = {0};
    cr_assert_eq(lot_holders(clinic_actor(k.c, CLINIC_TECHNICIAN), " m100", &rows, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(rows.len, 2);
    cr_expect(uid_compare(rows.items[1].fill, first) == 0);
    cr_expect_neq(rows.items[1].since_us, 0, "the first one was handed over");
    cr_expect_eq(rows.items[0].since_us, 0, "the second one is here");
    struct buffer csv = BUFFER_INIT;
    fill_rows_write_csv(k.c->site, &rows, &csv);
    cr_expect_not_null(strstr(csv.bytes, "\"OKAFOR, Grace\","), "%s", csv.bytes);
    cr_expect_not_null(strstr(csv.bytes, ",M100,"), "%s", csv.bytes);
    buffer_release(&csv);
    fill_rows_release(&rows);
    struct recall_rows recalls = {0};
    cr_assert_eq(recall_rows_get(clinic_actor(k.c, CLINIC_TECHNICIAN), &recalls, &err), STATUS_OK);
    cr_assert_eq(recalls.len, 1);
    cr_assert_eq(recall_end(clinic_actor(k.c, CLINIC_PHARMACIST), recalls.items[0].id, recalls.items[0].ver, &err), STATUS_OK);
    recall_rows_release(&recalls);
    cr_expect_eq(counter_try_hand_over(&k, second, CLINIC_TECHNICIAN, &TO_PATIENT, &err), STATUS_OK, "%s", error_text(&err));
    clinic_free(k.c);
}

Test(fills, are_checked_only_when_the_order_is_verified_and_findings_are_decided)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    const struct fill_check_word word = {0};
    struct uid order = clinic_add_unverified_order(k.c, k.patient, "metformin 500 mg tab 1 tab bid #60 r1");
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 60);
    cr_expect_eq(counter_try_check(&k, fill, CLINIC_PHARMACIST, &word, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "verification");
    counter_verify(&k, order);
    cr_expect_eq(counter_try_check(&k, fill, CLINIC_TECHNICIAN, &word, &err), STATUS_NOT_PERMITTED);
    clinic_add_allergy(k.c, k.patient, "metformin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    cr_expect_eq(counter_try_check(&k, fill, CLINIC_PHARMACIST, &word, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "findings", "%s", err.message);
    cr_expect_eq(counter_state(&k, fill), FILL_STATE_FILLED);
    clinic_free(k.c);
}

Test(fills, controlled_drugs_are_counted_twice_and_checked_by_somebody_else)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "oxycodone 5 mg tab 1 tab q6h #20 r0");
    struct uid fill = counter_start(&k, order, 0);
    struct fill f = counter_get(&k, fill);
    cr_assert(f.is_controlled);
    /* the pharmacist fills it alone */
    struct actor *pharmacist = clinic_actor(k.c, CLINIC_PHARMACIST);
    cr_assert_eq(fill_take(pharmacist, fill, f.ver, &err), STATUS_OK);
    struct fill_pack_entry pack = {.code = COUNTER_OXYCODONE, .product = "oxycodone 5 mg tab", .lot = "X200", .expiry = {2028, 6, 30},
                                   .quantity = decimal_from_int(20)};
    struct fill_bag bag = {.packs = &pack, .count = 1, .counted = decimal_from_int(19)};
    cr_expect_eq(fill_fill(pharmacist, fill, f.ver + 1, &bag, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "counted");
    bag.counted = decimal_from_int(20);
    cr_assert_eq(fill_fill(pharmacist, fill, f.ver + 1, &bag, &err), STATUS_OK, "%s", error_text(&err));
    struct fill_check_word word = {.recounted = decimal_from_int(21)};
    cr_expect_eq(counter_try_check(&k, fill, CLINIC_PHARMACIST, &word, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "recounted");
    cr_expect_null(strstr(err.message, "20"), "the first count is not given away");
    word.recounted = decimal_from_int(20);
    cr_expect_eq(counter_try_check(&k, fill, CLINIC_PHARMACIST, &word, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "witness");
    struct witness second;
    clinic_hire(k.c, CLINIC_TECHNICIAN);
    cr_assert_eq(witness_authenticate(pharmacist, clinic_login(CLINIC_TECHNICIAN), clinic_password(CLINIC_TECHNICIAN), NULL, PERMISSION_FILL_PREPARE,
                                      &second, &err), STATUS_OK, "%s", error_text(&err));
    word.second = &second;
    cr_expect_eq(counter_try_check(&k, fill, CLINIC_PHARMACIST, &word, &err), STATUS_STEP_UP, "%s", error_text(&err));
    clinic_prove(k.c, CLINIC_PHARMACIST);
    cr_assert_eq(counter_try_check(&k, fill, CLINIC_PHARMACIST, &word, &err), STATUS_OK, "%s", error_text(&err));
    fill_release(&f);
    f = counter_get(&k, fill);
    cr_expect(uid_compare(f.second_by, second.user) == 0);
    fill_release(&f);
    cr_expect_eq(counter_try_hand_over(&k, fill, CLINIC_TECHNICIAN, &TO_PATIENT, &err), STATUS_STEP_UP);
    clinic_free(k.c);
}

Test(fills, are_handed_over_to_the_right_person_with_counselling)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    struct uid fill = counter_start(&k, order, 0);
    counter_take(&k, fill);
    counter_fill(&k, fill, COUNTER_METFORMIN, 60);
    cr_expect_eq(counter_try_hand_over(&k, fill, CLINIC_TECHNICIAN, &TO_PATIENT, &err), STATUS_REFUSED, "nobody checked it");
    counter_check(&k, fill);
    struct fill_hand_over how = {.first = "Okafor", .second = "14 Mar 1985", .counselling = COUNSELLING_REFUSED};
    cr_expect_neq(counter_try_hand_over(&k, fill, CLINIC_TECHNICIAN, &how, &err), STATUS_OK, "another birth date");
    how.second = "14 Mar 1958";
    how.counselling = COUNSELLING_NONE_GIVEN;
    cr_expect_eq(counter_try_hand_over(&k, fill, CLINIC_TECHNICIAN, &how, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "counselling");
    how.counselling = COUNSELLING_ACCEPTED;
    cr_expect_eq(counter_try_hand_over(&k, fill, CLINIC_TECHNICIAN, &how, &err), STATUS_REFUSED, "a pharmacist counsels");
    how.counselling = COUNSELLING_NOT_THERE;
    cr_expect_eq(counter_try_hand_over(&k, fill, CLINIC_TECHNICIAN, &how, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "collected_by");
    how.collected_by = "her son Obi";
    cr_expect_eq(counter_try_hand_over(&k, fill, CLINIC_NURSE, &how, &err), STATUS_NOT_PERMITTED);
    cr_assert_eq(counter_try_hand_over(&k, fill, CLINIC_TECHNICIAN, &how, &err), STATUS_OK, "%s", error_text(&err));
    struct fill f = counter_get(&k, fill);
    cr_expect_str_eq(f.collected_by, "her son Obi");
    cr_expect_eq(f.return_us, 0);
    fill_release(&f);
    clinic_free(k.c);
}

Test(fills, weekly_drugs_are_dispensed_for_four_weeks_at_most)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "methotrexate 2.5 mg tab 4 tab weekly mon #48 r0");
    cr_expect_eq(try_start(&k, order, 48, 84, EARLY_REASON_NONE_GIVEN, NULL, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "days_supply");
    cr_expect_eq(try_start(&k, order, 16, 28, EARLY_REASON_NONE_GIVEN, NULL, &err), STATUS_OK, "%s", error_text(&err));
    clinic_free(k.c);
}

/* 5 x 5 mg and 2 x 2.5 mg are 12 tablets of 2.5 mg a week. */
Test(fills, doses_that_differ_by_day_last_by_their_week)
{
    struct counter k = counter_new();
    struct order order = clinic_get_order(k.c, counter_order(&k, "warfarin 2.5 mg tab 2 tab mon-fri and 1 tab sat sun #48 r0"));
    cr_expect_eq(fill_days_of(k.c->site, &order, decimal_from_int(48)), 28);
    cr_expect_eq(fill_days_of(k.c->site, &order, decimal_from_int(47)), 27, "a day without its dose is none");
    order_release(&order);
    clinic_free(k.c);
}

Test(fills, two_people_at_one_fill_do_not_overwrite_each_other)
{
    struct counter k = counter_new();
    struct error err = ERROR_INIT;
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    struct uid fill = counter_start(&k, order, 0);
    struct fill f = counter_get(&k, fill);
    cr_assert_eq(fill_take(clinic_actor(k.c, CLINIC_TECHNICIAN), fill, f.ver, &err), STATUS_OK);
    cr_expect_eq(fill_take(clinic_actor(k.c, CLINIC_PHARMACIST), fill, f.ver, &err), STATUS_STALE);
    cr_expect_not_null(strstr(err.message, "in progress"), "%s", err.message);
    fill_release(&f);
    clinic_free(k.c);
}
