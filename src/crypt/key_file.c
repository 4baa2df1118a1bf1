/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/key_file.h"

#include <sodium.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

struct password_cost key_file_decoy_cost(const struct key_file *keys, const uint8_t tag[LOGIN_TAG_BYTES])
{
    if (keys->users.len == 0) {
        return PASSWORD_COST_DEFAULT;
    }
    size_t like = ((size_t)tag[0] << 16 | (size_t)tag[1] << 8 | tag[2]) % keys->users.len;
    return keys->users.items[like].credential.params.cost;
}

/* A derivation as long as a real one, so that the time does not tell whether a name exists. */
static void spend_time(const struct key_file *keys, const uint8_t tag[LOGIN_TAG_BYTES], const char *password)
{
    struct secret auth = SECRET_INIT;
    struct secret wrap = SECRET_INIT;
    struct password_params params = password_params_new(key_file_decoy_cost(keys, tag));
    if (password_derive(password, &params, &auth, &wrap, NULL) ==
        STATUS_OK) { /* the answer is "no" in either case */
        secret_release(&auth);
        secret_release(&wrap);
    }
}

void key_file_init(struct key_file *keys, const struct device_key *device)
{
    memset(keys, 0, sizeof *keys);
    keys->device_id = device->device_id;
}

void key_file_release(struct key_file *keys)
{
    mem_free(keys->users.items);
    mem_free(keys->slots.items);
    memset(keys, 0, sizeof *keys);
}

void key_file_login_tag(const struct device_key *device, const char *login,
                        uint8_t out[LOGIN_TAG_BYTES])
{
    struct secret key = SECRET_INIT;
    char *normal = text_nfkc_casefold(login);
    const char *name = normal != NULL ? normal : login; /* what is not UTF-8 is nobody's name */
    secret_init_derived(&key, &device->seal, "prescripcare.login.1", NULL, 0);
    crypto_generichash(out, LOGIN_TAG_BYTES, (const uint8_t *)name, strlen(name), secret_open(&key),
                       key.len);
    secret_close(&key);
    secret_release(&key);
    mem_free(normal);
}

static struct key_user *find_tag(const struct key_file *keys, const uint8_t tag[LOGIN_TAG_BYTES])
{
    for (size_t i = 0; i < keys->users.len; i++) {
        if (sodium_memcmp(keys->users.items[i].login_tag, tag, LOGIN_TAG_BYTES) == 0) {
            return &keys->users.items[i];
        }
    }
    return NULL;
}

static struct key_user *find_id(const struct key_file *keys, struct uid user_id)
{
    for (size_t i = 0; i < keys->users.len; i++) {
        if (uid_compare(keys->users.items[i].credential.user_id, user_id) == 0) {
            return &keys->users.items[i];
        }
    }
    return NULL;
}

const struct key_user *key_file_find_user(const struct key_file *keys,
                                          const struct device_key *device, const char *login)
{
    uint8_t tag[LOGIN_TAG_BYTES];
    key_file_login_tag(device, login, tag);
    return find_tag(keys, tag);
}

const struct key_user *key_file_find_user_by_id(const struct key_file *keys, struct uid user_id)
{
    return find_id(keys, user_id);
}

enum status key_file_put_user(struct key_file *keys, const struct device_key *device,
                              const char *login, const struct credential *credential,
                              struct error *err)
{
    uint8_t tag[LOGIN_TAG_BYTES];
    if (*login == '\0' || strlen(login) > LOGIN_MAX_BYTES) {
        return error_set_field(err, STATUS_INVALID, "login",
                               _("This sign-in name is empty or too long."));
    }
    key_file_login_tag(device, login, tag);
    struct key_user *known = find_id(keys, credential->user_id);
    struct key_user *named = find_tag(keys, tag);
    if (named != NULL && named != known) {
        return error_set_field(err, STATUS_EXISTS, "login",
                               _("Somebody else signs in with this name."));
    }
    if (known != NULL && !credential_replaces(credential, &known->credential)) {
        return error_set(err, STATUS_STALE,
                         _("This account was changed in the meantime. The newer state was kept."));
    }
    if (known == NULL) {
        MEM_GROW(&keys->users);
        known = &keys->users.items[keys->users.len++];
    }
    memcpy(known->login_tag, tag, sizeof tag);
    known->credential = *credential;
    if (credential->is_disabled) {
        key_file_drop_slots_of(keys, credential->user_id);
    }
    return STATUS_OK;
}

static bool is_same_slot(const struct key_slot *a, const struct key_slot *b)
{
    bool is_same = a->kind == b->kind && a->epoch == b->epoch;
    switch (a->kind) {
    case SLOT_USER:
        return is_same && uid_compare(a->user_id, b->user_id) == 0;
    case SLOT_RECOVERY:
        return is_same && memcmp(a->public_key, b->public_key, USER_KEY_BYTES) == 0;
    }
    return is_same;
}

void key_file_put_slot(struct key_file *keys, const struct key_slot *slot)
{
    for (size_t i = 0; i < keys->slots.len; i++) {
        if (is_same_slot(&keys->slots.items[i], slot)) {
            keys->slots.items[i] = *slot;
            return;
        }
    }
    MEM_GROW(&keys->slots);
    keys->slots.items[keys->slots.len++] = *slot;
}

