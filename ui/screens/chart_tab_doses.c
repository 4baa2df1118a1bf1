/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of doses: what is planned and what was recorded. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/chart_tab.h"
#include "service/downtime.h"

static const struct table_column COLUMNS[] = {
    {N_("Time"), 5, 0, 0, false}, {N_("Day"), 11, 0, 0, false}, {N_("Drug and dose"), 26, 1, 0, false},
    {N_("State"), 25, 0, 0, false},
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
    return slot_mark(at(v, row));
}

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct dose_slot *slot = at(v, row);
    const struct order *order = chart_slot_order(v->chart, slot);
    struct local_time when = zone_local(v->ws->site->zone, slot->planned_us);
    char dose[SIG_TEXT_MAX];
    switch (column) {
    case 0:
        (void)snprintf(buf, TABLE_CELL_MAX, "%02d:%02d", when.hour, when.minute);
        return buf;
    case 1:
        *style = STYLE_DIM;
        (void)date_format_human(when.date, buf);
        if (zone_is_change_day(v->ws->site->zone, when.date)) { /* an hour may be there twice: the year makes room */
            char *year = strrchr(buf, ' ');
            (void)snprintf(year, TABLE_CELL_MAX - (size_t)(year - buf), " %s", when.abbreviation); /* fits */
        }
        return buf;
    case 2:
        if (order != NULL) {
            struct sig step;
            sig_step(&order->sig, slot->step, &step);
            char *drug = order_display_drug(order);
            (void)snprintf(buf, TABLE_CELL_MAX, "%s  %s", drug, sig_format_dose(&step, dose));
            mem_free(drug);
        }
        return buf;
    default:
        *style = slot_style(slot);
        return slot_words(slot, clock_now_us(v->ws->clock), v->ws->site->zone, buf);
    }
}

static const char *empty(const struct chart_view *v)
{
    (void)v;
    return _("No dose is planned for these two days.");
}

static char *note(const struct chart_view *v)
{
    return here_note(v->ws, chart_row(v) >= 0 ? at(v, chart_row(v))->planned_us : 0);
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, mark, empty, NULL, note};

static bool has_dose(const void *state)
{
    return chart_row(state) >= 0;
}

static unsigned run_record(struct shell *sh, void *state)
{
    const struct chart_view *v = state;
    const struct dose_slot *slot = at(v, chart_row(v));
    const struct dose_argument dose = {.patient = v->chart->patient.id, .order = slot->order,
                                       .slot = slot->is_unplanned ? UID_NONE : slot->id};
    shell_open_or_say(sh, &SCREEN_DOSE, &dose);
    return STALE_CELLS;
}

static unsigned run_take_out(struct shell *sh, void *state)
{
    const struct chart_view *v = state;
    const struct waste_argument waste = {.patient = v->chart->patient.id, .order = at(v, chart_row(v))->order};
    shell_open_or_say(sh, &SCREEN_WASTE, &waste);
    return STALE_CELLS;
}

static unsigned sheet_chosen(struct shell *sh, void *state, int answer)
{
    const struct chart_view *v = state;
    struct document *d = NULL;
    struct error err = ERROR_INIT;
    char form[DOWNTIME_FORM_MAX];
    if (answer == 0) {
        return STALE_CELLS;
    }
    if (downtime_sheet(v->ws->actor, v->chart->patient.id, answer == 1 ? 24 : 72, &d, form, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    const struct print_request request = downtime_request(v->chart->patient.id);
    screen_print_open(sh, d, &request);
    return STALE_CELLS;
}

/* Doses on paper, for a time without the computer. */
static unsigned run_print(struct shell *sh, void *state)
{
    (void)state;
    shell_ask(sh, &(struct shell_question){.title = _("Doses on paper"),
                                           .text = _("A sheet with boxes for time, initials and reason, for a time without the computer. How far?"),
                                           .answers = {_("Back"), _("24 hours"), _("72 hours")},
                                           .answered = sheet_chosen});
    return STALE_CELLS;
}

static unsigned run_grid(struct shell *sh, void *state)
{
    const struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_MAR, &v->chart->patient.id);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"dose.record", KEYS_RECORD, PERMISSION_DOSE_RECORD, N_("record dose"), N_("Record the chosen dose."), run_record,
     ACTION_IN_BAR, has_dose},
    {"open", KEYS_OPEN, PERMISSION_DOSE_RECORD, N_("open"), N_("Record the chosen dose."), run_record, 0, has_dose},
    {"controlled.take_out", "d", PERMISSION_DOSE_RECORD, N_("dropped"),
     N_("A piece of this controlled drug was taken out and not given: dropped, refused, spoiled."), run_take_out, 0, has_dose},
    {"print", KEYS_PRINT, PERMISSION_CLINICAL_READ, N_("print"), N_("Print what is shown."), run_print, ACTION_IN_BAR, NULL},
    {"mar.open", "g", PERMISSION_CLINICAL_READ, N_("grid"), N_("Show drugs down and times across."), run_grid, ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_DOSES = {
    .part = {N_("Doses"), ACTIONS},
    .name = "doses",
    .fresh_min = FRESH_DOSES,
    .rows = &ROWS,
};
