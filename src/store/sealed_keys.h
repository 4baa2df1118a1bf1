/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which key opens which database file: by full path, counted, each key in guarded memory of its
 * own. Belongs to the sealed file layer, which asks it at every open. */
#ifndef STORE_SEALED_KEYS_H
#define STORE_SEALED_KEYS_H

#include <stdint.h>

#include "crypt/secret.h"

/* Why the file layer would not open a file, for whoever has to say it to a person. */
enum sealed_refusal {
    SEALED_REFUSAL_NONE,
    SEALED_REFUSAL_NO_KEY,
    SEALED_REFUSAL_WRONG_KEY,
    SEALED_REFUSAL_DAMAGED,
    SEALED_REFUSAL_CUT_SHORT,
    SEALED_REFUSAL_PLAIN,   /* an ordinary SQLite file */
    SEALED_REFUSAL_FOREIGN, /* something else */
    SEALED_REFUSAL_NEWER,
};

struct sealed_key {
    char *path;
    struct secret key;
    uint32_t epoch;
    unsigned uses;
    enum sealed_refusal refusal; /* of the last open */
};

struct sealed_keys {
    struct sealed_key *items;
    size_t len;
    size_t cap;
};

/* Copies the key. Adding a path again counts up; with another key or epoch it is an error
 * (STATUS_EXISTS). */
enum status sealed_keys_add(struct sealed_keys *keys, const char *path, const struct secret *key,
                            uint32_t epoch) MUST_USE;
void sealed_keys_remove(struct sealed_keys *keys,
                        const char *path); /* the last removal wipes the key */
struct sealed_key *sealed_keys_find(struct sealed_keys *keys, const char *path);
void sealed_keys_release(struct sealed_keys *keys);

#endif
