/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a label tells a patient to do, made from the structured directions by tables of whole phrases in each language. Nothing
 * is translated by the program: directions that have no phrase in a language are refused in that language, by name, and the
 * caller says so and prints another one. Liquids are in mL and nothing else. Pure. */
#ifndef MODEL_LABEL_TEXT_H
#define MODEL_LABEL_TEXT_H

#include "base/buffer.h"
#include "base/error.h"
#include "model/sig.h"

enum label_language { LABEL_ENGLISH, LABEL_SPANISH, LABEL_FRENCH, LABEL_LANGUAGE_COUNT };

/* "es", "es-MX", "fr"; -1: a language that has no table. "" and "en" are English. */
int label_language_find(const char *bcp47);
const char *label_language_label(enum label_language language); /* "Spanish", translated */

/* How one dose is counted out of what is in the bag: 2 of "tab", 5 of "mL". */
struct label_dose {
    struct decimal count, count_high; /* high zero: no range */
    enum unit unit;                   /* UNIT_NONE: it cannot be counted */
};

/* "Take 1 tablet by mouth 2 times a day. Take with food." appended to out. STATUS_NOT_FOUND names what has no phrase. */
enum status label_directions(const struct sig *sig, const struct label_dose *dose, enum label_language language,
                             struct buffer *out, struct error *err) MUST_USE;

#define LABEL_WARNING_LIST(X) \
    X(DROWSY) X(ALCOHOL) X(FOOD) X(FINISH) X(SHAKE) X(WHOLE) X(SKIN_ONLY) X(EYE_ONLY) X(EAR_ONLY) X(COLD) X(SUN) X(PREGNANCY) X(TRANSFER)
#define LABEL_WARNING_CONSTANT(word) LABEL_WARNING_##word,
enum label_warning { LABEL_WARNING_LIST(LABEL_WARNING_CONSTANT) LABEL_WARNING_COUNT };
/* NULL: no phrase in that language. */
const char *label_warning_text(enum label_warning warning, enum label_language language);

/* The words around: patient, quantity ... NULL never. */
enum label_word { LABEL_WORD_QUANTITY, LABEL_WORD_REFILLS, LABEL_WORD_PRESCRIBER, LABEL_WORD_USE_BY, LABEL_WORD_NO_REFILLS, LABEL_WORD_COUNT };
const char *label_word(enum label_word word, enum label_language language);

/* The tables as a page: docs/labels.md. */
void label_write_markdown(struct buffer *out);

#endif
