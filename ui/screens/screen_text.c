/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One short text, over the screen that wants it. Esc gives nothing and changes nothing. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"

enum { COLS = 60, ROWS = 7, MARGIN = 2 };

struct text_screen {
    struct form form;
    char *title;
    unsigned (*given)(struct shell *sh, void *state, const char *text);
    struct area place, fields;
};

static enum status text_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct text_argument *asked = argument;
    struct text_screen *s = mem_alloc(sizeof *s);
    (void)sh;
    (void)err;
    s->title = mem_copy_text(asked->title);
    s->given = asked->given;
    form_init(&s->form);
    form_add_text(&s->form, "text", asked->label, asked->max_bytes, 30, 0);
    *out_state = s;
    return STATUS_OK;
}

static void text_screen_close(void *state)
{
    struct text_screen *s = state;
    form_release(&s->form);
    mem_free(s->title);
    mem_free(s);
}

static void text_layout(void *state, struct area body)
{
    struct text_screen *s = state;
    int cols = body.cols - 4 < COLS ? body.cols - 4 : COLS;
    s->place = area_part(body, (body.rows - ROWS) / 2, (body.cols - cols) / 2, ROWS, cols);
    s->fields = area_part(s->place, 2, MARGIN, ROWS - 3, cols - 2 * MARGIN);
    form_layout(&s->form, s->fields.rows, s->fields.cols);
}

static void text_draw(void *state, struct area body)
{
    struct text_screen *s = state;
    draw_clear_rows(body, s->place);
    draw_clear(s->place);
    draw_fill(s->place, 0, 0, s->place.cols, STYLE_BAR, ' ');
    draw_text(s->place, 0, MARGIN, STYLE_BAR, s->title);
    form_draw(&s->form, s->fields);
}

static unsigned run_give(struct shell *sh, void *state)
{
    struct text_screen *s = state;
    char *text = mem_copy_text(form_text(&s->form, "text"));
    unsigned (*given)(struct shell *, void *, const char *) = s->given;
    shell_close(sh, 1); /* from here on the one that asked is on top */
    unsigned stale = given(sh, shell_top_state(sh), text);
    mem_free(text);
    return STALE_LAYOUT | stale;
}

static unsigned text_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct text_screen *)state)->form, event);
}

/* A form's number may be scanned. */
static unsigned text_event(struct shell *sh, void *state, const struct event *event)
{
    struct text_screen *s = state;
    if (event->kind != EVENT_SCAN) {
        return STALE_NOTHING;
    }
    form_set_text(&s->form, "text", event->text);
    return run_give(sh, s);
}

static bool text_focus(const void *state)
{
    return form_has_text_focus(&((const struct text_screen *)state)->form);
}

static unsigned run_back(struct shell *sh, void *state)
{
    (void)state;
    shell_close(sh, 0);
    return STALE_LAYOUT;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("take it"), N_("Take the text."), run_give, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Change nothing."), run_back, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_TEXT = {
    .name = "text",
    .title = N_("A short text"),
    .open = text_open,
    .layout = text_layout,
    .draw = text_draw,
    .key = text_key,
    .event = text_event,
    .close = text_screen_close,
    .actions = ACTIONS,
    .text_focus = text_focus,
    .flags = SCREEN_OVERLAY,
};
