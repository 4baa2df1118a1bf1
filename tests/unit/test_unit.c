/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "model/unit.h"

Test(unit, has_a_safe_word_that_it_reads_back)
{
    for (int unit = 1; unit < UNIT_COUNT; unit++) {
        const char *word = unit_word((enum unit)unit);
        bool is_unsafe = true;
        cr_assert_gt(strlen(word), 0, "unit %d has no word", unit);
        cr_assert_eq(unit_parse(word, &is_unsafe), (enum unit)unit, "%s", word);
        cr_assert_not(is_unsafe, "%s", word);
    }
    cr_assert_str_eq(unit_word(UNIT_NONE), "");
    cr_assert_str_eq(unit_word((enum unit)999), "");
}

Test(unit, reads_what_people_and_systems_write)
{
    static const struct {
        const char *text;
        enum unit unit;
        bool is_unsafe;
    } rows[] = {
        {"milligrams", UNIT_MG, false}, {"MG", UNIT_MG, false},
        {"mgs", UNIT_MG, false},        {"mg.", UNIT_MG, false},
        {"MCG", UNIT_MCG, false},       {"ug", UNIT_MCG, true},
        {"\xc2\xb5g", UNIT_MCG, true},  {"\xce\xbcg", UNIT_MCG, true},
        {"U", UNIT_UNITS, true},        {"u", UNIT_UNITS, true},
        {"IU", UNIT_UNITS, true},       {"Unit", UNIT_UNITS, false},
        {"units", UNIT_UNITS, false},   {"[iU]", UNIT_UNITS, false},
        {"cc", UNIT_ML, true},          {"ml", UNIT_ML, false},
        {"mL", UNIT_ML, false},         {"litres", UNIT_L, false},
        {"g", UNIT_G, false},           {"gm", UNIT_G, false},
        {"tabs", UNIT_TABLET, false},   {"Tablets", UNIT_TABLET, false},
        {"{tbl}", UNIT_TABLET, false},  {"caps", UNIT_CAPSULE, false},
        {"patches", UNIT_PATCH, false}, {"suppositories", UNIT_SUPPOSITORY, false},
        {"gtts", UNIT_DROP, false},     {"mEq", UNIT_MEQ, false},
        {"mmol", UNIT_MMOL, false},     {"doses", UNIT_DOSE, false},
        {"%", UNIT_PERCENT, false},     {"mg/ml", UNIT_MG_ML, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_unsafe = !rows[i].is_unsafe;
        cr_expect_eq(unit_parse(rows[i].text, &is_unsafe), rows[i].unit, "%s", rows[i].text);
        cr_expect_eq(is_unsafe, rows[i].is_unsafe, "%s", rows[i].text);
    }
}

Test(unit, does_not_guess)
{
    static const char *const words[] = {"",
                                        "gr",
                                        "grain",
                                        "MU",
                                        "tsp",
                                        "tbsp",
                                        "m",
                                        "mgg",
                                        "s",
                                        "milligramsss",
                                        "a very long word that is no unit at all",
                                        "mg mg"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        cr_expect_eq(unit_parse(words[i], NULL), UNIT_NONE, "'%s'", words[i]);
    }
    cr_expect_eq(unit_parse(NULL, NULL), UNIT_NONE);
}

Test(unit, converts_exactly_inside_a_dimension)
{
    static const struct {
        const char *value;
        enum unit from, to;
        enum status status;
        const char *expect;
    } rows[] = {
        {"0.5", UNIT_MG, UNIT_MCG, STATUS_OK, "500"},
        {"125", UNIT_MCG, UNIT_MG, STATUS_OK, "0.125"},
        {"1.5", UNIT_G, UNIT_MG, STATUS_OK, "1500"},
        {"70", UNIT_KG, UNIT_NG, STATUS_OK, "70000000000000"},
        {"1", UNIT_NG, UNIT_KG, STATUS_OK, "0.000000000001"},
        {"0.1", UNIT_NG, UNIT_KG, STATUS_LIMIT, ""},
        {"900000000", UNIT_KG, UNIT_NG, STATUS_LIMIT, ""},
        {"0.25", UNIT_L, UNIT_ML, STATUS_OK, "250"},
        {"1.2", UNIT_MILLION_UNITS, UNIT_UNITS, STATUS_OK, "1200000"},
        {"3", UNIT_MMOL, UNIT_MCMOL, STATUS_OK, "3000"},
        {"-2", UNIT_MG, UNIT_MCG, STATUS_OK, "-2000"},
        {"2", UNIT_TABLET, UNIT_TABLET, STATUS_OK, "2"},
        {"2", UNIT_MG_ML, UNIT_MG_ML, STATUS_OK, "2"},
        {"2", UNIT_TABLET, UNIT_CAPSULE, STATUS_INVALID, ""},
        {"2", UNIT_PERCENT, UNIT_MG_ML, STATUS_INVALID, ""},
        {"2", UNIT_MG, UNIT_ML, STATUS_INVALID, ""},
        {"2", UNIT_UNITS, UNIT_MG, STATUS_INVALID, ""},
        {"2", UNIT_MEQ, UNIT_MMOL, STATUS_INVALID, ""},
        {"2", UNIT_NONE, UNIT_NONE, STATUS_INVALID, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct decimal value;
        struct decimal out = {-77, 0};
        char text[DECIMAL_TEXT_MAX];
        cr_assert_eq(decimal_parse(rows[i].value, &value, NULL), STATUS_OK);
        cr_expect_eq(unit_convert(value, rows[i].from, rows[i].to, &out), rows[i].status, "row %zu",
                     i);
        cr_expect_str_eq(decimal_format(out, text),
                         rows[i].status == STATUS_OK ? rows[i].expect : "-77", "row %zu", i);
    }
}
