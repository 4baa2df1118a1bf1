/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/measure.h"

#include <string.h>
#include <strings.h>

#include "base/i18n.h"

#define PLACES 6
#define UNIT_PLAIN_MAX 40

/* value * factor is the value in the unit that is kept. A unit's first spelling is UCUM or what is written instead. */
static const struct {
    enum metric_type type;
    const char *unit;
    const char *kept;
    const char *factor; /* NULL: degrees Fahrenheit */
} units[] = {
    {METRIC_TYPE_WEIGHT, "kg", "kg", "1"},
    {METRIC_TYPE_WEIGHT, "kilograms", "kg", "1"},
    {METRIC_TYPE_WEIGHT, "kgs", "kg", "1"},
    {METRIC_TYPE_WEIGHT, "kilogram", "kg", "1"},
    {METRIC_TYPE_WEIGHT, "g", "kg", "0.001"},
    {METRIC_TYPE_WEIGHT, "grams", "kg", "0.001"},
    {METRIC_TYPE_WEIGHT, "gm", "kg", "0.001"},
    {METRIC_TYPE_WEIGHT, "[lb_av]", "kg", "0.45359237"},
    {METRIC_TYPE_WEIGHT, "lb", "kg", "0.45359237"},
    {METRIC_TYPE_WEIGHT, "lbs", "kg", "0.45359237"},
    {METRIC_TYPE_WEIGHT, "pounds", "kg", "0.45359237"},
    {METRIC_TYPE_WEIGHT, "[oz_av]", "kg", "0.028349523125"},
    {METRIC_TYPE_WEIGHT, "oz", "kg", "0.028349523125"},
    {METRIC_TYPE_WEIGHT, "st", "kg", "6.35029318"},
    {METRIC_TYPE_HEIGHT, "cm", "cm", "1"},
    {METRIC_TYPE_HEIGHT, "m", "cm", "100"},
    {METRIC_TYPE_HEIGHT, "metres", "cm", "100"},
    {METRIC_TYPE_HEIGHT, "meters", "cm", "100"},
    {METRIC_TYPE_HEIGHT, "centimeters", "cm", "1"},
    {METRIC_TYPE_HEIGHT, "centimetres", "cm", "1"},
    {METRIC_TYPE_HEIGHT, "[in_i]", "cm", "2.54"},
    {METRIC_TYPE_HEIGHT, "in", "cm", "2.54"},
    {METRIC_TYPE_HEIGHT, "[in_us]", "cm", "2.54"},
    {METRIC_TYPE_HEIGHT, "inches", "cm", "2.54"},
    {METRIC_TYPE_HEIGHT, "\"", "cm", "2.54"},
    {METRIC_TYPE_HEIGHT, "ft", "cm", "30.48"},
    {METRIC_TYPE_HEIGHT, "[ft_i]", "cm", "30.48"},
    {METRIC_TYPE_HEIGHT, "'", "cm", "30.48"},
    {METRIC_TYPE_SYSTOLIC, "mm[Hg]", "mmHg", "1"},
    {METRIC_TYPE_SYSTOLIC, "mmHg", "mmHg", "1"},
    {METRIC_TYPE_DIASTOLIC, "mm[Hg]", "mmHg", "1"},
    {METRIC_TYPE_DIASTOLIC, "mmHg", "mmHg", "1"},
    {METRIC_TYPE_PULSE, "/min", "/min", "1"},
    {METRIC_TYPE_PULSE, "{beats}/min", "/min", "1"},
    {METRIC_TYPE_PULSE, "beats/min", "/min", "1"},
    {METRIC_TYPE_PULSE, "beats/minute", "/min", "1"},
    {METRIC_TYPE_PULSE, "bpm", "/min", "1"},
    {METRIC_TYPE_PULSE, "1/min", "/min", "1"},
    {METRIC_TYPE_PULSE, "beats per minute", "/min", "1"},
    {METRIC_TYPE_PULSE, "{heart beats}/min", "/min", "1"},
    {METRIC_TYPE_RESPIRATION, "/min", "/min", "1"},
    {METRIC_TYPE_RESPIRATION, "{breaths}/min", "/min", "1"},
    {METRIC_TYPE_RESPIRATION, "breaths/min", "/min", "1"},
    {METRIC_TYPE_RESPIRATION, "breaths/minute", "/min", "1"},
    {METRIC_TYPE_RESPIRATION, "1/min", "/min", "1"},
    {METRIC_TYPE_RESPIRATION, "breath/min", "/min", "1"},
    {METRIC_TYPE_RESPIRATION, "br/min", "/min", "1"},
    {METRIC_TYPE_RESPIRATION, "breaths per minute", "/min", "1"},
    {METRIC_TYPE_TEMPERATURE, "Cel", "Cel", "1"},
    {METRIC_TYPE_TEMPERATURE, "C", "Cel", "1"},
    {METRIC_TYPE_TEMPERATURE, "Celsius", "Cel", "1"},
    {METRIC_TYPE_TEMPERATURE, "Fahrenheit", "Cel", NULL},
    {METRIC_TYPE_TEMPERATURE, "\u00B0C", "Cel", "1"},
    {METRIC_TYPE_TEMPERATURE, "[degF]", "Cel", NULL},
    {METRIC_TYPE_TEMPERATURE, "degF", "Cel", NULL},
    {METRIC_TYPE_TEMPERATURE, "F", "Cel", NULL},
    {METRIC_TYPE_TEMPERATURE, "\u00B0F", "Cel", NULL},
    {METRIC_TYPE_SPO2, "%", "%", "1"},
    {METRIC_TYPE_SPO2, "percent", "%", "1"},
    {METRIC_TYPE_GLUCOSE, "mg/dL", "mg/dL", "1"},
    {METRIC_TYPE_GLUCOSE, "mmol/L", "mmol/L", "1"},
    {METRIC_TYPE_CREATININE, "mg/dL", "mg/dL", "1"},
    {METRIC_TYPE_CREATININE, "umol/L", "umol/L", "1"},
    {METRIC_TYPE_CREATININE, "mcmol/L", "umol/L", "1"},
    {METRIC_TYPE_CREATININE, "\u00B5mol/L", "umol/L", "1"},
    {METRIC_TYPE_CREATININE, "\u03BCmol/L", "umol/L", "1"},
    {METRIC_TYPE_EGFR, "mL/min/1.73 m2", "mL/min/1.73 m2", "1"},
    {METRIC_TYPE_EGFR, "mL/min/{1.73_m2}", "mL/min/1.73 m2", "1"},
    {METRIC_TYPE_EGFR, "mL/min/1.73.m2", "mL/min/1.73 m2", "1"},
    {METRIC_TYPE_EGFR, "mL/min/1.73.m^2", "mL/min/1.73 m2", "1"},
    {METRIC_TYPE_EGFR, "mL/min/1.73m2", "mL/min/1.73 m2", "1"},
    {METRIC_TYPE_EGFR, "mL/min", "mL/min", "1"},
    {METRIC_TYPE_POTASSIUM, "mmol/L", "mmol/L", "1"},
    {METRIC_TYPE_POTASSIUM, "mEq/L", "mmol/L", "1"}, /* one charge an ion */
    {METRIC_TYPE_INR, "", "", "1"},
    {METRIC_TYPE_INR, "{INR}", "", "1"},
    {METRIC_TYPE_INR, "INR", "", "1"},
    {METRIC_TYPE_INR, "1", "", "1"},
    {METRIC_TYPE_INR, "{ratio}", "", "1"},
    {METRIC_TYPE_HBA1C, "%", "%", "1"},
    {METRIC_TYPE_HBA1C, "percent", "%", "1"},
    {METRIC_TYPE_HBA1C, "%Hb", "%", "1"},
    {METRIC_TYPE_HBA1C, "% of total Hgb", "%", "1"},
    {METRIC_TYPE_HBA1C, "%{HemoglobinA1C}", "%", "1"},
    {METRIC_TYPE_HBA1C, "mmol/mol", "mmol/mol", "1"},
    {METRIC_TYPE_PAIN, "", "", "1"},
    {METRIC_TYPE_PAIN, "{score}", "", "1"},
    {METRIC_TYPE_SEDATION, "", "", "1"},
    {METRIC_TYPE_SEDATION, "{score}", "", "1"},
};

