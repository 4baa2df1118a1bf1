/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The footer of a TZif file: the POSIX TZ string that holds after the last listed change ("EST5EDT,M3.2.0,M11.1.0",
 * RFC 8536 3.3.1). Plain values. Only zone.c uses this. */
#ifndef BASE_ZONE_RULE_H
#define BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zone_day_kind { ZONE_DAY_JULIAN, ZONE_DAY_OF_YEAR, ZONE_DAY_OF_MONTH };

struct zone_change {
    enum zone_day_kind kind;
    int month, week, day;
    int32_t time_s; /* local, may be negative or beyond a day */
};

struct zone_type {
    int32_t offset_s; /* east of UTC */
    char abbreviation[8];
};

struct zone_rule {
    bool has_summer;
    struct zone_type standard, summer;
    struct zone_change start, end; /* of summer time */
};

/* False when the text is no POSIX rule. */
bool zone_rule_parse(const char *text, size_t len_bytes, struct zone_rule *out);

/* What holds at an instant (seconds since 1970). */
const struct zone_type *zone_rule_at(const struct zone_rule *rule, int64_t at_s);

/* The next change after at_s, or INT64_MAX. */
int64_t zone_rule_next(const struct zone_rule *rule, int64_t at_s);

#endif
