/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings: one table of names, types, ranges, defaults and help. A value comes from the built-in
 * default, the system's file, the site's own table, the user's file; a later one wins where the row
 * lets it speak. What a clinician sets for the site (windows, times of day) cannot be changed by one
 * person's file. Files hold lines "name = value" and # comments. The struct owns its texts. */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum setting_layer { SETTING_BUILT_IN, SETTING_SYSTEM, SETTING_SITE, SETTING_USER, SETTING_LAYER_COUNT };

enum setting_type {
    SETTING_SWITCH, /* on, off */
    SETTING_NUMBER, /* whole, min to max */
    SETTING_CHOICE, /* one of `choices` */
    SETTING_TEXT,   /* printable, at most `max` bytes */
    SETTING_TIMES   /* "08:00 20:00": `min` to `max` ascending times of day */
};

#define SETTING_LAYERS_PERSONAL \
    ((1u << SETTING_SYSTEM) | (1u << SETTING_SITE) | (1u << SETTING_USER))
#define SETTING_LAYERS_SITE (1u << SETTING_SITE)

/* constant, name, type, layers, min, max, default, choices separated by spaces, help */
#define SETTING_LIST(X)                                                                            \
    X(SETTING_THEME, "theme", CHOICE, PERSONAL, 0, 0, "dark", "dark light night contrast mono",    \
      N_("Colours of the screens."))                                                               \
    X(SETTING_ESCAPE_DELAY, "escape_delay_ms", NUMBER, PERSONAL, 0, 1000, "0", "",                 \
      N_("How long a lone Esc waits for the rest of a key; 0: $ESCDELAY, else 25."))               \
    X(SETTING_SCAN_PREFIX, "scan_prefix", TEXT, PERSONAL, 0, 8, "", "",                            \
      N_("What the scanners are set to send first; empty: scans are known by their speed."))       \
    X(SETTING_SCAN_SEPARATOR, "scan_separator", TEXT, PERSONAL, 0, 8, "", "",                      \
      N_("What the scanners send for the separator GS where they cannot send it; empty: GS."))     \
    X(SETTING_SCAN_RX_PREFIX, "scan_rx_prefix", TEXT, SITE, 0, 8, "RX", "",                        \
      N_("What stands before the number on the site's prescription labels."))                      \
    X(SETTING_SCAN_MRN_PREFIX, "scan_mrn_prefix", TEXT, SITE, 0, 8, "MRN", "",                     \
      N_("What stands before the number on the site's wristbands; may be left out on them."))      \
    X(SETTING_MOUSE, "mouse", SWITCH, PERSONAL, 0, 0, "off", "",                                   \
      N_("The mouse points in the workstation; the terminal's own selecting is off then."))        \
    X(SETTING_LOCK_AFTER, "lock_after_min", NUMBER, SITE, 1, 15, "5", "",                          \
      N_("Minutes without a key until the screen is cleared and locked."))                         \
    X(SETTING_SIGN_OUT_AFTER, "sign_out_after_min", NUMBER, SITE, 5, 60, "30", "",                 \
      N_("Minutes without a key until the session ends; what was typed is kept."))                 \
    X(SETTING_SESSION_HOURS, "session_hours", NUMBER, SITE, 1, 12, "12", "",                       \
      N_("Hours after which a session ends whatever is done in it."))                              \
    X(SETTING_PASSWORD_MEMORY, "password_memory_mib", NUMBER, SITE, 0, 1024, "0", "",              \
      N_("Memory for checking a password, in MiB; accounts below it are raised at their next "     \
         "sign-in. 0: as each account was made; else at least 64."))                               \
    X(SETTING_WINDOW_CRITICAL, "window_time_critical_min", NUMBER, SITE, 5, 240, "30", "",         \
      N_("Minutes before and after the planned time of a time-critical dose without a reason."))   \
    X(SETTING_WINDOW_FREQUENT, "window_frequent_min", NUMBER, SITE, 10, 240, "60", "",             \
      N_("The same for doses more often than daily."))                                             \
    X(SETTING_WINDOW_DAILY, "window_daily_min", NUMBER, SITE, 10, 240, "120", "",                  \
      N_("The same for daily, weekly and monthly doses."))                                         \
    X(SETTING_WINDOW_STAT, "window_stat_late_min", NUMBER, SITE, 5, 240, "30", "",                 \
      N_("Minutes after which a dose ordered at once is late."))                                   \
    X(SETTING_MISSED_GRACE, "missed_grace_min", NUMBER, SITE, 0, 1440, "120", "",                  \
      N_("Minutes behind the late limit after which an open dose is closed as missed."))           \
    X(SETTING_LATE_ENTRY, "late_entry_min", NUMBER, SITE, 5, 1440, "60", "",                       \
      N_("Minutes between giving and recording after which a reason is asked."))                   \
    X(SETTING_LATE_ENTRY_FAR, "late_entry_supervisor_min", NUMBER, SITE, 60, 10080, "1440", "",    \
      N_("Minutes between giving and recording after which a supervisor is needed."))              \
    X(SETTING_VITALS_AGE, "vitals_age_min", NUMBER, SITE, 5, 1440, "60", "",                       \
      N_("Minutes that a vital sign may be old when a hold rule looks at it."))                    \
    X(SETTING_LABS_AGE, "laboratory_age_hours", NUMBER, SITE, 1, 336, "24", "",                    \
      N_("Hours that a laboratory value may be old when a hold rule looks at it."))                \
    X(SETTING_SCALE_AGE, "scale_glucose_age_min", NUMBER, SITE, 5, 240, "30", "",                  \
      N_("Minutes that a glucose may be old when a scale gives the dose by it."))                  \
    X(SETTING_VERIFY_BEFORE, "verify_before_giving", SWITCH, SITE, 0, 0, "on", "",                 \
      N_("A dose of an order that no pharmacist has verified needs a reason."))                    \
    X(SETTING_DOUBLE_CHECK, "double_check_list", TEXT, SITE, 0, 400,                               \
      "insulin/iv heparins/iv cytotoxic/iv cytotoxic/intrathecal opioid/iv<18", "",                \
      N_("Drug classes that a second person checks independently: CLASS/ROUTE<AGE, route and age may be left out."))  \
    X(SETTING_WASTE_WITHIN, "waste_within_min", NUMBER, SITE, 5, 240, "30", "",                    \
      N_("Minutes after taking out a controlled drug within which waste needs no explanation."))   \
    X(SETTING_WASTE_OPEN, "waste_open_hours", NUMBER, SITE, 1, 48, "12", "",                       \
      N_("Hours that waste may stay open before a supervisor has to close it."))                   \
    X(SETTING_SIGN_WITHIN, "sign_within_hours", NUMBER, SITE, 1, 336, "24", "",                    \
      N_("Hours within which a prescriber signs an order given by word of mouth."))                \
    X(SETTING_QUIET_DAYS, "override_quiet_days", NUMBER, SITE, 1, 90, "30", "",                    \
      N_("Days for which a finding that was accepted does not interrupt again."))                  \
    X(SETTING_KNOWLEDGE_AGE, "knowledge_max_age_days", NUMBER, SITE, 30, 3650, "400", "",          \
      N_("Days after which the drug knowledge is too old: every check is then NOT CHECKED until the program is brought up to date.")) \
    X(SETTING_SOLO, "override_solo", SWITCH, SITE, 0, 0, "off", "",                                \
      N_("Whether somebody who is alone on duty may go on past a contraindication; another person reviews it within 24 hours.")) \
    X(SETTING_PRINTER_LABELS, "printer_labels", TEXT, PERSONAL, 0, 200, "", "",                    \
      N_("Where labels are printed: zpl://HOST:9100, text://HOST:9100 or cups://HOST:631/QUEUE.")) \
    X(SETTING_PRINTER_DOCUMENTS, "printer_documents", TEXT, PERSONAL, 0, 200, "", "",              \
      N_("Where lists and sheets are printed: cups://HOST:631/QUEUE or text://HOST:9100."))        \
    X(SETTING_PAPER, "paper", CHOICE, PERSONAL, 0, 0, "a4", "a4 letter",                           \
      N_("Paper of lists and sheets."))                                                            \
    X(SETTING_FILL_SECOND, "fill_second_check", CHOICE, SITE, 0, 0, "controlled", "off controlled always", \
      N_("Which filled prescriptions need another person for the final check than who filled them."))        \
    X(SETTING_FILL_USED, "fill_early_used_percent", NUMBER, SITE, 50, 100, "80", "",               \
      N_("How much of the last supply is used up before the next fill is not early, in percent.")) \
    X(SETTING_FILL_USED_CONTROLLED, "fill_early_used_percent_controlled", NUMBER, SITE, 50, 100, "90", "", \
      N_("The same for controlled drugs."))                                                        \
    X(SETTING_FILL_RETURN, "fill_return_days", NUMBER, SITE, 1, 60, "10", "",                      \
      N_("Days after which a filled prescription that nobody collected goes back to stock."))      \
    X(SETTING_FILL_VALID, "fill_order_valid_days", NUMBER, SITE, 30, 730, "365", "",               \
      N_("Days after its date for which a prescription can be filled."))                           \
    X(SETTING_RECORD_YEARS, "record_retention_years", NUMBER, SITE, 2, 99, "10", "",               \
      N_("Years for which a patient's record is kept after its last change."))                     \
    X(SETTING_PRESCRIBE_RELATED, "prescribe_needs_relationship", SWITCH, SITE, 0, 0, "off", "",    \
      N_("Only who has a relationship with a patient that lets them prescribe orders for that patient."))    \
    X(SETTING_DOWNTIME_TIMES, "downtime_times", TIMES, SITE, 0, 6, "", "",                          \
      N_("Times of day at which the sheets for a downtime of everybody are printed; empty: by hand only."))    \
    X(SETTING_DOWNTIME_HOURS, "downtime_hours", CHOICE, SITE, 0, 0, "24", "24 72",                 \
      N_("How many hours those sheets reach."))                                                    \
    X(SETTING_TIMES_DAILY, "times_daily", TIMES, SITE, 1, 1, "08:00", "",                          \
      N_("Times of day of \"daily\"."))                                                            \
    X(SETTING_TIMES_BID, "times_bid", TIMES, SITE, 2, 2, "08:00 20:00", "",                        \
      N_("Times of day of \"twice daily\"."))                                                      \
    X(SETTING_TIMES_TID, "times_tid", TIMES, SITE, 3, 3, "08:00 14:00 20:00", "",                  \
      N_("Times of day of \"three times daily\"."))                                                \
    X(SETTING_TIMES_QID, "times_qid", TIMES, SITE, 4, 4, "08:00 12:00 16:00 20:00", "",            \
      N_("Times of day of \"four times daily\"."))                                                 \
    X(SETTING_TIMES_QHS, "times_qhs", TIMES, SITE, 1, 1, "22:00", "",                              \
      N_("Time of \"at bedtime\"."))

