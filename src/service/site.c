/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/site.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk_reserve.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "crypt/device_escrow.h"
#include "host/process.h"
#include "service/recovery_mark.h"
#include "service/site_making.h"
#include "service/site_settings.h"
#include "store/audit_read.h"
#include "store/change.h"
#include "store/sealed_vfs.h"
#include "store/setting_store.h"
#include "sync/agent_client.h"

#define ESCROW_NAME "device.recovery"

static char *home_folder(const char *variable, const char *below_home)
{
    const char *base = getenv(variable);
    if (base != NULL && base[0] == '/') {
        return mem_format("%s/prescripcare", base);
    }
    const char *home = getenv("HOME");
    return mem_format("%s/%s/prescripcare", home != NULL && home[0] == '/' ? home : "/tmp", below_home);
}

char *site_default_folder(void)
{
    char *base = home_folder("XDG_DATA_HOME", ".local/share");
    char *folder = mem_format("%s/site", base);
    mem_free(base);
    return folder;
}

static char *own_device_key_path(struct uid device)
{
    char *base = home_folder("XDG_STATE_HOME", ".local/state"), id[UID_TEXT_MAX];
    char *path = mem_format("%s/device-%s.key", base, uid_format(device, id));
    mem_free(base);
    return path;
}

static char *first_device_key_path(void)
{
    char *base = home_folder("XDG_STATE_HOME", ".local/state");
    char *path = mem_format("%s/device.key", base);
    mem_free(base);
    return path;
}

char *site_device_key_path(const char *folder)
{
    char *keys = mem_format("%s/keys", folder);
    char *own = own_device_key_path(key_file_device(keys));
    mem_free(keys);
    if (access(own, F_OK) == 0) {
        return own;
    }
    mem_free(own);
    return first_device_key_path();
}

/* The folder and those above it, private. */
static char *in_folder(const char *folder, const char *name)
{
    return mem_format("%s/%s", folder, name);
}

static struct store_options options_of(const struct site *site, const char *path, const char *audit_path,
                                       const struct secret *data_key)
{
    return (struct store_options){.path = path,
                                  .audit_path = audit_path,
                                  .data_key = data_key,
                                  .device_key = &site->device,
                                  .epoch = site->epoch,
                                  .clock = site->clock};
}

void site_tell_agent(struct site *site, const struct secret *data_key)
{
    if (site->agent != NULL && site->agent_epoch != site->epoch) { /* it reads each key once */
        agent_give_key(site->agent, data_key, site->epoch);
        site->agent_epoch = site->epoch;
    }
}

enum status site_open_store(struct site *site, const struct secret *data_key, struct error *err)
{
    if (site->store != NULL) {
        return STATUS_OK;
    }
    char *path = in_folder(site->folder, "site.db"), *audit_path = in_folder(site->folder, "audit.key");
    struct store_options options = options_of(site, path, audit_path, data_key);
    enum status status = store_open(&options, &site->store, err);
    if (status == STATUS_OK) {
        status = site_get(site->store, &site->row, err);
    }
    if (status == STATUS_OK) {
        status = zone_open(site->row.zone, &site->zone, err);
    }
    if (status == STATUS_OK) {
        status = site_settings_load(site, err);
    }
    if (status != STATUS_OK) {
        store_close(site->store);
        site->store = NULL;
        site_row_release(&site->row);
    }
    if (status == STATUS_OK) {
        disk_reserve_keep(site->folder);
        site_tell_agent(site, data_key);
    }
    mem_free(path);
    mem_free(audit_path);
    return status;
}

enum status site_open_mirror(const struct site *site, struct store **out, struct error *err)
{
    char *path = in_folder(site->folder, "site.db"), *audit_path = in_folder(site->folder, "audit.key");
    struct store_options options = options_of(site, path, audit_path, store_data_key(site->store));
    options.is_mirror = true;
    enum status status = store_open(&options, out, err);
    mem_free(path);
    mem_free(audit_path);
    return status;
}

