/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/backup_store.h"

#include "base/memory.h"
#include "crypt/blob.h"
#include "store/store_private.h"

enum status store_backup(struct store *store, const char *db_path, const char *audit_path, struct error *err)
{
    struct chain_state state = CHAIN_STATE_INIT;
    struct buffer key = BUFFER_INIT;
    enum status status = chain_state_lock(store->audit_path, store->device, &state, err); /* who writes takes it first */
    if (status == STATUS_OK) {
        status = sealed_copy(&store->db, db_path, &store->data_key, store->epoch, err);
    }
    if (status == STATUS_OK) {
        status = blob_read_file(store->audit_path, &key, err);
    }
    if (status == STATUS_OK) {
        status = blob_write_file(audit_path, key.bytes, key.len, err);
    }
    chain_state_unlock(&state);
    if (key.bytes != NULL) {
        mem_wipe(key.bytes, key.cap);
    }
    buffer_release(&key);
    return status;
}
