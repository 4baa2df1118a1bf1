/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home's list of what others wrote since this person was last here. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/home_list.h"
#include "service/news.h"

static enum status read(struct workstation *ws, bool is_first, void *fresh, struct error *err)
{
    return is_first ? news_get(ws->actor, fresh, err) : news_refresh(ws->actor, fresh, err);
}

static void release(void *data)
{
    news_list_release(data);
}

static const struct news *at(const void *data, int row)
{
    return &((const struct news_list *)data)->items[row];
}

static int count(const void *data)
{
    return (int)((const struct news_list *)data)->len;
}

static struct uid id(const void *data, int row)
{
    return at(data, row)->row;
}

static void draw(const struct workstation *ws, const void *data, int row, struct area line)
{
    const struct news *n = at(data, row);
    struct local_time when = zone_local(ws->site->zone, n->at_us);
    bool is_grave = false, is_today = date_compare(when.date, site_today(ws->site)) == 0;
    char day[DATE_TEXT_MAX];
    (void)date_format_human(when.date, day);
    char *year = strrchr(day, ' ');
    if (year != NULL) {
        *year = '\0'; /* these are the last days */
    }
    char *text = news_text(n, &is_grave);
    int name = line.cols / 4, who = line.cols / 6;
    draw_format(line, 0, 2, STYLE_TEXT, "%s%02d:%02d", is_grave ? "! " : "  ", when.hour, when.minute);
    draw_fit(line, 0, 10, 6, STYLE_DIM, is_today ? _("today") : day);
    draw_fit(line, 0, 17, name, STYLE_TEXT, n->patient_name);
    draw_fit(line, 0, 18 + name, line.cols - 20 - name - who, is_grave ? STYLE_WARNING : STYLE_TEXT, text);
    draw_fit(line, 0, line.cols - who - 1, who, STYLE_DIM, n->who[0] != '\0' ? n->who : _("import"));
    mem_free(text);
}

static const char *const HEADS[] = {N_("Time"), N_("Patient"), N_("What"), N_("By"), NULL};

static void cells(const struct workstation *ws, const void *data, int row, char **out)
{
    const struct news *n = at(data, row);
    char when[LIST_OUT_WHEN_MAX];
    bool is_grave;
    out[0] = mem_copy_text(list_out_when(ws->site, n->at_us, when));
    out[1] = mem_copy_text(n->patient_name);
    out[2] = news_text(n, &is_grave);
    out[3] = mem_copy_text(n->who[0] != '\0' ? n->who : _("import"));
}

static unsigned open(struct shell *sh, struct workstation *ws, const void *data, int row)
{
    (void)ws;
    struct uid patient = at(data, row)->patient;
    shell_open_or_say(sh, &SCREEN_CHART, &patient);
    return STALE_CELLS;
}

const struct home_list HOME_NEWS = {
    .name = "news",
    .heads = HEADS,
    .cells = cells,
    .title = N_("Since I was here"),
    .hides_when_empty = true,
    .empty_text = N_("Nobody else changed an order, an allergy, a result or a dose since you were last here."),
    .permission = PERMISSION_CLINICAL_READ,
    .size = sizeof(struct news_list),
    .read = read,
    .release = release,
    .count = count,
    .id = id,
    .draw = draw,
    .open = open,
};
