/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/staffing.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"

/* The account as rows; the key file holds what opens the door. */
static enum status insert_rows(struct site *site, const struct credential *credential, const char *login,
                               const char *first_name, const char *last_name, enum role role, struct error *err)
{
    char verifier[PASSWORD_VERIFIER_TEXT], salt[PASSWORD_SALT_TEXT], none[] = "";
    struct staff staff = {.id = uid_new(site->clock), .user = credential->user_id, .site = site->row.id,
                          .login = mem_copy_text(login), .first_name = mem_copy_text(first_name),
                          .last_name = mem_copy_text(last_name), .role = role, .employee_number = none,
                          .verifier = verifier, .salt = salt, .credential = none};
    credential_verifier_text(credential, verifier);
    credential_salt_text(credential, salt);
    enum status status = staff_insert(site->store, &staff, err);
    mem_free(staff.login);
    mem_free(staff.first_name);
    mem_free(staff.last_name);
    return status;
}

enum status staff_add(struct actor *actor, const char *login, const char *first_name, const char *last_name, enum role role,
                      const char *password, struct password_cost cost, struct error *err)
{
    struct site *site = actor->site;
    const char *const own_words[] = {login, site->row.name, NULL};
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.add", "staff_members", UID_NONE);
    struct credential credential;
    struct key_slot slot;
    if (login[0] == '\0' || strlen(login) > LOGIN_MAX_BYTES) {
        return error_set_field(err, STATUS_INVALID, "login", _("Type a sign-in name."));
    }
    enum status status = password_check(password, false, own_words, err);
    if (status == STATUS_OK && cost.passes == 0) {
        status = password_calibrate(PASSWORD_DEFAULT_KIB, &cost, err);
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
    credential_sign(&credential, &site->device.signing);
    act.record = credential.user_id;
    act.risk = RISK_LEVEL_HIGH;
    status = key_file_put_user(&site->keys, &site->device, login, &credential, err);
    if (status == STATUS_OK) {
        key_slot_for_user(&slot, &site->device, &credential, store_data_key(site->store), site->epoch);
        key_file_put_slot(&site->keys, &slot);
        status = insert_rows(site, &credential, login, first_name, last_name, role, err);
    }
    if (status == STATUS_OK) {
        /* Keys first: an account without rows cannot sign in and is replaced by the next try; rows without keys would be
         * an account that nobody can open. */
        char *path = mem_format("%s/keys", site->folder);
        status = key_file_save(&site->keys, path, &site->device, err);
        mem_free(path);
    }
    return act_end(&act, status, err);
}

enum status staff_list_all(struct actor *actor, struct staff_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.list", "staff_members", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? staff_list_get(actor->site->store, out, err) : status;
}