/* From a kept unit to another that a person or a rule wants: value * factor + offset. */
static const struct {
    enum metric_type type;
    const char *from, *to;
    const char *factor, *by; /* by: divided instead, where that is exact; NULL */
    const char *offset;
    uint8_t places;
} pairs[] = {
    {METRIC_TYPE_GLUCOSE, "mmol/L", "mg/dL", "18.016", NULL, "0", 1},
    {METRIC_TYPE_GLUCOSE, "mg/dL", "mmol/L", "1", "18.016", "0", 2},
    {METRIC_TYPE_CREATININE, "umol/L", "mg/dL", "1", "88.42", "0", 3},
    {METRIC_TYPE_CREATININE, "mg/dL", "umol/L", "88.42", NULL, "0", 1},
    {METRIC_TYPE_HBA1C, "mmol/mol", "%", "0.09148", NULL, "2.152", 2}, /* the IFCC-NGSP master equation */
    {METRIC_TYPE_HBA1C, "%", "mmol/mol", "10.93", NULL, "-23.5", 1},
    {METRIC_TYPE_WEIGHT, "kg", "lb", "1", "0.45359237", "0", 1},
    {METRIC_TYPE_HEIGHT, "cm", "in", "1", "2.54", "0", 1},
    {METRIC_TYPE_TEMPERATURE, "Cel", "F", "1.8", NULL, "32", 1},
};

