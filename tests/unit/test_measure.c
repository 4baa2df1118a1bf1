/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "model/measure.h"

Test(measure, reads_what_people_type)
{
    static const struct {
        enum metric_type type;
        const char *text, *value, *unit; /* value NULL: refused */
    } cases[] = {
        {METRIC_TYPE_WEIGHT, "68.5 kg", "68.5", "kg"},
        {METRIC_TYPE_WEIGHT, "68,5kg", "68.5", "kg"},
        {METRIC_TYPE_WEIGHT, "150 lb", "68", "kg"},
        {METRIC_TYPE_WEIGHT, "7 lb 8 oz", "3.402", "kg"},
        {METRIC_TYPE_WEIGHT, "3.500 kg", "3.5", "kg"},
        {METRIC_TYPE_WEIGHT, "3450 g", "3.45", "kg"},
        {METRIC_TYPE_WEIGHT, "150", NULL, NULL},     /* kg or lb? */
        {METRIC_TYPE_WEIGHT, "3,500 g", NULL, NULL}, /* reads in two ways */
        {METRIC_TYPE_WEIGHT, "70 cm", NULL, NULL},
        {METRIC_TYPE_WEIGHT, "kg", NULL, NULL},
        {METRIC_TYPE_WEIGHT, "", NULL, NULL},
        {METRIC_TYPE_WEIGHT, "7 lb 8 oz 3 g", NULL, NULL},
        {METRIC_TYPE_WEIGHT, "-5 kg", NULL, NULL},
        {METRIC_TYPE_WEIGHT, "5 kg of rice", NULL, NULL},
        {METRIC_TYPE_HEIGHT, "5 ft 7 in", "170.2", "cm"},
        {METRIC_TYPE_HEIGHT, "5' 7\"", "170.2", "cm"},
        {METRIC_TYPE_HEIGHT, "5'7\"", "170.2", "cm"},
        {METRIC_TYPE_HEIGHT, "1.70 m", "170", "cm"},
        {METRIC_TYPE_TEMPERATURE, "98.6 F", "37", "Cel"},
        {METRIC_TYPE_TEMPERATURE, "98.6 \u00B0F", "37", "Cel"},
        {METRIC_TYPE_TEMPERATURE, "36.8 c", "36.8", "Cel"},
        {METRIC_TYPE_TEMPERATURE, "36.8", NULL, NULL},
        {METRIC_TYPE_GLUCOSE, "5.8 mmol/l", "5.8", "mmol/L"},
        {METRIC_TYPE_GLUCOSE, "104 mg/dl", "104", "mg/dL"},
        {METRIC_TYPE_GLUCOSE, "104", NULL, NULL},
        {METRIC_TYPE_CREATININE, "80 mcmol/L", "80", "umol/L"},
        {METRIC_TYPE_CREATININE, "80 \u00B5mol/L", "80", "umol/L"},
        {METRIC_TYPE_SYSTOLIC, "120", "120", "mmHg"},
        {METRIC_TYPE_SYSTOLIC, "120 80", NULL, NULL},
        {METRIC_TYPE_INR, "2.4", "2.4", ""},
        {METRIC_TYPE_POTASSIUM, "4.2 meq/L", "4.2", "mmol/L"},
        {METRIC_TYPE_HBA1C, "51 mmol/mol", "51", "mmol/mol"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decimal value, wanted;
        struct error err = ERROR_INIT;
        const char *unit = NULL;
        enum status status = measure_parse(cases[i].type, cases[i].text, &value, &unit, &err);
        if (cases[i].value == NULL) {
            cr_expect_eq(status, STATUS_INVALID, "%s was taken", cases[i].text);
            cr_expect_str_eq(err.field, "value", "%s", cases[i].text);
            continue;
        }
        cr_assert_eq(status, STATUS_OK, "%s: %s", cases[i].text, error_text(&err));
        cr_assert_eq(decimal_parse(cases[i].value, &wanted, NULL), STATUS_OK);
        char got[DECIMAL_TEXT_MAX];
        cr_expect_eq(decimal_compare(value, wanted), 0, "%s gave %s", cases[i].text, decimal_format(value, got));
        cr_expect_str_eq(unit, cases[i].unit, "%s", cases[i].text);
    }
}

Test(measure, converts_between_the_units_of_laboratories)
{
    static const struct {
        enum metric_type type;
        const char *value, *unit, *wanted, *result;
    } cases[] = {
        {METRIC_TYPE_GLUCOSE, "5.5", "mmol/L", "mg/dL", "99.1"},
        {METRIC_TYPE_GLUCOSE, "180", "mg/dL", "mmol/L", "9.99"},
        {METRIC_TYPE_CREATININE, "106", "umol/L", "mg/dL", "1.199"},
        {METRIC_TYPE_CREATININE, "1.2", "mg/dL", "umol/L", "106.1"},
        {METRIC_TYPE_HBA1C, "53", "mmol/mol", "%", "7"},
        {METRIC_TYPE_WEIGHT, "70", "kg", "lb", "154.3"},
        {METRIC_TYPE_TEMPERATURE, "37", "Cel", "F", "98.6"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decimal value, wanted, out;
        char got[DECIMAL_TEXT_MAX];
        cr_assert_eq(decimal_parse(cases[i].value, &value, NULL), STATUS_OK);
        cr_assert_eq(decimal_parse(cases[i].result, &wanted, NULL), STATUS_OK);
        cr_assert(measure_in(cases[i].type, value, cases[i].unit, cases[i].wanted, &out));
        cr_expect_eq(decimal_compare(out, wanted), 0, "%s %s: %s", cases[i].value, cases[i].unit, decimal_format(out, got));
    }
    struct decimal out;
    cr_expect_not(measure_in(METRIC_TYPE_POTASSIUM, decimal_from_int(4), "mmol/L", "mg/dL", &out));
}

Test(measure, knows_what_is_usual_at_an_age)
{
    static const struct {
        enum metric_type type;
        const char *value, *unit;
        int age_years; /* -1: unknown */
        enum measure_plausibility wanted;
    } cases[] = {
        {METRIC_TYPE_WEIGHT, "70", "kg", 40, MEASURE_PLAUSIBLE},
        {METRIC_TYPE_WEIGHT, "70", "kg", 3, MEASURE_UNUSUAL},
        {METRIC_TYPE_WEIGHT, "14", "kg", 3, MEASURE_PLAUSIBLE},
        {METRIC_TYPE_WEIGHT, "3.4", "kg", 0, MEASURE_PLAUSIBLE},
        {METRIC_TYPE_WEIGHT, "34", "kg", 0, MEASURE_IMPOSSIBLE},
        {METRIC_TYPE_WEIGHT, "700", "kg", 40, MEASURE_IMPOSSIBLE},
        {METRIC_TYPE_WEIGHT, "0", "kg", 40, MEASURE_IMPOSSIBLE},
        {METRIC_TYPE_WEIGHT, "14", "kg", -1, MEASURE_UNUSUAL},
        {METRIC_TYPE_HEIGHT, "17", "cm", 40, MEASURE_IMPOSSIBLE},
        {METRIC_TYPE_POTASSIUM, "6.8", "mmol/L", 60, MEASURE_UNUSUAL},
        {METRIC_TYPE_POTASSIUM, "42", "mmol/L", 60, MEASURE_IMPOSSIBLE},
        {METRIC_TYPE_GLUCOSE, "5.8", "mmol/L", 60, MEASURE_PLAUSIBLE},
        {METRIC_TYPE_GLUCOSE, "58", "mmol/L", 60, MEASURE_UNUSUAL},
        {METRIC_TYPE_TEMPERATURE, "98.6", "Cel", 60, MEASURE_IMPOSSIBLE}, /* Fahrenheit under the wrong unit */
        {METRIC_TYPE_SPO2, "101", "%", 60, MEASURE_IMPOSSIBLE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decimal value, low, high;
        cr_assert_eq(decimal_parse(cases[i].value, &value, NULL), STATUS_OK);
        int32_t days = cases[i].age_years < 0 ? -1 : cases[i].age_years * 366 + 15;
        cr_expect_eq(measure_check(cases[i].type, value, cases[i].unit, days, &low, &high), cases[i].wanted, "%s %s at %d",
                     cases[i].value, cases[i].unit, cases[i].age_years);
    }
}

Test(measure, has_a_sound_table)
{
    for (int type = 1; type < METRIC_TYPE_COUNT; type++) {
        struct decimal low, high, value;
        const char *unit;
        if (type == METRIC_TYPE_OTHER) {
            continue;
        }
        const char *hint = measure_hint((enum metric_type)type);
        cr_expect(hint[0] != '\0', "%d has no example", type);
        char first[64];
        (void)snprintf(first, sizeof first, "%.*s", (int)strcspn(hint, ","), hint);
        if (strstr(first, "to") == NULL) {
            cr_expect_eq(measure_parse((enum metric_type)type, first, &value, &unit, NULL), STATUS_OK, "%s", first);
            cr_expect_eq(measure_check((enum metric_type)type, value, unit, 40 * 366, &low, &high), MEASURE_PLAUSIBLE, "%s", first);
            cr_expect(decimal_compare(low, high) < 0, "%d", type);
        }
        if (measure_band((enum metric_type)type, &low, &high)) {
            cr_expect(decimal_compare(low, high) < 0, "%d", type);
        }
    }
}

Test(measure, writes_weights_as_people_read_them)
{
    static const struct {
        const char *kg, *text;
    } CASES[] = {{"84.43000000001", "84.43"}, {"70", "70"}, {"0.8504", "0.85"}, {"3.4567", "3.457"}, {"9.9996", "10"}, {"104.996", "105"},
                 {"62.005", "62.01"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct decimal value;
        char buf[DECIMAL_TEXT_MAX];
        cr_assert_eq(decimal_parse(CASES[i].kg, &value, NULL), STATUS_OK);
        cr_expect_str_eq(weight_format(value, buf), CASES[i].text, "%s: %s", CASES[i].kg, buf);
    }
}
