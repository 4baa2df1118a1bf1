/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/device_escrow.h"

#include <sodium.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"

enum { HEAD_BYTES = 8 + 16 + USER_KEY_BYTES };

static const char MAGIC[8] = {'P', 'r', 'D', 'e', 'v', 'E', 's', '1'};

static void put_head(uint8_t out[HEAD_BYTES], struct uid device, const uint8_t recovery_public[USER_KEY_BYTES])
{
    memcpy(out, MAGIC, sizeof MAGIC);
    memcpy(out + sizeof MAGIC, device.bytes, sizeof device.bytes);
    memcpy(out + sizeof MAGIC + sizeof device.bytes, recovery_public, USER_KEY_BYTES);
}

static void forget(struct buffer *file)
{
    if (file->bytes != NULL) {
        mem_wipe(file->bytes, file->cap);
    }
    buffer_release(file);
}

enum status device_escrow_keep(const char *path, const char *device_key_path, const struct device_key *device,
                               const uint8_t recovery_public[USER_KEY_BYTES], struct error *err)
{
    struct buffer there = BUFFER_INIT, key = BUFFER_INIT;
    uint8_t head[HEAD_BYTES];
    put_head(head, device->device_id, recovery_public);
    bool is_kept = blob_read_file(path, &there, NULL) == STATUS_OK && there.len > sizeof head && memcmp(there.bytes, head, sizeof head) == 0;
    buffer_release(&there);
    if (is_kept) {
        return STATUS_OK;
    }
    enum status status = blob_read_file(device_key_path, &key, err);
    if (status == STATUS_OK) {
        size_t len = sizeof head + key.len + crypto_box_SEALBYTES;
        uint8_t *file = mem_alloc(len);
        memcpy(file, head, sizeof head);
        if (crypto_box_seal(file + sizeof head, (const uint8_t *)key.bytes, key.len, recovery_public) == 0) {
            status = blob_write_file(path, file, len, err);
        } else {
            status = error_set(err, STATUS_DAMAGED, _("The site's recovery key is damaged. Make a new one: prescripcare rekey recovery."));
        }
        mem_free(file);
    }
    forget(&key);
    return status;
}

enum status device_escrow_bring_back(const char *path, const struct secret *recovery_key,
                                     const uint8_t recovery_public[USER_KEY_BYTES], const char *device_key_path, struct error *err)
{
    struct buffer file = BUFFER_INIT;
    enum status status = blob_read_file(path, &file, NULL);
    if (status != STATUS_OK) {
        return error_set(err, status, _("This site's folder does not hold its device key. It is in copies made after the site was "
                                        "last opened by this version of the program."));
    }
    if (file.len <= HEAD_BYTES + crypto_box_SEALBYTES || memcmp(file.bytes, MAGIC, sizeof MAGIC) != 0) {
        buffer_release(&file);
        return error_set(err, STATUS_DAMAGED, _("The copy of the device key is damaged. Take an older copy of the site's folder."));
    }
    struct secret key = SECRET_INIT;
    size_t len = file.len - HEAD_BYTES - crypto_box_SEALBYTES;
    secret_init(&key, NULL, len);
    int failed = crypto_box_seal_open(secret_open(&key), (const uint8_t *)file.bytes + HEAD_BYTES, file.len - HEAD_BYTES, recovery_public,
                                      secret_open(recovery_key));
    secret_close(recovery_key);
    if (failed == 0) {
        status = blob_write_file(device_key_path, secret_open(&key), len, err);
        secret_close(&key);
    } else {
        status = error_set(err, STATUS_BAD_SECRET, _("This recovery key does not open this site."));
    }
    secret_close(&key);
    secret_release(&key);
    buffer_release(&file);
    return status;
}
