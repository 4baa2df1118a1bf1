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

/* A pack may bear two codes: the product, and beside it lot and expiry (clinical.md 4.D). Either may be scanned first; the
 * other one belongs to it for PACK_WAIT_US. Whoever takes products keeps one of these. */
#define PACK_WAIT_US (20 * US_PER_SECOND)
enum { PACK_CODE_BYTES = SCAN_BYTES_MAX + 4 };
struct pack_codes {
    int64_t product_us;          /* when a product without a lot was taken; 0: none waits for its lot */
    int64_t lot_us;              /* when a lot was scanned before its product; 0: none */
    char lot[PACK_CODE_BYTES];
};

/* True when the code says lot or expiry of a pack whose product is the other code. A bare one (no symbology) only while a
 * product waits for it, and never when it is somebody's number. *out_code: as it is kept behind the product's code. */
bool pack_reads_lot(struct actor *actor, const struct pack_codes *pack, const char *code, size_t len, struct scan *out,
                    char out_code[PACK_CODE_BYTES]);
bool pack_waits_for_lot(const struct pack_codes *pack, int64_t now_us);
/* Keeps a lot whose product comes next. */
void pack_hold_lot(struct pack_codes *pack, int64_t now_us, const char *code);
/* A product was taken: NULL, or the lot that was scanned just before it and is its own. */
const char *pack_take_product(struct pack_codes *pack, int64_t now_us, const struct scan *product);

#endif
