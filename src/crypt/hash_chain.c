/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/hash_chain.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"

#define DOMAIN "prescripcare.audit.1"
#define ORIGIN "prescripcare.audit/"
#define PREFIX_BYTES (sizeof DOMAIN - 1 + 16 + 8 + CHAIN_HASH_BYTES)
#define HASH_TEXT sodium_base64_ENCODED_LEN(CHAIN_HASH_BYTES, sodium_base64_VARIANT_ORIGINAL)

struct hash_chain {
    EVP_MD *sha256;
    EVP_MD_CTX *context;
    uint8_t prefix[PREFIX_BYTES]; /* domain and device filled in */
};

static const char *const CLOCK_NAMES[] = {"unknown", "synced", "unsynced", "set-back"};

void chain_put_bytes(struct buffer *record, const void *bytes, size_t len)
{
    if (bytes == NULL) {
        buffer_append_u32be(record, UINT32_MAX);
        return;
    }
    if (len >= UINT32_MAX) {
        fatal("an audit field is too long");
    }
    buffer_append_u32be(record, (uint32_t)len);
    buffer_append(record, bytes, len);
}

void chain_put_text(struct buffer *record, const char *text)
{
    chain_put_bytes(record, text, text != NULL ? strlen(text) : 0);
}

void chain_put_uid(struct buffer *record, struct uid id)
{
    chain_put_bytes(record, uid_is_none(id) ? NULL : id.bytes, sizeof id.bytes);
}

void chain_put_int(struct buffer *record, int64_t value)
{
    buffer_append_u32be(record, 8);
    buffer_append_u64be(record, (uint64_t)value);
}

char *chain_get_text(const void *record, size_t len, int field)
{
    const uint8_t *at = record;
    for (int i = 0; len >= 4; i++) {
        uint32_t size = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
        bool is_null = size == UINT32_MAX;
        at += 4;
        len -= 4;
        size = is_null ? 0 : size;
        if (size > len) {
            return NULL;
        }
        if (i == field) {
            return is_null ? NULL : mem_copy_bytes(at, size);
        }
        at += size;
        len -= size;
    }
    return NULL;
}

struct hash_chain *hash_chain_new(struct uid device_id)
{
    struct hash_chain *chain = mem_alloc(sizeof *chain);
    chain->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    chain->context = EVP_MD_CTX_new();
    if (chain->sha256 == NULL || chain->context == NULL) {
        fatal("libcrypto has no SHA-256");
    }
    memcpy(chain->prefix, DOMAIN, sizeof DOMAIN - 1);
    memcpy(chain->prefix + sizeof DOMAIN - 1, device_id.bytes, 16);
    return chain;
}

void hash_chain_free(struct hash_chain *chain)
{
    if (chain != NULL) {
        EVP_MD_CTX_free(chain->context);
        EVP_MD_free(chain->sha256);
        mem_free(chain);
    }
}

void hash_chain_link(struct hash_chain *chain, uint64_t seq,
                     const uint8_t previous[CHAIN_HASH_BYTES], const void *record, size_t len,
                     uint8_t out[CHAIN_HASH_BYTES])
{
    uint8_t *at = chain->prefix + sizeof DOMAIN - 1 + 16;
    for (int i = 0; i < 8; i++) {
        at[i] = (uint8_t)(seq >> (56 - 8 * i));
    }
    memcpy(at + 8, previous, CHAIN_HASH_BYTES);
    if (EVP_DigestInit_ex2(chain->context, chain->sha256, NULL) != 1 ||
        EVP_DigestUpdate(chain->context, chain->prefix, sizeof chain->prefix) != 1 ||
        EVP_DigestUpdate(chain->context, record, len) != 1 ||
        EVP_DigestFinal_ex(chain->context, out, NULL) != 1) {
        fatal("SHA-256 failed");
    }
}

bool chain_hash_read(const char *hex, uint8_t out[CHAIN_HASH_BYTES])
{
    size_t len = 0;
    return strlen(hex) == 2 * CHAIN_HASH_BYTES && sodium_hex2bin(out, CHAIN_HASH_BYTES, hex, strlen(hex), NULL, &len, NULL) == 0 &&
           len == CHAIN_HASH_BYTES;
}

void chain_mac(const struct secret *epoch_key, const uint8_t hash[CHAIN_HASH_BYTES],
               uint8_t out[CHAIN_HASH_BYTES])
{
    crypto_generichash(out, CHAIN_HASH_BYTES, hash, CHAIN_HASH_BYTES, secret_open(epoch_key),
                       epoch_key->len);
    secret_close(epoch_key);
}

