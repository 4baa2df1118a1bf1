/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's lists of the counter: what is to be filled, checked and handed over, what is owed, what nobody collected. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/fills_list.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, enum fill_rows_kind kind, struct error *err)
{
    return is_first ? fill_rows_get(ws->actor, kind, fresh, err) : fill_rows_refresh(ws->actor, kind, fresh, err);
}

static enum status read_queue(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return read(ws, is_first, fresh, FILL_ROWS_QUEUE, err);
}

static enum status read_owed(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return read(ws, is_first, fresh, FILL_ROWS_OWED, err);
}

static enum status read_unclaimed(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return read(ws, is_first, fresh, FILL_ROWS_UNCLAIMED, err);
}

static void release(void *data)
{
    fill_rows_release(data);
}

static const struct fill_row *at(const void *data, int row)
{
    return &((const struct fill_rows *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct fill_rows *)data)->len;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->fill;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    enum { STATE_CELLS = 12, WHEN_CELLS = 12, QUANTITY_CELLS = 9 };
    const struct fill_row *r = at(data, row);
    struct local_time since = zone_local(ws->site->zone, r->since_us);
    char day[DATE_TEXT_MAX];
    int name = line.cols / 4;
    mark_draw_symbol(line, 0, 2, r->is_refused ? MARK_OVERDUE : MARK_DUE);
    int col = draw_fit(line, 0, 4, name, STYLE_TEXT, r->patient_name) + 1;
    char *what = mem_format("%s  Rx %s", r->drug, r->number);
    draw_fit(line, 0, col, line.cols - col - STATE_CELLS - WHEN_CELLS - QUANTITY_CELLS - 3, STYLE_TEXT, what);
    draw_fit(line, 0, line.cols - STATE_CELLS - WHEN_CELLS - QUANTITY_CELLS - 2, QUANTITY_CELLS, STYLE_TEXT, r->quantity);
    draw_fit(line, 0, line.cols - STATE_CELLS - WHEN_CELLS - 1, STATE_CELLS, r->is_refused ? STYLE_ERROR : STYLE_TEXT,
             r->is_refused ? _("NOT TO GIVE") : r->is_waiting_rest ? _("in the queue") : enum_label(ENUM_FILL_STATE, (int)r->state));
    draw_fit_right(line, 0, line.cols - WHEN_CELLS, WHEN_CELLS, STYLE_TEXT, date_format_human(since.date, day));
    mem_free(what);
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct fill_row *r = at(data, row);
    (void)ws;
    shell_open_or_say(sh, &SCREEN_FILL, &(struct fill_argument){r->patient, r->order, r->fill});
    return STALE_CELLS;
}

static unsigned chart(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_CHART, &at(data, row)->patient);
    return STALE_CELLS;
}

static int urgent(const void *data)
{
    return ((const struct fill_rows *)data)->urgent_count;
}

#define FILL_LIST(name, heading, hides, words, reader)                                                                    \
    const struct home_list name = {.title = heading, .hides_when_empty = hides, .empty_text = words,                      \
                                   .permission = PERMISSION_FILL_PREPARE, .size = sizeof(struct fill_rows),               \
                                   .read = reader, .release = release, .count = count, .urgent = urgent, .id = id,        \
                                   .draw = draw, .open = open, .chart = chart}

FILL_LIST(HOME_FILLS, N_("Counter"), false,
          N_("The counter's queue is empty. Scan a prescription label, or press f on an order of a chart."), read_queue);
FILL_LIST(HOME_OWED, N_("Owed"), true, N_("Nothing is owed to anybody."), read_owed);
FILL_LIST(HOME_UNCLAIMED, N_("Not collected"), true, N_("Everything was collected in time."), read_unclaimed);
