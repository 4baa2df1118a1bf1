/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key slots of a site (security.md 2.1). `keys` in the site's folder holds, for each staff member, an X25519 key pair
 * whose secret half is wrapped under the password, and a slot: the site's data key sealed to the public half and then
 * once more under the device key, which lies outside the folder. Because a slot needs only the public half, a colleague
 * can be let in without their password. The file is authenticated under the device key, replaced by rename, never edited
 * in place; STATUS_BAD_SECRET (password), STATUS_DAMAGED and STATUS_NEWER are told apart and leave it untouched. */
#ifndef CRYPT_KEY_FILE_H
#define CRYPT_KEY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/uid.h"
#include "crypt/password.h"
#include "crypt/secret.h"

struct key_slot {
    struct uid user;
    char *login;
    unsigned char salt[PASSWORD_SALT_BYTES];
    struct password_cost cost;
    char verifier[65];       /* hex SHA-256 of K_auth: users.password_hash */
    char *public_key;        /* base64 */
    char *wrapped_secret;    /* base64: secret half under K_wrap */
    char *slot;              /* base64: data key for this device; "" where the person may not open it */
    bool is_disabled;
};

struct key_file {
    char *path;
    struct uid device;
    uint32_t epoch;          /* of the data key */
    struct key_slot *items;
    size_t len, cap;
    char *recovery_public;   /* base64, "" none */
    char *recovery_slot;
};

void key_file_release(struct key_file *file);

/* Reads and authenticates. STATUS_NOT_FOUND when there is none. */
enum status key_file_open(const char *path, const struct secret *device_key, struct key_file *out, struct error *err) MUST_USE;

/* Writes beside, syncs, renames, syncs the folder. */
enum status key_file_save(const struct key_file *file, const struct secret *device_key, struct error *err) MUST_USE;

/* A new person with a new key pair; the slot is filled from the data key. Not saved yet. */
enum status key_file_add(struct key_file *file, struct uid user, const char *login, const char *password,
                         struct password_cost cost, const struct secret *device_key, const struct secret *data_key,
                         struct error *err) MUST_USE;

/* Same key pair, new password (the old one is not needed: whoever may reset has the data key): makes a new pair. */
enum status key_file_set_password(struct key_file *file, struct uid user, const char *password, struct password_cost cost,
                                  const struct secret *device_key, const struct secret *data_key, struct error *err) MUST_USE;

/* The data key for a person who knows the password. STATUS_BAD_SECRET for a wrong password and for an unknown login
 * alike (the same work is done for both); STATUS_NOT_PERMITTED when disabled. */
enum status key_file_unlock(const struct key_file *file, const char *login, const char *password,
                            const struct secret *device_key, struct secret *out_data_key, struct uid *out_user,
                            struct error *err) MUST_USE;

/* Only checks the password (a live session's screen lock, a witness). */
enum status key_file_check(const struct key_file *file, const char *login, const char *password, struct uid *out_user,
                           struct error *err) MUST_USE;

/* Seals the data key to an offline recovery key pair; the secret half is given back once, base64, and kept nowhere. */
enum status key_file_make_recovery(struct key_file *file, const struct secret *data_key, char **out_secret_text,
                                   struct error *err) MUST_USE;
enum status key_file_recover(const struct key_file *file, const char *secret_text, struct secret *out_data_key,
                             struct error *err) MUST_USE;

struct key_slot *key_file_find(const struct key_file *file, const char *login);

/* The device key: 32 random bytes in a file of mode 0600 in a folder of mode 0700, made at first use. A file that others
 * may read is refused. */
enum status device_key_get(const char *path, bool may_create, struct secret *out, struct error *err) MUST_USE;

/* Whole file by temporary name, fsync, rename, fsync of the folder; mode 0600. */
enum status file_replace(const char *path, const void *bytes, size_t len, struct error *err) MUST_USE;

#endif
