/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 16-byte identifiers. Records get a UUIDv7 (RFC 9562): its first 48 bits are the Unix millisecond, so `recorded_at`
 * of an append-only row can be read from its id (decisions.md 4). Name-based ids (v8) are made by crypt/derived_id. */
#ifndef BASE_UID_H
#define BASE_UID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

#define UID_TEXT_MAX 37

struct uid {
    uint8_t bytes[16];
};

extern const struct uid UID_NONE; /* all zero: "no id" */

/* A new UUIDv7 at the clock's time; within one process strictly increasing even inside one millisecond, unless the
 * clock was set back by more than ten seconds, which new ids follow. */
struct uid uid_new(const struct clock *clock);
int64_t uid_time_us(struct uid id); /* of a v7 id, in microseconds (whole milliseconds) */
enum status uid_parse(const char *text, struct uid *out, struct error *err) MUST_USE;
const char *uid_format(struct uid id, char buf[UID_TEXT_MAX]);
int uid_compare(struct uid a, struct uid b);
bool uid_is_none(struct uid id);

/* Tests: the random part comes from a counter that starts at seed instead of the system (0 puts it back). */
void uid_set_test_seed(uint64_t seed);

/* The items are owned. */
struct uid_list {
    struct uid *items;
    size_t len, cap;
};

#endif
