/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a finding and what could not be checked are shown wherever they are: on the chart, beside an order, in the alert. */
#ifndef SCREENS_FINDING_VIEW_H
#define SCREENS_FINDING_VIEW_H

#include "safety/finding_text.h"
#include "safety/screen.h"
#include "screens/screens.h"

/* Sign, word, subject and effect in at most `effect_rows`, then what to do. Returns the rows it took. */
int finding_draw(const struct knowledge *k, const struct screen_input *input, const struct screen_finding *f, int effect_rows,
                 struct area a);
/* "NOT CHECKED  foo: ..." painted as a warning. Returns the rows it took. */
int incomplete_draw(const struct screen_incomplete *item, struct area a);

#endif
