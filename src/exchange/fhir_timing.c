/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FHIR Timing: what struct sig can hold exactly is held there; anything else makes the directions
 * unstructured, with the words kept. Nothing is guessed: "three times a week" without days, or
 * "monthly", has no days that a nurse could be shown. */
#include "exchange/fhir_item.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"

#define MINUTES_PER_DAY 1440
#define INTERVAL_MAX (MINUTES_PER_DAY * 366)

const struct fhir_times FHIR_TIMES_DEFAULT = {
    .daily = {{480},
              {480, 1200},
              {480, 840, 1200},
              {480, 720, 960, 1200},
              {360, 600, 840, 1080, 1320},
              {360, 540, 720, 900, 1080, 1320}},
    .wake = 420,
    .breakfast = 480,
    .morning = 480,
    .lunch = 720,
    .noon = 720,
    .afternoon = 900,
    .dinner = 1080,
    .evening = 1080,
    .night = 1320,
    .bedtime = 1320,
};

struct repeat {
    int frequency, frequency_max;      /* -1 absent */
    struct decimal period, period_max; /* zero absent */
    const char *unit;                  /* of the period, or NULL */
    int count;                         /* -1 absent */
    uint16_t times[SIG_TIMES_MAX];
    size_t time_count;
    uint8_t weekdays;
    size_t when_count;
    const char *when_word;
    bool has_odd_part; /* something that sig has no place for */
};

static const struct fhir_times *times_of(const struct fhir_input *in)
{
    return in->options->times ? in->options->times : &FHIR_TIMES_DEFAULT;
}

static void put_word(struct sig *sig, const char *word)
{
    (void)snprintf(sig->timing_word, sizeof sig->timing_word, "%s", word); /* ours, all shorter */
}

/* --- reading repeat --- */

static void add_time(struct repeat *r, int minute)
{
    size_t at = r->time_count;
    for (size_t i = 0; i < r->time_count; i++) {
        if (r->times[i] == minute) {
            return;
        }
    }
    if (r->time_count == SIG_TIMES_MAX) {
        r->has_odd_part = true;
        return;
    }
    for (; at > 0 && r->times[at - 1] > minute; at--) {
        r->times[at] = r->times[at - 1];
    }
    r->times[at] = (uint16_t)minute;
    r->time_count++;
}

static int two_digits(const char *at)
{
    return at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9'
               ? (at[0] - '0') * 10 + (at[1] - '0')
               : -1;
}

static void read_times(struct fhir_input *in, const struct json *object, struct repeat *r)
{
    const struct json *list = fhir_get(in, object, "timeOfDay", FHIR_ARRAY);
    for (const struct json *node = json_first(list); node; node = json_next(node)) {
        const char *text = json_string(node);
        int hour = text && strlen(text) >= 5 && text[2] == ':' ? two_digits(text) : -1;
        int minute = hour >= 0 ? two_digits(text + 3) : -1;
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
            fhir_refuse(in, node, "timeOfDay", _("this is not a time of day."));
            return;
        }
        add_time(r, hour * 60 + minute);
    }
}

static void read_weekdays(struct fhir_input *in, const struct json *object, struct repeat *r)
{
    static const struct fhir_word days[] = {{"mon", 1}, {"tue", 2}, {"wed", 3}, {"thu", 4},
                                            {"fri", 5}, {"sat", 6}, {"sun", 7}, {NULL, 0}};
    const struct json *list = fhir_get(in, object, "dayOfWeek", FHIR_ARRAY);
    for (const struct json *node = json_first(list); node; node = json_next(node)) {
        int day = fhir_word_value(days, json_string(node));
        if (day == 0) {
            fhir_refuse(in, node, "dayOfWeek", _("this is not a weekday."));
            return;
        }
        r->weekdays |= (uint8_t)SIG_WEEKDAY(day);
    }
}

