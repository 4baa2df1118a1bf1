/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed and shown of a dose: the amount and the moment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/dose.h"
#include "model/order_line_number.h"

#define AHEAD_US (2 * US_PER_MINUTE) /* the skew that an entry is allowed */

enum status dose_amount_parse(const char *text, struct decimal *out_amount, enum unit *out_unit, struct error *err)
{
    struct number number;
    const char *p = text + strspn(text, " ");
    size_t len = strcspn(p, " ");
    if (!number_read(p, len, &number) || (number.flags & (NUMBER_RANGE | NUMBER_PAIR)) != 0) {
        return error_set_field(err, STATUS_INVALID, "amount", _("Type the amount with its unit, such as 500 mg."));
    }
    if ((number.flags & NUMBER_AMBIGUOUS) != 0) {
        return error_set_field(err, STATUS_INVALID, "amount",
                               _("\"%.40s\" reads differently with another decimal sign. Type it without separators."), text);
    }
    p += number.len;
    p += strspn(p, " ");
    enum unit unit = unit_parse(p, NULL);
    if (unit == UNIT_NONE) {
        return error_set_field(err, STATUS_INVALID, "amount", _("Type the amount with its unit, such as 500 mg."));
    }
    *out_amount = number.low;
    *out_unit = unit;
    return STATUS_OK;
}

const char *dose_amount_format(struct decimal amount, enum unit unit, char buf[DOSE_AMOUNT_TEXT_MAX])
{
    char number[DECIMAL_TEXT_MAX];
    (void)snprintf(buf, DOSE_AMOUNT_TEXT_MAX, "%s %s", decimal_format(amount, number), unit_word(unit)); /* fits */
    return buf;
}

static enum status no_time(struct error *err)
{
    return error_set_field(err, STATUS_INVALID, "time",
                           _("Type when it happened: now, 08:15, or with the date: 28 Nov 08:15."));
}

enum status dose_time_parse(const char *text, const struct zone *zone, int64_t now_us, int64_t *out_us, struct error *err)
{
    char copy[64];
    struct local_time now = zone_local(zone, now_us);
    struct date date = now.date;
    bool is_ambiguous = false;
    size_t len = strlen(text);
    if (len >= sizeof copy) {
        return no_time(err);
    }
    memcpy(copy, text, len + 1);
    while (len > 0 && copy[len - 1] == ' ') {
        copy[--len] = '\0';
    }
    char *p = copy + strspn(copy, " ");
    if (*p == '\0' || strcmp(p, "now") == 0) {
        *out_us = now_us;
        return STATUS_OK;
    }
    char *word = strrchr(p, ' ');
    bool has_date = word != NULL;
    if (has_date) {
        *word++ = '\0';
        if (date_parse_human(p, now.date, false, &date, &is_ambiguous, err) != STATUS_OK || date.month == 0 || date.day == 0 ||
            is_ambiguous) {
            return no_time(err);
        }
    } else {
        word = p;
    }
    int minute = clock_read(word, strlen(word));
    minute = minute < 0 ? clock_read_digits(word, strlen(word)) : minute;
    if (minute < 0) {
        return no_time(err);
    }
    date = date_add_days(date, minute / (24 * 60));
    minute %= 24 * 60;
    int64_t at_us = zone_instant(zone, date, minute / 60, minute % 60, NULL);
    if (!has_date && at_us > now_us + AHEAD_US) { /* 23:50 typed after midnight */
        at_us = zone_instant(zone, date_add_days(date, -1), minute / 60, minute % 60, NULL);
    }
    *out_us = at_us;
    return STATUS_OK;
}

