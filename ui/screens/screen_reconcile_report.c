/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well lists are reconciled (clinical.md 4.A.5) and what was put off, by owner. The first part is counts only; the
 * second names patients and is there for those who reconcile. */
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/pager.h"
#include "screens/report_span.h"
#include "screens/screens.h"
#include "service/reconciliation_report.h"

struct reconcile_counts {
    struct workstation *ws;
    int back; /* report_span() */
    struct pager pager;
    struct area heading, body;
    char *title;
};

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

static enum status read_report(struct reconcile_counts *r, struct error *err)
{
    struct reconcile_report counts = {0};
    struct reconcile_open_lines open = {0};
    struct buffer text = BUFFER_INIT;
    struct date from, to;
    char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];
    bool sees_patients = actor_may(r->ws->actor, PERMISSION_RECONCILE);
    report_span(site_today(r->ws->site), r->back, &from, &to);
    enum status status = reconcile_report_get(r->ws->actor, from, to, &counts, err);
    if (status == STATUS_OK && sees_patients) {
        status = reconcile_open_lines_get(r->ws->actor, &open, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    mem_free(r->title);
    r->title = mem_format(_("Reconciliations begun %s to %s"), date_format_human(from, first), date_format_human(to, last));
    say_counts(&counts, &text);
    if (sees_patients) {
        say_open(&open, &text);
    }
    pager_release(&r->pager);
    pager_init(&r->pager, text.bytes);
    buffer_release(&text);
    reconcile_open_lines_release(&open);
    return STATUS_OK;
}

static void close_screen(void *state)
{
    struct reconcile_counts *r = state;
    pager_release(&r->pager);
    mem_free(r->title);
    mem_free(r);
}

static enum status open_screen(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct reconcile_counts *r = mem_alloc(sizeof *r);
    (void)argument;
    r->ws = shell_app(sh);
    enum status status = read_report(r, err);
    if (status != STATUS_OK) {
        close_screen(r);
        return status;
    }
    *out_state = r;
    return STATUS_OK;
}

static void layout(void *state, struct area body)
{
    struct reconcile_counts *r = state;
    r->heading = area_rows(body, 0, 1);
    r->body = area_part(body, 2, 1, body.rows - 2, body.cols - 2);
    pager_layout(&r->pager, r->body.rows, r->body.cols);
}

static void draw(void *state, struct area body)
{
    struct reconcile_counts *r = state;
    (void)body;
    draw_text(r->heading, 0, 1, STYLE_HEADING, r->title);
    pager_draw(&r->pager, r->body);
}

static unsigned key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return pager_handle(&((struct reconcile_counts *)state)->pager, event);
}

static unsigned turn(struct shell *sh, struct reconcile_counts *r, int by)
{
    struct error err = ERROR_INIT;
    int before = r->back;
    r->back = report_span_turn(r->back, by);
    if (read_report(r, &err) != STATUS_OK) {
        r->back = before;
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    return STALE_LAYOUT;
}

static unsigned run_earlier(struct shell *sh, void *state)
{
    return turn(sh, state, 1);
}

static unsigned run_later(struct shell *sh, void *state)
{
    return turn(sh, state, -1);
}

static const struct action ACTIONS[] = {
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {"month.earlier", "[", PERMISSION_REPORT_READ, N_("month before"), N_("Show the month before."), run_earlier, ACTION_IN_BAR, NULL},
    {"month.later", "]", PERMISSION_REPORT_READ, N_("month after"), N_("Show the month after, or all twelve."), run_later, ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RECONCILE_REPORT = {
    .name = "reconcile_report",
    .title = N_("Reconciliations, counted"),
    .open = open_screen,
    .layout = layout,
    .draw = draw,
    .key = key,
    .close = close_screen,
    .actions = ACTIONS,
};
