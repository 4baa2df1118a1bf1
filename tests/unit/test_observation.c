/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hold rules and scales, from the typed line to the answer for a value (clinical.md 4.B.8, 4.B.10). */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "model/observation.h"
#include "model/order_line.h"

static struct decimal number(const char *text)
{
    struct decimal value;
    cr_assert_eq(decimal_parse(text, &value, NULL), STATUS_OK, "%s", text);
    return value;
}

static struct order_line parse(const char *text)
{
    struct order_line line;
    cr_assert_eq(order_line_parse(text, NULL, &line, NULL), STATUS_OK, "%s", text);
    return line;
}

static const struct {
    const char *line, *sentence; /* NULL: is not ready */
} lines[] = {
    {"metoprolol 25 mg po bid hold if sbp < 100 or hr < 60",
     "25 mg by mouth twice daily at 08:00, 20:00, hold if systolic blood pressure below 100 mmHg or pulse below 60 /min"},
    {"metoprolol 25 mg po bid hold for SBP<=100, HR<60",
     "25 mg by mouth twice daily at 08:00, 20:00, hold if systolic blood pressure at most 100 mmHg or pulse below 60 /min"},
    {"warfarin 5 mg po daily hold if INR > 4", "5 mg by mouth daily at 08:00, hold if INR above 4"},
    {"lisinopril 10 mg po daily hold if potassium greater than 5.5 #30 r2",
     "10 mg by mouth daily at 08:00, hold if potassium above 5.5 mmol/L"},
    {"glipizide 5 mg po daily hold if glucose < 70 mg/dL", "5 mg by mouth daily at 08:00, hold if glucose below 70 mg/dL"},
    {"glipizide 5 mg po daily hold if glucose < 70", NULL},          /* mg/dL or mmol/L? */
    {"metoprolol 25 mg po bid hold if dizzy", NULL},                 /* nothing that can be measured */
    {"metoprolol 25 mg po bid hold if sbp < 100 and hr < 60", NULL}, /* both at once is another rule */
    {"metoprolol 25 mg po bid hold", NULL},
    {"metoprolol 25 mg po bid hold if sbp 100", NULL},
    {"metoprolol 25 mg po bid hold if sbp < 1,000", NULL},
    {"insulin lispro subcut tid ac scale glucose mg/dL <70 hold 70-149 0 150-199 2 200-249 4 250-299 6 300-400 8 >400 call",
     "by scale subcut 3 times daily at 08:00, 12:00, 18:00 before food, by glucose in mg/dL: below 70 hold, from 70 0 units, from "
     "150 2 units, from 200 4 units, from 250 6 units, from 300 8 units, from 401 call the prescriber"},
    {"insulin lispro subcut tid per sliding scale glucose mmol/L: <4 hold; 4-8 0; 8-11.1 2 units; >=11.1 call",
     "by scale subcut 3 times daily at 08:00, 14:00, 20:00, by glucose in mmol/L: below 4 hold, from 4 0 units, from 8 2 units, "
     "from 11.1 call the prescriber"},
    {"insulin lispro subcut tid sliding scale", NULL},
    {"insulin lispro subcut tid scale <70 hold 70-149 0 >149 call", NULL},                         /* no unit */
    {"insulin lispro subcut tid scale glucose mg/dl 70-149 0 150-199 2 >199 call", NULL},          /* below 70? */
    {"insulin lispro subcut tid scale glucose mg/dl <70 hold 70-149 0 150-199 2", NULL},           /* above 199? */
    {"insulin lispro subcut tid scale glucose mg/dl <70 hold 70-149 0 160-199 2 >199 call", NULL}, /* gap */
    {"insulin lispro subcut tid scale glucose mg/dl <70 hold 70-149 0 140-199 2 >199 call", NULL}, /* overlap */
    {"insulin lispro subcut tid scale glucose mg/dl <70 hold 70-149 4 150-199 2 >199 call", NULL}, /* falls */
    {"insulin lispro 5 units subcut tid scale glucose mg/dl <70 hold 70-149 0 >149 call", NULL},   /* two doses */
};

Test(observation, lines_keep_the_rule_or_block)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char text[SIG_TEXT_MAX];
        struct order_line line = parse(lines[i].line);
        bool is_ready = order_line_is_ready(&line);
        cr_expect_eq(is_ready, lines[i].sentence != NULL, "%s: %s", lines[i].line, sig_format(&line.sig, text));
        if (is_ready && lines[i].sentence != NULL) {
            cr_expect_str_eq(sig_format(&line.sig, text), lines[i].sentence, "%s\n%s", text, lines[i].sentence);
        }
    }
}

