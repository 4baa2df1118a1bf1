/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "model/sig.h"

/* Amounts and times travel as strings (decisions.md 17: a JSON number loses 1.50 and long digits).
 * Members with their zero value are left out, so that a new member does not change what older
 * orders look like. */

#define JSON_MAX_BYTES 16384

static const char *const weekday_words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const char *const basis_words[] = {
    [WEIGHT_BASIS_PER_DOSE] = "dose", [WEIGHT_BASIS_PER_DAY] = "day"};

static void write_decimal(struct json_writer *w, const char *key, struct decimal value)
{
    char text[DECIMAL_TEXT_MAX];
    if (!decimal_is_zero(value)) {
        json_write_member(w, key, decimal_format(value, text));
    }
}

static void write_count(struct json_writer *w, const char *key, uint32_t value)
{
    if (value != 0) {
        json_write_key(w, key);
        json_write_int(w, value);
    }
}

static void write_flag(struct json_writer *w, const char *key, bool value)
{
    if (value) {
        json_write_key(w, key);
        json_write_bool(w, true);
    }
}

static void write_text(struct json_writer *w, const char *key, const char *text)
{
    if (text != NULL && *text != '\0') {
        json_write_member(w, key, text);
    }
}

static void write_timing(struct json_writer *w, const struct sig *sig)
{
    if (sig->times_count > 0) {
        json_write_key(w, "times");
        json_begin_array(w);
        for (int i = 0; i < sig->times_count && i < SIG_TIMES_MAX; i++) {
            char text[16];
            snprintf(text, sizeof text, "%02d:%02d", sig->times_min[i] / 60,
                     sig->times_min[i] % 60);
            json_write_string(w, text);
        }
        json_end_array(w);
    }
    if (sig->weekdays != 0) {
        json_write_key(w, "weekdays");
        json_begin_array(w);
        for (int i = 0; i < 7; i++) {
            if ((sig->weekdays & (1u << i)) != 0) {
                json_write_string(w, weekday_words[i]);
            }
        }
        json_end_array(w);
    }
    write_count(w, "every_n_days", sig->every_n_days);
    write_count(w, "month_day", sig->month_day);
    write_count(w, "interval_min", sig->interval_min);
    write_count(w, "interval_high_min", sig->interval_high_min);
}

static void write_weight(struct json_writer *w, const struct sig *sig)
{
    if (sig->weight_basis == WEIGHT_BASIS_NONE) {
        return;
    }
    char text[DATE_TEXT_MAX];
    write_decimal(w, "per_kg", sig->per_kg);
    write_text(w, "per_kg_unit", unit_word(sig->per_kg_unit));
    write_text(w, "per", basis_words[sig->weight_basis]);
    write_decimal(w, "weight_kg", sig->weight_kg);
    if (!date_is_none(sig->weight_on)) {
        json_write_member(w, "weight_on", date_format_iso(sig->weight_on, text));
    }
}

static const char *const is_words[] = {"", "<", "<=", ">", ">="};
static const char *const action_words[] = {"", "dose", "hold", "call"};

static void write_rules(struct json_writer *w, const struct sig *sig)
{
    if (sig->hold_count > 0) {
        json_write_key(w, "hold_if");
        json_begin_array(w);
        for (size_t i = 0; i < sig->hold_count && i < HOLD_RULES_MAX; i++) {
            const struct hold_rule *rule = &sig->holds[i];
            char value[DECIMAL_TEXT_MAX];
            json_begin_object(w);
            write_text(w, "observation", enum_word(ENUM_METRIC_TYPE, (int)rule->type));
            json_write_member(w, "is", is_words[rule->is]);
            json_write_member(w, "value", decimal_format(rule->value, value));
            write_text(w, "unit", rule->unit);
            json_end_object(w);
        }
        json_end_array(w);
    }
    if (sig->scale.count == 0) {
        return;
    }
    json_write_key(w, "scale");
    json_begin_object(w);
    write_text(w, "observation", enum_word(ENUM_METRIC_TYPE, (int)sig->scale.type));
    write_text(w, "unit", sig->scale.unit);
    json_write_key(w, "rows");
    json_begin_array(w);
    for (size_t i = 0; i < sig->scale.count && i < SCALE_BANDS_MAX; i++) {
        const struct scale_band *band = &sig->scale.bands[i];
        char from[DECIMAL_TEXT_MAX];
        json_begin_object(w);
        json_write_member(w, "from", decimal_format(band->from, from));
        json_write_member(w, "action", action_words[band->action]);
        write_decimal(w, "dose", band->dose);
        json_end_object(w);
    }
    json_end_array(w);
    json_end_object(w);
}

