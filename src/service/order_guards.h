/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an order has to say before it is looked at any further, and who may give it how (clinical.md 4.B.15). Refusals name
 * the field: "drug", "dose", "directions", "source", "prescriber", "told_at", "read_back", "reason". */
#ifndef SERVICE_ORDER_GUARDS_H
#define SERVICE_ORDER_GUARDS_H

#include "model/order.h"
#include "model/patient.h"
#include "service/site.h"

/* Verbal or by telephone: a prescriber said it and has yet to sign. */
bool order_is_relayed(const struct order *order);

enum status order_check(const struct actor *actor, const struct order *order, struct error *err) MUST_USE;
/* Nothing is ordered for somebody who died. */
enum status order_check_patient(const struct patient *patient, struct error *err) MUST_USE;

/* The source alone, with prescriber, time and read-back: also of a hold, a resumption or a stop. */
enum status order_check_source(const struct actor *actor, enum order_source source, const char *prescriber_name,
                               const struct order_relay *relay, struct error *err) MUST_USE;

#endif
