/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/observation.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "model/measure.h"

#define INVALID(err, ...) error_set_field(err, STATUS_INVALID, "scale", __VA_ARGS__)

/* What people type for a measurement; the first of a type is written back. */
static const struct {
    const char *typed;
    enum metric_type type;
} names[] = {
    {"sbp", METRIC_TYPE_SYSTOLIC},          {"systolic blood pressure", METRIC_TYPE_SYSTOLIC},
    {"systolic bp", METRIC_TYPE_SYSTOLIC},  {"systolic", METRIC_TYPE_SYSTOLIC},
    {"dbp", METRIC_TYPE_DIASTOLIC},         {"diastolic blood pressure", METRIC_TYPE_DIASTOLIC},
    {"diastolic bp", METRIC_TYPE_DIASTOLIC}, {"diastolic", METRIC_TYPE_DIASTOLIC},
    {"hr", METRIC_TYPE_PULSE},              {"heart rate", METRIC_TYPE_PULSE},
    {"pulse", METRIC_TYPE_PULSE},           {"rr", METRIC_TYPE_RESPIRATION},
    {"respiratory rate", METRIC_TYPE_RESPIRATION}, {"respirations", METRIC_TYPE_RESPIRATION},
    {"resp", METRIC_TYPE_RESPIRATION},      {"spo2", METRIC_TYPE_SPO2},
    {"o2 sat", METRIC_TYPE_SPO2},           {"sat", METRIC_TYPE_SPO2},
    {"glucose", METRIC_TYPE_GLUCOSE},       {"blood glucose", METRIC_TYPE_GLUCOSE},
    {"blood sugar", METRIC_TYPE_GLUCOSE},   {"bg", METRIC_TYPE_GLUCOSE},
    {"bgl", METRIC_TYPE_GLUCOSE},           {"bs", METRIC_TYPE_GLUCOSE},
    {"potassium", METRIC_TYPE_POTASSIUM},   {"k+", METRIC_TYPE_POTASSIUM},
    {"k", METRIC_TYPE_POTASSIUM},           {"inr", METRIC_TYPE_INR},
    {"creatinine", METRIC_TYPE_CREATININE}, {"cr", METRIC_TYPE_CREATININE},
    {"egfr", METRIC_TYPE_EGFR},             {"temp", METRIC_TYPE_TEMPERATURE},
    {"temperature", METRIC_TYPE_TEMPERATURE}, {"pain", METRIC_TYPE_PAIN},
    {"pain score", METRIC_TYPE_PAIN},       {"sedation", METRIC_TYPE_SEDATION},
    {"sedation score", METRIC_TYPE_SEDATION}, {"poss", METRIC_TYPE_SEDATION},
};

static const struct {
    const char *typed;
    enum observation_is is;
} operators[] = {
    {"<=", OBSERVATION_AT_MOST},  {"=<", OBSERVATION_AT_MOST},   {"\u2264", OBSERVATION_AT_MOST},
    {">=", OBSERVATION_AT_LEAST}, {"=>", OBSERVATION_AT_LEAST},  {"\u2265", OBSERVATION_AT_LEAST},
    {"<", OBSERVATION_BELOW},     {">", OBSERVATION_ABOVE},      {"less than", OBSERVATION_BELOW},
    {"below", OBSERVATION_BELOW}, {"under", OBSERVATION_BELOW},  {"lower than", OBSERVATION_BELOW},
    {"at most", OBSERVATION_AT_MOST}, {"at least", OBSERVATION_AT_LEAST},
    {"greater than", OBSERVATION_ABOVE}, {"more than", OBSERVATION_ABOVE}, {"above", OBSERVATION_ABOVE},
    {"over", OBSERVATION_ABOVE},  {"higher than", OBSERVATION_ABOVE},
};

/* ---- reading ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_word_byte(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

static size_t spaces(const char *text)
{
    return strspn(text, " \t");
}

/* Bytes of the phrase at text, spaces before it included; 0 when it is not there as a whole word. */
static size_t phrase(const char *text, const char *wanted)
{
    size_t lead = spaces(text), len = 0;
    for (; wanted[len] != '\0'; len++) {
        if (lower(text[lead + len]) != lower(wanted[len])) {
            return 0;
        }
    }
    bool is_cut = is_word_byte(wanted[len - 1]) && is_word_byte(text[lead + len]);
    return is_cut ? 0 : lead + len;
}

