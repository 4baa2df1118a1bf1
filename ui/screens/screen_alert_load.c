/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often findings interrupted people and how often they were gone past: by severity, rule, person, month and reason.
 * Counts only. */
#include <inttypes.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/report_page.h"
#include "service/alert_report.h"

static const char *const GROUPS[ALERT_GROUPS] = {N_("By severity"), N_("By rule"), N_("By person"), N_("By month"),
                                                 N_("By what was decided")};

static const char *word_of(int group, const char *key)
{
    int value = group == DECISION_BY_SEVERITY ? enum_value(ENUM_INTERACTION_TYPE, key)
                : group == DECISION_BY_REASON ? enum_value(ENUM_OVERRIDE_REASON, key)
                                              : 0;
    if (value == 0) {
        return group == DECISION_BY_REASON ? _("not added") : key;
    }
    return enum_label(group == DECISION_BY_SEVERITY ? ENUM_INTERACTION_TYPE : ENUM_OVERRIDE_REASON, value);
}

static enum status write_report(struct workstation *ws, const struct report_days *days, char **out_title,
                                struct buffer *out_text, struct error *err)
{
    struct alert_report report = {0};
    enum status status = alert_report_get(ws->actor, days->from, days->to, &report, err);
    if (status != STATUS_OK) {
        return status;
    }
    *out_title = mem_format(_("Alert load, %s to %s"), days->first, days->last);
    buffer_append_format(out_text, _("Findings that interrupted: %" PRId64 ", gone past: %" PRId64 "\n"), report.shown,
                         report.overridden);
    if (report.shown == 0) {
        buffer_append_text(out_text, _("Nobody was interrupted in this time.\n"));
    }
    for (int g = 0; g < ALERT_GROUPS; g++) {
        if (report.groups[g].len > 0) {
            buffer_append_format(out_text, "\n%s\n", _(GROUPS[g]));
        }
        for (size_t i = 0; i < report.groups[g].len; i++) {
            const struct decision_share *share = &report.groups[g].items[i];
            buffer_append_format(out_text, _("  %s: %" PRId64 " shown, %" PRId64 " gone past\n"), word_of(g, share->key), share->shown,
                                 share->overridden);
        }
    }
    alert_report_release(&report);
    return STATUS_OK;
}

static enum status load_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    return report_page_open(sh, write_report, out_state, err);
}

const struct screen_ops SCREEN_ALERT_LOAD = {
    .name = "alert_load",
    .title = N_("Alert load"),
    .open = load_open,
    .layout = report_page_layout,
    .draw = report_page_draw,
    .key = report_page_key,
    .close = report_page_close,
    .actions = REPORT_PAGE_ACTIONS,
};
