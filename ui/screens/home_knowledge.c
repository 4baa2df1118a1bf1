/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of charts that new drug knowledge touches: findings they gained or lost, until a pharmacist opened them. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/knowledge_sets.h"

enum { SHOWN_MAX = 500 };

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    int64_t count = 0;
    return is_first ? knowledge_affected(ws->actor, SHOWN_MAX, fresh, &count, err)
                    : knowledge_affected_refresh(ws->actor, SHOWN_MAX, fresh, err);
}

static void release(void *data)
{
    affected_list_release(data);
}

static const struct affected *at(const void *data, int row)
{
    return &((const struct affected_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct affected_list *)data)->len;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->patient;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct affected *a = at(data, row);
    char day[DATE_TEXT_MAX];
    struct local_time when = zone_local(ws->site->zone, a->found_us);
    int third = line.cols / 3;
    draw_fit(line, 0, 2, 15, STYLE_TEXT, enum_label(ENUM_INTERACTION_TYPE, (int)a->worst));
    draw_fit(line, 0, 18, third, STYLE_TEXT, a->name);
    draw_fit(line, 0, 19 + third, 10, STYLE_TEXT, a->mrn);
    draw_fit(line, 0, 30 + third, line.cols - 30 - third, STYLE_DIM, date_format_human(when.date, day));
}

static const char *const HEADS[] = {N_("Found"), N_("Patient"), N_("MRN"), N_("Worst"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct affected *a = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    out[0] = mem_copy_text(list_out_when(ws->site, a->found_us, when));
    out[1] = mem_copy_text(a->name);
    out[2] = mem_copy_text(a->mrn);
    out[3] = mem_copy_text(enum_label(ENUM_INTERACTION_TYPE, (int)a->worst));
}

/* Opened is looked at: it leaves the list. */
static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    struct uid patient = at(data, row)->patient;
    struct error err = ERROR_INIT;
    if (shell_open(sh, &SCREEN_CHART, &patient, &err) != STATUS_OK ||
        knowledge_affected_see(ws->actor, patient, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

const struct home_list HOME_KNOWLEDGE = {
    .name = "drug-news",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Drug news"),
    .empty_text = N_("New drug knowledge has touched no chart that nobody looked at."),
    .permission = PERMISSION_ORDER_VERIFY,
    .size = sizeof(struct affected_list),
    .read = read,
    .release = release,
    .count = count,
    .id = id,
    .draw = draw,
    .open = open,
};
