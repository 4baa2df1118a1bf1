/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/key_slot.h"

#include <sodium.h>
#include <string.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "crypt/page_seal.h"

#define SLOT_DOMAIN "prescripcare.keyslot.1"
#define AAD_BYTES (1 + 16 + 4)
#define GROUP 4
#define CHECK_BYTES 3
#define TEXT_BYTES (SECRET_KEY_BYTES + CHECK_BYTES) /* 35 bytes, 56 letters of 5 bits, 14 groups \
                                                     */

/* Crockford's 32: no I, L, O, U. */
static const char LETTERS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static struct page_seal *seal_of_device(const struct device_key *device)
{
    struct secret key = SECRET_INIT;
    secret_init_derived(&key, &device->seal, SLOT_DOMAIN, NULL, 0);
    struct page_seal *seal = page_seal_new(&key);
    secret_release(&key);
    if (seal == NULL) {
        fatal("out of memory");
    }
    return seal;
}

static void slot_aad(const struct key_slot *slot, uint8_t out[AAD_BYTES])
{
    out[0] = (uint8_t)slot->kind;
    memcpy(out + 1, slot->user_id.bytes, 16);
    for (int i = 0; i < 4; i++) {
        out[17 + i] = (uint8_t)(slot->epoch >> (24 - 8 * i));
    }
}

static void put_message(uint8_t *out, const struct device_key *device, const struct secret *dek,
                        uint32_t epoch)
{
    memcpy(out, secret_open(dek), SECRET_KEY_BYTES);
    secret_close(dek);
    memcpy(out + SECRET_KEY_BYTES, device->device_id.bytes, 16);
    for (int i = 0; i < 4; i++) {
        out[SECRET_KEY_BYTES + 16 + i] = (uint8_t)(epoch >> (24 - 8 * i));
    }
}

/* Puts a layer of XAES around the first len bytes of slot->bytes. */
static void cover(struct key_slot *slot, const struct device_key *device, const uint8_t *inner,
                  size_t len)
{
    uint8_t aad[AAD_BYTES];
    struct page_seal *seal = seal_of_device(device);
    slot_aad(slot, aad);
    if (page_seal_close(seal, aad, sizeof aad, inner, len, slot->bytes + 40, slot->bytes,
                        slot->bytes + 24) != STATUS_OK) {
        fatal("a key slot could not be sealed");
    }
    slot->len = 40 + len;
    page_seal_free(seal);
}

static void box(uint8_t out[SLOT_BOX_BYTES], const struct device_key *device,
                const uint8_t public_key[USER_KEY_BYTES], const struct secret *dek, uint32_t epoch)
{
    struct secret message = SECRET_INIT;
    secret_init(&message, NULL, SLOT_MESSAGE_BYTES);
    put_message(secret_open(&message), device, dek, epoch);
    if (crypto_box_seal(out, message.bytes, SLOT_MESSAGE_BYTES, public_key) != 0) {
        fatal("a key slot could not be sealed");
    }
    secret_close(&message);
    secret_release(&message);
}

void key_slot_for_user(struct key_slot *out, const struct device_key *device,
                       const struct credential *user, const struct secret *dek, uint32_t epoch)
{
    uint8_t inner[SLOT_BOX_BYTES];
    *out = (struct key_slot){.kind = SLOT_USER, .user_id = user->user_id, .epoch = epoch};
    memcpy(out->public_key, user->public_key, USER_KEY_BYTES);
    box(inner, device, user->public_key, dek, epoch);
    cover(out, device, inner, sizeof inner);
}

void key_slot_for_recovery(struct key_slot *out, const struct device_key *device,
                           const uint8_t public_key[USER_KEY_BYTES], const struct secret *dek,
                           uint32_t epoch)
{
    *out = (struct key_slot){.kind = SLOT_RECOVERY, .epoch = epoch, .len = SLOT_BOX_BYTES};
    memcpy(out->public_key, public_key, USER_KEY_BYTES);
    box(out->bytes, device, public_key, dek, epoch);
}

static bool uncover(const struct key_slot *slot, const struct device_key *device, uint8_t *out,
                    size_t len)
{
    uint8_t aad[AAD_BYTES];
    if (slot->len != 40 + len) {
        return false;
    }
    struct page_seal *seal = seal_of_device(device);
    slot_aad(slot, aad);
    bool ok = page_seal_open(seal, aad, sizeof aad, slot->bytes + 40, len, out, slot->bytes,
                             slot->bytes + 24) == STATUS_OK;
    page_seal_free(seal);
    return ok;
}

static bool unbox(const uint8_t in[SLOT_BOX_BYTES], const struct secret *private_key, uint8_t *out)
{
    uint8_t public_key[USER_KEY_BYTES];
    const unsigned char *bytes = secret_open(private_key);
    bool ok = private_key->len == USER_KEY_BYTES &&
              crypto_scalarmult_base(public_key, bytes) == 0 &&
              crypto_box_seal_open(out, in, SLOT_BOX_BYTES, public_key, bytes) == 0;
    secret_close(private_key);
    return ok;
}

