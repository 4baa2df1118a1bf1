/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ordering: who may enter what, what has to be decided before it is saved, and what a changed chart does. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "service/chart.h"
#include "service/orders.h"
#include "support/clinic.h"

Test(orders, saves_a_line_as_an_order_in_force)
{
    struct clinic *c = clinic_new();
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct uid id = clinic_add_order(c, patient, "lisinopril 10 mg tab 1 tab daily");
    struct order order = clinic_get_order(c, id);
    cr_assert_eq(order.status, MEDICATION_STATUS_ACTIVE);
    cr_assert_str_eq(order.ingredients, "lisinopril");
    cr_assert_eq(order.sig.kind, SCHEDULE_KIND_WALL);
    cr_assert(order.prescription_number[0] != '\0');
    order_release(&order);
    clinic_free(c);
}

Test(orders, are_seen_by_another_session_of_the_same_site)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    clinic_hire(c, CLINIC_NURSE);
    struct site *other = clinic_open_again(c);
    struct actor *nurse = NULL;
    cr_assert_eq(session_sign_in(other, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK,
                 "%s", error_text(&err));
    int64_t before = site_data_version(other);
    clinic_add_order(c, patient, "lisinopril 10 mg tab 1 tab daily");
    cr_assert_neq(site_data_version(other), before);
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(nurse, patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(chart->orders.len, 1);
    chart_free(chart);
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(other);
    clinic_free(c);
}
