/* SPDX-License-Identifier: GPL-3.0-or-later */
/* magic[8] | version u32 | device[16] | device check[16] | count u32 | count x (kind u8 | len u32 |
 * bytes) | MAC[32] under the device key over all before it | SHA-256 over all before that. */
#include <sodium.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "crypt/key_file.h"

#define VERSION 1
#define CHECK_BYTES 16
#define MAC_BYTES 32
#define SUM_BYTES 32
#define HEADER_BYTES (8 + 4 + 16 + CHECK_BYTES + 4)
#define KIND_USER 100 /* slots use their own numbers */

static const char MAGIC[8] = {'P', 'r', 'K', 'e', 'y', 's', '\r', '\n'};

/* Tells another device's file from a damaged one. */
static void device_check(const struct device_key *device, uint8_t out[CHECK_BYTES])
{
    struct secret key = SECRET_INIT;
    secret_init_derived(&key, &device->seal, "prescripcare.keys.check.1", device->device_id.bytes,
                        16);
    memcpy(out, secret_open(&key), CHECK_BYTES);
    secret_close(&key);
    secret_release(&key);
}

static void file_mac(const struct device_key *device, const void *bytes, size_t len,
                     uint8_t out[MAC_BYTES])
{
    struct secret key = SECRET_INIT;
    secret_init_derived(&key, &device->seal, "prescripcare.keys.1", NULL, 0);
    crypto_generichash(out, MAC_BYTES, bytes, len, secret_open(&key), key.len);
    secret_close(&key);
    secret_release(&key);
}

static void put_record(struct buffer *out, uint8_t kind, const struct buffer *body)
{
    buffer_append_byte(out, (char)kind);
    buffer_append_u32be(out, (uint32_t)body->len);
    buffer_append(out, body->bytes, body->len);
}

static void put_user(struct buffer *out, const struct key_user *user)
{
    struct buffer body = BUFFER_INIT;
    buffer_append(&body, user->login_tag, sizeof user->login_tag);
    credential_encode(&user->credential, &body);
    put_record(out, KIND_USER, &body);
    buffer_release(&body);
}

static void put_slot(struct buffer *out, const struct key_slot *slot)
{
    struct buffer body = BUFFER_INIT;
    buffer_append(&body, slot->user_id.bytes, sizeof slot->user_id.bytes);
    buffer_append(&body, slot->public_key, sizeof slot->public_key);
    buffer_append_u32be(&body, slot->epoch);
    buffer_append(&body, slot->bytes, slot->len);
    put_record(out, (uint8_t)slot->kind, &body);
    buffer_release(&body);
}

struct uid key_file_device(const char *path)
{
    struct buffer bytes = BUFFER_INIT;
    struct uid device = UID_NONE;
    if (blob_read_file(path, &bytes, NULL) == STATUS_OK && bytes.len >= HEADER_BYTES && memcmp(bytes.bytes, MAGIC, sizeof MAGIC) == 0) {
        memcpy(device.bytes, bytes.bytes + sizeof MAGIC + sizeof(uint32_t), sizeof device.bytes);
    }
    buffer_release(&bytes);
    return device;
}

enum status key_file_save(const struct key_file *keys, const char *path,
                          const struct device_key *device, struct error *err)
{
    struct buffer out = BUFFER_INIT;
    uint8_t check[CHECK_BYTES];
    uint8_t mac[MAC_BYTES];
    uint8_t sum[SUM_BYTES];
    buffer_append(&out, MAGIC, sizeof MAGIC);
    buffer_append_u32be(&out, VERSION);
    buffer_append(&out, keys->device_id.bytes, sizeof keys->device_id.bytes);
    device_check(device, check);
    buffer_append(&out, check, sizeof check);
    buffer_append_u32be(&out, (uint32_t)(keys->users.len + keys->slots.len));
    for (size_t i = 0; i < keys->users.len; i++) {
        put_user(&out, &keys->users.items[i]);
    }
    for (size_t i = 0; i < keys->slots.len; i++) {
        put_slot(&out, &keys->slots.items[i]);
    }
    file_mac(device, out.bytes, out.len, mac);
    buffer_append(&out, mac, sizeof mac);
    crypto_hash_sha256(sum, (const uint8_t *)out.bytes, out.len);
    buffer_append(&out, sum, sizeof sum);
    enum status status = blob_write_file(path, out.bytes, out.len, err);
    buffer_release(&out);
    return status;
}

static enum status damaged(struct error *err)
{
    return error_set(err, STATUS_DAMAGED,
                     _("The file of accounts and keys is damaged. Restore it from the last backup, "
                       "or use the recovery key."));
}

