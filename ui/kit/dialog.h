/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question and its answers. The first answer is the safe one and has the focus; Esc gives it too.
 * Left, Right, Tab move, Enter answers (CHOICE_MADE). No letters answer: a scan or a paste can
 * never say yes. */
#ifndef KIT_DIALOG_H
#define KIT_DIALOG_H

#include "kit/stale.h"
#include "term/draw.h"
#include "term/input.h"

enum { DIALOG_ANSWERS_MAX = 5 };

struct dialog {
    const char *title; /* translated; borrowed like all below */
    const char *text;
    const char *answers[DIALOG_ANSWERS_MAX]; /* translated; the first is the safe one */
    int answer_count;
    int focus;
    enum style title_style; /* STYLE_TEXT: STYLE_BAR */
};

unsigned dialog_handle(struct dialog *d, const struct event *event);
struct area dialog_place(const struct dialog *d,
                         struct area a); /* where in the area it is painted */
/* The answers alone, for a question that fills a screen of its own; one row, or one each where they
 * are too wide. Returns the rows it took. */
int dialog_draw_answers(const struct dialog *d, struct area a, int row, int col);
void dialog_draw(const struct dialog *d, struct area place);

#endif
