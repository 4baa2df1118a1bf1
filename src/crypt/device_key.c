/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/device_key.h"

#include <sodium.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"

#define VERSION 1
#define CHECK_BYTES 16
#define FILE_BYTES (sizeof MAGIC + 4 + 16 + SECRET_KEY_BYTES + CHECK_BYTES)

static const char MAGIC[8] = {'P', 'r', 'D', 'e', 'v', 'K', 'e', 'y'};

/* Finds damage; keeps nobody out. */
static void checksum(const uint8_t *bytes, size_t len, uint8_t out[CHECK_BYTES])
{
    crypto_generichash(out, CHECK_BYTES, bytes, len, NULL, 0);
}

static void derive(struct device_key *key, struct uid device_id, const struct secret *master)
{
    struct secret seed = SECRET_INIT;
    key->device_id = device_id;
    secret_init_derived(&key->seal, master, "prescripcare.device.seal.1", device_id.bytes,
                        sizeof device_id.bytes);
    secret_init_derived(&seed, master, "prescripcare.device.sign.1", device_id.bytes,
                        sizeof device_id.bytes);
    signing_key_init(&key->signing, &seed);
    secret_release(&seed);
}

enum status device_key_create(const char *path, struct uid device_id, struct device_key *out,
                              struct error *err)
{
    struct secret file = SECRET_INIT;
    struct secret master = SECRET_INIT;
    struct buffer there = BUFFER_INIT;
    enum status status = blob_read_file(path, &there, NULL);
    buffer_release(&there);
    if (status != STATUS_NOT_FOUND) {
        return error_set(err, STATUS_EXISTS,
                         _("This device has a key already. It was not touched."));
    }
    secret_init(&file, NULL, FILE_BYTES);
    secret_init_random(&master, SECRET_KEY_BYTES);
    uint8_t *at = secret_open(&file);
    memcpy(at, MAGIC, sizeof MAGIC);
    at[sizeof MAGIC + 3] = VERSION;
    memcpy(at + 12, device_id.bytes, 16);
    memcpy(at + 28, secret_open(&master), SECRET_KEY_BYTES);
    secret_close(&master);
    checksum(at, FILE_BYTES - CHECK_BYTES, at + FILE_BYTES - CHECK_BYTES);
    status = blob_write_file(path, at, FILE_BYTES, err);
    secret_close(&file);
    if (status == STATUS_OK) {
        derive(out, device_id, &master);
    }
    secret_release(&file);
    secret_release(&master);
    return status;
}

enum status device_key_load(const char *path, struct device_key *out, struct error *err)
{
    struct buffer file = BUFFER_INIT;
    struct secret master = SECRET_INIT;
    struct uid device_id;
    uint8_t check[CHECK_BYTES];
    char magic[sizeof MAGIC];
    enum status status = blob_read_file(path, &file, err);
    if (status != STATUS_OK) {
        goto done;
    }
    struct blob_reader r = blob_reader_of(file.bytes, file.len);
    blob_take(&r, magic, sizeof magic);
    uint32_t version = blob_take_u32(&r);
    if (!r.is_bad && memcmp(magic, MAGIC, sizeof magic) == 0 && version > VERSION) {
        status = error_set(
            err, STATUS_NEWER,
            _("The key of this device was written by a newer version of the program."));
        goto done;
    }
    if (file.len == FILE_BYTES) {
        checksum((const uint8_t *)file.bytes, FILE_BYTES - CHECK_BYTES, check);
    }
    if (file.len != FILE_BYTES || memcmp(magic, MAGIC, sizeof magic) != 0 || version != VERSION ||
        memcmp(check, file.bytes + FILE_BYTES - CHECK_BYTES, CHECK_BYTES) != 0) {
        status = error_set(
            err, STATUS_DAMAGED,
            _("The key of this device is damaged. Enrol the device again, or use the "
              "recovery key."));
        goto done;
    }
    blob_take(&r, device_id.bytes, sizeof device_id.bytes);
    secret_init(&master, blob_take_part(&r, SECRET_KEY_BYTES), SECRET_KEY_BYTES);
    derive(out, device_id, &master);
done:
    secret_release(&master);
    if (file.bytes != NULL) {
        mem_wipe(file.bytes, file.cap);
    }
    buffer_release(&file);
    return status;
}

void device_key_release(struct device_key *key)
{
    secret_release(&key->seal);
    signing_key_release(&key->signing);
}

