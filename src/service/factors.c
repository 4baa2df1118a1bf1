/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/factors.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/lockout.h"
#include "service/act.h"
#include "service/session_private.h"
#include "service/step_up.h"

enum status factor_offer(struct actor *actor, const char *letters, struct factor_offer *out, struct error *err)
{
    struct factor_offer offer = FACTOR_OFFER_INIT;
    enum status status = step_up_require(actor, STEP_UP_SIGN_US, err);
    if (status == STATUS_OK && letters != NULL) {
        status = totp_secret_parse(letters, &offer.secret, err);
    } else if (status == STATUS_OK) {
        totp_secret_new(&offer.secret);
    }
    if (status != STATUS_OK) {
        return status;
    }
    totp_secret_letters(&offer.secret, offer.letters);
    offer.uri = totp_uri(&offer.secret, "PrescripCare", actor->login);
    *out = offer;
    return STATUS_OK;
}

void factor_offer_release(struct factor_offer *offer)
{
    secret_release(&offer->secret);
    mem_wipe(offer->letters, sizeof offer->letters);
    if (offer->uri != NULL) {
        mem_wipe(offer->uri, strlen(offer->uri));
    }
    mem_free(offer->uri);
    offer->uri = NULL;
}

/* The code proves that the phone took the secret over; it is used up by that. */
static enum status take_code(const struct actor *actor, const struct secret *secret, const char *code, struct error *err)
{
    struct site *site = actor->site;
    int64_t now_us = clock_now_us(site->clock), step = 0;
    uint8_t tag[LOGIN_TAG_BYTES];
    if (!totp_matches(secret, now_us, code, &step)) {
        return error_set_field(err, STATUS_BAD_SECRET, "code",
                               _("This is not the code that the phone should show now. Check the phone's clock, then type the "
                                 "code that it shows."));
    }
    char *path = session_lockout_path(site);
    key_file_login_tag(&site->device, actor->login, tag);
    enum status status = lockout_take_step(path, &site->device, tag, step, now_us, err);
    mem_free(path);
    return status;
}

/* Inside the act: the account with another second factor, in the key file and in the rows. */
static enum status put_factor(struct site *site, struct uid user, const char *login, const struct second_factor *factor,
                              struct error *err)
{
    struct staff staff = {0};
    enum status status = session_read_keys(site, err);
    const struct key_user *known = status == STATUS_OK ? key_file_find_user_by_id(&site->keys, user) : NULL;
    if (status == STATUS_OK && known == NULL) {
        status = error_set_field(err, STATUS_NOT_FOUND, "name", _("This person has no account on this device."));
    }
    if (status == STATUS_OK && !factor->is_on && !known->credential.factor.is_on) {
        status = error_set_field(err, STATUS_NOT_FOUND, "name", _("This account has no second factor."));
    }
    if (status == STATUS_OK) {
        struct credential credential = known->credential;
        credential_set_factor(&credential, factor);
        status = session_put_credential(site, login, &credential, err);
    }
    if (status == STATUS_OK) {
        status = staff_get(site->store, user, &staff, err);
    }
    if (status == STATUS_OK) {
        staff.has_second_factor = factor->is_on;
        status = staff_update_account(site->store, &staff, NULL, NULL, err);
    }
    staff_release(&staff);
    return status == STATUS_OK ? session_save_keys(site, err) : status;
}

enum status factor_confirm(struct actor *actor, const struct factor_offer *offer, const char *code, struct factor_codes *out,
                           struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "session.factor_add", "users", UID_NONE);
    struct factor_codes codes;
    struct second_factor factor;
    enum status status = step_up_require(actor, STEP_UP_SIGN_US, err);
    if (status == STATUS_OK) {
        status = take_code(actor, &offer->secret, code, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act.record = actor->user;
    act.risk = RISK_LEVEL_HIGH;
    const struct key_user *own = key_file_find_user_by_id(&actor->site->keys, actor->user);
    if (own == NULL) {
        status = error_set(err, STATUS_NOT_FOUND, _("You have no account on this device."));
    } else { /* the public key stays the same through all changes of the account */
        second_factor_make(&factor, own->credential.public_key, &offer->secret, codes.text);
        status = put_factor(actor->site, actor->user, actor->login, &factor, err);
    }
    status = act_end(&act, status, err);
    if (status == STATUS_OK) {
        *out = codes;
    }
    mem_wipe(&codes, sizeof codes);
    return status;
}

static enum status remove_it(struct act *act, const char *login, const char *reason, struct error *err)
{
    struct site *site = act->actor->site;
    struct staff staff = {0};
    const struct second_factor none = {.is_on = false};
    enum status status = staff_find(site->store, login, &staff, err);
    if (status == STATUS_OK) {
        act->record = staff.user;
        act_set_reason(act, reason);
        if (uid_compare(staff.user, act->actor->user) == 0) {
            status = error_set_field(err, STATUS_REFUSED, "name",
                                     _("This is your own account. Another administrator has to change it."));
        }
    }
    if (status == STATUS_OK) {
        status = put_factor(site, staff.user, login, &none, err);
    }
    if (status == STATUS_OK) { /* whoever has the phone now has no session either */
        status = session_end_all(site->store, staff.user, SESSION_END_REVOKED, clock_now_us(site->clock), err);
    }
    staff_release(&staff);
    return status;
}

enum status factor_remove(struct actor *actor, const char *login, const char *reason, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.factor_remove", "users", UID_NONE);
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = act_reason_check(reason, err);
    }
    if (status == STATUS_OK) {
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act.risk = RISK_LEVEL_HIGH;
    return act_end(&act, remove_it(&act, login, reason, err), err);
}

struct factor_state factor_state(const struct site *site, struct uid user)
{
    const struct key_user *known = key_file_find_user_by_id(&site->keys, user);
    return known == NULL || !known->credential.factor.is_on
               ? (struct factor_state){false, 0}
               : (struct factor_state){true, known->credential.factor.code_count};
}
