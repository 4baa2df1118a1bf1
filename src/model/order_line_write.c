/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directions as a typed line. What is written is read back at once and compared, so that a line can
 * never say something else than the directions that it came from. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/order_line.h"

static const char *const route_words[ROUTE_COUNT] = {
    [ROUTE_NONE_GIVEN] = "",
    [ROUTE_ORAL] = "po",
    [ROUTE_SUBLINGUAL] = "sublingual",
    [ROUTE_BUCCAL] = "buccal",
    [ROUTE_IV] = "iv",
    [ROUTE_IM] = "im",
    [ROUTE_SUBCUT] = "subcut",
    [ROUTE_INTRATHECAL] = "intrathecal",
    [ROUTE_RECTAL] = "rectal",
    [ROUTE_TRANSDERMAL] = "transdermal",
    [ROUTE_TOPICAL] = "topical",
    [ROUTE_OPHTHALMIC] = "ophthalmic",
    [ROUTE_OTIC] = "otic",
    [ROUTE_NASAL] = "nasal",
    [ROUTE_INHALED] = "inhaled",
    [ROUTE_VAGINAL] = "vaginal",
    [ROUTE_OTHER] = "",
};

/* Words of the timing table that nobody types. */
static const struct {
    const char *word, *typed;
} typed_words[] = {
    {"5x", "five times daily"}, {"bid_meals", "bid"}, {"tid_meals", "tid"}, {"meals_bedtime", "before meals and at bedtime"},
};

struct line_out {
    char *buf;
    size_t size, len;
    bool is_cut;
};

static void add(struct line_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct line_out *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(out->buf + out->len, out->size - out->len, format, args);
    va_end(args);
    out->is_cut = out->is_cut || len < 0 || (size_t)len >= out->size - out->len;
    out->len += out->is_cut ? 0 : (size_t)len;
}

static void add_dose(struct line_out *out, const struct sig *sig)
{
    char low[DECIMAL_TEXT_MAX], high[DECIMAL_TEXT_MAX];
    if (sig->weight_basis != WEIGHT_BASIS_NONE) {
        add(out, "%s %s/kg/%s", decimal_format(sig->per_kg, low), unit_word(sig->per_kg_unit),
            sig->weight_basis == WEIGHT_BASIS_PER_DAY ? "day" : "dose");
    } else if (sig->unit != UNIT_NONE && !decimal_is_zero(sig->dose_high)) {
        add(out, "%s-%s %s", decimal_format(sig->dose, low), decimal_format(sig->dose_high, high),
            unit_word(sig->unit));
    } else if (sig->unit != UNIT_NONE && sig->scale.count == 0) {
        add(out, "%s %s", decimal_format(sig->dose, low), unit_word(sig->unit));
    }
}

static void add_times(struct line_out *out, const struct sig *sig)
{
    for (int i = 0; i < sig->times_count; i++) {
        add(out, " %02u:%02u", sig->times_min[i] / 60u, sig->times_min[i] % 60u);
    }
}

static void add_interval(struct line_out *out, const struct sig *sig)
{
    bool is_hours = sig->interval_min % 60 == 0 && sig->interval_high_min % 60 == 0;
    unsigned unit_min = is_hours ? 60 : 1;
    if (sig->interval_min == 0) {
        return;
    }
    add(out, " q%u", (unsigned)sig->interval_min / unit_min);
    if (sig->interval_high_min > 0) {
        add(out, "-%u", (unsigned)sig->interval_high_min / unit_min);
    }
    add(out, is_hours ? "h" : "min");
}

static void add_weekdays(struct line_out *out, const struct sig *sig)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    for (int i = 0; i < 7; i++) {
        if (sig->weekdays & SIG_WEEKDAY(i + 1)) {
            add(out, " %s", days[i]);
        }
    }
}

static void add_days(struct line_out *out, const struct sig *sig)
{
    static const char *const counts[] = {"", "daily", "bid", "tid", "qid", "five times daily"};
    add_weekdays(out, sig);
    if (sig->month_day == 31) {
        add(out, " monthly on the last day");
    } else if (sig->month_day != 0) {
        add(out, " monthly on day %u", (unsigned)sig->month_day);
    } else if (sig->every_n_days == 2) {
        add(out, " every other day");
    } else if (sig->every_n_days > 2) {
        add(out, " every %u days", (unsigned)sig->every_n_days);
    } else if (sig->weekdays == 0 && sig->times_count < sizeof counts / sizeof *counts) {
        add(out, " %s", counts[sig->times_count]);
    }
}

