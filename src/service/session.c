/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in, unlocking, signing out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypt/lockout.h"
#include "service/colleagues.h"
#include "service/erasure_ledger.h"
#include "service/knowledge_site.h"
#include "service/session_private.h"
#include "service/site.h"
#include "store/audit_store.h"
#include "store/dose_claim_store.h"
#include "store/sealed_vfs.h"


/* The client of an SSH session, else "local"; only the address, cleaned by its alphabet. Caller frees. */
static char *client_address(void)
{
    const char *ssh = getenv("SSH_CONNECTION");
    size_t len = ssh == NULL ? 0 : strspn(ssh, "0123456789abcdefABCDEF.:");
    return len == 0 || len > 45 ? mem_copy_text("local") : mem_copy_bytes(ssh, len);
}

char *session_lockout_path(const struct site *site)
{
    return mem_format("%s/lockout", site->folder);
}

enum status session_read_keys(struct site *site, struct error *err)
{
    struct key_file fresh = KEY_FILE_INIT;
    char *path = mem_format("%s/keys", site->folder);
    enum status status = key_file_load(path, &site->device, &fresh, err);
    if (status == STATUS_OK) {
        key_file_release(&site->keys);
        site->keys = fresh;
        /* The key may have been changed since the site was opened: a sign-in screen stands for days. */
        char *db = mem_format("%s/site.db", site->folder);
        if (site->store != NULL) {
            site->epoch = store_epoch(site->store);
        } else {
            status = sealed_vfs_epoch(db, &site->epoch, err);
        }
        mem_free(db);
    }
    mem_free(path);
    return status;
}

enum status session_save_keys(struct site *site, struct error *err)
{
    char *path = mem_format("%s/keys", site->folder);
    enum status status = key_file_save(&site->keys, path, &site->device, err);
    mem_free(path);
    return status;
}

enum status session_put_credential(struct site *site, const char *login, struct credential *credential, struct error *err)
{
    struct key_slot slot;
    credential_sign(credential, &site->device.signing);
    enum status status = key_file_put_user(&site->keys, &site->device, login, credential, err);
    if (status == STATUS_OK && !credential->is_disabled) {
        key_slot_for_user(&slot, &site->device, credential, store_data_key(site->store), site->epoch);
        key_file_put_slot(&site->keys, &slot);
    }
    return status == STATUS_OK ? colleagues_publish(site, credential, err) : status;
}

/* {0,0}: the site has none. */
static struct password_cost policy_of(const struct site *site)
{
    int mib = settings_number(&site->settings, SETTING_PASSWORD_MEMORY);
    uint32_t kib = (uint32_t)mib * 1024;
    return mib == 0 ? (struct password_cost){0, 0}
                    : (struct password_cost){PASSWORD_COST_DEFAULT.passes, kib < PASSWORD_FLOOR_KIB ? PASSWORD_FLOOR_KIB : kib};
}

enum status session_choose_cost(const struct site *site, struct password_cost *cost, struct error *err)
{
    if (cost->passes == 0) {
        *cost = policy_of(site);
    }
    return cost->passes == 0 ? password_calibrate(PASSWORD_DEFAULT_KIB, cost, err) : STATUS_OK;
}

/* What was typed beside the password. */
static enum status check_code(struct site *site, const struct key_user *user, const struct secret *user_key, const char *path,
                              const char *code, struct identity *out, struct error *err)
{
    enum factor_match match = FACTOR_NO;
    int64_t now_us = clock_now_us(site->clock), step = 0;
    if (code[0] == '\0') {
        return error_set_field(err, STATUS_STEP_UP, "code",
                               _("Type the code that your phone shows, or one of your recovery codes."));
    }
    const struct credential *c = &user->credential;
    enum status status = second_factor_check(&c->factor, c->public_key, user_key, now_us, code, &match, &step, err);
    if (status != STATUS_OK) {
        return status;
    }
    switch (match) {
    case FACTOR_TOTP:
        return lockout_take_step(path, &site->device, user->login_tag, step, now_us, err);
    case FACTOR_RECOVERY:
        out->spent = step;
        return STATUS_OK;
    case FACTOR_NO:
        break;
    }
    return error_set_field(err, STATUS_BAD_SECRET, "code", _("This code is not right, or it is too old. Type the one that is shown now."));
}

