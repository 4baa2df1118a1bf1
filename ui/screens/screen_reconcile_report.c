/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well lists are reconciled (clinical.md 4.A.5) and what was put off, by owner. The first part is counts only; the
 * second names patients and is there for those who reconcile. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/report_page.h"
#include "service/reconciliation_report.h"

static int percent(int part, int whole)
{
    return whole > 0 ? part * 100 / whole : 0;
}

static void say_counts(const struct reconcile_report *r, struct buffer *out)
{
    buffer_append_format(out, _("Begun: %d, of %d patients\n"), r->sessions, r->patients);
    buffer_append_format(out, _("Signed within 24 h: %d (%d %%)\nSigned later: %d\nNot signed: %d\n\n"), r->signed_in_24h,
                         percent(r->signed_in_24h, r->sessions), r->signed_later, r->not_signed);
    buffer_append_format(out, "%s\n", _("Differences, and how many for each patient"));
    for (int c = DISCREPANCY_CLASS_DOCUMENTED; c < DISCREPANCY_CLASS_COUNT; c++) {
        int hundredths = percent(r->discrepancies[c], r->patients);
        buffer_append_format(out, "  %s: %d, %d.%02d\n", enum_label(ENUM_DISCREPANCY_CLASS, c), r->discrepancies[c], hundredths / 100,
                             hundredths % 100);
    }
    buffer_append_format(out, _("Patients with at least one that was not meant: %d (%d %%)\n"), r->patients_with_unintentional,
                         percent(r->patients_with_unintentional, r->patients));
}

static void say_open(const struct reconcile_open_lines *open, struct buffer *out)
{
    char day[DATE_TEXT_MAX];
    buffer_append_format(out, "\n%s\n", _("Put off, by owner"));
    if (open->len == 0) {
        buffer_append_format(out, "  %s\n", _("Nothing is put off."));
    }
    for (size_t i = 0; i < open->len; i++) {
        const struct reconcile_open_line *line = &open->items[i];
        bool is_first = i == 0 || strcmp(line->owner, open->items[i - 1].owner) != 0;
        if (is_first) {
            buffer_append_format(out, "  %s\n", line->owner[0] != '\0' ? line->owner : _("nobody"));
        }
        buffer_append_format(out, "    %s %s%s  %s %s: %s%s%s\n", date_is_none(line->due_on) ? _("no date") : date_format_human(line->due_on, day),
                             enum_label(ENUM_RECONCILE_ACTION, (int)line->action), line->is_overdue ? _(", overdue") : "", line->patient_name,
                             line->mrn, line->text, line->words[0] != '\0' ? "; " : "", line->words);
    }
}

static enum status write_report(struct workstation *ws, const struct report_days *days, char **out_title,
                                struct buffer *out_text, struct error *err)
{
    struct reconcile_report counts = {0};
    struct reconcile_open_lines open = {0};
    bool sees_patients = actor_may(ws->actor, PERMISSION_RECONCILE);
    enum status status = reconcile_report_get(ws->actor, days->from, days->to, &counts, err);
    if (status == STATUS_OK && sees_patients) {
        status = reconcile_open_lines_get(ws->actor, &open, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    *out_title = mem_format(_("Reconciliations begun %s to %s"), days->first, days->last);
    say_counts(&counts, out_text);
    if (sees_patients) {
        say_open(&open, out_text);
    }
    reconcile_open_lines_release(&open);
    return STATUS_OK;
}

static enum status counts_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    return report_page_open(sh, write_report, out_state, err);
}

const struct screen_ops SCREEN_RECONCILE_REPORT = {
    .name = "reconcile_report",
    .title = N_("Reconciliations, counted"),
    .open = counts_open,
    .layout = report_page_layout,
    .draw = report_page_draw,
    .key = report_page_key,
    .close = report_page_close,
    .actions = REPORT_PAGE_ACTIONS,
};
