/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lock: nothing below is painted; the password brings back exactly what was there. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/field.h"
#include "screens/screens.h"

struct lock {
    struct workstation *ws;
    struct field password;
};

static enum status lock_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    (void)err;
    struct lock *l = mem_alloc(sizeof *l);
    l->ws = shell_app(sh);
    field_init(&l->password, 128, FIELD_PASSWORD);
    *out_state = l;
    return STATUS_OK;
}

static void lock_close(void *state)
{
    struct lock *l = state;
    field_release(&l->password);
    mem_free(l);
}

static void lock_draw(void *state, struct area body)
{
    struct lock *l = state;
    draw_text(body, 1, 2, STYLE_HEADING, _("Locked"));
    draw_format(body, 3, 2, STYLE_TEXT, _("%s is signed in. The password goes back to where you were."), l->ws->actor->name);
    int col = draw_text(body, 5, 2, STYLE_LABEL_FOCUS, _("Password:"));
    field_draw(&l->password, area_part(body, 5, col + 1, 1, 32), true);
}

static unsigned lock_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return field_handle(&((struct lock *)state)->password, event);
}

static bool lock_text_focus(const void *state)
{
    (void)state;
    return true;
}

static unsigned run_unlock(struct shell *sh, void *state)
{
    struct lock *l = state;
    struct error err = ERROR_INIT;
    enum status status = session_unlock(l->ws->actor, field_text(&l->password), &err);
    field_clear(&l->password);
    if (status != STATUS_OK) {
        err.status = status;
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    if (session_touch_now(l->ws->actor, &err) != STATUS_OK) {
        shell_fail(sh, &err); /* unlocked all the same: the password was right */
    }
    shell_close(sh, 1);
    return STALE_LAYOUT;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("unlock"), N_("Go back to where you were."), run_unlock, ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_LOCK = {
    .name = "lock",
    .title = N_("Locked"),
    .open = lock_open,
    .draw = lock_draw,
    .key = lock_key,
    .close = lock_close,
    .actions = ACTIONS,
    .text_focus = lock_text_focus,
    .flags = SCREEN_SECRET,
};
