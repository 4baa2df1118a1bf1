/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model/order_line_parser.h"

#define COUNT_MAX 24 /* a bare maximum beyond this is no count of doses */

/* A unit behind a number, with what follows it: "mg", "million units", "mg / kg per dose". */
struct unit_at {
    struct unit_read read;
    size_t end; /* token behind it */
};

static bool is_basis_day(const struct line_parser *p, size_t at, size_t *out_tokens)
{
    bool is_pair = (parser_word_is(p, at, "per") || parser_word_is(p, at, "a") ||
                    parser_word_is(p, at, "/")) &&
                   parser_word_is(p, at + 1, "day");
    *out_tokens = is_pair ? 2 : 1;
    return is_pair || parser_word_is(p, at, "/day");
}

static bool is_basis_dose(const struct line_parser *p, size_t at, size_t *out_tokens)
{
    bool is_pair = (parser_word_is(p, at, "per") || parser_word_is(p, at, "/")) &&
                   parser_word_is(p, at + 1, "dose");
    *out_tokens = is_pair ? 2 : 1;
    return is_pair || parser_word_is(p, at, "/dose");
}

static void read_basis(const struct line_parser *p, struct unit_at *unit)
{
    size_t tokens;
    if (is_basis_day(p, unit->end, &tokens)) {
        unit->read.form = UNIT_FORM_PER_KG_DAY;
        unit->end += tokens;
    } else if (is_basis_dose(p, unit->end, &tokens)) {
        unit->read.form = UNIT_FORM_PER_KG_DOSE;
        unit->end += tokens;
    }
}

/* "10 mg per kg": what looks like a plain unit may be the top of a fraction; half of it must never
 * be a dose. */
static void read_fraction(const struct line_parser *p, struct unit_at *unit)
{
    size_t words;
    const struct order_word *next = parser_word(p, unit->end, &words);
    if (next != NULL && next->kind == WORD_TUBE) { /* "500 mg per tube" */
        return;
    }
    bool is_split = parser_word_is(p, unit->end, "per") || parser_word_is(p, unit->end, "/");
    if (is_split && parser_word_is(p, unit->end + 1, "kg")) {
        unit->read.form = UNIT_FORM_PER_KG;
        unit->end += 2;
    } else if (parser_word_is(p, unit->end, "/kg")) {
        unit->read.form = UNIT_FORM_PER_KG;
        unit->end += 1;
    } else if (is_split || *token_word(&p->tokens, unit->end) == '/') {
        unit->read.form = UNIT_FORM_RATE;
    }
}

static struct unit_at read_unit(const struct line_parser *p, size_t at,
                                const struct number_at *found)
{
    struct suffix suffix = amount_suffix(p, at, found);
    struct unit_at unit = {.end = suffix.token + 1};
    size_t second = token_word_len(&p->tokens, suffix.token + 1);
    unit.read = unit_read(suffix.text, suffix.len);
    if (unit.read.form == UNIT_FORM_NONE && second > 0) {
        unit.read = unit_read(suffix.text, suffix.len + 1 + second); /* million units */
        unit.end += unit.read.form != UNIT_FORM_NONE;
        unit.read.form = unit.read.form == UNIT_FORM_PLAIN ? UNIT_FORM_PLAIN : UNIT_FORM_NONE;
    }
    if (unit.read.form == UNIT_FORM_PLAIN) {
        read_fraction(p, &unit);
    }
    if (unit.read.form == UNIT_FORM_PER_NUMBER) {
        bool is_volume = parser_word_is(p, unit.end, "ml");
        unit.read.form = is_volume ? UNIT_FORM_STRENGTH : UNIT_FORM_RATE;
        unit.end += is_volume;
    }
    if (unit.read.form == UNIT_FORM_PER_KG) {
        read_basis(p, &unit);
    }
    return unit;
}

static bool is_name_part(enum order_line_meaning meaning)
{
    return meaning == ORDER_LINE_DRUG || meaning == ORDER_LINE_STRENGTH ||
           meaning == ORDER_LINE_FORM;
}

static uint16_t token_start(const struct line_parser *p, size_t at)
{
    return p->tokens.items[at].start;
}

