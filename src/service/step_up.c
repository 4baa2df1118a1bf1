/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/step_up.h"

#include "base/i18n.h"
#include "service/act.h"
#include "service/session_private.h"

static struct proof proof_now(const struct actor *actor)
{
    return (struct proof){.is_there = true, .at_us = clock_now_us(actor->site->clock), .monotonic_us = clock_monotonic_us()};
}

enum status step_up_require(const struct actor *actor, int64_t max_age_us, struct error *err)
{
    const struct proof now = proof_now(actor), *then = &actor->proof;
    int64_t wall_us = now.at_us - then->at_us, monotonic_us = now.monotonic_us - then->monotonic_us;
    if (then->is_there && wall_us >= 0 && wall_us <= max_age_us && monotonic_us <= max_age_us) {
        return STATUS_OK;
    }
    return error_set_field(err, STATUS_STEP_UP, "password",
                           _("This needs your password once more, typed within the last %d minutes. Nothing was changed."),
                           (int)(max_age_us / US_PER_MINUTE));
}

enum status step_up_prove(struct actor *actor, const char *password, const char *code, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "session.prove", "users", UID_NONE);
    struct identity who = {.spent = -1};
    actor->proof = (struct proof){.is_there = false};
    enum status verdict = session_check_identity(actor->site, actor->login, password, code != NULL ? code : "", NULL, &who, err);
    if (verdict == STATUS_OK) {
        verdict = session_is_own(actor, who.user, err);
    }
    if (verdict == STATUS_STEP_UP || verdict == STATUS_INVALID) {
        return verdict; /* asked for the other half: no try yet */
    }
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = actor->user;
    act.outcome = status_name(verdict); /* a wrong password at an open screen is a fact too */
    act.risk = verdict == STATUS_OK ? RISK_LEVEL_LOW : RISK_LEVEL_HIGH;
    if (verdict != STATUS_OK) {
        who.spent = -1;
    }
    status = act_end(&act, session_spend_code(actor->site, &who, err), err);
    status = status == STATUS_OK ? verdict : status;
    if (status == STATUS_OK) {
        actor->proof = proof_now(actor);
    }
    return status;
}

bool step_up_wants_code(const struct actor *actor)
{
    const struct key_user *own = key_file_find_user_by_id(&actor->site->keys, actor->user);
    return own != NULL && own->credential.factor.is_on;
}

void step_up_count_sign_in(struct actor *actor)
{
    actor->proof = proof_now(actor);
}