/* What is usual by age (days, the last row of a type has no end), and what no living person has. */
enum { NO_END = INT32_MAX };
static const struct {
    enum metric_type type;
    int32_t until_days;
    const char *low, *high, *least, *most;
} limits[] = {
    {METRIC_TYPE_WEIGHT, 31, "1.2", "6", "0.2", "12"},
    {METRIC_TYPE_WEIGHT, 183, "2", "11", "0.2", "20"},
    {METRIC_TYPE_WEIGHT, 366, "4", "15", "0.2", "30"},
    {METRIC_TYPE_WEIGHT, 731, "6", "20", "0.2", "45"},
    {METRIC_TYPE_WEIGHT, 1827, "8", "35", "0.2", "90"},
    {METRIC_TYPE_WEIGHT, 3653, "12", "70", "0.2", "180"},
    {METRIC_TYPE_WEIGHT, 5844, "20", "130", "0.2", "350"},
    {METRIC_TYPE_WEIGHT, NO_END, "30", "250", "0.2", "650"},
    {METRIC_TYPE_HEIGHT, 366, "35", "90", "20", "110"},
    {METRIC_TYPE_HEIGHT, 1827, "55", "130", "20", "160"},
    {METRIC_TYPE_HEIGHT, 4383, "80", "180", "20", "230"},
    {METRIC_TYPE_HEIGHT, NO_END, "120", "215", "20", "275"},
    {METRIC_TYPE_SYSTOLIC, 4383, "55", "135", "20", "350"},
    {METRIC_TYPE_SYSTOLIC, NO_END, "80", "220", "20", "350"},
    {METRIC_TYPE_DIASTOLIC, 4383, "30", "90", "5", "250"},
    {METRIC_TYPE_DIASTOLIC, NO_END, "40", "130", "5", "250"},
    {METRIC_TYPE_PULSE, 366, "80", "200", "10", "350"},
    {METRIC_TYPE_PULSE, 4383, "55", "170", "10", "350"},
    {METRIC_TYPE_PULSE, NO_END, "40", "150", "10", "350"},
    {METRIC_TYPE_RESPIRATION, 366, "20", "70", "1", "150"},
    {METRIC_TYPE_RESPIRATION, 4383, "12", "45", "1", "150"},
    {METRIC_TYPE_RESPIRATION, NO_END, "8", "35", "1", "100"},
    {METRIC_TYPE_TEMPERATURE, NO_END, "35", "40.5", "13", "46"},
    {METRIC_TYPE_SPO2, NO_END, "85", "100", "10", "100"},
    {METRIC_TYPE_GLUCOSE, NO_END, "54", "400", "5", "3000"},
    {METRIC_TYPE_CREATININE, 5844, "0.1", "1.2", "0.05", "40"},
    {METRIC_TYPE_CREATININE, NO_END, "0.4", "6", "0.05", "40"},
    {METRIC_TYPE_EGFR, NO_END, "10", "150", "0", "300"},
    {METRIC_TYPE_POTASSIUM, NO_END, "2.8", "6", "1", "15"},
    {METRIC_TYPE_INR, NO_END, "0.8", "5", "0.3", "30"},
    {METRIC_TYPE_HBA1C, NO_END, "4", "14", "2", "25"},
    {METRIC_TYPE_PAIN, NO_END, "0", "10", "0", "10"},
    {METRIC_TYPE_SEDATION, NO_END, "0", "10", "0", "10"},
};