static uint16_t token_end(const struct line_parser *p, size_t at)
{
    return p->tokens.items[at].end;
}

/* Where the number itself ends in the line. */
static uint16_t number_end(const struct line_parser *p, size_t at, const struct number_at *found)
{
    size_t last = at + found->tokens - 1;
    return found->has_suffix ? token_source(&p->tokens, last, found->suffix) : token_end(p, last);
}

static size_t take_one_span(struct line_parser *p, size_t at, size_t end,
                            enum order_line_meaning meaning)
{
    (void)parser_span(p, token_start(p, at), token_end(p, end - 1), meaning);
    return end - at;
}

/* "cap 1": the form before a bare number is its unit. */
static void use_form(struct line_parser *p, struct amount *amount)
{
    bool is_adjacent = p->form_unit != UNIT_NONE && p->form_span + 1 == amount->span;
    if (amount->unit == UNIT_NONE && is_adjacent) {
        amount->unit = p->form_unit;
        p->out->spans[p->form_span].meaning = ORDER_LINE_UNIT;
        p->form_unit = UNIT_NONE;
    }
}

static size_t add_amount(struct line_parser *p, size_t at, const struct number_at *found,
                         const struct unit_at *unit)
{
    bool has_unit = unit->read.form != UNIT_FORM_NONE;
    size_t end = has_unit ? unit->end : at + found->tokens;
    if (p->amount_count == AMOUNTS_MAX || decimal_is_zero(found->number.low) ||
        (unit->read.unit == UNIT_KG && unit->read.form == UNIT_FORM_PLAIN)) {
        return take_one_span(p, at, end, ORDER_LINE_UNKNOWN);
    }
    struct amount *amount = &p->amounts[p->amount_count++];
    *amount = (struct amount){.number = found->number, .form = UNIT_FORM_PLAIN};
    amount->is_by_name = p->has_drug && is_name_part(parser_last_meaning(p));
    amount->span = parser_span(p, token_start(p, at), number_end(p, at, found), ORDER_LINE_AMOUNT);
    parser_warn_number(p, &found->number, amount->span);
    if (!has_unit) {
        use_form(p, amount);
        return end - at;
    }
    amount->unit = unit->read.unit;
    amount->form = unit->read.form;
    amount->has_unit_span = true;
    uint16_t start = found->has_suffix ? number_end(p, at, found)
                                       : token_start(p, at + found->tokens);
    uint16_t span = parser_span(p, start, token_end(p, end - 1), ORDER_LINE_UNIT);
    if (unit->read.is_unsafe) {
        parser_warn(p, ORDER_LINE_WARNING_UNSAFE_WORD, span, unit_word(unit->read.unit));
    }
    return end - at;
}

/* "0800", or "1800" where a time is expected. 0: it is none. */
static size_t take_clock(struct line_parser *p, size_t at, const struct number_at *found)
{
    int minute = clock_read_digits(token_word(&p->tokens, at), token_word_len(&p->tokens, at));
    if (minute < 0 || found->tokens != 1) {
        return 0;
    }
    bool is_announced = at > 0 &&
                        (parser_word_is(p, at - 1, "at") || parser_word_is(p, at - 1, "@"));
    enum order_line_meaning last = parser_last_meaning(p);
    if ((found->number.flags & NUMBER_PADDED) != 0 || is_announced || last == ORDER_LINE_TIME ||
        (last == ORDER_LINE_TIMING && p->amount_count > 0)) {
        return timing_take_minute(p, at, 1, minute);
    }
    if (last == ORDER_LINE_TIMING) {
        return parser_refuse(p, at, 1, ORDER_LINE_WARNING_AMBIGUOUS_WORD,
                             NULL); /* "bid 1000": amount or ten? */
    }
    return 0;
}

/* "norco 5/325", "amox-clav 875-125 mg"; "1-10 tabs" is neither a strength nor a range that anybody
 * orders. */
