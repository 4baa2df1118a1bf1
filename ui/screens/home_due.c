/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of due and overdue doses. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "screens/home_list.h"

enum { BEFORE_H = 12, AFTER_H = 1 };

struct due {
    struct due_list list;
    int64_t now_us; /* when it was read */
};

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    struct due *due = fresh;
    due->now_us = clock_now_us(ws->clock);
    return is_first ? due_list_get(ws->actor, BEFORE_H, AFTER_H, &due->list, err)
                    : due_list_refresh(ws->actor, BEFORE_H, AFTER_H, &due->list, err);
}

static void release(void *data)
{
    due_list_release(&((struct due *)data)->list);
}

static int count(const void *data)
{
    return (int)((const struct due *)data)->list.len;
}

static int urgent(const void *data)
{
    return ((const struct due *)data)->list.overdue_count;
}

static struct uid id(const void *data, int row)
{
    return ((const struct due *)data)->list.items[row].slot.id;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct due *d = data;
    const struct due_dose *due = &d->list.items[row];
    const struct zone *zone = ws->site->zone;
    char at[ZONE_CLOCK_MAX];
    char words[SLOT_WORDS_MAX];
    mark_draw_symbol(line, 0, 2, slot_mark(&due->slot));
    int name_col = draw_text(line, 0, 4, STYLE_TEXT, zone_clock(zone, due->slot.planned_us, at)) + 1;
    name_col = name_col < 11 ? 11 : name_col;
    int name_cells = line.cols / 3 - 2 - (name_col - 11);
    draw_fit(line, 0, name_col, name_cells, STYLE_TEXT, due->patient_name);
    const char *state = slot_words(&due->slot, d->now_us, zone, words);
    int state_cells = text_width_cells(state), from = name_col + 1 + name_cells;
    char *what = mem_format("%s %s", due->drug, due->dose);
    draw_fit(line, 0, from, line.cols - state_cells - 2 - from, STYLE_TEXT, what);
    mem_free(what);
    draw_fit_right(line, 0, line.cols - state_cells, state_cells, slot_style(&due->slot), state);
}

static unsigned record(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct due_dose *due = &((const struct due *)data)->list.items[row];
    const struct dose_argument dose = {.patient = due->patient, .order = due->order, .slot = due->slot.id};
    (void)ws;
    shell_open_or_say(sh, &SCREEN_DOSE, &dose);
    return STALE_CELLS;
}

static unsigned chart(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_CHART, &((const struct due *)data)->list.items[row].patient);
    return STALE_CELLS;
}

static const char *const HEADS[] = {N_("Planned"), N_("Patient"), N_("MRN"), N_("Drug"), N_("Dose"), N_("State"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct due *d = data;
    const struct due_dose *due = &d->list.items[row];
    char when[LIST_OUT_WHEN_MAX], words[SLOT_WORDS_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, due->slot.planned_us, when));
    out[1] = mem_copy_text(due->patient_name);
    out[2] = mem_copy_text(due->mrn);
    out[3] = mem_copy_text(due->drug);
    out[4] = mem_copy_text(due->dose);
    out[5] = mem_copy_text(slot_words(&due->slot, d->now_us, ws->site->zone, words));
}

/* Enter does what the row is there for; who may not record sees the chart. */
static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    return actor_may(ws->actor, PERMISSION_DOSE_RECORD) ? record(sh, ws, data, row) : chart(sh, ws, data, row);
}

const struct home_list HOME_DUE = {
    .name = "due",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Doses due"),
    .empty_text = N_("No dose is due. Type a name to find a patient."),
    .permission = PERMISSION_CLINICAL_READ,
    .size = sizeof(struct due),
    .read = read,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
    .record = record,
    .chart = chart,
};
