/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Audit records as they travel to the centre, by number (decisions.md 12). */
#ifndef STORE_AUDIT_EXPORT_H
#define STORE_AUDIT_EXPORT_H

#include "crypt/hash_chain.h"
#include "store/store.h"

struct audit_row {
    uint64_t seq;
    char *columns; /* JSON of the columns that a reader sees; sealed values as they are */
    struct buffer record;
    uint8_t hash[CHAIN_HASH_BYTES], mac[CHAIN_HASH_BYTES];
};
struct audit_row_list {
    struct audit_row *items;
    size_t len, cap;
};
void audit_row_list_release(struct audit_row_list *list);
enum status audit_rows_after(struct store *store, uint64_t seq, int limit, struct audit_row_list *out, struct error *err) MUST_USE;

/* Of this device's record; false in *out_found where there is none. */
enum status audit_hash_at(struct store *store, uint64_t seq, uint8_t out[CHAIN_HASH_BYTES], bool *out_found, struct error *err) MUST_USE;

/* Signed checkpoints (hash_chain.h) of records after `after` up to `last`. */
struct audit_note {
    uint64_t seq;
    char *note;
};
struct audit_note_list {
    struct audit_note *items;
    size_t len, cap;
};
void audit_note_list_release(struct audit_note_list *list);
enum status audit_notes_after(struct store *store, uint64_t after, uint64_t last, int limit, struct audit_note_list *out,
                              struct error *err) MUST_USE;

#endif
