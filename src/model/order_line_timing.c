/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "model/order_line_parser.h"

#define MINUTES_PER_DAY 1440
#define INTERVAL_MAX_MIN (400 * MINUTES_PER_DAY)
#define EVERY_DAY 0x7f

static bool has_rhythm(const struct frequency *f)
{
    return f->row != TIMING_NONE || f->moment_count > 0 || f->interval_min != 0 || f->is_once;
}

static bool has_days(const struct frequency *f)
{
    return f->every_n_days != 0 || f->weekdays != 0 || f->month_day != 0;
}

static size_t accept(struct line_parser *p, size_t at, size_t count)
{
    uint16_t span = parser_span_tokens(p, at, count, ORDER_LINE_TIMING);
    if (p->frequency.span == ORDER_LINE_NO_SPAN) {
        p->frequency.span = span;
    }
    return count;
}

static size_t contradict(struct line_parser *p, size_t at, size_t count)
{
    return parser_refuse(p, at, count, ORDER_LINE_WARNING_TWO_TIMINGS, NULL);
}

size_t timing_take_row(struct line_parser *p, size_t at, size_t count, enum timing row)
{
    struct frequency *f = &p->frequency;
    bool refines = row == TIMING_DAILY && f->row == TIMING_NONE && f->interval_min == 0 &&
                   !f->is_once;
    if (f->row != row && has_rhythm(f) && !refines) {
        return contradict(p, at, count);
    }
    if (row == TIMING_DAILY && (f->every_n_days != 0 || f->month_day != 0)) {
        return contradict(p, at, count); /* weekly is not daily: the classic methotrexate error */
    }
    f->row = row;
    return accept(p, at, count);
}

static size_t take_moment(struct line_parser *p, size_t at, size_t count, enum timing moment)
{
    struct frequency *f = &p->frequency;
    bool is_free = (f->row == TIMING_NONE || f->row == TIMING_DAILY) && f->interval_min == 0 &&
                   !f->is_once;
    for (size_t i = 0; i < f->moment_count; i++) {
        if (f->moments[i] == moment) {
            return accept(p, at, count);
        }
    }
    if (!is_free || f->moment_count == sizeof f->moments / sizeof *f->moments) {
        return contradict(p, at, count);
    }
    f->moments[f->moment_count++] = moment;
    return accept(p, at, count);
}

static size_t take_every_days(struct line_parser *p, size_t at, size_t count, int days)
{
    struct frequency *f = &p->frequency;
    if (days == 1) {
        return timing_take_row(p, at, count, TIMING_DAILY);
    }
    bool is_other = f->month_day != 0 || (f->every_n_days != 0 && f->every_n_days != days);
    if (is_other || f->row == TIMING_DAILY || f->interval_min != 0 || f->is_once ||
        (f->weekdays != 0 && days != 7)) {
        return contradict(p, at, count);
    }
    f->every_n_days = (uint16_t)days;
    return accept(p, at, count);
}

/* "monthly on day 15", "monthly on the 1st": a month's days differ, so its day is named. */
static size_t take_month_day(struct line_parser *p, size_t at, size_t count, int day)
{
    static const char *const ends[] = {"st", "nd", "rd", "th"};
    struct frequency *f = &p->frequency;
    struct number_at found;
    if (day == 0) {
        bool is_day = amount_number_at(p, at + count, &found) && amount_is_plain(&found.number) &&
                      amount_as_integer(&found.number, 31, &day) && day > 0;
        struct suffix suffix = is_day ? amount_suffix(p, at + count, &found) : (struct suffix){0};
        bool has_end = !is_day || !found.has_suffix;
        for (size_t i = 0; i < sizeof ends / sizeof *ends && !has_end; i++) {
            has_end = word_equals(suffix.text, suffix.len, ends[i]);
        }
        if (!is_day || !has_end) {
            return parser_refuse(p, at, count, ORDER_LINE_WARNING_AMBIGUOUS_WORD, N_("monthly on day 1"));
        }
        count += found.tokens;
    }
    if (has_days(f) || f->interval_min != 0 || f->is_once || f->row == TIMING_DAILY) {
        return contradict(p, at, count);
    }
    f->month_day = (uint8_t)day;
    return accept(p, at, count);
}

