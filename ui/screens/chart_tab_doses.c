/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of doses: what is planned and what was recorded. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/chart_tab.h"

static const struct table_column COLUMNS[] = {
    {N_("Time"), 5, 0, 0, false}, {N_("Day"), 11, 0, 0, false}, {N_("Drug and dose"), 30, 1, 0, false},
    {N_("State"), 18, 0, 0, false},
};

static const struct dose_slot *at(const struct chart_view *v, int row)
{
    return &v->chart->slots.items[row];
}

static int count(const struct chart_view *v)
{
    return (int)v->chart->slots.len;
}

static struct uid id(const struct chart_view *v, int row)
{
    return at(v, row)->id;
}

static enum mark mark(const struct chart_view *v, int row)
{
    const struct dose_slot *slot = at(v, row);
    switch (slot->status) {
    case DOSE_STATUS_GIVEN:
    case DOSE_STATUS_SELF:
        return MARK_GIVEN;
    case DOSE_STATUS_PARTIAL:
        return MARK_PARTIAL;
    case DOSE_STATUS_HELD:
        return MARK_HELD;
    case DOSE_STATUS_REFUSED:
        return MARK_REFUSED;
    case DOSE_STATUS_MISSED:
        return MARK_MISSED;
    default:
        return slot->state == SLOT_LATE || slot->state == SLOT_OVERDUE ? MARK_OVERDUE : MARK_DUE;
    }
}

static const char *state_word(const struct chart_view *v, int row, enum style *style)
{
    const struct dose_slot *slot = at(v, row);
    *style = slot->state == SLOT_CONFLICT ? STYLE_ERROR : mark_style(mark(v, row));
    return slot->state == SLOT_CONFLICT              ? _("POSSIBLE DOUBLE")
           : slot->status != DOSE_STATUS_NONE_GIVEN ? enum_label(ENUM_DOSE_STATUS, (int)slot->status)
           : slot->state == SLOT_FUTURE              ? _("planned")
                                                     : mark_word(mark(v, row));
}

static const struct order *find_order(const struct chart *chart, struct uid order)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        if (uid_compare(chart->orders.items[i].id, order) == 0) {
            return &chart->orders.items[i];
        }
    }
    return NULL;
}

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct dose_slot *slot = at(v, row);
    const struct order *order = find_order(v->chart, slot->order);
    struct local_time when = zone_local(v->ws->site->zone, slot->planned_us);
    char dose[SIG_TEXT_MAX];
    switch (column) {
    case 0:
        (void)snprintf(buf, TABLE_CELL_MAX, "%02d:%02d", when.hour, when.minute);
        return buf;
    case 1:
        *style = STYLE_DIM;
        return date_format_human(when.date, buf);
    case 2:
        if (order != NULL) {
            char *drug = order_display_drug(order);
            (void)snprintf(buf, TABLE_CELL_MAX, "%s  %s", drug, sig_format_dose(&order->sig, dose));
            mem_free(drug);
        }
        return buf;
    default:
        return state_word(v, row, style);
    }
}

static const char *empty(const struct chart_view *v)
{
    (void)v;
    return _("No dose is planned for these two days.");
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, mark, empty, NULL};

const struct chart_tab CHART_TAB_DOSES = {
    .part = {N_("Doses"), NULL},
    .name = "doses",
    .rows = &ROWS,
};
