/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of reconciliations that are due, under way, waiting for a prescriber, or were signed offline. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "screens/reconcile_parts.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return reconcile_worklist(ws->actor, is_first, fresh, err);
}

static void release(void *data)
{
    reconcile_row_list_release(data);
}

static const struct reconcile_row *at(const void *data, int row)
{
    return &((const struct reconcile_row_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct reconcile_row_list *)data)->len;
}

static int urgent(const void *data)
{
    int late = 0;
    for (int i = 0; i < count(data); i++) {
        late += at(data, i)->is_overdue;
    }
    return late;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->id;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct reconcile_row *r = at(data, row);
    struct local_time due = zone_local(ws->site->zone, r->due_us);
    char day[DATE_TEXT_MAX];
    int name = line.cols / 3 - 2;
    mark_draw_symbol(line, 0, 2, r->is_overdue ? MARK_OVERDUE : MARK_DUE);
    draw_fit(line, 0, 4, name, STYLE_TEXT, r->patient_name);
    char *what = mem_format(_("%s: %s, %s"), enum_label(ENUM_RECONCILE_TRANSITION, (int)r->transition),
                            enum_label(ENUM_RECONCILE_STATE, (int)r->state), r->by);
    draw_fit(line, 0, 5 + name, line.cols - name - 32, STYLE_TEXT, what);
    char *when = mem_format(r->is_overdue ? _("overdue %s %02d:%02d") : _("by %s %02d:%02d"), date_format_human(due.date, day), due.hour,
                            due.minute);
    draw_fit_right(line, 0, line.cols - 26, 26, r->is_overdue ? STYLE_OVERDUE : STYLE_TEXT, when);
    mem_free(when);
    mem_free(what);
}

static const char *const HEADS[] = {N_("Due"), N_("Patient"), N_("MRN"), N_("Why"), N_("State"), N_("By"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct reconcile_row *r = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, r->due_us, when));
    out[1] = mem_copy_text(r->patient_name);
    out[2] = mem_copy_text(r->mrn);
    out[3] = mem_copy_text(enum_label(ENUM_RECONCILE_TRANSITION, (int)r->transition));
    out[4] = mem_copy_text(enum_label(ENUM_RECONCILE_STATE, (int)r->state));
    out[5] = mem_copy_text(r->by);
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct reconcile_row *r = at(data, row);
    struct row_argument argument = {r->patient, r->id};
    struct error err = ERROR_INIT;
    if (r->state == RECONCILE_STATE_NOT_STARTED) {
        const struct reconcile_begin what = {.patient = r->patient, .transition = r->transition};
        if (reconcile_start(ws->actor, &what, &argument.row, &err) != STATUS_OK) {
            shell_fail(sh, &err);
            return STALE_DATA;
        }
    }
    shell_open_or_say(sh, &SCREEN_RECONCILE, &argument);
    return STALE_CELLS;
}

static unsigned chart(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    struct uid patient = at(data, row)->patient;
    (void)ws;
    shell_open_or_say(sh, &SCREEN_CHART, &patient);
    return STALE_CELLS;
}

const struct home_list HOME_RECONCILE = {
    .name = "reconcile",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Reconcile"),
    .empty_text = N_("No reconciliation is due. One begins in the chart, tab Reconcile."),
    .permission = PERMISSION_RECONCILE,
    .hides_when_empty = true,
    .size = sizeof(struct reconcile_row_list),
    .read = read,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
    .chart = chart,
};