struct moment {
    const char *code, *word;
    int minute;
    enum { FOOD_NONE, FOOD_WITH, FOOD_BEFORE, FOOD_AFTER } food;
    bool is_all_meals;
};

static bool find_moment(const struct fhir_times *t, const char *code, struct moment *out)
{
    const struct moment moments[] = {
        {"MORN", "qam", t->morning, FOOD_NONE, false},
        {"MORN.early", "qam", t->morning, FOOD_NONE, false},
        {"MORN.late", "qam", t->morning, FOOD_NONE, false},
        {"NOON", "", t->noon, FOOD_NONE, false},
        {"AFT", "", t->afternoon, FOOD_NONE, false},
        {"AFT.early", "", t->afternoon, FOOD_NONE, false},
        {"AFT.late", "", t->afternoon, FOOD_NONE, false},
        {"EVE", "qpm", t->evening, FOOD_NONE, false},
        {"EVE.early", "qpm", t->evening, FOOD_NONE, false},
        {"EVE.late", "qpm", t->evening, FOOD_NONE, false},
        {"NIGHT", "", t->night, FOOD_NONE, false},
        {"HS", "qhs", t->bedtime, FOOD_NONE, false},
        {"PHS", "qhs", t->bedtime, FOOD_NONE, false},
        {"WAKE", "", t->wake, FOOD_NONE, false},
        {"C", "", 0, FOOD_WITH, true},
        {"AC", "", 0, FOOD_BEFORE, true},
        {"PC", "", 0, FOOD_AFTER, true},
        {"CM", "", t->breakfast, FOOD_WITH, false},
        {"CD", "", t->lunch, FOOD_WITH, false},
        {"CV", "", t->dinner, FOOD_WITH, false},
        {"ACM", "", t->breakfast, FOOD_BEFORE, false},
        {"ACD", "", t->lunch, FOOD_BEFORE, false},
        {"ACV", "", t->dinner, FOOD_BEFORE, false},
        {"PCM", "", t->breakfast, FOOD_AFTER, false},
        {"PCD", "", t->lunch, FOOD_AFTER, false},
        {"PCV", "", t->dinner, FOOD_AFTER, false},
    };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        if (strcmp(moments[i].code, code) == 0) {
            *out = moments[i];
            return true;
        }
    }
    return false;
}

/* A meal that is named without its hour leaves the hours to the frequency. */
static void read_when(struct fhir_input *in, const struct json *object, struct repeat *r,
                      struct sig *sig)
{
    const struct fhir_times *t = times_of(in);
    const struct json *list = fhir_get(in, object, "when", FHIR_ARRAY);
    for (const struct json *node = json_first(list); node; node = json_next(node)) {
        struct moment moment;
        const char *code = json_string(node);
        if (!code || !find_moment(t, code, &moment)) {
            r->has_odd_part = true;
            continue;
        }
        sig->with_food = sig->with_food || moment.food == FOOD_WITH;
        sig->before_food = sig->before_food || moment.food == FOOD_BEFORE;
        sig->after_food = sig->after_food || moment.food == FOOD_AFTER;
        r->when_count++;
        r->when_word = r->when_count == 1 ? moment.word : "";
        if (!moment.is_all_meals) {
            add_time(r, moment.minute);
        } else if (r->frequency < 0 || r->frequency == 3) {
            add_time(r, t->breakfast);
            add_time(r, t->lunch);
            add_time(r, t->dinner);
        }
    }
    if (sig->with_food + sig->before_food + sig->after_food > 1) {
        r->has_odd_part = true; /* one rule for all doses of a day is all that sig has */
    }
}

