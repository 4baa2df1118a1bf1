/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of due and overdue doses. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"

enum { BEFORE_H = 12, AFTER_H = 1 };

struct due {
    struct due_list list;
    int64_t now_us; /* when it was read */
};

static enum status read(struct workstation *ws, void **data, struct error *err)
{
    struct due_list fresh = {0};
    enum status status = *data == NULL ? due_list_get(ws->actor, BEFORE_H, AFTER_H, &fresh, err)
                                       : due_list_refresh(ws->actor, BEFORE_H, AFTER_H, &fresh, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (*data == NULL) {
        *data = mem_alloc(sizeof(struct due));
    }
    struct due *due = *data;
    due_list_release(&due->list);
    due->list = fresh;
    due->now_us = clock_now_us(ws->clock);
    return STATUS_OK;
}

static void release(void *data)
{
    struct due *due = data;
    if (due != NULL) {
        due_list_release(&due->list);
        mem_free(due);
    }
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

static void format_late(int64_t minutes, char *buf, size_t size)
{
    if (minutes >= 1) {
        (void)snprintf(buf, size, ngettext("%lld min late", "%lld min late", (unsigned long)minutes), (long long)minutes);
    } else if (minutes <= -1) {
        (void)snprintf(buf, size, ngettext("in %lld min", "in %lld min", (unsigned long)-minutes), (long long)-minutes);
    } else {
        (void)snprintf(buf, size, "%s", _("now"));
    }
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct due *d = data;
    const struct due_dose *due = &d->list.items[row];
    bool is_late = due->slot.state == SLOT_OVERDUE || due->slot.state == SLOT_LATE;
    struct local_time at = zone_local(ws->site->zone, due->slot.planned_us);
    char late[64];
    mark_draw_symbol(line, 0, 2, is_late ? MARK_OVERDUE : MARK_DUE);
    draw_format(line, 0, 4, STYLE_TEXT, "%02d:%02d", at.hour, at.minute);
    int name_cells = line.cols / 3 - 2;
    draw_fit(line, 0, 11, name_cells, STYLE_TEXT, due->patient_name);
    char *what = mem_format("%s %s", due->drug, due->dose);
    draw_fit(line, 0, 12 + name_cells, line.cols - name_cells - 28, STYLE_TEXT, what);
    mem_free(what);
    format_late((d->now_us - due->slot.planned_us) / US_PER_MINUTE, late, sizeof late);
    draw_fit_right(line, 0, line.cols - 14, 14, is_late ? STYLE_OVERDUE : STYLE_TEXT, late);
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_CHART, &((const struct due *)data)->list.items[row].patient);
    return STALE_CELLS;
}

const struct home_list HOME_DUE = {
    .title = N_("Due and overdue doses"),
    .empty_text = N_("No dose is due. Type a name to find a patient."),
    .permission = PERMISSION_CLINICAL_READ,
    .read = read,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
};
