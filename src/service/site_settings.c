/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/site_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "print/printer.h"
#include "service/act.h"
#include "store/setting_store.h"

#define SYSTEM_FILE "/etc/prescripcare.conf"

/* What base cannot know: a printer's address. */
static enum status check_value(enum setting setting, const char *value, struct error *err)
{
    struct printer printer;
    return setting == SETTING_PRINTER_LABELS || setting == SETTING_PRINTER_DOCUMENTS ? printer_parse(value, &printer, err)
                                                                                     : STATUS_OK;
}

static char *in_config_folder(const char *name)
{
    const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (base != NULL && base[0] == '/') {
        return mem_format("%s/prescripcare/%s", base, name);
    }
    return home != NULL && home[0] == '/' ? mem_format("%s/.config/prescripcare/%s", home, name) : NULL;
}

char *settings_user_path(void)
{
    const char *named = getenv("PRESCRIPCARE_CONFIG");
    return named != NULL && named[0] == '/' ? mem_copy_text(named) : in_config_folder("prescripcare.conf");
}

char *settings_keys_path(void)
{
    return in_config_folder("keys.conf");
}

enum status settings_read_files(struct settings *s, struct error *err)
{
    char *user = settings_user_path();
    enum status status = settings_read_file(s, SYSTEM_FILE, SETTING_SYSTEM, err);
    enum status own = user != NULL ? settings_read_file(s, user, SETTING_USER, status == STATUS_OK ? err : NULL) : STATUS_OK;
    mem_free(user);
    return status != STATUS_OK ? status : own;
}

enum status site_settings_load(struct site *site, struct error *err)
{
    struct settings fresh;
    settings_init(&fresh);
    if (settings_read_files(&fresh, NULL) != STATUS_OK) { /* said to the person when the program started */
        log_write(LOG_WARNING, "a settings file has a mistake and is not used");
    }
    enum status status = site->store != NULL ? setting_load(site->store, &fresh, err) : STATUS_OK;
    if (status == STATUS_OK) {
        settings_release(&site->settings);
        site->settings = fresh;
    } else {
        settings_release(&fresh);
    }
    return status;
}

enum status site_setting_change(struct actor *actor, enum setting setting, const char *value, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_SETTINGS_WRITE, "settings.change", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct act act = ACT(actor, PERMISSION_SETTINGS_WRITE, "settings.change", "site_settings", UID_NONE);
    struct settings look;
    settings_init(&look);
    enum status status = value != NULL ? settings_set(&look, setting, value, SETTING_SITE, NULL, err) : STATUS_OK;
    settings_release(&look);
    if (status == STATUS_OK && value != NULL) {
        status = check_value(setting, value, err);
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act.risk = RISK_LEVEL_MEDIUM;
    status = act_end(&act,
                     setting_put(actor->site->store, setting, value, actor->user, &act.record, &act.old_values,
                                 &act.new_values, err),
                     err);
    return status == STATUS_OK ? site_settings_load(actor->site, err) : status;
}

struct window_rules site_window_rules(const struct site *site)
{
    static const struct {
        enum window_class window_class;
        enum setting setting;
    } WINDOWS[] = {{WINDOW_CLASS_TIME_CRITICAL, SETTING_WINDOW_CRITICAL},
                   {WINDOW_CLASS_FREQUENT, SETTING_WINDOW_FREQUENT},
                   {WINDOW_CLASS_DAILY, SETTING_WINDOW_DAILY}};
    const struct settings *s = &site->settings;
    struct window_rules rules = window_rules_default();
    for (size_t i = 0; i < sizeof WINDOWS / sizeof *WINDOWS; i++) {
        uint16_t minutes = (uint16_t)settings_number(s, WINDOWS[i].setting);
        rules.windows[WINDOWS[i].window_class].early_min = minutes;
        rules.windows[WINDOWS[i].window_class].late_min = minutes;
    }
    rules.windows[WINDOW_CLASS_STAT].late_min = (uint16_t)settings_number(s, SETTING_WINDOW_STAT);
    rules.grace_min = (uint16_t)settings_number(s, SETTING_MISSED_GRACE);
    rules.late_entry_min = (uint16_t)settings_number(s, SETTING_LATE_ENTRY);
    rules.late_entry_far_min = (uint16_t)settings_number(s, SETTING_LATE_ENTRY_FAR);
    return rules;
}

struct timing_table site_timing_table(const struct site *site)
{
    static const struct {
        const char *word;
        enum setting setting;
    } TIMES[] = {{"daily", SETTING_TIMES_DAILY},
                 {"bid", SETTING_TIMES_BID},
                 {"tid", SETTING_TIMES_TID},
                 {"qid", SETTING_TIMES_QID},
                 {"qhs", SETTING_TIMES_QHS}};
    struct timing_table table = timing_table_default();
    for (size_t i = 0; i < sizeof TIMES / sizeof *TIMES; i++) {
        if (timing_table_set(&table, TIMES[i].word, settings_text(&site->settings, TIMES[i].setting), NULL) != STATUS_OK) {
            log_write(LOG_ERROR, "times of day of %s are not understood", TIMES[i].word); /* settings check the same */
        }
    }
    return table;
}
