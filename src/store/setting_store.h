/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The site's layer of the settings (base/settings.h). Writers run inside store_begin(). */
#ifndef STORE_SETTING_STORE_H
#define STORE_SETTING_STORE_H

#include "base/settings.h"
#include "base/uid.h"
#include "store/store.h"

/* Puts every stored value into *settings. A name or value that this version does not take (a newer
 * device wrote it) is left out and logged by name. */
enum status setting_load(struct store *store, struct settings *settings, struct error *err) MUST_USE;

/* value NULL takes it back to the layers below. *out_id the row, *out_old and *out_new (owned by the
 * caller) for the audit row; STATUS_NOT_FOUND when there is nothing to take back. */
enum status setting_put(struct store *store, enum setting setting, const char *value, struct uid by, struct uid *out_id,
                        char **out_old, char **out_new, struct error *err) MUST_USE;

#endif