static void read_repeat(struct fhir_input *in, const struct json *object, struct repeat *r,
                        struct sig *sig)
{
    *r = (struct repeat){.when_word = ""};
    r->frequency = fhir_count(in, object, "frequency", 1000);
    r->frequency_max = fhir_count(in, object, "frequencyMax", 1000);
    r->count = fhir_count(in, object, "count", 100000);
    int count_max = fhir_count(in, object, "countMax", 100000);
    int offset = fhir_count(in, object, "offset", 100000);
    (void)fhir_decimal(in, object, "period", &r->period); /* stays zero when absent */
    (void)fhir_decimal(in, object, "periodMax", &r->period_max);
    r->unit = fhir_code(in, object, "periodUnit");
    read_times(in, object, r);
    read_weekdays(in, object, r);
    read_when(in, object, r, sig);
    bool is_varying = r->frequency_max >= 0 && r->frequency_max != r->frequency;
    r->has_odd_part = r->has_odd_part || is_varying || offset > 0 ||
                      (count_max >= 0 && count_max != r->count) || json_get(object, "duration") ||
                      json_get(object, "durationMax") || json_get(object, "boundsRange") ||
                      r->period.mantissa < 0 || r->frequency == 0;
}

/* --- bounds --- */

/* Whole days of a Duration; 0 when it is something else. */
static int days_of(struct fhir_input *in, const struct json *span)
{
    static const struct fhir_word units[] = {{"d", 1},    {"day", 1},   {"days", 1}, {"wk", 7},
                                             {"week", 7}, {"weeks", 7}, {NULL, 0}};
    struct decimal value;
    const char *code = fhir_code(in, span, "code");
    int days = fhir_word_value(units, code ? code : fhir_code(in, span, "unit"));
    if (!fhir_decimal(in, span, "value", &value) || value.mantissa <= 0) {
        return 0;
    }
    struct decimal whole = decimal_round(value, 0);
    bool is_whole = decimal_compare(value, whole) == 0 &&
                    decimal_compare(whole, decimal_from_int(5000)) <= 0;
    return is_whole ? days * (int)whole.mantissa : 0;
}

static bool read_bounds(struct fhir_input *in, const struct json *repeat, struct fhir_timing *out)
{
    const struct json *period = fhir_get(in, repeat, "boundsPeriod", FHIR_OBJECT);
    const struct json *span = fhir_get(in, repeat, "boundsDuration", FHIR_OBJECT);
    out->start_us = fhir_instant(in, period, "start", false);
    out->stop_us = fhir_instant(in, period, "end", true);
    if (span) {
        int days = days_of(in, span);
        out->sig->duration_days = (uint16_t)days;
        return days > 0;
    }
    return true;
}

/* --- schedules --- */

static void put_times(struct sig *sig, const struct repeat *r)
{
    sig->kind = SCHEDULE_KIND_WALL;
    sig->times_count = (uint8_t)r->time_count;
    memcpy(sig->times_min, r->times, r->time_count * sizeof *r->times);
}

static bool put_daily(struct fhir_input *in, struct sig *sig, int count)
{
    static const char *const words[] = {"daily", "bid", "tid", "qid", "5x/day", "6x/day"};
    struct repeat r = {0};
    if (count < 1 || count > SIG_TIMES_MAX) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        add_time(&r, count <= 6 ? times_of(in)->daily[count - 1][i] : i * MINUTES_PER_DAY / count);
    }
    if ((int)r.time_count != count) {
        return false; /* a site's table may be short */
    }
    put_times(sig, &r);
    if (count <= 6) {
        put_word(sig, words[count - 1]);
    }
    return true;
}

static bool put_interval(struct sig *sig, int64_t minutes, int64_t high_minutes)
{
    if (minutes < 1 || minutes > INTERVAL_MAX || high_minutes > INTERVAL_MAX ||
        (high_minutes != 0 && high_minutes < minutes)) {
        return false;
    }
    sig->kind = SCHEDULE_KIND_ELAPSED;
    sig->interval_min = (uint32_t)minutes;
    sig->interval_high_min = high_minutes > minutes ? (uint32_t)high_minutes : 0;
    if (minutes % 60 == 0 && high_minutes <= minutes && minutes / 60 < 1000) {
        char word[16];
        (void)snprintf(word, sizeof word, "q%dh", (int)(minutes / 60)); /* three digits */
        put_word(sig, word);
    }
    return true;
}

