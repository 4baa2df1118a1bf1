/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

#include "base/memory.h"
#include "crypt/signature.h"

static struct signing_key key;

static void start(void)
{
    struct secret seed = SECRET_INIT;
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
    secret_init_random(&seed, 32);
    signing_key_init(&key, &seed);
    secret_release(&seed);
}

static void stop(void)
{
    signing_key_release(&key);
}

TestSuite(signature, .init = start, .fini = stop);

/* RFC 8032, 7.1, test 2: seed, public key, and the signature of the one byte 0x72. */
Test(signature, gives_the_published_key_and_signature)
{
    uint8_t seed[32];
    uint8_t expected[64];
    uint8_t made[64];
    struct secret secret = SECRET_INIT;
    struct signing_key published;
    char text[129];
    sodium_hex2bin(seed, 32, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", 64,
                   NULL, NULL, NULL);
    sodium_hex2bin(expected, 64,
                   "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996"
                   "e458f3613d0f11d8c"
                   "387b2eaeb4302aeeb00d291612bb0c00",
                   128, NULL, NULL, NULL);
    secret_init(&secret, seed, sizeof seed);
    signing_key_init(&published, &secret);
    sodium_bin2hex(text, sizeof text, published.public_key, 32);
    cr_assert_str_eq(text, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    cr_assert_eq(crypto_sign_detached(made, NULL, (const uint8_t *)"\x72", 1,
                                      secret_open(&published.secret)),
                 0);
    secret_close(&published.secret);
    cr_assert_eq(memcmp(made, expected, sizeof made), 0);
    signing_key_release(&published);
    secret_release(&secret);
}

Test(signature, is_bound_to_its_domain)
{
    uint8_t made[SIGNATURE_BYTES];
    signature_make(&key, "prescripcare.credential.1", "abc", 3, made);
    cr_assert(signature_is_good(key.public_key, "prescripcare.credential.1", "abc", 3, made));
    cr_assert_not(signature_is_good(key.public_key, "prescripcare.lease.1", "abc", 3, made));
    cr_assert_not(signature_is_good(key.public_key, "prescripcare.credential.1", "abd", 3, made));
    cr_assert_not(signature_is_good(key.public_key, "prescripcare.credential.1", "abc", 2, made));
}

/* The example of C2SP signed-note.md is by a key that it does not give; the form of its lines is
 * what is compared. */
Test(signature, notes_have_the_published_form)
{
    char *note = note_sign(&key, "prescripcare.audit/x", "one\ntwo\n");
    uint8_t id[69];
    size_t len = 0;
    cr_assert_eq(strncmp(note, "one\ntwo\n\n\xE2\x80\x94 prescripcare.audit/x ", 34), 0);
    cr_assert_eq(note[strlen(note) - 1], '\n');
    cr_assert_eq(sodium_base642bin(id, sizeof id, note + 34, strlen(note + 34) - 1, NULL, &len,
                                   NULL, sodium_base64_VARIANT_ORIGINAL),
                 0);
    cr_assert_eq(len, 4 + 64);
    uint8_t hash[32];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)"prescripcare.audit/x\n\x01", 22);
    crypto_hash_sha256_update(&state, key.public_key, 32);
    crypto_hash_sha256_final(&state, hash);
    cr_assert_eq(memcmp(id, hash, 4), 0, "key id");
    mem_free(note);
}

Test(signature, notes_open_when_ours_is_good_and_strangers_are_skipped)
{
    char *note = note_sign(&key, "a", "text\n\nmore\n");
    char *text = NULL;
    struct signing_key witness;
    struct secret seed = SECRET_INIT;
    secret_init_random(&seed, 32);
    signing_key_init(&witness, &seed);
    char *other = note_sign(&witness, "witness", "text\n\nmore\n");
    char *both = mem_format("%s%s", note, strstr(other, "\n\n\xE2") + 2);
    static const char *const NAMES[] = {"a", "witness"};
    const uint8_t *keys[] = {key.public_key, witness.public_key};
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(note_open(both, NAMES[i], keys[i], &text, NULL), STATUS_OK, "%s", NAMES[i]);
        cr_assert_str_eq(text, "text\n\nmore\n");
        mem_free(text);
    }
    cr_assert_eq(note_open(note, "witness", witness.public_key, &text, NULL), STATUS_DAMAGED,
                 "not signed by it");
    cr_assert_eq(note_open(both, "a", witness.public_key, &text, NULL), STATUS_DAMAGED,
                 "another key of that name");
    for (size_t at = 0; at < strlen(note); at++) {
        char *changed = mem_copy_text(note);
        changed[at] = changed[at] == 'Q' ? 'R' : 'Q';
        cr_assert_eq(note_open(changed, "a", key.public_key, &text, NULL), STATUS_DAMAGED,
                     "letter %zu", at);
        mem_free(changed);
    }
    for (size_t cut = 0; cut < strlen(note); cut++) {
        char *part = mem_copy_bytes(note, cut);
        cr_assert_eq(note_open(part, "a", key.public_key, &text, NULL), STATUS_DAMAGED,
                     "cut at %zu", cut);
        mem_free(part);
    }
    mem_free(note);
    mem_free(other);
    mem_free(both);
    signing_key_release(&witness);
    secret_release(&seed);
}
