/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The five rights by scan, the product table and the lists a drug stands on: what passes, what fails and which right. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/fills_list.h"
#include "service/products.h"
#include "support/folder.h"
#include "support/ward.h"

#define P ROUTE_NONE_GIVEN /* as ordered */

Test(rights, name_what_fails_and_pass_what_is_right)
{
    static const struct {
        const char *line, *product;
        int scans;
        enum route route;
        enum right_state drug, dose, by_route;
        const char *words;
    } cases[] = {
        {"metformin 500 mg daily", "metformin 500 mg tab", 1, P, RIGHT_PASS, RIGHT_PASS, RIGHT_PASS, ""},
        {"metformin 500 mg daily", "Glucophage 500 mg tablet", 1, P, RIGHT_PASS, RIGHT_PASS, RIGHT_PASS, ""},
        {"metformin 500 mg daily", "metformin 250 mg tab", 2, P, RIGHT_PASS, RIGHT_PASS, RIGHT_PASS, ""},
        {"metformin 500 mg daily", "metformin 250 mg tab", 1, P, RIGHT_PASS, RIGHT_FAIL, RIGHT_PASS, "250 mg of 500 mg"},
        {"metformin 500 mg daily", "metformin 250 mg tab", 3, P, RIGHT_PASS, RIGHT_FAIL, RIGHT_PASS, "750 mg"},
        {"metformin 500 mg daily", "metformin 1000 mg tab", 1, P, RIGHT_PASS, RIGHT_FAIL, RIGHT_PASS, "1000 mg"},
        {"metformin 500 mg daily", "metoprolol 25 mg tab", 1, P, RIGHT_FAIL, RIGHT_PASS, RIGHT_PASS, "WRONG DRUG"},
        {"hydroxyzine 25 mg daily", "hydralazine 25 mg tab", 1, P, RIGHT_FAIL, RIGHT_PASS, RIGHT_PASS, "WRONG DRUG"},
        {"levothyroxine 75 mcg daily", "levothyroxine 0.075 mg tab", 1, P, RIGHT_PASS, RIGHT_PASS, RIGHT_PASS, ""},
        {"levothyroxine 75 mcg daily", "levothyroxine 50 mcg tab", 1, P, RIGHT_PASS, RIGHT_FAIL, RIGHT_PASS, "50 mcg of 75 mcg"},
        {"metformin 500 mg daily", "metformin 500 mg tab", 1, ROUTE_IV, RIGHT_PASS, RIGHT_PASS, RIGHT_FAIL, "WRONG ROUTE"},
        {"metoprolol extended release tab 50 mg daily", "metoprolol 50 mg tab", 1, P, RIGHT_FAIL, RIGHT_PASS,
         RIGHT_PASS, "extended release"},
        {"amoxicillin 500 mg tid", "amoxicillin 250 mg/5 mL suspension", 1, P, RIGHT_PASS, RIGHT_PASS, RIGHT_PASS, ""},
        {"insulin lispro 6 units subcut daily", "insulin lispro 100 units/mL injection", 1, P, RIGHT_PASS, RIGHT_PASS, RIGHT_PASS, ""},
        {"insulin lispro 6 units subcut daily", "insulin glargine 100 units/mL injection", 1, P, RIGHT_FAIL, RIGHT_PASS, RIGHT_PASS,
         "WRONG DRUG"},
        {"Norco 1 tab tid", "acetaminophen 325 mg tab", 1, P, RIGHT_FAIL, RIGHT_PASS, RIGHT_PASS,
         "WRONG DRUG"},
        {"aspirin 81 mg tab 1 tab daily", "aspirin 81 mg tab", 2, P, RIGHT_PASS, RIGHT_FAIL, RIGHT_PASS, "162 mg"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new(cases[i].line);
        static const char *const CODES[] = {"", "0093-1048-01", "0093-1048-01 0093-1048-01",
                                            "0093-1048-01 0093-1048-01 0093-1048-01"};
        ward_teach(&w, "0093-1048-01", cases[i].product);
        struct dose_event event = ward_due(&w, w.order, 0);
        event.product_code = (char *)CODES[cases[i].scans];
        event.route = cases[i].route != P ? cases[i].route : event.route;
        struct dose_check check = ward_check(&w, &event);
        cr_expect_eq(check.rights.state[RIGHT_DRUG], cases[i].drug, "case %zu drug: %s", i, check.rights.words);
        cr_expect_eq(check.rights.state[RIGHT_DOSE], cases[i].dose, "case %zu dose: %s", i, check.rights.words);
        cr_expect_eq(check.rights.state[RIGHT_ROUTE], cases[i].by_route, "case %zu route: %s", i, check.rights.words);
        cr_expect(strstr(check.rights.words, cases[i].words) != NULL, "case %zu says \"%s\"", i, check.rights.words);
        cr_expect_eq(cases[i].words[0] == '\0', check.rights.words[0] == '\0', "case %zu says \"%s\"", i, check.rights.words);
        clinic_free(w.c);
    }
}

Test(rights, refuse_a_record_by_the_right_that_fails)
{
    struct ward w = ward_new("metformin 500 mg daily");
    struct error err;
    ward_teach(&w, "0093-1048-01", "metformin 500 mg tab");
    ward_teach(&w, "0093-7214-01", "metoprolol 25 mg tab");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.no_scan_reason = NO_SCAN_REASON_NONE_GIVEN;
    event.product_code = (char *)"0093-7214-01";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    cr_assert_str_eq(err.field, "product");
    event.product_code = (char *)"0093-1048-01 0093-1048-01";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    cr_assert_str_eq(err.field, "amount");
    event.product_code = (char *)"0093-9999-01"; /* nobody knows it: no scan */
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    cr_assert_str_eq(err.field, "no_scan_reason");
    event.product_code = (char *)"0093-1048-01";
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

Test(rights, keep_the_lot_and_refuse_what_has_expired)
{
    struct ward w = ward_new("metformin 500 mg daily");
    struct error err;
    ward_teach(&w, "]d2" "0100300694200305", "metformin 500 mg tab");
    ward_set_time(&w, 1, 8, 0); /* 25 November */
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.product_code = (char *)"]d2" "0100300694200305" "17261124" "10AB12";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED, "yesterday's product");
    cr_assert(strstr(error_text(&err), "EXPIRED") != NULL);
    event.product_code = (char *)"]d2" "0100300694200305" "17261125" "10AB12"; /* good until today */
    ward_must_record(&w, &event, 0);
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), w.patient, 1, 1, &chart, &err), STATUS_OK);
    cr_assert_str_eq(chart->events.items[0].lot, "AB12");
    cr_assert_str_eq(chart->events.items[0].expiry, "2026-11-25");
    chart_free(chart);
    clinic_free(w.c);
}