/* By the word as it was ordered, or spelled out with its times. */
static void add_timing(struct line_out *out, const struct sig *sig, bool by_word)
{
    if (by_word) {
        const char *typed = sig->timing_word;
        for (size_t i = 0; i < sizeof typed_words / sizeof *typed_words; i++) {
            typed = strcmp(typed_words[i].word, sig->timing_word) == 0 ? typed_words[i].typed : typed;
        }
        add_weekdays(out, sig);
        add(out, " %s", typed);
        return;
    }
    switch (sig->kind) {
    case SCHEDULE_KIND_WALL:
        add_days(out, sig);
        add_times(out, sig);
        break;
    case SCHEDULE_KIND_ELAPSED:
        add_interval(out, sig);
        add_times(out, sig);
        break;
    case SCHEDULE_KIND_PRN:
        add_interval(out, sig);
        break;
    case SCHEDULE_KIND_ONCE:
        add(out, " once");
        add_times(out, sig);
        break;
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_COUNT:
        break;
    }
}

static void add_duration(struct line_out *out, const struct sig *sig)
{
    if (sig->duration_days > 0) {
        add(out, " for %u days", (unsigned)sig->duration_days);
    } else if (sig->duration_doses > 0) {
        add(out, " for %u doses", (unsigned)sig->duration_doses);
    }
}

static void add_limits(struct line_out *out, const struct sig *sig)
{
    char most[DECIMAL_TEXT_MAX];
    if (sig->as_needed) {
        add(out, " prn%s%s", sig->prn_reason[0] != '\0' ? " " : "", sig->prn_reason);
    }
    if (sig->max_times_per_day > 0) {
        add(out, " max %u doses", (unsigned)sig->max_times_per_day);
    }
    if (!decimal_is_zero(sig->max_per_day)) {
        add(out, " max %s %s/day", decimal_format(sig->max_per_day, most), unit_word(sig->unit));
    }
    add_duration(out, sig);
}

static void write_line(struct line_out *out, const struct sig *sig, bool by_word, bool with_times)
{
    add_dose(out, sig);
    if (route_words[sig->route][0] != '\0') {
        add(out, " %s", sig->by_tube ? "via feeding tube" : route_words[sig->route]);
    }
    add_timing(out, sig, by_word);
    if (by_word && with_times) {
        add_times(out, sig);
    }
    add(out, "%s%s%s%s", sig->with_food ? " with food" : "", sig->before_food ? " before food" : "",
        sig->after_food ? " after food" : "", sig->first_now ? " first dose now" : "");
    for (size_t i = 1; sig->is_parallel && i < sig_step_count(sig); i++) {
        struct sig part;
        sig_step(sig, i, &part);
        add(out, " and ");
        add_dose(out, &part);
        bool is_word = by_word && part.timing_word[0] != '\0';
        add_timing(out, &part, is_word);
        if (is_word && with_times) {
            add_times(out, &part);
        }
    }
    add_limits(out, sig);
    for (size_t i = 1; !sig->is_parallel && i < sig_step_count(sig); i++) {
        struct sig step;
        sig_step(sig, i, &step);
        add(out, " then ");
        add_dose(out, &step);
        add_timing(out, &step, by_word && step.timing_word[0] != '\0');
        if (with_times) {
            add_times(out, &step);
        }
        add_duration(out, &step);
    }
    char rule[OBSERVATION_TEXT_MAX], scale[SCALE_TEXT_MAX];
    for (size_t i = 0; i < sig->hold_count; i++) {
        add(out, "%s%s", i == 0 ? " hold if " : " or ", hold_rule_write(&sig->holds[i], rule));
    }
    if (sig->scale.count > 0) {
        add(out, " scale %s", scale_write(&sig->scale, scale));
    }
}

static struct sig without_weight(const struct sig *sig)
{
    struct sig plain = *sig;
    plain.weight_kg = decimal_from_int(0);
    plain.weight_on = (struct date){0};
    if (plain.weight_basis != WEIGHT_BASIS_NONE) {
        plain.dose = plain.dose_high = decimal_from_int(0);
        plain.unit = UNIT_NONE;
    }
    return plain;
}

bool order_line_write(const struct sig *sig, const struct order_line_options *options, char *buf,
                      size_t size)
{
    const struct sig wanted = without_weight(sig);
    struct order_line line;
    for (int variant = 0; variant < 3; variant++) {
        struct line_out out = {.buf = buf, .size = size};
        if (variant < 2 && sig->timing_word[0] == '\0') {
            continue;
        }
        buf[0] = '\0';
        write_line(&out, &wanted, variant < 2, variant == 1);
        if (!out.is_cut && order_line_parse(buf, options, &line, NULL) == STATUS_OK &&
            line.unknown_count == 0 && line.drug[0] == '\0') {
            struct sig read = without_weight(&line.sig);
            if (wanted.timing_word[0] == '\0') { /* imported: nobody used a word */
                read.timing_word[0] = '\0';
                for (size_t i = 0; i < read.later_count; i++) {
                    read.later[i].timing_word[0] = '\0';
                }
            }
            if (sig_equal(&read, &wanted)) {
                return true;
            }
        }
    }
    buf[0] = '\0';
    return false;
}