static const struct {
    enum metric_type type;
    const char *low, *high;
} bands[] = {
    {METRIC_TYPE_SYSTOLIC, "90", "140"},    {METRIC_TYPE_DIASTOLIC, "60", "90"}, {METRIC_TYPE_PULSE, "60", "100"},
    {METRIC_TYPE_TEMPERATURE, "36", "37.9"}, {METRIC_TYPE_SPO2, "94", "100"},     {METRIC_TYPE_RESPIRATION, "12", "20"},
    {METRIC_TYPE_GLUCOSE, "70", "180"},     {METRIC_TYPE_CREATININE, "0.6", "1.3"}, {METRIC_TYPE_POTASSIUM, "3.5", "5.1"},
    {METRIC_TYPE_EGFR, "60", "150"},        {METRIC_TYPE_HBA1C, "4", "7"},
};

static const struct {
    enum metric_type type;
    bool needs_unit;
    const char *hint;
} typed[] = {
    {METRIC_TYPE_WEIGHT, true, "68.5 kg, 151 lb"},     {METRIC_TYPE_HEIGHT, true, "170 cm, 5 ft 7 in"},
    {METRIC_TYPE_SYSTOLIC, false, "120"},              {METRIC_TYPE_DIASTOLIC, false, "80"},
    {METRIC_TYPE_PULSE, false, "72"},                  {METRIC_TYPE_TEMPERATURE, true, "36.8 C, 98.2 F"},
    {METRIC_TYPE_SPO2, false, "97"},                   {METRIC_TYPE_RESPIRATION, false, "16"},
    {METRIC_TYPE_GLUCOSE, true, "104 mg/dL, 5.8 mmol/L"}, {METRIC_TYPE_CREATININE, true, "0.9 mg/dL, 80 mcmol/L"},
    {METRIC_TYPE_EGFR, false, "62"},                   {METRIC_TYPE_POTASSIUM, false, "4.2"},
    {METRIC_TYPE_INR, false, "2.4"},                   {METRIC_TYPE_HBA1C, true, "6.8 %, 51 mmol/mol"},
    {METRIC_TYPE_PAIN, false, "0 to 10"},              {METRIC_TYPE_SEDATION, false, "0 to 4"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct decimal number(const char *text)
{
    struct decimal value = decimal_from_int(0);
    enum status status = decimal_parse(text, &value, NULL); /* our own tables; a test reads every one */
    (void)status;
    return value;
}

const char *measure_unit(enum metric_type type)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (units[i].type == type) {
            return units[i].kept;
        }
    }
    return "";
}

bool measure_needs_unit(enum metric_type type)
{
    for (size_t i = 0; i < COUNT(typed); i++) {
        if (typed[i].type == type) {
            return typed[i].needs_unit;
        }
    }
    return false;
}

const char *measure_hint(enum metric_type type)
{
    for (size_t i = 0; i < COUNT(typed); i++) {
        if (typed[i].type == type) {
            return typed[i].hint;
        }
    }
    return "";
}

static bool apply_factor(struct decimal value, const char *factor, struct decimal *out)
{
    struct decimal by, product;
    if (factor != NULL) {
        by = number(factor);
        bool is_same = decimal_compare(by, decimal_from_int(1)) == 0;
        if (!is_same && decimal_multiply(decimal_round(value, PLACES), by, &product) != STATUS_OK) {
            return false;
        }
        *out = is_same ? value : decimal_round(product, PLACES);
        return true;
    }
    return decimal_subtract(value, decimal_from_int(32), &by) == STATUS_OK &&
           decimal_multiply(by, decimal_from_int(5), &product) == STATUS_OK &&
           decimal_divide(product, decimal_from_int(9), 2, out) == STATUS_OK;
}

/* Spellings differ in case, blanks, brackets and signs: "mm[Hg]", "mm Hg"; "{beats}/min"; "\u00B5mol/L" and "umol/l". Letters,
 * digits, '%' and '/' tell them apart. */
