/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The five rights by scan (clinical.md 4.B.3): patient, drug, dose, route, time, each passed, failed or open, and the
 * sentence that names the first that fails. */
#ifndef SERVICE_DOSES_RIGHTS_H
#define SERVICE_DOSES_RIGHTS_H

#include "model/dose.h"
#include "model/order.h"
#include "service/site.h"

enum right { RIGHT_PATIENT, RIGHT_DRUG, RIGHT_DOSE, RIGHT_ROUTE, RIGHT_TIME, RIGHT_COUNT };
enum right_state { RIGHT_OPEN, RIGHT_PASS, RIGHT_FAIL };

struct dose_rights {
    enum right_state state[RIGHT_COUNT];
    char words[256];       /* of the first right that fails or is open; "" */
    bool is_too_much;      /* more scanned than is recorded */
    bool is_unusable;      /* expired or recalled */
    int scans;             /* products scanned */
    int known;             /* of these, known to the site */
    char product[128];     /* the last one's drug, or "" */
    char lot[21];
    struct date expiry;
};

const char *right_label(enum right right); /* translated: "patient", "drug" ... */

/* What the scans of event->product_code (codes with a space between) say against the order. Reads the site's product
 * table; PATIENT and TIME are left to the caller. */
enum status dose_rights_by_scan(struct site *site, const struct order *order, const struct dose_event *event,
                                struct dose_rights *out, struct error *err) MUST_USE;

#endif
