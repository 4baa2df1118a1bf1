/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of problems. */
#include <stdio.h>

#include "base/i18n.h"
#include "screens/chart_tab.h"
#include "service/problems.h"

static const struct table_column COLUMNS[] = {
    {N_("Problem"), 34, 3, 0, false}, {N_("Code"), 10, 0, 0, false},      {N_("Status"), 12, 0, 0, false},
    {N_("Since"), 11, 0, 0, false},   {N_("Ended"), 11, 0, 110, false},   {N_("Severity"), 10, 0, 110, false},
    {N_("Recorded"), 11, 0, 130, false},
};

static const struct condition *at(const struct chart_view *v, int row)
{
    return &v->chart->conditions.items[row];
}

static int count(const struct chart_view *v)
{
    return (int)v->chart->conditions.len;
}

static struct uid id(const struct chart_view *v, int row)
{
    return at(v, row)->id;
}

static bool is_live(const struct condition *c)
{
    return c->status == CONDITION_STATUS_ACTIVE || c->status == CONDITION_STATUS_RECURRENCE || c->status == CONDITION_STATUS_RELAPSE;
}

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct condition *c = at(v, row);
    *style = is_live(c) ? STYLE_TEXT : STYLE_DIM;
    switch (column) {
    case 0:
        (void)snprintf(buf, TABLE_CELL_MAX, "%s%s", c->name, chart_is_new(v, c->recorded_at_us) ? _(" (new)") : ""); /* cut is fine */
        return buf;
    case 1:
        return c->code != NULL ? c->code : "";
    case 2:
        return enum_label(ENUM_CONDITION_STATUS, (int)c->status);
    case 3:
        return date_format_human(c->diagnosed, buf);
    case 4:
        return date_format_human(c->abated, buf);
    case 5:
        return enum_label(ENUM_CONDITION_SEVERITY, (int)c->severity);
    default:
        return date_format_human(zone_local(v->ws->site->zone, c->recorded_at_us).date, buf);
    }
}

static const char *empty(const struct chart_view *v)
{
    (void)v;
    return _("No problem is listed. F5 adds one.");
}

static void details(const struct chart_view *v, int row, struct area a)
{
    const struct condition *c = at(v, row);
    const char *title = "";
    char day[DATE_TEXT_MAX];
    bool is_known = condition_is_checked(v->ws->site, c, &title);
    draw_text(a, 0, 1, STYLE_BAR, c->name);
    if (!is_known) {
        draw_text(a, 1, 1, STYLE_WARNING, _("NOT CHECKED: the drug tables do not know this problem."));
    } else if (title[0] != '\0') {
        draw_format(a, 1, 1, STYLE_TEXT, _("Drugs are checked against: %s"), title);
    } else {
        draw_text(a, 1, 1, STYLE_TEXT, _("A known code; no rule concerns it."));
    }
    draw_format(a, 2, 1, STYLE_TEXT, _("Recorded %s  %s"), date_format_human(zone_local(v->ws->site->zone, c->recorded_at_us).date, day),
                c->recorded_by != NULL ? c->recorded_by : "");
    draw_format(a, 3, 1, STYLE_TEXT, "%s%s%s", c->notes != NULL ? c->notes : "", c->original != NULL && c->original[0] != '\0' ? _("  source: ") : "",
                c->original != NULL ? c->original : "");
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, NULL, empty, details, NULL};

static unsigned run_add(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_PROBLEM, &(struct row_argument){v->chart->patient.id, UID_NONE});
    return STALE_CELLS;
}

static bool has_row(const void *state)
{
    return chart_row(state) >= 0;
}

static unsigned run_change(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_PROBLEM, &(struct row_argument){v->chart->patient.id, at(v, chart_row(v))->id});
    return STALE_CELLS;
}

static unsigned run_history(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    const struct condition *c = at(v, chart_row(v));
    shell_open_or_say(sh, &SCREEN_HISTORY, &(struct history_argument){v->chart->patient.id, c->id, HISTORY_PROBLEM, c->name});
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"add", KEYS_ADD, PERMISSION_CONDITION_WRITE, N_("add"), N_("Add a problem."), run_add, ACTION_IN_BAR, NULL},
    {"change", KEYS_CHANGE, PERMISSION_CONDITION_WRITE, N_("correct"), N_("Correct the chosen problem, or change its status."), run_change,
     ACTION_IN_BAR, has_row},
    {"history", KEYS_HISTORY, 0, N_("history"), N_("Show who changed the chosen row, when and how."), run_history, ACTION_IN_BAR, has_row},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_PROBLEMS = {
    .part = {N_("Problems"), ACTIONS},
    .name = "problems",
    .fresh_min = FRESH_PROFILE,
    .rows = &ROWS,
};
