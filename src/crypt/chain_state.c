/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/chain_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "crypt/page_seal.h"
#include "crypt/random.h"

#define VERSION 1
#define SLOTS 2
#define SLOT_DISTANCE 4096         /* never in one write of the disk */
#define AAD_BYTES (8 + 8 + 8 + 16) /* magic and version, generation, epoch, device */
#define CLEAR_BYTES 24
#define SLOT_BYTES (CLEAR_BYTES + SEAL_NONCE_BYTES + SEAL_TAG_BYTES + SECRET_KEY_BYTES)

static const uint8_t MAGIC[7] = {'P', 'r', 'C', 'h', 'a', 'i', 'n'};

static struct page_seal *seal_of(const struct device_key *device)
{
    struct secret key = SECRET_INIT;
    secret_init_derived(&key, &device->seal, "prescripcare.chain-state.1", NULL, 0);
    struct page_seal *seal = page_seal_new(&key);
    secret_release(&key);
    if (seal == NULL) {
        fatal("out of memory");
    }
    return seal;
}

static void put_u64(uint8_t *out, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        out[i] = (uint8_t)(value >> (56 - 8 * i));
    }
}

static void slot_aad(const uint8_t clear[CLEAR_BYTES], const struct device_key *device,
                     uint8_t out[AAD_BYTES])
{
    memcpy(out, clear, CLEAR_BYTES);
    memcpy(out + CLEAR_BYTES, device->device_id.bytes, 16);
}

static enum status fail(struct error *err)
{
    return error_set(err, STATUS_IO,
                     _("The audit log's key file cannot be written. Nothing was recorded."));
}

static bool put(int fd, int slot, const void *bytes, size_t len)
{
    return pwrite(fd, bytes, len, (off_t)slot * SLOT_DISTANCE) == (ssize_t)len && fsync(fd) == 0;
}

static bool wipe(int fd, int slot)
{
    uint8_t noise[SLOT_BYTES];
    random_fill(noise, sizeof noise);
    noise[0] = 0; /* never taken for a slot */
    return put(fd, slot, noise, sizeof noise);
}

static enum status write_slot(int fd, int slot, uint64_t generation, uint64_t epoch,
                              const struct secret *key, const struct device_key *device,
                              struct error *err)
{
    uint8_t bytes[SLOT_BYTES];
    uint8_t aad[AAD_BYTES];
    memcpy(bytes, MAGIC, sizeof MAGIC);
    bytes[7] = VERSION;
    put_u64(bytes + 8, generation);
    put_u64(bytes + 16, epoch);
    slot_aad(bytes, device, aad);
    struct page_seal *seal = seal_of(device);
    enum status status = page_seal_close(seal, aad, sizeof aad, secret_open(key), SECRET_KEY_BYTES,
                                         bytes + CLEAR_BYTES + 40, bytes + CLEAR_BYTES,
                                         bytes + CLEAR_BYTES + 24);
    secret_close(key);
    page_seal_free(seal);
    return status == STATUS_OK && put(fd, slot, bytes, sizeof bytes) ? STATUS_OK : fail(err);
}

/* The slot into *out if it is whole; *out_newer if it is of a later format. */
static bool read_slot(int fd, int slot, const struct device_key *device, struct chain_state *out,
                      bool *out_newer)
{
    uint8_t bytes[SLOT_BYTES];
    uint8_t aad[AAD_BYTES];
    uint8_t key[SECRET_KEY_BYTES];
    if (pread(fd, bytes, sizeof bytes, (off_t)slot * SLOT_DISTANCE) != (ssize_t)sizeof bytes ||
        memcmp(bytes, MAGIC, sizeof MAGIC) != 0) {
        return false;
    }
    *out_newer = bytes[7] > VERSION;
    slot_aad(bytes, device, aad);
    struct page_seal *seal = seal_of(device);
    bool ok = bytes[7] == VERSION &&
              page_seal_open(seal, aad, sizeof aad, bytes + CLEAR_BYTES + 40, sizeof key, key,
                             bytes + CLEAR_BYTES, bytes + CLEAR_BYTES + 24) == STATUS_OK;
    page_seal_free(seal);
    if (ok) {
        struct blob_reader r = blob_reader_of(bytes + 8, 16);
        out->generation = blob_take_u64(&r);
        out->epoch = blob_take_u64(&r);
        out->slot = slot;
        secret_init(&out->key, key, sizeof key);
    }
    mem_wipe(key, sizeof key);
    return ok;
}

