/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's lists of the counter: what is to be filled, checked and handed over, what is owed, what nobody collected, whose supply
 * runs out. */
#include <stdio.h>

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

static enum status read_refills(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return read(ws, is_first, fresh, FILL_ROWS_REFILLS, err);
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

static const char *state_words(const struct fill_row *r)
{
    return r->is_refused ? _("NOT TO GIVE") : r->is_waiting_rest ? _("in the queue") : enum_label(ENUM_FILL_STATE, (int)r->state);
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
             state_words(r));
    draw_fit_right(line, 0, line.cols - WHEN_CELLS, WHEN_CELLS, STYLE_TEXT, date_format_human(since.date, day));
    mem_free(what);
}

static const char *const HEADS[] = {N_("Since"), N_("Patient"), N_("MRN"), N_("Rx"), N_("Drug"), N_("Quantity"), N_("State"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct fill_row *r = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, r->since_us, when));
    out[1] = mem_copy_text(r->patient_name);
    out[2] = mem_copy_text(r->mrn);
    out[3] = mem_copy_text(r->number);
    out[4] = mem_copy_text(r->drug);
    out[5] = mem_copy_text(r->quantity);
    out[6] = mem_copy_text(state_words(r));
}

static bool is_cut(const void *data)
{
    return ((const struct fill_rows *)data)->is_cut;
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct fill_row *r = at(data, row);
    (void)ws;
    shell_open_or_say(sh, &SCREEN_FILL, &(struct fill_argument){r->patient, r->order, r->fill});
    return STALE_CELLS;
}

/* ---- supplies that run out ---- */

static const char *refill_words(const struct fill_row *r, char buf[48])
{
    if (r->refills_left == 0) {
        return _("NO REFILL LEFT");
    }
    (void)snprintf(buf, 48, ngettext("%d refill left", "%d refills left", (unsigned long)r->refills_left), r->refills_left); /* cut is fine */
    return buf;
}

static void draw_refill(const struct workstation *ws, const void *data, int row, struct area line)
{
    enum { WORDS_CELLS = 16, WHEN_CELLS = 20 };
    const struct fill_row *r = at(data, row);
    bool is_over = date_compare(r->supply_until, site_today(ws->site)) < 0;
    char day[DATE_TEXT_MAX], words[48];
    int name = line.cols / 4;
    mark_draw_symbol(line, 0, 2, is_over ? MARK_OVERDUE : MARK_DUE);
    int col = draw_fit(line, 0, 4, name, STYLE_TEXT, r->patient_name) + 1;
    char *what = mem_format("%s  Rx %s", r->drug, r->number);
    draw_fit(line, 0, col, line.cols - col - WORDS_CELLS - WHEN_CELLS - 2, STYLE_TEXT, what);
    draw_fit(line, 0, line.cols - WORDS_CELLS - WHEN_CELLS - 1, WORDS_CELLS, r->refills_left == 0 ? STYLE_WARNING : STYLE_TEXT, refill_words(r, words));
    char *when = mem_format(is_over ? _("ended %s") : _("until %s"), date_format_human(r->supply_until, day));
    draw_fit_right(line, 0, line.cols - WHEN_CELLS, WHEN_CELLS, is_over ? STYLE_OVERDUE : STYLE_TEXT, when);
    mem_free(when);
    mem_free(what);
}

static const char *const REFILL_HEADS[] = {N_("Supply until"), N_("Patient"), N_("MRN"), N_("Rx"), N_("Drug"), N_("Last quantity"), N_("Refills"), NULL};

static void refill_cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct fill_row *r = at(data, row);
    char day[DATE_TEXT_MAX], words[48];
    (void)ws;
    out[0] = mem_copy_text(date_format_iso(r->supply_until, day));
    out[1] = mem_copy_text(r->patient_name);
    out[2] = mem_copy_text(r->mrn);
    out[3] = mem_copy_text(r->number);
    out[4] = mem_copy_text(r->drug);
    out[5] = mem_copy_text(r->quantity);
    out[6] = mem_copy_text(refill_words(r, words));
}

/* The next fill of that order. */
static unsigned open_refill(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct fill_row *r = at(data, row);
    (void)ws;
    shell_open_or_say(sh, &SCREEN_FILL, &(struct fill_argument){r->patient, r->order, UID_NONE});
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

#define FILL_LIST(variable, word, heading, hides, words, reader)                                                          \
    const struct home_list variable = {.name = word, .heads = HEADS, .cells = cells, .is_cut = is_cut, .title = heading,  \
                                       .hides_when_empty = hides, .empty_text = words,                                    \
                                       .permission = PERMISSION_FILL_PREPARE, .size = sizeof(struct fill_rows),           \
                                       .read = reader, .release = release, .count = count, .urgent = urgent, .id = id,    \
                                       .draw = draw, .open = open, .chart = chart}

FILL_LIST(HOME_FILLS, "counter", N_("Counter"), false,
          N_("The counter's queue is empty. Scan a prescription label, or press f on an order of a chart."), read_queue);
FILL_LIST(HOME_OWED, "owed", N_("Owed"), true, N_("Nothing is owed to anybody."), read_owed);
FILL_LIST(HOME_UNCLAIMED, "not-collected", N_("Not collected"), true, N_("Everything was collected in time."), read_unclaimed);

const struct home_list HOME_REFILLS = {
    .name = "refills",
    .heads = REFILL_HEADS,
    .cells = refill_cells,
    .is_cut = is_cut,
    .title = N_("Refills"),
    .hides_when_empty = true,
    .empty_text = N_("No supply runs out within a week."),
    .permission = PERMISSION_FILL_PREPARE,
    .size = sizeof(struct fill_rows),
    .read = read_refills,
    .release = release,
    .count = count,
    .urgent = NULL, /* who has no refill left is said in the row */
    .id = id,
    .draw = draw_refill,
    .open = open_refill,
    .chart = chart,
};
