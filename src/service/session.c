/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in, unlocking, signing out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypt/lockout.h"
#include "service/knowledge_site.h"
#include "service/session_private.h"
#include "service/site.h"
#include "store/audit_store.h"


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

enum status session_check_password(struct site *site, const char *login, const char *password, struct secret *out_data_key,
                                   struct uid *out_user, struct error *err)
{
    struct secret own_key = SECRET_INIT;
    struct secret *key = out_data_key != NULL ? out_data_key : &own_key;
    uint8_t tag[LOGIN_TAG_BYTES];
    struct lockout lockout;
    char *path = session_lockout_path(site);
    int64_t now_us = clock_now_us(site->clock);
    key_file_login_tag(&site->device, login, tag);
    enum status status = lockout_check(path, &site->device, tag, now_us, &lockout, err);
    if (status == STATUS_OK) {
        status = session_read_keys(site, err);
    }
    if (status == STATUS_OK) {
        status = key_file_unlock(&site->keys, &site->device, login, password, site->epoch, key, out_user, err);
        if (status == STATUS_BAD_SECRET) {
            enum status counted = lockout_fail(path, &site->device, tag, now_us, NULL);
            status = counted == STATUS_OK ? status : counted; /* a try that cannot be counted is no try */
        } else if (status == STATUS_OK && lockout.failures > 0) {
            status = lockout_clear(path, &site->device, tag, err);
        }
    }
    secret_release(&own_key);
    mem_free(path);
    return status;
}

char *session_short_name(const struct staff *staff)
{
    return staff->first_name[0] == '\0' ? mem_copy_text(staff->last_name)
                                        : mem_format("%.*s. %s", (int)text_next(staff->first_name, 0), staff->first_name,
                                                     staff->last_name);
}

static enum status audit_session(struct actor *actor, const char *action, struct error *err)
{
    const struct audit_entry entry = {
        .actor = actor->user,
        .role = enum_word(ENUM_ROLE, (int)actor->role),
        .session = actor->session_id,
        .action = action,
        .table = "session_management",
        .outcome = "ok",
        .details = "",
        .risk = RISK_LEVEL_LOW,
        .address = actor->address,
    };
    return audit_append(actor->site->store, &entry, err);
}

static enum status session_start(struct actor *actor, struct error *err)
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
        status = audit_session(actor, "session.start", err);
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
        mem_free(actor->login);
        mem_free(actor->name);
        mem_free(actor->address);
        mem_free(actor);
    }
}

enum status session_sign_in(struct site *site, const char *login, const char *password, struct actor **out,
                            struct error *err)
{
    struct secret data_key = SECRET_INIT;
    struct staff staff = {0};
    struct uid user;
    enum status status = session_check_password(site, login, password, &data_key, &user, err);
    if (status == STATUS_OK) {
        status = site_open_store(site, &data_key, err);
        secret_release(&data_key);
    }
    if (status == STATUS_OK) {
        status = knowledge_site_load(site, err);
    }
    if (status == STATUS_OK) {
        status = staff_get(site->store, user, &staff, err);
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
                            .user = user,
                            .login = mem_copy_text(staff.login),
                            .name = session_short_name(&staff),
                            .role = staff.role,
                            .address = client_address(),
                            .signed_in_us = clock_now_us(site->clock),
                            .last_sign_off_us = staff.last_sign_off_us};
    actor->expires_us =
        actor->signed_in_us + settings_number(&site->settings, SETTING_SESSION_HOURS) * US_PER_HOUR;
    staff_release(&staff);
    status = session_start(actor, err);
    if (status != STATUS_OK) {
        actor_free(actor);
        return status;
    }
    *out = actor;
    return STATUS_OK;
}

enum status session_unlock(struct actor *actor, const char *password, struct error *err)
{
    struct uid user;
    return session_check_password(actor->site, actor->login, password, NULL, &user, err);
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

enum status session_touch_now(struct actor *actor, struct error *err)
{
    struct store *store = actor->site->store;
    enum status status = store_begin(store, err);
    if (status == STATUS_OK) {
        status = session_touch(store, actor->session_id, clock_now_us(actor->site->clock), err);
        if (status == STATUS_OK) {
            return store_commit(store, err);
        }
        store_rollback(store);
    }
    return status;
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
            status = staff_set_sign_off(store, actor->user, now_us, NULL);
        }
        if (status == STATUS_OK) {
            status = audit_session(actor, "session.end", NULL);
        }
        audit_request_checkpoint(store);
        /* The row stays active when the disk is full; its expiry ends it. */
        if (status != STATUS_OK || store_commit(store, NULL) != STATUS_OK) {
            store_rollback(store);
        }
    }
    actor_free(actor);
}
