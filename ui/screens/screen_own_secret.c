/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new password or PIN of one's own, typed twice. The service holds the rules; a refusal stands at its field. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"
#include "service/staffing.h"
#include "service/unlock.h"

struct own_secret_screen {
    struct workstation *ws;
    enum own_secret what;
    struct form form;
    struct area area;
};

static enum status own_secret_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct own_secret_screen *s = mem_alloc(sizeof *s);
    (void)err;
    s->ws = shell_app(sh);
    s->what = *(const enum own_secret *)argument;
    form_init(&s->form);
    if (s->what == OWN_PIN) {
        form_add_text(&s->form, "pin", N_("New PIN"), PIN_DIGITS_MOST, 16, FIELD_PASSWORD | FIELD_DIGITS);
        form_add_text(&s->form, "again", N_("The same again"), PIN_DIGITS_MOST, 16, FIELD_PASSWORD | FIELD_DIGITS);
    } else {
        form_add_text(&s->form, "old", N_("Password until now"), 256, 40, FIELD_PASSWORD);
        form_add_text(&s->form, "password", N_("New password"), 256, 40, FIELD_PASSWORD);
        form_add_text(&s->form, "again", N_("The same again"), 256, 40, FIELD_PASSWORD);
    }
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void own_secret_close(void *state)
{
    struct own_secret_screen *s = state;
    if (s->what == OWN_FIRST_PASSWORD && s->ws->actor != NULL && s->ws->actor->must_change_password) {
        workstation_sign_out(s->ws, s->ws->end_reason); /* as Home does, which is not there yet */
    }
    form_release(&s->form);
    mem_free(s);
}

static void own_secret_layout(void *state, struct area body)
{
    struct own_secret_screen *s = state;
    s->area = area_part(body, 7, 2, body.rows - 7, body.cols - 4);
    form_layout(&s->form, s->area.rows, s->area.cols);
}

static void own_secret_draw(void *state, struct area body)
{
    struct own_secret_screen *s = state;
    bool is_pin = s->what == OWN_PIN;
    draw_text(body, 1, 2, STYLE_HEADING, is_pin                              ? _("A PIN for this session")
                                               : s->what == OWN_FIRST_PASSWORD ? _("Choose your own password")
                                                                               : _("A new password"));
    draw_wrapped(area_part(body, 3, 2, 3, body.cols - 4), 0, 0, STYLE_TEXT,
                 is_pin ? _("6 to 12 digits, not 123456 and the like. It opens the lock until you sign out, and nothing else; "
                            "after five wrong tries the password is needed.")
              : s->what == OWN_FIRST_PASSWORD
                  ? _("An administrator gave you the password you signed in with, so two people know it. It opens this page and nothing "
                      "else: choose one of at least 15 characters. A sentence is a good one.")
                        : _("At least 15 characters, 8 where your phone gives codes; a sentence is a good one. No signs or "
                            "capitals are asked for, and pasting is fine."));
    form_draw(&s->form, s->area);
}

static unsigned refuse(struct shell *sh, struct own_secret_screen *s, const struct error *err)
{
    if (!form_show_error(&s->form, err)) {
        shell_fail(sh, err);
    }
    return STALE_LAYOUT;
}

static enum status save(struct own_secret_screen *s, struct error *err)
{
    const char *first = s->what == OWN_PIN ? "pin" : "password";
    if (strcmp(form_text(&s->form, first), form_text(&s->form, "again")) != 0) {
        return error_set_field(err, STATUS_INVALID, "again", _("The two are not the same. Type it once more."));
    }
    if (s->what == OWN_PIN) {
        return pin_set(s->ws->actor, form_text(&s->form, "pin"), err);
    }
    enum status status = own_password_change(s->ws->actor, form_text(&s->form, "old"), form_text(&s->form, "password"),
                                             (struct password_cost){0, 0}, err);
    return status == STATUS_BAD_SECRET ? error_set_field(err, status, "old", _("That is not your password.")) : status;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct own_secret_screen *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    enum status status = save(s, &err);
    err.status = status;
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, run_save);
    }
    if (status != STATUS_OK) {
        return refuse(sh, s, &err);
    }
    shell_say(sh, MESSAGE_GOOD, "%s", s->what == OWN_PIN ? _("The PIN opens this session's lock.") : _("Your password is changed."));
    if (s->what == OWN_FIRST_PASSWORD) {
        struct workstation *ws = s->ws;
        shell_close(sh, 0);
        workstation_go_home(sh, ws);
        return STALE_LAYOUT;
    }
    shell_close(sh, 1);
    return STALE_CELLS;
}

static unsigned run_back(struct shell *sh, void *state)
{
    struct own_secret_screen *s = state;
    if (s->what == OWN_FIRST_PASSWORD) {
        workstation_end_session(sh, s->ws, SESSION_END_SIGNED_OUT);
        return STALE_LAYOUT;
    }
    shell_close(sh, 0);
    return STALE_LAYOUT;
}

static unsigned own_secret_key(struct shell *sh, void *state, const struct event *event)
{
    struct own_secret_screen *s = state;
    unsigned stale = form_handle(&s->form, event);
    bool is_enter = event->kind == EVENT_KEY && event->key == UI_KEY_ENTER;
    return stale & EVENT_UNHANDLED && is_enter ? run_save(sh, s) : stale;
}

static bool own_secret_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct own_secret_screen *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_SESSION_OWN, N_("save"), N_("Save it."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; nothing changes. Instead of a password that was given to you: sign out."), run_back, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_OWN_SECRET = {
    .name = "own_secret",
    .title = N_("Password or PIN"),
    .open = own_secret_open,
    .layout = own_secret_layout,
    .draw = own_secret_draw,
    .key = own_secret_key,
    .close = own_secret_close,
    .actions = ACTIONS,
    .text_focus = own_secret_text_focus,
};
