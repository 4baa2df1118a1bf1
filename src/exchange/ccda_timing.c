/* SPDX-License-Identifier: GPL-3.0-or-later */
/* effectiveTime as a schedule: PIVL (every so often), EIVL (at bedtime, before meals), sets of both, and one point in time.
 * What struct sig cannot hold exactly stays unstructured, with the words. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "exchange/ccda_entry.h"
#include "base/memory.h"

#define MINUTES_PER_DAY 1440
#define INTERVAL_MAX_DAYS 366

struct moments {
    const struct fhir_times *times;
    uint16_t minutes[SIG_TIMES_MAX];
    int count;
    bool is_whole; /* all that was said is understood */
};

int64_t ccda_minutes(const xmlNode *quantity)
{
    static const struct {
        const char *unit;
        int minutes;
    } units[] = {{"min", 1}, {"h", 60}, {"hr", 60}, {"d", MINUTES_PER_DAY}, {"wk", 7 * MINUTES_PER_DAY},
               {"minute", 1}, {"hour", 60}, {"hours", 60}, {"day", MINUTES_PER_DAY}, {"days", MINUTES_PER_DAY},
               {"week", 7 * MINUTES_PER_DAY}, {"weeks", 7 * MINUTES_PER_DAY}};
    char *value = ccda_attribute(quantity, "value"), *unit = ccda_attribute(quantity, "unit");
    struct decimal amount, minutes;
    int64_t found = 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        bool is_unit = strcasecmp(unit, units[i].unit) == 0 && decimal_parse(value, &amount, NULL) == STATUS_OK;
        if (is_unit && decimal_multiply(amount, decimal_from_int(units[i].minutes), &minutes) == STATUS_OK && minutes.scale == 0 &&
            minutes.mantissa > 0 && minutes.mantissa <= (int64_t)INTERVAL_MAX_DAYS * MINUTES_PER_DAY) {
            found = minutes.mantissa;
        }
    }
    mem_free(value);
    mem_free(unit);
    return found;
}

static void put_daily(struct sig *sig, const struct fhir_times *times, int count)
{
    sig->kind = SCHEDULE_KIND_WALL;
    sig->times_count = (uint8_t)count;
    for (int i = 0; i < count; i++) {
        sig->times_min[i] = times->daily[count - 1][i];
    }
}

/* The day of the week that a phase names: "every week from 7 January 2013" is every Monday. */
static void put_weekday(const xmlNode *pivl, struct sig *sig)
{
    struct date day = ccda_date(ccda_path(pivl, "phase/low"));
    day = date_is_none(day) ? ccda_date(ccda_path(pivl, "phase")) : day;
    if (!date_is_none(day) && day.day != 0) {
        sig->weekdays = (uint8_t)SIG_WEEKDAY(date_weekday(day));
        sig->every_n_days = 0;
    }
}

/* False where it is not understood as a whole. */
static bool read_period(const xmlNode *pivl, const struct fhir_times *times, struct sig *sig)
{
    const xmlNode *period = ccda_child(pivl, "period"), *low = ccda_child(period, "low"), *high = ccda_child(period, "high");
    int64_t minutes = ccda_minutes(low ? low : period), longest = high ? ccda_minutes(high) : 0;
    bool is_by_day = ccda_attribute_is(pivl, "institutionSpecified", "true");
    if (minutes == 0 || (low && (longest == 0 || longest < minutes))) {
        return false;
    }
    if (longest > 0) {
        sig->kind = SCHEDULE_KIND_ELAPSED;
        sig->interval_min = (uint32_t)minutes;
        sig->interval_high_min = longest > minutes ? (uint32_t)longest : 0;
        return true;
    }
    if (minutes % MINUTES_PER_DAY == 0) {
        put_daily(sig, times, 1);
        sig->every_n_days = (uint16_t)(minutes / MINUTES_PER_DAY);
        if (sig->every_n_days == 7) {
            put_weekday(pivl, sig);
        }
        return true;
    }
    int64_t count = MINUTES_PER_DAY / minutes;
    if (is_by_day && MINUTES_PER_DAY % minutes == 0 && count <= 6) {
        put_daily(sig, times, (int)count);
        return true;
    }
    sig->kind = SCHEDULE_KIND_ELAPSED;
    sig->interval_min = (uint32_t)minutes;
    return true;
}

