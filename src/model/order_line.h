/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An order typed in one line ("amox 500 tid 7d #21 r0") as structured directions (ui.md rule 12).
 * Nothing typed is dropped: every byte but spaces lies in exactly one span, and what is not
 * understood is a span that says so. Error-prone spellings are read and named, so that the screen
 * can echo the safe one; what has two readings is asked back and leaves its value empty. Parses on
 * every key: no allocation, microseconds, plain values, nothing to release. */
#ifndef MODEL_ORDER_LINE_H
#define MODEL_ORDER_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/sig.h"
#include "model/timing.h"

#define ORDER_LINE_MAX 400 /* bytes */
#define ORDER_LINE_WARNINGS_MAX 32
#define ORDER_LINE_NO_SPAN UINT16_MAX

enum order_line_meaning {
    ORDER_LINE_UNKNOWN = 0, /* not understood: marked, and blocks */
    ORDER_LINE_DRUG,
    ORDER_LINE_STRENGTH, /* part of the drug's name: "500 mg" of "amox 500 mg 1 cap", "5/325", "250
                            mg/5 mL" */
    ORDER_LINE_FORM,     /* "tab", "er", "cream" */
    ORDER_LINE_AMOUNT,
    ORDER_LINE_UNIT,
    ORDER_LINE_ROUTE,
    ORDER_LINE_SITE,
    ORDER_LINE_TIMING,
    ORDER_LINE_TIME,
    ORDER_LINE_FOOD,
    ORDER_LINE_PRN,
    ORDER_LINE_REASON,
    ORDER_LINE_MAXIMUM,
    ORDER_LINE_INDICATION,
    ORDER_LINE_DURATION,
    ORDER_LINE_QUANTITY,
    ORDER_LINE_REFILLS,
    ORDER_LINE_RULE, /* what a measurement decides */
    ORDER_LINE_FILLER, /* "take", "and", punctuation */
    ORDER_LINE_MEANING_COUNT
};

struct order_line_span {
    uint16_t start, end; /* bytes [start, end) */
    enum order_line_meaning meaning;
};

/* constant, whether it must be settled before the order can be saved, words for the person */
#define ORDER_LINE_WARNING_LIST(X)                                                                 \
    X(UNSAFE_WORD, false, N_("This abbreviation is error-prone; it was read as written out."))     \
    X(NO_LEADING_ZERO, false, N_("Write a zero before the point."))                                \
    X(TRAILING_ZERO, false, N_("Write no zero after the point."))                                  \
    X(SEPARATOR, false, N_("A comma in the number: check how it was read."))                       \
    X(AMBIGUOUS_NUMBER, true,                                                                      \
      N_("This number reads differently where the comma is the decimal sign: type it "             \
         "without comma or point."))                                                               \
    X(AMBIGUOUS_WORD, true, N_("This has more than one meaning: write it out."))                   \
    X(DRUG_ABBREVIATION, false, N_("Drug names are not abbreviated like this: check the drug."))   \
    X(UNIT_MISSING, true, N_("The amount has no unit."))                                           \
    X(DOSE_MISSING, false, N_("No amount was typed."))                                             \
    X(ASSUMED_ONE, false, N_("No amount was typed: one is assumed."))                              \
    X(TWO_AMOUNTS, true, N_("There are two amounts: which one is the dose?"))                      \
    X(RANGE_NOT_PRN, false, N_("A range without \"as needed\": who decides how much?"))            \
    X(PER_KG_BASIS, true, N_("By weight: per dose or per day?"))                                   \
    X(TIMING_MISSING, true, N_("It does not say how often."))                                      \
    X(TWO_TIMINGS, true, N_("There are two different frequencies."))                               \
    X(TIMES_COUNT, true, N_("The times of day do not match the frequency."))                       \
    X(ASSUMED_DAILY, false, N_("Only times of day were typed: every day is assumed."))             \
    X(MIDNIGHT, false, N_("24:00 is 00:00 of the next day."))                                      \
    X(NAME_WEEKDAYS, true, N_("Name the days of the week."))                                       \
    X(WEEKDAY_MISSING, false, N_("Weekly without a day of the week."))                             \
    X(MONTH, false, N_("A month is taken as 30 days."))                                            \
    X(MAX_UNIT, true, N_("The maximum cannot be counted in the unit of the dose: give its unit.")) \
    X(PRN_NO_LIMIT, false, N_("As needed without a least interval or a maximum."))                 \
    X(PRN_NO_REASON, false, N_("As needed for what?"))                                             \
    X(REPEATED, true, N_("This was said before, differently."))                                    \
    X(HOLD_UNCLEAR, true,                                                                          \
      N_("Hold when? Type it as: hold if sbp < 100; glucose needs its unit."))                     \
    X(SCALE_UNCLEAR, true,                                                                         \
      N_("Type the rows: scale glucose mg/dL <70 hold 70-149 0 150-199 2 ... >400 call."))         \
    X(SCALE_ROWS, true, N_("This scale cannot be kept."))                                          \
    X(SCALE_DOSE, true, N_("The scale says how much: type no other dose."))                        \
    X(STEP_DOSE_MISSING, true, N_("This step has no dose of its own."))                            \
    X(STEP_NO_END, true, N_("For how many days or doses, before the next step?"))                  \
    X(STEP_AS_NEEDED, true, N_("A step cannot be as needed: steps have fixed times."))             \
    X(PARTS_DAYS, true, N_("On which days, and once for how long: type it as 5 mg mon-fri and 2.5 mg sat sun."))      \
    X(PARTS_FIRST, true, N_("Which of these doses is the first one, now? Order that one by itself."))                 \
    X(PARTS_OVERLAP, true, N_("Two different doses fall on the same time."))                       \
    X(STEPS_TOO_MANY, true, N_("There are too many steps for one order."))                         \
    X(TOO_LONG, true, N_("This is too long to keep as typed."))                                    \
    X(TOO_MANY, true, N_("There is more to check than can be shown: shorten the line."))

