/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The version of any row of the registry, for a change that says which one it saw. */
#ifndef STORE_ROW_VERSION_H
#define STORE_ROW_VERSION_H

#include "base/uid.h"
#include "model/registry.h"
#include "store/store.h"

enum status row_version(struct store *store, const struct table_info *table, struct uid id, int32_t *out, struct error *err) MUST_USE;

#endif