/* period * unit / frequency in whole minutes; 0 when it does not come out. */
static int64_t minutes_between(struct decimal period, int unit_minutes, int frequency)
{
    struct decimal total, each;
    if (decimal_multiply(period, decimal_from_int(unit_minutes), &total) != STATUS_OK ||
        decimal_divide(total, decimal_from_int(frequency), 6, &each) != STATUS_OK) {
        return 0;
    }
    struct decimal whole = decimal_round(each, 0);
    return decimal_compare(whole, each) == 0 ? whole.mantissa : 0;
}

/* Whole number of days in the period, 0 for anything else. */
static int days_of_period(const struct repeat *r)
{
    int days = r->unit && strcmp(r->unit, "d") == 0    ? 1
               : r->unit && strcmp(r->unit, "wk") == 0 ? 7
                                                       : 0;
    struct decimal whole = decimal_round(r->period, 0);
    bool is_whole = decimal_compare(whole, r->period) == 0 && whole.mantissa > 0 &&
                    whole.mantissa <= 366;
    return is_whole ? days * (int)whole.mantissa : 0;
}

/* Named days or every n days, at named times or as often as the frequency says. */
static bool put_days(struct fhir_input *in, struct sig *sig, const struct repeat *r)
{
    int days = days_of_period(r);
    int per_day = r->time_count > 0 ? (int)r->time_count : 1;
    bool is_daily = days == 1;
    bool is_weekly = days == 7;
    int count = 0;
    for (int mask = r->weekdays; mask; mask &= mask - 1) {
        count++;
    }
    if (r->weekdays != 0) {
        bool fits = r->frequency < 0 || r->frequency == per_day ||
                    (is_weekly && r->frequency == count * per_day);
        if (!fits && r->time_count == 0 && is_daily) { /* "twice a day on Monday" */
            per_day = r->frequency;
            fits = true;
        }
        if (!fits || (r->unit && !is_daily && !is_weekly)) {
            return false;
        }
    } else if (r->time_count > 0) {
        bool fits = r->frequency < 0 || r->frequency == 1 || r->frequency == (int)r->time_count;
        if (!fits || (r->unit && days == 0)) {
            return false;
        }
    } else {
        per_day = is_daily ? r->frequency : 1;
        if (days == 0 || (!is_daily && r->frequency > 1)) {
            return false;
        }
        per_day = per_day < 1 ? 1 : per_day;
    }
    if (r->time_count > 0) {
        put_times(sig, r);
        put_word(sig, r->when_word);
    } else if (!put_daily(in, sig, per_day)) {
        return false;
    }
    sig->weekdays = r->weekdays;
    sig->every_n_days = r->weekdays == 0 && days > 1 ? (uint16_t)days : 0;
    if (sig->every_n_days > 1 || sig->weekdays != 0) {
        put_word(sig, sig->every_n_days == 7 ? "weekly" : sig->every_n_days == 2 ? "qod" : "");
    }
    return true;
}

/* A number of doses ends the order after whole days, or not at all. */
static bool put_count(struct sig *sig, const struct repeat *r)
{
    if (r->count < 0) {
        return true;
    }
    if (r->count == 1 && r->unit && r->frequency < 0) {
        return false; /* "once, per day": some mean once a day */
    }
    if (r->count == 1 && r->time_count <= 1 && r->weekdays == 0 && r->frequency <= 1) {
        sig->kind = SCHEDULE_KIND_ONCE;
        sig->interval_min = sig->interval_high_min = 0;
        sig->every_n_days = 0;
        if (r->time_count == 0) {
            sig->times_count = 0;
        }
        put_word(sig, "");
        return true;
    }
    bool is_even = sig->kind == SCHEDULE_KIND_WALL && sig->weekdays == 0 &&
                   sig->every_n_days <= 1 && sig->times_count > 0 &&
                   r->count % sig->times_count == 0;
    int days = is_even ? r->count / sig->times_count : 0;
    if (days == 0 || days > UINT16_MAX || (sig->duration_days != 0 && sig->duration_days != days)) {
        return false;
    }
    sig->duration_days = (uint16_t)days;
    return true;
}