void site_shut(struct site *site)
{
    store_close(site->store);
    site->store = NULL;
    site_row_release(&site->row);
    zone_free(site->zone);
    site->zone = NULL;
}

void site_close(struct site *site)
{
    if (site == NULL) {
        return;
    }
    store_close(site->store);
    key_file_release(&site->keys);
    device_key_release(&site->device);
    knowledge_free(site->knowledge);
    for (size_t i = 0; i < site->retired_count; i++) {
        knowledge_free(site->retired[i]);
    }
    mem_free(site->retired);
    for (size_t i = 0; i < site->kept_block_count; i++) {
        mem_free(site->kept_blocks[i]);
    }
    mem_free(site->kept_blocks);
    mem_free(site->knowledge_revision);
    zone_free(site->zone);
    site_row_release(&site->row);
    settings_release(&site->settings);
    mem_free(site->folder);
    mem_free(site->device_key_path);
    mem_free(site);
}

static struct site *site_new(const char *folder, const char *device_key_path, const struct clock *clock)
{
    struct site *site = mem_alloc(sizeof *site);
    site->folder = folder != NULL ? mem_copy_text(folder) : site_default_folder();
    site->device_key_path = device_key_path != NULL ? mem_copy_text(device_key_path) : site_device_key_path(site->folder);
    site->device = (struct device_key)DEVICE_KEY_INIT;
    site->clock = clock;
    site->epoch = 1;
    return site;
}

enum status site_keep_device(const struct site *site, struct error *err)
{
    const uint8_t *recovery = key_file_recovery_public(&site->keys);
    char *path = in_folder(site->folder, ESCROW_NAME);
    enum status status = recovery == NULL ? STATUS_OK
                                          : device_escrow_keep(path, site->device_key_path, &site->device, recovery, err);
    mem_free(path);
    return status;
}

/* Where a key goes that is not there: not over another site's. Caller frees. */
static char *free_device_key_path(const char *keys)
{
    char *first = first_device_key_path();
    if (access(first, F_OK) != 0) {
        return first;
    }
    mem_free(first);
    return own_device_key_path(key_file_device(keys));
}

static enum status make_folder_of(const char *path, struct error *err)
{
    char *folder = mem_copy_text(path), *slash = strrchr(folder, '/');
    enum status status = STATUS_OK;
    if (slash != NULL) {
        *slash = '\0';
        status = site_folder_make(folder, err);
    }
    mem_free(folder);
    return status;
}

enum status site_bring_device_back(const char *folder, const char *device_key_path, const char *recovery_text, struct error *err)
{
    char *keys = in_folder(folder, "keys"), *kept = in_folder(folder, ESCROW_NAME);
    char *there = device_key_path != NULL ? mem_copy_text(device_key_path) : site_device_key_path(folder), *path = NULL;
    struct device_key device = DEVICE_KEY_INIT;
    struct secret key = SECRET_INIT;
    uint8_t public_key[USER_KEY_BYTES];
    enum status status = crypt_init(err);
    bool is_there = status == STATUS_OK && device_key_load(there, &device, NULL) == STATUS_OK &&
                    uid_compare(device.device_id, key_file_device(keys)) == 0;
    if (status == STATUS_OK && !is_there) {
        path = device_key_path != NULL ? mem_copy_text(device_key_path) : free_device_key_path(keys);
        status = recovery_key_parse(recovery_text, &key, public_key, err);
        if (status == STATUS_OK) {
            status = make_folder_of(path, err);
        }
        if (status == STATUS_OK) {
            status = device_escrow_bring_back(kept, &key, public_key, path, err);
        }
    }
    device_key_release(&device);
    secret_release(&key);
    mem_free(keys);
    mem_free(kept);
    mem_free(there);
    mem_free(path);
    return status;
}