static void write_later(struct json_writer *w, const struct sig *sig)
{
    if (sig->later_count == 0) {
        return;
    }
    json_write_key(w, sig->is_parallel ? "and" : "then");
    json_begin_array(w);
    for (size_t i = 1; i <= sig->later_count; i++) {
        struct sig step;
        sig_step(sig, i, &step);
        json_begin_object(w);
        write_text(w, "kind", enum_word(ENUM_SCHEDULE_KIND, (int)step.kind));
        write_decimal(w, "dose", step.dose);
        write_decimal(w, "dose_high", step.dose_high);
        write_text(w, "timing", step.timing_word);
        write_timing(w, &step);
        write_count(w, "duration_days", step.duration_days);
        write_count(w, "duration_doses", step.duration_doses);
        json_end_object(w);
    }
    json_end_array(w);
}

char *sig_to_json(const struct sig *sig)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    write_text(&w, "kind", enum_word(ENUM_SCHEDULE_KIND, (int)sig->kind));
    write_decimal(&w, "dose", sig->dose);
    write_decimal(&w, "dose_high", sig->dose_high);
    write_text(&w, "unit", unit_word(sig->unit));
    write_weight(&w, sig);
    write_text(&w, "route", enum_word(ENUM_ROUTE, (int)sig->route));
    write_flag(&w, "by_tube", sig->by_tube);
    write_text(&w, "timing", sig->timing_word);
    write_timing(&w, sig);
    write_flag(&w, "as_needed", sig->as_needed);
    write_text(&w, "prn_reason", sig->prn_reason);
    write_decimal(&w, "max_per_day", sig->max_per_day);
    write_count(&w, "max_times_per_day", sig->max_times_per_day);
    write_flag(&w, "with_food", sig->with_food);
    write_flag(&w, "before_food", sig->before_food);
    write_flag(&w, "after_food", sig->after_food);
    write_flag(&w, "first_now", sig->first_now);
    write_count(&w, "duration_days", sig->duration_days);
    write_count(&w, "duration_doses", sig->duration_doses);
    write_later(&w, sig);
    write_rules(&w, sig);
    json_end_object(&w);
    return buffer_take(&w.out);
}

static enum status bad_member(struct error *err, const char *key)
{
    return error_set_field(err, STATUS_INVALID, key,
                           _("The directions cannot be read: \"%s\" is not right."), key);
}

static enum status read_decimal(const struct json *object, const char *key, struct decimal *out,
                                struct error *err)
{
    const struct json *node = json_get(object, key);
    if (node == NULL) {
        return STATUS_OK;
    }
    const char *text = json_string(node);
    return text != NULL && decimal_parse(text, out, NULL) == STATUS_OK ? STATUS_OK
                                                                       : bad_member(err, key);
}

static enum status read_count(const struct json *object, const char *key, uint32_t max,
                              uint32_t *out, struct error *err)
{
    const struct json *node = json_get(object, key);
    struct decimal value;
    if (node == NULL) {
        *out = 0;
        return STATUS_OK;
    }
    if (!json_is_number(node) || json_decimal(node, &value, NULL) != STATUS_OK ||
        value.mantissa < 0 || decimal_compare(value, decimal_from_int(max)) > 0 ||
        decimal_compare(value, decimal_round(value, 0)) != 0) {
        return bad_member(err, key);
    }
    *out = (uint32_t)decimal_round(value, 0).mantissa;
    return STATUS_OK;
}

static enum status read_flag(const struct json *object, const char *key, bool *out,
                             struct error *err)
{
    const struct json *node = json_get(object, key);
    return node == NULL || json_get_bool(node, out) ? STATUS_OK : bad_member(err, key);
}

static enum status read_text(const struct json *object, const char *key, char *out, size_t size,
                             struct error *err)
{
    const struct json *node = json_get(object, key);
    const char *text = node != NULL ? json_string(node) : "";
    if (text == NULL || strlen(text) >= size) {
        return bad_member(err, key);
    }
    memcpy(out, text, strlen(text) + 1);
    return STATUS_OK;
}

static enum status read_word(const struct json *object, const char *key, enum enum_kind kind,
                             int *out, struct error *err)
{
    const struct json *node = json_get(object, key);
    if (node == NULL) {
        *out = 0;
        return STATUS_OK;
    }
    *out = enum_value(kind, json_string(node));
    return *out != 0 ? STATUS_OK : bad_member(err, key);
}

