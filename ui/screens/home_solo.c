/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of contraindications that somebody went past alone and that wait for another person. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/solo_reviews.h"

struct reviews {
    struct solo_list list;
    int64_t now_us;
};

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    struct reviews *reviews = fresh;
    reviews->now_us = clock_now_us(ws->clock);
    return is_first ? solo_reviews(ws->actor, &reviews->list, err) : solo_reviews_refresh(ws->actor, &reviews->list, err);
}

static void release(void *data)
{
    solo_list_release(&((struct reviews *)data)->list);
}

static const struct solo_decision *at(const void *data, int row)
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
        late += r->list.items[i].decision.review_due_us < r->now_us;
    }
    return late;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->decision.id;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct solo_decision *e = at(data, row);
    struct local_time due = zone_local(ws->site->zone, e->decision.review_due_us);
    bool is_late = e->decision.review_due_us < ((const struct reviews *)data)->now_us;
    char day[DATE_TEXT_MAX];
    int name = line.cols / 4, drug = line.cols / 5, by = line.cols / 6, when = 7 + name + drug + by;
    mark_draw_symbol(line, 0, 2, is_late ? MARK_OVERDUE : MARK_DUE);
    draw_fit(line, 0, 4, name, STYLE_TEXT, e->patient_name);
    draw_fit(line, 0, 5 + name, drug, STYLE_TEXT, e->drug);
    draw_fit(line, 0, 6 + name + drug, by, STYLE_TEXT, e->by_name);
    char *words = mem_format(is_late ? _("late, %02d:%02d %s") : _("by %02d:%02d %s"), due.hour, due.minute,
                             date_format_human(due.date, day));
    draw_fit_right(line, 0, when, line.cols - when, is_late ? STYLE_OVERDUE : STYLE_DIM, words);
    mem_free(words);
}

static const char *const HEADS[] = {N_("Patient"), N_("Drug"), N_("By"), N_("Decided"), N_("Review by"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct solo_decision *e = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(e->patient_name);
    out[1] = mem_copy_text(e->drug);
    out[2] = mem_copy_text(e->by_name);
    out[3] = mem_copy_text(list_out_when(ws->site, e->decision.decided_us, when));
    out[4] = mem_copy_text(list_out_when(ws->site, e->decision.review_due_us, when));
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    shell_open_or_say(sh, &SCREEN_SOLO, &at(data, row)->decision.id);
    return STALE_CELLS;
}

const struct home_list HOME_SOLO = {
    .name = "decided_alone",
    .heads = HEADS,
    .cells = cells,
    .size = sizeof(struct reviews),
    .title = N_("Decided alone"),
    .hides_when_empty = true,
    .empty_text = N_("Nothing that was decided alone waits for a review."),
    .permission = PERMISSION_OVERRIDE_CONTRAINDICATED,
    .read = read,
    .release = release,
    .count = count,
    .urgent = urgent,
    .id = id,
    .draw = draw,
    .open = open,
};
