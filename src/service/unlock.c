/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/unlock.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "service/act.h"
#include "service/session_private.h"
#include "service/step_up.h"

/* The verifier never leaves this process; what slows guessing down is that it is gone after five tries. */
static const struct password_cost PIN_COST = {2, 8 * 1024};

static bool has_pin_shape(const char *text)
{
    size_t len = strlen(text);
    return len >= PIN_DIGITS_LEAST && len <= PIN_DIGITS_MOST && strspn(text, "0123456789") == len;
}

/* One digit, a run, or a block of two or three again and again: what fingers do by themselves. */
static bool is_guessable(const char *pin)
{
    size_t len = strlen(pin);
    int step = pin[1] - pin[0];
    bool is_run = step >= -1 && step <= 1;
    for (size_t i = 1; i < len; i++) {
        is_run = is_run && pin[i] - pin[i - 1] == step;
    }
    bool repeats_2 = true, repeats_3 = true;
    for (size_t i = 0; i < len; i++) {
        repeats_2 = repeats_2 && pin[i] == pin[i % 2];
        repeats_3 = repeats_3 && pin[i] == pin[i % 3];
    }
    return is_run || repeats_2 || repeats_3;
}

enum status pin_set(struct actor *actor, const char *pin, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "session.pin", "session_management", UID_NONE);
    struct secret auth = SECRET_INIT, unused = SECRET_INIT;
    if (!has_pin_shape(pin)) {
        return error_set_field(err, STATUS_INVALID, "pin", _("A PIN is %d to %d digits."), PIN_DIGITS_LEAST, PIN_DIGITS_MOST);
    }
    if (is_guessable(pin)) {
        return error_set_field(err, STATUS_INVALID, "pin", _("This PIN is among the first that would be guessed. Take another one."));
    }
    enum status status = step_up_require(actor, STEP_UP_SIGN_US, err);
    struct password_params params = password_params_new(PIN_COST);
    if (status == STATUS_OK) {
        status = password_derive(pin, &params, &auth, &unused, err);
    }
    secret_release(&unused);
    if (status == STATUS_OK) {
        status = act_read(&act, err);
    }
    if (status != STATUS_OK) {
        secret_release(&auth);
        return status;
    }
    pin_forget(actor);
    actor->pin = (struct pin){.verifier = auth, .params = params, .tries_left = PIN_TRIES};
    return STATUS_OK;
}

bool pin_is_set(const struct actor *actor)
{
    return !secret_is_empty(&actor->pin.verifier);
}

void pin_forget(struct actor *actor)
{
    secret_release(&actor->pin.verifier);
    actor->pin.tries_left = 0;
}

/* The audit row of a try, and the session's last activity when it was the right one. */
static enum status record(struct actor *actor, const char *how, enum status verdict, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "session.unlock", "session_management", UID_NONE);
    struct error second = ERROR_INIT;
    enum status status = act_begin(&act, &second);
    if (status == STATUS_OK) {
        act.outcome = status_name(verdict);
        act.risk = verdict == STATUS_OK ? RISK_LEVEL_LOW : RISK_LEVEL_MEDIUM;
        (void)snprintf(act.details, sizeof act.details, "%s", how); /* a constant */
        if (verdict == STATUS_OK) {
            status = session_touch(actor->site->store, actor->session_id, clock_now_us(actor->site->clock), &second);
        }
        status = act_end(&act, status, &second);
    }
    if (status != STATUS_OK && err != NULL) {
        *err = second;
        err->status = status;
    }
    return status == STATUS_OK ? verdict : status;
}

enum status session_unlock_pin(struct actor *actor, const char *pin, struct error *err)
{
    struct secret auth = SECRET_INIT, unused = SECRET_INIT;
    if (!pin_is_set(actor)) {
        return error_set_field(err, STATUS_NOT_FOUND, "pin", _("No PIN is set in this session: type the password."));
    }
    actor->pin.tries_left--; /* counted before it is looked at */
    enum status verdict = password_derive(pin, &actor->pin.params, &auth, &unused, err);
    bool is_right = verdict == STATUS_OK && secret_equal(&auth, &actor->pin.verifier);
    secret_release(&auth);
    secret_release(&unused);
    if (is_right) {
        actor->pin.tries_left = PIN_TRIES;
        return record(actor, "pin", STATUS_OK, err);
    }
    int left = actor->pin.tries_left;
    if (left <= 0) {
        pin_forget(actor);
    }
    verdict = left <= 0 ? error_set_field(err, STATUS_BAD_SECRET, "pin",
                                          _("Too many wrong PINs: it is forgotten. Type your password."))
                        : error_set_field(err, STATUS_BAD_SECRET, "pin",
                                          ngettext("Wrong PIN. %d more try, then the password is needed.",
                                                   "Wrong PIN. %d more tries, then the password is needed.", (unsigned long)left),
                                          left);
    return record(actor, "pin", verdict, err);
}

enum status session_unlock(struct actor *actor, const char *password, struct error *err)
{
    struct uid user;
    enum status verdict = session_check_password(actor->site, actor->login, password, NULL, &user, err);
    if (verdict == STATUS_OK) {
        verdict = session_is_own(actor, user, err);
    }
    return record(actor, "password", verdict, err);
}

enum status session_unlock_typed(struct actor *actor, const char *typed, struct error *err)
{
    return pin_is_set(actor) && has_pin_shape(typed) ? session_unlock_pin(actor, typed, err) : session_unlock(actor, typed, err);
}
