/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes when a person leaves this device's records: every row about them in every table of the registry, their search
 * terms, drafts, printed sheets and the key of their part of the audit trail. Inside store_begin(). */
#ifndef STORE_PERSON_ERASE_H
#define STORE_PERSON_ERASE_H

#include "base/uid.h"
#include "model/registry.h"
#include "store/store.h"

/* Rows of the table are rows about a patient and go with them. Not the queue for the centre, whose numbers have no gaps
 * (outbox_blank_person()), nor the trail, which names patients by pseudonyms only. */
bool person_erase_has(const struct table_info *table);

/* *out_rows, when not NULL: how many rows went. The search index is rewritten without the terms. */
enum status person_erase(struct store *store, struct uid user, int64_t *out_rows, struct error *err) MUST_USE;

/* Rows that person_erase() would take, without taking one. */
enum status person_erase_count(struct store *store, struct uid user, int64_t *out_rows, struct error *err) MUST_USE;

/* When the newest of those rows was made, by the time in its id: another device may have written it, whose part of the trail is
 * not here. 0: there is none. */
enum status person_erase_newest(struct store *store, struct uid user, int64_t *out_us, struct error *err) MUST_USE;

#endif
