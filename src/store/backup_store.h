/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A copy of the records that fits the copy of the audit chain's key beside it: nobody writes while it is made, reading goes on. */
#ifndef STORE_BACKUP_STORE_H
#define STORE_BACKUP_STORE_H

#include "store/store.h"

/* Not inside a transaction. Both paths are new files; the database's copy is sealed with the same key and every page of it was
 * read back. */
enum status store_backup(struct store *store, const char *db_path, const char *audit_path, struct error *err) MUST_USE;

#endif
