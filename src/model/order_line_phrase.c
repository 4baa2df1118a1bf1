/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "model/order_line_parser.h"

/* Words that may stand inside a reason although they end everything else: "not relieved by
 * tylenol", "if temp > 38". */
static bool is_reason_word(const struct order_word *word)
{
    static const char *const texts[] = {"or", "if", "not", "no"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(word->text, texts[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool ends_reason(struct line_parser *p, size_t at)
{
    size_t words;
    struct number_at number;
    const char *text = token_word(&p->tokens, at);
    const struct order_word *word = parser_word(p, at, &words);
    if (word != NULL) {
        switch ((enum word_kind)word->kind) {
        case WORD_FOR:
            return amount_number_at(p, at + 1, &number);
        case WORD_FILLER:
        case WORD_AND:
            return words == 1 && token_word_len(&p->tokens, at) == 1;
        case WORD_STOP:
            return !is_reason_word(word);
        case WORD_SITE:
        case WORD_FORM:
        case WORD_DRUG_ABBREVIATION:
        case WORD_DIVIDED:
            return false;
        case WORD_NUMBER:
            return dose_is_keyword(p, at);
        default:
            return true;
        }
    }
    bool is_short_refill = text[0] == 'r' && token_word_len(&p->tokens, at) > 1 && text[1] >= '0' &&
                           text[1] <= '9';
    bool is_cross = text[0] == 'x' && amount_number_at(p, at + 1, &number);
    return text[0] == '#' || is_short_refill || is_cross || timing_is_interval(p, at) ||
           dose_is_keyword(p, at) || (text[0] == 'x' && text[1] >= '0' && text[1] <= '9');
}

static size_t reason_tokens(struct line_parser *p, size_t at)
{
    size_t end = at;
    while (end < p->tokens.len && !ends_reason(p, end)) {
        end++;
    }
    return end - at;
}

/* Keeps words as typed; text that was not cleaned at the door is not understood. */
static void take_text(struct line_parser *p, size_t at, size_t count,
                      enum order_line_meaning meaning, char *buf, size_t size)
{
    if (buf[0] != '\0') {
        (void)parser_refuse(p, at, count, ORDER_LINE_WARNING_REPEATED, NULL);
    } else if (!parser_copy(p, at, count, buf, size)) {
        (void)parser_refuse(p, at, count, ORDER_LINE_WARNING_TOO_LONG, NULL);
    } else if (!text_is_clean(buf)) {
        buf[0] = '\0';
        (void)parser_span_tokens(p, at, count, ORDER_LINE_UNKNOWN);
    } else {
        (void)parser_span_tokens(p, at, count, meaning);
    }
}

static size_t take_prn(struct line_parser *p, size_t at, size_t words)
{
    struct sig *sig = &p->out->sig;
    size_t reason_at = at + words;
    sig->as_needed = true;
    (void)parser_span_tokens(p, at, words, ORDER_LINE_PRN);
    struct number_at number;
    size_t lead = (parser_word_is(p, reason_at, "for") &&
                   !amount_number_at(p, reason_at + 1, &number)) ||
                  parser_word_is(p, reason_at, "if");
    size_t count = reason_tokens(p, reason_at + lead);
    if (count == 0) {
        return words;
    }
    if (lead > 0) {
        (void)parser_span_tokens(p, reason_at, lead, ORDER_LINE_FILLER);
    }
    take_text(p, reason_at + lead, count, ORDER_LINE_REASON, sig->prn_reason,
              sizeof sig->prn_reason);
    return words + lead + count;
}

static size_t take_for(struct line_parser *p, size_t at)
{
    struct order_line *out = p->out;
    size_t taken = amount_take_for(p, at);
    if (taken > 0) {
        return taken;
    }
    size_t count = reason_tokens(p, at + 1);
    if (count == 0) {
        (void)parser_span_tokens(p, at, 1, ORDER_LINE_UNKNOWN);
        return 1;
    }
    (void)parser_span_tokens(p, at, 1, ORDER_LINE_FILLER);
    if (p->indication_span == ORDER_LINE_NO_SPAN) {
        p->indication_span = out->span_count;
    }
    take_text(p, at + 1, count, ORDER_LINE_INDICATION, out->indication, sizeof out->indication);
    return 1 + count;
}

static size_t take_route(struct line_parser *p, size_t at, size_t words, enum route route)
{
    struct sig *sig = &p->out->sig;
    if (p->out->span_count == 0 && !p->options.is_drug_known && parser_word_is(p, at, "inh")) {
        size_t taken = phrase_take_drug(p, at, words);
        parser_warn(p, ORDER_LINE_WARNING_DRUG_ABBREVIATION, 0, N_("isoniazid, or inhaled"));
        return taken;
    }
    if (sig->route != ROUTE_NONE_GIVEN && sig->route != route) {
        return parser_refuse(p, at, words, ORDER_LINE_WARNING_REPEATED, NULL);
    }
    sig->route = route;
    (void)parser_span_tokens(p, at, words, ORDER_LINE_ROUTE);
    return words;
}

/* "po via ng tube": the tube is how, and any other route a contradiction. */
static size_t take_tube(struct line_parser *p, size_t at, size_t words)
{
    struct sig *sig = &p->out->sig;
    if (sig->route != ROUTE_NONE_GIVEN && sig->route != ROUTE_ORAL) {
        return parser_refuse(p, at, words, ORDER_LINE_WARNING_REPEATED, NULL);
    }
    sig->route = ROUTE_ORAL;
    sig->by_tube = true;
    (void)parser_span_tokens(p, at, words, ORDER_LINE_ROUTE);
    return words;
}

static size_t take_site(struct line_parser *p, size_t at, size_t words,
                        const struct order_word *word)
{
    struct order_line *out = p->out;
    const char *text = word->safe != NULL ? word->safe : word->text;
    text += strncmp(text, "in ", 3) == 0 || strncmp(text, "to ", 3) == 0 ? 3 : 0;
    bool is_other_route = out->sig.route != ROUTE_NONE_GIVEN &&
                          (int)out->sig.route != word->value && word->value != ROUTE_OTHER;
    if (is_other_route || (out->site[0] != '\0' && strcmp(out->site, text) != 0)) {
        return parser_refuse(p, at, words, ORDER_LINE_WARNING_REPEATED, NULL);
    }
    memcpy(out->site, text, strlen(text) + 1);
    out->sig.route = out->sig.route == ROUTE_NONE_GIVEN ? (enum route)word->value : out->sig.route;
    (void)parser_span_tokens(p, at, words, ORDER_LINE_SITE);
    return words;
}

static void add_food(struct sig *sig, enum food food)
{
    sig->with_food = sig->with_food || food == FOOD_WITH;
    sig->before_food = sig->before_food || food == FOOD_BEFORE;
    sig->after_food = sig->after_food || food == FOOD_AFTER;
}

static size_t take_food(struct line_parser *p, size_t at, size_t words, enum food food)
{
    add_food(&p->out->sig, food);
    (void)parser_span_tokens(p, at, words, ORDER_LINE_FOOD);
    return words;
}

/* "before breakfast": a time of day and food in one. */
static size_t take_meal(struct line_parser *p, size_t at, size_t words,
                        const struct order_word *word)
{
    struct order_word moment = {word->text, WORD_MOMENT, (int16_t)WORD_MEAL_MOMENT(word->value),
                                NULL};
    size_t taken = timing_take_word(p, at, words, &moment);
    if (parser_last_meaning(p) == ORDER_LINE_TIMING) {
        add_food(&p->out->sig, (enum food)WORD_MEAL_FOOD(word->value));
    }
    return taken;
}

static bool is_in_name(const struct line_parser *p)
{
    enum order_line_meaning last = parser_last_meaning(p);
    return p->has_drug &&
           (last == ORDER_LINE_DRUG || last == ORDER_LINE_STRENGTH || last == ORDER_LINE_FORM);
}

/* "10mgpobid", "-5", "q4-6", "r100": a slip in what should have been a number, not a drug. 5-fu is
 * one. */
static bool looks_like_number(const char *word)
{
    size_t sign = word[0] == '-' || word[0] == '+' || word[0] == 'q' || word[0] == 'r';
    size_t digits = strspn(word + sign, "0123456789.,");
    return word[0] == '#' || (digits > 0 && (sign > 0 || word[digits] != '-'));
}

/* Before the drug's words may stand an amount ("500 mg amoxicillin") or nothing that tells when. */
static bool may_name_drug(const struct line_parser *p)
{
    bool has_directions = p->amount_count > 0 || p->frequency.span != ORDER_LINE_NO_SPAN ||
                          p->frequency.time_span != ORDER_LINE_NO_SPAN || p->out->sig.as_needed;
    return !p->has_drug && (!has_directions || parser_last_meaning(p) == ORDER_LINE_UNIT);
}

/* The first run of words that are nothing else is the drug; what comes later is not understood. */
size_t phrase_take_drug(struct line_parser *p, size_t at, size_t words)
{
    bool is_name = is_in_name(p) ||
                   (may_name_drug(p) && !looks_like_number(token_word(&p->tokens, at)));
    bool is_drug = is_name && !p->options.is_drug_known;
    (void)parser_span_tokens(p, at, words, is_drug ? ORDER_LINE_DRUG : ORDER_LINE_UNKNOWN);
    p->has_drug = p->has_drug || is_drug;
    return words;
}

static size_t take_known(struct line_parser *p, size_t at, size_t words,
                         const struct order_word *word)
{
    switch ((enum word_kind)word->kind) {
    case WORD_ROUTE:
        return take_route(p, at, words, (enum route)word->value);
    case WORD_FOOD:
        return take_food(p, at, words, (enum food)word->value);
    case WORD_PRN:
        return take_prn(p, at, words);
    case WORD_FOR:
        return take_for(p, at);
    case WORD_MAX:
        return amount_take_max(p, at, words);
    case WORD_EVERY:
        return timing_take_every(p, at, words);
    case WORD_QUANTITY:
        return amount_take_quantity(p, at, words);
    case WORD_REFILLS:
        return amount_take_refills(p, at, words);
    case WORD_NO_REFILLS:
        p->out->refills = 0;
        (void)parser_span_tokens(p, at, words, ORDER_LINE_REFILLS);
        return words;
    case WORD_TUBE:
        return take_tube(p, at, words);
    case WORD_SITE:
        return take_site(p, at, words, word);
    case WORD_FORM:
        (void)parser_span_tokens(p, at, words, ORDER_LINE_FORM);
        return words;
    case WORD_FILLER:
        (void)parser_span_tokens(p, at, words, ORDER_LINE_FILLER);
        return words;
    case WORD_DIVIDED:
        p->divided_span = parser_span_tokens(p, at, words, ORDER_LINE_FILLER);
        return words;
    case WORD_AND:
        return steps_take_and(p, at, words);
    case WORD_THEN:
        return steps_take_then(p, at, words);
    case WORD_HOLD:
        return rules_take_hold(p, at, words);
    case WORD_SCALE:
        return rules_take_scale(p, at, words);
    case WORD_STOP:
        p->is_stopped = true;
        (void)parser_span_tokens(p, at, words, ORDER_LINE_UNKNOWN);
        return words;
    case WORD_AMBIGUOUS:
        return parser_refuse(p, at, words, ORDER_LINE_WARNING_AMBIGUOUS_WORD, word->safe);
    case WORD_WEEKDAYS_MISSING:
        return parser_refuse(p, at, words, ORDER_LINE_WARNING_NAME_WEEKDAYS, word->safe);
    case WORD_DRUG_ABBREVIATION: {
        size_t taken = phrase_take_drug(p, at, words);
        parser_warn(p, ORDER_LINE_WARNING_DRUG_ABBREVIATION, (uint16_t)(p->out->span_count - 1),
                    word->safe);
        return taken;
    }
    case WORD_MEAL:
        return take_meal(p, at, words, word);
    case WORD_TEXT:
        (void)parser_span_tokens(p, at, words, ORDER_LINE_UNKNOWN);
        return words;
    case WORD_NONE:
    case WORD_NUMBER:
        return 0;
    default:
        return timing_take_word(p, at, words, word);
    }
}

static bool warns_itself(enum word_kind kind)
{
    return kind == WORD_AMBIGUOUS || kind == WORD_WEEKDAYS_MISSING ||
           kind == WORD_DRUG_ABBREVIATION;
}

size_t phrase_take(struct line_parser *p, size_t at)
{
    size_t words;
    const struct order_word *word = parser_word(p, at, &words);
    size_t before = p->out->span_count;
    size_t taken = word != NULL ? take_known(p, at, words, word) : 0;
    if (taken == 0 && word != NULL && word->kind != WORD_NUMBER) {
        (void)parser_span_tokens(p, at, words, ORDER_LINE_UNKNOWN); /* "refills" of what? */
        return words;
    }
    bool is_taken = taken > 0 && p->out->span_count > before;
    if (is_taken && word->safe != NULL && !warns_itself((enum word_kind)word->kind) &&
        p->out->spans[before].meaning != ORDER_LINE_UNKNOWN) {
        parser_warn(p, ORDER_LINE_WARNING_UNSAFE_WORD, (uint16_t)before, word->safe);
    }
    return taken;
}

/* Behind "if", "hold": only what is handed out is still read. */
size_t phrase_take_stopped(struct line_parser *p, size_t at)
{
    size_t words;
    const struct order_word *word = parser_word(p, at, &words);
    size_t taken = amount_take_quantity(p, at, 0);
    taken = taken > 0 ? taken : amount_take_refills(p, at, 0);
    if (taken == 0 && word != NULL && word->kind == WORD_REFILLS) {
        taken = amount_take_refills(p, at, words);
    } else if (taken == 0 && word != NULL &&
               (word->kind == WORD_QUANTITY || word->kind == WORD_NO_REFILLS)) {
        taken = take_known(p, at, words, word);
    }
    if (taken == 0) {
        (void)parser_span_tokens(p, at, 1, ORDER_LINE_UNKNOWN);
        taken = 1;
    }
    return taken;
}
