/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "model/allergy.h"
#include "model/condition.h"
#include "model/order.h"
#include "model/patient.h"

Test(order, shows_the_drug_with_strength_and_form_once)
{
    static const struct {
        const char *drug, *strength, *form, *expect;
    } rows[] = {
        {"metformin", "500 mg", "tab", "metformin 500 mg tab"},
        {"metformin 500 mg tab", "500 mg", "tab", "metformin 500 mg tab"},
        {"Metformin 500 MG Oral Tablet", "500 mg", "tab", "Metformin 500 MG Oral Tablet"},
        {"metformin 500mg", "500 mg", "tab", "metformin 500mg tab"},
        {"metformin", NULL, NULL, "metformin"},
        {"metformin", "", "", "metformin"},
        {NULL, "500 mg", "tab", "500 mg tab"},
        /* never hidden where it may differ */
        {"metformin 1500 mg", "500 mg", "tab", "metformin 1500 mg 500 mg tab"},
        {"warfarin 0.5 mg", "5 mg", "tab", "warfarin 0.5 mg 5 mg tab"},
        {"warfarin 2,5 mg", "5 mg", "tab", "warfarin 2,5 mg 5 mg tab"},
        {"morphine 5 mg/mL", "5 mg", "", "morphine 5 mg/mL 5 mg"},
        {"morphine 10-5 mg", "5 mg", "", "morphine 10-5 mg 5 mg"},
        {"lidocaine 2", "2 %", "", "lidocaine 2 2 %"},
        {"tablet press", "5 mg", "tab", "tablet press 5 mg"},
        {"hydrotab", "5 mg", "tab", "hydrotab 5 mg tab"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct order order = {.drug_text = mem_copy_text(rows[i].drug),
                              .strength = mem_copy_text(rows[i].strength),
                              .dosage_form = mem_copy_text(rows[i].form)};
        char *shown = order_display_drug(&order);
        cr_expect_str_eq(shown, rows[i].expect, "row %zu: %s", i, shown);
        mem_free(shown);
        order_release(&order);
    }
}

static char **strings_of(struct order *order, size_t at)
{
    char **all[] = {&order->drug_text,
                    &order->ingredients,
                    &order->code_system,
                    &order->code,
                    &order->strength,
                    &order->dosage_form,
                    &order->directions,
                    &order->indication,
                    &order->prescriber_name,
                    &order->prescription_number,
                    &order->reason,
                    &order->original,
                    &order->zone};
    return at < sizeof all / sizeof *all ? all[at] : NULL;
}

/* The sanitizers see a string that copy shares or release forgets. */
Test(order, copies_deeply)
{
    struct order order = {.quantity = 30, .sig = {.kind = SCHEDULE_KIND_WALL, .times_count = 1}};
    struct order copy;
    for (size_t i = 0; strings_of(&order, i) != NULL; i++) {
        *strings_of(&order, i) = mem_format("text %zu", i);
    }
    order_copy(&order, &copy);
    for (size_t i = 0; strings_of(&order, i) != NULL; i++) {
        cr_assert_neq(*strings_of(&order, i), *strings_of(&copy, i), "string %zu is shared", i);
        cr_assert_str_eq(*strings_of(&order, i), *strings_of(&copy, i));
    }
    cr_assert_eq(copy.quantity, 30);
    cr_assert(sig_equal(&order.sig, &copy.sig));
    struct order_list list = {mem_alloc_array(2, sizeof order), 2, 2};
    list.items[0] = order;
    list.items[1] = copy;
    order_list_release(&list);
    cr_assert_eq(list.len, 0);
}

Test(order, is_current_while_active_or_on_hold)
{
    for (int status = 0; status < MEDICATION_STATUS_COUNT; status++) {
        struct order order = {.status = (enum medication_status)status};
        cr_expect_eq(order_is_current(&order),
                     status == MEDICATION_STATUS_ACTIVE || status == MEDICATION_STATUS_ON_HOLD);
    }
}

Test(patient, is_named_family_name_first)
{
    static const struct {
        const char *first, *last, *expect;
    } rows[] = {
        {"Grace Adaeze", "Okafor", "OKAFOR, Grace Adaeze"},
        {"Grace", "", "Grace"},
        {NULL, "Okafor", "OKAFOR"},
        {"", NULL, "(no name)"},
        {"Thị Mai", "Nguyễn", "NGUYỄN, Thị Mai"},
        {"Zoë", "Łącki-Ødegård", "ŁĄCKI-ØDEGÅRD, Zoë"},
        {"小明", "王", "王, 小明"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct patient patient = {.first_name = mem_copy_text(rows[i].first),
                                  .last_name = mem_copy_text(rows[i].last)};
        char *name = patient_display_name(&patient);
        cr_expect_str_eq(name, rows[i].expect, "row %zu: %s", i, name);
        mem_free(name);
        patient_release(&patient);
    }
}

Test(patient, owns_its_identifiers)
{
    struct patient patient = {0};
    char value[] = "004182";
    for (int i = 0; i < 20; i++) {
        identifier_list_add(&patient.identifiers, IDENTIFIER_KIND_MRN, "Eastside", value);
    }
    value[0] = 'x';
    cr_assert_eq(patient.identifiers.len, 20);
    cr_assert_str_eq(patient.identifiers.items[19].value, "004182");
    patient_release(&patient);
    cr_assert_eq(patient.identifiers.len, 0);
    patient_release(&patient);
}

Test(patient, releases_allergies_and_conditions)
{
    struct allergy_list allergies = {mem_alloc_array(1, sizeof(struct allergy)), 1, 1};
    allergies.items[0].allergen_name = mem_copy_text("penicillin");
    allergies.items[0].reaction = mem_copy_text("anaphylaxis");
    allergy_list_release(&allergies);
    cr_assert_null(allergies.items);
    struct condition_list conditions = {mem_alloc_array(1, sizeof(struct condition)), 1, 1};
    conditions.items[0].name = mem_copy_text("asthma");
    condition_list_release(&conditions);
    cr_assert_null(conditions.items);
}