/* Given yesterday and written down today: it had not expired when it was given. */
Test(rights, ask_whether_it_had_expired_when_it_was_given)
{
    struct ward w = ward_new("metformin 500 mg daily");
    struct error err;
    ward_teach(&w, "]d2" "0100300694200305", "metformin 500 mg tab");
    ward_set_time(&w, 2, 8, 0); /* 26 November */
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.occurred_us = ward_at(1, 8, 10);
    event.timing_reason = (char *)"downtime";
    event.product_code = (char *)"]d2" "0100300694200305" "17261124" "10AB12";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, DOSE_ASK_VERY_LATE, &err), STATUS_REFUSED, "expired the day before");
    cr_assert(strstr(error_text(&err), "EXPIRED") != NULL, "%s", error_text(&err));
    event.product_code = (char *)"]d2" "0100300694200305" "17261125" "10AB12";
    ward_must_record(&w, &event, DOSE_ASK_VERY_LATE);
    clinic_free(w.c);
}

Test(rights, refuse_what_is_recalled_and_what_is_typed_as_expired)
{
    struct ward w = ward_new("metformin 500 mg daily");
    struct error err;
    struct actor *pharmacist = clinic_actor(w.c, CLINIC_PHARMACIST);
    ward_teach(&w, "]d2" "0100300694200305", "metformin 500 mg tab");
    cr_assert_eq(recall_add(pharmacist, "ab-12", "metformin", "glass", &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(recall_add(pharmacist, "CD34", "warfarin", "glass", &err), STATUS_OK, "%s", error_text(&err));
    ward_set_time(&w, 1, 8, 0); /* 25 November */
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.product_code = (char *)"]d2" "0100300694200305" "17271231" "10AB-12";
    struct dose_check check = ward_check(&w, &event);
    cr_expect_eq(check.rights.state[RIGHT_DRUG], RIGHT_FAIL);
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED, "scanned");
    cr_assert(strstr(error_text(&err), "RECALLED") != NULL && strstr(error_text(&err), "glass") != NULL, "%s", error_text(&err));
    event.product_code = (char *)"";
    event.lot = (char *)"ab-12";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED, "typed");
    cr_assert_str_eq(err.field, "lot");
    event.lot = (char *)"CD34"; /* another drug's */
    event.expiry = (char *)"2026-11-24";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED, "typed as expired");
    cr_assert_str_eq(err.field, "expiry");
    event.expiry = (char *)"next year";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_INVALID, "no date");
    cr_assert_str_eq(err.field, "expiry");
    event.expiry = (char *)"2026-11-25";
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

