/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One way to one data key (security.md 2.1): a slot holds the DEK, the device and the epoch, sealed
 * to a public key. A person's slot is sealed once more under the device key, so that a stolen
 * database is useless without the machine. The recovery slot is not, because the machine may be
 * what was lost; its private half is kept offline. Making a slot needs public keys only: any
 * unlocked device can add a colleague who never signed in there. */
#ifndef CRYPT_KEY_SLOT_H
#define CRYPT_KEY_SLOT_H

#include <stdint.h>

#include "crypt/credential.h"
#include "crypt/device_key.h"

#define SLOT_MESSAGE_BYTES (SECRET_KEY_BYTES + 16 + 4) /* DEK | device | epoch */
#define SLOT_BOX_BYTES (SLOT_MESSAGE_BYTES + 48)       /* crypto_box_seal */
#define SLOT_BYTES_MAX (24 + 16 + SLOT_BOX_BYTES)      /* and XAES around it */
#define RECOVERY_TEXT_MAX 96

enum slot_kind {
    SLOT_USER = 1,
    SLOT_RECOVERY = 2,
};

struct key_slot {
    enum slot_kind kind;
    struct uid user_id;                 /* SLOT_USER */
    uint8_t public_key[USER_KEY_BYTES]; /* SLOT_USER, SLOT_RECOVERY */
    uint32_t epoch;
    size_t len;
    uint8_t bytes[SLOT_BYTES_MAX];
};

void key_slot_for_user(struct key_slot *out, const struct device_key *device,
                       const struct credential *user, const struct secret *dek, uint32_t epoch);
void key_slot_for_recovery(struct key_slot *out, const struct device_key *device,
                           const uint8_t public_key[USER_KEY_BYTES], const struct secret *dek,
                           uint32_t epoch);

/* private_key: of the user or of the recovery pair. device: NULL for
 * SLOT_RECOVERY. STATUS_DAMAGED when it does not open, or holds another device or epoch than it
 * says. */
enum status key_slot_open(const struct key_slot *slot, const struct device_key *device,
                          const struct secret *private_key, struct secret *out_dek,
                          struct error *err) MUST_USE;

/* The recovery pair of a site. The text is for paper: groups of four letters and digits, with a
 * check, no look-alikes. */
void recovery_key_new(struct secret *out_private, uint8_t out_public[USER_KEY_BYTES]);
void recovery_key_text(const struct secret *private_key, char out[RECOVERY_TEXT_MAX]);
enum status recovery_key_parse(const char *text, struct secret *out_private,
                               uint8_t out_public[USER_KEY_BYTES], struct error *err) MUST_USE;

#endif
