/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>

#include "model/kidney.h"

static const struct date TODAY = {2026, 11, 24};

static struct patient person(const char *creatinine, const char *unit, int16_t born, enum gender gender, const char *weight)
{
    struct patient p = {.birth_date = {born, 1, 1}, .gender = gender};
    if (creatinine != NULL) {
        cr_assert_eq(decimal_parse(creatinine, &p.creatinine.value, NULL), STATUS_OK);
        (void)snprintf(p.creatinine.unit, sizeof p.creatinine.unit, "%s", unit);
        p.creatinine.at_us = 1000;
    }
    if (weight != NULL) {
        cr_assert_eq(decimal_parse(weight, &p.weight_kg, NULL), STATUS_OK);
    }
    if (born == 0) {
        p.birth_date = (struct date){0};
    }
    return p;
}

/* Worked by hand: (140 - age) x kg / (72 x mg/dL), x 0.85 for a woman. */
Test(kidney, is_calculated_by_cockcroft_and_gault)
{
    static const struct {
        const char *creatinine, *unit;
        int16_t born;
        enum gender gender;
        const char *weight;
        int crcl;
    } cases[] = {
        {"1", "mg/dL", 1966, GENDER_MALE, "72", 80},     /* 80 x 72 / 72 */
        {"1", "mg/dL", 1966, GENDER_FEMALE, "72", 68},   /* x 0.85 */
        {"2.4", "mg/dL", 1946, GENDER_MALE, "62", 22},   /* 60 x 62 / 172.8 = 21.5 */
        {"88.42", "umol/L", 1966, GENDER_MALE, "72", 80},
        {"0.5", "mg/dL", 2008, GENDER_FEMALE, "50", 144}, /* 122 x 50 x 0.85 / 36 = 144.03 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct patient p = person(cases[i].creatinine, cases[i].unit, cases[i].born, cases[i].gender, cases[i].weight);
        struct kidney k = kidney_clearance(&p, TODAY);
        char got[DECIMAL_TEXT_MAX];
        cr_assert_eq(k.gap, KIDNEY_KNOWN, "row %zu: %s", i, kidney_gap_text(k.gap));
        cr_expect_eq(decimal_compare(k.crcl, decimal_from_int(cases[i].crcl)), 0, "row %zu: %s", i, decimal_format(k.crcl, got));
    }
}

Test(kidney, says_what_lacks)
{
    static const struct {
        const char *creatinine;
        int16_t born;
        enum gender gender;
        const char *weight;
        enum kidney_gap gap;
    } cases[] = {
        {NULL, 1966, GENDER_MALE, "72", KIDNEY_NO_CREATININE}, {"0", 1966, GENDER_MALE, "72", KIDNEY_NO_CREATININE},
        {"1", 0, GENDER_MALE, "72", KIDNEY_NO_AGE},            {"1", 2015, GENDER_MALE, "30", KIDNEY_CHILD},
        {"1", 1966, GENDER_MALE, NULL, KIDNEY_NO_WEIGHT},      {"1", 1966, GENDER_OTHER, "72", KIDNEY_NO_SEX},
        {"1", 1966, GENDER_NONE_GIVEN, "72", KIDNEY_NO_SEX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct patient p = person(cases[i].creatinine, "mg/dL", cases[i].born, cases[i].gender, cases[i].weight);
        struct decimal value;
        int64_t at_us;
        cr_expect_eq(kidney_clearance(&p, TODAY).gap, cases[i].gap, "row %zu", i);
        cr_expect_not(kidney_function(&p, TODAY, &value, &at_us), "row %zu", i);
        cr_expect(kidney_gap_text(cases[i].gap)[0] != '\0');
    }
}

Test(kidney, goes_by_the_newer_number)
{
    struct patient p = person("1", "mg/dL", 1966, GENDER_MALE, "72");
    struct decimal value;
    int64_t at_us;
    p.egfr.value = decimal_from_int(35);
    p.egfr.at_us = 2000;
    cr_assert(kidney_function(&p, TODAY, &value, &at_us));
    cr_expect_eq(value.mantissa, 35);
    cr_expect_eq(at_us, 2000);
    p.egfr.at_us = 500;
    cr_assert(kidney_function(&p, TODAY, &value, &at_us));
    cr_expect_eq(value.mantissa, 80);
    p.egfr.at_us = 1000; /* the same blood: the lower one */
    cr_assert(kidney_function(&p, TODAY, &value, &at_us));
    cr_expect_eq(value.mantissa, 35);
    p.weight_kg = decimal_from_int(0);
    p.egfr.at_us = 500;
    cr_assert(kidney_function(&p, TODAY, &value, &at_us));
    cr_expect_eq(value.mantissa, 35);
}
