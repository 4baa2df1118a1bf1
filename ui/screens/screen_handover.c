/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hand-over: what this shift tells the next, read together and accepted by the next nurse, who signs in here. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/screens.h"
#include "service/handover.h"

enum { SHIFT_H = 8, SHIFT_MAX_H = 24, HEAD_ROWS = 2 };

struct handover_screen {
    struct workstation *ws;
    struct handover list;
    struct list lines;
    int hours;
    struct area head, body;
};

static void draw_line(const void *context, int row, struct area line, bool is_selected)
{
    const struct handover_screen *s = context;
    const struct handover_line *item = &s->list.items[row];
    bool is_new = row == 0 || s->list.items[row - 1].section != item->section;
    bool is_grave = item->section <= HANDOVER_WASTE;
    int section = line.cols >= 132 ? 36 : 22, name = line.cols >= 132 ? 30 : 18; /* nothing is cut where there is room */
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_fit(line, 0, 2, section, STYLE_HEADING, is_new ? handover_section_label(item->section) : "");
    draw_fit(line, 0, section + 3, name, STYLE_TEXT, item->patient_name);
    draw_fit(line, 0, section + name + 4, line.cols - section - name - 5, is_grave ? STYLE_WARNING : STYLE_TEXT, item->words);
}

static struct list_source source(const struct handover_screen *s)
{
    return (struct list_source){s, NULL, draw_line, _("Nothing is open. F10 hands over all the same.")};
}

static enum status read(struct handover_screen *s, struct error *err)
{
    struct handover fresh = {0};
    int64_t now_us = clock_now_us(s->ws->clock);
    enum status status = handover_make(s->ws->actor, now_us - s->hours * US_PER_HOUR, now_us, &fresh, err);
    if (status == STATUS_OK) {
        handover_release(&s->list);
        s->list = fresh;
        const struct list_source from = source(s);
        list_refresh(&s->lines, &from, (int)s->list.len);
    }
    return status;
}

static void handover_close(void *state)
{
    struct handover_screen *s = state;
    handover_release(&s->list);
    mem_free(s);
}

static enum status handover_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct handover_screen *s = mem_alloc(sizeof *s);
    (void)argument;
    s->ws = shell_app(sh);
    s->hours = SHIFT_H;
    list_init(&s->lines);
    enum status status = read(s, err);
    if (status != STATUS_OK) {
        handover_close(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void handover_layout(void *state, struct area body)
{
    struct handover_screen *s = state;
    s->head = area_rows(body, 0, HEAD_ROWS);
    s->body = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    list_layout(&s->lines, s->body.rows);
}

static void handover_draw(void *state, struct area body)
{
    struct handover_screen *s = state;
    const struct list_source from = source(s);
    struct local_time a = zone_local(s->ws->site->zone, s->list.from_us), b = zone_local(s->ws->site->zone, s->list.to_us);
    (void)body;
    draw_format(s->head, 0, 1, STYLE_HEADING, ngettext("Hand-over %02d:%02d to %02d:%02d: %d line", "Hand-over %02d:%02d to %02d:%02d: %d lines",
                                                       (unsigned long)s->list.len),
                a.hour, a.minute, b.hour, b.minute, (int)s->list.len);
    list_draw(&s->lines, &from, s->body);
}

static unsigned handover_key(struct shell *sh, void *state, const struct event *event)
{
    struct handover_screen *s = state;
    const struct list_source from = source(s);
    struct error err = ERROR_INIT;
    bool is_wider = event->kind == EVENT_KEY && event->key == UI_KEY_RIGHT && s->hours < SHIFT_MAX_H;
    bool is_narrower = event->kind == EVENT_KEY && event->key == UI_KEY_LEFT && s->hours > 1;
    if (!is_wider && !is_narrower) {
        return list_handle(&s->lines, &from, event);
    }
    s->hours += is_wider ? 1 : -1;
    if (read(s, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

static unsigned accepted(struct shell *sh, void *state, const struct witness *who, const struct double_check *check)
{
    struct handover_screen *s = state;
    struct error err = ERROR_INIT;
    (void)check;
    if (handover_accept(s->ws->actor, &s->list, "", who, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    shell_say(sh, MESSAGE_GOOD, _("Handed over to %s. Saved here."), who->name);
    shell_close(sh, 1);
    return STALE_DATA;
}

static unsigned run_accept(struct shell *sh, void *state)
{
    (void)state;
    const struct second_argument second = {.title = _("Hand-over"), .text = _("The next nurse has read the list and signs in here to take over."),
                                           .stands = accepted};
    shell_open_or_say(sh, &SCREEN_SECOND, &second);
    return STALE_LAYOUT;
}

static unsigned run_print(struct shell *sh, void *state)
{
    struct handover_screen *s = state;
    struct document *d = NULL;
    struct error err = ERROR_INIT;
    if (handover_sheet(s->ws->actor, &s->list, &d, &err) != STATUS_OK) {
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    screen_print_open(sh, d, &(struct print_request){.what = "handover", .permission = PERMISSION_CLINICAL_READ, .table = "",
                                                     .target = PRINT_TO_DOCUMENTS, .copies = 1});
    return STALE_CELLS;
}

static bool has_row(const void *state)
{
    return ((const struct handover_screen *)state)->list.len > 0;
}

static unsigned run_chart(struct shell *sh, void *state)
{
    const struct handover_screen *s = state;
    shell_open_or_say(sh, &SCREEN_CHART, &s->list.items[s->lines.selected].patient);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DOSE_RECORD, N_("hand over"), N_("Hand over: the next nurse signs in and accepts."), run_accept, ACTION_IN_BAR, NULL},
    {"print", KEYS_PRINT, PERMISSION_CLINICAL_READ, N_("print"), N_("Print what is shown."), run_print, ACTION_IN_BAR, NULL},
    {"chart.open", KEYS_CHART, PERMISSION_CLINICAL_READ, N_("chart"), N_("Open the chart of the chosen row's patient."), run_chart, ACTION_IN_BAR, has_row},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_HANDOVER = {
    .name = "handover",
    .title = N_("Hand-over"),
    .open = handover_open,
    .layout = handover_layout,
    .draw = handover_draw,
    .key = handover_key,
    .close = handover_close,
    .actions = ACTIONS,
};
