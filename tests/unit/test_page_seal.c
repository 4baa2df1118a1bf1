/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vectors: C2SP XAES-256-GCM.md, with both values of the top bit of L, and its accumulated test of
 * 10,000 rounds. */
#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "crypt/page_seal.h"
#include "crypt/random.h"

static void start(void)
{
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
}

TestSuite(page_seal, .init = start);

static struct page_seal *seal_of(const uint8_t key[SECRET_KEY_BYTES])
{
    struct secret secret = SECRET_INIT;
    secret_init(&secret, key, SECRET_KEY_BYTES);
    struct page_seal *seal = page_seal_new(&secret);
    secret_release(&secret);
    cr_assert_not_null(seal);
    return seal;
}

static struct page_seal *seal_of_byte(uint8_t byte)
{
    uint8_t key[SECRET_KEY_BYTES];
    memset(key, byte, sizeof key);
    return seal_of(key);
}

static const char *hex(const uint8_t *bytes, size_t len, char out[129])
{
    for (size_t i = 0; i < len; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
    return out;
}

Test(page_seal, gives_the_published_ciphertexts)
{
    static const struct {
        uint8_t key;
        const char *aad;
        const char *sealed;
    } rows[] = {
        {1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
        {3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
    };
    const uint8_t *nonce = (const uint8_t *)"ABCDEFGHIJKLMNOPQRSTUVWX";
    const char *plain = "XAES-256-GCM";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t out[28];
        uint8_t back[12];
        char text[129];
        struct page_seal *seal = seal_of_byte(rows[i].key);
        size_t len_aad = strlen(rows[i].aad);
        cr_assert_eq(page_seal_with_nonce(seal, nonce, rows[i].aad, len_aad, (const uint8_t *)plain,
                                          12, out, out + 12),
                     STATUS_OK);
        cr_assert_str_eq(hex(out, sizeof out, text), rows[i].sealed, "vector %zu", i);
        cr_assert_eq(page_seal_open(seal, rows[i].aad, len_aad, out, 12, back, nonce, out + 12),
                     STATUS_OK);
        cr_assert_eq(memcmp(back, plain, 12), 0, "vector %zu", i);
        page_seal_free(seal);
    }
}

/* The generator of the accumulated test is one endless SHAKE-128 output; this is its beginning. */
static uint8_t *shake_stream(size_t len)
{
    uint8_t *stream = mem_alloc(len);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    cr_assert_eq(EVP_DigestInit_ex(ctx, EVP_shake128(), NULL), 1);
    cr_assert_eq(EVP_DigestFinalXOF(ctx, stream, len), 1);
    EVP_MD_CTX_free(ctx);
    return stream;
}

Test(page_seal, gives_the_published_digest_of_ten_thousand_random_messages)
{
    enum { ROUNDS = 10000, ROUND_MAX = SECRET_KEY_BYTES + SEAL_NONCE_BYTES + 2 * 256 };
    uint8_t *stream = shake_stream((size_t)ROUNDS * ROUND_MAX);
    const uint8_t *at = stream;
    uint8_t digest[32];
    char text[129];
    EVP_MD_CTX *sum = EVP_MD_CTX_new();
    cr_assert_eq(EVP_DigestInit_ex(sum, EVP_shake128(), NULL), 1);
    for (int i = 0; i < ROUNDS; i++) {
        uint8_t out[256 + SEAL_TAG_BYTES];
        uint8_t back[256];
        struct page_seal *seal = seal_of(at);
        const uint8_t *nonce = at + SECRET_KEY_BYTES;
        const uint8_t *plain = nonce + SEAL_NONCE_BYTES + 1;
        size_t len = plain[-1];
        const uint8_t *aad = plain + len + 1;
        size_t len_aad = aad[-1];
        at = aad + len_aad;
        cr_assert_eq(page_seal_with_nonce(seal, nonce, aad, len_aad, plain, len, out, out + len),
                     STATUS_OK);
        cr_assert_eq(page_seal_open(seal, aad, len_aad, out, len, back, nonce, out + len),
                     STATUS_OK);
        cr_assert_eq(memcmp(back, plain, len), 0, "round %d", i);
        cr_assert_eq(EVP_DigestUpdate(sum, out, len + SEAL_TAG_BYTES), 1);
        page_seal_free(seal);
    }
    cr_assert_eq(EVP_DigestFinalXOF(sum, digest, sizeof digest), 1);
    EVP_MD_CTX_free(sum);
    mem_free(stream);
    cr_assert_str_eq(hex(digest, sizeof digest, text),
                     "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
}

Test(page_seal, refuses_every_flipped_bit_and_wipes_the_output)
{
    uint8_t plain[64];
    uint8_t sealed[64];
    uint8_t aad[29];
    uint8_t nonce[SEAL_NONCE_BYTES];
    uint8_t tag[SEAL_TAG_BYTES];
    static const uint8_t zero[64];
    struct page_seal *seal = seal_of_byte(7);
    struct page_seal *other = seal_of_byte(8);
    struct {
        uint8_t *bytes;
        size_t len;
    } parts[] = {
        {sealed, sizeof sealed}, {aad, sizeof aad}, {nonce, sizeof nonce}, {tag, sizeof tag}};
    random_fill(plain, sizeof plain);
    random_fill(aad, sizeof aad);
    cr_assert_eq(page_seal_close(seal, aad, sizeof aad, plain, sizeof plain, sealed, nonce, tag),
                 STATUS_OK);
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        for (size_t bit = 0; bit < parts[p].len * 8; bit++) {
            uint8_t out[64];
            memset(out, 0xaa, sizeof out);
            parts[p].bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            cr_assert_eq(
                page_seal_open(seal, aad, sizeof aad, sealed, sizeof sealed, out, nonce, tag),
                STATUS_DAMAGED, "part %zu bit %zu", p, bit);
            cr_assert_eq(memcmp(out, zero, sizeof out), 0, "part %zu bit %zu left plaintext", p,
                         bit);
            parts[p].bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
    }
    uint8_t out[64];
    cr_assert_eq(page_seal_open(other, aad, sizeof aad, sealed, sizeof sealed, out, nonce, tag),
                 STATUS_DAMAGED);
    cr_assert_eq(page_seal_open(seal, aad, sizeof aad - 1, sealed, sizeof sealed, out, nonce, tag),
                 STATUS_DAMAGED);
    cr_assert_eq(page_seal_open(seal, aad, sizeof aad, sealed, sizeof sealed, out, nonce, tag),
                 STATUS_OK);
    cr_assert_eq(memcmp(out, plain, sizeof out), 0);
    page_seal_free(seal);
    page_seal_free(other);
}

Test(page_seal, never_uses_a_nonce_twice)
{
    enum { ROUNDS = 2000 };
    static uint8_t nonces[ROUNDS][SEAL_NONCE_BYTES];
    uint8_t byte = 0;
    uint8_t tag[SEAL_TAG_BYTES];
    struct page_seal *seal = seal_of_byte(9);
    for (int i = 0; i < ROUNDS; i++) {
        uint8_t out = 0;
        cr_assert_eq(page_seal_close(seal, NULL, 0, &byte, 1, &out, nonces[i], tag), STATUS_OK);
        for (int j = 0; j < i; j++) {
            cr_assert_neq(memcmp(nonces[i], nonces[j], SEAL_NONCE_BYTES), 0);
        }
    }
    page_seal_free(seal);
}
