/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the directory lets the people of this site see and do for a patient. A member of the staff is a provider of the
 * directory when both have one NPI; what was decided about that provider and this patient then holds for their own work too.
 * Nothing was decided: the role alone says. A relationship that only came with an import was not decided by anybody here: it
 * has no first day. */
#ifndef SERVICE_CARE_RIGHTS_H
#define SERVICE_CARE_RIGHTS_H

#include "model/order.h"
#include "service/site.h"

/* Whether the acting person may see this patient's medicines; what has no provider may. */
enum status care_right_to_view(const struct actor *actor, struct uid patient, bool *out_may, struct error *err) MUST_USE;

/* Who prescribes this order, the acting person or the prescriber who gave it by word of mouth, may prescribe for its patient.
 * STATUS_REFUSED. The setting prescribe_needs_relationship asks for a relationship where there is none. */
enum status care_right_to_prescribe(const struct actor *actor, struct uid patient, const struct order *order, struct error *err) MUST_USE;

#endif
