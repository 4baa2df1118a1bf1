/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doses for the engine: from an order's structured directions, and from what people write for a check ("500 mg oral
 * every 8 h", "10 mg/kg/day in 3 doses", "15 mg once weekly"). The words are read by the parser of typed orders
 * (model/order_line.h); a check forgives more than an order: "mg/kg" means per dose, "mg a day" is a day's amount, "twice
 * weekly" names no days. */
#ifndef SAFETY_DOSE_TEXT_H
#define SAFETY_DOSE_TEXT_H

#include "model/sig.h"
#include "safety/screen.h"

/* SCREEN_NOT_ASSESSED where the directions hold no amount; how often it is taken is there all the same. */
struct screen_dose screen_dose_of_sig(const struct sig *sig);

/* What the amount of a combination says of its product (drug_read_amount()): into the identity, and into the dose where it
 * is one ingredient's. */
void screen_drug_read_amount(const struct knowledge *k, struct screen_drug *drug);

/* Fills *out and *out_route (ROUTE_NONE_GIVEN when the text names none). When the amount was not understood the dose is
 * SCREEN_MISSING; a frequency that was not understood leaves doses_per_day zero; other words that were not understood
 * set is_partly_read. True when all was. */
bool dose_text_parse(const char *text, struct screen_dose *out, enum route *out_route);

#endif
