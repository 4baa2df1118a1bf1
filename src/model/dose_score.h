/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How bad it was before an as-needed dose (clinical.md 4.B.7): pain, nausea and anxiety from 0 to 10, the temperature of a
 * fever, the oxygen saturation of who is short of breath. Kept with the dose, so that its effect can be compared. Pure. */
#ifndef MODEL_DOSE_SCORE_H
#define MODEL_DOSE_SCORE_H

#include <stdbool.h>

#include "base/error.h"
#include "model/enums.h"

#define DOSE_SCORE_NOT_POSSIBLE "not_possible" /* as kept */
#define DOSE_SCORE_MAX 32
#define DOSE_SCORE_TEXT_MAX 96

bool dose_score_is_asked(enum prn_reason reason);
bool dose_score_is_required(enum prn_reason reason); /* pain: a score, or that it was not possible */
/* A form's example of what to type; "" where nothing is asked. Not translated. */
const char *dose_score_hint(enum prn_reason reason);

/* As typed or as kept: "7", "101.5 F", "91", "not possible"; kept: "7", "38.6 Cel", "91 %", "not_possible". "" stays "", and
 * anything does for a reason that asks nothing. STATUS_INVALID (field "score_before"), also when it is required. */
enum status dose_score_parse(enum prn_reason reason, const char *text, char out[DOSE_SCORE_MAX], struct error *err) MUST_USE;

/* "pain 7 before", "temperature 38.6 Cel before", "no score before: not possible"; "" where none is kept. Returns buf. */
const char *dose_score_words(enum prn_reason reason, const char *kept, char buf[DOSE_SCORE_TEXT_MAX]);

#endif