static bool may_be_strength(const struct line_parser *p, const struct number *number,
                            const struct unit_read *unit)
{
    bool is_counted = unit->form == UNIT_FORM_PLAIN &&
                      unit_dimension(unit->unit) == UNIT_DIMENSION_COUNT;
    bool has_stroke = (number->flags & NUMBER_STROKE) != 0;
    return p->has_drug && is_name_part(parser_last_meaning(p)) && (has_stroke || !is_counted);
}

size_t dose_take(struct line_parser *p, size_t at)
{
    struct number_at found;
    if (!amount_number_at(p, at, &found)) {
        return 0;
    }
    size_t taken = amount_take_counted(p, at, &found);
    if (taken > 0) {
        return taken;
    }
    struct unit_at unit = read_unit(p, at, &found);
    bool has_unit = unit.read.form != UNIT_FORM_NONE;
    if (found.has_suffix && !has_unit) {
        return 0;
    }
    taken = has_unit ? 0 : take_clock(p, at, &found);
    if (taken > 0) {
        return taken;
    }
    size_t end = has_unit ? unit.end : at + found.tokens;
    bool is_pair = (found.number.flags & NUMBER_PAIR) != 0;
    if (unit.read.form == UNIT_FORM_RATE || (found.number.flags & NUMBER_PADDED) != 0 ||
        (is_pair && !may_be_strength(p, &found.number, &unit.read))) {
        return take_one_span(p, at, end, ORDER_LINE_UNKNOWN);
    }
    if (unit.read.form == UNIT_FORM_STRENGTH || is_pair) {
        return take_one_span(p, at, end, ORDER_LINE_STRENGTH);
    }
    return add_amount(p, at, &found, &unit);
}

size_t dose_take_form(struct line_parser *p, size_t at)
{
    struct unit_read unit = unit_read(token_word(&p->tokens, at), token_word_len(&p->tokens, at));
    if (unit.form == UNIT_FORM_NONE) {
        return 0;
    }
    if (unit.unit == UNIT_DOSE && unit.form == UNIT_FORM_PLAIN) {
        return take_one_span(p, at, at + 1, ORDER_LINE_FILLER);
    }
    bool is_letter = token_word_len(&p->tokens, at) == 1 && p->has_drug;
    if (is_letter && parser_last_meaning(p) == ORDER_LINE_DRUG && !p->options.is_drug_known) {
        return take_one_span(p, at, at + 1, ORDER_LINE_DRUG); /* penicillin G */
    }
    bool is_thing = unit.form == UNIT_FORM_PLAIN &&
                    unit_dimension(unit.unit) == UNIT_DIMENSION_COUNT;
    bool is_broken = p->out->span_count > 0 &&
                     p->out->spans[p->out->span_count - 1].meaning == ORDER_LINE_UNKNOWN;
    is_thing = is_thing && !is_broken; /* "1//2 tab" is not one tablet */
    uint16_t span = parser_span_tokens(p, at, 1, is_thing ? ORDER_LINE_FORM : ORDER_LINE_UNKNOWN);
    if (is_thing) {
        p->form_unit = unit.unit;
        p->form_span = span;
    }
    return 1;
}

bool dose_is_keyword(const struct line_parser *p, size_t at)
{
    struct number_at found;
    if (!amount_number_at(p, at, &found)) {
        return false;
    }
    if (amount_is_counted(p, at, &found) ||
        clock_read(token_word(&p->tokens, at), token_word_len(&p->tokens, at)) >= 0) {
        return true;
    }
    enum unit_form form = read_unit(p, at, &found).read.form;
    return form == UNIT_FORM_PLAIN || form == UNIT_FORM_PER_KG || form == UNIT_FORM_PER_KG_DAY ||
           form == UNIT_FORM_PER_KG_DOSE || form == UNIT_FORM_PER_KG_UNCLEAR;
}

/* ---- which amount is the dose ---- */

static bool is_per_kg(const struct amount *amount)
{
    return amount->form != UNIT_FORM_PLAIN;
}

static bool is_counted(const struct amount *amount)
{
    enum unit_dimension dimension = unit_dimension(amount->unit);
    return amount->unit != UNIT_NONE &&
           (dimension == UNIT_DIMENSION_COUNT || dimension == UNIT_DIMENSION_VOLUME);
}