/* Exactly the stored word; what people type is the business of unit_parse(). */
static enum status read_unit(const struct json *object, const char *key, enum unit *out,
                             struct error *err)
{
    const struct json *node = json_get(object, key);
    if (node == NULL) {
        return STATUS_OK;
    }
    const char *text = json_string(node);
    for (int unit = 1; text != NULL && unit < UNIT_COUNT; unit++) {
        if (strcmp(unit_word((enum unit)unit), text) == 0) {
            *out = (enum unit)unit;
            return STATUS_OK;
        }
    }
    return bad_member(err, key);
}

static bool read_clock(const char *text, uint16_t *out)
{
    if (text == NULL || strlen(text) != 5 || text[2] != ':') {
        return false;
    }
    for (int i = 0; i < 5; i++) {
        if (i != 2 && (text[i] < '0' || text[i] > '9')) {
            return false;
        }
    }
    int hour = (text[0] - '0') * 10 + text[1] - '0';
    int minute = (text[3] - '0') * 10 + text[4] - '0';
    *out = (uint16_t)(hour * 60 + minute);
    return hour < 24 && minute < 60;
}

static enum status read_timing(const struct json *object, struct sig *sig, struct error *err)
{
    const struct json *times = json_get(object, "times");
    if (times != NULL && (!json_is_array(times) || json_count(times) > SIG_TIMES_MAX)) {
        return bad_member(err, "times");
    }
    for (const struct json *node = json_first(times); node != NULL; node = json_next(node)) {
        if (!read_clock(json_string(node), &sig->times_min[sig->times_count++])) {
            return bad_member(err, "times");
        }
    }
    const struct json *days = json_get(object, "weekdays");
    if (days != NULL && !json_is_array(days)) {
        return bad_member(err, "weekdays");
    }
    for (const struct json *node = json_first(days); node != NULL; node = json_next(node)) {
        const char *word = json_string(node);
        int day = 0;
        while (day < 7 && (word == NULL || strcmp(word, weekday_words[day]) != 0)) {
            day++;
        }
        if (day == 7) {
            return bad_member(err, "weekdays");
        }
        sig->weekdays |= (uint8_t)(1u << day);
    }
    return STATUS_OK;
}

static enum status read_weight(const struct json *object, struct sig *sig, struct error *err)
{
    const struct json *per = json_get(object, "per");
    const struct json *on = json_get(object, "weight_on");
    const char *word = json_string(per);
    if (word != NULL && strcmp(word, "dose") == 0) {
        sig->weight_basis = WEIGHT_BASIS_PER_DOSE;
    } else if (word != NULL && strcmp(word, "day") == 0) {
        sig->weight_basis = WEIGHT_BASIS_PER_DAY;
    } else if (per != NULL) {
        return bad_member(err, "per");
    }
    if (on != NULL && (json_string(on) == NULL ||
                       date_parse_iso(json_string(on), &sig->weight_on, NULL) != STATUS_OK)) {
        return bad_member(err, "weight_on");
    }
    enum status status = read_decimal(object, "per_kg", &sig->per_kg, err);
    if (status == STATUS_OK) {
        status = read_unit(object, "per_kg_unit", &sig->per_kg_unit, err);
    }
    return status == STATUS_OK ? read_decimal(object, "weight_kg", &sig->weight_kg, err) : status;
}

static enum status read_amounts(const struct json *object, struct sig *sig, struct error *err)
{
    int kind = 0;
    int route = 0;
    enum status status = read_word(object, "kind", ENUM_SCHEDULE_KIND, &kind, err);
    if (status == STATUS_OK) {
        status = read_word(object, "route", ENUM_ROUTE, &route, err);
    }
    sig->kind = (enum schedule_kind)kind;
    sig->route = (enum route)route;
    if (status == STATUS_OK) {
        status = read_decimal(object, "dose", &sig->dose, err);
    }
    if (status == STATUS_OK) {
        status = read_decimal(object, "dose_high", &sig->dose_high, err);
    }
    if (status == STATUS_OK) {
        status = read_decimal(object, "max_per_day", &sig->max_per_day, err);
    }
    return status == STATUS_OK ? read_unit(object, "unit", &sig->unit, err) : status;
}

