/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of one ingredient a dose holds, so that doses of different orders and products can be added up (clinical.md
 * 4.B.7: paracetamol in two products). What cannot be told is given back without a unit and is never added silently. */
#ifndef SERVICE_DOSES_TOTAL_H
#define SERVICE_DOSES_TOTAL_H

#include <stdbool.h>

#include "model/dose.h"
#include "model/order.h"
#include "safety/knowledge.h"
#include "schedule/prn.h"

/* The same order, or one with a coded ingredient in common. */
bool orders_share_ingredient(const struct order *a, const struct order *b);

/* How many ingredients the order has to be held against its limits; 1 when it is not coded. */
int dose_total_ingredients(const struct knowledge *k, const struct order *order);

/* What `event`, recorded for the order `of`, holds of the n-th ingredient of `order`; false when it holds none of it. */
bool dose_total_entry(const struct knowledge *k, const struct order *order, const struct order *of,
                      const struct dose_event *event, int ingredient, struct prn_dose *out);

/* The day's maximum of the order in amounts of the ingredient. */
void dose_total_limit(const struct knowledge *k, const struct order *order, int ingredient, struct prn_limits *limits);

#endif
