/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new recovery key for the site: it is shown once, and whoever wrote it down types its end back. Left before that, it is a key
 * that nobody has, and administrators are told so until there is another. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"
#include "service/recovery_mark.h"
#include "service/rekey.h"

enum { KEY_ROW = 7, FORM_ROW = 10 };

struct recovery {
    struct workstation *ws;
    char *key; /* NULL: none was made yet */
    struct form form;
    struct area area;
};

static enum status recovery_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct recovery *r = mem_alloc(sizeof *r);
    (void)argument;
    (void)err;
    r->ws = shell_app(sh);
    form_init(&r->form);
    form_add_text(&r->form, "tail", N_("The last four signs"), 8, 8, 0);
    *out_state = r;
    return STATUS_OK;
}

static void forget(struct recovery *r)
{
    if (r->key != NULL) {
        mem_wipe(r->key, strlen(r->key));
        mem_free(r->key);
        r->key = NULL;
    }
}

static void recovery_close(void *state)
{
    struct recovery *r = state;
    forget(r);
    form_release(&r->form);
    mem_free(r);
}

static void recovery_layout(void *state, struct area body)
{
    struct recovery *r = state;
    r->area = area_part(body, FORM_ROW, 2, body.rows - FORM_ROW, body.cols - 4);
    form_layout(&r->form, r->area.rows, r->area.cols);
}

static void recovery_draw(void *state, struct area body)
{
    struct recovery *r = state;
    struct area text = area_part(body, 3, 2, KEY_ROW - 3, body.cols - 4);
    draw_text(body, 1, 2, STYLE_HEADING, _("The recovery key"));
    if (r->key != NULL) {
        draw_wrapped(text, 0, 0, STYLE_TEXT,
                     _("Write this down now and lock it away. The key before it opens nothing any more. It is not shown again."));
        draw_wrapped(area_part(body, KEY_ROW, 4, 3, body.cols - 8), 0, 0, STYLE_HEADING, r->key);
        form_draw(&r->form, r->area);
        return;
    }
    draw_wrapped(text, 0, 0, STYLE_TEXT,
                 recovery_mark_is_set(r->ws->site->folder)
                     ? _("Nobody has shown to hold the recovery key of this site. Without it a lost computer means lost records. A new one "
                         "takes its place.")
                     : _("It opens the records when this computer is lost, together with a copy of the site's folder. A new one takes the "
                         "place of the one on paper, which opens nothing any more."));
    draw_text(body, KEY_ROW, 2, STYLE_TEXT, _("F10 makes a new one and shows it, once. Have pen and paper ready."));
}

static unsigned make(struct shell *sh, struct recovery *r);

static unsigned make_again(struct shell *sh, void *state)
{
    return make(sh, state);
}

static unsigned make(struct shell *sh, struct recovery *r)
{
    struct error err = ERROR_INIT;
    enum status status = site_renew_recovery(r->ws->actor, &r->key, &err);
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, make_again);
    }
    if (status != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_LAYOUT;
}

static unsigned prove(struct shell *sh, struct recovery *r)
{
    struct error err = ERROR_INIT;
    form_clear_errors(&r->form);
    if (!recovery_tail_fits(r->key, form_text(&r->form, "tail"))) {
        (void)error_set_field(&err, STATUS_INVALID, "tail", _("These are not the last four signs of the key. Compare what you wrote down."));
        (void)form_show_error(&r->form, &err); /* it is this field */
        return STALE_CELLS;
    }
    recovery_mark_clear(r->ws->site->folder);
    forget(r);
    shell_say(sh, MESSAGE_GOOD, "%s", _("The new recovery key is in force. Keep the paper away from this computer."));
    shell_close(sh, 1);
    return STALE_LAYOUT;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct recovery *r = state;
    return r->key != NULL ? prove(sh, r) : make(sh, r);
}

static unsigned recovery_key(struct shell *sh, void *state, const struct event *event)
{
    struct recovery *r = state;
    (void)sh;
    return r->key != NULL ? form_handle(&r->form, event) : (unsigned)EVENT_UNHANDLED;
}

static bool is_shown(const void *state)
{
    return ((const struct recovery *)state)->key != NULL;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_SITE_ADMIN, N_("go on"), N_("Make a new recovery key; then say that it is written down."), run_save,
     ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; a key that was shown is in force, written down or not."), NULL,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RECOVERY = {
    .name = "recovery",
    .title = N_("The recovery key"),
    .open = recovery_open,
    .layout = recovery_layout,
    .draw = recovery_draw,
    .key = recovery_key,
    .close = recovery_close,
    .actions = ACTIONS,
    .text_focus = is_shown,
    .unsaved = is_shown,
};
