/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for findings and for what could not be checked: stored words for JSON, translated sentences
 * for people. */
#ifndef SAFETY_FINDING_TEXT_H
#define SAFETY_FINDING_TEXT_H

#include "safety/screen.h"

#define FINDING_TEXT_MAX 512

const char *screen_status_word(enum screen_status status);         /* "CLEAR" */
const char *finding_kind_word(enum finding_kind kind);             /* "duplicate_ingredient" */
const char *finding_kind_label(enum finding_kind kind);            /* translated */
const char *finding_relation_word(enum finding_relation relation); /* "cross_high"; NULL for none */

/* "warfarin x amiodarone". Caller frees. */
char *finding_subject(const struct screen_input *input, const struct screen_finding *f);

/* What happens and what to do: the rule's text, or for duplicates, doses and allergies a sentence
 * made here with the amounts in it. Returns buf. */
const char *finding_effect(const struct knowledge *k, const struct screen_input *input,
                           const struct screen_finding *f, char buf[FINDING_TEXT_MAX]);
const char *finding_management(const struct knowledge *k, const struct screen_input *input,
                               const struct screen_finding *f, char buf[FINDING_TEXT_MAX]);

/* "the weight is needed", translated; whole sentence with the rule where there is one. Returns buf.
 */
/* The source names a file that the site loaded ("DDInter: code_A.csv, line 12", knowledge_convert.c), not one of our tables. */
bool finding_is_imported(const struct screen_finding *f);
/* "foo: the dose is needed", or the reason alone where it is about no single thing. Caller frees. */
char *incomplete_sentence(const struct screen_incomplete *item);
const char *incomplete_text(const struct screen_incomplete *item, char buf[FINDING_TEXT_MAX]);
const char *incomplete_word(enum incomplete_reason reason); /* "weight_missing" */

/* Why an alternative stands where it stands: "no finding; Statins", "moderate; the same group (ATC)". Returns buf. */
const char *alternative_text(const struct knowledge *k, const struct screen_alternative *a, char buf[FINDING_TEXT_MAX]);

/* Where the finding comes from; never "" for what a person sees. */
const char *finding_source(const struct screen_finding *f);

#endif
