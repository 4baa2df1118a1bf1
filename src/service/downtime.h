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

/* Everybody who has a dose planned in that time or may get one as needed, one sheet after another, to the printer of documents.
 * Stops at the first that cannot be printed. Restricted records are left out and counted, for who is named for them to print. */
struct downtime_set;
enum status downtime_set_new(struct actor *actor, int hours, struct downtime_set **out, struct error *err) MUST_USE;
/* One step: begins the next sheet, or looks after the one that is on its way for wait_ms at most. False: done, or *out_status is
 * not STATUS_OK. */
bool downtime_set_step(struct downtime_set *set, struct actor *actor, int wait_ms, enum status *out_status, struct error *err);
/* After a step that failed: goes on with the sheet that failed after a pause, each time a longer one, at most ten minutes. Steps do
 * nothing before. False: not tried again, because the next time is up or all was printed elsewhere; the set is to be freed. */
bool downtime_set_again(struct downtime_set *set, struct actor *actor, int *out_minutes, struct error *err);
int downtime_set_printed(const struct downtime_set *set);
int downtime_set_closed(const struct downtime_set *set);
void downtime_set_free(struct downtime_set *set); /* NULL is fine; stops what is on its way */

/* The site's times for it (setting downtime_times) are up: true in one session of the device that leads, and then for nobody else
 * while that session is at it; again when it ended (or went silent for a quarter of an hour) before the last sheet. A time that
 * passed while nobody was signed in is made up for once. */
enum status downtime_set_is_due(struct actor *actor, bool *out_due, struct error *err) MUST_USE;

int downtime_set_hours(const struct actor *actor); /* setting downtime_hours */

/* All steps at once, for commands. */
enum status downtime_print_all(struct actor *actor, int hours, int *out_printed, int *out_closed, struct error *err) MUST_USE;

#endif