static void drop_at(struct key_file *keys, size_t i)
{
    keys->slots.len--;
    memmove(&keys->slots.items[i], &keys->slots.items[i + 1],
            (keys->slots.len - i) * sizeof *keys->slots.items);
}

void key_file_drop_slots_of(struct key_file *keys, struct uid user_id)
{
    for (size_t i = keys->slots.len; i-- > 0;) {
        if (keys->slots.items[i].kind == SLOT_USER &&
            uid_compare(keys->slots.items[i].user_id, user_id) == 0) {
            drop_at(keys, i);
        }
    }
}

void key_file_drop_recovery(struct key_file *keys)
{
    for (size_t i = keys->slots.len; i-- > 0;) {
        if (keys->slots.items[i].kind == SLOT_RECOVERY) {
            drop_at(keys, i);
        }
    }
}

const uint8_t *key_file_recovery_public(const struct key_file *keys)
{
    for (size_t i = 0; i < keys->slots.len; i++) {
        if (keys->slots.items[i].kind == SLOT_RECOVERY) {
            return keys->slots.items[i].public_key;
        }
    }
    return NULL;
}

void key_file_drop_epoch(struct key_file *keys, uint32_t epoch)
{
    for (size_t i = keys->slots.len; i-- > 0;) {
        if (keys->slots.items[i].epoch == epoch) {
            drop_at(keys, i);
        }
    }
}

void key_file_add_epoch(struct key_file *keys, const struct device_key *device,
                        const struct secret *dek, uint32_t epoch)
{
    size_t before = keys->slots.len;
    for (size_t i = 0; i < before; i++) {
        struct key_slot old = keys->slots.items[i];
        struct key_slot slot;
        const struct key_user *user = NULL;
        switch (old.kind) {
        case SLOT_USER:
            user = find_id(keys, old.user_id);
            if (user == NULL || user->credential.is_disabled) {
                continue; /* a person who left gets no new slot */
            }
            key_slot_for_user(&slot, device, &user->credential, dek, epoch);
            break;
        case SLOT_RECOVERY:
            key_slot_for_recovery(&slot, device, old.public_key, dek, epoch);
            break;
        }
        key_file_put_slot(keys, &slot);
    }
}

static const struct key_slot *find_slot(const struct key_file *keys, enum slot_kind kind,
                                        const struct uid *user_id, uint32_t epoch)
{
    for (size_t i = 0; i < keys->slots.len; i++) {
        const struct key_slot *slot = &keys->slots.items[i];
        if (slot->kind == kind && slot->epoch == epoch &&
            (user_id == NULL || uid_compare(slot->user_id, *user_id) == 0)) {
            return slot;
        }
    }
    return NULL;
}

enum status key_file_unlock_person(const struct key_file *keys, const struct device_key *device,
                                   const char *login, const char *password,
                                   const struct key_user **out, struct secret *out_user_key,
                                   struct error *err)
{
    uint8_t tag[LOGIN_TAG_BYTES];
    key_file_login_tag(device, login, tag);
    const struct key_user *user = find_tag(keys, tag);
    if (user == NULL) {
        spend_time(keys, tag, password);
        return error_set(err, STATUS_BAD_SECRET, _("The name or the password is not right."));
    }
    enum status status = credential_unlock(&user->credential, password, out_user_key, err);
    if (status == STATUS_OK) {
        *out = user;
    }
    return status;
}

enum status key_file_open_slot(const struct key_file *keys, const struct device_key *device,
                               const struct key_user *user, const struct secret *user_key,
                               uint32_t epoch, struct secret *out_dek, struct error *err)
{
    const struct key_slot *slot = find_slot(keys, SLOT_USER, &user->credential.user_id, epoch);
    return slot != NULL ? key_slot_open(slot, device, user_key, out_dek, err)
                        : error_set(err, STATUS_NOT_FOUND,
                                    _("Your account is not yet set up on this device. Ask a "
                                      "colleague who is signed in "
                                      "here to add you."));
}

enum status key_file_unlock(const struct key_file *keys, const struct device_key *device,
                            const char *login, const char *password, uint32_t epoch,
                            struct secret *out_dek, struct uid *out_user_id, struct error *err)
{
    struct secret user_key = SECRET_INIT;
    const struct key_user *user = NULL;
    enum status status = key_file_unlock_person(keys, device, login, password, &user, &user_key,
                                                err);
    if (status != STATUS_OK) {
        return status;
    }
    status = key_file_open_slot(keys, device, user, &user_key, epoch, out_dek, err);
    secret_release(&user_key);
    if (status == STATUS_OK) {
        *out_user_id = user->credential.user_id;
    }
    return status;
}

enum status key_file_recover(const struct key_file *keys, const struct secret *recovery_key,
                             uint32_t epoch, struct secret *out_dek, struct error *err)
{
    for (size_t i = 0; i < keys->slots.len; i++) {
        const struct key_slot *slot = &keys->slots.items[i];
        if (slot->kind == SLOT_RECOVERY && slot->epoch == epoch &&
            key_slot_open(slot, NULL, recovery_key, out_dek, NULL) == STATUS_OK) {
            return STATUS_OK;
        }
    }
    return error_set(err, STATUS_BAD_SECRET, _("This recovery key does not open this site."));
}

