/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of reconciliations: what was signed, what is under way, what is due. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "screens/chart_tab.h"
#include "screens/reconcile_parts.h"

struct reconciliations {
    struct reconcile_row_list rows;
    bool is_planning;
};

static const struct table_column COLUMNS[] = {
    {N_("Why"), 16, 1, 0, false}, {N_("State"), 24, 2, 0, false}, {N_("Begun"), 17, 0, 0, false}, {N_("By"), 14, 1, 0, false},
    {N_("Due"), 17, 0, 100, false},
};

static const struct reconcile_row *at(const struct chart_view *v, int row)
{
    return &((const struct reconciliations *)chart_tab_state(v))->rows.items[row];
}

static int count(const struct chart_view *v)
{
    return (int)((const struct reconciliations *)chart_tab_state(v))->rows.len;
}

static struct uid id(const struct chart_view *v, int row)
{
    return at(v, row)->id;
}

static enum mark mark(const struct chart_view *v, int row)
{
    const struct reconcile_row *r = at(v, row);
    return r->is_overdue                                         ? MARK_OVERDUE
           : reconcile_state_is_open(r->state)                   ? MARK_DUE
           : r->state == RECONCILE_STATE_COSIGN                  ? MARK_DUE
           : r->state == RECONCILE_STATE_PROVISIONAL             ? MARK_OFFLINE
           : reconcile_state_is_signed(r->state)                 ? MARK_GIVEN
                                                                 : MARK_NONE;
}

static const char *moment(const struct chart_view *v, int64_t at_us, char *buf)
{
    struct local_time when = zone_local(v->ws->site->zone, at_us);
    char day[DATE_TEXT_MAX];
    (void)snprintf(buf, TABLE_CELL_MAX, "%s %02d:%02d", date_format_human(when.date, day), when.hour, when.minute); /* fits */
    return buf;
}

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct reconcile_row *r = at(v, row);
    *style = r->state == RECONCILE_STATE_ABANDONED || r->state == RECONCILE_STATE_AMENDED ? STYLE_DIM
             : r->is_overdue                                                              ? STYLE_OVERDUE
                                                                                          : STYLE_TEXT;
    switch (column) {
    case 0:
        return enum_label(ENUM_RECONCILE_TRANSITION, (int)r->transition);
    case 1:
        return enum_label(ENUM_RECONCILE_STATE, (int)r->state);
    case 2:
        return moment(v, r->started_us, buf);
    case 3:
        return r->by;
    default:
        return moment(v, r->due_us, buf);
    }
}

static const char *empty(const struct chart_view *v)
{
    (void)v;
    return _("Nothing was reconciled yet. F5 begins: what is taken at home against the chart.");
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, mark, empty, NULL, NULL};

static enum status refresh(struct chart_view *v, void *state, struct error *err)
{
    struct reconciliations *r = state;
    struct reconcile_row_list fresh = {0};
    enum status status = reconcile_list(v->ws->actor, v->chart->patient.id, &fresh, err);
    if (status == STATUS_OK) {
        reconcile_row_list_release(&r->rows);
        r->rows = fresh;
    }
    return status;
}

static void tab_close(void *state)
{
    struct reconciliations *r = state;
    reconcile_row_list_release(&r->rows);
    mem_free(r);
}

static enum status tab_open(struct chart_view *v, void **out_state, struct error *err)
{
    struct reconciliations *r = mem_alloc(sizeof *r);
    enum status status = refresh(v, r, err);
    if (status != STATUS_OK) {
        tab_close(r);
        return status;
    }
    *out_state = r;
    return STATUS_OK;
}

/* ---- actions ---- */

static unsigned run_open(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    const struct reconcile_row *r = at(v, chart_row(v));
    struct error err = ERROR_INIT;
    struct uid now = r->id;
    if (r->state == RECONCILE_STATE_NOT_STARTED) {
        const struct reconcile_begin what = {.patient = v->chart->patient.id, .transition = r->transition};
        if (reconcile_start(v->ws->actor, &what, &now, &err) != STATUS_OK) {
            shell_fail(sh, &err);
            return STALE_DATA;
        }
    }
    shell_open_or_say(sh, &SCREEN_RECONCILE, &(struct row_argument){v->chart->patient.id, now});
    return STALE_CELLS;
}

static bool has_row(const void *state)
{
    return chart_row(state) >= 0;
}

static int filter_transitions(void *context, const char *text)
{
    (void)context;
    (void)text;
    return RECONCILE_TRANSITION_COUNT - 1;
}

static void draw_transition(const void *context, int row, struct area line, bool is_selected)
{
    (void)context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, enum_label(ENUM_RECONCILE_TRANSITION, row + 1));
}

static unsigned transition_picked(struct shell *sh, void *state, int row)
{
    struct chart_view *v = state;
    struct reconciliations *r = chart_tab_state(v);
    const struct reconcile_begin what = {.patient = v->chart->patient.id, .transition = (enum reconcile_transition)(row + 1)};
    struct error err = ERROR_INIT;
    struct uid now = UID_NONE;
    if (row < 0) {
        return STALE_CELLS;
    }
    enum status status = r->is_planning ? reconcile_plan(v->ws->actor, &what, &now, &err) : reconcile_start(v->ws->actor, &what, &now, &err);
    if (status != STATUS_OK && (status != STATUS_EXISTS || r->is_planning)) {
        shell_fail(sh, &err);
    } else if (r->is_planning) {
        chart_say_saved(sh, v, _("planned"));
    } else {
        shell_open_or_say(sh, &SCREEN_RECONCILE, &(struct row_argument){v->chart->patient.id, now});
    }
    return STALE_DATA;
}

static unsigned pick(struct shell *sh, struct chart_view *v, bool is_planning)
{
    struct reconciliations *r = chart_tab_state(v);
    struct picker_source source = {{r, NULL, draw_transition, ""}, filter_transitions, r};
    r->is_planning = is_planning;
    shell_pick(sh, _("Why is the list gone through?"), N_("Transition"), &source, transition_picked);
    return STALE_CELLS;
}

static unsigned run_add(struct shell *sh, void *state)
{
    return pick(sh, state, false);
}

static unsigned run_plan(struct shell *sh, void *state)
{
    return pick(sh, state, true);
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("open"), N_("Open the chosen reconciliation; begin it where it is planned."), run_open, ACTION_IN_BAR, has_row},
    {"add", "F5, a, Ctrl-N", PERMISSION_RECONCILE, N_("begin"), N_("Begin to reconcile: choose why."), run_add, ACTION_IN_BAR, NULL},
    {"reconcile.plan", ";", PERMISSION_RECONCILE, N_("plan"), N_("Put it on the list of what is due, to be begun later."), run_plan,
     ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_RECONCILE = {
    .part = {.title = N_("Reconcile"), .actions = ACTIONS},
    .name = "reconcile",
    .permission = PERMISSION_CLINICAL_READ,
    .rows = &ROWS,
    .open = tab_open,
    .refresh = refresh,
    .close = tab_close,
};
