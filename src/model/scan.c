/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/scan.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "model/scan_gs1.h"

static const struct {
    const char *word, *label;
} KINDS[SCAN_KIND_COUNT] = {
#define SCAN_ROW(constant, word, label) [constant] = {word, label},
    SCAN_KIND_LIST(SCAN_ROW)
#undef SCAN_ROW
};

const char *scan_kind_word(enum scan_kind kind)
{
    return KINDS[kind].word;
}

const char *scan_kind_label(enum scan_kind kind)
{
    return _(KINDS[kind].label);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool are_digits(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
    }
    return len > 0;
}

bool scan_check_digit_is_right(const char *digits, size_t len)
{
    int sum = 0;
    if (len < 2 || !are_digits(digits, len)) {
        return false;
    }
    for (size_t i = 0; i + 1 < len; i++) { /* weights 3, 1, 3 ... from the right */
        int digit = digits[i] - '0';
        sum += (len - 1 - i) % 2 == 1 ? digit * 3 : digit;
    }
    return digits[len - 1] - '0' == (10 - sum % 10) % 10;
}

/* ---- US drug codes ---- */

/* labeler, product, package lengths of the three layouts; the 11-digit form pads the short one with a zero. */
static const int LAYOUTS[SCAN_NDC_READINGS][3] = {{4, 4, 2}, {5, 3, 2}, {5, 4, 1}};

static void pad(const char *ten, const int layout[3], char out[12])
{
    static const int FULL[3] = {5, 4, 2};
    size_t at = 0;
    for (int part = 0; part < 3; part++) {
        for (int zero = layout[part]; zero < FULL[part]; zero++) {
            out[at++] = '0';
        }
        memcpy(out + at, ten, (size_t)layout[part]);
        at += (size_t)layout[part];
        ten += layout[part];
    }
    out[at] = '\0';
}

void scan_set_ndc10(struct scan *out, const char *ten)
{
    memcpy(out->ndc, ten, 10);
    out->ndc[10] = '\0';
    out->reading_count = SCAN_NDC_READINGS;
    for (int i = 0; i < SCAN_NDC_READINGS; i++) {
        pad(ten, LAYOUTS[i], out->readings[i]);
    }
}

static void set_ndc11(struct scan *out, const char *eleven)
{
    memcpy(out->ndc, eleven, 11);
    out->ndc[11] = '\0';
    memcpy(out->readings[0], out->ndc, sizeof out->ndc);
    out->reading_count = 1;
}

/* "0069-4200-30": the hyphens say which layout it is. 5-4-2 is the 11-digit form as printed. */
static bool read_hyphenated(const char *text, size_t len, struct scan *out)
{
    char digits[12] = "";
    int parts[3] = {0, 0, 0}, part = 0, count = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '-' && part < 2) {
            part++;
        } else if (is_digit(text[i]) && count < 11) {
            digits[count++] = text[i];
            parts[part]++;
        } else {
            return false;
        }
    }
    if (part != 2) {
        return false;
    }
    if (parts[0] == 5 && parts[1] == 4 && parts[2] == 2) {
        set_ndc11(out, digits);
        return true;
    }
    for (int i = 0; i < SCAN_NDC_READINGS; i++) {
        if (memcmp(parts, LAYOUTS[i], sizeof parts) == 0) {
            char eleven[12];
            pad(digits, LAYOUTS[i], eleven);
            set_ndc11(out, eleven);
            return true;
        }
    }
    return false;
}

/* ---- plain numbers ---- */

static enum status bad_check_digit(struct error *err, const char *what)
{
    return error_set(err, STATUS_INVALID, _("The check digit of this %s is wrong: it was misread or mistyped. Scan again."), what);
}

void scan_set_gtin(struct scan *out, const char *digits, size_t len)
{
    size_t zeros = 14 - len;
    memset(out->gtin, '0', zeros);
    memcpy(out->gtin + zeros, digits, len);
    out->gtin[14] = '\0';
    if (memcmp(out->gtin + 1, "03", 2) == 0) { /* a US drug: 03, ten digits, check digit */
        scan_set_ndc10(out, out->gtin + 3);
    }
}

static enum status read_number(const char *text, size_t len, struct scan *out, struct error *err)
{
    switch (len) {
    case 14:
        out->kind = SCAN_KIND_GS1;
        break;
    case 13:
        out->kind = SCAN_KIND_EAN13;
        break;
    case 12:
        out->kind = SCAN_KIND_UPC;
        break;
    case 11:
        out->kind = SCAN_KIND_NDC;
        set_ndc11(out, text);
        return STATUS_OK;
    case 10:
        out->kind = SCAN_KIND_NDC;
        scan_set_ndc10(out, text);
        return STATUS_OK;
    default:
        return STATUS_OK;
    }
    if (!scan_check_digit_is_right(text, len)) {
        return bad_check_digit(err, scan_kind_label(out->kind));
    }
    scan_set_gtin(out, text, len);
    return STATUS_OK;
}

/* ---- our own labels ---- */

static bool is_letter_of(char c, char letter)
{
    return c == letter || (c >= 'a' && c <= 'z' && c - 'a' + 'A' == letter);
}

/* The number behind "RX:", "rx-", "RX#", "RX" and a digit. NULL: not this prefix. */
static const char *behind_prefix(const char *text, const char *prefix)
{
    while (*prefix != '\0') {
        if (!is_letter_of(*text, *prefix)) {
            return NULL;
        }
        text++;
        prefix++;
    }
    bool has_sign = *text == ':' || *text == '-' || *text == '#' || *text == ' ';
    while (*text == ':' || *text == '-' || *text == '#' || *text == ' ') {
        text++;
    }
    return *text != '\0' && (has_sign || is_digit(*text)) ? text : NULL;
}

