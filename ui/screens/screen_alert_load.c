/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often findings interrupted people and how often they were gone past: by severity, rule, person, month and reason.
 * Counts only. Shows the last twelve months; a month is chosen with the keys of the bar. */
#include <inttypes.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/pager.h"
#include "screens/report_span.h"
#include "screens/screens.h"
#include "service/alert_report.h"

struct alert_load {
    struct workstation *ws;
    int back; /* report_span() */
    struct pager pager;
    struct area heading, body;
    char *title;
};

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

static enum status read_report(struct alert_load *a, struct error *err)
{
    struct alert_report report = {0};
    struct buffer text = BUFFER_INIT;
    struct date from, to;
    char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];
    report_span(site_today(a->ws->site), a->back, &from, &to);
    enum status status = alert_report_get(a->ws->actor, from, to, &report, err);
    if (status != STATUS_OK) {
        return status;
    }
    mem_free(a->title);
    a->title = mem_format(_("Alert load, %s to %s"), date_format_human(from, first), date_format_human(to, last));
    buffer_append_format(&text, _("Findings that interrupted: %" PRId64 ", gone past: %" PRId64 "\n"), report.shown,
                         report.overridden);
    if (report.shown == 0) {
        buffer_append_text(&text, _("Nobody was interrupted in this time.\n"));
    }
    for (int g = 0; g < ALERT_GROUPS; g++) {
        if (report.groups[g].len > 0) {
            buffer_append_format(&text, "\n%s\n", _(GROUPS[g]));
        }
        for (size_t i = 0; i < report.groups[g].len; i++) {
            const struct decision_share *share = &report.groups[g].items[i];
            buffer_append_format(&text, _("  %s: %" PRId64 " shown, %" PRId64 " gone past\n"), word_of(g, share->key), share->shown,
                                 share->overridden);
        }
    }
    pager_release(&a->pager);
    pager_init(&a->pager, text.bytes);
    buffer_release(&text);
    alert_report_release(&report);
    return STATUS_OK;
}

static void load_close(void *state)
{
    struct alert_load *a = state;
    pager_release(&a->pager);
    mem_free(a->title);
    mem_free(a);
}

static enum status load_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct alert_load *a = mem_alloc(sizeof *a);
    (void)argument;
    a->ws = shell_app(sh);
    enum status status = read_report(a, err);
    if (status != STATUS_OK) {
        load_close(a);
        return status;
    }
    *out_state = a;
    return STATUS_OK;
}

static void load_layout(void *state, struct area body)
{
    struct alert_load *a = state;
    a->heading = area_rows(body, 0, 1);
    a->body = area_part(body, 2, 1, body.rows - 2, body.cols - 2);
    pager_layout(&a->pager, a->body.rows, a->body.cols);
}

static void load_draw(void *state, struct area body)
{
    struct alert_load *a = state;
    (void)body;
    draw_text(a->heading, 0, 1, STYLE_HEADING, a->title);
    pager_draw(&a->pager, a->body);
}

static unsigned load_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return pager_handle(&((struct alert_load *)state)->pager, event);
}

static unsigned turn(struct shell *sh, struct alert_load *a, int by)
{
    struct error err = ERROR_INIT;
    int before = a->back;
    a->back = report_span_turn(a->back, by);
    if (read_report(a, &err) != STATUS_OK) {
        a->back = before;
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
    {"month.earlier", "[", PERMISSION_REPORT_READ, N_("month before"), N_("Show the month before."), run_earlier, ACTION_IN_BAR,
     NULL},
    {"month.later", "]", PERMISSION_REPORT_READ, N_("month after"), N_("Show the month after, or all twelve."), run_later,
     ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_ALERT_LOAD = {
    .name = "alert_load",
    .title = N_("Alert load"),
    .open = load_open,
    .layout = load_layout,
    .draw = load_draw,
    .key = load_key,
    .close = load_close,
    .actions = ACTIONS,
};
