/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time zones read from the system's TZif files (RFC 8536, version 2+ with the POSIX footer), so that a site's zone
 * holds whatever TZ an SSH client brings. Wall-clock times resolve as RFC 5545 says: a time that does not exist uses the
 * offset before the gap, a time that occurs twice is its first occurrence. The caller frees a zone with zone_free(). */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/error.h"

#define INSTANT_TEXT_MAX 40

struct zone;

struct local_time {
    struct date date;
    uint8_t hour, minute, second;
    int32_t microsecond;
    int32_t offset_s;      /* east of UTC */
    char abbreviation[8];  /* "EST" */
};

/* STATUS_NOT_FOUND for an unknown name, STATUS_DAMAGED for a bad file. Names are checked: no "..", no leading "/". */
enum status zone_open(const char *name, struct zone **out, struct error *err) MUST_USE;
/* The same from the bytes of a TZif file (tests, fuzzing). */
enum status zone_from_bytes(const char *name, const void *bytes, size_t len_bytes, struct zone **out,
                            struct error *err) MUST_USE;
/* Of the terminal: what TZ names (":Europe/Paris" too). STATUS_NOT_FOUND where it is not set or names no zone of this computer: what
 * the computer's own clock shows says nothing about who looks at it from elsewhere. */
enum status zone_open_terminal(struct zone **out, struct error *err) MUST_USE;
void zone_free(struct zone *zone);
const char *zone_name(const struct zone *zone);

struct local_time zone_local(const struct zone *zone, int64_t at_us);

/* *out_shifted (may be NULL) is true when the wall time did not exist and moved. */
int64_t zone_instant(const struct zone *zone, struct date date, int hour, int minute, bool *out_shifted);
int64_t zone_day_start(const struct zone *zone, struct date date);

/* The clock is changed on this local date: an hour may be there twice, so that times are shown with their abbreviation. */
bool zone_is_change_day(const struct zone *zone, struct date date);
/* "01:30"; on the two dates of a clock change "01:30 EST". Returns buf. */
#define ZONE_CLOCK_MAX 20
const char *zone_clock(const struct zone *zone, int64_t at_us, char buf[ZONE_CLOCK_MAX]);

/* ISO 8601 with offset or Z ("2026-11-24T14:05:00-05:00"); a bare date is refused. Fractions to the microsecond. */
enum status instant_parse_iso(const char *text, int64_t *out_us, struct error *err) MUST_USE;
const char *instant_format_utc(int64_t at_us, char buf[INSTANT_TEXT_MAX]); /* "2026-11-24T19:05:00.000000Z" */

#endif
