/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key of this device: 32 bytes in a file of mode 0600 outside the site's folder (decisions.md
 * 18), never in a backup. From it come the key that seals key slots and small files, and the
 * Ed25519 pair that signs checkpoints. Makes a copied database useless without the machine. */
#ifndef CRYPT_DEVICE_KEY_H
#define CRYPT_DEVICE_KEY_H

#include "base/uid.h"
#include "crypt/secret.h"
#include "crypt/signature.h"

struct device_key {
    struct uid device_id;
    struct secret seal; /* 32 bytes: parent of keys, never used on data itself */
    struct signing_key signing;
};

#define DEVICE_KEY_INIT                      \
    {                                        \
        {{0}}, SECRET_INIT, SIGNING_KEY_INIT \
    }

/* Draws a key and writes it. STATUS_EXISTS leaves the file that is there alone. */
enum status device_key_create(const char *path, struct uid device_id, struct device_key *out,
                              struct error *err) MUST_USE;

/* STATUS_NOT_FOUND, STATUS_REFUSED (somebody else may read it), STATUS_DAMAGED, STATUS_NEWER. */
enum status device_key_load(const char *path, struct device_key *out, struct error *err) MUST_USE;
void device_key_release(struct device_key *key);

#endif
