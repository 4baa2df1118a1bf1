/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a pharmacy is open, by weekday, on its own wall clock: typed as "mon-fri 08:00-18:00; sat 09:00-12:00", kept as JSON.
 * A time that ends before it begins goes on past midnight. Plain values, pure. */
#ifndef MODEL_HOURS_H
#define MODEL_HOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

enum { HOURS_SPANS_MAX = 3 };

struct hours {
    struct hours_day {
        uint8_t count;
        struct {
            uint16_t from_min, to_min; /* to up to 24 h behind from */
        } spans[HOURS_SPANS_MAX];
    } days[7]; /* Monday first */
};

/* "" is never open. STATUS_INVALID (field "hours") says how it is typed. */
enum status hours_parse(const char *text, struct hours *out, struct error *err) MUST_USE;
void hours_write(const struct hours *hours, struct buffer *out); /* as it is typed, in whole words */
char *hours_to_json(const struct hours *hours);                   /* the caller frees */
enum status hours_from_json(const char *json, struct hours *out, struct error *err) MUST_USE;

/* weekday 1 Monday .. 7 Sunday. *out_until_min (may be NULL): minutes until it closes. */
bool hours_is_open(const struct hours *hours, int weekday, int minute, int *out_until_min);

#endif