static size_t read_name(const char *text, enum metric_type *out)
{
    size_t best = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = phrase(text, names[i].typed);
        if (len > best) {
            best = len;
            *out = names[i].type;
        }
    }
    return best;
}

static size_t read_operator(const char *text, enum observation_is *out)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t len = phrase(text, operators[i].typed);
        if (len > 0) {
            *out = operators[i].is;
            return len;
        }
    }
    return 0;
}

/* Digits with at most one point; a comma has two readings and is none. */
static size_t read_number(const char *text, struct decimal *out)
{
    char number[24];
    size_t lead = spaces(text), len = strspn(text + lead, "0123456789.");
    if (len == 0 || len >= sizeof number || text[lead] == '.' || text[lead + len - 1] == '.' || text[lead + len] == ',') {
        if (!(len > 1 && text[lead + len - 1] == '.')) { /* a full stop behind the number ends the sentence */
            bool is_list_comma = len > 0 && len < sizeof number && text[lead + len] == ',' &&
                                 !(text[lead + len + 1] >= '0' && text[lead + len + 1] <= '9');
            if (!is_list_comma) {
                return 0;
            }
        } else {
            len--;
        }
    }
    memcpy(number, text + lead, len);
    number[len] = '\0';
    return decimal_parse(number, out, NULL) == STATUS_OK ? lead + len : 0;
}

/* A unit of the type as it is kept. 0 bytes when none stands here. */
static size_t read_unit(const char *text, enum metric_type type, char out[OBSERVATION_UNIT_MAX])
{
    static const char *const typed[] = {"mg/dl",  "mg/100ml", "mmol/l", "mmhg", "mm hg", "bpm", "/min", "%",     "meq/l",
                                        "umol/l", "mcmol/l",  "cel",    "c",    "f",     "kg",  "ml/min"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        size_t len = phrase(text, typed[i]);
        struct decimal value;
        const char *kept;
        if (len > 0 && measure_convert(type, decimal_from_int(1), typed[i], &value, &kept) && strlen(kept) < OBSERVATION_UNIT_MAX) {
            (void)snprintf(out, OBSERVATION_UNIT_MAX, "%s", kept); /* fits */
            return len;
        }
    }
    return 0;
}

static bool has_two_units(enum metric_type type)
{
    return type == METRIC_TYPE_GLUCOSE || type == METRIC_TYPE_CREATININE || type == METRIC_TYPE_TEMPERATURE;
}

static size_t read_rule(const char *text, struct hold_rule *out)
{
    struct hold_rule rule = {0};
    size_t at = read_name(text, &rule.type);
    if (at == 0) {
        return 0;
    }
    at += phrase(text + at, "is");
    size_t len = read_operator(text + at, &rule.is);
    if (len == 0) {
        return 0;
    }
    at += len;
    len = read_number(text + at, &rule.value);
    if (len == 0) {
        return 0;
    }
    at += len;
    len = read_unit(text + at, rule.type, rule.unit);
    if (len == 0 && has_two_units(rule.type)) {
        return 0;
    }
    if (len > 0 && rule.type == METRIC_TYPE_TEMPERATURE) { /* kept in Celsius, whatever was typed */
        const char *kept;
        char typed[8];
        (void)snprintf(typed, sizeof typed, "%.*s", (int)(len - spaces(text + at)), text + at + spaces(text + at)); /* "C", "F" */
        if (!measure_convert(rule.type, rule.value, typed, &rule.value, &kept)) {
            return 0;
        }
    }
    if (len == 0) {
        (void)snprintf(rule.unit, sizeof rule.unit, "%s", measure_unit(rule.type)); /* fits: a row of measure.c */
    }
    *out = rule;
    return hold_rule_check(&rule, NULL) == STATUS_OK ? at + len : 0;
}