static bool put_repeat(struct fhir_input *in, struct sig *sig, const struct repeat *r)
{
    int frequency = r->frequency > 0 ? r->frequency : 1;
    int unit_minutes = r->unit && strcmp(r->unit, "h") == 0     ? 60
                       : r->unit && strcmp(r->unit, "min") == 0 ? 1
                                                                : 0;
    bool has_days = r->weekdays != 0 || r->time_count > 0;
    if (r->has_odd_part) {
        return false;
    }
    if (unit_minutes > 0 && !has_days && r->period.mantissa > 0) {
        int64_t high = r->period_max.mantissa > 0
                           ? minutes_between(r->period_max, unit_minutes, frequency)
                           : 0;
        if ((r->period_max.mantissa > 0 && high == 0) ||
            !put_interval(sig, minutes_between(r->period, unit_minutes, frequency), high)) {
            return false;
        }
        return put_count(sig, r);
    }
    bool is_single = r->count == 1 && !r->unit && !has_days;
    if (is_single) {
        return put_count(sig, r);
    }
    bool has_period = r->period.mantissa > 0 && r->unit != NULL;
    if (r->period_max.mantissa > 0 || (!has_period && !has_days)) {
        return false;
    }
    return put_days(in, sig, r) && put_count(sig, r);
}

/* --- Timing.code --- */

static bool put_code(struct fhir_input *in, struct sig *sig, const char *code)
{
    static const struct fhir_word daily[] = {
        {"QD", 1}, {"BID", 2}, {"TID", 3}, {"QID", 4}, {NULL, 0}};
    static const struct fhir_word hours[] = {{"Q1H", 1},   {"Q2H", 2},   {"Q3H", 3},
                                             {"Q4H", 4},   {"Q6H", 6},   {"Q8H", 8},
                                             {"Q12H", 12}, {"Q24H", 24}, {NULL, 0}};
    const struct fhir_times *t = times_of(in);
    struct repeat r = {.when_word = ""};
    int count = fhir_word_value(daily, code);
    if (count > 0) {
        return put_daily(in, sig, count);
    }
    if (fhir_word_value(hours, code) > 0) {
        return put_interval(sig, fhir_word_value(hours, code) * 60, 0);
    }
    if (strcmp(code, "QOD") == 0 || strcmp(code, "WK") == 0) {
        sig->every_n_days = *code == 'W' ? 7 : 2;
        bool is_put = put_daily(in, sig, 1);
        put_word(sig, *code == 'W' ? "weekly" : "qod");
        return is_put;
    }
    if (strcmp(code, "AM") == 0 || strcmp(code, "PM") == 0 || strcmp(code, "BED") == 0) {
        add_time(&r, *code == 'A' ? t->morning : *code == 'P' ? t->evening : t->bedtime);
        put_times(sig, &r);
        put_word(sig, *code == 'A' ? "qam" : *code == 'P' ? "qpm" : "qhs");
        return true;
    }
    return false;
}