enum status key_slot_open(const struct key_slot *slot, const struct device_key *device,
                          const struct secret *private_key, struct secret *out_dek,
                          struct error *err)
{
    struct secret message = SECRET_INIT;
    uint8_t inner[SLOT_BOX_BYTES];
    bool ok = false;
    secret_init(&message, NULL, SLOT_MESSAGE_BYTES);
    uint8_t *plain = secret_open(&message);
    switch (slot->kind) {
    case SLOT_USER:
        ok = uncover(slot, device, inner, sizeof inner) && unbox(inner, private_key, plain);
        break;
    case SLOT_RECOVERY:
        ok = slot->len == SLOT_BOX_BYTES && unbox(slot->bytes, private_key, plain);
        break;
    }
    struct blob_reader r = blob_reader_of(plain + SECRET_KEY_BYTES, 20);
    const uint8_t *device_id = blob_take_part(&r, 16);
    ok = ok && blob_take_u32(&r) == slot->epoch &&
         (slot->kind == SLOT_RECOVERY || memcmp(device_id, device->device_id.bytes, 16) == 0);
    if (ok) {
        secret_init(out_dek, plain, SECRET_KEY_BYTES);
    }
    secret_close(&message);
    secret_release(&message);
    return ok ? STATUS_OK
              : error_set(
                    err, STATUS_DAMAGED,
                    _("The key slot does not open: it was changed, or belongs to another device."));
}

void recovery_key_new(struct secret *out_private, uint8_t out_public[USER_KEY_BYTES])
{
    secret_init(out_private, NULL, USER_KEY_BYTES);
    crypto_box_keypair(out_public, secret_open(out_private));
    secret_close(out_private);
}

static void put_check(uint8_t bytes[TEXT_BYTES], uint8_t out[CHECK_BYTES])
{
    uint8_t hash[16];
    crypto_generichash(hash, sizeof hash, bytes, SECRET_KEY_BYTES, NULL, 0);
    memcpy(out, hash, CHECK_BYTES);
}

void recovery_key_text(const struct secret *private_key, char out[RECOVERY_TEXT_MAX])
{
    uint8_t bytes[TEXT_BYTES];
    size_t at = 0;
    memcpy(bytes, secret_open(private_key), SECRET_KEY_BYTES);
    secret_close(private_key);
    put_check(bytes, bytes + SECRET_KEY_BYTES);
    for (size_t letter = 0; letter < TEXT_BYTES * 8 / 5; letter++) {
        unsigned value = 0;
        for (size_t bit = letter * 5; bit < letter * 5 + 5; bit++) {
            value = value << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1u);
        }
        if (letter > 0 && letter % GROUP == 0) {
            out[at++] = '-';
        }
        out[at++] = LETTERS[value];
    }
    out[at] = '\0';
    sodium_memzero(bytes, sizeof bytes);
}

/* What people write for a letter: small letters, and the look-alikes that the alphabet leaves out.
 */
static int letter_value(char c)
{
    if (c >= 'a' && c <= 'z') {
        c = (char)(c - 'a' + 'A');
    }
    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    const char *found = c != '\0' ? strchr(LETTERS, c) : NULL;
    return found != NULL ? (int)(found - LETTERS) : -1;
}

enum status recovery_key_parse(const char *text, struct secret *out_private,
                               uint8_t out_public[USER_KEY_BYTES], struct error *err)
{
    uint8_t bytes[TEXT_BYTES] = {0};
    uint8_t check[CHECK_BYTES];
    size_t letter = 0;
    bool ok = true;
    for (; *text != '\0' && ok; text++) {
        int value = letter_value(*text);
        if (*text == '-' || *text == ' ' || *text == '\n') {
            continue;
        }
        ok = value >= 0 && letter < TEXT_BYTES * 8 / 5;
        for (size_t bit = 0; ok && bit < 5; bit++) {
            size_t at = letter * 5 + bit;
            bytes[at / 8] |= (uint8_t)(((unsigned)value >> (4 - bit) & 1u) << (7 - at % 8));
        }
        letter++;
    }
    put_check(bytes, check);
    ok = ok && letter == TEXT_BYTES * 8 / 5 &&
         sodium_memcmp(check, bytes + SECRET_KEY_BYTES, CHECK_BYTES) == 0;
    if (ok) {
        secret_init(out_private, bytes, SECRET_KEY_BYTES);
        (void)crypto_scalarmult_base(
            out_public, bytes); /* fails only for keys that recovery_key_new() never draws */
    }
    sodium_memzero(bytes, sizeof bytes);
    return ok ? STATUS_OK
              : error_set_field(
                    err, STATUS_BAD_SECRET, "recovery_key",
                    _("This is not a recovery key as it was printed. Check it group by group."));
}