#define SETTING_CONSTANT(constant, name, type, layers, min, max, value, choices, help) constant,
enum setting { SETTING_LIST(SETTING_CONSTANT) SETTING_COUNT };

struct setting_info {
    const char *name;
    enum setting_type type;
    unsigned layers; /* bits of enum setting_layer that may speak */
    int min, max;
    const char *standard; /* the built-in value */
    const char *choices;
    const char *help; /* N_() */
};

struct settings {
    char *values[SETTING_COUNT]; /* NULL: the built-in one */
    enum setting_layer layers[SETTING_COUNT];
    char *origins[SETTING_COUNT]; /* "FILE, line N"; NULL: the layer says enough */
};

void settings_init(struct settings *s);
void settings_release(struct settings *s);

const struct setting_info *setting_info(enum setting setting);
int setting_find(const char *name); /* an enum setting; -1: there is none */

const char *settings_text(const struct settings *s, enum setting setting); /* borrowed */
int settings_number(const struct settings *s, enum setting setting);
bool settings_switch(const struct settings *s, enum setting setting);
const char *setting_layer_word(enum setting_layer layer); /* "built-in", "system", "site", "user" */

/* STATUS_INVALID names the setting and what it takes; STATUS_REFUSED: this layer may not set it. A
 * value of a lower layer than the one that is there changes nothing. origin may be NULL. */
enum status settings_set(struct settings *s, enum setting setting, const char *value,
                         enum setting_layer layer, const char *origin, struct error *err) MUST_USE;

/* What settings_set() would say, with nothing set. */
enum status setting_check(enum setting setting, const char *value, struct error *err) MUST_USE;

/* All or nothing. A file that is not there is no failure. Errors name file and line. */
enum status settings_read_file(struct settings *s, const char *path, enum setting_layer layer,
                               struct error *err) MUST_USE;

#endif
