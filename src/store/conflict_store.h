/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that lost when two terminals changed one thing (sync_conflicts), as the centre sent them down, and their review.
 * Writers run inside store_begin(). */
#ifndef STORE_CONFLICT_STORE_H
#define STORE_CONFLICT_STORE_H

#include "base/uid.h"
#include "store/store.h"

struct conflict {
    struct uid id, user, row, reviewed_by;
    int32_t ver;
    char *table, *group, *outcome;
    char *base, *kept, *lost; /* JSON of columns; "" none */
    char *resolution;
    char *patient_name;       /* "OKAFOR, Grace"; "" when it is about no patient here */
    bool needs_review;
    int64_t found_us, reviewed_us;
};
struct conflict_list {
    struct conflict *items;
    size_t len, cap;
};
void conflict_list_release(struct conflict_list *list);

/* Open ones first, newest first; all: those that need no review, too. At most 500. */
enum status conflict_list_get(struct store *store, bool all, struct conflict_list *out, struct error *err) MUST_USE;
enum status conflict_get(struct store *store, struct uid id, struct conflict *out, struct error *err) MUST_USE;
enum status conflict_review(struct store *store, const struct conflict *conflict, struct uid by, const char *resolution, char **out_old,
                            char **out_new, struct error *err) MUST_USE;
/* To review; changes in quarantine at the centre. */
enum status conflict_counts(struct store *store, int64_t *out_open, int64_t *out_quarantined, struct error *err) MUST_USE;
/* Is there an open conflict about this row (an order: no unattended dispensing)? */
enum status conflict_is_open(struct store *store, const char *table, struct uid row, bool *out, struct error *err) MUST_USE;

#endif
