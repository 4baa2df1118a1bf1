/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door: name and password, or what to do when this computer has no site yet. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"

enum { NOTICE_ROW = 10 };

struct sign_in {
    struct workstation *ws;
    struct form form;
    struct error site_error; /* why there is no site */
    struct area area;
};

static enum status sign_in_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    (void)err;
    struct sign_in *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    form_init(&s->form);
    form_add_text(&s->form, "name", N_("Sign-in name"), 64, 32, 0);
    form_add_text(&s->form, "password", N_("Password"), 256, 32, FIELD_PASSWORD);
    form_add_text(&s->form, "code", N_("Code"), 24, 16, 0);
    form_set_hint(&s->form, "code", N_("six digits from the phone"));
    form_show(&s->form, "code", false); /* until the account asks for one */
    if (workstation_open_site(s->ws, &s->site_error) == STATUS_OK) {
        s->site_error.status = STATUS_OK;
    }
    *out_state = s;
    return STATUS_OK;
}

static void sign_in_close(void *state)
{
    struct sign_in *s = state;
    form_release(&s->form);
    mem_free(s);
}

static void sign_in_layout(void *state, struct area body)
{
    struct sign_in *s = state;
    s->area = area_part(body, 5, 2, body.rows - 5, body.cols - 4);
    form_layout(&s->form, s->area.rows, s->area.cols);
}

static void draw_no_site(const struct sign_in *s, struct area a)
{
    int row = 0;
    row += draw_wrapped(a, row, 0, STYLE_ERROR, error_text(&s->site_error)) + 1;
    if (s->site_error.status != STATUS_NOT_FOUND) {
        return;
    }
    row += draw_wrapped(a, row, 0, STYLE_TEXT, _("To begin, leave with Ctrl-Q and run one of:")) + 1;
    row += draw_wrapped(a, row, 0, STYLE_HEADING, _("prescripcare demo"));
    row += draw_wrapped(a, row, 2, STYLE_TEXT, _("a clinic of invented people to try everything on")) + 1;
    row += draw_wrapped(a, row, 0, STYLE_HEADING, _("prescripcare init"));
    draw_wrapped(a, row, 2, STYLE_TEXT, _("sets up a clinic that works without a network"));
}

static void sign_in_draw(void *state, struct area body)
{
    struct sign_in *s = state;
    draw_text(body, 1, 2, STYLE_HEADING, _("PrescripCare"));
    if (s->site_error.status != STATUS_OK) {
        draw_no_site(s, area_part(body, 3, 2, body.rows - 3, body.cols - 4));
        return;
    }
    draw_text(body, 3, 2, STYLE_TEXT, _("Sign in to begin."));
    form_draw(&s->form, s->area);
    if (s->ws->notice != NULL) {
        draw_wrapped(area_part(body, NOTICE_ROW, 2, body.rows - NOTICE_ROW, body.cols - 4), 0, 0, STYLE_TEXT, s->ws->notice);
    }
}

static bool has_site(const void *state)
{
    return ((const struct sign_in *)state)->site_error.status == STATUS_OK;
}

static bool sign_in_text_focus(const void *state)
{
    return has_site(state) && form_has_text_focus(&((const struct sign_in *)state)->form);
}

static unsigned run_sign_in(struct shell *sh, void *state)
{
    struct sign_in *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    if (form_text(&s->form, "password")[0] == '\0') { /* Enter behind the name walks on */
        form_focus(&s->form, form_text(&s->form, "name")[0] == '\0' ? "name" : "password");
        return STALE_CELLS;
    }
    bool has_code = form_is_shown(&s->form, "code");
    enum status status = session_sign_in_code(s->ws->site, form_text(&s->form, "name"), form_text(&s->form, "password"),
                                              has_code ? form_text(&s->form, "code") : "", &s->ws->actor, &err);
    if (status == STATUS_STEP_UP) { /* the password was right; it stays until the code is there */
        form_show(&s->form, "code", true);
        form_focus(&s->form, "code");
        shell_say(sh, MESSAGE_INFO, "%s", error_text(&err));
        return STALE_LAYOUT;
    }
    form_set_text(&s->form, "code", "");
    if (has_code && status == STATUS_BAD_SECRET && strcmp(err.field, "code") == 0) {
        (void)form_show_error(&s->form, &err);
        return STALE_LAYOUT;
    }
    form_set_text(&s->form, "password", "");
    form_show(&s->form, "code", false);
    if (status != STATUS_OK) { /* lockout and refusal say so in their own sentence */
        err.status = status;
        shell_fail(sh, &err);
        form_focus(&s->form, "password");
        return STALE_CELLS;
    }
    struct workstation *ws = s->ws;
    shell_close(sh, 0);
    if (ws->actor->must_change_password) {
        shell_open_or_say(sh, &SCREEN_OWN_SECRET, &(enum own_secret){OWN_FIRST_PASSWORD});
    } else {
        workstation_go_home(sh, ws);
    }
    return STALE_LAYOUT;
}

static unsigned sign_in_key(struct shell *sh, void *state, const struct event *event)
{
    struct sign_in *s = state;
    (void)sh;
    return has_site(s) ? form_handle(&s->form, event) : (unsigned)EVENT_UNHANDLED;
}

/* A password manager and a badge send a password and its Enter in one burst, as a scanner does. Nothing here can harm
 * by an Enter too many, so it counts. */
static unsigned sign_in_event(struct shell *sh, void *state, const struct event *event)
{
    struct sign_in *s = state;
    if (event->kind != EVENT_SCAN || !sign_in_text_focus(s)) {
        return EVENT_UNHANDLED;
    }
    struct event text = {.kind = EVENT_PASTE, .text = event->text, .len_bytes = event->len_bytes};
    (void)form_handle(&s->form, &text);
    return run_sign_in(sh, s);
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("sign in"), N_("Sign in with name and password."), run_sign_in, ACTION_IN_BAR, has_site},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_SIGN_IN = {
    .name = "sign_in",
    .title = N_("Sign in"),
    .open = sign_in_open,
    .layout = sign_in_layout,
    .draw = sign_in_draw,
    .key = sign_in_key,
    .event = sign_in_event,
    .close = sign_in_close,
    .actions = ACTIONS,
    .text_focus = sign_in_text_focus,
    .flags = SCREEN_SECRET,
};
