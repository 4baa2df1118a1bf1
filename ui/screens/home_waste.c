/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of controlled drugs that were taken out and are not accounted for. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/controlled.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return is_first ? removal_list_get(ws->actor, fresh, err) : removal_list_refresh(ws->actor, fresh, err);
}

static void release(void *data)
{
    removal_list_release(data);
}

static const struct removal *at(const void *data, int row)
{
    return &((const struct removal_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct removal_list *)data)->len;
}

static int urgent(const void *data)
{
    int late = 0;
    for (int i = 0; i < count(data); i++) {
        late += at(data, i)->state != REMOVAL_OPEN;
    }
    return late;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->id;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct removal *r = at(data, row);
    struct local_time when = zone_local(ws->site->zone, r->removed_us);
    char rest[DOSE_AMOUNT_TEXT_MAX];
    bool is_late = r->state != REMOVAL_OPEN;
    int name_cells = line.cols / 4;
    mark_draw_symbol(line, 0, 2, is_late ? MARK_MAJOR : MARK_DUE);
    draw_format(line, 0, 4, STYLE_TEXT, "%02d:%02d", when.hour, when.minute);
    draw_fit(line, 0, 11, name_cells, STYLE_TEXT, r->patient_name);
    char *what = mem_format(r->is_patch ? _("used patch to discard: %s, %s, %s") : _("%s: %s open, %s"),
                            r->drug, dose_amount_format(r->rest, r->unit, rest), r->owner_name);
    draw_fit(line, 0, 12 + name_cells, line.cols - name_cells - 13, is_late ? STYLE_ERROR : STYLE_TEXT, what);
    mem_free(what);
}

static const char *const HEADS[] = {N_("Taken out"), N_("Patient"), N_("Drug"), N_("Open"), N_("Owner"), N_("State"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct removal *r = at(data, row);
    char when[LIST_OUT_WHEN_MAX], rest[DOSE_AMOUNT_TEXT_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, r->removed_us, when));
    out[1] = mem_copy_text(r->patient_name);
    out[2] = mem_copy_text(r->drug);
    out[3] = mem_copy_text(dose_amount_format(r->rest, r->unit, rest));
    out[4] = mem_copy_text(r->owner_name);
    out[5] = mem_copy_text(r->is_patch ? _("used patch") : r->state != REMOVAL_OPEN ? _("overdue") : _("open"));
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct waste_argument waste = {.removal = at(data, row)->id};
    (void)ws;
    shell_open_or_say(sh, &SCREEN_WASTE, &waste);
    return STALE_CELLS;
}

static unsigned chart(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_CHART, &at(data, row)->patient);
    return STALE_CELLS;
}

const struct home_list HOME_WASTE = {
    .name = "waste",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Open waste"),
    .empty_text = N_("Every controlled drug is accounted for."),
    .permission = PERMISSION_DOSE_RECORD,
    .hides_when_empty = true,
    .size = sizeof(struct removal_list),
    .read = read,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
    .chart = chart,
};