static enum status check_person(struct site *site, const char *login, const char *password, const char *code, const char *path,
                                struct secret *out_data_key, struct identity *out, struct error *err)
{
    struct secret user_key = SECRET_INIT;
    const struct key_user *user = NULL;
    enum status status = key_file_unlock_person(&site->keys, &site->device, login, password, &user, &user_key, err);
    if (status != STATUS_OK) {
        return status;
    }
    *out = (struct identity){.user = user->credential.user_id, .has_factor = user->credential.factor.is_on,
                             .is_one_time = user->credential.is_one_time, .spent = -1};
    if (out->has_factor && code != NULL) {
        status = check_code(site, user, &user_key, path, code, out, err);
    } else if (code != NULL && code[0] != '\0') {
        status = error_set_field(err, STATUS_INVALID, "code", _("This account has no second factor: leave the code empty."));
    }
    if (status == STATUS_OK) {
        status = key_file_open_slot(&site->keys, &site->device, user, &user_key, site->epoch, out_data_key, err);
    }
    secret_release(&user_key);
    return status;
}

enum status session_check_identity(struct site *site, const char *login, const char *password, const char *code,
                                   struct secret *out_data_key, struct identity *out, struct error *err)
{
    struct secret own_key = SECRET_INIT;
    struct secret *key = out_data_key != NULL ? out_data_key : &own_key;
    uint8_t tag[LOGIN_TAG_BYTES];
    struct lockout before;
    char *path = session_lockout_path(site);
    key_file_login_tag(&site->device, login, tag);
    int turn = lockout_turn_begin(path, tag);
    enum status status = lockout_begin(path, &site->device, tag, clock_now_us(site->clock), &before, err);
    bool has_begun = status == STATUS_OK;
    if (status == STATUS_OK) {
        status = session_read_keys(site, err);
    }
    if (status == STATUS_OK) {
        int hash = lockout_hash_begin(path);
        status = check_person(site, login, password, code, path, key, out, err);
        lockout_turn_end(hash);
    }
    if (status == STATUS_OK) {
        out->failures = before.failures;
        status = lockout_clear(path, &site->device, tag, err);
        if (status != STATUS_OK) {
            secret_release(key);
        }
    } else if (has_begun && status != STATUS_BAD_SECRET && lockout_take_back(path, &site->device, tag, &before, NULL) != STATUS_OK) {
        log_write(LOG_WARNING, "a try at signing in that was none stays counted");
    }
    lockout_turn_end(turn);
    secret_release(&own_key);
    mem_free(path);
    return status;
}

enum status session_check_password(struct site *site, const char *login, const char *password, struct secret *out_data_key,
                                   struct uid *out_user, struct error *err)
{
    struct identity who;
    enum status status = session_check_identity(site, login, password, NULL, out_data_key, &who, err);
    if (status == STATUS_OK) {
        *out_user = who.user;
    }
    return status;
}

/* A name may have gone to somebody else since this session began. */
enum status session_is_own(const struct actor *actor, struct uid user, struct error *err)
{
    return uid_compare(user, actor->user) == 0 ? STATUS_OK
                                               : error_set(err, STATUS_BAD_SECRET, _("The name or the password is not right."));
}

enum status session_spend_code(struct site *site, const struct identity *who, struct error *err)
{
    if (who->spent < 0) {
        return STATUS_OK;
    }
    uint8_t left = 0;
    const struct key_user *before = key_file_find_user_by_id(&site->keys, who->user);
    left = before != NULL ? before->credential.factor.code_count : 0;
    enum status status = session_read_keys(site, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < site->keys.users.len; i++) {
        struct credential *c = &site->keys.users.items[i].credential;
        if (uid_compare(c->user_id, who->user) == 0 && c->factor.is_on && c->factor.code_count == left) {
            struct second_factor factor = c->factor;
            second_factor_drop_code(&factor, who->spent);
            credential_set_factor(c, &factor);
            credential_sign(c, &site->device.signing);
            return session_save_keys(site, err);
        }
    }
    return error_set_field(err, STATUS_BAD_SECRET, "code", _("This code was used already. Take the next one of your list."));
}

char *session_short_name(const struct staff *staff)
{
    return staff->first_name[0] == '\0' ? mem_copy_text(staff->last_name)
                                        : mem_format("%.*s. %s", (int)text_next(staff->first_name, 0), staff->first_name,
                                                     staff->last_name);
}

/* From so many wrong tries on, the right one that follows is something to look at: nobody is signed in before it who could
 * be named. */
enum { FAILURES_TOLD = 3 };

