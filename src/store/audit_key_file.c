/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit epoch key outside SQLite, whose WAL and free pages would keep old keys. Two slots of 512 bytes: the newer is
 * written and synced first, then the older is wiped, so that a crash leaves one good slot and never an old key for
 * longer than that. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/key_file.h"
#include "crypt/record_seal.h"
#include "store/store_private.h"

#define DOMAIN "prescripcare.audit.key.1"
enum { SLOT = 512, BODY = 4 + SECRET_KEY_BYTES };

static void slot_fill(const struct secret *device_key, const struct secret *key, uint32_t epoch, unsigned char out[SLOT])
{
    unsigned char body[BODY] = {(unsigned char)(epoch >> 24), (unsigned char)(epoch >> 16), (unsigned char)(epoch >> 8),
                                (unsigned char)epoch};
    struct buffer sealed = BUFFER_INIT;
    memcpy(body + 4, secret_open(key), SECRET_KEY_BYTES);
    secret_close(key);
    record_seal(device_key, DOMAIN, body, sizeof body, &sealed);
    memset(out, 0, SLOT);
    memcpy(out, sealed.bytes, sealed.len);
    buffer_release(&sealed);
    mem_wipe(body, sizeof body);
}

enum status audit_key_create(const char *path, const struct secret *device_key, const struct secret *key, struct error *err)
{
    unsigned char slots[2 * SLOT] = {0};
    slot_fill(device_key, key, 0, slots);
    return file_replace(path, slots, sizeof slots, err);
}

enum status audit_key_read(int fd, const struct secret *device_key, struct secret *out_key, uint32_t *out_epoch,
                           struct error *err)
{
    unsigned char slots[2 * SLOT];
    bool found = false;
    if (pread(fd, slots, sizeof slots, 0) != (ssize_t)sizeof slots) {
        return error_set(err, STATUS_DAMAGED, _("The audit key file is damaged. Restore it from a backup."));
    }
    for (int i = 0; i < 2; i++) {
        struct buffer body = BUFFER_INIT;
        if (record_open(device_key, DOMAIN, slots + i * SLOT, RECORD_SEAL_OVERHEAD + BODY, &body) == STATUS_OK &&
            body.len == BODY) {
            const unsigned char *b = (const unsigned char *)body.bytes;
            uint32_t epoch = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
            if (!found || epoch > *out_epoch) {
                if (found) {
                    secret_release(out_key);
                }
                secret_init(out_key, b + 4, SECRET_KEY_BYTES);
                *out_epoch = epoch;
                found = true;
            }
            mem_wipe(body.bytes, body.len);
        }
        buffer_release(&body);
    }
    return found ? STATUS_OK
                 : error_set(err, STATUS_DAMAGED, _("The audit key file does not fit this machine's device key, or is "
                                                    "damaged. Restore it from a backup."));
}

static enum status slot_write(int fd, int slot, const unsigned char bytes[SLOT], struct error *err)
{
    if (pwrite(fd, bytes, SLOT, slot * (off_t)SLOT) != SLOT || fdatasync(fd) != 0) {
        return error_set(err, errno == ENOSPC ? STATUS_DISK_FULL : STATUS_IO, _("The audit key file could not be written."));
    }
    return STATUS_OK;
}

enum status audit_key_write(int fd, const struct secret *device_key, const struct secret *key, uint32_t epoch,
                            struct error *err)
{
    static const unsigned char wiped[SLOT];
    unsigned char bytes[SLOT];
    slot_fill(device_key, key, epoch, bytes);
    enum status status = slot_write(fd, (int)(epoch % 2), bytes, err);
    return status == STATUS_OK ? slot_write(fd, (int)((epoch + 1) % 2), wiped, err) : status;
}
