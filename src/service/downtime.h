/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paper for the time without a computer (clinical.md 4.B.5): a patient's planned and as-needed doses of the next 24 or 72
 * hours with boxes for time, initials and reason. Each sheet has a number that back entry names, and says how old its data are and how
 * many changes had not reached the centre. What was made is kept in the sealed database and leaves it only to a printer. */
#ifndef SERVICE_DOWNTIME_H
#define SERVICE_DOWNTIME_H

#include "service/printing.h"

#define DOWNTIME_FORM_MAX 32

/* The sheet of one patient. hours: 24 or 72. Writes its number and text down first. The caller frees *out. */
enum status downtime_sheet(struct actor *actor, struct uid patient, int hours, struct document **out, char form[DOWNTIME_FORM_MAX],
                           struct error *err) MUST_USE;
struct print_request downtime_request(struct uid patient);

/* Everybody who has a dose planned in that time, one sheet after another, to the printer of documents. Stops at the first
 * that cannot be printed. *out_closed: restricted records that were left out, for who is named for them to print. */
enum status downtime_print_all(struct actor *actor, int hours, int *out_printed, int *out_closed, struct error *err) MUST_USE;

#endif