size_t hold_rules_read(const char *text, struct hold_rule *out, size_t *out_count)
{
    size_t at = 0, count = 0;
    while (count < HOLD_RULES_MAX) {
        size_t joint = 0;
        if (count > 0) {
            joint = phrase(text + at, ", or");
            joint = joint > 0 ? joint : phrase(text + at, "or");
            joint = joint > 0 ? joint : phrase(text + at, ",");
            joint += joint > 0 ? phrase(text + at + joint, "if") : 0;
            if (joint == 0) {
                break;
            }
        }
        size_t len = read_rule(text + at + joint, &out[count]);
        if (len == 0) {
            break;
        }
        at += joint + len;
        count++;
    }
    *out_count = count;
    return at;
}

/* ---- scales ---- */

struct range {
    struct decimal low, high;
    bool has_low, has_high;
    bool includes_low, includes_high; /* of an operator: "<70" excludes, "<=69" includes */
    bool is_dashed;                   /* "150-199": whole steps, or touching ends */
};

static size_t read_range(const char *text, struct range *out)
{
    enum observation_is is = OBSERVATION_BELOW;
    *out = (struct range){0};
    size_t at = read_operator(text, &is);
    if (at > 0) {
        struct decimal value;
        size_t len = read_number(text + at, &value);
        bool is_low = is == OBSERVATION_ABOVE || is == OBSERVATION_AT_LEAST;
        *(is_low ? &out->low : &out->high) = value;
        out->has_low = is_low;
        out->has_high = !is_low;
        out->includes_low = is == OBSERVATION_AT_LEAST;
        out->includes_high = is == OBSERVATION_AT_MOST;
        return len > 0 ? at + len : 0;
    }
    size_t len = read_number(text, &out->low);
    if (len == 0) {
        return 0;
    }
    out->has_low = out->includes_low = true;
    static const char *const dashes[] = {"-", "\u2013", "to"};
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++) {
        size_t dash = phrase(text + len, dashes[i]);
        size_t high = dash > 0 ? read_number(text + len + dash, &out->high) : 0;
        if (high > 0) {
            out->has_high = out->includes_high = out->is_dashed = true;
            return len + dash + high;
        }
    }
    size_t plus = phrase(text + len, "+");
    return plus > 0 ? len + plus : 0; /* "400+" */
}

static size_t read_action(const char *text, struct scale_band *out)
{
    static const struct {
        const char *typed;
        enum scale_action action;
    } words[] = {{"hold", SCALE_HOLD},        {"hypoglycemia protocol", SCALE_HOLD}, {"hypoglycaemia protocol", SCALE_HOLD},
                 {"protocol", SCALE_HOLD},    {"call md", SCALE_CALL},               {"call prescriber", SCALE_CALL},
                 {"call provider", SCALE_CALL}, {"call doctor", SCALE_CALL},         {"call", SCALE_CALL},
                 {"notify", SCALE_CALL},      {"none", SCALE_DOSE},                  {"no insulin", SCALE_DOSE}};
    size_t at = 0;
    static const char *const joints[] = {":", "=", "->", "give"};
    for (size_t i = 0; i < sizeof joints / sizeof *joints; i++) {
        at += phrase(text + at, joints[i]);
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = phrase(text + at, words[i].typed);
        if (len > 0) {
            out->action = words[i].action;
            return at + len;
        }
    }
    size_t len = read_number(text + at, &out->dose);
    if (len == 0) {
        return 0;
    }
    out->action = SCALE_DOSE;
    at += len;
    static const char *const units[] = {"units", "unit", "u"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        len = phrase(text + at, units[i]);
        if (len > 0) {
            return at + len;
        }
    }
    return at;
}

/* Whether `next` begins where `end` leaves off: at the same value, or one step of the typed precision behind an included
 * end ("149" then "150", "8.2" then "8.3"). */
