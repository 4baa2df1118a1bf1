/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of a row of the chart: who, when, what changed, newest first. */
#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/pager.h"
#include "screens/screens.h"

struct history_screen {
    struct workstation *ws;
    struct chart *chart; /* for the banner; NULL: a role that sees no charts */
    struct pager pager;
    char *title;
    struct area banner, heading, body;
};

static void write_entry(struct buffer *out, const struct zone *zone, const struct history_entry *e)
{
    char day[DATE_TEXT_MAX];
    struct local_time at = zone_local(zone, e->at_us);
    buffer_append_format(out, "%s%s %02d:%02d  %s\n", out->len > 0 ? "\n" : "", date_format_human(at.date, day), at.hour, at.minute,
                         e->who[0] != '\0' ? e->who : _("(not known here)"));
    for (const char *line = e->what; *line != '\0';) {
        int len = 0;
        while (line[len] != '\0' && line[len] != '\n') {
            len++;
        }
        buffer_append_format(out, "    %.*s\n", len, line);
        line += len + (line[len] == '\n');
    }
}

static enum status history_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct history_argument *what = argument;
    struct workstation *ws = shell_app(sh);
    struct history history = {0};
    struct chart *chart = NULL;
    struct buffer text = BUFFER_INIT;
    enum status status = actor_may(ws->actor, PERMISSION_CLINICAL_READ) ? chart_open(ws->actor, what->patient, 1, 1, &chart, err)
                                                                        : STATUS_OK;
    if (status == STATUS_OK) {
        status = history_get(ws->actor, what->kind, what->row, &history, err);
    }
    if (status != STATUS_OK) {
        chart_free(chart);
        return status;
    }
    for (size_t i = 0; i < history.len; i++) {
        write_entry(&text, ws->site->zone, &history.items[i]);
    }
    if (history.len == 0) {
        buffer_append_text(&text, _("Nothing was changed since it was entered."));
    }
    struct history_screen *s = mem_alloc(sizeof *s);
    s->ws = ws;
    s->chart = chart;
    s->title = mem_format(_("History of %s"), what->title);
    pager_init(&s->pager, text.bytes);
    buffer_release(&text);
    history_release(&history);
    *out_state = s;
    return STATUS_OK;
}

static void history_close(void *state)
{
    struct history_screen *s = state;
    pager_release(&s->pager);
    chart_free(s->chart);
    mem_free(s->title);
    mem_free(s);
}

static void history_layout(void *state, struct area body)
{
    struct history_screen *s = state;
    int head = s->chart != NULL ? BANNER_ROWS : 0;
    s->banner = area_rows(body, 0, head);
    s->heading = area_rows(body, head, 1);
    s->body = area_part(body, head + 2, 1, body.rows - head - 2, body.cols - 2);
    pager_layout(&s->pager, s->body.rows, s->body.cols);
}

static void history_draw(void *state, struct area body)
{
    struct history_screen *s = state;
    (void)body;
    if (s->chart != NULL) {
        banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    }
    draw_text(s->heading, 0, 1, STYLE_HEADING, s->title);
    pager_draw(&s->pager, s->body);
}

static unsigned history_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return pager_handle(&((struct history_screen *)state)->pager, event);
}

static const struct action ACTIONS[] = {
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_HISTORY = {
    .name = "history",
    .title = N_("History"),
    .open = history_open,
    .layout = history_layout,
    .draw = history_draw,
    .key = history_key,
    .close = history_close,
    .actions = ACTIONS,
};
