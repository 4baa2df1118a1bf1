/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "model/care.h"

Test(care, checks_the_last_digit_of_a_national_provider_identifier)
{
    static const struct {
        const char *text;
        bool is_valid;
    } rows[] = {{"1234567893", true}, {"1234567890", false},  {"1245319599", true},
                {"123456789", false}, {"12345678931", false}, {"123456789x", false},
                {"", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(npi_is_valid(rows[i].text), rows[i].is_valid, "%s", rows[i].text);
    }
}
