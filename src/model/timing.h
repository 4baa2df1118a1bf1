/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The site's usual times of day for "daily", "bid" and the like: a setting, given to whoever turns
 * words into times. Plain values. */
#ifndef MODEL_TIMING_H
#define MODEL_TIMING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define TIMING_TIMES_MAX 5

/* constant, word of the setting and of sig.timing_word, times a day and their default minutes after
 * midnight */
#define TIMING_LIST(X)                                    \
    X(TIMING_DAILY, "daily", 1, {480})                    \
    X(TIMING_BID, "bid", 2, {480, 1200})                  \
    X(TIMING_TID, "tid", 3, {480, 840, 1200})             \
    X(TIMING_QID, "qid", 4, {480, 720, 960, 1200})        \
    X(TIMING_FIVE, "5x", 5, {360, 600, 840, 1080, 1320})  \
    X(TIMING_QAM, "qam", 1, {480})                        \
    X(TIMING_NOON, "noon", 1, {720})                      \
    X(TIMING_QPM, "qpm", 1, {1080})                       \
    X(TIMING_QHS, "qhs", 1, {1320})                       \
    X(TIMING_BID_MEALS, "bid_meals", 2, {480, 1080})      \
    X(TIMING_TID_MEALS, "tid_meals", 3, {480, 720, 1080}) \
    X(TIMING_MEALS_BEDTIME, "meals_bedtime", 4, {480, 720, 1080, 1320})

#define TIMING_CONSTANT(constant, word, count, ...) constant,
enum timing { TIMING_NONE = 0, TIMING_LIST(TIMING_CONSTANT) TIMING_COUNT };

struct timing_times {
    uint8_t count;
    uint16_t min[TIMING_TIMES_MAX]; /* minutes after local midnight, ascending */
};

struct timing_table {
    struct timing_times times[TIMING_COUNT];
};

struct timing_table timing_table_default(void);
const char *timing_word(enum timing timing); /* "" for TIMING_NONE and out of range */

/* The value of a site setting: "08:00 20:00", as many times as the word says, ascending.
 * STATUS_NOT_FOUND for an unknown word, STATUS_INVALID for the times; the table stays as it was. */
enum status timing_table_set(struct timing_table *table, const char *word, const char *times,
                             struct error *err) MUST_USE;

#endif