static size_t take_weekdays(struct line_parser *p, size_t at, size_t count, int mask)
{
    struct frequency *f = &p->frequency;
    if ((f->every_n_days != 0 && f->every_n_days != 7) || f->month_day != 0 || f->interval_min != 0 || f->is_once) {
        return contradict(p, at, count);
    }
    f->weekdays |= (uint8_t)mask;
    return accept(p, at, count);
}

static size_t take_minutes(struct line_parser *p, size_t at, size_t count, uint32_t low,
                           uint32_t high)
{
    struct frequency *f = &p->frequency;
    if (f->interval_min == low && f->interval_high_min == high) {
        return accept(p, at, count);
    }
    if (has_rhythm(f) || has_days(f)) {
        return contradict(p, at, count);
    }
    f->interval_min = low;
    f->interval_high_min = high;
    return accept(p, at, count);
}

static size_t take_once(struct line_parser *p, size_t at, size_t count)
{
    struct frequency *f = &p->frequency;
    if (!f->is_once && (has_rhythm(f) || has_days(f))) {
        return contradict(p, at, count);
    }
    f->is_once = true;
    return accept(p, at, count);
}

size_t timing_take_word(struct line_parser *p, size_t at, size_t count,
                        const struct order_word *word)
{
    struct frequency *f = &p->frequency;
    switch ((enum word_kind)word->kind) {
    case WORD_TIMING:
        return timing_take_row(p, at, count, (enum timing)word->value);
    case WORD_MOMENT:
        return take_moment(p, at, count, (enum timing)word->value);
    case WORD_EVERY_DAYS:
        return take_every_days(p, at, count, word->value);
    case WORD_MONTH_DAY:
        return take_month_day(p, at, count, word->value);
    case WORD_WEEKDAYS:
        return take_weekdays(p, at, count, word->value);
    case WORD_INTERVAL:
        return take_minutes(p, at, count, (uint32_t)word->value, 0);
    case WORD_ONCE:
        return take_once(p, at, count);
    case WORD_STAT:
        f->is_stat = true;
        return accept(p, at, count);
    case WORD_NOW:
        f->is_now = true;
        return accept(p, at, count);
    case WORD_FIRST_NOW:
        f->is_first_now = true;
        return accept(p, at, count);
    default: /* the other kinds are not about time */
        return 0;
    }
}

struct period {
    int low, high; /* high 0 when no range */
    int minutes;   /* one of both is not 0: minutes or days in a unit */
    int days;
    bool is_month;
    size_t tokens;
};

/* The number of a period from byte `skip` of the token; behind whole words ("every two") it may
 * take several. */
static bool read_period_number(const struct line_parser *p, size_t at, size_t skip,
                               struct number_at *out)
{
    if (skip == 0) {
        return amount_number_at(p, at, out);
    }
    size_t len = token_word_len(&p->tokens, at);
    if (skip >= len || !number_read(token_word(&p->tokens, at) + skip, len - skip, &out->number)) {
        return false;
    }
    out->tokens = 1;
    out->suffix = skip + out->number.len;
    out->has_suffix = out->suffix < len;
    return true;
}

/* "6h", "6 hours", "4-6 h", "4 to 6 hours", "2 weeks". */
static bool read_period(const struct line_parser *p, size_t at, size_t skip, struct period *out)
{
    struct number_at found;
    struct period period = {0};
    if (!read_period_number(p, at, skip, &found)) {
        return false;
    }
    struct number high = {.low = found.number.high};
    bool is_range = (found.number.flags & NUMBER_RANGE) != 0;
    if ((found.number.flags & ~(unsigned)NUMBER_RANGE) != 0 ||
        !amount_as_integer(&found.number, INTERVAL_MAX_MIN, &period.low) || period.low == 0 ||
        (is_range && !amount_as_integer(&high, INTERVAL_MAX_MIN, &period.high))) {
        return false;
    }
    size_t unit_at = at + found.tokens - found.has_suffix;
    size_t skipped = found.has_suffix ? found.suffix : 0;
    const char *unit = token_word(&p->tokens, unit_at) + skipped;
    size_t len = token_word_len(&p->tokens, unit_at) - skipped;
    period.tokens = unit_at - at + 1;
    period.minutes = period_minutes(unit, len);
    period.days = period_days(unit, len);
    period.is_month = period.days == 30;
    *out = period;
    return period.minutes != 0 || period.days != 0;
}