static bool read_label(const char *text, const struct scan_options *options, struct scan *out)
{
    const char *rx = options != NULL && options->rx_prefix != NULL ? options->rx_prefix : "RX";
    const char *mrn = options != NULL && options->mrn_prefix != NULL ? options->mrn_prefix : "MRN";
    const char *number = behind_prefix(text, mrn);
    enum scan_kind kind = SCAN_KIND_MRN;
    if (number == NULL) {
        number = behind_prefix(text, rx);
        kind = SCAN_KIND_RX;
    }
    if (number == NULL || strlen(number) >= SCAN_VALUE_MAX) {
        return false;
    }
    out->kind = kind;
    (void)snprintf(out->number, sizeof out->number, "%s", number); /* fits */
    return true;
}

/* ---- all of it ---- */

/* The scanner's name of the symbology: a bracket, a letter, a digit. */
static bool is_symbology(const char *text, size_t len)
{
    bool is_letter = len >= 3 && ((text[1] >= 'A' && text[1] <= 'Z') || (text[1] >= 'a' && text[1] <= 'z'));
    return is_letter && text[0] == ']' && is_digit(text[2]);
}

/* ]C1 Code 128, ]d2 DataMatrix, ]e0 DataBar, ]Q3 QR, ]J1 DotCode: the symbols that hold GS1 element strings. */
static bool is_gs1_symbology(const char *text)
{
    static const char *const KNOWN[] = {"]C1", "]d2", "]e0", "]e1", "]e2", "]Q3", "]J1"};
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        if (memcmp(text, KNOWN[i], 3) == 0) {
            return true;
        }
    }
    return false;
}

/* The code itself, for a sentence about it; a long one is cut. */
static void keep_words(struct scan *out, const char *text)
{
    size_t len = strnlen(text, sizeof out->number - 1);
    memcpy(out->number, text, len);
    out->number[len] = '\0';
}

enum status scan_read(const char *bytes, size_t len, const struct scan_options *options, struct date today,
                      struct scan *out, struct error *err)
{
    char text[SCAN_BYTES_MAX + 1];
    *out = (struct scan){.kind = SCAN_KIND_UNKNOWN};
    while (len > 0 && (unsigned char)bytes[len - 1] <= 0x20 && bytes[len - 1] != SCAN_GS) {
        len--; /* the scanner's Enter or Tab */
    }
    while (len > 0 && (unsigned char)*bytes <= 0x20 && *bytes != SCAN_GS) {
        bytes++;
        len--;
    }
    if (len == 0 || len > SCAN_BYTES_MAX) {
        return error_set(err, STATUS_INVALID, len == 0 ? _("The code is empty. Scan again.")
                                                       : _("The code is longer than any barcode of a drug or a person."));
    }
    len = scan_gs1_unify(bytes, len, options != NULL ? options->separator : NULL, text);
    keep_words(out, text);
    bool is_gs1 = is_symbology(text, len) && is_gs1_symbology(text);
    const char *code = is_symbology(text, len) ? text + 3 : text;
    size_t left = len - (size_t)(code - text);
    if (code[0] == SCAN_GS || code[0] == '(' || memchr(code, SCAN_GS, left) != NULL) {
        is_gs1 = true;
    }
    for (size_t i = 0; i < left; i++) {
        if (((unsigned char)code[i] < 0x20 && code[i] != SCAN_GS) || (unsigned char)code[i] > 0x7E) {
            return error_set(err, STATUS_INVALID, _("The code holds a letter that no barcode has (place %zu). Scan again."), i + 1);
        }
    }
    if (!is_gs1 && read_label(code, options, out)) {
        return STATUS_OK;
    }
    keep_words(out, code);
    if (!is_gs1 && read_hyphenated(code, left, out)) {
        out->kind = SCAN_KIND_NDC;
        return STATUS_OK;
    }
    bool is_number = are_digits(code, left);
    if (!is_gs1 && is_number && left <= 14) {
        return read_number(code, left, out, err);
    }
    if (is_gs1 || scan_gs1_begins(code, left)) {
        out->kind = SCAN_KIND_GS1;
        return scan_gs1_read(code, left, today, out, err);
    }
    return STATUS_OK;
}

bool scan_is_lot_only(const struct scan *scan)
{
    return scan->kind == SCAN_KIND_GS1 && scan->gtin[0] == '\0' && scan->reading_count == 0 &&
           (scan->lot[0] != '\0' || !date_is_none(scan->expiry));
}

bool scan_read_bare_lot(const char *bytes, size_t len, const struct scan_options *options, struct date today, struct scan *out)
{
    char dressed[SCAN_BYTES_MAX + 1];
    struct scan scan;
    while (len > 0 && (unsigned char)bytes[len - 1] <= 0x20) {
        len--; /* the scanner's Enter or Tab */
    }
    bool begins_right = len > 10 && len + 3 < sizeof dressed && memcmp(bytes, "17", 2) == 0 && are_digits(bytes + 2, 6) &&
                        memcmp(bytes + 8, "10", 2) == 0;
    if (!begins_right) {
        return false;
    }
    (void)snprintf(dressed, sizeof dressed, "]C1%.*s", (int)len, bytes); /* fits */
    if (scan_read(dressed, len + 3, options, today, &scan, NULL) != STATUS_OK || !scan_is_lot_only(&scan)) {
        return false;
    }
    *out = scan;
    return true;
}
