/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "It is still me": the password once more, over the screen whose act needs it. Esc leaves that screen as it was. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"
#include "service/step_up.h"

enum { COLS = 70, ROWS = 11, MARGIN = 2, TEXT_ROWS = 3 };

struct step_up {
    struct workstation *ws;
    struct form form;
    char *why;
    step_up_fn proved;
    struct area place, text, fields;
};

struct step_up_argument {
    const struct error *why;
    step_up_fn proved;
};

static enum status step_up_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct step_up_argument *asked = argument;
    struct step_up *s = mem_alloc(sizeof *s);
    (void)err;
    s->ws = shell_app(sh);
    s->why = mem_copy_text(error_text(asked->why));
    s->proved = asked->proved;
    form_init(&s->form);
    form_add_text(&s->form, "password", N_("Password"), 256, 32, FIELD_PASSWORD);
    form_add_text(&s->form, "code", N_("Code"), 24, 16, 0);
    form_set_hint(&s->form, "code", N_("six digits from the phone"));
    form_show(&s->form, "code", step_up_wants_code(s->ws->actor));
    *out_state = s;
    return STATUS_OK;
}

static void step_up_close(void *state)
{
    struct step_up *s = state;
    form_release(&s->form);
    mem_free(s->why);
    mem_free(s);
}

static void step_up_layout(void *state, struct area body)
{
    struct step_up *s = state;
    int cols = body.cols - 4 < COLS ? body.cols - 4 : COLS;
    s->place = area_part(body, (body.rows - ROWS) / 2, (body.cols - cols) / 2, ROWS, cols);
    s->text = area_part(s->place, 2, MARGIN, TEXT_ROWS, cols - 2 * MARGIN);
    s->fields = area_part(s->place, 2 + TEXT_ROWS + 1, MARGIN, ROWS - TEXT_ROWS - 4, cols - 2 * MARGIN);
    form_layout(&s->form, s->fields.rows, s->fields.cols);
}

static void step_up_draw(void *state, struct area body)
{
    struct step_up *s = state;
    draw_clear_rows(body, s->place);
    draw_clear(s->place);
    draw_fill(s->place, 0, 0, s->place.cols, STYLE_BAR, ' ');
    draw_format(s->place, 0, MARGIN, STYLE_BAR, _("Is it still you, %s?"), s->ws->actor->name);
    draw_wrapped(s->text, 0, 0, STYLE_TEXT, s->why);
    form_draw(&s->form, s->fields);
}

static unsigned run_prove(struct shell *sh, void *state)
{
    struct step_up *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    enum status status = step_up_prove(s->ws->actor, form_text(&s->form, "password"), form_text(&s->form, "code"), &err);
    if (status == STATUS_STEP_UP) { /* the password was right; it stays until the code is there */
        form_show(&s->form, "code", true);
        form_focus(&s->form, "code");
        return STALE_LAYOUT;
    }
    form_set_text(&s->form, "code", "");
    if (status != STATUS_OK) {
        err.status = status;
        bool is_code = strcmp(err.field, "code") == 0;
        if (!is_code) {
            form_set_text(&s->form, "password", "");
        }
        if (status == STATUS_BAD_SECRET && !is_code) { /* whatever the door calls it: here there is one field */
            (void)error_set_field(&err, status, "password", _("That is not your password. Try again."));
        }
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_CELLS;
    }
    step_up_fn proved = s->proved;
    shell_close(sh, 1); /* from here on the one that asked is on top */
    return STALE_LAYOUT | proved(sh, shell_top_state(sh));
}

static unsigned step_up_key(struct shell *sh, void *state, const struct event *event)
{
    struct step_up *s = state;
    unsigned stale = form_handle(&s->form, event);
    bool is_enter = event->kind == EVENT_KEY && event->key == UI_KEY_ENTER;
    return stale & EVENT_UNHANDLED && is_enter ? run_prove(sh, s) : stale;
}

/* A password manager and a badge send a password and its Enter in one burst, as a scanner does. */
static unsigned step_up_event(struct shell *sh, void *state, const struct event *event)
{
    struct step_up *s = state;
    if (event->kind != EVENT_SCAN) {
        return STALE_NOTHING;
    }
    struct event text = {.kind = EVENT_PASTE, .text = event->text, .len_bytes = event->len_bytes};
    (void)form_handle(&s->form, &text);
    return run_prove(sh, s);
}

static bool step_up_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct step_up *)state)->form);
}

static unsigned run_back(struct shell *sh, void *state)
{
    (void)state;
    shell_close(sh, 0);
    return STALE_LAYOUT;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("confirm"), N_("Prove with your password that it is still you."), run_prove, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Do nothing; what was typed stays."), run_back, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_STEP_UP = {
    .name = "step_up",
    .title = N_("Is it still you?"),
    .open = step_up_open,
    .layout = step_up_layout,
    .draw = step_up_draw,
    .key = step_up_key,
    .event = step_up_event,
    .close = step_up_close,
    .actions = ACTIONS,
    .text_focus = step_up_text_focus,
    .flags = SCREEN_OVERLAY,
};

unsigned step_up_ask(struct shell *sh, const struct error *why, step_up_fn proved)
{
    shell_open_or_say(sh, &SCREEN_STEP_UP, &(struct step_up_argument){why, proved});
    return STALE_CELLS;
}
