/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of allergies, intolerances and what is tolerated. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/chart_tab.h"

static const struct table_column COLUMNS[] = {
    {N_("Substance"), 22, 2, 0, false}, {N_("Reaction"), 16, 2, 0, false}, {N_("Severity"), 16, 0, 0, false},
    {N_("State"), 14, 1, 0, false},
};

static const struct allergy *at(const struct chart_view *v, int row)
{
    return &v->chart->allergies.items[row];
}

static int count(const struct chart_view *v)
{
    return (int)v->chart->allergies.len;
}

static struct uid id(const struct chart_view *v, int row)
{
    return at(v, row)->id;
}

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct allergy *a = at(v, row);
    (void)buf;
    switch (column) {
    case 0:
        *style = a->severity >= REACTION_SEVERITY_SEVERE ? STYLE_ALLERGY : STYLE_TEXT;
        return a->allergen_name;
    case 1:
        return a->reaction != NULL ? a->reaction : "";
    case 2:
        return enum_label(ENUM_REACTION_SEVERITY, (int)a->severity);
    default:
        if (a->allergen_key == NULL || a->allergen_key[0] == '\0') {
            *style = STYLE_WARNING;
            return _("NOT CHECKED");
        }
        return enum_label(ENUM_ALLERGY_STATE, (int)a->state);
    }
}

static const char *empty(const struct chart_view *v)
{
    (void)v;
    return _("No allergy is listed.");
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, NULL, empty, NULL};

const struct chart_tab CHART_TAB_ALLERGIES = {
    .part = {N_("Allergies"), NULL},
    .name = "allergies",
    .rows = &ROWS,
};
