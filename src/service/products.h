/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a scanned code to the drug in the hand. The site's own table says what a code stands for; a code that it does not
 * hold is not guessed at. Results are owned by the caller. */
#ifndef SERVICE_PRODUCTS_H
#define SERVICE_PRODUCTS_H

#include "model/scan.h"
#include "safety/resolve.h"
#include "service/site.h"

struct product {
    char *drug;   /* "metformin 500 mg tab"; NULL: not known */
    char *source; /* of the meaning */
    struct drug_identity identity;
};
void product_release(struct product *product);

/* STATUS_NOT_FOUND: nobody has said what it is. STATUS_REFUSED: the digits stand for different drugs. No audit row: no
 * patient is concerned. */
enum status product_find(struct site *site, const struct scan *scan, struct product *out, struct error *err) MUST_USE;

/* STATUS_REFUSED, field "lot": somebody had recalled that lot of the drug by at_us. A recall that names no drug, or one that
 * cannot be compared, means every product of the lot. */
enum status product_check_lot(struct site *site, const char *lot, const char *drug, int64_t at_us, struct error *err) MUST_USE;

/* Tells the site what a code stands for. STATUS_INVALID when the scan holds no product code, or the knowledge does not
 * know the drug. */
enum status product_learn(struct actor *actor, const struct scan *scan, const char *drug, const char *source,
                          struct error *err) MUST_USE;

struct product_import {
    int added, unchanged, refused;
    int first_refused_line; /* 0 none */
};
/* Lines of "ndc11 TAB rxcui TAB type TAB name", as in RxNorm's extracts; the first line names the columns. What the
 * knowledge does not know is counted, not loaded. All or nothing in blocks of some hundred lines. */
enum status product_import(struct actor *actor, const char *path, struct product_import *out, struct error *err) MUST_USE;

/* How scans are read here: the site's prefixes and separator, its date. */
enum status product_read_scan(const struct site *site, const char *bytes, size_t len, struct scan *out, struct error *err)
    MUST_USE;

#endif
