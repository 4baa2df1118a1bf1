/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/rekey.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/lockout.h"
#include "service/act.h"
#include "service/recovery_mark.h"
#include "service/session_private.h"
#include "service/step_up.h"
#include "store/audit_store.h"

struct changing {
    struct site *site;
    const struct secret *next_key;
    uint32_t next_epoch;
    int slots;
    rekey_reached_fn reached;
};

static enum status write_slots(void *context, struct error *err)
{
    struct changing *c = context;
    enum status status = session_read_keys(c->site, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct key_file *keys = &c->site->keys;
    uint32_t now = store_epoch(c->site->store);
    for (size_t i = keys->slots.len; i-- > 0;) { /* of attempts that were killed: before the copy, or behind it */
        if (i < keys->slots.len && keys->slots.items[i].epoch != now) {
            key_file_drop_epoch(keys, keys->slots.items[i].epoch);
        }
    }
    size_t before = keys->slots.len;
    key_file_add_epoch(keys, &c->site->device, c->next_key, c->next_epoch);
    c->slots = (int)(keys->slots.len - before);
    return session_save_keys(c->site, err);
}

static void reached(void *context, enum rekey_step step)
{
    struct changing *c = context;
    if (c->reached != NULL) {
        c->reached(NULL, step);
    }
}

/* Slots of a key that opens nothing any more. */
static enum status drop_epoch(struct site *site, uint32_t epoch, struct error *err)
{
    enum status status = session_read_keys(site, err);
    if (status == STATUS_OK) {
        key_file_drop_epoch(&site->keys, epoch);
        status = session_save_keys(site, err);
    }
    return status;
}

static enum status change_key(struct actor *actor, struct changing *c, struct rekey_report *report, struct error *err)
{
    struct site *site = actor->site;
    struct rekey rekey = {.next_key = c->next_key, .next_epoch = c->next_epoch, .write_slots = write_slots, .context = c,
                          .wait_ms = REKEY_WAIT_MS, .reached = reached};
    uint32_t old_epoch = store_epoch(site->store);
    enum status status = store_rekey(site->store, &rekey, err);
    site->epoch = store_epoch(site->store);
    if (status != STATUS_OK) {
        if (site->epoch == old_epoch && drop_epoch(site, c->next_epoch, NULL) != STATUS_OK) {
            return status; /* slots of a key that opens nothing: the next attempt drops them */
        }
        return status;
    }
    struct act act = ACT(actor, PERMISSION_SITE_ADMIN, "site.rekey", "sites", UID_NONE);
    act.record = site->row.id;
    act.risk = RISK_LEVEL_HIGH;
    (void)snprintf(act.details, sizeof act.details, "epoch %u, %d slots", (unsigned)c->next_epoch, c->slots); /* fits; not shown */
    status = act_begin(&act, err);
    if (status == STATUS_OK) {
        status = act_end(&act, drop_epoch(site, old_epoch, err), err);
    }
    site_tell_agent(site, c->next_key);
    *report = (struct rekey_report){.epoch = c->next_epoch, .slots = c->slots, .bytes = rekey.bytes, .paused_us = rekey.paused_us};
    /* Everybody who was open looks several times a second; then nothing on the disk leads from the old key to the new one. */
    const struct timespec back = {REKEY_BACK_MS / 1000, REKEY_BACK_MS % 1000 * 1000000L};
    (void)nanosleep(&back, NULL);
    enum status destroyed = store_rekey_finish(site->store, err);
    return status == STATUS_OK ? destroyed : status;
}

enum status site_rekey(struct actor *actor, rekey_reached_fn reached_fn, struct rekey_report *out, struct error *err)
{
    struct act begin = ACT(actor, PERMISSION_SITE_ADMIN, "site.rekey_begin", "sites", UID_NONE);
    struct rekey_report report = {0};
    struct secret next = SECRET_INIT;
    int64_t begun_us = clock_monotonic_us();
    enum status status = act_permit(actor, begin.permission, begin.action, err);
    if (status == STATUS_OK) {
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    begin.risk = RISK_LEVEL_HIGH;
    if (status == STATUS_OK) {
        status = act_read(&begin, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    secret_init_random(&next, SECRET_KEY_BYTES);
    struct changing c = {.site = actor->site, .next_key = &next, .next_epoch = store_epoch(actor->site->store) + 1,
                         .reached = reached_fn};
    status = change_key(actor, &c, &report, err);
    secret_release(&next);
    if (status == STATUS_OK) {
        report.total_us = clock_monotonic_us() - begun_us;
        *out = report;
    }
    return status;
}

/* ---- the recovery key ---- */

static enum status replace_recovery(struct site *site, const uint8_t public_key[USER_KEY_BYTES], struct error *err)
{
    struct key_slot slot;
    enum status status = session_read_keys(site, err);
    if (status != STATUS_OK) {
        return status;
    }
    key_file_drop_recovery(&site->keys);
    key_slot_for_recovery(&slot, &site->device, public_key, store_data_key(site->store), store_epoch(site->store));
    key_file_put_slot(&site->keys, &slot);
    status = session_save_keys(site, err);
    return status == STATUS_OK ? site_keep_device(site, err) : status;
}

enum status site_renew_recovery(struct actor *actor, char **out_text, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SITE_ADMIN, "site.recovery_renew", "sites", UID_NONE);
    struct secret key = SECRET_INIT;
    uint8_t public_key[USER_KEY_BYTES];
    char text[RECOVERY_TEXT_MAX];
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act.record = actor->site->row.id;
    act.risk = RISK_LEVEL_HIGH;
    recovery_key_new(&key, public_key);
    recovery_key_text(&key, text);
    status = recovery_mark_set(actor->site->folder, err); /* from here on nobody has seen the key that counts */
    if (status == STATUS_OK) {
        status = replace_recovery(actor->site, public_key, err);
    }
    status = act_end(&act, status, err);
    if (status == STATUS_OK) {
        *out_text = mem_copy_text(text);
    }
    mem_wipe(text, sizeof text);
    secret_release(&key);
    return status;
}

/* The account under a new password, in the key file and in its rows, with a record that names no actor: nobody signed in. */
static enum status give_password(struct site *site, const char *login, struct credential *fresh, struct staff *staff,
                                 struct error *err)
{
    const struct audit_entry entry = {.role = "", .session = "", .action = "site.recover", .table = "users", .record = staff->user,
                                      .outcome = "ok", .details = "", .risk = RISK_LEVEL_CRITICAL, .address = "local"};
    char verifier[PASSWORD_VERIFIER_TEXT], salt[PASSWORD_SALT_TEXT];
    credential_verifier_text(fresh, verifier);
    credential_salt_text(fresh, salt);
    struct staff changed = *staff; /* borrows the strings */
    changed.verifier = verifier;
    changed.salt = salt;
    changed.is_disabled = false;
    changed.has_second_factor = false;
    enum status status = session_put_credential(site, login, fresh, err);
    if (status == STATUS_OK) {
        status = staff_update_account(site->store, &changed, NULL, NULL, err);
    }
    if (status == STATUS_OK) {
        status = session_end_all(site->store, staff->user, SESSION_END_REVOKED, clock_now_us(site->clock), err);
    }
    if (status == STATUS_OK) {
        status = audit_append(site->store, &entry, err);
    }
    return status == STATUS_OK ? session_save_keys(site, err) : status;
}

static enum status recover_account(struct site *site, const char *login, const char *password, struct password_cost cost,
                                   struct error *err)
{
    struct staff staff = {0};
    struct credential fresh;
    enum status status = store_begin(site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = staff_find(site->store, login, &staff, err);
    if (status == STATUS_OK) {
        status = session_read_keys(site, err);
    }
    if (status == STATUS_OK) {
        status = credential_new(staff.user, password, cost, &fresh, err);
    }
    if (status == STATUS_OK) {
        const struct key_user *known = key_file_find_user_by_id(&site->keys, staff.user);
        fresh.serial = known != NULL ? known->credential.serial + 1 : 1;
        status = give_password(site, login, &fresh, &staff, err);
    }
    staff_release(&staff);
    if (status == STATUS_OK) {
        return store_commit(site->store, err);
    }
    store_rollback(site->store);
    return status;
}

enum status site_recover(struct site *site, const char *recovery_text, const char *login, const char *password,
                         struct password_cost cost, struct error *err)
{
    struct secret key = SECRET_INIT, data_key = SECRET_INIT;
    uint8_t public_key[USER_KEY_BYTES], tag[LOGIN_TAG_BYTES];
    const char *const own_words[] = {login, NULL};
    enum status status = password_check(password, false, own_words, err);
    if (status == STATUS_OK && cost.passes == 0) {
        status = password_calibrate(PASSWORD_DEFAULT_KIB, &cost, err);
    }
    if (status == STATUS_OK) {
        status = recovery_key_parse(recovery_text, &key, public_key, err);
    }
    if (status == STATUS_OK) {
        status = key_file_recover(&site->keys, &key, site->epoch, &data_key, err);
    }
    if (status == STATUS_OK) {
        status = site_open_store(site, &data_key, err);
    }
    if (status == STATUS_OK) {
        status = recover_account(site, login, password, cost, err);
    }
    if (status == STATUS_OK) {
        char *path = session_lockout_path(site);
        key_file_login_tag(&site->device, login, tag);
        status = lockout_clear(path, &site->device, tag, err);
        mem_free(path);
    }
    secret_release(&key);
    secret_release(&data_key);
    return status;
}
