/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/page_seal.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypt/random.h"

#define AES_BLOCK 16
#define GCM_NONCE 12

struct page_seal {
    EVP_CIPHER_CTX *block;  /* AES-256 of the long-term key: derives each message's key */
    EVP_CIPHER_CTX *sealer; /* AES-256-GCM, rekeyed for each message */
    EVP_CIPHER_CTX *opener;
    uint8_t subkey[AES_BLOCK]; /* K1 of CMAC (SP 800-38B 6.1), the same for every message */
};

static bool encrypt_blocks(EVP_CIPHER_CTX *block, const uint8_t *in, int len, uint8_t *out)
{
    int done = 0;
    return EVP_EncryptUpdate(block, out, &done, in, len) == 1 && done == len;
}

static bool start_block(struct page_seal *seal, const struct secret *key, const EVP_CIPHER *ecb)
{
    static const uint8_t zero[AES_BLOCK];
    uint8_t l[AES_BLOCK];
    bool ok = EVP_EncryptInit_ex2(seal->block, ecb, secret_open(key), NULL, NULL) == 1;
    secret_close(key);
    if (!ok || EVP_CIPHER_CTX_set_padding(seal->block, 0) != 1 ||
        !encrypt_blocks(seal->block, zero, AES_BLOCK, l)) {
        return false;
    }
    for (int i = 0; i < AES_BLOCK; i++) {
        uint8_t carry = i + 1 < AES_BLOCK ? l[i + 1] >> 7 : 0;
        seal->subkey[i] = (uint8_t)(l[i] << 1 | carry);
    }
    seal->subkey[AES_BLOCK - 1] ^= (uint8_t)(0x87 & -(l[0] >> 7));
    sodium_memzero(l, sizeof l);
    return true;
}

struct page_seal *page_seal_new(const struct secret *key)
{
    struct page_seal *seal = calloc(
        1, sizeof *seal); /* not mem_alloc: the file layer answers NOMEM and lives on */
    if (seal == NULL || key->len != SECRET_KEY_BYTES) {
        free(seal);
        return NULL;
    }
    EVP_CIPHER *ecb = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
    EVP_CIPHER *gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    seal->block = EVP_CIPHER_CTX_new();
    seal->sealer = EVP_CIPHER_CTX_new();
    seal->opener = EVP_CIPHER_CTX_new();
    bool ok = ecb != NULL && gcm != NULL && seal->block != NULL && seal->sealer != NULL &&
              seal->opener != NULL && start_block(seal, key, ecb) &&
              EVP_EncryptInit_ex2(seal->sealer, gcm, NULL, NULL, NULL) == 1 &&
              EVP_DecryptInit_ex2(seal->opener, gcm, NULL, NULL, NULL) == 1;
    EVP_CIPHER_free(ecb); /* the contexts hold their own references */
    EVP_CIPHER_free(gcm);
    if (!ok) {
        page_seal_free(seal);
        return NULL;
    }
    return seal;
}

void page_seal_free(struct page_seal *seal)
{
    if (seal == NULL) {
        return;
    }
    EVP_CIPHER_CTX_free(seal->block); /* clears its key schedule */
    EVP_CIPHER_CTX_free(seal->sealer);
    EVP_CIPHER_CTX_free(seal->opener);
    sodium_memzero(seal, sizeof *seal);
    free(seal);
}

/* The message's own key: CMAC of two one-block messages, counter | 'X' | 0 | first half of the
 * nonce. */
static bool derive(struct page_seal *seal, const uint8_t nonce[SEAL_NONCE_BYTES],
                   uint8_t out_key[SECRET_KEY_BYTES])
{
    uint8_t m[2 * AES_BLOCK];
    for (int half = 0; half < 2; half++) {
        uint8_t *block = m + half * AES_BLOCK;
        block[0] = 0;
        block[1] = (uint8_t)(half + 1);
        block[2] = 'X';
        block[3] = 0;
        memcpy(block + 4, nonce, SEAL_NONCE_BYTES - GCM_NONCE);
        for (int i = 0; i < AES_BLOCK; i++) {
            block[i] ^= seal->subkey[i];
        }
    }
    return encrypt_blocks(seal->block, m, sizeof m, out_key);
}

enum status page_seal_with_nonce(struct page_seal *seal, const uint8_t nonce[SEAL_NONCE_BYTES],
                                 const void *aad, size_t len_aad, const uint8_t *in, size_t len,
                                 uint8_t *out, uint8_t out_tag[SEAL_TAG_BYTES])
{
    uint8_t key[SECRET_KEY_BYTES];
    uint8_t rest[AES_BLOCK];
    int done = 0;
    EVP_CIPHER_CTX *c = seal->sealer;
    bool ok = derive(seal, nonce, key) &&
              EVP_EncryptInit_ex2(c, NULL, key, nonce + SEAL_NONCE_BYTES - GCM_NONCE, NULL) == 1 &&
              (len_aad == 0 || EVP_EncryptUpdate(c, NULL, &done, aad, (int)len_aad) == 1) &&
              (len == 0 || EVP_EncryptUpdate(c, out, &done, in, (int)len) == 1) &&
              EVP_EncryptFinal_ex(c, rest, &done) == 1 &&
              EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_BYTES, out_tag) == 1;
    sodium_memzero(key, sizeof key);
    return ok ? STATUS_OK : STATUS_IO;
}

enum status page_seal_close(struct page_seal *seal, const void *aad, size_t len_aad,
                            const uint8_t *in, size_t len, uint8_t *out,
                            uint8_t out_nonce[SEAL_NONCE_BYTES], uint8_t out_tag[SEAL_TAG_BYTES])
{
    /* Never a counter: a restored disk or a copied virtual machine would repeat it. */
    random_fill(out_nonce, SEAL_NONCE_BYTES);
    return page_seal_with_nonce(seal, out_nonce, aad, len_aad, in, len, out, out_tag);
}

enum status page_seal_open(struct page_seal *seal, const void *aad, size_t len_aad,
                           const uint8_t *in, size_t len, uint8_t *out,
                           const uint8_t nonce[SEAL_NONCE_BYTES], const uint8_t tag[SEAL_TAG_BYTES])
{
    uint8_t key[SECRET_KEY_BYTES];
    uint8_t rest[AES_BLOCK];
    uint8_t expected[SEAL_TAG_BYTES];
    int done = 0;
    EVP_CIPHER_CTX *c = seal->opener;
    memcpy(expected, tag,
           sizeof expected); /* libcrypto wants it writable, and out may lie over it */
    bool ok = derive(seal, nonce, key) &&
              EVP_DecryptInit_ex2(c, NULL, key, nonce + SEAL_NONCE_BYTES - GCM_NONCE, NULL) == 1 &&
              (len_aad == 0 || EVP_DecryptUpdate(c, NULL, &done, aad, (int)len_aad) == 1) &&
              (len == 0 || EVP_DecryptUpdate(c, out, &done, in, (int)len) == 1) &&
              EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_BYTES, expected) == 1 &&
              EVP_DecryptFinal_ex(c, rest, &done) == 1;
    sodium_memzero(key, sizeof key);
    if (!ok) {
        sodium_memzero(out, len);
        return STATUS_DAMAGED;
    }
    return STATUS_OK;
}