Test(observation, rules_survive_json_and_typing_exactly)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct order_line line = parse(lines[i].line);
        struct sig back;
        char typed[ORDER_LINE_MAX + 1];
        const struct order_line_options options = {.is_drug_known = true};
        if (!order_line_is_ready(&line)) {
            continue;
        }
        char *json = sig_to_json(&line.sig);
        cr_expect_eq(sig_from_json(json, &back, NULL), STATUS_OK, "%s", json);
        cr_expect(sig_equal(&back, &line.sig), "%s", json);
        cr_expect(order_line_write(&line.sig, &options, typed, sizeof typed), "%s", lines[i].line);
        mem_free(json);
    }
}

Test(observation, the_written_operator_decides_at_the_limit)
{
    static const struct {
        const char *line, *value, *unit;
        bool is_met;
    } rows[] = {
        {"x 1 mg daily hold if sbp < 100", "99", "mmHg", true},
        {"x 1 mg daily hold if sbp < 100", "100", "mmHg", false},
        {"x 1 mg daily hold if sbp <= 100", "100", "mmHg", true},
        {"x 1 mg daily hold if sbp <= 100", "101", "mmHg", false},
        {"x 1 mg daily hold if potassium > 5.5", "5.5", "mmol/L", false},
        {"x 1 mg daily hold if potassium > 5.5", "5.51", "mmol/L", true},
        {"x 1 mg daily hold if potassium >= 5.5", "5.50", "mmol/L", true},
        {"x 1 mg daily hold if glucose < 70 mg/dL", "3.8", "mmol/L", true},  /* 68.5 mg/dL */
        {"x 1 mg daily hold if glucose < 70 mg/dL", "3.9", "mmol/L", false}, /* 70.3 mg/dL */
        {"x 1 mg daily hold if glucose < 4 mmol/L", "72", "mg/dL", false}, /* 4.00 */
        {"x 1 mg daily hold if glucose < 4 mmol/L", "71", "mg/dL", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct order_line line = parse(rows[i].line);
        bool is_comparable;
        cr_assert_eq(line.sig.hold_count, 1, "%s", rows[i].line);
        cr_expect_eq(hold_rule_is_met(&line.sig.holds[0], number(rows[i].value), rows[i].unit, &is_comparable), rows[i].is_met,
                     "%s at %s %s", rows[i].line, rows[i].value, rows[i].unit);
        cr_expect(is_comparable);
    }
    struct order_line line = parse("x 1 mg daily hold if sbp < 100");
    bool is_comparable = true;
    cr_expect_not(hold_rule_is_met(&line.sig.holds[0], number("5"), "kg", &is_comparable));
    cr_expect_not(is_comparable);
}

Test(observation, a_scale_has_one_row_for_each_value)
{
    struct order_line line =
        parse("insulin lispro subcut tid scale glucose mg/dL <70 hold 70-149 0 150-199 2 200-249 4 >249 call");
    static const struct {
        const char *value, *unit;
        enum scale_action action;
        const char *dose;
    } rows[] = {
        {"0", "mg/dL", SCALE_HOLD, "0"},   {"69", "mg/dL", SCALE_HOLD, "0"},      {"69.9", "mg/dL", SCALE_HOLD, "0"},
        {"70", "mg/dL", SCALE_DOSE, "0"},  {"149", "mg/dL", SCALE_DOSE, "0"},     {"149.9", "mg/dL", SCALE_DOSE, "0"},
        {"150", "mg/dL", SCALE_DOSE, "2"}, {"150.9", "mg/dL", SCALE_DOSE, "2"},   {"199", "mg/dL", SCALE_DOSE, "2"},
        {"200", "mg/dL", SCALE_DOSE, "4"}, {"249.9", "mg/dL", SCALE_DOSE, "4"},   {"250", "mg/dL", SCALE_CALL, "0"},
        {"900", "mg/dL", SCALE_CALL, "0"}, {"10", "mmol/L", SCALE_DOSE, "2"}, /* 180.2 mg/dL */
    };
    cr_assert_eq(line.sig.scale.count, 5);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct scale_band *band = scale_find(&line.sig.scale, number(rows[i].value), rows[i].unit);
        cr_assert_not_null(band, "%s", rows[i].value);
        cr_expect_eq(band->action, rows[i].action, "%s %s", rows[i].value, rows[i].unit);
        cr_expect_eq(decimal_compare(band->dose, number(rows[i].dose)), 0, "%s %s", rows[i].value, rows[i].unit);
    }
    cr_expect_null(scale_find(&line.sig.scale, number("70"), "kg"));
}
