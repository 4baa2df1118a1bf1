/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file `keys` in the site's folder: this device's accounts and key slots. Written whole
 * (temporary file, sync, rename), authenticated under the device key, versioned. Login names are in
 * it only as keyed hashes. It is read into memory, changed there and saved; whoever changes it
 * holds the site's exclusive lock. While a site is rekeyed it carries slots of two epochs. */
#ifndef CRYPT_KEY_FILE_H
#define CRYPT_KEY_FILE_H

#include "crypt/key_slot.h"

#define LOGIN_TAG_BYTES 16
#define LOGIN_MAX_BYTES 128

struct key_user {
    uint8_t login_tag[LOGIN_TAG_BYTES];
    struct credential credential;
};

struct key_users {
    struct key_user *items;
    size_t len;
    size_t cap;
};

struct key_slots {
    struct key_slot *items;
    size_t len;
    size_t cap;
};

struct key_file {
    struct uid device_id;
    struct key_users users;
    struct key_slots slots;
};

#define KEY_FILE_INIT     \
    {                     \
        {{0}}, {0, 0, 0}, \
        {                 \
            0, 0, 0       \
        }                 \
    }

/* STATUS_NOT_FOUND; STATUS_DAMAGED; STATUS_NEWER; STATUS_REFUSED: whole, but made with another
 * device's key. */
enum status key_file_load(const char *path, const struct device_key *device, struct key_file *out,
                          struct error *err) MUST_USE;
/* Which device's key opens the file, by its head alone, which says nothing about whether it is genuine. UID_NONE: no such file. */
struct uid key_file_device(const char *path);
enum status key_file_save(const struct key_file *keys, const char *path,
                          const struct device_key *device, struct error *err) MUST_USE;
void key_file_release(struct key_file *keys);
void key_file_init(struct key_file *keys, const struct device_key *device);

/* The keyed hash of a login name, which is compared without case and after NFKC. */
void key_file_login_tag(const struct device_key *device, const char *login,
                        uint8_t out[LOGIN_TAG_BYTES]);

/* Adds or replaces an account; STATUS_STALE when the one that is there is newer
 * (credential_replaces()), STATUS_EXISTS when the login name is somebody else's. A disabled account
 * loses its slots. The caller checked the signature (credential_is_signed_by()), with the centre's
 * key or, stand-alone, with this device's. */
enum status key_file_put_user(struct key_file *keys, const struct device_key *device,
                              const char *login, const struct credential *credential,
                              struct error *err) MUST_USE;
const struct key_user *key_file_find_user(const struct key_file *keys,
                                          const struct device_key *device,
                                          const char *login); /* NULL: none */
const struct key_user *key_file_find_user_by_id(const struct key_file *keys, struct uid user_id);

/* Adds a slot, in place of the one for the same person (or recovery key) and epoch. */
void key_file_put_slot(struct key_file *keys, const struct key_slot *slot);
void key_file_drop_slots_of(struct key_file *keys, struct uid user_id);
void key_file_drop_recovery(struct key_file *keys); /* of every epoch */
/* The public half of the site's recovery key; NULL: there is none. */
const uint8_t *key_file_recovery_public(const struct key_file *keys);
void key_file_drop_epoch(struct key_file *keys, uint32_t epoch); /* when a rekeying is done */

/* Slots for a new key, for everyone who has one now; the old ones stay. */
void key_file_add_epoch(struct key_file *keys, const struct device_key *device,
                        const struct secret *dek, uint32_t epoch);

/* The door. STATUS_BAD_SECRET for an unknown name as for a wrong password, in the same time;
 * STATUS_NOT_PERMITTED when closed; STATUS_NOT_FOUND when the person has no slot for this epoch on
 * this device. */
enum status key_file_unlock(const struct key_file *keys, const struct device_key *device,
                            const char *login, const char *password, uint32_t epoch,
                            struct secret *out_dek, struct uid *out_user_id,
                            struct error *err) MUST_USE;
/* What a sign-in name that nobody has is made to cost: what one of those that are known costs, always the same one for a name,
 * so that accounts of another cost than most do not stand out. */
struct password_cost key_file_decoy_cost(const struct key_file *keys, const uint8_t tag[LOGIN_TAG_BYTES]);
/* Its two halves: what the password opens, and this device's slot behind it. *out is borrowed from keys. */
enum status key_file_unlock_person(const struct key_file *keys, const struct device_key *device,
                                   const char *login, const char *password,
                                   const struct key_user **out, struct secret *out_user_key,
                                   struct error *err) MUST_USE;
enum status key_file_open_slot(const struct key_file *keys, const struct device_key *device,
                               const struct key_user *user, const struct secret *user_key,
                               uint32_t epoch, struct secret *out_dek, struct error *err) MUST_USE;

enum status key_file_recover(const struct key_file *keys, const struct secret *recovery_key,
                             uint32_t epoch, struct secret *out_dek, struct error *err) MUST_USE;

/* For recovery on another machine: reads the file without the device key. Only its recovery slots
 * may be used. */
enum status key_file_load_for_recovery(const char *path, struct key_file *out,
                                       struct error *err) MUST_USE;

#endif
