/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sealed_keys.h"

#include <string.h>

#include "base/memory.h"

struct sealed_key *sealed_keys_find(struct sealed_keys *keys, const char *path)
{
    for (size_t i = 0; i < keys->len; i++) {
        if (strcmp(keys->items[i].path, path) == 0) {
            return &keys->items[i];
        }
    }
    return NULL;
}

enum status sealed_keys_add(struct sealed_keys *keys, const char *path, const struct secret *key,
                            uint32_t epoch)
{
    struct sealed_key *known = sealed_keys_find(keys, path);
    if (known != NULL) {
        if (known->epoch != epoch || !secret_equal(&known->key, key)) {
            return STATUS_EXISTS;
        }
        known->uses++;
        return STATUS_OK;
    }
    MEM_GROW(keys);
    struct sealed_key *added = &keys->items[keys->len++];
    memset(added, 0, sizeof *added);
    added->path = mem_copy_text(path);
    secret_init_copy(&added->key, key);
    added->epoch = epoch;
    added->uses = 1;
    return STATUS_OK;
}

void sealed_keys_remove(struct sealed_keys *keys, const char *path)
{
    struct sealed_key *known = sealed_keys_find(keys, path);
    if (known == NULL || --known->uses > 0) {
        return;
    }
    secret_release(&known->key);
    mem_free(known->path);
    *known = keys->items[--keys->len];
}

void sealed_keys_release(struct sealed_keys *keys)
{
    for (size_t i = 0; i < keys->len; i++) {
        secret_release(&keys->items[i].key);
        mem_free(keys->items[i].path);
    }
    mem_free(keys->items);
    memset(keys, 0, sizeof *keys);
}
