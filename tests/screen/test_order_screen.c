/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order form, the alert and the drafts, as a prescriber and a nurse meet them. */
#include <criterion/criterion.h>

#include "support/clinic_screen.h"

Test(order_screen, keeps_the_patient_in_sight)
{
    struct clinic *c = clinic_new();
    struct clinic_screen s;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor", .first = "Grace"});
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER, 24, 80);
    harness_open(s.h, &SCREEN_ORDER, &patient);
    harness_expect(s.h, "OKAFOR, Grace");
    clinic_screen_close(&s);
    clinic_free(c);
}