enum status site_open(const char *folder, const char *device_key_path, const struct clock *clock, struct site **out,
                      struct error *err)
{
    struct site *site = site_new(folder, device_key_path, clock);
    char *keys = in_folder(site->folder, "keys"), *db = in_folder(site->folder, "site.db");
    const char *const private_paths[] = {site->folder, db, keys, site->device_key_path};
    enum status status = crypt_init(err);
    for (size_t i = 0; status == STATUS_OK && i < sizeof private_paths / sizeof *private_paths; i++) {
        status = process_check_private(private_paths[i], err);
    }
    enum site_making making = status == STATUS_OK ? site_making_look(site->folder) : SITE_MAKING_NONE;
    if (making == SITE_MAKING_ELSEWHERE || making == SITE_MAKING_LEFT_BEHIND) {
        status = error_set(err, making == SITE_MAKING_ELSEWHERE ? STATUS_BUSY : STATUS_NOT_FOUND,
                           making == SITE_MAKING_ELSEWHERE ? _("The site in %s is being made just now. Wait until that is done.")
                                                           : _("The making of the site in %s was not finished. Make it once more."),
                           site->folder);
    }
    (void)disk_reserve_look(site->folder); /* to open the database takes a little room */
    if (status == STATUS_OK && access(db, F_OK) != 0) {
        status = error_set(err, STATUS_NOT_FOUND, _("There is no site in %s. Make one with: prescripcare init, or try the "
                                                    "demo: prescripcare demo."),
                           site->folder);
    }
    if (status == STATUS_OK) {
        status = device_key_load(site->device_key_path, &site->device, err);
        if (status == STATUS_NOT_FOUND) {
            status = error_set(err, STATUS_NOT_FOUND, _("The device key %s is missing. This site opens only on the machine "
                                                        "it was made on, or with its recovery key."),
                               site->device_key_path);
        }
    }
    if (status == STATUS_OK) {
        status = key_file_load(keys, &site->device, &site->keys, err);
    }
    if (status == STATUS_OK && site_keep_device(site, NULL) != STATUS_OK) {
        log_write(LOG_WARNING, "the device key could not be kept for the recovery key");
    }
    if (status == STATUS_OK) {
        status = sealed_vfs_install(NULL, err);
    }
    if (status == STATUS_OK) {
        status = sealed_vfs_epoch(db, &site->epoch, err);
    }
    if (status == STATUS_OK) {
        status = knowledge_open(&site->knowledge, err);
    }
    mem_free(keys);
    mem_free(db);
    if (status != STATUS_OK) {
        site_close(site);
        return status;
    }
    *out = site;
    return STATUS_OK;
}

/* --- making one ---------------------------------------------------------------------------------------------------- */

static enum status put_cost(struct site *site, const struct password_cost *cost, struct uid by, struct error *err)
{
    char mib[16], *old_values = NULL, *new_values = NULL;
    struct uid row;
    (void)snprintf(mib, sizeof mib, "%u", (unsigned)(cost->memory_kib / 1024)); /* fits */
    enum status status = setting_put(site->store, SETTING_PASSWORD_MEMORY, mib, by, &row, &old_values, &new_values, err);
    mem_free(old_values);
    mem_free(new_values);
    return status;
}

