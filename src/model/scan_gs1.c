/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/scan_gs1.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

/* Identifiers of the GS1 General Specifications, longest prefix first where one begins another. `fixed`: the value has
 * exactly `max` letters and no separator behind it; else it ends at a separator or at `max`. */
struct element {
    const char *prefix; /* of the identifier */
    int digits;         /* of the whole identifier */
    int min, max;
    bool is_fixed, is_numeric;
};
static const struct element ELEMENTS[] = {
    {"00", 2, 18, 18, true, true},   {"01", 2, 14, 14, true, true},   {"02", 2, 14, 14, true, true},
    {"03", 2, 14, 14, true, true},   {"04", 2, 16, 16, true, true},   {"10", 2, 1, 20, false, false},
    {"11", 2, 6, 6, true, true},     {"12", 2, 6, 6, true, true},     {"13", 2, 6, 6, true, true},
    {"15", 2, 6, 6, true, true},     {"16", 2, 6, 6, true, true},     {"17", 2, 6, 6, true, true},
    {"20", 2, 2, 2, true, true},     {"21", 2, 1, 20, false, false},  {"22", 2, 1, 20, false, false},
    {"235", 3, 1, 28, false, false}, {"240", 3, 1, 30, false, false}, {"241", 3, 1, 30, false, false},
    {"242", 3, 1, 6, false, true},   {"243", 3, 1, 20, false, false}, {"250", 3, 1, 30, false, false},
    {"251", 3, 1, 30, false, false}, {"253", 3, 13, 30, false, false}, {"254", 3, 1, 20, false, false},
    {"255", 3, 13, 25, false, true}, {"30", 2, 1, 8, false, true},    {"31", 4, 6, 6, true, true},
    {"32", 4, 6, 6, true, true},     {"33", 4, 6, 6, true, true},     {"34", 4, 6, 6, true, true},
    {"35", 4, 6, 6, true, true},     {"36", 4, 6, 6, true, true},     {"37", 2, 1, 8, false, true},
    {"39", 4, 1, 18, false, true},   {"400", 3, 1, 30, false, false}, {"401", 3, 1, 30, false, false},
    {"402", 3, 17, 17, false, true}, {"403", 3, 1, 30, false, false}, {"41", 3, 13, 13, true, true},
    {"420", 3, 1, 20, false, false}, {"421", 3, 4, 12, false, false}, {"422", 3, 3, 3, false, true},
    {"7001", 4, 13, 13, false, true}, {"7002", 4, 1, 30, false, false}, {"7003", 4, 10, 10, false, true},
    {"7004", 4, 1, 4, false, true},  {"7006", 4, 6, 6, false, true},  {"7007", 4, 6, 12, false, true},
    {"71", 3, 1, 20, false, false},  {"723", 4, 2, 30, false, false}, {"7240", 4, 1, 20, false, false},
    {"8002", 4, 1, 20, false, false}, {"8003", 4, 14, 30, false, false}, {"8004", 4, 1, 30, false, false},
    {"8006", 4, 18, 18, false, true}, {"8008", 4, 8, 12, false, true}, {"8017", 4, 18, 18, false, true},
    {"8018", 4, 18, 18, false, true}, {"8019", 4, 1, 10, false, true}, {"8020", 4, 1, 25, false, false},
    {"8200", 4, 1, 70, false, false}, {"90", 2, 1, 30, false, false},  {"91", 2, 1, 90, false, false},
    {"92", 2, 1, 90, false, false},  {"93", 2, 1, 90, false, false},  {"94", 2, 1, 90, false, false},
    {"95", 2, 1, 90, false, false},  {"96", 2, 1, 90, false, false},  {"97", 2, 1, 90, false, false},
    {"98", 2, 1, 90, false, false},  {"99", 2, 1, 90, false, false},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool are_digits(const char *text, size_t len)
{
    size_t i = 0;
    while (i < len && is_digit(text[i])) {
        i++;
    }
    return i == len;
}

size_t scan_gs1_unify(const char *bytes, size_t len, const char *separator, char *out)
{
    const char *const spellings[] = {"\xEF\xBF\xBD", "{GS}", "<GS>", "^]", separator};
    size_t at = 0, used = 0;
    while (at < len) {
        size_t taken = 0;
        for (size_t i = 0; i < sizeof spellings / sizeof *spellings && taken == 0; i++) {
            size_t size = spellings[i] != NULL ? strlen(spellings[i]) : 0;
            if (size > 0 && size <= len - at && memcmp(bytes + at, spellings[i], size) == 0) {
                taken = size;
            }
        }
        out[used++] = taken > 0 ? SCAN_GS : bytes[at] == '\0' ? '\x01' : bytes[at];
        at += taken > 0 ? taken : 1;
    }
    out[used] = '\0';
    return used;
}

static const struct element *find_element(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof ELEMENTS / sizeof *ELEMENTS; i++) {
        const struct element *e = &ELEMENTS[i];
        if (len >= (size_t)e->digits && are_digits(text, (size_t)e->digits) &&
            memcmp(text, e->prefix, strlen(e->prefix)) == 0) {
            return e;
        }
    }
    return NULL;
}

bool scan_gs1_begins(const char *text, size_t len)
{
    /* without a symbology only what drugs bear is believed: a GTIN first, with its check digit */
    return len > 16 && memcmp(text, "01", 2) == 0 && are_digits(text + 2, 14) && scan_check_digit_is_right(text + 2, 14);
}