Test(products, of_a_code_without_hyphens_are_found_when_only_one_reading_is_known)
{
    struct ward w = ward_new("metformin 500 mg daily");
    struct scan scan;
    struct product product;
    struct error err = ERROR_INIT;
    cr_assert_eq(product_read_scan(w.c->site, "300694200305", 12, &scan, &err), STATUS_OK);
    cr_assert_eq(product_find(w.c->site, &scan, &product, &err), STATUS_NOT_FOUND);
    ward_teach(&w, "0069-4200-30", "metformin 500 mg tab");
    cr_assert_eq(product_find(w.c->site, &scan, &product, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_str_eq(product.drug, "metformin 500 mg tab");
    product_release(&product);
    ward_teach(&w, "00694-200-30", "metoprolol 25 mg tab"); /* the same ten digits, another layout */
    cr_assert_eq(product_find(w.c->site, &scan, &product, &err), STATUS_REFUSED, "a guess between two drugs");
    ward_teach(&w, "300694200305", "metformin 500 mg tab"); /* the GTIN is the surer word */
    cr_assert_eq(product_find(w.c->site, &scan, &product, &err), STATUS_OK, "%s", error_text(&err));
    product_release(&product);
    clinic_free(w.c);
}

Test(products, are_taught_by_who_may_and_only_as_known_drugs)
{
    struct ward w = ward_new("metformin 500 mg daily");
    struct scan scan, ten;
    struct error err = ERROR_INIT;
    cr_assert_eq(product_read_scan(w.c->site, "0069-4200-30", 12, &scan, &err), STATUS_OK);
    cr_assert_eq(product_read_scan(w.c->site, "0069420030", 10, &ten, &err), STATUS_OK);
    cr_assert_eq(product_learn(clinic_actor(w.c, CLINIC_NURSE), &scan, "metformin 500 mg tab", "t", &err), STATUS_NOT_PERMITTED);
    cr_assert_eq(product_learn(clinic_actor(w.c, CLINIC_PHARMACIST), &scan, "qwertyuiop 5 mg", "t", &err), STATUS_INVALID);
    cr_assert_eq(product_learn(clinic_actor(w.c, CLINIC_PHARMACIST), &ten, "metformin 500 mg tab", "t", &err), STATUS_INVALID);
    clinic_free(w.c);
}

Test(products, come_from_a_file_and_count_what_is_not_known)
{
    struct ward w = ward_new("metformin 500 mg daily");
    struct product_import counts;
    struct error err = ERROR_INIT;
    char *path = folder_path(w.c->folder, "ndc.tsv");
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs("ndc11\trxcui\ttty\tname\n"
          "00069420030\t861007\tSCD\tmetformin hydrochloride 500 MG Oral Tablet\n"
          "00069420031\t1\tSCD\tnothing that anybody knows\n"
          "69420030\t1\tSCD\tmetformin hydrochloride 500 MG Oral Tablet\n"
          "0006942\n",
          file);
    fclose(file);
    cr_assert_eq(product_import(clinic_actor(w.c, CLINIC_PHARMACIST), path, &counts, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(counts.added, 1);
    cr_expect_eq(counts.refused, 3);
    cr_expect_eq(counts.first_refused_line, 3);
    cr_assert_eq(product_import(clinic_actor(w.c, CLINIC_PHARMACIST), path, &counts, &err), STATUS_OK);
    cr_expect_eq(counts.added, 0, "a second time nothing is new");
    cr_expect_eq(counts.unchanged, 1);
    file = fopen(path, "w");
    fputs("a,b,c\n", file);
    fclose(file);
    cr_assert_eq(product_import(clinic_actor(w.c, CLINIC_PHARMACIST), path, &counts, &err), STATUS_INVALID);
    free(path);
    clinic_free(w.c);
}

Test(drug_lists, follow_the_ingredient_the_route_and_the_age)
{
    static const struct {
        const char *line;
        int age;
        unsigned on, off;
    } cases[] = {
        {"insulin lispro 6 units subcut daily", 50, DRUG_LIST_TIME_CRITICAL | DRUG_LIST_HIGH_ALERT, DRUG_LIST_DOUBLE_CHECK},
        {"insulin glargine 20 units subcut qhs", 50, 0, DRUG_LIST_TIME_CRITICAL},
        {"insulin regular 6 units iv once", 50, DRUG_LIST_DOUBLE_CHECK, 0},
        {"heparin 5000 units iv once", 50, DRUG_LIST_DOUBLE_CHECK, 0},
        {"heparin 5000 units subcut bid", 50, 0, DRUG_LIST_DOUBLE_CHECK},
        {"morphine 2 mg iv q4h prn pain max 6", 50, DRUG_LIST_CONTROLLED, DRUG_LIST_DOUBLE_CHECK},
        {"morphine 2 mg iv q4h prn pain max 6", 7, DRUG_LIST_CONTROLLED | DRUG_LIST_DOUBLE_CHECK, 0},
        {"morphine 2 mg iv q4h prn pain max 6", -1, DRUG_LIST_CONTROLLED, 0},
        {"tacrolimus 1 mg bid", 50, DRUG_LIST_TIME_CRITICAL, 0},
        {"methotrexate 15 mg weekly mon", 50, DRUG_LIST_WEEKLY, 0},
        {"methotrexate 5 mg mon 20:00 and 5 mg tue 08:00 20:00", 50, DRUG_LIST_WEEKLY, 0},
        {"metoprolol extended release tab 50 mg daily", 50, DRUG_LIST_WHOLE, 0},
        {"metformin ER tab 500 mg daily", 50, DRUG_LIST_WHOLE, 0},
        {"diclofenac delayed release tab 50 mg bid", 50, DRUG_LIST_WHOLE, 0},
        {"metformin 500 mg tab 1 tab daily", 50, 0, DRUG_LIST_WHOLE},
        {"lisinopril 10 mg daily", 50, 0, ~0u},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new(cases[i].line);
        struct order order = clinic_get_order(w.c, w.order);
        unsigned lists = drug_lists_of(w.c->site->knowledge, settings_text(&w.c->site->settings, SETTING_DOUBLE_CHECK), &order, cases[i].age);
        cr_expect_eq(lists & cases[i].on, cases[i].on, "\"%s\" age %d is on %x", cases[i].line, cases[i].age, lists);
        cr_expect_eq(lists & cases[i].off, 0u, "\"%s\" age %d is on %x", cases[i].line, cases[i].age, lists);
        order_release(&order);
        clinic_free(w.c);
    }
}

/* What is shown of a whole list, as at a reconciliation, names no drug of its own: an override of it is asked for no proof by this. */
Test(drug_lists, hold_no_order_that_names_no_drug)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct order none = {0};
    cr_expect_eq(drug_lists_of(w.c->site->knowledge, "", &none, 50), 0u);
    clinic_free(w.c);
}

/* 4.B.12: two days late a missed weekly dose is given with a reason; later the prescriber says so. */
Test(doses, of_a_weekly_drug_may_be_two_days_late)
{
    static const struct {
        int day, hour;
        bool is_allowed;
    } cases[] = {{8, 8, true}, {8, 9, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new("methotrexate 15 mg weekly mon");
        struct error err = ERROR_INIT;
        ward_set_time(&w, cases[i].day, cases[i].hour, 0); /* Wednesday */
        struct dose_event monday = ward_due(&w, w.order, ward_at(6, 8, 0));
        monday.timing_reason = (char *)"workload";
        enum status status = ward_record(&w, CLINIC_NURSE, &monday, DOSE_ASK_VERY_LATE, &err);
        cr_expect_eq(status, cases[i].is_allowed ? STATUS_OK : STATUS_REFUSED, "case %zu: %s", i, error_text(&err));
        if (!cases[i].is_allowed) {
            monday.timing_reason = (char *)"prescriber";
            monday.reason_text = (char *)"Dr Osei agreed by telephone";
            ward_must_record(&w, &monday, DOSE_ASK_VERY_LATE);
        }
        clinic_free(w.c);
    }
}

/* 4.B.12: three parts 12 hours apart over midnight are one dose of the week; what comes in between is not. */
Test(doses, of_a_weekly_drug_in_parts_are_one_group)
{
    struct ward w = ward_new("methotrexate 5 mg sun 20:00 and 2.5 mg mon 08:00 20:00");
    struct uid other = clinic_add_order(w.c, w.patient, "methotrexate 10 mg weekly thu");
    struct error err;
    static const struct {
        int day, hour;
        const char *amount;
    } parts[] = {{5, 20, "5"}, {6, 8, "2.5"}, {6, 20, "2.5"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char amount[DECIMAL_TEXT_MAX];
        ward_set_time(&w, parts[i].day, parts[i].hour, 0);
        struct dose_event part = ward_due(&w, w.order, ward_at(parts[i].day, parts[i].hour, 0));
        cr_expect_str_eq(decimal_format(part.amount, amount), parts[i].amount, "part %zu", i);
        struct dose_check check = ward_check(&w, &part);
        cr_expect_eq(check.questions & (DOSE_ASK_WEEKLY | DOSE_ASK_TOO_SOON | DOSE_ASK_TIMING_REASON), 0u, "part %zu: %x", i,
                     check.questions);
        ward_must_record(&w, &part, 0);
    }
    ward_set_time(&w, 9, 8, 0);
    struct dose_event thursday = ward_due(&w, other, ward_at(9, 8, 0));
    cr_expect_eq(ward_record(&w, CLINIC_PRESCRIBER, &thursday, ~0u, &err), STATUS_REFUSED, "%s", error_text(&err));
    ward_set_time(&w, 12, 20, 0);
    struct dose_event next = ward_due(&w, w.order, ward_at(12, 20, 0));
    ward_must_record(&w, &next, 0);
    clinic_free(w.c);
}

/* 4.B.12: one dose in 6 days 12 hours over all orders of the ingredient; no reason opens it. */
Test(doses, of_a_weekly_drug_stop_at_one_a_week)
{
    struct ward w = ward_new("methotrexate 15 mg weekly mon");
    struct error err;
    struct uid other = clinic_add_order(w.c, w.patient, "methotrexate 10 mg weekly thu");
    ward_set_time(&w, 6, 8, 0); /* Monday 30 November */
    struct dose_event monday = ward_due(&w, w.order, ward_at(6, 8, 0));
    ward_must_record(&w, &monday, 0);
    ward_set_time(&w, 9, 8, 0);
    struct dose_event thursday = ward_due(&w, other, ward_at(9, 8, 0));
    thursday.timing_reason = (char *)"prescriber";
    thursday.reason_text = (char *)"Dr Osei";
    cr_assert_eq(ward_record(&w, CLINIC_PRESCRIBER, &thursday, ~0u, &err), STATUS_REFUSED, "by a prescriber, all accepted");
    cr_assert(strstr(error_text(&err), "weekly") != NULL, "%s", error_text(&err));
    ward_set_time(&w, 13, 8, 0);
    struct dose_event next = ward_due(&w, w.order, ward_at(13, 8, 0));
    ward_must_record(&w, &next, 0);
    clinic_free(w.c);
}
