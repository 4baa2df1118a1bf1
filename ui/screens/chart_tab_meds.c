/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of medications: what is taken, what was stopped in the last 90 days, and what can be done to an order. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/order_reason.h"
#include "screens/chart_tab.h"

static const struct table_column COLUMNS[] = {
    {N_("Drug"), 26, 1, 0, false}, {N_("Directions"), 40, 2, 0, false}, {N_("Prescriber"), 18, 1, 150, false},
};

static const struct order *at(const struct chart_view *v, int row)
{
    return &v->chart->orders.items[row];
}

static int count(const struct chart_view *v)
{
    return (int)v->chart->orders.len;
}

static struct uid id(const struct chart_view *v, int row)
{
    return at(v, row)->id;
}

static enum mark mark(const struct chart_view *v, int row)
{
    return order_is_current(at(v, row)) ? chart_order_mark(v->chart, at(v, row)->id) : MARK_NONE;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* The last dose was due half a day ago or longer: nobody waits for it any more. */
#define ENDED_AFTER_US (12 * US_PER_HOUR)

static bool has_ended(const struct chart_view *v, const struct order *order)
{
    return order->status == MEDICATION_STATUS_ACTIVE && order->planned_end_us != 0 &&
           order->planned_end_us + ENDED_AFTER_US <= clock_now_us(v->ws->clock);
}

static void directions(const struct chart_view *v, const struct order *order, bool has_prescriber, char *buf)
{
    char words[SIG_TEXT_MAX], day[DATE_TEXT_MAX];
    const char *sig = sig_format(&order->sig, words), *prescriber = has_prescriber ? "" : or_empty(order->prescriber_name);
    if (!order_is_current(order)) {
        char *reason = order_reason_text(order->reason);
        (void)snprintf(buf, TABLE_CELL_MAX, "%s%s%s", enum_label(ENUM_MEDICATION_STATUS, (int)order->status),
                       reason[0] != '\0' ? ": " : "", reason);
        mem_free(reason);
        return;
    }
    if (has_ended(v, order)) {
        struct local_time end = zone_local(v->ws->site->zone, order->planned_end_us);
        (void)snprintf(buf, TABLE_CELL_MAX, _("COURSE ENDED %s: stop or renew. %s"), date_format_human(end.date, day), sig);
        return;
    }
    (void)snprintf(buf, TABLE_CELL_MAX, "%s%s%s%s%s", order->status == MEDICATION_STATUS_ON_HOLD ? _("ON HOLD ") : "",
                   or_empty(order->ingredients)[0] == '\0' ? _("NOT CHECKED ") : "",
                   sig[0] != '\0' ? sig : or_empty(order->directions)[0] != '\0' ? order->directions : _("directions not given"), prescriber[0] != '\0' ? "  " : "", prescriber);
}

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct order *order = at(v, row);
    bool is_current = order_is_current(order);
    *style = is_current ? STYLE_TEXT : STYLE_DIM;
    switch (column) {
    case 0: {
        char *drug = order_display_drug(order);
        (void)snprintf(buf, TABLE_CELL_MAX, "%s", drug); /* cut is fine */
        mem_free(drug);
        return buf;
    }
    case 1:
        *style = is_current && (or_empty(order->ingredients)[0] == '\0' || has_ended(v, order)) ? STYLE_WARNING : *style;
        directions(v, order, v->tables[v->tab].widths[2] > 0, buf);
        return buf;
    default:
        return or_empty(order->prescriber_name);
    }
}

static const char *empty(const struct chart_view *v)
{
    (void)v;
    return _("No medication on this chart.");
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, mark, empty, NULL, NULL};

/* ---- actions ---- */

static const struct order *selected_order(const struct chart_view *v)
{
    int row = chart_row(v);
    return row >= 0 ? at(v, row) : NULL;
}

static bool on_active(const void *state)
{
    const struct order *order = selected_order(state);
    return order != NULL && order->status == MEDICATION_STATUS_ACTIVE;
}

