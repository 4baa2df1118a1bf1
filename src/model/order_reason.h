/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why an order is changed, held, resumed or stopped: one list for screens, commands and imports (clinical.md 4.A.4). What is
 * stored is the word, with the person's own words behind a colon: "other: moving abroad". */
#ifndef MODEL_ORDER_REASON_H
#define MODEL_ORDER_REASON_H

#include "base/error.h"
#include "model/enums.h"

enum {
    ORDER_REASON_FOR_CHANGE = 1,
    ORDER_REASON_FOR_HOLD = 2,
    ORDER_REASON_FOR_STOP = 4,
    ORDER_REASON_FOR_RESUME = 8,
};

struct order_reason {
    const char *word;  /* stored */
    const char *label; /* N_() */
    unsigned actions;
};

/* The n-th reason for an action; NULL behind the last. "other" is the last of each. */
const struct order_reason *order_reason_for(enum order_action action, int n);

/* "other: moving abroad" from a word and words ("" none). Caller frees. */
char *order_reason_join(const char *word, const char *words);
/* For people: the translated label with the words behind it; a text that is no such reason as it is. Caller frees. */
char *order_reason_text(const char *stored);
/* A reason of the list for this action ("reason" is at fault otherwise), with words where it is "other" ("words"). */
enum status order_reason_check(enum order_action action, const char *stored, struct error *err) MUST_USE;

#endif