static bool follows(const struct range *before, const struct range *next)
{
    struct decimal step, wanted;
    struct decimal low = next->low;
    if (!before->has_high || !next->has_low) {
        return false;
    }
    if (decimal_compare(before->high, low) == 0) {
        return !(before->includes_high && !before->is_dashed && next->includes_low); /* "<=70" and "70-149": whose is 70? */
    }
    uint8_t scale = before->high.scale > low.scale ? before->high.scale : low.scale;
    step = (struct decimal){1, scale};
    return before->includes_high && next->includes_low && decimal_add(before->high, step, &wanted) == STATUS_OK &&
           decimal_compare(wanted, low) == 0;
}

/* Where the band begins: ">400" behind "300-400" begins just behind 400, in the precision that is typed. */
static bool begin_of(const struct range *range, struct decimal *out)
{
    *out = range->low;
    return range->includes_low ||
           decimal_add(range->low, (struct decimal){1, range->low.scale}, out) == STATUS_OK;
}

static const char *add_band(struct scale *scale, const struct range *before, const struct range *range, struct scale_band band)
{
    if (scale->count == SCALE_BANDS_MAX) {
        return N_("This scale has too many rows.");
    }
    if (scale->count == 0) {
        if (range->has_low && !decimal_is_zero(range->low)) {
            return N_("Say what is done below the first row, such as <70 hold.");
        }
        band.from = decimal_from_int(0);
    } else {
        bool is_behind = range->has_low && before->has_high && !range->includes_low &&
                         decimal_compare(range->low, before->high) == 0 && before->includes_high;
        if (!is_behind && !follows(before, range)) {
            return N_("The rows of the scale leave a gap or overlap.");
        }
        if (!begin_of(range, &band.from)) {
            return N_("A number of the scale is out of range.");
        }
    }
    scale->bands[scale->count++] = band;
    return NULL;
}

size_t scale_read(const char *text, struct scale *out, const char **out_problem)
{
    struct scale scale = {.type = METRIC_TYPE_GLUCOSE};
    struct range before = {0}, range;
    *out_problem = NULL;
    size_t at = read_name(text, &scale.type);
    size_t len = read_unit(text + at, scale.type, scale.unit);
    bool has_unit = len > 0 || !has_two_units(scale.type);
    at += len;
    at += phrase(text + at, ":");
    if (len == 0 && has_unit) {
        (void)snprintf(scale.unit, sizeof scale.unit, "%s", measure_unit(scale.type)); /* fits: a row of measure.c */
    }
    for (;;) {
        struct scale_band band = {0};
        size_t start = at;
        static const char *const joints[] = {";", ",", "/"};
        for (size_t i = 0; i < sizeof joints / sizeof *joints && scale.count > 0; i++) {
            start += phrase(text + start, joints[i]);
        }
        len = read_range(text + start, &range);
        size_t action = len > 0 ? read_action(text + start + len, &band) : 0;
        if (action == 0) {
            break;
        }
        *out_problem = add_band(&scale, &before, &range, band);
        if (*out_problem != NULL) {
            return 0;
        }
        before = range;
        at = start + len + action;
    }
    if (scale.count == 0) {
        return 0;
    }
    if (!has_unit) {
        *out_problem = N_("Glucose in which unit? Type mg/dL or mmol/L before the rows.");
    } else if (before.has_high) {
        *out_problem = N_("Say what is done above the last row, such as >400 call.");
    } else if (scale_check(&scale, NULL) != STATUS_OK) {
        *out_problem = N_("The dose of a scale must not fall while the value rises.");
    }
    *out = scale;
    return *out_problem == NULL ? at : 0;
}

/* ---- writing ---- */

struct text_out {
    char *buf;
    size_t size, len;
};

static void put(struct text_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct text_out *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(out->buf + out->len, out->size - out->len, format, args);
    va_end(args);
    out->len = len < 0 || (size_t)len >= out->size - out->len ? out->size - 1 : out->len + (size_t)len;
}

static const char *name_of(enum metric_type type)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].type == type) {
            return names[i].typed;
        }
    }
    return "";
}