#define ORDER_LINE_WARNING_CONSTANT(name, blocks, text) ORDER_LINE_WARNING_##name,
enum order_line_warning_kind {
    ORDER_LINE_WARNING_NONE = 0,
    ORDER_LINE_WARNING_LIST(ORDER_LINE_WARNING_CONSTANT) ORDER_LINE_WARNING_COUNT
};

struct order_line_warning {
    enum order_line_warning_kind kind;
    uint16_t span; /* index, ORDER_LINE_NO_SPAN when the whole line is meant */
    const char
        *safe; /* the safe spelling ("every other day"), untranslated, or NULL; static storage */
};

struct order_line {
    struct sig sig; /* what was understood; may fail sig_check() until the line is ready */
    char drug[ORDER_LINE_MAX +
              1];        /* words for the drug picker, strength and form with them; "" none */
    char site[48];       /* "left eye"; "" none */
    char indication[64]; /* "for uti"; "" none */
    int quantity;        /* -1 not typed */
    enum unit quantity_unit;
    int refills;                                  /* -1 not typed */
    struct order_line_span spans[ORDER_LINE_MAX]; /* ascending */
    uint16_t span_count;
    uint16_t unknown_count; /* spans that were not understood */
    struct order_line_warning warnings[ORDER_LINE_WARNINGS_MAX];
    uint16_t warning_count;
};

struct order_line_options {
    const struct timing_table *times; /* the site's; NULL for the built-in ones */
    bool is_drug_known; /* the drug is chosen already: words that are not directions are unknown */
    enum unit unit;     /* of the chosen product, for a bare "500"; UNIT_NONE: it is asked for */
};

/* STATUS_LIMIT for more than ORDER_LINE_MAX bytes (out is then empty); anything else parses. */
enum status order_line_parse(const char *text, const struct order_line_options *options,
                             struct order_line *out, struct error *err) MUST_USE;

/* All understood, nothing to be settled, directions complete. */
bool order_line_is_ready(const struct order_line *line);

/* The other way round: directions as somebody would type them, "500 mg po tid for 7 days"; without
 * the weight and what was calculated from it. False, and "" in buf, where no line is read back as
 * exactly these directions: then they have to be typed anew. */
bool order_line_write(const struct sig *sig, const struct order_line_options *options, char *buf,
                      size_t size);

bool order_line_warning_blocks(enum order_line_warning_kind kind);
const char *order_line_warning_text(enum order_line_warning_kind kind); /* translated sentence */
const char *order_line_meaning_label(
    enum order_line_meaning meaning); /* translated: "amount", "not understood" */

#endif
