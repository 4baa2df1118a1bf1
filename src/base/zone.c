/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/zone.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/zone_rule.h"

#define FILE_MAX (1024 * 1024)
#define HEADER_BYTES 44
#define DAY_S 86400
#define OFFSET_MAX_S (26 * 3600)

static const char *const FOLDERS[] = {"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"};

struct zone {
    char *name;
    int64_t *changes;   /* seconds since 1970, rising */
    uint8_t *change_to; /* index into types */
    size_t change_count;
    struct zone_type *types;
    size_t type_count;
    bool has_rule;
    struct zone_rule rule; /* after the last change */
};

/* --- the file --- */

struct header {
    size_t isut, isstd, leap, change, type, chars;
};

static uint32_t read_u32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_i64(const unsigned char *at)
{
    return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

static bool read_header(const unsigned char *at, size_t left, struct header *out)
{
    if (left < HEADER_BYTES || memcmp(at, "TZif", 4) != 0 || at[4] < '2') {
        return false;
    }
    *out = (struct header){read_u32(at + 20), read_u32(at + 24), read_u32(at + 28),
                           read_u32(at + 32), read_u32(at + 36), read_u32(at + 40)};
    /* No file has more; small numbers cannot overflow the sums below. */
    return out->isut <= 256 && out->isstd <= 256 && out->leap <= 1000 && out->change <= 10000 &&
           out->type >= 1 && out->type <= 256 && out->chars >= 1 && out->chars <= 4096;
}

static size_t body_bytes(const struct header *h, size_t time_bytes)
{
    return h->change * (time_bytes + 1) + h->type * 6 + h->chars + h->leap * (time_bytes + 4) +
           h->isstd + h->isut;
}

static bool read_types(const unsigned char *at, const struct header *h, struct zone *zone)
{
    const char *chars = (const char *)at + h->type * 6;
    zone->types = mem_alloc_array(h->type, sizeof *zone->types);
    zone->type_count = h->type;
    for (size_t i = 0; i < h->type; i++, at += 6) {
        struct zone_type *type = &zone->types[i];
        type->offset_s = (int32_t)read_u32(at);
        size_t index = at[5];
        if (type->offset_s <= -OFFSET_MAX_S || type->offset_s >= OFFSET_MAX_S ||
            index >= h->chars) {
            return false;
        }
        size_t len = strnlen(chars + index, h->chars - index);
        if (index + len == h->chars) {
            return false; /* the abbreviation does not end */
        }
        memcpy(type->abbreviation, chars + index, len < 7 ? len : 7);
    }
    return true;
}

static bool read_changes(const unsigned char *at, const struct header *h, struct zone *zone)
{
    zone->changes = mem_alloc_array(h->change, sizeof *zone->changes);
    zone->change_to = mem_alloc_array(h->change, sizeof *zone->change_to);
    zone->change_count = h->change;
    for (size_t i = 0; i < h->change; i++) {
        zone->changes[i] = read_i64(at + i * 8);
        zone->change_to[i] = at[h->change * 8 + i];
        if (zone->change_to[i] >= h->type || (i > 0 && zone->changes[i] <= zone->changes[i - 1])) {
            return false;
        }
    }
    return true;
}

/* RFC 8536: a first block with 32-bit times, which is skipped, a second with 64-bit times, then the
 * footer line. */
static bool read_file(const unsigned char *bytes, size_t len, struct zone *zone)
{
    struct header h;
    const unsigned char *at = bytes;
    const unsigned char *end = bytes + len;
    if (!read_header(at, len, &h) || (size_t)(end - at) < HEADER_BYTES + body_bytes(&h, 4)) {
        return false;
    }
    at += HEADER_BYTES + body_bytes(&h, 4);
    if (!read_header(at, (size_t)(end - at), &h) ||
        (size_t)(end - at) < HEADER_BYTES + body_bytes(&h, 8) + 2) {
        return false;
    }
    at += HEADER_BYTES;
    const unsigned char *footer = at + body_bytes(&h, 8);
    /* Leap seconds are counted in the "right/" files only; an instant here never counts them. */
    if (h.leap > 0 || !read_types(at + h.change * 9, &h, zone) || !read_changes(at, &h, zone)) {
        return false;
    }
    if (footer[0] != '\n' || end[-1] != '\n') {
        return false;
    }
    size_t footer_len = (size_t)(end - footer) - 2;
    zone->has_rule = footer_len > 0;
    return !zone->has_rule || zone_rule_parse((const char *)footer + 1, footer_len, &zone->rule);
}

enum status zone_from_bytes(const char *name, const void *bytes, size_t len_bytes,
                            struct zone **out, struct error *err)
{
    struct zone *zone = mem_alloc(sizeof *zone);
    zone->name = mem_copy_text(name);
    if (!read_file(bytes, len_bytes, zone)) {
        zone_free(zone);
        return error_set(err, STATUS_DAMAGED, _("The time zone file of %s is damaged."), name);
    }
    *out = zone;
    return STATUS_OK;
}

/* Names come from settings: letters, digits, "_+-", parts between "/", none of them empty or with a
 * dot. */
static bool is_good_name(const char *name)
{
    if (!name || strlen(name) > 64) {
        return false;
    }
    bool is_part_empty = true;
    for (const char *at = name; *at; at++) {
        bool is_letter = (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') ||
                         (*at >= '0' && *at <= '9');
        if (*at == '/' ? is_part_empty : !is_letter && !strchr("_+-", *at)) {
            return false;
        }
        is_part_empty = *at == '/';
    }
    return !is_part_empty;
}

enum status zone_open(const char *name, struct zone **out, struct error *err)
{
    if (!is_good_name(name)) {
        return error_set(err, STATUS_NOT_FOUND,
                         _("That is not the name of a time zone, such as Europe/Paris."));
    }
    enum status status = STATUS_NOT_FOUND;
    for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS && status == STATUS_NOT_FOUND; i++) {
        struct buffer bytes = BUFFER_INIT;
        char *path = mem_format("%s/%s", FOLDERS[i], name);
        status = buffer_read_file(&bytes, path, FILE_MAX, NULL);
        if (status == STATUS_OK) {
            status = zone_from_bytes(name, bytes.bytes, bytes.len, out, err);
        } else if (status != STATUS_NOT_FOUND) {
            status = STATUS_NOT_FOUND; /* a folder such as "Europe" */
        }
        mem_free(path);
        buffer_release(&bytes);
    }
    if (status == STATUS_NOT_FOUND) {
        return error_set(err, status, _("This computer has no time zone of the name %s."), name);
    }
    return status;
}

enum status zone_open_terminal(struct zone **out, struct error *err)
{
    const char *name = getenv("TZ");
    return zone_open(name == NULL ? "" : name + (name[0] == ':'), out, err);
}

void zone_free(struct zone *zone)
{
    if (zone) {
        mem_free(zone->name);
        mem_free(zone->changes);
        mem_free(zone->change_to);
        mem_free(zone->types);
        mem_free(zone);
    }
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

/* --- instants and wall clocks --- */

/* Index of the first change after at_s. */
static size_t changes_until(const struct zone *zone, int64_t at_s)
{
    size_t low = 0;
    size_t high = zone->change_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->changes[middle] <= at_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static const struct zone_type *type_at(const struct zone *zone, int64_t at_s)
{
    size_t passed = changes_until(zone, at_s);
    if (passed == zone->change_count && zone->has_rule) {
        return zone_rule_at(&zone->rule, at_s);
    }
    return &zone->types[passed ? zone->change_to[passed - 1] : 0];
}

static int64_t next_change(const struct zone *zone, int64_t at_s)
{
    size_t passed = changes_until(zone, at_s);
    if (passed < zone->change_count) {
        return zone->changes[passed];
    }
    return zone->has_rule ? zone_rule_next(&zone->rule, at_s) : INT64_MAX;
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

static int64_t floor_rest(int64_t value, int64_t by)
{
    int64_t rest = value % by;
    return rest < 0 ? rest + by : rest;
}

static struct local_time split_time(int64_t local_s)
{
    int64_t days = floor_divide(local_s, DAY_S);
    int64_t in_day = floor_rest(local_s, DAY_S);
    bool fits = days >= INT32_MIN && days <= INT32_MAX;
    return (struct local_time){
        .date = fits ? date_from_days((int32_t)days) : (struct date){0, 0, 0},
        .hour = (uint8_t)(in_day / 3600),
        .minute = (uint8_t)(in_day / 60 % 60),
        .second = (uint8_t)(in_day % 60),
    };
}

struct local_time zone_local(const struct zone *zone, int64_t at_us)
{
    int64_t at_s = floor_divide(at_us, US_PER_SECOND);
    const struct zone_type *type = type_at(zone, at_s);
    struct local_time local = split_time(at_s + type->offset_s);
    local.microsecond = (int32_t)floor_rest(at_us, US_PER_SECOND);
    local.offset_s = type->offset_s;
    memcpy(local.abbreviation, type->abbreviation, sizeof local.abbreviation);
    return local;
}

/* Walks the stretches of constant offset around a wall time. The first stretch that contains it is
 * its first occurrence; when one stretch ends before it and the next begins after it, it lies in a
 * gap. *out_gap_s is then the change itself, else unchanged. */
static int64_t resolve(const struct zone *zone, int64_t wall_s, int64_t *out_gap_s)
{
    int64_t from = wall_s - OFFSET_MAX_S; /* no offset reaches further */
    int32_t before_s = type_at(zone, from)->offset_s;
    for (;;) {
        int32_t offset_s = type_at(zone, from)->offset_s;
        int64_t at_s = wall_s - offset_s;
        if (at_s < from) {
            *out_gap_s = from;
            return wall_s - before_s;
        }
        int64_t until = next_change(zone, from);
        if (at_s < until) {
            return at_s;
        }
        before_s = offset_s;
        from = until;
    }
}

static int64_t wall_seconds(struct date date, int hour, int minute)
{
    return (int64_t)date_to_days(date) * DAY_S + hour * 3600 + minute * 60;
}

int64_t zone_instant(const struct zone *zone, struct date date, int hour, int minute,
                     bool *out_shifted)
{
    int64_t gap_s = INT64_MIN;
    int64_t at_s = resolve(zone, wall_seconds(date, hour, minute), &gap_s);
    if (out_shifted) {
        *out_shifted = gap_s != INT64_MIN;
    }
    return at_s * US_PER_SECOND;
}

int64_t zone_day_start(const struct zone *zone, struct date date)
{
    int64_t gap_s = INT64_MIN;
    int64_t at_s = resolve(zone, wall_seconds(date, 0, 0), &gap_s);
    return (gap_s != INT64_MIN ? gap_s : at_s) * US_PER_SECOND;
}

bool zone_is_change_day(const struct zone *zone, struct date date)
{
    int64_t from_us = zone_day_start(zone, date), to_us = zone_day_start(zone, date_add_days(date, 1));
    return zone_local(zone, from_us).offset_s != zone_local(zone, to_us).offset_s;
}

const char *zone_clock(const struct zone *zone, int64_t at_us, char buf[ZONE_CLOCK_MAX])
{
    struct local_time at = zone_local(zone, at_us);
    bool is_change = zone_is_change_day(zone, at.date);
    (void)snprintf(buf, ZONE_CLOCK_MAX, "%02u:%02u%s%s", at.hour, at.minute, is_change ? " " : "", is_change ? at.abbreviation : "");
    return buf; /* fits */
}

/* --- ISO 8601 --- */

static bool read_two(const char **at, int most, int *out)
{
    const char *c = *at;
    if (c[0] < '0' || c[0] > '9' || c[1] < '0' || c[1] > '9') {
        return false;
    }
    *out = (c[0] - '0') * 10 + (c[1] - '0');
    *at += 2;
    return *out <= most;
}

/* What is finer than a microsecond is dropped. */
static bool read_fraction(const char **at, int64_t *out_us)
{
    int64_t unit = US_PER_SECOND / 10;
    const char *start = *at;
    *out_us = 0;
    for (; **at >= '0' && **at <= '9' && *at - start < 12; (*at)++) {
        *out_us += (**at - '0') * unit;
        unit /= 10;
    }
    return *at > start;
}

static bool read_offset(const char **at, int *out_s)
{
    *out_s = 0;
    char sign = **at;
    *at += sign ? 1 : 0;
    if (sign == 'Z' || sign == 'z') {
        return true;
    }
    int hours, minutes;
    if ((sign != '+' && sign != '-') || !read_two(at, 15, &hours) || **at != ':') {
        return false;
    }
    *at += 1;
    if (!read_two(at, 59, &minutes)) {
        return false;
    }
    *out_s = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

static bool read_clock(const char **at, int64_t *out_us)
{
    int hour, minute, second = 0;
    int64_t fraction_us = 0;
    if (!read_two(at, 23, &hour) || **at != ':') {
        return false;
    }
    *at += 1;
    if (!read_two(at, 59, &minute)) {
        return false;
    }
    if (**at == ':') {
        *at += 1;
        if (!read_two(at, 60,
                      &second)) { /* 60: a leap second counts as the next second, as in POSIX */
            return false;
        }
        if (**at == '.' || **at == ',') {
            *at += 1;
            if (!read_fraction(at, &fraction_us)) {
                return false;
            }
        }
    }
    *out_us = (hour * 3600 + minute * 60 + second) * US_PER_SECOND + fraction_us;
    return true;
}

enum status instant_parse_iso(const char *text, int64_t *out_us, struct error *err)
{
    char day[11] = "";
    struct date date = {0, 0, 0};
    int64_t clock_us = 0;
    int offset_s = 0;
    size_t len = text ? strlen(text) : 0;
    bool is_good = len > 11 && (text[10] == 'T' || text[10] == 't');
    if (is_good) {
        const char *at = text + 11;
        memcpy(day, text, 10);
        is_good = date_parse_iso(day, &date, NULL) == STATUS_OK && date.day > 0 &&
                  read_clock(&at, &clock_us) && read_offset(&at, &offset_s) && !*at;
    }
    if (!is_good) {
        return error_set(
            err, STATUS_INVALID,
            _("That is not a time with its offset, such as 2026-11-24T14:05:00-05:00."));
    }
    *out_us = ((int64_t)date_to_days(date) * DAY_S - offset_s) * US_PER_SECOND + clock_us;
    return STATUS_OK;
}

const char *instant_format_utc(int64_t at_us, char buf[INSTANT_TEXT_MAX])
{
    int64_t at_s = floor_divide(at_us, US_PER_SECOND);
    struct local_time utc = split_time(at_s);
    (void)snprintf(buf, INSTANT_TEXT_MAX, "%04d-%02u-%02uT%02u:%02u:%02u.%06dZ",
                   utc.date.year, /* 27 bytes */
                   utc.date.month, utc.date.day, utc.hour, utc.minute, utc.second,
                   (int)floor_rest(at_us, US_PER_SECOND));
    return buf;
}