static size_t take_period(struct line_parser *p, size_t at, size_t count,
                          const struct period *period)
{
    if (period->is_month) {
        return parser_refuse(p, at, count, ORDER_LINE_WARNING_AMBIGUOUS_WORD,
                             N_("every 28 days, or every 30 days"));
    }
    int unit = period->minutes != 0 ? period->minutes : period->days;
    int most = period->minutes != 0 ? INTERVAL_MAX_MIN : 400;
    if (period->low > most / unit || period->high > most / unit ||
        (period->days != 0 && period->high != 0)) {
        (void)parser_span_tokens(p, at, count, ORDER_LINE_UNKNOWN);
        return count;
    }
    if (period->minutes != 0) {
        return take_minutes(p, at, count, (uint32_t)(period->low * unit),
                            (uint32_t)(period->high * unit));
    }
    return take_every_days(p, at, count, period->low * unit);
}

bool timing_is_interval(struct line_parser *p, size_t at)
{
    struct period period;
    const char *word = token_word(&p->tokens, at);
    return token_word_len(&p->tokens, at) > 1 && word[0] == 'q' && read_period(p, at, 1, &period);
}

size_t timing_take_interval(struct line_parser *p, size_t at)
{
    struct period period;
    const char *word = token_word(&p->tokens, at);
    if (token_word_len(&p->tokens, at) < 2 || word[0] != 'q' || !read_period(p, at, 1, &period)) {
        return 0;
    }
    return take_period(p, at, period.tokens, &period);
}

size_t timing_take_every(struct line_parser *p, size_t at, size_t words)
{
    struct period period;
    size_t next_count;
    if (read_period(p, at + words, 0, &period)) {
        return take_period(p, at, words + period.tokens, &period);
    }
    const struct order_word *next = parser_word(p, at + words, &next_count);
    bool is_weekday = next != NULL && next->kind == WORD_WEEKDAYS;
    (void)parser_span_tokens(p, at, words, is_weekday ? ORDER_LINE_FILLER : ORDER_LINE_UNKNOWN);
    return words;
}

size_t timing_take_minute(struct line_parser *p, size_t at, size_t count, int minute)
{
    struct frequency *f = &p->frequency;
    uint16_t span;
    size_t place = 0;
    bool is_midnight = minute == MINUTES_PER_DAY;
    minute %= MINUTES_PER_DAY;
    while (place < f->time_count && f->times[place] < minute) {
        place++;
    }
    if (f->time_count == SIG_TIMES_MAX || (place < f->time_count && f->times[place] == minute)) {
        return parser_refuse(p, at, count, ORDER_LINE_WARNING_REPEATED, NULL);
    }
    span = parser_span_tokens(p, at, count, ORDER_LINE_TIME);
    memmove(f->times + place + 1, f->times + place, (f->time_count - place) * sizeof *f->times);
    f->times[place] = (uint16_t)minute;
    f->time_count++;
    f->time_span = f->time_span == ORDER_LINE_NO_SPAN ? span : f->time_span;
    if (is_midnight) {
        parser_warn(p, ORDER_LINE_WARNING_MIDNIGHT, span, NULL);
    }
    return count;
}

