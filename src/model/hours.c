/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/hours.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"

static const char *const DAYS[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

enum { DAY_MIN = 24 * 60 };

static int day_of(const char *text)
{
    for (int i = 0; i < 7; i++) {
        if (strncasecmp(text, DAYS[i], 3) == 0) {
            return i;
        }
    }
    return -1;
}

static int time_of(const char *text, int *out_len)
{
    int hour, minute, len = 0;
    if (!isdigit((unsigned char)text[0]) || sscanf(text, "%2d:%2d%n", &hour, &minute, &len) != 2 || len < 4 || hour > 24 || minute > 59 ||
        hour * 60 + minute > DAY_MIN) {
        return -1;
    }
    *out_len = len;
    return hour * 60 + minute;
}

static bool add_span(struct hours *h, int day, int from, int to)
{
    struct hours_day *d = &h->days[day];
    if (d->count == HOURS_SPANS_MAX || from == to || from >= DAY_MIN) {
        return false;
    }
    d->spans[d->count].from_min = (uint16_t)from;
    d->spans[d->count++].to_min = (uint16_t)(to > from ? to : to + DAY_MIN);
    return true;
}

/* "mon-fri 08:00-12:00 13:00-18:00" */
static bool parse_part(char *part, struct hours *h)
{
    int first = day_of(part), last = first;
    char *at = part + 3;
    if (first < 0) {
        return false;
    }
    if (*at == '-') {
        last = day_of(at + 1);
        at += 4;
    }
    if (last < 0 || *at != ' ') {
        return false;
    }
    int spans = 0;
    while (*(at += strspn(at, " ,")) != '\0') {
        int len = 0, from = time_of(at, &len), to;
        if (from < 0 || at[len] != '-') {
            return false;
        }
        at += len + 1;
        to = time_of(at, &len);
        if (to < 0) {
            return false;
        }
        at += len;
        for (int day = first;; day = (day + 1) % 7) {
            if (!add_span(h, day, from, to)) {
                return false;
            }
            if (day == last) {
                break;
            }
        }
        spans++;
    }
    return spans > 0;
}

enum status hours_parse(const char *text, struct hours *out, struct error *err)
{
    struct hours h = {0};
    char *copy = mem_copy_text(text), *at = copy;
    bool is_right = true;
    while (is_right && *(at += strspn(at, " ;")) != '\0') {
        char *end = at + strcspn(at, ";");
        bool is_last = *end == '\0';
        *end = '\0';
        is_right = strlen(at) > 3 && parse_part(at, &h);
        at = is_last ? end : end + 1;
    }
    mem_free(copy);
    if (!is_right) {
        return error_set_field(err, STATUS_INVALID, "hours", _("Hours are typed as: mon-fri 08:00-18:00; sat 09:00-12:00"));
    }
    *out = h;
    return STATUS_OK;
}

static bool same_day(const struct hours_day *a, const struct hours_day *b)
{
    return a->count == b->count && memcmp(a->spans, b->spans, a->count * sizeof a->spans[0]) == 0;
}

static void write_time(struct buffer *out, int minute)
{
    buffer_append_format(out, "%02d:%02d", minute == DAY_MIN ? 24 : minute % DAY_MIN / 60, minute % 60);
}

void hours_write(const struct hours *h, struct buffer *out)
{
    for (int day = 0; day < 7;) {
        int last = day;
        while (last + 1 < 7 && same_day(&h->days[last + 1], &h->days[day])) {
            last++;
        }
        if (h->days[day].count > 0) {
            buffer_append_format(out, "%s%s%s%s", out->len > 0 ? "; " : "", DAYS[day], last > day ? "-" : "", last > day ? DAYS[last] : "");
            for (int i = 0; i < h->days[day].count; i++) {
                buffer_append_byte(out, ' ');
                write_time(out, h->days[day].spans[i].from_min);
                buffer_append_byte(out, '-');
                write_time(out, h->days[day].spans[i].to_min);
            }
        }
        day = last + 1;
    }
}

char *hours_to_json(const struct hours *h)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer w = JSON_WRITER_INIT;
    hours_write(h, &text);
    json_begin_object(&w);
    json_write_member(&w, "weekly", text.bytes != NULL ? text.bytes : "");
    json_end_object(&w);
    char *json = mem_copy_text(w.out.bytes);
    json_writer_release(&w);
    buffer_release(&text);
    return json;
}

enum status hours_from_json(const char *json, struct hours *out, struct error *err)
{
    struct json_document *doc = NULL;
    struct hours h = {0};
    if (json == NULL || json[0] == '\0') {
        *out = h;
        return STATUS_OK;
    }
    enum status status = json_parse(json, strlen(json), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    if (status == STATUS_OK) {
        const char *weekly = json_get_string(json_root(doc), "weekly");
        status = hours_parse(weekly != NULL ? weekly : "", &h, err);
        json_free(doc);
    }
    if (status == STATUS_OK) {
        *out = h;
    }
    return status;
}

bool hours_is_open(const struct hours *h, int weekday, int minute, int *out_until_min)
{
    for (int back = 0; back < 2; back++) { /* yesterday's may go on past midnight */
        const struct hours_day *d = &h->days[(weekday - 1 - back + 7) % 7];
        int at = minute + back * DAY_MIN;
        for (int i = 0; i < d->count; i++) {
            if (at >= d->spans[i].from_min && at < d->spans[i].to_min) {
                if (out_until_min != NULL) {
                    *out_until_min = d->spans[i].to_min - at;
                }
                return true;
            }
        }
    }
    return false;
}
