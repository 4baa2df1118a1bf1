/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stays on a ward. Writers run inside store_begin(). */
#ifndef STORE_STAY_STORE_H
#define STORE_STAY_STORE_H

#include "model/stay.h"
#include "store/store.h"

/* Of a person, over all their records, the newest first. */
enum status stay_list_get(struct store *store, struct uid patient, struct stay_list *out, struct error *err) MUST_USE;
/* ver 0: a new row; else the row at that version (STATUS_STALE). Sets ver. */
enum status stay_put(struct store *store, struct stay *stay, char **out_old, char **out_new, struct error *err) MUST_USE;
/* There was no such stay: the row is kept, marked as deleted. */
enum status stay_remove(struct store *store, const struct stay *stay, int64_t at_us, char **out_old, char **out_new,
                        struct error *err) MUST_USE;

#endif