const char *hold_rule_write(const struct hold_rule *rule, char buf[OBSERVATION_TEXT_MAX])
{
    static const char *const signs[] = {"", "<", "<=", ">", ">="};
    char value[DECIMAL_TEXT_MAX];
    bool needs_unit = has_two_units(rule->type);
    const char *unit = rule->type == METRIC_TYPE_TEMPERATURE ? "C" : rule->unit;
    (void)snprintf(buf, OBSERVATION_TEXT_MAX, "%s %s %s%s%s", name_of(rule->type), signs[rule->is],
                   decimal_format(rule->value, value), needs_unit ? " " : "", needs_unit ? unit : ""); /* fits */
    return buf;
}

const char *hold_rule_words(const struct hold_rule *rule, char buf[OBSERVATION_TEXT_MAX])
{
    char value[DECIMAL_TEXT_MAX];
    const char *name = enum_label(ENUM_METRIC_TYPE, (int)rule->type);
    struct text_out out = {buf, OBSERVATION_TEXT_MAX, 0};
    (void)decimal_format(rule->value, value);
    /* TRANSLATORS: a measurement, a number and its unit: "pulse below 60 /min" */
    switch (rule->is) {
    case OBSERVATION_BELOW:
        put(&out, _("%s below %s %s"), name, value, rule->unit);
        break;
    case OBSERVATION_AT_MOST:
        put(&out, _("%s at most %s %s"), name, value, rule->unit);
        break;
    case OBSERVATION_ABOVE:
        put(&out, _("%s above %s %s"), name, value, rule->unit);
        break;
    case OBSERVATION_AT_LEAST:
        put(&out, _("%s at least %s %s"), name, value, rule->unit);
        break;
    }
    size_t len = strlen(buf);
    if (len > 0 && buf[len - 1] == ' ') { /* a plain number */
        buf[len - 1] = '\0';
    }
    return buf;
}

const char *scale_write(const struct scale *scale, char buf[SCALE_TEXT_MAX])
{
    struct text_out out = {buf, SCALE_TEXT_MAX, 0};
    char number[DECIMAL_TEXT_MAX];
    put(&out, "%s %s", name_of(scale->type), scale->unit);
    for (int i = 0; i < scale->count; i++) {
        const struct scale_band *band = &scale->bands[i];
        if (i + 1 == scale->count) {
            put(&out, " >=%s", decimal_format(band->from, number));
        } else if (i == 0) {
            put(&out, " <%s", decimal_format(scale->bands[1].from, number));
        } else {
            put(&out, " %s", decimal_format(band->from, number));
            put(&out, "-%s", decimal_format(scale->bands[i + 1].from, number));
        }
        put(&out, " %s", band->action == SCALE_HOLD   ? "hold"
                         : band->action == SCALE_CALL ? "call"
                                                      : decimal_format(band->dose, number));
    }
    return buf;
}

const char *scale_words(const struct scale *scale, const char *unit_of_dose, char buf[SCALE_TEXT_MAX])
{
    struct text_out out = {buf, SCALE_TEXT_MAX, 0};
    char low[DECIMAL_TEXT_MAX], dose[DECIMAL_TEXT_MAX];
    put(&out, _("by %s in %s"), enum_label(ENUM_METRIC_TYPE, (int)scale->type), scale->unit);
    for (int i = 0; i < scale->count; i++) {
        const struct scale_band *band = &scale->bands[i];
        put(&out, "%s ", i == 0 ? ":" : ",");
        if (i == 0) {
            put(&out, _("below %s"), decimal_format(scale->bands[1].from, low));
        } else {
            put(&out, _("from %s"), decimal_format(band->from, low));
        }
        if (band->action == SCALE_DOSE) {
            put(&out, " %s %s", decimal_format(band->dose, dose), unit_of_dose);
        } else {
            put(&out, " %s", band->action == SCALE_HOLD ? _("hold") : _("call the prescriber"));
        }
    }
    return buf;
}

/* ---- rules ---- */

static bool is_unit_of(enum metric_type type, const char *unit)
{
    struct decimal value;
    const char *kept;
    return type > METRIC_TYPE_NONE_GIVEN && type < METRIC_TYPE_COUNT && memchr(unit, '\0', OBSERVATION_UNIT_MAX) != NULL &&
           measure_convert(type, decimal_from_int(1), unit, &value, &kept) && strcmp(kept, unit) == 0;
}