/* YYMMDD; the century is the one that lies nearest, day 00 the end of the month. */
static bool read_date(const char *digits, struct date today, struct date *out)
{
    int year = (digits[0] - '0') * 10 + digits[1] - '0';
    int month = (digits[2] - '0') * 10 + digits[3] - '0';
    int day = (digits[4] - '0') * 10 + digits[5] - '0';
    int century = today.year / 100, difference = year - today.year % 100;
    if (difference >= 51) {
        century--;
    } else if (difference <= -50) {
        century++;
    }
    struct date date = {(int16_t)(century * 100 + year), (uint8_t)month, (uint8_t)(day == 0 ? 1 : day)};
    if (month < 1 || month > 12 || !date_is_valid(date)) {
        return false;
    }
    if (day == 0) {
        struct date next = {(int16_t)(month == 12 ? date.year + 1 : date.year), (uint8_t)(month == 12 ? 1 : month + 1), 1};
        date = date_add_days(next, -1);
    }
    *out = date;
    return true;
}

/* Keeps a value; the same identifier twice with another value is a misread. */
static bool keep(char *to, size_t size, const char *value, size_t len)
{
    if (len >= size || (to[0] != '\0' && (strlen(to) != len || memcmp(to, value, len) != 0))) {
        return false;
    }
    memcpy(to, value, len);
    to[len] = '\0';
    return true;
}

static enum status take_date(const struct element *e, const char *value, struct date today, struct date *out,
                             struct error *err)
{
    struct date date;
    if (!read_date(value, today, &date)) {
        return error_set(err, STATUS_INVALID, _("The date %.6s (element %s) does not exist. Scan again."), value, e->prefix);
    }
    if (!date_is_none(*out) && date_compare(*out, date) != 0) {
        return error_set(err, STATUS_INVALID, _("The element %s is there twice with different values."), e->prefix);
    }
    *out = date;
    return STATUS_OK;
}

static enum status take(const struct element *e, const char *value, size_t len, struct date today, struct scan *out,
                        struct error *err)
{
    bool is_kept = true;
    if (strcmp(e->prefix, "01") == 0) {
        if (!scan_check_digit_is_right(value, len)) {
            return error_set(err, STATUS_INVALID, _("The check digit of the GTIN %.14s is wrong. Scan again."), value);
        }
        is_kept = out->gtin[0] == '\0' || memcmp(out->gtin, value, len) == 0;
        if (is_kept) {
            scan_set_gtin(out, value, len);
        }
    } else if (strcmp(e->prefix, "10") == 0) {
        is_kept = keep(out->lot, sizeof out->lot, value, len);
    } else if (strcmp(e->prefix, "21") == 0) {
        is_kept = keep(out->serial, sizeof out->serial, value, len);
    } else if (strcmp(e->prefix, "17") == 0) {
        return take_date(e, value, today, &out->expiry, err);
    } else if (strcmp(e->prefix, "7003") == 0) { /* expiry with hour and minute */
        return take_date(e, value, today, &out->expiry, err);
    } else if (strcmp(e->prefix, "11") == 0) {
        return take_date(e, value, today, &out->produced, err);
    } else if (strcmp(e->prefix, "15") == 0 && date_is_none(out->expiry)) { /* best before, where nothing else is said */
        return take_date(e, value, today, &out->expiry, err);
    }
    return is_kept ? STATUS_OK
                   : error_set(err, STATUS_INVALID, _("The element %s is there twice with different values."), e->prefix);
}

static enum status cut_off(struct error *err, const struct element *e)
{
    return error_set(err, STATUS_INVALID, _("The code ends or breaks off inside element %s. Scan again."), e->prefix);
}

/* Length of the value of an element at the start of text. */
static enum status value_length(const struct element *e, const char *text, size_t len, bool is_bracketed, size_t *out,
                                struct scan *scan, struct error *err)
{
    size_t stop = 0;
    while (stop < len && text[stop] != SCAN_GS && !(is_bracketed && text[stop] == '(')) {
        stop++;
    }
    size_t take_len = stop;
    if (e->is_fixed && !is_bracketed) {
        take_len = (size_t)e->max;
        if (stop < take_len) {
            return cut_off(err, e);
        }
    }
    if (take_len < (size_t)e->min || take_len > (size_t)e->max || (e->is_numeric && !are_digits(text, take_len))) {
        return cut_off(err, e);
    }
    /* a lot that swallowed a serial number: usual lots are short */
    scan->may_lack_separator = scan->may_lack_separator || (!e->is_fixed && !is_bracketed && take_len > 12 && stop == len &&
                                                            (memcmp(e->prefix, "10", 3) == 0 || memcmp(e->prefix, "21", 3) == 0));
    *out = take_len;
    return STATUS_OK;
}

enum status scan_gs1_read(const char *text, size_t len, struct date today, struct scan *out, struct error *err)
{
    size_t at = 0;
    int count = 0;
    while (at < len) {
        if (text[at] == SCAN_GS) {
            at++;
            continue;
        }
        bool is_bracketed = text[at] == '(';
        at += is_bracketed;
        const struct element *e = find_element(text + at, len - at);
        if (e == NULL) {
            return error_set(err, STATUS_INVALID, _("No element is known at place %zu of the code. Scan again."), at + 1);
        }
        at += (size_t)e->digits;
        if (is_bracketed && (at >= len || text[at++] != ')')) {
            return cut_off(err, e);
        }
        size_t size = 0;
        enum status status = value_length(e, text + at, len - at, is_bracketed, &size, out, err);
        if (status == STATUS_OK) {
            status = take(e, text + at, size, today, out, err);
        }
        if (status != STATUS_OK) {
            return status;
        }
        at += size;
        count++;
    }
    return count > 0 ? STATUS_OK : error_set(err, STATUS_INVALID, _("The code is empty. Scan again."));
}