size_t timing_take_time(struct line_parser *p, size_t at)
{
    const char *word = token_word(&p->tokens, at);
    size_t len = token_word_len(&p->tokens, at);
    size_t count = 1;
    int minute = clock_read(word, len);
    if (token_word_len(&p->tokens, at + 1) == 2 &&
        (parser_word_is(p, at + 1, "am") || parser_word_is(p, at + 1, "pm"))) {
        char joined[12];
        if (len < 6) {
            snprintf(joined, sizeof joined, "%.*s%.2s", (int)len, word,
                     token_word(&p->tokens, at + 1));
            int with_half = clock_read(joined, strlen(joined));
            minute = with_half >= 0 ? with_half : minute;
            count = with_half >= 0 ? 2 : 1;
        }
    }
    if (minute < 0 && parser_word_is(p, at, "midnight")) {
        minute = 0;
    }
    return minute >= 0 ? timing_take_minute(p, at, count, minute) : 0;
}

static const struct timing_times *times_of(const struct line_parser *p, enum timing row)
{
    return &p->options.times->times[row];
}

static void add_time(struct sig *sig, uint16_t minute)
{
    int place = 0;
    while (place < sig->times_count && sig->times_min[place] < minute) {
        place++;
    }
    bool is_there = place < sig->times_count && sig->times_min[place] == minute;
    if (!is_there && sig->times_count < SIG_TIMES_MAX) {
        memmove(sig->times_min + place + 1, sig->times_min + place,
                (size_t)(sig->times_count - place) * sizeof *sig->times_min);
        sig->times_min[place] = minute;
        sig->times_count++;
    }
}

static void add_row(struct line_parser *p, enum timing row)
{
    const struct timing_times *times = times_of(p, row);
    for (int i = 0; i < times->count; i++) {
        add_time(&p->out->sig, times->min[i]);
    }
}

static enum timing row_with_meals(const struct line_parser *p)
{
    const struct sig *sig = &p->out->sig;
    bool is_with_meals = sig->with_food || sig->before_food || sig->after_food;
    if (is_with_meals && p->frequency.row == TIMING_TID) {
        return TIMING_TID_MEALS;
    }
    return is_with_meals && p->frequency.row == TIMING_BID ? TIMING_BID_MEALS : p->frequency.row;
}

static void set_word(struct sig *sig, const char *word)
{
    size_t len = strlen(word);
    if (len <
        sizeof sig->timing_word) { /* longer ones ("q576000min") are only told by their minutes */
        memcpy(sig->timing_word, word, len + 1);
    }
}

static void name_wall(struct line_parser *p)
{
    const struct frequency *f = &p->frequency;
    struct sig *sig = &p->out->sig;
    if (f->moment_count > 0) {
        set_word(sig, f->moment_count == 1 ? timing_word(f->moments[0]) : "");
    } else if (f->row == TIMING_MEALS_BEDTIME) {
        set_word(sig, timing_word(TIMING_QID));
        sig->before_food = true;
    } else if (f->row == TIMING_TID_MEALS) {
        set_word(sig, timing_word(TIMING_TID));
        sig->with_food = true;
    } else {
        set_word(sig, timing_word(f->row));
    }
}

static size_t planned_count(const struct line_parser *p)
{
    const struct frequency *f = &p->frequency;
    if (f->moment_count > 0) {
        return f->moment_count;
    }
    return f->row != TIMING_NONE ? times_of(p, f->row)->count : 0;
}

/* The typed times of day where there are any, else the site's for the word. */
static void plan_wall(struct line_parser *p)
{
    const struct frequency *f = &p->frequency;
    struct sig *sig = &p->out->sig;
    for (size_t i = 0; i < f->time_count; i++) {
        add_time(sig, f->times[i]);
    }
    size_t planned = planned_count(p);
    if (f->time_count > 0 && planned > 0 && planned != f->time_count) {
        parser_warn(p, ORDER_LINE_WARNING_TIMES_COUNT, f->time_span, NULL);
    }
    if (f->time_count > 0) {
        return;
    }
    for (size_t i = 0; i < f->moment_count; i++) {
        add_row(p, f->moments[i]);
    }
    if (f->moment_count == 0) {
        add_row(p, f->row != TIMING_NONE ? row_with_meals(p) : TIMING_DAILY);
    }
}