/* "12 mL/h" -> 12, mL, min or h; false for what is no rate. */
static bool read_rate(const char *text, struct decimal *amount, enum unit *unit, struct decimal *minutes)
{
    char copy[64];
    const char *slash = text == NULL ? NULL : strchr(text, '/');
    if (slash == NULL || (size_t)(slash - text) >= sizeof copy) {
        return false;
    }
    memcpy(copy, text, (size_t)(slash - text));
    copy[slash - text] = '\0';
    const char *per = slash + 1 + strspn(slash + 1, " ");
    bool is_hour = strcmp(per, "h") == 0 || strcmp(per, "hr") == 0 || strcmp(per, "hour") == 0;
    bool is_minute = strcmp(per, "min") == 0 || strcmp(per, "minute") == 0;
    if (!is_hour && !is_minute) {
        return false;
    }
    *minutes = decimal_from_int(is_hour ? 60 : 1);
    return dose_amount_parse(copy, amount, unit, NULL) == STATUS_OK && amount->mantissa > 0;
}

enum status dose_rate_check(const char *text, struct error *err)
{
    struct decimal amount, minutes;
    enum unit unit;
    return read_rate(text, &amount, &unit, &minutes)
               ? STATUS_OK
               : error_set_field(err, STATUS_INVALID, "rate", _("Type the rate with its unit, such as 12 mL/h."));
}

bool dose_rate_equal(const char *a, const char *b)
{
    struct decimal x, y, in_x, x_minutes, y_minutes, left, right;
    enum unit x_unit, y_unit;
    return read_rate(a, &x, &x_unit, &x_minutes) && read_rate(b, &y, &y_unit, &y_minutes) &&
           unit_convert(y, y_unit, x_unit, &in_x) == STATUS_OK && decimal_multiply(x, y_minutes, &left) == STATUS_OK &&
           decimal_multiply(in_x, x_minutes, &right) == STATUS_OK && decimal_compare(left, right) == 0;
}

enum status dose_return_parse(const char *text, const struct zone *zone, int64_t now_us, int64_t *out_us, struct error *err)
{
    int64_t at_us = 0;
    const char *word = text == NULL ? "" : text + strspn(text, " ");
    if (*word == '\0') {
        *out_us = 0;
        return STATUS_OK;
    }
    if (dose_time_parse(word, zone, now_us, &at_us, NULL) != STATUS_OK || strcmp(word, "now") == 0) {
        return error_set_field(err, STATUS_INVALID, "back_at", _("Type when the patient is expected back: 14:30, or 29 Nov 08:00."));
    }
    if (at_us < now_us && strchr(word, ' ') == NULL) { /* the next such moment, by the wall clock */
        struct local_time at = zone_local(zone, at_us);
        at_us = zone_instant(zone, date_add_days(at.date, 1), at.hour, at.minute, NULL);
    }
    if (at_us < now_us) {
        return error_set_field(err, STATUS_INVALID, "back_at", _("That is over already. When is the patient expected back?"));
    }
    *out_us = at_us;
    return STATUS_OK;
}

const char *dose_told_words(const struct dose_event *event)
{
    bool is_yes = event->told == WAS_TOLD_YES;
    if (event->told == WAS_TOLD_NONE_GIVEN) {
        return "";
    }
    return event->status == DOSE_STATUS_REFUSED ? (is_yes ? _("explained") : _("not explained"))
                                                : (is_yes ? _("prescriber told") : _("prescriber not told"));
}

const char *dose_clock_words(int64_t skew_s, char buf[DOSE_CLOCK_TEXT_MAX])
{
    bool is_ahead = skew_s > 0;
    long long minutes = (long long)(is_ahead ? skew_s : -skew_s) / 60;
    buf[0] = '\0';
    if (skew_s != 0 && minutes < 120) {
        (void)snprintf(buf, DOSE_CLOCK_TEXT_MAX, is_ahead ? _("clock %lld min ahead") : _("clock %lld min behind"), minutes);
    } else if (skew_s != 0 && minutes < 48 * 60) {
        (void)snprintf(buf, DOSE_CLOCK_TEXT_MAX, is_ahead ? _("clock %lld h ahead") : _("clock %lld h behind"), minutes / 60);
    } else if (skew_s != 0) {
        (void)snprintf(buf, DOSE_CLOCK_TEXT_MAX, is_ahead ? _("clock %lld d ahead") : _("clock %lld d behind"), minutes / (24 * 60));
    }
    text_drop_cut(buf);
    return buf;
}
