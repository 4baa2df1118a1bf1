/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One person's rows (of all records of theirs: patient_link_store.h) of every table that is about patients, as JSON, by the
 * registry: a table that is added there is in the export too. What is not the person's own (the key that seals the audit
 * trail's details) and what proves who staff are stays out. */
#ifndef STORE_PERSON_EXPORT_H
#define STORE_PERSON_EXPORT_H

#include "base/json.h"
#include "base/uid.h"
#include "model/registry.h"
#include "store/store.h"

/* Members "table": [rows] of the object that *w is in; rows by key, what was removed too. *out_rows: how many. */
enum status person_export(struct store *store, struct uid person, struct json_writer *w, int64_t *out_rows, struct error *err) MUST_USE;

/* Whether the table is part of it. */
bool person_export_has(const struct table_info *table);

#endif