/* Site, device and administrator as rows, in one transaction. */
static enum status fill_first_rows(struct site *site, const struct site_new *what, const struct credential *credential,
                                   struct error *err)
{
    char verifier[PASSWORD_VERIFIER_TEXT], salt[PASSWORD_SALT_TEXT], no_text[] = "", host[256] = "";
    char *name = mem_copy_text(what->name), *zone = mem_copy_text(what->zone), *login = mem_copy_text(what->admin_login);
    char *first = mem_copy_text(what->admin_first_name), *last = mem_copy_text(what->admin_last_name);
    struct site_row row = {uid_new(site->clock), name, zone, what->is_demo};
    (void)gethostname(host, sizeof host - 1); /* a device without a name is still a device */
    credential_verifier_text(credential, verifier);
    credential_salt_text(credential, salt);
    struct staff staff = {.id = uid_new(site->clock), .user = credential->user_id, .site = row.id, .login = login,
                          .first_name = first, .last_name = last, .role = ROLE_ADMINISTRATOR, .employee_number = no_text,
                          .verifier = verifier, .salt = salt, .credential = no_text};
    enum status status = store_begin(site->store, err);
    if (status == STATUS_OK) {
        status = site_insert(site->store, &row, err);
        if (status == STATUS_OK) {
            status = device_insert(site->store, site->device.device_id, row.id, host, site->device.signing.public_key, err);
        }
        if (status == STATUS_OK) {
            status = staff_insert(site->store, &staff, err);
        }
        if (status == STATUS_OK && what->cost.passes == 0) { /* calibrated here: from now on the site's policy */
            status = put_cost(site, &credential->params.cost, credential->user_id, err);
        }
        if (status == STATUS_OK) {
            status = store_commit(site->store, err);
        } else {
            store_rollback(site->store);
        }
    }
    mem_free(name);
    mem_free(zone);
    mem_free(login);
    mem_free(first);
    mem_free(last);
    return status;
}

/* is_own: the path is ours to choose, and a key that lies there is another site's. */
static enum status get_device_key(struct site *site, bool is_own, struct error *err)
{
    struct uid device = uid_new(site->clock);
    if (is_own && access(site->device_key_path, F_OK) == 0) {
        mem_free(site->device_key_path);
        site->device_key_path = own_device_key_path(device);
    }
    enum status status = device_key_load(site->device_key_path, &site->device, err);
    if (status == STATUS_NOT_FOUND) {
        status = make_folder_of(site->device_key_path, err);
        if (status == STATUS_OK) {
            status = device_key_create(site->device_key_path, device, &site->device, err);
        }
    }
    return status;
}

/* Keys, database, first rows in a folder that holds none of them yet. */
static enum status fill_folder(struct site *site, const struct site_new *what, char **out_recovery_key, struct error *err)
{
    char *keys = in_folder(site->folder, "keys"), *db = in_folder(site->folder, "site.db");
    char *audit_path = in_folder(site->folder, "audit.key"), *escrow = in_folder(site->folder, ESCROW_NAME);
    struct secret data_key = SECRET_INIT, recovery = SECRET_INIT;
    struct credential credential;
    struct key_slot slot;
    uint8_t recovery_public[USER_KEY_BYTES];
    char recovery_text[RECOVERY_TEXT_MAX];
    struct password_cost cost = what->cost;
    enum status status = cost.passes == 0 ? password_calibrate(PASSWORD_DEFAULT_KIB, &cost, err) : STATUS_OK;
    if (status == STATUS_OK) {
        status = credential_new(uid_new(site->clock), what->admin_password, cost, &credential, err);
    }
    if (status != STATUS_OK) {
        goto done;
    }
    credential.serial = 1;
    credential_sign(&credential, &site->device.signing);
    secret_init_random(&data_key, SECRET_KEY_BYTES);
    key_file_init(&site->keys, &site->device);
    status = key_file_put_user(&site->keys, &site->device, what->admin_login, &credential, err);
    if (status == STATUS_OK) {
        key_slot_for_user(&slot, &site->device, &credential, &data_key, site->epoch);
        key_file_put_slot(&site->keys, &slot);
        recovery_key_new(&recovery, recovery_public);
        key_slot_for_recovery(&slot, &site->device, recovery_public, &data_key, site->epoch);
        key_file_put_slot(&site->keys, &slot);
        recovery_key_text(&recovery, recovery_text);
        status = key_file_save(&site->keys, keys, &site->device, err);
    }
    if (status == STATUS_OK) {
        status = site_keep_device(site, err);
    }
    if (status == STATUS_OK) {
        struct store_options options = options_of(site, db, audit_path, &data_key);
        status = store_create(&options, err);
        if (status == STATUS_OK) {
            status = store_open(&options, &site->store, err);
        }
    }
    if (status == STATUS_OK) {
        status = fill_first_rows(site, what, &credential, err);
    }
    if (status == STATUS_OK) {
        *out_recovery_key = mem_copy_text(recovery_text);
    } else {
        (void)unlink(db); /* a failure leaves no half site */
        (void)unlink(keys);
        (void)unlink(escrow);
        (void)unlink(audit_path);
    }
    mem_wipe(recovery_text, sizeof recovery_text);
done:
    secret_release(&data_key);
    secret_release(&recovery);
    mem_free(keys);
    mem_free(db);
    mem_free(audit_path);
    mem_free(escrow);
    return status;
}

