/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of orders that this prescriber gave by word of mouth and has still to sign. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/order_signing.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return is_first ? unsigned_list_get(ws->actor, fresh, err) : unsigned_list_refresh(ws->actor, fresh, err);
}

static void release(void *data)
{
    unsigned_list_release(data);
}

static const struct unsigned_order *at(const void *data, int row)
{
    return &((const struct unsigned_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct unsigned_list *)data)->len;
}

static int urgent(const void *data)
{
    return ((const struct unsigned_list *)data)->overdue_count;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->signature.id;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct unsigned_order *o = at(data, row);
    struct local_time due = zone_local(ws->site->zone, o->signature.due_us);
    char day[DATE_TEXT_MAX];
    int name = line.cols / 3 - 2;
    mark_draw_symbol(line, 0, 2, o->is_overdue ? MARK_OVERDUE : MARK_DUE);
    draw_fit(line, 0, 4, name, STYLE_TEXT, o->patient_name);
    char *what = mem_format("%s: %s %s", enum_label(ENUM_ORDER_ACTION, (int)o->action), o->drug, o->directions);
    draw_fit(line, 0, 5 + name, line.cols - name - 32, STYLE_TEXT, what);
    char *when = mem_format(o->is_overdue ? _("overdue %s %02d:%02d") : _("by %s %02d:%02d"), date_format_human(due.date, day),
                            due.hour, due.minute);
    draw_fit_right(line, 0, line.cols - 26, 26, o->is_overdue ? STYLE_OVERDUE : STYLE_TEXT, when);
    mem_free(when);
    mem_free(what);
}

static const char *const HEADS[] = {N_("Sign by"), N_("Patient"), N_("MRN"), N_("What"), N_("Drug"), N_("Directions"), N_("Entered by"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct unsigned_order *o = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, o->signature.due_us, when));
    out[1] = mem_copy_text(o->patient_name);
    out[2] = mem_copy_text(o->mrn);
    out[3] = mem_copy_text(enum_label(ENUM_ORDER_ACTION, (int)o->action));
    out[4] = mem_copy_text(o->drug);
    out[5] = mem_copy_text(o->directions);
    out[6] = mem_copy_text(o->entered_by);
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct order_signature *signature = &at(data, row)->signature;
    (void)ws;
    shell_open_or_say(sh, &SCREEN_SIGN, &(struct sign_argument){signature->patient, signature->id});
    return STALE_CELLS;
}

const struct home_list HOME_SIGN = {
    .name = "sign",
    .heads = HEADS,
    .cells = cells,
    .title = N_("To sign"),
    .hides_when_empty = true,
    .empty_text = N_("Nothing waits for your signature."),
    .permission = PERMISSION_ORDER_WRITE,
    .size = sizeof(struct unsigned_list),
    .read = read,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
};