static enum status read_counts(const struct json *object, struct sig *sig, struct error *err)
{
    uint32_t every = 0;
    uint32_t most = 0;
    uint32_t days = 0;
    uint32_t doses = 0;
    uint32_t day = 0;
    enum status status = read_count(object, "every_n_days", UINT16_MAX, &every, err);
    if (status == STATUS_OK) {
        status = read_count(object, "interval_min", UINT32_MAX, &sig->interval_min, err);
    }
    if (status == STATUS_OK) {
        status = read_count(object, "interval_high_min", UINT32_MAX, &sig->interval_high_min, err);
    }
    if (status == STATUS_OK) {
        status = read_count(object, "max_times_per_day", UINT16_MAX, &most, err);
    }
    if (status == STATUS_OK) {
        status = read_count(object, "duration_days", UINT16_MAX, &days, err);
    }
    if (status == STATUS_OK) {
        status = read_count(object, "duration_doses", SIG_DOSES_MAX, &doses, err);
    }
    if (status == STATUS_OK) {
        status = read_count(object, "month_day", 31, &day, err);
    }
    sig->month_day = (uint8_t)day;
    sig->every_n_days = (uint16_t)every;
    sig->max_times_per_day = (uint16_t)most;
    sig->duration_days = (uint16_t)days;
    sig->duration_doses = (uint16_t)doses;
    return status;
}

static enum status read_words(const struct json *object, struct sig *sig, struct error *err)
{
    enum status status = read_flag(object, "as_needed", &sig->as_needed, err);
    if (status == STATUS_OK) {
        status = read_flag(object, "by_tube", &sig->by_tube, err);
    }
    if (status == STATUS_OK) {
        status = read_flag(object, "with_food", &sig->with_food, err);
    }
    if (status == STATUS_OK) {
        status = read_flag(object, "before_food", &sig->before_food, err);
    }
    if (status == STATUS_OK) {
        status = read_flag(object, "after_food", &sig->after_food, err);
    }
    if (status == STATUS_OK) {
        status = read_flag(object, "first_now", &sig->first_now, err);
    }
    if (status == STATUS_OK) {
        status = read_text(object, "timing", sig->timing_word, sizeof sig->timing_word, err);
    }
    return status == STATUS_OK
               ? read_text(object, "prn_reason", sig->prn_reason, sizeof sig->prn_reason, err)
               : status;
}

/* A member that this version does not know may change what is due: such directions are not half
 * understood. */
static enum status refuse_unknown(const struct json *object, const char *const known[], struct error *err)
{
    for (const struct json *node = json_first(object); node != NULL; node = json_next(node)) {
        size_t i = 0;
        while (known[i] != NULL && strcmp(known[i], json_key(node)) != 0) {
            i++;
        }
        if (known[i] == NULL) {
            return error_set_field(
                err, STATUS_NEWER, json_key(node),
                _("These directions were written by a newer version of the program."));
        }
    }
    return STATUS_OK;
}

static enum status read_step(const struct json *object, struct sig *out, struct error *err)
{
    static const char *const known[] = {"kind", "dose", "dose_high", "timing", "times", "weekdays", "every_n_days",
                                        "interval_min", "interval_high_min", "duration_days", "duration_doses", NULL};
    static enum status (*const parts[])(const struct json *, struct sig *, struct error *) = {read_amounts, read_timing,
                                                                                              read_counts, read_words};
    enum status status = json_is_object(object) ? refuse_unknown(object, known, err) : bad_member(err, "then");
    *out = (struct sig){0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == STATUS_OK; i++) {
        status = parts[i](object, out, err);
    }
    return status;
}

static enum status read_later(const struct json *object, struct sig *sig, struct error *err)
{
    const struct json *then = json_get(object, "then"), *beside = json_get(object, "and");
    const struct json *list = then != NULL ? then : beside;
    enum status status = STATUS_OK;
    if ((list != NULL && !json_is_array(list)) || (then != NULL && beside != NULL)) {
        return bad_member(err, then != NULL ? "then" : "and");
    }
    sig->is_parallel = beside != NULL;
    for (const struct json *node = json_first(list); node != NULL && status == STATUS_OK; node = json_next(node)) {
        struct sig step;
        status = read_step(node, &step, err);
        if (status == STATUS_OK && !sig_add_step(sig, &step)) {
            status = bad_member(err, "then");
        }
    }
    return status;
}

static int word_index(const char *const words[], size_t count, const char *text)
{
    for (size_t i = 1; i < count && text != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            return (int)i;
        }
    }
    return 0;
}

static enum status read_rule(const struct json *object, struct hold_rule *out, struct error *err)
{
    static const char *const known[] = {"observation", "is", "value", "unit", NULL};
    int type = 0;
    *out = (struct hold_rule){0};
    enum status status = json_is_object(object) ? refuse_unknown(object, known, err) : bad_member(err, "hold_if");
    if (status == STATUS_OK) {
        status = read_word(object, "observation", ENUM_METRIC_TYPE, &type, err);
    }
    if (status == STATUS_OK) {
        status = read_decimal(object, "value", &out->value, err);
    }
    if (status == STATUS_OK) {
        status = read_text(object, "unit", out->unit, sizeof out->unit, err);
    }
    out->type = (enum metric_type)type;
    out->is = (enum observation_is)word_index(is_words, sizeof is_words / sizeof *is_words, json_string(json_get(object, "is")));
    return status;
}

