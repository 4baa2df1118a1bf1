/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/rekey.h"

#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "crypt/record_seal.h"
#include "store/sealed_vfs.h"
#include "store/store_private.h"

#define HANDOVER_PLACE "site.handover"
#define HANDOVER_DOMAIN "prescripcare.handover.1"

static char *handover_path(const struct store *store)
{
    return mem_format("%s.handover", store->path);
}

/* The new key, for who knows the old one. */
static enum status write_handover(const struct store *store, const struct rekey *rekey, struct error *err)
{
    struct secret seal = SECRET_INIT;
    char *text = NULL, *path = handover_path(store);
    secret_init_derived(&seal, &store->data_key, HANDOVER_DOMAIN, &rekey->next_epoch, sizeof rekey->next_epoch);
    enum status status = record_seal_close(&seal, HANDOVER_PLACE, secret_open(rekey->next_key), rekey->next_key->len, &text, err);
    secret_close(rekey->next_key);
    secret_release(&seal);
    if (status == STATUS_OK) {
        status = blob_write_file(path, text, strlen(text), err);
    }
    mem_free(text);
    mem_free(path);
    return status;
}

static enum status read_handover(const struct store *store, uint32_t epoch, struct secret *out, struct error *err)
{
    struct secret seal = SECRET_INIT;
    struct buffer file = BUFFER_INIT;
    char *path = handover_path(store), *key = NULL;
    size_t len = 0;
    secret_init_derived(&seal, &store->data_key, HANDOVER_DOMAIN, &epoch, sizeof epoch);
    enum status status = blob_read_file(path, &file, NULL);
    if (status == STATUS_OK) {
        status = record_seal_open(&seal, HANDOVER_PLACE, file.bytes, &key, &len, NULL);
    }
    if (status == STATUS_OK && len == SECRET_KEY_BYTES) {
        secret_init(out, key, len);
    } else {
        status = error_set(err, STATUS_SIGNED_OUT, _("The site's key was changed meanwhile. What you typed is kept; sign in again."));
    }
    if (key != NULL) {
        mem_wipe(key, len);
    }
    mem_free(key);
    secret_release(&seal);
    buffer_release(&file);
    mem_free(path);
    return status;
}

static void disconnect(struct store *store)
{
    if (store->prepared != NULL) {
        store_finalize_statements(store);
    }
    if (store->db.handle != NULL || store->db.path != NULL) {
        sealed_close(&store->db);
    }
    store->db = (struct sealed_db)SEALED_DB_INIT;
}

static enum status connect_again(struct store *store, struct error *err)
{
    struct sealed_options sealed = {.path = store->path, .key = &store->data_key, .epoch = store->epoch,
                                    .busy_timeout_ms = store->busy_timeout_ms};
    return sealed_open(&sealed, &store->db, err);
}

/* Under whatever key the file has now. */
static enum status follow_key(struct store *store, struct error *err)
{
    uint32_t epoch = store->epoch;
    struct secret next = SECRET_INIT;
    enum status status = sealed_vfs_epoch(store->path, &epoch, err);
    if (status != STATUS_OK || epoch == store->epoch) {
        return status;
    }
    status = read_handover(store, epoch, &next, err);
    if (status == STATUS_OK) {
        secret_release(&store->data_key);
        store->data_key = next;
        store->epoch = epoch;
    }
    return status;
}

enum status store_step_aside(struct store *store, struct error *err)
{
    disconnect(store);
    site_gate_leave(&store->gate);
    enum status status = site_gate_come_back(&store->gate, SITE_GATE_WAIT_MS, err);
    if (status == STATUS_OK) {
        status = follow_key(store, err);
    }
    return status == STATUS_OK ? connect_again(store, err) : status;
}

static void reach(const struct rekey *rekey, enum rekey_step step)
{
    if (rekey->reached != NULL) {
        rekey->reached(rekey->context, step);
    }
}

static enum status replace(struct store *store, struct rekey *rekey, struct error *err)
{
    const struct sealed_options now = {.path = store->path, .key = &store->data_key, .epoch = store->epoch};
    reach(rekey, REKEY_PAUSED);
    enum status status = rekey->write_slots(rekey->context, err);
    if (status == STATUS_OK) {
        reach(rekey, REKEY_SLOTS_WRITTEN);
        status = write_handover(store, rekey, err);
    }
    if (status == STATUS_OK) {
        reach(rekey, REKEY_HANDED_OVER);
        status = sealed_rekey(&now, rekey->next_key, rekey->next_epoch, err);
    }
    if (status == STATUS_OK) {
        reach(rekey, REKEY_REPLACED);
    }
    return status;
}

enum status store_rekey(struct store *store, struct rekey *rekey, struct error *err)
{
    struct stat st;
    int64_t begun_us = clock_monotonic_us();
    disconnect(store);
    enum status status = site_gate_pause(&store->gate, rekey->wait_ms, err);
    bool is_paused = status == STATUS_OK;
    if (is_paused) {
        status = replace(store, rekey, err);
    }
    if (status == STATUS_OK) {
        secret_release(&store->data_key);
        secret_init_copy(&store->data_key, rekey->next_key);
        store->epoch = rekey->next_epoch;
        rekey->bytes = stat(store->path, &st) == 0 ? (int64_t)st.st_size : 0;
    }
    enum status again = connect_again(store, status == STATUS_OK ? err : NULL);
    if (is_paused) {
        site_gate_resume(&store->gate);
    }
    rekey->paused_us = clock_monotonic_us() - begun_us;
    return status == STATUS_OK ? again : status;
}

enum status store_rekey_finish(struct store *store, struct error *err)
{
    char *path = handover_path(store);
    enum status status = blob_destroy_file(path, err);
    mem_free(path);
    return status;
}

void store_rekey_tidy(const struct store *store)
{
    const int64_t lives_us = 60 * US_PER_SECOND;
    const struct clock clock = clock_system(); /* the file's own time is the machine's */
    struct stat st;
    char *path = handover_path(store);
    if (stat(path, &st) == 0 && clock_now_us(&clock) - (int64_t)st.st_mtime * US_PER_SECOND > lives_us &&
        blob_destroy_file(path, NULL) != STATUS_OK) {
        log_write(LOG_WARNING, "the hand-over of a former key could not be destroyed");
    }
    mem_free(path);
}