enum status chain_state_create(const char *path, const struct device_key *device,
                               const struct secret *first_key, struct error *err)
{
    char *fresh = mem_format("%s.new", path);
    (void)unlink(fresh); /* what an interrupted attempt left */
    int fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    enum status status = fd >= 0 ? STATUS_OK : fail(err);
    if (status == STATUS_OK) {
        status = wipe(fd, 1) ? write_slot(fd, 0, 1, 0, first_key, device, err) : fail(err);
    }
    if (fd >= 0 && close(fd) != 0 && status == STATUS_OK) {
        status = fail(err);
    }
    /* link() refuses where rename() would replace: a chain that exists keeps its key. */
    if (status == STATUS_OK && link(fresh, path) != 0) {
        status = errno == EEXIST
                     ? error_set(err, STATUS_EXISTS, _("This device has an audit log already."))
                     : fail(err);
    }
    (void)unlink(fresh); /* may not be there */
    if (status == STATUS_OK && !blob_sync_folder_of(path)) {
        status = fail(err);
    }
    mem_free(fresh);
    return status;
}

enum status chain_state_lock(const char *path, const struct device_key *device,
                             struct chain_state *out, struct error *err)
{
    struct chain_state found[SLOTS] = {CHAIN_STATE_INIT, CHAIN_STATE_INIT};
    bool ok[SLOTS];
    bool is_newer = false;
    int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT
                   ? error_set(err, STATUS_NOT_FOUND, _("This device has no audit log yet."))
                   : fail(err);
    }
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            (void)close(fd); /* nothing was written */
            return fail(err);
        }
    }
    for (int slot = 0; slot < SLOTS; slot++) {
        bool newer = false;
        ok[slot] = read_slot(fd, slot, device, &found[slot], &newer);
        is_newer = is_newer || newer;
    }
    int best = ok[1] && (!ok[0] || found[1].generation > found[0].generation) ? 1 : 0;
    enum status status = STATUS_OK;
    if (!ok[best] && is_newer) {
        status = error_set(
            err, STATUS_NEWER,
            _("The audit log's key file was written by a newer version of the program."));
    } else if (!ok[best]) {
        status = error_set(err, STATUS_DAMAGED,
                           _("The audit log's key file is damaged, or belongs to another device. "
                             "Nothing was recorded."));
    } else if (ok[1 - best] && !wipe(fd, 1 - best)) {
        status = fail(err); /* a crash left the old key in the other slot */
    }
    if (status == STATUS_OK) {
        *out = found[best];
        out->fd = fd;
        found[best].key = (struct secret)SECRET_INIT;
    } else {
        (void)close(fd); /* gives the lock back */
    }
    secret_release(&found[0].key);
    secret_release(&found[1].key);
    return status;
}

enum status chain_state_advance(struct chain_state *state, const struct device_key *device,
                                struct error *err)
{
    int other = 1 - state->slot;
    struct secret next = SECRET_INIT;
    secret_init_copy(&next, &state->key);
    chain_evolve(&next);
    enum status status = write_slot(state->fd, other, state->generation + 1, state->epoch + 1,
                                    &next, device, err);
    if (status == STATUS_OK && !wipe(state->fd, state->slot)) {
        status = fail(err);
    }
    if (status != STATUS_OK) {
        secret_release(&next);
        return status;
    }
    secret_release(&state->key);
    state->key = next;
    state->slot = other;
    state->generation++;
    state->epoch++;
    return STATUS_OK;
}

enum status chain_state_align(struct chain_state *state, const struct device_key *device,
                              uint64_t database_epoch, struct error *err)
{
    if (database_epoch == state->epoch) {
        return STATUS_OK;
    }
    if (database_epoch == state->epoch + 1) {
        return chain_state_advance(state, device, err);
    }
    return error_set(err, STATUS_STALE,
                     _("The audit log and its key file do not fit together: one of them was put "
                       "back to an older copy."));
}

void chain_state_unlock(struct chain_state *state)
{
    secret_release(&state->key);
    if (state->fd >= 0) {
        (void)close(state->fd); /* everything was synced */
    }
    *state = (struct chain_state)CHAIN_STATE_INIT;
}
