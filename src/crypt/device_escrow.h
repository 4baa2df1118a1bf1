/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The device's key for the day when the machine is lost: sealed to the site's recovery key and kept in the site's folder, where
 * a copy of the folder takes it along. Who holds the paper and the folder has the site, which the recovery slot says already;
 * without the paper it is worth nothing. */
#ifndef CRYPT_DEVICE_ESCROW_H
#define CRYPT_DEVICE_ESCROW_H

#include "crypt/credential.h"
#include "crypt/device_key.h"

/* Writes it, unless what is there is of this device and this recovery key already. */
enum status device_escrow_keep(const char *path, const char *device_key_path, const struct device_key *device,
                               const uint8_t recovery_public[USER_KEY_BYTES], struct error *err) MUST_USE;

/* Puts the device's key back to device_key_path, which is not there or not of this device. STATUS_NOT_FOUND: nothing was kept;
 * STATUS_BAD_SECRET: sealed to another recovery key; STATUS_DAMAGED. */
enum status device_escrow_bring_back(const char *path, const struct secret *recovery_key,
                                     const uint8_t recovery_public[USER_KEY_BYTES], const char *device_key_path,
                                     struct error *err) MUST_USE;

#endif
