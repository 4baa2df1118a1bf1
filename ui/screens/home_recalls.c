/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of recalled lots: Enter shows who has one. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/fills_list.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    (void)is_first; /* says nothing of a patient: no row either time */
    return recall_rows_get(ws->actor, fresh, err);
}

static void release(void *data)
{
    recall_rows_release(data);
}

static const struct recall_row *at(const void *data, int row)
{
    return &((const struct recall_rows *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct recall_rows *)data)->len;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->id;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    enum { LOT_CELLS = 14, WHEN_CELLS = 12 };
    const struct recall_row *r = at(data, row);
    struct local_time when = zone_local(ws->site->zone, r->at_us);
    char day[DATE_TEXT_MAX];
    mark_draw_symbol(line, 0, 2, MARK_MAJOR);
    draw_fit(line, 0, 4, LOT_CELLS, STYLE_TEXT, r->lot);
    char *what = mem_format("%s: %s", r->product[0] != '\0' ? r->product : _("every product"), r->reason);
    draw_fit(line, 0, 5 + LOT_CELLS, line.cols - LOT_CELLS - WHEN_CELLS - 7, STYLE_TEXT, what);
    draw_fit_right(line, 0, line.cols - WHEN_CELLS, WHEN_CELLS, STYLE_DIM, date_format_human(when.date, day));
    mem_free(what);
}

static const char *const HEADS[] = {N_("Recalled"), N_("Lot"), N_("Product"), N_("Reason"), N_("By"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct recall_row *r = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, r->at_us, when));
    out[1] = mem_copy_text(r->lot);
    out[2] = mem_copy_text(r->product);
    out[3] = mem_copy_text(r->reason);
    out[4] = mem_copy_text(r->by);
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_LOT, at(data, row)->lot);
    return STALE_CELLS;
}

const struct home_list HOME_RECALLS = {
    .name = "recalls",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Recalls"),
    .hides_when_empty = true,
    .empty_text = N_("No lot is recalled."),
    .permission = PERMISSION_FILL_PREPARE,
    .size = sizeof(struct recall_rows),
    .read = read,
    .release = release,
    .count = count,
    .id = id,
    .draw = draw,
    .open = open,
};