static void plain_unit(const char *text, char out[UNIT_PLAIN_MAX])
{
    size_t len = 0;
    for (; *text != '\0' && len + 4 < UNIT_PLAIN_MAX; text++) {
        bool is_micro = strncmp(text, "\u00B5", 2) == 0 || strncmp(text, "\u03BC", 2) == 0;
        if (is_micro || strncmp(text, "\u00B0", 2) == 0) {
            memcpy(out + len, is_micro ? "u" : "deg", is_micro ? 1 : 3);
            len += is_micro ? 1 : 3;
            text++;
        } else if (*text >= 'A' && *text <= 'Z') {
            out[len++] = (char)(*text + ('a' - 'A'));
        } else if ((*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9') || *text == '/' || *text == '%') {
            out[len++] = *text;
        }
    }
    out[len] = '\0';
}

static bool is_same_unit(const char *known, const char *unit)
{
    char a[UNIT_PLAIN_MAX], b[UNIT_PLAIN_MAX];
    plain_unit(known, a);
    plain_unit(unit, b);
    return strcasecmp(known, unit) == 0 || (a[0] != '\0' && strcmp(a, b) == 0);
}

bool measure_convert(enum metric_type type, struct decimal value, const char *unit, struct decimal *out, const char **out_unit)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (units[i].type == type && is_same_unit(units[i].unit, unit)) {
            *out_unit = units[i].kept;
            return apply_factor(value, units[i].factor, out);
        }
    }
    return false;
}

bool measure_in(enum metric_type type, struct decimal value, const char *unit, const char *wanted, struct decimal *out)
{
    struct decimal product;
    if (strcmp(unit, wanted) == 0) {
        *out = value;
        return true;
    }
    for (size_t i = 0; i < COUNT(pairs); i++) {
        if (pairs[i].type == type && strcmp(pairs[i].from, unit) == 0 && strcmp(pairs[i].to, wanted) == 0) {
            enum status status = pairs[i].by != NULL ? decimal_divide(value, number(pairs[i].by), pairs[i].places, &product)
                                                     : decimal_multiply(decimal_round(value, PLACES), number(pairs[i].factor), &product);
            if (status == STATUS_OK) {
                status = decimal_add(product, number(pairs[i].offset), &product);
            }
            *out = decimal_round(product, pairs[i].places);
            return status == STATUS_OK;
        }
    }
    return false;
}

/* ---- what a person types ---- */

/* Digits with one sign between them. 1,500 could be either of two numbers and is refused. */
static bool take_number(const char **text, struct decimal *out, bool *out_is_unclear)
{
    char digits[DECIMAL_TEXT_MAX];
    size_t len = strspn(*text, "0123456789.,");
    *out_is_unclear = false;
    if (len == 0 || len >= sizeof digits) {
        return false;
    }
    memcpy(digits, *text, len);
    digits[len] = '\0';
    char *comma = strchr(digits, ',');
    if (comma != NULL) {
        *out_is_unclear = strlen(comma + 1) == 3 || strchr(digits, '.') != NULL || strchr(comma + 1, ',') != NULL;
        *comma = '.';
    }
    *text += len;
    return !*out_is_unclear && decimal_parse(digits, out, NULL) == STATUS_OK;
}

/* The unit behind a number: up to the next number. */
static void take_unit(const char **text, char *unit, size_t size)
{
    *text += strspn(*text, " ");
    size_t len = 0;
    while ((*text)[len] != '\0' && !((*text)[len] >= '0' && (*text)[len] <= '9' && len > 0 && (*text)[len - 1] == ' ')) {
        len++;
    }
    /* "ft 7 in": a foot mark has no blank behind it */
    if ((*text)[0] == '\'') {
        len = 1;
    }
    size_t used = len;
    while (used > 0 && (*text)[used - 1] == ' ') {
        used--;
    }
    used = used < size ? used : size - 1;
    memcpy(unit, *text, used);
    unit[used] = '\0';
    *text += len;
    *text += strspn(*text, " ");
}

static enum status refuse(enum metric_type type, const char *text, struct error *err)
{
    return error_set_field(err, STATUS_INVALID, "value", _("\"%.40s\" is not understood. Type for example: %s."), text,
                           measure_hint(type));
}

