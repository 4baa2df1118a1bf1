/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lock: nothing below is painted; the password brings back exactly what was there. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/field.h"
#include "screens/screens.h"
#include "service/unlock.h"

struct lock {
    struct workstation *ws;
    struct field password;
    int64_t end_us; /* when the session ends by itself */
};

static enum status lock_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    (void)err;
    struct lock *l = mem_alloc(sizeof *l);
    l->ws = shell_app(sh);
    const struct settings *s = &l->ws->site->settings;
    int minutes = settings_number(s, SETTING_SIGN_OUT_AFTER) - settings_number(s, SETTING_LOCK_AFTER);
    l->end_us = clock_now_us(l->ws->clock) + (minutes > 0 ? minutes : 0) * US_PER_MINUTE;
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

/* When this session ends by itself, whichever comes first. */
static void draw_until(const struct lock *l, struct area body)
{
    bool is_hours = l->ws->actor->expires_us < l->end_us;
    struct local_time end = zone_local(l->ws->site->zone, is_hours ? l->ws->actor->expires_us : l->end_us);
    draw_format(body, 7, 2, STYLE_TEXT, is_hours ? _("The session's hours are up at %02d:%02d.")
                                                 : _("Left alone, the session ends at %02d:%02d."), end.hour, end.minute);
}

static void lock_draw(void *state, struct area body)
{
    struct lock *l = state;
    draw_text(body, 1, 2, STYLE_HEADING, _("Locked"));
    bool has_pin = pin_is_set(l->ws->actor);
    draw_format(body, 3, 2, STYLE_TEXT, has_pin ? _("%s is signed in. The PIN or the password goes back to where you were.")
                                                : _("%s is signed in. The password goes back to where you were."),
                l->ws->actor->name);
    draw_until(l, body);
    draw_text(body, 9, 2, STYLE_DIM, _("Somebody else: F12 ends this session and keeps what was typed as drafts."));
    int col = draw_text(body, 5, 2, STYLE_LABEL_FOCUS, has_pin ? _("PIN or password:") : _("Password:"));
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
    enum status status = session_unlock_typed(l->ws->actor, field_text(&l->password), &err);
    field_clear(&l->password);
    if (status == STATUS_SIGNED_OUT) { /* its hours were up, or somebody ended it, behind the lock */
        workstation_end_session(sh, l->ws, SESSION_END_EXPIRED);
        shell_fail(sh, &err);
        return STALE_LAYOUT;
    }
    if (status != STATUS_OK) {
        err.status = status;
        shell_fail(sh, &err);
        return STALE_CELLS;
    }
    shell_close(sh, 1);
    return STALE_LAYOUT;
}

/* The next person does not wait for the last one to come back. */
static unsigned run_switch(struct shell *sh, void *state)
{
    workstation_end_session(sh, ((struct lock *)state)->ws, SESSION_END_SIGNED_OUT);
    return STALE_LAYOUT;
}

static unsigned lock_event(struct shell *sh, void *state, const struct event *event)
{
    struct lock *l = state;
    if (event->kind != EVENT_TICK) {
        return EVENT_UNHANDLED;
    }
    if (clock_now_us(l->ws->clock) >= l->end_us) {
        workstation_end_session(sh, l->ws, SESSION_END_IDLE);
        shell_say(sh, MESSAGE_INFO, "%s", _("The session ended because nobody was here. What was typed is kept as drafts."));
        return STALE_LAYOUT;
    }
    return STALE_NOTHING;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("unlock"), N_("Go back to where you were."), run_unlock, ACTION_IN_BAR, NULL},
    {"session.sign_out", "F12, Ctrl-O", 0, N_("another person"), N_("End this session, drafts kept, and let somebody else sign in."),
     run_switch, ACTION_IN_BAR, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_LOCK = {
    .name = "lock",
    .title = N_("Locked"),
    .open = lock_open,
    .draw = lock_draw,
    .key = lock_key,
    .close = lock_close,
    .event = lock_event,
    .actions = ACTIONS,
    .text_focus = lock_text_focus,
    .flags = SCREEN_SECRET | SCREEN_TICKS,
};
