/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of who can collect something at the counter: how many bags, never what is in them. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/pickups.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return is_first ? pickup_list_get(ws->actor, fresh, err) : pickup_list_refresh(ws->actor, fresh, err);
}

static void release(void *data)
{
    pickup_list_release(data);
}

static const struct pickup *at(const void *data, int row)
{
    return &((const struct pickup_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct pickup_list *)data)->len;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->patient;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    enum { BORN_CELLS = 11 };
    const struct pickup *p = at(data, row);
    char day[DATE_TEXT_MAX];
    char *text = pickup_text(ws->site, p);
    int col = draw_fit(line, 0, 2, line.cols / 4, STYLE_TEXT, p->name) + 1;
    col = draw_fit(line, 0, col, BORN_CELLS, STYLE_DIM, date_format_human(p->birth_date, day)) + 1;
    draw_fit(line, 0, col, line.cols - col, STYLE_TEXT, text);
    mem_free(text);
}

static const char *const HEADS[] = {N_("Ready since"), N_("Patient"), N_("Born"), N_("MRN"), N_("Waits"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct pickup *p = at(data, row);
    char when[LIST_OUT_WHEN_MAX], day[DATE_TEXT_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, p->ready_us, when));
    out[1] = mem_copy_text(p->name);
    out[2] = mem_copy_text(date_format_human(p->birth_date, day));
    out[3] = mem_copy_text(p->mrn);
    out[4] = pickup_text(ws->site, p);
}

static bool is_cut(const void *data)
{
    return ((const struct pickup_list *)data)->is_cut;
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_PERSON, &at(data, row)->patient);
    return STALE_CELLS;
}

const struct home_list HOME_PICKUPS = {
    .name = "pickups",
    .heads = HEADS,
    .cells = cells,
    .title = N_("To collect"),
    .hides_when_empty = true,
    .empty_text = N_("Nothing is ready to be collected."),
    .permission = PERMISSION_PICKUP_READ,
    .size = sizeof(struct pickup_list),
    .read = read,
    .release = release,
    .count = count,
    .id = id,
    .draw = draw,
    .is_cut = is_cut,
    .open = open,
};