static void add_minute(struct moments *m, uint16_t minute)
{
    int at = m->count;
    for (int i = 0; i < m->count; i++) {
        if (m->minutes[i] == minute) {
            return;
        }
    }
    if (m->count == SIG_TIMES_MAX) {
        m->is_whole = false;
        return;
    }
    for (; at > 0 && m->minutes[at - 1] > minute; at--) {
        m->minutes[at] = m->minutes[at - 1];
    }
    m->minutes[at] = minute;
    m->count++;
}

static void read_event(const xmlNode *eivl, struct moments *m, struct sig *sig)
{
    enum food { NO_FOOD, WITH, BEFORE, AFTER };
    const struct fhir_times *t = m->times;
    const struct {
        const char *code;
        uint16_t minutes[3];
        int count;
        enum food food;
    } events[] = {
        {"HS", {t->bedtime}, 1, NO_FOOD},
        {"WAKE", {t->wake}, 1, NO_FOOD},
        {"C", {t->breakfast, t->lunch, t->dinner}, 3, WITH},
        {"AC", {t->breakfast, t->lunch, t->dinner}, 3, BEFORE},
        {"PC", {t->breakfast, t->lunch, t->dinner}, 3, AFTER},
        {"CM", {t->breakfast}, 1, WITH},
        {"ACM", {t->breakfast}, 1, BEFORE},
        {"PCM", {t->breakfast}, 1, AFTER},
        {"CD", {t->lunch}, 1, WITH},
        {"ACD", {t->lunch}, 1, BEFORE},
        {"PCD", {t->lunch}, 1, AFTER},
        {"CV", {t->dinner}, 1, WITH},
        {"ACV", {t->dinner}, 1, BEFORE},
        {"PCV", {t->dinner}, 1, AFTER},
    };
    char *code = ccda_attribute(ccda_child(eivl, "event"), "code");
    bool is_found = false;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (strcmp(events[i].code, code) == 0) {
            is_found = true;
            for (int n = 0; n < events[i].count; n++) {
                add_minute(m, events[i].minutes[n]);
            }
            sig->with_food = sig->with_food || events[i].food == WITH;
            sig->before_food = sig->before_food || events[i].food == BEFORE;
            sig->after_food = sig->after_food || events[i].food == AFTER;
        }
    }
    if (strcmp(code, "HS") == 0) {
        (void)snprintf(sig->timing_word, sizeof sig->timing_word, "qhs"); /* fits */
    }
    m->is_whole = m->is_whole && is_found && !ccda_child(eivl, "offset");
    mem_free(code);
}

/* One effectiveTime or one part of a set. */
static void read_part(const xmlNode *time, struct moments *m, struct sig *sig, int *periods)
{
    if (ccda_child(time, "comp")) {
        for (const xmlNode *comp = ccda_child(time, "comp"); comp; comp = ccda_next(comp)) {
            read_part(comp, m, sig, periods);
        }
    } else if (ccda_child(time, "period")) {
        m->is_whole = read_period(time, m->times, sig) && m->is_whole;
        (*periods)++;
    } else if (ccda_child(time, "event")) {
        read_event(time, m, sig);
    }
}

static bool is_point(const xmlNode *administration)
{
    const xmlNode *time = ccda_child(administration, "effectiveTime");
    char *value = ccda_attribute(time, "value");
    bool found = *value != '\0' && !ccda_next(time);
    mem_free(value);
    return found;
}

bool ccda_timing_read(const xmlNode *administration, const struct fhir_times *times, struct sig *sig)
{
    struct moments m = {.times = times ? times : &FHIR_TIMES_DEFAULT, .is_whole = true};
    int periods = 0;
    for (const xmlNode *t = ccda_child(administration, "effectiveTime"); t; t = ccda_next(t)) {
        read_part(t, &m, sig, &periods);
    }
    if (periods == 0 && m.count == 0 && is_point(administration)) {
        sig->kind = SCHEDULE_KIND_ONCE;
        return true;
    }
    if (m.count > 0 && periods == 0) {
        sig->kind = SCHEDULE_KIND_WALL;
        sig->times_count = (uint8_t)m.count;
        memcpy(sig->times_min, m.minutes, sizeof sig->times_min);
    }
    bool is_day = sig->kind == SCHEDULE_KIND_WALL && sig->times_count == 1 && sig->every_n_days <= 1;
    if (m.count > 0 && periods == 1 && is_day) { /* once a day, at bedtime */
        sig->times_count = (uint8_t)m.count;
        memcpy(sig->times_min, m.minutes, sizeof sig->times_min);
    } else if (m.count > 0 && periods > 0) {
        m.is_whole = false;
    }
    return m.is_whole && periods <= 1 && (periods > 0 || m.count > 0);
}