static bool on_current(const void *state)
{
    const struct order *order = selected_order(state);
    return order != NULL && order_is_current(order);
}

static bool on_held(const void *state)
{
    const struct order *order = selected_order(state);
    return order != NULL && order->status == MEDICATION_STATUS_ON_HOLD;
}

static unsigned open_end(struct shell *sh, struct chart_view *v, enum order_action action)
{
    const struct order *order = selected_order(v);
    const struct order_end_argument argument = {v->chart->patient.id, order->id, action};
    shell_open_or_say(sh, &SCREEN_ORDER_END, &argument);
    return STALE_CELLS;
}

static unsigned run_stop(struct shell *sh, void *state)
{
    return open_end(sh, state, ORDER_ACTION_STOP);
}

static unsigned run_hold(struct shell *sh, void *state)
{
    return open_end(sh, state, ORDER_ACTION_HOLD);
}

static unsigned run_resume(struct shell *sh, void *state)
{
    return open_end(sh, state, ORDER_ACTION_RESUME);
}

static unsigned run_add(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_ORDER, &(struct order_argument){.patient = v->chart->patient.id});
    return STALE_CELLS;
}

static unsigned run_change(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_ORDER, &(struct order_argument){v->chart->patient.id, selected_order(v)->id});
    return STALE_CELLS;
}

static bool on_any(const void *state)
{
    return selected_order(state) != NULL;
}

static unsigned run_info(struct shell *sh, void *state)
{
    shell_open_or_say(sh, &SCREEN_DRUG, selected_order(state)->drug_text);
    return STALE_CELLS;
}

static unsigned run_record(struct shell *sh, void *state)
{
    const struct chart_view *v = state;
    const struct dose_argument dose = {.patient = v->chart->patient.id, .order = selected_order(v)->id};
    shell_open_or_say(sh, &SCREEN_DOSE, &dose);
    return STALE_CELLS;
}

static unsigned run_fill(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    const struct order *order = selected_order(v);
    shell_open_or_say(sh, &SCREEN_FILL, &(struct fill_argument){v->chart->patient.id, order->id, UID_NONE});
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"dose.record", KEYS_RECORD, PERMISSION_DOSE_RECORD, N_("record dose"), N_("Record a dose of the chosen order."), run_record,
     ACTION_IN_BAR, on_current},
    {"add", KEYS_ADD, PERMISSION_ORDER_WRITE, N_("add"), N_("Add a medication."), run_add, ACTION_IN_BAR, NULL},
    {"change", KEYS_CHANGE, PERMISSION_ORDER_WRITE, N_("change"), N_("Change the chosen order: a new version, checked anew."),
     run_change, ACTION_IN_BAR, on_current},
    {"order.stop", "s, F8, Ctrl-R", PERMISSION_ORDER_STOP, N_("stop"), N_("Stop the chosen order, with a reason."), run_stop,
     ACTION_IN_BAR, on_current},
    {"fill", "f", PERMISSION_FILL_PREPARE, N_("fill"), N_("Fill the chosen order at the counter, or go on with its fill."), run_fill,
     ACTION_IN_BAR, on_current},
    {"order.hold", "h", PERMISSION_ORDER_STOP, N_("hold"), N_("Hold the chosen order, with a reason."), run_hold, ACTION_IN_BAR,
     on_active},
    {"order.resume", "r", PERMISSION_ORDER_STOP, N_("resume"), N_("Resume the chosen order that is on hold."), run_resume,
     ACTION_IN_BAR, on_held},
    {"drug.info", "(", PERMISSION_CLINICAL_READ, N_("drug information"), N_("Read what is known of the chosen order's drug."),
     run_info, 0, on_any},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_MEDS = {
    .part = {N_("Meds"), ACTIONS},
    .name = "medications",
    .fresh_min = FRESH_MEDICATIONS,
    .rows = &ROWS,
};
