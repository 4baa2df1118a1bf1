/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing what the centre says into this site's records: rows as they stand there, with this device's own changes that
 * the centre has not confirmed put back on top (sync.md 7.5). Only inside store_begin() on a store opened as a mirror;
 * nothing goes into the outbox. A struct mirror belongs to one open store and is freed before it. */
#ifndef STORE_MIRROR_H
#define STORE_MIRROR_H

#include "base/uid.h"
#include "model/registry.h"
#include "store/store.h"

enum mirror_kind { MIRROR_NULL, MIRROR_INT, MIRROR_TEXT, MIRROR_BYTES };
struct mirror_value {
    enum mirror_kind kind;
    int64_t number;
    const void *bytes; /* borrowed for the call */
    int len;
};

/* Is the transaction of the centre in view? (the pull's snapshot) */
typedef bool mirror_sees_fn(const void *snapshot, int64_t xid);

struct mirror;
struct mirror *mirror_new(struct store *store);
void mirror_free(struct mirror *mirror);
void mirror_set_snapshot(struct mirror *mirror, mirror_sees_fn *sees, const void *snapshot); /* borrowed */

/* values: one for each column of the registry, in its order. A row that this file cannot take (STATUS_INVALID: another row
 * has its name) is noted as pending with the reason; the rest goes on. */
enum status mirror_put(struct mirror *mirror, const struct table_info *table, const struct mirror_value *values,
                       struct error *err) MUST_USE;

/* The centre does not show the row any more. A row with changes that wait stays. */
enum status mirror_drop(struct mirror *mirror, const struct table_info *table, struct uid id, struct error *err) MUST_USE;
bool mirror_has(struct mirror *mirror, const struct table_info *table, struct uid id);
bool mirror_waits(struct mirror *mirror, const struct table_info *table, struct uid id); /* a change of it is not confirmed */

/* Search terms of the persons whose names or numbers were written since. Before store_commit(). */
enum status mirror_reindex(struct mirror *mirror, struct error *err) MUST_USE;

/* Every row of a person (person_erase.h): they left this site's scope, or were erased. */
enum status mirror_forget(struct mirror *mirror, struct uid user, struct error *err) MUST_USE;
bool mirror_person_waits(struct mirror *mirror, struct uid user); /* changes about the person are not sent yet */

/* Rows whose acknowledged changes the snapshot sees: fetched once more, so that the centre's word stands. Each id is
 * given to `each`. */
typedef void mirror_row_fn(void *to, const char *table, struct uid id);
enum status mirror_confirmable(struct mirror *mirror, mirror_row_fn *each, void *to, struct error *err) MUST_USE;
enum status mirror_confirm(struct mirror *mirror, struct error *err) MUST_USE; /* after they were written */

/* Rows that are known to have changed and wait to be fetched. */
enum status mirror_pending_add(struct mirror *mirror, const char *table, struct uid id, const char *problem, struct error *err)
    MUST_USE;
enum status mirror_pending_remove(struct mirror *mirror, const char *table, struct uid id, struct error *err) MUST_USE;
bool mirror_is_unwritable(struct mirror *mirror, const char *table, struct uid id); /* it waits with a problem */
enum status mirror_pending_list(struct mirror *mirror, mirror_row_fn *each, void *to, struct error *err) MUST_USE;

/* Erasures with the centre's seal, for a centre that was put back from a backup. */
enum status mirror_erased_add(struct mirror *mirror, struct uid user, const void *mac, int len, struct error *err) MUST_USE;
typedef void mirror_erased_fn(void *to, struct uid user, const void *mac, int len);
enum status mirror_erased_list(struct mirror *mirror, mirror_erased_fn *each, void *to, struct error *err) MUST_USE;

/* First snapshot. UID_NONE before the first row of a table. */
enum status mirror_progress_get(struct mirror *mirror, const char *table, struct uid *out_last, bool *out_done, struct error *err)
    MUST_USE;
enum status mirror_progress_set(struct mirror *mirror, const char *table, struct uid last, bool is_done, struct error *err) MUST_USE;
enum status mirror_progress_clear(struct mirror *mirror, struct error *err) MUST_USE;

/* Counts and checksums over ids and versions, by the last byte of the id; the checksum is PostgreSQL's own
 * bit_xor(uuid_hash_extended(id, ver)). Reads every row. */
enum { MIRROR_GROUPS = 256 };
struct mirror_sum {
    int64_t count;
    uint64_t sum;
};
enum status mirror_sums(struct mirror *mirror, const struct table_info *table, struct mirror_sum out[MIRROR_GROUPS], struct error *err)
    MUST_USE;
typedef void mirror_version_fn(void *to, struct uid id, int64_t ver);
enum status mirror_group_rows(struct mirror *mirror, const struct table_info *table, int group, mirror_version_fn *each, void *to,
                              struct error *err) MUST_USE;

/* A change in quarantine was decided: its row is fetched as the centre has it. */
enum status mirror_settle(struct mirror *mirror, int64_t seq, struct error *err) MUST_USE;

/* This site takes the id of the site that it joins. */
enum status mirror_rename_site(struct mirror *mirror, struct uid from, struct uid to, struct error *err) MUST_USE;

#endif