static enum status audit_session(struct actor *actor, const char *action, const char *details, enum risk_level risk,
                                 struct error *err)
{
    const struct audit_entry entry = {
        .actor = actor->user,
        .role = enum_word(ENUM_ROLE, (int)actor->role),
        .session = actor->session_id,
        .action = action,
        .table = "session_management",
        .outcome = "ok",
        .details = details,
        .risk = risk,
        .address = actor->address,
    };
    return audit_append(actor->site->store, &entry, err);
}

static enum status session_start(struct actor *actor, const struct identity *who, struct error *err)
{
    struct store *store = actor->site->store;
    struct secret token = SECRET_INIT;
    secret_init_random(&token, SECRET_KEY_BYTES);
    /* The row holds a hash of the token; the token itself lives in this process only. */
    struct secret hashed = SECRET_INIT;
    secret_init_derived(&hashed, &token, "prescripcare.session.1", "", 0);
    const unsigned char *bytes = secret_open(&hashed);
    for (int i = 0; i < 32; i++) {
        (void)snprintf(actor->session_id + 2 * i, 3, "%02x", bytes[i]); /* fits */
    }
    secret_close(&hashed);
    secret_release(&hashed);
    secret_release(&token);
    struct session_row row = {.user = actor->user,
                              .created_us = actor->signed_in_us,
                              .last_activity_us = actor->signed_in_us,
                              .expires_us = actor->expires_us,
                              .address = actor->address,
                              .process_id = (int)getpid()};
    memcpy(row.id, actor->session_id, sizeof row.id);
    enum status status = store_begin(store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = session_insert(store, &row, err);
    if (status == STATUS_OK) {
        status = session_spend_code(actor->site, who, err);
    }
    if (status == STATUS_OK) {
        char details[64];
        const char *how = who->spent >= 0 ? "password+recovery" : who->has_factor ? "password+code" : "password";
        (void)snprintf(details, sizeof details, "%s, failed=%u", how, (unsigned)who->failures); /* fits */
        status = audit_session(actor, "session.start", details, who->failures >= FAILURES_TOLD ? RISK_LEVEL_HIGH : RISK_LEVEL_LOW, err);
    }
    if (status == STATUS_OK) {
        return store_commit(store, err);
    }
    store_rollback(store);
    return status;
}

static void actor_free(struct actor *actor)
{
    if (actor != NULL) {
        secret_release(&actor->pin.verifier);
        mem_free(actor->login);
        mem_free(actor->name);
        mem_free(actor->address);
        mem_free(actor->acknowledged);
        mem_free(actor);
    }
}

/* The same password under the site's present cost: at the one moment when it is there. The caller goes on without it. */
static enum status rehash(struct actor *actor, const char *password, struct password_cost policy, struct error *err)
{
    struct site *site = actor->site;
    struct secret user_key = SECRET_INIT;
    struct staff staff = {0};
    struct credential fresh;
    char verifier[PASSWORD_VERIFIER_TEXT], salt[PASSWORD_SALT_TEXT];
    enum status status = store_begin(site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = session_read_keys(site, err);
    const struct key_user *own = status == STATUS_OK ? key_file_find_user_by_id(&site->keys, actor->user) : NULL;
    if (status == STATUS_OK) {
        status = own != NULL ? credential_unlock(&own->credential, password, &user_key, err) : STATUS_NOT_FOUND;
    }
    if (status == STATUS_OK) {
        status = credential_rewrap(&own->credential, &user_key, password, policy, &fresh, err);
    }
    secret_release(&user_key);
    if (status == STATUS_OK) {
        status = staff_get(site->store, actor->user, &staff, err);
    }
    if (status == STATUS_OK) {
        struct staff changed = staff; /* borrows the strings */
        credential_verifier_text(&fresh, verifier);
        credential_salt_text(&fresh, salt);
        changed.verifier = verifier;
        changed.salt = salt;
        status = staff_update_account(site->store, &changed, NULL, NULL, err);
    }
    if (status == STATUS_OK) {
        status = session_put_credential(site, actor->login, &fresh, err);
    }
    if (status == STATUS_OK) {
        status = audit_session(actor, "session.rehash", "", RISK_LEVEL_LOW, err);
    }
    if (status == STATUS_OK) {
        status = session_save_keys(site, err);
    }
    staff_release(&staff);
    if (status == STATUS_OK) {
        return store_commit(site->store, err);
    }
    store_rollback(site->store);
    return status;
}

static void raise_cost(struct actor *actor, const char *password)
{
    const struct password_cost policy = policy_of(actor->site);
    const struct key_user *own = key_file_find_user_by_id(&actor->site->keys, actor->user);
    if (policy.passes != 0 && own != NULL && password_needs_rehash(&own->credential.params, policy) &&
        rehash(actor, password, policy, NULL) != STATUS_OK) {
        log_write(LOG_WARNING, "a password could not be sealed at the present cost; the next sign-in tries again");
    }
}

enum status session_sign_in_code(struct site *site, const char *login, const char *password, const char *code,
                                 struct actor **out, struct error *err)
{
    struct secret data_key = SECRET_INIT;
    struct staff staff = {0};
    struct identity who;
    enum status status = session_check_identity(site, login, password, code, &data_key, &who, err);
    if (status == STATUS_OK) {
        status = site_open_store(site, &data_key, err);
        secret_release(&data_key);
    }
    if (status == STATUS_OK) {
        status = knowledge_site_load(site, err);
    }
    if (status == STATUS_OK) {
        status = staff_get(site->store, who.user, &staff, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (staff.is_disabled) {
        staff_release(&staff);
        return error_set(err, STATUS_NOT_PERMITTED, _("This account is disabled. Ask the administrator."));
    }
    struct actor *actor = mem_alloc(sizeof *actor);
    *actor = (struct actor){.site = site,
                            .user = who.user,
                            .login = mem_copy_text(staff.login),
                            .name = session_short_name(&staff),
                            .role = staff.role,
                            .address = client_address(),
                            .must_change_password = who.is_one_time,
                            .signed_in_us = clock_now_us(site->clock),
                            .last_sign_off_us = staff.last_sign_off_us};
    actor->expires_us =
        actor->signed_in_us + settings_number(&site->settings, SETTING_SESSION_HOURS) * US_PER_HOUR;
    staff_release(&staff);
    status = session_start(actor, &who, err);
    if (status != STATUS_OK) {
        actor_free(actor);
        return status;
    }
    int erased_again = 0;
    if (erasure_ledger_replay(actor, &erased_again, err) != STATUS_OK) { /* nobody is let in before */
        enum status refused = err != NULL ? err->status : STATUS_IO;
        session_sign_out(actor, SESSION_END_SIGNED_OUT);
        return refused;
    }
    if (erased_again > 0) {
        log_write(LOG_WARNING, "erased again after an older copy was put back: %d", erased_again);
    }
    raise_cost(actor, password);
    if (colleagues_adopt(site, NULL) != STATUS_OK) {
        log_write(LOG_WARNING, "accounts of other devices could not be taken over; the next sign-in tries again");
    }
    *out = actor;
    return STATUS_OK;
}

void session_allow_given_password(struct actor *actor)
{
    actor->must_change_password = false;
}

enum status session_sign_in(struct site *site, const char *login, const char *password, struct actor **out, struct error *err)
{
    return session_sign_in_code(site, login, password, "", out, err);
}

enum status session_check(const struct actor *actor, struct error *err)
{
    struct session_state state;
    enum status status = session_get(actor->site->store, actor->session_id, &state, err);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? error_set(err, STATUS_SIGNED_OUT, _("Your session is not known here. Sign in again."))
                                          : status;
    }
    if (!state.is_active) {
        return error_set(err, STATUS_SIGNED_OUT, _("Your session has ended (%s). What you typed is kept; sign in again."),
                         enum_label(ENUM_SESSION_END, (int)state.end_reason));
    }
    return clock_now_us(actor->site->clock) < state.expires_us
               ? STATUS_OK
               : error_set(err, STATUS_SIGNED_OUT, _("Your session's hours are up. What you typed is kept; sign in again."));
}

void session_sign_out(struct actor *actor, enum session_end reason)
{
    if (actor == NULL) {
        return;
    }
    struct store *store = actor->site->store;
    int64_t now_us = clock_now_us(actor->site->clock);
    if (store_begin(store, NULL) == STATUS_OK) {
        enum status status = session_end(store, actor->session_id, reason, now_us, NULL);
        if (status == STATUS_OK) {
            status = dose_claim_remove_session(store, actor->session_id, NULL);
        }
        if (status == STATUS_OK) {
            status = staff_set_sign_off(store, actor->user, now_us, NULL);
        }
        if (status == STATUS_OK) {
            status = audit_session(actor, "session.end", "", RISK_LEVEL_LOW, NULL);
        }
        audit_request_checkpoint(store);
        /* The row stays active when the disk is full; its expiry ends it. */
        if (status != STATUS_OK || store_commit(store, NULL) != STATUS_OK) {
            store_rollback(store);
        }
    }
    actor_free(actor);
}
