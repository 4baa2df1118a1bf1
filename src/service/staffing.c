/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/staffing.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/lockout.h"
#include "service/act.h"
#include "service/colleagues.h"
#include "service/factors.h"
#include "service/session_private.h"

/* The account as rows; the key file holds what opens the door. */
static enum status insert_rows(struct site *site, const struct credential *credential, const char *login,
                               const char *first_name, const char *last_name, enum role role, struct error *err)
{
    char verifier[PASSWORD_VERIFIER_TEXT], salt[PASSWORD_SALT_TEXT], none[] = "";
    struct staff staff = {.id = uid_new(site->clock), .user = credential->user_id, .site = site->row.id,
                          .login = mem_copy_text(login), .first_name = mem_copy_text(first_name),
                          .last_name = mem_copy_text(last_name), .role = role, .employee_number = none,
                          .verifier = verifier, .salt = salt, .credential = colleagues_record(site, credential)};
    credential_verifier_text(credential, verifier);
    credential_salt_text(credential, salt);
    enum status status = staff_insert(site->store, &staff, err);
    mem_free(staff.login);
    mem_free(staff.first_name);
    mem_free(staff.last_name);
    mem_free(staff.credential);
    return status;
}

enum status staff_add(struct actor *actor, const char *login, const char *first_name, const char *last_name, enum role role,
                      const char *password, bool is_one_time, struct password_cost cost, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_STAFF_ADMIN, "staff.add", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct site *site = actor->site;
    const char *const own_words[] = {login, site->row.name, NULL};
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.add", "staff_members", UID_NONE);
    struct credential credential;
    if (login[0] == '\0' || strlen(login) > LOGIN_MAX_BYTES) {
        return error_set_field(err, STATUS_INVALID, "login", _("Type a sign-in name."));
    }
    enum status status = password_check(password, false, own_words, err);
    if (status == STATUS_OK) {
        status = session_choose_cost(actor->site, &cost, err);
    }
    if (status == STATUS_OK) {
        status = credential_new(uid_new(site->clock), password, cost, &credential, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    credential.serial = 1;
    credential.is_one_time = is_one_time;
    act.record = credential.user_id;
    act.risk = RISK_LEVEL_HIGH;
    status = session_read_keys(site, err);
    if (status == STATUS_OK) {
        status = session_put_credential(site, login, &credential, err);
    }
    if (status == STATUS_OK) {
        status = insert_rows(site, &credential, login, first_name, last_name, role, err);
    }
    if (status == STATUS_OK) {
        /* Keys first: an account without rows cannot sign in and is replaced by the next try; rows without keys would be
         * an account that nobody can open. */
        status = session_save_keys(site, err);
    }
    return act_end(&act, status, err);
}

enum status staff_list_all(struct actor *actor, struct staff_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.list", "staff_members", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? staff_list_get(actor->site->store, out, err) : status;
}

enum status staff_list_again(struct actor *actor, struct staff_list *out, struct error *err)
{
    enum status status = act_permit(actor, PERMISSION_STAFF_ADMIN, "staff.list", err);
    return status == STATUS_OK ? staff_list_get(actor->site->store, out, err) : status;
}

enum status staff_look(struct actor *actor, const char *login, struct staff *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.look", "staff_members", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? staff_find(actor->site->store, login, out, err) : status;
}

enum status staff_user_of(struct actor *actor, const char *login, struct uid *out, struct error *err)
{
    struct staff staff = {0};
    if (!actor_may(actor, PERMISSION_AUDIT_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = staff_find(actor->site->store, login, &staff, err);
    if (status == STATUS_OK) {
        *out = staff.user;
    }
    staff_release(&staff);
    return status;
}

/* ---- changing what is there ---- */

/* Begins an act on somebody else's account: the row, the key file's entry, both read inside the transaction. */
static enum status begin_on(struct act *act, const char *login, const char *reason, struct staff *out,
                            struct credential *out_credential, struct error *err)
{
    struct site *site = act->actor->site;
    const struct key_user *user = NULL;
    memset(out, 0, sizeof *out);
    act_because(act, reason);
    enum status status = act_begin(act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = staff_find(site->store, login, out, err);
    if (status == STATUS_OK) {
        act->record = out->user;
        act->risk = RISK_LEVEL_HIGH;
        if (uid_compare(out->user, act->actor->user) == 0) {
            status = error_set_field(err, STATUS_REFUSED, "name",
                                     _("This is your own account. Another administrator has to change it."));
        }
    }
    if (status == STATUS_OK) {
        status = session_read_keys(site, err);
    }
    if (status == STATUS_OK) {
        user = key_file_find_user_by_id(&site->keys, out->user);
        if (user == NULL) {
            status = error_set_field(err, STATUS_NOT_FOUND, "name", _("This person has no account on this device."));
        } else {
            *out_credential = user->credential;
        }
    }
    return status == STATUS_OK ? STATUS_OK : act_end(act, status, err);
}

static enum status set_disabled(struct actor *actor, const char *login, bool is_disabled, const char *reason, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, is_disabled ? "staff.disable" : "staff.enable", "users", UID_NONE);
    struct staff staff;
    struct credential credential;
    struct store *store = actor->site->store;
    enum status status = begin_on(&act, login, reason, &staff, &credential, err);
    if (status != STATUS_OK) {
        staff_release(&staff);
        return status;
    }
    if (staff.is_disabled == is_disabled) {
        status = error_set_field(err, STATUS_EXISTS, "name",
                                 is_disabled ? _("This account is disabled already.") : _("This account is open already."));
    } else {
        staff.is_disabled = is_disabled;
        credential.is_disabled = is_disabled;
        credential.serial++;
        status = staff_update_account(store, &staff, &act.old_values, &act.new_values, err);
    }
    if (status == STATUS_OK && is_disabled) {
        status = session_end_all(store, staff.user, SESSION_END_REVOKED, clock_now_us(actor->site->clock), err);
    }
    if (status == STATUS_OK) {
        status = session_put_credential(actor->site, login, &credential, err);
    }
    if (status == STATUS_OK) {
        status = session_save_keys(actor->site, err);
    }
    staff_release(&staff);
    return act_end(&act, status, err);
}

enum status staff_disable(struct actor *actor, const char *login, const char *reason, struct error *err)
{
    return set_disabled(actor, login, true, reason, err);
}

enum status staff_enable(struct actor *actor, const char *login, const char *reason, struct error *err)
{
    return set_disabled(actor, login, false, reason, err);
}

enum status staff_change_role(struct actor *actor, const char *login, enum role role, const char *reason, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.role", "staff_members", UID_NONE);
    struct staff staff;
    struct credential credential;
    enum status status = begin_on(&act, login, reason, &staff, &credential, err);
    if (status != STATUS_OK) {
        staff_release(&staff);
        return status;
    }
    if (staff.role == role) {
        status = error_set_field(err, STATUS_EXISTS, "role", _("This person has that role already."));
    } else {
        staff.role = role;
        status = staff_update_role(actor->site->store, &staff, &act.old_values, &act.new_values, err);
    }
    if (status == STATUS_OK) { /* a session keeps the role it began with */
        status = session_end_all(actor->site->store, staff.user, SESSION_END_REVOKED, clock_now_us(actor->site->clock), err);
    }
    staff_release(&staff);
    return act_end(&act, status, err);
}

/* Verifier and salt of the rows follow the credential. */
static enum status save_credential(struct act *act, struct staff *staff, struct credential *credential, struct error *err)
{
    struct site *site = act->actor->site;
    mem_free(staff->verifier);
    mem_free(staff->salt);
    staff->verifier = mem_alloc(PASSWORD_VERIFIER_TEXT);
    staff->salt = mem_alloc(PASSWORD_SALT_TEXT);
    credential_verifier_text(credential, staff->verifier);
    credential_salt_text(credential, staff->salt);
    /* Neither goes into the audit row. */
    enum status status = staff_update_account(site->store, staff, NULL, NULL, err);
    if (status == STATUS_OK) {
        status = session_put_credential(site, staff->login, credential, err);
    }
    return status == STATUS_OK ? session_save_keys(site, err) : status;
}

static enum status forget_wrong_tries(struct site *site, const char *login, struct error *err)
{
    uint8_t tag[LOGIN_TAG_BYTES];
    char *path = session_lockout_path(site);
    key_file_login_tag(&site->device, login, tag);
    enum status status = lockout_clear(path, &site->device, tag, err);
    mem_free(path);
    return status;
}

enum status staff_reset(struct actor *actor, const char *login, const char *password, struct password_cost cost, const char *reason,
                        struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_STAFF_ADMIN, "staff.reset", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.reset", "users", UID_NONE);
    const char *const own_words[] = {login, actor->site->row.name, NULL};
    struct staff staff;
    struct credential credential, fresh;
    enum status status = password_check(password, false, own_words, err);
    if (status == STATUS_OK) {
        status = session_choose_cost(actor->site, &cost, err);
    }
    if (status == STATUS_OK) {
        status = begin_on(&act, login, reason, &staff, &credential, err);
        if (status != STATUS_OK) {
            staff_release(&staff);
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    /* What the old password wrapped is lost with it: a new key pair. */
    status = credential_new(staff.user, password, cost, &fresh, err);
    if (status == STATUS_OK) {
        fresh.serial = credential.serial + 1;
        fresh.is_disabled = credential.is_disabled;
        fresh.is_one_time = true;
        status = save_credential(&act, &staff, &fresh, err);
    }
    if (status == STATUS_OK) {
        status = session_end_all(actor->site->store, staff.user, SESSION_END_REVOKED, clock_now_us(actor->site->clock), err);
    }
    if (status == STATUS_OK) {
        status = forget_wrong_tries(actor->site, login, err);
    }
    staff_release(&staff);
    return act_end(&act, status, err);
}

enum status staff_unlock(struct actor *actor, const char *login, const char *reason, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.unlock", "users", UID_NONE);
    struct staff staff;
    struct credential credential;
    enum status status = begin_on(&act, login, reason, &staff, &credential, err);
    if (status == STATUS_OK) {
        status = act_end(&act, forget_wrong_tries(actor->site, login, err), err);
    }
    staff_release(&staff);
    return status;
}

enum status own_password_change(struct actor *actor, const char *old_password, const char *new_password,
                                struct password_cost cost, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "session.password", "users", UID_NONE);
    struct site *site = actor->site;
    const char *const own_words[] = {actor->login, actor->name, site->row.name, NULL};
    struct secret user_key = SECRET_INIT;
    struct staff staff = {0};
    struct credential fresh;
    struct uid user;
    enum status status = session_check_password(site, actor->login, old_password, NULL, &user, err);
    if (status == STATUS_OK) {
        status = password_check(new_password, factor_state(site, actor->user).is_on, own_words, err);
    }
    if (status == STATUS_OK && actor->must_change_password && strcmp(old_password, new_password) == 0) {
        status = error_set_field(err, STATUS_INVALID, "password", _("Somebody else knows that one. Choose another."));
    }
    if (status == STATUS_OK) {
        status = session_choose_cost(actor->site, &cost, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act.record = actor->user;
    act.risk = RISK_LEVEL_MEDIUM;
    status = session_read_keys(site, err);
    const struct key_user *own = status == STATUS_OK ? key_file_find_user_by_id(&site->keys, actor->user) : NULL;
    if (status == STATUS_OK && own == NULL) {
        status = error_set(err, STATUS_NOT_FOUND, _("You have no account on this device."));
    }
    if (status == STATUS_OK) {
        status = credential_unlock(&own->credential, old_password, &user_key, err);
    }
    if (status == STATUS_OK) { /* the same key pair: slots on other devices go on working */
        status = credential_rewrap(&own->credential, &user_key, new_password, cost, &fresh, err);
    }
    if (status == STATUS_OK) {
        fresh.is_one_time = false;
        status = staff_get(site->store, actor->user, &staff, err);
    }
    if (status == STATUS_OK) {
        status = save_credential(&act, &staff, &fresh, err);
    }
    secret_release(&user_key);
    staff_release(&staff);
    status = act_end(&act, status, err);
    actor->must_change_password = actor->must_change_password && status != STATUS_OK;
    return status;
}
