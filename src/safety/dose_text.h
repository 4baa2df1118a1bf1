/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what people write for a dose: "500 mg oral every 8 h", "1-2 tablets twice daily prn", "10
 * mg/kg/day in 3 doses", "15 mg once weekly". Only for checks; orders are typed through their own
 * parser. */
#ifndef SAFETY_DOSE_TEXT_H
#define SAFETY_DOSE_TEXT_H

#include "safety/screen.h"

/* Fills *out and *out_route (ROUTE_NONE_GIVEN when the text names none). When the amount was not
 * understood the dose is SCREEN_MISSING; a frequency that was not understood leaves doses_per_day
 * zero. True when both were. */
bool dose_text_parse(const char *text, struct screen_dose *out, enum route *out_route);

#endif
