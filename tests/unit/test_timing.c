/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "model/timing.h"

enum { TEXT_MAX = 40 };

/* "08:00 20:00" */
static const char *times_text(const struct timing_times *times, char buf[TEXT_MAX])
{
    size_t len = 0;
    buf[0] = '\0';
    for (int i = 0; i < times->count && i < TIMING_TIMES_MAX; i++) {
        len += (size_t)snprintf(buf + len, TEXT_MAX - len, "%s%02u:%02u", i > 0 ? " " : "", times->min[i] / 60u % 100u, times->min[i] % 60u);
    }
    return buf;
}

Test(timing, has_ascending_usual_times)
{
    struct timing_table table = timing_table_default();
    char text[TEXT_MAX];
    for (int i = 1; i < TIMING_COUNT; i++) {
        const struct timing_times *times = &table.times[i];
        cr_assert_gt(times->count, 0);
        for (int k = 0; k < times->count; k++) {
            cr_assert(times->min[k] < 1440 && (k == 0 || times->min[k] > times->min[k - 1]), "%s",
                      timing_word((enum timing)i));
        }
    }
    cr_assert_str_eq(times_text(&table.times[TIMING_QID], text), "08:00 12:00 16:00 20:00");
    cr_assert_str_eq(times_text(&table.times[TIMING_QHS], text), "22:00");
    cr_assert_str_eq(timing_word(TIMING_NONE), "");
}

Test(timing, takes_a_site_setting_or_leaves_the_table)
{
    static const struct {
        const char *word, *times;
        enum status status;
    } rows[] = {
        {"bid", "09:00 21:00", STATUS_OK},
        {"daily", "00:00", STATUS_OK},
        {"5x", "06:00 09:00 12:00 15:00 18:00", STATUS_OK},
        {"bid", "09:00", STATUS_INVALID},
        {"bid", "21:00 09:00", STATUS_INVALID},
        {"bid", "09:00 09:00", STATUS_INVALID},
        {"bid", "09:00 21:00 22:00", STATUS_INVALID},
        {"bid", "09:00,21:00", STATUS_INVALID},
        {"bid", "09:00 24:00", STATUS_INVALID},
        {"bid", "9:00 21:00", STATUS_INVALID},
        {"bid", "", STATUS_INVALID},
        {"bid", "09:00 21:00 ", STATUS_INVALID},
        {"daily", "08:60", STATUS_INVALID},
        {"qxd", "09:00", STATUS_NOT_FOUND},
        {"", "09:00", STATUS_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct timing_table table = timing_table_default();
        struct timing_table before = table;
        char text[TEXT_MAX];
        cr_expect_eq(timing_table_set(&table, rows[i].word, rows[i].times, NULL), rows[i].status,
                     "row %zu", i);
        bool is_same = memcmp(&table, &before, sizeof table) == 0;
        cr_expect_eq(is_same, rows[i].status != STATUS_OK, "row %zu", i);
        for (int k = 1; rows[i].status == STATUS_OK && k < TIMING_COUNT; k++) {
            if (strcmp(timing_word((enum timing)k), rows[i].word) == 0) {
                cr_expect_str_eq(times_text(&table.times[k], text), rows[i].times);
            }
        }
    }
}