enum status site_create(const struct site_new *what, const struct clock *clock, char **out_recovery_key, struct error *err)
{
    const char *const own_words[] = {what->admin_login, what->name, NULL};
    struct zone *zone = NULL;
    enum status status = crypt_init(err);
    if (status == STATUS_OK) {
        status = zone_open(what->zone, &zone, err);
    }
    zone_free(zone);
    if (status == STATUS_OK && what->name[0] == '\0') {
        status = error_set_field(err, STATUS_INVALID, "name", _("The site needs a name."));
    }
    if (status == STATUS_OK) {
        status = password_check(what->admin_password, false, own_words, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct site *site = site_new(what->folder, what->device_key_path, clock);
    int making = -1;
    status = site_making_begin(site->folder, &making, err);
    if (status == STATUS_OK) {
        status = get_device_key(site, what->device_key_path == NULL, err);
    }
    if (status == STATUS_OK && what->is_key_to_prove) {
        status = recovery_mark_set(site->folder, err);
    }
    if (status == STATUS_OK) {
        status = fill_folder(site, what, out_recovery_key, err);
    }
    site_making_end(site->folder, making, status == STATUS_OK);
    site_close(site);
    return status;
}

/* --- facts --------------------------------------------------------------------------------------------------------- */

struct local_time site_now(const struct site *site)
{
    return zone_local(site->zone, clock_now_us(site->clock));
}

struct date site_today(const struct site *site)
{
    return site_now(site).date;
}

bool actor_may(const struct actor *actor, enum permission permission)
{
    bool is_own = permission == PERMISSION_SESSION_OWN || permission == PERMISSION_DRAFT_OWN;
    return (is_own || !actor->must_change_password) && permission_allows(actor->role, permission);
}

enum status actor_refuse(const struct actor *actor, struct error *err)
{
    if (actor->must_change_password) {
        return error_set(err, STATUS_NOT_PERMITTED, _("An administrator gave you this password: choose your own before anything else."));
    }
    return error_set(err, STATUS_NOT_PERMITTED, _("Your role (%s) may not do this."), enum_label(ENUM_ROLE, (int)actor->role));
}

int64_t site_data_version(struct site *site)
{
    return store_data_version(site->store);
}

int64_t site_unsent_count(struct site *site)
{
    int64_t count = 0;
    return outbox_count(site->store, &count, NULL) == STATUS_OK ? count : -1;
}

const char *site_disk_full_words(void)
{
    return _("The disk is full. Charts can be read and doses recorded; nothing else is saved until there is room. Tell the administrator.");
}

#define CLOCK_BEHIND_US (5 * US_PER_MINUTE)

int64_t site_clock_behind_s(struct site *site)
{
    int64_t last_us = 0;
    int64_t now_us = clock_now_us(site->clock);
    bool is_known = audit_last_us(site->store, &last_us, NULL) == STATUS_OK;
    return is_known && last_us - now_us > CLOCK_BEHIND_US ? (last_us - now_us) / US_PER_SECOND : 0;
}
