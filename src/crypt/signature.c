/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/signature.h"

#include <sodium.h>
#include <string.h>

#include "base/buffer.h"
#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"

#define LINE_START "\xE2\x80\x94 " /* em dash, space */
#define KEY_ID_BYTES 4
#define LINES_MAX 16
#define NOTE_TYPE_ED25519 1

void signing_key_init(struct signing_key *key, const struct secret *seed)
{
    secret_init(&key->secret, NULL, crypto_sign_SECRETKEYBYTES);
    if (seed->len != crypto_sign_SEEDBYTES ||
        crypto_sign_seed_keypair(key->public_key, secret_open(&key->secret), secret_open(seed)) !=
            0) {
        fatal("a signing seed of the wrong size");
    }
    secret_close(&key->secret);
    secret_close(seed);
}

void signing_key_release(struct signing_key *key)
{
    secret_release(&key->secret);
    sodium_memzero(key->public_key, sizeof key->public_key);
}

/* domain | 0 | bytes; the caller frees. */
static uint8_t *message_of(const char *domain, const void *bytes, size_t len, size_t *out_len)
{
    size_t at = strlen(domain) + 1;
    uint8_t *message = mem_alloc(at + len + 1);
    memcpy(message, domain, at);
    if (len > 0) {
        memcpy(message + at, bytes, len);
    }
    *out_len = at + len;
    return message;
}

static void sign(const struct signing_key *key, const void *bytes, size_t len,
                 uint8_t out[SIGNATURE_BYTES])
{
    if (crypto_sign_detached(out, NULL, bytes, len, secret_open(&key->secret)) != 0) {
        fatal("signing failed");
    }
    secret_close(&key->secret);
}

void signature_make(const struct signing_key *key, const char *domain, const void *bytes,
                    size_t len, uint8_t out[SIGNATURE_BYTES])
{
    size_t len_message = 0;
    uint8_t *message = message_of(domain, bytes, len, &len_message);
    sign(key, message, len_message, out);
    mem_free(message);
}

bool signature_is_good(const uint8_t public_key[SIGNATURE_PUBLIC_BYTES], const char *domain,
                       const void *bytes, size_t len, const uint8_t signature[SIGNATURE_BYTES])
{
    size_t len_message = 0;
    uint8_t *message = message_of(domain, bytes, len, &len_message);
    bool good = crypto_sign_verify_detached(signature, message, len_message, public_key) == 0;
    mem_free(message);
    return good;
}

/* First four bytes of SHA-256(name | newline | type | public key). */
static void note_key_id(const char *name, const uint8_t public_key[SIGNATURE_PUBLIC_BYTES],
                        uint8_t out[KEY_ID_BYTES])
{
    static const uint8_t TYPE[2] = {'\n', NOTE_TYPE_ED25519};
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)name, strlen(name));
    crypto_hash_sha256_update(&state, TYPE, sizeof TYPE);
    crypto_hash_sha256_update(&state, public_key, SIGNATURE_PUBLIC_BYTES);
    crypto_hash_sha256_final(&state, hash);
    memcpy(out, hash, KEY_ID_BYTES);
}

char *note_sign(const struct signing_key *key, const char *name, const char *text)
{
    uint8_t line[KEY_ID_BYTES + SIGNATURE_BYTES];
    char encoded[sodium_base64_ENCODED_LEN(sizeof line, sodium_base64_VARIANT_ORIGINAL)];
    note_key_id(name, key->public_key, line);
    sign(key, text, strlen(text), line + KEY_ID_BYTES);
    sodium_bin2base64(encoded, sizeof encoded, line, sizeof line, sodium_base64_VARIANT_ORIGINAL);
    return mem_format("%s\n" LINE_START "%s %s\n", text, name, encoded);
}

/* One signature line: is it by this key, and if so is it good? */
static bool check_line(const char *line, size_t len, const char *name,
                       const uint8_t public_key[SIGNATURE_PUBLIC_BYTES], const char *text,
                       size_t len_text, bool *out_is_ours, bool *out_is_good)
{
    uint8_t bytes[KEY_ID_BYTES + SIGNATURE_BYTES];
    uint8_t id[KEY_ID_BYTES];
    size_t decoded = 0;
    size_t len_start = strlen(LINE_START);
    size_t len_name = strlen(name);
    *out_is_ours = *out_is_good = false;
    if (len < len_start + 3 || memcmp(line, LINE_START, len_start) != 0) {
        return false;
    }
    const char *rest = line + len_start;
    size_t len_rest = len - len_start;
    if (len_rest <= len_name + 1 || memcmp(rest, name, len_name) != 0 || rest[len_name] != ' ') {
        return true;
    }
    rest += len_name + 1;
    len_rest -= len_name + 1;
    if (sodium_base642bin(bytes, sizeof bytes, rest, len_rest, NULL, &decoded, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        decoded != sizeof bytes) {
        return true; /* another algorithm under the same name */
    }
    note_key_id(name, public_key, id);
    *out_is_ours = memcmp(bytes, id, KEY_ID_BYTES) == 0;
    *out_is_good = *out_is_ours &&
                   crypto_sign_verify_detached(bytes + KEY_ID_BYTES, (const uint8_t *)text,
                                               len_text, public_key) == 0;
    return true;
}

/* The last empty line separates the text from the signatures. */
static const char *find_signatures(const char *note)
{
    const char *found = NULL;
    for (const char *at = strstr(note, "\n\n"); at != NULL; at = strstr(at + 1, "\n\n")) {
        found = at + 2;
    }
    return found;
}

enum status note_open(const char *note, const char *name,
                      const uint8_t public_key[SIGNATURE_PUBLIC_BYTES], char **out_text,
                      struct error *err)
{
    const char *line = find_signatures(note);
    size_t good = 0;
    bool bad = line == NULL;
    size_t len_text = line != NULL ? (size_t)(line - note) - 1 : 0;
    for (int lines = 0; !bad && *line != '\0'; lines++) {
        const char *end = strchr(line, '\n');
        bool is_ours = false;
        bool is_good = false;
        bad = lines >= LINES_MAX || end == NULL ||
              !check_line(line, (size_t)(end - line), name, public_key, note, len_text, &is_ours,
                          &is_good) ||
              (is_ours && !is_good);
        good += is_good;
        line = end != NULL ? end + 1 : line;
    }
    if (bad || good == 0) {
        return error_set(err, STATUS_DAMAGED,
                         _("A signed checkpoint does not carry a good signature of this device."));
    }
    *out_text = mem_copy_bytes(note, len_text);
    return STATUS_OK;
}