static void make_strength(struct line_parser *p, const struct amount *amount)
{
    p->out->spans[amount->span].meaning = ORDER_LINE_STRENGTH;
    if (amount->has_unit_span) {
        p->out->spans[amount->span + 1].meaning = ORDER_LINE_STRENGTH;
    }
}

/* Of several plain amounts: the one in tablets or millilitres, else the only one with a unit; the
 * others must be the drug's strength. NULL when that is not so. */
static const struct amount *choose_dose(const struct line_parser *p)
{
    const struct amount *counted = NULL;
    const struct amount *united = NULL;
    size_t counted_count = 0;
    size_t united_count = 0;
    for (size_t i = 0; i < p->amount_count; i++) {
        const struct amount *amount = &p->amounts[i];
        if (is_per_kg(amount)) {
            continue;
        }
        counted = is_counted(amount) ? amount : counted;
        counted_count += is_counted(amount);
        united = amount->unit != UNIT_NONE ? amount : united;
        united_count += amount->unit != UNIT_NONE;
    }
    const struct amount *dose = counted_count == 1                        ? counted
                                : counted_count == 0 && united_count == 1 ? united
                                                                          : NULL;
    for (size_t i = 0; i < p->amount_count && dose != NULL; i++) {
        const struct amount *amount = &p->amounts[i];
        bool is_strength = amount == dose || is_per_kg(amount) || amount->is_by_name ||
                           amount->unit != UNIT_NONE;
        dose = is_strength ? dose : NULL;
    }
    return dose;
}

static struct decimal without_zeros(struct decimal value)
{
    while (value.scale > 0 && value.mantissa % 10 == 0) {
        value.mantissa /= 10;
        value.scale--;
    }
    return value;
}

static void set_dose(struct line_parser *p, const struct amount *amount)
{
    struct sig *sig = &p->out->sig;
    bool is_range = (amount->number.flags & NUMBER_RANGE) != 0;
    if ((amount->number.flags & NUMBER_AMBIGUOUS) != 0) {
        return; /* asked back: no value until it is typed again */
    }
    sig->dose = without_zeros(amount->number.low);
    sig->dose_high = is_range ? without_zeros(amount->number.high) : (struct decimal){0};
    sig->unit = amount->unit != UNIT_NONE ? amount->unit : p->options.unit;
    if (sig->unit == UNIT_NONE) {
        parser_warn(p, ORDER_LINE_WARNING_UNIT_MISSING, amount->span, NULL);
    }
    if (is_range && !sig->as_needed) {
        parser_warn(p, ORDER_LINE_WARNING_RANGE_NOT_PRN, amount->span, NULL);
    }
}

static bool is_once_a_day(const struct sig *sig)
{
    return sig->kind == SCHEDULE_KIND_ONCE ||
           (sig->kind == SCHEDULE_KIND_WALL && sig->times_count == 1);
}

static void set_per_kg(struct line_parser *p, const struct amount *amount)
{
    struct sig *sig = &p->out->sig;
    if ((amount->number.flags & NUMBER_RANGE) != 0) {
        p->out->spans[amount->span].meaning =
            ORDER_LINE_UNKNOWN; /* a range by weight has no place to be kept */
        return;
    }
    if ((amount->number.flags & NUMBER_AMBIGUOUS) != 0) {
        return;
    }
    sig->per_kg = without_zeros(amount->number.low);
    sig->per_kg_unit = amount->unit;
    if (amount->form == UNIT_FORM_PER_KG_DAY) {
        sig->weight_basis = WEIGHT_BASIS_PER_DAY;
    } else if (amount->form == UNIT_FORM_PER_KG_DOSE ||
               (amount->form == UNIT_FORM_PER_KG && is_once_a_day(sig))) {
        sig->weight_basis = WEIGHT_BASIS_PER_DOSE;
    } else {
        parser_warn(p, ORDER_LINE_WARNING_PER_KG_BASIS, (uint16_t)(amount->span + 1), NULL);
    }
}

