/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/timing.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

#define WORD(constant, word, count, ...) [constant] = word,
static const char *const words[TIMING_COUNT] = {TIMING_LIST(WORD)};

#define TIMES(constant, word, count, ...) [constant] = {count, __VA_ARGS__},
static const struct timing_table defaults = {.times = {TIMING_LIST(TIMES)}};

struct timing_table timing_table_default(void)
{
    return defaults;
}

const char *timing_word(enum timing timing)
{
    return timing > TIMING_NONE && timing < TIMING_COUNT ? words[timing] : "";
}

static bool read_time(const char *text, uint16_t *out)
{
    for (int i = 0; i < 5; i++) {
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    int hour = (text[0] - '0') * 10 + text[1] - '0';
    int minute = (text[3] - '0') * 10 + text[4] - '0';
    *out = (uint16_t)(hour * 60 + minute);
    return hour < 24 && minute < 60;
}

static bool read_times(const char *text, uint8_t count, struct timing_times *out)
{
    struct timing_times times = {.count = count};
    for (int i = 0; i < count; i++, text += 6) {
        if (!read_time(text, &times.min[i]) || (i > 0 && times.min[i] <= times.min[i - 1])) {
            return false;
        }
        if (text[5] != (i + 1 < count ? ' ' : '\0')) {
            return false;
        }
    }
    *out = times;
    return true;
}

enum status timing_table_set(struct timing_table *table, const char *word, const char *times,
                             struct error *err)
{
    for (int i = 1; i < TIMING_COUNT; i++) {
        if (strcmp(words[i], word) != 0) {
            continue;
        }
        if (!read_times(times, defaults.times[i].count, &table->times[i])) {
            return error_set_field(err, STATUS_INVALID, word,
                                   ngettext("\"%s\" needs %d ascending time such as 08:00.",
                                            "\"%s\" needs %d ascending times such as 08:00 20:00.",
                                            defaults.times[i].count),
                                   word, defaults.times[i].count);
        }
        return STATUS_OK;
    }
    return error_set_field(err, STATUS_NOT_FOUND, word, _("There is no time word \"%s\"."), word);
}

