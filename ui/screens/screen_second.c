/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A second person, over the screen whose act needs one: a witness, an instructor, or an independent check, where the checker
 * types what they read themself and sees nothing of what was entered. Esc leaves the screen below as it was. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"
#include "screens/second_code.h"
#include "service/doses_second.h"

enum { COLS = 72, MARGIN = 2, TEXT_ROWS = 3, FIELD_ROWS = 8, ROWS = TEXT_ROWS + FIELD_ROWS + 4 };

struct second {
    struct workstation *ws;
    struct form form;
    struct second_argument asked;
    bool has_rate;
    char *title, *text;
    struct area place, words, fields;
};

static enum status second_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct second *s = mem_alloc(sizeof *s);
    (void)err;
    s->ws = shell_app(sh);
    s->asked = *(const struct second_argument *)argument;
    s->title = mem_copy_text(s->asked.title);
    s->text = mem_copy_text(s->asked.text);
    form_init(&s->form);
    if (s->asked.check != NULL) {
        form_add_text(&s->form, "drug", N_("Drug, as you read it"), 120, 36, 0);
        form_add_text(&s->form, "dose", N_("Dose, with its unit"), 40, 20, 0);
        s->has_rate = s->asked.check->rate != NULL && s->asked.check->rate[0] != '\0';
        if (s->has_rate) {
            form_add_text(&s->form, "rate", N_("Rate, as it runs"), 32, 20, 0);
        }
    }
    form_add_text(&s->form, "witness", N_("Sign-in name"), 64, 30, 0);
    form_add_text(&s->form, "password", N_("Password"), 128, 30, FIELD_PASSWORD);
    second_code_add(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void second_close(void *state)
{
    struct second *s = state;
    form_release(&s->form);
    mem_free(s->title);
    mem_free(s->text);
    mem_free(s);
}

static void second_layout(void *state, struct area body)
{
    struct second *s = state;
    int cols = body.cols - 4 < COLS ? body.cols - 4 : COLS;
    s->place = area_part(body, (body.rows - ROWS) / 2, (body.cols - cols) / 2, ROWS, cols);
    s->words = area_part(s->place, 2, MARGIN, TEXT_ROWS, cols - 2 * MARGIN);
    s->fields = area_part(s->place, 2 + TEXT_ROWS, MARGIN, FIELD_ROWS, cols - 2 * MARGIN);
    form_layout(&s->form, s->fields.rows, s->fields.cols);
}

static void second_draw(void *state, struct area body)
{
    struct second *s = state;
    draw_clear_rows(body, s->place);
    draw_clear(s->place);
    draw_fill(s->place, 0, 0, s->place.cols, STYLE_BAR, ' ');
    draw_text(s->place, 0, MARGIN, STYLE_BAR, s->title);
    draw_wrapped(s->words, 0, 0, STYLE_TEXT, s->text);
    form_draw(&s->form, s->fields);
}

static unsigned run_confirm(struct shell *sh, void *state)
{
    struct second *s = state;
    struct error err = ERROR_INIT;
    struct double_check check = {.rate = ""};
    form_clear_errors(&s->form);
    enum status status =
        s->asked.check != NULL
            ? double_check_read(s->ws->actor, s->asked.check, form_text(&s->form, "witness"), form_text(&s->form, "password"),
                                second_code(&s->form), form_text(&s->form, "drug"), form_text(&s->form, "dose"), s->has_rate ? form_text(&s->form, "rate") : "",
                                &check, &err)
            : witness_authenticate(s->ws->actor, form_text(&s->form, "witness"), form_text(&s->form, "password"),
                                   second_code(&s->form), PERMISSION_DOSE_WITNESS, &check.who, &err);
    if (status != STATUS_OK) {
        shell_bell(sh);
        second_code_refused(sh, &s->form, status, &err);
        return STALE_LAYOUT;
    }
    second_code_forget(&s->form);
    second_fn stands = s->asked.stands;
    bool is_check = s->asked.check != NULL;
    shell_close(sh, 1); /* from here on the one that asked is on top */
    return STALE_LAYOUT | stands(sh, shell_top_state(sh), &check.who, is_check ? &check : NULL);
}

static unsigned second_key(struct shell *sh, void *state, const struct event *event)
{
    struct second *s = state;
    unsigned stale = form_handle(&s->form, event);
    bool is_enter = event->kind == EVENT_KEY && event->key == UI_KEY_ENTER;
    return stale & EVENT_UNHANDLED && is_enter ? run_confirm(sh, s) : stale;
}

/* A badge or a password manager sends text and its Enter in one burst: it belongs to the field that has the focus. */
static unsigned second_event(struct shell *sh, void *state, const struct event *event)
{
    struct second *s = state;
    (void)sh;
    if (event->kind != EVENT_SCAN) {
        return STALE_NOTHING;
    }
    struct event text = {.kind = EVENT_PASTE, .text = event->text, .len_bytes = event->len_bytes};
    return form_handle(&s->form, &text);
}

static bool second_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct second *)state)->form);
}

static unsigned run_back(struct shell *sh, void *state)
{
    (void)state;
    shell_close(sh, 0);
    return STALE_LAYOUT;
}

static unsigned run_next(struct shell *sh, void *state)
{
    const struct event enter = {.kind = EVENT_KEY, .key = UI_KEY_ENTER};
    return second_key(sh, state, &enter);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("confirm"), N_("Sign in as the second person for this one act."), run_confirm, ACTION_IN_BAR, NULL},
    {"open", KEYS_OPEN, 0, N_("go on"), N_("Walk to the next field; behind the last one: confirm."), run_next, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Do nothing; what was typed stays."), run_back, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_SECOND = {
    .name = "second",
    .title = N_("A second person"),
    .open = second_open,
    .layout = second_layout,
    .draw = second_draw,
    .key = second_key,
    .event = second_event,
    .close = second_close,
    .actions = ACTIONS,
    .text_focus = second_text_focus,
    .flags = SCREEN_OVERLAY,
};
