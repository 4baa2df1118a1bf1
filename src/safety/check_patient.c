/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who it is: age, sex, weight, kidneys, pregnancy. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/check_text.h"

struct measure {
    const char *words; /* folded, by '|' */
    struct decimal factor;
};

/* "6 months", "44 lb": the number without its unit, and how many of the wanted unit one is. A unit that is not listed is
 * left where it is, so that the number cannot be read. */
static void split_measure(const char *text, const struct measure *units, size_t count, char *number, size_t size,
                          struct decimal *out_factor)
{
    size_t digits = strspn(text, "0123456789.");
    size_t rest = digits + strspn(text + digits, " ");
    char *folded = text_fold(text + rest);
    *out_factor = decimal_from_int(1);
    bool is_unit = false;
    for (size_t i = 0; i < count && digits > 0 && folded[0] && !is_unit; i++) {
        for (const char *w = units[i].words; *w && !is_unit; w += strcspn(w, "|") + (w[strcspn(w, "|")] == '|')) {
            size_t len = strcspn(w, "|");
            is_unit = strlen(folded) == len && strncmp(w, folded, len) == 0;
            *out_factor = is_unit ? units[i].factor : *out_factor;
        }
    }
    mem_free(folded);
    size_t len = is_unit ? digits : strlen(text);
    len = len < size ? len : size - 1;
    memcpy(number, text, len);
    number[len] = '\0';
}

static enum status read_number(const char *field, const char *text, int max, const struct measure *units, size_t count,
                               struct decimal *out, struct error *err)
{
    char number[DECIMAL_TEXT_MAX];
    struct decimal value;
    struct decimal factor;
    split_measure(text, units, count, number, sizeof number, &factor);
    if (decimal_parse(number, &value, NULL) != STATUS_OK || decimal_multiply(value, factor, &value) != STATUS_OK ||
        value.mantissa < 0 || decimal_compare(value, decimal_from_int(max)) > 0) {
        return error_set_field(err, STATUS_INVALID, field, _("%s is a number from 0 to %d."), field,
                               max);
    }
    *out = value;
    return STATUS_OK;
}

enum status check_set_age(struct check_request *r, const char *years, struct error *err)
{
    /* "6 m" is not said: months or metres or minutes; the shares are of a year */
    static const struct measure units[] = {{"y|yr|yrs|year|years|yo|year old|years old", {1, 0}},
                                           {"mo|mos|month|months|month old|months old", {8334, 5}},
                                           {"w|wk|wks|week|weeks|week old|weeks old", {19165, 6}},
                                           {"d|day|days|day old|days old", {2738, 6}}};
    struct decimal value;
    struct decimal days;
    enum status status = read_number("age", years, 130, units, sizeof units / sizeof *units, &value, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = decimal_multiply(value, (struct decimal){36525, 2}, &days);
    if (status != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "age", _("The age has too many digits."));
    }
    while (days.scale > 0) {
        days.mantissa /= 10;
        days.scale--;
    }
    r->input.age_days = (int32_t)days.mantissa;
    r->input.age_presence = SCREEN_PRESENT;
    return STATUS_OK;
}

enum status check_set_sex(struct check_request *r, const char *sex, struct error *err)
{
    char letter = sex[0] >= 'A' && sex[0] <= 'Z' ? (char)(sex[0] | 0x20) : sex[0];
    bool is_word = strcmp(sex, "female") == 0 || strcmp(sex, "male") == 0 || (letter && !sex[1]);
    if (!is_word || (letter != 'f' && letter != 'm')) {
        return error_set_field(err, STATUS_INVALID, "sex", _("sex is f or m."));
    }
    r->input.sex = letter == 'f' ? GENDER_FEMALE : GENDER_MALE;
    return STATUS_OK;
}

enum status check_set_weight(struct check_request *r, const char *kg, struct error *err)
{
    struct decimal value;
    static const struct measure units[] = {
        {"kg|kgs|kilogram|kilograms", {1, 0}}, {"g|gram|grams", {1, 3}}, {"lb|lbs|pound|pounds", {45359237, 8}}};
    enum status status = read_number("weight", kg, 700, units, sizeof units / sizeof *units, &value, err);
    if (status == STATUS_OK && decimal_is_zero(value)) {
        status = error_set_field(err, STATUS_INVALID, "weight", _("weight must be above zero."));
    }
    if (status == STATUS_OK) {
        r->input.weight_kg = value;
        r->input.weight_presence = SCREEN_PRESENT;
    }
    return status;
}

enum status check_set_egfr(struct check_request *r, const char *egfr, struct error *err)
{
    struct decimal value;
    static const struct measure units[] = {{"ml min|ml min 1 73 m2|ml min 1 73m2", {1, 0}}};
    enum status status = read_number("egfr", egfr, 300, units, sizeof units / sizeof *units, &value, err);
    if (status == STATUS_OK) {
        r->input.egfr = value;
        r->input.egfr_presence = SCREEN_PRESENT;
    }
    return status;
}

enum status check_set_trimester(struct check_request *r, const char *trimester, struct error *err)
{
    if (trimester[0] < '1' || trimester[0] > '3' || trimester[1]) {
        return error_set_field(err, STATUS_INVALID, "trimester", _("trimester is 1, 2 or 3."));
    }
    r->input.trimester = (uint8_t)(trimester[0] - '0');
    return STATUS_OK;
}

enum status check_set_population(struct check_request *r, const char *population, struct error *err)
{
    static const struct {
        const char *word;
        enum screen_population population;
    } words[] = {{"adult", SCREEN_POPULATION_ADULT},         {"child", SCREEN_POPULATION_CHILD},
                 {"pediatric", SCREEN_POPULATION_CHILD},     {"infant", SCREEN_POPULATION_INFANT},
                 {"geriatric", SCREEN_POPULATION_GERIATRIC}, {"any", SCREEN_POPULATION_BY_AGE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, population) == 0) {
            r->input.population = words[i].population;
            return STATUS_OK;
        }
    }
    return error_set_field(err, STATUS_INVALID, "population",
                           _("population is adult, child, infant or geriatric."));
}

void check_set_pregnant(struct check_request *r, bool is_pregnant)
{
    r->input.pregnancy_presence = SCREEN_PRESENT;
    r->input.is_pregnant = is_pregnant;
}

void check_set_lactating(struct check_request *r, bool is_lactating)
{
    r->input.lactation_presence = SCREEN_PRESENT;
    r->input.is_lactating = is_lactating;
}
