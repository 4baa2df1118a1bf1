/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of orders that wait for a pharmacist's word, and the prescriber's list of what a pharmacist asked. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/verification.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, bool for_prescriber, struct error *err)
{
    return is_first ? verify_list_get(ws->actor, for_prescriber, fresh, err)
                    : verify_list_refresh(ws->actor, for_prescriber, fresh, err);
}

static enum status read_queue(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return read(ws, is_first, fresh, false, err);
}

static enum status read_asked(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return read(ws, is_first, fresh, true, err);
}

static void release(void *data)
{
    verify_list_release(data);
}

static const struct verify_item *at(const void *data, int row)
{
    return &((const struct verify_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct verify_list *)data)->len;
}

static int urgent(const void *data)
{
    return ((const struct verify_list *)data)->urgent_count;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->order;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    enum { STATE_CELLS = 12, WHEN_CELLS = 18 };
    const struct verify_item *v = at(data, row);
    struct local_time due = zone_local(ws->site->zone, v->first_due_us);
    char day[DATE_TEXT_MAX];
    int name = line.cols / 4;
    mark_draw_symbol(line, 0, 2, v->is_urgent ? MARK_OVERDUE : MARK_DUE);
    int col = draw_fit(line, 0, 4, name, STYLE_TEXT, v->patient_name) + 1;
    char *what = v->state == VERIFICATION_UNVERIFIED || v->note[0] == '\0' ? mem_format("%s %s", v->drug, v->directions)
                                                                           : mem_format("%s: %s", v->drug, v->note);
    draw_fit(line, 0, col, line.cols - col - STATE_CELLS - WHEN_CELLS - 2, STYLE_TEXT, what);
    draw_fit(line, 0, line.cols - STATE_CELLS - WHEN_CELLS - 1, STATE_CELLS, v->state == VERIFICATION_UNVERIFIED ? STYLE_TEXT : STYLE_WARNING,
             v->is_on_hold ? _("on hold") : enum_label(ENUM_VERIFICATION, (int)v->state));
    char *when = mem_format("%s %02d:%02d", date_format_human(due.date, day), due.hour, due.minute);
    draw_fit_right(line, 0, line.cols - WHEN_CELLS, WHEN_CELLS, v->is_urgent ? STYLE_OVERDUE : STYLE_TEXT, when);
    mem_free(when);
    mem_free(what);
}

static const char *const HEADS[] = {N_("First dose"), N_("Patient"), N_("MRN"), N_("Drug"), N_("Directions"), N_("Prescriber"), N_("State"), N_("Note"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct verify_item *v = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, v->first_due_us, when));
    out[1] = mem_copy_text(v->patient_name);
    out[2] = mem_copy_text(v->mrn);
    out[3] = mem_copy_text(v->drug);
    out[4] = mem_copy_text(v->directions);
    out[5] = mem_copy_text(v->prescriber);
    out[6] = mem_copy_text(v->is_on_hold ? _("on hold") : enum_label(ENUM_VERIFICATION, (int)v->state));
    out[7] = mem_copy_text(v->note);
}

static bool is_cut(const void *data)
{
    return ((const struct verify_list *)data)->is_cut;
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_VERIFY, &(struct verify_argument){at(data, row)->patient, at(data, row)->order});
    return STALE_CELLS;
}

static unsigned chart(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_CHART, &at(data, row)->patient);
    return STALE_CELLS;
}

const struct home_list HOME_VERIFY = {
    .name = "verify",
    .heads = HEADS,
    .cells = cells,
    .is_cut = is_cut,
    .title = N_("To verify"),
    .empty_text = N_("Every order is verified. New and changed orders come here by the time of their first dose."),
    .permission = PERMISSION_ORDER_VERIFY,
    .size = sizeof(struct verify_list),
    .read = read_queue,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
    .chart = chart,
};

const struct home_list HOME_ASKED = {
    .name = "asked",
    .heads = HEADS,
    .cells = cells,
    .is_cut = is_cut,
    .title = N_("Pharmacy asks"),
    .hides_when_empty = true,
    .empty_text = N_("The pharmacy asks nothing."),
    .permission = PERMISSION_ORDER_WRITE,
    .size = sizeof(struct verify_list),
    .read = read_asked,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
    .chart = chart,
};