enum status hold_rule_check(const struct hold_rule *rule, struct error *err)
{
    bool is_known = rule->is >= OBSERVATION_BELOW && rule->is <= OBSERVATION_AT_LEAST && rule->value.mantissa >= 0 &&
                    is_unit_of(rule->type, rule->unit);
    return is_known ? STATUS_OK : error_set_field(err, STATUS_INVALID, "hold", _("This hold rule is not understood."));
}

enum status scale_check(const struct scale *scale, struct error *err)
{
    struct decimal most = decimal_from_int(0);
    if (scale->count < 2 || scale->count > SCALE_BANDS_MAX || !is_unit_of(scale->type, scale->unit)) {
        return INVALID(err, _("A scale needs what is done below, between and above."));
    }
    for (int i = 0; i < scale->count; i++) {
        const struct scale_band *band = &scale->bands[i];
        bool is_start = i == 0 ? decimal_is_zero(band->from) : decimal_compare(band->from, scale->bands[i - 1].from) > 0;
        if (!is_start) {
            return INVALID(err, _("The rows of a scale begin at zero and rise."));
        }
        if (band->action < SCALE_DOSE || band->action > SCALE_CALL || band->dose.mantissa < 0) {
            return INVALID(err, _("A row of the scale says neither dose nor hold nor call."));
        }
        if (band->action == SCALE_DOSE && decimal_compare(band->dose, most) < 0) {
            return INVALID(err, _("The dose of a scale must not fall while the value rises."));
        }
        most = band->action == SCALE_DOSE ? band->dose : most;
    }
    return STATUS_OK;
}

static bool in_unit(enum metric_type type, struct decimal value, const char *unit, const char *wanted, struct decimal *out)
{
    *out = value;
    return strcmp(unit, wanted) == 0 || measure_in(type, value, unit, wanted, out);
}

bool hold_rule_is_met(const struct hold_rule *rule, struct decimal value, const char *unit, bool *out_comparable)
{
    struct decimal own;
    *out_comparable = in_unit(rule->type, value, unit, rule->unit, &own);
    int order = *out_comparable ? decimal_compare(own, rule->value) : 0;
    switch (rule->is) {
    case OBSERVATION_BELOW:
        return *out_comparable && order < 0;
    case OBSERVATION_AT_MOST:
        return *out_comparable && order <= 0;
    case OBSERVATION_ABOVE:
        return *out_comparable && order > 0;
    case OBSERVATION_AT_LEAST:
        return *out_comparable && order >= 0;
    }
    return false;
}

const struct scale_band *scale_find(const struct scale *scale, struct decimal value, const char *unit)
{
    struct decimal own;
    const struct scale_band *found = NULL;
    if (value.mantissa < 0 || !in_unit(scale->type, value, unit, scale->unit, &own)) {
        return NULL;
    }
    for (int i = 0; i < scale->count && decimal_compare(own, scale->bands[i].from) >= 0; i++) {
        found = &scale->bands[i];
    }
    return found;
}

bool hold_rule_equal(const struct hold_rule *a, const struct hold_rule *b)
{
    return a->type == b->type && a->is == b->is && decimal_compare(a->value, b->value) == 0 && strcmp(a->unit, b->unit) == 0;
}

bool scale_equal(const struct scale *a, const struct scale *b)
{
    bool is_equal = a->count == b->count && (a->count == 0 || (a->type == b->type && strcmp(a->unit, b->unit) == 0));
    for (int i = 0; i < a->count && is_equal; i++) {
        const struct scale_band *x = &a->bands[i], *y = &b->bands[i];
        is_equal = decimal_compare(x->from, y->from) == 0 && x->action == y->action && decimal_compare(x->dose, y->dose) == 0;
    }
    return is_equal;
}

struct decimal scale_most(const struct scale *scale)
{
    struct decimal most = decimal_from_int(0);
    for (int i = 0; i < scale->count; i++) {
        most = decimal_compare(scale->bands[i].dose, most) > 0 ? scale->bands[i].dose : most;
    }
    return most;
}
