/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GS1 element strings: application identifiers and their values. Private to model/scan. */
#ifndef MODEL_SCAN_GS1_H
#define MODEL_SCAN_GS1_H

#include "model/scan.h"

#define SCAN_GS '\x1D'

/* Copies with every known spelling of the separator as 0x1D: the byte itself, U+FFFD, "{GS}", "<GS>", "^]" and the site's
 * own substitute. out holds at least len + 1 bytes; returns the new length. */
size_t scan_gs1_unify(const char *bytes, size_t len, const char *separator, char *out);

/* Begins with an identifier whose value has the right length and, for a GTIN, the right check digit. */
bool scan_gs1_begins(const char *text, size_t len);

enum status scan_gs1_read(const char *text, size_t len, struct date today, struct scan *out, struct error *err) MUST_USE;

/* Shared with scan.c */
void scan_set_gtin(struct scan *out, const char *digits, size_t len);
void scan_set_ndc10(struct scan *out, const char *ten);

#endif
