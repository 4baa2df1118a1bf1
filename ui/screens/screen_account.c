/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The own account: since when and how long this session lasts, what proves who one is, and the ways to change it. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/screens.h"
#include "service/factors.h"
#include "service/recovery_mark.h"
#include "service/step_up.h"
#include "service/unlock.h"

enum { LABEL_CELLS = 20 };

struct account {
    struct workstation *ws;
};

static enum status account_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    (void)err;
    struct account *a = mem_alloc(sizeof *a);
    a->ws = shell_app(sh);
    *out_state = a;
    return STATUS_OK;
}

static void account_close(void *state)
{
    mem_free(state);
}

static void fact(struct area body, int *row, const char *label, const char *text)
{
    draw_fit(body, *row, 2, LABEL_CELLS, STYLE_LABEL, label);
    *row += draw_wrapped(area_part(body, *row, 2 + LABEL_CELLS, 3, body.cols - LABEL_CELLS - 4), 0, 0, STYLE_TEXT, text);
}

static void account_draw(void *state, struct area body)
{
    const struct account *a = state;
    const struct actor *actor = a->ws->actor;
    const struct settings *settings = &a->ws->site->settings;
    const struct factor_state factor = factor_state(a->ws->site, actor->user);
    struct local_time begin = zone_local(a->ws->site->zone, actor->signed_in_us);
    struct local_time end = zone_local(a->ws->site->zone, actor->expires_us);
    int row = 3;
    char text[240];
    draw_format(body, 1, 2, STYLE_HEADING, _("Your account: %s"), actor->name);
    fact(body, &row, _("Sign-in name"), actor->login);
    fact(body, &row, _("Role"), enum_label(ENUM_ROLE, (int)actor->role));
    row++;
    (void)snprintf(text, sizeof text, _("at %02d:%02d"), begin.hour, begin.minute); /* fits */
    fact(body, &row, _("Signed in"), text);
    (void)snprintf(text, sizeof text, _("at %02d:%02d, whatever is done in it; what was typed is kept"), end.hour, end.minute); /* fits */
    fact(body, &row, _("Ends at the latest"), text);
    (void)snprintf(text, sizeof text, _("after %d minutes without a key; it ends after %d minutes"),
                   settings_number(settings, SETTING_LOCK_AFTER), settings_number(settings, SETTING_SIGN_OUT_AFTER)); /* fits */
    fact(body, &row, _("Locks by itself"), text);
    row++;
    if (factor.is_on) {
        (void)snprintf(text, sizeof text, ngettext("on; %d recovery code is left",
                                                   "on; %d recovery codes are left",
                                                   (unsigned long)factor.codes_left), factor.codes_left); /* fits */
    } else {
        (void)snprintf(text, sizeof text, "%s", _("off: the password alone opens this account"));
    }
    fact(body, &row, _("Codes from a phone"), text);
    fact(body, &row, _("PIN"), pin_is_set(actor) ? _("set: it opens the lock until you sign out")
                                                 : _("none: the password opens the lock"));
    if (actor_may(actor, PERMISSION_SITE_ADMIN)) {
        fact(body, &row, _("Recovery key"), recovery_mark_is_set(a->ws->site->folder) ? _("NOBODY HAS SHOWN TO HOLD IT: Enter makes a new one")
                                                                                       : _("of the site; Enter makes a new one"));
    }
}

static unsigned open_factor(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_FACTOR, NULL);
    return STALE_LAYOUT;
}

static unsigned open_pin(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_OWN_SECRET, &(enum own_secret){OWN_PIN});
    return STALE_LAYOUT;
}

/* Whoever walks up to an open screen does not take the account over. */
static unsigned proved_first(struct shell *sh, struct account *a, step_up_fn then)
{
    struct error err = ERROR_INIT;
    return step_up_require(a->ws->actor, STEP_UP_SIGN_US, &err) == STATUS_OK ? then(sh, a) : step_up_ask(sh, &err, then);
}

static unsigned run_factor(struct shell *sh, void *state)
{
    return proved_first(sh, state, open_factor);
}

static unsigned run_pin(struct shell *sh, void *state)
{
    return proved_first(sh, state, open_pin);
}

static unsigned run_password(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_OWN_SECRET, &(enum own_secret){OWN_PASSWORD});
    return STALE_LAYOUT;
}

static unsigned run_recovery(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_RECOVERY, NULL);
    return STALE_LAYOUT;
}

static unsigned account_event(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    (void)state;
    return event->kind == EVENT_SCAN ? (unsigned)EVENT_UNHANDLED : (unsigned)STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"account.password", "1", PERMISSION_SESSION_OWN, N_("password"), N_("Change your own password."), run_password, ACTION_IN_BAR,
     NULL},
    {"account.factor", "2", PERMISSION_SESSION_OWN, N_("phone codes"), N_("Set up codes from a phone, or from another phone."),
     run_factor, ACTION_IN_BAR, NULL},
    {"account.pin", "3", PERMISSION_SESSION_OWN, N_("PIN"), N_("Set a PIN that opens the lock of this session."), run_pin,
     ACTION_IN_BAR, NULL},
    {"open", KEYS_OPEN, PERMISSION_SITE_ADMIN, N_("recovery key"), N_("Make a new recovery key of the site."), run_recovery,
     ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_ACCOUNT = {
    .name = "account",
    .title = N_("Your account"),
    .open = account_open,
    .draw = account_draw,
    .event = account_event,
    .close = account_close,
    .actions = ACTIONS,
};
