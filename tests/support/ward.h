/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One patient with one order in a scratch clinic, and doses recorded as the screen would. What a test did not expect to
 * fail fails it with the sentence that a person would have read. */
#ifndef SUPPORT_WARD_H
#define SUPPORT_WARD_H

#include "service/doses.h"
#include "support/clinic.h"

/* A clinic with one patient and one order; doses are recorded as the nurse. */
struct ward {
    struct clinic *c;
    struct uid patient;
    struct uid order;
};

struct ward ward_new(const char *line);
int64_t ward_at(int day, int hour, int minute); /* wall clock of the clinic; day 0 is when it opened */
void ward_set_time(struct ward *w, int day, int hour, int minute);

/* The order's dose planned then, complete for "given" and without a scan; planned_us 0: as needed. */
struct dose_event ward_due(struct ward *w, struct uid order_id, int64_t planned_us);
enum status ward_record(struct ward *w, enum clinic_person who, const struct dose_event *event, unsigned accepted,
                        struct error *err);
void ward_must_record(struct ward *w, const struct dose_event *event, unsigned accepted);
enum slot_state ward_state(struct ward *w, struct uid slot, enum dose_status *out_status);
struct dose_check ward_check(struct ward *w, const struct dose_event *event);
void ward_teach(struct ward *w, const char *code, const char *drug); /* a product code of the site */

#endif
