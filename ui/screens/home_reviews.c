/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of emergency openings of restricted records that wait for the privacy officer. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/emergencies.h"

enum { UNTIL_CELLS = 26 };

struct reviews {
    struct emergency_list list;
    int64_t now_us;
};

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    struct reviews *reviews = fresh;
    reviews->now_us = clock_now_us(ws->clock);
    return is_first ? emergency_reviews(ws->actor, &reviews->list, err)
                    : emergency_reviews_refresh(ws->actor, &reviews->list, err);
}

static void release(void *data)
{
    emergency_list_release(&((struct reviews *)data)->list);
}

static const struct emergency *at(const void *data, int row)
{
    return &((const struct reviews *)data)->list.items[row];
}

static int count(const void *data)
{
    return (int)((const struct reviews *)data)->list.len;
}

static int urgent(const void *data)
{
    const struct reviews *r = data;
    int late = 0;
    for (size_t i = 0; i < r->list.len; i++) {
        late += r->list.items[i].due_us < r->now_us;
    }
    return late;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->id;
}

/* "2 Dec": these are days around today. */
static const char *short_day(struct date d, char buf[DATE_TEXT_MAX])
{
    (void)date_format_human(d, buf);
    char *year = strrchr(buf, ' ');
    if (year != NULL) {
        *year = '\0';
    }
    return buf;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct emergency *e = at(data, row);
    struct local_time begun = zone_local(ws->site->zone, e->begun_us), due = zone_local(ws->site->zone, e->due_us);
    bool is_late = e->due_us < ((const struct reviews *)data)->now_us;
    char day[DATE_TEXT_MAX];
    int left = 18, names = line.cols - left - UNTIL_CELLS - 2, by = names * 2 / 5, until = line.cols - UNTIL_CELLS;
    mark_draw_symbol(line, 0, 2, is_late ? MARK_OVERDUE : MARK_DUE);
    draw_format(line, 0, 4, STYLE_TEXT, "%02d:%02d %s", begun.hour, begun.minute, short_day(begun.date, day));
    draw_fit(line, 0, left, by, STYLE_TEXT, e->by_name);
    draw_fit(line, 0, left + by + 1, names - by, STYLE_TEXT, e->patient_name);
    char *words = mem_format(is_late ? _("late since %02d:%02d %s") : _("review by %02d:%02d %s"), due.hour, due.minute,
                             short_day(due.date, day));
    draw_fit(line, 0, until, UNTIL_CELLS, is_late ? STYLE_OVERDUE : STYLE_DIM, words);
    mem_free(words);
}

static const char *const HEADS[] = {N_("Opened"), N_("By"), N_("Patient"), N_("Reason"), N_("Review by"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct emergency *e = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, e->begun_us, when));
    out[1] = mem_copy_text(e->by_name);
    out[2] = mem_copy_text(e->patient_name);
    out[3] = mem_copy_text(enum_label(ENUM_EMERGENCY_REASON, (int)e->reason));
    out[4] = mem_copy_text(list_out_when(ws->site, e->due_us, when));
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_REVIEW, &at(data, row)->id);
    return STALE_CELLS;
}

const struct home_list HOME_REVIEWS = {
    .name = "emergencies",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Emergencies"),
    .empty_text = N_("No emergency opening waits for a review."),
    .permission = PERMISSION_EMERGENCY_REVIEW,
    .size = sizeof(struct reviews),
    .read = read,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
};
