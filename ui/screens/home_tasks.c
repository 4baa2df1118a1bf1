/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's lists of what has to follow a record: missed doses until somebody looks, and the rest (missing doses, refusals,
 * co-signatures, records from paper). */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/doses_tasks.h"

static enum status read_kinds(struct workstation *ws, unsigned kinds, bool is_first, void *fresh, struct error *err)
{
    return is_first ? dose_task_list_get(ws->actor, kinds, fresh, err) : dose_task_list_refresh(ws->actor, kinds, fresh, err);
}

static enum status read_missed(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return read_kinds(ws, TASK_MISSED, is_first, fresh, err);
}

static enum status read_others(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return read_kinds(ws, TASK_ALL & ~TASK_MISSED, is_first, fresh, err);
}

static void release(void *data)
{
    dose_task_list_release(data);
}

static const struct dose_task *at(const void *data, int row)
{
    return &((const struct dose_task_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct dose_task_list *)data)->len;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->event;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct dose_task *task = at(data, row);
    struct local_time when = zone_local(ws->site->zone, task->planned_us != 0 ? task->planned_us : task->occurred_us);
    char day[DATE_TEXT_MAX];
    int name_cells = line.cols / 4;
    bool is_back = task->kind == TASK_AWAY && task->return_us != 0 && task->return_us <= clock_now_us(ws->clock);
    mark_draw_symbol(line, 0, 2, task->kind == TASK_MISSED ? MARK_MISSED : MARK_DUE);
    draw_format(line, 0, 4, STYLE_TEXT, "%02d:%02d %s", when.hour, when.minute, date_format_human(when.date, day));
    draw_fit(line, 0, 22, name_cells, STYLE_TEXT, task->count > 1 ? _("several patients") : task->patient_name);
    char *what = task->count > 1 ? mem_copy_text(task->words) : mem_format("%s: %s", task->drug, task->words);
    draw_fit(line, 0, 23 + name_cells, line.cols - name_cells - 24, task->kind == TASK_MISSED || is_back ? STYLE_OVERDUE : STYLE_TEXT, what);
    mem_free(what);
}

static const char *const HEADS[] = {N_("Time"), N_("Patient"), N_("Drug"), N_("What follows"), N_("Records"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct dose_task *task = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, task->planned_us != 0 ? task->planned_us : task->occurred_us, when));
    out[1] = mem_copy_text(task->count > 1 ? _("several patients") : task->patient_name);
    out[2] = mem_copy_text(task->drug);
    out[3] = mem_copy_text(task->words);
    out[4] = mem_format("%d", task->count);
}

/* What was missed may have been given all the same, what was not on the unit has come, who was away is back: the late record
 * takes the place of the first. */
static unsigned record(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    const struct dose_task *task = at(data, row);
    const struct dose_argument dose = {.patient = task->patient, .order = task->order, .slot = task->slot};
    (void)ws;
    if (uid_is_none(task->slot)) {
        shell_say(sh, MESSAGE_INFO, "%s", _("This line is about no planned dose. Enter says what was done."));
        return STALE_CELLS;
    }
    shell_open_or_say(sh, &SCREEN_DOSE, &dose);
    return STALE_CELLS;
}

/* A patient who was away is back: the dose itself is what is next. */
static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    if (at(data, row)->kind == TASK_AWAY && !uid_is_none(at(data, row)->slot)) {
        return record(sh, ws, data, row);
    }
    shell_open_or_say(sh, &SCREEN_TASK, at(data, row));
    return STALE_CELLS;
}

static unsigned chart(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_CHART, &at(data, row)->patient);
    return STALE_CELLS;
}

const struct home_list HOME_MISSED = {
    .name = "missed",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Missed"),
    .empty_text = N_("No dose was missed."),
    .permission = PERMISSION_DOSE_RECORD,
    .hides_when_empty = true,
    .size = sizeof(struct dose_task_list),
    .read = read_missed,
    .release = release,
    .count = count,
    .urgent = NULL,
    .id = id,
    .draw = draw,
    .open = open,
    .record = record,
    .chart = chart,
};

const struct home_list HOME_TASKS = {
    .name = "tasks",
    .heads = HEADS,
    .cells = cells,
    .title = N_("To settle"),
    .empty_text = N_("Nothing follows from the doses."),
    .permission = PERMISSION_DOSE_RECORD,
    .hides_when_empty = true,
    .size = sizeof(struct dose_task_list),
    .read = read_others,
    .release = release,
    .count = count,
    .urgent = NULL,
    .id = id,
    .draw = draw,
    .open = open,
    .record = record,
    .chart = chart,
};
