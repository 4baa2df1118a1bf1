/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The device's Ed25519 signature. Its key pair is derived from the device key, so that there is one secret to keep. */
#ifndef CRYPT_SIGN_H
#define CRYPT_SIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "crypt/secret.h"

#define SIGN_PUBLIC_BYTES 32
#define SIGN_BYTES 64

void sign_public(const struct secret *device_key, unsigned char out[SIGN_PUBLIC_BYTES]);
void sign_make(const struct secret *device_key, const void *bytes, size_t len, unsigned char out[SIGN_BYTES]);
bool sign_is_good(const unsigned char public_key[SIGN_PUBLIC_BYTES], const void *bytes, size_t len,
                  const unsigned char signature[SIGN_BYTES]);

#endif
