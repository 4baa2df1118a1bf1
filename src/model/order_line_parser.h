/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of one parse and what its parts share. Each take function looks at the tokens from
 * `at`, and when they are its business adds their spans and answers how many tokens it took; 0
 * leaves everything as it was. Private to the order line. */
#ifndef MODEL_ORDER_LINE_PARSER_H
#define MODEL_ORDER_LINE_PARSER_H

#include "model/order_line.h"
#include "model/order_line_number.h"
#include "model/order_line_token.h"
#include "model/order_line_words.h"

#define AMOUNTS_MAX 8

struct amount {
    struct number number;
    enum unit unit;
    enum unit_form form; /* PLAIN or one of PER_KG */
    uint16_t span;       /* of the number; the unit's is the next one when has_unit_span */
    bool has_unit_span;
    bool is_by_name; /* right behind the drug's words: could be its strength */
};

struct frequency {
    enum timing row;
    enum timing moments[4];
    size_t moment_count;
    uint32_t interval_min, interval_high_min;
    uint16_t every_n_days;
    uint8_t month_day;
    uint8_t weekdays;
    bool is_once, is_stat, is_now, is_first_now;
    uint16_t times[SIG_TIMES_MAX];
    size_t time_count;
    uint16_t span, time_span; /* first ones, for warnings */
};

struct maximum {
    struct decimal value;
    enum unit unit; /* UNIT_NONE: bare or a count */
    bool is_count;  /* "4 times", "4 doses" */
    uint16_t span;
};

struct line_parser {
    struct order_line *out;
    struct order_line_options options;
    struct token_list tokens;
    struct order_word_index words;
    struct amount amounts[AMOUNTS_MAX];
    size_t amount_count;
    struct frequency frequency;
    struct maximum maxima[2];
    size_t maximum_count;
    enum unit form_unit; /* "patch" without a number */
    uint16_t form_span;
    uint16_t divided_span;
    uint16_t indication_span;
    bool has_drug;
    bool is_stopped; /* a condition was named: nothing behind it is understood */
    struct hold_rule holds[HOLD_RULES_MAX];
    size_t hold_count;
    struct scale scale;
    uint16_t scale_span;
    struct sig steps[SIG_LATER_MAX]; /* those before the one that is read now, finished */
    size_t step_count;
    bool is_parallel;        /* the steps stand side by side */
    uint16_t then_span;      /* of the first "then": the drug's name lies before it */
    uint16_t step_span;      /* of the "then" that began this step */
};

/* Spans and warnings (order_line.c). */
uint16_t parser_span(struct line_parser *p, uint16_t start, uint16_t end,
                     enum order_line_meaning meaning);
uint16_t parser_span_tokens(struct line_parser *p, size_t at, size_t count,
                            enum order_line_meaning meaning);
void parser_warn(struct line_parser *p, enum order_line_warning_kind kind, uint16_t span,
                 const char *safe);
/* The tokens are not understood, because of `kind`. Answers count. */
size_t parser_refuse(struct line_parser *p, size_t at, size_t count,
                     enum order_line_warning_kind kind, const char *safe);
void parser_warn_number(struct line_parser *p, const struct number *number, uint16_t span);
/* Of the last span that is no filler; ORDER_LINE_DRUG at the beginning. */
enum order_line_meaning parser_last_meaning(const struct line_parser *p);
const struct order_word *parser_word(const struct line_parser *p, size_t at, size_t *out_tokens);
bool parser_word_is(const struct line_parser *p, size_t at, const char *text);
/* Text of the tokens as typed into buf, spaces made single. False when it does not fit. */
bool parser_copy(const struct line_parser *p, size_t at, size_t count, char *buf, size_t size);

/* Words and drug names (order_line_phrase.c). */
size_t phrase_take(struct line_parser *p, size_t at);
size_t phrase_take_drug(struct line_parser *p, size_t at, size_t words); /* or not understood */
size_t phrase_take_stopped(struct line_parser *p, size_t at); /* behind "then", "if", "hold" */

/* Orders in steps (order_line_steps.c): "40 mg daily 5d then 20 mg daily 5d". */
size_t steps_take_then(struct line_parser *p, size_t at, size_t words);
size_t steps_take_and(struct line_parser *p, size_t at, size_t words); /* "5 mg mon and 2.5 mg tue"; a joining word else */
size_t steps_take_days(struct line_parser *p, size_t at);
void steps_finish(struct line_parser *p); /* in place of timing_finish() and dose_finish() */

/* "hold if sbp < 100", "scale glucose mg/dL <70 hold ..." (order_line_rules.c). What cannot be kept stops the line. */
size_t rules_take_hold(struct line_parser *p, size_t at, size_t words);
size_t rules_take_scale(struct line_parser *p, size_t at, size_t words);
void rules_finish(struct line_parser *p);

/* Frequencies (order_line_timing.c). They refuse what contradicts what was said before. */
size_t timing_take_word(struct line_parser *p, size_t at, size_t count,
                        const struct order_word *word);
size_t timing_take_row(struct line_parser *p, size_t at, size_t count, enum timing row);
size_t timing_take_interval(struct line_parser *p, size_t at);            /* "q6h", "q 4-6 h" */
size_t timing_take_every(struct line_parser *p, size_t at, size_t words); /* "every 6 hours" */
size_t timing_take_time(struct line_parser *p, size_t at);
size_t timing_take_minute(struct line_parser *p, size_t at, size_t count, int minute);
bool timing_is_interval(struct line_parser *p, size_t at);
void timing_finish(struct line_parser *p);

/* Everything that begins with a number (order_line_amount.c). */
struct number_at {
    struct number number;
    size_t tokens; /* whole tokens of the number; the last one may hold a suffix */
    size_t suffix; /* where the suffix begins in the last token's spelling; its length when there is
                      none */
    bool has_suffix;
};
bool amount_number_at(const struct line_parser *p, size_t at, struct number_at *out);
bool amount_as_integer(const struct number *number, int max, int *out);
bool amount_is_plain(const struct number *number); /* neither range nor pair nor doubtful */
/* What follows a number: the rest of its own token, or the next token. */
struct suffix {
    const char *text;
    size_t len;
    size_t token;
    size_t skip; /* bytes of that token before it */
};
struct suffix amount_suffix(const struct line_parser *p, size_t at, const struct number_at *found);
/* "3 times daily", "7 days", "2 refills": a number that counts. */
size_t amount_take_counted(struct line_parser *p, size_t at, const struct number_at *found);
bool amount_is_counted(const struct line_parser *p, size_t at, const struct number_at *found);
size_t amount_take_times(struct line_parser *p, size_t at); /* "x 7 days", "x5" */
size_t amount_take_for(struct line_parser *p, size_t at);   /* "for 7 days" */
size_t amount_take_max(struct line_parser *p, size_t at, size_t words);
size_t amount_take_quantity(struct line_parser *p, size_t at, size_t words);
size_t amount_take_refills(struct line_parser *p, size_t at, size_t words);

/* Doses (order_line_dose.c). */
size_t dose_take(struct line_parser *p, size_t at);
size_t dose_take_form(struct line_parser *p, size_t at); /* "tab", "patch" without a number */
/* Whether a number with something that a dose, a duration or a time has stands here; a bare number
 * is none. */
bool dose_is_keyword(const struct line_parser *p, size_t at);
void dose_finish(struct line_parser *p); /* after timing_finish() */

#endif
