/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The alert load: how often findings interrupted people and how often they were gone past, by severity, rule, person,
 * month and reason. Counts only, never a patient. */
#ifndef SERVICE_ALERT_REPORT_H
#define SERVICE_ALERT_REPORT_H

#include "base/date.h"
#include "service/site.h"
#include "store/decision_store.h"

#define ALERT_GROUPS 5

struct alert_report {
    struct date from, to;      /* days of the site, both included */
    int64_t shown, overridden; /* the rest was turned down: the drug was not added */
    struct decision_share_list groups[ALERT_GROUPS]; /* enum decision_group */
};
void alert_report_release(struct alert_report *report);
enum status alert_report_get(struct actor *actor, struct date from, struct date to, struct alert_report *out,
                             struct error *err) MUST_USE;

#endif
