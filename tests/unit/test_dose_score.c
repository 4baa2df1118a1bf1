/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The score before an as-needed dose: what may be typed, how it is kept, how it reads later. */
#include <criterion/criterion.h>

#include "model/dose_score.h"

Test(dose_score, keeps_what_belongs_to_the_reason_and_refuses_the_rest)
{
    static const struct {
        enum prn_reason reason;
        const char *typed, *kept, *words; /* kept NULL: refused */
    } cases[] = {
        {PRN_REASON_PAIN, "7", "7", "pain 7 before"},
        {PRN_REASON_PAIN, "0", "0", "pain 0 before"},
        {PRN_REASON_PAIN, "10", "10", "pain 10 before"},
        {PRN_REASON_PAIN, "not possible", "not_possible", "no score before: not possible"},
        {PRN_REASON_PAIN, "Not Possible", "not_possible", "no score before: not possible"},
        {PRN_REASON_PAIN, "not_possible", "not_possible", "no score before: not possible"},
        {PRN_REASON_PAIN, "", NULL, ""},
        {PRN_REASON_PAIN, NULL, NULL, ""},
        {PRN_REASON_PAIN, "11", NULL, ""},
        {PRN_REASON_PAIN, "-1", NULL, ""},
        {PRN_REASON_PAIN, "bad", NULL, ""},
        {PRN_REASON_NAUSEA, "4", "4", "nausea, vomiting 4 before"},
        {PRN_REASON_NAUSEA, "", "", ""},
        {PRN_REASON_ANXIETY, "12", NULL, ""},
        {PRN_REASON_FEVER, "38.6 C", "38.6 Cel", "temperature 38.6 Cel before"},
        {PRN_REASON_FEVER, "38.6", NULL, ""}, /* a temperature has its unit, here as everywhere */
        {PRN_REASON_FEVER, "101.5 F", "38.6 Cel", "temperature 38.6 Cel before"},
        {PRN_REASON_FEVER, "38.6 Cel", "38.6 Cel", "temperature 38.6 Cel before"},
        {PRN_REASON_FEVER, "101.5 C", NULL, ""}, /* in Celsius nobody has that */
        {PRN_REASON_FEVER, "7 mg", NULL, ""},
        {PRN_REASON_FEVER, "", "", ""},
        {PRN_REASON_BREATH, "91", "91 %", "oxygen saturation 91 % before"},
        {PRN_REASON_BREATH, "91 %", "91 %", "oxygen saturation 91 % before"},
        {PRN_REASON_BREATH, "130", NULL, ""},
        {PRN_REASON_SLEEP, "7", "", ""}, /* asks nothing */
        {PRN_REASON_NONE_GIVEN, "7", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = ERROR_INIT;
        char kept[DOSE_SCORE_MAX] = "", words[DOSE_SCORE_TEXT_MAX];
        enum status status = dose_score_parse(cases[i].reason, cases[i].typed, kept, &err);
        cr_expect_eq(status, cases[i].kept != NULL ? STATUS_OK : STATUS_INVALID, "case %zu: %s", i, error_text(&err));
        if (cases[i].kept != NULL) {
            cr_expect_str_eq(kept, cases[i].kept, "case %zu", i);
            cr_expect_str_eq(dose_score_words(cases[i].reason, kept, words), cases[i].words, "case %zu", i);
        } else {
            cr_expect_str_eq(err.field, "score_before", "case %zu", i);
        }
    }
}

Test(dose_score, is_required_of_pain_only_and_hints_wherever_it_is_asked)
{
    for (int reason = 0; reason < PRN_REASON_COUNT; reason++) {
        bool is_asked = dose_score_is_asked((enum prn_reason)reason);
        cr_expect_eq(dose_score_is_required((enum prn_reason)reason), reason == PRN_REASON_PAIN);
        cr_expect_eq(dose_score_hint((enum prn_reason)reason)[0] != '\0', is_asked);
        cr_expect(is_asked || reason != PRN_REASON_PAIN);
    }
}
