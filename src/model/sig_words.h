/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directions in plain words for the patient, in the patient's language. Every phrase stands in a table of this file's .c,
 * whole, in English, Spanish and French; nothing is translated by rule. What has no phrase gives no text: then the
 * directions as written have to be used and said to be so. */
#ifndef MODEL_SIG_WORDS_H
#define MODEL_SIG_WORDS_H

#include "model/sig.h"

enum sig_language { SIG_LANGUAGE_ENGLISH, SIG_LANGUAGE_SPANISH, SIG_LANGUAGE_FRENCH, SIG_LANGUAGE_COUNT };

const char *sig_language_code(enum sig_language language); /* "en" */
/* By the beginning of a BCP 47 tag ("es-MX"); English when it is none of them. */
enum sig_language sig_language_of(const char *tag);

/* "Take 1 tablet by mouth, 2 times a day (08:00, 20:00), with food." Caller frees; NULL where a phrase is missing. */
char *sig_words(const struct sig *sig, enum sig_language language);

#endif