static enum status read_band(const struct json *object, struct scale_band *out, struct error *err)
{
    static const char *const known[] = {"from", "action", "dose", NULL};
    *out = (struct scale_band){0};
    enum status status = json_is_object(object) ? refuse_unknown(object, known, err) : bad_member(err, "scale");
    if (status == STATUS_OK) {
        status = read_decimal(object, "from", &out->from, err);
    }
    if (status == STATUS_OK) {
        status = read_decimal(object, "dose", &out->dose, err);
    }
    out->action = (enum scale_action)word_index(action_words, sizeof action_words / sizeof *action_words,
                                                json_string(json_get(object, "action")));
    return status;
}

static enum status read_scale(const struct json *object, struct scale *out, struct error *err)
{
    static const char *const known[] = {"observation", "unit", "rows", NULL};
    int type = 0;
    enum status status = json_is_object(object) ? refuse_unknown(object, known, err) : bad_member(err, "scale");
    if (status == STATUS_OK) {
        status = read_word(object, "observation", ENUM_METRIC_TYPE, &type, err);
    }
    if (status == STATUS_OK) {
        status = read_text(object, "unit", out->unit, sizeof out->unit, err);
    }
    const struct json *rows = json_get(object, "rows");
    if (status == STATUS_OK && (!json_is_array(rows) || json_count(rows) > SCALE_BANDS_MAX)) {
        status = bad_member(err, "scale");
    }
    for (const struct json *node = json_first(rows); node != NULL && status == STATUS_OK; node = json_next(node)) {
        status = read_band(node, &out->bands[out->count++], err);
    }
    out->type = (enum metric_type)type;
    return status;
}

static enum status read_rules(const struct json *object, struct sig *sig, struct error *err)
{
    const struct json *list = json_get(object, "hold_if");
    const struct json *scale = json_get(object, "scale");
    enum status status = STATUS_OK;
    if (list != NULL && (!json_is_array(list) || json_count(list) > HOLD_RULES_MAX)) {
        return bad_member(err, "hold_if");
    }
    for (const struct json *node = json_first(list); node != NULL && status == STATUS_OK; node = json_next(node)) {
        status = read_rule(node, &sig->holds[sig->hold_count++], err);
    }
    return status == STATUS_OK && scale != NULL ? read_scale(scale, &sig->scale, err) : status;
}

static enum status read_sig(const struct json *object, struct sig *out, struct error *err)
{
    struct sig sig = {0};
    if (!json_is_object(object)) {
        return error_set(err, STATUS_INVALID,
                         _("The directions cannot be read: this is not an object."));
    }
    static const char *const known[] = {
        "kind",         "dose",         "dose_high",    "unit",
        "per_kg",       "per_kg_unit",  "per",          "weight_kg",
        "weight_on",    "route",        "by_tube",       "timing",       "times",
        "weekdays",     "every_n_days", "interval_min", "interval_high_min",
        "as_needed",    "prn_reason",   "max_per_day",  "max_times_per_day",
        "with_food",    "before_food",  "after_food",   "first_now",
        "duration_days", "duration_doses", "month_day", "then", "and", "hold_if", "scale", NULL};
    static enum status (*const steps[])(const struct json *, struct sig *, struct error *) = {
        read_amounts, read_weight, read_timing, read_counts, read_words, read_later, read_rules};
    enum status status = refuse_unknown(object, known, err);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == STATUS_OK; i++) {
        status = steps[i](object, &sig, err);
    }
    if (status == STATUS_OK) {
        status = sig_check(&sig, err);
    }
    if (status == STATUS_OK) {
        *out = sig;
    }
    return status;
}

enum status sig_from_json(const char *json, struct sig *out, struct error *err)
{
    static const struct json_limits limits = {.max_bytes = JSON_MAX_BYTES, .max_depth = 6, .max_nodes = 1024};
    struct json_document *doc = NULL;
    enum status status = json_parse(json != NULL ? json : "", json != NULL ? strlen(json) : 0,
                                    &limits, 1, &doc, err);
    if (status == STATUS_OK) {
        status = read_sig(json_root(doc), out, err);
    }
    json_free(doc);
    return status;
}
