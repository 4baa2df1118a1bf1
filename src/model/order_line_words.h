/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vocabulary of order lines: what prescribers, nurses and pharmacists type, in one table.
 * Private to the order line; numbers, units and patterns such as "q6h" are read elsewhere. */
#ifndef MODEL_ORDER_LINE_WORDS_H
#define MODEL_ORDER_LINE_WORDS_H

#include <stddef.h>
#include <stdint.h>

enum word_kind {
    WORD_NONE = 0,
    WORD_ROUTE,      /* value: enum route */
    WORD_TIMING,     /* enum timing: times a day */
    WORD_MOMENT,     /* enum timing: a time of day that may be combined with others */
    WORD_EVERY_DAYS, /* every so many days */
    WORD_WEEKDAYS,   /* mask */
    WORD_MONTH_DAY,  /* a day of the month follows; value: or is it */
    WORD_INTERVAL,   /* minutes */
    WORD_ONCE,
    WORD_STAT,
    WORD_NOW,
    WORD_FIRST_NOW,
    WORD_FOOD, /* enum food */
    WORD_PRN,
    WORD_MAX,
    WORD_FOR,
    WORD_EVERY,
    WORD_QUANTITY,
    WORD_REFILLS,
    WORD_NO_REFILLS,
    WORD_SITE, /* enum route it implies; safe: the site in full */
    WORD_FORM,
    WORD_FILLER,
    WORD_DIVIDED,
    WORD_TUBE, /* by mouth, as far as the drug is concerned */
    WORD_AND,  /* another dose of the same week may follow */
    WORD_THEN, /* the next step of an order in steps follows */
    WORD_HOLD,  /* a rule on a measurement follows */
    WORD_SCALE, /* a dose by a measurement follows */
    WORD_STOP, /* a condition or a second step follows: the rest is not understood */
    WORD_AMBIGUOUS,
    WORD_WEEKDAYS_MISSING, /* so many times a week: on which days? */
    WORD_NUMBER,           /* value: in quarters */
    WORD_DRUG_ABBREVIATION,
    WORD_MEAL, /* a moment with food: WORD_MEAL_OF(enum timing, enum food) */
    WORD_TEXT, /* common, but nothing that directions can hold */
};

enum food { FOOD_WITH = 1, FOOD_BEFORE, FOOD_AFTER };

#define WORD_MEAL_OF(moment, food) ((moment)*4 + (food))
#define WORD_MEAL_MOMENT(value) ((value) / 4)
#define WORD_MEAL_FOOD(value) ((value) % 4)

struct order_word {
    const char *text;
    uint8_t kind;
    int16_t value;
    const char *safe; /* error-prone: the spelling to echo; NULL when the word is safe */
};

/* Rows by their first letter; filled once a line, so that the table itself can stay in the order of
 * its meaning. */
#define ORDER_WORDS_MAX 512
struct order_word_index {
    uint16_t first[128];
    uint16_t next[ORDER_WORDS_MAX]; /* row + 1, 0 ends */
};
void order_word_index_fill(struct order_word_index *index);

/* The longest phrase that begins at `words` (spellings with single spaces), NULL when there is
 * none. *out_tokens: how many tokens it takes. */
const struct order_word *order_word_find(const struct order_word_index *index, const char *words,
                                         size_t *out_tokens);

/* The row with this index, NULL behind the last: for tests and help pages. */
const struct order_word *order_word_at(size_t index);

#endif
