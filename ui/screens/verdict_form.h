/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page of facts about one deed, and below it the verdict of another person in a choice and in words. A screen's state begins
 * with a struct verdict_form, so that the functions below serve as its ops. */
#ifndef SCREENS_VERDICT_FORM_H
#define SCREENS_VERDICT_FORM_H

#include "kit/form.h"
#include "screens/screens.h"

struct verdict_form {
    struct workstation *ws;
    struct form form;
    struct area area;
    const char *verdicts[REVIEW_VERDICT_COUNT];
    unsigned (*save)(struct shell *sh, void *state); /* of the key bar and of Enter */
};

void verdict_form_init(struct verdict_form *v, struct shell *sh, unsigned (*save)(struct shell *sh, void *state));
void verdict_form_release(struct verdict_form *v);

/* As ops. */
void verdict_form_layout(void *state, struct area body);
unsigned verdict_form_key(struct shell *sh, void *state, const struct event *event);
bool verdict_form_text_focus(const void *state);
bool verdict_form_unsaved(const void *state);

/* What was chosen and said. */
enum review_verdict verdict_form_verdict(const struct verdict_form *v);
const char *verdict_form_words(const struct verdict_form *v); /* borrowed from the form */

/* Says what was done and closes, or shows the refusal at its field. */
unsigned verdict_form_answered(struct verdict_form *v, struct shell *sh, enum status status, struct error *err, const char *done);

/* The rows above the form: each returns how many it took. */
struct area verdict_form_facts(struct verdict_form *v, struct area body);
int verdict_form_row(struct area a, int row, const char *label, const char *text);
int verdict_form_time(const struct verdict_form *v, struct area a, int row, const char *label, int64_t at_us);

enum { VERDICT_LABEL_CELLS = 14 };

#endif
