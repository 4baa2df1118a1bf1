/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SQL that makes and brings up to date the centre's tables, written from the registry (types, words, policy) and the
 * sites' migrations (defaults, references, indexes), so that centre and sites cannot differ. Running it twice changes
 * nothing. Run as prescripcare_owner after the numbered migrations of data/server. */
#ifndef SYNC_SERVER_SCHEMA_H
#define SYNC_SERVER_SCHEMA_H

#include "base/buffer.h"
#include "base/error.h"

/* Appends the script. *out_version: the sites' schema that it follows. */
enum status server_schema_write(struct buffer *out, int *out_version, struct error *err) MUST_USE;

#endif
