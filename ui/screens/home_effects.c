/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of as-needed doses whose effect has to be asked for. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/doses_effect.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return is_first ? effect_due_list_get(ws->actor, fresh, err) : effect_due_list_refresh(ws->actor, fresh, err);
}

static void release(void *data)
{
    effect_due_list_release(data);
}

static const struct effect_due *at(const void *data, int row)
{
    return &((const struct effect_due_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct effect_due_list *)data)->len;
}

static int urgent(const void *data)
{
    return ((const struct effect_due_list *)data)->overdue_count;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->event;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct effect_due *due = at(data, row);
    struct local_time given = zone_local(ws->site->zone, due->given_us), ask = zone_local(ws->site->zone, due->due_us);
    bool is_late = clock_now_us(ws->clock) > due->due_us;
    char words[64];
    mark_draw_symbol(line, 0, 2, MARK_PRN);
    draw_format(line, 0, 4, STYLE_TEXT, "%02d:%02d", given.hour, given.minute);
    int name_cells = line.cols / 3 - 2;
    draw_fit(line, 0, 11, name_cells, STYLE_TEXT, due->patient_name);
    char *what = mem_format("%s, %s", due->drug, due->given_for);
    draw_fit(line, 0, 12 + name_cells, line.cols - name_cells - 30, STYLE_TEXT, what);
    mem_free(what);
    (void)snprintf(words, sizeof words, is_late ? _("ask, due %02d:%02d") : _("ask at %02d:%02d"), ask.hour, ask.minute);
    draw_fit_right(line, 0, line.cols - 16, 16, is_late ? STYLE_OVERDUE : STYLE_TEXT, words);
}

static const char *const HEADS[] = {N_("Given"), N_("Patient"), N_("Drug"), N_("Given for"), N_("Ask at"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct effect_due *due = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, due->given_us, when));
    out[1] = mem_copy_text(due->patient_name);
    out[2] = mem_copy_text(due->drug);
    out[3] = mem_copy_text(due->given_for);
    out[4] = mem_copy_text(list_out_when(ws->site, due->due_us, when));
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct effect_argument argument = {at(data, row)->patient, at(data, row)->event};
    (void)ws;
    shell_open_or_say(sh, &SCREEN_DOSE_EFFECT, &argument);
    return STALE_CELLS;
}

static unsigned chart(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_CHART, &at(data, row)->patient);
    return STALE_CELLS;
}

const struct home_list HOME_EFFECTS = {
    .name = "effects",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Effects"),
    .empty_text = N_("No as-needed dose waits for its effect to be asked."),
    .permission = PERMISSION_DOSE_RECORD,
    .hides_when_empty = true,
    .size = sizeof(struct effect_due_list),
    .read = read,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
    .chart = chart,
};
