/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days that a report on the screen is about: the last twelve months, or one of them. Pure. */
#ifndef SCREENS_REPORT_SPAN_H
#define SCREENS_REPORT_SPAN_H

#include "base/date.h"

enum { REPORT_MONTHS = 12 };

/* back 0: the last twelve months up to today; n: the n-th month back, 1 this month. */
void report_span(struct date today, int back, struct date *from, struct date *to);
int report_span_turn(int back, int by); /* the next one, round */

#endif
