/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of doses that two people recorded and nobody has judged. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/doses_double.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return is_first ? double_dose_list_get(ws->actor, fresh, err) : double_dose_list_refresh(ws->actor, fresh, err);
}

static void release(void *data)
{
    double_dose_list_release(data);
}

static const struct double_dose *at(const void *data, int row)
{
    return &((const struct double_dose_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct double_dose_list *)data)->len;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->slot;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct double_dose *d = at(data, row);
    struct local_time when = zone_local(ws->site->zone, d->planned_us);
    char day[DATE_TEXT_MAX];
    mark_draw_symbol(line, 0, 2, MARK_MAJOR);
    draw_format(line, 0, 4, STYLE_TEXT, "%02d:%02d %s", when.hour, when.minute, date_format_human(when.date, day));
    int name_cells = line.cols / 4;
    draw_fit(line, 0, 22, name_cells, STYLE_TEXT, d->patient_name);
    char *what = mem_format(_("%s: %s by %s, %s by %s"), d->drug, enum_label(ENUM_DOSE_STATUS, (int)d->first.status),
                            d->first.recorded_by_name, enum_label(ENUM_DOSE_STATUS, (int)d->second.status),
                            d->second.recorded_by_name);
    draw_fit(line, 0, 23 + name_cells, line.cols - name_cells - 24, STYLE_ERROR, what);
    mem_free(what);
}

static const char *const HEADS[] = {N_("Planned"), N_("Patient"), N_("Drug"), N_("First record"), N_("Second record"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct double_dose *d = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, d->planned_us, when));
    out[1] = mem_copy_text(d->patient_name);
    out[2] = mem_copy_text(d->drug);
    out[3] = mem_format("%s, %s", enum_label(ENUM_DOSE_STATUS, (int)d->first.status), d->first.recorded_by_name);
    out[4] = mem_format("%s, %s", enum_label(ENUM_DOSE_STATUS, (int)d->second.status), d->second.recorded_by_name);
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_DOSE_DOUBLE, &at(data, row)->slot);
    return STALE_CELLS;
}

static unsigned chart(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_CHART, &at(data, row)->patient);
    return STALE_CELLS;
}

const struct home_list HOME_DOUBLES = {
    .name = "doubles",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Double?"),
    .empty_text = N_("No dose was recorded twice."),
    .permission = PERMISSION_DOSE_CORRECT,
    .hides_when_empty = true,
    .size = sizeof(struct double_dose_list),
    .read = read,
    .release = release,
    .count = count,
    .urgent = NULL,
    .id = id,
    .draw = draw,
    .open = open,
    .chart = chart,
};