/* What was converted is rounded to what people measure: a scale does not know micrograms. */
static struct decimal round_converted(enum metric_type type, struct decimal value)
{
    switch (type) {
    case METRIC_TYPE_WEIGHT:
        return decimal_round(value, decimal_compare(value, decimal_from_int(10)) < 0 ? 3 : 1);
    case METRIC_TYPE_HEIGHT:
    case METRIC_TYPE_TEMPERATURE:
        return decimal_round(value, 1);
    default:
        return value;
    }
}

enum status measure_parse(enum metric_type type, const char *text, struct decimal *out, const char **out_unit, struct error *err)
{
    struct decimal total = decimal_from_int(0), value, kept;
    bool is_converted = false;
    const char *rest = text + strspn(text, " "), *kept_unit = NULL;
    bool is_unclear = false;
    for (int part = 0; part == 0 || *rest != '\0'; part++) {
        char unit[32] = "";
        if (part == 2 || !take_number(&rest, &value, &is_unclear)) {
            return is_unclear ? error_set_field(err, STATUS_INVALID, "value",
                                                _("\"%.40s\" can be read in two ways. Type it with a point for decimals and no sign "
                                                  "for thousands."),
                                                text)
                              : refuse(type, text, err);
        }
        take_unit(&rest, unit, sizeof unit);
        if (unit[0] == '\0' && measure_needs_unit(type)) {
            return error_set_field(err, STATUS_INVALID, "value", _("Type the unit too, for example: %s."), measure_hint(type));
        }
        if (!measure_convert(type, value, unit[0] != '\0' ? unit : measure_unit(type), &kept, &kept_unit) ||
            decimal_add(total, kept, &total) != STATUS_OK) {
            return refuse(type, text, err);
        }
        is_converted = is_converted || decimal_compare(kept, value) != 0;
        if (part == 1 && type != METRIC_TYPE_WEIGHT && type != METRIC_TYPE_HEIGHT) {
            return refuse(type, text, err); /* only feet and inches, pounds and ounces come in two parts */
        }
    }
    *out = is_converted ? round_converted(type, total) : total;
    *out_unit = kept_unit;
    return STATUS_OK;
}

/* ---- plausible? ---- */

enum measure_plausibility measure_check(enum metric_type type, struct decimal value, const char *unit, int32_t age_days,
                                        struct decimal *out_low, struct decimal *out_high)
{
    struct decimal shown = value;
    *out_low = *out_high = decimal_from_int(0);
    /* One in another unit than the table's is compared in the table's; one that cannot be is not judged. */
    if (unit[0] != '\0' && strcmp(unit, "mL/min") != 0 && !measure_in(type, value, unit, measure_unit(type), &shown)) {
        return MEASURE_PLAUSIBLE;
    }
    for (size_t i = 0; i < COUNT(limits); i++) {
        if (limits[i].type == type && (limits[i].until_days == NO_END || (age_days >= 0 && age_days < limits[i].until_days))) {
            *out_low = number(limits[i].low);
            *out_high = number(limits[i].high);
            bool is_possible = decimal_compare(shown, number(limits[i].least)) >= 0 && decimal_compare(shown, number(limits[i].most)) <= 0;
            bool is_usual = decimal_compare(shown, *out_low) >= 0 && decimal_compare(shown, *out_high) <= 0;
            return !is_possible ? MEASURE_IMPOSSIBLE : is_usual ? MEASURE_PLAUSIBLE : MEASURE_UNUSUAL;
        }
    }
    return MEASURE_PLAUSIBLE;
}

bool measure_band(enum metric_type type, struct decimal *out_low, struct decimal *out_high)
{
    for (size_t i = 0; i < COUNT(bands); i++) {
        if (bands[i].type == type) {
            *out_low = number(bands[i].low);
            *out_high = number(bands[i].high);
            return true;
        }
    }
    return false;
}

const char *weight_format(struct decimal weight_kg, char buf[DECIMAL_TEXT_MAX])
{
    enum { SMALL_KG = 10, SMALL_PLACES = 3, OTHER_PLACES = 2 };
    return decimal_format(decimal_round(weight_kg, decimal_compare(weight_kg, decimal_from_int(SMALL_KG)) < 0 ? SMALL_PLACES : OTHER_PLACES), buf);
}
