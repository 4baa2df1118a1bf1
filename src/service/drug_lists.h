/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists that a drug stands on when it is given (clinical.md 4.B.3, 4.B.4, 4.B.9, 4.B.12): time-critical, weekly,
 * controlled, second person's independent check, lot to be kept. From the order's coded ingredients and route. */
#ifndef SERVICE_DRUG_LISTS_H
#define SERVICE_DRUG_LISTS_H

#include "model/order.h"
#include "safety/knowledge.h"

enum drug_list {
    DRUG_LIST_TIME_CRITICAL = 1, /* half an hour, not two */
    DRUG_LIST_WEEKLY = 2,        /* ordered weekly, and a second dose within the week harms */
    DRUG_LIST_CONTROLLED = 4,    /* each piece is accounted for */
    DRUG_LIST_DOUBLE_CHECK = 8,  /* a second person reads drug, dose and rate by themself */
    DRUG_LIST_LOT = 16,          /* vaccines and biologics: lot and expiry are kept */
    DRUG_LIST_HIGH_ALERT = 32,
    DRUG_LIST_RAPID = 128,       /* rapid insulin: doses close to each other add up (4.B.10) */
    DRUG_LIST_WHOLE = 64,        /* by mouth, released slowly or only behind the stomach: crushed or chewed all of it comes at once */
};

/* double_check: the site's list of what a second person checks, "insulin/iv opioid/iv<18" (SETTING_DOUBLE_CHECK). Neuraxial
 * routes are always on it. age_years -1: unknown. An order that is not coded stands on no list. */
unsigned drug_lists_of(const struct knowledge *k, const char *double_check, const struct order *order, int age_years);

#endif
