/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/sign.h"

#include <sodium.h>

#include "base/memory.h"

static void key_pair(const struct secret *device_key, unsigned char public_key[crypto_sign_PUBLICKEYBYTES],
                     unsigned char secret_key[crypto_sign_SECRETKEYBYTES])
{
    struct secret seed = SECRET_INIT;
    secret_init_derived(&seed, device_key, "prescripcare.device.sign.1", "", 0);
    (void)crypto_sign_seed_keypair(public_key, secret_key, secret_open(&seed)); /* cannot fail */
    secret_close(&seed);
    secret_release(&seed);
}

void sign_public(const struct secret *device_key, unsigned char out[SIGN_PUBLIC_BYTES])
{
    unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
    key_pair(device_key, out, secret_key);
    mem_wipe(secret_key, sizeof secret_key);
}

void sign_make(const struct secret *device_key, const void *bytes, size_t len, unsigned char out[SIGN_BYTES])
{
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    key_pair(device_key, public_key, secret_key);
    (void)crypto_sign_detached(out, NULL, bytes, len, secret_key); /* cannot fail */
    mem_wipe(secret_key, sizeof secret_key);
}

bool sign_is_good(const unsigned char public_key[SIGN_PUBLIC_BYTES], const void *bytes, size_t len,
                  const unsigned char signature[SIGN_BYTES])
{
    return crypto_sign_verify_detached(signature, bytes, len, public_key) == 0;
}
