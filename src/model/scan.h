/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a barcode says (clinical.md 4.D): GS1 element strings (linear and DataMatrix, with or without their separators and
 * in the printed form with brackets), US drug codes in three layouts, EAN-13 and UPC-A that hold one, and our own labels
 * with a prefix for the prescription number or the MRN. Pure: nothing is looked up and nothing is guessed. A GTIN or a
 * 10-digit NDC does not say where its segments end; all three readings are offered and a look-up decides. */
#ifndef MODEL_SCAN_H
#define MODEL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/error.h"

#define SCAN_BYTES_MAX 512
#define SCAN_VALUE_MAX 128 /* the longest value of an element, with its NUL */
#define SCAN_NDC_READINGS 3

#define SCAN_KIND_LIST(X)                                        \
    X(SCAN_KIND_UNKNOWN, "unknown", N_("unknown"))               \
    X(SCAN_KIND_GS1, "gs1", N_("GS1 code"))                      \
    X(SCAN_KIND_NDC, "ndc", N_("US drug code"))                  \
    X(SCAN_KIND_EAN13, "ean13", N_("EAN-13"))                    \
    X(SCAN_KIND_UPC, "upc", N_("UPC-A"))                         \
    X(SCAN_KIND_RX, "rx", N_("prescription number"))             \
    X(SCAN_KIND_MRN, "mrn", N_("medical record number"))

#define SCAN_CONSTANT(constant, word, label) constant,
enum scan_kind { SCAN_KIND_LIST(SCAN_CONSTANT) SCAN_KIND_COUNT };
#undef SCAN_CONSTANT

struct scan {
    enum scan_kind kind;
    char gtin[15];                           /* 14 digits, or "" */
    char ndc[12];                            /* 11 digits where the layout is known, 10 where it is not, or "" */
    char readings[SCAN_NDC_READINGS][12];    /* 11 digits: what it may stand for */
    int reading_count;
    char lot[21];
    char serial[21];
    struct date expiry;                      /* day 00 was the end of the month */
    struct date produced;
    char number[SCAN_VALUE_MAX];             /* RX, MRN; UNKNOWN: the code without its dressing */
    bool may_lack_separator;                 /* a value of variable length is unusually long: a separator was lost? */
};

/* How this site's labels and scanners are set up. NULL: the defaults. */
struct scan_options {
    const char *separator;  /* what stands for GS where a scanner cannot send 0x1D; NULL or "": only what is known */
    const char *rx_prefix;  /* NULL: "RX" */
    const char *mrn_prefix; /* NULL: "MRN" */
};

const char *scan_kind_word(enum scan_kind kind);
const char *scan_kind_label(enum scan_kind kind); /* translated */

/* Reads any bytes. *out is always filled as far as it could be read. STATUS_INVALID says what is wrong: a check digit, a
 * date that does not exist, an element that is cut, a letter that no barcode has. UNKNOWN with STATUS_OK: readable, and
 * none of the kinds. today decides the century of two-digit years (GS1 General Specifications 7.12). */
enum status scan_read(const char *bytes, size_t len, const struct scan_options *options, struct date today,
                      struct scan *out, struct error *err) MUST_USE;

/* Of a pack with two codes the one that names lot or expiry and no product. */
bool scan_is_lot_only(const struct scan *scan);

/* The same code from a scanner that does not name the symbology: expiry (17) and then lot (10), nothing else, so that a number
 * of a person is hardly ever taken for one. False leaves *out alone. */
bool scan_read_bare_lot(const char *bytes, size_t len, const struct scan_options *options, struct date today, struct scan *out);

/* The standard's check digit over all digits but the last; true when the last one is it. 8, 12, 13, 14 or 18 digits. */
bool scan_check_digit_is_right(const char *digits, size_t len);

#endif