/* The form word is the dose where nothing else is: "patch q72h". */
static void assume_one(struct line_parser *p)
{
    struct sig *sig = &p->out->sig;
    if (p->form_unit == UNIT_NONE) {
        if (p->scale.count > 0) {
            return; /* it says how much */
        }
        parser_warn(p, ORDER_LINE_WARNING_DOSE_MISSING, ORDER_LINE_NO_SPAN, NULL);
        return;
    }
    sig->dose = decimal_from_int(1);
    sig->unit = p->form_unit;
    p->out->spans[p->form_span].meaning = ORDER_LINE_UNIT;
    parser_warn(p, ORDER_LINE_WARNING_ASSUMED_ONE, p->form_span, NULL);
}

static void finish_amounts(struct line_parser *p)
{
    const struct amount *per_kg = NULL;
    const struct amount *last = NULL;
    size_t plain_count = 0;
    for (size_t i = 0; i < p->amount_count; i++) {
        const struct amount *amount = &p->amounts[i];
        if (is_per_kg(amount) && per_kg != NULL) {
            parser_warn(p, ORDER_LINE_WARNING_TWO_AMOUNTS, amount->span, NULL);
        }
        per_kg = is_per_kg(amount) ? amount : per_kg;
        last = is_per_kg(amount) ? last : amount;
        plain_count += !is_per_kg(amount);
    }
    if (per_kg != NULL) {
        set_per_kg(p, per_kg);
    }
    if (plain_count == 0) {
        if (per_kg == NULL) {
            assume_one(p);
        }
        return;
    }
    bool is_after_weight = per_kg == NULL || last->span > per_kg->span || is_counted(last);
    const struct amount *dose = plain_count == 1 ? last : choose_dose(p);
    if (dose == NULL || !is_after_weight) {
        parser_warn(p, ORDER_LINE_WARNING_TWO_AMOUNTS, last->span, NULL);
        return;
    }
    for (size_t i = 0; i < p->amount_count; i++) {
        if (&p->amounts[i] != dose && !is_per_kg(&p->amounts[i])) {
            make_strength(p, &p->amounts[i]);
        }
    }
    set_dose(p, dose);
}

/* A bare "max 4" counts doses, unless it could as well count the tablets of a dose of two. */
static bool counts_doses(const struct sig *sig, const struct maximum *maximum)
{
    if (maximum->is_count) {
        return true;
    }
    bool is_thing = sig->unit != UNIT_NONE && unit_dimension(sig->unit) == UNIT_DIMENSION_COUNT;
    bool is_one = decimal_compare(sig->dose, decimal_from_int(1)) == 0;
    return maximum->unit == UNIT_NONE && decimal_is_zero(sig->dose_high) && (!is_thing || is_one) &&
           decimal_compare(maximum->value, decimal_from_int(COUNT_MAX)) <= 0;
}

static void finish_maximum(struct line_parser *p, const struct maximum *maximum)
{
    struct sig *sig = &p->out->sig;
    struct number count = {.low = maximum->value};
    struct decimal amount;
    int times;
    if (counts_doses(sig, maximum)) {
        if (amount_as_integer(&count, UINT16_MAX, &times)) {
            sig->max_times_per_day = (uint16_t)times;
        } else {
            p->out->spans[maximum->span].meaning = ORDER_LINE_UNKNOWN;
        }
        return;
    }
    if (maximum->unit == UNIT_NONE || sig->unit == UNIT_NONE ||
        unit_convert(maximum->value, maximum->unit, sig->unit, &amount) != STATUS_OK) {
        parser_warn(p, ORDER_LINE_WARNING_MAX_UNIT, maximum->span, NULL);
        return;
    }
    sig->max_per_day = without_zeros(amount);
}

void dose_finish(struct line_parser *p)
{
    finish_amounts(p);
    for (size_t i = 0; i < p->maximum_count; i++) {
        finish_maximum(p, &p->maxima[i]);
    }
    bool is_by_day = p->out->sig.weight_basis == WEIGHT_BASIS_PER_DAY;
    if (p->divided_span != ORDER_LINE_NO_SPAN && !is_by_day) {
        p->out->spans[p->divided_span].meaning = ORDER_LINE_UNKNOWN;
    }
}
