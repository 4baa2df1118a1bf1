/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/alert_report.h"

#include <string.h>

#include "base/i18n.h"
#include "base/zone.h"
#include "service/act.h"

void alert_report_release(struct alert_report *report)
{
    for (int i = 0; i < ALERT_GROUPS; i++) {
        decision_share_list_release(&report->groups[i]);
    }
    memset(report, 0, sizeof *report);
}

enum status alert_report_get(struct actor *actor, struct date from, struct date to, struct alert_report *out,
                             struct error *err)
{
    struct act act = ACT(actor, PERMISSION_REPORT_READ, "report.alerts", "finding_decisions", UID_NONE);
    struct alert_report report = {.from = from, .to = to};
    if (date_compare(from, to) > 0) {
        return error_set_field(err, STATUS_INVALID, "from", _("The first day lies behind the last."));
    }
    enum status status = act_read(&act, err);
    int64_t from_us = zone_day_start(actor->site->zone, from);
    int64_t to_us = zone_day_start(actor->site->zone, date_add_days(to, 1));
    for (int i = 0; i < ALERT_GROUPS && status == STATUS_OK; i++) {
        status = decision_report(actor->site->store, (enum decision_group)i, from_us, to_us, &report.groups[i], err);
    }
    if (status != STATUS_OK) {
        alert_report_release(&report);
        return status;
    }
    for (size_t i = 0; i < report.groups[DECISION_BY_SEVERITY].len; i++) {
        report.shown += report.groups[DECISION_BY_SEVERITY].items[i].shown;
        report.overridden += report.groups[DECISION_BY_SEVERITY].items[i].overridden;
    }
    *out = report;
    return STATUS_OK;
}
