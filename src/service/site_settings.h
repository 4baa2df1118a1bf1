/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings that hold for this process: built-in, system file, site, user file (base/settings.h); and what the
 * clinical rules are made of. */
#ifndef SERVICE_SITE_SETTINGS_H
#define SERVICE_SITE_SETTINGS_H

#include "base/settings.h"
#include "model/timing.h"
#include "schedule/windows.h"
#include "service/site.h"

/* /etc/prescripcare.conf and the user's file; $PRESCRIPCARE_CONFIG names another user's file. The first failure is
 * handed on, with what could be read in *s. The caller releases. */
enum status settings_read_files(struct settings *s, struct error *err) MUST_USE;
char *settings_user_path(void); /* caller frees */
char *settings_keys_path(void); /* the user's keys.conf; caller frees */

/* Reads the site's rows over the files; after sign-in, and again when the data changed. */
enum status site_settings_load(struct site *site, struct error *err) MUST_USE;

/* value NULL: back to the layer below. Permission, audit row, outbox. */
enum status site_setting_change(struct actor *actor, enum setting setting, const char *value, struct error *err) MUST_USE;

struct window_rules site_window_rules(const struct site *site);
struct timing_table site_timing_table(const struct site *site);

#endif
