/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of problems. */
#include "base/i18n.h"
#include "screens/chart_tab.h"

static const struct table_column COLUMNS[] = {
    {N_("Problem"), 36, 3, 0, false}, {N_("Status"), 12, 0, 0, false}, {N_("Since"), 11, 0, 0, false},
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

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct condition *condition = at(v, row);
    (void)style;
    switch (column) {
    case 0:
        return condition->name;
    case 1:
        return enum_label(ENUM_CONDITION_STATUS, (int)condition->status);
    default:
        return date_format_human(condition->diagnosed, buf);
    }
}

static const char *empty(const struct chart_view *v)
{
    (void)v;
    return _("No problem is listed.");
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, NULL, empty, NULL};

const struct chart_tab CHART_TAB_PROBLEMS = {
    .part = {N_("Problems"), NULL},
    .name = "problems",
    .rows = &ROWS,
};
