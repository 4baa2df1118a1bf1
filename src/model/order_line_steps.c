/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of one order (clinical.md 4.B.11). Each is read as a line of its own; what it does not say about when is as in
 * the step before it, what it does not say about how much blocks: nobody guesses a dose. Drug, route, food, quantity and
 * refills belong to the whole line. */
#include <string.h>

#include "model/order_line_parser.h"

static bool has_end(const struct sig *sig)
{
    return sig->kind == SCHEDULE_KIND_ONCE || sig->duration_days > 0 || sig->duration_doses > 0;
}

static bool has_warning(const struct line_parser *p, enum order_line_warning_kind kind)
{
    for (size_t i = 0; i < p->out->warning_count; i++) {
        if (p->out->warnings[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static bool has_blocking_warning(const struct line_parser *p)
{
    for (size_t i = 0; i < p->out->warning_count; i++) {
        if (order_line_warning_blocks(p->out->warnings[i].kind)) {
            return true;
        }
    }
    return false;
}

static void drop_last_warning(struct line_parser *p, enum order_line_warning_kind kind)
{
    if (p->out->warning_count > 0 && p->out->warnings[p->out->warning_count - 1].kind == kind) {
        p->out->warning_count--;
    }
}

/* "then 30 mg for 5 days": as often as before. */
static void take_over_timing(struct line_parser *p, const struct sig *before)
{
    struct sig *sig = &p->out->sig;
    drop_last_warning(p, ORDER_LINE_WARNING_TIMING_MISSING);
    if (before->kind == SCHEDULE_KIND_ONCE) {
        parser_warn(p, ORDER_LINE_WARNING_TIMING_MISSING, p->step_span, NULL);
        return;
    }
    sig->kind = before->kind;
    sig->times_count = before->times_count;
    memcpy(sig->times_min, before->times_min, sizeof sig->times_min);
    sig->weekdays = before->weekdays;
    sig->every_n_days = before->every_n_days;
    sig->interval_min = before->interval_min;
    sig->interval_high_min = before->interval_high_min;
    memcpy(sig->timing_word, before->timing_word, sizeof sig->timing_word);
}

static void finish_step(struct line_parser *p)
{
    struct sig *sig = &p->out->sig;
    const struct sig *before = p->step_count > 0 ? &p->steps[p->step_count - 1] : NULL;
    enum unit usual = p->options.unit;
    timing_finish(p);
    if (before != NULL && !p->is_parallel && sig->kind == SCHEDULE_KIND_NONE_GIVEN && !sig->as_needed) {
        take_over_timing(p, before);
    }
    p->options.unit = before != NULL && usual == UNIT_NONE ? before->unit : usual;
    dose_finish(p);
    p->options.unit = usual;
    if (before == NULL) {
        return;
    }
    drop_last_warning(p, ORDER_LINE_WARNING_DOSE_MISSING);
    if (decimal_is_zero(sig->dose) && !has_warning(p, ORDER_LINE_WARNING_AMBIGUOUS_NUMBER)) {
        parser_warn(p, ORDER_LINE_WARNING_STEP_DOSE_MISSING, p->step_span, NULL);
    } else if (sig->unit != before->unit && before->unit != UNIT_NONE) { /* 1 tab, then 250 mg: converted or asked */
        struct decimal low, high = decimal_from_int(0);
        if (unit_convert(sig->dose, sig->unit, before->unit, &low) == STATUS_OK &&
            (decimal_is_zero(sig->dose_high) || unit_convert(sig->dose_high, sig->unit, before->unit, &high) == STATUS_OK)) {
            sig->dose = low;
            sig->dose_high = high;
        } else {
            parser_warn(p, ORDER_LINE_WARNING_TWO_AMOUNTS, p->step_span, NULL);
        }
    }
    sig->unit = before->unit;
}

/* The one weekday or hour left out of a part is the one that nobody may guess: days everywhere or nowhere. */
static void check_part(struct line_parser *p)
{
    const struct sig *sig = &p->out->sig, *first = p->step_count > 0 ? &p->steps[0] : NULL;
    bool is_other = first != NULL && (first->weekdays != 0) != (sig->weekdays != 0) && p->frequency.row == TIMING_NONE;
    if (sig->as_needed || is_other || (first != NULL && first->duration_days + first->duration_doses > 0)) {
        parser_warn(p, ORDER_LINE_WARNING_PARTS_DAYS, p->step_span, NULL);
    } else if (sig->first_now) {
        parser_warn(p, ORDER_LINE_WARNING_PARTS_FIRST, p->step_span, NULL);
    }
}

/* What a line says of a step, made empty for the next one. */
static void begin_step(struct line_parser *p)
{
    const struct sig *first = &p->out->sig;
    p->out->sig = (struct sig){
        .route = first->route,
        .by_tube = first->by_tube,
        .with_food = first->with_food,
        .before_food = first->before_food,
        .after_food = first->after_food,
    };
    memset(&p->frequency, 0, sizeof p->frequency);
    p->frequency.span = p->frequency.time_span = ORDER_LINE_NO_SPAN;
    p->amount_count = p->maximum_count = 0;
    p->form_unit = UNIT_NONE;
    p->form_span = p->divided_span = ORDER_LINE_NO_SPAN;
    p->options.is_drug_known = true; /* a step names no other drug */
}

/* "then stop": where a step ends is where the order ends. */
static size_t stop_tokens(const struct line_parser *p, size_t at)
{
    static const char *const words[] = {"stop", "off", "discontinue", "d/c", "dc", "stopped"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (parser_word_is(p, at, words[i]) && at + 1 == p->tokens.len) {
            return 1;
        }
    }
    return 0;
}

size_t steps_take_then(struct line_parser *p, size_t at, size_t words)
{
    size_t stop = stop_tokens(p, at + words);
    if (stop > 0) {
        (void)parser_span_tokens(p, at, words + stop, ORDER_LINE_FILLER);
        return words + stop;
    }
    if (p->step_count == SIG_LATER_MAX || p->is_parallel) {
        p->is_stopped = true;
        return parser_refuse(p, at, words, ORDER_LINE_WARNING_STEPS_TOO_MANY, NULL);
    }
    finish_step(p);
    if (p->out->sig.as_needed) {
        parser_warn(p, ORDER_LINE_WARNING_STEP_AS_NEEDED, ORDER_LINE_NO_SPAN, NULL);
    } else if (!has_end(&p->out->sig)) {
        parser_warn(p, ORDER_LINE_WARNING_STEP_NO_END, ORDER_LINE_NO_SPAN, NULL);
    }
    p->steps[p->step_count++] = p->out->sig;
    p->step_span = parser_span_tokens(p, at, words, ORDER_LINE_FILLER);
    p->then_span = p->then_span == ORDER_LINE_NO_SPAN ? p->step_span : p->then_span;
    begin_step(p);
    return words;
}

/* A dose and its times are said, and another dose follows. */
static bool begins_part(const struct line_parser *p, size_t at)
{
    const struct frequency *f = &p->frequency;
    struct number_at found;
    bool has_when = f->row != TIMING_NONE || f->moment_count > 0 || f->weekdays != 0 || f->time_count > 0;
    return p->amount_count > 0 && has_when && (p->step_count == 0 || p->is_parallel) && !p->out->sig.as_needed &&
           amount_number_at(p, at, &found) && !amount_is_counted(p, at, &found) && dose_is_keyword(p, at) &&
           clock_read(token_word(&p->tokens, at), token_word_len(&p->tokens, at)) < 0;
}

size_t steps_take_and(struct line_parser *p, size_t at, size_t words)
{
    if (!begins_part(p, at + words)) {
        (void)parser_span_tokens(p, at, words, ORDER_LINE_FILLER);
        return words;
    }
    if (p->step_count == SIG_LATER_MAX) {
        p->is_stopped = true;
        return parser_refuse(p, at, words, ORDER_LINE_WARNING_STEPS_TOO_MANY, NULL);
    }
    p->is_parallel = true;
    finish_step(p);
    check_part(p);
    p->steps[p->step_count++] = p->out->sig;
    p->step_span = parser_span_tokens(p, at, words, ORDER_LINE_FILLER);
    p->then_span = p->then_span == ORDER_LINE_NO_SPAN ? p->step_span : p->then_span;
    begin_step(p);
    return words;
}

/* "days 2-5" behind "500 mg on day 1": as long as from one to the other. */
size_t steps_take_days(struct line_parser *p, size_t at)
{
    struct number_at found;
    int first, last;
    if (p->step_count == 0 || !parser_word_is(p, at, "days") || !amount_number_at(p, at + 1, &found) || found.has_suffix ||
        found.number.flags != NUMBER_RANGE) {
        return 0;
    }
    struct number low = {.low = found.number.low};
    struct number high = {.low = found.number.high};
    if (!amount_as_integer(&low, UINT8_MAX, &first) || !amount_as_integer(&high, UINT8_MAX, &last) || first < 2 ||
        last < first || has_end(&p->out->sig)) {
        return 0;
    }
    p->out->sig.duration_days = (uint16_t)(last - first + 1);
    (void)parser_span_tokens(p, at, 1 + found.tokens, ORDER_LINE_DURATION);
    return 1 + found.tokens;
}

void steps_finish(struct line_parser *p)
{
    finish_step(p);
    if (p->step_count == 0) {
        return;
    }
    struct sig whole = p->steps[0];
    whole.first_now = whole.first_now || p->out->sig.first_now; /* said at the end, it is still the first step's */
    if (p->is_parallel) {
        check_part(p);
        whole.is_parallel = true;
        whole.duration_days = p->out->sig.duration_days; /* said once, at the end, for all */
        whole.duration_doses = p->out->sig.duration_doses;
        p->out->sig.duration_days = p->out->sig.duration_doses = 0;
    }
    if (p->out->sig.as_needed && !p->is_parallel) {
        parser_warn(p, ORDER_LINE_WARNING_STEP_AS_NEEDED, ORDER_LINE_NO_SPAN, NULL);
    }
    whole.route = whole.route != ROUTE_NONE_GIVEN ? whole.route : p->out->sig.route;
    whole.by_tube = whole.by_tube || p->out->sig.by_tube;
    whole.with_food = p->out->sig.with_food;
    whole.before_food = p->out->sig.before_food;
    whole.after_food = p->out->sig.after_food;
    for (size_t i = 1; i < p->step_count; i++) {
        (void)sig_add_step(&whole, &p->steps[i]);
    }
    (void)sig_add_step(&whole, &p->out->sig);
    p->out->sig = whole;
    if (p->is_parallel && sig_check(&whole, NULL) != STATUS_OK && !has_blocking_warning(p)) {
        parser_warn(p, ORDER_LINE_WARNING_PARTS_OVERLAP, p->step_span, NULL);
    }
}
