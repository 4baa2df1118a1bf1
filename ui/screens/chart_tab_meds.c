/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of medications: what is taken, what was stopped in the last 90 days, and what can be done to an order. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "screens/chart_tab.h"
#include "service/orders.h"

/* Why an order is stopped or held: the words are kept with the order. */
static const char *const STOP_REASONS[] = {N_("no longer needed"), N_("side effect"),  N_("not effective"),
                                           N_("replaced by another drug"), N_("wish of the patient"), N_("entered in error")};
static const char *const HOLD_REASONS[] = {N_("before a procedure"), N_("side effect"), N_("laboratory value"),
                                           N_("vital signs"), N_("patient cannot take it"), N_("waiting for the prescriber")};
enum { REASONS = 6 };

struct meds {
    const struct chart_view *view;
    const char *const *reasons; /* while one is chosen */
    int shown_reasons[REASONS], shown_count;
    struct uid order, version; /* that the reason is for */
    bool is_stop;
};

/* ---- rows ---- */

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

static void directions(const struct order *order, bool has_prescriber, char *buf)
{
    char words[SIG_TEXT_MAX];
    const char *sig = sig_format(&order->sig, words), *prescriber = has_prescriber ? "" : or_empty(order->prescriber_name);
    if (!order_is_current(order)) {
        (void)snprintf(buf, TABLE_CELL_MAX, "%s: %s", enum_label(ENUM_MEDICATION_STATUS, (int)order->status), or_empty(order->reason));
        return;
    }
    (void)snprintf(buf, TABLE_CELL_MAX, "%s%s%s%s%s", order->status == MEDICATION_STATUS_ON_HOLD ? _("ON HOLD ") : "",
                   or_empty(order->ingredients)[0] == '\0' ? _("NOT CHECKED ") : "",
                   sig[0] != '\0' ? sig : or_empty(order->directions), prescriber[0] != '\0' ? "  " : "", prescriber);
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
        *style = is_current && or_empty(order->ingredients)[0] == '\0' ? STYLE_WARNING : *style;
        directions(order, v->tables[v->tab].widths[2] > 0, buf);
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

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, mark, empty, NULL};

static enum status meds_open(struct chart_view *v, void **out_state, struct error *err)
{
    struct meds *m = mem_alloc(sizeof *m);
    (void)err;
    m->view = v;
    *out_state = m;
    return STATUS_OK;
}

static void meds_close(void *state)
{
    mem_free(state);
}

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

static int filter_reasons(void *context, const char *text)
{
    struct meds *m = context;
    m->shown_count = 0;
    for (int i = 0; i < REASONS; i++) {
        if (strstr(_(m->reasons[i]), text) != NULL) {
            m->shown_reasons[m->shown_count++] = i;
        }
    }
    return m->shown_count;
}

static void draw_reason(const void *context, int row, struct area line, bool is_selected)
{
    const struct meds *m = context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, _(m->reasons[m->shown_reasons[row]]));
}

static unsigned reason_picked(struct shell *sh, void *state, int row)
{
    struct chart_view *v = state;
    struct meds *m = chart_tab_state(v);
    struct error err = ERROR_INIT;
    if (row < 0) {
        return STALE_CELLS;
    }
    const char *reason = _(m->reasons[m->shown_reasons[row]]);
    enum status status = m->is_stop ? order_stop(v->ws->actor, m->order, m->version, reason, &err)
                                    : order_hold(v->ws->actor, m->order, m->version, reason, &err);
    if (status != STATUS_OK) {
        shell_fail(sh, &err);
    } else {
        chart_say_saved(sh, v, m->is_stop ? _("order stopped") : _("order on hold"));
    }
    return STALE_DATA;
}

static unsigned pick_reason(struct shell *sh, struct chart_view *v, bool is_stop)
{
    struct meds *m = chart_tab_state(v);
    const struct order *order = selected_order(v);
    m->order = order->id; /* the list may change while the reason is chosen */
    m->version = order->version;
    m->is_stop = is_stop;
    m->reasons = is_stop ? STOP_REASONS : HOLD_REASONS;
    char *drug = order_display_drug(order), *name = patient_display_name(&v->chart->patient);
    char *title = mem_format(is_stop ? _("Stop %s for %s") : _("Hold %s for %s"), drug, name);
    struct picker_source source = {{m, NULL, draw_reason, _("No such reason.")}, filter_reasons, m};
    shell_pick(sh, title, N_("Reason"), &source, reason_picked);
    mem_free(title);
    mem_free(name);
    mem_free(drug);
    return STALE_CELLS;
}

static unsigned run_stop(struct shell *sh, void *state)
{
    return pick_reason(sh, state, true);
}

static unsigned run_hold(struct shell *sh, void *state)
{
    return pick_reason(sh, state, false);
}

static unsigned run_resume(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    const struct order *order = selected_order(v);
    struct error err = ERROR_INIT;
    if (order_resume(v->ws->actor, order->id, order->version, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    } else {
        chart_say_saved(sh, v, _("order resumed"));
    }
    return STALE_DATA;
}

static unsigned run_add(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_ORDER, &v->chart->patient.id);
    return STALE_CELLS;
}

static unsigned run_record(struct shell *sh, void *state)
{
    const struct chart_view *v = state;
    const struct dose_argument dose = {.patient = v->chart->patient.id, .order = selected_order(v)->id};
    shell_open_or_say(sh, &SCREEN_DOSE, &dose);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"dose.record", KEYS_RECORD, PERMISSION_DOSE_RECORD, N_("record dose"), N_("Record a dose of the chosen order."), run_record,
     ACTION_IN_BAR, on_current},
    {"add", "F5, a, Ctrl-N", PERMISSION_ORDER_WRITE, N_("add"), N_("Add a medication."), run_add, ACTION_IN_BAR, NULL},
    {"order.stop", "s, F8, Ctrl-R", PERMISSION_ORDER_STOP, N_("stop"), N_("Stop the chosen order, with a reason."), run_stop,
     ACTION_IN_BAR, on_current},
    {"order.hold", "h", PERMISSION_ORDER_STOP, N_("hold"), N_("Hold the chosen order, with a reason."), run_hold, ACTION_IN_BAR,
     on_active},
    {"order.resume", "r", PERMISSION_ORDER_STOP, N_("resume"), N_("Resume the chosen order that is on hold."), run_resume,
     ACTION_IN_BAR, on_held},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_MEDS = {
    .part = {N_("Meds"), ACTIONS},
    .name = "medications",
    .rows = &ROWS,
    .open = meds_open,
    .close = meds_close,
};