void chain_evolve(struct secret *epoch_key)
{
    static const uint8_t EVOLVE[] = {'e', 'v', 'o', 'l', 'v', 'e'};
    uint8_t next[SECRET_KEY_BYTES];
    uint8_t *key = secret_open(epoch_key);
    crypto_generichash(next, sizeof next, EVOLVE, sizeof EVOLVE, key, epoch_key->len);
    memcpy(key, next, sizeof next);
    sodium_memzero(next, sizeof next);
    secret_close(epoch_key);
}

char *checkpoint_sign(const struct checkpoint *c, const struct signing_key *key)
{
    char device[UID_TEXT_MAX];
    char boot[UID_TEXT_MAX];
    char hash[HASH_TEXT];
    sodium_bin2base64(hash, sizeof hash, c->hash, sizeof c->hash, sodium_base64_VARIANT_ORIGINAL);
    uid_format(c->device_id, device);
    char *name = mem_format(ORIGIN "%s", device);
    /* Origin, size and root as in a tlog-checkpoint, then our own lines. */
    char *text = mem_format("%s\n%llu\n%s\nepoch %llu\ntime %lld\nboot %s\nclock %s\n", name,
                            (unsigned long long)c->seq, hash, (unsigned long long)c->epoch,
                            (long long)c->time_us, uid_format(c->boot_id, boot),
                            CLOCK_NAMES[c->clock]);
    char *note = note_sign(key, name, text);
    mem_free(text);
    mem_free(name);
    return note;
}

/* The rest of a line behind `label`, and *text moved to the next line. NULL if the line is another
 * one. */
static char *take_line(char **text, const char *label)
{
    char *end = strchr(*text, '\n');
    size_t len = strlen(label);
    if (end == NULL || strncmp(*text, label, len) != 0) {
        return NULL;
    }
    char *rest = *text + len;
    *end = '\0';
    *text = end + 1;
    return rest;
}

static bool take_number(char **text, const char *label, int64_t *out)
{
    char *rest = take_line(text, label);
    char *end = rest;
    /* One spelling for each number: what strtoll() forgives (spaces, plus, leading zeros) is
     * refused. */
    if (rest == NULL || *rest == '\0' || (*rest == '0' && rest[1] != '\0') ||
        strspn(rest, "0123456789") != strlen(rest) || strlen(rest) > 18) {
        return false;
    }
    *out = strtoll(rest, &end, 10);
    return *end == '\0';
}

static bool parse(char *text, struct checkpoint *out)
{
    int64_t seq = 0;
    int64_t epoch = 0;
    size_t len = 0;
    char *origin = take_line(&text, ORIGIN);
    bool ok = origin != NULL && uid_parse(origin, &out->device_id, NULL) == STATUS_OK &&
              take_number(&text, "", &seq);
    char *hash = ok ? take_line(&text, "") : NULL;
    ok = hash != NULL &&
         sodium_base642bin(out->hash, sizeof out->hash, hash, strlen(hash), NULL, &len, NULL,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         len == sizeof out->hash && take_number(&text, "epoch ", &epoch) &&
         take_number(&text, "time ", &out->time_us);
    char *boot = ok ? take_line(&text, "boot ") : NULL;
    ok = boot != NULL && uid_parse(boot, &out->boot_id, NULL) == STATUS_OK;
    char *clock = ok ? take_line(&text, "clock ") : NULL;
    if (clock == NULL || *text != '\0') {
        return false;
    }
    out->seq = (uint64_t)seq;
    out->epoch = (uint64_t)epoch;
    for (size_t i = 0; i < sizeof CLOCK_NAMES / sizeof *CLOCK_NAMES; i++) {
        if (strcmp(clock, CLOCK_NAMES[i]) == 0) {
            out->clock = (enum chain_clock)i;
            return true;
        }
    }
    return false;
}

enum status checkpoint_open(const char *note, struct uid device_id,
                            const uint8_t public_key[SIGNATURE_PUBLIC_BYTES],
                            struct checkpoint *out, struct error *err)
{
    char device[UID_TEXT_MAX];
    char *text = NULL;
    struct checkpoint c;
    memset(&c, 0, sizeof c);
    char *name = mem_format(ORIGIN "%s", uid_format(device_id, device));
    enum status status = note_open(note, name, public_key, &text, err);
    if (status == STATUS_OK && (!parse(text, &c) || uid_compare(c.device_id, device_id) != 0)) {
        status = error_set(err, STATUS_DAMAGED, _("A signed checkpoint is not of the known form."));
    }
    if (status == STATUS_OK) {
        *out = c;
    }
    mem_free(text);
    mem_free(name);
    return status;
}