/* What systems write into the text of a code when they have no code for it. Whole texts only. */
static const char *code_of_text(const char *words)
{
    static const struct {
        const char *text, *code;
    } rows[] = {
        {"daily", "QD"},
        {"once daily", "QD"},
        {"once a day", "QD"},
        {"every day", "QD"},
        {"1 time daily", "QD"},
        {"twice daily", "BID"},
        {"two times daily", "BID"},
        {"2 times daily", "BID"},
        {"twice a day", "BID"},
        {"2 times a day", "BID"},
        {"two times a day", "BID"},
        {"bid", "BID"},
        {"three times daily", "TID"},
        {"3 times daily", "TID"},
        {"3 times a day", "TID"},
        {"three times a day", "TID"},
        {"tid", "TID"},
        {"four times daily", "QID"},
        {"4 times daily", "QID"},
        {"4 times a day", "QID"},
        {"four times a day", "QID"},
        {"qid", "QID"},
        {"every other day", "QOD"},
        {"nightly", "BED"},
        {"at bedtime", "BED"},
        {"every morning", "AM"},
        {"every evening", "PM"},
        {"every 4 hours", "Q4H"},
        {"every 6 hours", "Q6H"},
        {"every 8 hours", "Q8H"},
        {"every 12 hours", "Q12H"},
        {"every 24 hours", "Q24H"},
        {"weekly", "WK"},
        {"once a week", "WK"},
        {"every 7 days", "WK"},
    };
    char *folded = text_fold(words);
    const char *code = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && !code; i++) {
        code = strcmp(folded, rows[i].text) == 0 ? rows[i].code : NULL;
    }
    mem_free(folded);
    return code;
}

static bool read_code(struct fhir_input *in, const struct json *concept_node, struct sig *sig,
                      struct buffer *extras)
{
    static const char *const any[] = {NULL};
    struct fhir_concept concept;
    fhir_concept_read(in, concept_node, any, &concept);
    fhir_append(extras, "; ", concept.words);
    const char *code = fhir_concept_code(in, concept_node, "GTSAbbreviation");
    bool is_put = code && put_code(in, sig, code);
    const char *spelled = is_put ? NULL : code_of_text(concept.words);
    is_put = is_put || (spelled && put_code(in, sig, spelled));
    fhir_concept_release(&concept);
    return is_put;
}

/* --- Timing --- */

static bool read_events(struct fhir_input *in, const struct json *timing, struct fhir_timing *out)
{
    const struct json *list = fhir_get(in, timing, "event", FHIR_ARRAY);
    fhir_append_codes(in, timing, "event", out->extras);
    if (json_count(list) != 1 || !json_is_string(json_first(list))) {
        return false;
    }
    int64_t at_us;
    if (instant_parse_iso(json_string(json_first(list)), &at_us, NULL) != STATUS_OK) {
        return false; /* a day without a time: the words hold it */
    }
    out->start_us = at_us;
    out->sig->kind = SCHEDULE_KIND_ONCE;
    return true;
}

bool fhir_timing_read(struct fhir_input *in, const struct json *timing, struct fhir_timing *out)
{
    in->where = "dosageInstruction.timing";
    const struct json *repeat = fhir_get(in, timing, "repeat", FHIR_OBJECT);
    const struct json *code = fhir_get(in, timing, "code", FHIR_OBJECT);
    const struct json *events = fhir_get(in, timing, "event", FHIR_ARRAY);
    bool is_held = true, says_when = false;
    if (repeat) {
        in->where = "dosageInstruction.timing.repeat";
        struct repeat r;
        read_repeat(in, repeat, &r, out->sig);
        bool has_bounds = read_bounds(in, repeat, out);
        says_when = r.unit || r.frequency >= 0 || r.count >= 0 || r.time_count > 0 || r.weekdays ||
                    r.has_odd_part || r.when_count > 0;
        fhir_timing_describe(in, repeat, out->extras);
        is_held = has_bounds && (!says_when || put_repeat(in, out->sig, &r));
    }
    in->where = "dosageInstruction.timing";
    if (events && json_first(events)) {
        is_held = is_held && !says_when && read_events(in, timing, out);
        says_when = true;
    } else if (code && !says_when) {
        is_held = read_code(in, code, out->sig, out->extras) && is_held;
        says_when = true;
    }
    out->is_given = says_when || !is_held;
    in->where = "dosageInstruction";
    return is_held;
}