static void finish_wall(struct line_parser *p)
{
    const struct frequency *f = &p->frequency;
    struct sig *sig = &p->out->sig;
    sig->kind = SCHEDULE_KIND_WALL;
    name_wall(p);
    plan_wall(p);
    sig->weekdays = f->weekdays != EVERY_DAY ? f->weekdays : 0;
    sig->every_n_days = f->weekdays == 0 ? f->every_n_days : 0;
    sig->month_day = f->month_day;
    if (sig->every_n_days == 7) {
        parser_warn(p, ORDER_LINE_WARNING_WEEKDAY_MISSING, f->span, NULL);
    }
    if (!has_rhythm(f) && !has_days(f)) {
        parser_warn(p, ORDER_LINE_WARNING_ASSUMED_DAILY, f->time_span, NULL);
    }
}

static void add_anchor(struct line_parser *p)
{
    const struct frequency *f = &p->frequency;
    if (f->time_count > 1) {
        parser_warn(p, ORDER_LINE_WARNING_TIMES_COUNT, f->time_span, NULL);
    } else if (f->time_count == 1) {
        add_time(&p->out->sig, f->times[0]);
    }
}

static void finish_interval(struct line_parser *p)
{
    const struct frequency *f = &p->frequency;
    struct sig *sig = &p->out->sig;
    bool is_hours = f->interval_min % 60 == 0 && f->interval_high_min % 60 == 0;
    unsigned low = is_hours ? f->interval_min / 60 : f->interval_min;
    unsigned high = is_hours ? f->interval_high_min / 60 : f->interval_high_min;
    sig->kind = SCHEDULE_KIND_ELAPSED;
    sig->interval_min = f->interval_min;
    sig->interval_high_min = f->interval_high_min;
    char word[40];
    if (high != 0) {
        snprintf(word, sizeof word, "q%u-%u%s", low, high, is_hours ? "h" : "min");
    } else {
        snprintf(word, sizeof word, "q%u%s", low, is_hours ? "h" : "min");
    }
    set_word(sig, word);
    add_anchor(p);
}

static void finish_once(struct line_parser *p)
{
    struct frequency *f = &p->frequency;
    p->out->sig.kind = SCHEDULE_KIND_ONCE;
    set_word(&p->out->sig, f->is_stat ? "stat" : f->is_now ? "now" : "once");
    add_anchor(p);
}

/* As needed: the rhythm becomes a least interval or a count; fixed times of day have no meaning. */
static void finish_as_needed(struct line_parser *p)
{
    const struct frequency *f = &p->frequency;
    struct sig *sig = &p->out->sig;
    if (f->is_once) {
        parser_warn(p, ORDER_LINE_WARNING_TWO_TIMINGS, f->span, NULL);
    }
    if (f->time_count > 0) {
        parser_warn(p, ORDER_LINE_WARNING_TIMES_COUNT, f->time_span, NULL);
    }
    sig->max_times_per_day = (uint16_t)planned_count(p);
    sig->kind = SCHEDULE_KIND_PRN;
    sig->times_count = 0;
    memset(sig->times_min, 0, sizeof sig->times_min);
}

void timing_finish(struct line_parser *p)
{
    const struct frequency *f = &p->frequency;
    struct sig *sig = &p->out->sig;
    bool has_other = has_rhythm(f) || has_days(f) || f->time_count > 0;
    if (f->interval_min != 0) {
        finish_interval(p);
    } else if (f->is_once || (!has_other && (f->is_stat || f->is_now))) {
        finish_once(p);
    } else if (has_other) {
        finish_wall(p);
    } else if (!sig->as_needed) {
        parser_warn(p, ORDER_LINE_WARNING_TIMING_MISSING, ORDER_LINE_NO_SPAN, NULL);
    }
    bool is_single = sig->kind == SCHEDULE_KIND_ONCE;
    sig->first_now = !is_single && !sig->as_needed && (f->is_first_now || f->is_now || f->is_stat);
    if (sig->as_needed) {
        finish_as_needed(p);
    }
}
