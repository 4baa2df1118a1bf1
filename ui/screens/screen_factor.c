/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes from a phone: the picture for its camera, a code to show that it worked, then the recovery codes, once. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "kit/qr.h"
#include "screens/screens.h"
#include "service/factors.h"

enum { GAP = 2, CODE_COLS = 2 };

struct factor_screen {
    struct workstation *ws;
    struct factor_offer offer;
    struct qr qr;
    struct form form;
    struct factor_codes codes;
    bool is_done; /* the recovery codes are shown */
    struct area picture, side, form_area;
};

static enum status factor_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct factor_screen *s = mem_alloc(sizeof *s);
    (void)argument;
    s->ws = shell_app(sh);
    enum status status = factor_offer(s->ws->actor, NULL, &s->offer, err);
    if (status != STATUS_OK) {
        mem_free(s);
        return status;
    }
    (void)qr_make(&s->qr, s->offer.uri); /* without a picture the letters are there */
    form_init(&s->form);
    form_add_text(&s->form, "code", N_("Code"), 16, 10, 0);
    *out_state = s;
    return STATUS_OK;
}

static void factor_close(void *state)
{
    struct factor_screen *s = state;
    factor_offer_release(&s->offer);
    qr_release(&s->qr);
    form_release(&s->form);
    mem_wipe(&s->codes, sizeof s->codes);
    mem_free(s);
}

static void factor_layout(void *state, struct area body)
{
    struct factor_screen *s = state;
    bool ascii = area_is_ascii(body);
    int cols = qr_cols(&s->qr, ascii), rows = qr_rows(&s->qr, ascii);
    bool fits = s->qr.size > 0 && rows <= body.rows && cols + GAP + 30 <= body.cols;
    s->picture = area_part(body, 0, 0, fits ? rows : 0, fits ? cols : 0);
    int left = fits ? cols + GAP : 2;
    s->side = area_part(body, 0, left, body.rows, body.cols - left - 1);
    s->form_area = area_part(s->side, body.rows - 5, 0, 5, s->side.cols);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void draw_offer(struct factor_screen *s)
{
    int row = 1;
    bool has_picture = qr_draw(&s->qr, s->picture);
    struct area text = area_rows(s->side, 0, s->side.rows - s->form_area.rows);
    draw_text(text, row, 0, STYLE_HEADING, _("Codes from a phone"));
    row += 2;
    row += draw_wrapped(text, row, 0, STYLE_TEXT,
                        has_picture ? _("Let the phone's authenticator app read the picture.")
                                    : _("This window is too small for the picture: type these letters into the phone's "
                                        "authenticator app."));
    row++;
    if (has_picture) {
        row += draw_wrapped(text, row, 0, STYLE_DIM, _("Without a camera, type these letters:"));
    }
    row += draw_wrapped(text, row, 0, STYLE_HEADING, s->offer.letters) + 1;
    draw_wrapped(text, row, 0, STYLE_TEXT, _("Then type the code that it shows:"));
    form_draw(&s->form, s->form_area);
}

static void draw_codes(const struct factor_screen *s, struct area body)
{
    struct area text = area_part(body, 1, 2, body.rows - 1, body.cols - 4);
    int row = 0;
    draw_text(text, row, 0, STYLE_HEADING, _("Recovery codes: write them down now"));
    row += 2;
    row += draw_wrapped(text, row, 0, STYLE_TEXT,
                        _("From now on signing in asks for a code. When the phone is lost, one of these lets you in instead, "
                          "each once. They are not shown again. Keep them on paper, away from the phone."));
    row++;
    for (int i = 0; i < FACTOR_CODES; i++) {
        draw_format(text, row + i / CODE_COLS, 4 + i % CODE_COLS * 24, STYLE_HEADING, "%2d   %s", i + 1, s->codes.text[i]);
    }
    row += FACTOR_CODES / CODE_COLS + 1;
    draw_wrapped(text, row, 0, STYLE_TEXT, _("Enter: I have written them down."));
}

static void factor_draw(void *state, struct area body)
{
    struct factor_screen *s = state;
    if (s->is_done) {
        draw_codes(s, body);
    } else {
        draw_offer(s);
    }
}

static unsigned confirm(struct shell *sh, struct factor_screen *s);

static unsigned confirm_again(struct shell *sh, void *state)
{
    return confirm(sh, state);
}

static unsigned confirm(struct shell *sh, struct factor_screen *s)
{
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    enum status status = factor_confirm(s->ws->actor, &s->offer, form_text(&s->form, "code"), &s->codes, &err);
    err.status = status;
    if (status == STATUS_STEP_UP) { /* finding the phone took a while */
        return step_up_ask(sh, &err, confirm_again);
    }
    form_set_text(&s->form, "code", "");
    if (status != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    s->is_done = true;
    return STALE_LAYOUT;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct factor_screen *s = state;
    if (!s->is_done) {
        return confirm(sh, s);
    }
    shell_say(sh, MESSAGE_GOOD, "%s", _("From now on signing in asks for a code from your phone."));
    shell_close(sh, 1);
    return STALE_CELLS;
}

static unsigned factor_key(struct shell *sh, void *state, const struct event *event)
{
    struct factor_screen *s = state;
    (void)sh;
    return s->is_done ? (unsigned)EVENT_UNHANDLED : form_handle(&s->form, event);
}

static bool factor_text_focus(const void *state)
{
    return !((const struct factor_screen *)state)->is_done;
}

/* Codes that nobody wrote down are lost. */
static bool factor_unsaved(const void *state)
{
    return ((const struct factor_screen *)state)->is_done;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_SESSION_OWN, N_("confirm"), N_("Take the phone's code; then leave the recovery codes."), run_open,
     ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; before the code was taken nothing changes."), NULL,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_FACTOR = {
    .name = "factor",
    .title = N_("Codes from a phone"),
    .open = factor_open,
    .layout = factor_layout,
    .draw = factor_draw,
    .key = factor_key,
    .close = factor_close,
    .actions = ACTIONS,
    .text_focus = factor_text_focus,
    .unsaved = factor_unsaved,
};