static enum status take_user(struct key_file *keys, struct blob_reader *body, struct error *err)
{
    struct key_user user;
    memset(&user, 0, sizeof user);
    blob_take(body, user.login_tag, sizeof user.login_tag);
    size_t left = body->left;
    enum status status = credential_decode(blob_take_part(body, left), left, &user.credential, err);
    if (status == STATUS_OK) {
        MEM_GROW(&keys->users);
        keys->users.items[keys->users.len++] = user;
    }
    return status;
}

static enum status take_slot(struct key_file *keys, uint8_t kind, struct blob_reader *body,
                             struct error *err)
{
    struct key_slot slot;
    memset(&slot, 0, sizeof slot);
    slot.kind = (enum slot_kind)kind;
    blob_take(body, slot.user_id.bytes, sizeof slot.user_id.bytes);
    blob_take(body, slot.public_key, sizeof slot.public_key);
    slot.epoch = blob_take_u32(body);
    slot.len = body->left;
    if (body->is_bad || kind < SLOT_USER || kind > SLOT_RECOVERY || slot.len > sizeof slot.bytes) {
        return damaged(err);
    }
    blob_take(body, slot.bytes, slot.len);
    MEM_GROW(&keys->slots);
    keys->slots.items[keys->slots.len++] = slot;
    return STATUS_OK;
}

static enum status take_records(struct key_file *keys, struct blob_reader *r, uint32_t count,
                                struct error *err)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        uint8_t kind = blob_take_u8(r);
        uint32_t len = blob_take_u32(r);
        const uint8_t *bytes = blob_take_part(r, len);
        if (bytes == NULL) {
            return damaged(err);
        }
        struct blob_reader body = blob_reader_of(bytes, len);
        status = kind == KIND_USER ? take_user(keys, &body, err)
                                   : take_slot(keys, kind, &body, err);
    }
    return status != STATUS_OK || r->left == 0 ? status : damaged(err);
}

/* device NULL: the MAC cannot be checked. */
static enum status parse(const struct buffer *file, const struct device_key *device,
                         struct key_file *out, struct error *err)
{
    char magic[sizeof MAGIC];
    uint8_t check[CHECK_BYTES];
    uint8_t expected[CHECK_BYTES];
    uint8_t mac[MAC_BYTES];
    uint8_t sum[SUM_BYTES];
    struct blob_reader r = blob_reader_of(file->bytes, file->len);
    blob_take(&r, magic, sizeof magic);
    uint32_t version = blob_take_u32(&r);
    bool is_ours = !r.is_bad && memcmp(magic, MAGIC, sizeof magic) == 0;
    if (is_ours && version > VERSION) {
        return error_set(
            err, STATUS_NEWER,
            _("The file of accounts and keys was written by a newer version of the program."));
    }
    if (!is_ours || version != VERSION || file->len < HEADER_BYTES + MAC_BYTES + SUM_BYTES) {
        return damaged(err);
    }
    size_t len_mac = file->len - MAC_BYTES - SUM_BYTES;
    crypto_hash_sha256(sum, (const uint8_t *)file->bytes, len_mac + MAC_BYTES);
    if (sodium_memcmp(sum, file->bytes + len_mac + MAC_BYTES, SUM_BYTES) != 0) {
        return damaged(err);
    }
    blob_take(&r, out->device_id.bytes, sizeof out->device_id.bytes);
    blob_take(&r, check, sizeof check);
    uint32_t count = blob_take_u32(&r);
    r.left -= MAC_BYTES + SUM_BYTES;
    if (device != NULL) {
        device_check(device, expected);
        if (sodium_memcmp(check, expected, sizeof check) != 0) {
            return error_set(err, STATUS_REFUSED,
                             _("The accounts and keys here belong to another device. Enrol this "
                               "one, or use the recovery key."));
        }
        file_mac(device, file->bytes, len_mac, mac);
        if (sodium_memcmp(mac, file->bytes + len_mac, MAC_BYTES) != 0) {
            return damaged(err);
        }
    }
    return take_records(out, &r, count, err);
}

static enum status load(const char *path, const struct device_key *device, struct key_file *out,
                        struct error *err)
{
    struct buffer file = BUFFER_INIT;
    struct key_file keys = KEY_FILE_INIT;
    enum status status = blob_read_file(path, &file, err);
    if (status == STATUS_OK) {
        status = parse(&file, device, &keys, err);
    }
    buffer_release(&file);
    if (status != STATUS_OK) {
        key_file_release(&keys);
        return status;
    }
    *out = keys;
    return STATUS_OK;
}

enum status key_file_load(const char *path, const struct device_key *device, struct key_file *out,
                          struct error *err)
{
    return load(path, device, out, err);
}

enum status key_file_load_for_recovery(const char *path, struct key_file *out, struct error *err)
{
    return load(path, NULL, out, err);
}
